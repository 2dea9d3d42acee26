"""Tests that expect what an edit changes: they move along where tests are written, else they are listed."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.additions import Additions
from migrator.decide.limit_links import scope_of
from migrator.inventory import Edit, Finding, ReplaceText
from migrator.read.flow import key_of
from migrator.read.project import FUNCTIONS, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.engine import Judged
    from migrator.decide.plans import Planner
    from migrator.inventory import Operation
    from migrator.read.facts import Node

RULE = "GPT55-X001"
_DEPTH = 5
_EQUAL = frozenset({"assertEqual", "assertEquals", "assertIn", "assert_equal"})


class Expected(NamedTuple):
    """A literal that a test expects, and the occurrences that give the program its value."""

    node: Node
    old: str
    new: str
    behind: tuple[Judged, ...]


def expectations(planner: Planner) -> Additions:
    """Expectations that an edit falsifies."""
    added = Additions()
    for found in Expectations(planner).all():
        place = found.node.file.path, found.node.line
        if planner.written(*place, RULE):
            added.edits.append(_edit(planner, found))
        else:
            added.findings.append(_finding(found))
    return added


class Expectations:
    """Finds what tests expect in one planned run."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.linked = planner.engine.linked
        self.values = self.linked.values
        self._sites: dict[Node, frozenset[Node]] = {}

    @cached_property
    def moving(self) -> dict[Node, list[Judged]]:
        """Occurrences that are rewritten, by the literal that they stand in."""
        found: dict[Node, list[Judged]] = {}
        for one in self.planner.judged:
            if one.node is not None and one.id in self.planner.variants and self.planner._wanted(one):
                found.setdefault(one.node, []).append(one)
        return found

    @cached_property
    def _by_scope(self) -> dict[Node, list[Node]]:
        found: dict[Node, list[Node]] = {}
        for call in self.planner.sites:
            found.setdefault(scope_of(call), []).append(call)
        return found

    def all(self) -> Iterator[Expected]:
        """Every expectation of an id that is rewritten."""
        for one in self.planner.judged:
            if one.context == "test" and one.verdict.action == "leave" and one.node is not None:
                found = self._of(one, one.node)
                if found is not None:
                    yield found

    def _of(self, one: Judged, node: Node) -> Expected | None:
        asserted = _asserted(node)
        if asserted is None or node.value != one.occurrence.model:
            return None
        behind = self._valued(asserted, node) or self._sent(asserted, node)
        behind = [other for other in behind if other.occurrence.model == one.occurrence.model]
        targets = {self.planner._target(self.planner.variants[other.id]) for other in behind}
        if len(targets) != 1:
            return None
        return Expected(node, one.occurrence.model, targets.pop(), tuple(behind))

    def _valued(self, asserted: Node, expected: Node) -> list[Judged]:
        """What gives the other side its value: `assert Settings().model == "…"`."""
        if asserted.kind not in ("Compare", "Call"):
            return []
        sides = [node for node in asserted.children() if node.field in ("left", "comparators", "args")]
        found: list[Judged] = []
        for side in sides:
            if not expected.inside(side):
                values = self.values.of(side)
                if any(value.kind == "text" and value.node not in self.moving for value in values):
                    return []
                found += [one for value in values for one in self.moving.get(value.node, ())]
        return found

    def _sent(self, asserted: Node, expected: Node) -> list[Judged]:
        """What is sent by the calls that the test sets off: `assert requests[0]["model"] == "…"`."""
        if not self._speaks_of_a_request(asserted, expected):
            return []
        found: dict[str, Judged] = {}
        for call in self._reached(scope_of(expected), _DEPTH):
            for one in self.planner.by_site.get(call, ()):
                if one.id in self.planner.variants and self.planner._wanted(one):
                    found[one.id] = one
        return list(found.values())

    def _speaks_of_a_request(self, asserted: Node, expected: Node) -> bool:
        if asserted.kind == "Call" and last_name(asserted.child("func")).startswith("assert_"):
            keyword = expected.parent
            return (
                keyword is not None
                and keyword.kind == "keyword"
                and self.linked.names.model(str(keyword.value))
            )
        if expected.parent is not None and expected.parent.kind == "Dict":
            return self.linked.names.model(key_of(expected))
        return any(self._is_model_of(node) for node in asserted.descendants())

    def _is_model_of(self, node: Node) -> bool:
        """`….kwargs["model"]`, `….model`."""
        if node.kind == "Subscript":
            key = node.child("slice")
            return key is not None and isinstance(key.value, str) and self.linked.names.model(key.value)
        return node.kind == "Attribute" and self.linked.names.model(str(node.value))

    def _reached(self, function: Node, depth: int) -> frozenset[Node]:
        """Call sites in the functions that a function calls or hands on."""
        known = self._sites.get(function)
        if known is not None:
            return known
        self._sites[function] = frozenset()
        found = set(self._by_scope.get(function, ()))
        for node in function.descendants() if depth and function.kind in FUNCTIONS else ():
            if node.kind in ("Name", "Attribute") and node.field in ("func", "args", "value"):
                for value in self.values.of(node):
                    if value.kind == "function" and value.node != function:
                        found |= self._reached(value.node, depth - 1)
        self._sites[function] = frozenset(found)
        return self._sites[function]


def _asserted(node: Node) -> Node | None:
    """The comparison or assertion that a literal is expected in."""
    for above in node.ancestors():
        if above.kind == "Compare":
            in_assert = any(one.kind == "Assert" for one in above.ancestors())
            return above if in_assert and set(above.value) <= {"Eq", "Is"} else None
        if above.kind == "Call":
            name = last_name(above.child("func"))
            if name in _EQUAL or name.startswith("assert_"):
                return above
            if name != "dict":
                return None
        elif above.is_statement:
            return None
    return None


def _edit(planner: Planner, found: Expected) -> Edit:
    first, *others = (one.id for one in found.behind)
    for other in others:
        planner.groups.join(first, other)
    operation: Operation = ReplaceText(old=found.old, new=found.new)
    key = f"{found.node.file.path}|{found.node.span}|{operation}"
    return Edit(
        id="e-" + hashlib.sha256(key.encode()).hexdigest()[:10],
        path=found.node.file.path,
        anchor=found.node.span,
        operation=operation,
        group=first,
        why=f"follows {_places(found)}",
        rule=RULE,
        rank=2,
    )


def _finding(found: Expected) -> Finding:
    return Finding(
        rule=RULE,
        path=found.node.file.path,
        line=found.node.line,
        column=found.node.span[1] + 1,
        message=(
            f"expects {found.old}, which becomes {found.new} at {_places(found)}; "
            "add test to write-contexts to change it along"
        ),
        severity="note",
        references=tuple(one.id for one in found.behind),
    )


def _places(found: Expected) -> str:
    return ", ".join(f"{one.file.path}:{one.occurrence.line}" for one in found.behind)
