"""Tables and choices of whose ids none moves: nothing needs a new one there, and what reads them may trip."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from migrator.read.kinds import COMPREHENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.plans import Planner
    from migrator.decide.rewrites import Rewrites
    from migrator.decide.tables.needs import Case
    from migrator.decide.tables.rows import Written
    from migrator.read.nodes import Node

_ASKED = frozenset({"index", "get", "test"})


class IdleTables:
    """Finds them in one run."""

    def __init__(self, planner: Planner, rewrites: Rewrites) -> None:
        self.planner = planner
        self.linked = planner.engine.linked
        self.rewrites = rewrites

    def is_idle(self, case: Case, rows: Iterable[Written], lacking: Iterable[str]) -> bool:
        """Whether nothing needs some rows that a table lacks, and they are not just figures by name.

        A row for an id that the program names, or is to name, is needed: so two runs agree.
        """
        if self._is_needed(case) or not self._named.isdisjoint(lacking):
            return False
        new = list(rows)
        is_plain = all(map(_is_figure, new)) and not _has_flags(case)
        return bool(new) and not (is_plain and self._is_only_asked(case))

    def _is_needed(self, case: Case) -> bool:
        """Whether an id that moves, or has moved, stands in a table, is asked of it or waits for it."""
        known, begun = {row.model for row in case.rows}, tuple(row.text for row in case.rows)
        moving = [old for old, found in self.rewrites.by_model.items() if found]
        is_searched = any(reading.order for reading in case.readings)
        return (
            case.lead is not None
            or case.id in self.planner.waiting
            or any(old in known or (is_searched and old.startswith(begun)) for old in moving)
            or any(self.rewrites.reaching(reading.key) for reading in case.readings)
        )

    @cached_property
    def _named(self) -> frozenset[str]:
        """The new ids that the program names, or is to name."""
        catalogue, files = self.rewrites.catalogue, self.linked.project.files.values()
        moving = frozenset(catalogue.target(variant) for variant in self.planner.variants.values())
        return moving.union(
            one
            for one in catalogue.targets.values()
            if any(one + quote in file.text for file in files for quote in "'\"")
        )

    def _is_only_asked(self, case: Case) -> bool:
        """Whether all that reads a table looks one name up in it."""
        asked = [one for one in case.readings if one.kind in _ASKED or one.order]
        return bool(asked) and all(
            _is_copied(load) or any(_is_within(load, one.node) for one in asked) for load in self._loads(case)
        )

    def _loads(self, case: Case) -> Iterator[Node]:
        """Where the name is read that a table, or what it stands in, is given to."""
        statement = case.container.node.statement
        targets = (*statement.all("targets"), *statement.all("target"))
        for store in (one for one in targets if one.kind in ("NameStore", "AttributeStore")):
            yield from self.linked.project.loads(store)
            if store.kind == "AttributeStore" or store.scope.kind == "ClassDef":
                yield from self.linked.project.attribute_loads(str(store.value))


def _is_figure(row: Written) -> bool:
    """Whether a row says figures that are known of the new model, and nothing that is copied."""
    return bool(row.set) and not (row.copied or row.unproven or row.unknown)


def _has_flags(case: Case) -> bool:
    cells = (one for row in case.rows for one in row.nodes[-1].among("Constant"))
    return any(isinstance(one.value, bool) for one in cells)


def _is_copied(load: Node) -> bool:
    """Whether a dict is made of a table, row by row."""
    return any(one.kind == "DictComp" for one in load.ancestors())


def _is_within(load: Node, asking: Node) -> bool:
    """Whether a name is read for a look-up: in it, or in a comprehension that goes through what it is in."""
    around = (one for one in asking.ancestors() if one.kind in COMPREHENSIONS)
    return load.inside(asking) or any(load.inside(one) for one in around)
