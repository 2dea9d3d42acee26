"""What is done to a mapping or sequence after it was made, wherever it is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.know import loop_rows
from migrator.know.calls import spread_mapping
from migrator.know.lookups import each
from migrator.know.questions import Mutation
from migrator.know.values import Entry, Value, an_open, constant
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.values import Frame
    from migrator.read.nodes import Node


_LEAVES_AS_IT_IS = frozenset(
    {"tuple", "arguments", "generator", "items", "values", "keys", "pair", "zip", "row", "record"}
)
_SHIFTING = frozenset(
    {
        "insert",
        "pop",
        "remove",
        "sort",
        "reverse",
        "clear",
        "popleft",
        "appendleft",
        "rotate",
        "discard",
        "del",
    }
    | {"extendleft", "shuffle", "heapify", "heappop", "heappush", "[:]"}
)
_REMOVING = frozenset({"pop", "popitem", "clear", "del", "remove", "popleft", "discard", "[:]"})
_REMOVING_KEYS = frozenset({"pop", "popitem", "clear", "del"})
_BY_FUNCTION = {"shuffle": 0, "heapify": 0, "heappop": 0, "heappush": 0, "setitem": 0}


def can_grow(value: Value) -> bool:
    """Whether a container can be changed after it was made."""
    if value.kind == "mapping":
        return value.data not in ("fields", "names", "members", "command line")
    return value.kind == "sequence" and value.data not in _LEAVES_AS_IT_IS


def changes(know: Know, value: Value) -> frozenset[Mutation]:
    """Everything that is done to a container."""
    found: set[Mutation] = set()
    for node, frame in know.seen(value):
        for change in (
            *_change(node, frame),
            *_change_by_name(know, node, frame),
            *_change_by_text(know, node),
        ):
            found.update(change._replace(frame=run) for run in loop_rows.runs(know, node, frame))
    return frozenset(found)


def _change(node: Node, frame: Frame | None) -> Iterator[Mutation]:
    parent = node.parent
    if parent is None:
        return
    if parent.kind == "SubscriptStore" and node.field == "value":
        if parent.parent is not None and parent.parent.kind == "Delete":
            yield Mutation("del", parent, frame)
        else:
            key = parent.child("slice")
            yield Mutation("[:]" if key is not None and key.kind == "Slice" else "[]", parent, frame)
    elif parent.kind == "Attribute" and parent.field == "func" and parent.parent is not None:
        yield Mutation(str(parent.value), parent.parent, frame)
    elif parent.kind == "Call" and node.field == "args" and last_name(parent.first) in _BY_FUNCTION:
        if parent.all("args").index(node) == _BY_FUNCTION[last_name(parent.first)]:
            yield Mutation(last_name(parent.first), parent, frame)
    elif node.kind in ("NameStore", "AttributeStore", "SubscriptStore") and parent.kind == "AugAssign":
        yield Mutation("+=", parent, frame)


_CHANGING = frozenset(
    {*_SHIFTING, *_REMOVING, "append", "extend", "add", "update", "setdefault", "__setitem__", "__ior__"}
)
_TYPES = frozenset({"dict", "list", "set", "OrderedDict", "deque", "MutableMapping"})
_UNKNOWN = "?"
"""A change of which nothing is known but that it happens."""


def _change_by_name(know: Know, node: Node, frame: Frame | None) -> Iterator[Mutation]:
    """`put = d.update`, `dict.update(d, …)`, `getattr(d, name)(…)`: it is changed, nobody says how."""
    parent = node.parent
    if parent is None:
        return
    if parent.kind == "Attribute":
        if parent.field != "func" and parent.value in _CHANGING:
            yield Mutation(_UNKNOWN, parent, frame)
    elif parent.kind == "Call" and node.field == "args" and parent.all("args")[0] is node:
        func, arguments = parent.first, parent.all("args")
        if func.kind == "Attribute" and func.first.kind == "Name" and func.first.value in _TYPES:
            names = {func.value}
        elif func.kind == "Name" and func.value == "getattr" and len(arguments) > 1:
            names = {v.text for v in know.value(arguments[1], frame)}
        else:
            return
        if names & _CHANGING:
            yield Mutation(_UNKNOWN, parent, frame)


def _change_by_text(know: Know, node: Node) -> Iterator[Mutation]:
    """`exec(text)` where a name is known, `exec(text, d)`: what the text sets is not followed."""
    handed = node.parent if node.parent is not None and node.parent.kind == "Dict" else node
    call = handed.parent
    if call is not None and handed.field == "args" and _is_exec(call) and call.all("args")[0] is not node:
        yield Mutation(_UNKNOWN, call, None)
    if node.kind != "Name" or "exec" not in node.file.calls:
        return
    scopes = {binding.scope for binding in know.all_bindings(node)}
    for run in (node.file.nodes[i] for i in node.file.calls["exec"]):
        is_near = bool(scopes & {run.scope, node.file.nodes[0]})
        if is_near and _is_exec(run) and _may_name(know, run, str(node.value)):
            yield Mutation(_UNKNOWN, run, None)


def _is_exec(call: Node) -> bool:
    return call.kind == "Call" and call.first.kind == "Name" and call.first.value == "exec"


def _may_name(know: Know, call: Node, name: str) -> bool:
    """Whether a text that is run may name something: it sees the names around it or those it is given."""
    text, *given = call.all("args") or [call]
    if given and not any(last_name(one.first) == "globals" for one in given if one.kind == "Call"):
        return False
    values = know.value(text, know.frames.of(call))
    return not values or any(v.text is None or name in v.text for v in values)


def shrinks(know: Know, value: Value) -> bool:
    """Whether something may be taken out of a container."""
    return can_grow(value) and any(c.name in {*_REMOVING, _UNKNOWN} for c in know.changes(value))


def shifts(know: Know, value: Value) -> bool:
    """Whether elements of a sequence may not stay in their places."""
    return can_grow(value) and any(c.name in {*_SHIFTING, _UNKNOWN} for c in know.changes(value))


def removed_keys(know: Know, mapping: Value) -> Iterator[Any]:
    """The keys that may be taken out of a mapping; none for any."""
    for change in know.changes(mapping) if can_grow(mapping) else ():
        if change.name == _UNKNOWN:
            yield None
        if change.name not in _REMOVING_KEYS:
            continue
        key = (
            change.node.child("slice") if change.name == "del" else next(iter(change.node.all("args")), None)
        )
        if change.name in ("clear", "popitem") or key is None:
            yield None
            continue
        for value in know.plain(know.value(key, change.frame)):
            yield value.constant if value.kind == "constant" else None


# -- mappings --------------------------------------------------------------------------------------


def added_entries(know: Know, mapping: Value) -> Iterator[Entry]:
    """`d["k"] = v`, `d.setdefault`, `d.update`, `d |= e`."""
    for change in know.changes(mapping):
        if change.name == _UNKNOWN:
            yield unknown_entry(mapping.node)
        elif change.name == "[]":
            yield from _item_set(know, change.node, change.frame)
        elif change.name in ("setdefault", "__setitem__"):
            yield from _set_by_method(know, change.node, change.frame)
        elif change.name in ("update", "__ior__", "__init__"):
            yield from updated(know, change.node, change.frame)
        elif change.name == "setitem":
            yield from _set_by_function(know, change.node, change.frame)
        elif change.name == "+=":
            value = change.node.child("value")
            assert value is not None
            for given in know.value(value, change.frame):
                yield from as_mapping(know, given, value)


def _item_set(know: Know, target: Node, frame: Frame | None) -> Iterator[Entry]:
    key, statement = target.child("slice"), target.statement
    assert key is not None
    spelled = str(key.value) if key.kind == "Constant" else ""
    value = statement.child("value") if target.parent is statement and statement.kind != "AugAssign" else None
    yield from by_any_key(know, key, frame)
    for one in keys(know, key, frame):
        if value is None:
            yield Entry(one, None, frame, statement, "built", spelled, know.targeted(target, frame))
        elif spelled:
            yield Entry(one, value, frame, statement, "item", spelled)
        else:
            yield know.passed_on(value, frame, Entry(one, value, frame, statement, "built"))


def keys(know: Know, node: Node, frame: Frame | None) -> list[Any]:
    """What a key may be; none for any."""
    values = know.plain(know.value(node, frame))
    return [value.constant if value.kind == "constant" else None for value in values]


def by_any_key(know: Know, key: Node, frame: Frame | None) -> Iterator[Entry]:
    """What is added by a key that is too much to find: whoever gives the value, it is not said for what."""
    if any(value.is_cut for value in know.value(key, frame)):
        yield Entry(None, None, None, key, "built", known=an_open("too many", key))


def _set_by_method(know: Know, call: Node, frame: Frame | None) -> Iterator[Entry]:
    arguments = call.all("args")
    if not arguments or arguments[0].kind == "Starred":
        yield unknown_entry(call)
        return
    spelled = str(arguments[0].value) if arguments[0].kind == "Constant" else ""
    form = "setdefault" if spelled else "built"
    yield from by_any_key(know, arguments[0], frame)
    for key in keys(know, arguments[0], frame):
        if len(arguments) > 1:
            yield Entry(key, arguments[1], frame, call, form, spelled)  # type: ignore[arg-type]
        else:
            default = call.keyword("default")
            none = frozenset((constant(None, call, ()),)) if default is None else frozenset()
            yield Entry(key, default, frame, call, form, spelled, none)  # type: ignore[arg-type]


def _set_by_function(know: Know, call: Node, frame: Frame | None) -> Iterator[Entry]:
    """`operator.setitem(d, key, value)`."""
    arguments = call.all("args")
    if len(arguments) != 3:
        return
    yield from by_any_key(know, arguments[1], frame)
    for key in keys(know, arguments[1], frame):
        yield Entry(key, arguments[2], frame, call, "built")


def updated(know: Know, call: Node, frame: Frame | None) -> Iterator[Entry]:
    """What `d.update(…)` adds."""
    for argument in call.all("args"):
        for value in know.value(argument, frame):
            yield from as_mapping(know, value, argument)
    yield from given_by_keywords(know, call, frame)


def given_by_keywords(know: Know, call: Node, frame: Frame | None) -> Iterator[Entry]:
    """What a call's keywords give, with those that it spreads."""
    for keyword in call.all("keywords"):
        if keyword.value:
            yield Entry(str(keyword.value), keyword.first, frame, call, "keyword", str(keyword.value))
        else:
            for value in know.value(keyword.first, frame):
                yield from spread_mapping(know, value, keyword)


