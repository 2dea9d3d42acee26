"""Objects that are kept by an id and called one after the other: who runs which models says so."""

from __future__ import annotations

import pytest

from tests.decided import migrated

ARMS = """
from openai import OpenAI


class Arm:
    def __init__(self, name, rate=1.0):
        self.name, self.rate = name, rate

    def ask(self, prompt):
        return len(prompt) + len(self.name)

    def told(self):
        return {"name": self.name}


ARMS = {
    "gemma": Arm("gemma"),
    "gpt-4o": Arm("gemma"),
}
"""
BOARD = """

def board(prompt):
    return [(name, arm.ask(prompt)) for name, arm in ARMS.items()]
"""
HANDED = """

def shown(arms, prompt):
    for name, arm in arms.items():
        print(name, arm.ask(prompt))


def board(prompt):
    shown(ARMS, prompt)
"""
LOOKED_UP = """

def ask_arm(name, prompt):
    return ARMS[name].ask(prompt)
"""
LISTED = """

def listed():
    return [arm.told() for name, arm in ARMS.items()]
"""


@pytest.mark.parametrize("code", [BOARD, HANDED], ids=["here", "in a function"])
def test_no_run_is_added(code: str) -> None:
    found = migrated(ARMS + code, "gpt-4o")
    assert '"gpt-5.5' not in found.after
    assert "evaluates-models" in {one.reason for one in found.inventory.references}


@pytest.mark.parametrize("code", [LOOKED_UP, BOARD + LOOKED_UP, LISTED], ids=["looked up", "both", "listed"])
def test_a_row_comes_where_one_is_looked_up_or_told(code: str) -> None:
    assert '"gpt-5.5-instant": Arm(' in migrated(ARMS + code, "gpt-4o").after
