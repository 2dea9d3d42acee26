"""Bounds of one question: steps, sizes, depth; and what is said where an answer is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from migrator.know.values import Why

STEPS = 20_000
MAX_TEXT = 2_000
MAX_ITEMS = 1_000
MAX_DEPTH = 60
MAX_BITS = 128


class Stop(Exception):  # noqa: N818 - no error: a bound was reached, or a form is none that is evaluated
    """The question ends here."""

    def __init__(self, why: Why = "too many") -> None:
        super().__init__(why)
        self.why: Why = why


class Budget:
    """What a question may still take."""

    def __init__(self, steps: int = STEPS) -> None:
        self.left = steps
        self.depth = 0

    def spend(self, steps: int = 1) -> None:
        """Take some steps; stops where none are left."""
        self.left -= steps
        if self.left < 0:
            raise Stop

    def sized(self, value: Any) -> Any:  # noqa: ANN401
        """A value that was made, if it is not too large."""
        if isinstance(value, str):
            self._within(len(value), MAX_TEXT)
        elif isinstance(value, (tuple, list, set, frozenset, dict)):
            self._within(len(value), MAX_ITEMS)
        elif isinstance(value, int) and value.bit_length() > MAX_BITS:
            raise Stop
        return value

    def _within(self, size: int, most: int) -> None:
        if size > most:
            raise Stop
        self.spend(size // 16)


class Thrown(Exception):  # noqa: N818 - what the evaluated code raises
    """An exception that the evaluated code raises."""


def throw(error: Exception) -> NoReturn:
    """Raise in the evaluated code what an operation of it raises."""
    raise Thrown(type(error).__name__) from error
