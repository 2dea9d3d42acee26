"""What mappings and sequences hold: as they are made, and what is added to them later."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from migrator.know.calls import spread_mapping
from migrator.know.classes import field_entries
from migrator.know.values import NOTHING, Entry, Value, constant, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migrator.know.asking import Know
    from migrator.know.frames import Frame
    from migrator.know.values import Entries, Values, Why
    from migrator.read.nodes import Node

MAX_ROWS = 64
"""Elements that a loop is followed through one by one."""


def mapping_entries(know: Know, mapping: Value) -> Entries:
    """The entries of a mapping: from its making, and from every place that adds to it."""
    found = set(_MAPPINGS[mapping.data](know, mapping))
    if mapping.data not in ("fields", "json"):
        found |= set(_added(know, mapping))
    return frozenset(found)


def _keys(know: Know, node: Node, frame: Frame | None) -> list[Any]:
    keys: list[Any] = []
    for value in know.value(node, frame):
        keys.append(value.constant if value.kind == "constant" else None)
    return keys


def _displayed(know: Know, mapping: Value) -> Iterator[Entry]:
    keys = iter(mapping.node.all("keys"))
    found: list[Entry] = []
    for child in mapping.node.children():
        if child.field == "spread":
            for value in know.value(child, mapping.frame):
                found += spread_mapping(know, value, child)
        elif child.field == "values":
            key = next(keys)
            if key.kind == "Constant":
                found = [entry for entry in found if entry.key != key.value]
            for one in _keys(know, key, mapping.frame):
                found.append(Entry(one, child, mapping.frame, mapping.node, "entry", str(key.value)))
    yield from found


def _called(know: Know, mapping: Value) -> Iterator[Entry]:
    """`dict(…)` and what is like it: positional mappings, then keywords."""
    sites = mapping.more
    for entry in know.arguments(sites):
        if isinstance(entry.key, str) or (entry.key is None and entry.known):
            yield entry
        elif isinstance(entry.key, int):
            for value in know.given(entry):
                yield from _as_mapping(know, value, entry.node or mapping.node)


def _as_mapping(know: Know, value: Value, node: Node) -> Iterator[Entry]:
    """The entries of a mapping, or of pairs."""
    if value.kind == "sequence":
        for entry in know.elements(value):
            for pair in know.given(entry):
                yield from _paired(know, pair)
    else:
        yield from spread_mapping(know, value, node)


def _paired(know: Know, pair: Value) -> Iterator[Entry]:
    if pair.kind != "sequence":
        return
    if pair.data == "pair":
        yield pair.more
        return
    held = {e.key: e for e in know.elements(pair)}
    if 0 in held and 1 in held:
        for value in know.given(held[0]):
            key = value.constant if value.kind == "constant" else None
            yield held[1]._replace(key=key, form="built")


def _comprehended(know: Know, mapping: Value) -> Iterator[Entry]:
    node = mapping.node
    key, value = node.child("key"), node.child("value")
    assert key is not None
    assert value is not None
    for frame in rows(know, node, mapping.frame):
        for one in _keys(know, key, frame):
            yield _passed_on(know, value, frame, Entry(one, value, frame, node, "built"))


def _passed_on(know: Know, value: Node, frame: Frame | None, entry: Entry) -> Entry:
    """An entry that a comprehension takes over as it is keeps the place that it was written at."""
    origin = _origin(know, value, frame)
    if origin is None:
        return entry
    return entry._replace(holder=origin.holder, form=origin.form, spelled=origin.spelled)


def _origin(know: Know, value: Node, frame: Frame | None) -> Entry | None:
    if value.kind != "Name" or frame is None:
        return None
    for _, element in frame.rows:
        if element.kind == "sequence" and element.data == "pair":
            return element.more  # type: ignore[no-any-return]
    return None


def rows(know: Know, comprehension: Node, frame: Frame | None) -> list[Frame | None]:
    """The frames that a comprehension goes through, without those that its tests leave out."""
    frames: list[Frame | None] = [frame]
    for generator in comprehension.all("generators"):
        source = generator.child("iter")
        assert source is not None
        frames = [f for one in frames for f in _each_row(know, generator, source, one)]
        tests = generator.all("ifs")
        frames = [f for f in frames if all(True in know.outcomes(test, f) for test in tests)]
    return frames


def _each_row(know: Know, loop: Node, source: Node, frame: Frame | None) -> list[Frame | None]:
    values = know.value(source, frame)
    found = know.iterated(values, source)
    if found is None:
        return [frame] if values else []
    return [know.frames.at_row(frame, loop, element) for element in found]


def iterated(know: Know, values: Values, node: Node) -> list[Value] | None:
    """The elements that a loop goes through, if all are known."""
    found: dict[Value, None] = {}
    for value in values:
        if value.kind not in ("sequence", "mapping"):
            return None
        entries = know.elements(value) if value.kind == "sequence" else know.entries(value)
        for entry in entries:
            if value.kind == "mapping":
                if entry.key is None:
                    return None
                found[constant(entry.key, node, ())] = None
            else:
                found.update(dict.fromkeys(know.given(entry)))
    return sorted(found, key=_order) if len(found) <= MAX_ROWS else None


def _order(value: Value) -> tuple[str, int, str]:
    return value.node.file.path, value.node.index, repr(value.data) if value.kind == "constant" else ""


def _united(know: Know, mapping: Value) -> Iterator[Entry]:
    for field in ("left", "right"):
        side = mapping.node.child(field)
        assert side is not None
        for value in know.value(side, mapping.frame):
            yield from spread_mapping(know, value, side)


def _copied(know: Know, mapping: Value) -> Iterator[Entry]:
    for base in mapping.more:
        yield from spread_mapping(know, base, mapping.node)


def _rest(know: Know, mapping: Value) -> Iterator[Entry]:
    """A function's `**kwargs`: what its call gives by names that no parameter takes."""
    arg, frame = mapping.node, mapping.frame
    function = arg.parent
    assert function is not None
    assert frame is not None
    own = {function.file.nodes[i].value for i in function.file.parameters.get(function.index, ())}
    sites = frame.sites
    if not sites and not frame.given:
        yield Entry(None, None, None, arg, "built", known=frozenset((opened("caller outside", arg),)))
        for site in know.callers(function):
            yield from (e for e in know.arguments((site,)) if _is_extra(e, own))
    for entry in know.arguments(sites) if sites else ():
        if _is_extra(entry, own):
            yield entry


