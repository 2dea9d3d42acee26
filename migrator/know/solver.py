"""Equations between sets, solved on demand: circles are iterated until nothing changes.

A rule says what a cell holds in terms of other cells. It must only grow with what it asks for; then the
smallest solution is one, whatever was asked first.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Rule = Callable[..., frozenset[Any]]

MAX_NESTED = 50
"""Cells evaluated inside one another; deeper ones wait until the outer ones are done."""
MAX_ROUNDS = 40
"""After so many changes of one cell what it held stays in it."""
MAX_WORK = 400_000
"""Evaluations for one program; what is left then is not solved."""
EMPTY: frozenset[Any] = frozenset()


class _Cell:
    __slots__ = ("arguments", "dependents", "is_due", "rounds", "rule", "value")

    def __init__(self, rule: Rule, arguments: tuple[Any, ...]) -> None:
        self.rule = rule
        self.arguments = arguments
        self.value = EMPTY
        self.dependents: dict[_Cell, None] = {}
        self.is_due = False
        self.rounds = 0


class UnsolvedError(Exception):
    """The program takes more work than is spent on one."""


class Solver:
    """The cells of one program; `owner` is handed to the rules."""

    def __init__(self, owner: object) -> None:
        self.owner = owner
        self.work = 0
        self._cells: dict[tuple[Any, ...], _Cell] = {}
        self._stack: list[_Cell] = []
        self._due: deque[_Cell] = deque()

    def ask(self, rule: Rule, *arguments: Any) -> frozenset[Any]:  # noqa: ANN401
        """What a cell holds; inside a rule as far as it is known by now, outside for good."""
        key = (rule, *arguments)
        cell = self._cells.get(key)
        if cell is None:
            cell = self._cells[key] = _Cell(rule, arguments)
            if len(self._stack) < MAX_NESTED:
                self._evaluate(cell)
            else:
                cell.is_due = True
                self._due.append(cell)
        if self._stack:
            cell.dependents[self._stack[-1]] = None
        elif self._due:
            self._settle()
        return cell.value

    def _settle(self) -> None:
        while self._due:
            cell = self._due.popleft()
            if cell.is_due:
                self._evaluate(cell)

    def _evaluate(self, cell: _Cell) -> None:
        self.work += 1
        if self.work > MAX_WORK:
            raise UnsolvedError
        self._stack.append(cell)
        cell.is_due = False
        try:
            value = cell.rule(self.owner, *cell.arguments)
        finally:
            self._stack.pop()
        if value != cell.value:
            cell.rounds += 1
            if cell.rounds > MAX_ROUNDS:
                value = value | cell.value
            cell.value = value
            for dependent in cell.dependents:
                if not dependent.is_due:
                    dependent.is_due = True
                    self._due.append(dependent)
