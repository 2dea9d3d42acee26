"""Ids that are shown to come to a request, and to nothing of which nobody knows what it does with them."""

from __future__ import annotations

import builtins
import sys
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.holding import body_around
from migrator.decide.requests.offered import Offered
from migrator.decide.roles.stated_defaults import stated
from migrator.decide.twins import variable_of
from migrator.know.values import constant
from migrator.read.examples import MARK
from migrator.requests.argument_values import KEEPING
from migrator.requests.conditions import for_text
from migrator.requests.violations import violations
from migrator.rulebook.vendor_rules import KEEPS_IDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.flows.value_ends import End, EndKind
    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.read.nodes import Node
    from migrator.requests.request_records import Request

_SAID: dict[EndKind, str] = {
    "library": "what is called there is not known",
    "program": "the command line of another program is given it",
    "unknown": "what becomes of it is not followed",
}
_GATEWAY = "a gateway is asked, of which it is not known whether it offers the new id under this name"
_LOST = "it may be sent there as well, which is too much to follow, with"
_BESIDE = "callers may send it there as well, with"
_CUT = "what is sent, and to which address, is too much to follow"


class Refusal(NamedTuple):
    """What a request holds that a rule speaks of: by the id of its call, or the line that it stands in."""

    place: str
    rule: str


