"""Expected ids and numbers: `assert Settings().model == "…"`, in requests, in rows of parameters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.expected.asserted import Expected, assertion, compared, is_mock, says_equal
from migrator.decide.flows.flow_steps import key_of
from migrator.inventory.edit_records import ReplaceExpression, ReplaceText
from migrator.read.scopes import scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from migrator.decide.expected.asserted import Asserted
    from migrator.decide.records import Judged
    from migrator.inventory.edit_records import Edit
    from migrator.know.origins import Origin
    from migrator.read.nodes import Node

_VENDOR = re.compile(r"[\w.-]+[/:]")


def expected_values(asserted: Asserted) -> Iterator[Expected]:
    """Every expectation of an id that is rewritten, or of a number that is resized."""
    values = _Values(asserted)
    for one in asserted.planner.judged:
        if one.context == "test" and one.verdict.action == "leave" and one.node is not None:
            found = values.of_id(one, one.node)
            if found is not None:
                yield found
    yield from values.numbers()


class _Changed(NamedTuple):
    """What a literal of the program becomes, by which edit's group, where."""

    new: str
    group: str
    where: str
    reference: str = ""


class _Values:
    def __init__(self, asserted: Asserted) -> None:
        self.asserted = asserted
        self.planner = asserted.planner
        self.names = asserted.linked.names
        self.ids: dict[Node, list[Judged]] = {}
        for one in asserted.moving(asserted.planner.judged):
            if one.node is not None:
                self.ids.setdefault(one.node, []).append(one)
        self.resized = {
            (edit.path, edit.anchor): edit
            for edit in asserted.planner.additions.edits
            if edit.selected and isinstance(edit.operation, ReplaceExpression)
        }

    # -- ids ---------------------------------------------------------------------------------------

    def of_id(self, one: Judged, node: Node) -> Expected | None:
        """The expectation that a reference in a test is, if an edit falsifies it."""
        model = one.occurrence.model
        changed = [c for c in self._behind(node, model) if c.new]
        targets = {c.new for c in changed}
        if len(targets) != 1:
            return None
        new = targets.pop()
        return _expected(
            node, changed, f"expects {model}, which becomes {new}", ReplaceText(old=model, new=new)
        )

    def _behind(self, node: Node, model: str) -> list[_Changed]:
        found = assertion(node)
        if found is None:
            return self._in_row(node) or self._built(node)
        if not says_equal(found):
            return []
        valued = self._valued(found, node, node.value)
        if valued is None:
            return []
        return valued or self._sent(found, node, model) or self._echoed(found, node)

    def _valued(
        self, asserted: Node, expected: Node, wanted: object, given: Mapping[str, Node] | None = None
    ) -> list[_Changed] | None:
        """What gives the other side the value that is wanted; none where something else may give it."""
        if is_mock(asserted):
            return []
        sides = [node for node in asserted.children() if node.field in ("left", "comparators", "args")]
        found: list[_Changed] = []
        for side in sides:
            if expected.inside(side):
                continue
            changes = self._changes(self.asserted.instances.of(side, given), wanted, asserted)
            if changes is None:
                return None
            found += changes
        return found

    def _changes(self, values: tuple[Origin, ...], wanted: object, asserted: Node) -> list[_Changed] | None:
        literals = [v for v in values if v.kind in ("text", "number")]
        changes = [self._change(v) for v in literals]
        differ = any(v.node.value != wanted for v in literals)
        if None in changes or differ or self._is_set(values, asserted):
            return None
        return [c for c in changes if c is not None]

    def _built(self, node: Node) -> list[_Changed]:
        """What gives the other side a field: `assert Made().dump() == Made(model="…").dump()`."""
        keyword = node.parent
        if keyword is None or keyword.kind != "keyword" or not keyword.value or keyword.parent is None:
            return []
        asserted, other = compared(keyword.parent)
        if asserted is None or other is None:
            return []
        values = self.asserted.instances.field(other, str(keyword.value), {})
        return self._changes(values or (), node.value, asserted) or []

    def _change(self, value: Origin) -> _Changed | None:
        node = value.node
        for one in self.ids.get(node, ()):
            return self._moved(one)
        edit = self.resized.get((node.file.path, node.span)) if value.kind == "number" else None
        return _Changed(_source(edit), edit.group, node.where) if edit is not None else None

    def _moved(self, one: Judged) -> _Changed:
        new = self.planner.namings.written(one)
        return _Changed(new, one.id, f"{one.file.path}:{one.occurrence.line}", one.id)

    def _is_set(self, values: tuple[Origin, ...], asserted: Node) -> bool:
        """Whether a value comes from the environment and the test sets that."""
        if not any(v.path == "environment" for v in values):
            return False
        scope = scope_of(asserted)
        asked = (str(n.value) for n in scope.descendants() if n.kind in ("Name", "Attribute"))
        return self.names.any("environment-setter", asked)

    # -- rows of parameters ------------------------------------------------------------------------

    def _in_row(self, node: Node) -> list[_Changed]:
        """What a test compares the parameter with that a literal fills."""
        row = self.asserted.instances.row(node)
        found: list[_Changed] = []
        for load in self.asserted.linked.project.loads(row.parameter) if row is not None else ():
            asserted = assertion(load)
            if row is not None and asserted is not None and says_equal(asserted) and load.parent == asserted:
                found += self._valued(asserted, load, node.value, row.given) or ()
        return found

    # -- requests ----------------------------------------------------------------------------------

    def _sent(self, asserted: Node, expected: Node, model: str) -> list[_Changed]:
        """What is sent by the calls that the test sets off: `assert requests[0]["model"] == "…"`."""
        if not self._speaks_of_a_request(asserted, expected) or self._is_given(asserted, expected):
            return []
        scope = scope_of(expected)
        fed = {one.id: one for call in self.asserted.reached(scope) for one in self.asserted.fed(call)}
        said = [
            one
            for one in fed.values()
            if one.occurrence.model == model and _text(one) in (expected.value, model)
        ]
        return [self._moved(one) for one in _nearest(said, scope)]

    def _echoed(self, asserted: Node, expected: Node) -> list[_Changed]:
        """What the test itself hands to a call, and then finds in something that is not followed."""
        texts = [n for n in scope_of(expected).within("Constant") if isinstance(n.value, str)]
        given = [n for n in texts if n != expected and _says(n, expected) and assertion(n) is None]
        ones = [one for node in given for one in self.ids.get(node, ())]
        called = any(one.verdict.role == "call-argument" for one in ones)
        sides = [n for n in asserted.children() if n.field in ("left", "comparators", "args")]
        plain = any(side.kind in ("Name", "Attribute", "Subscript") for side in sides)
        return [self._moved(one) for one in ones] if called and plain and len(ones) == len(given) else []

    def _is_given(self, asserted: Node, expected: Node) -> bool:
        """Whether the test itself says the id elsewhere, in a literal that stays."""
        same = [n for n in scope_of(expected).within("Constant") if n.value == expected.value]
        return any(n != expected and assertion(n) is None and n not in self.ids for n in same)

    def _speaks_of_a_request(self, asserted: Node, expected: Node) -> bool:
        if is_mock(asserted):
            keyword = expected.parent
            return keyword is not None and keyword.kind == "keyword" and self.names.model(str(keyword.value))
        if expected.parent is not None and expected.parent.kind == "Dict":
            return self.names.model(key_of(expected))
        return any(self._is_model_of(node) for node in asserted.descendants())

    def _is_model_of(self, node: Node) -> bool:
        """`….kwargs["model"]`, `….model`."""
        if node.kind == "Subscript":
            key = node.child("slice")
            return key is not None and isinstance(key.value, str) and self.names.model(key.value)
        return node.kind == "Attribute" and self.names.model(str(node.value))

    # -- numbers -----------------------------------------------------------------------------------

    def numbers(self) -> Iterator[Expected]:
        """Expected limits that an edit resizes."""
        for file in self.asserted.files() if self.resized else ():
            values = file.tree.value
            for index in file.tree.of_kind("Constant"):
                if type(values[index]) is int and values[index] > 1:
                    yield from self._number(file.nodes[index])

    def _number(self, node: Node) -> Iterator[Expected]:
        asserted = assertion(node)
        if asserted is None or not says_equal(asserted):
            return
        changed = self._valued(asserted, node, node.value) or []
        new = {c.new for c in changed}
        if len(new) == 1 and not changed[0].reference:
            what = f"expects {node.source}, which becomes {changed[0].new}"
            yield _expected(node, changed, what, ReplaceExpression(source=new.pop()))


def _expected(
    node: Node, changed: list[_Changed], what: str, operation: ReplaceText | ReplaceExpression
) -> Expected:
    groups = tuple(dict.fromkeys(c.group for c in changed))
    places = tuple(dict.fromkeys(c.where for c in changed))
    references = tuple(dict.fromkeys(c.reference for c in changed if c.reference))
    return Expected(node, operation, what, groups, places, references)


def _source(edit: Edit) -> str:
    assert isinstance(edit.operation, ReplaceExpression)
    return edit.operation.source


def _nearest(ones: list[Judged], scope: Node) -> list[Judged]:
    """Those that a test gives itself, else those of its file and of the program."""
    own = [one for one in ones if one.node is not None and one.node.inside(scope)]
    return own or [one for one in ones if one.file is scope.file or one.context != "test"]


def _says(node: Node, expected: Node) -> bool:
    """Whether a text is what is expected, or that of some vendor: `openai/…`, which a program takes apart."""
    vendor, text = _VENDOR.match(str(node.value)), str(node.value)
    return expected.value in (text, text[vendor.end() :] if vendor else text)


def _text(one: Judged) -> str:
    return str(one.node.value) if one.node is not None else ""
