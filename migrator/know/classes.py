"""Classes: the order in which bases are asked, and what their objects hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.bindings import annotated, subclasses
from migrator.know.frames import Site
from migrator.know.values import NOTHING, Entry, Value, opened
from migrator.read.project import FUNCTIONS, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.asking import Know
    from migrator.know.frames import Frame
    from migrator.know.values import Entries, Values
    from migrator.read.nodes import Node

_PROPERTIES = ("property", "cached_property", "hybrid_property")
_RECORDS = ("dataclass", "define", "frozen", "attrs", "s", "mutable")
_RECORD_BASES = ("NamedTuple", "BaseModel", "BaseSettings", "Struct", "SQLModel", "TypedDict", "RootModel")
_FACTORIES = ("default_factory", "factory")
_DECLARING = (
    "Field",
    "field",
    "Option",
    "Argument",
    "Query",
    "Body",
    "attrib",
    "ib",
    "PrivateAttr",
    "Factory",
)
MAX_BASES = 40


def lineage(know: Know, cls: Node) -> frozenset[tuple[int, Node | str]]:
    """A class and its bases with their places in the order in which they are asked."""
    found: list[Node | str] = []
    _add(know, cls, found)
    inside = [one for one in found if not isinstance(one, str)]
    outside = [one for one in found if isinstance(one, str)]
    return frozenset(enumerate([*inside, *outside]))


def _add(know: Know, cls: Node, found: list[Node | str]) -> None:
    if cls in found or len(found) > MAX_BASES:
        return
    found.append(cls)
    for base in cls.all("bases"):
        for value in sorted(know.value(base, know.frames.of(cls)), key=_order):
            if value.kind == "class":
                _add(know, value.node, found)
            elif value.kind == "library" and value.data not in found:
                found.append(value.data)


def _order(value: Value) -> tuple[str, str, int]:
    return value.kind, value.node.file.path, value.node.index


def resolve(know: Know, cls: Node, name: str, after: Node | None = None) -> list[tuple[Node, Node]]:
    """The bindings of a name in the first class that has it, with that class."""
    order = [one for one in know.mro(cls) if not isinstance(one, str)]
    if after is not None:
        order = order[order.index(after) + 1 :] if after in order else []
    for owner in order:
        found = owner.file.bindings.get((owner.index, name), ())
        if found:
            return [(owner, owner.file.node(index)) for index in found]
    return []


def instance_member(know: Know, base: Value, name: str, node: Node) -> Values:
    """What `object.name` is: its own field, else what its class has."""
    if name == "__dict__":
        return frozenset((Value("mapping", base.node, base.frame, "fields", base),))
    if name == "__class__":
        return frozenset((Value("class", base.data),))
    own = know.solved(_own_field, base, name)
    by_class = _class_member(know, base, name, None)
    found = own | by_class
    if found:
        return found
    if outside := [b for b in know.mro(base.data) if isinstance(b, str)]:
        made = [b for b in outside if not b.startswith(("typing.", "abc."))]
        return frozenset(Value("library", base.node, base.frame, f"{b}().{name}") for b in made)
    return _asked_for(know, base, name)


def _asked_for(know: Know, base: Value, name: str) -> Values:
    """What the class's own `__getattr__` gives."""
    parts = []
    for _, method in resolve(know, base.data, "__getattr__"):
        given = (frozenset((Value("constant", method, None, ("str", name), ()),)),)
        inner = know.frames.enter(method, (), base, know.frames.of(method.scope), given)
        parts.append(know.returned(Value("function", method, None, base), inner))
    return know.union(parts, base.node)


def _class_member(know: Know, base: Value, name: str, after: Node | None) -> Values:
    parts: list[Values] = []
    for owner, binding in resolve(know, base.data, name, after):
        parts.append(_bound_member(know, base, owner, binding))
    return know.union(parts, base.node)


def _bound_member(know: Know, base: Value, owner: Node, binding: Node) -> Values:
    frame = know.frames.of(owner)
    if binding.kind in FUNCTIONS:
        return _method(know, base, binding, frame)
    declared = binding.parent
    if declared is not None and declared.kind == "AnnAssign" and is_record(know, base.data):
        return _record_field(know, base, owner, str(binding.value))
    return know.union((_described(know, base, v) for v in know.bound(binding, frame)), binding)


def _described(know: Know, base: Value, value: Value) -> Values:
    """A descriptor of the program answers for itself; a declaration gives its default."""
    if value.kind == "instance" and base.kind == "instance":
        for _, method in resolve(know, value.data, "__get__"):
            inner = know.frames.enter(method, (), value, know.frames.of(method.scope), (frozenset((base,)),))
            return know.returned(Value("function", method, None, value), inner)
    if value.kind == "function" and base.kind == "instance" and value.data is None:
        return frozenset((value._replace(data=base),))
    if value.kind == "library" and _is_declaration(value):
        return declared(know, value.node, value.frame)
    return frozenset((value,))


def _is_declaration(value: Value) -> bool:
    path = str(value.data)
    return path.endswith("()") and path[:-2].rpartition(".")[2] in _DECLARING and value.node.kind == "Call"


