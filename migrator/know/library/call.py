"""One call of something that is not the program's, with its arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.know.values import Value, an_open

if TYPE_CHECKING:
    from collections.abc import Callable

    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.values import Entries, Frame, Site, Values
    from migrator.read.nodes import Node

    Rule = Callable[["Call"], Values]


class Call:
    """The callee, what gives arguments, and where the call stands."""

    def __init__(
        self, know: Know, callee: Value, sites: tuple[Site, ...], node: Node, frame: Frame | None
    ) -> None:
        self.know = know
        self.callee = callee
        self.sites = sites
        self.node = node
        self.frame = frame

    @property
    def path(self) -> str:
        """What is called."""
        return str(self.callee.data)

    def at(self, place: int, name: str = "") -> Values:
        """An argument by its place, or by its name."""
        return self.know.argument(self.sites, name, place)[0]

    def plain(self, place: int, name: str = "") -> Values:
        """An argument, with what is a text beside as a text."""
        return self.know.plain(self.at(place, name))

    def has(self, place: int, name: str = "") -> bool:
        """Whether an argument is surely given."""
        return not self.know.argument(self.sites, name, place)[1]

    def given(self) -> Entries:
        """All arguments."""
        return self.know.arguments(self.sites)

    def one(self, kind: Any, data: str, more: Any = None) -> Values:  # noqa: ANN401
        """One new object, which is made of the arguments."""
        return frozenset((Value(kind, self.node, self.frame, data, self.sites if more is None else more),))

    def open(self, why: Any = "library result") -> Values:  # noqa: ANN401
        """A result that is not known."""
        return an_open(why, self.node)

    def union(self, *parts: Values) -> Values:
        """Several results together."""
        return self.know.union(parts, self.node)