def _is_extra(entry: Entry, own: set[Any]) -> bool:
    if entry.key is None:
        return bool(entry.known)
    return isinstance(entry.key, str) and entry.key not in own


def _fields(know: Know, mapping: Value) -> Iterator[Entry]:
    yield from field_entries(know, mapping.more)
    yield from mapping.more.more if mapping.more.kind != "instance" else ()


def _parsed(know: Know, mapping: Value) -> Iterator[Entry]:
    """A JSON text that stands in the code."""
    text: Value = mapping.more[0]
    try:
        parsed = json.loads(text.constant)
    except (ValueError, RecursionError):
        return
    for key, value in parsed.items() if isinstance(parsed, dict) else ():
        known = frozenset((parsed_value(value, mapping.node, text),))
        yield Entry(key, None, None, text.node, "text", key, known)


def parsed_value(value: Any, node: Node, text: Value) -> Value:  # noqa: ANN401
    """What a piece of a JSON text is."""
    if isinstance(value, dict):
        inner = Value("constant", node, None, ("str", json.dumps(value)), text.more)
        return Value("mapping", node, None, "json", (inner,))
    if isinstance(value, list):
        return Value("sequence", node, None, "json", tuple(parsed_value(v, node, text) for v in value))
    return constant(value, node, text.more)


def _from_keys(know: Know, mapping: Value) -> Iterator[Entry]:
    keys, value = mapping.more
    for key in keys:
        name = key.constant if key.kind == "constant" else None
        yield Entry(name, None, None, mapping.node, "built", known=value)


