"""What the planner's parts share: groups of edits that move together, and what a part adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from migrator.inventory import Branch, Edit, Finding, Limit, Table

if TYPE_CHECKING:
    from migrator.read.nodes import Node


class Groups:
    """Which edits are made together or not at all: union-find over reference, site and table ids."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, name: str) -> str:
        """The representative of a name's group."""
        parent = self._parent.setdefault(name, name)
        while parent != name:
            name, parent = parent, self._parent[parent]
        return name

    def join(self, one: str, other: str) -> None:
        """From now on both move together."""
        first, second = sorted((self.root(one), self.root(other)))
        self._parent[second] = first

    def name(self, member: str) -> str:
        """The group's id."""
        return "g-" + self.root(member).partition("-")[2]


class Bound(NamedTuple):
    """How many tokens a limit lets into the requests of a call, before and after."""

    call: Node
    before: int
    after: int


class Additions(msgspec.Struct):
    """What a part of the planner adds. An edit's `group` is any member's id; the planner settles groups."""

    edits: list[Edit] = msgspec.field(default_factory=list)
    findings: list[Finding] = msgspec.field(default_factory=list)
    tables: list[Table] = msgspec.field(default_factory=list)
    branches: list[Branch] = msgspec.field(default_factory=list)
    limits: list[Limit] = msgspec.field(default_factory=list)
    bounds: list[Bound] = msgspec.field(default_factory=list)

    def extend(self, other: Additions) -> None:
        """Add another part's."""
        for field in self.__struct_fields__:
            mine: list[Any] = getattr(self, field)
            mine += getattr(other, field)
