"""Fields of objects and classes: what is assigned to them, wherever that is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know import classes, loop_rows, parameters
from migrator.know.additions import given_by_keywords
from migrator.know.calls import spread_mapping
from migrator.know.constructing import COPY
from migrator.know.parameters import has_receiver
from migrator.know.record_classes import record_entries
from migrator.know.values import Entry, Site, Value, given_site
from migrator.read.scopes import FUNCTIONS, activated, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.values import Entries, Frame, Values
    from migrator.read.nodes import Node

MAX_FRAMES = 48
"""Activations of one method on one object."""
_BY_THEMSELVES = ("property", "cached_property", "validator", "field_validator", "model_validator", "setter")


def field(know: Know, base: Value, name: str) -> Entries:
    """What one field of an object may hold."""
    found = set(record_entries(know, base, name, _handed_up(know, base, name)))
    found |= set(_stores(know, base, name))
    found |= {e for e in know.computed_fields(base) if e.key in (None, name)}
    if base.made == COPY:
        found |= set(_of_copy(know, base, name))
    return frozenset(found)


def _handed_up(know: Know, base: Value, name: str) -> list[tuple[Site, ...]]:
    """What constructors give to that of the record that their class builds on: `super().__init__(…)`."""
    return handed_up(know, base) if base.more and name in know.record_fields(base.data) else []


def handed_up(know: Know, base: Value) -> list[tuple[Site, ...]]:
    """What the constructor of an object gives to that of a library's class: `super().__init__(…)`."""
    found: list[tuple[Site, ...]] = []
    for owner, constructor in know.resolved(base.data, "__init__"):
        further = know.resolved(base.data, "__init__", owner) if owner.kind == "ClassDef" else [()]
        calls = [] if further else [c for c in constructor.below("Call") if _is_of_super(c)]
        for frame in method_frames(know, constructor, base) if calls else ():
            found += [(Site(call, frame),) for call in calls]
    return found


def _is_of_super(call: Node) -> bool:
    """Whether a call is `super().__init__(…)`."""
    func = call.first
    made = func.first if func.kind == "Attribute" and func.value == "__init__" else None
    return made is not None and made.kind == "Call" and last_name(made.first) == "super"


def _of_copy(know: Know, base: Value, name: str) -> Iterator[Entry]:
    """A field of a copy: given anew, else the original's."""
    _given, may_lack = know.argument(base.more, name, -1)
    for entry in know.arguments(base.more):
        if entry.key == name or (entry.key is None and not isinstance(entry.key, int)):
            yield entry.under(name)
    if may_lack:
        for original in know.argument(base.more, "", 0)[0]:
            if original.kind == "instance":
                yield from know.field(original, name)


def fields(know: Know, base: Value) -> Entries:
    """All fields of an object: those that its class declares, and those that are assigned."""
    found: set[Entry] = set()
    for name in sorted(_names(know, base)):
        found |= {entry.under(name) for entry in know.field(base, name)}
    return frozenset(found | {e for e in know.computed_fields(base) if e.key is None})


def _names(know: Know, base: Value) -> set[str]:
    found = set(know.record_fields(base.data))
    for owner in know.mro(base.data):
        if not isinstance(owner, str) and owner.kind == "ClassDef":
            found.update(str(store.value) for store in owner.within("AttributeStore"))
    found.update(e.key for e in know.computed_fields(base) if isinstance(e.key, str))
    return found | names_set_on(know, base)


def has_field(know: Know, base: Value, name: str) -> bool:
    """Whether an object's class, or what is done to its objects, says that they have a field."""
    if base.made == COPY or know.is_written(base.data.file) or name in know.record_fields(base.data):
        return True
    lineage = [one for one in know.mro(base.data) if not isinstance(one, str)]
    for store in know.stores(name):
        owner = method_around(store)
        if owner is not None and owner.scope in lineage and is_self(store.first, owner):
            return True
    for call in know.set_by_name(name):
        owner = method_around(call)
        if owner is not None and owner.scope in lineage:
            return True
    if classes.outside(know, base.data) or know.resolved(base.data, "__getattr__"):
        return False
    if know.stores(name) or know.set_by_name(name):
        return True
    return any(m is not None and m.scope in lineage for m in map(method_around, know.computed_stores))


def names_set_on(know: Know, base: Value) -> set[str]:
    """The fields of which it is known by their names that an object may have them: set from elsewhere."""
    found: set[str] = set()
    if not know.is_written(base.data.file):
        return found
    for node, _ in know.seen(base):
        parent = node.parent
        if parent is not None and parent.kind == "AttributeStore":
            found.add(str(parent.value))
    return found


def seen_as_self(know: Know, base: Value) -> Iterator[tuple[Node, Frame | None]]:
    """Where an object is seen in the methods of its class: as `self`, as `super()`."""
    for owner in know.mro(base.data):
        if isinstance(owner, str) or owner.kind != "ClassDef":
            continue
        for method in owner.all("body"):
            if method.kind in FUNCTIONS and has_receiver(method):
                nodes = list(_own_places(know, method))
                for frame in method_frames(know, method, base) if nodes else ():
                    yield from ((node, frame) for node in nodes)