_MAPPINGS: dict[Any, Callable[[Know, Value], Iterable[Entry]]] = {
    "display": _displayed,
    "dict()": _called,
    "comprehension": _comprehended,
    "union": _united,
    "copy": _copied,
    "keywords": _rest,
    "fields": _fields,
    "json": _parsed,
    "fromkeys": _from_keys,
}


# -- what is added later -----------------------------------------------------------------------------


def _added(know: Know, mapping: Value) -> Iterator[Entry]:
    """`d["k"] = v`, `d.setdefault`, `d.update`, `d |= e`, wherever the mapping is seen."""
    for node, frame in know.seen(mapping):
        parent = node.parent
        if parent is None or not know.reached(node, frame):
            continue
        if parent.kind == "SubscriptStore" and node.field == "value":
            yield from _item_set(know, parent, frame)
        elif parent.kind == "Attribute" and parent.field == "func" and parent.parent is not None:
            yield from _by_method(know, parent, parent.parent, frame)
        elif node.kind in ("NameStore", "AttributeStore") and parent.kind == "AugAssign":
            value = parent.child("value")
            assert value is not None
            for given in know.value(value, frame):
                yield from spread_mapping(know, given, value)


def _item_set(know: Know, target: Node, frame: Frame | None) -> Iterator[Entry]:
    key, statement = target.child("slice"), target.statement
    assert key is not None
    if target.parent is not None and target.parent.kind == "Delete":
        return
    for one in _keys(know, key, frame):
        spelled = str(key.value) if key.kind == "Constant" else ""
        value = statement.child("value") if target.parent is statement else None
        form = "item" if spelled and value is not None else "built"
        if value is None:
            yield Entry(one, None, frame, statement, "built", spelled, know.targeted(target, frame))
        else:
            yield Entry(one, value, frame, statement, form, spelled)  # type: ignore[arg-type]


def _by_method(know: Know, method: Node, call: Node, frame: Frame | None) -> Iterator[Entry]:
    arguments = call.all("args")
    if method.value in ("setdefault", "__setitem__") and len(arguments) > 1:
        spelled = str(arguments[0].value) if arguments[0].kind == "Constant" else ""
        for key in _keys(know, arguments[0], frame):
            yield Entry(key, arguments[1], frame, call, "setdefault" if spelled else "built", spelled)
    elif method.value == "update":
        for argument in arguments:
            for value in know.value(argument, frame):
                yield from _as_mapping(know, value, argument)
        for keyword in call.all("keywords"):
            if keyword.value:
                yield Entry(keyword.value, keyword.first, frame, call, "keyword", keyword.value)
            else:
                for value in know.value(keyword.first, frame):
                    yield from spread_mapping(know, value, keyword)


# -- sequences ---------------------------------------------------------------------------------------


def sequence_elements(know: Know, sequence: Value) -> Entries:
    """The elements of a sequence, later additions included."""
    found = set(_SEQUENCES[sequence.data](know, sequence))
    if sequence.data in ("list", "set", "comprehension", "copy"):
        found |= set(_appended(know, sequence))
    return frozenset(found)


def _elements(know: Know, sequence: Value) -> Iterator[Entry]:
    is_placed = sequence.node.kind != "Set"
    for place, node in enumerate(sequence.node.all("elts")):
        if node.kind == "Starred":
            is_placed = False
            for value in know.value(node.first, sequence.frame):
                yield from (e._replace(key=None) for e in _of_any(know, value, node))
        else:
            yield Entry(place if is_placed else None, node, sequence.frame, sequence.node, "entry")


def _of_any(know: Know, value: Value, node: Node) -> Iterable[Entry]:
    if value.kind == "sequence":
        return know.elements(value)
    if value.kind == "mapping":
        return [Entry(None, None, None, e.holder, "built", known=_key(e, node)) for e in know.entries(value)]
    why: Why = value.data if value.kind == "open" else "library result"
    return [Entry(None, None, None, node, "built", known=frozenset((opened(why, node),)))]


