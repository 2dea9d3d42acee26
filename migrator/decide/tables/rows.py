"""A new row in the shape of an old one: the new model's figures in the old row's units, the rest copied."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.flows.flow_steps import key_of
from migrator.decide.roles.literal_forms import shape
from migrator.decide.tables.flags import Flags
from migrator.decide.tables.row_figures import Figures, Meaning, Number, computed, written
from migrator.decide.tables.splicing import Entry, spliced, uncommented
from migrator.decide.tables.told_names import (
    Told,
    bare_id,
    collection_of,
    displayed,
    is_own_spelling,
    key_beside,
    listed_snapshots,
    shown_name,
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
    from migrator.rulebook.catalog_rules import Model

_BILLED = ("input", "output", "cached")
_LIMITS = ("context_window", "max_input")
_FORCED = 0.75
_PRICE = "price"
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
        self._meant: dict[tuple[str, ...], Meaning | None] = {}

    def written(self, row: Row, target: str) -> Written:
        """The row for `target`, with `row` as its template."""
        changes: list[Spliced | Cut] = []
        told = Told()
        for node in row.nodes:
            changes += self._texts(node, row, target, told)
            changes += self._numbers(node, row, target, told)
            changes += self.flags.of(node, target, told.set)
            changes += self.flags.values(node, target, self.name, told.set)
            changes += self.flags.names(node, target, told.set)
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
        changes = [c for node in row.nodes for c in self._numbers(node, row, target, told)]
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

    def _numbers(self, node: Node, row: Row, target: str, told: Told) -> Iterator[Spliced]:
        old, new = self.catalogue.model(row.model), self.catalogue.model(target)
        numbers = list(self.figures.numbers(node))
        priced = old is not None and any(self._is_price(n, old) for n in numbers)
        meant = [self._meaning(number, old, priced=priced) for number in numbers]
        is_billed = any(meaning is not None and meaning.unit for meaning in meant)
        for number, meaning in zip(numbers, meant, strict=True):
            figure = self._figure(meaning, number, old, new)
            name = number.name or self.name or "value"
            if meaning is not None and figure is not None:
                stated = self._stated(meaning, new, figure)
                told.set.append(
                    f"{name} = {shown_name(figure)}{f' {meaning.unit}' if meaning.unit else ''}{stated}"
                )
                yield self._restated(number, figure)
            elif meaning is None and self._needs_meaning(number, is_billed=is_billed):
                told.unknown.append(f"{name} = {number.node.source}")
            else:
                told.copied.append(f"{name} = {number.node.source}")

    def _needs_meaning(self, number: Number, *, is_billed: bool) -> bool:
        """Whether a copy of a number would be wrong: also of a price beside one that is set."""
        is_side = self.figures.side(number.path, self._called) in _BILLED
        return self.figures.needs_meaning(number, self._called) or (
            is_billed and is_side and number.value not in (0, 1) and not self.figures.kinds(number.path, "")
        )

    def _is_price(self, number: Number, model: Model) -> bool:
        return any(m.unit for m in self.figures.meanings(number, model, self._called))

    def _meaning(self, number: Number, old: Model | None, *, priced: bool) -> Meaning | None:
        """What a number is: by its own row, else by the same field of the table's other rows."""
        if old is not None:
            found = self.figures.meanings(number, old, self._called, priced=priced)
            if found:
                is_told = self._is_told(number.path, found[0])
                return found[0] if is_told and not self._is_own_bound(number.path, found[0]) else None
            if self._forced(number, old):
                return Meaning("context_window")
        if number.path not in self._meant:
            self._meant[number.path] = self._elsewhere(number.path)
        return self._meant[number.path]

    def _elsewhere(self, path: tuple[str, ...]) -> Meaning | None:
        """What a field is in most of the rows that prove it."""
        proven = Counter(m for row in self.rows for m in self._proven(row, path))
        best = proven.most_common(2)
        clear = len(best) == 1 or (best and best[0][1] > 2 * best[1][1])
        is_told = clear and self._is_told(path, best[0][0])
        return best[0][0] if is_told and not self._is_own_bound(path, best[0][0]) else None

    def _is_own_bound(self, path: tuple[str, ...], meaning: Meaning) -> bool:
        """Whether most rows state something else than any figure of their models: less, by choice."""
        stated = [one for row in self.rows if not meaning.unit and (one := self._known_numbers(row, path))]
        return sum(not any(one) for one in stated) * 2 > len(stated)

    def _is_told(self, path: tuple[str, ...], meaning: Meaning) -> bool:
        """Whether a price is that of one direction: by its name or its place, or as most rows have it."""
        is_placed = any(name.startswith("#") for name in path) or any(map(_has_longer_key, self.rows))
        if not meaning.unit or is_placed or self.figures.side(path, self._called):
            return True
        stated = [numbers for row in self.rows if (numbers := self._known_numbers(row, path))]
        same = [one for one in stated if any(meaning in found for found in one)]
        return len(same) * 2 > len(stated)

    def _known_numbers(self, row: Row, path: tuple[str, ...]) -> list[list[Meaning]]:
        """What the numbers of a known model's row may be, that stand at one place."""
        model = self.catalogue.model(row.model)
        numbers = [n for node in row.nodes for n in self.figures.numbers(node) if n.path == path]
        return [self.figures.meanings(n, model, self._called) for n in numbers] if model is not None else []

    @cached_property
    def _called(self) -> str:
        """The table's name; that of prices where its rows are a known model's two prices and no more."""
        is_said = "price" in self.figures.kinds((), self.name)
        return self.name if is_said or not any(map(self._states_prices, self.rows)) else _PRICE

    def _states_prices(self, row: Row) -> bool:
        model, numbers = self.catalogue.model(row.model), self.figures.numbers(row.nodes[-1])
        if model is None:
            return False
        found = [self.figures.meanings(n, model, _PRICE) for n in numbers if n.value]
        sides = {meaning.figure for one in found for meaning in one}
        units = [{meaning.unit for meaning in one if meaning.unit} for one in found]
        return len(found) > 1 and {"usd_in", "usd_out"} <= sides and bool(set.intersection(*units))

    def _proven(self, row: Row, path: tuple[str, ...]) -> list[Meaning]:
        model = self.catalogue.model(row.model)
        if model is None:
            return []
        for node in row.nodes:
            for number in self.figures.numbers(node):
                if number.path == path:
                    return self.figures.meanings(number, model, self._called)[:1]
        return []

    def _forced(self, number: Number, old: Model) -> bool:
        """A window that the author cut a little short."""
        window = old.context_window or 0
        kinds, side = self.figures.kinds(number.path, self.name), self.figures.side(number.path, self.name)
        wants = side != "other" and "price" not in kinds and kinds != {"output-tokens"}
        return wants and window * _FORCED <= number.value < window

    def _figure(
        self, meaning: Meaning | None, number: Number, old: Model | None, new: Model | None
    ) -> float | None:
        if meaning is None or new is None:
            return None
        figure = getattr(self._billed(new) if meaning.unit else new, meaning.figure)
        if figure is None and meaning.figure == "usd_cached":
            figure = new.usd_in
        if figure is None and meaning.figure == "max_input":
            figure = new.context_window
        if figure is None:
            return None
        if meaning.figure in _LIMITS:
            return self._limited(float(figure), meaning, number, old, new)
        return float(figure) * meaning.scale

    def _billed(self, new: Model) -> Model:
        """Whose prices a program's accounts need: what the publisher bills, where it documents the id."""
        if new.provenance == "published":
            return new
        for other in self.planner.engine.rulebook.other_catalogs.values():
            for model in other.models if new.id in other.published_ids else ():
                if model.id == new.id:
                    return model
        return new

    def _stated(self, meaning: Meaning, new: Model | None, figure: float) -> str:
        """What the active catalogue says of a price, where another one is written."""
        own = getattr(new, meaning.figure) if meaning.unit and new is not None else None
        own = own * meaning.scale if own is not None else None
        return f" (the catalogue has {shown_name(own)})" if own is not None and own != figure else ""

    def _limited(
        self, figure: float, meaning: Meaning, number: Number, old: Model | None, new: Model
    ) -> float:
        """A window as the settings want it: never wider than the old one unless limits expand."""
        before = (
            float(getattr(old, meaning.figure, None) or number.value) if old is not None else number.value
        )
        if self.planner.engine.settings.at(number.node.file.path).context != "expand":
            figure = min(figure, before)
        elif new.long_context_from and figure > new.long_context_from > before:
            figure = float(new.long_context_from)
        forced = meaning.scale == 1 and before * _FORCED <= number.value < before
        return figure - (before - number.value) if forced else figure

    def _restated(self, number: Number, value: float) -> Spliced:
        """The number's expression stating another value, in its own form."""
        node, value = number.node, value / number.factor
        if node.kind == "BinOp" and node.value in ("Mult", "Div"):
            return self._left_of(node, value)
        if node.kind == "Call":
            argument = node.all("args")[0]
            value /= self.figures.unit(node) or 1
            quoted = str(argument.value) if isinstance(argument.value, str) else argument.source
            return argument, argument.source.replace(quoted, written(value, quoted), 1)
        if node.kind == "Constant" and isinstance(node.value, str):
            return node, node.source.replace(re.match(r"\d+", node.value)[0], str(int(value // 1000)), 1)  # type: ignore[index]
        if node.kind in ("Name", "Attribute"):
            return node, written(value, self.linked.values.of(node)[0].node.source)
        return node, written(value, node.source if node.kind == "Constant" else "1")

    def _left_of(self, node: Node, value: float) -> Spliced:
        left, factor = node.child("left"), computed(node.child("right"))
        if left is None or not factor or computed(left) is None:
            return node, written(value, "1")
        wanted = value / factor if node.value == "Mult" else value * factor
        source = left.source
        if node.value == "Mult" and "." not in source and "e" not in source:
            wanted = float(int(wanted))
        return left, written(wanted, source)


def _says_where_from(text: str) -> bool:
    """Whether a text is an address or a date, which are the old row's own."""
    return "://" in text or _DATE.fullmatch(text) is not None


def _has_longer_key(row: Row) -> bool:
    """Whether a row's key says more than the model, as it may say which price it is."""
    key = row.nodes[0].value
    return len(row.nodes) > 1 and isinstance(key, str) and not key.endswith(row.model)
