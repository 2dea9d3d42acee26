"""What an expression may be: values, the entries of mappings and sequences, and what is not known."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.read.nodes import Node


@lru_cache(4096)
def _sum(text: str) -> int:
    return crc32(text.encode("utf-8", "surrogatepass"))


def steady_hash(node: Node, frame: Frame | None, more: object = None) -> int:
    """A hash that is the same in every run, so that sets are gone through in the same order."""
    own = _sum(more) if isinstance(more, str) else 0
    return node.index + node.file.salt + (31 * frame.number + own if frame is not None else own)


Kind = Literal[
    "constant",
    "mapping",
    "sequence",
    "instance",
    "function",
    "class",
    "module",
    "library",
    "method",
    "partial",
    "super",
    "encoded",
    "open",
]

_KINDS = {kind: _sum(kind) for kind in get_args(Kind)}
"""What a kind adds to the hash of a value."""

Why = Literal["caller outside", "environment", "library result", "computed", "not read", "too many"]
"""Why a value is not known: the closed list."""

Form = Literal["keyword", "entry", "item", "setdefault", "field", "attribute", "text", "argument", "built"]
"""How a parameter is written where it is given; `text` inside a string, `built` by code."""

AWAITED = "result"
"""The method by which a task gives what it ran: a coroutine stands for that itself."""
MAX_VALUES = 64
"""An expression that may be more than so many things is open."""
MAX_TEXT = 2_000
"""Characters of a text that is computed."""


class Value(NamedTuple):
    """One thing that an expression may be.

    Attributes:
        kind: what it is.
        node: where it is made or defined; for an open one, what is not known.
        frame: the frame it is made in (closure of a function), none at a module's top.
        data: constant: the value with its type's name; mapping, sequence: how it is made; instance: its
            class; function: its receiver; library: the dotted path, calls written `()`; method: its name;
            super: the instance; open: why.
        more: constant: the literals that it is made of; method: what it is a method of; encoded: what was
            encoded; library: what it does, written in Python; others: the calls that gave what it is made of.
        made: constant: the expressions that computed it, so that a circle ends.
    """

    kind: Kind
    node: Node
    frame: Frame | None = None
    data: Any = None
    more: Any = ()
    made: frozenset[Any] = frozenset()

    def __hash__(self) -> int:
        kind, node, frame, data = self[:4]
        own = _KINDS[kind] if kind != "constant" else _sum(data[1]) if isinstance(data[1], str) else 0
        return node.index + node.file.salt + (31 * frame.number + own if frame is not None else own)

    @property
    def constant(self) -> Any:  # noqa: ANN401
        """A constant's value."""
        return self.data[1]

    @property
    def text(self) -> str | None:
        """A constant text; none for anything else."""
        return self.data[1] if self.kind == "constant" and self.data[0] == "str" else None

    @property
    def is_result(self) -> bool:
        """Whether it is what a call of something of a library gives."""
        return self.kind == "library" and str(self.data).endswith("()")

    @property
    def is_cut(self) -> bool:
        """Whether it stands for more than is found: it may be anything."""
        return self.kind == "open" and self.data == "too many"


Values = frozenset[Value]
NOTHING: Values = frozenset()


class Site(NamedTuple):
    """What gives arguments.

    Attributes:
        call: a call, of which the first `skip` positional arguments do not count, in a frame.
        given: the arguments as values by place and name, where something else than a call gives them: a
            decorator, an operator, the language itself. `call` is then where it stands.
        is_loose: whether more may be given than is seen: the function was handed to something not known.
    """

    call: Node
    frame: Frame | None
    skip: int = 0
    given: tuple[tuple[Any, Values], ...] | None = None
    is_loose: bool = False

    def __hash__(self) -> int:
        return steady_hash(self.call, self.frame) + self.skip


