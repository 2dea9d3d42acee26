"""A default that a schema states for an argument: what the program takes where the argument is not given."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.flows.flow_steps import key_of
from migrator.read.scopes import FUNCTIONS, enclosing_class, last_name, parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.decide.meanings import Names
    from migrator.read.nodes import Node


class Stated(NamedTuple):
    """An argument that a schema describes, with all that it describes beside it."""

    name: str
    beside: frozenset[str]


def is_schema_default(node: Node, names: Names) -> bool:
    """Whether a literal is what a dict states as a default."""
    return names("schema-default", key_of(node))


def stated(node: Node, names: Names) -> Stated | None:
    """The argument whose default a literal is: `"properties": {"model": {"default": "…"}}`."""
    described = node.parent
    arguments = described.parent if described is not None else None
    if described is None or arguments is None or arguments.kind != "Dict":
        return None
    is_one = is_schema_default(node, names) and names("schema-arguments", key_of(arguments))
    told = (str(key.value) for key in arguments.all("keys"))
    return Stated(key_of(described), frozenset(told)) if is_one else None


def of_setting(node: Node, names: Names) -> bool:
    """Whether a record states it for what it names: `{"key": "llm_model", "default": "…"}`."""
    record = node.parent if is_schema_default(node, names) else None
    if record is None or record.kind != "Dict":
        return False
    pairs = zip(record.all("keys"), record.all("values"), strict=False)
    return any(names("setting-id", str(k.value)) and names.model(str(v.value)) for k, v in pairs)


def used_instead(linked: Linked, argument: Stated) -> Iterator[Node]:
    """The literals that the program uses where it is not given such an argument."""
    for file in linked.project.files.values():
        if file.problem is not None or argument.name not in file.utf8.decode("utf-8", "replace"):
            continue
        for call in file.of_kind("Call"):
            for fallback in _beside_a_look_up(call, argument.name):
                yield from linked.literals(fallback)
        for item in file.of_kind("Subscript"):
            key = item.child("slice")
            if key is not None and key.value == argument.name:
                for fallback in _or(item):
                    yield from linked.literals(fallback)
        for declared in (*file.of_kind("arg"), *file.of_kind("AnnAssign")):
            for fallback in _declared(declared, argument):
                yield from linked.literals(fallback)


def _beside_a_look_up(call: Node, name: str) -> Iterator[Node]:
    given = call.all("args")
    if last_name(call.first) in ("get", "pop") and given and given[0].value == name:
        yield from given[1:2]
        yield from _or(call)


def _or(asked: Node) -> list[Node]:
    above = asked.parent
    return above.all("values")[1:] if above is not None and above.kind == "BoolOp" else []


def _declared(declared: Node, argument: Stated) -> list[Node]:
    """The default of a parameter, or of a field, where a function or class takes all that is described."""
    if declared.kind == "arg":
        function = next((above for above in declared.ancestors() if above.kind in FUNCTIONS), None)
        taken = parameters(function) if function is not None and declared.value == argument.name else []
        default = declared.child("default")
    else:
        target, cls = declared.child("target"), enclosing_class(declared)
        is_one = target is not None and target.value == argument.name and cls is not None
        fields = cls.all("body") if is_one and cls is not None else []
        taken = [one.first for one in fields if one.kind == "AnnAssign"]
        default = declared.child("value")
    takes_all = argument.beside <= {str(one.value) for one in taken}
    return [default] if default is not None and takes_all else []
