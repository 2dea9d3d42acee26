"""Finds the requests of a program: calls of an API, in every activation of the code around them."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING

import msgspec

from migrator.know.solver import UnsolvedError
from migrator.know.values import NOTHING, Entry, Site, Value
from migrator.read.project import local_name
from migrator.read.scopes import FUNCTIONS, parameters
from migrator.requests.addresses import Addresses, Sender, name_of, prompt_names
from migrator.requests.apis import Apis
from migrator.requests.bodies import Bodies
from migrator.requests.bynames import ByNames
from migrator.requests.conditions import by_model, excludes
from migrator.requests.contents import Pictures, entry_order, mappings, value_order
from migrator.requests.declared import declared
from migrator.requests.derived_classes import Derived
from migrator.requests.request_records import Given, Request
from migrator.requests.spread import Spreads
from migrator.requests.unsolved import Known, as_written
from migrator.requests.vendors import Vendors, named_after
from migrator.rulebook.api_rules import Takes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migrator.know.activations import Activations
    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Entries, Frame, Values
    from migrator.read.nodes import FileFacts, Node
    from migrator.rulebook import Rulebook
    from migrator.rulebook.api_rules import Call


_TAKE_BY_NAME = ("getattr", "attrgetter", "methodcaller")
MAX_ROWS = 64
"""Mappings that are told apart where one of them is spread into a call."""
MAX_OBJECTS = 3
"""Objects in objects: an agent of a model of a client."""


class Requests:
    """The requests of one program; `named(list, name)` says whether a list of the rules holds a name."""

    def __init__(
        self, know: Evaluator, activations: Activations, rulebook: Rulebook, named: Callable[[str, str], bool]
    ) -> None:
        self.know = know
        self.activations = activations
        self.apis = Apis(rulebook, know.project.words)
        self.vendors = Vendors(know, rulebook, named)
        self.derived = Derived(know, self.apis.knows)
        self.asks = partial(named, "support-test")
        self.named = named
        self.addresses = Addresses(know)
        self.pictures = Pictures(know, self._names, named)
        self.named_after = partial(named_after, named=named)
        self.bodies = Bodies(
            know, activations, rulebook, self.named_after, self.vendors.is_own, self.pictures
        )
        self._of_names: dict[tuple[str, str, int, object], bool] = {}

    def all(self) -> Iterator[Request]:
        """Every request, file by file in source order; those that serve others' models come last."""
        served: list[Request] = []
        named: dict[str, Values] = {}
        sent: set[Node] = set()
        calls = list(self._calls())
        formed = {call: self._solved(call) for call in calls if self._is_called_so(call)}
        for call in calls:
            for request in formed[call] if call in formed else self._solved(call):
                sent.add(request.call)
                if request.models:
                    sent.update(given.entry.holder for given in request.parameters)
                if request.rule.serves and not request.models:
                    served.append(request)
                else:
                    named[request.rule.id] = named.get(request.rule.id, NOTHING) | request.models
                    yield request
        for request in served:
            models = NOTHING.union(*(named.get(name, NOTHING) for name in request.rule.serves))
            yield request._replace(models=models)
        yield from self.bodies.all(sent)

    def _calls(self) -> Iterator[Node]:
        """The calls that may send a request, by their columns: of most no node is ever made.

        Those in files that were asked for come first: of a program without end not all is followed.
        """
        project = self.know.project
        for file in sorted(project.files.values(), key=lambda file: file.path not in project.first):
            bound = {name for _, name in file.bindings}
            for index in file.tree.of_kind("Call"):
                if self._might_send(file, index, bound):
                    yield file.nodes[index]

    def _might_send(self, file: FileFacts, index: int, bound: set[str]) -> bool:
        tree, apis = file.tree, self.apis
        at, end = index + 1, tree.end[index]
        kind, name = tree.kind[at], tree.value[at]
        if self.derived.may_make(file, at):
            return True
        if kind == "Name":
            is_bound = name in bound or "*" in bound
            if apis.knows(name) or (is_bound and self._by_scope(self._may_hold_one, file, at)):
                return True
        elif kind != "Attribute":
            if self._is_any_handed_on:
                return True
        elif apis.knows(name) or (name in self._kept and self._is_any_handed_on):
            return True
        while (at := tree.end[at]) < end and tree.field[at] == "args":
            kind = tree.kind[at]
            if kind == "Attribute" and apis.knows(tree.value[at]):
                return True
            if kind == "Name" and self._by_scope(self._may_be_sent, file, at):
                return True
        return False

    def _by_scope(self, asked: Callable[[Node], bool], file: FileFacts, index: int) -> bool:
        """What is asked of a name, once for all that mean the same."""
        key = asked.__name__, file.path, file.tree.scope[index], file.tree.value[index]
        known = self._of_names.get(key)
        if known is None:
            known = self._of_names[key] = asked(file.nodes[index])
        return known

    def _is_called_so(self, call: Node) -> bool:
        """Whether a call is written as a request is: the work for a program is spent on these first."""
        formed = self._formed(call)
        return formed is not None and formed[1] is call.first

    def _formed(self, call: Node) -> tuple[Call, Node] | None:
        """The rule of a call by how it is written, and what it calls or hands over to be called."""
        for node in (call.first, *call.all("args")):
            is_known = node.kind in ("Attribute", "Name") and self.apis.knows(str(node.value))
            taken = [node] if is_known else self._set_to(node) if node is not call.first else ()
            rule = next(filter(None, map(self._as_named, taken)), None)
            if rule is not None and (node is call.first or _is_given_model(call, rule)):
                return rule, node
        return None

    def _solved(self, call: Node) -> list[Request]:
        """The requests of a call; as it is written, where they take too much to find."""
        with suppress(UnsolvedError, RecursionError):
            return list(map(self._cut, self._of(call))) if self._may_send(call) else []
        rule, callee = self._formed(call) or (self._as_named(call.first), call.first)
        return [as_written(call, callee, rule, self._known)] if rule is not None else []

    @cached_property
    def _names(self) -> ByNames:
        return ByNames(self.know.project, self.know.indexes)

    @cached_property
    def _known(self) -> Known:
        project = self.know.project
        spreads = Spreads(self._names, self._is_of_model)
        return Known(
            project,
            frozenset(self.bodies.parameters),
            spreads,
            self.vendors.by_client,
            self._values_anyhow,
            self.named_after,
            self.pictures.as_written,
        )

    def _cut(self, request: Request) -> Request:
        """A request with what is written where its options are made, where these are too many to find."""
        if not any(value.is_cut for value in request.open):
            return request
        written = as_written(request.call, request.call.first, request.rule, self._known)
        names = {given.name for given in request.parameters}
        more = tuple(given for given in written.parameters if given.name not in names)
        still = tuple(value for value in request.open if not value.is_cut)
        vendor = request.vendor or written.vendor
        given = (*request.parameters, *more)
        models = request.models or written.models
        naming = request.naming or written.naming
        still = (*still, *written.open)
        request = request._replace(picture=request.picture or written.picture)
        return request._replace(models=models, parameters=given, open=still, vendor=vendor, naming=naming)

    def _as_named(self, func: Node) -> Call | None:
        """The rule of a call by how it is written, or by what its name is imported as."""
        if func.kind == "Attribute":
            return self.apis.by_form(func) or self._as_kept(func)
        if func.kind != "Name":
            return None
        project = self.know.project
        aliases = [one for one in project.bindings(func) if one.kind == "alias"]
        paths = map(project.imported, aliases or self._imported_as(func))
        found = (rule for path in paths if isinstance(path, str) for rule in self.apis.speaking_of(path))
        return next(found, None)

    def _imported_as(self, name: Node) -> Iterator[Node]:
        """What a file imports somewhere under a name that is set elsewhere in it."""
        if {one.kind for one in self.know.project.bindings(name)} == {"NameStore"}:
            for statement in name.file.of_kind("ImportFrom"):
                yield from (one for one in statement.children() if local_name(one) == name.value)

    def _as_kept(self, func: Node) -> Call | None:
        """The rule of what a field's module has, by what the program imports into fields of that name."""
        paths = self._names.modules(func.first) if func.first.kind == "Attribute" else ()
        return next((rule for path in paths for rule in self.apis.speaking_of(f"{path}.{func.value}")), None)

    def _may_send(self, call: Node) -> bool:
        """Whether a call's own name, or that of something it is handed, is one that a rule speaks of."""
        func = call.first
        if func.kind in ("Name", "Attribute") and self.apis.knows(str(func.value)):
            return True
        if self.derived.may_make(func.file, func.index):
            return True
        return self._is_bound_to_one(func) or any(map(self._may_be_sent, call.all("args")))

    def _is_bound_to_one(self, func: Node) -> bool:
        """Whether what is called is set to what a rule speaks of, or to what a library made of that."""
        if func.kind == "Name":
            if not self._may_hold_one(func):
                return False
        elif not self._is_any_handed_on or (func.kind == "Attribute" and func.value not in self._kept):
            return False
        values = self.know.value(func, self.know.frames.of(func))
        return any(self._rules(v) or any(self._wrapped(v)) or self._is_made_to_call(v) for v in values)

    @cached_property
    def _kept(self) -> frozenset[object]:
        """The names of fields that the program sets."""
        found: set[object] = set()
        for tree in (file.tree for file in self.know.project.files.values()):
            kept = (*tree.of_kind("AttributeStore"), *tree.of_kind("keyword"))
            found.update(tree.value[at] for at in kept)
            stored = tree.of_kind("NameStore")
            found.update(tree.value[at] for at in stored if tree.kind[tree.scope[at]] == "ClassDef")
        return frozenset(found)

    def _may_hold_one(self, name: Node, depth: int = 0) -> bool:
        """Whether anything is handed on in the program that a rule speaks of, and a name may be set to it."""
        return any(self._may_bind_one(b, depth) for b in self.know.project.bindings(name))

    def _may_bind_one(self, binding: Node, depth: int) -> bool:
        if binding.kind in FUNCTIONS:
            return bool(binding.decorators) and self._is_any_handed_on
        if binding.kind == "alias":
            found = self.know.project.imported(binding)
            if isinstance(found, list):
                return depth < MAX_OBJECTS and any(self._may_bind_one(b, depth + 1) for b in found)
            return isinstance(found, str) and self.apis.knows(found.rpartition(".")[2])
        return self._is_any_handed_on or binding.kind == "ClassDef"

    @cached_property
    def _is_any_handed_on(self) -> bool:
        """Whether anything that a rule speaks of is taken as a value, not called where it stands."""
        return self.apis.has_objects or any(map(self._is_handed, self.know.project.files.values()))

    def _is_handed(self, file: FileFacts) -> bool:
        apis, project, tree = self.apis, self.know.project, file.tree
        for at in tree.of_kind("Attribute"):
            if tree.field[at] != "func" and apis.knows(tree.value[at]) and apis.may_be(file.nodes[at]):
                return True
        for at in tree.of_kind("Name"):
            if tree.field[at] not in ("func", "annotation", "returns") and apis.knows(tree.value[at]):
                bindings = project.bindings(file.nodes[at])
                found = [project.imported(b) for b in bindings if b.kind == "alias"]
                if any(isinstance(path, str) and any(apis.speaking_of(path)) for path in found):
                    return True
        taken = (at for name in _TAKE_BY_NAME for at in file.calls.get(name, ()))
        return any(_is_taken_by_name(file.nodes[at], apis) for at in taken)

    def _may_be_sent(self, argument: Node) -> bool:
        """Whether an argument is, by its name or by that of what it is set to, one that a rule speaks of."""
        if argument.kind != "Name":
            return argument.kind == "Attribute" and self.apis.knows(str(argument.value))
        return any(self._set_to(argument))

    def _set_to(self, name: Node) -> Iterator[Node]:
        """What a name is set to that is, by its own name, one that a rule speaks of."""
        for binding in self.know.project.bindings(name) if name.kind == "Name" else ():
            value = binding.statement.child("value")
            if value is not None and value.kind == "Attribute" and self.apis.knows(str(value.value)):
                yield value

    def _wrapped(self, value: Value) -> Iterator[Sender]:
        """What a library's call made a function of: `retry(…)(client.….create)`."""
        if value.node.kind == "Call" and value.is_result:
            for node in value.node.all("args"):
                if self._may_be_sent(node):
                    for inner in self.know.value(node, value.frame):
                        yield from self._rules(inner)

    def _is_made_to_call(self, value: Value) -> bool:
        """Whether a library made a function that calls what it is given: `methodcaller("create", …)`."""
        return (
            value.kind == "function" and value.node.kind == "Lambda" and self.know.is_written(value.node.file)
        )

    def _called_inside(self, value: Value, call: Node, frame: Frame | None) -> Iterator[Sender]:
        """What such a function calls, with the arguments that it was made with."""
        inside = self.know.frames.enter(value.node, (Site(call, frame),), None, value.frame)
        for inner in value.node.among("Call"):
            for callee in self.know.value(inner.first, inside):
                for one in self._rules(callee):
                    yield one._replace(sites=(*one.sites, Site(inner, inside)))

    def _rules(self, value: Value) -> list[Sender]:
        """The rules of what a value calls in the end, with what gives arguments before."""
        if value.kind == "partial":
            inner = self.know.unfolded(value)
            return [Sender(rule, sites, v) for v, sites in inner for rule in self.apis.rules(v)]
        made = (value, *self.derived.made(value))
        return [Sender(rule, (), one) for one in made for rule in self.apis.rules(one)]

    def _of(self, call: Node) -> Iterator[Request]:
        if not self._sends(call, self.know.frames.of(call)):
            return
        for frame in self.activations.at(call):
            for request in self._in_frame(call, frame):
                yield from self._apart(request)

    def _apart(self, request: Request) -> Iterator[Request]:
        """A request for each model that one name may mean, so that tests on it come out for that one."""
        frame = request.frame
        name = self._naming(request) if len(request.models) > 1 else None
        if name is None:
            yield from self._by_row(request) if len(request.models) > 1 else by_model(request)
            return
        for value in sorted(self.know.bound(name, frame), key=value_order):
            yield from self._in_frame(request.call, self.know.frames.at_row(frame, name, value))

    def _by_row(self, request: Request) -> Iterator[Request]:
        """A request for each mapping that what is spread into a call may be, if each names its own model."""
        call, frame, names = request.call, request.frame, request.rule.model_names
        spread = [keyword.first for keyword in call.all("keywords") if not keyword.value]
        rows = sorted(self.know.value(spread[0], frame), key=value_order) if len(spread) == 1 else []
        is_each = all(row.kind == "mapping" and self._names_one(row, names) for row in rows)
        if not 1 < len(rows) <= MAX_ROWS or not is_each:
            yield from by_model(request)
            return
        for row in rows:
            for one in self._in_frame(call, self.know.frames.at_row(frame, spread[0], row)):
                yield from by_model(one)

    def _names_one(self, row: Value, names: frozenset[str]) -> bool:
        return any(entry.key in names for entry in self.know.entries(row))

    def _naming(self, request: Request) -> Node | None:
        """The parameter of the function around a call, or the name set there, that its models come from."""
        frame = request.frame
        inside = frame is not None and frame.function.kind != "Module"
        names = parameters(frame.function) if frame is not None and inside else []
        for name in (*names, *self._set_around(request)):
            values = self.know.bound(name, frame)
            if len(values) > 1 and any(v.kind == "constant" and v in values for v in request.models):
                return name
        return None

    def _set_around(self, request: Request) -> Iterator[Node]:
        """The names, set once in the code around a call, that its model comes from."""
        pending = [(e.node, e.frame) for e in sorted(request.naming, key=entry_order) if e.node is not None]
        for _ in range(MAX_OBJECTS):
            names = [(node, frame) for node, frame in pending if node.kind == "Name"]
            for node, frame in names:
                bindings = self.know.bindings(node)
                if frame is request.frame and len(bindings) == 1 and bindings[0].kind == "NameStore":
                    yield from (one for one in bindings if one.scope == request.call.scope)
            handed = (site for _, frame in names if frame is not None for site in frame.sites)
            pending = [(node, site.frame) for site in handed for node in site.call.arguments()]

    def _in_frame(self, call: Node, frame: Frame | None) -> Iterator[Request]:
        if self.know.reached(call, frame):
            found = list(self._sent(call, frame)) or list(self._sent_as_written(call, frame))
            for sender in self.addresses.meant(found):
                yield self._request(call, frame, sender)
                yield from self._rows(call, frame, sender)

    def _sends(self, call: Node, frame: Frame | None) -> bool:
        """Whether a call sends a request in some frame, by what it calls in all of them together."""
        if any(self._sent(call, frame)):
            return True
        formed = self._formed(call)
        return formed is not None and any(map(_is_unsaid, self.know.value(formed[1], frame)))

    def _sent_as_written(self, call: Node, frame: Frame | None) -> Iterator[Sender]:
        """What a call is by how it is written, where what it calls is not known."""
        formed = self._formed(call)
        if formed is None:
            return
        rule, callee = formed
        before = [call.first, *call.all("args")]
        asked = {callee: None, call.first: None}
        if all(_is_unsaid(v) for node in asked for v in self.know.value(node, frame)):
            yield Sender(rule, (Site(call, frame, before.index(callee)),), None)

    def _sent(self, call: Node, frame: Frame | None) -> Iterator[Sender]:
        """What a call calls, or hands over to be called with the arguments behind it."""
        for value in self.know.value(call.first, frame):
            if self._is_made_to_call(value):
                yield from self._called_inside(value, call, frame)
            for one in self._rules(value) or self._wrapped(value):
                yield one._replace(sites=(*one.sites, Site(call, frame)))
        for place, node in enumerate(call.all("args")):
            if node.kind in ("Name", "Attribute") and self._is_handed_on(call, frame):
                for value in self.know.value(node, frame):
                    for one in self._rules(value):
                        yield one._replace(sites=(*one.sites, Site(call, frame, place + 1)))

    def _is_handed_on(self, call: Node, frame: Frame | None) -> bool:
        callees = self.know.value(call.first, frame)
        return any(v.kind == "library" and self.apis.of(v) is None for v in callees)

    def _request(self, call: Node, frame: Frame | None, sender: Sender, depth: int = 0) -> Request:
        rule = sender.rule
        arguments = self.know.arguments(sender.sites)
        entries = list(self._parameters(rule, arguments))
        named = [e for e in entries if self._is_model(e, rule, rule.model_names)]
        models = NOTHING.union(*map(self._values, named))
        if rule.kind == "alias" and sender.callee is not None:
            models = self._aliased(models, sender.callee)
        elif not named and sender.callee is not None and _is_made(sender.callee) and depth < MAX_OBJECTS:
            models = frozenset((sender.callee,))
        models |= NOTHING.union(*(self._under(params, key) for _, params, key in self._listed(sender)))
        models, rule = self._made_for(models, rule, depth)
        given = [
            e
            for e in entries
            if isinstance(e.key, str)
            and e.key not in rule.model_names
            and not excludes(self.know, call, frame, e)
        ]
        given.sort(key=entry_order)
        raw = sorted(self._raw(rule, [*arguments, *entries]), key=entry_order)
        asked = ((e, place >= len(given)) for place, e in enumerate((*given, *raw)))
        sent = tuple(self._sent_as(e, is_raw=raw) for e, raw in asked)
        spread = [v for e in entries if e.key is None for v in self.know.given(e)]
        unknown = (*(v for v in spread if v.kind == "open"), *self._lost(sender.sites))
        keys = {*prompt_names(rule), rule.prompt_position}
        prompts = sorted((e for e in entries if e.key is not None and e.key in keys), key=entry_order)
        shown = self.pictures.sent([(e, self._values(e)) for e in prompts], call, frame)
        vendor = self.vendors.of(rule, sender.callee, arguments, sender.sites)
        is_anybodys = self.vendors.is_anybodys(rule, sender.callee, arguments)
        return Request(call, frame, rule, models, sent, unknown, *shown, vendor, tuple(named), is_anybodys)

    def _sent_as(self, entry: Entry, *, is_raw: bool) -> Given:
        values, more = self._values(entry), NOTHING
        with suppress(UnsolvedError, RecursionError):
            more = declared(self.know, entry, values)
        return Given(str(entry.key), values, entry, self._is_asked_for(entry), is_raw, more)

    def _values(self, entry: Entry) -> Values:
        """What an entry may be: where nothing is found something has not been followed.

        What is too much to find for one activation is what it is in all of them together.
        """
        place = entry.node or entry.holder
        found = self._given(entry)
        if entry.node is not None and any(value.is_cut for value in found):
            found = self._given(entry._replace(frame=self.know.frames.of(entry.node)))
        return found or frozenset((Value("open", place, entry.frame, "computed"),))

    def _values_anyhow(self, entry: Entry) -> Values:
        """What an entry may be, whatever way the code around it is come to."""
        if entry.node is None:
            return entry.known
        return self._given(entry._replace(frame=self.know.frames.of(entry.node)))

    def _given(self, entry: Entry) -> Values:
        with suppress(UnsolvedError, RecursionError):
            return self.know.given(entry)
        return frozenset((Value("open", entry.node or entry.holder, entry.frame, "too many"),))

    def _lost(self, sites: tuple[Site, ...]) -> Iterator[Value]:
        """What is spread into a call though no mapping is found there."""
        for site in sites:
            for keyword in site.call.all("keywords"):
                if keyword.value:
                    continue
                found = self.know.value(keyword.first, site.frame)
                if not any(v.kind == "mapping" or _may_be_mapping(v) for v in found):
                    yield Value("open", keyword.first, site.frame, "computed")

    def _made_for(self, models: Values, rule: Call, depth: int) -> tuple[Values, Call]:
        """Models, with those of model objects in place of the objects; and the rule of what they take."""
        found: set[Value] = set()
        for model in sorted(models, key=value_order):
            behind = list(self._behind(model)) if depth < MAX_OBJECTS else []
            for call, frame, sender in behind:
                request = self._request(call, frame, sender, depth + 1)
                found |= request.models
                if request.rule.takes != Takes() and str(model.data).endswith("()"):
                    rule = msgspec.structs.replace(rule, takes=request.rule.takes, null=request.rule.null)
            if not behind and not (_is_made(model) and not str(model.data).endswith("()")):
                found.add(model)
        return frozenset(found), rule

    def _behind(self, value: Value) -> Iterator[tuple[Node, Frame | None, Sender]]:
        """The calls that made an object of a library's, where a rule speaks of them."""
        if not _is_made(value):
            return
        found = list(self._sent(value.node, value.frame))
        yield from ((value.node, value.frame, sender) for sender in found)
        for before in self.know.value(value.node.first, value.frame) if not found else ():
            if before.node is not value.node:
                yield from self._behind(before)

    # -- a constructor's list of models --------------------------------------------------------------

    def _rows(self, call: Node, frame: Frame | None, sender: Sender) -> Iterator[Request]:
        """The requests that a constructor's list describes, each with its own model and parameters."""
        rule = sender.rule
        for _, params, model_key in self._listed(sender):
            entries = list(self.know.entries(params))
            models = NOTHING.union(*(self.know.given(e) for e in entries if e.key == model_key))
            given = [e for e in entries if isinstance(e.key, str) and e.key != model_key]
            sent = tuple(Given(str(e.key), self.know.given(e), e) for e in sorted(given, key=entry_order))
            where = params.node if params.node.kind == "Dict" else call
            yield Request(where, frame, rule, models, sent, ())

    def _listed(self, sender: Sender) -> Iterator[tuple[Value, Value, str]]:
        """The rows of a list of models: each, the mapping of its request in it, and the key of its model."""
        for path in sender.rule.nested:
            segments = path.split(".")
            if len(segments) != 3:
                continue
            name, inner, model = segments
            for entry in self.know.arguments(sender.sites):
                if name_of(entry.key) == name:
                    for row in self._mappings_in(self.know.given(entry)):  # a list's rows, or one alone
                        for params in self._under(row, inner):
                            if params.kind == "mapping":
                                yield row, params, model

    def _mappings_in(self, values: Values) -> Iterator[Value]:
        for value in values:
            if value.kind == "mapping":
                yield value
            elif value.kind == "sequence":
                for element in self.know.elements(value):
                    yield from (v for v in self.know.given(element) if v.kind == "mapping")

    def _under(self, mapping: Value, key: str) -> Values:
        return NOTHING.union(*(self.know.given(e) for e in self.know.entries(mapping) if e.key == key))

    def _aliased(self, names: Values, callee: Value) -> Values:
        """The models that a list of the object's own calls by some names."""
        found: set[Value] = set()
        for _, _, maker in self._behind(callee):
            for row, params, model in self._listed(maker):
                labels = self._under(row, maker.rule.alias)
                if {v.data for v in labels} & {v.data for v in names} or not all(map(_is_constant, labels)):
                    found |= self._under(params, model)
        return frozenset(found)

    def _is_asked_for(self, entry: Entry) -> bool:
        """Whether an undecided test around a place asks by its name whether the model takes what is given.

        A copy on the way has a place of its own: the one where the parameter was first given counts too.
        """
        return any(self._is_below_asking(place, entry.frame) for place in (entry.node, entry.holder) if place)

    def _is_below_asking(self, below: Node, frame: Frame | None) -> bool:
        for above in below.ancestors():
            if above.kind in FUNCTIONS:
                return False
            test = above.child("test") if above.kind in ("If", "IfExp") else None
            if test is not None and below.field != "test" and self._asks(test):
                return len(self.know.outcomes(test, frame)) > 1
            below = above
        return False

    def _asks(self, test: Node) -> bool:
        texts = (
            str(n.value) for n in test.among("Name", "Attribute", "Constant") if isinstance(n.value, str)
        )
        return any(map(self.asks, texts))

    def _is_of_model(self, test: Node) -> bool:
        """Whether a test asks what a model takes, or looks at the model's name; not whether there is one."""
        named = self.named
        names = [n for n in test.among("Name", "Attribute") if _is_looked_at(n)]
        texts = [str(n.value) for n in names]
        return self._asks(test) or any(named("model", one) and not named("not-model", one) for one in texts)

    @staticmethod
    def _is_model(entry: Entry, rule: Call, names: frozenset[str]) -> bool:
        return entry.key in names or (rule.position is not None and entry.key == rule.position)

    def _parameters(self, rule: Call, entries: Entries) -> Iterator[Entry]:
        """The arguments, and what the containers among them hold."""
        bodies = {path.partition(".")[0] for path in rule.nested} | set(rule.containers)
        for entry in entries:
            if name_of(entry.key) not in bodies:
                yield from self._with_parts(entry)
                continue
            for inner in self._within(entry):
                yield from self._with_parts(inner)
            yield from self._not_known(entry)

    def _raw(self, rule: Call, entries: Iterable[Entry]) -> Iterator[Entry]:
        """What goes into the request under its own name, in a dict that the library does not look into."""
        for entry in dict.fromkeys(entries):
            if entry.key in rule.takes.raw:
                yield from (one for one in self._within(entry) if isinstance(one.key, str))

    def _with_parts(self, entry: Entry) -> Iterator[Entry]:
        yield entry
        if isinstance(entry.key, str):
            inner = (one for one in self._within(entry) if isinstance(one.key, str))
            yield from (one._replace(key=f"{entry.key}.{one.key}") for one in inner)

    def _within(self, entry: Entry) -> Iterator[Entry]:
        """What a mapping holds that is given, or what an object of a library's is made with."""
        for mapping in mappings(self.know, entry):
            yield from self.know.entries(mapping)
        for value in self.know.given(entry):
            if _is_made(value):
                made = self.know.arguments((Site(value.node, value.frame),))
                yield from (one for one in made if not isinstance(one.key, int))
                yield from self._set_on(value)

    def _set_on(self, made: Value) -> Iterator[Entry]:
        """What an object of a library's is given after it was made."""
        for held in self.know.holders(made.node, made.frame):
            target = held.node.parent
            if held.path or target is None or target.kind != "AttributeStore":
                continue
            given = target.parent.child("value") if target.parent is not None else None
            name = str(target.value)
            yield Entry(name, given or target, held.frame, target.statement, "built", name)

    def _not_known(self, entry: Entry) -> Iterator[Entry]:
        """What is given for a container of parameters and may hold any."""
        for value in self.know.given(entry):
            if value.kind == "open":
                yield entry._replace(key=None, node=None, known=frozenset((value,)))