def _method(know: Know, base: Value, method: Node, frame: Frame | None) -> Values:
    names = {last_name(d) for d in method.decorators}
    if names & set(_PROPERTIES) and base.kind == "instance":
        inner = know.frames.enter(method, (), base, frame)
        return know.returned(Value("function", method, frame, base), inner)
    if "setter" in names:
        return NOTHING
    receiver: Value | None = base
    if "staticmethod" in names or (base.kind == "class" and "classmethod" not in names):
        receiver = None
    if "classmethod" in names and base.kind == "instance":
        receiver = Value("class", base.data)
    found = know.bound(method, frame)
    return frozenset(
        v._replace(data=receiver) if v.kind == "function" and v.data is None else v for v in found
    )


def class_member(know: Know, base: Value, name: str, node: Node) -> Values:
    """What `Class.name` is."""
    cls = Value("class", base.node, base.frame, base.node)
    found = know.union([_class_member(know, cls, name, None), _set_on_class(know, base.node, name)], node)
    if found or name == "__members__":
        return found
    outside = [b for b in know.mro(base.node) if isinstance(b, str) and not b.startswith("typing.")]
    if outside:
        return frozenset(Value("library", node, None, f"{b}.{name}") for b in outside)
    return (
        frozenset((Value("constant", node, None, ("str", str(base.node.value)), ()),))
        if name == "__name__"
        else found
    )


def super_member(know: Know, base: Value, name: str, node: Node) -> Values:
    """What `super().name` is: from the class after the one it is written in."""
    found = _class_member(know, base.data, name, base.node)
    if found:
        return found
    outside = [b for b in know.mro(base.data.data) if isinstance(b, str)]
    return frozenset(Value("library", node, None, f"{b}().{name}") for b in outside)


# -- fields --------------------------------------------------------------------------------------------


def _own_field(know: Know, base: Value, name: str) -> Values:
    """What is assigned to `object.name`, wherever that is done."""
    parts = [know.given(entry) for entry in field_stores(know, base, name)]
    return know.union(parts, base.node)


def field_stores(know: Know, base: Value, name: str) -> Iterator[Entry]:
    """The assignments to a field of an object: in its class's methods, elsewhere, by `setattr`."""
    lineage = [one for one in know.mro(base.data) if not isinstance(one, str)]
    for store in know.stores(name):
        owner = _method_around(store)
        if owner is not None and owner.scope in lineage and _is_self(store, owner):
            for frame in method_frames(know, owner, base):
                if know.reached(store, frame):
                    yield _stored(know, store, frame)
        elif owner is None or owner.scope not in lineage or not _is_self(store, owner):
            whole = know.frames.of(store)
            if any(_same_object(v, base) for v in know.value(store.first, whole)):
                yield _stored(know, store, whole)
    for call in know.set_by_name(name):
        around = know.frames.of(call)
        if any(_same_object(v, base) for v in know.value(call.all("args")[0], around)):
            yield Entry(name, call.all("args")[2], around, call, "built")


def _stored(know: Know, store: Node, frame: Frame | None) -> Entry:
    return Entry(store.value, None, frame, store.statement, "field", store.value, know.targeted(store, frame))


def _same_object(value: Value, base: Value) -> bool:
    return value.kind == "instance" and value.node is base.node and value.data is base.data


def _method_around(store: Node) -> Node | None:
    scope = store.scope
    while scope.kind in FUNCTIONS and scope.scope.kind in FUNCTIONS:
        scope = scope.scope
    return scope if scope.kind in FUNCTIONS and scope.scope.kind == "ClassDef" else None


def _is_self(store: Node, method: Node) -> bool:
    first = method.file.parameters.get(method.index, [])[:1]
    names = [method.file.nodes[i].value for i in first]
    return store.first.kind == "Name" and store.first.value in names


def method_frames(know: Know, method: Node, base: Value) -> list[Frame]:
    """The frames in which a method runs on an object: its construction, the calls on it."""
    return [value.frame for value in know.solved(_method_frames, method, base) if value.frame is not None]


def _method_frames(know: Know, method: Node, base: Value) -> Values:
    closure = know.frames.of(method.scope)
    found: set[Frame] = set()
    constructor = [m for _, m in resolve(know, base.data, "__init__")]
    if method in constructor:
        sites = base.more or ()
        found.add(know.frames.enter(method, sites, base, closure))
    elif method.value in ("__init__", "__post_init__", "__new__", "__enter__"):
        found.update(_by_super(know, method, base, closure))
        if method.value != "__init__":
            found.add(know.frames.enter(method, (), base, closure))
    else:
        found.add(know.frames.enter(method, (), base, closure))
        found.update(_by_calls(know, method, base, closure))
    return frozenset(Value("function", method, frame) for frame in found)


