"""Tables of objects that a program only goes through, to call each of them: a new row is one more run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.decide.tables.needs import Case
    from migrator.decide.tables.readings import Reading
    from migrator.read.nodes import Node


def called_in_turn(case: Case, linked: Linked) -> Node | None:
    """Where the objects of a table are handed something, if nobody looks one of them up."""
    is_made = bool(case.rows) and all(row.nodes[-1].kind == "Call" for row in case.rows)
    if not is_made or not case.readings or not all(map(_is_passed, case.readings)):
        return None
    calls = (call for reading in case.readings for call in _calls(reading, linked))
    return next((call for call in calls if call.all("args") or call.all("keywords")), None)


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
