"""Where a value is seen that a name, an attribute, an item or a pattern is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.know import additions, bindings, classes, members
from migrator.know.into import handed_by, into_container
from migrator.know.names import is_class_scope
from migrator.know.overriding import called_by, gives_by_name, may_be_meant, may_override, sites_of
from migrator.know.questions import Holder
from migrator.know.seen_on import base_of, class_of, got_computed, on_objects, own_class
from migrator.read.scopes import FUNCTIONS, activated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.values import Frame, Value
    from migrator.read.nodes import Node

    Path = tuple[Any, ...]


LOST: Path = ("…",)
"""The path of the one place that is named where there are too many."""


def named(know: Know, definition: Node, frame: Frame | None, path: Path) -> Iterator[Holder]:
    """Where a definition, or what a class's body binds, is seen by its name."""
    if is_class_scope(definition):
        yield from as_member(know, definition, path)
    yield from loads(know, definition, frame, path)


def as_member(know: Know, definition: Node, path: Path) -> Iterator[Holder]:
    """Where something of a class's body is seen on the class and its objects."""
    name = str(definition.value)
    seen = (*_member_loads(know, definition), *know.augmented_fields(name), *know.got_by_name(name))
    for load in (*seen, *got_computed(know, name)):
        frame = know.frames.of(load)
        if (own := own_class(know, base_of(load))) is not None:
            if any(b is definition for one in (own, *know.below(own)) for _, b in know.resolved(one, name)):
                yield Holder(load, frame, path)
            continue
        for base in know.value(base_of(load), frame):
            if _may_be(know, base, load, definition):
                yield Holder(load, frame, path)
                break


def _member_loads(know: Know, definition: Node) -> list[Node]:
    """Loads of what a class's body binds: of a common name those that are near.

    Of a method that takes whatever it is given by name, also the calls elsewhere that fit it: what they give
    has no parameter that would be open without them.
    """
    every, near = (know.loads_of(str(definition.value), cls) for cls in (None, definition.scope))
    if len(every) == len(near) or definition.kind not in FUNCTIONS or definition.child("kwarg") is None:
        return near
    known = set(near)
    return [load for load in every if load in known or gives_by_name(definition, called_by(load))]


def _may_be(know: Know, base: Value, load: Node, definition: Node) -> bool:
    """Whether an attribute of something may be what a class's body binds."""
    if base.kind == "open":
        return definition.kind in FUNCTIONS and may_be_meant(know, definition, sites_of(load), base)
    owner, name = class_of(base), str(definition.value)
    if owner is None:
        return False
    is_method = definition.kind in FUNCTIONS
    return _resolves(know, owner, base, name, definition) or (
        is_method and may_override(know, definition, base)
    )


def _resolves(know: Know, owner: Node, base: Value, name: str, definition: Node) -> bool:
    after = base.node if base.kind == "super" else None
    if any(binding is definition for _, binding in know.resolved(owner, name, after)):
        return True
    if base.kind == "class":
        return any(
            b is definition for meta in classes.metaclasses(know, owner) for _, b in know.resolved(meta, name)
        )
    return False


def loads(know: Know, binding: Node, frame: Frame | None, path: Path) -> Iterator[Holder]:
    """The loads of a name; `globals()["name"]` is one."""
    for load in know.loads(binding):
        yield Holder(load, frame_at(know, load, frame), path)
    for store in know.augmented(binding) if binding.kind == "arg" else ():
        yield Holder(store, frame_at(know, store, frame), path)
    for index in binding.file.calls.get("globals", ()):
        parent = binding.file.nodes[index].parent
        key = parent.child("slice") if parent is not None and parent.kind == "Subscript" else None
        if parent is not None and key is not None and key.value == binding.value:
            yield Holder(parent, know.frames.of(parent), path)


def frame_at(know: Know, load: Node, frame: Frame | None) -> Frame | None:
    """The frame of a load: the same function's is the same activation."""
    scope, around = activated(load.scope), frame
    while around is not None:
        if around.function is scope:
            return around
        around = around.closure
    return know.frames.any(scope)


def into_target(know: Know, target: Node, frame: Frame | None, path: Path) -> Iterator[Holder]:
    for value in bindings.before_augmented(know, target, frame):
        if additions.can_grow(value):
            for held in know.holders(value.node, value.frame):
                yield held._replace(path=(*held.path, *path))


def into(know: Know, target: Node, frame: Frame | None, path: Path) -> Iterator[Holder]:
    """Where a value is seen that a target is given."""
    if target.kind == "NameStore":
        if is_class_scope(target):
            yield from as_member(know, target, path)
        yield from loads(know, target, frame, path)
        for other in know.augmented(target):
            yield Holder(other, frame_at(know, other, frame), path)
    elif target.kind in ("Tuple", "List"):
        yield from _into_pattern(know, target, frame, path)
    elif target.kind == "Starred":
        yield from into(know, target.first, frame, path)
    elif target.kind == "AttributeStore":
        yield from into_field(know, target, frame, path)
    elif target.kind == "SubscriptStore":
        yield from _into_item(know, target, frame, path)


def _into_pattern(know: Know, target: Node, frame: Frame | None, path: Path) -> Iterator[Holder]:
    if not path:
        return
    elements = target.all("elts")
    has_star = any(e.kind == "Starred" for e in elements)
    for place, element in enumerate(elements):
        if element.kind == "Starred":
            yield from into(know, element.first, frame, (None, *path[1:]))
        elif path[0] is None or path[0] == place or has_star:
            yield from into(know, element, frame, path[1:])


def into_field(know: Know, target: Node, frame: Frame | None, path: Path) -> Iterator[Holder]:
    """Loads of an attribute on what may be the same object; a property's setter is called."""
    name = str(target.value)
    bases = know.value(target.first, frame)
    yield from on_objects(know, name, bases, frame, path)
    for base in bases:
        if base.kind == "module":
            for binding in know.final(base.node.file, name)[:1]:
                yield from loads(know, binding, None, path)
        if base.kind == "instance":
            for setter, site in members.setters(know, base, target, frame):
                yield from handed_by(know, Holder(target, frame, path), setter, (site,), 0, "")


def _into_item(know: Know, target: Node, frame: Frame | None, path: Path) -> Iterator[Holder]:
    base, key = target.child("value"), target.child("slice")
    assert base is not None
    assert key is not None
    place = key.value if key.kind == "Constant" else None
    yield from into_container(know, base, frame, (place, *path) if key.kind != "Slice" else (None, *path[1:]))
    for value in know.value(base, frame):
        if value.kind == "instance" and know.resolved(value.data, "__setitem__"):
            site = know.setting_site(target, frame)
            for method in know.member(value, "__setitem__", target, frame):
                yield from handed_by(know, Holder(target, frame, path), method, (site,), 1, "")
