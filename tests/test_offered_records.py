"""Ids that join a list of records: anybody may choose one, and it comes to each request whose model is open."""

from __future__ import annotations

import pytest

from tests.decided import migrated

PROGRAM = """
from dataclasses import dataclass

from openai import OpenAI


@dataclass
class Entry:
    id: str
    window: int


ENTRIES = [Entry(id="gpt-4o", window=128000), Entry(id="gpt-4o-mini", window=128000)]


def choices():
    return [one.id for one in ENTRIES]


def reachable(name):
    return OpenAI().chat.completions.create(model=name, messages=[{"role": "user", "content": "hi"}], CAP=1)
"""
RECORDS = {
    "of a class": PROGRAM,
    "as dicts": PROGRAM.replace('Entry(id="', '{"id": "')
    .replace(", window=128000)", ', "window": 128000}')
    .replace("one.id", 'one["id"]'),
}


@pytest.mark.parametrize("program", RECORDS.values(), ids=RECORDS)
def test_a_request_that_refuses_what_is_offered_keeps_the_list(program: str) -> None:
    after = migrated(program.replace("CAP", "max_tokens"), "gpt-4o-mini").after
    assert "gpt-5.5" not in after.partition("def ask")[0]


@pytest.mark.parametrize("program", RECORDS.values(), ids=RECORDS)
def test_a_request_that_takes_what_is_offered_does_not(program: str) -> None:
    after = migrated(program.replace("CAP", "max_completion_tokens"), "gpt-4o-mini").after
    assert '"gpt-5.5-mini"' in after.partition("def ask")[0]
