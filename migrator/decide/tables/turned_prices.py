"""Prices that would stand in another order than the catalogue has them: one is the publisher's own."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from migrator.inventory import Finding
from migrator.read.ids import bare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.tables.needs import Case
    from migrator.decide.tables.row_numbers import RowNumbers


def turned_prices(case: Case, targets: Iterable[str], numbers: RowNumbers) -> Iterator[Finding]:
    """One finding for a table whose new rows say of a dear model that it costs less than a cheap one."""
    names = dict.fromkeys(map(bare, targets))
    found = (numbers.catalogue.model(name) for name in names if numbers.states_prices)
    pairs = ((one, numbers.billed(one)) for one in found if one is not None)
    for (dear, asked), (cheap, other) in permutations(pairs, 2):
        if (dear.usd_in or 0) > (cheap.usd_in or 0) and (asked.usd_in or 0) < (other.usd_in or 0):
            said = f"{case.name} would say that {dear.id} costs less than {cheap.id}"
            whose = f"its price is what the publisher bills, that of {cheap.id} is the catalogue's own"
            node = case.rows[0].nodes[0]
            message = f"{said}: {whose}; see which the program's accounts need"
            yield Finding(
                rule=case.rule, path=node.file.path, line=node.line, message=message, severity="note"
            )
            return
