"""What is done with an id beside the request that it comes to: what says nothing more of it, and what may."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.settings import Settings
from tests.decided import MAP, spend

DESK = """
import hashlib
import json

from openai import OpenAI

{above}


class Desk:
    def __init__(self, model="gpt-4o"):
        self._model = model
        self._client = OpenAI()

    def answer(self, text):
        {inside}
        return self._client.chat.completions.create(model=self._model, messages=text)

    {below}


def desk(name):
    return Desk(name) if name else Desk()
"""
ERROR = "class Refused(Exception):\n    def __init__(self, model):\n        super().__init__(f'no {model}')"
FILLED = "if self._model not in CACHE:\n            CACHE[self._model] = 1\n        print(CACHE[self._model])"
ALIAS = "print(ALIASES.get(self._model, self._model))"
ADDED = "said = 'by'\n        said += f' {self._model}'\n        "
PAIRS = "for name, one in [('a', self._model)]:\n            print(name)"
STATE = "def state(self):\n        return {'model': self._model, 'desk': 1}"
BODY = "{'model': self._model, 'messages': [text]}"

KNOWN = {
    "its digest": {"inside": "print(hashlib.sha256(f'{self._model}:{text}'.encode()).hexdigest())"},
    "the digest of a body": {"inside": f"print(hashlib.md5(json.dumps({BODY}).encode()).hexdigest())"},
    "a cache that is filled under it": {"above": "CACHE = {}", "inside": FILLED},
    "another name for it": {"above": "ALIASES = {'small': 'gpt-4.1'}", "inside": ALIAS},
    "a text that grows and is shown": {"inside": f"{ADDED}print(said)"},
    "a name that nobody asks": {"inside": PAIRS},
    "what a function gives to callers outside": {"below": STATE},
    "a dict that a message shows": {
        "inside": "options = {'model': self._model}\n        print(f'asked with {options}')"
    },
    "what an exception says": {
        "above": ERROR,
        "inside": "if not text:\n            raise Refused(self._model)",
    },
    "how an object is shown": {"below": "def __repr__(self):\n        return f'Desk({self._model})'"},
}
OPEN = {
    "its bytes": {"inside": "strange(self._model.encode())"},
    "a body": {"inside": f"strange(json.dumps({BODY}).encode())"},
    "a cache that is gone through": {
        "above": "CACHE = {}",
        "inside": "CACHE[self._model] = 1\n        for one in CACHE:\n            strange(one)",
    },
    "an index that is filled elsewhere": {
        "above": "INDEX = {}\nfor row in json.load(open('rows.json')):\n    INDEX[row['id']] = row",
        "inside": "print(INDEX[self._model])",
    },
    "names of a file": {"above": "ALIASES = json.load(open('names.json'))", "inside": ALIAS},
    "a text that grows and is handed on": {"inside": f"{ADDED}strange(said)"},
    "a name that is handed on": {"inside": PAIRS.replace("print(name)", "strange(one)")},
    "a request that a function gives": {"below": STATE.replace("'desk': 1", "'messages': [1]")},
    "what somebody may call": {"above": "def other(thing):\n    strange(thing.state())", "below": STATE},
    "what a library decorates": {"below": f"@strange\n    {STATE}"},
    "a function of its own": {"below": STATE.replace("state", "_state")},
    "a text with a dict": {"inside": "options = {'model': self._model}\n        strange(f'with {options}')"},
}


def waiting_for(parts: dict[str, str]) -> str:
    """What the id waits for in a program whose request is too much to follow: an end of its own comes first."""
    code = DESK.format(**{"above": "", "inside": "", "below": "", **parts})
    inventory, _ = pipeline.migrate({"app.py": code.encode()}, Settings(map=MAP))
    (one,) = (one for one in inventory.references if one.action == "rewrite")
    return one.detail.partition(": ")[2]


@pytest.mark.parametrize("parts", KNOWN.values(), ids=KNOWN.keys())
def test_what_says_nothing_more_of_an_id_is_known(
    parts: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(monkeypatch, 1)
    assert waiting_for(parts) == "what is sent, and to which address, is too much to follow"


@pytest.mark.parametrize("parts", OPEN.values(), ids=OPEN.keys())
def test_what_may_hand_it_on_is_not_followed(parts: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    spend(monkeypatch, 1)
    assert waiting_for(parts) == "what becomes of it is not followed"
