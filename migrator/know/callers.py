"""What calls functions and classes: where their values are called, or handed to what may call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know import bindings, calls, members
from migrator.know.bindings import PROPERTIES
from migrator.know.given_targets import LOST, as_member
from migrator.know.handed_in import calls_of_handed_in
from migrator.know.library.functions import NATIVES
from migrator.know.library.objects import _PASSED_ON as PASSED_ON
from migrator.know.overriding import called_by, is_of_one_hierarchy, may_dispatch
from migrator.know.questions import Invocation
from migrator.know.seen_on import UNSEEN
from migrator.know.values import Site, Value, given_site
from migrator.read.scopes import FUNCTIONS, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.questions import Holder
    from migrator.know.values import Frame
    from migrator.read.nodes import Node

MAX_FRAMES = 48
"""Frames of one function that are told apart inside of the rules."""
_CONSTRUCTORS = ("__init__", "__new__", "__post_init__", "model_post_init", "__attrs_post_init__")


def invocations(know: Know, function: Node) -> frozenset[Invocation | None]:
    """Everything that is seen to call a function or a class; none among them if there may be more."""
    found: set[Invocation | None] = set()
    for held in know.holders(function, know.frames.of(function)):
        if held.path == LOST:
            found.add(None)
        elif not held.path:
            found.update(know.solved(of_holder, held, function))
    if function.scope.kind == "ClassDef" and function.kind != "ClassDef":
        found.update(_implied(know, function))
    elif function.kind in ("FunctionDef", "AsyncFunctionDef"):
        found.update(_by_name(know, function))
    found.update(calls_of_handed_in(know, function) if function.kind in FUNCTIONS else ())
    return frozenset(found)


def calls_on(know: Know, method: Node, base: Value) -> frozenset[Invocation | None]:
    """What calls a library's method on one object, by where the object goes: loads of its name are many.

    None among them if the object, or what is bound to it, goes on to where nobody sees.
    """
    found: set[Invocation | None] = set()
    callee = Value("function", method, know.frames.of(method.scope), base)
    for held in know.holders(base.node, base.frame) if base.node.kind == "Call" else (None,):
        if held is None or held.path in (LOST, UNSEEN):
            return frozenset((None,))
        attribute = held.node.parent
        if _is_handed_out(know, held):
            return frozenset((None,))
        if held.path or attribute is None or attribute.kind != "Attribute" or attribute.value != method.value:
            continue
        call = called_by(attribute)
        found.add(Invocation((Site(call, held.frame),), callee) if call is not None else None)
    return frozenset(found)


def _is_handed_out(know: Know, held: Holder) -> bool:
    """Whether something is an argument of what is not the program's, nor known."""
    call = held.node.parent
    if call is not None and call.kind == "keyword":
        call = call.parent
    is_argument = call is not None and call.kind == "Call" and held.node.field != "func"
    return call is not None and is_argument and _may_call(know, call, held.frame)


def _by_name(know: Know, function: Node) -> Iterator[Invocation]:
    """What sends a task that a text names: `send_task("jobs.clean", …)`; how it is given is not followed."""
    for method in sorted(know.tasks.named):
        for call in know.project.calls(method):
            name = next((one.value for one in call.all("args")[:1] if one.kind == "Constant"), None)
            if isinstance(name, str) and _is_called(function, name):
                site = Site(call, know.frames.of(call), 0, (), is_loose=True)
                yield Invocation((site,), Value("function", function, know.frames.of(function)))


def _is_called(function: Node, name: str) -> bool:
    """Whether a text is a function's dotted path, or the name that a decorator gives it."""
    declared = (d.keyword("name") for d in function.decorators if d.kind == "Call")
    if any(one is not None and one.value == name for one in declared):
        return True
    module, _, last = name.replace(":", ".").rpartition(".")
    path = function.file.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return last == function.value and bool(module) and f".{path}".endswith(f".{module}")


def of_holder(know: Know, held: Holder, function: Node) -> frozenset[Invocation | None]:
    """What calls a function where it is seen."""
    return frozenset(_of_holder(know, held, function))


