"""Equations between sets, solved on demand: circles are iterated until nothing changes.

A rule says what a cell holds in terms of other cells. It must only grow with what it asks for; then the
smallest solution is one, whatever was asked first.

Where a solved cell holds nothing although all that it asked for holds something, and its rule does not say
that code ends there, the rule does not follow what happens. Such a cell is given what stands for that, and
all is solved again.
"""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    Rule = Callable[..., frozenset[Any]]

MAX_NESTED = 50
"""Cells evaluated inside one another; deeper ones wait until the outer ones are done."""
MAX_ROUNDS = 40
"""After so many changes of one cell what it held stays in it."""
MAX_ASKED = 800
"""Evaluations for one question from outside; what it leads to beyond them is everything it may be."""
MAX_WORK = 10_000
"""Evaluations for one program; then only small questions are answered."""
MAX_SECOND = 4_000
"""Evaluations for a question for which the first bound is too little; it goes on where that ends."""
MAX_SECOND_WORK = 16_000
"""Evaluations for all of these; then the first bound is the last."""
MAX_SMALL = 60
"""Evaluations for a small question; what it leads to beyond them is everything it may be."""
MAX_SMALL_WORK = 3_000
"""Evaluations for all small ones; what is asked then is everything it may be."""
MAX_REST = 8_000
"""Evaluations beyond those for one question, of rules that have nothing they hold at most."""
EMPTY: frozenset[Any] = frozenset()


class _Cell:
    __slots__ = (
        "arguments",
        "dependents",
        "given",
        "is_cut",
        "is_due",
        "is_less",
        "met_nothing",
        "number",
        "rounds",
        "rule",
        "value",
    )

    def __init__(self, rule: Rule, arguments: tuple[Any, ...]) -> None:
        self.rule = rule
        self.arguments = arguments
        self.value = EMPTY
        self.given = EMPTY
        self.met_nothing = False
        self.dependents: dict[_Cell, None] = {}
        self.is_due = False
        self.is_cut = False
        self.is_less = False
        self.rounds = 0
        self.number = 0


class UnsolvedError(Exception):
    """A question takes more work than is spent on one."""


