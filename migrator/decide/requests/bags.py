"""Where request parameters are given: as requests have them, and as the code around a call is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.requests.given_parameters import Form, Setting
from migrator.decide.requests.refused_values import is_member
from migrator.know.mappings import bases_of
from migrator.know.members import DECLARING
from migrator.know.values import Site as CallSite
from migrator.read.scopes import last_name
from migrator.requests.argument_values import Arguments
from migrator.requests.request_records import Given

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.decide.records import Site
    from migrator.know.values import Entry
    from migrator.read.nodes import Node
    from migrator.requests.request_records import Request
    from migrator.rulebook.api_rules import Call

_BODY = "body"
_BY_HOLDER: dict[str, Form] = {"Dict": "entry", "Call": "keyword", "ClassDef": "field"}


class Bags:
    """Finds the parameters that reach a call, each where it is written in a form that can be edited."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self.values = linked.values

    def settings(self, site: Site) -> list[Setting]:
        """Every parameter found for a call site, nearest first; one that is given twice is there twice."""
        found = list(self.written(site.call, site.receiver.call)) if site.receiver is not None else []
        known = {(setting.name, setting.value) for setting in found}
        return [*found, *(s for s in self._recorded(site.call) if (s.name, s.value) not in known)]

    def written(self, call: Node, rule: Call) -> Iterator[Setting]:
        """What is written for a call, whoever calls the code around it, and whether it is come to or not."""
        for entry in self._entries(call, rule):
            found = self._setting(call, Given(str(entry.key), frozenset(), entry))
            if found is not None:
                yield found
        know, frame = self.values.know, self.values.know.frames.of(call)
        for spread in (keyword.first for keyword in call.all("keywords") if not keyword.value):
            for made in know.value(spread, frame):
                if made.kind == "mapping" and (made.node.kind != "arg" or made.node.scope == call.scope):
                    yield from self._put_later(made.node)
                    for base in bases_of(know, made) if made.data == "dump" else ():
                        yield from self._fields(base.data) if base.kind == "instance" else ()

    def _entries(self, call: Node, rule: Call) -> Iterator[Entry]:
        """What a call, or a dict that is one in a batch file, is given."""
        know = self.values.know
        arguments, frame = Arguments(know), know.frames.of(call)
        if call.kind == "Call":
            yield from arguments.parameters(rule, know.arguments((CallSite(call, frame),)))
            return
        found = [e for v in know.value(call, frame) if v.kind == "mapping" for e in know.entries(v)]
        bodies = [inner for e in found if e.key == _BODY for inner in arguments.within(e)]
        yield from bodies or found

    def _put_later(self, made: Node) -> Iterator[Setting]:
        """What is put into a dict where it is seen by the name that it is assigned to."""
        for load in self._loads(made):
            above = load.parent
            key = above.child("slice") if above is not None and above.kind == "SubscriptStore" else None
            value = above.statement.child("value") if above is not None else None
            if key is not None and key.kind == "Constant" and value is not None and load.field == "value":
                yield Setting(str(key.value), value, key.statement, "item", str(key.value), shared=True)

    def _fields(self, cls: Node) -> Iterator[Setting]:
        """The annotated fields of a class whose instance becomes the request."""
        owners = (owner for owner in self.values.mro(cls) if not isinstance(owner, str))
        for statement in (one for owner in owners for one in owner.all("body")):
            target = statement.child("target") if statement.kind == "AnnAssign" else None
            if target is not None:
                name, value = str(target.value), _default(statement.child("value")) or target
                yield Setting(name, value, target.scope, "field", name, shared=True)

    def _loads(self, made: Node) -> list[Node]:
        """Loads of the name (or attribute) that a dict is assigned to; of `**options` those of that."""
        if made.kind == "arg":
            return list(self.linked.project.loads(made))
        statement = made.parent
        if statement is None or statement.kind not in ("Assign", "AnnAssign"):
            return []
        target = statement.child("targets") or statement.child("target")
        if target is None:
            return []
        if target.kind == "NameStore":
            return list(self.linked.project.loads(target))
        return list(self.linked.flow.attribute_path(target)) if target.kind == "AttributeStore" else []

    # -- the records of requests -------------------------------------------------------------------

    def _recorded(self, call: Node) -> Iterator[Setting]:
        """What the requests of a call are given."""
        for request in self.linked.requests_of(call):
            for given in request.parameters if self._may_move(request) else ():
                setting = self._setting(call, given)
                if setting is not None:
                    yield setting
                yield from self._texts(given)

    def _may_move(self, request: Request) -> bool:
        """Whether a request names a model of the old families or a target, or none that is known."""
        texts = [v.text for v in request.models if v.text is not None]
        targets = tuple(v.id for v in self.linked.rulebook.catalog.variants.values())
        return not texts or any(self.linked.holds_id(text) or text.endswith(targets) for text in texts)

    def _setting(self, call: Node, given: Given) -> Setting | None:
        entry = given.entry
        value = entry.node or _stated(given)
        if value is None or not entry.spelled or given.is_asked_for:
            return None
        form: Form | None = _BY_HOLDER.get(entry.holder.kind)
        if entry.form in ("item", "setdefault", "attribute"):
            form = entry.form
        if form is None or entry.form in ("text", "built", "argument"):
            return None
        if given.name.rpartition(".")[2] != entry.spelled:
            return None
        shared = entry.holder is not call and not entry.holder.inside(call)
        request = entry.holder if self._names_model(entry.holder) else None
        return Setting(given.name, value, entry.holder, form, entry.spelled, shared, request)

    def _names_model(self, holder: Node) -> bool:
        """Whether a dict display names a model of its own."""
        keys = holder.all("keys") if holder.kind == "Dict" else []
        return any(self.linked.names.model(str(key.value)) for key in keys)

    def _texts(self, given: Given) -> Iterator[Setting]:
        """The texts that a parameter is, where they stand away from the place that gives it."""
        for value in given.values:
            node = value.node
            if (
                value.text is not None
                and node.kind == "Constant"
                and node != given.entry.node
                and value.more == (node,)
                and not is_member(self.linked, node)
            ):
                yield Setting(given.name, node, node, "literal", given.entry.spelled, shared=True)

    # -- what else is done with what holds them ----------------------------------------------------

    def reads(self, setting: Setting) -> list[Node]:
        """The keys by which the program itself takes an entry out of the dict: `options["temperature"]`."""
        made = setting.holder.kind == "Call" and last_name(setting.holder.child("func")) == "dict"
        if setting.form != "entry" and not made:
            return []
        above = [load.parent for load in self._loads(setting.holder) if load.field == "value"]
        keys = [one.child("slice") for one in above if one is not None and one.kind == "Subscript"]
        return [key for key in keys if key is not None and key.value == setting.key]

    def open_display(self, call: Node) -> Node | None:
        """A dict that a call spreads and that may hold what is not seen, so that a keyword may come twice."""
        spread = [k.first for k in call.all("keywords") if not k.value] if call.kind == "Call" else []
        for value in (one for node in spread for one in self.values.of(node)):
            if value.kind == "dict" and value.node.all("keys") and self._is_open(value.node):
                return value.node
        return None

    def _is_open(self, mapping: Node) -> bool:
        """Whether keys that are not known are put into a dict: `d[key] = v`, `d.update(made())`."""
        for load in self._loads(mapping):
            parent = load.parent
            key = parent.child("slice") if parent is not None and parent.kind == "SubscriptStore" else None
            if key is not None and load.field == "value" and key.kind != "Constant":
                return True
            if (
                parent is not None
                and parent.kind == "Attribute"
                and parent.value == "update"
                and parent.parent
            ):
                given = [value for one in parent.parent.all("args") for value in self.values.of(one)]
                if any(value.kind != "dict" for value in given):
                    return True
        return False

    def constructed(self, cls: Node, name: str) -> Iterator[tuple[Node, Node]]:
        """Calls that construct a class with a keyword, and that keyword's value."""
        for call in self.linked.project.calls(str(cls.value)):
            value = call.keyword(name)
            if value is not None and any(v.node == cls for v in self.values.of(call.child("func"))):
                yield call, value

    def by_place(self, cls: Node, name: str) -> Node | None:
        """A call that constructs a class with a field by its place."""
        declared = [n.child("target") for n in cls.all("body") if n.kind == "AnnAssign"]
        order = [str(target.value) for target in declared if target is not None]
        for call in self.linked.project.calls(str(cls.value)):
            by_place = len(call.all("args")) > order.index(name) if name in order else False
            if by_place and any(v.node == cls for v in self.values.of(call.child("func"))):
                return call
        return None


def _stated(given: Given) -> Node | None:
    """The literal that a field's declaration gives: `Field(0.2, ge=0)`."""
    parts = {part for value in given.values if value.kind == "constant" for part in value.more}
    is_only = given.entry.form == "field" and len(given.values) == len(parts) == 1
    return next(iter(parts)) if is_only else None


def _default(value: Node | None) -> Node | None:
    """What a field is by default: `Field(0.2, ge=0)` is 0.2."""
    if value is None or value.kind != "Call" or last_name(value.child("func")) not in DECLARING:
        return value
    return value.keyword("default") or next(iter(value.all("args")), value)
