"""What was found for an expression in a circle is taken again where it would be found again.

An answer that was cut short (the question came back to itself, or went too deep) is not kept for good:
asked from elsewhere, the expression may say more. But most circles are entered in the same way again and
again. So an answer is kept with everything that it was found under; where all of that is the same, a second
evaluation would go the same way step by step, and its answer, its work and what it leaves behind are known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from migrator.read.nodes import Node

    Found = tuple[Any, ...]
    """What an expression was found to be."""

MOST = 8
"""Answers kept for one expression."""


class Met:
    """What an evaluation met that another one may not meet.

    Attributes:
        entered: expressions that were being evaluated already when they were asked for.
        awaited: functions and classes whose callers or bases were being looked for already.
        passed: expressions that were evaluated on the way and not kept, each with its depth and what it
            was found to be.
        aside: names that were bound and expressions that were too deep; they may be kept by another time.
        deepest: the depth of the deepest of them.
        is_bounded: whether the greatest depth was reached.
        is_single: whether it cannot go the same way again.
        work: the expressions that a second evaluation would look at.
        cuts: how often it would be cut short.
    """

    __slots__ = (
        "aside",
        "awaited",
        "cuts",
        "deepest",
        "entered",
        "is_bounded",
        "is_single",
        "passed",
        "work",
    )

    def __init__(self) -> None:
        self.entered: set[Node] = set()
        self.awaited: set[Node] = set()
        self.passed: dict[Node, tuple[int, Found]] = {}
        self.aside: set[Node] = set()
        self.deepest = 0
        self.is_bounded = False
        self.is_single = False
        self.work = 0
        self.cuts = 0

    def add(self, inner: Met, lower: int = 0) -> None:
        """Take in what an inner evaluation met; it stands so much deeper than when it was noted."""
        self.entered |= inner.entered
        self.awaited |= inner.awaited
        self.passed.update(inner.lowered(lower) if lower else inner.passed)
        self.aside |= inner.aside
        self.deepest = max(self.deepest, inner.deepest + lower)
        self.is_bounded |= inner.is_bounded
        self.is_single |= inner.is_single
        self.work += inner.work
        self.cuts += inner.cuts

    def lowered(self, by: int) -> dict[Node, tuple[int, Found]]:
        """`passed`, as it is where everything stands so much deeper."""
        return {node: (depth + by, found) for node, (depth, found) in self.passed.items()}

    def is_apart(self, nodes: AbstractSet[Node]) -> bool:
        """Whether nothing that was passed is among some nodes."""
        return self.passed.keys().isdisjoint(nodes) and nodes.isdisjoint(self.aside)

    def close(self, node: Node, depth: int, found: Found) -> None:
        """The evaluation of `node` is over: it is no longer under way, but was passed."""
        self.entered.discard(node)
        self.passed[node] = depth, found
        self.deepest = max(self.deepest, depth)
        self.work += 1


class Kept(NamedTuple):
    """An answer, and what it was found under."""

    depth: int
    found: Found
    met: Met


class Recall:
    """The answers that were cut short."""

    def __init__(self, deepest: int) -> None:
        self.kept: dict[Node, list[Kept]] = {}
        self._deepest = deepest

    def keep(self, node: Node, kept: Kept, memo: dict[Node, Found]) -> None:
        """Remember an answer, unless something on the way has an answer for good by now."""
        met = kept.met
        if not met.is_single and met.is_apart(memo.keys()):
            known = self.kept.setdefault(node, [])
            known.insert(0, kept)
            del known[MOST:]
        else:
            met.is_single = True

    def again(
        self,
        node: Node,
        active: AbstractSet[Node],
        waiting: AbstractSet[Node],
        memo: dict[Node, Found],
        work: int,
    ) -> Kept | None:
        """The answer that would be found again with so much work left."""
        for kept in self.kept.get(node, ()):
            met = kept.met
            if (
                met.work <= work
                and self._fits(kept, len(active))
                and met.entered <= active
                and met.awaited <= waiting
                and met.is_apart(active)
                and met.is_apart(memo.keys())
            ):
                return kept
        return None

    def _fits(self, kept: Kept, depth: int) -> bool:
        if kept.met.is_bounded:
            return kept.depth == depth
        return kept.met.deepest + depth - kept.depth <= self._deepest
