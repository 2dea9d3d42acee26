"""Which of the new ids a table needs: those that reach its look-ups, and all in a provider's registry."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.records import digest
from migrator.decide.roles.literal_forms import shape
from migrator.decide.tables.missing_keys import is_refused
from migrator.read.ids import bare
from migrator.read.kinds import COLLECTIONS

if TYPE_CHECKING:
    from migrator.decide.linked import Linked
    from migrator.decide.records import Judged
    from migrator.decide.rewrites import Rewrites
    from migrator.decide.tables.id_containers import Container, Containers, Entry
    from migrator.decide.tables.readings import Reading
    from migrator.read.nodes import Node

ROW, CHOICE, ENUM = "GPT55-T001", "GPT55-T002", "GPT55-T003"
_RULES = {"dict": ROW, "records": ROW, "statements": ROW, "enum": ENUM}
_REGISTRY = 5


class Lead(NamedTuple):
    """A collection's first id, the calls that take it because it stands first, and the variant they want.

    `free`: nothing else is taken by its position, so that another id can stand first.
    """

    one: Judged
    variant: str
    calls: tuple[Node, ...]
    node: Node
    free: bool


class Case(NamedTuple):
    """One table with all that is known about it: its name, its rows, their references, its readings.

    `lead` is its first id, where a call takes what stands first.
    """

    container: Container
    name: str
    rows: list[Entry]
    ones: list[Judged]
    readings: list[Reading]
    lead: Lead | None = None

    @property
    def id(self) -> str:
        return "t-" + digest(f"{self.container.node.file.path}|{self.container.anchor.span}")

    @property
    def rule(self) -> str:
        return _RULES.get(self.container.shape, CHOICE)

    @property
    def is_gate(self) -> bool:
        """Whether the program takes no name that is not in the table: who may choose is told by it."""
        asked = (r for r in self.readings if r.kind in ("choice", "test", "index"))
        return any(r.kind == "choice" or (r.raises and _is_gate(r)) for r in asked)

    @property
    def ordered(self) -> bool:
        """Whether the first key that fits wins."""
        return any(reading.order == "first" for reading in self.readings)


def _is_gate(reading: Reading) -> bool:
    """Whether a look-up that raises is there to refuse names: a test, or one whose error is translated."""
    return reading.kind == "test" or is_refused(reading.node)


def _says_figures(case: Case) -> bool:
    """Whether rows say numbers: what is listed by name alone is for those that are called."""
    cells = (one.value for row in case.rows for one in row.nodes[-1].among("Constant"))
    return any(isinstance(one, (int, float)) and not isinstance(one, bool) for one in cells)


def on_miss(case: Case) -> str:
    """What happens where an id is not in the table, place by place."""
    said: dict[str, list[str]] = defaultdict(list)
    for reading in case.readings:
        if reading.miss:
            said[reading.miss].append(reading.node.where)
    return "; ".join(
        f"a miss {miss} at {', '.join(dict.fromkeys(where[:3]))}" for miss, where in said.items()
    )


class Needs:
    """What tables of one run need."""

    def __init__(self, linked: Linked, rewrites: Rewrites, containers: Containers) -> None:
        self.linked = linked
        self.rewrites = rewrites
        self.containers = containers
        self.catalogue = rewrites.catalogue

    def wanted(self, case: Case, rows: list[Entry], cases: list[Case]) -> set[str]:
        """The variants that can reach the table's look-ups, and that can do what it says."""
        return self._reaching(case, rows, cases) - self._refusing(case.container.node)

    def _refusing(self, collection: Node) -> set[str]:
        """The variants that refuse what a list of models is kept under: `{"logprobs": ["gpt-4o"]}`."""
        named = collection.key if collection.kind in COLLECTIONS else None
        rules = (r for r in self.linked.rulebook.parameters if r.change.rename or r.change.remove)
        return {v for r in rules if named is not None and r.name == named.value for v in r.variants}

    def _reaching(self, case: Case, rows: list[Entry], cases: list[Case]) -> set[str]:
        models = {row.model for row in rows}
        found = {v for model in models for v in self.rewrites.by_model.get(model, ())}
        if any(reading.order for reading in case.readings):
            found |= {
                v for old, vs in self.rewrites.by_model.items() if old.startswith(tuple(models)) for v in vs
            }
        found |= self._arrived(case) - self._held_beside(case, cases)
        if case.lead is not None and case.lead.free and case.lead.one.occurrence.model in models:
            found.add(case.lead.variant)
        if len(self._known(case)) >= _REGISTRY and _says_figures(case):
            found |= self._served_here(case, rows, set(self.catalogue.targets), cases)
        if not found and not self._has_any(case):
            found = self._served_here(
                case, rows, {self.rewrites.counterpart(model) for model in models} - {""}, cases
            )
        if not found or not any(r.order for r in case.readings):
            return found
        written = {v for vs in self.rewrites.by_model.values() for v in vs}
        near = {v for v in written if not self.rewrites.is_far(self._nearest(rows, v))}
        return found | near | self._beginning_alike(found)

    def _beginning_alike(self, variants: set[str]) -> set[str]:
        """The variants that would be met by the row of one of some, where keys are looked for in names."""
        begun = tuple(self.catalogue.target(variant) for variant in variants)
        return (
            {v for v, target in self.catalogue.targets.items() if target.startswith(begun)}
            if begun
            else set()
        )

    def _served_here(self, case: Case, rows: list[Entry], variants: set[str], cases: list[Case]) -> set[str]:
        """Of several tables that are put together as one, only that with the nearest row gains a variant."""
        siblings = [
            other.rows for other in self.siblings(case, cases) if other.container.node != case.container.node
        ]
        return {
            v
            for v in variants
            if not self.rewrites.is_far(self._nearest(rows, v))
            and all(self._nearest(rows, v) < self._nearest(other, v) for other in siblings)
        }

    def _nearest(self, rows: list[Entry], variant: str) -> int:
        """How far the nearest row that a program could use for chat is from a variant."""
        plain = [row.model for row in rows if self.catalogue.tier(row.model) != "pro" and self.may_serve(row)]
        return min((self.rewrites.affinity(model, variant) for model in plain), default=self.rewrites.far)

    def siblings(self, case: Case, cases: list[Case]) -> list[Case]:
        """The tables that are spread into one dict together with this one."""
        file = case.container.node.file
        for mapping in file.of_kind("Dict"):
            spread = [v.node for part in mapping.all("spread") for v in self.linked.values.of(part)]
            if case.container.node in spread:
                return [c for c in cases if c.container.node in spread and "azure" not in c.name.lower()]
        return []

    def _has_any(self, case: Case) -> bool:
        """Whether somebody began to add the new ids."""
        targets = set(self.catalogue.targets.values())
        return any(bare(entry.text) in targets for entry in self.containers.entries(case.container))

    def _arrived(self, case: Case) -> set[str]:
        """Variants whose id is looked up already."""
        values = self.linked.values
        texts = {
            str(value.node.value)
            for reading in case.readings
            if reading.raises and reading.key is not None and reading.key.kind != "arg"
            for value in values.of(reading.key)
            if value.kind == "text"
        }
        return {v for v, target in self.catalogue.targets.items() if target in set(map(bare, texts))}

    def _held_beside(self, case: Case, cases: list[Case]) -> set[str]:
        """Variants that another table has which the same look-up asks: they may be one collection there."""
        asked = {reading.node for reading in case.readings}
        others = [o for o in cases if o is not case and asked & {reading.node for reading in o.readings}]
        texts = {entry.text for other in others for entry in self.containers.entries(other.container)}
        return {v for v, target in self.catalogue.targets.items() if target in texts}

    def _known(self, case: Case) -> set[str]:
        entries = self.containers.entries(case.container)
        targets = set(self.catalogue.targets.values())
        known = ({bare(e.text) for e in entries} & set(self.catalogue.models)) - targets
        return {getattr(self.catalogue.models[k], "snapshot_of", "") or k for k in known}

    def may_serve(self, row: Entry) -> bool:
        vendor = shape(row.text, row.model, self.linked.rulebook.vendors).vendor
        return self.catalogue.special(row.model) is None and vendor not in ("azure", "other", "unknown")

    def template(self, rows: list[Entry], variant: str) -> Entry:
        """The row that the new one is modelled on."""

        def rank(row: Entry) -> tuple[bool, bool, int, bool]:
            far, moved = self.rewrites.affinity(row.model, variant), self.rewrites.count(row.model, variant)
            return self.rewrites.is_far(far), not moved, far, self.catalogue.dated(row.model)

        return min(rows, key=rank)
