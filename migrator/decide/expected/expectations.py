"""Tests that expect what an edit changes: they move along where tests are written, else they are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.expected.asserted import Asserted, Expected, assertion
from migrator.decide.expected.expected_parameters import expected_requests
from migrator.decide.expected.expected_values import expected_values
from migrator.decide.records import Additions, edit_id
from migrator.inventory import Finding
from migrator.inventory.edit_records import AddElement, AddEntry, Edit, ReplaceExpression
from migrator.read.kinds import COLLECTIONS
from migrator.read.scopes import FUNCTIONS, last_name, parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.plans import Planner
    from migrator.read.nodes import FileFacts, Node


RULE = "GPT55-X001"


def expectations(planner: Planner) -> Additions:
    """Expectations that an edit falsifies."""
    added, asserted = Additions(), Asserted(planner)
    for part in (expected_values, expected_requests, expected_sets):
        for found in part(asserted):
            place = found.node.file.path, found.node.line
            if found.operation is not None and planner.written(*place, RULE):
                added.edits.append(_edit(planner, found))
            else:
                added.findings.append(_finding(found))

    added.findings += snapshots(asserted, RULE)
    return added


def _edit(planner: Planner, found: Expected) -> Edit:
    assert found.operation is not None
    planner.groups.join_all(found.groups)
    return Edit(
        id=edit_id(found.node.file.path, found.node.span, found.operation),
        path=found.node.file.path,
        anchor=found.node.span,
        operation=found.operation,
        group=found.groups[0],
        why=f"follows {', '.join(found.places)}",
        rule=RULE,
        rank=2,
    )


def _finding(found: Expected) -> Finding:
    advice = "add test to write-contexts to change it along" if found.operation else "to be changed by hand"
    return Finding(
        rule=RULE,
        path=found.node.file.path,
        line=found.node.line,
        column=found.node.span[1] + 1,
        message=f"{found.what} at {', '.join(found.places)}; {advice}",
        severity="note",
        references=found.references,
    )


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


_EQUAL = ("assertEqual", "assertCountEqual", "assertListEqual", "assertSetEqual")
_SAME = ("set", "list", "tuple", "sorted", "frozenset")


def expected_sets(asserted: Asserted) -> Iterator[Expected]:
    """Every expectation of a whole collection, or of its length, that gains an element."""
    sets = _Sets(asserted)
    for file in asserted.files() if sets.grown else ():
        yield from sets.of_file(file)


class _Sets:
    def __init__(self, asserted: Asserted) -> None:
        self.asserted = asserted
        self.grown: dict[tuple[str, object], list[Edit]] = {}
        for edit in asserted.planner.additions.edits:
            if edit.selected and isinstance(edit.operation, (AddElement, AddEntry)):
                self.grown.setdefault((edit.path, edit.anchor), []).append(edit)

    def of_file(self, file: FileFacts) -> Iterator[Expected]:
        """The expectations in one file of tests."""
        values, equal = file.tree.value, file.calls.keys() & _EQUAL
        equalities = (at for at in file.tree.of_kind("Compare") if values[at] == ("Eq",))
        for comparison in map(file.nodes.__getitem__, equalities):
            sides = [comparison.child("left"), comparison.child("comparators")]
            if None not in sides:
                inner = comparison.child("left")
                if inner is not None and assertion(inner) == comparison:
                    yield from self._compared([side for side in sides if side is not None])
        for at in sorted(at for name in equal for at in file.calls[name]):
            arguments = file.nodes[at].all("args")[:2]
            if len(arguments) == 2:
                yield from self._compared(arguments)

    def _compared(self, sides: list[Node]) -> Iterator[Expected]:
        for actual, expected in (sides, sides[::-1]):
            counted = _counted(actual)
            is_whole = counted is None and _inner(expected).kind in COLLECTIONS
            may_grow = is_whole or (counted is not None and expected.kind == "Constant")
            edits = self._edits(_inner(counted or actual)) if may_grow else []
            if edits and counted is not None:
                yield _expected(edits, expected, ReplaceExpression(source=str(expected.value + len(edits))))
            elif edits:
                yield from self._gained(edits, actual, _inner(expected))

    def _gained(self, edits: list[Edit], actual: Node, expected: Node) -> Iterator[Expected]:
        """Each new element, in the place that it has in the program."""
        there = [n.value for n in expected.all("elts")]
        for edit in edits:
            source, beside = _element(edit)
            template = self._template(actual, beside)
            at = there.index(template) if template in there else len(there) - 1
            if there and source is not None:
                operation = AddElement(source=source, beside=at, before=_before(edit))
                yield _expected([edit], expected, operation)

    def _edits(self, actual: Node) -> list[Edit]:
        """The edits that add to the one collection that an expression is."""
        found = [v.node for v in self.asserted.values.of(actual) if v.kind in ("list", "dict")]
        return self.grown.get((found[0].file.path, found[0].span), []) if len(found) == 1 else []

    def _template(self, actual: Node, beside: int) -> object:
        held = next(v.node for v in self.asserted.values.of(_inner(actual)) if v.kind in ("list", "dict"))
        elements = held.all("keys") if held.kind == "Dict" else held.all("elts")
        return elements[beside].value if beside < len(elements) else None


def _counted(node: Node) -> Node | None:
    """What `len(…)` counts."""
    named = node.kind == "Call" and last_name(node.child("func")) == "len"
    return node.all("args")[0] if named and node.all("args") else None


def _inner(node: Node) -> Node:
    """The collection under `set(…)`, `sorted(…)`."""
    while node.kind == "Call" and last_name(node.child("func")) in _SAME and node.all("args"):
        node = node.all("args")[0]
    return node


def _element(edit: Edit) -> tuple[str | None, int]:
    operation = edit.operation
    if isinstance(operation, AddEntry):
        return operation.key, operation.beside
    return (operation.source, operation.beside) if isinstance(operation, AddElement) else (None, 0)


def _before(edit: Edit) -> bool:
    return isinstance(edit.operation, (AddEntry, AddElement)) and edit.operation.before


def _expected(edits: list[Edit], node: Node, operation: AddElement | ReplaceExpression) -> Expected:
    places = tuple(dict.fromkeys(f"{edit.path}:{edit.anchor[0]}" for edit in edits))
    what = "expects a collection as a whole, which grows"
    return Expected(node, operation, what, tuple(edit.group for edit in edits), places)