def as_mapping(know: Know, value: Value, node: Node) -> Iterator[Entry]:
    """The entries of a mapping, or of pairs."""
    inner = know.container(value) if value.kind == "instance" else value
    if inner is not None and inner.kind == "sequence":
        for entry in know.elements(inner):
            for pair in know.held(entry):
                yield from _paired(know, pair, node)
    else:
        yield from spread_mapping(know, inner or value, node)


def _paired(know: Know, pair: Value, node: Node) -> Iterator[Entry]:
    if pair.kind != "sequence":
        if pair.kind not in ("constant", "mapping"):
            yield unknown_entry(node)
        return
    if pair.data == "pair":
        yield pair.more
        return
    held: dict[Any, list[Entry]] = {}
    for entry in know.elements(pair):
        held.setdefault(entry.key, []).append(entry)
    firsts = [*held.get(0, ()), *held.get(None, ())]
    for second in (*held.get(1, ()), *held.get(None, ())):
        for first in firsts:
            for value in know.plain(know.held(first)):
                key = value.constant if value.kind == "constant" else None
                yield second._replace(key=key, form="built")


def unknown_entry(node: Node) -> Entry:
    """An entry of which nothing is known."""
    return Entry(None, None, None, node, "built", known=an_open("computed", node))


# -- sequences -------------------------------------------------------------------------------------


