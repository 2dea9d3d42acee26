"""What names stand for while a test or a helper is evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from migrator.read.nodes import Node


class World(Protocol):
    """What the evaluator asks of the program around a test."""

    def meant(self, name: Node) -> Node | None:
        """The one expression, function or class that a name or an attribute always stands for."""

    def library(self, name: Node) -> str:
        """The dotted path of what a name or an attribute stands for outside of the program, or nothing."""

    def said(self, constant: Node) -> Any:  # noqa: ANN401
        """What a constant says."""

    def gained(self, display: Node) -> Iterable[str]:
        """Texts that a display holds beside those that are written in it."""


class Frame:
    """One activation: its scope, its local names, and what some expressions are given to be there.

    `given` is by the expression's source; it holds in the frame's scope and in those inside of it.
    """

    def __init__(
        self,
        scope: Node | None,
        names: dict[str, Any] | None = None,
        given: Mapping[str, Any] | None = None,
        outer: Frame | None = None,
    ) -> None:
        self.scope = scope
        self.names = names if names is not None else {}
        self.given = given or {}
        self.outer = outer

    def lookup(self, name: str) -> tuple[Any] | None:
        """What a local name is, here or around, if that is known to this evaluation."""
        frame: Frame | None = self
        while frame is not None:
            if name in frame.names:
                return (frame.names[name],)
            frame = frame.outer
        return None

    def told(self, source: str) -> tuple[Any] | None:
        """What an expression is given to be."""
        frame: Frame | None = self
        while frame is not None:
            if source in frame.given:
                return (frame.given[source],)
            frame = frame.outer
        return None

    def inner(self, names: dict[str, Any]) -> Frame:
        """A scope inside, of a comprehension or a closure."""
        return Frame(self.scope, names, outer=self)


class Function(NamedTuple):
    """A function of the program, and the frame that it was made in."""

    node: Node
    home: Frame | None
    receiver: Any = None


class Method(NamedTuple):
    """A method of a value, not yet called."""

    value: Any
    name: str


class Library(NamedTuple):
    """Something of a library or a builtin."""

    path: str


class Pattern(NamedTuple):
    """What `re.compile` makes."""

    source: str
    flags: int