def _key(entry: Entry, node: Node) -> Values:
    if entry.key is None:
        return frozenset((opened("computed", node),))
    return frozenset((constant(entry.key, node, ()),))


def _comprehended_elements(know: Know, sequence: Value) -> Iterator[Entry]:
    element = sequence.node.child("elt")
    assert element is not None
    for frame in rows(know, sequence.node, sequence.frame):
        yield Entry(None, element, frame, sequence.node, "built")


def _yielded(know: Know, sequence: Value) -> Iterator[Entry]:
    function, frame = sequence.node, sequence.frame
    for index in function.file.returns.get(function.index, ()):
        node = function.file.nodes[index]
        if node.kind == "Yield" and not node.is_leaf and know.reached(node, frame):
            yield Entry(None, node.first, frame, node, "built")
    for node in function.below("YieldFrom"):
        if node.scope is function:
            for value in know.value(node.first, frame):
                yield from (e._replace(key=None) for e in _of_any(know, value, node))


def _arguments(know: Know, sequence: Value) -> Iterator[Entry]:
    """A function's `*args`."""
    arg, frame = sequence.node, sequence.frame
    function = arg.parent
    assert function is not None
    assert frame is not None
    positional = list(function.all("args"))
    first = len(positional) - (1 if positional and _is_method(function) else 0)
    for place, values in enumerate(frame.given[first:]):
        yield Entry(place, None, None, arg, "built", known=values)
    sites = [frame.sites] if frame.sites else [] if frame.given else [(s,) for s in know.callers(function)]
    for one in sites:
        for entry in know.arguments(one):
            if isinstance(entry.key, int) and entry.key >= first:
                yield entry._replace(key=entry.key - first)
            elif entry.key is None and not isinstance(entry.key, str) and entry.form == "built":
                yield entry
    if not frame.sites and not frame.given:
        yield Entry(None, None, None, arg, "built", known=frozenset((opened("caller outside", arg),)))


def _is_method(function: Node) -> bool:
    from_class = function.scope.kind == "ClassDef"
    return from_class and not any(d.value == "staticmethod" for d in function.decorators)


def _derived(know: Know, sequence: Value) -> Iterator[Entry]:
    """A copy, a slice, a sum: the elements of what it is made of, in no known place."""
    for base in sequence.more:
        for entry in _of_any(know, base, sequence.node):
            is_same = sequence.data == "copy" and len(sequence.more) == 1
            yield entry if is_same else entry._replace(key=None)


def _items(know: Know, sequence: Value) -> Iterator[Entry]:
    [mapping] = sequence.more
    for entry in know.entries(mapping):
        pair = Value("sequence", sequence.node, sequence.frame, "pair", entry)
        yield Entry(None, None, None, entry.holder, "built", known=frozenset((pair,)))


def _pair(know: Know, sequence: Value) -> Iterator[Entry]:
    entry: Entry = sequence.more
    yield Entry(0, None, None, entry.holder, "built", known=_key(entry, sequence.node))
    yield entry._replace(key=1)


def _values_of(know: Know, sequence: Value) -> Iterator[Entry]:
    [mapping] = sequence.more
    yield from (entry._replace(key=None) for entry in know.entries(mapping))


def _known(know: Know, sequence: Value) -> Iterator[Entry]:
    for place, value in enumerate(sequence.more):
        known = value if isinstance(value, frozenset) else frozenset((value,))
        yield Entry(place, None, None, sequence.node, "built", known=known)


def _zipped(know: Know, sequence: Value) -> Iterator[Entry]:
    """`zip(a, b)`: pairs by place where all are placed, else any with any."""
    columns = [_placed(know, values, sequence.node) for values in sequence.more]
    if all(column is not None for column in columns):
        for place in range(min((len(c) for c in columns if c is not None), default=0)):
            row = tuple(column[place] for column in columns if column is not None)
            pair = Value("sequence", sequence.node, sequence.frame, "known", row)
            yield Entry(place, None, None, sequence.node, "built", known=frozenset((pair,)))
        return
    row = tuple(_all_elements(know, values, sequence.node) for values in sequence.more)
    pair = Value("sequence", sequence.node, sequence.frame, "known", row)
    yield Entry(None, None, None, sequence.node, "built", known=frozenset((pair,)))


