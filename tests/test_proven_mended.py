"""Ids that may come to a request which is too much to follow: what refuses them there is put right, or they wait."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.settings import Settings
from tests.decided import MAP, spend

DESK = """
from openai import OpenAI


class Desk:
    def __init__(self, model="gpt-4o", room=90):
        self.model = model
        self.room = room
        self.client = OpenAI()

    def answer(self, text):
        body = {"model": self.model, "messages": text, "max_tokens": self.room}
        return self.client.chat.completions.create(**body)


def desk(name):
    return Desk(name) if name else Desk()
"""
STRANGE = "        self.client = OpenAI()\n        strange.use(model)\n"
HALL = "import strange\n" + DESK.replace("Desk", "Hall").replace("        self.client = OpenAI()\n", STRANGE)


def moved(programs: dict[str, str]) -> tuple[dict[str, bytes], dict[str, str]]:
    """The new files, and by file why its id waits."""
    files = {name: code.encode() for name, code in programs.items()}
    inventory, new = pipeline.migrate(files, Settings(map=MAP))
    waiting = (one for one in inventory.references if one.action == "rewrite" and not one.selected)
    return new, {one.path: one.detail for one in waiting}


@pytest.mark.parametrize("work", [1, 20, 80])
def test_what_its_own_edits_put_right_is_no_obstacle(work: int, monkeypatch: pytest.MonkeyPatch) -> None:
    spend(monkeypatch, work)
    new, waiting = moved({"desk.py": DESK})
    assert not waiting
    assert b'model="gpt-5.5-instant"' in new["desk.py"]
    assert b"max_completion_tokens" in new["desk.py"]


@pytest.mark.parametrize("work", [1, 20, 80])
def test_what_the_edits_of_a_group_that_waits_put_right_is_one(
    work: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(monkeypatch, work)
    new, waiting = moved({"desk.py": DESK, "hall.py": HALL})
    assert new["desk.py"] == DESK.encode()
    assert waiting["desk.py"].startswith("hall.py:")
    assert waiting["desk.py"].endswith("which is too much to follow, with max_tokens")
