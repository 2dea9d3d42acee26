"""Where a value goes: the same edges turned round, from what makes it to every place that sees it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from migrator.know import additions, bindings, classes, members
from migrator.know.bindings import PROPERTIES
from migrator.know.frames import in_order
from migrator.know.into import handed, handed_by, into_container
from migrator.know.names import is_class_scope
from migrator.know.questions import Holder
from migrator.read.project import FUNCTIONS, activated, last_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.values import Frame, Value
    from migrator.read.nodes import Node

    Path = tuple[Any, ...]

MAX_HOLDERS = 300
"""Places at which one value is followed."""
MAX_PATH = 4
"""Containers in containers."""
LOST: Path = ("…",)
"""The path of the one place that is named where there are too many."""
UNSEEN: Path = ("?",)
"""The path of a place from which a value goes on to nobody sees where."""
_PASSES = ("IfExp", "BoolOp", "Await", "NamedExpr", "Starred")


def holders(know: Know, node: Node, frame: Frame | None) -> frozenset[Holder]:
    """Every place at which the value of an expression, or what a definition binds, is seen."""
    queue = deque(_starts(know, node, frame))
    seen = set(queue)
    while queue:
        for found in know.solved(onwards, queue.popleft()):
            if found not in seen and len(found.path) <= MAX_PATH:
                seen.add(found)
                if found.path != UNSEEN:
                    queue.append(found)
        if len(seen) > MAX_HOLDERS:
            return frozenset((Holder(node, frame, LOST),))
    return frozenset(seen)


def _starts(know: Know, node: Node, frame: Frame | None) -> Iterator[Holder]:
    if node.kind in ("ClassDef", "FunctionDef", "AsyncFunctionDef"):
        yield from _defined(know, node, frame)
    elif node.kind == "arg":
        yield from loads(know, node, frame, ())
    elif node.kind == "Starred" and node.parent is not None and node.first.kind.endswith("Store"):
        yield from into(know, node.first, frame, ())
    elif node.kind.endswith("Store"):
        yield from into(know, node, frame, ())
    else:
        yield Holder(node, frame, ())


def _defined(know: Know, definition: Node, frame: Frame | None) -> Iterator[Holder]:
    """Where a definition goes: to its decorators, and by its name."""
    for decorator, site in bindings.decorations(know, definition, frame):
        held = Holder(decorator, frame, ())
        for callee in know.value(decorator, frame):
            yield from handed_by(know, held, callee, (site,), 0, "")
    yield from named(know, definition, frame, ())


def named(know: Know, definition: Node, frame: Frame | None, path: Path) -> Iterator[Holder]:
    """Where a definition, or what a class's body binds, is seen by its name."""
    if is_class_scope(definition):
        yield from as_member(know, definition, path)
    yield from loads(know, definition, frame, path)


def as_member(know: Know, definition: Node, path: Path) -> Iterator[Holder]:
    """Where something of a class's body is seen on the class and its objects."""
    cls, name = definition.scope, str(definition.value)
    is_only = definition.kind in FUNCTIONS and know.is_only(definition)
    for load in (*know.loads_of(name, cls), *know.augmented_fields(name), *know.got_by_name(name)):
        frame = know.frames.of(load)
        if (own := _own_class(know, _base_of(load))) is not None:
            if any(b is definition for one in (own, *know.below(own)) for _, b in know.resolved(one, name)):
                yield Holder(load, frame, path)
            continue
        for base in know.value(_base_of(load), frame):
            owner = class_of(base)
            if (base.kind == "open" and is_only) or (
                owner is not None and _resolves(know, owner, base, name, definition)
            ):
                yield Holder(load, frame, path)
                break


def _own_class(know: Know, node: Node) -> Node | None:
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


# -- one step --------------------------------------------------------------------------------------


def onwards(know: Know, held: Holder) -> frozenset[Holder]:
    """Where a value is seen next."""
    node, parent = held.node, held.node.parent
    if parent is None:
        return frozenset()
    if parent.kind in _PASSES:
        return frozenset(_passed(know, held, parent))
    step = _STEPS.get(parent.kind)
    return frozenset(step(know, held, node, parent)) if step is not None else frozenset()


def _passed(know: Know, held: Holder, parent: Node) -> Iterator[Holder]:
    if held.node.field in ("test", "target"):
        return
    if parent.kind == "NamedExpr":
        target = parent.child("target")
        assert target is not None
        yield from into(know, target, held.frame, held.path)
    yield held._replace(node=parent)


