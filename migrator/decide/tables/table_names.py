"""Names: of tables, of enum members, of what stands around a table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.read.scopes import dotted

if TYPE_CHECKING:
    from migrator.decide.tables.id_containers import Container
    from migrator.read.nodes import Node


def bound(statement: Node) -> str:
    target = statement.child("targets") or statement.child("target")
    return str(target.value) if target is not None else ""


def member_name(known: list[tuple[str, str]], new: str) -> str:
    """The name of a new enum member, in the style of the first (name, id) pair whose style is known."""
    for name, old in known:
        for style in _STYLES:
            if style(old) == name:
                return style(new)
            if style(old) in name:
                return name.replace(style(old), style(new), 1)
    return _snake(new).upper()


def _snake(model: str) -> str:
    return re.sub(r"\W+", "_", model)


def _joined(model: str) -> str:
    """`gpt-4o-mini` -> `gpt4o_mini`."""
    return re.sub(r"\W+", "_", re.sub(r"^([A-Za-z]+)-", r"\1", model))


def _camel(model: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in _joined(model).split("_"))


_STYLES = (
    lambda model: _snake(model).upper(),
    lambda model: _joined(model).upper(),
    _snake,
    _joined,
    _camel,
    lambda model: re.sub(r"\W+", "", model).upper(),
    lambda model: re.sub(r"\W+", "", model),
)


def name_of(container: Container) -> str:
    """The name that a table goes by: what it is assigned to, its keyword, its class; keys around it."""
    if container.shape == "enum":
        return str(container.node.value)
    if container.shape == "statements":
        return dotted(container.node.first.first)
    keys: list[str] = []
    node = container.node
    while node.parent is not None and not node.is_statement:
        parent = node.parent
        key = node.key
        if parent.kind == "Dict" and node.field == "values":
            keys.append(str(key.value) if key is not None and key.kind == "Constant" else "")
        elif parent.kind in ("keyword", "arg"):
            return ".".join([str(parent.value), *reversed(keys)])
        node = parent
    target = node.child("targets") or node.child("target")
    name = str(target.value or "") if target is not None else ""
    return ".".join(part for part in [name, *reversed(keys)] if part)
