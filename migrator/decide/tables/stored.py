"""Tables that stand in data files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.data.formats import is_data
from migrator.decide.documents.judged_datafiles import unfollowed

if TYPE_CHECKING:
    from migrator.decide.plans import Planner
    from migrator.decide.tables.needs import Case
    from migrator.decide.tables.readings import Reading


def is_followed(planner: Planner, case: Case) -> bool:
    """Whether a table is code's own, or code is seen that asks a data file's table for a model."""
    if not is_data(case.container.node.file.path) or any(asks(reading) for reading in case.readings):
        return True
    for one in planner.judged:
        is_in = one.node is not None and one.node.inside(case.container.node) and not one.sites
        if is_in and one.verdict.action != "leave":
            planner.settled[one.id] = unfollowed(one)
    return False


def is_closed(planner: Planner, case: Case) -> bool:
    """Whether a table stands in a data file that is not written."""
    node = case.container.anchor
    return is_data(node.file.path) and not planner.written(node.file.path, node.line, case.rule)


def waits(planner: Planner, case: Case, variant: str) -> bool:
    """Whether the ids that need a row wait for it, since the file is not written; remembers which."""
    closed = is_closed(planner, case)
    if closed:
        planner.waiting.setdefault(case.id, set()).add(variant)
    return closed


def hint(case: Case) -> str:
    """What lets a data file be written."""
    path = case.container.node.file.path
    return f"; {path} gains it with config-files" if is_data(path) else ""


def asks(reading: Reading) -> bool:
    """Whether a reading asks a table for a model."""
    return reading.key is not None or reading.kind in ("choice", "type")