def _by_super(know: Know, method: Node, base: Value, closure: Frame | None) -> Iterator[Frame]:
    """A base's constructor, as the constructors before it call it."""
    for owner in know.mro(base.data):
        if isinstance(owner, str) or owner is method.scope:
            continue
        for index in owner.file.bindings.get((owner.index, "__init__"), ()):
            other = owner.file.node(index)
            for call in _calls_of(other, method):
                for frame in method_frames(know, other, base):
                    skip = 0 if call.first.first.kind == "Call" else 1
                    callees = know.value(call.first, frame)
                    if any(v.kind == "function" and v.node is method for v in callees):
                        yield know.frames.enter(method, (Site(call, frame, skip),), base, closure)


def _calls_of(function: Node, method: Node) -> list[Node]:
    calls = (function.file.nodes[i] for i in function.file.calls.get(method.value, ()))
    return [call for call in calls if call.inside(function) and call.first.kind == "Attribute"]


def _by_calls(know: Know, method: Node, base: Value, closure: Frame | None) -> Iterator[Frame]:
    for site in know.callers(method):
        func = site.call.first
        if func.kind == "Attribute" and any(
            _same_object(v, base) for v in know.value(func.first, site.frame)
        ):
            yield know.frames.enter(method, (site,), base, closure)


def _set_on_class(know: Know, cls: Node, name: str) -> Values:
    """`Class.name = …` outside of the class."""
    parts = []
    for store in know.stores(name):
        frame = know.frames.of(store)
        if any(v.kind == "class" and v.node is cls for v in know.value(store.first, frame)):
            parts.append(know.targeted(store, frame))
    return know.union(parts, cls)


# -- records -------------------------------------------------------------------------------------------


def is_record(know: Know, cls: Node) -> bool:
    """Whether a class's fields are what its constructor takes."""
    for one in know.mro(cls):
        if isinstance(one, str):
            if one.rpartition(".")[2] in _RECORD_BASES:
                return True
        elif any(last_name(d.child("func") or d) in _RECORDS for d in one.decorators):
            return True
    return False


def record_fields(know: Know, cls: Node) -> dict[str, tuple[Node, Node]]:
    """The declared fields by name in the constructor's order, each with its class and statement."""
    found: dict[str, tuple[Node, Node]] = {}
    for owner in reversed([one for one in know.mro(cls) if not isinstance(one, str)]):
        for statement in owner.all("body"):
            if statement.kind == "AnnAssign" and statement.first.kind == "NameStore":
                found[str(statement.first.value)] = owner, statement
    return found


def _record_field(know: Know, base: Value, owner: Node, name: str) -> Values:
    """What a record's constructor was given for a field, else its default."""
    entries = list(record_entries(know, base, name))
    return know.union((know.given(entry) for entry in entries), base.node)


def record_entries(know: Know, base: Value, name: str) -> Iterator[Entry]:
    """What a field of a record holds from its construction on."""
    fields = record_fields(know, base.data)
    if name not in fields:
        return
    owner, statement = fields[name]
    may_lack = True
    if base.kind == "instance" and base.more and not _has_constructor(know, base.data):
        place = -1 if _is_by_keyword(know, base.data) else list(fields).index(name)
        given = [e for e in know.arguments(base.more) if e.key in (name, place) or e.key is None]
        may_lack = not any(e.form in ("keyword", "argument") for e in given)
        yield from (e._replace(key=name) for e in given)
    value = statement.child("value")
    if value is not None and may_lack:
        frame = know.frames.of(owner)
        known = know.union((_described(know, base, v) for v in know.value(value, frame)), value)
        yield Entry(name, None, frame, owner, "field", name, known)
    if base.kind == "instance" and not base.more:
        yield Entry(
            name, None, None, statement, "built", name, frozenset((opened("caller outside", statement),))
        )
        known = annotated(know, statement.child("annotation"))
        yield Entry(name, None, None, statement, "built", name, known)


def _has_constructor(know: Know, cls: Node) -> bool:
    return bool(resolve(know, cls, "__init__"))


def _is_by_keyword(know: Know, cls: Node) -> bool:
    bases = [one for one in know.mro(cls) if isinstance(one, str)]
    return any(b.rpartition(".")[2] in ("BaseModel", "BaseSettings", "Struct", "SQLModel") for b in bases)


def declared(know: Know, call: Node, frame: Frame | None) -> Values:
    """What `Field("x")`, `field(default_factory=f)`, `Option("x")` declare."""
    default = call.keyword("default") or next(iter(call.all("args")), None)
    parts = [know.value(default, frame)] if default is not None else []
    for name in _FACTORIES:
        factory = call.keyword(name)
        for value in know.value(factory, frame) if factory is not None else ():
            parts.append(know.called(value, (), call, frame))
    return know.union(parts, call)


def field_entries(know: Know, base: Value) -> Entries:
    """All fields of an object: those that its class declares, and those that are assigned."""
    found: set[Entry] = set()
    names = set(record_fields(know, base.data))
    for name in names:
        found |= set(record_entries(know, base, name))
    for name in names | _assigned_names(know, base.data):
        found |= set(field_stores(know, base, name))
    return frozenset(found)


def _assigned_names(know: Know, cls: Node) -> set[str]:
    found: set[str] = set()
    for owner in know.mro(cls):
        if not isinstance(owner, str):
            for store in owner.within("AttributeStore"):
                found.add(str(store.value))
    return found


__all__ = ["subclasses"]
