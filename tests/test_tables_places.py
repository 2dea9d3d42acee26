"""Tables whose first id is a default, whose keys are constants, or that are made of another collection."""

from __future__ import annotations

from typing import Any

import pytest

from tests.decided import Migrated, migrated


def _done(code: str, **settings: Any) -> Migrated:
    return migrated(code, "gpt-4.1", **settings)


TAKEN = {
    "a list": ('["gpt-4o", "gpt-4o-mini"]', "MODELS[0]"),
    "a tuple": ('("gpt-4o", "gpt-4.1")', "MODELS[0]"),
    "a dict as a list": ('{"gpt-4o": 128_000, "gpt-4.1": 1_047_576}', "list(MODELS)[0]"),
    "a dict's keys": ('{"gpt-4o": 128_000, "gpt-4.1": 1_047_576}', "list(MODELS.keys())[0]"),
    "an iterator": ('{"gpt-4o": 128_000, "gpt-4.1": 1_047_576}', "next(iter(MODELS))"),
}
NOT_TAKEN = {
    "others by their place": (
        '["gpt-4o", "gpt-4o-mini"]',
        "MODELS[0]",
        "\n\ndef fast(t):\n    ask(t, MODELS[1])\n",
    ),
    "sorted": ('["gpt-4o", "gpt-4o-mini"]', "sorted(MODELS)[0]", ""),
    "another model first": ('["gpt-4.1", "gpt-4o"]', "MODELS[0]", ""),
    "a value": ('{"gpt-4o": "gpt-4.1", "gpt-4.1": "gpt-4"}', "list(MODELS.values())[0]", ""),
    "the id stands there already": ('["gpt-5.5-instant", "gpt-4o"]', "MODELS[0]", ""),
    "the id stands elsewhere": ('["gpt-4o", "gpt-5.5-instant"]', "MODELS[0]", ""),
}


@pytest.mark.parametrize(("display", "taken"), TAKEN.values(), ids=TAKEN)
def test_the_new_id_comes_to_stand_first(display: str, taken: str) -> None:
    done = _done(
        f"MODELS = {display}\nDEFAULT = {taken}\n\n\ndef go(text, model=DEFAULT):\n    ask(text, model)\n",
        unproven=True,
    )
    assert done.old["DEFAULT"] == "gpt-4o"
    assert done.new["DEFAULT"] == "gpt-5.5-instant"
    assert set(done.new["MODELS"]) >= set(done.old["MODELS"])


