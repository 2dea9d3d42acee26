"""The tests before a statement whose arms leave its block: who comes past them has not entered one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.read.kinds import LEAVING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.read.nodes import Node


def exits(holder: Node, block: str) -> tuple[Node, ...]:
    """The tests in a block that lead away if they are true and that ask for a text, in source order."""
    return tuple(
        test for branch in holder.all(block) if branch.kind == "If" for test in _leading_away(branch)
    )


def _leading_away(branch: Node) -> Iterator[Node]:
    current: Node | None = branch
    while current is not None and current.kind == "If" and current.all("body")[-1].kind in LEAVING:
        test = current.child("test")
        if test is not None and _asks(test):
            yield test
        otherwise = current.all("orelse")
        current = otherwise[0] if len(otherwise) == 1 else None


def _asks(test: Node) -> bool:
    """Whether a test compares with a text, looks in something, or calls: others tell nothing of a name."""
    inner = test.first if test.kind == "UnaryOp" and test.value == "Not" else test
    if inner.kind in ("Name", "Attribute"):
        return True
    return any(
        n.kind == "Call" or isinstance(n.value, str) or n.value in (("In",), ("NotIn",))
        for n in test.among("Call", "Constant", "Compare")
    )
