"""What mappings hold: as they are made, and what is added to them later; what they may lack."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from migrator.know import lookups
from migrator.know.additions import added_entries, as_mapping, by_any_key, can_grow, keys, unknown_entry
from migrator.know.calls import spread_mapping
from migrator.know.command_lines import is_closed
from migrator.know.loop_rows import comprehended
from migrator.know.parameters import collected
from migrator.know.values import NOTHING, Entry, Value, an_open, constant
from migrator.read.project import local_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.values import Entries, Frame, Site, Values
    from migrator.read.nodes import Node


def mapping_entries(know: Know, mapping: Value) -> Entries:
    """The entries of a mapping: from its making, and from every place that adds to it."""
    found = set(_MAPPINGS[mapping.data](know, mapping))
    if can_grow(mapping):
        found |= set(added_entries(know, mapping))
        if unknown := know.unfollowed(mapping):
            found.add(Entry(None, None, None, mapping.node, "built", known=unknown))
    return frozenset(found)


def bases_of(know: Know, value: Value) -> Values:
    """What a copy is made of: the object that its method is called on, or the first argument."""
    sites: tuple[Site, ...] = value.more
    if not sites:
        return NOTHING
    site = sites[-1]
    if site.given is None and site.call.kind == "Call":
        arguments = site.call.all("args")
        callee = arguments[site.skip - 1] if 0 < site.skip <= len(arguments) else site.call.first
        methods = [v for v in know.value(callee, site.frame) if v.kind == "method"]
        if methods:
            return frozenset(v.more for v in methods)
    return know.argument(sites, "", 0)[0]


def _displayed(know: Know, mapping: Value) -> Iterator[Entry]:
    """`{**a, "k": v}`: an entry takes the place of those before with its key."""
    found: list[Entry] = []
    seen: set[object] = set()
    for child in mapping.node.children():
        if child.field == "spread":
            for value in know.value(child, mapping.frame):
                found += spread_mapping(know, value, child)
            seen.update(entry.key for entry in found)
        elif (key := child.key) is not None:
            if key.kind == "Constant" and key.value in seen:
                found = [entry for entry in found if entry.key != key.value]
            found += by_any_key(know, key, mapping.frame)
            for one in keys(know, key, mapping.frame):
                seen.add(one)
                entry = Entry(one, child, mapping.frame, mapping.node, "entry", str(key.value))
                found.append(entry if key.kind == "Constant" else know.passed_on(child, mapping.frame, entry))
    yield from found


def _called(know: Know, mapping: Value) -> Iterator[Entry]:
    """`dict(…)` and what is like it: positional mappings, then keywords."""
    skipped = 0 if mapping.data == "defaults" else -1
    entries = know.arguments(mapping.more)
    named = {e.key for e in entries if isinstance(e.key, str) and e.form == "keyword"}
    for entry in entries:
        if isinstance(entry.key, str) or entry.key is None:
            yield entry
        elif entry.key > skipped:
            for value in know.held(entry):
                for one in as_mapping(know, value, entry.node or mapping.node):
                    if one.key not in named:
                        yield one


def _own(know: Know, mapping: Value) -> Iterator[Entry]:
    """What an object holds that is a mapping, too: what it is made with, or by its own constructor."""
    base: Value = mapping.more
    if not any(owner.kind == "ClassDef" for owner, _ in know.resolved(base.data, "__init__")):
        yield from _called(know, Value("mapping", mapping.node, mapping.frame, "dict()", base.more))
    if not base.more:
        yield unknown_entry(mapping.node)


def _comprehended(know: Know, mapping: Value) -> Iterator[Entry]:
    node = mapping.node
    key, value = node.child("key"), node.child("value")
    assert key is not None
    assert value is not None
    for frame in comprehended(know, node, mapping.frame):
        yield from by_any_key(know, key, frame)
        for one in keys(know, key, frame):
            yield passed_on(know, value, frame, Entry(one, value, frame, node, "built"))


def passed_on(know: Know, value: Node, frame: Frame | None, entry: Entry) -> Entry:
    """An entry that a loop takes over as it is keeps the place that it was written at."""
    if value.kind != "Name" or frame is None:
        return entry
    for _, element in frame.rows:
        if (
            element.kind == "sequence"
            and element.data == "pair"
            and know.value(value, frame) == know.held(element.more)
        ):
            origin = element.more
            return entry._replace(holder=origin.holder, form=origin.form, spelled=origin.spelled)
    return entry


def _united(know: Know, mapping: Value) -> Iterator[Entry]:
    """`a | b`, and what `a |= b` makes of something that is no mapping."""
    for side in sides(mapping.node):
        for value in know.plain(know.value(side, mapping.frame)):
            if value.kind != "constant":
                yield from spread_mapping(know, value, side)


def sides(node: Node) -> list[Node]:
    found = [node.child(field) for field in ("left", "right", "value")]
    return [side for side in found if side is not None]


def _copied(know: Know, mapping: Value) -> Iterator[Entry]:
    for base in bases_of(know, mapping):
        yield from as_mapping(know, base, mapping.node)


def _chained(know: Know, mapping: Value) -> Iterator[Entry]:
    """`ChainMap(a, b)`: the entries of all."""
    for entry in know.arguments(mapping.more):
        for value in know.held(entry):
            yield from spread_mapping(know, value, mapping.node)


def _rest(know: Know, mapping: Value) -> Iterator[Entry]:
    """A function's `**kwargs`: what its call gives by names that no parameter takes."""
    arg, frame = mapping.node, mapping.frame
    function = arg.parent
    assert function is not None
    assert frame is not None
    own = {function.file.nodes[i].value for i in function.file.parameters.get(function.index, ())}
    several, unknown = collected(know, arg, function, frame)
    yield from unknown
    for sites in several:
        for entry in know.arguments(sites):
            if (isinstance(entry.key, str) and entry.key not in own) or (
                entry.key is None and entry.known and not _is_positional(entry)
            ):
                yield entry