class Solver:
    """The cells of one program; `owner` is handed to the rules, `limited` bounds what a cell holds.

    `instead` says by rule what stands for what the rule does not follow, of the arguments of a cell; nothing
    where the rule finds nothing because there is nothing. `tops` says by rule what a cell may hold at most:
    that is what it holds where a question has led to more cells than are evaluated for one; a rule without
    it is always evaluated. `steps` are parts of rules, taken once for all: no work of their own.
    """

    def __init__(
        self,
        owner: object,
        limited: Callable[[frozenset[Any]], frozenset[Any]] = lambda found: found,
        instead: Mapping[Rule, Rule] = MappingProxyType({}),
        tops: Mapping[Rule, Rule] = MappingProxyType({}),
        steps: frozenset[Rule] = frozenset(),
    ) -> None:
        self.owner = owner
        self.limited = limited
        self.instead = instead
        self.tops = tops
        self.steps = steps
        self.work = 0
        self.work_again = 0
        self.made = 0
        self._bound = 0
        self._limit = 0
        self._cells: dict[tuple[Any, ...], _Cell] = {}
        self._stack: list[_Cell] = []
        self._due: deque[_Cell] = deque()
        self._unsolved: set[tuple[Any, ...]] = set()
        self._begun: list[tuple[Any, ...]] = []
        self._without: dict[_Cell, None] = {}
        self._resting: dict[_Cell, None] = {}
        self._most = 0
        self._told_aside: dict[tuple[Any, ...], frozenset[Any]] = {}

    @contextmanager
    def aside(self, most: int) -> Iterator[None]:
        """Questions whose answer may be everything it may be, without harm: no more is spent on each."""
        before, self._most = self._most, most
        try:
            yield
        finally:
            self._most = before

    def ask(self, rule: Rule, *arguments: Any) -> frozenset[Any]:  # noqa: ANN401
        """What a cell holds; inside a rule as far as it is known by now, outside for good."""
        key = (rule, *arguments)
        cell = self._cells.get(key)
        if self._stack:
            cell, asking = cell or self._cell(key), self._stack[-1]
            cell.dependents[asking] = None
            if not cell.value and rule in self.instead:
                asking.met_nothing = True
            if cell.is_less and not asking.is_less:
                self._resting[asking] = None
            return cell.value
        if self._unsolved and key in self._unsolved:
            raise UnsolvedError
        if cell is not None:
            return self._asked_again(key, cell).value
        if self._most:
            return self._asked_aside(key)
        return self._solved(key).value

    def _asked_again(self, key: tuple[Any, ...], cell: _Cell) -> _Cell:
        """The cell of a question that is solved already."""
        return cell

    def _asked_aside(self, key: tuple[Any, ...]) -> frozenset[Any]:
        """The answer to a question on which little is spent; what was cut for it may be found later."""
        told = self._told_aside.get(key)
        if told is None:
            told = self._told_aside[key] = self._solved(key).value
        return told

    def _solved(self, key: tuple[Any, ...]) -> _Cell:
        """The cell of a question from outside."""
        begun, first = self.work, self._allowed()
        self._bound, self._limit = first, begun + first
        if not first and key[0] in self.tops and not self._may_go_on():
            return self._cut_at_once(key)
        self._begun.clear()
        self._resting.clear()
        try:
            cell = self._cell(key)
            self._settle()
            while self._give_instead():
                self._settle()
        except (UnsolvedError, RecursionError):
            self._unsolved.add(key)
            self._start_anew()
            raise
        finally:
            if self._bound > first:
                self.work_again += max(self.work - begun - first, 0)
                self.work = min(self.work, begun + first)
        cut = [one for key in self._begun if (one := self._cells[key]).is_cut]
        _say_less([*self._resting, *cut])
        if cut:
            self._forget_less_known(cut, None if self._most else cell)
        return cell

    def _cut_at_once(self, key: tuple[Any, ...]) -> _Cell:
        """The cell of a question for which no work is left."""
        cell = _Cell(key[0], key[1:])
        self.made += 1
        cell.number = self.made
        cell.is_less = True
        self._cut(cell)
        if not self._most:
            self._cells[key] = cell
        return cell

    def is_less_known(self, rule: Rule, *arguments: Any) -> bool:  # noqa: ANN401
        """Whether an answer rests on what was cut; inside a rule nobody knows."""
        cell = self._cells.get((rule, *arguments))
        return not self._stack and cell is not None and cell.is_less

    def _is_spent(self) -> bool:
        """Whether a question has had its evaluations: by the first bound, then by the second one."""
        if self.work >= self._limit and self._may_go_on():
            self._limit += MAX_SECOND - self._bound
            self._bound = MAX_SECOND
        return self.work >= self._limit

    def _may_go_on(self) -> bool:
        return self._bound < MAX_SECOND and self.work_again < MAX_SECOND_WORK and not self._most

    def _forget_less_known(self, cut: Iterable[_Cell], asked: _Cell | None) -> None:
        """What was cut on the way to an answer, and what is made of it, may be known for itself."""
        less = _with_dependents(cut)
        for key in self._begun:
            cell = self._cells[key]
            if cell in less and cell is not asked:
                del self._cells[key]

    def _allowed(self) -> int:
        """How many evaluations the next question may take."""
        if self._most:
            return self._most if self.work < MAX_WORK + MAX_SMALL_WORK else 0
        if self.work < MAX_WORK:
            return MAX_ASKED
        return MAX_SMALL if self.work < MAX_WORK + MAX_SMALL_WORK else 0

    def end(self) -> None:
        """Say that the cell which asks rightly holds nothing: no code comes past what it stands for."""
        if self._stack:
            self._stack[-1].met_nothing = True

    def _cell(self, key: tuple[Any, ...]) -> _Cell:
        cell = self._cells.get(key)
        if cell is None:
            cell = self._cells[key] = _Cell(key[0], key[1:])
            self.made += 1
            cell.number = self.made
            self._begun.append(key)
            if cell.rule in self.tops and self._is_spent():
                self._cut(cell)
            elif len(self._stack) < MAX_NESTED:
                self._evaluate(cell)
            else:
                cell.is_due = True
                self._due.append(cell)
        return cell

    def _start_anew(self) -> None:
        """What was left half done holds too little to answer anything; what was done before stands."""
        for key in self._begun:
            del self._cells[key]
        self._due.clear()
        self._without.clear()

    def _settle(self) -> None:
        while self._due:
            cell = self._due.popleft()
            if not cell.is_due or cell.is_cut:
                continue
            more = min(MAX_ASKED, self._bound) if cell.rounds else 0
            if cell.rule in self.tops and self.work >= self._limit + more and self._is_spent():
                self._cut(cell)
            else:
                self._evaluate(cell)

    def _give_instead(self) -> bool:
        """Give what stands for it to the cells whose own rule lost what they hold; whether there are any."""
        without, self._without = self._without, {}
        lost = [cell for cell in without if not cell.value and not cell.met_nothing]
        for cell in lost:
            cell.given = self.instead[cell.rule](self.owner, *cell.arguments)
            self._hold(cell, cell.given)
        return bool(self._due)

    def _cut(self, cell: _Cell) -> None:
        """Let a cell hold everything that it may, for good."""
        cell.is_cut = True
        self._hold(cell, cell.value | self.tops[cell.rule](self.owner, *cell.arguments))

    def _evaluate(self, cell: _Cell) -> None:
        if cell.rule not in self.steps:
            self.work += 1
        if self.work > self._limit + MAX_REST:
            raise UnsolvedError
        self._stack.append(cell)
        cell.is_due = cell.met_nothing = False
        try:
            value = self.limited(cell.rule(self.owner, *cell.arguments)) | cell.given
        finally:
            self._stack.pop()
        if not value and cell.rule in self.instead:
            self._without[cell] = None
        if not cell.is_cut:
            self._hold(cell, value)

    def _hold(self, cell: _Cell, value: frozenset[Any]) -> None:
        if cell.rounds >= MAX_ROUNDS:
            value = value | cell.value
        if value == cell.value:
            return
        cell.rounds += 1
        cell.value = value
        for dependent in cell.dependents:
            if not dependent.is_due and not dependent.is_cut:
                dependent.is_due = True
                self._due.append(dependent)


def _with_dependents(cells: Iterable[_Cell]) -> dict[_Cell, None]:
    """Cells, and all that is made of them."""
    found = dict.fromkeys(cells)
    pending = list(found)
    while pending:
        for above in pending.pop().dependents:
            if above not in found:
                found[above] = None
                pending.append(above)
    return found


def _say_less(cells: list[_Cell]) -> None:
    """Say of cells, and of all that is made of them, that there may be more to what they hold."""
    pending = [cell for cell in cells if not cell.is_less]
    while pending:
        cell = pending.pop()
        if not cell.is_less:
            cell.is_less = True
            pending += [above for above in cell.dependents if not above.is_less]