def _of_holder(know: Know, held: Holder, function: Node) -> Iterator[Invocation | None]:
    node, parent = held.node, held.node.parent
    if parent is None:
        return
    at = held.frame if know.is_written(node.file) else know.frames.of(node)
    if parent.kind == "Call":
        if node.field == "func":
            yield from _called(know, function, node, (Site(parent, at),), at)
        elif node.field == "args" and node.kind != "Starred":
            yield from _handed(know, function, node, parent, at)
    elif parent.kind == "keyword" and parent.parent is not None and parent.parent.kind == "Call":
        call = parent.parent
        if _may_call(know, call, at):
            site = Site(call, at, 0, (), is_loose=True)
            yield from _called(know, function, node, (site,), at)
    elif parent.kind == "Attribute" and parent.field == "func" and parent.parent is not None:
        yield from _queued(know, function, parent, parent.parent, at)
    elif node.field == "decorator_list":
        for decorator, site in bindings.decorations(know, parent, at):
            if decorator is node:
                yield from _called(know, function, node, (site,), at)


def _queued(
    know: Know, function: Node, method: Node, call: Node, at: Frame | None
) -> Iterator[Invocation | None]:
    """`task.delay(1, x=2)`, `task.apply_async(args=[1], kwargs={"x": 2})`."""
    site = Site(call, at)
    if method.value in know.tasks.plain:
        yield from _called(know, function, method.first, (site,), at)
    elif method.value in know.tasks.collected:
        rows, named = (know.argument((site,), *one)[0] for one in (("args", 0), ("kwargs", 1)))
        entries = [e for v in rows if v.kind == "sequence" for e in know.elements(v)]
        entries += [e for v in named if v.kind == "mapping" for e in know.entries(v)]
        given = tuple((e.key, know.held(e)) for e in sorted(entries, key=lambda e: str(e.key)))
        yield from _called(know, function, method.first, (Site(call, at, 0, given),), at)


def _called(
    know: Know, function: Node, node: Node, sites: tuple[Site, ...], frame: Frame | None
) -> Iterator[Invocation | None]:
    """The calls of a function among those of what an expression evaluates to."""
    for value in know.value(node, frame):
        yield from of_value(know, function, value, sites)


def of_value(
    know: Know, function: Node, value: Value, sites: tuple[Site, ...]
) -> Iterator[Invocation | None]:
    """The calls of a function that a call of a value makes; none beside one that may mean another's."""
    if value.node is function and value.kind in ("function", "class"):
        yield Invocation(sites, value)
    elif value.kind == "partial":
        for inner, before in know.unfolded(value):
            yield from of_value(know, function, inner, (*before, *sites))
    elif value.kind == "library":
        written = know.written(value)
        if written is not None:
            yield from of_value(know, function, written, sites)
    elif may_dispatch(know, function, value, sites):
        yield Invocation(sites, Value("function", function, know.frames.of(function)))
        if value.kind == "open" and not is_of_one_hierarchy(know, function):
            yield None


def _handed(
    know: Know, function: Node, node: Node, call: Node, at: Frame | None
) -> Iterator[Invocation | None]:
    """A function that is handed to something not known: called with what stands behind it, or anything."""
    place = call.all("args").index(node)
    for callee in know.value(call.first, at):
        if callee.kind == "library" and know.written(callee) is None and callee.data not in NATIVES:
            is_known = str(callee.data).rpartition(".")[2] in PASSED_ON
            yield from _called(know, function, node, (Site(call, at, place + 1, None, not is_known),), at)
        elif callee.kind == "open":
            is_known = last_name(call.first) in PASSED_ON
            yield from _called(know, function, node, (Site(call, at, place + 1, None, not is_known),), at)


def _may_call(know: Know, call: Node, at: Frame | None) -> bool:
    return any(
        v.kind == "open" or (v.kind == "library" and know.written(v) is None and v.data not in NATIVES)
        for v in know.value(call.first, at)
    )


