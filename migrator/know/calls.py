"""What calls give: arguments for parameters, results of functions, objects of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.frames import Site
from migrator.know.library import library_result, method_result
from migrator.know.values import NOTHING, Entry, Value, opened
from migrator.read.project import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.asking import Know
    from migrator.know.frames import Frame
    from migrator.know.values import Entries, Values
    from migrator.read.nodes import Node

MAX_PARTIALS = 8
"""Partials of partials."""


def called(know: Know, callee: Value, sites: tuple[Site, ...], node: Node, frame: Frame | None) -> Values:
    """The result of calling a value with what some sites give."""
    match callee.kind:
        case "function":
            inner = know.frames.enter(callee.node, sites, callee.data, callee.frame)
            return know.returned(callee, inner)
        case "class":
            return constructed(know, callee, sites, node, frame)
        case "library":
            return library_result(know, callee, sites, node, frame)
        case "method":
            return method_result(know, callee, sites, node, frame)
        case "partial":
            return know.union(
                (know.called(v, (*s, *sites), node, frame) for v, s in unfolded(know, callee)), node
            )
        case "instance":
            methods = know.member(callee, "__call__", node, frame)
            parts = [know.called(m, sites, node, frame) for m in methods if m.kind == "function"]
            return know.union(parts, node) if parts else frozenset((opened("computed", node),))
        case "open":
            return frozenset((callee,))
    return NOTHING


def unfolded(know: Know, partial: Value) -> list[tuple[Value, tuple[Site, ...]]]:
    """What a `functools.partial(…)` calls in the end, and the calls that gave arguments on the way."""
    return list(dict.fromkeys(_unfolded(know, partial, ())))


def _unfolded(
    know: Know, partial: Value, around: tuple[Node, ...]
) -> Iterator[tuple[Value, tuple[Site, ...]]]:
    [site] = partial.more
    if site.call in around or len(around) > MAX_PARTIALS:
        return
    function = site.call.all("args")[site.skip]
    own = Site(site.call, site.frame, site.skip + 1)
    for value in know.value(function, site.frame):
        if value.kind == "partial":
            yield from ((v, (*s, own)) for v, s in _unfolded(know, value, (*around, site.call)))
        else:
            yield value, (own,)


def returned(know: Know, function: Node, frame: Frame) -> Values:
    """What a function returns in a frame; of a generator what iterates over what it yields."""
    if function.kind == "Lambda":
        return know.value(function.child("body"), frame)
    nodes = [function.file.nodes[i] for i in function.file.returns.get(function.index, ())]
    if any(node.kind == "Yield" for node in nodes) or _delegates(function):
        return frozenset((Value("sequence", function, frame, "generator"),))
    found = know.union(
        (know.value(node.first, frame) for node in nodes if not node.is_leaf and know.reached(node, frame)),
        function,
    )
    return found


def _delegates(function: Node) -> bool:
    return any(n.scope is function for n in function.below("YieldFrom"))


# -- objects -----------------------------------------------------------------------------------------


def constructed(know: Know, cls: Value, sites: tuple[Site, ...], node: Node, frame: Frame | None) -> Values:
    """An object of a class, made where it is called; a member of an enumeration; a typed dict."""
    bases = [b for b in know.mro(cls.node) if isinstance(b, str)]
    last = {base.rpartition(".")[2] for base in bases}
    if any(name.endswith(("Enum", "Choices")) for name in last):
        return know.argument(sites, "value", 0)[0]
    if "TypedDict" in last:
        return frozenset((Value("mapping", node, frame, "dict()", sites),))
    return frozenset((Value("instance", node, frame, cls.node, sites),))


# -- arguments ---------------------------------------------------------------------------------------


def argument(know: Know, sites: tuple[Site, ...], name: str, place: int) -> tuple[Values, bool]:
    """What calls give for a parameter, and whether they may leave it out."""
    parts: list[Values] = []
    sure = False
    for entry in know.arguments(sites):
        if entry.key == name or (isinstance(entry.key, int) and entry.key == place):
            parts.append(know.given(entry))
            sure = sure or entry.form == "keyword" or (entry.form == "argument" and entry.key == place)
        elif entry.key is None:
            parts.append(know.given(entry))
    return know.union(parts, sites[0].call if sites else _nowhere(know)), not sure


def _nowhere(know: Know) -> Node:
    return next(iter(know.project.files.values())).node(0)


def arguments(know: Know, sites: tuple[Site, ...]) -> Entries:
    """All that some calls give, a later call's keywords in place of an earlier one's."""
    found: dict[object, list[Entry]] = {}
    place = 0
    for site in sites:
        own: dict[object, list[Entry]] = {}
        for entry in _positional(know, site, place):
            own.setdefault(entry.key, []).append(entry)
        place += sum(isinstance(key, int) for key in own)
        for entry in _keywords(know, site):
            own.setdefault(entry.key, []).append(entry)
        for key, entries in own.items():
            if key is not None and any(entry.form == "keyword" for entry in entries):
                found[key] = entries
            else:
                found.setdefault(key, []).extend(entries)
    return frozenset(entry for entries in found.values() for entry in entries)


def _positional(know: Know, site: Site, place: int) -> Iterator[Entry]:
    given = site.call.all("args")[site.skip :]
    for at, node in enumerate(given):
        if node.kind != "Starred":
            yield Entry(place + at, node, site.frame, site.call, "argument", str(at + site.skip))
            continue
        for value in know.value(node.first, site.frame):
            yield from _spread(know, value, place + at, node)
        for later in given[at + 1 :]:
            yield Entry(None, later, site.frame, site.call, "built")
        return


def _spread(know: Know, value: Value, place: int, node: Node) -> Iterator[Entry]:
    if value.kind == "sequence":
        for entry in know.elements(value):
            key = entry.key + place if isinstance(entry.key, int) else None
            yield entry._replace(key=key)
    elif value.kind == "open":
        yield Entry(None, None, None, node, "built", known=frozenset((value,)))


def _keywords(know: Know, site: Site) -> Iterator[Entry]:
    for keyword in site.call.all("keywords"):
        value = keyword.first
        if keyword.value:
            yield Entry(str(keyword.value), value, site.frame, site.call, "keyword", str(keyword.value))
            continue
        for mapping in know.value(value, site.frame):
            yield from spread_mapping(know, mapping, keyword)


def spread_mapping(know: Know, mapping: Value, node: Node) -> Iterator[Entry]:
    """The entries that `**mapping` hands on."""
    if mapping.kind == "mapping":
        for entry in know.entries(mapping):
            yield entry._replace(form="entry") if entry.form == "keyword" else entry
    elif mapping.kind == "instance":
        for entry in know.entries(Value("mapping", mapping.node, mapping.frame, "fields", mapping)):
            yield entry
    elif mapping.kind == "open":
        yield Entry(None, None, None, node, "built", known=frozenset((mapping,)))
    elif mapping.kind == "library":
        yield Entry(None, None, None, node, "built", known=frozenset((opened("library result", node),)))


def is_command(function: Node) -> bool:
    """Whether decorators declare a function's parameters as options of a command line."""
    return any(last_name(d.first) in ("option", "argument") for d in function.decorators if d.kind == "Call")
