"""Whose an id is by the names around it: twins of one setting are decided alike, whatever form they stand in."""

from __future__ import annotations

import pytest

from tests.decided import migrated

CALL = """
from openai import OpenAI


def ask(text, model):
    return OpenAI().chat.completions.create(model=model, messages=[{"role": "user", "content": text}])
"""
FORMS = {
    "field": """
from dataclasses import dataclass


@dataclass
class Wishes:
    WORD_model: str = "gpt-4o"


def answer(text):
    return ask(text, Wishes().WORD_model)
""",
    "flag": """
import argparse

flags = argparse.ArgumentParser()
flags.add_argument("--WORD-model", default="gpt-4o")


def answer(text):
    return ask(text, flags.parse_args().WORD_model)
""",
    "function": """
def ask_WORD(text, model="gpt-4o"):
    return ask(text, model)
""",
    "parameter": """
def answer(text, WORD_model="gpt-4o"):
    return ask(text, WORD_model)
""",
    "returned": """
def WORD_model():
    return "gpt-4o"


def answer(text):
    return ask(text, WORD_model())
""",
    "constant": """
WORD_MODEL = "gpt-4o"


def answer(text):
    return ask(text, WORD_MODEL)
""",
    "setting": """
import os


def answer(text):
    return ask(text, os.environ.get("WORD_MODEL", "gpt-4o"))
""",
    "provider": """
KEPT = {"provider": "WORD", "model": "gpt-4o"}


def answer(text):
    return ask(text, KEPT["model"])
""",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("word", ["codex", "copilot"])
def test_an_id_that_another_program_is_named_beside_waits(form: str, word: str) -> None:
    code = CALL + FORMS[form].replace("WORD_MODEL", f"{word.upper()}_MODEL").replace("WORD", word)
    done = migrated(code)
    assert done.after == done.before
    assert "other-vendor-endpoint" in {one.reason for one in done.inventory.references}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("word", ["openai", "writer"])
def test_an_id_beside_this_vendors_name_or_none_moves(form: str, word: str) -> None:
    code = CALL + FORMS[form].replace("WORD_MODEL", f"{word.upper()}_MODEL").replace("WORD", word)
    assert "gpt-4o" not in migrated(code).after


ROWS = """
import os

from openai import OpenAI

USUAL = {"openai": "gpt-4o", "groq": "llama3-70b-8192", "KEY": "gpt-4o"}
WHERE = {"openai": "https://api.openai.com/v1", "groq": "https://api.groq.com/openai/v1"}


def shorten(text, vendor="openai", address=None):
    client = OpenAI(base_url=address or WHERE.get(vendor, WHERE["openai"]))
    told = [{"role": "user", "content": text}]
    return client.chat.completions.create(model=USUAL[vendor], messages=told)
"""


@pytest.mark.parametrize("key", ["custom", "other", "openai-compatible", "self_hosted"])
def test_a_row_for_an_endpoint_that_a_user_gives_waits(key: str) -> None:
    after = migrated(ROWS.replace("KEY", key)).after
    assert '"openai": "gpt-5.5-instant"' in after
    assert f'"{key}": "gpt-4o"' in after


def test_a_row_of_this_vendors_moves() -> None:
    after = migrated(ROWS.replace("KEY", "openai_batch")).after
    assert '"openai_batch": "gpt-5.5-instant"' in after


def test_a_custom_row_of_a_table_of_no_vendors_moves() -> None:
    code = ROWS.replace("KEY", "custom").replace('"groq"', '"short"').replace('"openai"', '"long"')
    assert '"custom": "gpt-5.5-instant"' in migrated(code, unproven=True).after
