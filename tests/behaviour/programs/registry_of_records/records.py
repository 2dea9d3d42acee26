"""Models on offer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelInfo:
    """A line of the price list."""

    name: str
    context_window: int
    max_output_tokens: int


OFFER = [
    ModelInfo("gpt-4o", context_window=128_000, max_output_tokens=16_384),
    ModelInfo("gpt-4o-mini", context_window=128_000, max_output_tokens=16_384),
]


def find(name: str) -> ModelInfo:
    for info in OFFER:
        if info.name == name:
            return info
    raise KeyError(name)
