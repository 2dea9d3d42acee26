"""Finds the requests of a program: calls of an API, in every activation of the code around them."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING

import msgspec

from migrator.know.solver import UnsolvedError
from migrator.know.values import NOTHING, Entry, Site, Value
from migrator.read.scopes import parameters
from migrator.requests.addresses import Addresses, Sender, name_of, prompt_names
from migrator.requests.apis import Apis
from migrator.requests.argument_values import KEEPING, Arguments, is_made
from migrator.requests.asked_support import AskedSupport
from migrator.requests.bodies import Bodies
from migrator.requests.calling import Calling
from migrator.requests.conditions import by_model, excludes
from migrator.requests.contents import Pictures, entry_order, value_order
from migrator.requests.declared import declared
from migrator.requests.derived_classes import Derived
from migrator.requests.request_records import Given, Request
from migrator.requests.spread import Spreads
from migrator.requests.unsolved import Known, as_written
from migrator.requests.vendors import Vendors, named_after
from migrator.rulebook.api_rules import Takes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from migrator.know.activations import Activations
    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Entries, Frame, Values
    from migrator.read.nodes import Node
    from migrator.rulebook import Rulebook
    from migrator.rulebook.api_rules import Call


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
        self.derived = Derived(know, self.apis.knows)
        self.calling = Calling(know, self.apis, self.derived)
        self.vendors = Vendors(know, rulebook, named, self.calling.names)
        self.addresses = Addresses(know)
        self.pictures = Pictures(know, self.calling.names, named)
        self.named_after = partial(named_after, named=named)
        self.bodies = Bodies(
            know, activations, rulebook, self.named_after, self.vendors.is_own, self.pictures
        )
        self.arguments = Arguments(know)
        self.support = AskedSupport(know, named)

    def all(self) -> Iterator[Request]:
        """Every request, file by file in source order; those that serve others' models come last."""
        served: list[Request] = []
        named: dict[str, Values] = {}
        sent: set[Node] = set()
        calls = list(self.calling.candidates())
        formed = {call: self._solved(call) for call in calls if self.calling.is_called_so(call)}
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

    def to_unknown(self, sent: Collection[Node]) -> Iterator[Request]:
        """Calls of what nobody knows that may send, where the program hands on what sends."""
        if self.calling.is_any_handed_on:
            yield from self.bodies.to_unknown(c for c in self.calling.candidates() if c not in sent)

    def _solved(self, call: Node) -> list[Request]:
        """The requests of a call; as it is written, where they take too much to find."""
        with suppress(UnsolvedError, RecursionError):
            found = list(map(self._cut, self._of(call))) if self.calling.may_send(call) else []
            if found or not self.calling.is_too_much(call.first):
                return found
        rules, callee = self.calling.by_names(call)
        return [as_written(call, callee, rule, self._known) for rule in rules]

    @cached_property
    def _known(self) -> Known:
        project = self.know.project
        spreads = Spreads(self.know, self.calling.names, self.support.is_of_model)
        return Known(
            project,
            frozenset(self.bodies.parameters),
            spreads,
            self.vendors.by_client,
            self._values_anyhow,
            self.vendors.by_names,
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
            for one in self._in_frame(request.call, self.know.frames.at_row(frame, name, value)):
                yield from by_model(one)

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
        formed = self.calling.formed(call)
        return formed is not None and any(map(_is_unsaid, self.know.value(formed[1], frame)))

    def _sent_as_written(self, call: Node, frame: Frame | None) -> Iterator[Sender]:
        """What a call is by how it is written, where what it calls is not known."""
        formed = self.calling.formed(call)
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
            if self.calling.is_made_to_call(value):
                yield from self.calling.called_inside(value, call, frame)
            for one in self.calling.rules_of(value) or self.calling.wrapped(value):
                yield one._replace(sites=(*one.sites, Site(call, frame)))
                yield from self.calling.put_in_place(one.rule, call, frame)
        for place, node in enumerate(call.all("args")):
            if node.kind in ("Name", "Attribute") and self.calling.hands_on(call, frame):
                for value in self.know.value(node, frame):
                    for one in self.calling.rules_of(value):
                        yield one._replace(sites=(*one.sites, Site(call, frame, place + 1)))

    def _request(self, call: Node, frame: Frame | None, sender: Sender, depth: int = 0) -> Request:
        rule = sender.rule
        arguments = self.know.arguments(sender.sites)
        arguments |= (later := self._given_beside(sender, arguments))
        entries = list(self.arguments.parameters(rule, arguments))
        named = [e for e in entries if self._is_model(e, rule, rule.model_names)]
        models = NOTHING.union(*map(self._values, named))
        if rule.kind == "alias" and sender.callee is not None:
            models = self._aliased(models, sender.callee)
        elif not named and sender.callee is not None and is_made(sender.callee) and depth < MAX_OBJECTS:
            models = frozenset((sender.callee,))
        models |= NOTHING.union(
            *(self.arguments.under(params, key) for _, params, key in self._listed(sender))
        )
        models, rule = self._made_for(models, rule, depth)
        given = [
            e
            for e in entries
            if isinstance(e.key, str)
            and e.key not in rule.model_names
            and not excludes(self.know, call, frame, e)
        ]
        given += self.arguments.own(sender.rule.takes, arguments, call, frame)
        given.sort(key=entry_order)
        raw = sorted(self.arguments.raw(rule, [*arguments, *entries]), key=entry_order)
        unseen = {e for e in later if e.key in rule.takes.left_out}
        asked = ((e, place >= len(given) or e in unseen) for place, e in enumerate((*given, *raw)))
        sent = tuple(self._sent_as(e, models, is_raw=raw) for e, raw in asked)
        nameless = (v for e in entries if e.key is None for v in self.arguments.of_any_name(e))
        unknown = (*nameless, *self._lost(sender.sites))
        keys = {*prompt_names(rule), rule.prompt_position}
        prompts = sorted((e for e in entries if e.key is not None and e.key in keys), key=entry_order)
        shown = self.pictures.sent([(e, self._values(e)) for e in prompts], call, frame)
        vendor = self.vendors.of(rule, sender.callee, arguments, sender.sites)
        is_anybodys = self.vendors.is_anybodys(rule, sender.callee, arguments)
        is_others = self.vendors.is_others_too(rule, sender.callee, arguments)
        found = Request(call, frame, rule, models, sent, unknown, *shown, vendor, tuple(named), is_anybodys)
        return found._replace(is_others_too=is_others)

    def _given_beside(self, sender: Sender, given: Entries) -> Entries:
        """What an object that a call makes is given by its class, and after it was made."""
        made, callee = sender.sites[-1], sender.callee
        if sender.rule.kind not in KEEPING or callee is None:
            return frozenset()
        keys = {one.key for one in given}
        declared = (one for one in self.derived.declared(callee) if one.key not in keys)
        later = self.arguments.given_later(made.call, made.frame)
        gained = self.arguments.gained(sender.rule.takes, made.call, made.frame, self.apis.same)
        return frozenset((*later, *gained, *declared))

    def _sent_as(self, entry: Entry, models: Values, *, is_raw: bool) -> Given:
        values, more = self._values(entry), NOTHING
        with suppress(UnsolvedError, RecursionError):
            more = declared(self.know, entry, values)
        return Given(str(entry.key), values, entry, self.support.is_asked_for(entry, models), is_raw, more)

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
            if not behind and not (is_made(model) and not str(model.data).endswith("()")):
                found.add(model)
        return frozenset(found), rule

    def _behind(self, value: Value) -> Iterator[tuple[Node, Frame | None, Sender]]:
        """The calls that made an object of a library's, where a rule speaks of them."""
        if not is_made(value):
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
            name, *inside, model = path.split(".")
            for entry in self.know.arguments(sender.sites) if len(inside) < 2 else ():
                if name_of(entry.key) == name:
                    given = self.know.given(entry)
                    rows = given if inside else (v for v in given if v.kind == "sequence")
                    for row in self.arguments.mappings_in(rows):  # a list's rows, or one alone
                        inner = self.arguments.under(row, inside[0]) if inside else (row,)
                        for params in self.arguments.mappings_in(inner):
                            yield row, params, model

    def _aliased(self, names: Values, callee: Value) -> Values:
        """The models that a list of the object's own calls by some names; a name that it lacks may be any."""
        found: set[Value] = set()
        every: set[Value] = set()
        for _, _, maker in self._behind(callee):
            for row, params, model in self._listed(maker):
                labels = self.arguments.under(row, maker.rule.alias)
                every |= (models := self.arguments.under(params, model))
                if {v.data for v in labels} & {v.data for v in names} or not all(map(_is_constant, labels)):
                    found |= models
        return frozenset(found or (every if names else ()))

    @staticmethod
    def _is_model(entry: Entry, rule: Call, names: frozenset[str]) -> bool:
        return entry.key in names or (rule.position is not None and entry.key == rule.position)


def _is_constant(value: Value) -> bool:
    return value.kind == "constant"


def _may_be_mapping(value: Value) -> bool:
    """Whether it is known why a value is not known; the environment holds texts only."""
    return value.kind == "open" and value.data != "environment"


def _is_unsaid(value: Value) -> bool:
    """Whether a value says nothing of what is called: not followed, or a library's that no rule has."""
    return value.kind in ("open", "library")
