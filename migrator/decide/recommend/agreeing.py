"""Ids that stand together: defaults that reach the same calls agree, and calls of one function that name one.

Choices of one dict stay apart.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from migrator.inventory import Reason
from migrator.read.scopes import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping

    from migrator.decide.records import Judged
    from migrator.inventory import Recommendation
    from migrator.read.nodes import Node


def agreed(
    judged: Iterable[Judged], advice: Mapping[str, Recommendation]
) -> Iterator[tuple[Judged, Recommendation]]:
    """What each of several defaults is given instead, where one of them is surer than it."""
    alike: dict[tuple[str, Hashable, str], list[Judged]] = defaultdict(list)
    for one in judged:
        above = one.node.parent if one.node is not None else None
        if one.id not in advice or not one.sites or one.node is None or above is None:
            continue
        if above.kind == "arg":
            alike[one.occurrence.model, frozenset(one.sites), one.context].append(one)
        elif one.node.scope.kind in FUNCTIONS and {above, above.parent} & {*one.sites}:
            alike[one.occurrence.model, one.node.scope, one.context].append(one)
    for (_, shared, _), ones in alike.items():
        if not isinstance(shared, frozenset) and any(_is_strongest(advice[one.id]) for one in ones):
            continue
        surest = max(ones, key=lambda one: advice[one.id].confidence)
        for one in ones:
            own, best = advice[one.id], advice[surest.id]
            if own.variant != best.variant and surest.node is not None:
                yield one, _like(own, best, surest.node)


def _is_strongest(advice: Recommendation) -> bool:
    """Whether a call needs the model that costs most, which others of its function may do without."""
    return advice.variant == next(iter(advice.scores), "")


def _like(own: Recommendation, best: Recommendation, where: Node) -> Recommendation:
    is_default = where.parent is not None and where.parent.kind == "arg"
    what = "the default, which reaches the same calls," if is_default else "another call of this function"
    text = f"as {what} at {where.where}, which speaks for it more clearly"
    reason = Reason(rule="same-calls", text=text, favours=best.variant, path=where.file.path, line=where.line)
    return msgspec.structs.replace(best, runner_up=own.variant, reasons=(reason, *own.reasons))


def told_apart(
    judged: Iterable[Judged], advice: Mapping[str, Recommendation], guide_ids: Mapping[str, str]
) -> Iterator[tuple[Judged, Recommendation]]:
    """What ids of one dict get instead that would become the same as one of another tier there.

    `guide_ids` are the guide's ids by variant.
    """
    rows: dict[Node, list[Judged]] = defaultdict(list)
    for one in judged:
        above = one.node.parent if one.node is not None else None
        if one.id in advice and above is not None and above.kind == "Dict":
            rows[above].append(one)
    for ones in rows.values():
        tiers = {(advice[one.id].variant, _paid(advice[one.id], guide_ids)) for one in ones}
        for one in ones:
            own = advice[one.id]
            paid = _paid(own, guide_ids)
            is_shared = any(variant == own.variant and tier != paid for variant, tier in tiers)
            if is_shared and paid != own.variant and paid in own.scores and one.node is not None:
                yield one, _as_paid(own, paid, one.node)


def _paid(advice: Recommendation, guide_ids: Mapping[str, str]) -> str:
    """The guide's id of the variant that the old model alone speaks for."""
    said = (one.favours for one in advice.reasons if one.rule.startswith("prior."))
    return guide_ids.get(next(said, ""), advice.variant)


def _as_paid(own: Recommendation, paid: str, where: Node) -> Recommendation:
    text = "beside it stands a model of another tier, which would become the same"
    reason = Reason(rule="told-apart", text=text, favours=paid, path=where.file.path, line=where.line)
    return msgspec.structs.replace(own, variant=paid, runner_up=own.variant, reasons=(reason, *own.reasons))
