"""What callers hand through to a request by `**options`: new models may refuse it, and nobody sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.data.formats import DOCUMENTS
from migrator.decide.records import Additions
from migrator.inventory import Finding
from migrator.parameternames import applying
from migrator.read.examples import MARK, examples
from migrator.read.parsing import read
from migrator.read.scopes import FUNCTIONS
from migrator.source import Source, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.read.nodes import Node

RULE = "GPT55-P902"


class HandedOn(NamedTuple):
    """A function's `**options` that get to a call whose model moves, and what new models refuse of them."""

    parameter: Node
    call: Node
    moving: tuple[Judged, ...]
    targets: tuple[str, ...]
    refused: dict[str, str]

    @property
    def name(self) -> str:
        """What callers call."""
        function = self.parameter.parent
        assert function is not None
        owner = function.scope if function.value == "__init__" else function
        return str(owner.value)

    def said(self, names: list[str]) -> str:
        """What new models make of some parameters."""
        gone = [name for name in names if not self.refused[name]]
        other = [f"{name} (now {self.refused[name]})" for name in names if self.refused[name]]
        return f"{' and '.join(self.targets)} would refuse {', '.join([*gone, *other])}"


def handed_on(planner: Planner) -> Additions:
    """A note at what callers may hand on, and one at each example that does."""
    found = list(_found(planner))
    notes = [_note(planner, one) for one in found]
    return Additions(findings=[*notes, *_shown(planner, found)])


def _found(planner: Planner) -> Iterator[HandedOn]:
    seen: set[Node] = set()
    for call, ones in planner.by_site.items():
        moving = tuple(one for one in ones if planner.moves(one))
        refused = _refused(planner, call, moving) if moving else {}
        for parameter in _parameters(planner, call) if refused else ():
            if parameter not in seen:
                seen.add(parameter)
                targets = sorted({planner.engine.catalogue.target(planner.variants[m.id]) for m in moving})
                yield HandedOn(parameter, call, moving, tuple(targets), refused)


def _parameters(planner: Planner, call: Node) -> Iterator[Node]:
    """The parameters of what a package offers to others that get to a call whole."""
    linked = planner.engine.linked
    given = [v.node for one in linked.requests_of(call) for v in one.open if v.data == "caller outside"]
    spread = (keyword.first for keyword in call.all("keywords") if not keyword.value)
    known = (value for node in spread for value in linked.known(node))
    given += [value.node for value in known if value.kind == "mapping" and value.data == "keywords"]
    for parameter in dict.fromkeys(given):
        function = parameter.parent
        is_one = parameter.kind == "arg" and function is not None and function.kind in FUNCTIONS
        if is_one and function is not None and _is_offered(function):
            yield parameter


def _is_offered(function: Node) -> bool:
    names = [str(one.value) for one in (function, *function.ancestors()) if one.kind.endswith("Def")]
    return all(name == "__init__" or not name.startswith("_") for name in names)


def _refused(planner: Planner, call: Node, moving: tuple[Judged, ...]) -> dict[str, str]:
    """What new models refuse of a call, with the names that they take in place of it."""
    receiver, variants = planner.sites[call].receiver, {planner.variants[one.id] for one in moving}
    if receiver is None:
        return {}
    rules = applying(receiver.call, planner.engine.rulebook.parameters)
    beside = {given.name for one in planner.engine.linked.requests_of(call) for given in one.parameters}
    spoken = (r for r in rules if variants & set(r.variants) and not r.families)
    spoken = (r for r in spoken if beside.isdisjoint(one.partition("=")[0] for one in r.change.unless))
    catalog = planner.engine.catalogue.catalog.name
    spoken = (r for r in spoken if catalog in r.catalogs and "." not in r.name)
    left_out = set(_left_out(planner, call))
    changes = {rule.name: rule.change for rule in spoken if rule.name not in left_out}
    return {name: change.rename for name, change in changes.items() if change.rename or change.remove}


def _left_out(planner: Planner, call: Node) -> Iterator[str]:
    """What is left out at the call itself of all that is spread there."""
    spread = {keyword.first.span for keyword in call.all("keywords") if not keyword.value}
    for plan in planner.planned.get(call, ()):
        if any(step.path == call.file.path and step.anchor in spread for step in plan.steps):
            yield plan.parameter.name


def _note(planner: Planner, one: HandedOn) -> Finding:
    parameter = one.parameter
    stars = "**" if parameter.field == "kwarg" else ""
    return Finding(
        rule=RULE,
        path=parameter.file.path,
        line=parameter.line,
        column=parameter.span[1] + 1,
        message=f"what callers give by {stars}{parameter.value} is sent as it is: {one.said([*one.refused])}",
        severity="note",
        references=tuple(each.id for each in one.moving),
        call_sites=(planner.site_id(one.call),),
    )


def _shown(planner: Planner, found: list[HandedOn]) -> Iterator[Finding]:
    """Examples in documents that hand on what is refused."""
    by_name = {one.name: one for one in found}
    for path in planner.engine.documents if by_name else ():
        data = planner.engine.data.document(path) if path.endswith(DOCUMENTS) else None
        if data is None or not any(name.encode() in data for name in by_name):
            continue
        try:
            text = Source(data).text
        except SourceError:
            continue
        yield from _in_document(planner, path, text, by_name)


def _in_document(planner: Planner, path: str, text: str, by_name: dict[str, HandedOn]) -> Iterator[Finding]:
    shown = examples(text)
    facts = read(path + MARK, shown.code.encode(), planner.engine.linked.pattern)
    for name, one in by_name.items() if facts.problem is None else ():
        for call in (facts.nodes[index] for index in facts.calls.get(name, ())):
            given = [str(k.value) for k in call.all("keywords") if k.value in one.refused]
            place = shown.lines[call.line - 1] if given and call.keyword("model") is None else None
            if place is not None:
                yield Finding(
                    rule=RULE,
                    path=path,
                    line=1 + text.count("\n", 0, place.start),
                    message=f"an example gives {', '.join(given)} to {name}: {one.said(given)}",
                    references=tuple(each.id for each in one.moving),
                )
