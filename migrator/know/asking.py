"""What the rules of the evaluator may ask of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.know.frames import Frame, Frames, Site
    from migrator.know.values import Entries, Entry, Value, Values
    from migrator.read.nodes import Node
    from migrator.read.project import Project


class Holder(NamedTuple):
    """Where a value is seen: below `path` (keys, none for any) in what an expression evaluates to."""

    node: Node
    frame: Frame | None
    path: tuple[Any, ...]


class Know(Protocol):
    """The questions; each is answered by one module of this package."""

    project: Project
    frames: Frames
    environment: frozenset[str]

    def value(self, node: Node | None, frame: Frame | None) -> Values:
        """What an expression may be."""

    def bound(self, binding: Node, frame: Frame | None) -> Values:
        """What a binding binds."""

    def bindings(self, name: Node) -> list[Node]:
        """The bindings of a name that it may see."""

    def targeted(self, target: Node, frame: Frame | None) -> Values:
        """What a target of an assignment, loop or `with` is given."""

    def frame_of(self, scope: Node, frame: Frame | None) -> Frame | None:
        """The frame of a scope around, seen from a frame."""

    def given(self, entry: Entry) -> Values:
        """The values of an entry."""

    def entries(self, mapping: Value) -> Entries:
        """The entries of a mapping, later additions included."""

    def elements(self, sequence: Value) -> Entries:
        """The elements of a sequence; keys are places, none where any is possible."""

    def iterated(self, values: Values, node: Node) -> list[Value] | None:
        """The elements that a loop goes through one by one; none where they are not all known."""

    def fields(self, instance: Value) -> Entries:
        """The fields of an instance of a record, as a mapping of them would hold."""

    def member(self, base: Value, name: str, node: Node, frame: Frame | None) -> Values:
        """What `base.name` is."""

    def mro(self, cls: Node) -> list[Node | str]:
        """A class and its bases; those outside the program as dotted paths."""

    def called(self, callee: Value, sites: tuple[Site, ...], node: Node, frame: Frame | None) -> Values:
        """The result of a call."""

    def returned(self, function: Value, frame: Frame) -> Values:
        """What a function returns in a frame."""

    def argument(self, sites: tuple[Site, ...], name: str, place: int) -> tuple[Values, bool]:
        """What is given for a parameter, and whether it may be left out."""

    def arguments(self, sites: tuple[Site, ...]) -> Entries:
        """Everything that is given: keys are names, or places."""

    def callers(self, function: Node) -> frozenset[Site]:
        """What calls a function, as far as it is seen."""

    def holders(self, node: Node, frame: Frame | None) -> frozenset[Holder]:
        """Where the value of an expression (or what a definition binds) is seen."""

    def outcomes(self, test: Node, frame: Frame | None) -> frozenset[bool]:
        """How a test may come out."""

    def exits(self, statement: Node) -> tuple[Node, ...]:
        """The tests before a statement, in its block, that lead away if they are true."""

    def solved(self, rule: Any, *arguments: Any) -> Values:  # noqa: ANN401
        """The answer of a rule, kept and found anew when what it asked for grows."""

    def union(self, parts: Iterable[Values], node: Node) -> Values:
        """Several answers together, bounded."""

    def reached(self, node: Node, frame: Frame | None) -> bool:
        """Whether the tests around a statement may let a frame come to it."""

    def seen(self, value: Value) -> Iterator[tuple[Node, Frame | None]]:
        """The expressions that a mapping, sequence or object is the value of."""

    def stores(self, name: str) -> list[Node]:
        """Every `….name = …` of the program."""

    def augmented(self, target: Node) -> list[Node]:
        """The stores `name |= …` of the same name in the same scope."""

    def augmented_fields(self, name: str) -> list[Node]:
        """Every `….name |= …` of the program."""

    def set_by_name(self, name: str) -> list[Node]:
        """Every `setattr(x, "name", …)`."""

    def loads(self, binding: Node) -> Iterator[Node]:
        """The loads of the name that a binding binds."""

    def loads_of(self, name: str, cls: Node | None) -> list[Node]:
        """Every load `….name`."""

    def is_only(self, function: Node) -> bool:
        """Whether a method call on a value not known means this method."""

    def resolved(self, cls: Node, name: str) -> list[tuple[Node, Node]]:
        """The bindings of a name in the first class of a lineage that has it."""

    def record_fields(self, cls: Node) -> dict[str, tuple[Node, Node]]:
        """The fields that a record's constructor takes."""

    def is_unread(self, alias: Node) -> bool:
        """Whether an import names a file of the project that was not read."""

    def deriving(self, cls: Node) -> list[Node]:
        """The classes that name a class as a base, by names alone."""

    def below(self, cls: Node) -> list[Node]:
        """The classes that build on a class."""

    def unfolded(self, partial: Value) -> list[tuple[Value, tuple[Site, ...]]]:
        """What a `functools.partial(…)` calls in the end, with what gave arguments on the way."""

    def callbacks(self, call: Node, frame: Frame | None) -> list[tuple[int, Value]]:
        """The functions that a call hands over, by place."""
