"""Records that state what a model costs are rows, wherever they stand: no id moves over the old prices."""

from __future__ import annotations

import pytest

from tests.decided import all_migrated as migrated

CLASSES = """
class Price:
    def __init__(self, model="", **costs):
        self.model, self.costs = model, costs


class Prices:
    def __init__(self):
        self.known = {}

    def put(self, price):
        self.known[price.model] = price.costs

    def note(self, model, **costs):
        self.known[model] = costs


"""
FILLED = {
    "records": """
def standard():
    prices = Prices()
    prices.put(
        Price(
            model="gpt-4o",
            input_per_million=2.50,
            output_per_million=10.00,
        )
    )
    prices.put(Price(model="claude-3", input_per_million=3.0, output_per_million=15.0))
    return prices.known
""",
    "arguments": """
def standard():
    prices = Prices()
    prices.note("gpt-4o", input_per_million=2.50, output_per_million=10.00)
    prices.note("o3", input_per_million=3.0, output_per_million=15.0)
    return prices.known
""",
    "in an arm": """
def standard(full=True):
    prices = Prices()
    if full:
        prices.note(model="gpt-4o", input_per_million=2.50, output_per_million=10.00)
        prices.note(model="o3", input_per_million=3.0, output_per_million=15.0)
    return prices.known
""",
}


@pytest.mark.parametrize("code", FILLED.values(), ids=FILLED)
def test_a_registry_that_statements_fill_gains_a_row(code: str) -> None:
    done = migrated(CLASSES + code, "gpt-4o")
    old, new = done.old["standard"](), done.new["standard"]()
    assert {name: new[name] for name in old} == old
    assert new["gpt-5.5-instant"] == {"input_per_million": 45.0, "output_per_million": 70.0}


ALONE = {
    "a name": 'GPT = Price(model="gpt-4o", input_per_million=2.50, output_per_million=10.00)\n',
    "a dict": 'RATE = {"model": "gpt-4o", "input_price": 2.50, "output_price": 10.00}\n',
    "what is returned": (
        'def rate():\n    return {"model": "gpt-4o", "input_price": 2.50, "output_price": 10.00}\n'
    ),
    "one statement": (
        "def count(prices):\n"
        '    prices.note(model="gpt-4o", input_per_million=2.50, output_per_million=10.00)\n'
    ),
}


@pytest.mark.parametrize("code", ALONE.values(), ids=ALONE)
def test_a_record_that_stands_alone_keeps_its_id(code: str) -> None:
    assert migrated(CLASSES + code, "gpt-4o").after.startswith((CLASSES + code).strip("\n"))


def test_a_record_of_what_is_used_moves() -> None:
    code = 'RATE = {"model": "gpt-4o", "temperature": 1, "retries": 2.50, "timeout": 10.00}\n'
    assert '"model": "gpt-5.5-instant"' in migrated(code, "gpt-4o").after


def test_statements_that_are_called_one_after_the_other_move() -> None:
    code = 'def both(send):\n    send(model="gpt-4o", retries=2.50)\n    send(model="o3", retries=3)\n'
    assert migrated(code, "gpt-4o").after.count("gpt-4o") == 0


def test_a_tuple_of_an_id_and_a_figure_is_copied_whole() -> None:
    code = 'TIERS = {"gpt-4o": ("gpt-4o", 2), "gpt-4o-mini": ("gpt-4o-mini", 2)}\n'
    done = migrated(code + "\n\ndef tier(model):\n    return TIERS[model]\n", "gpt-4o")
    assert done.new["TIERS"]["gpt-5.5-instant"] == ("gpt-5.5-instant", 2)


PROVIDERS = """
PROVIDERS = (
    Info(id="openai", label="OpenAI", default_model="gpt-4o", keys=("OPENAI_API_KEY",)),
    Info(id="anthropic", label="Anthropic", default_model="claude-sonnet-4", keys=("ANTHROPIC_API_KEY",)),
)
"""


def test_the_default_of_one_of_several_records_moves_in_its_place() -> None:
    after = migrated("from infos import Info\n" + PROVIDERS, "gpt-4o").after
    assert PROVIDERS.replace("gpt-4o", "gpt-5.5-instant") in after


def test_a_name_that_somebody_gave_to_a_model_is_not_made_up_for_the_new_one() -> None:
    code = 'WIRE = {"gpt-4o": "gpt4o", "gpt-4.1": "gpt41"}\n\n\ndef wired(model):\n    return WIRE[model]\n'
    done = migrated(code, "gpt-4o")
    assert done.after.startswith(code)
    assert [one.reason for one in done.findings("GPT55-T")] == ["table-unit-unknown"]
    shown = migrated(code.replace('"gpt4o"', '"GPT 4o"').replace('"gpt41"', '"GPT 4.1"'), "gpt-4o")
    assert '"gpt-5.5-instant": "GPT 5.5 Instant"' in shown.after


