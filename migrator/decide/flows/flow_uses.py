"""What is done with a value where it goes: the kinds of uses, and how the value is in what is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from migrator.read.nodes import Node


MAX_STEPS = 600


UseKind = Literal[
    "argument",
    "compare",
    "method",
    "lookup",
    "key",
    "format",
    "return",
    "display",
    "argument-of-name",
    "slice",
    "arithmetic",
]


class Part(NamedTuple):
    """How a value is in what is followed.

    Attributes:
        kind: `whole`: it is that; `element`: it is somewhere in it; `entry`: it stands under `key` in it;
            `table`: that is a table, `level` displays around it.
    """

    kind: Literal["whole", "element", "entry", "table"]
    key: str = ""
    level: int = 0


def entry(key: object) -> Part:
    """In a mapping, under a key."""
    return Part("entry", str(key))


WHOLE, ELEMENT = Part("whole"), Part("element")


class Use(NamedTuple):
    """One thing done with a value.

    Attributes:
        node: the call, comparison, subscript or display that consumes it.
        name: keyword name or position (`#0`) of an argument, operator of a comparison, method name,
            key of a dict entry.
        part: how the value is in what is used.
        trail: nodes passed on the way, the literal first.
    """

    kind: UseKind
    node: Node
    name: str
    part: Part
    trail: tuple[Node, ...]


class State(NamedTuple):
    node: Node
    part: Part
    trail: tuple[Node, ...]
