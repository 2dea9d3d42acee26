"""Records that are kept by the id that each of them is given: rows of a table, whoever reads them."""

from __future__ import annotations

import pytest

from tests.decided import migrated

ENTRY = """
SOURCE = "https://openai.com/pricing"


class Entry:
    def __init__(self, host, model_id, usd_in, usd_out, source):
        self.host, self.model_id, self.usd_in, self.usd_out = host, model_id, usd_in, usd_out


def _entry(host, model_id, usd_in, usd_out, source=SOURCE):
    return Entry(host, model_id, usd_in, usd_out, source)


ROWS = (
    _entry("openai", "gpt-4o", {first}, source=SOURCE),
    _entry("openai", "gpt-4o-mini", {second}, source="https://x.io"),
    _entry("anthropic", "claude-sonnet-4", 3.0, 15.0, source="2025-08-01"),
)
"""
KEPT = {
    "by a pair, in a class": """
class Catalog:
    def __init__(self, entries):
        self.entries = {(e.host, e.model_id): e for e in entries}


ENTRIES = Catalog(ROWS).entries


def row(model):
    return ENTRIES.get(("openai", model))
""",
    "by the id": """
ENTRIES = {e.model_id: e for e in ROWS}


def row(model):
    return ENTRIES.get(model)
""",
    "by assignments": """
ENTRIES = {}
for e in ROWS:
    ENTRIES[e.model_id] = e


def row(model):
    return ENTRIES.get(model)
""",
}
CALLED = """

def go(text, name):
    return ask(text, row(name).model_id)


def all_of(text):
    return [ask(text, e.model_id) for e in ENTRIES.values()]
"""


@pytest.mark.parametrize(
    "figures", [("2.5, 10.0", "0.15, 0.6"), ("7, 9", "1, 2"), ("128_000, 1", "128_000, 2")]
)
@pytest.mark.parametrize("kept", KEPT.values(), ids=KEPT)
def test_rows_stay_whatever_they_state(kept: str, figures: tuple[str, str]) -> None:
    code = ENTRY.format(first=figures[0], second=figures[1]) + kept + CALLED
    done = migrated(code, "gpt-4.1")
    assert set(done.new["ENTRIES"]) >= set(done.old["ENTRIES"])
    names = [entry.model_id for entry in done.new["ROWS"]]
    assert len(set(names)) == len(names)


def test_what_a_new_row_has_of_the_old_one_is_told() -> None:
    code = ENTRY.format(first="2.5, 10.0", second="0.15, 0.6") + KEPT["by the id"]
    done = migrated(code, "gpt-4o", "gpt-4o-mini")
    assert done.new["row"]("gpt-5.5-mini").usd_in == 15.0
    whys = " ".join(one.why for one in done.rows())
    assert "copied SOURCE" in whys
    assert "copied text 'https://x.io'" in whys


def test_records_that_are_only_used_move() -> None:
    code = """
class Judge:
    def __init__(self, name, model):
        self.name, self.model = name, model


JUDGES = [Judge("strict", "gpt-4o"), Judge("mild", "gpt-4o-mini")]
BY_NAME = {judge.name: judge for judge in JUDGES}


def go(text):
    return {judge.model: ask(text, judge.model) for judge in JUDGES}
"""
    done = migrated(code, "gpt-4.1")
    assert [judge.model for judge in done.new["JUDGES"]] == ["gpt-5.5-instant", "gpt-5.5-mini"]


PAIRED = """
class Price:
    def __init__(self, model, usd_in, usd_out):
        self.model, self.usd_in, self.usd_out = model, usd_in, usd_out


def table(*rows):
    return {{("openai", row.model): row for row in rows}}


PRICES = table(Price("gpt-4o", 2.5, 10.0), Price("gpt-4o-mini", 0.15, 0.6))


def go(text, model="{model}"):
    return ask(text, model), PRICES{look_up}
"""


@pytest.mark.parametrize(
    "look_up", ['["openai", model]', '.get(("openai", model))', '.get(("openai", model), 0)']
)
def test_an_id_that_is_looked_up_as_a_part_of_a_key_waits_for_its_row(look_up: str) -> None:
    done = migrated(PAIRED.format(model="gpt-4o", look_up=look_up), "gpt-4.1")
    assert done.after == done.before


def test_a_part_of_a_key_that_was_not_there_either_is_no_obstacle() -> None:
    done = migrated(PAIRED.format(model="gpt-5", look_up='.get(("openai", model))'), "gpt-4.1")
    assert 'model="gpt-5.5"' in done.after


OF_VENDORS = """
def estimate(tokens_in, tokens_out):
    costs = {
        "anthropic": {IN: 3.00, OUT: 15.00, "model": "claude-sonnet-4"},
        "openai": {IN: 5.00, OUT: 15.00, "model": "gpt-4o"},
    }
    for vendor, info in costs.items():
        print(vendor, info["model"], tokens_in * info[IN] + tokens_out * info[OUT])
"""
SENT_OF_VENDORS = """
VENDORS = {
    "openai": {IN: 5.00, OUT: 15.00, "model": "gpt-4o"},
    "other": {IN: 3.00, OUT: 15.00, "model": "claude-sonnet-4"},
}


def answer(text):
    spec = VENDORS["openai"]
    return ask(text, spec["model"]), len(text) * spec[IN]
"""
PRICED = {"sides": ('"input"', '"output"'), "costs": ('"input_cost"', '"output_cost"')}


@pytest.mark.parametrize("names", PRICED.values(), ids=PRICED)
@pytest.mark.parametrize("code", [OF_VENDORS, SENT_OF_VENDORS], ids=["told", "sent"])
def test_a_record_that_states_prices_keeps_its_model(code: str, names: tuple[str, str]) -> None:
    code = code.replace("IN", names[0]).replace("OUT", names[1])
    assert '"model": "gpt-4o"' in migrated(code, "gpt-4o-mini").after


@pytest.mark.parametrize(
    "names", [('"input_weight"', '"output_weight"'), ('"top"', '"bottom"')], ids=["weights", "others"]
)
def test_a_record_of_other_numbers_has_a_new_model(names: tuple[str, str]) -> None:
    code = SENT_OF_VENDORS.replace("IN", names[0]).replace("OUT", names[1])
    assert '"model": "gpt-5.5-instant"' in migrated(code, "gpt-4o-mini").after


def test_counts_of_tokens_are_no_prices() -> None:
    code = SENT_OF_VENDORS.replace("IN", '"input"').replace("OUT", '"output"')
    code = code.replace("5.00", "5000").replace("15.00", "900")
    assert '"model": "gpt-5.5-instant"' in migrated(code, "gpt-4o-mini").after