def _is_positional(entry: Entry) -> bool:
    return entry.holder.kind == "Starred"


def _fields(know: Know, mapping: Value) -> Iterable[Entry]:
    return know.fields(mapping.more)


def _dumped(know: Know, mapping: Value) -> Iterator[Entry]:
    """`asdict(x)`, `x.model_dump()`: the fields of an object, of objects in it, too."""
    for base in bases_of(know, mapping):
        if base.kind == "instance":
            for entry in know.fields(base):
                yield _dumped_deeply(know, entry)
        else:
            yield from spread_mapping(know, base, mapping.node)


def _dumped_deeply(know: Know, entry: Entry) -> Entry:
    given = know.held(entry)
    if not any(v.kind == "instance" for v in given):
        return entry
    known = frozenset(
        Value("mapping", v.node, v.frame, "fields", v) if v.kind == "instance" and not know.is_plain(v) else v
        for v in given
    )
    return entry._replace(node=None, known=known)


def parsed(know: Know, mapping: Value) -> Iterator[Entry]:
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
        inner = Value("constant", node, None, ("str", json.dumps(value, default=str)), text.more)
        return Value("mapping", node, None, "json", (inner,))
    if isinstance(value, list):
        return Value("sequence", node, None, "known", tuple(parsed_value(v, node, text) for v in value))
    return constant(value, node, text.more)


def _from_keys(know: Know, mapping: Value) -> Iterator[Entry]:
    names, known = know.argument(mapping.more, "", 0)[0], know.argument(mapping.more, "", 1)[0]
    none = frozenset((constant(None, mapping.node, ()),))
    for value in names:
        for key in lookups.each(know, value, mapping.node):
            name = key.constant if key.kind == "constant" else None
            yield Entry(name, None, None, mapping.node, "built", known=known or none)


def _named(know: Know, mapping: Value) -> Iterator[Entry]:
    """`globals()`, `locals()`: the names of a scope."""
    for name, binding in know.in_scope(mapping.node):
        for frame in [mapping.frame] if binding.scope is mapping.node else know.frames_of(binding):
            yield Entry(name, binding, frame, binding.statement, "built", local_name(binding))


def _members(know: Know, mapping: Value) -> Iterator[Entry]:
    """`Choice.__members__`: the members by their names."""
    for member in know.members_of(mapping.more, mapping.node):
        name = str(member.node.value) if member.kind == "instance" else None
        known = frozenset((member,))
        yield Entry(name, None, None, member.node, "built", name or "", known)


def _command_line(know: Know, mapping: Value) -> Iterator[Entry]:
    """`vars(parser.parse_args())`: a parser of Python's own fills no more than is added to it."""
    given = an_open("environment", mapping.node)
    for name, known in know.command_line(mapping.more):
        yield Entry(name, None, None, mapping.node, "built", name, known | given)
    if not is_closed(mapping.more):
        yield Entry(None, None, None, mapping.node, "built", known=given)


_MAPPINGS: dict[Any, Callable[[Know, Value], Iterable[Entry]]] = {
    "display": _displayed,
    "dict()": _called,
    "defaults": _called,
    "own": _own,
    "comprehension": _comprehended,
    "union": _united,
    "copy": _copied,
    "chain": _chained,
    "keywords": _rest,
    "fields": _fields,
    "dump": _dumped,
    "json": parsed,
    "fromkeys": _from_keys,
    "names": _named,
    "members": _members,
    "command line": _command_line,
}


# -- what is found, what may lack ------------------------------------------------------------------
