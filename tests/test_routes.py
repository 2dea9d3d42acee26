"""Routes of a value to where it matters, times what is asked of it: each cell moves rightly."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from carrying import CARRIERS, Place, Program
from standin import NEW, cap, ran

from migrator import pipeline
from migrator.settings import Settings

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet
    from standin import Ran

    from migrator.inventory import Inventory

ROUTES = (
    "literal",
    "constant",
    "imported",
    "module attribute",
    "function result",
    "parameter",
    "default of a parameter",
    "dict item",
    "loop over items",
    "tuple",
    "class attribute",
    "instance attribute",
    "constructor argument",
    "super().__init__",
    "namespace",
    "dataclass",
)


class Question(NamedTuple):
    """What is carried, and the code that it reaches as `VALUE`; `new`: the ids that may be written then."""

    value: str
    code: str
    new: frozenset[str] = NEW
    may_shorten: bool = False


ASK = """
def ask(model, text, **options):
    return CLIENT.chat.completions.create(model=model, messages=[{'role': 'user', 'content': text}], **options)
"""
MINI, INSTANT, FLAGSHIP = "gpt-5.5-mini", "gpt-5.5-instant", "gpt-5.5"
PICTURE = "[{'type': 'text', 'text': 'Which is it?'}, {'type': 'image_url', 'image_url': {'url': 'https://a.example/b.png'}}]"
CONTRACT = (
    "You are a senior lawyer. Analyse the contract clause by clause, step by step, and name every risk."
)
QUESTIONS = {
    "the model": Question("'gpt-4o-mini'", f"{ASK}ask(VALUE, 'Classify the ticket', max_tokens=20)"),
    "a refused parameter": Question(
        "{'max_tokens': 20, 'user': 'me'}", f"{ASK}ask('gpt-4o-mini', 'Classify the ticket', **VALUE)"
    ),
    "a refused value": Question(
        "'minimal'", f"{ASK}ask('gpt-5-mini', 'Classify the ticket', reasoning_effort=VALUE)"
    ),
    "a picture": Question(PICTURE, f"{ASK}ask('gpt-4o-mini', VALUE)", frozenset({FLAGSHIP, INSTANT})),
    "a prompt": Question(
        repr(CONTRACT),
        "CLIENT.chat.completions.create(model='gpt-4o', messages=[{'role': 'system', 'content': VALUE}])",
        frozenset({FLAGSHIP}),
    ),
    "a branch on the name": Question(
        "'gpt-4o-mini'",
        ASK
        + """
def options(model):
    if model in ('gpt-4o', 'gpt-4o-mini'):
        return {'user': 'known'}
    return {'user': 'unknown'}
CHOSEN = VALUE
ask(CHOSEN, 'Classify the ticket', **options(CHOSEN))
""",
    ),
    "a table": Question(
        "'gpt-4o-mini'",
        ASK
        + """
WINDOWS = {'gpt-4o': 128_000, 'gpt-4o-mini': 128_000}
CHOSEN = VALUE
ask(CHOSEN, 'Classify the ticket', user=str(WINDOWS[CHOSEN] > 0))
""",
    ),
    "an output limit": Question("700", f"{ASK}ask('gpt-4o-mini', 'Classify the ticket', max_tokens=VALUE)"),
    "an input limit": Question(
        "380_000",
        f"{ASK}ask('gpt-5-mini', 'Classify the ticket. ' + ('word' * 250_000)[:VALUE * 4], user='me')",
        may_shorten=True,
    ),
}
HELD = {
    (route, "an input limit"): "must-move-together"
    for route in ROUTES
    if route
    not in (
        "literal",
        "parameter",
        "loop over items",
        "constructor argument",
        "super().__init__",
        "dataclass",
    )
}
"""Cells in which a person is asked, and for which reason."""


def cells() -> list[ParameterSet]:
    return [pytest.param(route, asked, id=f"{route}-{asked}") for route in ROUTES for asked in QUESTIONS]


def program(route: str, question: Question) -> tuple[dict[str, bytes], str]:
    """The files of a cell, and the module that is run."""
    made = Program()
    place = CARRIERS[route](made, Place(question.value, "settings"))
    made.needs(place.module, "from openai import OpenAI")
    made.write(place.module, "CLIENT = OpenAI()\n" + question.code.replace("VALUE", place.text))
    return made.files(), place.module


def wrong(before: Ran, after: Ran, question: Question) -> str:
    """What a migration has broken, lost, or chosen against what the request shows."""
    if after.raised or len(after.bodies) != len(before.bodies):
        return after.raised or "a request is missing"
    for old, new in zip(before.bodies, after.bodies, strict=True):
        is_same = question.may_shorten or old["messages"] == new["messages"]
        if not is_same or cap(old) != cap(new) or old.get("user") != new.get("user"):
            return f"{old} became {new}"
        if new["model"] != old["model"] and new["model"] not in question.new:
            return f"{new['model']} is the wrong variant"
    return ""


def reasons(inventory: Inventory) -> set[str]:
    return {one.reason for one in inventory.references if one.action == "review"}


@pytest.mark.parametrize(("route", "asked"), cells())
def test_no_cell_misses(route: str, asked: str) -> None:
    question = QUESTIONS[asked]
    files, entry = program(route, question)
    before = ran(files, entry)
    assert not before.raised
    inventory, new = pipeline.migrate(files, Settings())
    after = ran(new, entry)
    shown = b"\n".join(new.values()).decode()
    assert not wrong(before, after, question), shown
    held = HELD.get((route, asked))
    if held:
        assert (after.models, reasons(inventory)) == (before.models, {held}), shown
    else:
        assert NEW.issuperset(after.models), f"{reasons(inventory)}\n{shown}"
