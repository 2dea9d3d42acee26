"""The numbers of a row for another model: figures in the units of the old row, bounds as they are."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.decide.tables.row_figures import Figures, Meaning, Number, computed, written
from migrator.decide.tables.told_names import (
    Told,
    shown_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.decide.plans import Planner
    from migrator.decide.tables.id_containers import Row
    from migrator.decide.tables.splicing import Spliced
    from migrator.read.nodes import Node
    from migrator.rulebook.catalog_rules import Model

_BILLED = ("input", "output", "cached")
_LIMITS = ("context_window", "max_input")
_FORCED = 0.75
_PRICE = "price"


class RowNumbers:
    """States the numbers of one row for a target."""

    def __init__(self, planner: Planner, figures: Figures, name: str, rows: Sequence[Row]) -> None:
        self.planner = planner
        self.catalogue = planner.engine.catalogue
        self.linked = planner.engine.linked
        self.figures = figures
        self.name = name
        self.rows = rows
        self._meant: dict[tuple[str, ...], Meaning | None] = {}

    def restated(self, node: Node, row: Row, target: str, told: Told) -> Iterator[Spliced]:
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
        figure = getattr(self.billed(new) if meaning.unit else new, meaning.figure)
        if figure is None and meaning.figure == "usd_cached":
            figure = new.usd_in
        if figure is None and meaning.figure == "max_input":
            figure = new.context_window
        if figure is None:
            return None
        if meaning.figure in _LIMITS:
            return self._limited(float(figure), meaning, number, old, new)
        return float(figure) * meaning.scale

    def billed(self, new: Model) -> Model:
        """Whose prices a program's accounts need: what the publisher bills, where it documents the id."""
        if new.provenance == "published":
            return new
        for other in self.planner.engine.rulebook.other_catalogs.values():
            for model in other.models if new.id in other.published_ids else ():
                if model.id == new.id:
                    return model
        return new

    @cached_property
    def states_prices(self) -> bool:
        """Whether some row says what its model costs."""
        olds = ((row, self.catalogue.model(row.model)) for row in self.rows)
        return any(
            self._is_price(number, old)
            for row, old in olds
            if old is not None
            for node in row.nodes
            for number in self.figures.numbers(node)
        )

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


def _has_longer_key(row: Row) -> bool:
    """Whether a row's key says more than the model, as it may say which price it is."""
    key = row.nodes[0].value
    return len(row.nodes) > 1 and isinstance(key, str) and not key.endswith(row.model)
