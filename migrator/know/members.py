"""What `base.name` is: of objects, classes, `super()` and modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know import classes
from migrator.know.bindings import PROPERTIES
from migrator.know.library import containers
from migrator.know.library.written_in_python import handed_on
from migrator.know.parameters import is_of_class
from migrator.know.values import NOTHING, Value, an_open, constant, given_site
from migrator.read.scopes import FUNCTIONS, last_name

if TYPE_CHECKING:
    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.values import Frame, Site, Values
    from migrator.read.nodes import Node

DECLARING = frozenset(
    {
        "Field",
        "field",
        "Option",
        "Argument",
        "Query",
        "Body",
        "Form",
        "Header",
        "attrib",
        "ib",
        "PrivateAttr",
        "Factory",
        "Depends",
    }
)
_FACTORIES = ("default_factory", "factory")


def instance_member(know: Know, base: Value, name: str, node: Node, frame: Frame | None) -> Values:
    """What `object.name` is: what its class has, its own field, else what `__getattr__` gives."""
    if name == "__dict__":
        return frozenset((Value("mapping", base.node, base.frame, "fields", base),))
    if name == "__class__":
        return frozenset((Value("class", base.data, know.frames.of(base.data)),))
    getters = know.resolved(base.data, "__getattribute__")
    if getters and not name.startswith("__"):
        return know.union((_asked_for(know, base, name, getters, node), an_open("computed", node)), node)
    bindings = know.resolved(base.data, name)
    if not bindings and name in ("value", "_value_", "name", "_name_") and know.is_enum(base.data):
        return _enum_part(know, base, name, node)
    by_class = [_bound_member(know, base, owner, binding, node) for owner, binding in bindings]
    if bindings and all(_is_property(binding) for _, binding in bindings):
        return know.union(by_class, node)
    parts = [know.solved(_own_field, base, name), *by_class, _set_on_class(know, base.data, name)]
    if not bindings and not know.has_field(base, name):
        parts.append(_from_outside(know, base, name, node, frame))
    return know.union(parts, node)


def _own_field(know: Know, base: Value, name: str) -> Values:
    """What is assigned to `object.name`, wherever that is done."""
    return know.union((know.held(entry) for entry in know.field(base, name)), base.node)


def _is_property(binding: Node) -> bool:
    return binding.kind in FUNCTIONS and any(last_name(d) in PROPERTIES for d in binding.decorators)


def _enum_part(know: Know, base: Value, name: str, node: Node) -> Values:
    """`member.value` and `member.name`."""
    if name in ("name", "_name_"):
        return (
            frozenset((constant(str(base.node.value), node, ()),)) if base.more else an_open("computed", node)
        )
    if not base.more:
        return know.union(
            (
                _enum_part(know, m, name, node)
                for m in know.members_of(Value("class", base.data), node)
                if m.more
            ),
            node,
        )
    return know.argument(base.more, "value", 0)[0]


def _from_outside(know: Know, base: Value, name: str, node: Node, frame: Frame | None) -> Values:
    """What an object has beside its class and its fields: as a container, by `__getattr__`, from a base."""
    inner = know.container(base)
    if inner is not None and containers.has_method(inner, name):
        return frozenset((Value("method", node, frame, name, inner),))
    if know.is_plain(base) and not name.startswith("__"):
        texts = know.plain(frozenset((base,)))
        return know.union((know.member(v, name, node, frame) for v in texts if v.kind != "instance"), node)
    parts: list[Values] = []
    getters = know.resolved(base.data, "__getattr__") or know.resolved(base.data, "__getattribute__")
    if getters:
        parts.append(_asked_for(know, base, name, getters, node))
    outside = classes.outside(know, base.data)
    if classes.UNKNOWN in outside:
        parts.append(an_open("computed", node))
    parts.append(frozenset(_of_library(base, b, name) for b in outside if b != classes.UNKNOWN))
    if not getters and not outside:
        parts.append(an_open("computed", node))
    return know.union(parts, node)


def _of_library(base: Value, path: str, name: str) -> Value:
    return Value("library", base.node, base.frame, f"{path}().{name}")


def _asked_for(know: Know, base: Value, name: str, getters: list[tuple[Node, Node]], node: Node) -> Values:
    """What the class's own `__getattr__` gives."""
    given = frozenset((constant(name, node, ()),))
    parts = []
    for owner, method in getters:
        if method.kind in FUNCTIONS:
            bound = Value("function", method, know.frames.of(owner), base)
            parts.append(know.called(bound, (given_site(node, None, given),), node, None))
    return know.union(parts, node)


# -- what a class has ------------------------------------------------------------------------------


