"""Ids that only say whose price is asked for: they move with what is called by the same name, or wait."""

from __future__ import annotations

import pytest

from tests.decided import CALLS, migrated

PRICES = """
PRICES = {"gpt-4o": (2.5, 10.0), "gpt-4o-mini": (0.15, 0.6)}


class NoPriceError(Exception):
    pass


def estimate(*, model, tokens):
    row = PRICES.get(model)
    if row is None:
        raise NoPriceError(model)
    return tokens * row[0]

"""
ESTIMATED = {
    "a default": """
def cost_of_runs(runs, model=None):
    return estimate(model=model or "gpt-4o-mini", tokens=sum(runs))
""",
    "a local name": """
def cost_of_runs(runs, model=None):
    chosen = model or "gpt-4o-mini"
    try:
        return estimate(model=chosen, tokens=sum(runs))
    except NoPriceError:
        return estimate(model="gpt-4o-mini", tokens=sum(runs))
""",
}


@pytest.mark.parametrize("code", ESTIMATED.values(), ids=ESTIMATED)
def test_what_is_only_priced_waits(code: str) -> None:
    done = migrated(PRICES + code, "gpt-4o")
    assert code in done.after
    assert done.new["cost_of_runs"]([4]) == done.old["cost_of_runs"]([4])
    assert "ask(text, 'gpt-5.5-instant')" in done.after


@pytest.mark.parametrize("code", ESTIMATED.values(), ids=ESTIMATED)
def test_what_is_called_beside_is_priced_as_what_it_becomes(code: str) -> None:
    done = migrated(PRICES + code, "gpt-4o-mini")
    assert '"gpt-4o-mini"' not in done.after[done.after.index("def cost_of_runs") :]
    assert done.new["cost_of_runs"]([4]) == 60.0


def test_a_call_that_looks_its_price_up_as_well_moves() -> None:
    code = PRICES + CALLS.replace("return OpenAI", "estimate(model=model, tokens=1)\n    return OpenAI")
    code += '\n\ndef cost_of(text):\n    return ask(text, model="gpt-4o-mini")\n'
    assert 'model="gpt-5.5-mini")' in migrated(code).after