def _own_places(know: Know, method: Node) -> Iterator[Node]:
    first = method.file.nodes[method.file.parameters[method.index][0]]
    for load in know.loads(first):
        parent = load.parent
        if load.scope is method and parent is not None and parent.kind in ("Attribute", "SubscriptStore"):
            yield load
    for index in method.file.calls.get("super", ()):
        call = method.file.nodes[index]
        if call.inside(method):
            yield call


# -- stores ----------------------------------------------------------------------------------------


def _stores(know: Know, base: Value, name: str) -> Iterator[Entry]:
    """The assignments to a field of an object: in its class's methods, elsewhere, by `setattr`."""
    for store in know.stores(name):
        for frame in _frames_with(know, store, store.first, base):
            yield Entry(name, None, frame, store.statement, "field", name, know.targeted(store, frame))
    for call in know.set_by_name(name):
        target, value = _target_and_value(call)
        for frame in _frames_with(know, call, target, base):
            yield Entry(name, value, frame, call, "built")


def _target_and_value(call: Node) -> tuple[Node, Node]:
    """What `setattr(x, "name", v)` or `x.__setattr__("name", v)` sets a field of, and to what."""
    arguments = call.all("args")
    if len(arguments) == 2:
        return call.first.first, arguments[1]
    return arguments[0], arguments[2]


def _frames_with(know: Know, node: Node, target: Node, base: Value) -> Iterator[Frame | None]:
    """The frames, row by row, in which something is done to an object."""
    owner = method_around(node)
    lineage = know.mro(base.data)
    if owner is not None and is_self(target, owner) and node.scope is owner:
        for own in method_frames(know, owner, base) if owner.scope in lineage else ():
            yield from loop_rows.runs(know, node, own)
        return
    for frame in know.entered(activated(node.scope)):
        for run in loop_rows.runs(know, node, frame):
            if any(same_object(v, base) for v in know.value(target, run)):
                yield run


def same_object(value: Value, base: Value) -> bool:
    """Whether a value is an object, made at the same place."""
    return value.kind == "instance" and value.node is base.node and value.data is base.data


def method_around(node: Node) -> Node | None:
    """The method that a node stands in."""
    scope = node.scope
    while scope.kind in FUNCTIONS and scope.scope.kind in FUNCTIONS:
        scope = scope.scope
    return scope if scope.kind in FUNCTIONS and scope.scope.kind == "ClassDef" else None


def is_self(target: Node, method: Node) -> bool:
    """Whether an expression is the first parameter of a method."""
    first = method.file.parameters.get(method.index, [])[:1]
    return target.kind == "Name" and target.value in [method.file.nodes[i].value for i in first]


def computed_fields(know: Know, base: Value) -> Entries:
    """Fields whose names are computed: `setattr(x, name, v)`, `x.__dict__.update(…)`, `vars(x)[name] = v`."""
    found: set[Entry] = set()
    for call, target in know.indexes.computed_targets:
        for frame in _frames_with(know, call, target, base):
            found |= set(_computed(know, call, frame))
    return frozenset(found)


def _computed(know: Know, node: Node, frame: Frame | None) -> Iterator[Entry]:
    if node.kind == "SubscriptStore":
        names, value = node.child("slice"), None
    elif last_name(node.first) == "update":
        yield from _updated(know, node, frame)
        return
    else:
        *_, names, value = node.all("args")
    for name in know.value(names, frame):
        key = name.text if name.kind == "constant" else None
        if value is not None:
            yield Entry(key, value, frame, node, "built")
        else:
            yield Entry(key, None, frame, node.statement, "built", "", know.targeted(node, frame))


def _updated(know: Know, call: Node, frame: Frame | None) -> Iterator[Entry]:
    for argument in call.all("args"):
        for value in know.value(argument, frame):
            yield from spread_mapping(know, value, argument)
    yield from given_by_keywords(know, call, frame)


# -- in which frames methods run -------------------------------------------------------------------


def method_frames(know: Know, method: Node, base: Value) -> list[Frame]:
    """The frames in which a method runs on an object: its construction, the calls on it."""
    alone = know.frames.alone(method)
    if alone is not None:
        return [alone]
    return [value.frame for value in know.solved(_method_frames, method, base) if value.frame is not None]


def _method_frames(know: Know, method: Node, base: Value) -> Values:
    closure = know.frames.of(method.scope)
    found: set[Frame] = set()
    if method.value == "__init__":
        found.update(_constructor_frames(know, method, base, closure))
    elif method.value == "__new__" or not has_receiver(method):
        found.update(f for f in know.entered(method) if f is not None)
    elif method.value == "__post_init__" and classes.is_record(know, base.data):
        found.add(know.frames.enter(method, _init_only(know, base), base, closure))
    elif str(method.value).startswith("__") or {last_name(d) for d in method.decorators} & {*_BY_THEMSELVES}:
        found.add(know.frames.enter(method, (), base, closure))
        found.update(_by_calls(know, method, base, closure))
    else:
        found.update(_by_calls(know, method, base, closure))
        if not know.calls_on(method, base):
            found.add(know.frames.enter(method, (), base, closure))
    if len(found) > MAX_FRAMES:
        found = {know.frames.enter(method, (), base, closure)}
    return frozenset(Value("function", method, frame) for frame in found)


