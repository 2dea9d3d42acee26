"""A table whose names say where a request goes gains none that nobody moves to."""

from __future__ import annotations

import pytest

from tests.decided import migrated

ROWS = """
import os

from openai import OpenAI

ROWS = [
    {"name": "gpt-4o", "in": 2.50, "out": 10.00},
    {"name": "gpt-4o-mini", "in": 0.15, "out": 0.60},
    {"name": "gpt-4-turbo", "in": 10.0, "out": 30.0},
]
"""
GATEWAY = """

def send(model, messages):
    base = None
    if model not in NAMES:
        base = os.getenv("FLEET_URL")
    return OpenAI(base_url=base).chat.completions.create(model=model, messages=messages)
"""
CHOSEN = """

def send(model, messages):
    base = None if model in NAMES else os.getenv("FLEET_URL")
    return OpenAI(base_url=base).chat.completions.create(model=model, messages=messages)
"""
OWN = """

class Handler:
    def __init__(self, model, base_url=None):
        self.model, self.base_url = model, base_url


def handler(model, address=None):
    known = NAMES
    if model not in known:
        address = os.getenv("FLEET_URL")
    return Handler(model, base_url=address)
"""
LISTED = "[row['name'] for row in ROWS]"
FRAME = "pandas.DataFrame(ROWS + OTHERS).name.tolist()"
SENDING = {"an arm": GATEWAY, "an expression": CHOSEN, "a class of the program": OWN}
NAMES = {"a list": LISTED, "a frame of a library": FRAME}


def put_together(code: str, names: str) -> str:
    return ROWS + code.replace("NAMES", names)


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("code", SENDING.values(), ids=SENDING)
def test_no_row_comes_that_would_send_an_id_another_way(code: str, names: str) -> None:
    found = migrated(put_together(code, names))
    assert found.after == found.before
    assert "another way" in found.findings("GPT55-T")[0].message


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
def test_an_id_that_is_moved_to_goes_the_way_of_the_old_one(names: str) -> None:
    code = put_together(GATEWAY, names) + '\n\ndef main(messages):\n    return send("gpt-4o", messages)\n'
    after = migrated(code).after
    assert 'send("gpt-5.5-instant", messages)' in after
    assert '{"name": "gpt-5.5-instant", ' in after


TOLD = """

def price(model):
    if model not in NAMES:
        return None
    return next(row["in"] for row in ROWS if row["name"] == model)
"""
INSTEAD = """

def send(model, messages):
    if model not in NAMES:
        model = "gpt-4-turbo"
    return OpenAI().chat.completions.create(model=model, messages=messages)
"""


@pytest.mark.parametrize("code", [TOLD, INSTEAD], ids=["a price", "another model"])
def test_a_row_comes_where_requests_go_the_same_way(code: str) -> None:
    assert '{"name": "gpt-5.5-instant", ' in migrated(put_together(code, LISTED), "gpt-4o").after
