"""Where a value goes: the same edges turned round, from what makes it to every place that sees it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from migrator.know.asking import Holder
from migrator.know.bindings import is_receiver, place_of
from migrator.know.frames import Site
from migrator.read.project import FUNCTIONS, last_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migrator.know.asking import Know
    from migrator.know.frames import Frame
    from migrator.know.values import Value
    from migrator.read.nodes import Node

MAX_HOLDERS = 500
"""Places at which one value is followed."""
MAX_PATH = 4
"""Containers in containers."""
_PASSES = ("IfExp", "BoolOp", "Await", "NamedExpr", "Starred", "FormattedValue")
_SAME = (
    "cast",
    "MappingProxyType",
    "run",
    "wait_for",
    "shield",
    "create_task",
    "staticmethod",
    "classmethod",
)
_COPIES = ("dict", "list", "tuple", "set", "sorted", "reversed", "iter", "frozenset", "deque", "chain")
_SHALLOW_COPIES = ("copy", "OrderedDict")


def holders(know: Know, node: Node, frame: Frame | None) -> frozenset[Holder]:
    """Every place at which the value of an expression, or what a definition binds, is seen."""
    queue = deque(_starts(know, node, frame))
    seen = set(queue)
    while queue and len(seen) <= MAX_HOLDERS:
        for found in _onwards(know, queue.popleft()):
            if found not in seen and len(found.path) <= MAX_PATH:
                seen.add(found)
                queue.append(found)
    return frozenset(seen)


def _starts(know: Know, node: Node, frame: Frame | None) -> Iterator[Holder]:
    if node.kind == "ClassDef" or node.kind in ("FunctionDef", "AsyncFunctionDef"):
        yield from _named(know, node, frame, ())
    elif node.kind == "arg":
        yield from _loads(know, node, frame, ())
    else:
        yield Holder(node, frame, ())


def _named(know: Know, definition: Node, frame: Frame | None, path: tuple[Any, ...]) -> Iterator[Holder]:
    """Where a definition is seen by its name; a method on objects of its class."""
    if definition.scope.kind == "ClassDef":
        yield from _as_member(know, definition, path)
    else:
        yield from _loads(know, definition, frame, path)


def _as_member(know: Know, definition: Node, path: tuple[Any, ...]) -> Iterator[Holder]:
    cls, name = definition.scope, str(definition.value)
    for load in know.loads_of(name, cls):
        frame = know.frames.of(load)
        for base in know.value(load.first, frame):
            owner = _class_of(base)
            if owner is not None and _resolves(know, owner, base, name, definition):
                yield Holder(load, frame, path)
                break
            if base.kind == "open" and know.is_only(definition):
                yield Holder(load, frame, path)
                break


def _class_of(value: Value) -> Node | None:
    if value.kind == "instance":
        return value.data  # type: ignore[no-any-return]
    if value.kind == "class":
        return value.node
    return value.data.data if value.kind == "super" else None


def _resolves(know: Know, owner: Node, base: Value, name: str, definition: Node) -> bool:
    order = [one for one in know.mro(owner) if not isinstance(one, str)]
    if base.kind == "super" and base.node in order:
        order = order[order.index(base.node) + 1 :]
    for one in order:
        found = one.file.bindings.get((one.index, name), ())
        if found:
            return any(one.file.node(i) is definition for i in found)
    return False


def _loads(know: Know, binding: Node, frame: Frame | None, path: tuple[Any, ...]) -> Iterator[Holder]:
    """The loads of a name."""
    for load in know.loads(binding):
        at = _frame_at(know, load, frame)
        yield Holder(load, at, path)


def _frame_at(know: Know, load: Node, frame: Frame | None) -> Frame | None:
    """The frame of a load: the same function's is the same activation."""
    scope = load.scope
    while scope.kind == "ClassDef":
        scope = scope.scope
    if scope.kind == "Module":
        return None if frame is None or frame.function.kind != "Module" else frame
    around = frame
    while around is not None:
        if around.function is scope:
            return around
        around = around.closure
    return know.frames.any(scope)