def _assigned(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    if node.field == "value":
        for target in parent.all("targets") or parent.all("target"):
            yield from into(know, target, held.frame, held.path)


def _augmented(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    """`x += values`: what they hold is in `x`; `x += y` leaves an object that grows under its name."""
    target = parent.child("target")
    assert target is not None
    if node.field == "value" and held.path:
        path = held.path if parent.value == "BitOr" else (None, *held.path[1:])
        yield from into(know, target, held.frame, path)
        yield from _into_target(know, target, held.frame, path)
    elif node is target:
        yield from into(know, target, held.frame, held.path)


def _into_target(know: Know, target: Node, frame: Frame | None, path: Path) -> Iterator[Holder]:
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


def on_objects(
    know: Know, name: str, bases: Iterable[Value], frame: Frame | None, path: Path
) -> Iterator[Holder]:
    """Loads of an attribute on some objects."""
    wanted = _Wanted(know, bases)
    receiver = frame.receiver if frame is not None else None
    seen = (*know.loads_of(name, None), *know.augmented_fields(name), *know.got_by_name(name))
    if len(seen) > know.most_loads:
        yield Holder(seen[0], know.frames.of(seen[0]), UNSEEN)
        return
    for load in seen:
        if not wanted.may_be(know, _base_of(load)):
            continue
        at = know.frames.of(load)
        if receiver is not None and _is_own(load, at):
            at = know.frames.enter(at.function, (), receiver, at.closure) if at is not None else at
        if not wanted.marks.isdisjoint(know.solved(marks, _base_of(load), at)):
            yield Holder(load, at, path)


class _Wanted:
    """Some objects and classes, by the marks of an expression that may be one of them."""

    def __init__(self, know: Know, bases: Iterable[Value]) -> None:
        identities = {_identity(v) for v in bases if v.kind in ("instance", "class", "library")}
        self.classes: set[Node | None] = set()
        self.marks: set[Any] = {*identities}
        for kind, made, data in identities:
            cls = data if kind == "instance" else made if kind == "class" else None
            self.classes.add(cls)
            if cls is not None:
                is_any = kind == "class" or made is cls
                self.marks.add(("above" if is_any else "any above", cls))
                self.marks.update(("is" if is_any else "any", one) for one in know.mro(cls))

    def may_be(self, know: Know, node: Node) -> bool:
        """Whether an expression may be one of them, by the class whose method it stands in."""
        own = _own_class(know, node)
        if own is None:
            return True
        near = know.solved(_near, own)
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


def _is_own(load: Node, at: Frame | None) -> bool:
    """Whether a load is of `self` in a method."""
    base = _base_of(load)
    if at is None or at.function.scope.kind != "ClassDef" or base.kind != "Name":
        return False
    first = at.function.file.parameters.get(at.function.index, [])[:1]
    return any(at.function.file.nodes[i].value == base.value for i in first)


def _base_of(load: Node) -> Node:
    """What an attribute is read of: in `x.name`, `getattr(x, "name")`, `vars(x)["name"]`."""
    if load.kind == "Subscript":
        load = load.first
    return load.all("args")[0] if load.kind == "Call" else load.first


def _identity(value: Value) -> tuple[str, Node, Any]:
    return value.kind, value.node, value.data if value.kind == "instance" else None


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


def _returned(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    function = parent if parent.kind == "Lambda" else parent.scope
    if function.kind not in FUNCTIONS or (parent.kind == "Lambda" and node.field != "body"):
        return
    path = held.path
    if parent.kind == "Yield":
        path = (None, *path)
    elif parent.kind == "YieldFrom":
        path = (None, *path[1:])
    frame = held.frame
    if frame is not None and frame.function is function and frame.sites:
        yield from _at_site(know, frame.sites[-1], path)
        return
    receiver = frame.receiver if frame is not None and frame.function is function else None
    calls = know.calls_on(function, receiver)
    for one in calls:
        yield from _at_site(know, one.sites[-1], path)
    if not calls and (function.kind == "Lambda" or str(function.value).startswith("__")):
        yield Holder(node, frame, UNSEEN)
    if {last_name(d) for d in function.decorators} & set(PROPERTIES):
        yield from as_member(know, function, path)


def _at_site(know: Know, site: Any, path: Path) -> Iterator[Holder]:  # noqa: ANN401
    """Where the result of a call is seen; of a decorator, by the name of the definition."""
    if site.given is None or site.call.field != "decorator_list":
        yield Holder(site.call, site.frame, path)
        return
    definition = site.call.parent
    is_above = False
    for decorator, outer in bindings.decorations(know, definition, site.frame):
        if is_above:
            for callee in know.value(decorator, site.frame):
                yield from handed_by(know, Holder(decorator, site.frame, path), callee, (outer,), 0, "")
        is_above = is_above or decorator is site.call
    yield from named(know, definition, site.frame, path)


def _argument(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    """A value that is handed to a call by place."""
    if node.field == "func":
        return
    place = parent.all("args").index(node)
    if node.kind == "Starred":
        if held.path:
            at = place + held.path[0] if isinstance(held.path[0], int) else place
            yield from handed(know, held._replace(path=held.path[1:]), parent, at, "")
        return
    yield from handed(know, held, parent, place, "")


def _keyword(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    call = parent.parent
    if call is None or call.kind != "Call":
        return
    if parent.value is not None:
        yield from handed(know, held, call, -1, str(parent.value))
    elif held.path:
        name = held.path[0] if isinstance(held.path[0], str) else ""
        yield from handed(know, held._replace(path=held.path[1:]), call, -1, name)


def _entry(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    if node.field == "spread":
        if held.path:
            yield held._replace(node=parent)
    elif node.field == "values":
        keys = [c for c in parent.children() if c.field == "keys"]
        values = [c for c in parent.children() if c.field == "values"]
        key = keys[values.index(node)]
        yield held._replace(node=parent, path=(key.value if key.kind == "Constant" else None, *held.path))


def _element(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    if node.kind == "Starred":
        if held.path:
            yield held._replace(node=parent, path=(None, *held.path[1:]))
        return
    place = parent.all("elts").index(node) if parent.kind != "Set" else None
    if any(e.kind == "Starred" for e in parent.all("elts")):
        place = None
    yield held._replace(node=parent, path=(place, *held.path))


def _comprehended(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    if node.field in ("elt", "value"):
        frame = know.frames.outside(held.frame, parent.all("generators"))
        yield held._replace(node=parent, frame=frame, path=(None, *held.path))


def _loop(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    target = parent.child("target")
    if node.field == "iter" and held.path and target is not None:
        frame = held.frame
        yield from into(know, target, frame, held.path[1:])


def _item(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    if node.field != "value" or not held.path:
        return
    key = parent.child("slice")
    if key is not None and key.kind == "Slice":
        yield held._replace(node=parent, path=(None, *held.path[1:]))
    elif key is None or key.kind != "Constant" or held.path[0] is None or key.value == held.path[0]:
        yield held._replace(node=parent, path=held.path[1:])


def _stored_item(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    """`t[key] |= values` changes what is there."""
    if parent.parent is not None and parent.parent.kind == "AugAssign":
        yield from _item(know, held, node, parent)


_ELEMENTS = frozenset({"get", "pop", "setdefault", "popleft", "__getitem__", "__next__", "popitem"})
_SAME_ELEMENTS = frozenset(
    {"copy", "union", "_asdict", "values", "new_child", "model_dump", "dict", "intersection"}
)


def _attribute(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    call = parent.parent
    name = str(parent.value)
    if name in ("value", "_value_") and any(
        v.kind == "instance" and know.is_enum(v.data) for v in know.value(node, held.frame)
    ):
        yield held._replace(node=parent)
    if call is None or call.kind != "Call" or parent.field != "func" or not held.path:
        return
    if name in _ELEMENTS:
        first = next(iter(call.all("args")), None)
        is_known = first is not None and first.kind == "Constant"
        if not is_known or held.path[0] is None or (first is not None and first.value == held.path[0]):
            yield held._replace(node=call, path=(1, *held.path[1:]) if name == "popitem" else held.path[1:])
    elif name == "items":
        yield held._replace(node=call, path=(None, 1, *held.path[1:]))
    elif name in _SAME_ELEMENTS:
        yield held._replace(node=call, path=held.path if name != "values" else (None, *held.path[1:]))


def _with(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    target = parent.child("optional_vars")
    if target is not None and node.field == "context_expr":
        yield from into(know, target, held.frame, held.path[1:] if held.path else ())


def _operand(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    if held.path and parent.value in ("BitOr", "Add", "Mult", "Sub", "BitAnd", "BitXor"):
        path = held.path if parent.value == "BitOr" else (None, *held.path[1:])
        yield held._replace(node=parent, path=path)


def _default(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    """A parameter's default."""
    function = parent.parent
    if node.field == "default" and function is not None:
        yield from loads(know, parent, know.frames.any(function), held.path)
        for frame in in_order(know.entered(function)):
            yield from loads(know, parent, frame, held.path)


def _matched(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    """The subject of a `match`: what captures it whole, or a part."""
    if node.field != "subject":
        return
    for capture in parent.below("MatchAs"):
        if capture.value is not None:
            yield from loads(know, capture, held.frame, held.path)
            for cut in range(1, len(held.path) + 1):
                yield from loads(know, capture, held.frame, held.path[cut:])


_STEPS: dict[str, Callable[[Know, Holder, Node, Node], Iterable[Holder]]] = {
    "Assign": _assigned,
    "AnnAssign": _assigned,
    "AugAssign": _augmented,
    "Return": _returned,
    "Yield": _returned,
    "YieldFrom": _returned,
    "Lambda": _returned,
    "Call": _argument,
    "keyword": _keyword,
    "Dict": _entry,
    "List": _element,
    "Tuple": _element,
    "Set": _element,
    "ListComp": _comprehended,
    "SetComp": _comprehended,
    "GeneratorExp": _comprehended,
    "DictComp": _comprehended,
    "For": _loop,
    "AsyncFor": _loop,
    "comprehension": _loop,
    "Subscript": _item,
    "SubscriptStore": _stored_item,
    "Attribute": _attribute,
    "withitem": _with,
    "BinOp": _operand,
    "arg": _default,
    "Match": _matched,
}
