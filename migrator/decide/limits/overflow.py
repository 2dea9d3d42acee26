"""Calls whose window shrinks with nothing to bound what is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.limits.guards import Guards
from migrator.decide.records import Additions, edit_id, sends
from migrator.inventory import Finding
from migrator.inventory.edit_records import Edit

if TYPE_CHECKING:
    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.inventory.edit_records import Operation
    from migrator.read.nodes import Node
    from migrator.rulebook.catalog_rules import Model

UNGUARDED, GUARD = "GPT55-L004", "GPT55-L005"


def unguarded(planner: Planner) -> Additions:
    """A finding, or with `guards` a guard, where the window shrinks and nothing bounds what is sent."""
    added = Additions()
    settings = planner.engine.settings
    guards = Guards(planner) if any(each.guards for each in settings.all()) else None
    told: set[frozenset[str]] = set()
    for call, ones in planner.by_site.items():
        moving = [one for one in ones if planner.moves(one)]
        shrunk = _shrunk(planner, moving)
        if shrunk is None or _is_bounded(planner, call, shrunk[1]):
            continue
        changes = []
        if guards is not None and settings.at(call.file.path).guards:
            changes = guards.of(call, shrunk[1])
        if changes and planner.written(call.file.path, call.line, GUARD):
            added.edits += [_guard(planner, call, moving, *change) for change in changes]
        elif _is_where_it_shows(planner, call, moving, told):
            added.findings.append(_finding(planner, call, moving, *shrunk))
    return added


def _is_where_it_shows(planner: Planner, call: Node, moving: list[Judged], told: set[frozenset[str]]) -> bool:
    """Whether a call is a request itself; of the calls that only hand the ids on one is enough."""
    if planner.sites[call].receiver is not None:
        return True
    ids = frozenset(one.id for one in moving)
    is_first = ids not in told
    told.add(ids)
    return is_first and not any(sends(planner.sites[other]) for one in moving for other in one.sites)


def _shrunk(planner: Planner, moving: list[Judged]) -> tuple[Model, Model] | None:
    """The models before and after, where the one after takes less."""
    found = None
    for one in moving:
        old = planner.engine.catalogue.model(one.occurrence.model)
        new = planner.after(one)
        if old is None or new is None or old.context_window is None or new.context_window is None:
            continue
        smaller = (new.max_input or new.context_window) < (old.max_input or old.context_window)
        if smaller and (found is None or new.context_window < (found[1].context_window or 0)):
            found = old, new
    return found


def _is_bounded(planner: Planner, call: Node, new: Model) -> bool:
    """Whether a limit, a constant prompt or the API itself keeps the input within the window."""
    window = new.max_input or new.context_window or 0
    if any(bound.call == call and bound.after <= window for bound in planner.additions.bounds):
        return True
    truncation = call.keyword("truncation")
    if truncation is not None and truncation.value == "auto":
        return True
    prompt = planner.prompts.of(planner.sites[call])
    return prompt.complete and not prompt.variables


def _finding(planner: Planner, call: Node, moving: list[Judged], old: Model, new: Model) -> Finding:
    return Finding(
        rule=UNGUARDED,
        path=call.file.path,
        line=call.line,
        column=call.span[1] + 1,
        message=(
            f"{new.id} takes {new.max_input or new.context_window:,} tokens, {old.id} took "
            f"{old.max_input or old.context_window:,}, and nothing here bounds what is sent"
        ),
        references=tuple(one.id for one in moving),
        call_sites=(planner.site_id(call),),
    )


def _guard(planner: Planner, call: Node, moving: list[Judged], anchor: Node, operation: Operation) -> Edit:
    return _edit(planner, moving, anchor, operation, GUARD, "keeps what is sent within the smaller window")


def _edit(
    planner: Planner, moving: list[Judged], anchor: Node, operation: Operation, rule: str, why: str
) -> Edit:
    planner.groups.join_all(one.id for one in moving)
    return Edit(
        id=edit_id(anchor.file.path, anchor.span, operation),
        path=anchor.file.path,
        anchor=anchor.span,
        operation=operation,
        group=moving[0].id,
        why=why,
        rule=rule,
        rank=1,
        references=tuple(one.id for one in moving),
    )
