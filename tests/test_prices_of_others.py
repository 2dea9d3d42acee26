"""Figures that are what an old model costs and stay hold its ids; those of other vendors' models do not."""

from __future__ import annotations

import pytest

from migrator.pipeline import migrate
from migrator.settings import Settings
from tests.decided import RATES
from tests.requested import moved

ASK = """

def ask(text, model="gpt-4o"):
    return client.chat.completions.create(model=model, messages=[text])
"""
OTHERS = {
    "by their names": "GEMINI_INPUT_PRICE = 2.5\nGEMINI_OUTPUT_PRICE = 10.0\n",
    "by a table's name": 'CLAUDE_PRICES = {"input": 2.5, "output": 10.0}\n',
    "in a class": "class MistralClient:\n    input_price = 2.5\n    output_price = 10.0\n",
    "in a function": "def deepseek_cost(a, b):\n    input_price, output_price = 0, 0\n    input_price = 2.5\n"
    "    output_price = 10.0\n    return a * input_price + b * output_price\n",
    "in a record": 'from infos import Info\n\nSMALL = Info("claude-3-haiku", input_price=2.5, output_price=10.0)\n',
    "by a key": 'RATES = {"anthropic": {"input_price": 2.5, "output_price": 10.0}}\n',
}


@pytest.mark.parametrize("figures", OTHERS.values(), ids=OTHERS)
def test_another_vendors_prices_hold_nothing(figures: str) -> None:
    found = moved(figures + ASK)
    assert 'model="gpt-5.5-instant"' in found.after
    assert figures in found.after


OWN = {
    "by their names": "INPUT_PRICE = 2.5\nOUTPUT_PRICE = 10.0\n",
    "of this vendor": "OPENAI_INPUT_PRICE = 2.5\nOPENAI_OUTPUT_PRICE = 10.0\n",
    "in a class": "class Client:\n    input_price = 2.5\n    output_price = 10.0\n",
}


@pytest.mark.parametrize("figures", OWN.values(), ids=OWN)
def test_the_old_models_prices_hold_its_ids(figures: str) -> None:
    found = moved(figures + ASK)
    assert found.after == found.before
    [held] = [one for one in found.inventory.references if one.action == "review"]
    assert "is what gpt-4o costs, and stays" in (held.detail or "")


def test_prices_that_stand_in_another_order_than_the_catalogue_has_them_are_told() -> None:
    inventory, new = migrate({"app.py": RATES.encode()}, Settings(unproven=True))
    assert new["app.py"].decode().count('"gpt-5.5') == 3
    assert ["RATES would say that gpt-5.5 costs less" in one.message for one in inventory.findings] == [True]


ROOMS = """
ROOMS = {"gpt-4o": 128_000, "gpt-4o-mini": 128_000, "gpt-5": 400_000}


def room(model):
    for known, size in ROOMS.items():
        if known in model.lower():
            return size
    return None
"""


def test_figures_that_are_no_prices_stand_in_any_order() -> None:
    inventory, new = migrate({"app.py": ROOMS.encode()}, Settings(unproven=True))
    assert new["app.py"].decode().count('"gpt-5.5') == 3
    assert not [one for one in inventory.findings if "costs less" in one.message]