# -- one step ----------------------------------------------------------------------------------------


def _onwards(know: Know, held: Holder) -> Iterable[Holder]:
    node, parent = held.node, held.node.parent
    if parent is None:
        return ()
    if parent.kind in _PASSES:
        return _passed(know, held, parent)
    step = _STEPS.get(parent.kind)
    return step(know, held, node, parent) if step is not None else ()


def _passed(know: Know, held: Holder, parent: Node) -> Iterator[Holder]:
    if held.node.field in ("test", "target"):
        return
    if parent.kind == "FormattedValue":
        return
    if parent.kind == "NamedExpr":
        target = parent.child("target")
        assert target is not None
        yield from into(know, target, held.frame, held.path)
    yield held._replace(node=parent)


def _assigned(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    if node.field != "value":
        return
    targets = parent.all("targets") or parent.all("target")
    if parent.kind == "AugAssign":
        return
    for target in targets:
        yield from into(know, target, held.frame, held.path)


def into(know: Know, target: Node, frame: Frame | None, path: tuple[Any, ...]) -> Iterator[Holder]:
    """Where a value is seen that a target is given."""
    if target.kind == "NameStore":
        yield from _loads(know, target, frame, path)
        for other in know.augmented(target):
            yield Holder(other, _frame_at(know, other, frame), path)
    elif target.kind in ("Tuple", "List"):
        yield from _into_pattern(know, target, frame, path)
    elif target.kind == "Starred":
        yield from into(know, target.first, frame, path)
    elif target.kind == "AttributeStore":
        yield from _into_field(know, target, frame, path)
    elif target.kind == "SubscriptStore":
        yield from _into_item(know, target, frame, path)


def _into_pattern(know: Know, target: Node, frame: Frame | None, path: tuple[Any, ...]) -> Iterator[Holder]:
    if not path:
        return
    for place, element in enumerate(target.all("elts")):
        if path[0] is None or path[0] == place:
            yield from into(know, element, frame, path[1:])


def _into_field(know: Know, target: Node, frame: Frame | None, path: tuple[Any, ...]) -> Iterator[Holder]:
    """Loads of an attribute on what may be the same object."""
    bases = {_identity(v) for v in know.value(target.first, frame)}
    receiver = frame.receiver if frame is not None else None
    for load in (*know.loads_of(str(target.value), None), *know.augmented_fields(str(target.value))):
        at = know.frames.of(load)
        if receiver is not None and _is_own(load, at):
            at = know.frames.enter(at.function, (), receiver, at.closure) if at is not None else at
        found = know.value(load.first, at)
        if any(_identity(v) in bases or _is_relative(know, v, bases) for v in found):
            yield Holder(load, at, path)


def _is_own(load: Node, at: Frame | None) -> bool:
    """Whether a load is of `self` in a method."""
    if at is None or at.function.scope.kind != "ClassDef" or load.first.kind != "Name":
        return False
    first = at.function.file.parameters.get(at.function.index, [])[:1]
    return any(at.function.file.nodes[i].value == load.first.value for i in first)


def _identity(value: Value) -> tuple[str, Node, Any]:
    return value.kind, value.node, value.data if value.kind == "instance" else None


def _is_relative(know: Know, value: Value, bases: set[tuple[str, Node, Any]]) -> bool:
    """A class and its objects share what is set on either; an object made elsewhere may be any."""
    cls = _class_of(value)
    if cls is None:
        return False
    lineage = know.mro(cls)
    for kind, node, data in bases:
        other = data if kind == "instance" else node if kind == "class" else None
        if other is not None and (kind == "class" or value.kind == "class") and other in lineage:
            return True
        if other is not None and value.node is cls and (other in lineage or cls in know.mro(other)):
            return True
        if other is not None and node is other and (other in lineage or cls in know.mro(other)):
            return True
    return False


def _into_item(know: Know, target: Node, frame: Frame | None, path: tuple[Any, ...]) -> Iterator[Holder]:
    base, key = target.child("value"), target.child("slice")
    assert base is not None
    assert key is not None
    place = key.value if key.kind == "Constant" else None
    yield from _into_container(know, base, frame, (place, *path))


def _into_container(know: Know, base: Node, frame: Frame | None, path: tuple[Any, ...]) -> Iterator[Holder]:
    """Where a container is seen that something is put into."""
    for value in know.value(base, frame):
        if value.kind in ("mapping", "sequence"):
            for held in know.holders(value.node, value.frame):
                yield held._replace(path=(*held.path, *path))
        elif value.kind == "instance":
            yield from ()


def _returned(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    function = parent if parent.kind == "Lambda" else parent.scope
    if parent.kind == "Lambda" and node.field != "body":
        return
    if function.kind not in FUNCTIONS:
        return
    path = (None, *held.path) if parent.kind == "Yield" else held.path
    frame = held.frame
    if frame is not None and frame.function is function and len(frame.sites) == 1 and not frame.given:
        site = frame.sites[0]
        yield Holder(site.call, site.frame, path)
        return
    for site in know.callers(function):
        yield Holder(site.call, site.frame, path)
    if {last_name(d) for d in function.decorators} & {"property", "cached_property"}:
        yield from _as_member(know, function, path)


def _argument(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    """A value that is handed to a call by place."""
    if node.field == "func":
        return
    place = parent.all("args").index(node)
    yield from _handed(know, held, parent, place, "")


def _keyword(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    call = parent.parent
    if call is None or call.kind not in ("Call", "ClassDef"):
        return
    if parent.value is None:
        if held.path and isinstance(held.path[0], str) and call.kind == "Call":
            yield from _handed(know, held._replace(path=held.path[1:]), call, -1, held.path[0])
        return
    if call.kind == "Call":
        yield from _handed(know, held, call, -1, str(parent.value))


def _handed(know: Know, held: Holder, call: Node, place: int, name: str) -> Iterator[Holder]:
    for callee in know.value(call.first, held.frame):
        site = Site(call, held.frame)
        if callee.kind == "function":
            yield from _into_function(know, held, callee, (site,), place, name)
        elif callee.kind == "class":
            yield from _into_object(know, held, callee, site, place, name)
        elif callee.kind == "partial":
            yield from _into_partial(know, held, callee, site, place, name)
        elif callee.kind == "library":
            yield from _into_library(know, held, callee, site, place, name)
        elif callee.kind == "method":
            yield from _into_method(know, held, callee, call, place)


def _into_function(
    know: Know, held: Holder, callee: Value, sites: tuple[Site, ...], place: int, name: str
) -> Iterator[Holder]:
    function = callee.node
    at = place - sites[-1].skip
    frame = know.frames.enter(function, sites, callee.data, callee.frame)
    for index in function.file.tree.children(function.index):
        arg = function.file.nodes[index]
        if arg.kind != "arg":
            continue
        if arg.field == "kwarg":
            if name and not _names(function, name):
                yield from _loads(know, arg, frame, (name, *held.path))
        elif arg.field == "vararg":
            if at >= 0 and at >= len(function.all("args")) - _bound_ones(function):
                yield from _loads(know, arg, frame, (None, *held.path))
        elif (name and arg.value == name) or (at >= 0 and place_of(arg, function) == at):
            yield from _loads(know, arg, frame, held.path)


def _names(function: Node, name: str) -> bool:
    return any(function.file.nodes[i].value == name for i in function.file.parameters.get(function.index, ()))


def _bound_ones(function: Node) -> int:
    first = function.file.parameters.get(function.index, [])[:1]
    return sum(is_receiver(function.file.nodes[i], function) for i in first)


def _into_object(
    know: Know, held: Holder, callee: Value, site: Site, place: int, name: str
) -> Iterator[Holder]:
    """An argument of a constructor: of `__init__`, or a field of a record."""
    cls = callee.node
    made = [v for v in know.called(callee, (site,), site.call, site.frame) if v.kind == "instance"]
    for _, init in know.resolved(cls, "__init__"):
        for one in made:
            bound = callee._replace(kind="function", node=init, data=one, frame=know.frames.of(cls))
            yield from _into_function(know, held, bound, (site,), place, name)
    fields = know.record_fields(cls)
    field = name or (list(fields)[place] if 0 <= place < len(fields) else "")
    if field in fields:
        for load in know.loads_of(field, None):
            at = know.frames.of(load)
            if any(v.kind == "instance" and cls in know.mro(v.data) for v in know.value(load.first, at)):
                yield Holder(load, at, held.path)


def _into_partial(
    know: Know, held: Holder, callee: Value, site: Site, place: int, name: str
) -> Iterator[Holder]:
    for inner, sites in know.unfolded(callee):
        if inner.kind == "function":
            before = sum(isinstance(e.key, int) for e in know.arguments(sites))
            at = place + before if place >= 0 else place
            yield from _into_function(know, held, inner, (*sites, site), at, name)


def _into_library(
    know: Know, held: Holder, callee: Value, site: Site, place: int, name: str
) -> Iterator[Holder]:
    """Handed on by the language's own functions; into a function that is handed over beside it."""
    last = str(callee.data).rpartition(".")[2]
    call = site.call
    is_same = place == 0 and last in (*_SAME, "partial")
    is_copied = (place == 0 and last in _COPIES) or last in _SHALLOW_COPIES
    if is_same or (is_copied and held.path):
        yield Holder(call, site.frame, held.path)
    elif last == "zip" and held.path:
        yield Holder(call, site.frame, (None, place, *held.path[1:]))
    elif last == "enumerate" and held.path:
        yield Holder(call, site.frame, (None, 1, *held.path[1:]))
    elif last == "SimpleNamespace" and name:
        for load in know.loads_of(name, None):
            if any(v.node is call for v in know.value(load.first, know.frames.of(load))):
                yield Holder(load, know.frames.of(load), held.path)
    for at, function in know.callbacks(call, site.frame):
        if place > at or name:
            shifted = place - at - 1 if place >= 0 else place
            inner = (Site(call, site.frame, at + 1),)
            if function.kind == "function":
                yield from _into_function(know, held, function, inner, place, name)
            elif function.kind == "partial":
                for one, sites in know.unfolded(function):
                    if one.kind == "function":
                        yield from _into_function(know, held, one, (*sites, *inner), shifted, name)


def _into_method(know: Know, held: Holder, callee: Value, call: Node, place: int) -> Iterator[Holder]:
    """`list.append(value)`, `dict.setdefault(key, value)`, `dict.update(other)`."""
    name, func = str(callee.data), call.first
    if func.kind != "Attribute":
        return
    if name in ("append", "add", "insert", "appendleft"):
        yield from _into_container(know, func.first, held.frame, (None, *held.path))
    elif name in ("extend", "update") and held.path:
        yield from _into_container(know, func.first, held.frame, held.path)
    elif name in ("setdefault", "__setitem__", "get", "pop") and place == 1:
        if name not in ("get", "pop"):
            first = call.all("args")[0]
            key = first.value if first.kind == "Constant" else None
            yield from _into_container(know, func.first, held.frame, (key, *held.path))
        yield Holder(call, held.frame, held.path)


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
    yield held._replace(node=parent, path=(place, *held.path))


def _comprehended(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    if node.field in ("elt", "value"):
        yield held._replace(node=parent, path=(None, *held.path))


def _loop(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    target = parent.child("target")
    if node.field == "iter" and held.path and target is not None:
        yield from into(know, target, held.frame, held.path[1:])


def _item(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    if node.field != "value" or not held.path:
        return
    key = parent.child("slice")
    is_known = key is not None and key.kind == "Constant"
    if key is not None and key.kind == "Slice":
        yield held._replace(node=parent, path=(None, *held.path[1:]))
    elif not is_known or held.path[0] is None or (key is not None and key.value == held.path[0]):
        yield held._replace(node=parent, path=held.path[1:])


def _attribute(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    call = parent.parent
    name = str(parent.value)
    if call is None or call.kind != "Call" or parent.field != "func" or not held.path:
        return
    if name in ("get", "pop", "setdefault", "popleft", "__getitem__"):
        first = next(iter(call.all("args")), None)
        is_known = first is not None and first.kind == "Constant"
        if not is_known or held.path[0] is None or (first is not None and first.value == held.path[0]):
            yield held._replace(node=call, path=held.path[1:])
    elif name == "values":
        yield held._replace(node=call, path=(None, *held.path[1:]))
    elif name == "items":
        yield held._replace(node=call, path=(None, 1, *held.path[1:]))
    elif name in ("copy", "union", "_asdict"):
        yield held._replace(node=call)


def _with(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    target = parent.child("optional_vars")
    if target is not None and node.field == "context_expr":
        yield from into(know, target, held.frame, held.path[1:] if held.path else ())


def _union(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    if held.path and parent.value in ("BitOr", "Add"):
        path = held.path if parent.value == "BitOr" else (None, *held.path[1:])
        yield held._replace(node=parent, path=path)


def _default(know: Know, held: Holder, node: Node, parent: Node) -> Iterator[Holder]:
    """A parameter's default."""
    function = parent.parent
    if node.field == "default" and function is not None:
        yield from _loads(know, parent, know.frames.any(function), held.path)


_STEPS: dict[str, Callable[[Know, Holder, Node, Node], Iterable[Holder]]] = {
    "Assign": _assigned,
    "AnnAssign": _assigned,
    "Return": _returned,
    "Yield": _returned,
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
    "Attribute": _attribute,
    "withitem": _with,
    "BinOp": _union,
    "arg": _default,
}


# -- callers -----------------------------------------------------------------------------------------


def callers(know: Know, function: Node) -> frozenset[Site]:
    """What calls a function or a class: where its value is called, or handed to what may call it."""
    found: set[Site] = set()
    start = function
    if function.value in ("__init__", "__new__", "__post_init__") and function.scope.kind == "ClassDef":
        start = function.scope
        found.update(_constructing(know, function))
    for held in know.holders(start, know.frames.of(start)):
        if held.path:
            continue
        found.update(_calls(know, held))
    return frozenset(found)


def _calls(know: Know, held: Holder) -> Iterator[Site]:
    parent = held.node.parent
    if parent is None:
        return
    at = know.frames.of(held.node)
    if parent.kind == "Call" and held.node.field == "func":
        yield Site(parent, at)
        if parent.field == "func" and parent.parent is not None and _wraps(know, held.node, at):
            yield Site(parent.parent, at)
    elif parent.kind == "Call" and held.node.field == "args":
        place = parent.all("args").index(held.node)
        if any(v.kind == "library" for v in know.value(parent.first, at)):
            yield Site(parent, at, place + 1)


def _wraps(know: Know, callee: Node, frame: Frame | None) -> bool:
    return False


def _constructing(know: Know, init: Node) -> Iterator[Site]:
    """Calls of `super().__init__` and `Base.__init__`, and constructions of classes that inherit it."""
    for held in _as_member(know, init, ()):
        parent = held.node.parent
        if parent is not None and parent.kind == "Call" and held.node.field == "func":
            is_unbound = held.node.first.kind != "Call"
            yield Site(parent, know.frames.of(parent), 1 if is_unbound else 0)
    for cls in know.below(init.scope):
        if [m for _, m in know.resolved(cls, "__init__")][:1] == [init]:
            yield from know.callers(cls)
