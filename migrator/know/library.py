"""What the language's own library does with values: the functions that hand them on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.know.bindings import destination, each
from migrator.know.expressions import computed, item, may_be_key, truth
from migrator.know.values import MAX_TEXT, NOTHING, Value, constant, opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from migrator.know.asking import Know
    from migrator.know.frames import Frame, Site
    from migrator.know.values import Entries, Values
    from migrator.read.nodes import Node

    Rule = Callable[["Call"], Values]

_NAMESPACES = ("parse_args()", "parse_known_args()")


class Call:
    """One call of something that is not the program's, with its arguments."""

    def __init__(
        self, know: Know, callee: Value, sites: tuple[Site, ...], node: Node, frame: Frame | None
    ) -> None:
        self.know = know
        self.callee = callee
        self.sites = sites
        self.node = node
        self.frame = frame

    def at(self, place: int, name: str = "") -> Values:
        """An argument by its place, or by its name."""
        return self.know.argument(self.sites, name, place)[0]

    def has(self, place: int, name: str = "") -> bool:
        """Whether an argument is surely given."""
        return not self.know.argument(self.sites, name, place)[1]

    def given(self) -> Entries:
        """All arguments."""
        return self.know.arguments(self.sites)

    def one(self, kind: Any, data: str, more: Any = ()) -> Values:  # noqa: ANN401
        """One new object."""
        return frozenset((Value(kind, self.node, self.frame, data, more),))

    def open(self, why: Any = "library result") -> Values:  # noqa: ANN401
        """A result that is not known."""
        return frozenset((opened(why, self.node),))


def library_result(
    know: Know, callee: Value, sites: tuple[Site, ...], node: Node, frame: Frame | None
) -> Values:
    """What a call of a library's function or class gives."""
    call = Call(know, callee, sites, node, frame)
    path = str(callee.data)
    rule = _LIBRARY.get(path)
    if rule is None and path in know.environment:
        rule = _environment
    if rule is None:
        rule = _BY_LAST_NAME.get(path.rpartition(".")[2], _object)
    return rule(call)


def _object(call: Call) -> Values:
    """An object of the library's; what the program's own functions give, where one is handed over."""
    found: set[Value] = {Value("library", call.node, call.frame, f"{call.callee.data}()", call.callee.more)}
    for entry in call.given():
        if entry.node is None or not isinstance(entry.key, int):
            continue
        if entry.node.kind not in ("Name", "Attribute", "Call", "Lambda"):
            continue
        for value in call.know.given(entry):
            if value.kind == "function" and not str(call.callee.data).endswith("()"):
                found.add(value)
    return frozenset(found)


def _environment(call: Call) -> Values:
    default = call.at(1, "default") if call.has(1, "default") else frozenset((constant(None, call.node, ()),))
    return default | call.open("environment")


def _first(call: Call) -> Values:
    return call.at(0)


def _second(call: Call) -> Values:
    return call.at(1)


def _mapping(call: Call) -> Values:
    return call.one("mapping", "dict()", call.sites)


def _namespace(call: Call) -> Values:
    return call.one("library", "types.SimpleNamespace()", call.sites)


def _fields_of(call: Call) -> Values:
    """`vars(x)`, `asdict(x)`."""
    found: set[Value] = set()
    for value in call.at(0):
        if value.kind in ("instance",):
            found.add(Value("mapping", value.node, value.frame, "fields", value))
        elif value.kind == "library" and value.data == "types.SimpleNamespace()":
            found.add(Value("mapping", value.node, value.frame, "dict()", value.more))
        elif value.kind == "mapping":
            found.add(value)
        else:
            found.add(opened("computed", call.node))
    return frozenset(found)


def _replaced(call: Call) -> Values:
    """`replace(x, field=…)`: the fields of an object, some of them anew."""
    found: set[Value] = set()
    for value in call.at(0):
        if value.kind == "instance":
            found.add(Value("instance", call.node, call.frame, value.data, (*value.more, *_later(call))))
        else:
            found.add(value)
    return frozenset(found)


