"""Rows keyed by a constant that moves (`{MODEL: 128_000}`): what they state becomes the new model's."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.records import Additions, edit_id
from migrator.decide.rewrites import Rewrites
from migrator.decide.tables.id_containers import Container, Containers, Row
from migrator.decide.tables.needs import ROW
from migrator.decide.tables.rows import Rows
from migrator.decide.tables.table_names import name_of
from migrator.inventory import Finding
from migrator.inventory.edit_records import Edit, ReplaceExpression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.read.nodes import Node


class _Keyed(NamedTuple):
    """A constant that moves, as the key of a row."""

    one: Judged
    key: Node
    mapping: Node

    @property
    def value(self) -> Node:
        return self.key.after


def keyed(planner: Planner) -> Additions:
    """Edits of the figures in rows whose key moves; what cannot be told is reported."""
    return _Keys(planner).additions()


class _Keys:
    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.linked = planner.engine.linked
        self.rewrites = Rewrites(planner)
        self.containers = Containers(self.linked, planner.engine.classifier.displays)
        self.found = Additions()

    def additions(self) -> Additions:
        """All of them, in the order of the constants."""
        rows = list(self._rows())
        for row in rows:
            self._restate(row)
        self._report_collapsed(rows)
        return self.found

    def _rows(self) -> Iterator[_Keyed]:
        for one in self.planner.judged:
            if one.node is not None and self.planner.moves(one):
                for load in self._loads(one.node):
                    mapping = load.parent
                    if load.field == "keys" and mapping is not None and mapping.kind == "Dict":
                        yield _Keyed(one, load, mapping)

    def _loads(self, string: Node) -> Iterator[Node]:
        """Loads of the constant (or class attribute) that a string is the value of."""
        statement = string.parent
        if statement is None or statement.kind not in ("Assign", "AnnAssign"):
            return
        target = statement.child("targets") or statement.child("target")
        if target is not None and target.kind == "NameStore":
            yield from self.linked.project.loads(target)
            if target.scope.kind == "ClassDef":
                yield from self.linked.flow.attribute_loads(target.scope, str(target.value))

    def _target(self, one: Judged) -> str:
        return self.rewrites.catalogue.target(self.planner.variants[one.id])

    # -- figures -----------------------------------------------------------------------------------

    def _restate(self, row: _Keyed) -> None:
        container = Container(row.mapping, row.mapping, "dict")
        name, others = name_of(container), self.containers.entries(container)
        writer = Rows(self.planner, self.rewrites, name, [Row(e.model, e.nodes) for e in others])
        if writer.figures.refusal(name) is not None:
            return
        target = self._target(row.one)
        changes, said = writer.restated(Row(row.one.occurrence.model, (row.value,)), target)
        if said.unknown:
            what = f"{name} states {', '.join(said.unknown)} for {row.key.source}, which becomes {target}"
            self._report(row, f"{what}: no row proves what that means", "table-unit-unknown")
        for node, source in changes:
            self.found.edits.append(self._edit(row, node, source, f"{name}: {'; '.join(said.set)}"))

    def _edit(self, row: _Keyed, node: Node, source: str, why: str) -> Edit:
        operation = ReplaceExpression(source=source)
        return Edit(
            id=edit_id(node.file.path, node.span, operation),
            path=node.file.path,
            anchor=node.span,
            operation=operation,
            group=row.one.id,
            why=f"{why}, as {row.key.source} becomes {self._target(row.one)}",
            rule=ROW,
            rank=1,
            references=(row.one.id,),
            selected=self.planner.written(node.file.path, node.line, ROW),
        )

    # -- keys that become one ----------------------------------------------------------------------

    def _report_collapsed(self, rows: list[_Keyed]) -> None:
        """Two keys of one dict that become the same id: the later row hides the earlier."""
        seen: dict[tuple[Node, str], _Keyed] = {}
        for row in rows:
            first = seen.setdefault((row.mapping, self._target(row.one)), row)
            same = first.key.source == row.key.source or first.value.source == row.value.source
            if first != row and not same:
                both = f"{first.key.source} and {row.key.source} both become {self._target(row.one)}"
                self._report(row, f"{both}: only the later row of the dict counts", "")

    def _report(self, row: _Keyed, message: str, reason: str) -> None:
        self.found.findings.append(
            Finding(
                rule=ROW,
                path=row.key.file.path,
                line=row.key.line,
                message=message,
                reason=reason,
                references=(row.one.id,),
            )
        )
