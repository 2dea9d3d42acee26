"""The code around a literal and around the calls that it feeds, as evidence for what it is for.

A literal's own surroundings count in full, those of the calls that it reaches by how near and how
particular they are: a call inside the same function nearly in full, a wrapper that twenty places
share hardly at all.
"""

from __future__ import annotations

from itertools import islice
from math import sqrt
from typing import TYPE_CHECKING

from migrator.decide.recommend.clues import Evidence, named, scaled
from migrator.decide.recommend.neighbours import Neighbours
from migrator.decide.recommend.signals import shared
from migrator.decide.recommend.wording import Wording
from migrator.read.scopes import FUNCTIONS, dotted, enclosing_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.linked import Linked
    from migrator.decide.records import Site
    from migrator.read.nodes import FileFacts, Node

SCOPE, SCOPE_BESIDE_PROMPT = 0.7, 0.35
"""What strings elsewhere in a function count: alone, and beside a prompt that is known."""
MANY_USERS = 100
"""Of so many things that are done with a client each says something; more say nothing new."""
_RINGS = (1.0, 0.95, 0.8, 0.7, 0.6)
"""What a call's surroundings count for a literal: inside it, same function, class, file, elsewhere."""


class Surroundings:
    """Collects evidence in one linked project."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self.signals = shared(linked.rulebook.usecases.signal)
        self.neighbours = Neighbours(linked, self.signals)
        self.wording = Wording(linked, self.neighbours, self.signals)
        self._imports: dict[str, tuple[Evidence, ...]] = {}
        self._sites: dict[Node, tuple[Evidence, ...]] = {}
        self._asked: dict[Node, tuple[Evidence, ...]] = {}
        self._callers: dict[Node, tuple[Evidence, ...]] = {}
        self._literals: dict[tuple[Node, str], tuple[Evidence, ...]] = {}

    # -- calls -------------------------------------------------------------------------------------

    def site(self, site: Site) -> tuple[Evidence, ...]:
        """What stands around a call, and around those who call the helper that it stands in."""
        known = self._asked.get(site.call)
        if known is None:
            pieces = (*self._around(site), *self._asking(site.call))
            known = self._asked[site.call] = self.signals.telling(pieces)
        return known

    def _around(self, site: Site) -> tuple[Evidence, ...]:
        known = self._sites.get(site.call)
        if known is None:
            known = self._sites[site.call] = self.signals.telling(self._site(site))
        return known

    def _site(self, site: Site) -> Iterator[Evidence]:
        call = site.call
        sent = list(self.wording.sent(site))
        yield from self.neighbours.names(call)
        yield from self.neighbours.forms(call)
        yield from self._parameters(call)
        yield from sent
        yield from self.wording.argued(call)
        spoken = self.wording.speaks(call) or any(piece.where == "prompt" for piece in sent)
        yield from self._scopes(call, spoken=spoken)
        yield from self.wording.documents(call)
        yield from self._users(call)
        yield from self._modules(call.file)

    def _users(self, call: Node) -> Iterator[Evidence]:
        """What the client or agent that a constructor makes is handed to, and what is done with it."""
        users = dict.fromkeys(
            use.node
            for use in self.linked.flow.uses(call)
            if use.kind in ("argument", "method") and not use.node.inside(call)
        )
        weight = 0.8 / sqrt(max(len(users), 1))
        for user in islice(users, MANY_USERS):
            yield named(dotted(user.child("func")), weight, user)
            yield from scaled(self.wording.argued(user), weight)
            yield from scaled(self.neighbours.names(user), weight * 0.8)
            yield from scaled(self.neighbours.forms(user), weight)

    def _scopes(self, node: Node, *, spoken: bool) -> Iterator[Evidence]:
        function = self.neighbours.function(node)
        weight = SCOPE_BESIDE_PROMPT if spoken else SCOPE
        if function is not None:
            yield from self.wording.scope(function, weight * self.neighbours.share(function))
        owner = next((above for above in node.ancestors() if above.kind == "ClassDef"), None)
        if owner is not None and not spoken:
            yield from self.wording.scope(owner, 0.6 * self.neighbours.share(owner))
        module = node.file.node(0)
        if not spoken and self.neighbours.share(module) > 0.4:
            yield from self.wording.scope(module, 0.5 * self.neighbours.share(module))

    def _parameters(self, call: Node) -> Iterator[Evidence]:
        for keyword in call.all("keywords"):
            value = keyword.child("value")
            if value is None or not keyword.value:
                continue
            yield Evidence("parameter", str(keyword.value), 1.0, value.line, call.file.path)
            for found in self.linked.values.of(value):
                if found.kind in ("text", "number"):
                    text = f"{keyword.value}={str(found.node.value).lower()}"
                    yield Evidence("parameter", text, 1.0, value.line, call.file.path)
            if value.kind == "Constant" and isinstance(value.value, bool):
                text = f"{keyword.value}={str(value.value).lower()}"
                yield Evidence("parameter", text, 1.0, value.line, call.file.path)

    def _modules(self, file: FileFacts) -> tuple[Evidence, ...]:
        known = self._imports.get(file.path)
        if known is None:
            tree = file.tree
            names = [tree.value[a][0] for i in tree.of_kind("Import") for a in tree.children(i)]
            names += [tree.value[i][0] for i in tree.of_kind("ImportFrom")]
            pieces = (Evidence("import", name, 1.0, 0, file.path) for name in sorted(set(names)) if name)
            known = self._imports[file.path] = self.signals.telling(pieces)
        return known

    # -- literals ----------------------------------------------------------------------------------

    def literal(self, node: Node, remark: str = "") -> list[Evidence]:
        """What stands around a literal itself."""
        known = self._literals.get((node, remark))
        if known is None:
            known = self._literals[node, remark] = self.signals.telling(self._literal(node, remark))
        return [*known]

    def _literal(self, node: Node, remark: str) -> Iterator[Evidence]:
        yield from self.neighbours.names(node)
        yield from self.neighbours.forms(node)
        yield from self.wording.argued(node)
        if remark:
            yield Evidence("docstring", remark, 1.2, node.line, node.file.path)
        for above in node.ancestors():
            if above.kind == "Call":
                yield from self._parameters(above)
        yield from self._scopes(node, spoken=self.wording.speaks(node))
        yield from self.wording.documents(node)
        yield from self._modules(node.file)

    def reached(self, node: Node, sites: Iterable[Site]) -> Iterator[Evidence]:
        """What stands around the calls that a literal reaches, along its way, and around who relies on it."""
        rings: dict[int, list[Site]] = {}
        for site in sites:
            rings.setdefault(_ring(node, site.call), []).append(site)
        before = 0
        for ring in sorted(rings):
            before += len(rings[ring])
            for site in rings[ring]:
                sharers = len({place for _, place in site.texts}) if ring else 1
                seen = self.site(site) if sharers < 2 else self._around(site)
                yield from scaled(seen, _RINGS[ring] / sqrt(before * max(sharers, 1)))
        yield from self._way(node)
        yield from self._relying(node)

    def particular(self, node: Node, site: Site) -> bool:
        """Whether a call is this literal's own, not a wrapper that others share."""
        return _ring(node, site.call) < 4 and len({place for _, place in site.texts}) < 2

    def _way(self, node: Node) -> Iterator[Evidence]:
        """Names of the variables, parameters and functions that the value passes through."""
        hops: dict[int, dict[Node, None]] = {}
        for use in self.linked.flow.uses(node):
            if use.kind == "argument":
                for depth, hop in enumerate(use.trail[1:5]):
                    hops.setdefault(depth, {}).setdefault(hop)
        for depth, nodes in sorted(hops.items()):
            weight = 0.9 * 0.8**depth / sqrt(len(nodes))
            for hop in nodes:
                yield named(_bound(hop), weight, hop)
                for above in hop.ancestors():
                    if above.kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef"):
                        yield named(above.value, weight * 0.8, above)

    def _relying(self, node: Node) -> Iterator[Evidence]:
        """Callers of a function whose default the literal is, where they leave it out."""
        parameter = node.parent
        if parameter is None or parameter.kind != "arg" or parameter.parent is None:
            return
        calls = self.linked.values.callers(parameter.parent)
        yield from self._calling([c for c in calls if c.keyword(parameter.value) is None])

    def _asking(self, node: Node) -> Iterator[Evidence]:
        """Callers of a helper that sends what it is given: they know what it is for."""
        function, weight = self.neighbours.function(node), 1.0
        for _ in range(2):
            if function is None:
                return
            calls = self.linked.values.callers(function)
            yield from scaled(self._calling(calls), weight)
            function = self.neighbours.function(calls[0]) if len(calls) == 1 else None
            weight *= 0.8

    def _calling(self, calls: list[Node]) -> Iterator[Evidence]:
        weight = 0.7 / sqrt(len(calls)) if calls else 0.0
        return scaled((piece for call in calls for piece in self._caller(call)), weight)

    def _caller(self, call: Node) -> tuple[Evidence, ...]:
        known = self._callers.get(call)
        if known is None:
            found = (*self.wording.argued(call), *self.neighbours.names(call), *self.neighbours.forms(call))
            known = self._callers[call] = self.signals.telling(found)
        return known


def _ring(node: Node, call: Node) -> int:
    if node.inside(call):
        return 0
    if node.file is not call.file:
        return 4
    function = next((above for above in node.ancestors() if above.kind in FUNCTIONS), None)
    if function is not None and call.inside(function):
        return 1
    owner = next((above for above in node.ancestors() if above.kind == "ClassDef"), None)
    return 2 if owner is not None and owner == enclosing_class(call) else 3


def _bound(hop: Node) -> str:
    return str(hop.value[0] if hop.kind == "alias" else hop.value or "")