def _later(call: Call) -> tuple[Site, ...]:
    return tuple(site._replace(skip=site.skip + 1) for site in call.sites)


def _sequence(call: Call) -> Values:
    """`list(a)`, `sorted(a)`, …"""
    if not call.given():
        return call.one("sequence", "copy", ())
    return call.know.union(
        (call.one("sequence", "copy", (v,)) if v.kind != "open" else frozenset((v,)) for v in call.at(0)),
        call.node,
    )


def _zip(call: Call) -> Values:
    places = sorted(e.key for e in call.given() if isinstance(e.key, int))
    return call.one("sequence", "zip", tuple(call.at(place) for place in places))


def _enumerate(call: Call) -> Values:
    return frozenset(v for base in call.at(0) for v in call.one("sequence", "enumerate", (base,)))


def _map(call: Call) -> Values:
    found: set[Value] = set()
    for function in call.at(0):
        for base in call.at(1):
            if function.kind == "function":
                found |= call.one("sequence", "map", (function, base))
            else:
                found.add(opened("computed", call.node))
    return frozenset(found)


def _filter(call: Call) -> Values:
    return frozenset(v for base in call.at(1) for v in call.one("sequence", "slice", (base,)))


def _chain(call: Call) -> Values:
    bases = [v for e in call.given() if isinstance(e.key, int) for v in call.know.given(e)]
    return call.one("sequence", "sum", tuple(sorted(bases, key=lambda v: (v.node.file.path, v.node.index))))


def _one_of(call: Call) -> Values:
    """`next(a)`, `max(a)`, `random.choice(a)`: one of the elements; with several arguments one of these."""
    if call.has(1) and str(call.callee.data) in ("max", "min"):
        return call.know.union((call.know.given(e) for e in call.given() if e.key is not None), call.node)
    parts = [each(call.know, base, call.node) for base in call.at(0)]
    if call.callee.data == "next":
        parts.append(call.at(1))
    return call.know.union(parts, call.node)


def _attribute(call: Call) -> Values:
    """`getattr(x, "name", default)`."""
    parts = [call.at(2)] if call.has(2) else []
    for base in call.at(0):
        for name in call.at(1):
            if name.text is not None:
                parts.append(call.know.member(base, name.text, call.node, call.frame))
            else:
                parts.append(call.open("computed"))
    return call.know.union(parts, call.node)


def _partial(call: Call) -> Values:
    return call.one("partial", "", (call.sites[-1],))


def _text(call: Call) -> Values:
    if not call.has(0):
        return frozenset((constant("", call.node, ()),))
    return computed(call.know, call.node, [call.at(0)], str)


def _number(call: Call) -> Values:
    function: Callable[[Any], Any] = float if call.callee.data == "float" else int
    return computed(call.know, call.node, [call.at(0)], function)


def _truth(call: Call) -> Values:
    given = call.at(0)
    known = frozenset(constant(bool(v.constant), call.node, ()) for v in given if v.kind == "constant")
    if [v for v in given if v.kind != "constant"]:
        return known | frozenset((constant(True, call.node, ()), constant(False, call.node, ())))
    return known


_SURE = ("list", "tuple", "set", "known", "comprehension")


def _any_or_all(call: Call) -> Values:
    """`any(…)`, `all(…)`: what one element decides, where that is sure."""
    stops = call.callee.data == "any"
    found: set[bool] = set()
    for base in call.at(0):
        if base.kind != "sequence":
            found |= {True, False}
            continue
        outcomes = [
            frozenset(b for v in call.know.given(e) for b in truth(call.know, v))
            for e in call.know.elements(base)
        ]
        if any(stops in one for one in outcomes):
            found.add(stops)
        is_sure = base.data in _SURE and not any(g.all("ifs") for g in base.node.all("generators"))
        if not is_sure or not any(one == {stops} for one in outcomes):
            found.add(not stops)
    return frozenset(constant(one, call.node, ()) for one in found)


