"""Ids that go, or may go, to the address of somebody else are recommended and not written."""

from __future__ import annotations

import pytest
from decided import migrated

PROGRAM = """
import os

from openai import OpenAI


def make():
    given = {{"api_key": os.environ["K"]}}
    {address}
    client = OpenAI(**given)
    {later}
    return client


def ask(client, model):
    return client.chat.completions.create(model=model, messages=["hi"])


print(ask(make(), "gpt-4o"))
"""
OTHERS = "https://mine.openai.azure.com/openai/v1"
PAIRED = """
from openai import OpenAI

MODELS = {"vendor": "gpt-4o", "hub": "openai/gpt-4o"}


def make(kind):
    if kind == "hub":
        return OpenAI(base_url="https://openrouter.ai/api/v1")
    return OpenAI()


def run(kind):
    return make(kind).chat.completions.create(model=MODELS[kind], messages=["hi"])
"""


@pytest.mark.parametrize(
    ("address", "later"),
    [
        (f'given["base_url"] = "{OTHERS}"', "pass"),
        (f'given.update(base_url="{OTHERS}")', "pass"),
        ("pass", f'client.base_url = "{OTHERS}"'),
    ],
    ids=["a key that is set", "an update", "an attribute of the client"],
)
def test_an_address_that_is_set_later_counts(address: str, later: str) -> None:
    done = migrated(PROGRAM.format(address=address, later=later))
    assert done.after == done.before


@pytest.mark.parametrize("url", ["https://api.openai.com/v1", None])
def test_the_publishers_own_is_no_other(url: str | None) -> None:
    address = f'given["base_url"] = "{url}"' if url else "pass"
    assert "gpt-5.5" in migrated(PROGRAM.format(address=address, later="pass")).after


def test_the_key_that_chooses_client_and_id_is_not_followed_for_both() -> None:
    done = migrated(PAIRED)
    assert done.after == done.before
    assert {one.reason for one in done.inventory.references} == {"unproven"}
