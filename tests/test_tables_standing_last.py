"""Collections whose end has a meaning: what joins them takes the place of what stood there."""

from __future__ import annotations

import pytest

from tests.decided import CALLS, migrated

LADDER = """
def advice(wins):
    order = ["deepseek-chat", "gpt-4.1", "gpt-5.4"]
    for cheaper in order[:-1]:
        if wins[cheaper] >= 3:
            return f"route to {cheaper} to save cost"
    return None
"""
LAST = """
MODELS = ["gpt-4o-mini", "gpt-4o"]


def best():
    return MODELS[-1]
"""
REST = LAST.replace("MODELS[-1]", "MODELS[1:]")
DEAREST = LAST.replace("MODELS[-1]", "max(MODELS, key=len)")
ASKED = """

def known(model):
    if model not in MODELS:
        raise ValueError(model)
    return model
"""


@pytest.mark.parametrize("code", [LADDER, LAST, REST, DEAREST, LAST + ASKED], ids=range(5))
def test_a_collection_waits_whose_end_has_a_meaning(code: str) -> None:
    found = migrated(code)
    assert found.after == found.before
    assert "its end has a meaning" in str(found.inventory.references)


@pytest.mark.parametrize("taken", ["MODELS[0]", "MODELS[:3]", "list(MODELS)"])
def test_it_gains_what_stands_at_no_end(taken: str) -> None:
    assert '"gpt-5.5-instant"]' in migrated(LAST.replace("MODELS[-1]", taken) + ASKED, "gpt-4o").after


def test_it_gains_what_an_id_that_moves_is_looked_for_by() -> None:
    code = LAST + ASKED + CALLS + '\n\ndef use(text):\n    return ask(text, known("gpt-4o"))\n'
    after = migrated(code).after
    assert 'known("gpt-5.5-instant")' in after
    assert '"gpt-5.5-instant"]' in after


COUNTED = {
    "a list beside it": """
PRICES = [0.15, 2.5]


def price(model):
    return PRICES[MODELS.index(model)]
""",
    "what it is zipped with": """
PRICES = [0.15, 2.5]


def prices():
    return dict(zip(MODELS, PRICES))
""",
    "names": """
small, large = MODELS


def pick(hard):
    return large if hard else small
""",
    "weights": """
import random


def pick():
    return random.choices(MODELS, weights=[0.7, 0.3])[0]
""",
    "colours along": """
COLOURS = ["red", "blue"]


def legend():
    return [f"{COLOURS[at]} {name}" for at, name in enumerate(MODELS)]
""",
    "numbers along": """
COLOURS = ["red", "blue"]


def legend():
    for at in range(len(MODELS)):
        print(COLOURS[at], MODELS[at])
""",
    "places of a text": """

def said():
    return "{} or {}".format(*MODELS)
""",
    "parameters": """

def both(small, large):
    return small + large


BOTH = both(*MODELS)
""",
    "a length": """
assert len(MODELS) == 2
""",
    "a number": """

def slot(turn):
    return MODELS[turn % len(MODELS)]
""",
}
LISTED = LAST[: LAST.index("\n\ndef")] + "\n"


@pytest.mark.parametrize("code", COUNTED.values(), ids=COUNTED)
def test_a_collection_waits_of_which_there_must_be_as_many_as_of_something_else(code: str) -> None:
    found = migrated(LISTED + code)
    assert found.after == found.before
    assert "one more would shift others" in str(found.inventory.references)


PLAIN = """

def shown():
    print(*MODELS, len(MODELS))
    for at, name in enumerate(MODELS):
        print(at, name)


def known(model):
    assert len(MODELS) > 1
    return model in MODELS
"""


def test_one_that_is_counted_for_people_gains_what_an_id_moves_to() -> None:
    assert '"gpt-4o", "gpt-5.5-instant"' in migrated(LISTED + PLAIN, "gpt-4o").after


def test_a_table_waits_in_which_names_are_counted_on() -> None:
    code = 'PRICES = {"gpt-4o": 2.5, "gpt-4.1": 2.0}\n\n\ndef price(model):\n    return PRICES[model]\n'
    step = "\n\ndef after(model):\n    names = list(PRICES)\n    return names[names.index(model) + 1]\n"
    assert '"gpt-5.5-instant": 45.0' in migrated(code, "gpt-4o").after
    assert '"gpt-5.5-instant": 45.0' not in migrated(code + step, "gpt-4o").after


def test_what_is_looked_for_in_it_waits_with_it() -> None:
    code = LISTED + COUNTED["a list beside it"] + CALLS
    code += '\n\ndef use(text, model="gpt-4o"):\n    return price(model), ask(text, model)\n'
    found = migrated(code)
    assert found.after == found.before


def test_models_move_one_of_which_is_drawn_to_be_called() -> None:
    code = LISTED + "\nimport random\n" + CALLS
    after = migrated(code + "\n\ndef use(text):\n    return ask(text, random.choice(MODELS))\n").after
    assert 'MODELS = ["gpt-5.5-mini", "gpt-5.5-instant"]' in after


NAMED = """
import pytest
from langchain_openai import AzureChatOpenAI, ChatOpenAI


@pytest.fixture(
    params=[ChatOpenAI(model="gpt-4o-mini"), AzureChatOpenAI(model="gpt-4o", api_version="2025-01-01")],
    ids=["gpt-4o-mini", "gpt-4o"],
)
def talker(request):
    return request.param
"""


def test_a_list_waits_that_stands_beside_one_of_as_many() -> None:
    assert 'ids=["gpt-4o-mini", "gpt-4o"]' in migrated(NAMED).after


def test_one_that_stands_beside_more_does_not() -> None:
    code = NAMED.replace("ids=", "known=").replace('params=[ChatOpenAI(model="gpt-4o-mini"), ', "params=[")
    assert '"gpt-5.5' in migrated(code, "gpt-4o", unproven=True).after
