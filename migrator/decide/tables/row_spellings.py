"""How a new row spells its id: as it is looked up there, bare or behind what calls want before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.tables.needs import CHOICE, Case
from migrator.read.ids import bare
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.decide.rewrites import Rewrites
    from migrator.decide.tables.id_containers import Entry
    from migrator.decide.tables.readings import Reading
    from migrator.decide.tables.searches import Searches

_CUTTING = ("split", "rsplit", "partition", "rpartition", "removeprefix", "replace", "sub")


class RowSpellings:
    """Tells by which names the rows of one run are looked up."""

    def __init__(self, planner: Planner, rewrites: Rewrites, searches: Searches) -> None:
        self.planner = planner
        self.rewrites = rewrites
        self.searches = searches
        self.catalogue = planner.engine.catalogue

    def prefixes(self, case: Case, rows: list[Entry], variant: str) -> list[str]:
        """What stands before a new id beside some rows, in each of the rows that it needs."""
        models, target = {row.model for row in rows if not row.prefix}, self.catalogue.target(variant)
        around = self._wanted((one for one in case.ones if one.occurrence.model in models), target)
        if case.rule == CHOICE or case.container.shape == "records":
            return [max(around, default="")]
        if not models:
            return [""]
        around = set() if any(reading.order for reading in case.readings) else around
        found = {one for r in case.readings if r.miss for one in self._asked(r, rows, variant, around)}
        return sorted(found, key=len) or [""]

    def _asked(self, reading: Reading, rows: list[Entry], variant: str, around: set[str]) -> Iterator[str]:
        """What stands before an id where it is looked up; both where a name that is not known is."""
        target = self.catalogue.target(variant)
        coming = self.rewrites.reaching(reading.key)
        wanted = self._wanted((one for one in coming if self.planner.variants.get(one.id) == variant), target)
        wanted |= {text.removesuffix(target) for text in self._said(reading) if bare(text) == target}
        calls = reading.key.among("Call") if reading.key is not None else ()
        is_whole = reading.key is not None and not any(last_name(one.first) in _CUTTING for one in calls)
        if not coming and not wanted:
            wanted = {"", *around} if is_whole else {""}
        for prefix in wanted:
            yield "" if self.searches.fits(reading, rows[0], target, prefix + target) else prefix

    def _said(self, reading: Reading) -> Iterator[str]:
        """The texts that are looked up as they stand."""
        values = self.planner.engine.linked.values.of(reading.key) if reading.key is not None else ()
        return (str(value.node.value) for value in values if value.kind == "text")

    def _wanted(self, ones: Iterable[Judged], target: str) -> set[str]:
        return {self.planner.namings.prefix(one, target) for one in ones}

    def missed(self, case: Case) -> Iterator[tuple[Judged, str]]:
        """The rewrites that come to a look-up behind a prefix, by which it finds no row, with their names."""
        namings = self.planner.namings
        for reading in (r for r in case.readings if r.miss):
            for one in self.rewrites.reaching(reading.key):
                if one.id in self.planner.variants and not namings.is_bare(one):
                    name, target = namings.written(one), self.catalogue.target(self.planner.variants[one.id])
                    if not self.searches.fits(reading, case.rows[0], target, name):
                        yield one, name