def _is_looked_at(name: Node) -> bool:
    """Whether something is compared, handed to a function or asked by a method, more than whether it is."""
    above = name.parent
    if above is not None and above.kind == "Compare":
        return not any(one.kind == "Constant" and one.value is None for one in above.children())
    return above is not None and above.kind in ("Call", "keyword", "Attribute")


def _is_taken_by_name(call: Node, apis: Apis) -> bool:
    """Whether a call takes by its name, as a text, what a rule speaks of."""
    func = call.first
    if func.kind not in ("Name", "Attribute") or func.value not in _TAKE_BY_NAME:
        return False
    texts = (a.value for a in call.all("args") if a.kind == "Constant" and isinstance(a.value, str))
    return any(apis.knows(str(text).rpartition(".")[2]) for text in texts)


def _is_constant(value: Value) -> bool:
    return value.kind == "constant"


def _is_made(value: Value) -> bool:
    """Whether a value is an object that a library's call made, or a method of one."""
    return value.kind == "library" and value.node.kind == "Call" and "()" in str(value.data)


def _may_be_mapping(value: Value) -> bool:
    """Whether it is known why a value is not known; the environment holds texts only."""
    return value.kind == "open" and value.data != "environment"


def _is_unsaid(value: Value) -> bool:
    """Whether a value says nothing of what is called: not followed, or a library's that no rule has."""
    return value.kind in ("open", "library")


def _is_given_model(call: Node, rule: Call) -> bool:
    """Whether a call is given a model by name, or what may hold one."""
    return any(k.value is None or k.value in rule.model_names for k in call.all("keywords"))
