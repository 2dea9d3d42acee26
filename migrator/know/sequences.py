"""What sequences hold: as they are made, and what is added to them later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.know import bindings
from migrator.know.additions import added_elements, can_grow, of_any, shifts, shrinks
from migrator.know.computing import FALSE, TRUE
from migrator.know.lookups import MAX_ROWS
from migrator.know.loop_rows import comprehended, runs
from migrator.know.mappings import bases_of
from migrator.know.paired_sequences import (
    entry_pair,
    entry_values,
    item_pairs,
    key_entries,
    keys_in_order,
    known_entries,
    numbered_rows,
    zipped_row,
    zipped_rows,
)
from migrator.know.parameters import collected, positional_count
from migrator.know.values import Entry, Value, an_open, constant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.values import Entries, Values
    from migrator.read.nodes import Node


def sequence_elements(know: Know, sequence: Value) -> Entries:
    """The elements of a sequence, later additions included."""
    found = set(_SEQUENCES[sequence.data](know, sequence))
    if can_grow(sequence):
        if shifts(know, sequence):
            found |= {entry.under(None) for entry in found}
        found |= set(added_elements(know, sequence))
        if unknown := know.unfollowed(sequence):
            found.add(Entry(None, None, None, sequence.node, "built", known=unknown))
    return frozenset(found)


def filled_sequence(know: Know, sequence: Value) -> frozenset[bool]:
    """Whether a sequence counts as true."""
    if sequence.data in ("generator", "map", "zip", "items"):
        return TRUE
    found = know.elements(sequence)
    is_sure = any(e.form == "entry" and e.key is not None for e in found) and sequence.data in (
        "list",
        "tuple",
        "set",
        "copy",
        "pair",
        "known",
    )
    if sequence.data == "copy":
        is_sure = not any(
            False in know.filled(b) for b in bases_of(know, sequence) if b.kind in ("sequence", "mapping")
        )
    has = TRUE if found else frozenset[bool]()
    return has | (frozenset[bool]() if is_sure and not shrinks(know, sequence) else FALSE)


# -- displays, functions ---------------------------------------------------------------------------


def _displayed(know: Know, sequence: Value) -> Iterator[Entry]:
    is_placed = sequence.node.kind != "Set"
    for place, node in enumerate(sequence.node.all("elts")):
        if node.kind == "Starred":
            for value in know.value(node.first, sequence.frame):
                for entry in of_any(know, value, node):
                    key = entry.key + place if is_placed and isinstance(entry.key, int) else None
                    yield entry.under(key)
            is_placed = False
        else:
            yield Entry(place if is_placed else None, node, sequence.frame, sequence.node, "entry")


def _comprehended(know: Know, sequence: Value) -> Iterator[Entry]:
    node = sequence.node
    element = node.child("elt")
    assert element is not None
    place_of = _places(know, sequence)
    for frame in comprehended(know, node, sequence.frame):
        yield Entry(place_of(frame), element, frame, node, "built")


def _places(know: Know, sequence: Value) -> Callable[[Any], int | None]:
    """The place of each zipped_row, where a comprehension takes over the places of what it goes through."""
    generators = sequence.node.all("generators")
    source = generators[0].child("iter")
    values = know.value(source, sequence.frame)
    table: dict[Value, int | None] = {}
    if len(generators) == 1 and not generators[0].all("ifs") and len(values) == 1:
        [value] = values
        inner = know.container(value) if value.kind == "instance" else value
        for entry in know.elements(inner) if inner is not None and inner.kind == "sequence" else ():
            for one in know.held(entry):
                table[one] = entry.key if one not in table and isinstance(entry.key, int) else None
    return lambda frame: table.get(frame.row(generators[0])) if frame is not None else None


def _yielded(know: Know, sequence: Value) -> Iterator[Entry]:
    function, frame = sequence.node, sequence.frame
    for index in function.file.returns.get(function.index, ()):
        node = function.file.nodes[index]
        if node.kind != "Yield":
            continue
        for run in runs(know, node, frame):
            if node.is_leaf:
                yield Entry(None, None, None, node, "built", known=frozenset((constant(None, node, ()),)))
            else:
                yield Entry(None, node.first, run, node, "built")
    for node in function.below("YieldFrom"):
        if node.scope is function:
            for value in know.value(node.first, frame):
                yield from (e.under(None) for e in of_any(know, value, node))


def _arguments(know: Know, sequence: Value) -> Iterator[Entry]:
    """A function's `*args`."""
    arg, frame = sequence.node, sequence.frame
    function = arg.parent
    assert function is not None
    assert frame is not None
    first = positional_count(function)
    several, unknown = collected(know, arg, function, frame)
    yield from unknown
    for sites in several:
        for entry in know.arguments(sites):
            if isinstance(entry.key, int) and entry.key >= first:
                yield entry.under(entry.key - first)
            elif entry.key is None and (entry.node is not None or entry.holder.kind == "Starred"):
                yield entry


