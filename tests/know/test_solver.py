"""Equations in circles come to rest, also where what a cell holds does not only grow."""

from __future__ import annotations

import pytest

from migrator.know.solver import MAX_ROUNDS, Solver, UnsolvedError

Numbers = frozenset[int]


def swinging(solver: Solver, name: str) -> Numbers:
    """As long as it holds little itself, everything; else one thing that stands for too much."""
    return frozenset(range(9)) if len(solver.ask(swinging, name)) < 5 else frozenset((-1,))


def growing(solver: Solver, name: int) -> Numbers:
    """Every cell of a ring holds what the next one holds, and its own number."""
    return solver.ask(growing, (name + 1) % 5) | {name}


def test_a_circle_that_swings_comes_to_rest() -> None:
    solver = Solver(None)
    solver.owner = solver
    assert solver.ask(swinging, "first")
    assert solver.work < 5 * MAX_ROUNDS


def test_a_circle_that_grows_is_solved_whatever_is_asked_first() -> None:
    for first in range(5):
        solver = Solver(None)
        solver.owner = solver
        assert solver.ask(growing, first) == frozenset(range(5))


def counting(solver: Solver, number: int) -> Numbers:
    """A chain without an end: more work than is spent on one question."""
    return solver.ask(counting, number + 1) | {number}


def test_what_was_solved_before_stands_when_a_question_is_given_up() -> None:
    solver = Solver(None)
    solver.owner = solver
    assert solver.ask(growing, 0) == frozenset(range(5))
    for _ in range(2):
        with pytest.raises(UnsolvedError):
            solver.ask(counting, 0)
    before = solver.work
    assert solver.ask(growing, 0) == frozenset(range(5))
    assert solver.work == before
