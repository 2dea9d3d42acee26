"""Whether a mapping may hold a key, may lack it, and may be empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.know.additions import removed_keys
from migrator.know.computing import FALSE, TRUE
from migrator.know.lookups import may_be_key
from migrator.know.loop_rows import comprehended
from migrator.know.mappings import bases_of, parsed, sides
from migrator.know.values import Entry, Value, constant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.values import Frame, Values
    from migrator.read.nodes import Node


NEITHER: frozenset[bool] = frozenset()


MANY = 40
"""From so many entries on they are looked up in a table."""


def found_entries(know: Know, mapping: Value, wanted: Values) -> Iterable[Entry]:
    """The entries that a look-up may find."""
    entries = know.entries(mapping)
    if len(entries) < MANY or any(v.kind != "constant" for v in wanted):
        return [e for e in entries if may_be_key(e.key, wanted)]
    table = know.table(entries)
    return (
        [e for key in dict.fromkeys((None, *(v.constant for v in wanted))) for e in table.get(key, ())]
        if wanted
        else []
    )


def holds_key(know: Know, mapping: Value, key: Any) -> frozenset[bool]:  # noqa: ANN401
    """Whether a mapping may hold a key, and whether it may lack it."""
    wanted = frozenset((constant(key, mapping.node, ()),))
    has = TRUE if any(True for _ in found_entries(know, mapping, wanted)) else NEITHER
    return has | (FALSE if know.lacks_name(mapping, key) else NEITHER)


def lacks_key(know: Know, mapping: Value, key: Any) -> frozenset[bool]:  # noqa: ANN401
    """Whether a mapping may lack a key."""
    is_removed = any(one is None or one == key for one in removed_keys(know, mapping))
    rule = _LACKS.get(mapping.data)
    return TRUE if is_removed or rule is None or rule(know, mapping, key) else NEITHER


def lacks(know: Know, value: Value, key: Any) -> bool:  # noqa: ANN401
    """Whether something that can be spread may lack a key."""
    inner = know.container(value) if value.kind == "instance" else value
    if inner is None or inner.kind != "mapping":
        return True
    return bool(know.solved(lacks_key, inner, key))


def _display_lacks(know: Know, mapping: Value, key: Any) -> bool:  # noqa: ANN401
    for child in mapping.node.children():
        if child.field == "keys":
            if child.kind == "Constant":
                if child.value == key:
                    return False
            elif not _differs(know, child, mapping.frame, key):
                return False
        elif child.field == "spread":
            values = know.value(child, mapping.frame)
            if values and not any(know.lacks_name(v, key) for v in values):
                return False
    return True


def _differs(know: Know, node: Node, frame: Frame | None, key: Any) -> bool:  # noqa: ANN401
    values = know.plain(know.value(node, frame))
    return not values or any(v.kind != "constant" or v.constant != key for v in values)


def _call_lacks(know: Know, mapping: Value, key: Any) -> bool:  # noqa: ANN401
    first = 1 if mapping.data == "defaults" else 0
    if isinstance(key, str) and not know.argument(mapping.more, key, -1)[1]:
        return False
    given = know.argument(mapping.more, "", first)[0]
    return not given or any(_pairs_lack(know, v, key) for v in given)


def _pairs_lack(know: Know, value: Value, key: Any) -> bool:  # noqa: ANN401
    if value.kind != "sequence":
        return know.lacks_name(value, key)
    if know.shrinks(value):
        return True
    for entry in know.elements(value):
        pairs = know.held(entry)
        found = [e for v in pairs for e in _paired_keys(know, v)]
        if entry.form in ("entry", "keyword", "item") and found and all(one == key for one in found):
            return False
    return True


def _paired_keys(know: Know, pair: Value) -> list[Any]:
    if pair.kind != "sequence":
        return [None]
    first = [e for e in know.elements(pair) if e.key in (0, None)]
    values = [v for e in first for v in know.plain(know.held(e))]
    return [v.constant if v.kind == "constant" else None for v in values]


def _comprehension_lacks(know: Know, mapping: Value, key: Any) -> bool:  # noqa: ANN401
    node = mapping.node
    name = node.child("key")
    assert name is not None
    tests = [test for generator in node.all("generators") for test in generator.all("ifs")]
    for frame in comprehended(know, node, mapping.frame):
        if frame is None or not frame.rows or any(False in know.outcomes(test, frame) for test in tests):
            continue
        if not _differs(know, name, frame, key) and _are_sure(know, node, mapping.frame, frame):
            return False
    return True


def _are_sure(know: Know, node: Node, outer: Frame | None, frame: Frame) -> bool:
    """Whether the rows that a frame stands at surely come: they stand in displays, or in other mappings."""
    for generator in node.all("generators"):
        row = frame.row(generator)
        source = generator.child("iter")
        values = know.value(source, outer)
        if row is None or len(values) != 1:
            return False
        [value] = values
        if (
            row.kind == "sequence"
            and row.data == "pair"
            and value.kind == "sequence"
            and value.data == "items"
        ):
            if any(know.lacks_name(base, row.more.key) for base in bases_of(know, value)):
                return False
        elif (value.kind == "sequence" and not _stands_in(know, value, row)) or (
            value.kind == "mapping" and (row.kind != "constant" or know.lacks_name(value, row.constant))
        ):
            return False
    return True


def _stands_in(know: Know, sequence: Value, row: Value) -> bool:
    if sequence.data not in ("list", "tuple", "set") or know.shrinks(sequence):
        return False
    return any(e.form == "entry" and know.held(e) == {row} for e in know.elements(sequence))


def _union_lacks(know: Know, mapping: Value, key: Any) -> bool:  # noqa: ANN401
    for side in sides(mapping.node):
        values = know.value(side, mapping.frame)
        if values and not any(know.lacks_name(v, key) for v in values):
            return False
    return True


def _copy_lacks(know: Know, mapping: Value, key: Any) -> bool:  # noqa: ANN401
    bases = bases_of(know, mapping)
    return not bases or any(_pairs_lack(know, v, key) for v in bases)


def _chain_lacks(know: Know, mapping: Value, key: Any) -> bool:  # noqa: ANN401
    for entry in know.arguments(mapping.more):
        values = know.held(entry)
        if values and isinstance(entry.key, int) and not any(know.lacks_name(v, key) for v in values):
            return False
    return True


def _keywords_lack(know: Know, mapping: Value, key: Any) -> bool:  # noqa: ANN401
    frame, function = mapping.frame, mapping.node.parent
    assert function is not None
    if frame is None or not frame.sites or not isinstance(key, str):
        return True
    own = {function.file.nodes[i].value for i in function.file.parameters.get(function.index, ())}
    return key in own or know.argument(frame.sites, key, -1)[1]


def _fields_lack(know: Know, mapping: Value, key: Any) -> bool:  # noqa: ANN401
    bases = frozenset((mapping.more,)) if mapping.data == "fields" else bases_of(know, mapping)
    for base in bases:
        if base.kind != "instance":
            if know.lacks_name(base, key):
                return True
        elif key not in know.record_fields(base.data):
            return True
    return mapping.data == "dump" and any(
        keyword.value is None or str(keyword.value).startswith("exclude")
        for site in mapping.more
        if site.call.kind == "Call"
        for keyword in site.call.all("keywords")
    )


def _text_lacks(know: Know, mapping: Value, key: Any) -> bool:  # noqa: ANN401
    return not any(e.key == key for e in parsed(know, mapping))


_LACKS: dict[Any, Callable[[Know, Value, Any], bool]] = {
    "display": _display_lacks,
    "dict()": _call_lacks,
    "defaults": _call_lacks,
    "comprehension": _comprehension_lacks,
    "union": _union_lacks,
    "copy": _copy_lacks,
    "chain": _chain_lacks,
    "keywords": _keywords_lack,
    "fields": _fields_lack,
    "dump": _fields_lack,
    "json": _text_lacks,
}


def filled_mapping(know: Know, mapping: Value) -> frozenset[bool]:
    """Whether a mapping counts as true."""
    if not all(_sources(know, mapping)):
        return NEITHER
    entries = know.entries(mapping)
    names = {e.key for e in entries if e.key is not None and e.form in ("entry", "keyword", "text", "field")}
    is_removed = any(True for _ in removed_keys(know, mapping))
    is_sure = any(not know.lacks_name(mapping, name) for name in sorted(names, key=repr)[:MANY])
    return (TRUE if entries else NEITHER) | (NEITHER if is_sure and not is_removed else FALSE)


def _sources(know: Know, mapping: Value) -> Iterator[Values]:
    """What a mapping is made of."""
    if mapping.data == "display":
        for spread in mapping.node.all("spread"):
            yield know.value(spread, mapping.frame)
    elif mapping.data in ("copy", "dump"):
        yield bases_of(know, mapping)
