"""Look-ups of the edited program by what edits wrote: which find nothing, and which may."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from migrator.check.completing import Parameters, fix_of, registered
from migrator.check.faults import Fault
from migrator.check.missed_lookups import Lookups
from migrator.check.spelling import plain
from migrator.check.written_names import Nearby
from migrator.decide.meanings import Names
from migrator.know.solver import UnsolvedError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from migrator.check.edited_places import Places
    from migrator.check.faults import Program
    from migrator.check.library_tables import LibraryTables
    from migrator.check.missed_lookups import Miss
    from migrator.check.side import Side
    from migrator.inventory.edit_records import Edit
    from migrator.read.nodes import Node

Spot = tuple[str, int]
"""A path and a line."""
Spots = tuple[str, Spot, Spot]
"""A key, where it is looked up, and where what lacks it is made."""


class Told(NamedTuple):
    """What planning found out.

    Attributes:
        unproven: tests whose arms state figures in no unit that is known: nothing lets new ids in there.
        in_data: the ids in data files that the program is known to read; adds_rows: whether such are edited.
    """

    unproven: frozenset[Spot] = frozenset()
    in_data: frozenset[str] = frozenset()
    adds_rows: bool = False


def missed(
    new: Side,
    edits: Sequence[Edit],
    program: Program,
    places: Places,
    told_by: Told,
    unedited: Callable[[], Side],
) -> Iterator[Fault]:
    """Look-ups by a new id or a parameter's old name that find nothing because of the edits."""
    given = Parameters(edits, program.rulebook)
    taken, other = given.gone, given.renamed
    targets = tuple(map(plain, program.variants))

    def matters(key: object) -> bool:
        return isinstance(key, str) and (key in taken or any(target in plain(key) for target in targets))

    @cache
    def missed_anyway() -> frozenset[Spots]:
        return _missed_before(unedited(), taken, library)

    library, names = program.library_tables, Names(program.rulebook.names)
    nearby = Nearby(new, tuple(program.variants), names.model)
    with suppress(UnsolvedError, RecursionError):
        for miss in Lookups(
            new.know, new.activations, matters, places.before, library, other, nearby
        ).missed():
            is_as_before = not miss.is_renamed and places.before(miss.key) in (None, miss.key.constant)
            if is_as_before and miss.key.constant in taken and _spots(miss, places.line) in missed_anyway():
                continue
            groups = taken.get(miss.key.constant) or places.behind(miss.key)
            lacking, where, path = miss.lacking.node.where, miss.node.where, miss.node.file.path
            if miss.is_read and (told_by.adds_rows or places.before(miss.key) in told_by.in_data):
                continue
            if miss.falls_back and not _is_unproven(miss.lacking.node, places, told_by):
                continue
            key, renamed = miss.key, other.get(str(miss.key.constant), "")
            finds = "may find" if miss.is_read else "would find"
            inside = (
                str(miss.lacking.data) if miss.lacking.kind == "library" else f"what is made at {lacking}"
            )
            detail = f"{where} {finds} no {key.constant!r} in {inside}"
            is_renamed = bool(renamed) and key.node.kind == "Constant"
            fix = fix_of(key.node, renamed, places) if is_renamed else None
            before = places.before(key) if fix is None and groups else None
            if before is not None and before != key.text:
                fix = registered(new.know, before, str(key.text), places)
            line = places.line(path, miss.node.line)
            yield Fault(groups, where, path, line, detail, fix=fix, rule="GPT55-T001")


def _missed_before(side: Side, names: Collection[str], library: LibraryTables) -> frozenset[Spots]:
    """The look-ups by some names that seem to find nothing in a program."""
    asked = Lookups(side.know, side.activations, names.__contains__, lambda value: value.text, library)
    found: set[Spots] = set()
    with suppress(UnsolvedError, RecursionError):
        found.update(_spots(miss, lambda _, line: line) for miss in asked.missed())
    side.know.forget()
    return frozenset(found)


def _spots(miss: Miss, line: Callable[[str, int], int]) -> Spots:
    """Where the key of a look-up that finds nothing stands, and where what lacks it is made."""
    nodes = miss.node, miss.lacking.node
    asked, lacking = ((node.file.path, line(node.file.path, node.line)) for node in nodes)
    return str(miss.key.constant), asked, lacking


def quiet(new: Side, program: Program, places: Places) -> Iterator[Fault]:
    """Look-ups of a new id in files that are not known, which give something else where it is not there."""
    targets = tuple(program.variants)

    def matters(key: object) -> bool:
        return isinstance(key, str) and any(target in key for target in targets)

    lookups = Lookups(new.know, new.activations, matters, places.before, program.library_tables)
    with suppress(UnsolvedError, RecursionError):
        for miss in lookups.quiet():
            key, node, path = miss.key, miss.node, miss.node.file.path
            detail = f"{node.where} looks {key.constant} up in what is read at {miss.lacking.node.where}: "
            detail += "see that it is there, else it is taken for another model or for none"
            line = places.line(path, node.line)
            yield Fault(frozenset(), node.where, path, line, detail, rule="GPT55-T001")


def _is_unproven(table: Node, places: Places, told_by: Told) -> bool:
    """Whether a table lacks a row that nobody could write: of others planning has said what a miss does."""
    path = table.file.path
    first, last = (places.line(path, line) for line in (table.line, table.span[2]))
    return any(one == path and first <= line <= last for one, line in told_by.unproven)
