"""On which objects, classes and modules an attribute may be seen: by what is known of where it was put."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.know.questions import Holder, Load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.values import Frame, Value
    from migrator.read.nodes import Node

    Path = tuple[Any, ...]


UNSEEN: Path = ("?",)
"""The path of a place from which a value goes on to nobody sees where."""


def own_class(know: Know, node: Node) -> Node | None:
    """The class of whose method an expression is the first parameter, if it is one of an object's method."""
    method = know.method_of(node) if node.kind == "Name" else None
    return None if method is None or know.is_meta(method.scope) else method.scope


def _near(know: Know, own: Node) -> frozenset[Any]:
    """The classes of which an object of a class may be one, too: those above and below it."""
    below = (own, *know.below(own))
    return frozenset((*below, *(one for cls in below for one in know.mro(cls))))


def class_of(value: Value) -> Node | None:
    """The class of an object, a class, a `super()`."""
    if value.kind == "instance":
        return value.data  # type: ignore[no-any-return]
    if value.kind == "class":
        return value.node
    return class_of(value.data) if value.kind == "super" else None


def on_objects(
    know: Know, name: str, bases: Iterable[Value], frame: Frame | None, path: Path
) -> Iterator[Holder]:
    """Loads of an attribute on some objects."""
    wanted = _Wanted(know, bases)
    receiver = frame.receiver if frame is not None else None
    seen = _loads(know, name)
    if len(seen) > know.most_loads:
        yield Holder(seen[0].node, know.frames.of(seen[0].node), UNSEEN)
        return
    for load in (*seen, *(_load(know, call) for call in got_computed(know, name))):
        if not wanted.may_be_in(know, load.cls):
            continue
        at = load.frame
        if load.is_own is None:
            at = load.frame = know.frames.of(load.node)
            load.is_own = _is_own(load, at)
        if receiver is not None and load.is_own and at is not None:
            at = know.frames.enter(at.function, (), receiver, at.closure)
        if not wanted.marks.isdisjoint(know.solved(marks, load.base, at)):
            yield Holder(load.node, at, path)


def _loads(know: Know, name: str) -> tuple[Load, ...]:
    """Every load of an attribute whose name is no computed one."""
    known = know.attribute_loads.get(name)
    if known is None:
        found = (*know.loads_of(name, None), *know.augmented_fields(name), *know.got_by_name(name))
        known = know.attribute_loads[name] = tuple(_load(know, node) for node in found)
    return known


def _load(know: Know, node: Node) -> Load:
    base = base_of(node)
    method = know.method_of(base) if base.kind == "Name" else None
    return Load(node, base, None if method is None else method.scope)


def got_computed(know: Know, name: str) -> Iterator[Node]:
    """Every `getattr(x, computed)` that may ask for a name: it is what is computed, or begins or ends so."""
    for call, key, is_put_together in know.computed_gets(name):
        values = know.value(key, know.frames.of(call))
        if any(v.text == name or (v.kind == "open" and is_put_together) for v in values):
            yield call


class _Wanted:
    """Some objects and classes, by the marks of an expression that may be one of them."""

    def __init__(self, know: Know, bases: Iterable[Value]) -> None:
        identities = {_identity(v) for v in bases if v.kind in ("instance", "class", "library")}
        self.classes: set[Node | None] = set()
        self.marks: set[Any] = {*identities}
        self._near: dict[Node | None, bool] = {}
        for kind, made, data in identities:
            cls = data if kind == "instance" else made if kind == "class" else None
            self.classes.add(cls)
            if cls is not None:
                is_any = kind == "class" or made is cls
                self.marks.add(("above" if is_any else "any above", cls))
                self.marks.update(("is" if is_any else "any", one) for one in know.mro(cls))

    def may_be_in(self, know: Know, cls: Node | None) -> bool:
        """Whether the object of a class's methods may be one of them; of what is no such object, too."""
        known = self._near.get(cls)
        if known is None:
            known = self._near[cls] = cls is None or know.is_meta(cls) or self._is_near(know, cls)
        return known

    def _is_near(self, know: Know, cls: Node) -> bool:
        near = know.solved(_near, cls)
        return None in self.classes or not near.isdisjoint(self.classes)


def marks(know: Know, node: Node, frame: Frame | None) -> frozenset[Any]:
    """What an expression may be, by which `_Wanted` knows it.

    A class and its objects share what is set on either, and those of the classes above and below do; an
    object made elsewhere may be any.
    """
    found: set[Any] = set()
    for value in know.value(node, frame):
        found.add(_identity(value))
        cls = class_of(value)
        if cls is None:
            continue
        is_any = value.kind == "class" or value.node is cls
        found.add(("is", cls))
        found.update(("above", one) for one in know.mro(cls))
        if is_any:
            found.add(("any", cls))
            found.update(("any above", one) for one in know.mro(cls))
    return frozenset(found)


def _is_own(load: Load, at: Frame | None) -> bool:
    """Whether a load is of `self` in a method."""
    base = load.base
    if at is None or at.function.scope.kind != "ClassDef" or base.kind != "Name":
        return False
    first = at.function.file.parameters.get(at.function.index, [])[:1]
    return any(at.function.file.nodes[i].value == base.value for i in first)


def base_of(load: Node) -> Node:
    """What an attribute is read of: in `x.name`, `getattr(x, "name")`, `vars(x)["name"]`."""
    if load.kind == "Subscript":
        load = load.first
    return load.all("args")[0] if load.kind == "Call" else load.first


def _identity(value: Value) -> tuple[str, Node, Any]:
    return value.kind, value.node, value.data if value.kind == "instance" else None
