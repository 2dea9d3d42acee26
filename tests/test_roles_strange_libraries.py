"""An id that a library gets which no rule knows: what is sent with it is open."""

from __future__ import annotations

import pytest

from tests.decided import all_migrated as migrated

ROLE = """
from office import Role

helper = Role(instructions="You are Max, a helpful assistant.", actions=[], model="gpt-4o")
"""
ASKED = """
import office

MODEL = "gpt-4o"


def desk(model=MODEL):
    return office.desks.Desk(name="front", model=model)
"""
GIVEN = """
from office import ask

print(ask("Say hello", model="gpt-4o", temperature=0.2))
"""
WAITING = {"an object": ROLE, "by a parameter": ASKED}
MOVING = {
    "the vendor's name": ROLE.replace("Role", "OpenAIRole"),
    "a provider": ROLE.replace("model=", 'provider="openai", model='),
    "a way behind a provider": ROLE.replace("gpt-4o", "openai/gpt-4o"),
    "a record of settings": ROLE.replace("Role", "RoleConfig"),
    "a name for a default": ROLE.replace("model=", "default_model="),
    "a function": GIVEN.replace(", temperature=0.2", ""),
    "what every model takes": GIVEN.replace("0.2", "1"),
    "a class of the program": "class Role:\n    def __init__(self, **given):\n        self.given = given\n\n\n"
    + ROLE.replace("from office import Role\n", ""),
    "the language's own": ROLE.replace("from office import", "from types import SimpleNamespace as"),
}


@pytest.mark.parametrize("code", WAITING.values(), ids=WAITING)
def test_an_id_waits_where_nobody_knows_what_is_sent(code: str) -> None:
    found = migrated(code)
    assert found.after == found.before
    assert [(one.action, one.reason) for one in found.inventory.references] == [("review", "dynamic")]
    assert "is not known" in found.inventory.references[0].detail


@pytest.mark.parametrize("code", MOVING.values(), ids=MOVING)
def test_an_id_moves_where_it_is_said_whose_it_is_or_nothing_is_made(code: str) -> None:
    assert "gpt-5.5-" in migrated(code).after


def test_an_id_that_a_known_request_sends_moves() -> None:
    code = ASKED + (
        "\n\ndef ask(text):\n    from openai import OpenAI\n\n"
        '    return OpenAI().chat.completions.create(model=MODEL, messages=[{"role": "user", "content": text}])\n'
    )
    assert 'MODEL = "gpt-5.5-instant"' in migrated(code).after
