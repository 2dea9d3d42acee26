"""What is asked of calls: what they give, what calls what, where values go on to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from migrator.know.program_names import ProgramNames

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.know.questions import Holder, Invocation
    from migrator.know.values import Entries, Frame, Site, Value, Values
    from migrator.read.nodes import Node


class CallQuestions(ProgramNames, ABC):
    """The questions about calls; `know/answers` says which rule answers which."""

    @abstractmethod
    def called(self, callee: Value, sites: tuple[Site, ...], node: Node, frame: Frame | None) -> Values:
        """The result of a call."""

    @abstractmethod
    def library_result(
        self, callee: Value, sites: tuple[Site, ...], node: Node, frame: Frame | None
    ) -> Values:
        """What a call of something of a library gives."""

    @abstractmethod
    def method_result(
        self, callee: Value, sites: tuple[Site, ...], node: Node, frame: Frame | None
    ) -> Values:
        """What a method of a container or a text gives."""

    @abstractmethod
    def written(self, value: Value) -> Value | None:
        """The function or class that says in Python what something of a library does."""

    @abstractmethod
    def returned(self, function: Value, frame: Frame) -> Values:
        """What a function returns in a frame."""

    @abstractmethod
    def argument(self, sites: tuple[Site, ...], name: str, place: int) -> tuple[Values, bool]:
        """What is given for a parameter, and whether it may be left out."""

    @abstractmethod
    def arguments(self, sites: tuple[Site, ...]) -> Entries:
        """Everything that is given: keys are names, or places."""

    @abstractmethod
    def unfolded(self, partial: Value) -> list[tuple[Value, tuple[Site, ...]]]:
        """What a `functools.partial(…)` calls in the end, with what gave arguments on the way."""

    @abstractmethod
    def invocations(self, function: Node) -> frozenset[Invocation]:
        """Everything that is seen to call a function or a class."""

    @abstractmethod
    def is_called_unseen(self, function: Node) -> bool:
        """Whether it takes too much to find all that calls a function or a class."""

    @abstractmethod
    def calls_on(self, method: Node, receiver: Value | None) -> frozenset[Invocation]:
        """What calls a method on one object; what calls it at all, where that is not followed."""

    @abstractmethod
    def all_calls_on(self, method: Node, receiver: Value | None) -> frozenset[Invocation] | None:
        """What calls a library's method on one object; none where that is not followed."""

    @abstractmethod
    def entered(self, function: Node) -> frozenset[Frame | None]:
        """The frames of a function, one for each of its calls; the one of all where none is seen."""

    @abstractmethod
    def holders(self, node: Node, frame: Frame | None) -> frozenset[Holder]:
        """Where the value of an expression (or what a definition binds) is seen."""

    @abstractmethod
    def held_loads(self, binding: Node, frame: Frame | None, path: tuple[Any, ...]) -> Iterator[Holder]:
        """Where what a name is bound to is seen."""

    @abstractmethod
    def held_on_objects(
        self, name: str, bases: Iterable[Value], frame: Frame | None, path: tuple[Any, ...]
    ) -> Iterator[Holder]:
        """Where an attribute of some objects is seen."""

    @abstractmethod
    def seen(self, value: Value) -> Iterator[tuple[Node, Frame | None]]:
        """The expressions that a mapping, sequence or object is the value of."""

    @abstractmethod
    def unfollowed(self, value: Value) -> Values:
        """What stands for what is done to a container at places that are not known; nothing if all are."""
