"""Ids that are shown to come to a request, and to nothing of which nobody knows what it does with them."""

from __future__ import annotations

import builtins
import re
import sys
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.decide.holding import body_around
from migrator.decide.plans import MODEL_RULE
from migrator.decide.roles.stated_defaults import stated
from migrator.decide.twins import variable_of
from migrator.inventory.edit_records import AddElement, AddEntry, ReplaceExpression
from migrator.know.values import constant
from migrator.read.examples import MARK
from migrator.read.ids import bare
from migrator.requests.argument_values import KEEPING
from migrator.requests.conditions import for_text
from migrator.requests.violations import violations
from migrator.rulebook.vendor_rules import KEEPS_IDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from migrator.decide.flows.value_ends import End, EndKind
    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.inventory.edit_records import Edit
    from migrator.read.nodes import Node
    from migrator.requests.request_records import Request

_SAID: dict[EndKind, str] = {
    "library": "what is called there is not known",
    "program": "the command line of another program is given it",
    "unknown": "what becomes of it is not followed",
}
_GATEWAY = "a gateway is asked, of which it is not known whether it offers the new id under this name"
_LOST = "it may be sent there as well, which is too much to follow, with"
_CUT = "what is sent, and to which address, is too much to follow"
_TABLES = "GPT55-T"
_ADDED = (_TABLES, "GPT55-B")
"""Rules whose edits put something beside what stands there."""
_PARAMETERS = "GPT55-P"


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
        is_given = any(site.receiver is not None for site in sites)
        return is_given or (one.node is not None and _is_in_body(self.planner, one.node))

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
            judged = (_open(r, is_addressed=is_addressed) or self._handed_to(r) for r in sent)
            opened = next(filter(None, judged), "")
        elif self._is_in_body(one):
            opened = self._cut_at(one.sites)
        else:
            opened = next((f"{e.node.where}: {_SAID[e.kind]}" for e in ends if e.kind in _SAID), "")
            opened = opened or self._cut_at(e.node for e in ends if e.kind == "request")
        kinds = {end.kind for end in ends}
        is_followed = "request" in kinds and "kept" not in kinds
        return opened or ("" if is_followed else self._lost_in(self.planner.variants.get(one.id, ""), mended))

    def _cut_at(self, calls: Iterable[Node]) -> str:
        """A call, or a body that it is given, of which more than is found may be sent to whatever address."""
        requests = self.planner.engine.linked.requests
        held = (one for call in calls for one in (call, *call.among("Dict")))
        cut = (one for one in held if any(found.is_too_much for found in requests.get(one, ())))
        return next((f"{one.where}: {_CUT}" for one in cut), "")

    def offered(self, edit: Edit, by_id: dict[str, Judged]) -> str:
        """A library of which no rule speaks that is given what is chosen in a list which an edit adds to."""
        ones = [by_id[name] for name in edit.references if isinstance(edit.operation, AddElement)]
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
        engine = self.planner.engine
        target = engine.catalogue.target(variant) if variant else ""
        for request in (one for several in engine.linked.requests.values() for one in several if target):
            is_own = request.vendor not in KEEPS_IDS and self.planner.is_live(request.call.file)
            if request.is_too_much and is_own:
                model = frozenset((constant(target, request.call),))
                meant = for_text(request, target)._replace(models=model)
                for found in violations(meant, {target: variant}, engine.rulebook):
                    said = f"{request.call.where}: {_LOST} {found.given.name}"
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


def _is_in_body(planner: Planner, node: Node) -> bool:
    """Whether an id stands in a dict that is a request by itself, or a call of an API by its form."""
    bodies = (above for above in node.ancestors() if above.kind == "Dict")
    return any(above in planner.sites or planner.engine.linked.requests.get(above) for above in bodies)


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


def proven(planner: Planner, edits: Sequence[Edit]) -> tuple[list[Edit], dict[str, str]]:
    """The edits, and by group what is not shown of the ids that move by it, or that nothing needs it.

    What only adds something that ids which move need follows these: without one of them it is not made.
    """
    judge, by_id = Proven(planner), {one.id: one for one in planner.judged}
    moving: dict[str, dict[str, Judged]] = defaultdict(dict)
    for edit in edits:
        ones = {name: by_id[name] for name in edit.references}
        if edit.rule.startswith(_PARAMETERS):
            ones = {name: one for name, one in ones.items() if judge.is_sent(one)} or ones
        if _moves(edit) or (_is_first(edit) and any(map(judge.is_sent, ones.values()))):
            moving[edit.group].update(ones)
    found = _unshown(judge, moving, edits)
    causes: dict[str, set[str]] = defaultdict(set)
    for group in moving.keys() - found:
        for name, one in moving[group].items():
            for target in _targets(planner, one):
                causes[target].add(name)
    added = {edit.group for edit in edits if edit.rule.startswith(_ADDED)} - moving.keys()
    needed: dict[str, set[str]] = defaultdict(set)
    for edit in edits:
        if edit.group in added:
            causing = (names for one, names in causes.items() if _names(edit, one))
            needed[edit.group].update(
                name for names in causing for name in names if _held_old(planner, edit, by_id, name)
            )
    there = _there_already(planner)
    offered = ((edit.group, judge.offered(edit, by_id)) for edit in edits if edit.group in added)
    found |= {group: why for group, why in offered if why}
    lone = {group for group in added if not needed[group]}
    lone -= {
        edit.group
        for edit in edits
        if edit.group in lone and _is_entry(edit) and any(_names(edit, one) for one in there)
    }
    found |= dict.fromkeys(lone, "no id that is shown to come to a request needs it")
    return [_following(edit, needed.get(edit.group, set())) for edit in edits], found


