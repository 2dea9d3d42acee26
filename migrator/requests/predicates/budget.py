"""Bounds of one question: steps, sizes, depth; and what is said where an answer is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, NoReturn

if TYPE_CHECKING:
    from migrator.read.nodes import Node

Why = Literal["caller outside", "environment", "library result", "computed", "not read", "too many"]

STEPS = 20_000
MAX_TEXT = 2_000
MAX_ITEMS = 1_000
MAX_DEPTH = 60
MAX_BITS = 128


class Unknown(NamedTuple):
    """What an expression is cannot be told: the node that is not known, and why."""

    node: Node
    why: Why = "computed"


class Raised(NamedTuple):
    """An exception: where it is raised, and its class's name."""

    node: Node
    error: str


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
        self.unknowns = 0

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


def is_unknown(value: Any) -> bool:  # noqa: ANN401
    """Whether a value is not known, as a whole."""
    return isinstance(value, Unknown)


def holds_unknown(value: Any) -> Unknown | None:  # noqa: ANN401
    """The first part of a value that is not known."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, Unknown):
            return one
        if isinstance(one, dict):
            pending += [*one.keys(), *one.values()]
        elif type(one) in (tuple, list, set, frozenset):
            pending += one
    return None


class Thrown(Exception):  # noqa: N818 - what the evaluated code raises
    """An exception that the evaluated code raises."""

    def __init__(self, node: Node, error: str) -> None:
        super().__init__(error)
        self.raised = Raised(node, error)


def throw(node: Node, error: Exception) -> NoReturn:
    """Raise in the evaluated code what an operation of it raises."""
    raise Thrown(node, type(error).__name__) from error