class Proven:
    """Judges the ids of one plan."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self._refusing: dict[str, list[tuple[str, list[Refusal]]]] = {}

    def is_sent(self, one: Judged) -> bool:
        """Whether an id is shown to come to a request."""
        if one.node is None:
            return False
        ends = self.planner.ends.of(one.node)
        is_sent = one.node in self._sent or any(end.kind == "request" for end in ends)
        is_sent = is_sent or self._is_in_body(one) or self._is_choice(one.node)
        return is_sent or any(self._finds(one.node, end) for end in ends)

    def _is_in_body(self, one: Judged) -> bool:
        """Whether an id stands in a dict that is a request by its form, or in what such a one is made of."""
        sites = (self.planner.sites[call] for call in one.sites if call.kind == "Dict")
        if any(site.receiver is not None for site in sites):
            return True
        requests, above = (
            self.planner.engine.linked.requests,
            one.node.ancestors() if one.node is not None else (),
        )
        return any(each in self.planner.sites or requests.get(each) for each in above if each.kind == "Dict")

    def _is_choice(self, node: Node) -> bool:
        """Whether an id says which of the choices beside it, that are sent, is taken first."""
        call = node.parent.parent if node.parent is not None and node.parent.kind == "keyword" else None
        beside = call.among("Constant") if call is not None else ()
        return any(one.value == node.value and one in self._sent for one in beside)

    def _finds(self, node: Node, end: End) -> bool:
        """Whether an id finds a row of the program's own that holds the model of a request."""
        if end.kind != "test" or end.node.kind != "Subscript":
            return False
        know = self.planner.ends.know
        tables = (v for v in know.value(end.node.first, end.held.frame) if v.kind == "mapping")
        rows = (e.node for table in tables for e in know.entries(table) if e.key == node.value)
        return any(one in self._sent for row in rows if row is not None for one in row.among("Constant"))

    def says_another(self, one: Judged, ones: Iterable[Judged]) -> bool:
        """Whether an id only says which model another is: in a schema, or in what is given back."""
        others = [other for other in ones if other is not one and self.is_sent(other)]
        if one.node is None or not others or one.node in self._sent:
            return False
        sent = [other for other in others if other.node in self._sent]
        variable = variable_of(self.planner, one)
        is_beside = any(body_around(other.literal) is body_around(one.node) for other in sent) or (
            variable is not None and any(variable_of(self.planner, other) == variable for other in sent)
        )
        names = self.planner.engine.linked.names
        return stated(one.node, names) is not None or (is_beside and self._is_given_back(one.node))

    def _is_given_back(self, node: Node) -> bool:
        unknown = [e for e in self.planner.ends.of(node) if e.kind in _SAID]
        is_each = (e.kind == "unknown" and e.node.kind == "Return" and e.held.path for e in unknown)
        return bool(unknown) and all(is_each)

    def lacking(self, one: Judged, mended: frozenset[Refusal] = frozenset()) -> str:
        """What is not known of what an id comes to; nothing where it is known to the last parameter.

        That is a request which holds no more than is seen, or else every end of its value. `mended` are
        the refusals that edits which are made with it take care of.
        """
        if one.node is None:
            return ""
        if self._is_for_gateway(one):
            return f"{one.node.where}: {_GATEWAY}"
        ends = self.planner.ends.of(one.node)
        if asked := next((end.node for end in ends if _asks_for(end, one.literal.value)), None):
            return f"{asked.where}: a value is made of whether it is the old id"
        if sent := self._sent.get(one.node):
            is_addressed = self._is_addressed(one.node)
            judged = (
                _open(r, is_addressed=is_addressed) or self._spread_into(r, one.node) or self._handed_to(r)
                for r in sent
            )
            opened = next(filter(None, judged), "")
        elif self._is_in_body(one):
            opened = self._cut_at(one.sites)
        else:
            opened = next((f"{e.node.where}: {_SAID[e.kind]}" for e in ends if e.kind in _SAID), "")
            opened = opened or self._cut_at(e.node for e in ends if e.kind == "request")
        kinds = {end.kind for end in ends}
        is_followed = "request" in kinds and "kept" not in kinds
        opened = opened or self._refused_beside(one, mended)
        return opened or ("" if is_followed else self._lost_in(self.planner.variants.get(one.id, ""), mended))

    def _spread_into(self, request: Request, node: Node) -> str:
        """A function of a package that hands its `**kwargs` on beside a model that no caller names."""
        call, project = request.call, self.planner.engine.linked.project
        spread = (one.first for one in call.all("keywords") if one.value is None)
        given = (one for name in spread if name.kind == "Name" for one in project.bindings(name))
        takes = [one for one in given if one.field == "kwarg" and self._offered.is_offered(one, call)]
        named = (e.node for e in request.naming if e.node is not None and e.node.kind == "Name")
        told = [one for name in named for one in project.bindings(name) if one.kind == "arg"]
        is_told = any(one.scope == each.scope for one in takes for each in told) and not any(
            node.inside(one.parent) for one in takes if one.parent is not None
        )
        return f"{call.where}: callers may give it more" if takes and not is_told else ""

    @cached_property
    def _offered(self) -> Offered:
        return Offered(self.planner.engine.linked, self.planner.engine.contexts)

    def _cut_at(self, calls: Iterable[Node]) -> str:
        """A call, or a body that it is given, of which more than is found may be sent to whatever address."""
        requests = self.planner.engine.linked.requests
        held = (one for call in calls for one in (call, *call.among("Dict")))
        cut = (one for one in held if any(found.is_too_much for found in requests.get(one, ())))
        return next((f"{one.where}: {_CUT}" for one in cut), "")

    def given_to_library(self, ones: Iterable[Judged]) -> str:
        """A library of which no rule speaks that is given what is chosen among some ids."""
        ends = (end for one in ones if one.node is not None for end in self.planner.ends.of(one.node))
        return next((f"{end.node.where}: {_SAID[end.kind]}" for end in ends if end.kind == "library"), "")

    def _is_addressed(self, node: Node) -> bool:
        """Whether an address stands beside an id in its row, or its key is the vendor: its role tells."""
        row, names = node.parent, self.planner.engine.linked.names
        if row is None or row.kind != "Dict":
            return False
        keys = row.all("keys")
        values = row.all("values")
        own = keys[values.index(node)] if node in values and len(keys) == len(values) else None
        is_named = own is not None and names("own-vendor", str(own.value))
        return is_named or any(names("address", str(key.value)) for key in keys)

    def _handed_to(self, request: Request) -> str:
        """The library of which no rule speaks that is handed the object which a call makes."""
        if request.rule.kind not in KEEPING:
            return ""
        for end in self.planner.ends.of(request.call):
            called = self.planner.ends.called(end.node, end.held.frame) if end.kind == "library" else ()
            for path in sorted(str(value.data) for value in called if value.kind == "library"):
                if path.partition(".")[0] not in self._spoken_of:
                    return f"{end.node.where}: what {path} does with the object is not known"
        return ""

    @cached_property
    def _spoken_of(self) -> frozenset[str]:
        """The packages of which rules speak, and Python's own."""
        calls = (call for api in self.planner.engine.rulebook.apis for call in api.call)
        packages = {path.partition(".")[0] for call in calls for path in call.callees}
        passing = self.planner.engine.linked.names.listed("passing-package")
        return sys.stdlib_module_names.union(packages, passing, vars(builtins))

    def _lost_in(self, variant: str, mended: frozenset[Refusal]) -> str:
        """A request that an id may come to, too much to follow, with what its model refuses there."""
        if variant not in self._refusing:
            self._refusing[variant] = list(self._refused(variant))
        refused = self._refusing[variant]
        return next((said for said, places in refused if mended.isdisjoint(places)), "")

    def _refused(self, variant: str) -> Iterator[tuple[str, list[Refusal]]]:
        every = (one for several in self.planner.engine.linked.requests.values() for one in several)
        return self._refusals((one for one in every if one.is_too_much), variant, _LOST)

    def _refused_beside(self, one: Judged, mended: frozenset[Refusal]) -> str:
        """A request of a function that a library calls, which an id ends at, with what its model refuses."""
        requests = self.planner.engine.linked.requests
        ends = self.planner.ends.of(one.node) if one.node is not None else ()
        calls = dict.fromkeys(end.node for end in ends if end.kind == "request" and end.node not in one.sites)
        made = (found for call in calls for found in requests.get(call, ()))
        open_ones = (found for found in made if {v.data for v in found.models} == {"library result"})
        refused = self._refusals(open_ones, self.planner.variants.get(one.id, ""), _BESIDE)
        return next((said for said, places in refused if mended.isdisjoint(places)), "")

    def _refusals(
        self, requests: Iterable[Request], variant: str, says: str
    ) -> Iterator[tuple[str, list[Refusal]]]:
        """What a variant would refuse at requests, each with the places where an edit puts it right."""
        engine = self.planner.engine
        target = engine.catalogue.target(variant) if variant else ""
        for request in requests if target else ():
            if request.vendor not in KEEPS_IDS and self.planner.is_live(request.call.file):
                model = frozenset((constant(target, request.call),))
                meant = for_text(request, target)._replace(models=model)
                for found in violations(meant, {target: variant}, engine.rulebook):
                    said = f"{request.call.where}: {says} {found.given.name}"
                    held = (one for one in (found.given.entry.node, found.given.entry.holder) if one)
                    places = [self.planner.site_id(request.call), *(one.where for one in held)]
                    yield said, [Refusal(place, found.rule.id) for place in places]

    def _is_for_gateway(self, one: Judged) -> bool:
        """Whether a gateway's name stands before an id in its text."""
        before = self.planner.engine.literal_parts(one)[0]
        return any(
            before.endswith(rule.text)
            for rule in self.planner.engine.rulebook.vendors.prefix
            if rule.vendor == "gateway"
        )

    @cached_property
    def _sent(self) -> dict[Node, list[Request]]:
        """By literal, the requests whose model it is; not where there are too many models to find all."""
        found: dict[Node, list[Request]] = defaultdict(list)
        for requests in self.planner.engine.linked.requests.values():
            for request in requests:
                for value in request.models:
                    for part in value.more or (value.node,) if not value.is_cut else ():
                        found[part].append(request)
        return found


def _asks_for(end: End, text: object) -> bool:
    """Whether an end compares an id with its own text for a value of its own, which no arm of code shows."""
    compared = end.node
    if end.kind != "test" or compared.kind != "Compare":
        return False
    is_value = not any(above.field == "test" for above in (compared, *compared.ancestors()))
    return is_value and any(
        one.value == text for one in compared.among("Constant") if one is not end.held.node
    )


def _open(request: Request, *, is_addressed: bool) -> str:
    """What is not known of a request; an example in a document leaves out what does not matter there.

    `is_addressed`: the row that the id stands in says which address is its own.
    """
    if request.open and MARK not in request.call.file.path:
        return f"{request.call.where}: callers may give it more"
    if request.vendor == "gateway" and request.rule.vendor != "gateway":
        return f"{request.call.where}: {_GATEWAY}"
    is_others = request.is_others_too and not is_addressed
    return f"{request.call.where}: it may go to another's address" if is_others else ""