def _rest_of_pattern(know: Know, sequence: Value) -> Iterator[Entry]:
    """`*rest` of a pattern."""
    pattern = sequence.node.parent
    assert pattern is not None
    place = pattern.all("elts").index(sequence.node)
    for value in know.targeted(pattern, sequence.frame):
        for entry in of_any(know, value, sequence.node):
            if not isinstance(entry.key, int):
                yield entry.under(None)
            elif entry.key >= place:
                yield entry.under(entry.key - place)


# -- made of others --------------------------------------------------------------------------------


def _copied(know: Know, sequence: Value) -> Iterator[Entry]:
    """`list(a)`, `a.copy()`: the same elements in the same places."""
    for base in bases_of(know, sequence):
        if base.kind == "mapping":
            entries = know.entries(base)
            if len(entries) <= MAX_ROWS:
                yield from keys_in_order(know, base, sequence.node)
                continue
        yield from of_any(know, base, sequence.node)


def _unordered(know: Know, sequence: Value) -> Iterator[Entry]:
    """`sorted(a)`, `set(a)`: the same elements in any place."""
    return (entry.under(None) for entry in _copied(know, sequence))


def _summed(know: Know, sequence: Value) -> Iterator[Entry]:
    """`a + b`, `a | b`, `a * n`; what `a += b` makes of a tuple."""
    sides = _sides(know, sequence)
    is_placed = sequence.data == "sum" and sequence.node.value != "Mult"
    for number, values in enumerate(sides[:1] if sequence.data == "left" else sides):
        for value in values:
            if value.kind in ("constant", "function", "class"):
                continue
            for entry in of_any(know, value, sequence.node):
                yield (entry if number == 0 and len(values) == 1 and is_placed else entry.under(None))


def _sides(know: Know, sequence: Value) -> list[Values]:
    node, frame = sequence.node, sequence.frame
    if node.kind == "AugAssign":
        target = node.child("target")
        assert target is not None
        return [bindings.before_augmented(know, target, frame), know.value(node.child("value"), frame)]
    return [know.value(node.child(field), frame) for field in ("left", "right")]


def _chained(know: Know, sequence: Value) -> Iterator[Entry]:
    """`itertools.chain(a, b)`, `a.union(b)`."""
    bases = list(bases_of(know, sequence))
    given = [v for e in know.arguments(sequence.more) for v in know.held(e)]
    for base in {*bases, *given}:
        yield from (e.under(None) for e in of_any(know, base, sequence.node))


def _sliced(know: Know, sequence: Value) -> Iterator[Entry]:
    """`a[i:j]`: what stands between, from its first place on."""
    node, frame = sequence.node, sequence.frame
    key = node.child("slice")
    assert key is not None
    first, last = (_bound(key, field) for field in ("lower", "upper"))
    is_plain = first is not None and last is not None and first >= 0 and key.child("step") is None
    for value in know.value(node.child("value"), frame):
        if value.kind != "sequence":
            continue
        for entry in know.elements(value):
            if not is_plain or not isinstance(entry.key, int):
                yield entry.under(None)
            elif (
                first is not None
                and last is not None
                and first <= entry.key
                and (last < 0 or entry.key < last)
            ):
                yield entry.under(entry.key - first)


_END = 10**9


def _bound(key: Node, field: str) -> int | None:
    """A bound of a slice that stands in the code."""
    node = key.child(field)
    if node is None:
        return 0 if field == "lower" else _END
    if node.kind == "Constant" and isinstance(node.value, int):
        return int(node.value)
    if node.kind == "UnaryOp" and field == "upper":
        return -1
    return None


def _own(know: Know, sequence: Value) -> Iterator[Entry]:
    """What an object holds that is a sequence, too."""
    base: Value = sequence.more
    if not base.more:
        yield Entry(None, None, None, sequence.node, "built", known=an_open("computed", sequence.node))
        return
    for entry in know.arguments(base.more):
        if entry.key == 0:
            for value in know.held(entry):
                yield from of_any(know, value, sequence.node)


def _record(know: Know, sequence: Value) -> Iterator[Entry]:
    """A named tuple: its fields in their places."""
    base: Value = sequence.more
    for place, name in enumerate(know.record_fields(base.data)):
        for entry in know.field(base, name):
            yield entry.under(place)


_SEQUENCES: dict[Any, Callable[[Know, Value], Iterable[Entry]]] = {
    "list": _displayed,
    "tuple": _displayed,
    "set": _displayed,
    "comprehension": _comprehended,
    "generator": _yielded,
    "arguments": _arguments,
    "copy": _copied,
    "unordered": _unordered,
    "slice": _sliced,
    "sum": _summed,
    "left": _summed,
    "chain": _chained,
    "items": item_pairs,
    "pair": entry_pair,
    "values": entry_values,
    "keys": key_entries,
    "known": known_entries,
    "zip": zipped_rows,
    "row": zipped_row,
    "enumerate": numbered_rows,
    "rest": _rest_of_pattern,
    "own": _own,
    "record": _record,
}