def _is_instance(call: Call) -> Values:
    names = {str(v.data) for v in call.at(1)}
    found = set()
    for value in call.at(0):
        if value.kind == "constant" and names <= {"str", "int", "float", "bool", "dict", "list"}:
            found.add(constant(value.data[0] in names, call.node, ()))
        elif value.kind in ("mapping", "sequence") and names <= {"str", "int", "float", "bool"}:
            found.add(constant(False, call.node, ()))
        else:
            found |= {constant(True, call.node, ()), constant(False, call.node, ())}
    return frozenset(found)


def _parsed(call: Call) -> Values:
    """`json.loads` of a text that stands in the code, or of what was encoded before."""
    found: set[Value] = set()
    for value in call.at(0):
        if value.kind == "encoded":
            found |= value.more
        elif value.text is not None and value.text.lstrip()[:1] == "{":
            found.add(Value("mapping", call.node, call.frame, "json", (value,)))
        elif value.kind == "constant":
            found.add(opened("computed", call.node))
        else:
            found.add(value if value.kind == "open" else opened("computed", call.node))
    return frozenset(found)


def _encoded(call: Call) -> Values:
    return call.one("encoded", "", call.at(0))


def _run(call: Call) -> Values:
    """`pool.submit(f, …)`, `asyncio.to_thread(f, …)`: a function called with the arguments behind it."""
    return _object(call) | handed_result(call)


def handed_result(call: Call) -> Values:
    """What a function that is handed over gives when it is called with the arguments behind it."""
    parts = []
    for place in (0, 1):
        for value in call.at(place):
            if value.kind in ("function", "partial", "method") or _is_bound_library(value):
                sites = (*call.sites[:-1], call.sites[-1]._replace(skip=call.sites[-1].skip + place + 1))
                parts.append(call.know.called(value, sites, call.node, call.frame))
    return call.know.union(parts, call.node)


def _is_bound_library(value: Value) -> bool:
    return value.kind == "library" and "()" in value.data and not value.data.endswith("()")


def _imported_module(call: Call) -> Values:
    found: set[Value] = set()
    for name in call.at(0):
        file = call.know.project.module(call.node.file, name.text) if name.text else None
        if file is not None:
            found.add(Value("module", file.node(0)))
        elif name.text:
            found.add(Value("library", call.node, None, name.text))
        else:
            found.add(opened("computed", call.node))
    return frozenset(found)


def _super(call: Call) -> Values:
    scope = call.node.scope
    while scope.kind not in ("ClassDef", "Module") and scope.scope.kind != "ClassDef":
        scope = scope.scope
    method, cls = scope, scope.scope
    if cls.kind != "ClassDef":
        return call.open("computed")
    frame = call.know.frame_of(method, call.frame)
    first = method.file.nodes[method.file.parameters[method.index][0]]
    found = set()
    for receiver in call.know.bound(first, frame):
        if receiver.kind == "instance":
            found.add(Value("super", cls, None, receiver))
        elif receiver.kind == "class":
            found.add(Value("super", cls, None, Value("instance", receiver.node, None, receiver.node)))
    return frozenset(found)


def _chain_map(call: Call) -> Values:
    found = [v for e in call.given() if isinstance(e.key, int) for v in call.know.given(e)]
    return call.one("mapping", "copy", tuple(sorted(found, key=lambda v: (v.node.file.path, v.node.index))))


def _named_tuple(call: Call) -> Values:
    """`namedtuple("T", "a b")`: a class with these fields."""
    return call.one("library", f"{call.callee.data}()", call.sites)


def _reduced(call: Call) -> Values:
    return call.open("computed")


def _item_getter(call: Call) -> Values:
    return call.one("library", f"{call.callee.data}()", call.sites)


def _environment_mapping(call: Call) -> Values:
    return call.open("environment")


def _globals(call: Call) -> Values:
    return call.open("computed")


