"""What calls give: arguments for parameters, results of functions, objects of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.know import constructing, lookups, match_cases
from migrator.know.lookups import by_method
from migrator.know.parameters import has_receiver
from migrator.know.values import NOTHING, Entry, Site, Value, an_open, constant, given_site, opened
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.values import Entries, Frame, Values
    from migrator.read.nodes import Node

MAX_NESTED = 6
"""Partials of partials."""


def called(know: Know, callee: Value, sites: tuple[Site, ...], node: Node, frame: Frame | None) -> Values:
    """The result of calling a value with what some sites give."""
    match callee.kind:
        case "function":
            parts = [know.returned(callee, inner) for inner in entered(know, callee, sites, node, frame)]
            return know.union(parts, node)
        case "class":
            return constructing.constructed(know, callee, sites, node, frame)
        case "library":
            written = know.written(callee)
            if written is not None:
                return know.called(written, sites, node, frame)
            return know.library_result(callee, sites, node, frame)
        case "method":
            return know.method_result(callee, sites, node, frame)
        case "partial":
            inner = unfolded(know, callee)
            return know.union((know.called(v, (*s, *sites), node, frame) for v, s in inner), node)
        case "instance":
            return _called_object(know, callee, sites, node, frame)
        case "open":
            return know.union((frozenset((callee,)), default_of(know, sites)), node)
    return NOTHING


_WITH_DEFAULT = ("get", "pop", "setdefault")


def default_of(know: Know, sites: tuple[Site, ...]) -> Values:
    """What `x.get(key, default)` gives, whatever `x` is, where it has no such key."""
    site = sites[-1] if sites else None
    if site is None or site.given is not None or site.skip or site.call.kind != "Call":
        return NOTHING
    arguments = site.call.all("args")
    if last_name(site.call.first) in _WITH_DEFAULT and len(arguments) == 2:
        return know.value(arguments[1], site.frame)
    return NOTHING


def _called_object(
    know: Know, callee: Value, sites: tuple[Site, ...], node: Node, frame: Frame | None
) -> Values:
    if not know.resolved(callee.data, "__call__"):
        is_derived = any(isinstance(base, str) for base in know.mro(callee.data))
        return an_open("library result", node) if is_derived else NOTHING
    methods = know.member(callee, "__call__", node, frame)
    return know.union((know.called(m, sites, node, frame) for m in methods), node)


def entered(
    know: Know, callee: Value, sites: tuple[Site, ...], node: Node, frame: Frame | None
) -> Iterator[Frame]:
    """The frames of a function that a call of it opens: a method's is told what it is called on."""
    function, receiver = callee.node, callee.data
    if receiver is None and has_receiver(function):
        rest = without_first(sites)
        for one in know.argument(sites, "", 0)[0]:
            yield know.frames.enter(function, rest, one, callee.frame)
    elif receiver is not None and not has_receiver(function):
        first = given_site(node, frame, frozenset((receiver,)))
        yield know.frames.enter(function, (first, *sites), None, callee.frame)
    else:
        yield know.frames.enter(function, sites, receiver, callee.frame)


def without_first(sites: tuple[Site, ...]) -> tuple[Site, ...]:
    """What some calls give without their first positional argument."""
    for place, site in enumerate(sites):
        if site.given is not None:
            if not any(key == 0 for key, _ in site.given):
                continue
            shifted = tuple((k - 1 if isinstance(k, int) else k, v) for k, v in site.given if k != 0)
            changed = site._replace(given=shifted)
        elif len(site.call.all("args")) <= site.skip:
            continue
        else:
            changed = site._replace(skip=site.skip + 1)
        return (*sites[:place], changed, *sites[place + 1 :])
    return sites


def unfolded(know: Know, partial: Value, depth: int = 0) -> list[tuple[Value, tuple[Site, ...]]]:
    """What a `functools.partial(…)` calls in the end, and the calls that gave arguments on the way."""
    [site] = partial.more
    arguments = site.call.all("args")
    if len(arguments) <= site.skip or arguments[site.skip].kind == "Starred" or depth > MAX_NESTED:
        return []
    own = Site(site.call, site.frame, site.skip + 1)
    found: list[tuple[Value, tuple[Site, ...]]] = []
    for value in know.value(arguments[site.skip], site.frame):
        if value.kind == "partial" and value != partial:
            found += [(v, (*s, own)) for v, s in unfolded(know, value, depth + 1)]
        elif value.kind == "function" and partial.data is not None and value.data is None:
            found.append((value._replace(data=partial.data), (own,)))
        elif value.kind != "partial":
            found.append((value, (own,)))
    return found


# -- results ---------------------------------------------------------------------------------------


