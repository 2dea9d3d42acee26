"""Ids that wait for a table: whose look-ups a new id would miss, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.data.formats import is_data
from migrator.decide.tables.needs import Case, on_miss
from migrator.decide.tables.stored import hint
from migrator.inventory import Finding

if TYPE_CHECKING:
    from migrator.decide.plans import Planner
    from migrator.decide.records import Additions, Judged
    from migrator.decide.rewrites import Rewrites
    from migrator.decide.tables.id_containers import Entry
    from migrator.decide.tables.rows import Written
    from migrator.decide.tables.searches import Searches
    from migrator.read.nodes import Node


class WaitingIds:
    """Holds ids of one run, and reports the tables that they wait for."""

    def __init__(self, planner: Planner, rewrites: Rewrites, searches: Searches, found: Additions) -> None:
        self.planner = planner
        self.linked = planner.engine.linked
        self.catalogue = planner.engine.catalogue
        self.rewrites = rewrites
        self.searches = searches
        self.found = found

    def hold(self, case: Case, variant: str) -> None:
        """Rewrites that would end in an exception, or at another model's row, wait for the row."""
        waiting = [one for one in self.reached(case) if self.planner.variants.get(one.id) == variant]
        waiting += self.known_to(case, variant) if variant in self.searches.shadowed(case) else []
        self.planner.keep(
            waiting,
            "must-move-together",
            f"{case.name} has no row for {self.catalogue.target(variant)}{hint(case)}",
        )

    def reached(self, case: Case) -> list[Judged]:
        """The ids whose look-up would end in an exception; in a data file also those that would fall back."""
        silent = is_data(case.container.node.file.path)
        readings = [r for r in case.readings if r.raises or (silent and r.miss)]
        found = [one for reading in readings for one in self.rewrites.reaching(reading.key)]
        keys = [reading.key for reading in readings if reading.key is not None and not found]
        return found or self.rewrites.moving(one for key in keys for one in self.linked.literals(key))

    def arrive(self, case: Case, references: list[Judged], variant: str) -> None:
        """Calls that a row's own id reaches will be reached by the new row's."""
        for call in self._reached_by(references):
            if variant not in self.planner.arriving[call]:
                self.planner.offered[call].add(variant)
            self.planner.arriving[call].add(variant)
            self.planner.groups.join(self.planner.site_id(call), case.id)

    def _reached_by(self, references: list[Judged]) -> list[Node]:
        """The recognised calls that the ids of some rows reach."""
        found: list[Node] = []
        for one in references:
            ends = self.linked.ends(one.node).sites if one.node is not None else ()
            found += [*one.sites, *(call for call, _ in ends)]
        sites = self.planner.sites
        return [call for call in dict.fromkeys(found) if call in sites and sites[call].receiver is not None]

    def feed(self, case: Case) -> None:
        """Ids that are looked up in a registry whose records name the model of a call reach it as well."""
        for one in self.reached(case):
            rows = [row for row in case.ones if row.occurrence.model == one.occurrence.model]
            for call in self._reached_by(rows):
                if one not in self.planner.by_site[call]:
                    self.planner.by_site[call].append(one)

    def known_to(self, case: Case, variant: str) -> list[Judged]:
        """The ids that move to a variant and that a search finds: those that come there, where some do."""
        moving = [one for one in self.planner.judged if self.planner.variants.get(one.id) == variant]
        known = [one for one in moving if self.searches.knows(case, one.occurrence.model)]
        keys = [reading.key for reading in case.readings if reading.key is not None]
        coming = {value.node for key in keys for value in self.linked.values.of(key) if value.kind == "text"}
        is_seen = any(self.linked.holds_id(str(node.value)) for node in coming)
        return [one for one in known if one.node in coming or not is_seen]

    def report(self, case: Case, template: Entry, reason: str, message: str) -> None:
        node = template.nodes[0]
        suffix = f" ({miss})" if (miss := on_miss(case)) and reason != "capability-lost" else ""
        self.found.findings.append(
            Finding(
                rule=case.rule, path=node.file.path, line=node.line, message=message + suffix, reason=reason
            )
        )

    def report_call(self, case: Case, template: Entry, variant: str) -> None:
        """A look-up needs the row, but a person has to write it; a list of answers needs none."""
        if case.container.shape != "dict":
            return
        target = self.catalogue.target(variant)
        what = f"its rows make requests that {target} does not take as they are; add it by hand"
        self.report(case, template, "must-move-together", f"{case.name} misses {target}: {what}")
        self.hold(case, variant)
        rows = [node for row in case.rows for node in row.nodes]
        inside = [one for one in self.planner.judged if one.node and any(map(one.node.inside, rows))]
        moving = [one for one in inside if one.id in self.planner.variants]
        self.planner.keep(moving, "must-move-together", f"{case.name} is to gain {target} first")

    def refuse(self, case: Case, rows: list[Entry], variant: str, reason: str) -> None:
        """A table that a person has to act on first keeps the ids that would miss it; a record is left."""
        target = self.catalogue.target(variant)
        if not reason:
            return
        self.report(case, rows[0], reason, f"{case.name} has no entry for {target}: create it first")
        self.settle(case, rows, reason, f"{target} has no entry yet")
        self.hold(case, variant)

    def settle(self, case: Case, rows: list[Entry], reason: str, detail: str) -> None:
        """The references of some rows are for a person."""
        models = {row.model for row in rows}
        for one in case.ones:
            if one.occurrence.model in models:
                self.planner.settled[one.id] = one.verdict.review(reason, detail)

    def unknown(self, case: Case, template: Entry, target: str, new: Written) -> None:
        fields = ", ".join(new.unknown)
        self.report(
            case,
            template,
            "table-unit-unknown",
            f"{case.name} misses {target}: no row proves what {fields} means; add it by hand",
        )
        self.settle(case, [template], "table-unit-unknown", f"{fields}: unit unknown")
