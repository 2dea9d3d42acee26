"""Rows that would say something wrong of a target: redirects, other meanings, parameters that it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.decide.plans import Planner
    from migrator.decide.tables.id_containers import Entry
    from migrator.decide.tables.needs import Case
    from migrator.decide.tables.rows import Written


class Misfits:
    """Asks of a row and a target whether a copy would hold."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.linked = planner.engine.linked
        self.catalogue = planner.engine.catalogue

    def is_generated(self, case: Case) -> bool:
        """Whether a table stands in a file that a program writes."""
        file = case.container.node.file
        return self.planner.engine.contexts.of(file.path, generated=file.generated) == "generated"

    def takes_refused(self, template: Entry, variant: str) -> str:
        """A parameter that the class which a row names has for a field, and that a target refuses."""
        value = template.nodes[-1]
        made = self.linked.project.bindings(value) if value.kind == "Name" else []
        catalog = self.planner.engine.rulebook.catalog
        refused = {
            rule.name
            for rule in self.planner.engine.rulebook.parameters
            if variant in rule.variants and catalog.name in rule.catalogs and not rule.families
            if rule.change.rename or rule.change.remove
        }
        for cls in (one for one in made if one.kind == "ClassDef"):
            fields = {str(n.value) for n in cls.within("NameStore") if n.scope == cls}
            if fields & refused:
                return min(fields & refused)
        return ""

    def is_redirected(self, case: Case, template: Entry) -> bool:
        """Whether a table of aliases says that by the old id another model is meant: never by a new one."""
        said = template.nodes[-1].value if len(template.nodes) > 1 else None
        if not self.linked.names("alias-table", case.name) or not isinstance(said, str):
            return False
        other = self.catalogue.model(said)
        return (
            other is not None
            and other != self.catalogue.model(template.model)
            and not self.linked.holds_id(said)
        )

    def means_another(self, template: Entry, new: Written, target: str) -> bool:
        """Whether the row would say another model's id for the new one."""
        said = template.nodes[-1].value if len(template.nodes) > 1 else None
        if not isinstance(said, str) or self.catalogue.model(said) is None:
            return False
        return target not in new.sources[-1]

    def asks(self, template: Entry, variant: str) -> bool:
        """Whether a copy of the row would hold a request that the new model does not take as it stands."""
        planner = self.planner
        for node in [inner for row in template.nodes for inner in (row, *row.descendants())]:
            site = planner.sites.get(node) if node.kind == "Call" else None
            if site is not None and site.receiver is not None:
                families = frozenset({self.catalogue.family(template.model)})
                plans = planner.requests.plan(site, frozenset({variant}), families)
                if any(plan.steps or plan.block for plan in plans):
                    return True
        return False

    def covered(self, case: Case, template: Entry, new: Written, target: str) -> bool:
        """Whether a prefix look-up already gives the target the same row."""
        if case.container.shape != "dict" or not any(reading.order for reading in case.readings):
            return False
        fits = [row for row in case.rows if target.startswith(row.text)]
        fits = fits[:1] if case.ordered else sorted(fits, key=lambda row: -len(row.text))[:1]
        return bool(fits) and fits[0].nodes[-1].source == new.sources[-1]
