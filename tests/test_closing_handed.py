"""Names that are looked up in what callers hand over: they know the old one there."""

from __future__ import annotations

import pytest

from tests.decided import all_migrated as migrated

POOL = """
class Picker:
    def __init__(self, pool: dict):
        self.rows = {rows}
        self.chosen = pool.get("default", "gpt-4o")
        {test}

    def pick(self, level):
        fit = [name for name, row in self.rows.items() if level in row]
        return fit[0] if fit else self.chosen


def answer(pool, level, text):
    row = pool["rows"][Picker(pool).pick(level)]
    return ask(text, row["model"])


def plain(text, model="gpt-4o"):
    return ask(text, model)
"""
TESTS = {
    "taken from the first row": "if self.chosen not in self.rows:\n            self.chosen = next(iter(self.rows))",
    "an expression": "self.chosen = self.chosen if self.chosen in self.rows else list(self.rows)[0]",
    "refused": "if self.chosen not in self.rows:\n            raise ValueError(self.chosen)",
}


@pytest.mark.parametrize("rows", ['pool.get("rows", {})', 'pool["rows"]'])
@pytest.mark.parametrize("test", TESTS.values(), ids=TESTS)
def test_a_default_that_callers_have_a_row_for_waits(rows: str, test: str) -> None:
    done = migrated(POOL.format(rows=rows, test=test), "gpt-4.1")
    assert 'pool.get("default", "gpt-4o")' in done.after
    assert 'model="gpt-5.5-instant"' in done.after
    reasons = {one.reason for one in done.inventory.references if one.action == "review"}
    assert reasons == {"must-move-together"}


MOVES = {
    "no row is looked up": ('pool.get("rows", {})', "self.given = pool"),
    "the program's own rows": ('{"gpt-4o": ["easy"]}', TESTS["taken from the first row"]),
    "a piece of a text": ('pool["rows"]', 'self.is_named = self.chosen in pool["text"]'),
}


@pytest.mark.parametrize(("rows", "test"), MOVES.values(), ids=MOVES)
def test_a_default_that_callers_have_no_row_for_moves(rows: str, test: str) -> None:
    done = migrated(POOL.format(rows=rows, test=test), "gpt-4.1")
    assert 'pool.get("default", "gpt-5.5-instant")' in done.after


def test_a_default_waits_however_many_names_may_take_its_place() -> None:
    many = ", ".join(f'"m{n}": ["easy"]' for n in range(70))
    rows = f'pool.get("rows", {{{many}}})'
    done = migrated(POOL.format(rows=rows, test=TESTS["taken from the first row"]), "gpt-4.1")
    assert 'pool.get("default", "gpt-4o")' in done.after
    assert 'model="gpt-5.5-instant"' in done.after


SPENT = """
from openai import OpenAI

SPENT = (("writer", "{model}", 310, 40), ("triage", "o3", 41, 3))
PRICES = {{
    "claude-sonnet-5": (3.0, 15.0),
    "{model}": ({prices}),
}}


def price(model, tokens_in, tokens_out):
    for_in, for_out = PRICES.get(model, (1.0, 2.0))
    return tokens_in * for_in + tokens_out * for_out


def seed(store):
    for name, model, tokens_in, tokens_out in SPENT:
        store.record(name, model=model, cost=price(model, tokens_in, tokens_out))
"""


@pytest.mark.parametrize(("prices", "moves"), [("10.0, 33.0", False), ("1.25, 10.0", True)])
def test_a_default_is_no_answer_for_an_id_that_had_a_row(prices: str, *, moves: bool) -> None:
    code = SPENT.format(model="gpt-5", prices=prices)
    new = migrated(code).after
    assert ('("writer", "gpt-5.5"' in new) is moves
    assert ('"gpt-5.5": (' in new) is moves