def _implied(know: Know, method: Node) -> Iterator[Invocation | None]:
    """What the language calls itself: constructors, `__call__`, setters, hooks of subclasses."""
    cls, name = method.scope, str(method.value)
    closure = know.frames.of(cls)
    if name in _CONSTRUCTORS:
        yield from _constructing(know, method, closure)
    elif name == "__call__":
        yield from _calls_of_objects(know, method, closure)
    elif name == "__setitem__":
        yield from _items_set(know, method, closure)
    elif name == "__init_subclass__":
        for below in know.below(cls):
            receiver = Value("class", below, know.frames.of(below))
            yield Invocation((_keywords_site(know, below),), Value("function", method, closure, receiver))
    names = {last_name(d) for d in method.decorators}
    if "setter" in names:
        yield from _setting(know, method)
    elif names & set(PROPERTIES):
        for held in as_member(know, method, ()):
            for base in know.value(held.node.first, held.frame):
                if base.kind == "instance":
                    site = given_site(held.node, held.frame)
                    yield Invocation((site,), Value("function", method, closure, base))


def _setting(know: Know, method: Node) -> Iterator[Invocation]:
    """Stores that call a setter."""
    for store in know.stores(str(method.value)):
        frame = know.frames.of(store)
        for base in know.value(store.first, frame):
            for setter, site in members.setters(know, base, store, frame) if base.kind == "instance" else ():
                if setter.node is method:
                    yield Invocation((site,), setter)


def _keywords_site(know: Know, cls: Node) -> Site:
    frame = know.frames.of(cls)
    keywords = [k for k in cls.all("keywords") if k.value and k.value != "metaclass"]
    return given_site(cls, frame, **{str(k.value): know.value(k.first, frame) for k in keywords})


def _constructing(know: Know, init: Node, closure: Frame | None) -> Iterator[Invocation | None]:
    """Constructions of classes that have a constructor."""
    for cls in (init.scope, *know.below(init.scope)):
        if [m for _, m in know.resolved(cls, str(init.value))][:1] != [init]:
            continue
        if know.is_called_unseen(cls):
            yield None
        for one in know.invocations(cls):
            for made in know.constructed(one):
                receiver = made if init.value != "__new__" else one.callee
                sites = (
                    one.sites
                    if init.value in ("__init__", "__new__")
                    else (given_site(one.sites[-1].call, None),)
                )
                yield Invocation(sites, Value("function", init, closure, receiver))


def _objects_with(know: Know, method: Node) -> Iterator[Value | None]:
    """The objects that have a method, where they are made; none where a class is called unseen."""
    for cls in (method.scope, *know.below(method.scope)):
        if [m for _, m in know.resolved(cls, str(method.value))][:1] != [method]:
            continue
        if know.is_called_unseen(cls):
            yield None
        yield from know.constructions(cls)


def _calls_of_objects(know: Know, method: Node, closure: Frame | None) -> Iterator[Invocation | None]:
    """Calls of objects whose class has `__call__`."""
    for made in _objects_with(know, method):
        if made is None:
            yield None
            continue
        callee = Value("function", method, closure, made)
        for held in know.holders(made.node, made.frame):
            parent = held.node.parent
            if held.path or parent is None:
                continue
            if parent.kind == "Call" and held.node.field == "func":
                at = know.frames.of(held.node)
                yield Invocation((Site(parent, at),), callee)
            elif held.node.field == "decorator_list":
                for decorator, site in bindings.decorations(know, parent, know.frames.of(held.node)):
                    if decorator is held.node:
                        yield Invocation((site,), callee)


def _items_set(know: Know, method: Node, closure: Frame | None) -> Iterator[Invocation | None]:
    """`x[key] = value` of objects whose class has `__setitem__`."""
    for made in _objects_with(know, method):
        if made is None:
            yield None
            continue
        for held in know.holders(made.node, made.frame):
            store = held.node.parent
            if not held.path and store is not None and store.kind == "SubscriptStore":
                site = know.setting_site(store, held.frame)
                yield Invocation((site,), Value("function", method, closure, made))


def entered(know: Know, function: Node) -> frozenset[Frame | None]:
    """The frames of a function, one for each of its calls; the one of all where none is seen."""
    if function.kind == "Module":
        return frozenset((None,))
    found: set[Frame | None] = set()
    for one in know.invocations(function):
        site = one.sites[-1]
        found.update(calls.entered(know, one.callee, one.sites, site.call, site.frame))
        if len(found) > MAX_FRAMES:
            break
    if not found or len(found) > MAX_FRAMES:
        return frozenset((know.frames.any(function),))
    if know.is_called_unseen(function):
        found.add(know.frames.any(function))
    return frozenset(found)
