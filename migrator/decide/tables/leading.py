"""Collections whose first id is a call's model: `MODELS[0]`, `list(MODELS)[0]`, `next(iter(MODELS))`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.tables.needs import Lead
from migrator.inventory import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.decide.tables.id_containers import Container
    from migrator.decide.tables.needs import Case
    from migrator.decide.tables.readings import Reading
    from migrator.read.nodes import Node

_POSITIONED = ("list", "tuple", "dict")


class Leads:
    """Finds and serves them in one run."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.engine = planner.engine

    def of(self, container: Container, ones: list[Judged], readings: list[Reading]) -> Lead | None:
        """What stands first in a collection, if a call takes it."""
        firsts = [reading.node for reading in readings if reading.kind == "first"]
        one = _first(container, ones) if firsts and container.shape in _POSITIONED else None
        if one is None or self._stays(one.occurrence.model):
            return None
        ends = [self.engine.linked.ends(node) for node in firsts]
        calls = tuple(dict.fromkeys(c for end in ends for c, receiver in end.sites if receiver is not None))
        elsewhere = any(end.azure or end.other for end in ends)
        if not calls or elsewhere or not set(calls) <= set(self.planner.sites):
            return None
        free = not any(reading.kind == "place" for reading in readings)
        return Lead(one, self._variant(one, firsts[0], calls), calls, firsts[0], free)

    def _stays(self, model: str) -> bool:
        catalogue = self.engine.catalogue
        return catalogue.special(model) is not None or not catalogue.known(model)

    def _variant(self, one: Judged, taken: Node, calls: tuple[Node, ...]) -> str:
        choice = self.engine.choices.of(taken, one.occurrence.model, calls)
        if choice is not None:
            return choice.variant
        sites = [self.planner.sites[call] for call in calls]
        return self.engine.catalogue.by_guide_id[self.engine.recommend_reference(one, sites).variant]

    def take(self, case: Case, variant: str) -> None:
        """The calls take the new id, which stands first from now on."""
        lead = case.lead
        if lead is None or not lead.free or lead.variant != variant:
            return
        detail = f"{self.engine.catalogue.target(variant)} stands first: it is what {lead.node.where} takes"
        self.planner.settled[lead.one.id] = lead.one.verdict._replace(detail=detail)
        for call in lead.calls:
            self.planner.arriving[call].add(variant)
            self.planner.groups.join(self.planner.site_id(call), case.id)

    def notes(self, case: Case, missing: list[str]) -> Iterator[Finding]:
        """A call goes on with the old id where no new one comes to stand first."""
        lead = case.lead
        if lead is None:
            return
        comes = any(name.endswith(self.engine.catalogue.target(lead.variant)) for name in missing)
        if not (comes and lead.free):
            why = "the new id stands elsewhere in it" if lead.free else "others are taken by their place"
            old, node = lead.one.occurrence.model, lead.node
            message = f"{node.source} stays {old}, which stands first in {case.name}: {why}"
            yield Finding(rule=case.rule, path=node.file.path, line=node.line, message=message)


def _first(container: Container, ones: list[Judged]) -> Judged | None:
    """The reference that a list's first element, or a dict's first key, is."""
    elements = container.node.all("keys" if container.shape == "dict" else "elts")
    found = [one for one in ones if elements and one.node == elements[0]]
    return found[0] if found else None
