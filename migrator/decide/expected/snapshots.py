"""Tests that compare with a recorded snapshot which an edit may make stale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.inventory import Finding
from migrator.read.scopes import FUNCTIONS, parameters

if TYPE_CHECKING:
    from migrator.decide.expected.asserted import Asserted
    from migrator.read.nodes import FileFacts, Node


def snapshots(asserted: Asserted, rule: str) -> list[Finding]:
    """One finding for every test that sets off a changed call and holds its outcome against a record."""
    tests = [(file, test) for file in asserted.files() for test in _tests(asserted, file)]
    return [found for file, test in tests if (found := _stale(asserted, rule, file, test)) is not None]


def _tests(asserted: Asserted, file: FileFacts) -> list[Node]:
    found, names = [], asserted.linked.names
    for function in file.of_kind(*FUNCTIONS):
        if any(names("snapshot-fixture", str(parameter.value)) for parameter in parameters(function)):
            found.append(function)
    return found


def _stale(asserted: Asserted, rule: str, file: FileFacts, test: Node) -> Finding | None:
    fed = {one.id: one for call in asserted.reached(test) for one in asserted.fed(call)}
    if not fed:
        return None
    ids = ", ".join(dict.fromkeys(one.occurrence.model for one in fed.values()))
    places = ", ".join(dict.fromkeys(f"{one.file.path}:{one.occurrence.line}" for one in fed.values()))
    return Finding(
        rule=rule,
        path=file.path,
        line=test.line,
        message=(
            f"{test.value} compares with a recorded snapshot, which may hold {ids} (changed at {places}); "
            "record it again after the migration"
        ),
        severity="note",
        references=tuple(fed),
    )
