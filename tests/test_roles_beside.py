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
