"""Tables of whose ids none moves gain nothing, but for figures by name: who reads them may not expect it."""

from __future__ import annotations

import pytest

from tests.decided import CALLS, migrated

OPTIONS = """
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--model", choices=["gpt-4o", "gpt-4-turbo"], default="gpt-4-turbo")
"""
KINDS = """
from enum import Enum


class Kind(str, Enum):
    GPT_4O = "gpt-4o"
    GPT_4_TURBO = "gpt-4-turbo"


def mark(kind):
    return {"GPT_4O": "o", "GPT_4_TURBO": "t"}[kind.name]


MARKS = [mark(kind) for kind in Kind]
"""
WRITTEN = """
import json

KNOWN = ["gpt-4o", "gpt-4o-mini", "gpt-4-turbo", "gpt-4", "o1"]


def written(path):
    path.write_text(f"NAMES = {json.dumps(KNOWN)}")
"""
COMPARED = """
from typing import Literal, get_args

Name = Literal["gpt-4o", "gpt-4-turbo"]
WINDOWS = {"gpt-4o": 128_000, "gpt-4-turbo": 128_000}
assert set(get_args(Name)) == set(WINDOWS)


def window(name: Name):
    return WINDOWS[name]
"""
TITLES = """
TITLES = {"gpt-4o": "big", "gpt-4o-mini": "small"}


def title(model):
    return TITLES.get(model, model)
"""
FLAGS = """
KNOWN = {"gpt-4o": {"window": 128_000, "video": True}, "gpt-4": {"window": 8192, "video": False}}


def known(model):
    return KNOWN.get(model)
"""
RANKED = """
PRICES = {"gpt-4o": 2.5, "gpt-4-turbo": 10.0}


def price(model):
    return PRICES[model]


def table():
    for model in PRICES:
        print(model, PRICES[model])
"""
IDLE = {
    "options": OPTIONS,
    "members": KINDS,
    "another program's text": WRITTEN,
    "a table that is compared": COMPARED,
    "titles": TITLES,
    "flags": FLAGS,
    "rows that are all shown": RANKED,
}


@pytest.mark.parametrize("code", IDLE.values(), ids=IDLE)
def test_what_nothing_moves_in_gains_nothing(code: str) -> None:
    found = migrated(code)
    assert found.after == found.before


@pytest.mark.parametrize("code", [OPTIONS, COMPARED, TITLES, FLAGS, RANKED], ids=range(5))
def test_it_gains_what_an_id_moves_to(code: str) -> None:
    assert '"gpt-5.5-instant"' in migrated(code, "gpt-4o", unproven=code == OPTIONS).after


PLAIN = """
from openai import OpenAI

WINDOWS = {"gpt-4o": 128_000, "gpt-4": 8192}
COPY = {name: size for name, size in WINDOWS.items()}


def window(model):
    return WINDOWS.get(model, 4096) if model in WINDOWS else COPY[model]
"""


def test_figures_that_are_asked_for_by_name_alone_are_added() -> None:
    assert '"gpt-5.5-instant": 512_000' in migrated(PLAIN, unproven=True).after


def test_a_program_that_is_on_its_way_goes_on() -> None:
    code = (
        TITLES
        + CALLS
        + '\n\ndef use(text):\n    return title("gpt-5.5-instant"), ask(text, "gpt-5.5-instant")\n'
    )
    assert '"gpt-5.5-instant": "big"' in migrated(code).after


def test_a_second_run_adds_nothing_that_the_first_did_not() -> None:
    code = 'LIMITS = {"gpt-4o-mini": 1, client.chat.completions.create(model="gpt-4o", messages=[]): 2}'
    once = migrated(code).after
    assert migrated(once).after == once
