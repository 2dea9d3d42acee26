"""What templates are made of: constant text, variables, and the arguments of a call."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.know.origins import argument_for
from migrator.read.scopes import dotted, last_name, parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from migrator.read.nodes import Node


class Piece(NamedTuple):
    """Constant text, or a variable: `key` tells equal expressions, `file` is the text file behind it."""

    text: str = ""
    name: str = ""
    key: str = ""
    file: str = ""
    fields: bool = False
    image: bool = False
    line: int = 0
    path: str = ""


class Bound(NamedTuple):
    """An expression and the arguments that hold where it stands."""

    node: Node
    arguments: Arguments


class Arguments:
    """What the parameters of a function are in one call of it; parameters without an entry are variables."""

    def __init__(self, given: Mapping[Node, Bound] | None = None) -> None:
        self.given = dict(given or {})

    @classmethod
    def of_call(cls, call: Node, function: Node, outside: Arguments) -> Arguments:
        """The arguments that `call` passes to `function`; what it leaves out has its default."""
        given: dict[Node, Bound] = {}
        for parameter in parameters(function):
            argument = argument_for(call, function, parameter) or parameter.child("default")
            if argument is not None:
                given[parameter] = Bound(argument, outside)
        for parameter in function.children():
            if parameter.kind == "arg" and parameter.field == "kwarg":
                given[parameter] = Bound(call, outside)
        return cls(given)


NONE = Arguments()


def variable(node: Node, name: str = "") -> Piece:
    """A variable for an expression, named after it."""
    key = dotted(node)
    return Piece(
        name=name or name_of(node),
        key=key if "?" not in key else f"{node.where}:{node.span[1]}",
        line=node.line,
    )


def named(name: str, line: int) -> Piece:
    """A variable whose name the text itself gives."""
    return Piece(name=identifier(name), key=name, line=line)


def name_of(node: Node) -> str:
    """A name for what an expression yields: its own last name, or that of what it is made from."""
    if node.kind == "Subscript":
        key = node.child("slice")
        if key is not None and key.kind == "Constant" and isinstance(key.value, str):
            return identifier(key.value)
    if node.kind in ("Name", "Attribute"):
        return identifier(str(node.value))
    if node.kind == "Call":
        for argument in node.arguments():
            if argument.kind != "Constant" and (found := name_of(argument)) != "value":
                return found
        func = node.child("func")
        owner = func.child("value") if func is not None and func.kind == "Attribute" else None
        return name_of(owner) if owner is not None else identifier(last_name(func))
    for child in node.children():
        if (found := name_of(child)) != "value":
            return found
    return "value"


def has_text(pieces: Iterable[Piece]) -> bool:
    """Whether constant text is among the pieces."""
    return any(piece.text.strip() for piece in pieces)


def replaced(
    pieces: list[Piece],
    pattern: re.Pattern[str],
    field: Callable[[re.Match[str]], list[Piece]],
    plain: Callable[[str], str],
) -> list[Piece]:
    """Constant texts with what a pattern finds replaced by `field`; the text between goes through `plain`."""
    found: list[Piece] = []
    for piece in pieces:
        if piece.name:
            found.append(piece)
            continue
        at = 0
        for match in pattern.finditer(piece.text):
            found += [piece._replace(text=plain(piece.text[at : match.start()])), *field(match)]
            at = match.end()
        found.append(piece._replace(text=plain(piece.text[at:])))
    return found


def joined(pieces: list[Piece]) -> list[Piece]:
    """Neighbouring constant texts as one piece."""
    found: list[Piece] = []
    for piece in pieces:
        if found and not piece.name and not found[-1].name:
            found[-1] = found[-1]._replace(text=found[-1].text + piece.text)
        elif piece.name or piece.text:
            found.append(piece)
    return found


def identifier(text: str) -> str:
    """A text as the name of a variable."""
    name = re.sub(r"\W+", "_", text).strip("_").lower()
    return f"v_{name}" if name[:1].isdigit() else name or "value"
