"""A bound that lets releases in which do not know the name that is written is said."""

from __future__ import annotations

import pytest
from decided import migrated

ASK = """
from openai import OpenAI


def ask(text):
    return OpenAI().chat.completions.create(model="gpt-4o", messages=[text]{more})
"""
RULE = "GPT55-P904"


@pytest.mark.parametrize("bound", ["openai>=1.10", "openai>=1,<3"])
def test_a_bound_that_lets_older_releases_in_is_said(bound: str) -> None:
    done = migrated(ASK.replace("{more}", ", max_tokens=9"), assume=(bound,))
    [note] = done.findings(RULE)
    assert note.severity == "note"
    assert "declares openai" in note.message
    assert "before 1.45" in note.message
    assert "max_completion_tokens=9" in done.after


@pytest.mark.parametrize("bound", ["openai>=1.45", "openai>=2", "openai"])
def test_a_bound_that_is_high_enough_or_none_is_not(bound: str) -> None:
    assert not migrated(ASK.replace("{more}", ", max_tokens=9"), assume=(bound,)).findings(RULE)


def test_nothing_is_said_where_nothing_gets_another_name() -> None:
    assert not migrated(ASK.replace("{more}", ""), assume=("openai>=1.10",)).findings(RULE)


def test_it_is_said_once() -> None:
    code = ASK.replace("{more}", ", max_tokens=9")
    twice = code + code.replace("def ask", "def ask_again").replace("from openai import OpenAI", "")
    assert len(migrated(twice, assume=("openai>=1.10",)).findings(RULE)) == 1
