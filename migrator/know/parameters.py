"""What parameters are: in one frame what its calls give, in the frame of all calls what any may give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.values import NOTHING, Entry, Value, an_open
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.values import Frame, Site, Values
    from migrator.read.nodes import Node

MAX_OBJECTS = 48
"""Objects of one class that are told apart where nothing says which one it is."""
_OF_CLASSES = ("__init_subclass__", "__new__", "__class_getitem__")


def collected(
    know: Know, arg: Node, function: Node, frame: Frame
) -> tuple[list[tuple[Site, ...]], list[Entry]]:
    """The calls whose arguments `*args` or `**kwargs` collects, and entries for what is not known of them."""
    several, unknown = [frame.sites], []
    if not frame.sites:
        unknown.append(Entry(None, None, None, arg, "built", known=by_others(know, arg, function)))
        several = [one.sites for one in know.calls_on(function, frame.receiver)]
    if any(site.is_loose for sites in several for site in sites):
        unknown.append(Entry(None, None, None, arg, "built", known=an_open("library result", arg)))
    return several, unknown


def parameter(know: Know, arg: Node, frame: Frame | None) -> Values:
    """What a parameter is in one frame of its function."""
    function, loaded = arg.parent, know.project.loaded.get(arg)
    assert function is not None
    if loaded is not None:
        return know.union([an_open("environment", arg), *(know.value(node, None) for node in loaded)], arg)
    frame = frame or know.frames.any(function)
    assert frame is not None
    row = frame.row(arg)
    if row is not None:
        return frozenset((row,))
    if is_receiver(arg, function):
        return _receiver(know, function, frame)
    if arg.field == "vararg":
        return frozenset((Value("sequence", arg, frame, "arguments"),))
    if arg.field == "kwarg":
        return frozenset((Value("mapping", arg, frame, "keywords"),))
    if frame.sites:
        return _passed(know, arg, function, frame, frame.sites)
    calls = know.all_calls_on(function, frame.receiver)
    if calls is not None:
        given = [_passed(know, arg, function, frame, one.sites) for one in calls]
        return know.union(given, arg) if given else know.ends()
    return know.union(_by_anyone(know, arg, function, frame), arg)


def is_receiver(arg: Node, function: Node) -> bool:
    """Whether a parameter is what a method is called on."""
    if function.scope.kind != "ClassDef" or arg.field != "args":
        return False
    if arg.index != function.file.parameters[function.index][0]:
        return False
    if function.kind == "Lambda":
        return function.parent is not None and function.parent.kind in ("Assign", "AnnAssign")
    return not any(last_name(d) == "staticmethod" for d in function.decorators)


def method_of(know: Know, name: Node) -> Node | None:
    """The method of objects whose first parameter a name means."""
    bindings = know.bindings(name)
    if len(bindings) != 1 or bindings[0].kind != "arg":
        return None
    method = bindings[0].parent
    assert method is not None
    return method if is_receiver(bindings[0], method) and not is_of_class(method) else None


def has_receiver(function: Node) -> bool:
    """Whether a function's first parameter is what it is called on."""
    first = function.file.parameters.get(function.index, [])[:1]
    return any(is_receiver(function.file.nodes[i], function) for i in first)


def is_of_class(function: Node) -> bool:
    """Whether a method is called on its class."""
    return function.value in _OF_CLASSES or any(last_name(d) in _BY_CLASS for d in function.decorators)


_BY_CLASS = ("classmethod", "validator", "root_validator")


def place_of(arg: Node, function: Node) -> int:
    """At which place calls give a parameter; less than nothing if only by its name."""
    if arg.field != "args":
        return -1
    places = function.file.parameters[function.index]
    return places.index(arg.index) - is_receiver(function.file.nodes[places[0]], function)


def positional_count(function: Node) -> int:
    """How many parameters calls can give by place."""
    return sum(1 for _ in function.all("args")) - has_receiver(function)