def _bound_member(know: Know, base: Value, owner: Node, binding: Node, node: Node) -> Values:
    """One binding of a class's body, as it is seen on an object or the class."""
    frame = know.frames.of(owner)
    if binding.kind in FUNCTIONS:
        return _method(know, base, binding, frame, node)
    if _is_member(know, binding, owner):
        return _enum_member(know, base, binding, owner, frame)
    declared = binding.parent
    cls = base.data if base.kind == "instance" else base.node
    if declared is not None and declared.kind == "AnnAssign" and binding.value in know.record_fields(cls):
        if base.kind == "instance":
            return NOTHING
        value = declared.child("value")
        return know.union((described(know, base, v, node) for v in know.value(value, frame)), node)
    return know.union((described(know, base, v, node) for v in know.bound(binding, frame)), node)


def _is_member(know: Know, binding: Node, owner: Node) -> bool:
    parent = binding.parent
    name = str(binding.value)
    is_assigned = parent is not None and parent.kind == "Assign" and not name.startswith("_")
    return is_assigned and know.is_enum(owner)


def _enum_member(know: Know, base: Value, binding: Node, owner: Node, frame: Frame | None) -> Values:
    values = _without_auto(know.bound(binding, frame), binding)
    if all(v.kind in ("function", "partial") for v in values):
        return values
    cls = base.data if base.kind == "instance" else base.node
    return frozenset((Value("instance", binding, None, cls, (given_site(binding, None, values),)),))


def _without_auto(values: Values, binding: Node) -> Values:
    """`auto()` of an enumeration of texts is the name in small letters."""
    found = set(values)
    for value in values:
        if value.kind == "library" and str(value.data).rpartition(".")[2] == "auto()":
            found.discard(value)
            found |= {constant(str(binding.value).lower(), binding, ()), *an_open("computed", binding)}
    return frozenset(found)


def described(know: Know, base: Value, value: Value, node: Node) -> Values:
    """What a value in a class's body is on an object: descriptors answer, functions are bound."""
    on_object = base.kind == "instance"
    if value.kind == "instance" and know.resolved(value.data, "__get__"):
        return _descriptor(know, base, value, node)
    if value.kind == "function" and value.data is None and (on_object or is_of_class(value.node)):
        return (
            frozenset((value._replace(data=base),)) if value.node.kind in FUNCTIONS else frozenset((value,))
        )
    if not value.is_result:
        return frozenset((value,))
    match str(value.data)[:-2].rpartition(".")[2]:
        case "property" | "cached_property":
            return _by_property(know, base, value, node) if on_object else frozenset((value,))
        case "partialmethod":
            return frozenset(
                (Value("partial", value.node, value.frame, base if on_object else None, value.more),)
            )
        case "staticmethod":
            return know.argument(value.more, "", 0)[0]
        case "classmethod":
            return _of_class(know, base, value)
        case _ if is_declaring(value):
            return declared(know, value.node, value.frame)
    return frozenset((value,))


def _descriptor(know: Know, base: Value, value: Value, node: Node) -> Values:
    """What `__get__` of an object in a class's body gives."""
    on_object = base.kind == "instance"
    cls = Value("class", base.data if on_object else base.node)
    owner = frozenset((base if on_object else constant(None, node, ()),))
    site = given_site(node, None, owner, frozenset((cls,)))
    methods = know.member(value, "__get__", node, None)
    return know.union((know.called(method, (site,), node, None) for method in methods), node)


def _by_property(know: Know, base: Value, value: Value, node: Node) -> Values:
    """`name = property(getter)`."""
    getters = know.argument(value.more, "fget", 0)[0]
    site = given_site(node, None, frozenset((base,)))
    return know.union((know.called(g, (site,), node, None) for g in getters if g.kind != "constant"), node)


def _of_class(know: Know, base: Value, value: Value) -> Values:
    cls = base if base.kind == "class" else Value("class", base.data, know.frames.of(base.data))
    found = know.argument(value.more, "", 0)[0]
    return frozenset(v._replace(data=cls) if v.kind == "function" else v for v in found)


def is_declaring(value: Value) -> bool:
    """Whether something that a library gives declares what a field or a parameter is."""
    return value.node.kind == "Call" and str(value.data)[:-2].rpartition(".")[2] in DECLARING


def declared(know: Know, call: Node, frame: Frame | None) -> Values:
    """What `Field("x")`, `field(default_factory=f)`, `Option("x")` declare."""
    default = call.keyword("default") or next(iter(call.all("args")), None)
    parts = []
    if default is not None and not (default.kind == "Constant" and default.value is Ellipsis):
        parts.append(know.value(default, frame))
    for name in _FACTORIES:
        factory = call.keyword(name)
        for value in know.value(factory, frame) if factory is not None else ():
            parts.append(know.called(value, (given_site(call, frame),), call, frame))
    return know.union(parts, call)


def _method(know: Know, base: Value, method: Node, frame: Frame | None, node: Node) -> Values:
    names = {last_name(d) for d in method.decorators}
    if names & set(PROPERTIES) and base.kind == "instance":
        inner = know.frames.enter(method, (), base, frame)
        return know.returned(Value("function", method, frame, base), inner)
    receiver: Value | None = base
    if "staticmethod" in names or (base.kind == "class" and not is_of_class(method)):
        receiver = None
    elif base.kind == "instance" and is_of_class(method):
        receiver = Value("class", base.data, know.frames.of(base.data))
    found = know.bound(method, frame)
    if know.is_written(method.file):
        found = frozenset(v._replace(data=receiver) for v in found)
        return frozenset(handed_on(method, v) for v in found)
    return know.union((_received(know, base, v, receiver, node) for v in found), node)


