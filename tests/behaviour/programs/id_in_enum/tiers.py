"""Tiers of the writing service."""

from enum import Enum


class Tier(str, Enum):
    """A tier's value is the model behind it."""

    SMALL = "gpt-4o-mini"
    LARGE = "gpt-4o"

    @property
    def limit(self) -> int:
        return 50 if self is Tier.SMALL else 3000