def _receiver(know: Know, function: Node, frame: Frame) -> Values:
    cls, found = function.scope, frame.receiver
    if found is not None:
        if is_of_class(function) and found.kind == "instance":
            found = Value("class", found.data, know.frames.of(found.data))
        return frozenset((found,))
    if is_of_class(function):
        below = [Value("class", other, know.frames.of(other)) for other in know.below(cls)]
        return frozenset((Value("class", cls, know.frames.of(cls)), *below))
    return know.instances(cls)


def subclasses(know: Know, cls: Node) -> Values:
    """The classes of the program that build on a class."""
    return frozenset(Value("class", other) for other in know.deriving(cls) if cls in know.mro(other)[1:])


def instances(know: Know, cls: Node) -> Values:
    """The objects of a class and of those that build on it: where they are made, and one made elsewhere.

    Of a class below, one made elsewhere counts where none is seen to be made.
    """
    elsewhere = Value("instance", cls, None, cls)
    found = {elsewhere}
    for one in (cls, *know.below(cls)):
        found |= know.constructions(one) or {Value("instance", one, None, one)}
        if len(found) > MAX_OBJECTS:
            return frozenset((elsewhere,))
    return frozenset(found)


def _passed(know: Know, arg: Node, function: Node, frame: Frame, sites: tuple[Site, ...]) -> Values:
    """What some sites give, or the default."""
    values, may_lack = know.argument(sites, str(arg.value), place_of(arg, function))
    return values | _default(know, arg, function, frame) if may_lack else values


def _default(know: Know, arg: Node, function: Node, frame: Frame) -> Values:
    default = arg.child("default")
    if default is None:
        return NOTHING
    return know.value(default, know.frame_of(function.scope, frame.closure))


def _by_anyone(know: Know, arg: Node, function: Node, frame: Frame) -> list[Values]:
    """What any call gives for a parameter, its default, and what callers outside may give."""
    place, name = place_of(arg, function), str(arg.value)
    parts = [_default(know, arg, function, frame), annotated(know, arg.child("annotation"))]
    parts += [option_default(know, function, name), by_others(know, arg, function)]
    for one in know.invocations(function):
        parts.append(know.argument(one.sites, name, place)[0])
    return [*parts, *know.validated(arg, function)]


def by_others(know: Know, arg: Node, function: Node) -> Values:
    """What calls that are not seen give: callers outside, or the language and a library in their ways."""
    if know.is_written(function.file):
        return an_open("library result", arg)
    return NOTHING if _has_its_callers(know, function) else unseen(arg, function)


def unseen(arg: Node, function: Node) -> Values:
    """What nobody sees of a parameter."""
    name = str(function.value or "")
    is_own = name.startswith("__") and name.endswith("__") and name not in _CALLED_FROM_OUTSIDE
    return an_open("computed" if is_own or function.kind == "Lambda" else "caller outside", arg)


def _has_its_callers(know: Know, function: Node) -> bool:
    """Whether all that calls a function of a script, which nothing imports from outside, is seen."""
    if function.kind == "Lambda" or know.project.modules.is_in_package(function.file.path):
        return False
    scope, name = function.scope, str(function.value)
    is_used = _is_used(know, scope if scope.kind == "ClassDef" else function)
    if is_used and scope.kind == "ClassDef" and name not in _CALLED_FROM_OUTSIDE:
        is_used = any(load.field != "value" for load in know.project.attribute_loads(name))
    return is_used and not know.is_called_unseen(function)


def _is_used(know: Know, definition: Node) -> bool:
    return any(load.field not in _NAMING for load in know.project.loads(definition))


_NAMING = frozenset({"bases", "annotation", "returns"})
"""Where a class is named and nothing is made of it."""
_CALLED_FROM_OUTSIDE = ("__init__", "__call__", "__new__")


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
            found |= {_made_elsewhere(v, node) for v in know.value(node, None) if is_type(v)}
    return frozenset(found)


def is_type(value: Value) -> bool:
    """Whether an annotation says by a value of which class something is."""
    if value.kind == "library":
        return "." in value.data and not value.data.startswith(("typing", "collections.abc", "types."))
    return value.kind == "class"


def _made_elsewhere(value: Value, node: Node) -> Value:
    if value.kind == "class":
        return Value("instance", value.node, None, value.node)
    return Value("library", node, None, f"{value.data}()")