def _placed(know: Know, values: Values, node: Node) -> list[Values] | None:
    """The elements of the one sequence that an expression is, by place."""
    if len(values) != 1:
        return None
    [value] = values
    if value.kind == "mapping":
        return None
    if value.kind != "sequence":
        return None
    held: dict[int, Values] = {}
    for entry in know.elements(value):
        if not isinstance(entry.key, int) or entry.key in held:
            return None
        held[entry.key] = know.given(entry)
    return [held[place] for place in sorted(held)]


def _all_elements(know: Know, values: Values, node: Node) -> Values:
    return know.union((know.given(e) for v in values for e in _of_any(know, v, node)), node)


def _numbered(know: Know, sequence: Value) -> Iterator[Entry]:
    """`enumerate(a)`."""
    [base] = sequence.more
    for entry in _of_any(know, base, sequence.node):
        number = opened("computed", sequence.node)
        if isinstance(entry.key, int):
            number = constant(entry.key, sequence.node, ())
        row = (frozenset((number,)), know.given(entry))
        pair = Value("sequence", sequence.node, sequence.frame, "known", row)
        yield Entry(entry.key, None, None, sequence.node, "built", known=frozenset((pair,)))


def _rest_of_pattern(know: Know, sequence: Value) -> Iterator[Entry]:
    pattern = sequence.node.parent
    assert pattern is not None
    for value in know.targeted(pattern, sequence.frame):
        yield from (e._replace(key=None) for e in _of_any(know, value, sequence.node))


def _mapped(know: Know, sequence: Value) -> Iterator[Entry]:
    """`map(f, a)`: what a function gives for each element."""
    function, base = sequence.more
    node = sequence.node
    for entry in _of_any(know, base, node):
        given = know.given(entry)
        inner = know.frames.enter(function.node, (), function.data, function.frame, (given,))
        yield Entry(entry.key, None, None, node, "built", known=know.returned(function, inner))


_SEQUENCES: dict[Any, Callable[[Know, Value], Iterable[Entry]]] = {
    "list": _elements,
    "tuple": _elements,
    "set": _elements,
    "comprehension": _comprehended_elements,
    "generator": _yielded,
    "arguments": _arguments,
    "copy": _derived,
    "slice": _derived,
    "sum": _derived,
    "items": _items,
    "pair": _pair,
    "values": _values_of,
    "json": _known,
    "known": _known,
    "zip": _zipped,
    "enumerate": _numbered,
    "rest": _rest_of_pattern,
    "map": _mapped,
}


def _appended(know: Know, sequence: Value) -> Iterator[Entry]:
    for node, frame in know.seen(sequence):
        parent = node.parent
        if parent is None or not know.reached(node, frame):
            continue
        call = parent.parent
        if parent.kind == "Attribute" and parent.field == "func" and call is not None:
            arguments = call.all("args")
            if parent.value in ("append", "add", "insert", "appendleft") and arguments:
                yield Entry(None, arguments[-1], frame, call, "built")
            elif parent.value in ("extend", "update") and arguments:
                for value in know.value(arguments[0], frame):
                    yield from (e._replace(key=None) for e in _of_any(know, value, arguments[0]))
        elif node.kind in ("NameStore", "AttributeStore") and parent.kind == "AugAssign":
            added = parent.child("value")
            assert added is not None
            for value in know.value(added, frame):
                yield from (e._replace(key=None) for e in _of_any(know, value, added))
        elif parent.kind == "SubscriptStore" and node.field == "value":
            yield Entry(None, None, frame, parent.statement, "built", known=know.targeted(parent, frame))


_ = NOTHING
