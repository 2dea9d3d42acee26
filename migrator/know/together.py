"""The rules of this package with no calls told apart: one frame of a function, whoever calls it.

What is asked of all of a program, and not of one request, is found by these: there are as many answers as
expressions, not as expressions times the ways of coming to them. What is asked for is where things stand,
so that nothing is computed, tests come out in either way, and containers hold what they are made with.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from migrator.know import classes
from migrator.know.answers import Answers
from migrator.know.command_lines import may_fill
from migrator.know.frames import Frames
from migrator.know.library.written_in_python import is_written
from migrator.know.parameters import destination
from migrator.know.solver import Solver
from migrator.know.values import MAX_VALUES, NOTHING, Value, an_open, limited, place
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.know.questions import Invocation, Mutation
    from migrator.know.solver import _Cell as Cell
    from migrator.know.values import Frame, Site, Values
    from migrator.read.nodes import Node

MAX_ASKED = 75
"""Evaluations for one question from outside; what it leads to beyond them is everything it may be."""
_EITHER = frozenset((True, False))
_COMPUTED = ("BinOp", "JoinedStr")
_WIDE = {"onwards": 1, "holders": 2}
"""Rules that ask for much: they wait until what they ask for is known."""


class _OneFrame(Frames):
    """The frame of all calls for each function of the program; those of the library's are told apart."""

    def enter(
        self,
        function: Node,
        sites: tuple[Site, ...],
        receiver: Value | None = None,
        closure: Frame | None = None,
    ) -> Frame:
        return self.alone(function) or super().enter(function, sites, receiver, closure)

    def alone(self, function: Node) -> Frame | None:
        return None if is_written(function.file) else self.any(function)

    def at_row(self, frame: Frame | None, loop: Node, element: Value) -> Frame | None:
        return frame


class _Due:
    """Cells that wait for their evaluation: those that were made first are first, wide ones last."""

    def __init__(self) -> None:
        self._cells: list[tuple[int, int, int, Cell]] = []
        self._count = 0

    def __len__(self) -> int:
        return len(self._cells)

    def append(self, cell: Cell) -> None:
        self._count += 1
        heappush(self._cells, (_WIDE.get(cell.rule.__name__, 0), cell.number, self._count, cell))

    def popleft(self) -> Cell:
        return heappop(self._cells)[-1]

    def clear(self) -> None:
        self._cells.clear()


class _EvenSolver(Solver):
    """Every question is allowed the same work, and no work is done twice.

    What is cut on the way to an answer stays cut for that answer; asked for itself, it is found.
    """

    def __init__(self, owner: Together) -> None:
        super().__init__(owner, limited, owner.instead, owner.tops, owner.steps)
        self._due = _Due()  # type: ignore[assignment]

    def _asked_again(self, key: tuple[Any, ...], cell: Cell) -> Cell:
        if cell.is_cut:
            cell.is_cut = False
            cell.is_due = True
            self._due.append(cell)
            return self._solved(key)
        return cell

    def _forget_less_known(self, cut: Iterable[Cell], asked: Cell | None) -> None:
        pass

    def _allowed(self) -> int:
        return MAX_ASKED

    def _is_spent(self) -> bool:
        return self.work >= self._limit


class Together(Answers):
    """What is known about a program whose calls are not told apart."""

    most_loads = 100

    def __init__(self, *given: Any) -> None:  # noqa: ANN401 - those of every evaluator
        super().__init__(*given)
        self.frames = _OneFrame()
        self.solver = _EvenSolver(self)

    # -- values ------------------------------------------------------------------------------------

    def value(self, node: Node | None, frame: Frame | None) -> Values:
        if node is not None and node.kind in _COMPUTED and node.value != "BitOr":
            return an_open("computed", node)
        return super().value(node, frame)

    def operated(self, node: Node, frame: Frame | None, name: str, sides: list[Values]) -> Values:
        return super().operated(node, frame, name, sides) if name == "BitOr" else an_open("computed", node)

    def union(self, parts: Iterable[Values], node: Node) -> Values:
        """Several answers together: what is known of them stays, also where there may be more."""
        found = NOTHING.union(*parts)
        if sum(v.kind == "open" for v in found) > 1:
            found = _told_once(found)
        return found if len(found) <= MAX_VALUES else an_open("too many", node)

    # -- functions and objects ---------------------------------------------------------------------

    def replaces(self, decorator: Node) -> bool:
        """Who calls what a decorator wraps means what is wrapped."""
        return False

    def entered(self, function: Node) -> frozenset[Frame | None]:
        if is_written(function.file):
            return super().entered(function)
        return frozenset((self.frames.any(function),))

    def invocations(self, function: Node) -> frozenset[Invocation]:
        """Everything that is seen to call a function; what a class hands up to its base is its own.

        Objects that are called are not told from others of their class, nor where they are called.
        """
        if function.value == "__call__" and not is_written(function.file):
            return frozenset()
        found = super().invocations(function)
        if function.value != "__init__":
            return found
        return frozenset(one for one in found if not _is_handed_up(one.sites[-1].call))

    def instances(self, cls: Node) -> Values:
        """What `self` may be in a class; those of classes below are told by where they are used."""
        return self.constructions(cls) | {_elsewhere(cls)}

    def told_apart(self, made: Value) -> Value:
        """Objects of a class differ by what records are given and by what they hold."""
        return _elsewhere(made.data) if self._is_plain(made.data) else made

    def _is_plain(self, cls: Node) -> bool:
        if is_written(cls.file) or cls.kind != "ClassDef":
            return False
        return not (classes.is_record(self, cls) or self.container_kind(cls))

    def command_line(self, parsed: Value) -> Iterator[tuple[str, Values]]:
        """The options of a command line with their defaults, and what they may be chosen from."""
        yield from super().command_line(parsed)
        for call in self.project.calls("add_argument"):
            if not may_fill(self, call, parsed):
                continue
            frame = self.frames.of(call)
            rows = self.value(call.keyword("choices"), frame)
            elements = (e for v in rows if v.kind == "sequence" for e in self.elements(v))
            yield destination(call), self.union(map(self.held, elements), call)

    # -- containers: what they are made with -------------------------------------------------------

    def changes(self, container: Value) -> frozenset[Mutation]:
        return frozenset()

    def unfollowed(self, value: Value) -> Values:
        return NOTHING

    def shrinks(self, container: Value) -> bool:
        return False

    # -- tests: who calls decides most -------------------------------------------------------------

    def outcomes(self, test: Node, frame: Frame | None) -> frozenset[bool]:
        return super().outcomes(test, frame) if is_written(test.file) else _EITHER

    def reached(self, node: Node, frame: Frame | None) -> bool:
        return super().reached(node, frame) if is_written(node.file) else True


def _elsewhere(cls: Node) -> Value:
    """An object of a class, wherever it is made."""
    return Value("instance", cls, None, cls)


def _is_handed_up(call: Node) -> bool:
    """Whether a call goes to the class above: `super().__init__(…)`."""
    func = call.first if call.kind == "Call" else call
    return func.kind == "Attribute" and func.first.kind == "Call" and last_name(func.first.first) == "super"


def _told_once(found: Values) -> Values:
    """Values with one open one for each reason; texts that are put together keep their places."""
    kept = {v for v in found if v.kind != "open" or v.node.kind in _COMPUTED}
    least: dict[str, Value] = {}
    for value in found - kept:
        one = least.get(value.data)
        if one is None or place(value) < place(one):
            least[value.data] = value
    return frozenset(kept.union(least.values()))
