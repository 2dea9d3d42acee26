"""Classes that calls make: `namedtuple(…)`, `create_model(…)`, `make_dataclass(…)`, `type(…, …, …)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.questions import Field
from migrator.know.values import NOTHING, Site

if TYPE_CHECKING:
    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.questions import Order
    from migrator.know.values import Frame, Value, Values
    from migrator.read.nodes import Node

_BASES = {
    "namedtuple": "typing.NamedTuple",
    "NamedTuple": "typing.NamedTuple",
    "create_model": "pydantic.BaseModel",
}


def _name(know: Know, call: Node) -> str:
    for value in know.value(call.first, know.frames.of(call)):
        if value.kind == "library":
            return str(value.data).rpartition(".")[2]
    return ""


def made_bases(know: Know, call: Node) -> list[Order]:
    """The orders of the bases of a class that a call makes."""
    name, frame = _name(know, call), know.frames.of(call)
    if name == "type":
        given = know.argument((Site(call, frame),), "bases", 1)[0]
        elements = [
            v for one in given if one.kind == "sequence" for e in know.elements(one) for v in know.held(e)
        ]
        return [know.mro(v.node) for v in elements if v.kind == "class"]
    own = _BASES.get(name, name)
    stub = know.written_class(own)
    return [[*(know.mro(stub) if stub is not None else []), own]]


def made_fields(know: Know, call: Node) -> dict[str, Field]:
    """The fields of a record that a call makes."""
    name, frame = _name(know, call), know.frames.of(call)
    sites = (Site(call, frame),)
    if name == "create_model":
        return dict(_of_keywords(know, call))
    if name not in ("namedtuple", "NamedTuple", "make_dataclass"):
        return {}
    names: list[str] = []
    for value in know.argument(sites, "field_names", 1)[0]:
        names += _field_names(know, value)
    defaults = _defaults(know, sites, frame)
    behind = len(names) - len(defaults)
    return {
        one: Field(call, call, None, None, defaults[i - behind] if i >= behind else NOTHING)
        for i, one in enumerate(names)
    }


def _of_keywords(know: Know, call: Node) -> list[tuple[str, Field]]:
    """`create_model("T", name=(type, default))`."""
    found = []
    for keyword in call.all("keywords"):
        if keyword.value and not keyword.value.startswith("__"):
            pair = keyword.first
            default = pair.all("elts")[1:2] if pair.kind == "Tuple" else [pair]
            is_needed = bool(default) and default[0].kind == "Constant" and default[0].value is Ellipsis
            found.append(
                (keyword.value, Field(call, call, None, None if is_needed or not default else default[0]))
            )
    return found


def _field_names(know: Know, value: Value) -> list[str]:
    if value.text is not None:
        return value.text.replace(",", " ").split()
    if value.kind != "sequence":
        return []
    names = []
    for entry in sorted(know.elements(value), key=lambda e: (not isinstance(e.key, int), e.key or 0)):
        for one in know.held(entry):
            if one.text is not None:
                names.append(one.text)
            elif one.kind == "sequence":
                names += [v.text for e in know.elements(one) if e.key == 0 for v in know.held(e) if v.text]
    return names


def _defaults(know: Know, sites: tuple[Site, ...], frame: Frame | None) -> list[Values]:
    found: list[Values] = []
    for value in know.argument(sites, "defaults", -1)[0]:
        if value.kind == "sequence":
            entries = [e for e in know.elements(value) if isinstance(e.key, int)]
            found = [know.held(e) for e in sorted(entries, key=lambda e: e.key)]
    return found
