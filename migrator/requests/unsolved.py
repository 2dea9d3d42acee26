"""Calls that take more work to evaluate than is spent on one: what is written there, all else open."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.know.values import Entry, constant, opened
from migrator.requests.records import Given, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from migrator.know.values import Value
    from migrator.read.nodes import Node
    from migrator.read.project import Project
    from migrator.rulebook import Call


class Known(NamedTuple):
    """What is known without evaluation: parameters of rules, what tests ask, who makes clients."""

    project: Project
    names: Collection[str]
    asks: Callable[[Node], bool]
    vendor: Callable[[str], str]


def as_written(call: Node, rule: Call, known: Known) -> Request:
    """The request of a call by its own keywords; what no literal gives is open, because it is too many."""
    named = [(str(k.value or ""), k.child("value")) for k in call.all("keywords")]
    given = [(name, value) for name, value in named if value is not None]
    models = frozenset(_value(value) for name, value in given if name in rule.model)
    parameters = tuple(
        Given(name, frozenset((_value(value),)), Entry(name, value, None, call, "keyword", name))
        for name, value in given
        if name and name not in rule.model
    )
    spread = (one for name, value in given if not name for one in _spread(value, known))
    unknown = frozenset((opened("too many", call),))
    vendor = next(filter(None, map(known.vendor, _clients(call, known.project))), "")
    return Request(call, None, rule, models or unknown, (*parameters, *spread), (), vendor=vendor)


def _clients(call: Node, project: Project) -> Iterator[str]:
    """What the name that a call begins with is made by, as it is imported."""
    root = call.first
    while root.kind == "Attribute":
        root = root.first
    for binding in project.bindings(root) if root.kind == "Name" else ():
        for made in binding.statement.within("Call") if binding.kind == "NameStore" else ():
            for name in project.bindings(made.first) if made.first.kind == "Name" else ():
                path = project.imported(name) if name.kind == "alias" else None
                if isinstance(path, str):
                    yield path


def _spread(value: Node, known: Known) -> Iterator[Given]:
    """The parameters that what is spread may hold, by the names that are written where it is made."""
    for name in sorted(set(known.names).intersection(map(str, _spoken(value, known)))):
        entry = Entry(name, value, None, value, "keyword", name)
        yield Given(name, frozenset((opened("too many", value),)), entry)


def _spoken(value: Node, known: Known) -> Iterator[object]:
    project = known.project
    if value.kind != "Name":
        yield from _keys(value)
        return
    for binding in project.bindings(value):
        if binding.kind == "arg" and binding.field == "kwarg":
            yield from (k.value for c in project.calls(str(value.scope.value)) for k in c.all("keywords"))
        elif binding.kind == "NameStore":
            made = binding.statement.child("value")
            yield from _keys(made)
            yield from _keys_given_by(made, project)
        for load in project.loads(binding):
            above = load.parent
            call = above.parent if above is not None and above.kind == "Attribute" else None
            if above is not None and above.kind.startswith("Subscript"):
                key = above.child("slice")
                tests = (one.child("test") for one in above.ancestors() if one.kind == "If")
                if key is not None and not any(test is not None and known.asks(test) for test in tests):
                    yield key.value
            elif call is not None and call.kind == "Call":
                yield from (k.value for k in call.all("keywords"))
                yield from (
                    key for argument in call.all("args") for key in (argument.value, *_keys(argument))
                )


def _keys_given_by(made: Node | None, project: Project) -> Iterator[object]:
    """The keys that a function of the program writes, by its name."""
    name = str(made.first.value) if made is not None and made.kind == "Call" else ""
    for function in project.functions_by_name.get(name, ()):
        yield from (key.value for one in function.among("Dict") for key in one.all("keys"))
        yield from (n.value for n in function.among("Constant") if n.field == "slice")


def _keys(made: Node | None) -> Iterator[object]:
    if made is not None:
        yield from (key.value for key in made.all("keys"))
        yield from (keyword.value for keyword in made.all("keywords"))


def body_as_written(node: Node, rule: Call) -> Request:
    """The request of a dict by the keys that are written in it."""
    keys = ((key.value, value) for key, value in zip(node.all("keys"), node.all("values"), strict=True))
    given = {str(name): value for name, value in keys}
    models = frozenset(_value(value) for name, value in given.items() if name == "model")
    parameters = tuple(
        Given(name, frozenset((_value(value),)), Entry(name, value, None, node, "entry", name))
        for name, value in given.items()
        if name != "model"
    )
    return Request(node, None, rule, models, parameters, ())


def _value(node: Node) -> Value:
    return constant(node.value, node) if node.kind == "Constant" else opened("too many", node)
