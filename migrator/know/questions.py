"""What is said of where values go, of what calls functions, and of what classes declare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.know.values import NOTHING, steady_hash

if TYPE_CHECKING:
    from migrator.know.values import Frame, Site, Value, Values
    from migrator.read.nodes import Node

    Order = list[Node | str]


class Holder(NamedTuple):
    """Where a value is seen: below `path` (keys, none for any) in what an expression evaluates to."""

    node: Node
    frame: Frame | None
    path: tuple[Any, ...]

    def __hash__(self) -> int:
        return steady_hash(self.node, self.frame, self.path[0] if self.path else None)


class Load:
    """A load of an attribute, `base` what it is of: in methods of `cls` their object, and with its `frame`.

    `is_own`: it is loaded of the first parameter of the method that it stands in.
    """

    __slots__ = ("base", "cls", "frame", "is_own", "node")

    def __init__(self, node: Node, base: Node, cls: Node | None) -> None:
        self.node = node
        self.base = base
        self.cls = cls
        self.frame: Frame | None = None
        self.is_own: bool | None = None


class Invocation(NamedTuple):
    """One way in which a function is called: what gives its arguments, and as what it is called."""

    sites: tuple[Site, ...]
    callee: Value

    def __hash__(self) -> int:
        return hash(self.callee) + 31 * hash(self.sites[-1] if self.sites else 0)


class Mutation(NamedTuple):
    """Something done to a container: by a method of this name, by `[]=`, `del`, `+=` or a function."""

    name: str
    node: Node
    frame: Frame | None

    def __hash__(self) -> int:
        return steady_hash(self.node, self.frame, self.name)


class Field(NamedTuple):
    """A declared field: its class, where it is declared, its type, and what it is where none is given."""

    owner: Node
    holder: Node
    annotation: Node | None
    default: Node | None
    known: Values = NOTHING


class Tasks(NamedTuple):
    """How a task queue calls a function: with the arguments as given, with collected ones, by its name."""

    plain: frozenset[str] = frozenset()
    collected: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()


NO_TASKS = Tasks()
