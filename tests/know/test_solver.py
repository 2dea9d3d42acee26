"""Equations in circles come to rest, also where what a cell holds does not only grow."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from migrator.know.solver import (
    MAX_ASKED,
    MAX_ROUNDS,
    MAX_SECOND,
    MAX_SECOND_WORK,
    MAX_SMALL_WORK,
    MAX_WORK,
    Solver,
    UnsolvedError,
)

Numbers = frozenset[int]
Rule = Callable[[Solver, int], Numbers]


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


def wide(solver: Solver, number: int) -> Numbers:
    """More cells than are evaluated for one question, each of which is known for itself."""
    return frozenset[int]().union(*(solver.ask(small, number + at) for at in range(MAX_SECOND + 9)))


def small(solver: Solver, number: int) -> Numbers:
    return solver.ask(smaller, number)


def smaller(_solver: Solver, number: int) -> Numbers:
    return frozenset((number,))


def test_what_one_question_has_no_work_left_for_is_known_when_it_is_asked_for_itself() -> None:
    anything = frozenset((-1,))
    solver = Solver(None, tops={small: lambda _, __: anything, smaller: lambda _, __: anything})
    solver.owner = solver
    assert -1 in solver.ask(wide, 0)
    last = MAX_SECOND + 8
    assert solver.ask(small, last) == frozenset((last,))
    assert -1 in solver.ask(wide, 0)


def middle(solver: Solver, _number: int) -> Numbers:
    """More cells than the first bound lets be evaluated, and fewer than the second one."""
    return frozenset[int]().union(*(solver.ask(small, at) for at in range(MAX_ASKED)))


def test_a_question_that_is_too_much_at_first_is_asked_again_and_takes_nothing_from_others() -> None:
    solver = Solver(None, tops={one: lambda _, __: frozenset((-1,)) for one in (small, smaller)})
    solver.owner = solver
    assert solver.ask(middle, 0) == frozenset(range(MAX_ASKED))
    assert solver.work <= MAX_ASKED + 1
    assert 0 < solver.work_again < MAX_SECOND


def test_little_is_spent_on_a_question_aside_and_its_cell_is_known_in_full_when_asked_for_itself() -> None:
    solver = Solver(None, tops={one: lambda _, __: frozenset((-1,)) for one in (small, smaller)})
    solver.owner = solver
    with solver.aside(60):
        for _ in range(2):
            assert -1 in solver.ask(middle, 0)
        assert solver.work <= 61
    assert solver.ask(middle, 0) == frozenset(range(MAX_ASKED))
    with solver.aside(60):
        assert solver.ask(middle, 0) == frozenset(range(MAX_ASKED))


def walked(solver: Solver, step: Rule, first: int) -> Numbers:
    """All that comes behind a number, step by step."""
    found, pending = {first}, [first]
    while pending:
        new = solver.ask(step, pending.pop()) - found
        found |= new
        pending += new
    return frozenset(found)


def test_a_step_is_taken_once_and_is_no_work_of_its_own() -> None:
    taken: list[int] = []

    def follows(_: Solver, number: int) -> Numbers:
        taken.append(number)
        return frozenset((number + 1,)) if number < 9 else frozenset()

    def walks(solver: Solver, first: int) -> Numbers:
        return walked(solver, follows, first)

    solver = Solver(None, steps=frozenset({follows}))
    solver.owner = solver
    assert solver.ask(walks, 2) == frozenset(range(2, 10))
    assert solver.ask(walks, 0) == frozenset(range(10))
    assert sorted(taken) == list(range(10))
    assert solver.work == 2


def test_small_questions_are_answered_when_the_work_is_spent() -> None:
    solver = Solver(None, tops={small: lambda _, __: frozenset((-1,))})
    solver.owner = solver
    solver.work = MAX_WORK
    assert solver.ask(small, 3) == frozenset((3,))
    solver.work = MAX_WORK + MAX_SMALL_WORK
    assert solver.ask(small, 5) == frozenset((5,))
    solver.work_again = MAX_SECOND_WORK
    assert -1 in solver.ask(small, 4)
