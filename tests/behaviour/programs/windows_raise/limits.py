"""Figures from the vendor's page."""

WINDOW = {"gpt-4o-mini": 128_000, "gpt-4.1": 1_047_576}
OUTPUT = {"gpt-4o-mini": 16_384, "gpt-4.1": 32_768}


def room(model: str, answer: int) -> int:
    return WINDOW[model] - min(answer, OUTPUT[model])