def _init_only(know: Know, base: Value) -> tuple[Site, ...]:
    """What a record's fields that only its making knows give to `__post_init__`."""
    fields = know.record_fields(base.data)
    names = [
        name
        for name, field in fields.items()
        if field.annotation is not None and _is_init_only(field.annotation)
    ]
    if not names or not base.more:
        return ()
    return (given_site(base.node, None, *(_held(know, base, name) for name in names)),)


def _is_init_only(annotation: Node) -> bool:
    return last_name(annotation.first if annotation.kind == "Subscript" else annotation) == "InitVar"


def _held(know: Know, base: Value, name: str) -> Values:
    return know.union((know.held(entry) for entry in record_entries(know, base, name)), base.node)


def _constructor_frames(know: Know, method: Node, base: Value, closure: Frame | None) -> Iterator[Frame]:
    if method in [m for _, m in know.resolved(base.data, "__init__")]:
        for sites in _construction(know, base):
            yield know.frames.enter(method, sites, base, closure)
    else:
        yield from _by_super(know, method, base, closure)


def _construction(know: Know, base: Value) -> Iterator[tuple[Site, ...]]:
    """What an object's constructor is given; that of a member of an enumeration its value's parts."""
    if base.made == COPY:
        yield ()
    elif not know.is_enum(base.data) or not base.more:
        yield base.more
    else:
        for value in know.argument(base.more, "", 0)[0]:
            if value.kind != "sequence":
                yield (given_site(base.node, None, frozenset((value,))),)
                continue
            entries = know.elements(value)
            places = [
                frozenset(v for e in entries if e.key == i for v in know.held(e)) for i in range(len(entries))
            ]
            yield (given_site(base.node, None, *places),)


def _by_super(know: Know, method: Node, base: Value, closure: Frame | None) -> Iterator[Frame]:
    """A base's constructor, as the constructors before it call it."""
    for owner in know.mro(base.data):
        if isinstance(owner, str) or owner is method.scope or owner.kind != "ClassDef":
            continue
        for other in know.bound_in(owner, "__init__"):
            for call in _calls_of(other, method) if other.kind in FUNCTIONS else ():
                for frame in method_frames(know, other, base):
                    callees = know.value(call.first, frame)
                    for callee in callees:
                        if callee.kind == "function" and callee.node is method:
                            skip = 0 if callee.data is not None else 1
                            yield know.frames.enter(method, (Site(call, frame, skip),), base, closure)


def _calls_of(function: Node, method: Node) -> list[Node]:
    calls = (function.file.nodes[i] for i in function.file.calls.get(method.value, ()))
    return [call for call in calls if call.inside(function) and call.first.kind == "Attribute"]


def _by_calls(know: Know, method: Node, base: Value, closure: Frame | None) -> Iterator[Frame]:
    for one in know.calls_on(method, base):
        receiver = one.callee.data
        if (
            receiver is None
            or same_object(receiver, base)
            or (receiver.kind == "class" and _is_of(know, base, receiver))
        ):
            yield know.frames.enter(
                method,
                one.sites,
                base if receiver is None or receiver.kind == "instance" else receiver,
                closure,
            )


def _is_of(know: Know, base: Value, cls: Value) -> bool:
    return cls.node in know.mro(base.data)


# -- classes ---------------------------------------------------------------------------------------


def set_on(know: Know, cls: Node, name: str) -> Entries:
    """`Class.name = …`, `setattr(cls, "name", …)`, in whatever frame."""
    found: set[Entry] = set()
    for store in know.stores(name):
        for frame in _frames_with_class(know, store, store.first, cls):
            known = know.targeted(store, frame)
            found.add(Entry(name, None, frame, store.statement, "field", name, known))
    for call in know.set_by_name(name):
        target, value = _target_and_value(call)
        for frame in _frames_with_class(know, call, target, cls):
            found.add(Entry(name, value, frame, call, "built"))
    for call, target in know.indexes.computed_targets:
        for frame in _frames_with_class(know, call, target, cls):
            found |= {e for e in _computed(know, call, frame) if e.key in (None, name)}
    return frozenset(found)


def _frames_with_class(know: Know, node: Node, target: Node, cls: Node) -> Iterator[Frame | None]:
    if target.kind == "Name" and not _may_be_class(know, target, cls):
        return
    for frame in know.entered(activated(node.scope)):
        for run in loop_rows.runs(know, node, frame):
            if any(v.kind == "class" and v.node is cls for v in know.value(target, run)):
                yield run


def _may_be_class(know: Know, target: Node, cls: Node) -> bool:
    """Whether a name may be a class: `self` of a method is none."""
    owner = method_around(target)
    if owner is None or not is_self(target, owner):
        return True
    if target.scope is not owner:
        return True
    return (
        parameters.is_of_class(owner) and (owner.scope is cls or owner.scope in know.mro(cls))
    ) or know.is_meta(owner.scope)
