"""Where the values of a program come from: the same whatever was asked before."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from migrator.know.origins import Origins
from migrator.know.together import Together
from migrator.read.ids import IdPattern
from migrator.read.parsing import read
from migrator.read.project import Project

if TYPE_CHECKING:
    from migrator.know.origins import Origin

PROGRAM = """
import os
from openai import OpenAI

class Base:
    def __init__(self, model, client=None):
        self.model = model
        self.client = client or OpenAI()

    def ask(self, text):
        return self.client.responses.create(model=self.model, input=text)

class Small(Base):
    def __init__(self):
        super().__init__("gpt-4o-mini")

def chosen(name=None, models={"a": "gpt-4o"}):
    return models["a"] if name else other(name)

def other(name):
    return chosen(name) or os.getenv("MODEL", "gpt-5")

def run(text, model="gpt-4o"):
    return Base(model).ask(text), Base(chosen(text)), Small()

run("x", other("y"))
"""


def found(order: random.Random | None) -> dict[int, list[tuple[str, int, str]]]:
    file = read("program.py", PROGRAM.encode(), IdPattern(()))
    values = Origins(Together(Project([file]), frozenset({"os.getenv"})))
    asked = [*file.of_kind("Call", "Name", "Attribute", "Subscript")]
    if order is not None:
        order.shuffle(asked)
    answers = {node.index: [told(one) for one in values.of(node)] for node in asked}
    return dict(sorted(answers.items()))


def told(one: Origin) -> tuple[str, int, str]:
    return one.kind, one.node.index, one.path


def test_answers_do_not_depend_on_the_order_of_questions() -> None:
    first = found(None)
    for seed in range(12):
        assert found(random.Random(seed)) == first
