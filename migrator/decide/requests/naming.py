"""Ids as a library wants them that looks them up: behind a prefix where it does not know them bare."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from migrator.requests.joints import joint
from migrator.requests.request_records import is_put_together, may_be_any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from migrator.decide.engine import Engine
    from migrator.decide.records import Judged, Site
    from migrator.read.nodes import Node
    from migrator.rulebook.api_rules import Naming


class Namings:
    """What must stand before an id in its literal once it moves, for one planner."""

    def __init__(self, engine: Engine, sites: Mapping[Node, Site], variants: Mapping[str, str]) -> None:
        self.engine = engine
        self.sites = sites
        self.variants = variants
        apis = engine.rulebook.apis
        self.rules = {rule.id: rule for api in apis for rule in api.naming}

    def written(self, one: Judged) -> str:
        """The new id as the literal will hold it."""
        target = self._target(one)
        return self.prefix(one, target) + target

    def prefix(self, one: Judged, target: str) -> str:
        """What must stand before a new id beside an old one, or in its place."""
        asked = self._asked(one, target) or ([] if self._joint is not None else self._around(one, target))
        return min((rule.prefix for rule, _ in asked), default="")

    def _around(self, one: Judged, target: str) -> list[tuple[Naming, Node]]:
        """The calls near an id that gets to none, if all of them want a prefix."""
        if one.sites or one.node is None or not self.rules:
            return []
        path, are_near = one.node.file.path, self.engine.linked.project.are_near
        sites, sent = self.sites.values(), self.engine.linked.requests_of
        calls = [s for s in sites if s.receiver is not None and s.call.kind == "Call" and sent(s.call)]
        near = [(self._rule(site), site.call) for site in calls if are_near(path, site.call.file.path)]
        if not near and any(host in one.node.file.text for host in self.engine.rulebook.vendors.own_hosts):
            return []
        near = near or [(self._rule(site), site.call) for site in calls]
        if any(is_put_together(model) for _, call in near for r in sent(call) for model in r.models):
            return []
        before = _before(one.node, one.occurrence.model)
        wanting = [(r, c) for r, c in near if r and r.after == before and not self._knows(r, target, c)]
        return wanting if len(wanting) == len(near) else []

    def is_bare(self, one: Judged) -> bool:
        return self.written(one) == self._target(one)

    def _target(self, one: Judged) -> str:
        return self.engine.catalogue.target(self.variants[one.id])

    def conflicts(self, judged: Iterable[Judged]) -> Iterator[tuple[Judged, str]]:
        """What one call wants bare and another behind a prefix; not of tests."""
        for one in judged:
            if one.id not in self.variants or one.context == "test":
                continue
            asked = self._asked(one, self._target(one))
            bare = self._bare(one, {call for _, call in asked})
            if asked and bare is not None:
                rule, call = asked[0]
                detail = f"{call.where} needs the id behind {rule.prefix}, {bare.where} takes it bare"
                yield one, detail
            elif self._is_put_together(one, [call for _, call in asked]):
                rule, call = asked[0]
                detail = (
                    f"{call.where} needs the id behind {rule.prefix}, and what gives it puts a name together"
                )
                yield one, detail
            elif detail := self._handed_out(one, asked):
                yield one, detail
            elif (joined := self._joined(one, asked)) is not None:
                yield one, joined
            elif not one.sites and not asked and (lost := self._may_ask(one, self._target(one))) is not None:
                rule, call = lost
                detail = f"{call.where} needs the id behind {rule.prefix}, and may be given this one"
                yield one, detail

    @cached_property
    def _joint(self) -> Node | None:
        linked, contexts = self.engine.linked, self.engine.contexts
        files = (file for file in linked.project.files.values() if contexts.of(file.path) == "src")
        return joint(files, linked.names.model)

    def _joined(self, one: Judged, asked: list[tuple[Naming, Node]]) -> str | None:
        """Who may put an id that gets to no call behind the prefix that a call wants."""
        wanting = (asked or self._around(one, self._target(one))) if not one.sites else []
        if not wanting or self._joint is None:
            return None
        rule, call = wanting[0]
        return f"{call.where} needs the id behind {rule.prefix}, which {self._joint.where} may put there"

    def _is_put_together(self, one: Judged, calls: list[Node]) -> bool:
        """Whether an id may stand behind something else when it gets to a call."""
        made = any("built at run time" in self.sites[call].unresolved for call in calls)
        return made and one.node is not None and self.engine.linked.ends(one.node).spoken

    def _handed_out(self, one: Judged, asked: list[tuple[Naming, Node]]) -> str:
        """Why an id waits that a call wants behind a prefix, and what callers hand over is given too.

        They know it as it was; and the call may be in what is called where they hand nothing over.
        """
        if one.node is None or not self.rules:
            return ""
        uses = self.engine.linked.flow.uses(one.node)
        calls = [use.node for use in uses if use.kind == "argument" and use.node.kind == "Call"]
        given = next((call for call in calls if self._is_of_callers(call.first)), None)
        if given is None:
            return ""
        ruled = ((self._rule(self.sites[call]), call) for call in calls if call in self.sites)
        before, target = _before(one.node, one.occurrence.model), self._target(one)
        wanting = [(r, c) for r, c in ruled if r and r.after == before and not self._knows(r, target, c)]
        if not (asked or wanting):
            return ""
        rule, call = (asked or wanting)[0]
        return f"{call.where} needs the id behind {rule.prefix}, and {given.where} hands it out"

    def _is_of_callers(self, func: Node) -> bool:
        """Whether what is called, and no method of it, may be handed over by callers outside."""
        is_plain = func.kind == "Name" or (func.kind == "Attribute" and func.first.value == "self")
        called = self.engine.linked.known(func) if is_plain else ()
        return any(value.kind == "open" and value.data == "caller outside" for value in called)

    def _may_ask(self, one: Judged, target: str) -> tuple[Naming, Node] | None:
        """A near call that wants a prefix and may be given an id of which nobody knows where it goes."""
        are_near = self.engine.linked.project.are_near
        before = _before(one.node, one.occurrence.model) if one.node is not None else None
        for call, rule in self._unsolved:
            is_asked = rule.after == before and not self._knows(rule, target, call)
            if is_asked and one.node is not None and are_near(one.node.file.path, call.file.path):
                return rule, call
        return None

    @cached_property
    def _only_prefixed(self) -> bool:
        """Whether every call that may be given an id of which nobody knows where it goes wants a prefix."""
        calls = (s for s in self.sites.values() if s.receiver is not None and s.call.kind == "Call")
        unruled = (site for site in calls if self._rule(site) is None)
        return not any(map(self._is_open, unruled))

    @cached_property
    def _unsolved(self) -> list[tuple[Node, Naming]]:
        """The calls that want a prefix and whose model is not known."""
        ruled = [(site, rule) for site in self.sites.values() if (rule := self._rule(site)) is not None]
        return [(site.call, rule) for site, rule in ruled if self._is_open(site)]

    def _is_open(self, site: Site) -> bool:
        """Whether nobody knows a call's model; one that is too many to find may be known."""
        models = [v for request in self.engine.linked.requests_of(site.call) for v in request.models]
        if models and all(model.is_cut or is_put_together(model) for model in models):
            return False
        return bool(site.unresolved) or any(map(may_be_any, models))

    def _asked(self, one: Judged, target: str) -> list[tuple[Naming, Node]]:
        """The rules, and their calls, that want a prefix before a bare id."""
        before = _before(one.node, one.occurrence.model) if one.node is not None and self.rules else None
        if one.node is None or before is None:
            return []
        if not one.sites and self._only_prefixed and (lost := self._may_ask(one, target)) is not None:
            return [lost]
        sites = [self.sites[call] for call in one.sites]
        found = [(self._rule(site), site.call) for site in sites if not self._is_composed(site, one.node)]
        asked = [(rule, call) for rule, call in found if rule is not None and rule.after == before]
        return [(rule, call) for rule, call in asked if not self._knows(rule, target, call)]

    def _rule(self, site: Site) -> Naming | None:
        return self.rules.get(site.receiver.call.naming) if site.receiver is not None else None

    def _knows(self, rule: Naming, target: str, call: Node) -> bool:
        """Whether the project declares a release that knows the id."""
        older = rule.known.get(target, "").replace(">=", "<")
        return bool(older and self.engine.pins.too_old(older, call.file.path))

    def _bare(self, one: Judged, asking: set[Node]) -> Node | None:
        """A recognised call that is handed the literal too, and takes what it says for an id."""
        for call in one.sites:
            site = self.sites[call]
            if call not in asking and site.receiver is not None and self._rule(site) is None:
                return call
        return None

    def _is_composed(self, site: Site, node: Node) -> bool:
        """Whether the name that a call is given is put together, so that the prefix may be there already."""
        if any(given == node for _, given in site.texts):
            return False
        models = [v for one in self.engine.linked.requests_of(site.call) for v in one.models]
        if any(node in (v.more or (v.node,)) for v in models if v.text == node.value):
            return False
        return "built at run time" in site.unresolved or any(node in v.more for v in models if v.text)


def _before(node: Node, model: str) -> str | None:
    """What stands before the id in its literal; None where that is not known."""
    if node.parent is not None and node.parent.kind == "JoinedStr" and next(node.parent.children()) != node:
        return None
    return node.value.partition(model)[0] if isinstance(node.value, str) else None