class Frame:
    """One activation of a function (or the top of a module, where a loop's row is told apart).

    Attributes:
        function: the definition; the module's root at its top.
        sites: what gives its arguments, a `partial` first; none: any call of it.
        receiver: what it is called on, where that is told apart.
        closure: the frame of the function around its definition.
        rows: the elements that loops around stand at, by the loop; the one of several values that a
            parameter or an expression is taken to be, by these.
        height: how many frames are inside one another in it.
        number: how many were made before it.
    """

    __slots__ = ("closure", "function", "height", "number", "receiver", "rows", "sites")

    function: Node
    sites: tuple[Site, ...]
    receiver: Value | None
    closure: Frame | None
    rows: tuple[tuple[Node, Value], ...]
    height: int
    number: int

    def __hash__(self) -> int:
        """The same in every run, so that sets are gone through in the same order."""
        return self.number

    def __repr__(self) -> str:
        return f"<frame {self.function!r} {self.sites} {self.rows}>"

    def row(self, loop: Node) -> Value | None:
        """The element that a loop stands at, or what an expression is taken to be."""
        return next((value for node, value in self.rows if node is loop), None)


def given_site(node: Node, frame: Frame | None, *positional: Values, **named: Values) -> Site:
    """Arguments that the language gives, where `node` stands."""
    return Site(node, frame, 0, (*enumerate(positional), *named.items()))


class Entry(NamedTuple):
    """One entry of a mapping, one element of a sequence, one argument.

    Attributes:
        key: its key; none where any key is possible.
        node, frame: the expression that gives the value; no node where `known` are the values themselves.
        holder: the display, call or statement in which it is written.
        form: how it is written there.
        spelled: the key as it is written there (a helper may rename it on the way).
    """

    key: Any
    node: Node | None
    frame: Frame | None
    holder: Node
    form: Form
    spelled: str = ""
    known: Values = NOTHING

    def __hash__(self) -> int:
        key, node, frame, holder = self[:4]
        node = node or holder
        own = _sum(key) if isinstance(key, str) else 0
        return node.index + node.file.salt + (31 * frame.number + own if frame is not None else own)

    def under(self, key: Any) -> Entry:  # noqa: ANN401
        """The same entry under another key."""
        return self if key is self.key else Entry(key, *self[1:])


Entries = frozenset[Entry]


def constant(
    value: Any,  # noqa: ANN401
    node: Node,
    parts: tuple[Node, ...] | None = None,
    made: frozenset[Any] = frozenset(),
) -> Value:
    """A constant, with the literals that it is made of (itself, unless they are named)."""
    return Value(
        "constant", node, None, (type(value).__name__, value), (node,) if parts is None else parts, made
    )


MAX_PARTS = 48
"""Values that one is made of, all told; what is made of more is open, so that a loop which wraps ends."""


def limited(values: frozenset[Any]) -> frozenset[Any]:
    """Values, with those that are made of too many others as open ones."""
    huge = [v for v in values if isinstance(v, Value) and v.more and _is_huge(v)]
    if not huge:
        return values
    return values.difference(huge) | {opened("too many", value.node) for value in huge}


def _is_huge(value: Value) -> bool:
    pending: list[Any] = [value]
    count = 0
    while pending and count <= MAX_PARTS:
        part = pending.pop()
        if isinstance(part, Value):
            count += 1
            pending += (part.data, part.more)
        elif isinstance(part, Entry):
            pending.append(part.known)
        elif type(part) in (tuple, frozenset):
            pending += part
    return count > MAX_PARTS


def opened(why: Why, node: Node) -> Value:
    """Something that is not known."""
    return Value("open", node, None, why)


def an_open(why: Why, node: Node) -> Values:
    """Something that is not known, alone."""
    return frozenset((opened(why, node),))


def joined(parts: Iterable[Values], node: Node) -> Values:
    """Several answers together; the word that they are too many, where they or one of them are."""
    return bounded(NOTHING.union(*parts), node)


def bounded(values: set[Value] | Values, node: Node) -> Values:
    """Values, or the word that they are too many."""
    many = [v for v in values if v.is_cut]
    if many and len(values) > 1:
        return frozenset((min(many, key=place),))
    if len(values) > MAX_VALUES:
        return an_open("too many", node)
    return values if isinstance(values, frozenset) else frozenset(values)


def place(value: Value) -> tuple[str, int]:
    """Where a value is made, to put several in an order."""
    return value.node.file.path, value.node.index
