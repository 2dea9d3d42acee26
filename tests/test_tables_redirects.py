"""Tables whose rows say which model is sent next: none is copied for a new id."""

from __future__ import annotations

import pytest

from tests.decided import migrated

CALL = """
from openai import OpenAI, RateLimitError


def send(text, model):
    return OpenAI().chat.completions.create(model=model, messages=[{"role": "user", "content": text}])


def ask(text, model="gpt-4o"):
"""
AGAIN = """
    try:
        return send(text, model)
    except RateLimitError:
        return send(text, {next})
"""
IN_TURN = """
    for one in (model, *{nexts}):
        try:
            return send(text, one)
        except RateLimitError:
            continue
    raise RuntimeError(model)
"""
NEXT = 'NEXT = {"gpt-4o": "gpt-4.1-mini", "gpt-4o-mini": "gpt-4.1-nano"}\n'
LISTS = 'NEXT = {"gpt-4o": ["gpt-4.1", "gpt-4.1-mini"], "gpt-4o-mini": ["gpt-4.1-nano"]}\n'
RECORDS = 'NEXT = {"gpt-4o": {"then": "gpt-4.1-mini", "tries": 2}, "gpt-4o-mini": {"then": "gpt-4.1-nano", "tries": 1}}\n'
PAIRS = (
    'NEXT = (\n    ("gpt-4o", ("gpt-4.1", "gpt-4.1-mini")),\n    ("gpt-5-mini", ("gpt-5-nano", "gpt-4.1-nano")),\n'
    '    ("gpt-5-nano", ("gpt-4.1-nano",)),\n)\n'
)
OF_PAIRS = "next((rest for first, rest in NEXT if first == model), ())"
WAITING = {
    "by index": NEXT + CALL + AGAIN.format(next="NEXT[model]"),
    "with another default": NEXT + CALL + AGAIN.format(next='NEXT.get(model, "gpt-4.1")'),
    "among one another": 'NEXT = {"gpt-4o": "gpt-4o-mini", "gpt-5": "gpt-5-mini"}\n'
    + CALL
    + AGAIN.format(next="NEXT[model]"),
    "lists": LISTS + CALL + IN_TURN.format(nexts="NEXT[model]"),
    "lists with none": LISTS + CALL + IN_TURN.format(nexts="NEXT.get(model, [])"),
    "records": RECORDS + CALL + AGAIN.format(next='NEXT[model]["then"]'),
    "pairs": PAIRS + CALL + IN_TURN.format(nexts=OF_PAIRS),
    "a list of pairs": PAIRS.replace("(\n", "[\n", 1).replace("\n)", "\n]")
    + CALL
    + IN_TURN.format(nexts="dict(NEXT).get(model, ())"),
    "where it is known": NEXT
    + CALL
    + "    if model in NEXT:\n        model = NEXT[model]\n    return send(text, model)\n",
    "else itself": NEXT + CALL + "    return send(text, NEXT[model] if model in NEXT else model)\n",
}
HARMLESS = {
    "itself": NEXT + CALL + "    return send(text, NEXT.get(model, model))\n",
    "or itself": NEXT + CALL + "    return send(text, NEXT.get(model) or model)\n",
}
ROWS = {
    "the model itself": (
        'NEXT = {"gpt-4o": {"model": "gpt-4o", "window": 128_000}, "gpt-4o-mini": {"model": "gpt-4o-mini", "window": 128_000}}\n'
        + CALL
        + AGAIN.format(next='NEXT[model]["model"]')
    ),
    "a model that is not sent": (
        'NEXT = {"gpt-4o": {"counts_like": "gpt-4", "window": 128_000}, "gpt-4o-mini": {"counts_like": "gpt-4", "window": 128_000}}\n'
        + CALL
        + '    if len(text) > NEXT[model]["window"]:\n        raise ValueError(NEXT[model]["counts_like"])\n'
        + "    return send(text, model)\n"
    ),
}


@pytest.mark.parametrize("code", WAITING)
def test_an_id_whose_successor_nobody_named_waits(code: str) -> None:
    done = migrated(WAITING[code])
    assert done.after == done.before
    assert any("which model is sent next" in one.message for one in done.findings("GPT55-T"))
    held = [one for one in done.inventory.references if one.role == "default" and one.action == "review"]
    assert [one.reason for one in held] == ["must-move-together"]


@pytest.mark.parametrize("code", HARMLESS)
def test_where_a_miss_is_the_id_itself_it_moves_without_a_row(code: str) -> None:
    done = migrated(HARMLESS[code])
    assert done.after == done.before.replace('model="gpt-4o"', 'model="gpt-5.5-instant"')
    assert any("which model is sent next" in one.message for one in done.findings("GPT55-T"))


@pytest.mark.parametrize("code", ROWS)
def test_rows_that_say_something_of_their_model_are_copied(code: str) -> None:
    done = migrated(ROWS[code])
    assert '"gpt-5.5-instant": {' in done.after
    assert 'model="gpt-5.5-instant"' in done.after