def _is_entry(edit: Edit) -> bool:
    """Whether an edit is no element of a list of ids, of which nobody knows that it held what was sent."""
    return not (edit.rule.startswith(_TABLES) and isinstance(edit.operation, AddElement))


def _held_old(planner: Planner, edit: Edit, by_id: dict[str, Judged], name: str) -> bool:
    """Whether a list that an edit adds to holds what an id was that moves; a dict's row is not asked."""
    beside = [by_id[one].node for one in edit.references]
    lists = [node.parent for node in beside if node is not None and node.parent is not None]
    if _is_entry(edit) or not lists or any(one.kind == "Dict" for one in lists):
        return True
    model = planner.engine.catalogue.model
    held = {
        bare(text.value) for one in lists for text in one.among("Constant") if isinstance(text.value, str)
    }
    old = by_id[name].occurrence.model
    return old in held or any(found is not None and found is model(old) for found in map(model, held))


def _left_choice(planner: Planner, one: Judged, gaining: set[str]) -> Judged | None:
    """A choice of the same model in the same file, beside others, which waits for a person."""
    for other in planner.judged:
        is_same = other.file is one.file and other.occurrence.model == one.occurrence.model
        is_choice = is_same and other.verdict.role == "membership" and other.id not in gaining
        is_held = planner.settled.get(other.id, other.verdict).action == "review"
        if is_choice and is_held and other.node is not None and _is_of_module(other.node):
            return other
    return None


def _is_of_module(node: Node) -> bool:
    """Whether an element stands in a list that a module or a class gives a name."""
    above = node.parent
    is_list = above is not None and above.kind in ("List", "Tuple", "Set")
    return is_list and node.scope.kind in ("Module", "ClassDef")


def _moves(edit: Edit) -> bool:
    """Whether an edit lets a new id come to a request: itself, a member of its own, its parameters."""
    is_use = edit.rule.startswith(_TABLES) and isinstance(edit.operation, ReplaceExpression)
    return edit.rule == MODEL_RULE or is_use or edit.rule.startswith(_PARAMETERS)


def _is_first(edit: Edit) -> bool:
    """Whether an edit puts something first in a display, of which the first may be taken."""
    made = edit.operation
    return isinstance(made, (AddElement, AddEntry)) and made.before and made.beside == 0


def _targets(planner: Planner, one: Judged) -> Iterable[str]:
    """What an id that moves becomes, as it is written and bare; any new id where a member of its own does."""
    if one.id not in planner.variants:
        return planner.engine.catalogue.targets.values()
    return {planner.namings.written(one), planner.engine.catalogue.target(planner.variants[one.id])}


def _following(edit: Edit, names: set[str]) -> Edit:
    return msgspec.structs.replace(edit, follows=tuple(sorted(names))) if names and not edit.follows else edit


def _unshown(judge: Proven, moving: dict[str, dict[str, Judged]], edits: Sequence[Edit]) -> dict[str, str]:
    """By group what is not shown of it, while what the edits of the others put right is right."""
    gaining = {name for edit in edits if edit.selected for name in edit.references}
    found: dict[str, str] = {}
    before = -1
    while before < len(found):
        before, made = len(found), moving.keys() - found
        mended = frozenset(
            Refusal(place, edit.rule)
            for edit in edits
            if edit.selected and edit.group in made
            for place in (*edit.call_sites, f"{edit.path}:{edit.anchor[0]}")
        )
        for group in sorted(made):
            ones = moving[group].values()
            why = _lacking(judge, ones, mended) or _left_out(judge.planner, ones, gaining)
            found |= {group: why} if why else {}
    return found


def _left_out(planner: Planner, ones: Iterable[Judged], gaining: set[str]) -> str:
    """The choice that does not gain what some ids move to."""
    left = next(filter(None, (_left_choice(planner, one, gaining) for one in ones)), None)
    return f"{left.literal.where}: what is offered there does not gain the new id" if left else ""


def _lacking(proven: Proven, ones: Iterable[Judged], mended: frozenset[Refusal]) -> str:
    """What is not shown of ids that move together; those of tests follow."""
    live = [one for one in ones if one.context != "test"]
    judged = (one for one in live if not proven.says_another(one, live))
    unknown = next((why for one in judged if (why := proven.lacking(one, mended))), "")
    is_sent = not live or any(map(proven.is_sent, live))
    return unknown or ("" if is_sent else "no request is seen that it comes to")


def _names(edit: Edit, target: str) -> bool:
    """Whether an edit is about a new id, which a pattern may hold."""
    said = str(edit.operation).replace("\\", "")
    return re.search(rf"{re.escape(target)}(?![\w-]|\.\d)", said) is not None


def _there_already(planner: Planner) -> set[str]:
    """The new ids that requests of the program are sent already: they need what the old ones have."""
    requests = (one for several in planner.engine.linked.requests.values() for one in several)
    sent = {bare(value.text) for one in requests for value in one.models if value.text}
    return sent.intersection(planner.engine.catalogue.targets.values())
