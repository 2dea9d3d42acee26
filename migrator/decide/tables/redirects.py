"""Tables whose rows say which model is sent next: what they say of an old one is said of no new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.tables.id_containers import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.decide.records import Judged
    from migrator.decide.rewrites import Rewrites
    from migrator.decide.tables.id_containers import Entry
    from migrator.decide.tables.needs import Case
    from migrator.decide.tables.readings import Reading
    from migrator.decide.tables.rows import Rows
    from migrator.read.nodes import Node


class Redirect(NamedTuple):
    """A row for an old id that has another model sent, and where that one stands."""

    row: Entry
    other: Node


class Redirects:
    """Finds them, and the ids that a missing row would have answered by another model, or by none."""

    def __init__(self, linked: Linked, rewrites: Rewrites) -> None:
        self.linked = linked
        self.rewrites = rewrites

    def of(self, case: Case, writer: Rows) -> Redirect | None:
        """The first row of a table that has another model sent than the one that it is for."""
        for row in case.rows:
            as_is = Row(row.model, row.nodes)
            for text in _texts(row):
                if self._is_sent(text) and writer.keeps(text, as_is) and not self.rewrites.moving([text]):
                    return Redirect(row, text)
        return None

    def waiting(self, case: Case) -> list[Judged]:
        """The ids that move and for which a miss is something else than the id itself."""
        found = []
        for reading in case.readings:
            key = reading.key
            same = self._found_again(reading)
            for one in self.rewrites.reaching(key) if key is not None else ():
                if one not in found and one.node not in same:
                    found.append(one)
        return found

    def _is_sent(self, text: Node) -> bool:
        return any(receiver is not None for _, receiver in self.linked.ends(text).sites)

    def _found_again(self, reading: Reading) -> set[Node]:
        """What is taken where the look-up finds nothing: the literals of it."""
        other = _instead(reading)
        return set(self.linked.literals(other)) if other is not None else set()


def _texts(row: Entry) -> Iterator[Node]:
    """The texts that a row holds beside the names that it is kept by."""
    for node in row.nodes:
        for one in node.among("Constant"):
            if isinstance(one.value, str) and one.field != "keys":
                yield one


def _instead(reading: Reading) -> Node | None:
    """What is taken where nothing is found: the default that a look-up is given, or that stands behind it."""
    node, above = reading.node, reading.node.parent
    given = node.all("args") if node.kind == "Call" else []
    if reading.kind != "get" or len(given) > 1:
        return given[1] if reading.kind == "get" else None
    return above.all("values")[-1] if above is not None and above.kind == "BoolOp" else None
