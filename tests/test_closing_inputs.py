"""What is cut before it is sent: an id moves only where its new model takes what is left."""

from __future__ import annotations

from tests.decided import migrated

CODE = """
from openai import OpenAI

ROOM = int("CHARACTERS")


def ask(text):
    text = text[:ROOM]
    return OpenAI().chat.completions.create(model="gpt-5-mini", messages=[{"role": "user", "content": text}])


ask(open("tickets.txt").read())
"""


def test_an_id_is_held_where_more_is_sent_than_its_model_takes() -> None:
    inventory = migrated(CODE.replace("CHARACTERS", "1500000")).inventory
    (held,) = inventory.references
    assert held.reason == "must-move-together"
    assert "app.py:8" in held.detail
    assert "1,500,000 characters" in held.detail


def test_an_id_moves_where_what_is_sent_fits() -> None:
    inventory = migrated(CODE.replace("CHARACTERS", "200000")).inventory
    assert [one.action for one in inventory.references] == ["rewrite"]
