"""Rows for models that nothing in the program calls: only where all that they say is known."""

from __future__ import annotations

import pytest

from tests.decided import all_migrated as migrated

ASKED = """

def asked(model):
    return KNOWN.get(model)
"""

PROVEN = {
    "windows": 'KNOWN = {"gpt-4o": 128_000, "gpt-4o-mini": 128_000, "gpt-4": 8192}',
    "prices": 'KNOWN = {"gpt-4o": (2.50, 10.00), "gpt-4o-mini": (0.15, 0.60)}\n"""Dollars for a million tokens."""',
    "what all rows say": 'KNOWN = {"gpt-4o": {"window": 128_000, "api": "chat"}, "gpt-4": {"window": 8192, "api": "chat"}}',
    "names": 'KNOWN = {"gpt-4o": {"name": "GPT-4o", "window": 128_000}, "gpt-4": {"name": "GPT-4", "window": 8192}}',
}
UNPROVEN = {
    "old prices by a unit's name": 'M = 1_000_000\nKNOWN = {"gpt-4o": (5 / M, 15 / M), "gpt-4": (30 / M, 60 / M)}',
    "dates": 'KNOWN = {"gpt-4o": Version(2024, 8, 6), "gpt-4o-mini": Version(2024, 7, 18)}',
    "parameters": 'KNOWN = {"gpt-4o": [{"ref": "of.temperature"}], "o1": [{"ref": "of.effort"}]}',
    "a description": 'KNOWN = {"gpt-4o": {"window": 128_000, "says": "warm"}, "o1": {"window": 200_000, "says": "slow"}}',
    "one row alone": 'KNOWN = {"gpt-4o": {"window": 128_000, "points": 7}}',
    "quotas": 'KNOWN = {"gpt-4o": 30_000, "gpt-4": 5_000}',
}


@pytest.mark.parametrize("table", PROVEN)
def test_a_row_that_is_known_is_offered(table: str) -> None:
    done = migrated(PROVEN[table] + ASKED)
    assert '"gpt-5.5-instant":' in done.after


@pytest.mark.parametrize("table", UNPROVEN)
def test_a_row_that_nothing_proves_is_left_to_a_person(table: str) -> None:
    done = migrated(UNPROVEN[table] + ASKED)
    assert done.after == done.before
    assert any("no id moves to it" in one.message for one in done.findings("GPT55-T"))


@pytest.mark.parametrize("table", ["dates", "parameters", "a description", "quotas"])
def test_an_id_that_moves_gets_its_row(table: str) -> None:
    done = migrated(UNPROVEN[table].replace("Version", "tuple") + ASKED, "gpt-4o")
    assert '"gpt-5.5-instant":' in done.after


def test_what_one_table_cannot_say_no_other_offers() -> None:
    other = 'NAMES = ["gpt-4o", "gpt-4", "o1"]\n\n\ndef names():\n    return NAMES\n\n\n'
    assert '"gpt-5.5-instant", "gpt-4"' in migrated(other, "gpt-4o").after
    done = migrated(other + UNPROVEN["quotas"] + ASKED)
    assert done.after == done.before


@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_model_that_a_program_calls_already_is_called_in_either_quotes(quote: str) -> None:
    call = "client.chat.completions.create(model='gpt-4o', messages=[], max_tokens=3)"
    code = f"{call[:-1]}, extra={{'gpt-4o-mini': {call}}})\n".replace(
        "'gpt-4o', messages=[], max_tokens=3, e", "'gpt-4o-mini', messages=[], e"
    )
    done = migrated("from openai import OpenAI\n\nclient = OpenAI()\n" + code.replace("'", quote))
    assert "gpt-5.5-mini" in done.after
