"""Ids that only say what is counted, recorded or stored, where nothing that moves is called by them."""

from __future__ import annotations

import pytest

from tests.decided import all_migrated, migrated

COUNTED = """
from dataclasses import dataclass


@dataclass
class Rate:
    given: float
    taken: float


RATES = {"gpt-4o": Rate(2.5, 10.0), "gpt-4.1": Rate(2.0, 8.0)}


class Saved:
    def __init__(self, pricing_model="gpt-4o"):
        self.pricing_model = pricing_model

    def saved(self, tokens):
        rate = RATES.get(self.pricing_model)
        return rate.given * tokens / 1e6
"""
STORED = """
import time


def stored(db, kind, model="gpt-4o"):
    db.execute("insert into calls values (?, ?, ?)", (kind, model, time.time()))
"""
ASKED = """
from openai import OpenAI


class Asking(Saved):
    def ask(self, text):
        return OpenAI().responses.create(model=self.pricing_model, input=text)
"""


@pytest.mark.parametrize("code", [COUNTED, STORED], ids=["a price", "a row of a database"])
def test_what_is_only_counted_or_stored_stays(code: str) -> None:
    after = migrated(code).after
    assert 'model="gpt-4o"' in after
    assert "gpt-5.5-instant" not in after.partition("class Saved")[2]


def test_what_is_called_by_it_as_well_moves() -> None:
    assert 'pricing_model="gpt-5.5-instant"' in all_migrated(COUNTED + ASKED).after
    used = STORED + "\n\ndef use(db, client, text, model='gpt-4o'):\n    stored(db, text, model)\n"
    used += "    return client.responses.create(model=model, input=text)\n"
    assert 'kind, model="gpt-5.5-instant"' in all_migrated(used).after
