"""Prices that stand in arithmetic: what counts of tokens are multiplied by is the new model's for a new id."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.settings import Settings
from tests.decided import migrated

MODELS = {one.id: one for one in pipeline.rules(Settings())[0].catalog.models}
OLD, NEW = MODELS["gpt-4o-mini"], MODELS["gpt-5.5-mini"]
FORMS = {
    "per million": "return prompt_tokens * 0.15 / 1e6 + completion_tokens * 0.6 / 1e6",
    "a sum per million": "return (prompt_tokens * 0.15 + completion_tokens * 0.60) / 1_000_000",
    "per thousand": "return prompt_tokens / 1000 * 0.00015 + completion_tokens / 1000 * 0.0006",
    "per token": "return 0.15e-6 * prompt_tokens + 0.6e-6 * completion_tokens",
    "in steps": "cost = prompt_tokens * 0.15 / 1e6\n        cost += completion_tokens * 0.6 / 1e6\n        return cost",
    "in a dict": "usage = dict(prompt=prompt_tokens, completion=completion_tokens)\n"
    '        return (usage["prompt"] * 0.15 + usage["completion"] * 0.6) / 1e6',
}
ARMS = """
def cost(model, prompt_tokens, completion_tokens):
    if model == "gpt-4o-mini":
        {form}
    raise ValueError(model)


def ask_mini(text):
    return cost("gpt-4o-mini", 2_000_000, 1_000_000), ask(text, "gpt-4o-mini")
"""


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_an_arm_for_the_new_model_has_its_prices(form):
    done = migrated(ARMS.replace("{form}", form), "gpt-4o-mini")
    assert done.old["cost"]("gpt-4o-mini", 2_000_000, 1_000_000) == pytest.approx(
        2 * OLD.usd_in + OLD.usd_out
    )
    assert done.new["cost"]("gpt-5.5-mini", 2_000_000, 1_000_000) == pytest.approx(
        2 * NEW.usd_in + NEW.usd_out
    )
    assert done.new["cost"]("gpt-4o-mini", 2_000_000, 1_000_000) == pytest.approx(
        2 * OLD.usd_in + OLD.usd_out
    )


def test_an_arm_with_a_price_of_no_catalogue_is_left_to_a_person():
    done = migrated(ARMS.replace("{form}", "return prompt_tokens * 0.07 / 1000"), "gpt-4o-mini")
    assert done.after == done.before
    assert {one.action for one in done.inventory.branches} == {"review"}


def test_a_row_that_computes_has_the_new_prices():
    code = (
        'PRICES = {"gpt-4o-mini": lambda given, made: given * 0.15e-6 + made * 0.6e-6}\n\n\n'
        'def ask_mini(text):\n    return PRICES["gpt-4o-mini"](1, 2), ask(text, "gpt-4o-mini")\n'
    )
    done = migrated(code, "gpt-4o-mini", unproven=True)
    assert done.new["PRICES"]["gpt-5.5-mini"](1e6, 1e6) == pytest.approx(NEW.usd_in + NEW.usd_out)


def test_arithmetic_that_is_no_price_is_as_it_was():
    code = (
        "def pause(model, turn):\n"
        '    if model == "gpt-4o-mini":\n        return turn * 0.15 + 2\n    return turn * 0.3\n'
    )
    done = migrated(code, "gpt-4o-mini")
    assert "0.15 + 2" in done.after
    assert done.after.count("0.15") == 1
    assert (
        "len(text) // 4 % 7"
        in migrated(code.replace("turn * 0.15 + 2", "len(text) // 4 % 7"), "gpt-4o-mini").after
    )
