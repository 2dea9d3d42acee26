"""Which calls, and so which models, a number serves: by the values and functions that it passes through."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.flows.object_flow import ObjectFlow
from migrator.decide.limits.bounded_things import holder_of
from migrator.decide.limits.nearby import AskedAt, NearbyCalls
from migrator.decide.roles.literal_forms import id_like
from migrator.know.solver import UnsolvedError
from migrator.read.ids import bare, is_named
from migrator.read.nodes import Node
from migrator.read.scopes import FUNCTIONS, dotted, enclosing_class, parameters, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from migrator.decide.flows.flow_uses import Use
    from migrator.decide.flows.value_ends import End
    from migrator.decide.meanings import Names
    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged, Site
    from migrator.know.values import Value

_CLOSED = ("caller outside", "too many")
_SILENT = ("tokenizer", "fine-tune", "alias")


class Served(NamedTuple):
    """What a number serves.

    Attributes:
        moving: occurrences that are rewritten.
        sites: the calls that they reach.
        others: why a model that does not move may reach the calls too.
        arrived: target ids that the calls use already.
    """

    moving: tuple[Judged, ...]
    sites: tuple[Node, ...]
    others: tuple[str, ...] = ()
    arrived: tuple[str, ...] = ()


class Foreign(NearbyCalls):
    """The circles of calls that no source id reaches; other vendors' calls are looked for on demand."""

    def __init__(self, planner: Planner, sites: Mapping[Node, Site], objects: ObjectFlow) -> None:
        super().__init__(planner.engine.linked, sites, objects)
        self.planner = planner
        self._known: dict[Node, list[AskedAt]] = {}

    def places(self, function: Node) -> list[AskedAt]:
        known = self._known.get(function)
        if known is None:
            own = [call for call in function.within("Call") if scope_of(call) == function]
            found = [AskedAt(call, call) for call in own if any(self.names(call))]
            known = self._known[function] = [*super().places(function), *found]
        return known

    def names(self, call: Node) -> Iterator[str]:
        """The models of a call that no rule knows: `messages.create(model="claude-sonnet-4-5")`."""
        if call in self.planner.sites:
            return
        for keyword in call.all("keywords"):
            if keyword.value and self.linked.names.model(str(keyword.value)):
                for value in self.values.of(keyword.child("value")):
                    if value.kind == "text" and not self.linked.holds_id(str(value.node.value)):
                        yield str(value.node.value)


