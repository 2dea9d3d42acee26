"""Defaults of parameters that reach the same calls are one choice: those of a wrapper and what it wraps."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from migrator.inventory import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from migrator.decide.records import Judged
    from migrator.inventory import Recommendation
    from migrator.read.nodes import Node


def agreed(
    judged: Iterable[Judged], advice: Mapping[str, Recommendation]
) -> Iterator[tuple[Judged, Recommendation]]:
    """What each of several defaults is given instead, where one of them is surer than it."""
    alike: dict[tuple[str, frozenset[Node], str], list[Judged]] = defaultdict(list)
    for one in judged:
        above = one.node.parent if one.node is not None else None
        if one.id in advice and one.sites and above is not None and above.kind == "arg":
            alike[one.occurrence.model, frozenset(one.sites), one.context].append(one)
    for ones in alike.values():
        surest = max(ones, key=lambda one: advice[one.id].confidence)
        for one in ones:
            own, best = advice[one.id], advice[surest.id]
            if own.variant != best.variant and surest.node is not None:
                yield one, _like(own, best, surest.node)


def _like(own: Recommendation, best: Recommendation, where: Node) -> Recommendation:
    text = f"as the default at {where.where}, which reaches the same calls and speaks for it more clearly"
    reason = Reason(rule="same-calls", text=text, favours=best.variant, path=where.file.path, line=where.line)
    return msgspec.structs.replace(best, runner_up=own.variant, reasons=(reason, *own.reasons))
