"""What names are bound to: assignments, loops, `with`, parameters, definitions, imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.expressions import item
from migrator.know.frames import Site
from migrator.know.values import NOTHING, Entry, Value, constant, opened
from migrator.read.project import FUNCTIONS, last_name

if TYPE_CHECKING:
    from migrator.know.asking import Know
    from migrator.know.frames import Frame
    from migrator.know.values import Values
    from migrator.read.nodes import Node

_PROPERTIES = ("property", "cached_property", "hybrid_property")
_KEPT_AS_THEY_ARE = (*_PROPERTIES, "staticmethod", "classmethod", "setter", "abstractmethod", "overload")
_LOOPS = ("For", "AsyncFor", "comprehension")


def bound(know: Know, binding: Node, frame: Frame | None) -> Values:
    """What a binding binds in a frame of its scope."""
    if binding.kind == "arg":
        return parameter(know, binding, frame)
    if binding.kind in FUNCTIONS or binding.kind == "ClassDef":
        return defined(know, binding, frame)
    if binding.kind == "alias":
        return _imported(know, binding)
    if binding.parent is not None and binding.parent.kind == "Delete":
        return NOTHING
    return targeted(know, binding, frame)


# -- definitions -----------------------------------------------------------------------------------


def defined(know: Know, definition: Node, frame: Frame | None) -> Values:
    """A function or class, as its decorators of the program leave it."""
    kind = "class" if definition.kind == "ClassDef" else "function"
    values: Values = frozenset((Value(kind, definition, frame),))  # type: ignore[arg-type]
    for decorator in reversed(definition.decorators):
        if last_name(decorator) not in _KEPT_AS_THEY_ARE:
            values = _decorated(know, decorator, frame, values)
    return values


def _decorated(know: Know, decorator: Node, frame: Frame | None, values: Values) -> Values:
    """What a decorator makes of a definition; one of a library leaves it as it is."""
    parts: list[Values] = []
    for callee in know.value(decorator, frame):
        if callee.kind == "function":
            inner = know.frames.enter(callee.node, (), callee.data, callee.frame, (values,))
            parts.append(know.returned(callee, inner))
        elif callee.kind == "instance":
            parts.append(_by_object(know, callee, values))
        else:
            parts.append(values)
    return know.union(parts, decorator)


def _by_object(know: Know, decorator: Value, values: Values) -> Values:
    """What an object with `__call__` makes of a definition."""
    for method in know.member(decorator, "__call__", decorator.node, None):
        if method.kind == "function":
            inner = know.frames.enter(method.node, (), method.data, method.frame, (values,))
            return know.returned(method, inner)
    return values


def _imported(know: Know, alias: Node) -> Values:
    target = know.project.imported(alias)
    if isinstance(target, str):
        if know.is_unread(alias):
            return frozenset((opened("not read", alias),))
        return frozenset((Value("library", alias, None, target),))
    if isinstance(target, list):
        return know.union((know.bound(node, None) for node in target if node is not alias), alias)
    return frozenset((Value("module", target.node(0)),))


# -- targets ---------------------------------------------------------------------------------------


def targeted(know: Know, target: Node, frame: Frame | None) -> Values:
    """What a target (a name, an attribute, an item, a pattern) is given where it stands."""
    parent = target.parent
    assert parent is not None
    if parent.kind in ("Assign", "NamedExpr"):
        return know.value(parent.child("value"), frame)
    if parent.kind == "AnnAssign":
        return _annotated_assignment(know, parent, frame)
    if parent.kind == "AugAssign":
        return _augmented(know, target, parent, frame)
    if parent.kind in _LOOPS:
        return _looped(know, parent, frame)
    if parent.kind == "withitem":
        return _entered(know, parent, frame)
    if parent.kind in ("Tuple", "List"):
        return _unpacked(know, target, parent, frame)
    if parent.kind == "Starred":
        return frozenset((Value("sequence", parent, frame, "rest"),))
    return frozenset((opened("not read", target),))


def _annotated_assignment(know: Know, statement: Node, frame: Frame | None) -> Values:
    value = statement.child("value")
    if value is not None:
        return know.value(value, frame)
    return annotated(know, statement.child("annotation"))


def _augmented(know: Know, target: Node, statement: Node, frame: Frame | None) -> Values:
    """`x += y`: a mapping or sequence stays the object that it was; a text is computed."""
    given = know.value(statement.child("value"), frame)
    if any(v.kind in ("mapping", "sequence") for v in given):
        return NOTHING
    return frozenset((opened("computed", target),)) if given else NOTHING


def _looped(know: Know, loop: Node, frame: Frame | None) -> Values:
    row = frame.row(loop) if frame is not None else None
    if row is not None:
        return frozenset((row,))
    source = loop.child("iter")
    assert source is not None
    return know.union((each(know, v, source) for v in know.value(source, frame)), loop)


def each(know: Know, iterated: Value, node: Node) -> Values:
    """What a loop over a value goes through."""
    if iterated.kind == "sequence":
        return know.union((know.given(entry) for entry in know.elements(iterated)), node)
    if iterated.kind == "mapping":
        keys = {entry.key for entry in know.entries(iterated)}
        return frozenset(opened("computed", node) if k is None else constant(k, node, ()) for k in keys)
    if iterated.kind == "class":
        return _members(know, iterated, node)
    if iterated.kind == "constant":
        return frozenset((opened("computed", node),))
    if iterated.kind == "open":
        return frozenset((iterated,))
    if iterated.kind == "instance":
        return _own_iteration(know, iterated, node)
    return frozenset((opened("library result", node),))


def _own_iteration(know: Know, iterated: Value, node: Node) -> Values:
    parts = []
    for method in know.member(iterated, "__iter__", node, None):
        if method.kind == "function":
            inner = know.frames.enter(method.node, (), method.data, method.frame)
            parts += [each(know, v, node) for v in know.returned(method, inner) if v.kind == "sequence"]
    return know.union(parts, node) if parts else frozenset((opened("computed", node),))


def _members(know: Know, cls: Value, node: Node) -> Values:
    """The members of an enumeration."""
    parts = []
    for statement in cls.node.all("body"):
        target = statement.child("targets")
        if statement.kind == "Assign" and target is not None and target.kind == "NameStore":
            parts.append(know.member(cls, str(target.value), node, None))
    return know.union(parts, node)


def _entered(know: Know, with_item: Node, frame: Frame | None) -> Values:
    """What `with … as x` binds: what a generator yields, what `__enter__` gives, else the object."""
    source = with_item.child("context_expr")
    assert source is not None
    parts: list[Values] = []
    for value in know.value(source, frame):
        if value.kind == "sequence" and value.data == "generator":
            parts.append(each(know, value, source))
        elif value.kind == "instance":
            parts.append(_own_entry(know, value, source))
        else:
            parts.append(frozenset((value,)))
    return know.union(parts, with_item)


def _own_entry(know: Know, value: Value, node: Node) -> Values:
    methods = [*know.member(value, "__enter__", node, None), *know.member(value, "__aenter__", node, None)]
    functions = [m for m in methods if m.kind == "function"]
    frames = [know.frames.enter(m.node, (), m.data, m.frame) for m in functions]
    parts = [know.returned(m, f) for m, f in zip(functions, frames, strict=True)]
    return know.union(parts, node) if parts else frozenset((value,))


def _unpacked(know: Know, target: Node, pattern: Node, frame: Frame | None) -> Values:
    targets = pattern.all("elts")
    starred = [t.kind == "Starred" for t in targets]
    place = targets.index(target)
    if True in starred and place > starred.index(True):
        place -= len(targets)
    keys = frozenset((constant(place, target, ()),))
    values = know.targeted(pattern, frame)
    return know.union((item(know, value, keys, target) for value in values), target)


# -- parameters --------------------------------------------------------------------------------------


def parameter(know: Know, arg: Node, frame: Frame | None) -> Values:
    """What a parameter is in one frame of its function."""
    function = arg.parent
    assert function is not None
    frame = frame or know.frames.any(function)
    assert frame is not None
    row = frame.row(arg)
    if row is not None:
        return frozenset((row,))
    if is_receiver(arg, function):
        return _receiver(know, arg, function, frame)
    if arg.field == "vararg":
        return frozenset((Value("sequence", arg, frame, "arguments"),))
    if arg.field == "kwarg":
        return frozenset((Value("mapping", arg, frame, "keywords"),))
    if frame.given or frame.sites:
        return _passed(know, arg, function, frame)
    return know.union(_by_anyone(know, arg, function), arg)


def is_receiver(arg: Node, function: Node) -> bool:
    """Whether a parameter is what a method is called on."""
    if function.scope.kind != "ClassDef" or arg.field != "args":
        return False
    if arg.index != function.file.parameters[function.index][0]:
        return False
    return not any(last_name(d) == "staticmethod" for d in function.decorators)


def place_of(arg: Node, function: Node) -> int:
    """At which place calls give a parameter; less than nothing if only by its name."""
    if arg.field != "args":
        return -1
    place = function.file.parameters[function.index].index(arg.index)
    first = function.file.nodes[function.file.parameters[function.index][0]]
    return place - is_receiver(first, function)


def _receiver(know: Know, arg: Node, function: Node, frame: Frame) -> Values:
    is_class = any(last_name(d) == "classmethod" for d in function.decorators) or function.value in (
        "__init_subclass__",
        "__new__",
        "__class_getitem__",
    )
    cls = function.scope
    if frame.receiver is not None:
        found = frame.receiver
        if is_class and found.kind == "instance":
            found = Value("class", found.data, None)
        return frozenset((found,))
    if is_class:
        return frozenset((Value("class", cls, know.frames.of(cls)), *_classes_below(know, cls)))
    return instances(know, cls)


def _classes_below(know: Know, cls: Node) -> list[Value]:
    return [Value("class", other, know.frames.of(other)) for other in subclasses(know, cls)]


def subclasses(know: Know, cls: Node) -> list[Node]:
    """The classes of the program that build on a class."""
    return [v.node for v in know.solved(_below, cls)]


def _below(know: Know, cls: Node) -> Values:
    return frozenset(Value("class", other) for other in know.deriving(cls) if cls in know.mro(other)[1:])


def instances(know: Know, cls: Node) -> Values:
    """The objects of a class and of those that build on it: where they are made, and one made elsewhere."""
    return know.solved(_instances, cls)


def _instances(know: Know, cls: Node) -> Values:
    found = {Value("instance", cls, None, cls)}
    for one in (cls, *subclasses(know, cls)):
        for site in know.callers(one):
            found.add(Value("instance", site.call, site.frame, one, (site,)))
    return frozenset(found) if len(found) <= 48 else frozenset((Value("instance", cls, None, cls),))


def _passed(know: Know, arg: Node, function: Node, frame: Frame) -> Values:
    place = place_of(arg, function)
    if 0 <= place < len(frame.given):
        return frame.given[place]
    values, may_lack = know.argument(frame.sites, str(arg.value), place - len(frame.given))
    return values | _default(know, arg, function, frame) if may_lack else values


def _default(know: Know, arg: Node, function: Node, frame: Frame) -> Values:
    default = arg.child("default")
    if default is None:
        return NOTHING
    return know.value(default, know.frame_of(function.scope, frame.closure))


def _by_anyone(know: Know, arg: Node, function: Node) -> list[Values]:
    """What any call gives for a parameter, its default, and what callers outside may give."""
    place, name = place_of(arg, function), str(arg.value)
    frame = know.frames.any(function)
    assert frame is not None
    parts = [_default(know, arg, function, frame), annotated(know, arg.child("annotation"))]
    parts += [option_default(know, function, name)]
    for site in know.callers(function):
        parts.append(know.argument((site,), name, place)[0])
    parts.append(frozenset((opened("caller outside", arg),)))
    return parts


def option_default(know: Know, function: Node, name: str) -> Values:
    """The defaults that decorators of a command declare for a parameter (`@click.option(…)`)."""
    parts = []
    for call in function.decorators:
        if call.kind == "Call" and last_name(call.first) in ("option", "argument"):
            default = call.keyword("default")
            if default is not None and destination(call) == name:
                parts.append(know.value(default, know.frames.of(call)))
    return know.union(parts, function)


def destination(call: Node) -> str:
    """The attribute or parameter that `add_argument("--max-cost", "-m")` or `option(…)` fills."""
    given = call.keyword("dest")
    if given is not None and given.kind == "Constant":
        return str(given.value)
    names = [a.value for a in call.all("args") if a.kind == "Constant" and isinstance(a.value, str)]
    long = [name for name in names if name.startswith("--")]
    plain = [name for name in names if not name.startswith("-")]
    chosen = str((plain[-1:] or long[:1] or names[:1] or [""])[0])
    return chosen.partition("/")[0].lstrip("-").replace("-", "_")


def annotated(know: Know, annotation: Node | None) -> Values:
    """Objects of the classes that an annotation names, made elsewhere."""
    if annotation is None:
        return NOTHING
    found: set[Value] = set()
    for node in annotation.among("Name", "Attribute"):
        if node.kind == "Name" or node.field != "value":
            found |= {_made_elsewhere(v, node) for v in know.value(node, None) if _is_type(v)}
    return frozenset(found)


def _is_type(value: Value) -> bool:
    if value.kind == "library":
        return "." in value.data and not value.data.startswith(("typing", "collections.abc", "types."))
    return value.kind == "class"


def _made_elsewhere(value: Value, node: Node) -> Value:
    if value.kind == "class":
        return Value("instance", value.node, None, value.node)
    return Value("library", node, None, f"{value.data}()")


def entry_of(node: Node, frame: Frame | None) -> Entry:
    """An argument or element that is an expression."""
    return Entry(None, node, frame, node.parent or node, "argument")


def sites_of(call: Node, frame: Frame | None) -> tuple[Site, ...]:
    """A call as what gives arguments."""
    return (Site(call, frame),)
