"""Random programs, run for real here: what is sent is among what the evaluator says, or that is open."""

from __future__ import annotations

import random

import pytest

from migrator.know.activations import Activations
from migrator.know.evaluator import Evaluator
from migrator.pipeline import rules
from migrator.read.parsing import read
from migrator.read.project import Project
from migrator.settings import Settings

STEPS = (
    "{new} = {{'k': {old}, 'other': 'b'}}['k']",
    "{new} = [{old}, 'b'][0]",
    "def f_{new}(v='b'):\n    return v\n{new} = f_{new}({old})",
    "class C_{new}:\n    def __init__(self, v):\n        self.v = v\n{new} = C_{new}({old}).v",
    "from types import SimpleNamespace\n{new} = SimpleNamespace(v={old}).v",
    "d_{new} = {{}}\nfor k, v in (('k', {old}), ('l', 'b')):\n    d_{new}[k] = v\n{new} = d_{new}['k']",
    "from functools import partial\n{new} = partial(lambda a, b: b, 1)({old})",
    "from collections import namedtuple\nT_{new} = namedtuple('T_{new}', 'v w')\n{new} = T_{new}({old}, 'b').v",
    "from dataclasses import dataclass, replace\n@dataclass\nclass R_{new}:\n    v: str = 'b'\n"
    "{new} = replace(R_{new}(), v={old}).v",
    "import json\n{new} = json.loads(json.dumps({{'v': {old}}}))['v']",
    "def g_{new}():\n    yield {old}\n{new} = next(g_{new}())",
    "from operator import itemgetter\n{new} = itemgetter('v')({{'v': {old}}})",
    "class G_{new}:\n    def __getattr__(self, name):\n        return {old}\n{new} = G_{new}().v",
    "from contextvars import ContextVar\nV_{new} = ContextVar('v')\nV_{new}.set({old})\n{new} = V_{new}.get()",
    "match {{'v': {old}}}:\n    case {{'v': found_{new}}}:\n        {new} = found_{new}",
    "from collections import ChainMap\n{new} = ChainMap({{}}, {{'v': {old}}})['v']",
    "import queue\nq_{new} = queue.Queue()\nq_{new}.put({old})\n{new} = q_{new}.get()",
    "class O_{new}:\n    pass\no_{new} = O_{new}()\nvars(o_{new})['v'] = {old}\n{new} = o_{new}.v",
)


def program(seed: int) -> str:
    chosen = random.Random(seed)
    lines, old = ["x0 = 'a'"], "x0"
    for place in range(1, chosen.randint(2, 5)):
        lines.append(chosen.choice(STEPS).format(new=f"x{place}", old=old))
        old = f"x{place}"
    return "\n".join([*lines, f"mark({old})"])


def said(source: str, order: random.Random | None = None) -> set[object]:
    """What the argument of `mark` may be; every other expression is asked for first in some order."""
    _, pattern = rules(Settings())
    know = Evaluator(Project([read("program.py", source.encode(), pattern)]), frozenset())
    [call] = know.project.calls("mark")
    if order is not None:
        names = call.file.of_kind("Name")
        for name in order.sample(list(names), len(list(names))):
            know.value(name, know.frames.of(name))
    values = {
        v
        for frame in Activations(know).at(call)
        for v in know.decided(know.value(call.all("args")[0], frame))
    }
    return {v.constant if v.kind == "constant" else v.data for v in values if v.kind in ("constant", "open")}


WHYS = {"caller outside", "environment", "library result", "computed", "not read", "too many"}


@pytest.mark.parametrize("seed", range(60))
def test_what_is_sent_is_said_or_open(seed: int) -> None:
    source, sent = program(seed), []
    exec(compile(source, "program", "exec"), {"mark": sent.append, "__name__": __name__})
    found = said(source)
    assert set(sent) <= found or found & WHYS, source


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_the_order_of_questions_changes_nothing(seed: int) -> None:
    source = program(seed)
    assert said(source) == said(source, random.Random(seed)), source
