"""What all parts of a decision speak of: occurrences, call sites, groups of edits, and what parts add."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from migrator.inventory import Branch, CallSite, Finding, Limit, Reference, Table
from migrator.inventory.edit_records import Edit
from migrator.rulebook.vendor_rules import KEEPS_IDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.decide.receivers import Receiver
    from migrator.decide.roles.verdicts import Verdict
    from migrator.inventory import Context
    from migrator.inventory.edit_records import Operation, Span
    from migrator.read.facts import Occurrence
    from migrator.read.nodes import FileFacts, Node


class Judged(NamedTuple):
    """One occurrence with its verdict, before its variant is chosen."""

    id: str
    file: FileFacts
    occurrence: Occurrence
    context: Context
    verdict: Verdict
    fingerprint: str
    sites: tuple[Node, ...]
    suppressed: bool

    @property
    def node(self) -> Node | None:
        return self.file.node(self.occurrence.node) if self.occurrence.node >= 0 else None

    @property
    def literal(self) -> Node:
        """The string around it, which an occurrence in code has."""
        return self.file.node(self.occurrence.node)


class Site(NamedTuple):
    """One call site.

    Attributes:
        call: the call node.
        receiver: what a rule recognised; none where the model was inferred from a keyword's name.
        texts: candidate model strings with the string nodes that they come from.
        unresolved: why further candidates may exist.
    """

    call: Node
    receiver: Receiver | None
    texts: tuple[tuple[str, Node], ...]
    unresolved: tuple[str, ...]

    @property
    def api(self) -> str:
        return self.receiver.call.id if self.receiver else "inferred"

    @property
    def is_elsewhere(self) -> bool:
        """Whether a recognised call surely goes to another vendor, or to a deployment by its own name."""
        receiver = self.receiver
        if receiver is None:
            return False
        return receiver.vendor in KEEPS_IDS or receiver.call.kind == "deployment"

    @property
    def scope(self) -> str:
        """The qualified name of the function that it stands in."""
        return qualified(self.call)


def qualified(node: Node) -> str:
    """`Class.method` around a node; `<module>` at the top."""
    names = []
    scope = node.scope
    while scope.kind != "Module":
        names.append(str(scope.value or "<lambda>"))
        scope = scope.scope
    return ".".join(reversed(names)) or "<module>"


def sends(site: Site) -> bool:
    """Whether it is a request itself, by a rule, not a client or a wrapper that keeps the model."""
    return site.receiver is not None and site.receiver.call.kind == "call"


def digest(key: str) -> str:
    """A short name for what a key says."""
    return hashlib.sha256(key.encode()).hexdigest()[:10]


def edit_id(path: str, anchor: Span, operation: Operation) -> str:
    """An edit's name: by where it is and what it does."""
    return f"e-{digest(f'{path}|{anchor}|{operation}')}"


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

    def join_all(self, names: Iterable[str]) -> None:
        """From now on all move together."""
        found = list(names)
        for other in found[1:]:
            self.join(found[0], other)

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


class Records(NamedTuple):
    """What goes into the inventory."""

    references: list[Reference]
    call_sites: list[CallSite]
    edits: list[Edit]
    additions: Additions
