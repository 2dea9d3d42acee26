"""Parameters that tests expect in a request whose own are renamed, removed, replaced or joined by others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.expected.asserted import Expected, assertion, is_mock, says_equal
from migrator.decide.meanings import words
from migrator.decide.requests.planned_parameters import literal
from migrator.inventory.edit_records import (
    AddEntry,
    AddKeyword,
    RemoveEntry,
    RemoveKeyword,
    RenameEntry,
    RenameKeyword,
    ReplaceExpression,
    ReplaceText,
)
from migrator.read.scopes import last_name, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.expected.asserted import Asserted
    from migrator.decide.requests.planned_parameters import Planned
    from migrator.inventory.edit_records import Operation
    from migrator.read.nodes import FileFacts, Node

"""Words by which tests call what was sent."""


class _Change(NamedTuple):
    """What happens to one parameter of one call; `new` is its name, or the source of its value."""

    call: Node
    name: str
    action: str
    old: str
    new: str


def expected_requests(asserted: Asserted) -> Iterator[Expected]:
    """Every expectation of a parameter that an edit changes."""
    requests = _Requests(asserted)
    for file in asserted.files() if requests.changes else ():
        yield from requests.of_file(file)


class _Requests:
    def __init__(self, asserted: Asserted) -> None:
        self.asserted = asserted
        self.planner = asserted.planner
        self.values = asserted.linked.values
        self.written = {edit.id for edit in self.planner.additions.edits if edit.selected}
        self.changes: dict[Node, list[_Change]] = {}
        for call, plans in self.planner.planned.items():
            found = [c for plan in plans for c in self._changes(call, plan)]
            if found:
                self.changes[call] = found
        self.named = {c.name for found in self.changes.values() for c in found}
        self.telling = frozenset(asserted.linked.names.listed("request-sign"))

    def _changes(self, call: Node, plan: Planned) -> Iterator[_Change]:
        parameter = plan.parameter
        if not plan.steps or plan.block is not None or not self._is_written(call, plan):
            return
        first = plan.steps[0].operation
        if isinstance(first, AddKeyword):
            yield _Change(call, first.name, "add", "", first.source)
        elif isinstance(first, AddEntry):
            yield _Change(call, first.key.strip("\"'"), "add", "", first.value)
        elif parameter.action in ("rename", "remove", "replace"):
            yield _Change(call, parameter.name, parameter.action, parameter.value, parameter.new)

    def _is_written(self, call: Node, plan: Planned) -> bool:
        line, rule = plan.parameter.line, plan.parameter.rule
        settings = self.planner.engine.settings
        fixing = all(settings.at(step.path).parameters == "fix" for step in plan.steps)
        return fixing and all(self.planner.written(step.path, line, rule) for step in plan.steps)

    # -- what a test speaks of ---------------------------------------------------------------------

    def of_file(self, file: FileFacts) -> Iterator[Expected]:
        """The expectations in one file of tests."""
        for call in file.calls_giving(self._is_meant):
            for keyword in call.all("keywords") if _checks(call) else ():
                if self._is_meant(keyword.value):
                    yield from self._keyword(keyword)
        values = file.tree.value
        for index in file.tree.of_kind("Constant"):
            if self._is_meant(values[index]):
                yield from self._key(file.nodes[index])

    def _is_meant(self, name: object) -> bool:
        return name in self.named or name in self.telling

    def _keyword(self, keyword: Node) -> Iterator[Expected]:
        """`create.assert_called_with(max_tokens=100)`, `call(max_tokens=100)`."""
        value, call = keyword.child("value"), keyword.parent
        asserted = assertion(value) if value is not None else None
        if value is None or call is None or call.kind != "Call" or asserted is None or not is_mock(asserted):
            return
        changes = self._for(keyword, str(keyword.value), asserted.child("func"))
        for change in changes[:1]:
            operation = _in_call(change, value)
            yield self._expected(value if change.action == "replace" else call, change, operation, changes)
        if keyword.value == "model" and keyword.parent is not None:
            given = {str(k.value) for k in call.all("keywords")}
            yield from self._joined(keyword, call, given, asserted.child("func"))

    def _key(self, node: Node) -> Iterator[Expected]:
        asserted = assertion(node)
        if asserted is None or node.parent is None:
            return
        if node.field == "keys":
            yield from self._entry(node, node.parent, asserted)
        elif node.field in ("slice", "args", "left"):
            yield from self._item(node, asserted)

    def _entry(self, key: Node, mapping: Node, asserted: Node) -> Iterator[Expected]:
        """`assert body == {"max_tokens": 100, …}`."""
        keys = mapping.all("keys")
        names = {str(k.value) for k in keys if k.kind == "Constant"}
        if not says_equal(asserted) or not names & self.telling:
            return
        about = self._about(asserted, mapping)
        value = key.after
        changes = self._for(key, str(key.value), about)
        for change in changes[:1]:
            operation = _in_dict(change, value)
            node = value if change.action == "replace" else mapping
            yield self._expected(node, change, operation, changes)
        if key.value == "model" and asserted.kind != "Call":
            yield from self._joined(key, mapping, names, about)

    def _item(self, key: Node, asserted: Node) -> Iterator[Expected]:
        """`sent["max_tokens"]`, `sent.get("max_tokens")`, `"max_tokens" in sent`."""
        base = _base(key)
        changes = self._for(key, str(key.value), base) if base is not None else []
        for change in changes[:1]:
            if change.action == "rename":
                operation: Operation | None = ReplaceText(old=change.name, new=change.new)
                yield self._expected(key, change, operation, changes)
            elif change.action == "remove" and base is not None:
                if not (asserted.kind == "Compare" and asserted.value == ("NotIn",)):
                    yield self._expected(asserted, change, _absent(key, base, asserted), changes)
            elif change.action == "replace":
                value = _other_side(key, asserted)
                if value is not None and literal(value) == change.old:
                    yield self._expected(value, change, ReplaceExpression(source=change.new), changes)

    def _about(self, asserted: Node, mapping: Node) -> Node | None:
        """What a dict is compared with."""
        if is_mock(asserted):
            return asserted.child("func")
        sides = [n for n in asserted.children() if n.field in ("left", "comparators", "args")]
        return next((side for side in sides if not mapping.inside(side)), None)

    # -- which request it is -----------------------------------------------------------------------

    def _for(self, node: Node, name: str, about: Node | None) -> list[_Change]:
        """The one change of a parameter in the calls that the test sets off; none where they differ."""
        if name not in self.named or about is None:
            return []
        calls = self._calls(node, about)
        found = [
            c for call in calls for c in self.changes.get(call, ()) if c.name == name and c.action != "add"
        ]
        return found if len({(c.action, c.new) for c in found}) == 1 and self._all(calls, name, found) else []

    def _all(self, calls: list[Node], name: str, found: list[_Change]) -> bool:
        """Whether every call that is given a parameter has it changed."""
        changed = {change.call for change in found}
        bags = self.planner.requests.bags
        staying = [self.planner.sites[call] for call in calls if call not in changed]
        return not any(s.name == name for site in staying if site.receiver for s in bags.settings(site))

    def _calls(self, node: Node, about: Node) -> list[Node]:
        """The calls whose request an expression is about."""
        holders = [v.node for v in self.values.of(about) if v.kind == "dict"]
        if holders:
            return [call for call in self.changes if self._is_made_of(call, holders)]
        reached = self.asserted.reached(scope_of(node))
        spelled = self._spelled(about)
        said, recorded = words(spelled), self.asserted.linked.names("recorded-request", spelled)
        return [c for c in reached if recorded or words(last_name(c.child("func"))) & said]

    def _is_made_of(self, call: Node, holders: list[Node]) -> bool:
        site = self.planner.sites[call]
        settings = self.planner.requests.bags.settings(site) if site.receiver is not None else []
        return any(setting.holder in holders for setting in settings)

    def _spelled(self, about: Node) -> str:
        """What an expression is called, and what it was made of."""
        source = self.asserted.instances.source(about, {})
        base = next((n for n in [source, *source.descendants()] if n.kind == "Name"), None)
        bindings = self.asserted.linked.project.bindings(base) if base is not None else []
        unpacked = [b.statement for b in bindings if b.parent is not None and b.parent.kind == "Tuple"]
        behind = [s.child("value") for s in unpacked if s.kind == "Assign"]
        return " ".join([about.source, source.source, *(v.source for v in behind if v is not None)])

    # -- parameters that join ----------------------------------------------------------------------

    def _joined(self, node: Node, holder: Node, given: set[str], about: Node | None) -> Iterator[Expected]:
        """A whole request that is expected lacks the parameter that an edit adds."""
        calls = self._calls(node, about) if about is not None else []
        found = [c for call in calls for c in self.changes.get(call, ()) if c.action == "add"]
        if found and len({(c.name, c.new) for c in found}) == 1 and found[0].name not in given:
            change, last = found[0], len(given) - 1
            entry = AddEntry(key=f'"{change.name}"', value=change.new, beside=last)
            keyword = AddKeyword(name=change.name, source=change.new)
            yield self._expected(holder, change, entry if holder.kind == "Dict" else keyword, found)

    def _expected(
        self, node: Node, change: _Change, operation: Operation | None, changes: list[_Change]
    ) -> Expected:
        groups = []
        for call in dict.fromkeys(one.call for one in changes):
            moving = [one.id for one in self.planner.by_site[call] if one.id in self.planner.variants]
            groups.append(moving[0] if moving else self.planner.site_id(call))
        places = tuple(dict.fromkeys(one.call.where for one in changes))
        return Expected(node, operation, _said(change), tuple(groups), places)


def _checks(call: Node) -> bool:
    """`assert_called_with(…)` of a mock, or `call(…)` inside one."""
    name = last_name(call.child("func"))
    return name == "call" or name.startswith("assert_")


def _said(change: _Change) -> str:
    if change.action == "add":
        return f"expects a request without {change.name}, which is added"
    if change.action == "remove":
        return f"expects {change.name}, which is removed"
    return f"expects {change.name}, which becomes {change.new}"


def _in_call(change: _Change, value: Node) -> Operation | None:
    if change.action == "rename":
        return RenameKeyword(name=change.name, new=change.new)
    if change.action == "remove":
        return RemoveKeyword(name=change.name)
    return ReplaceExpression(source=change.new) if literal(value) == change.old else None


def _in_dict(change: _Change, value: Node) -> Operation | None:
    if change.action == "rename":
        return RenameEntry(key=change.name, new=change.new)
    if change.action == "remove":
        return RemoveEntry(key=change.name)
    return ReplaceExpression(source=change.new) if literal(value) == change.old else None


def _base(key: Node) -> Node | None:
    """What a key is looked up in."""
    parent = key.parent
    if parent is None:
        return None
    if parent.kind == "Subscript":
        return parent.child("value")
    if parent.kind == "Compare" and parent.value in (("In",), ("NotIn",)):
        return parent.child("comparators")
    func = parent.child("func") if parent.kind == "Call" else None
    if func is None or func.kind != "Attribute" or key != parent.all("args")[0]:
        return None
    return func.child("value") if func.value == "get" else None


def _absent(key: Node, base: Node, asserted: Node) -> Operation | None:
    """An assertion of a parameter's value as one of its absence."""
    if asserted.kind == "Compare" and len(asserted.value) == 1:
        return ReplaceExpression(source=f"{key.source} not in {base.source}")
    func = asserted.child("func")
    case = func.child("value") if func is not None and func.kind == "Attribute" else None
    if case is None or case.source != "self" or len(asserted.all("args")) != 2:
        return None
    return ReplaceExpression(source=f"self.assertNotIn({key.source}, {base.source})")


def _other_side(key: Node, asserted: Node) -> Node | None:
    sides = [n for n in asserted.children() if n.field in ("left", "comparators", "args")]
    others = [side for side in sides if not key.inside(side)]
    return others[0] if len(others) == 1 else None
