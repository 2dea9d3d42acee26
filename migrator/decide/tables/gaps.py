"""Tables and choices: which new ids a table would miss, what a miss does, and the rows that end it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from migrator.decide.records import Additions, edit_id
from migrator.decide.rewrites import Rewrites
from migrator.decide.tables.called_in_turn import kept_as_it_is
from migrator.decide.tables.comprehended import shared_figures
from migrator.decide.tables.derived import derived
from migrator.decide.tables.enums import uses
from migrator.decide.tables.id_containers import Containers, Entry, Row
from migrator.decide.tables.layouts import Lacking, Layout, Layouts
from migrator.decide.tables.leading import Leads
from migrator.decide.tables.misfits import Misfits
from migrator.decide.tables.needs import CHOICE, ENUM, Case, Needs, on_miss
from migrator.decide.tables.placing import Placing
from migrator.decide.tables.redirects import Redirects
from migrator.decide.tables.row_causes import RowCauses
from migrator.decide.tables.row_spellings import RowSpellings
from migrator.decide.tables.rows import Rows, Written
from migrator.decide.tables.searches import Searches
from migrator.decide.tables.steering import Steering
from migrator.decide.tables.stored import is_closed, waits
from migrator.decide.tables.table_cases import TableCases
from migrator.decide.tables.table_names import bound, member_name
from migrator.decide.tables.turned_prices import turned_prices
from migrator.decide.tables.waiting_ids import WaitingIds
from migrator.inventory import Table
from migrator.inventory.edit_records import Edit, ReplaceExpression
from migrator.read.scopes import enclosing_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.plans import Planner
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
        self.needs = Needs(self.linked, self.rewrites, self.containers)
        self.searches = Searches(self.linked, self.catalogue, self.containers)
        self.causes = RowCauses(planner, self.needs)
        self.steering = Steering(self.linked)
        self.redirects = Redirects(self.linked, self.rewrites)
        self.layouts = Layouts(self.needs, self.placing, self.containers, self.searches)
        self.found = Additions()
        self.tables = TableCases(planner, self.containers, self.rewrites, self.leads, self.found)
        self.misfits = Misfits(planner)
        self.spellings = RowSpellings(planner, self.rewrites, self.searches)
        self.waiting = WaitingIds(planner, self.rewrites, self.searches, self.found)
        self.cases: list[Case] = []
        self.withheld: set[str] = set()
        self.layout = Layout()

    def additions(self) -> Additions:
        """Tables, edits and findings."""
        self.cases = self.tables.all()
        for case in self.cases:
            self.waiting.feed(case)
            self._move_uses(case)
        self.withheld = self._withheld()
        for case in self.cases:
            self._judge(case)
        self.found.edits = list(map(self.causes.linked, self.found.edits))
        return self.found

    # -- what is missing ---------------------------------------------------------------------------

    def _judge(self, case: Case) -> None:
        writer, missing = self._writer(case), list[str]()
        refusal = writer.figures.refusal(case.name)
        for one in self._lacking(case) if refusal is not None else ():
            self.waiting.refuse(case, one.rows, one.variant, refusal.reason if refusal is not None else "")
        is_kept = refusal is not None or self._is_redirect(case, writer) or self._is_run(case)
        layout = Layout() if is_kept else self._layout(case, writer)
        if not isinstance(layout, Layout):
            self._hold_search(case, layout)
            layout = Layout()
        self.layout = layout
        for one in layout.lacking:
            if not self._has(case, one.name):
                missing += self._missing(case, one, writer)
        self._hold_prefixed(case)
        self.found.findings += self.leads.notes(case, missing)
        self.found.findings += shared_figures(case, missing, self.catalogue)
        self.found.findings += turned_prices(case, missing, writer.numbers)
        if missing:
            closed = self.misfits.is_generated(case) or is_closed(self.planner, case)
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
            self.waiting.report(case, found.row, reason, f"{what}; no row is made for a new id")
        self.planner.keep(waiting, "must-move-together", f"{what}; say it for the new id first")
        return True

    def _is_run(self, case: Case) -> bool:
        """Whether a new row would be run, or stand where another has to: what is to be done a person says."""
        told = kept_as_it_is(self.planner, self.rewrites, case)
        if told is not None:
            self.waiting.settle(case, case.rows, *told)
        return told is not None

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
            self.waiting.report(case, template, "must-move-together", message)
            self.waiting.settle(case, one.rows, "must-move-together", what)
            self.planner.keep(
                self.waiting.known_to(case, one.variant), "must-move-together", f"{case.name}: {what}"
            )

    def _lacking(self, case: Case, variants: Iterable[str] = ()) -> Iterator[Lacking]:
        """The variants that a table is to gain, each with the rows that it may be modelled on."""
        for prefix in dict.fromkeys(row.prefix for row in case.rows):
            rows = [row for row in case.rows if row.prefix == prefix and self.needs.may_serve(row)]
            waiting = self.planner.waiting.get(case.id)
            wanted = set(variants) or waiting or self.needs.wanted(case, rows, self.cases)
            wanted |= self.searches.shadowed(case) if wanted else set()
            for variant in self.rewrites.ordered(wanted):
                for before in self.spellings.prefixes(case, rows, variant) if rows else ():
                    name = rows[0].prefix + before + self.catalogue.target(variant)
                    if not self._has(case, name):
                        yield Lacking(rows, variant, name, before)

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
                    self.waiting.report(case, template, "table-unit-unknown", message)
                elif (test := self.steering.test(case.container.node)) is not None:
                    found.add(one.variant)
                    what = f"no id moves to it, and {test.where} sends what is not there another way"
                    message = f"{case.name} is not given {target}: {what}"
                    self.waiting.report(case, template, "must-move-together", message)
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
        """Whether a row's key is a name whose own value moves to the target, or the id of a member does."""
        key = entry.nodes[0]
        named = self.linked.values.of(key) if key.kind in ("Name", "Attribute") else ()
        nodes = list(key.among("Constant")) if key.is_statement else [value.node for value in named]
        ones = [one for node in nodes for one in self.rewrites.by_node.get(node, ())]
        ones = [one for one in ones if not key.is_statement or one.verdict.action == "rewrite"]
        variants = {self.planner.variants.get(one.id, "") for one in ones if self.rewrites.active(one)} - {""}
        return any(target.endswith(self.catalogue.target(variant)) for variant in variants)

    # -- rows --------------------------------------------------------------------------------------

    def _missing(self, case: Case, one: Lacking, writer: Rows) -> list[str]:
        """Edits or findings for one target; its id, if the table misses it."""
        rows, variant = one.rows, one.variant
        template, target = self.needs.template(rows, variant), self.catalogue.target(variant)
        if not writer.flags.able(target, (case.name, *enclosing_names(case.container.node))):
            self.waiting.report(
                case,
                template,
                "capability-lost",
                f"{case.name} needs what {target} cannot do; it does not join",
            )
            return []
        if self.misfits.is_redirected(case, template):
            return []
        taken = self.misfits.takes_refused(template, variant)
        if taken:
            detail = (
                f"{case.name}: what the row of {template.model} names takes {taken}, which {target} refuses"
            )
            self.waiting.report(case, template, "capability-lost", detail)
            self.waiting.hold(case, variant)
            return []
        if self.misfits.asks(template, variant):
            self.waiting.report_call(case, template, variant)
            return []
        new = writer.written(Row(template.model, template.nodes), target).named(template.nodes[0])
        new = new.behind(one.prefix, target)
        if self.misfits.means_another(template, new, target):
            self.waiting.hold(case, variant)
            return []
        if self.misfits.is_generated(case):
            self.waiting.report(
                case,
                template,
                "generated-file",
                f"{case.name} misses {target}: change what generates the file",
            )
            self.waiting.hold(case, variant)
        elif new.unknown:
            self.waiting.unknown(case, template, target, new)
            self.waiting.hold(case, variant)
        elif not self.misfits.covered(case, template, new, target):
            self._add(case, template, one, new)
            for other in writer.named_by(Row(template.model, template.nodes)):
                self.planner.groups.join(case.id, other.id)
            self._add_derived(case, template, variant, writer)
        else:
            return []
        return [one.name]

    def _hold_prefixed(self, case: Case) -> None:
        """Rewrites that a call wants behind a prefix wait for the row that has it."""
        for one, name in self.spellings.missed(case):
            if not self._has(case, name):
                self.planner.keep([one], "must-move-together", f"{case.name} has no row for {name}")

    def _add(self, case: Case, template: Entry, one: Lacking, new: Written) -> None:
        variant = one.variant
        operation, anchor = self.placing.operation(case, template, variant, new, is_last=self.layout.is_last)
        references = [one for one in case.ones if one.occurrence.model == template.model]
        rank = self.layout.rank(one)
        why = self._why(case, template, variant, new)
        rule = CHOICE if case.is_gate else case.rule
        edit = self._edit(case, anchor, operation, rule, why, rank=rank)
        written = self.planner.written(anchor.file.path, template.nodes[0].line, case.rule)
        edit = msgspec.structs.replace(edit, references=tuple(r.id for r in references), selected=written)
        self.found.edits.append(edit)
        self.causes.note(edit, case, self.cases, variant, new)
        self.planner.grown.setdefault(case.container.node, set()).add(
            template.prefix + one.prefix + self.catalogue.target(variant)
        )
        for coming in self.waiting.reached(case):
            self.planner.groups.join(case.id, coming.id)
        self.waiting.arrive(case, references, variant)
        self.leads.take(case, variant)
        if waits(self.planner, case, variant):
            self.waiting.hold(case, variant)
        for reference in references:
            if reference.verdict.role == "comparison":
                detail = "its row is joined by the new one"
                self.planner.settled[reference.id] = reference.verdict._replace(
                    action="extend", detail=detail
                )

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