def _copy(call: Call) -> Values:
    found: set[Value] = set()
    for value in call.at(0):
        if value.kind in ("mapping", "sequence"):
            found |= call.one(value.kind, "copy", (value,))
        else:
            found.add(value)
    return frozenset(found)


_LIBRARY: dict[str, Rule] = {
    "dict": _mapping,
    "collections.OrderedDict": _mapping,
    "types.SimpleNamespace": _namespace,
    "argparse.Namespace": _namespace,
    "types.MappingProxyType": _first,
    "collections.ChainMap": _chain_map,
    "vars": _fields_of,
    "dataclasses.asdict": _fields_of,
    "attr.asdict": _fields_of,
    "attrs.asdict": _fields_of,
    "dataclasses.replace": _replaced,
    "copy.replace": _replaced,
    "attrs.evolve": _replaced,
    "attr.evolve": _replaced,
    "list": _sequence,
    "tuple": _sequence,
    "set": _sequence,
    "frozenset": _sequence,
    "sorted": _sequence,
    "reversed": _sequence,
    "iter": _sequence,
    "collections.deque": _sequence,
    "zip": _zip,
    "enumerate": _enumerate,
    "map": _map,
    "filter": _filter,
    "itertools.chain": _chain,
    "itertools.cycle": _sequence,
    "next": _one_of,
    "max": _one_of,
    "min": _one_of,
    "random.choice": _one_of,
    "getattr": _attribute,
    "functools.partial": _partial,
    "str": _text,
    "int": _number,
    "float": _number,
    "bool": _truth,
    "isinstance": _is_instance,
    "any": _any_or_all,
    "all": _any_or_all,
    "json.loads": _parsed,
    "json.dumps": _encoded,
    "typing.cast": _second,
    "cast": _second,
    "copy.deepcopy": _copy,
    "copy.copy": _copy,
    "asyncio.run": _first,
    "asyncio.wait_for": _first,
    "asyncio.shield": _first,
    "asyncio.create_task": _first,
    "asyncio.to_thread": _run,
    "importlib.import_module": _imported_module,
    "super": _super,
    "globals": _globals,
    "locals": _globals,
    "functools.reduce": _reduced,
    "os.environ.copy": _environment_mapping,
}
_BY_LAST_NAME: dict[str, Rule] = {
    "submit": _run,
    "run_in_executor": _run,
    "run_sync": _run,
    "to_thread": _run,
    "apply_async": _run,
    "call_soon": _run,
}


# -- methods of mappings, sequences and texts ----------------------------------------------------------


def method_result(
    know: Know, callee: Value, sites: tuple[Site, ...], node: Node, frame: Frame | None
) -> Values:
    """What a method of a mapping, a sequence or a text gives."""
    call, base, name = Call(know, callee, sites, node, frame), callee.more, str(callee.data)
    if base.kind == "constant":
        return _text_method(call, base, name)
    table = _MAPPING_METHODS if base.kind == "mapping" else _SEQUENCE_METHODS
    rule = table.get(name)
    return rule(call, base) if rule is not None else call.open("computed")


def _looked_up(call: Call, base: Value) -> Values:
    found = item(call.know, base, call.at(0), call.node)
    keys = {e.key for e in call.know.entries(base) if e.form in ("entry", "keyword")}
    wanted = call.at(0)
    is_sure = bool(wanted) and all(v.kind == "constant" and v.constant in keys for v in wanted)
    if is_sure and base.data in ("display", "dict()"):
        return found
    if call.has(1, "default"):
        return found | call.at(1, "default")
    return found | frozenset((constant(None, call.node, ()),))


def _popped(call: Call, base: Value) -> Values:
    return item(call.know, base, call.at(0), call.node) | call.at(1)


def _set_default(call: Call, base: Value) -> Values:
    return item(call.know, base, call.at(0), call.node) | call.at(1)


def _items(call: Call, base: Value) -> Values:
    return call.one("sequence", "items", (base,))


