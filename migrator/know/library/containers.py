"""Methods of mappings and sequences, and the functions that make them of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know import lookups
from migrator.know.computing import computed
from migrator.know.lookups import item
from migrator.know.values import Value, constant

if TYPE_CHECKING:
    from collections.abc import Callable

    from migrator.know.library.call import Call, Rule
    from migrator.know.values import Values

    Method = Callable[[Call, Value], Values]


def container_method(call: Call, base: Value, name: str) -> Values:
    """What a method of a mapping or a sequence gives."""
    table = MAPPING_METHODS if base.kind == "mapping" else SEQUENCE_METHODS
    rule = table.get(name)
    return rule(call, base) if rule is not None else call.open("computed")


def has_method(value: Value, name: str) -> bool:
    """Whether a container, or a text, has a method that is known."""
    if value.kind == "constant":
        return hasattr(value.constant, name) or (value.text is not None and name == "decode")
    return name in (MAPPING_METHODS if value.kind == "mapping" else SEQUENCE_METHODS)


def _none(call: Call, base: Value) -> Values:
    return frozenset((constant(None, call.node, ()),))


def _item(call: Call, base: Value) -> Values:
    return item(call.know, base, call.plain(0), call.node, call.frame)


def _may_lack(call: Call, base: Value) -> bool:
    return any(call.know.lacks(base, key) for key in call.plain(0))


def _looked_up(call: Call, base: Value) -> Values:
    found = _found(call, base)
    if not _may_lack(call, base):
        return found
    if call.has(1, "default"):
        return call.union(found, call.at(1, "default"))
    return call.union(found, call.at(1, "default"), _none(call, base))


def _found(call: Call, base: Value) -> Values:
    """What a look-up finds that makes no default of its own."""
    entries = call.know.found(base, call.plain(0))
    return call.union(*(call.know.held(e) for e in entries))


def _popped(call: Call, base: Value) -> Values:
    return call.union(_found(call, base), call.at(1, "default"))


def _set_default(call: Call, base: Value) -> Values:
    given = call.at(1, "default")
    if not given and not call.has(1, "default"):
        given = _none(call, base)
    return call.union(_found(call, base), given)


def _popped_item(call: Call, base: Value) -> Values:
    items = Value("sequence", call.node, call.frame, "items", call.sites)
    return lookups.each(call.know, items, call.node)


def _element(call: Call, base: Value) -> Values:
    return lookups.each(call.know, base, call.node)


def _made(kind: str, how: str) -> Method:
    return lambda call, base: call.one(kind, how)


def _same(call: Call, base: Value) -> Values:
    return frozenset((base,))


def _unknown(call: Call, base: Value) -> Values:
    return call.open("computed")


MAPPING_METHODS: dict[str, Method] = {
    "get": _looked_up,
    "pop": _popped,
    "setdefault": _set_default,
    "items": _made("sequence", "items"),
    "keys": _made("sequence", "keys"),
    "values": _made("sequence", "values"),
    "copy": _made("mapping", "copy"),
    "__copy__": _made("mapping", "copy"),
    "update": _none,
    "clear": _none,
    "subtract": _none,
    "__getitem__": _item,
    "__setitem__": _none,
    "__delitem__": _none,
    "__contains__": _unknown,
    "__len__": _unknown,
    "__init__": _none,
    "__iter__": _made("sequence", "keys"),
    "popitem": _popped_item,
    "move_to_end": _none,
    "new_child": _made("mapping", "copy"),
    "most_common": _unknown,
    "elements": _made("sequence", "keys"),
}
SEQUENCE_METHODS: dict[str, Method] = {
    **dict.fromkeys(("append", "extend", "insert", "add", "remove", "sort", "reverse", "discard"), _none),
    **dict.fromkeys(("update", "appendleft", "extendleft", "clear", "rotate", "close", "__init__"), _none),
    **dict.fromkeys(("pop", "popleft", "__next__", "__anext__", "send", "asend", "throw"), _element),
    **dict.fromkeys(("union", "symmetric_difference", "__add__", "__or__"), _made("sequence", "chain")),
    **dict.fromkeys(("intersection", "difference"), _made("sequence", "unordered")),
    **dict.fromkeys(("__iter__", "__aiter__"), _same),
    **dict.fromkeys(("issubset", "issuperset", "isdisjoint", "__contains__"), _unknown),
    "copy": _made("sequence", "copy"),
    "__getitem__": _item,
    "__setitem__": _none,
    "index": _unknown,
    "count": _unknown,
    "__len__": _unknown,
}


# -- functions -------------------------------------------------------------------------------------


def _function(kind: str, how: str) -> Rule:
    return lambda call: call.one(kind, how)


def _copied(how: str) -> Rule:
    """`list(a)`, `sorted(a)`, …: open, where what it goes through is nothing but open."""

    def rule(call: Call) -> Values:
        if call.has(0):
            given = call.at(0)
            if given and all(v.kind == "open" for v in given):
                return given
        return call.one("sequence", how)

    return rule


def _one_of(call: Call) -> Values:
    """`next(a)`, `random.choice(a)`: one of the elements, or a default."""
    parts = [lookups.each(call.know, base, call.node) for base in call.at(0)]
    return call.union(*parts, call.at(1, "default"))


def _greatest(call: Call) -> Values:
    """`max(a)`, `min(a, b)`: computed of constants, else any of them."""
    places = sorted({e.key for e in call.given() if isinstance(e.key, int)})
    is_spread = any(e.key is None for e in call.given())
    if len(places) > 1 or is_spread:
        values = [call.plain(place) for place in places]
        if (
            not is_spread
            and all(v.kind == "constant" for one in values for v in one)
            and not call.at(-1, "key")
        ):
            function = max if call.path == "max" else min
            return computed(call.node, call.frame, values, lambda *given: function(given))
        return call.union(*(call.know.held(e) for e in call.given() if not isinstance(e.key, str)))
    return _one_of(call)


def _counted(call: Call) -> Values:
    """`len(a)`."""
    parts = []
    for value in call.plain(0):
        if value.kind == "constant":
            parts.append(computed(call.node, call.frame, [frozenset((value,))], len))
        else:
            parts.append(call.open("computed"))
    return call.union(*parts)


def _copy(call: Call) -> Values:
    """`copy.copy(x)`, `copy.deepcopy(x)`."""
    found: set[Value] = set()
    for value in call.at(0):
        if value.kind in ("mapping", "sequence"):
            found |= call.one(value.kind, "copy")
        else:
            found.add(value)
    return frozenset(found)


def _pairs(call: Call) -> Values:
    return call.one("mapping", "dict()")


def dumped(call: Call) -> Values:
    """`asdict(x)`: the fields of an object."""
    found: set[Value] = set()
    for value in call.at(0):
        found |= call.one("mapping", "dump") if value.kind != "open" else frozenset((value,))
    return frozenset(found)


def seen_as_mapping(call: Call) -> Values:
    """`vars(x)`."""
    found: set[Value] = set()
    if not call.has(0):
        return names(call)
    for value in call.at(0):
        if value.kind == "instance":
            found.add(Value("mapping", value.node, value.frame, "fields", value))
        elif value.kind == "library" and value.data.endswith("parse_args()"):
            found.add(Value("mapping", call.node, call.frame, "command line", value))
        elif value.kind == "module":
            found.add(Value("mapping", value.node, None, "names"))
        else:
            found.add(value if value.kind == "open" else next(iter(call.open("computed"))))
    return frozenset(found)


def names(call: Call) -> Values:
    """`globals()`, `locals()`."""
    scope = call.node.scope
    if call.path == "globals":
        scope = call.node.file.node(0)
    frame = call.know.frame_of(scope, call.frame) if scope.kind != "Module" else None
    return frozenset((Value("mapping", scope, frame, "names"),))


FUNCTIONS: dict[str, Rule] = {
    "dict": _pairs,
    "collections.OrderedDict": _pairs,
    "types.MappingProxyType": lambda call: call.at(0),
    "collections.defaultdict": _function("mapping", "defaults"),
    "collections.ChainMap": _function("mapping", "chain"),
    "collections.Counter": lambda call: call.open("computed"),
    "vars": seen_as_mapping,
    "globals": names,
    "locals": names,
    "dataclasses.asdict": dumped,
    "attr.asdict": dumped,
    "attrs.asdict": dumped,
    "msgspec.structs.asdict": dumped,
    "_dumped": dumped,
    "list": _copied("copy"),
    "tuple": _copied("copy"),
    "iter": _copied("copy"),
    "aiter": _copied("copy"),
    "collections.deque": _copied("copy"),
    "set": _copied("unordered"),
    "frozenset": _copied("unordered"),
    "sorted": _copied("unordered"),
    "reversed": _copied("unordered"),
    "zip": _function("sequence", "zip"),
    "enumerate": _function("sequence", "enumerate"),
    "itertools.chain": _function("sequence", "chain"),
    "next": _one_of,
    "anext": _one_of,
    "random.choice": _one_of,
    "secrets.choice": _one_of,
    "max": _greatest,
    "min": _greatest,
    "len": _counted,
    "copy.deepcopy": _copy,
    "copy.copy": _copy,
    "dict.fromkeys": _function("mapping", "fromkeys"),
}
