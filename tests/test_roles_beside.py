"""Whose endpoint the model of a record is for: what stands beside it in the record says it."""

from __future__ import annotations

from tests.decided import migrated

PROGRAM = """
import os

from openai import OpenAI

KNOWN = {
    "openai": {"base_url": "https://api.openai.com/v1", "model": "gpt-4o"},
    "groq": {"base_url": "https://api.groq.com/openai/v1", "model": "llama-3.3-70b-versatile"},
    "custom": {"base_url": "", "model": "gpt-4o"},
}


def ask(vendor, text):
    known = KNOWN[vendor]
    client = OpenAI(base_url=os.getenv("MY_BASE_URL") or known["base_url"])
    return client.chat.completions.create(model=known["model"], messages=[{"role": "user", "content": text}])
"""


def test_an_address_that_is_left_open_beside_openais_is_somebody_elses() -> None:
    done = migrated(PROGRAM)
    assert '"base_url": "https://api.openai.com/v1", "model": "gpt-5.5-instant"' in done.after
    assert '"base_url": "", "model": "gpt-4o"' in done.after
    assert "other-vendor-endpoint" in {one.reason for one in done.inventory.references}


def test_no_address_is_openais() -> None:
    done = migrated(PROGRAM.replace('"base_url": ""', '"base_url": None'))
    assert '"base_url": None, "model": "gpt-5.5-instant"' in done.after


def test_an_address_of_another_vendor_stands_beside_in_a_record() -> None:
    done = migrated(PROGRAM.replace("llama-3.3-70b-versatile", "gpt-4o-mini"))
    assert '"https://api.groq.com/openai/v1", "model": "gpt-4o-mini"' in done.after


SAID = """
from openai import OpenAI

client = OpenAI()


def describe(page):
    answer = client.chat.completions.create(
        model="gpt-4o",
        messages=[
            {"role": "system", "content": "You are an expert in contract law. Analyse all of the legal document."},
            {"role": "user", "content": page},
        ],
    )
    return {"text": answer.choices[0].message.content, "model": "gpt-4o"}
"""
OTHER = """

def named(text):
    return {"model": "gpt-4o", "text": text}
"""


def test_what_says_the_model_of_a_call_says_the_one_that_is_called() -> None:
    after = migrated(SAID + OTHER, map={}).after
    assert 'model="gpt-5.5",' in after
    assert 'content, "model": "gpt-5.5"}' in after
    assert '"model": "gpt-5.5-instant", "text": text' in after or '"model": "gpt-4o", "text": text' in after
