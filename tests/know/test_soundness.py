"""Random programs, run for real here: what is sent is among what the evaluator says, or that is open."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from migrator.know.activations import Activations
from migrator.know.answers import Answers
from migrator.pipeline.reviewing import rules
from migrator.read.parsing import read
from migrator.read.project import Project
from migrator.settings import Settings


def parts(name: str) -> dict[str, str]:
    """The pieces of code of a text file by their names."""
    pieces = Path(__file__).with_name(name).read_text()[3:].split("\n== ")
    return {title: code.strip() for title, _, code in (piece.partition("\n") for piece in pieces)}


WAYS = parts("ways.txt")
"""Ordinary Python by what it is: `NEW` gets the value of `OLD`."""
CHANGES = parts("changes.txt")
"""What puts the value of `OLD` into the mapping `d_NEW`, by the way to the mapping."""


def step(way: str, new: str, old: str) -> str:
    return WAYS[way].replace("NEW", new).replace("OLD", old)


def program(seed: int) -> str:
    chosen = random.Random(seed)
    lines, old = ["x0 = 'a'"], "x0"
    for place in range(1, chosen.randint(2, 5)):
        lines.append(step(chosen.choice([*WAYS]), f"x{place}", old))
        old = f"x{place}"
    return "\n".join([*lines, f"mark({old})"])


def said(source: str, order: random.Random | None = None) -> set[object]:
    """What the argument of `mark` may be; every other expression is asked for first in some order."""
    _, pattern = rules(Settings())
    know = Answers(Project([read("program.py", source.encode(), pattern)]), frozenset())
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


def check(source: str) -> None:
    sent: list[object] = []
    code = compile(source, "program", "exec", dont_inherit=True)
    exec(code, {"mark": sent.append, "__name__": __name__})
    found = said(source)
    assert sent == ["a"], source
    assert set(sent) <= found or found & WHYS, source


@pytest.mark.parametrize("way", WAYS)
def test_what_goes_one_way_is_said_or_open(way: str) -> None:
    check(f"x0 = 'a'\n{step(way, 'x1', 'x0')}\nmark(x1)")


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_a_mapping_is_said_or_open(change: str) -> None:
    code = CHANGES[change].replace("NEW", "x1").replace("OLD", "x0")
    check(f"x0 = 'a'\nd_x1 = {{'v': 'b'}}\n{code}\nmark(d_x1['v'])")


@pytest.mark.parametrize("seed", range(60))
def test_what_is_sent_is_said_or_open(seed: int) -> None:
    check(program(seed))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60, 2000))
def test_what_is_sent_by_many_ways_is_said_or_open(seed: int) -> None:
    check(program(seed))


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_the_order_of_questions_changes_nothing(seed: int) -> None:
    source = program(seed)
    assert said(source) == said(source, random.Random(seed)), source
