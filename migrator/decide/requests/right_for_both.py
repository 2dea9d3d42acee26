"""Right for both: a parameter that other models go on taking, given on a condition on the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.requests.planned_parameters import Planned, Step
from migrator.decide.requests.spreading import model_in, spread_in
from migrator.inventory.edit_records import (
    AddEntry,
    AddKeyword,
    RemoveEntry,
    RemoveKeyword,
    ReplaceExpression,
)
from migrator.read.scopes import last_name
from migrator.requests.conditions import makes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from migrator.decide.requests.given_parameters import Setting
    from migrator.know.values import Entry
    from migrator.read.nodes import Node
    from migrator.rulebook.api_rules import Call

_CHANGES = ("remove", "rename", "replace")
_SIMPLE = ("Name", "Constant")
_PARTS = ("Attribute", "BoolOp", "IfExp", "Subscript")
_WHOLE = ("Name", "Attribute", "Call", "Subscript", "Dict")
_CHANGING = frozenset({"pop", "popitem", "setdefault", "next", "send"})
_GETTERS = ("get", "getenv")
_TEXT_METHODS = (
    "split",
    "rsplit",
    "partition",
    "rpartition",
    "strip",
    "lower",
    "removeprefix",
    "removesuffix",
)


class Conditions:
    """Writes parameters for the targets alone; `moved` says what a text will be, if it becomes another.

    `others` are how old ids begin, which what tells the targets must not tell too.
    """

    def __init__(
        self, targets: Sequence[str], others: Sequence[str], moved: Callable[[Node], str | None]
    ) -> None:
        shortest = common = min(targets, key=len)
        while not all(target.startswith(common) for target in targets):
            common = common[:-1].rstrip("-.")
        self.sort = shortest if all(shortest in target for target in targets) else common
        self.tells = self.sort == shortest or not any(
            not common or old.startswith(common) or common.startswith(old) for old in others
        )
        self.moved = moved

    def of(
        self, plan: Planned, call: Node, rule: Call, naming: Iterable[Entry] = (), *, is_text: bool = True
    ) -> Planned | None:
        """A parameter that goes or is renamed, for the targets alone; none where it can't be written.

        `naming` gives the model. Without `is_text` it may be something else than a text.
        """
        setting, parameter = plan.setting, plan.parameter
        if setting is None or plan.block is not None or parameter.action not in _CHANGES:
            return None
        if setting.form == "item" and parameter.action != "replace":
            return self._of_item(plan, setting, naming, is_text=is_text) if self.tells else None
        if (given := _given(setting)) is None or _changes(given):
            return None
        model = self.asked_of(setting, call, rule)
        if model is None:
            return None
        value, asked = given.source, self._said(model)
        asked = asked if is_text else f"str({asked})"
        new = f'{{"{parameter.new}": {value}}}' if parameter.action == "rename" else "{}"
        new = f'{{"{setting.key}": {parameter.new}}}' if parameter.action == "replace" else new
        source = f'({new} if "{self.sort}" in {asked} else {{"{setting.key}": {value}}})'
        return plan._replace(steps=tuple(_steps(setting, given, source)), is_conditional=True)

    def asked_of(self, setting: Setting, call: Node, rule: Call) -> Node | None:
        """What can be asked for the model beside a parameter."""
        return next(filter(may_be_asked_twice, _models(setting, call, rule)), None) if self.tells else None

    def _of_item(
        self, plan: Planned, setting: Setting, naming: Iterable[Entry], *, is_text: bool
    ) -> Planned | None:
        """What is put into a dict later, by the model that the dict was made with."""
        target, statement = setting.holder.child("targets"), setting.holder
        key, base = (target.child("slice"), target.first) if target is not None else (None, None)
        made = {f'{base.source}["{e.key}"]' for e in naming if base is not None and makes(e, base)}
        if key is None or len(made) != 1:
            return None
        [asked] = made
        asked = asked if is_text else f"str({asked})"
        path, above = statement.file.path, statement.parent
        if plan.parameter.action == "rename":
            source = f'"{plan.parameter.new}" if "{self.sort}" in {asked} else {key.source}'
            step = Step(path, key.span, ReplaceExpression(source=source))
            return plan._replace(steps=(step,), is_conditional=True)
        test = above.child("test") if above is not None and above.kind == "If" else None
        if test is None or above is None or above.all("orelse") or len(above.all("body")) != 1:
            return None
        first = test.source if test.kind in (*_SIMPLE, "Attribute", "Compare", "Call") else f"({test.source})"
        made_so = ReplaceExpression(source=f'{first} and "{self.sort}" not in {asked}')
        return plan._replace(steps=(Step(path, test.span, made_so),), is_conditional=True)

    def at_call(
        self, plan: Planned, holder: Node, asked: str, keys: Mapping[str, str], *, is_text: bool
    ) -> Planned | None:
        """What goes or is renamed, changed in what a call or a body spreads for the targets alone.

        `keys` are all of these with their new names, none for what goes; `asked` gives the model.
        """
        spread = spread_in(holder)
        if plan.setting is None or plan.setting.key not in keys or not self.tells or not spread:
            return None
        if holder.scope.kind == "ClassDef" or any(
            one.kind == "DictComp" or one.all("keys") for one in spread
        ):
            return None
        asked = asked if is_text else f"str({asked})"
        asked = "" if _is_said(asked) else asked
        steps = []
        for one in spread:
            held = one.source if one.kind in _WHOLE else f"({one.source})"
            key, left = self._key(keys, asked), self._left(keys, asked)
            made = ReplaceExpression(source=f"{{{key}: value for key, value in {held}.items(){left}}}")
            steps.append(Step(holder.file.path, one.span, made))
        return plan._replace(steps=tuple(steps))

    def _key(self, keys: Mapping[str, str], asked: str) -> str:
        """A key of what is spread, as the targets want it; without a test where the model is one."""
        renamed = {key: new for key, new in sorted(keys.items()) if new}
        more = f' and "{self.sort}" in {asked}' if asked else ""
        tests = [f'"{new}" if key == "{key}"{more} else ' for key, new in renamed.items()]
        return "".join(tests) + "key"

    def _left(self, keys: Mapping[str, str], asked: str) -> str:
        """The test that leaves out what the targets don't take."""
        gone = [key for key, new in sorted(keys.items()) if not new]
        if not gone:
            return ""
        test = f"key not in {tuple(gone)}".replace("'", '"') if len(gone) > 1 else f'key != "{gone[0]}"'
        return f' if {test} or "{self.sort}" not in {asked}' if asked else f" if {test}"

    def asked_at(self, holder: Node, rule: Call, naming: Sequence[str]) -> str:
        """What can be asked at a call or in a body for its model; `naming`: by which names it is given it."""
        given, spread = model_in(holder, rule), spread_in(holder)
        if given:
            return self._said(given[0]) if may_be_asked_twice(given[0]) else ""
        is_one = len({*naming}) == 1 and naming[0] in rule.model_names
        held = spread[0] if len(spread) == 1 and is_one else None
        return f'{held.source}["{naming[0]}"]' if held is not None and may_be_asked_twice(held) else ""

    def _said(self, model: Node) -> str:
        """The expression as it will be."""
        source = model.source
        for node in (model, *model.descendants()):
            new = self.moved(node) if node.kind == "Constant" else None
            source = source.replace(node.source, new) if new is not None else source
        return f"({source})" if model.kind in ("BoolOp", "IfExp") else source