def returned(know: Know, function: Node, frame: Frame) -> Values:
    """What a function returns in a frame; of a generator what iterates over what it yields."""
    if function.kind == "Lambda":
        return know.value(function.child("body"), frame)
    if is_generator(function):
        return frozenset((Value("sequence", function, frame, "generator"),))
    return given_back(know, function, frame)


def is_generator(function: Node) -> bool:
    """Whether a call of a function gives what iterates."""
    nodes = (function.file.nodes[i] for i in function.file.returns.get(function.index, ()))
    return any(node.kind == "Yield" for node in nodes) or _delegates(function)


def given_back(know: Know, function: Node, frame: Frame) -> Values:
    """What a function's own `return`s give: of a generator to what waits for its end."""
    parts = []
    nodes = (function.file.nodes[i] for i in function.file.returns.get(function.index, ()))
    for node in nodes:
        if node.kind == "Return" and know.reached(node, frame):
            parts.append(
                frozenset((constant(None, node, ()),)) if node.is_leaf else know.value(node.first, frame)
            )
    if not _is_abstract(function) and falls_through(know, function.all("body"), frame):
        parts.append(frozenset((constant(None, function, ()),)))
    return know.union(parts, function)


def _is_abstract(function: Node) -> bool:
    return any(last_name(d).startswith("abstract") for d in function.decorators)


def _delegates(function: Node) -> bool:
    return any(n.scope is function for n in function.below("YieldFrom"))


def falls_through(know: Know, statements: list[Node], frame: Frame | None) -> bool:
    """Whether a block may come to its end."""
    return all(_passes(know, statement, frame) for statement in statements)


def _passes(know: Know, statement: Node, frame: Frame | None) -> bool:
    match statement.kind:
        case "Return" | "Raise" | "Continue" | "Break":
            return False
        case "If":
            test = statement.child("test")
            assert test is not None
            found = know.outcomes(test, frame)
            body = True in found and falls_through(know, statement.all("body"), frame)
            return body or (False in found and falls_through(know, statement.all("orelse"), frame))
        case "With" | "AsyncWith":
            return falls_through(know, statement.all("body"), frame) or _may_swallow(know, statement, frame)
        case "Try" | "TryStar":
            return _passes_try(know, statement, frame)
        case "While":
            return not _is_endless(statement)
        case "Match":
            return _passes_match(know, statement, frame)
    return True


def _may_swallow(know: Know, statement: Node, frame: Frame | None) -> bool:
    """Whether a `with` may end an exception: one that is not the program's may, by its name."""
    for item in statement.all("items"):
        source = item.child("context_expr")
        name = last_name(source.first) if source is not None and source.kind == "Call" else ""
        if name in ("suppress", "raises") or "__exit__" in know.project.functions_by_name:
            return True
    return False


def _passes_try(know: Know, statement: Node, frame: Frame | None) -> bool:
    final = statement.all("finalbody")
    if final and not falls_through(know, final, frame):
        return False
    if falls_through(know, [*statement.all("body"), *statement.all("orelse")], frame):
        return True
    return any(falls_through(know, handler.all("body"), frame) for handler in statement.all("handlers"))


def _is_endless(loop: Node) -> bool:
    test = loop.child("test")
    if test is None or test.kind != "Constant" or not test.value:
        return False
    return not any(b.scope is loop.scope for b in loop.below("Break"))


def _passes_match(know: Know, statement: Node, frame: Frame | None) -> bool:
    cases = statement.all("cases")
    if any(match_cases.matches(know, c, frame) and falls_through(know, c.all("body"), frame) for c in cases):
        return True
    last = cases[-1].child("pattern")
    is_whole = last is not None and last.kind == "MatchAs" and last.child("pattern") is None
    if is_whole and cases[-1].child("guard") is None:
        return False
    return not any(match_cases.surely_matches(know, c, frame) for c in cases)


# -- arguments -------------------------------------------------------------------------------------


def argument(know: Know, sites: tuple[Site, ...], name: str, place: int) -> tuple[Values, bool]:
    """What calls give for a parameter, and whether they may leave it out."""
    parts: list[Values] = []
    for entry in know.arguments(sites):
        is_placed = isinstance(entry.key, int) and entry.key == place
        if is_placed or entry.key is None or (name and entry.key == name):
            parts.append(know.held(entry))
    if any(site.is_loose for site in sites):
        parts.append(an_open("library result", sites[-1].call))
    node = sites[0].call if sites else know.nowhere
    return know.union(parts, node), _may_lack(know, sites, name, place)


