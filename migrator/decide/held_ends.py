"""Ids that wait because of where their values end."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from migrator.decide.tables.priced import is_sent
from migrator.read.scopes import dotted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.decide.flows.value_ends import End, ValueEnds
    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.read.nodes import Node

_STATED = frozenset({"look-up", "record", "test"})


def hold_ends(planner: Planner) -> None:
    """Ask of every id that moves, and that no call which a rule knows takes, where its value ends."""
    found = planner.ends
    sent = {one.id for one in planner.judged if one.id in planner.variants and is_sent(planner, one)}
    for one in planner.judged:
        if one.id in planner.variants and one.id not in sent and one.node is not None:
            ends = found.of(one.node)
            said = given_beside(planner, ends)
            said = said or (None if is_in_body(planner, one.node) else _recorded_beside(planner, ends))
            if said := said or _registered_beside(planner, one.node):
                planner.keep([one], *said)
            _hold_stated(planner, one, ends, sent)
    _hold_run(planner, found)


def is_in_body(planner: Planner, node: Node) -> bool:
    """Whether an id stands in a dict that is a request by itself, or a call of an API by its form."""
    bodies = (above for above in node.ancestors() if above.kind == "Dict")
    return any(above in planner.sites or planner.engine.linked.requests.get(above) for above in bodies)


def given_beside(planner: Planner, ends: Iterable[End]) -> tuple[str, str] | None:
    """Why an id waits that a library gets, of which no rule speaks, beside what new models refuse."""
    for end in ends:
        given = planner.beside.refused(end) if end.kind == "library" else None
        if given is not None:
            taken, (name, place) = end.node, given
            called = dotted(taken.first) + "()" * (taken.kind == "Call")
            detail = f"what {called} at {taken.where} does with it is not known; "
            return "dynamic", detail + f"it is given {name} ({place.where}), which new models refuse"
    return None


def _recorded_beside(planner: Planner, ends: Iterable[End]) -> tuple[str, str] | None:
    """Why an id waits that only another program sends, by a record that holds what new models refuse."""
    found = next((f for end in ends if (f := planner.recorded.refused(end)) is not None), None)
    if found is None:
        return None
    name, place = found
    detail = f"what sends it reads {name} ({place.where}) as well, which new models refuse"
    return "dynamic", f"no request of the program takes it; {detail}"


def _registered_beside(planner: Planner, node: Node) -> tuple[str, str] | None:
    """Why an id waits that goes through a function which makes a client for another's models."""
    found = planner.clients.others(planner.ends.through(node))
    if found is None:
        return None
    vendor, place = found
    reason = "azure-deployment" if vendor == "azure" else "other-vendor-endpoint"
    return reason, f"{place.where} makes or registers the client that goes with it"


def _hold_stated(planner: Planner, one: Judged, ends: tuple[End, ...], sent: set[str]) -> None:
    """An id waits that only says what is counted or recorded, unless one moves here that is called by it."""
    told = [end for end in ends if end.kind in ("look-up", "record")]
    if not told or not all(_is_stated(end, told) for end in ends):
        return
    called = [o for o in planner.judged if o.id in sent and o.id in planner.variants and _is_same(o, one)]
    if called:
        planner.groups.join(called[0].id, one.id)
        return
    end = min(told, key=lambda end: (end.kind, end.node.file.path, end.node.index))
    done = "asks for a figure by it" if end.kind == "look-up" else "records it"
    detail = f"{end.node.where} only {done}: what is called by this name does not move here"
    planner.keep([one], "must-move-together", detail)


def _is_stated(end: End, told: list[End]) -> bool:
    """Whether nobody is called by an id there: not either by what is kept, which a figure is asked for by."""
    return end.kind in _STATED or (end.kind == "kept" and any(one.kind == "look-up" for one in told))


def _hold_run(planner: Planner, found: ValueEnds) -> None:
    """What one command line is given moves together, or waits: all of it, where the program is another's."""
    moving: dict[tuple[Node, str], list[tuple[Judged, End]]] = defaultdict(list)
    for one in planner.judged:
        for end in _commands(found, one) if one.id in planner.variants else ():
            moving[end.node, one.occurrence.model].append((one, end))
    for (call, model), ones in moving.items():
        said, reason = found.anothers_program(ones[0][1]), "other-vendor-endpoint"
        staying = _staying(planner, found, call, model) if not said else None
        if staying is not None:
            said, reason = f"{staying.literal.where} is given to it as well, and stays", "must-move-together"
        if said:
            planner.keep([one for one, _ in ones], reason, f"the command line at {call.where}: {said}")
        planner.groups.join_all(one.id for one, _ in ones if one.id in planner.variants)


def _staying(planner: Planner, found: ValueEnds, call: Node, model: str) -> Judged | None:
    """An id that waits and that a command line is given as well."""
    waiting = (
        one
        for one in planner.judged
        if one.occurrence.model == model and one.id not in planner.variants and one.verdict.action == "review"
    )
    return next((one for one in waiting if any(e.node is call for e in _commands(found, one))), None)


def _commands(found: ValueEnds, one: Judged) -> list[End]:
    """The command lines of other programs that get an id which goes nowhere else."""
    ends = found.of(one.node) if one.node is not None else ()
    is_only = all(end.kind in ("program", "record", "test", "kept") for end in ends)
    return [end for end in ends if end.kind == "program"] if is_only else []


def _is_same(one: Judged, other: Judged) -> bool:
    return one.file is other.file and one.occurrence.model == other.occurrence.model