def _copied(call: Call, base: Value) -> Values:
    return call.one(base.kind, "copy", (base,))


def _nothing(call: Call, base: Value) -> Values:
    return frozenset((constant(None, call.node, ()),))


def _some_element(call: Call, base: Value) -> Values:
    return each(call.know, base, call.node)


def _union(call: Call, base: Value) -> Values:
    return call.one(
        "sequence", "sum", (base, *sorted(call.at(0), key=lambda v: (v.node.file.path, v.node.index)))
    )


_MAPPING_METHODS: dict[str, Callable[[Call, Value], Values]] = {
    "get": _looked_up,
    "pop": _popped,
    "setdefault": _set_default,
    "items": _items,
    "keys": lambda call, base: call.one("sequence", "copy", (base,)),
    "values": lambda call, base: call.one("sequence", "values", (base,)),
    "copy": _copied,
    "update": _nothing,
    "clear": _nothing,
    "__getitem__": lambda call, base: item(call.know, base, call.at(0), call.node),
    "__contains__": lambda call, base: frozenset(
        (constant(True, call.node, ()), constant(False, call.node, ()))
    ),
    "popitem": lambda call, base: call.open("computed"),
    "move_to_end": _nothing,
    "_asdict": lambda call, base: frozenset((base,)),
}
_SEQUENCE_METHODS: dict[str, Callable[[Call, Value], Values]] = {
    "append": _nothing,
    "extend": _nothing,
    "insert": _nothing,
    "add": _nothing,
    "remove": _nothing,
    "sort": _nothing,
    "reverse": _nothing,
    "discard": _nothing,
    "update": _nothing,
    "copy": _copied,
    "pop": _some_element,
    "popleft": _some_element,
    "union": _union,
    "__iter__": lambda call, base: frozenset((base,)),
    "__next__": _some_element,
    "send": _some_element,
    "index": lambda call, base: call.open("computed"),
    "count": lambda call, base: call.open("computed"),
    "_asdict": lambda call, base: call.one("mapping", "copy", (base,)),
}
_PLAIN_TEXT = frozenset(
    {"lower", "upper", "strip", "lstrip", "rstrip", "title", "capitalize", "casefold", "removeprefix"}
    | {"removesuffix", "startswith", "endswith", "replace", "isdigit", "find", "count", "swapcase", "rfind"}
    | {"index", "isalpha", "zfill", "isidentifier", "isupper", "islower", "encode", "decode"}
)
_SPLITTING = ("split", "rsplit", "partition", "rpartition", "splitlines")


def _text_method(call: Call, base: Value, name: str) -> Values:
    places = sorted({e.key for e in call.given() if isinstance(e.key, int)})
    operands = [frozenset((base,)), *(call.at(place) for place in places)]
    if name in ("encode", "decode"):
        return frozenset((base,))
    if name in _PLAIN_TEXT:
        return _with_tuples(call, base, name, operands)
    if name in _SPLITTING:
        return _split(call, operands, name)
    if name == "join":
        return _joined(call, base)
    if name in ("format", "format_map"):
        return _formatted(call, base)
    return call.open("computed")


def _with_tuples(call: Call, base: Value, name: str, operands: list[Values]) -> Values:
    """`text.startswith(("a", "b"))` too."""
    if name in ("startswith", "endswith") and len(operands) > 1:
        found: set[Value] = set()
        for given in operands[1]:
            texts = _texts(call, given)
            if texts is None or base.text is None:
                found |= {constant(True, call.node, ()), constant(False, call.node, ())}
            else:
                found.add(constant(getattr(base.text, name)(texts), call.node, ()))
        return frozenset(found)
    return computed(call.know, call.node, operands, lambda text, *given: _applied(text, name, given))


def _texts(call: Call, given: Value) -> tuple[str, ...] | None:
    if given.text is not None:
        return (given.text,)
    if given.kind != "sequence":
        return None
    values = [v for e in call.know.elements(given) for v in call.know.given(e)]
    texts = [v.text for v in values if v.text is not None]
    return tuple(texts) if len(texts) == len(values) else None


