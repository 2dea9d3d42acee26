"""An id that may come to a request as well which is too much to follow: what refuses it there is put right, or it waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator import pipeline
from migrator.settings import Settings
from tests.decided import MAP, spend

if TYPE_CHECKING:
    import pytest

ASK = """
from openai import OpenAI

client = OpenAI()


class Small:
    model = "gpt-4o"


def ask(text):
    return client.chat.completions.create(model=Small.model, messages=text)
"""
DESK = """
from openai import OpenAI
{above}

class Desk:
    def __init__(self, model, room=90):
        self.model = model
        self.room = room
        self.client = OpenAI()

    def answer(self, text):
        body = {{"model": self.model, "messages": text, "max_tokens": self.room}}
        return self.client.chat.completions.create(**body)


def desk(name={default}):
    return Desk(name)
"""


def waiting(desk: str) -> tuple[str, bytes]:
    """What the id of the known request waits for, and the new desk."""
    programs = {"app.py": ASK.encode(), "desk.py": desk.encode()}
    inventory, new = pipeline.migrate(programs, Settings(map=MAP))
    (one,) = (one for one in inventory.references if one.path == "app.py")
    assert one.selected == (not one.detail)
    return one.detail, new["desk.py"]


def test_what_the_edits_of_its_group_put_right_is_no_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    spend(monkeypatch, 60)
    detail, desk = waiting(DESK.format(above="from app import Small\n", default="Small.model"))
    assert not detail
    assert b"max_completion_tokens" in desk


def test_what_the_edits_of_a_group_that_waits_put_right_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    spend(monkeypatch, 60)
    detail, desk = waiting(DESK.format(above="", default='"gpt-4o"'))
    assert detail == "desk.py:13: it may be sent there as well, which is too much to follow, with max_tokens"
    assert b"max_completion_tokens" not in desk