class Links:
    """Links numbers to call sites in one planned run."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.linked = planner.engine.linked
        self.values = self.linked.values
        self.objects = ObjectFlow(self.linked.project, self.values, self.linked.names)

    @cached_property
    def own(self) -> NearbyCalls:
        """Calls that a source id reaches."""
        sites, by_site = self.planner.sites, self.planner.by_site
        known = {call: site for call, site in sites.items() if by_site.get(call)}
        return NearbyCalls(self.linked, known, self.objects)

    @cached_property
    def others(self) -> Foreign:
        """Calls that no source id reaches."""
        sites = self.planner.sites
        asking = {call: site for call, site in sites.items() if call not in self.own.sites and _asks(site)}
        return Foreign(self.planner, asking, self.objects)

    def of(self, node: Node, uses: tuple[Use, ...]) -> Served | None:
        """What a number serves; none if nothing that moves."""
        told = {*self._told(node)}
        if told:
            moving = [one for one in self._beside(node) if one.node in told]
            return _alone(moving) if len(moving) == len(told) else None
        spots = [node, *(use.node for use in uses if not _entered(use))]
        sites = self.calls(spots)
        if not sites:
            spots = [use.node for use in uses if _entered(use)]
            sites = self.calls(spots)
        asked = self._asked_of(node)
        if asked and asked.isdisjoint(sites):
            return None
        if sites:
            served = self._served(sites, [call for spot in spots for call in self.others.reached(spot)])
            return (
                self._with_asked(served, spots) if served is not None and not self._beside(node) else served
            )
        return _alone(self._beside(node))

    def _with_asked(self, served: Served, spots: Iterable[Node]) -> Served:
        """With the models that stay of those that the function or class around a number is told."""
        moving = {one.node for one in rewritten(self.planner)}
        told = (v for arg in _models_of(spots, self.linked.names) for v in self._given(arg))
        staying = [v for v in told if not moving & {*v.more} and not self._is_target(str(v.text))]
        named = min((str(v.text) for v in staying if v.text), default="")
        if named or any(v.kind == "open" for v in staying):
            more = f"{named} reaches it too" if named else "the model may come from elsewhere"
            return served._replace(others=(*served.others, more))
        return served

    def _given(self, parameter: Node) -> Iterator[Value]:
        """What the program's own calls give for a parameter; any, where it makes none."""
        function, know = parameter.parent, self.linked.know
        with suppress(UnsolvedError, RecursionError):
            for frame in self.linked.activations.of(function) if function is not None else ():
                yield from know.value(parameter, frame)

    def _asked_of(self, node: Node) -> set[Node]:
        """The calls that are given a number beside a model of their own: it bounds what these are asked."""
        ends = (end for end in self.planner.ends.of(node) if end.node.kind == "Call")
        return {end.node for end in ends if self._names_model(end)}

    def _names_model(self, end: End) -> bool:
        """Whether a call is given a model's name beside what ends there."""
        know, frame = self.linked.know, end.held.frame
        given = {str(one.value): know.value(one.child("value"), frame) for one in end.node.all("keywords")}
        for value in self.planner.ends.containing(end.held):
            if value.kind == "mapping":
                given.update((str(one.key), know.given(one)) for one in know.entries(value))
        named = (values for name, values in given.items() if self.linked.names.model(name))
        return any(value.text is not None for values in named for value in values)

    def calls(self, spots: Iterable[Node]) -> list[Node]:
        """The calls with source ids that places bear on."""
        return list(dict.fromkeys(call for spot in spots for call in self.own.near(spot)))

    # -- config objects ----------------------------------------------------------------------------

    def _told(self, node: Node) -> list[Node]:
        """The models that a number's own call says: `Settings(model="gpt-4o", window=128_000)`."""
        home = _home(node)
        if not isinstance(home, Node) or home.kind != "Call":
            return []
        site = self.planner.sites.get(home)
        if site is not None and site.receiver is not None:
            return []
        found = [value.node for given in self.linked.models_given(home) for value in self.values.of(given)]
        return (
            found
            if all(n.kind == "Constant" and id_like(n.value, self.linked.rulebook.vendors) for n in found)
            else []
        )

    def _beside(self, node: Node) -> list[Judged]:
        """Ids in the same dict, call, class body or parameter list, or set on the same object."""
        home = _home(node)
        if home is None:
            return []
        return self._by_home.get(home, [])

    @cached_property
    def _by_home(self) -> dict[object, list[Judged]]:
        found: dict[object, list[Judged]] = defaultdict(list)
        for one in rewritten(self.planner):
            if one.node is not None:
                found[_home(one.node)].append(one)
        return found

    # -- from calls to models ----------------------------------------------------------------------

    def _served(self, sites: list[Node], foreign: list[Node]) -> Served | None:
        moving: dict[str, Judged] = {}
        others: list[str] = []
        arrived: list[str] = []
        chosen = [call for call in sites if self._matters(call)]
        for call in chosen:
            for one in self.planner.by_site[call]:
                if self.planner.moves(one):
                    moving[one.id] = one
                elif self.planner.is_live(one.file):
                    others.append(f"{one.occurrence.model} stays ({one.file.path}:{one.occurrence.line})")
            others += self._open(call)
            arrived += self._arrived(call)
        if not moving:
            return None
        for call in dict.fromkeys(foreign):
            if call not in self.planner.sites:
                others += [f"{name} reaches it too" for name in self.others.names(call)]
                continue
            others += self._open(call) if self.planner.is_live(call.file) else ()
            arrived += self._arrived(call)
        return Served(
            tuple(moving.values()), tuple(chosen), tuple(dict.fromkeys(others)), tuple(dict.fromkeys(arrived))
        )

    def _matters(self, call: Node) -> bool:
        """Whether a call uses an id of a context that is written (a test's call holds nothing back)."""
        return any(self.planner.is_live(one.file) for one in self.planner.by_site[call])

    def _open(self, call: Node) -> Iterator[str]:
        site = self.planner.sites[call]
        for reason in site.unresolved:
            if reason not in _CLOSED:
                yield f"the model may come from elsewhere ({reason})"
        for text, node in site.texts:
            known = self._is_target(text) or self.linked.holds_id(text)
            if not known and self.planner.is_live(node.file):
                yield f"{text} reaches it too"

    def _arrived(self, call: Node) -> Iterator[str]:
        for text, _node in self.planner.sites[call].texts:
            if self._is_target(text):
                yield bare(text)

    def _is_target(self, text: str) -> bool:
        targets = self.planner.engine.catalogue.targets.values()
        return any(is_named(text, target) for target in targets)


def _models_of(spots: Iterable[Node], names: Names) -> Iterator[Node]:
    """The parameters that name a model, of the functions around some places and of their objects."""
    for spot in spots:
        owner = enclosing_class(spot)
        made = [one for one in owner.all("body") if one.value == "__init__"] if owner is not None else []
        for function in (spot.scope, *made):
            if function.kind in FUNCTIONS:
                yield from (arg for arg in parameters(function) if names.model(str(arg.value)))


def _alone(moving: list[Judged]) -> Served | None:
    """What a number serves that stands beside the models themselves."""
    sites = tuple(dict.fromkeys(call for one in moving for call in one.sites))
    return Served(tuple(moving), sites) if moving else None


def rewritten(planner: Planner) -> Iterator[Judged]:
    """The ids that are rewritten."""
    return (one for one in planner.judged if planner.moves(one))


def _home(node: Node) -> object:
    """What holds a value by a name of its own: `config = {…}`, `Config(…)`, `llm.context_window = …`."""
    holder = holder_of(node)
    if holder is not None:
        return holder
    statement = node.statement
    target = statement.child("targets") if statement.kind == "Assign" else None
    base = dotted(target.child("value")) if target is not None and target.kind == "AttributeStore" else ""
    return (statement.scope, base) if base and base not in ("self", "cls") else None


def _asks(site: Site) -> bool:
    """Whether a site is a request, or makes an object for requests."""
    return site.receiver is None or site.receiver.call.kind not in _SILENT


def _entered(use: Use) -> bool:
    """Whether the number came into the use's function as an argument (not as the parameter's own default)."""
    return any(step.kind == "arg" and not use.trail[0].inside(step) for step in use.trail[1:])
