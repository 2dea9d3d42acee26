"""Tables to which a new row does more than be found: each is called in turn, or the last has a meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.rulebook.vendor_rules import OTHERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.flows.value_ends import End
    from migrator.decide.linked import Linked
    from migrator.decide.plans import Planner
    from migrator.decide.rewrites import Rewrites
    from migrator.decide.tables.needs import Case
    from migrator.decide.tables.readings import Reading
    from migrator.read.nodes import Node

MAX_ROWS = 6
"""Ids of one table of which it is asked where they end."""


def kept_as_it_is(planner: Planner, rewrites: Rewrites, case: Case) -> tuple[str, str] | None:
    """Why a table gains nothing, if a new row does more than be found; what is looked for in it may wait."""
    placed = counted(case)
    if placed is not None:
        planner.keep([one for r in case.readings for one in rewrites.reaching(r.key)], *placed)
        return placed
    told = called_in_turn(case, planner.engine.linked) or standing_last(case, rewrites)
    if told is not None:
        return told
    literals = [one.node for one in case.ones if one.node is not None]
    ends = [end for literal in literals[:MAX_ROWS] for end in planner.ends.of(literal)]
    return _sent_elsewhere(planner, ends)


def _sent_elsewhere(planner: Planner, ends: list[End]) -> tuple[str, str] | None:
    """Why a choice waits of which all that is sent goes to another vendor."""
    sent = {end.node: planner.engine.linked.receivers.of(end.node) for end in ends if end.kind == "request"}
    vendors = {receiver.vendor for receiver in sent.values() if receiver is not None}
    if not vendors or not vendors.issubset(OTHERS):
        return None
    return "other-vendor-endpoint", f"what is chosen is sent to another vendor at {next(iter(sent)).where}"


def called_in_turn(case: Case, linked: Linked) -> tuple[str, str] | None:
    """Why a table waits whose objects are handed something, if nobody looks one of them up."""
    is_made = bool(case.rows) and all(row.nodes[-1].kind == "Call" for row in case.rows)
    if not is_made or not case.readings or not all(map(_is_passed, case.readings)):
        return None
    calls = (call for reading in case.readings for call in _calls(reading, linked))
    found = (call.where for call in calls if call.all("args") or call.all("keywords"))
    return next(
        (
            ("evaluates-models", f"each is called in turn at {where}: one more would be run")
            for where in found
        ),
        None,
    )


def standing_last(case: Case, rewrites: Rewrites) -> tuple[str, str] | None:
    """Why a collection waits whose end is asked for, if no id that moves is looked for in it."""
    ends = (reading.node for reading in case.readings if reading.kind == "end")
    is_mapping = case.container.shape == "dict"
    end = next((node for node in ends if not (is_mapping and node.kind == "Subscript")), None)
    if end is None or case.lead or any(rewrites.reaching(reading.key) for reading in case.readings):
        return None
    detail = f"its end has a meaning at {end.where}, and no id that moves is looked for in it"
    return "must-move-together", detail


def counted(case: Case) -> tuple[str, str] | None:
    """Why a collection waits of which there must be as many as of something else."""
    is_row = case.container.shape in ("list", "tuple")
    placed = (
        one.node
        for one in case.readings
        if one.kind == "count" or _is_stepped(one) or (is_row and _is_computed(one))
    )
    where = next((node.where for node in placed), None)
    detail = f"what stands at a place in it has a meaning at {where}: one more would shift others"
    return ("must-move-together", detail) if where is not None else None


def _is_computed(reading: Reading) -> bool:
    """Whether something is taken by a number that is computed, or is the place of what is in another list."""
    if reading.kind == "index" and reading.node.kind == "Call" and reading.node.field == "slice":
        return True
    key = reading.key if reading.kind == "index" and reading.node.kind == "Subscript" else None
    return key is not None and key.kind != "Constant"


def _is_stepped(reading: Reading) -> bool:
    """Whether the place of what is looked for is counted on from: `names[names.index(model) + 1]`."""
    node = reading.node
    is_place = node.kind == "Call" and node.first.value == "index"
    above = node.parent
    return is_place and above is not None and above.kind == "BinOp" and above.field == "slice"


def _is_passed(reading: Reading) -> bool:
    return reading.kind == "loop" and not reading.order and not reading.miss


def _calls(reading: Reading, linked: Linked) -> Iterator[Node]:
    """The calls of what a loop goes through, and of its methods."""
    target = reading.node.child("target")
    inner = [target, *target.descendants()] if target is not None else []
    for name in (one for one in inner if one.kind == "NameStore"):
        for load in linked.project.loads(name):
            func = load.parent if load.field == "value" and load.parent is not None else load
            if func.field == "func" and func.parent is not None:
                yield func.parent