@pytest.mark.parametrize(("display", "taken", "more"), NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_what_is_taken_stays(display: str, taken: str, more: str) -> None:
    done = _done(
        f"MODELS = {display}\n\n\ndef first():\n    return {taken}\n\n\ndef go(t):\n    ask(t, first())\n{more}",
        unproven=True,
    )
    assert done.new["first"]() == done.old["first"]()
    assert next(iter(done.new["MODELS"])) == next(iter(done.old["MODELS"]))


def test_that_it_stays_is_said() -> None:
    code = 'MODELS = ["gpt-4o", "gpt-4o-mini"]\n\n\ndef go(t):\n    ask(t, MODELS[0]), ask(t, MODELS[1])\n'
    assert [
        "MODELS[0] stays gpt-4o" in one.message for one in _done(code, unproven=True).findings("GPT55-T")
    ] == [True]
    shown = code.replace("ask(t, MODELS[0]), ask(t, MODELS[1])", "print(MODELS[0])")
    assert not [one for one in _done(shown, unproven=True).findings("GPT55-T") if "stays" in one.message]


def test_the_call_that_takes_it_gets_what_the_new_model_accepts() -> None:
    code = (
        'MODELS = ["gpt-4o", "gpt-4.1"]\n\n\ndef go(t):\n    return OpenAI().chat.completions.create('
        "model=MODELS[0], messages=t, max_tokens=10)\n"
    )
    assert "max_completion_tokens=10" in _done(code).after
    assert "max_tokens=10" in _done(code.replace('"gpt-4o", ', "")).after


GO = "\n\ndef go(t):\n    return ask(t, MODEL)\n"
KEYED = {
    "a window": ("LIMITS = {MODEL: 128_000}", "LIMITS", 512_000),
    "beside another": ('LIMITS = {MODEL: 128_000, "gpt-4.1": 1_047_576}', "LIMITS", 512_000),
    "a window in thousands": ("WINDOWS = {MODEL: 128 * 1000}", "WINDOWS", 512_000),
    "prices": (
        'PRICES = {MODEL: {"input": 2.5, "output": 10.0}}',
        "PRICES",
        {"input": 45.0, "output": 70.0},
    ),
}
KEYED_STAYS = {
    "a budget": "BUDGETS = {MODEL: 2_000}",
    "a label": 'LABELS = {MODEL: "the quick one"}',
    "what was paid": "PAID = {MODEL: 128_000}",
    "a rate": "REQUESTS_PER_MINUTE = {MODEL: 500}",
}


@pytest.mark.parametrize(("code", "name", "value"), KEYED.values(), ids=KEYED)
def test_a_row_keyed_by_a_constant_moves_with_it(code: str, name: str, value: object) -> None:
    done = _done(f'MODEL = "gpt-4o"\n{code}\n{GO}')
    assert done.new[name]["gpt-5.5-instant"] == value
    assert len(done.new[name]) == len(done.old[name])


@pytest.mark.parametrize("code", KEYED_STAYS.values(), ids=KEYED_STAYS)
def test_other_numbers_of_such_a_row_stay(code: str) -> None:
    assert code in _done(f'MODEL = "gpt-4o"\n{code}\n{GO}').after


def test_a_constant_that_stays_keeps_its_row() -> None:
    code = 'MODEL = "gpt-4o"  # gpt55: ignore\nLIMITS = {MODEL: 128_000}\n'
    assert _done(code + GO).new["LIMITS"] == {"gpt-4o": 128_000}


def test_no_second_row_for_a_constant_that_becomes_the_same() -> None:
    code = 'MODEL = "gpt-4o"\nLIMITS = {MODEL: 128_000, "gpt-4o-mini": 128_000}\n' + GO
    done = _done(
        code + '\n\ndef fast(t, model="gpt-4o-mini"):\n    print(LIMITS[model])\n    ask(t, model)\n'
    )
    assert done.after.count("512_000") == 1
    assert done.new["LIMITS"] == {"gpt-5.5-instant": 512_000, "gpt-4o-mini": 128_000, "gpt-5.5-mini": 128_000}


def test_an_allowed_list_that_names_the_constant() -> None:
    code = 'MODEL = "gpt-4o"\nALLOWED = [MODEL, "gpt-4o-mini"]\n' + GO
    assert _done(code).new["ALLOWED"] == ["gpt-5.5-instant", "gpt-4o-mini"]


@pytest.mark.parametrize(("figure", "said"), [("128_000", True), ("2_000", False)], ids=["window", "budget"])
def test_one_figure_for_every_id_of_a_collection(figure: str, said: bool) -> None:
    code = (
        f'MODELS = ["gpt-4o", "gpt-4o-mini"]\nLIMITS = {{m: {figure} for m in MODELS}}\n\n\n'
        'def go(text, model="gpt-4o"):\n    return ask(text[: LIMITS[model]], model)\n'
    )
    done = _done(code)
    assert "gpt-5.5-instant" in done.new["LIMITS"]
    assert [one.reason for one in done.findings("GPT55-T")] == (["table-unit-unknown"] if said else [])


def test_other_comprehensions_follow_their_collection() -> None:
    code = (
        'MODELS = ["gpt-4o", "gpt-4o-mini"]\nNAMES = {m.upper() for m in MODELS}\nSHORT = [m[4:] for m in MODELS]\n'
        'PAIRS = {m: m.title() for m in MODELS}\n\n\ndef go(text, model="gpt-4o"):\n    return ask(text, model)\n'
    )
    done = _done(code)
    assert "GPT-5.5-INSTANT" in done.new["NAMES"]
    assert "5.5-instant" in done.new["SHORT"]
    assert set(done.new["PAIRS"]) == set(done.new["MODELS"])
    assert done.findings("GPT55-T") == []
