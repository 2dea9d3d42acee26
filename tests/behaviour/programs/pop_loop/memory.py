"""The conversation's memory."""

TOKEN_LIMIT = 128_000
ANSWER = 4_000


def size(messages: list[dict]) -> int:
    return sum(len(message["content"]) // 4 for message in messages)


def trim(messages: list[dict]) -> list[dict]:
    """Forget the oldest turns, keep the instructions."""
    kept = list(messages)
    while size(kept) > TOKEN_LIMIT - ANSWER and len(kept) > 2:
        kept.pop(1)
    return kept
