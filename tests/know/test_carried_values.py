"""What the evaluator says of an expression, for ways in which a value gets there."""

from __future__ import annotations

import pytest

from migrator.know.activations import Activations
from migrator.know.answers import Answers
from migrator.pipeline.reviewing import rules
from migrator.read.parsing import read
from migrator.read.project import Project
from migrator.settings import Settings


def said(source: str) -> set[object]:
    """The constants that the argument of `mark` may be; what is open by its reason."""
    _, pattern = rules(Settings())
    know = Answers(Project([read("program.py", source.encode(), pattern)]), frozenset({"os.getenv"}))
    [call] = know.project.calls("mark")
    found: set[object] = set()
    for frame in Activations(know).at(call):
        for value in know.value(call.all("args")[0], frame):
            found.add(value.constant if value.kind == "constant" else value.data)
    return found


CARRIED = {
    "a name": "x = 'a'\nmark(x)",
    "a later binding": "x = 'b'\nx = 'a'\nmark(x)",
    "an entry": "d = {'k': 'a', 'other': 'b'}\nmark(d['k'])",
    "an entry set later": "d = {}\nd['k'] = 'a'\nmark(d['k'])",
    "an entry set by a helper": "def put(d, v):\n    d['k'] = v\nd = {}\nput(d, 'a')\nmark(d['k'])",
    "a merged mapping": "d = {**{'k': 'b'}, 'k': 'a'}\nmark(d['k'])",
    "a filtered mapping": "d = {k: v for k, v in {'k': 'a', 'l': 'b'}.items() if k != 'l'}\nmark(d.get('l', 'a'))",
    "a field": "class C:\n    def __init__(self, v):\n        self.v = v\nmark(C('a').v)",
    "a field of a base": "class B:\n    def __init__(self, v):\n        self.v = v\n"
    "class C(B):\n    def __init__(self):\n        super().__init__('a')\nmark(C().v)",
    "a record": "from dataclasses import dataclass\n@dataclass\nclass R:\n    v: str = 'b'\nmark(R('a').v)",
    "a field of a record that its class builds on": "from dataclasses import dataclass\n@dataclass\n"
    "class R:\n    v: str\n    w: int = 0\nclass C(R):\n    def __init__(self, v, **more):\n"
    "        super().__init__(v=v, **more)\n        self.x = v\nmark(C('a', w=1).v)",
    "a field of a checked record that its class builds on": "from pydantic import BaseModel\n"
    "class R(BaseModel):\n    v: str = 'b'\nclass C(R):\n    def __init__(self, name):\n"
    "        super().__init__(v=name)\nmark(C('a').v)",
    "a place in a record that its class builds on": "from dataclasses import dataclass\n@dataclass\n"
    "class R:\n    v: str\n    w: str = 'c'\nclass C(R):\n    def __init__(self, v):\n"
    "        super().__init__('b', v)\nmark(C('a').w)",
    "keywords": "def f(**kw):\n    mark(kw['k'])\nf(k='a')",
    "a mapping of an enumeration": "from enum import Enum\nclass K(Enum):\n    ONE = {'k': 'a'}\nmark(K.ONE.value['k'])",
    "a partial": "from functools import partial\ndef f(a, b):\n    mark(b)\npartial(f, 1)('a')",
    "a closure": "def outer(v):\n    def inner():\n        return v\n    return inner\nmark(outer('a')())",
    "a condition": "DEBUG = False\nmark('b' if DEBUG else 'a')",
    "a text that is put together": "mark('{}-{}'.format('x', 'y').replace('x-y', 'a'))",
}


@pytest.mark.parametrize("source", CARRIED.values(), ids=CARRIED)
def test_a_value_is_followed(source: str) -> None:
    assert said(source) == {"a"}


def test_callers_are_kept_apart() -> None:
    source = (
        "def f(name, n):\n    return {'name': name, 'n': n}\nx = f('a', 1)\ny = f('b', 2)\nmark(x['name'])"
    )
    assert said(source) == {"a"}


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import os\nmark(os.getenv('X', 'a'))", {"a", "environment"}),
        ("import json, os\nmark(json.loads(os.getenv('X', '\"a\"')))", {"a", "computed"}),
        ("def f(v='a'):\n    mark(v)", {"a", "caller outside"}),
        ("import lib\nmark(lib.unknown()['k'])", {"library result"}),
        ("mark(unknown()['k'])", {"not read"}),
    ],
)
def test_what_is_not_known_is_said(source: str, why: set[str]) -> None:
    assert said(source) == why


def test_a_circle_is_solved() -> None:
    source = "def f(n):\n    return 'a' if n else g(n)\ndef g(n):\n    return f(n)\nmark(g(3))"
    assert said(source) == {"a"}


def test_a_sequence_that_is_wrapped_in_itself_ends() -> None:
    source = (
        "from itertools import chain\nstream = iter(['a'])\n"
        "while stream:\n    stream = chain(['b'], stream)\n    other = chain(stream, ['a'])\n"
        "    stream = chain(other, stream)\nmark(next(stream))"
    )
    assert said(source) >= {"a", "b"}


def test_a_partial_of_itself_ends() -> None:
    source = (
        "from functools import partial\ndef f(*n):\n    return 'a'\nstep = f\n"
        "for _ in range(3):\n    step = partial(step, 1)\nmark(step())"
    )
    assert said(source) == {"a"}
