"""Tables and choices: which new ids a table would miss, what a miss does, and the rows that end it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from migrator.data.formats import is_data
from migrator.decide.records import Additions, edit_id
from migrator.decide.rewrites import Rewrites
from migrator.decide.tables.called_in_turn import called_in_turn
from migrator.decide.tables.comprehended import shared_figures
from migrator.decide.tables.derived import derived
from migrator.decide.tables.enums import uses
from migrator.decide.tables.id_containers import Container, Containers, Entry, Row
from migrator.decide.tables.layouts import Lacking, Layout, Layouts
from migrator.decide.tables.leading import Leads
from migrator.decide.tables.listed import is_listed, listed
from migrator.decide.tables.needs import CHOICE, ENUM, Case, Needs, on_miss
from migrator.decide.tables.placing import Placing
from migrator.decide.tables.readings import Readings
from migrator.decide.tables.redirects import Redirects
from migrator.decide.tables.row_causes import RowCauses
from migrator.decide.tables.rows import Rows, Written
from migrator.decide.tables.searches import Searches
from migrator.decide.tables.steering import Steering
from migrator.decide.tables.stored import hint, is_closed, is_followed, waits
from migrator.decide.tables.table_names import bound, member_name, name_of
from migrator.inventory import Finding, Table
from migrator.inventory.edit_records import Edit, ReplaceExpression
from migrator.read.scopes import enclosing_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.decide.tables.searches import Shift
    from migrator.inventory.edit_records import Operation
    from migrator.read.nodes import Node


def tables(planner: Planner) -> Additions:
    """Every table of the project that the new ids would miss."""
    return Tables(planner).additions()


class Tables:
    """The tables of one run."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.engine = planner.engine
        self.linked = planner.engine.linked
        self.catalogue = planner.engine.catalogue
        self.containers = Containers(self.linked, planner.engine.classifier.displays)
        self.uses = list(uses(planner, [one for one in planner.judged if one.verdict.action == "extend"]))
        planner.members = {use.one.id: use.variant for use in self.uses}
        self.rewrites = Rewrites(planner)
        self.leads = Leads(planner)
        self.placing = Placing(planner, self.containers, self.rewrites)
        self.readings = Readings(self.linked.project, self.linked.values)
        self.needs = Needs(self.linked, self.rewrites, self.containers)
        self.searches = Searches(self.linked, self.catalogue, self.containers)
        self.causes = RowCauses(planner, self.needs)
        self.steering = Steering(self.linked)
        self.redirects = Redirects(self.linked, self.rewrites)
        self.layouts = Layouts(self.needs, self.placing, self.containers, self.searches)
        self.found = Additions()
        self.cases: list[Case] = []
        self.withheld: set[str] = set()
        self.layout = Layout()

    def additions(self) -> Additions:
        """Tables, edits and findings."""
        self.cases = self._cases()
        for case in self.cases:
            self._feed(case)
            self._move_uses(case)
        self.withheld = self._withheld()
        for case in self.cases:
            self._judge(case)
        self.found.edits = list(map(self.causes.linked, self.found.edits))
        return self.found

    # -- finding them ------------------------------------------------------------------------------

    def _cases(self) -> list[Case]:
        containers: dict[Node, tuple[Container, list[Judged]]] = {}
        for one in self.planner.judged:
            container = self._container(one)
            if container is not None:
                containers.setdefault(container.node, (container, []))[1].append(one)
            elif one.verdict.action == "extend":
                self._alone(one)
        for container in self.containers.keyed_by_names(self.planner.judged):
            containers.setdefault(container.node, (container, []))
        cases = [self._case(container, ones) for container, ones in containers.values()]
        return [case for case in cases if is_followed(self.planner, case)]

    def _container(self, one: Judged) -> Container | None:
        """The table that a reference is a row of; rows of (prefix, value) pairs are compared, yet rows."""
        if one.node is None or (one.verdict.action != "extend" and one.verdict.role != "comparison"):
            return None
        container = self.containers.of(one.node)
        pairs = (
            container is not None
            and container.shape == "records"
            and one.node.parent in container.node.all("elts")
        )
        return container if one.verdict.action == "extend" or pairs else None

    def _alone(self, one: Judged) -> None:
        """A record that calls take their model from and that stands in no table is for a person."""
        if is_listed(one, self.linked.rulebook.vendors):
            self.found.edits += listed(self.planner, self.rewrites, one)
        elif one.node is not None and self.linked.ends(one.node).standard:
            detail = "calls take their model from this record: add one for the new model beside it"
            self.planner.settled[one.id] = one.verdict.review("must-move-together", detail)

    def _case(self, container: Container, ones: list[Judged]) -> Case:
        readings = self.readings.of(container.node)
        lead = self.leads.of(container, ones, readings)
        return Case(container, name_of(container), self.containers.rows(container), ones, readings, lead)

    # -- what is missing ---------------------------------------------------------------------------

    def _judge(self, case: Case) -> None:
        writer, missing = self._writer(case), list[str]()
        refusal = writer.figures.refusal(case.name)
        for one in self._lacking(case) if refusal is not None else ():
            self._refuse(case, one.rows, one.variant, refusal.reason if refusal is not None else "")
        is_kept = refusal is not None or self._is_redirect(case, writer) or self._is_run(case)
        layout = Layout() if is_kept else self._layout(case, writer)
        if not isinstance(layout, Layout):
            self._hold_search(case, layout)
            layout = Layout()
        self.layout = layout
        for one in layout.lacking:
            if not self._has(case, one.name):
                missing += self._missing(case, one.rows, one.variant, writer)
        self._hold_prefixed(case)
        self.found.findings += self.leads.notes(case, missing)
        self.found.findings += shared_figures(case, missing, self.catalogue)
        if missing:
            closed = self._is_generated(case) or is_closed(self.planner, case)
            action = "review" if closed else "extend"
            self.found.tables.append(_record(case, tuple(dict.fromkeys(missing)), action))

    def _is_redirect(self, case: Case, writer: Rows) -> bool:
        """Whether rows say which model is sent next: of a new id a person says it, where one needs it."""
        found = self.redirects.of(case, writer)
        if found is None:
            return False
        waiting, name = self.redirects.waiting(case), case.name or "the table"
        what = f"{name} says which model is sent next: {found.other.value} for {found.row.model}"
        if any(self._lacking(case)):
            reason = "must-move-together" if waiting else ""
            self._report(case, found.row, reason, f"{what}; no row is made for a new id")
        self.planner.keep(waiting, "must-move-together", f"{what}; say it for the new id first")
        return True

    def _is_run(self, case: Case) -> bool:
        """Whether each row is called in turn: which models are run a person says."""
        call = called_in_turn(case, self.linked)
        if call is not None:
            detail = f"each is called in turn at {call.where}: one more would be run"
            self._settle(case, case.rows, "evaluates-models", detail)
        return call is not None

    def _writer(self, case: Case) -> Rows:
        rows = [Row(e.model, e.nodes) for e in self.containers.entries(case.container)]
        return Rows(self.planner, self.rewrites, case.name, rows, case.readings)

    def _layout(self, case: Case, writer: Rows) -> Layout | Shift:
        """The rows that a table is to gain, after which other names are found as before."""

        def every() -> list[Lacking]:
            found = self._lacking(case, self.catalogue.targets)
            return [
                one for one in found if self._is_called(one) or not self.layouts.new(one, writer).unproven
            ]

        lacking = [one for one in self._lacking(case) if one.variant not in self.withheld]
        told = {self.catalogue.target(variant) for variant in self.withheld}
        return self.layouts.of(case, lacking, every, writer, told)

    def _is_called(self, one: Lacking) -> bool:
        return self._is_used(one.variant, self.catalogue.target(one.variant))

    def _hold_search(self, case: Case, shift: Shift) -> None:
        """A table that would answer other names otherwise gains no rows; ids that it knows wait."""
        what = f"{shift.name} would find the row of {shift.target} at {shift.node.where}"
        for one in list(self._lacking(case)):
            template = self.needs.template(one.rows, one.variant)
            message = f"{case.name} is not given {self.catalogue.target(one.variant)}: {what}"
            self._report(case, template, "must-move-together", message)
            self._settle(case, one.rows, "must-move-together", what)
            self.planner.keep(self._known_to(case, one.variant), "must-move-together", f"{case.name}: {what}")

    def _known_to(self, case: Case, variant: str) -> list[Judged]:
        """The ids that move to a variant and that a search finds: those that come there, where some do."""
        moving = [one for one in self.planner.judged if self.planner.variants.get(one.id) == variant]
        known = [one for one in moving if self.searches.knows(case, one.occurrence.model)]
        keys = [reading.key for reading in case.readings if reading.key is not None]
        coming = {value.node for key in keys for value in self.linked.values.of(key) if value.kind == "text"}
        is_seen = any(self.linked.holds_id(str(node.value)) for node in coming)
        return [one for one in known if one.node in coming or not is_seen]

    def _lacking(self, case: Case, variants: Iterable[str] = ()) -> Iterator[Lacking]:
        """The variants that a table is to gain, each with the rows that it may be modelled on."""
        for prefix in dict.fromkeys(row.prefix for row in case.rows):
            rows = [row for row in case.rows if row.prefix == prefix and self.needs.may_serve(row)]
            waiting = self.planner.waiting.get(case.id)
            wanted = set(variants) or waiting or self.needs.wanted(case, rows, self.cases)
            wanted |= self.searches.shadowed(case) if wanted else set()
            for variant in self.rewrites.ordered(wanted):
                if rows and not self._has(case, name := self._name(case, rows, variant)):
                    yield Lacking(rows, variant, name)

    def _name(self, case: Case, rows: list[Entry], variant: str) -> str:
        """The name by which a table is to have a variant, beside some rows."""
        return rows[0].prefix + self._prefix(case, rows, variant) + self.catalogue.target(variant)

    def _withheld(self) -> set[str]:
        """Variants that no id moves to, of which a row would say what nothing proves: they join no table."""
        idle = {v for v, target in self.catalogue.targets.items() if not self._is_used(v, target)}
        found = set[str]()
        for case in self.cases if idle else ():
            writer = self._writer(case)
            for one in self._lacking(case):
                is_kept = writer.figures.refusal(case.name) is not None
                if one.variant not in idle or is_kept or self.redirects.of(case, writer) is not None:
                    continue
                template = self.needs.template(one.rows, one.variant)
                new, target = self.layouts.new(one, writer), self.catalogue.target(one.variant)
                if new.unproven:
                    found.add(one.variant)
                    said = ", ".join(" ".join(one.split())[:40] for one in new.unproven[:3])
                    what = f"no id moves to it, and nothing proves {said} for it"
                    message = f"{case.name} is not given {target}: {what}"
                    self._report(case, template, "table-unit-unknown", message)
                elif (test := self.steering.test(case.container.node)) is not None:
                    found.add(one.variant)
                    what = f"no id moves to it, and {test.where} sends what is not there another way"
                    message = f"{case.name} is not given {target}: {what}"
                    self._report(case, template, "must-move-together", message)
        return found

    def _is_used(self, variant: str, target: str) -> bool:
        """Whether the program calls a variant, or will."""
        if any(variant in found for found in self.rewrites.by_model.values()):
            return True
        named = re.compile(rf"""["'/:]{re.escape(target)}["']""")
        return any(named.search(one.text) for one in self.linked.project.files.values())

    def _move_uses(self, case: Case) -> None:
        """Uses of members named after an id, as the model of a call, end on the new id's member."""
        for use in self.uses:
            if case.container.shape != "enum" or use.one not in case.ones:
                continue
            known = [(bound(row.nodes[0]), row.model) for row in case.rows]
            known.sort(key=lambda pair: pair[0] != str(use.load.value))
            target = self.catalogue.target(use.variant)
            there = [bound(e.nodes[0]) for e in self.containers.entries(case.container) if e.text == target]
            base = use.load.child("value")
            name = (there or [member_name(known, target)])[0]
            operation = ReplaceExpression(source=f"{base.source if base is not None else case.name}.{name}")
            why = f"{use.load.source} -> {name}: the call is to use {target}"
            self.found.edits.append(self._edit(case, use.load, operation, ENUM, why, rank=9))
            for call in use.calls:
                self.planner.arriving[call].add(use.variant)
                self.planner.groups.join(self.planner.site_id(call), case.id)

    def _edit(
        self, case: Case, anchor: Node, operation: Operation, rule: str, why: str, *, rank: int
    ) -> Edit:
        return Edit(
            id=edit_id(anchor.file.path, anchor.span, operation),
            path=anchor.file.path,
            anchor=anchor.span,
            operation=operation,
            group=case.id,
            why=why,
            rule=rule,
            rank=rank,
            selected=self.planner.written(anchor.file.path, anchor.line, rule),
        )

    def _refuse(self, case: Case, rows: list[Entry], variant: str, reason: str) -> None:
        """A table that a person has to act on first keeps the ids that would miss it; a record is left."""
        target = self.catalogue.target(variant)
        if not reason:
            return
        self._report(case, rows[0], reason, f"{case.name} has no entry for {target}: create it first")
        self._settle(case, rows, reason, f"{target} has no entry yet")
        self._hold(case, variant)

    def _settle(self, case: Case, rows: list[Entry], reason: str, detail: str) -> None:
        """The references of some rows are for a person."""
        models = {row.model for row in rows}
        for one in case.ones:
            if one.occurrence.model in models:
                self.planner.settled[one.id] = one.verdict.review(reason, detail)

    def _has(self, case: Case, target: str) -> bool:
        """Whether a row is there, or comes for another variant of the same id or in a sibling table."""
        for one in [case, *self.needs.siblings(case, self.cases)]:
            if target in self.planner.grown.get(one.container.node, set()):
                return True
            if any(
                entry.text == target or self._becomes(entry, target)
                for entry in self.containers.entries(one.container)
            ):
                return True
        return False

    def _becomes(self, entry: Entry, target: str) -> bool:
        """Whether a row's key is a name whose own value moves to the target."""
        key = entry.nodes[0]
        if key.kind not in ("Name", "Attribute"):
            return False
        ones = [one for v in self.linked.values.of(key) for one in self.rewrites.by_node.get(v.node, ())]
        variants = {self.planner.variants.get(one.id, "") for one in ones if self.rewrites.active(one)} - {""}
        return any(target.endswith(self.catalogue.target(variant)) for variant in variants)

    def _is_generated(self, case: Case) -> bool:
        file = case.container.node.file
        return self.engine.contexts.of(file.path, generated=file.generated) == "generated"

    # -- rows --------------------------------------------------------------------------------------

    def _missing(self, case: Case, rows: list[Entry], variant: str, writer: Rows) -> list[str]:
        """Edits or findings for one target; its id, if the table misses it."""
        template, target = self.needs.template(rows, variant), self.catalogue.target(variant)
        if not writer.flags.able(target, (case.name, *enclosing_names(case.container.node))):
            self._report(
                case,
                template,
                "capability-lost",
                f"{case.name} needs what {target} cannot do; it does not join",
            )
            return []
        if self._is_redirected(case, template):
            return []
        taken = self._takes_refused(template, variant)
        if taken:
            detail = (
                f"{case.name}: what the row of {template.model} names takes {taken}, which {target} refuses"
            )
            self._report(case, template, "capability-lost", detail)
            self._hold(case, variant)
            return []
        if self._asks(template, variant):
            self._report_call(case, template, variant)
            return []
        new = _named(writer.written(Row(template.model, template.nodes), target), template)
        new = _behind(self._prefix(case, rows, variant), new, target)
        if self._means_another(template, new, target):
            self._hold(case, variant)
            return []
        if self._is_generated(case):
            self._report(
                case,
                template,
                "generated-file",
                f"{case.name} misses {target}: change what generates the file",
            )
            self._hold(case, variant)
        elif new.unknown:
            self._unknown(case, template, target, new)
            self._hold(case, variant)
        elif not self._covered(case, template, new, target):
            self._add(case, template, variant, new)
            for one in writer.named_by(Row(template.model, template.nodes)):
                self.planner.groups.join(case.id, one.id)
            self._add_derived(case, template, variant, writer)
        else:
            return []
        return [self._name(case, rows, variant)]

    def _prefix(self, case: Case, rows: list[Entry], variant: str) -> str:
        """What calls want before an id that is chosen from some rows, where it stands bare in these."""
        models, target = {row.model for row in rows if not row.prefix}, self.catalogue.target(variant)
        is_list = case.rule == CHOICE or case.container.shape == "records"
        ones = (one for one in case.ones if is_list and one.occurrence.model in models)
        return max((self.planner.namings.prefix(one, target) for one in ones), default="")

    def _takes_refused(self, template: Entry, variant: str) -> str:
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

    def _is_redirected(self, case: Case, template: Entry) -> bool:
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

    def _means_another(self, template: Entry, new: Written, target: str) -> bool:
        """Whether the row would say another model's id for the new one."""
        said = template.nodes[-1].value if len(template.nodes) > 1 else None
        if not isinstance(said, str) or self.catalogue.model(said) is None:
            return False
        return target not in new.sources[-1]

    def _asks(self, template: Entry, variant: str) -> bool:
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

    def _report_call(self, case: Case, template: Entry, variant: str) -> None:
        """A look-up needs the row, but a person has to write it; a list of answers needs none."""
        if case.container.shape != "dict":
            return
        target = self.catalogue.target(variant)
        what = f"its rows make requests that {target} does not take as they are; add it by hand"
        self._report(case, template, "must-move-together", f"{case.name} misses {target}: {what}")
        self._hold(case, variant)
        rows = [node for row in case.rows for node in row.nodes]
        inside = [one for one in self.planner.judged if one.node and any(map(one.node.inside, rows))]
        moving = [one for one in inside if one.id in self.planner.variants]
        self.planner.keep(moving, "must-move-together", f"{case.name} is to gain {target} first")

    def _covered(self, case: Case, template: Entry, new: Written, target: str) -> bool:
        """Whether a prefix look-up already gives the target the same row."""
        if case.container.shape != "dict" or not any(reading.order for reading in case.readings):
            return False
        fits = [row for row in case.rows if target.startswith(row.text)]
        fits = fits[:1] if case.ordered else sorted(fits, key=lambda row: -len(row.text))[:1]
        return bool(fits) and fits[0].nodes[-1].source == new.sources[-1]

    def _unknown(self, case: Case, template: Entry, target: str, new: Written) -> None:
        fields = ", ".join(new.unknown)
        self._report(
            case,
            template,
            "table-unit-unknown",
            f"{case.name} misses {target}: no row proves what {fields} means; add it by hand",
        )
        self._settle(case, [template], "table-unit-unknown", f"{fields}: unit unknown")

    def _report(self, case: Case, template: Entry, reason: str, message: str) -> None:
        node = template.nodes[0]
        suffix = f" ({miss})" if (miss := on_miss(case)) and reason != "capability-lost" else ""
        self.found.findings.append(
            Finding(
                rule=case.rule, path=node.file.path, line=node.line, message=message + suffix, reason=reason
            )
        )

    def _hold(self, case: Case, variant: str) -> None:
        """Rewrites that would end in an exception, or at another model's row, wait for the row."""
        waiting = [one for one in self._reached(case) if self.planner.variants.get(one.id) == variant]
        waiting += self._known_to(case, variant) if variant in self.searches.shadowed(case) else []
        self.planner.keep(
            waiting,
            "must-move-together",
            f"{case.name} has no row for {self.catalogue.target(variant)}{hint(case)}",
        )

    def _hold_prefixed(self, case: Case) -> None:
        """Rewrites that a call wants behind a prefix wait for the row that has it."""
        for one in (o for r in case.readings if r.miss for o in self.rewrites.reaching(r.key)):
            namings = self.planner.namings
            if one.id in self.planner.variants and not namings.is_bare(one):
                name = namings.written(one)
                if not self._has(case, name):
                    self.planner.keep([one], "must-move-together", f"{case.name} has no row for {name}")

    def _reached(self, case: Case) -> list[Judged]:
        """The ids whose look-up would end in an exception; in a data file also those that would fall back."""
        silent = is_data(case.container.node.file.path)
        readings = [r for r in case.readings if r.raises or (silent and r.miss)]
        found = [one for reading in readings for one in self.rewrites.reaching(reading.key)]
        keys = [reading.key for reading in readings if reading.key is not None and not found]
        return found or self.rewrites.moving(one for key in keys for one in self.linked.literals(key))

    def _add(self, case: Case, template: Entry, variant: str, new: Written) -> None:
        operation, anchor = self.placing.operation(case, template, variant, new, is_last=self.layout.is_last)
        references = [one for one in case.ones if one.occurrence.model == template.model]
        rank = self.layout.rank(variant)
        why = self._why(case, template, variant, new)
        rule = CHOICE if case.is_gate else case.rule
        edit = self._edit(case, anchor, operation, rule, why, rank=rank)
        written = self.planner.written(anchor.file.path, template.nodes[0].line, case.rule)
        edit = msgspec.structs.replace(edit, references=tuple(one.id for one in references), selected=written)
        self.found.edits.append(edit)
        self.causes.note(edit, case, self.cases, variant, new)
        name = template.prefix + self._prefix(case, case.rows, variant) + self.catalogue.target(variant)
        self.planner.grown.setdefault(case.container.node, set()).add(name)
        for one in self._reached(case):
            self.planner.groups.join(case.id, one.id)
        self._arrive(case, references, variant)
        self.leads.take(case, variant)
        if waits(self.planner, case, variant):
            self._hold(case, variant)
        for one in references:
            if one.verdict.role == "comparison":
                detail = "its row is joined by the new one"
                self.planner.settled[one.id] = one.verdict._replace(action="extend", detail=detail)

    def _add_derived(self, case: Case, template: Entry, variant: str, writer: Rows) -> None:
        """The rows beside, of the same model, that are asked for under longer keys."""
        target = self.catalogue.target(variant)
        for entry in derived(template, self.containers.entries(case.container), case.readings):
            new = writer.written(Row(entry.model, entry.nodes), target)
            key = entry.nodes[0].source.replace(template.text, template.prefix + target, 1)
            new = new._replace(sources=(key, *new.sources[1:]))
            operation, anchor = self.placing.operation(case, entry, variant, new)
            why = self._why(case, entry, variant, new)
            edit = self._edit(case, anchor, operation, case.rule, why, rank=1)
            self.found.edits.append(edit)
            self.causes.note(edit, case, self.cases, variant, new)

    def _arrive(self, case: Case, references: list[Judged], variant: str) -> None:
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

    def _feed(self, case: Case) -> None:
        """Ids that are looked up in a registry whose records name the model of a call reach it as well."""
        for one in self._reached(case):
            rows = [row for row in case.ones if row.occurrence.model == one.occurrence.model]
            for call in self._reached_by(rows):
                if one not in self.planner.by_site[call]:
                    self.planner.by_site[call].append(one)

    def _why(self, case: Case, template: Entry, variant: str, new: Written) -> str:
        said = [f"{case.name or 'the table'} gains {self.catalogue.target(variant)}, like {template.model}"]
        said += [on_miss(case)] if on_miss(case) else []
        said += ["set " + "; ".join(new.set)] if new.set else []
        said += ["copied " + "; ".join(new.copied)] if new.copied else []
        return ": ".join([said[0], ", ".join(said[1:])]) if said[1:] else said[0]


def _record(case: Case, missing: tuple[str, ...], action: str) -> Table:
    node = case.container.anchor
    return Table(
        path=node.file.path,
        line=node.line,
        name=case.name,
        shape=case.container.shape,
        missing=missing,
        on_miss=on_miss(case),
        action="review" if action == "review" else "extend",
    )


def _behind(prefix: str, new: Written, target: str) -> Written:
    """The row with what calls want before its id."""
    return new._replace(sources=(new.sources[0].replace(target, prefix + target, 1), *new.sources[1:]))


def _named(new: Written, template: Entry) -> Written:
    """The row, told as unknown where nothing in it tells it from the one that it was made of."""
    first = template.nodes[0]
    if first.kind in ("Name", "Attribute") or new.sources[0] != first.source:
        return new
    return new._replace(unknown=(*new.unknown, f"the name in {first.source[:40]}"))