def _applied(text: Any, name: str, given: tuple[Any, ...]) -> Any:  # noqa: ANN401
    if not isinstance(text, (str, bytes)) or name not in _PLAIN_TEXT:
        raise TypeError
    result = getattr(text, name)(*given)
    if isinstance(result, str) and len(result) > MAX_TEXT:
        raise ValueError
    return result


def _split(call: Call, operands: list[Values], name: str) -> Values:
    found: set[Value] = set()
    joined = computed(call.know, call.node, operands, lambda text, *given: tuple(getattr(text, name)(*given)))
    for value in joined:
        if value.kind != "constant":
            found.add(value)
            continue
        pieces = tuple(constant(piece, call.node, value.more) for piece in value.constant)
        found.add(Value("sequence", call.node, call.frame, "known", pieces))
    return frozenset(found)


def _joined(call: Call, base: Value) -> Values:
    found: set[Value] = set()
    for given in call.at(0):
        entries = call.know.elements(given) if given.kind == "sequence" else ()
        parts = sorted((e for e in entries), key=lambda e: (e.key is None, e.key or 0))
        if given.kind != "sequence" or any(e.key is None for e in parts):
            found.add(opened("computed", call.node))
            continue
        values = [call.know.given(e) for e in parts]
        found |= computed(call.know, call.node, [frozenset((base,)), *values], lambda s, *p: s.join(p))
    return frozenset(found)


def _formatted(call: Call, base: Value) -> Values:
    given = list(call.given())
    if any(e.key is None for e in given) or len({e.key for e in given}) < len(given):
        return call.open("computed")
    names = [e.key for e in given]
    operands = [frozenset((base,)), *(call.know.given(e) for e in given)]

    def formatted(text: str, *values: Any) -> str:  # noqa: ANN401
        pairs = list(zip(names, values, strict=True))
        places = [v for _, v in sorted(p for p in pairs if isinstance(p[0], int))]
        if "{0." in text or "__" in text or ":" in text:
            raise ValueError
        return text.format(*places, **{k: v for k, v in pairs if isinstance(k, str)})

    return computed(call.know, call.node, operands, formatted)


# -- attributes of a library's objects -----------------------------------------------------------------


def library_member(know: Know, base: Value, name: str, node: Node, frame: Frame | None) -> Values:
    """What `object.name` is for something of a library."""
    path = str(base.data)
    if path == "types.SimpleNamespace()" and base.more:
        return _namespace_field(know, base, name)
    if path.endswith(_NAMESPACES):
        return _command_line(know, name, node)
    if path.endswith("namedtuple()()") or path.endswith("NamedTuple()()"):
        return frozenset((opened("computed", node),))
    return frozenset((base._replace(data=f"{path}.{name}"),))


def _namespace_field(know: Know, base: Value, name: str) -> Values:
    parts = [know.given(e) for e in know.arguments(base.more) if e.key == name or e.key is None]
    for store in know.stores(name):
        frame = know.frames.of(store)
        if any(v.node is base.node and v.kind == "library" for v in know.value(store.first, frame)):
            parts.append(know.targeted(store, frame))
    for call in know.set_by_name(name):
        frame = know.frames.of(call)
        if any(v.node is base.node for v in know.value(call.all("args")[0], frame)):
            parts.append(know.value(call.all("args")[2], frame))
    return know.union(parts, base.node)


def _command_line(know: Know, name: str, node: Node) -> Values:
    """The defaults and choices of the `add_argument` calls that name an attribute of a command line."""
    parts: list[Values] = [frozenset((opened("environment", node),))]
    for call in know.project.calls("add_argument"):
        if destination(call) == name:
            default = call.keyword("default")
            parts.append(know.value(default, know.frames.of(call)) if default is not None else NOTHING)
    return know.union(parts, node)


_ = may_be_key
