"""Rows and pairs: the items of mappings, `zip`, `enumerate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.know.additions import of_any
from migrator.know.lookups import MAX_ROWS, key_of
from migrator.know.mappings import bases_of
from migrator.know.values import Entry, Value, an_open, constant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.values import Entries, Values
    from migrator.read.nodes import Node


MAX_PAIRS_INSIDE = 3
"""Pairs of pairs, as `enumerate(x.items())` makes them."""


def keys_in_order(know: Know, mapping: Value, node: Node) -> Iterator[Entry]:
    entries = know.entries(mapping)
    order = sorted({e.key for e in entries if e.key is not None}, key=lambda key: _first_index(entries, key))
    is_plain = mapping.data in ("display", "dict()", "comprehension") and not any(
        e.key is None for e in entries
    )
    is_plain = is_plain and len({e.holder for e in entries}) == 1 and not know.shrinks(mapping)
    for place, key in enumerate(order):
        yield Entry(
            place if is_plain else None,
            None,
            None,
            node,
            "built",
            known=frozenset((constant(key, node, ()),)),
        )
    for entry in entries:
        if entry.key is None:
            yield Entry(None, None, None, node, "built", known=key_of(know, entry, node))


def _first_index(entries: Entries, key: Any) -> tuple[int, str]:  # noqa: ANN401
    return min(e.node.index if e.node is not None else 0 for e in entries if e.key == key), repr(key)


def item_pairs(know: Know, sequence: Value) -> Iterator[Entry]:
    """`d.items()`: each key with its value."""
    for mapping in bases_of(know, sequence):
        if mapping.kind != "mapping":
            yield from _of_another(know, mapping, sequence, "items")
            continue
        for entry in know.entries(mapping):
            yield _pair_entry(know, sequence, entry)


def _of_another(know: Know, base: Value, sequence: Value, name: str) -> Iterator[Entry]:
    if base.kind != "constant":
        yield Entry(None, None, None, sequence.node, "built", known=an_open("library result", sequence.node))


def _pair_entry(know: Know, sequence: Value, entry: Entry) -> Entry:
    node = sequence.node
    if _depth(entry) >= MAX_PAIRS_INSIDE:
        return Entry(None, None, None, node, "built", known=an_open("computed", node))
    pair = Value("sequence", node, sequence.frame, "pair", entry)
    return Entry(None, None, None, entry.holder, "built", known=frozenset((pair,)))


def _depth(entry: Entry) -> int:
    """How many pairs are inside one another in what is known of an entry."""
    pairs = [v.more for v in entry.known if v.kind == "sequence" and v.data == "pair"]
    return 1 + max(map(_depth, pairs), default=0)


def entry_pair(know: Know, sequence: Value) -> Iterator[Entry]:
    entry: Entry = sequence.more
    yield Entry(0, None, None, entry.holder, "entry", known=key_of(know, entry, sequence.node))
    yield entry._replace(key=1, form="entry")


def entry_values(know: Know, sequence: Value) -> Iterator[Entry]:
    for mapping in bases_of(know, sequence):
        if mapping.kind != "mapping":
            yield from _of_another(know, mapping, sequence, "values")
            continue
        entries = know.entries(mapping)
        is_single = len(entries) == 1 and mapping.data in ("display", "dict()")
        for entry in entries:
            yield entry.under(0 if is_single else None)


def key_entries(know: Know, sequence: Value) -> Iterator[Entry]:
    for mapping in bases_of(know, sequence):
        if mapping.kind == "mapping":
            yield from keys_in_order(know, mapping, sequence.node)
        else:
            yield from _of_another(know, mapping, sequence, "keys")


def known_entries(know: Know, sequence: Value) -> Iterator[Entry]:
    for place, value in enumerate(sequence.more):
        known = value if isinstance(value, frozenset) else frozenset((value,))
        yield Entry(place, None, None, sequence.node, "built", known=known)


def zipped_rows(know: Know, sequence: Value) -> Iterator[Entry]:
    """`zip(a, b)`: rows by place where all are placed, else any with any."""
    count = _row_count(know, sequence)
    for place in range(count) if count is not None else (None,):
        row = Value("sequence", sequence.node, sequence.frame, "row", (place, sequence.more))
        yield Entry(place, None, None, sequence.node, "built", known=frozenset((row,)))


def _row_count(know: Know, sequence: Value) -> int | None:
    count = MAX_ROWS
    for _, values in _columns(know, sequence.more):
        if not values:
            return 0
        places = [_placed(know, value) for value in values]
        if any(place is None for place in places):
            return None
        count = min([count, *(max(p, default=-1) + 1 for p in places if p is not None)])
    return count


def _columns(know: Know, sites: Any) -> list[tuple[int, Values]]:  # noqa: ANN401
    entries = know.arguments(sites)
    found: dict[int, Values] = {}
    for entry in entries:
        if isinstance(entry.key, int):
            found[entry.key] = found.get(entry.key, frozenset()) | know.held(entry)
        elif entry.key is None:
            return [(0, an_open("computed", entry.holder))]
    return sorted(found.items())


def _placed(know: Know, value: Value) -> set[int] | None:
    inner = know.container(value) if value.kind == "instance" else value
    if inner is None or inner.kind != "sequence":
        return None
    keys = {entry.key for entry in know.elements(inner)}
    return None if None in keys or len(keys) > MAX_ROWS else keys


def zipped_row(know: Know, sequence: Value) -> Iterator[Entry]:
    """One row of a `zip`."""
    place, sites = sequence.more
    for column, values in _columns(know, sites):
        for value in values:
            for entry in of_any(know, value, sequence.node):
                if place is None or entry.key in (None, place):
                    yield entry.under(column)


def numbered_rows(know: Know, sequence: Value) -> Iterator[Entry]:
    """`enumerate(a)`."""
    start = know.argument(sequence.more, "start", 1)[0]
    first = next(iter(start)).constant if len(start) == 1 and next(iter(start)).kind == "constant" else None
    for base in bases_of(know, sequence):
        entries = list(of_any(know, base, sequence.node))
        for entry in entries:
            number = (
                entry.key + (first or 0)
                if isinstance(entry.key, int) and (first is not None or not start)
                else None
            )
            made = _pair_entry(know, sequence, entry.under(number))
            yield made.under(entry.key)
