"""Where a new row stands in its table, and how its key or member is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.tables.table_names import bound, member_name
from migrator.inventory.edit_records import AddElement, AddEntry, InsertStatement

if TYPE_CHECKING:
    from migrator.decide.plans import Planner
    from migrator.decide.rewrites import Rewrites
    from migrator.decide.tables.id_containers import Containers, Entry
    from migrator.decide.tables.needs import Case
    from migrator.decide.tables.rows import Written
    from migrator.inventory.edit_records import Operation
    from migrator.read.nodes import Node


class Placing:
    """Places the rows of one run."""

    def __init__(self, planner: Planner, containers: Containers, rewrites: Rewrites) -> None:
        self.engine = planner.engine
        self.linked = planner.engine.linked
        self.containers = containers
        self.rewrites = rewrites

    def operation(
        self, case: Case, template: Entry, variant: str, new: Written, *, is_last: bool = False
    ) -> tuple[Operation, Node]:
        """The edit that adds a row, and what it is anchored on."""
        if case.container.shape == "enum":
            statement = template.nodes[0]
            return InsertStatement(source=self._member(case, statement, variant, new)), statement
        if case.container.shape == "statements":
            statement = template.nodes[0]
            return InsertStatement(source=" " * statement.span[1] + new.sources[0]), statement
        beside, before = self.position(case, template, variant, is_last=is_last)
        if case.container.shape == "dict":
            key, value = self._key(case, template, variant, new), new.sources[1]
            return AddEntry(key=key, value=value, beside=beside, before=before), case.container.anchor
        return AddElement(source=new.sources[0], beside=beside, before=before), case.container.anchor

    def position(
        self, case: Case, template: Entry, variant: str, *, is_last: bool = False
    ) -> tuple[int, bool]:
        """Where a row comes, and whether before what stands there.

        Beside the template; where the first key that fits wins, ahead of what would shadow it.

        Where a call takes what stands first the new id does; where others are taken by position it is last.
        """
        if case.lead is not None and case.lead.free and case.lead.variant == variant:
            return 0, True
        if is_last or any(reading.kind == "place" for reading in case.readings):
            return max(entry.at for entry in self.containers.entries(case.container)), False
        if not case.ordered:
            return template.at, False
        targets = [template.prefix + target for target in self.engine.catalogue.targets.values()]
        shadows = [
            row.at for row in self.containers.entries(case.container) if any(row.text in t for t in targets)
        ]
        return (min(shadows), True) if shadows else (max(row.at for row in case.rows), False)

    def _key(self, case: Case, template: Entry, variant: str, new: Written) -> str:
        key = template.nodes[0]
        if key.kind == "Attribute":
            base = key.child("value")
            known = [
                (str(row.nodes[0].value), row.model) for row in case.rows if row.nodes[0].kind == "Attribute"
            ]
            member = member_name(
                [(str(key.value), template.model), *known], self.rewrites.catalogue.target(variant)
            )
            if base is not None and self._member_comes(key, member):
                return f"{base.source}.{member}"
        return (
            new.sources[0]
            if key.kind == "Constant"
            else repr(template.prefix + self.rewrites.catalogue.target(variant)).replace("'", '"')
        )

    def _member_comes(self, key: Node, member: str) -> bool:
        """Whether the enum that a key names has (or gains) the member of the new id."""
        owners = {v.node.scope for v in self.linked.values.of(key) if v.kind == "text"}
        return any(
            owner.kind == "ClassDef" and self.engine.classifier.displays.records.is_enum(owner)
            for owner in owners
        )

    def _member(self, case: Case, statement: Node, variant: str, new: Written) -> str:
        known = [(bound(row.nodes[0]), row.model) for row in case.rows]
        known.sort(key=lambda one: one[0] != bound(statement))
        name = member_name(known, self.rewrites.catalogue.target(variant))
        return new.sources[0].replace(bound(statement), name, 1)
