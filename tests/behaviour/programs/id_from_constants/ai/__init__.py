"""Everything about models."""

from .names import FAST, STRONG

__all__ = ["FAST", "STRONG"]
