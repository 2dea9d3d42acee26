"""A new row in the shape of an old one: the new model's figures in the old row's units, the rest copied."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.flows.flow_steps import key_of
from migrator.decide.roles.literal_forms import shape
from migrator.decide.tables.flags import Flags
from migrator.decide.tables.row_figures import Figures
from migrator.decide.tables.row_numbers import RowNumbers
from migrator.decide.tables.splicing import Entry, spliced, uncommented
from migrator.decide.tables.told_names import (
    Told,
    bare_id,
    collection_of,
    displayed,
    is_own_spelling,
    key_beside,
    listed_snapshots,
)
from migrator.decide.tables.unproven import unproven

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.decide.rewrites import Rewrites
    from migrator.decide.tables.id_containers import Row
    from migrator.decide.tables.readings import Reading
    from migrator.decide.tables.splicing import Cut, Spliced
    from migrator.read.nodes import Node

_DATE = re.compile(r"20\d\d-\d\d(-\d\d)?")


class Written(NamedTuple):
    """A new row: the source of each node; what was set, what was copied, what could not be told.

    `unproven`: what is copied although it differs from row to row.
    """

    sources: tuple[str, ...]
    set: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()

    def behind(self, prefix: str, target: str) -> Written:
        """The row with what calls want before its id."""
        return self._replace(sources=(self.sources[0].replace(target, prefix + target, 1), *self.sources[1:]))

    def named(self, first: Node) -> Written:
        """The row, told as unknown where nothing in it tells it from the one that it was made of."""
        if first.kind in ("Name", "Attribute") or self.sources[0] != first.source:
            return self
        return self._replace(unknown=(*self.unknown, f"the name in {first.source[:40]}"))


class Rows:
    """Writes rows of one table.

    `rows` are all that it has for known models, `name` is the table's, `readings` are what reads it.
    """

    def __init__(
        self,
        planner: Planner,
        rewrites: Rewrites,
        name: str,
        rows: Sequence[Row],
        readings: Sequence[Reading] = (),
    ) -> None:
        self.planner = planner
        self.rewrites = rewrites
        self.catalogue = planner.engine.catalogue
        self.linked = planner.engine.linked
        self.figures = Figures(self.linked, planner.engine.rulebook.tables)
        self.flags = Flags(planner, self.figures)
        self.name = name
        self.rows = rows
        self.readings = readings
        self.numbers = RowNumbers(planner, self.figures, name, rows)

    def written(self, row: Row, target: str) -> Written:
        """The row for `target`, with `row` as its template."""
        changes: list[Spliced | Cut] = []
        told = Told()
        for node in row.nodes:
            changes += self._texts(node, row, target, told)
            changes += self.numbers.restated(node, row, target, told)
            changes += self.flags.of(node, target, told.set)
            changes += self.flags.values(node, target, self.name, told.set)
            changes += self.flags.names(node, target, told.set)
            changes += self.flags.counted(node, told.set)
            changes += self.flags.missing(node, target, self.rows, told.set)
            sent = list(self.flags.sent(node, target, told.set))
            gone = [one.value if isinstance(one, Entry) else one for one, _ in sent]
            changes = [*(c for c in changes if not any(c[0].inside(value) for value in gone)), *sent]
        if not any(row.nodes[-1] == node for node, _ in changes):
            changes += self.flags.gated(row.nodes[-1], target, self.readings, told.set)
        told.unknown += [name.source for name in row.nodes[1:] if self._names_record(name)]
        told.unknown += [f"{one.source} at {one.where}" for one in self._nameless(row, target)]
        staying = (one for one in self.named_by(row) if one.id not in self.planner.variants)
        told.unknown += sorted({key_beside(one) for one in staying})
        made = [(node, spliced(node, [c for c in changes if c[0].inside(node)])) for node in row.nodes]
        sources = tuple(uncommented(node.source, source) for node, source in made)
        known = [one for one in self.rows if self.catalogue.model(one.model) is not None]
        said = [one.value if isinstance(one, Entry) else one for one, _ in changes]
        open_to_doubt = tuple(unproven(row, known, said))
        return Written(sources, tuple(told.set), tuple(told.copied), tuple(told.unknown), open_to_doubt)

    def _nameless(self, row: Row, target: str) -> list[Node]:
        """A flag that its place alone names, where the new model reads less than the old one."""
        old, new = self.catalogue.model(row.model), self.catalogue.model(target)
        if old is None or new is None or not set(old.modalities) - set(new.modalities):
            return []
        elements = [n for node in row.nodes if node.kind in ("Tuple", "List") for n in node.all("elts")]
        return [
            n for n in elements if n.kind == "Constant" and n.value in (0, 1) and type(n.value) is not float
        ][:1]

    def keeps(self, text: Node, row: Row) -> bool:
        """Whether a copy of a row would say one of its texts as it stands."""
        return all(self._renamed(text, row, new) is None for new in self.catalogue.targets.values())

    def restated(self, row: Row, target: str) -> tuple[list[Spliced], Written]:
        """The figures of a row that becomes the target's: what to replace, and what is said about it."""
        told = Told()
        changes = [c for node in row.nodes for c in self.numbers.restated(node, row, target, told)]
        changes += [c for node in row.nodes for c in self.flags.of(node, target, told.set)]
        return changes, Written((), tuple(told.set), tuple(told.copied), tuple(told.unknown))

    def _names_record(self, node: Node) -> bool:
        """Whether a row's value is the name of a record that says for itself which old model it is."""
        bound = self.linked.bound_to(node) if node.kind in ("Name", "Attribute") else []
        made = [one.parent.child("value") for one in bound if one.parent is not None]
        calls = [one for one in made if one is not None and one.kind == "Call"]
        ids = [
            n
            for call in calls
            for n in call.descendants()
            if n.kind == "Constant" and self.linked.mentions(n)
        ]
        moving = {
            n for n in ids for one in self.rewrites.by_node.get(n, ()) if one.id in self.planner.variants
        }
        return bool(ids) and not moving

    def named_by(self, row: Row) -> list[Judged]:
        """The entries of other tables that mean a row's model by a name that the row says."""
        said = {
            node.value
            for one in row.nodes[1:]
            for node in one.among("Constant")
            if node.field != "keys" and isinstance(node.value, str)
        }
        return [one for one in self._entries if one.occurrence.model == row.model and key_beside(one) in said]

    @cached_property
    def _entries(self) -> list[Judged]:
        """The ids that stand in dicts by a key, beside the rows."""
        rows = [node for row in self.rows for node in row.nodes]
        return [
            one
            for one in self.planner.judged
            if one.node is not None and key_beside(one) and not any(map(one.node.inside, rows))
        ]

    # -- texts -------------------------------------------------------------------------------------

    def _texts(self, node: Node, row: Row, new: str, told: Told) -> Iterator[Spliced]:
        emptied: list[Node] = []
        old = row.model
        for one in [node, *node.descendants()]:
            whole = one == row.nodes[0]
            if one.kind in ("List", "Tuple", "Set") and not whole and self._only_snapshots(one, old):
                emptied.append(one)
                yield one, listed_snapshots(one, old, new)
            elif one.kind in ("List", "Tuple", "Set") and not whole and one in self._aliases:
                emptied.append(one)
                yield one, collection_of(one, [self._renamed(n, row, new) for n in one.all("elts")])
            elif (
                one.kind == "Constant"
                and isinstance(one.value, str)
                and not any(one.inside(e) for e in emptied)
            ):
                renamed = self._renamed(one, row, new)
                if renamed is not None and is_own_spelling(str(one.value), old):
                    told.unknown.append(f"{one.source}, another name of {old}")
                elif renamed is not None:
                    yield one, renamed
                elif one != node and (len(one.value) > 30 or _says_where_from(one.value)):
                    told.copied.append(f"text {one.value[:30]!r}{'…' if len(one.value) > 30 else ''}")
            elif one.kind == "Name" and one != node and self._names_source(one):
                told.copied.append(one.source)

    def _names_source(self, name: Node) -> bool:
        """Whether a name stands for a text that says where figures are from."""
        found = self.linked.values.of(name)
        return bool(found) and all(v.kind == "text" and _says_where_from(str(v.node.value)) for v in found)

    @cached_property
    def _aliases(self) -> frozenset[Node]:
        """The collections of further names, each for one row alone: copied they would name two rows."""
        found = [
            (one, row.model)
            for row in self.rows
            for node in row.nodes[1:]
            for one in (node, *node.descendants())
            if one.kind in ("List", "Tuple", "Set")
        ]
        texts = [(n.value, model) for one, model in found for n in one.all("elts")]
        is_named = all(isinstance(text, str) and "://" not in text for text, _ in texts)
        if not is_named or len({t for t, _ in texts}) < len(texts):
            return frozenset()
        named = [(bare_id(text), bare_id(model)) for text, model in texts]
        alike = [text for text, model in named if text in model or model in text]
        told = {model for _, model in texts}
        return (
            frozenset(one for one, _ in found)
            if len(told) > 1 and len(alike) * 2 > len(texts)
            else frozenset()
        )

    def _renamed(self, node: Node, row: Row, new: str) -> str | None:
        """The literal with the old id, a snapshot of it or its display name replaced, if it has one."""
        text, old = str(node.value), row.model
        if text.endswith((f" {old}", f"({old})")) and node.parent in (row.nodes[0], row.nodes[0].parent):
            return node.source.replace(old, new)
        if self._is_foreign(node, row):
            return None
        for _, model in self.linked.ids(text):
            if " " not in text and (self._same_model(model, old) or self._is_called(node, model, old)):
                return node.source.replace(model, new, 1)
        shown = displayed(text, old, new)
        return node.source.replace(text, shown, 1) if shown != text and text in node.source else None

    def _is_called(self, node: Node, model: str, old: str) -> bool:
        """Whether it is the model that a row named for another one of the same tier calls."""
        in_row = node.parent is not None and node.parent.kind == "Dict"
        if not in_row or model not in self.catalogue.models or not self.linked.names.model(key_of(node)):
            return False
        return self.rewrites.counterpart(model) == self.rewrites.counterpart(old) != ""

    def _is_foreign(self, node: Node, row: Row) -> bool:
        """Whether a text names something else than the model (`Xenova/gpt-4o`, a tokenizer's container)."""
        if any(one.verdict.role in ("foreign", "prose") for one in self.rewrites.by_node.get(node, ())):
            return True
        text, vendors = str(node.value), self.planner.engine.rulebook.vendors
        return node != row.nodes[0] and any(
            shape(text, model, vendors).vendor == "unknown" for _, model in self.linked.ids(text)
        )

    def _same_model(self, one: str, other: str) -> bool:
        """Whether two ids are the same model, dated or not."""
        models = self.catalogue.models
        names = {getattr(models.get(name), "snapshot_of", "") or name for name in (one, other)}
        return len(names) == 1

    def _only_snapshots(self, collection: Node, old: str) -> bool:
        elements = collection.all("elts")
        texts = [n.value for n in elements if n.kind == "Constant" and isinstance(n.value, str)]
        ids = [model for text in texts if "://" not in text for _, model in self.linked.ids(text)]
        return (
            bool(ids)
            and len(ids) == len(texts) == len(elements)
            and all(self._same_model(model, old) for model in ids)
        )

    # -- numbers -----------------------------------------------------------------------------------


def _says_where_from(text: str) -> bool:
    """Whether a text is an address or a date, which are the old row's own."""
    return "://" in text or _DATE.fullmatch(text) is not None