def may_be_asked_twice(node: Node) -> bool:
    """Whether an expression says the same again and changes nothing."""
    if node.kind == "Call":
        is_asking = last_name(node.first) in (*_GETTERS, *_TEXT_METHODS)
        return is_asking and all(map(may_be_asked_twice, node.children()))
    return node.kind in _SIMPLE or (node.kind in _PARTS and all(map(may_be_asked_twice, node.children())))


def _is_said(source: str) -> bool:
    """Whether what gives a model is a text, which needs no test."""
    return source.startswith(("'", '"'))


def _changes(value: Node) -> bool:
    """Whether evaluating a value changes something, so that it may not depend on a condition."""
    return any(last_name(call.first) in _CHANGING for call in value.among("Call"))


def _models(setting: Setting, call: Node, rule: Call) -> Iterator[Node]:
    """What gives the model, where it can be asked beside the parameter."""
    holder = setting.holder
    if setting.form == "entry":
        pairs = zip(holder.all("keys"), holder.all("values"), strict=False)
        yield from (value for key, value in pairs if key.value in rule.model_names)
    if setting.form not in ("keyword", "entry") or call.kind != "Call":
        return
    if setting.form == "keyword" and holder != call:
        yield from (given for name in rule.model if (given := holder.keyword(name)) is not None)
    if holder == call or holder.inside(call):
        yield from (given for name in rule.model if (given := call.keyword(name)) is not None)
        at = rule.position
        if at is not None and at < len(call.all("args")):
            yield call.all("args")[at]


def _given(setting: Setting) -> Node | None:
    """What stands in the holder; a comprehension may hand it on."""
    if setting.form != "entry":
        return setting.value
    pairs = zip(setting.holder.all("keys"), setting.holder.all("values"), strict=False)
    return next((value for key, value in pairs if key.value == setting.key), None)


def _steps(setting: Setting, given: Node, source: str) -> Iterator[Step]:
    path, span, key = setting.holder.file.path, setting.holder.span, setting.key
    if setting.form == "keyword":
        yield Step(path, span, RemoveKeyword(name=key))
        yield Step(path, span, AddKeyword(name=f"**{key}", source=source))
    else:
        parts = [one for one in setting.holder.children() if one.field in ("values", "spread")]
        added = AddEntry(key=f"**{key}", value=source, beside=parts.index(given))
        yield Step(path, span, RemoveEntry(key=key))
        yield Step(path, span, added)