def _may_lack(know: Know, sites: tuple[Site, ...], name: str, place: int) -> bool:
    for site in sites:
        if site.given is not None:
            count = sum(isinstance(key, int) for key, _ in site.given)
            if any(key == (name if isinstance(key, str) else place) for key, _ in site.given):
                return False
        else:
            given = site.call.all("args")[site.skip :]
            starred = next((i for i, node in enumerate(given) if node.kind == "Starred"), None)
            count = len(given) if starred is None else starred
            if 0 <= place < count or _is_named(know, site, name):
                return False
            if starred is not None and _is_in_star(know, site, given[starred], place - starred):
                return False
            if starred is not None:
                place = -1
        place -= count
    return True


def _is_named(know: Know, site: Site, name: str) -> bool:
    """Whether a call surely gives an argument by its name."""
    for keyword in site.call.all("keywords") if name and site.call.kind == "Call" else ():
        if keyword.value == name:
            return True
        if keyword.value is None:
            found = know.value(keyword.first, site.frame)
            if found and not any(know.lacks_name(v, name) for v in found):
                return True
    return False


def _is_in_star(know: Know, site: Site, starred: Node, place: int) -> bool:
    found = know.value(starred.first, site.frame)
    return bool(found) and place >= 0 and all(_has_place(know, v, place) for v in found)


def _has_place(know: Know, value: Value, place: int) -> bool:
    if value.kind != "sequence" or know.shrinks(value):
        return False
    keys = {e.key for e in know.elements(value)}
    return place in keys and None not in keys and value.data in ("list", "tuple", "known", "arguments")


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
    if site.given is not None:
        for key, known in site.given:
            if isinstance(key, int):
                yield Entry(place + key, None, None, site.call, "argument", str(key), known)
        return
    given = site.call.all("args")[site.skip :] if site.call.kind == "Call" else []
    for at, node in enumerate(given):
        if node.kind != "Starred":
            yield Entry(place + at, node, site.frame, site.call, "argument", str(at + site.skip))
            continue
        for value in know.value(node.first, site.frame):
            yield from _spread(know, value, place + at, node)
        for later in given[at + 1 :]:
            if later.kind != "Starred":
                yield Entry(None, later, site.frame, site.call, "built")
                continue
            for value in know.value(later.first, site.frame):
                yield from (entry.under(None) for entry in _spread(know, value, 0, later))
        return


def _spread(know: Know, value: Value, place: int, node: Node) -> Iterator[Entry]:
    """What `*value` gives."""
    inner = know.container(value) if value.kind == "instance" else value
    if inner is not None and inner.kind == "sequence":
        for entry in know.elements(inner):
            key = entry.key + place if isinstance(entry.key, int) else None
            yield entry.under(key)
    else:
        known = lookups.each(know, inner or value, node)
        if known:
            yield Entry(None, None, None, node, "built", known=known)


def _keywords(know: Know, site: Site) -> Iterator[Entry]:
    if site.given is not None:
        for key, known in site.given:
            if isinstance(key, str):
                yield Entry(key, None, None, site.call, "keyword", key, known)
        return
    for keyword in site.call.all("keywords") if site.call.kind == "Call" else ():
        value = keyword.first
        if keyword.value:
            yield Entry(str(keyword.value), value, site.frame, site.call, "keyword", str(keyword.value))
            continue
        for mapping in know.value(value, site.frame):
            for entry in spread_mapping(know, mapping, keyword):
                yield entry._replace(form="entry") if entry.form == "keyword" else entry


def spread_mapping(know: Know, mapping: Value, node: Node) -> Iterator[Entry]:
    """The entries that `**mapping` hands on."""
    if mapping.kind == "mapping":
        yield from know.entries(mapping)
    elif mapping.kind == "instance":
        inner = know.container(mapping)
        if inner is None and know.resolved(mapping.data, "__getitem__"):
            yield from _by_protocol(know, mapping, node)
        else:
            yield from know.entries(inner) if inner is not None else know.fields(mapping)
    elif mapping.kind == "library" and mapping.data == "os.environ":
        yield Entry(None, None, None, node, "built", known=an_open("environment", node))
    elif mapping.kind in ("open", "library"):
        why: Any = mapping.data if mapping.kind == "open" else "library result"
        known = frozenset((mapping,)) if mapping.kind == "open" else frozenset((opened(why, node),))
        yield Entry(None, None, None, node, "built", known=known)


def _by_protocol(know: Know, mapping: Value, node: Node) -> Iterator[Entry]:
    """The entries of an object that is a mapping by its methods."""
    node = node.first if node.kind == "keyword" else node
    listed = [mapping]
    if know.resolved(mapping.data, "keys"):
        listed = [*by_method(know, mapping, "keys", (), node, None)]
    for key in know.plain(know.union((lookups.each(know, v, node) for v in listed), node)):
        known = by_method(know, mapping, "__getitem__", (frozenset((key,)),), node, None)
        yield Entry(key.constant if key.kind == "constant" else None, None, None, node, "built", known=known)
