"""Which new rows a table takes, and in what order: those after which every other name is found as before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.tables.id_containers import Row
from migrator.decide.tables.searches import Place, placed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from migrator.decide.tables.id_containers import Containers, Entry
    from migrator.decide.tables.needs import Case, Needs
    from migrator.decide.tables.placing import Placing
    from migrator.decide.tables.rows import Rows, Written
    from migrator.decide.tables.searches import Searches, Shift


class Lacking(NamedTuple):
    """A variant that a table lacks, its name there, and the rows that its own may be modelled on.

    `prefix` is what stands before the id, where it stands bare in these rows.
    """

    rows: list[Entry]
    variant: str
    name: str
    prefix: str = ""


class Layout(NamedTuple):
    """New rows in their order; `is_last`: behind all others, where they would stand among them."""

    lacking: tuple[Lacking, ...] = ()
    is_last: bool = False

    def rank(self, lacking: Lacking) -> int:
        """Which of the rows is one's."""
        return next((at for at, one in enumerate(self.lacking) if one.name == lacking.name), 0)


class Layouts:
    """Finds the layouts of one run."""

    def __init__(self, needs: Needs, placing: Placing, containers: Containers, searches: Searches) -> None:
        self.needs = needs
        self.placing = placing
        self.containers = containers
        self.searches = searches

    def of(
        self,
        case: Case,
        lacking: Sequence[Lacking],
        every: Callable[[], Sequence[Lacking]],
        writer: Rows,
        told: Collection[str],
    ) -> Layout | Shift:
        """The rows that a table lacks, or of `every` variant: after them old names find what they found.

        Where nothing helps, a name that would find another row. Of `told` a person knows that they have none.
        """
        found = None
        for layout in _possible(lacking, every) if lacking else ():
            shift = self.searches.shift(case, self._laid_out(case, layout, writer), told)
            if shift is None:
                return layout
            found = found or shift
        return found or Layout()

    def _laid_out(self, case: Case, layout: Layout, writer: Rows) -> list[Place]:
        entries = self.containers.entries(case.container)
        rows = [((one.entry.at, 0, 0), one) for one in placed(entries)]
        for rank, one in enumerate(layout.lacking):
            template = self.needs.template(one.rows, one.variant)
            beside, before = self.placing.position(case, template, one.variant, is_last=layout.is_last)
            says = self.new(one, writer).sources[-1]
            place = Place(one.name, says, template, self.needs.catalogue.target(one.variant))
            rows.append(((beside, -1 if before else 1, rank), place))
        return [one for _, one in sorted(rows, key=lambda row: row[0])]

    def new(self, one: Lacking, writer: Rows) -> Written:
        """A row as it would be written."""
        template = self.needs.template(one.rows, one.variant)
        return writer.written(Row(template.model, template.nodes), self.needs.catalogue.target(one.variant))


def _possible(lacking: Sequence[Lacking], every: Callable[[], Sequence[Lacking]]) -> Iterator[Layout]:
    """The layouts that may do, the plainest first."""
    yield Layout(tuple(lacking))
    for rows in (tuple(lacking), tuple(every())):
        for ordered in (rows, rows[::-1]):
            yield Layout(ordered)
            yield Layout(ordered, is_last=True)
