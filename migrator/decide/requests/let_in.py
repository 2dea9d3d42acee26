"""Releases that a project's bound lets in and that do not know a parameter under the name it gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.records import Additions
from migrator.inventory import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.plans import Planner
    from migrator.decide.requests.planned_parameters import Planned
    from migrator.read.nodes import Node

RULE = "GPT55-P904"


def let_in(planner: Planner) -> Additions:
    """A note at the first call for each bound that is too wide for what is written."""
    found: dict[str, Finding] = {}
    for call, plans in planner.planned.items():
        if any(planner.moves(one) for one in planner.by_site.get(call, ())):
            for message in _said(planner, call, plans):
                found.setdefault(message, _note(planner, call, message))
    return Additions(findings=list(found.values()))


def _said(planner: Planner, call: Node, plans: list[Planned]) -> Iterator[str]:
    site = planner.sites[call]
    needs = planner.requests.sender(site).takes.needs if site.receiver is not None else {}
    for parameter in (plan.parameter for plan in plans if plan.steps and plan.block is None):
        name = parameter.new if parameter.action == "rename" else parameter.name
        needed = needs.get(name, "") if parameter.action in ("rename", "replace") else ""
        pin = planner.engine.pins.letting_in(needed, call.file.path) if needed else None
        if pin is not None:
            release = needed.rpartition("=")[2]
            yield f"{pin.said}, and releases before {release} do not know {name}: raise the bound"


def _note(planner: Planner, call: Node, message: str) -> Finding:
    return Finding(
        rule=RULE,
        path=call.file.path,
        line=call.line,
        column=call.span[1] + 1,
        severity="note",
        message=message,
        call_sites=(planner.site_id(call),),
    )
