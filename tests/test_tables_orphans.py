"""Rows that are made for an id which then waits: they wait with it, unless a user may name the new id."""

from __future__ import annotations

import pytest

from tests.decided import migrated

UNPROVEN = {
    "quotas": 'QUOTA = {"gpt-4o": 30_000, "gpt-4": 5_000}\n',
    "records": 'QUOTA = {"gpt-4o": {"window": 128_000, "rpm": 500}, "gpt-4": {"window": 8192, "rpm": 50}}\n',
    "functions": 'QUOTA = {"gpt-4o": lambda: 30_000, "gpt-4": lambda: 5_000}\n',
}
PROVEN = {
    "windows": 'QUOTA = {"gpt-4o": 128_000, "gpt-4": 8192}\n',
    "a list of choices": 'QUOTA = ["gpt-4o", "gpt-4"]\n',
}
ASKED = """

def quota(model):
    return model in QUOTA


MODEL = "gpt-4o"
"""
HELD = "import litellm\n"
ROOM = "print(litellm.get_model_info(MODEL)['max_tokens'])\n"
USED = "ask(str(quota(MODEL)), MODEL)\n"
CALL = """
from openai import OpenAI


def ask(text, model):
    return OpenAI().chat.completions.create(model=model, messages=[{"role": "user", "content": text}])
"""


@pytest.mark.parametrize("table", UNPROVEN)
def test_a_row_that_only_a_held_id_needs_is_held_with_it(table: str) -> None:
    done = migrated(HELD + UNPROVEN[table] + CALL + ASKED + ROOM + USED)
    assert done.after == done.before


@pytest.mark.parametrize("table", UNPROVEN)
def test_a_row_is_written_with_the_id_that_needs_it(table: str) -> None:
    done = migrated(UNPROVEN[table] + CALL + ASKED + USED)
    assert done.after.count('"gpt-5.5-instant"') == 2


@pytest.mark.parametrize("table", UNPROVEN)
def test_a_row_that_another_id_needs_stays(table: str) -> None:
    other = CALL.replace("def ask", "def tell") + '\n\nOTHER = "gpt-4o"\ntell(str(quota(OTHER)), OTHER)\n'
    done = migrated(HELD + UNPROVEN[table] + CALL + ASKED + ROOM + USED + other)
    assert done.after.count('"gpt-5.5-instant"') == 2
    assert 'MODEL = "gpt-4o"' in done.after


@pytest.mark.parametrize("table", PROVEN)
def test_what_users_may_choose_is_offered_although_the_id_waits(table: str) -> None:
    done = migrated(HELD + PROVEN[table] + CALL + ASKED + ROOM + USED, unproven=True)
    assert done.after.count('"gpt-5.5-instant"') == 1
