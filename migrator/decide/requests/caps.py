"""Output caps that a model which reasons first may use up before it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.records import Additions
from migrator.inventory import Finding

if TYPE_CHECKING:
    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.read.nodes import Node
    from migrator.rulebook.catalog_rules import Model

RULE = "GPT55-L007"


def small_caps(planner: Planner) -> Additions:
    """A finding for each small cap at a call that begins to reason with its move."""
    added = Additions()
    for call, ones in planner.by_site.items():
        moving = [one for one in ones if planner.moves(one)]
        target = next((new for one in moving if (new := _begins_to_reason(planner, one)) is not None), None)
        cap = _cap(planner, call) if target is not None else None
        if target is not None and cap is not None and cap <= planner.engine.rulebook.limits.starved_below:
            added.findings.append(_finding(planner, call, moving, target, cap))
    return added


def _begins_to_reason(planner: Planner, one: Judged) -> Model | None:
    """The target, where it reasons unless told otherwise and the old model does not."""
    old = planner.engine.catalogue.model(one.occurrence.model)
    new = planner.after(one)
    defaults = planner.engine.catalogue.catalog.variants.get(planner.variants[one.id])
    told = defaults is not None and "reasoning_effort" in defaults.defaults
    if old is None or new is None or told or _reasons(old) or not _reasons(new):
        return None
    return new


def _reasons(model: Model) -> bool:
    return model.default_effort not in ("", "none")


def _cap(planner: Planner, call: Node) -> int | None:
    if any(call.keyword(name) is not None for name in planner.engine.linked.names.listed("effort")):
        return None
    return planner.prompts.of(planner.sites[call]).output_cap


def _finding(planner: Planner, call: Node, moving: list[Judged], target: Model, cap: int) -> Finding:
    return Finding(
        rule=RULE,
        path=call.file.path,
        line=call.line,
        column=call.span[1] + 1,
        message=(
            f"{target.id} reasons at effort {target.default_effort} unless told otherwise, within the cap of "
            f"{cap:,} tokens: raise the cap, or ask for less effort"
        ),
        references=tuple(one.id for one in moving),
        call_sites=(planner.site_id(call),),
    )