def added_elements(know: Know, sequence: Value) -> Iterator[Entry]:
    """`l.append(v)`, `l.extend(m)`, `l += m`, `l[i] = v`."""
    for change in know.changes(sequence):
        node, frame = change.node, change.frame
        arguments = node.all("args") if node.kind == "Call" else []
        if change.name == _UNKNOWN:
            yield unknown_entry(sequence.node)
        elif change.name in ("append", "add", "insert", "appendleft", "heappush") and arguments:
            yield Entry(None, arguments[-1], frame, node, "built")
        elif change.name in ("extend", "update", "extendleft", "__iadd__", "__ior__", "__init__"):
            for argument in arguments:
                yield from _of_all(know, know.value(argument, frame), argument)
        elif change.name in {"+=", "[:]"}:
            added = node.statement.child("value")
            assert added is not None
            yield from _of_all(know, know.value(added, frame), added)
        elif change.name == "[]":
            yield Entry(None, None, frame, node.statement, "built", known=know.targeted(node, frame))


def _of_all(know: Know, values: Iterable[Value], node: Node) -> Iterator[Entry]:
    for value in values:
        yield from (entry.under(None) for entry in of_any(know, value, node))


def of_any(know: Know, value: Value, node: Node) -> Iterable[Entry]:
    """The elements of anything that can be gone through."""
    inner = know.container(value) if value.kind == "instance" else value
    if inner is not None and inner.kind == "sequence":
        return know.elements(inner)
    known = each(know, inner or value, node)
    return [Entry(None, None, None, node, "built", known=known)] if known else []
