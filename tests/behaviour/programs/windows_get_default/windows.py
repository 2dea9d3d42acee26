"""Context windows of the models that we use."""

CONTEXT_WINDOWS = {
    "gpt-4o": 128_000,
    "gpt-4-turbo": 128_000,
    "gpt-3.5-turbo": 16_385,
}


def window(model: str) -> int:
    """Tokens that fit; small where we do not know."""
    return CONTEXT_WINDOWS.get(model, 4096)
