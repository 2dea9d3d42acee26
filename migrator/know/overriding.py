"""Which methods a call may mean where nobody sees its object, or who made it: class hierarchy analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.parameters import has_receiver, is_type
from migrator.know.values import Site, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.know.evaluator import Evaluator as Know
    from migrator.read.nodes import Node

MAX_OF_NAME = 40
"""Functions of one name among which a hierarchy of classes is looked for."""
ABSTRACT = ("Protocol", "ABC")
_SHORT = 5
"""Names so short are methods of anybody's objects, unless a call gives them something by a name."""


def may_override(know: Know, method: Node, base: Value) -> bool:
    """Whether an object of a class that is made elsewhere may be of a class below, with this method."""
    is_elsewhere = base.kind == "instance" and base.node is base.data and base.frame is None
    return is_elsewhere and method.scope is not base.data and method.scope in know.below(base.data)


def may_be_meant(know: Know, method: Node, sites: Sequence[Site], unseen: Value) -> bool:
    """Whether what is called by a method's name on what nobody sees may mean it; no site: it is handed on.

    All functions of the name are methods of one hierarchy, and the call gives what this one takes; else the
    object may be of any class whose method takes it.
    """
    func = sites[-1].call.first if sites else None
    is_part = func is not None and _is_part(know, func, unseen)
    if not is_part and not may_be_made_there(know, method.scope, unseen):
        return False
    if not is_of_one_hierarchy(know, method):
        is_known = func is None or not _is_part_of_library(know, func)
        return _is_one_of_a_few(know, method) and is_known and may_be_given(know, method, sites)
    call = sites[-1].call if sites else None
    if gives_by_name(method, call):
        return True
    is_fit = call is None or call.kind != "Call" or _takes(method, call)
    return is_fit and len(str(method.value)) > _SHORT


def _is_one_of_a_few(know: Know, method: Node) -> bool:
    """Whether a function is a method by a name that few have, and none by which the language calls it."""
    name = str(method.value)
    is_few = know.project.functions_by_name.count(name) <= MAX_OF_NAME
    return method.scope.kind == "ClassDef" and is_few and not name.startswith("__")


def may_be_given(know: Know, function: Node, sites: Sequence[Site]) -> bool:
    """Whether a function hands on whatever it is given by name, and some of that is said."""
    if function.child("kwarg") is None or know.is_written(function.file):
        return False
    if not sites:
        return True
    own = {str(one.value) for one in (*function.all("args"), *function.all("kwonlyargs"))}
    is_more = any(name not in own for name in _names_given(know, sites))
    return is_more and _takes(function, sites[-1].call, sites[-1].skip)


def _names_given(know: Know, sites: Sequence[Site]) -> Iterator[str]:
    """The names of what is given by name; what is spread is looked at where nothing else is."""
    named = [one.value for site in sites if site.call.kind == "Call" for one in site.call.all("keywords")]
    yield from (str(name) for name in named if name is not None)
    if all(name is None for name in named) and named:
        yield from (entry.key for entry in know.arguments(tuple(sites)) if isinstance(entry.key, str))


def _is_part_of_library(know: Know, func: Node) -> bool:
    """Whether a method is called on a part of a library's object: `client.messages.create`."""
    base = func.first if func.kind == "Attribute" else func
    if base.kind != "Attribute":
        return False
    name = str(base.value)
    return not know.stores(name) and name not in know.indexes.declared


def may_be_made_there(know: Know, scope: Node, unseen: Value) -> bool:
    """Whether what a parameter is given may be of a class, or a function, by what is said of its type."""
    arg = unseen.node
    said = arg.child("annotation") if arg.kind == "arg" else None
    if said is None:
        return True
    parts = [*said.among("Name", "Attribute")]
    types = [v for one in parts for v in know.value(one, None) if is_type(v)]
    if not types or any(one.value == "Callable" for one in parts):
        return True
    return any(_may_be_a(know, scope, one) for one in types)


def _is_part(know: Know, func: Node, unseen: Value) -> bool:
    """Whether a method is not called on what a parameter is, but on a part of it."""
    base = func.first if func.kind == "Attribute" else func
    return base.kind != "Name" and unseen in know.value(base.first, know.frames.of(base))


def _may_be_a(know: Know, scope: Node, type_: Value) -> bool:
    """Whether an object of a class may be of a type: of its hierarchy, or by its form, as a function."""
    is_library, is_class = type_.kind == "library", scope.kind == "ClassDef"
    if is_library:
        return is_class and derives(know, scope, str(type_.data).rpartition(".")[2])
    if derives(know, type_.node, "Protocol"):
        return True
    return is_class and not _classes(know, scope).isdisjoint(_classes(know, type_.node))


def derives(know: Know, cls: Node, *names: str) -> bool:
    """Whether a class has one of a library's, by its last name, above it."""
    return any(isinstance(one, str) and one.rpartition(".")[2] in names for one in know.mro(cls))


def gives_by_name(method: Node, call: Node | None) -> bool:
    """Whether a call gives only what a method takes, some of it by a name."""
    return call is not None and call.kind == "Call" and bool(call.all("keywords")) and _takes(method, call)


def may_dispatch(know: Know, method: Node, callee: Value, sites: Sequence[Site]) -> bool:
    """Whether a call of something that is not known, or of a method above, may come to a method."""
    if callee.kind == "open":
        return may_be_meant(know, method, sites, callee)
    is_bound = (
        callee.kind == "function" and isinstance(callee.data, Value) and callee.node.value == method.value
    )
    return is_bound and may_override(know, method, callee.data)


def called_by(load: Node) -> Node | None:
    """The call of an attribute, if that is what is done with it."""
    parent = load.parent
    return parent if parent is not None and parent.kind == "Call" and load.field == "func" else None


def sites_of(load: Node) -> list[Site]:
    """The same as what gives arguments."""
    call = called_by(load)
    return [Site(call, None)] if call is not None else []


def is_of_one_hierarchy(know: Know, method: Node) -> bool:
    """Whether every function of a method's name is a method of the same hierarchy of classes."""
    name = str(method.value)
    number = know.project.functions_by_name.count(name)
    if number == 1:
        return True
    if not 0 < number <= MAX_OF_NAME or method.scope.kind != "ClassDef":
        return False
    own = _classes(know, method.scope)
    others = know.project.functions_by_name[name]
    return all(
        one.scope.kind == "ClassDef" and not own.isdisjoint(_classes(know, one.scope)) for one in others
    )


def _classes(know: Know, cls: Node) -> frozenset[Node]:
    return frozenset(one for one in know.mro(cls) if not isinstance(one, str))


def _takes(method: Node, call: Node, skip: int = 0) -> bool:
    """Whether a method has a parameter for everything that a call gives, behind what does not count."""
    arguments = method.all("args")
    names = {str(one.value) for one in (*arguments, *method.all("kwonlyargs"))}
    given = list(call.all("args"))[skip:]
    is_spread = any(one.kind == "Starred" for one in given)
    if (
        not is_spread
        and method.child("vararg") is None
        and len(given) > len(arguments) - has_receiver(method)
    ):
        return False
    if method.child("kwarg") is not None:
        return True
    return all(one.value in names for one in call.all("keywords") if one.value is not None)
