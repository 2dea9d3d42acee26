"""What is said of where values go, and of what calls functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from migrator.know.frames import Frame, Site
    from migrator.know.values import Value
    from migrator.read.nodes import Node


class Holder(NamedTuple):
    """Where a value is seen: below `path` (keys, none for any) in what an expression evaluates to."""

    node: Node
    frame: Frame | None
    path: tuple[Any, ...]


class Invocation(NamedTuple):
    """One way in which a function is called: what gives its arguments, and as what it is called."""

    sites: tuple[Site, ...]
    callee: Value


class Tasks(NamedTuple):
    """Methods by which a task queue calls a function: with the arguments as given, or with collected ones."""

    plain: frozenset[str] = frozenset()
    collected: frozenset[str] = frozenset()


NO_TASKS = Tasks()