def _received(know: Know, base: Value, value: Value, receiver: Value | None, node: Node) -> Values:
    """What a method of a class's body, as its decorators left it, is on an object."""
    if value.kind == "function":
        return frozenset((value._replace(data=receiver) if value.data is None else value,))
    if value.kind == "instance":
        return described(know, base, value, node)
    return frozenset((value,))


# -- classes, super, modules -----------------------------------------------------------------------


def class_member(know: Know, base: Value, name: str, node: Node, frame: Frame | None) -> Values:
    """What `Class.name` is."""
    if name == "__name__":
        return frozenset((constant(str(base.node.value), node, ()),))
    if name == "__members__":
        is_enum = know.is_enum(base.node)
        return (
            frozenset((Value("mapping", base.node, base.frame, "members", base),))
            if is_enum
            else an_open("computed", node)
        )
    found = know.resolved(base.node, name)
    if name == "__new__" and not found:
        return frozenset((Value("library", node, None, "object.__new__"),))
    parts = [_bound_member(know, base, owner, binding, node) for owner, binding in found]
    parts.append(_set_on_class(know, base.node, name))
    if not found:
        parts.append(_by_metaclass(know, base, name, node))
    outside = [] if found or know.is_set_on_class(base.node, name) else classes.outside(know, base.node)
    if classes.UNKNOWN in outside:
        parts.append(an_open("computed", node))
    parts.append(
        frozenset(Value("library", node, None, f"{b}.{name}") for b in outside if b != classes.UNKNOWN)
    )
    return know.union(parts, node) or (NOTHING if _may_have(know, base, name) else know.ends())


def _may_have(know: Know, base: Value, name: str) -> bool:
    """Whether a class may have an attribute that nothing is seen to give it."""
    if name.startswith("__") or classes.metaclasses(know, base.node):
        return True
    return any(not know.is_written(store.file) for store in know.computed_stores)


def _by_metaclass(know: Know, base: Value, name: str, node: Node) -> Values:
    """What a class has as an object of its metaclass."""
    parts = []
    for meta in classes.metaclasses(know, base.node):
        for owner, binding in know.resolved(meta, name):
            frame = know.frames.of(owner)
            if _is_property(binding):
                inner = know.frames.enter(binding, (), base, frame)
                parts.append(know.returned(Value("function", binding, frame, base), inner))
            elif binding.kind in FUNCTIONS:
                parts.append(frozenset((Value("function", binding, frame, base),)))
            else:
                parts.append(know.bound(binding, frame))
        if not know.resolved(meta, name) and know.resolved(meta, "__getattr__"):
            given = frozenset((constant(name, node, ()),))
            parts.append(classes.by_metaclass(know, base, "__getattr__", (given,), node))
    return know.union(parts, node)


def _set_on_class(know: Know, cls: Node, name: str) -> Values:
    return know.solved(set_on_classes, cls, name)


def set_on_classes(know: Know, cls: Node, name: str) -> Values:
    """`Class.name = …` outside of the body of the class and its bases."""
    order = [one for one in know.mro(cls) if not isinstance(one, str)]
    return know.union((know.held(entry) for one in order for entry in know.set_on(one, name)), cls)


def super_member(know: Know, base: Value, name: str, node: Node, frame: Frame | None) -> Values:
    """What `super().name` is: from the class after the one it is written in."""
    seen: Value = base.data
    cls = seen.data if seen.kind == "instance" else seen.node
    found = know.resolved(cls, name, base.node)
    parts = [_bound_member(know, seen, owner, binding, node) for owner, binding in found]
    if found:
        return know.union(parts, node)
    if seen.kind == "instance":
        inner = know.container(seen)
        if inner is not None and containers.has_method(inner, name):
            return frozenset((Value("method", node, frame, name, inner),))
    if name in ("__new__", "__init_subclass__", "__init__", "__setattr__", "__post_init__"):
        return frozenset((Value("method", node, frame, name, base),))
    if name == "__getattribute__":
        return frozenset((Value("method", node, frame, name, base),))
    return frozenset(Value("library", node, None, f"{b}().{name}") for b in classes.outside(know, cls))


def setters(know: Know, base: Value, store: Node, frame: Frame | None) -> list[tuple[Value, Site]]:
    """The setters of a property that `base.name = …` calls, and what they are given."""
    name = str(store.value)
    found = []
    for owner in know.mro(base.data):
        if isinstance(owner, str):
            continue
        for binding in know.bound_in(owner, name):
            if binding.kind in FUNCTIONS and any(last_name(d) == "setter" for d in binding.decorators):
                site = given_site(store, frame, know.targeted(store, frame))
                found.append((Value("function", binding, know.frames.of(owner), base), site))
    return found