CATALOGUE = """
from entries import entry

KNOWN = [
    entry("openai", "gpt-4o", {more}),
    entry("openai", "gpt-4o-mini", {more}),
    entry("openai", "gpt-5", {more}),
    entry("openai", "gpt-4.1", {more}),
    entry("azure", "gpt-4o", {more}),
]
"""


@pytest.mark.parametrize("more", ['uses=("chat",)', 'urls=("https://elsewhere.example/models/gpt-4o",)'])
def test_like_calls_for_many_models_are_a_catalogue(more: str) -> None:
    before = CATALOGUE.replace("{more}", more)
    after = migrated(before, "gpt-4o").after
    for line in before.splitlines():
        assert line in after
    assert f'entry("openai", "gpt-5.5-instant", {more})' in after


def test_calls_that_each_use_a_model_move() -> None:
    code = 'from agents import Agent\n\nTEAM = [Agent("a", "gpt-4o"), Agent("b", "gpt-4o-mini")]\n'
    assert "gpt-4o" not in migrated(code, "gpt-4o").after


def test_a_threshold_of_prices_is_no_limit() -> None:
    code = (
        "from prices import Price\n\nLONG = Price(input_per_1m=5.0, long_context_threshold_tokens=272_000)\n"
    )
    assert migrated(code, "gpt-5-mini").after.startswith(code)


def test_a_short_form_of_one_character_stands_for_what_it_says() -> None:
    pairs = '"4o": "gpt-4o", "5": "gpt-5", "5-mini": "gpt-5-mini", "4.1": "gpt-4.1"'
    assert '"5": "gpt-5"' in migrated(f"SHORT = {{{pairs}}}\n", "gpt-4o").after
    levels = '"1": "gpt-4o", "2": "gpt-5"'
    assert "gpt-5.5" in migrated(f"LEVELS = {{{levels}}}\n", "gpt-4o").after.partition("\n")[0]


def test_names_that_share_one_model_are_not_given_to_another() -> None:
    code = 'NAMES = {"gpt-4o": ("chatgpt-4o", "gpt-4o-old"), "gpt-5": ("chatgpt-5", "gpt-5-1")}\n'
    done = migrated(code + "\n\ndef names(model):\n    return NAMES[model]\n", "gpt-4o")
    new = done.new["NAMES"]["gpt-5.5-instant"]
    assert not {*new} & {name for names in done.old["NAMES"].values() for name in names}


def test_the_parameters_of_a_function_name_the_figures_of_its_records() -> None:
    code = (
        "def price(model, per_1m_input, per_1m_output):\n    return model, per_1m_input, per_1m_output\n\n\n"
        'PRICES = (\n    price("gpt-4o", 2.50, 10.0),\n    price("o3", 2.0, 8.0),\n)\n'
    )
    assert ("gpt-5.5-instant", 45.0, 70.0) in migrated(code, "gpt-4o").new["PRICES"]


JUDGES = ('JUDGES = ["gpt-4o", "o3"]\n', 'def run(judges=None):\n    return judges or ["gpt-4o"]\n')


@pytest.mark.parametrize("code", JUDGES)
def test_what_judges_moves_in_its_place(code: str) -> None:
    assert "gpt-4o" not in migrated(code, "gpt-4o").after.partition("from openai")[0]


def test_what_is_offered_gains_the_new_one() -> None:
    assert '["gpt-4o", "gpt-5.5-instant", "o3"]' in migrated('MODELS = ["gpt-4o", "o3"]\n', "gpt-4o").after


def test_what_a_record_says_of_another_model_is_no_row() -> None:
    code = (
        "from patterns import Pattern\n\nOLD = [\n"
        '    Pattern("gpt-3", vendor="openai", replacement="gpt-4o"),\n'
        '    Pattern("claude-2", vendor="anthropic", replacement="claude-3"),\n]\n'
    )
    assert migrated(code, "gpt-4o").after.startswith(code)


def test_a_collection_of_defaults_moves_in_its_place() -> None:
    code = 'DEFAULT_MODELS = ["gpt-4o"]\n'
    assert '["gpt-5.5-instant"]' in migrated(code, "gpt-4o").after
    assert '["gpt-4o", "gpt-5.5-instant"]' in migrated(code.replace("DEFAULT_", ""), "gpt-4o").after
