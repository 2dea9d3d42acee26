"""An effort that callers outside may choose from what a type declares, beside a model that refuses one of these."""

from __future__ import annotations

from typing import Any

import pytest

from tests.decided import migrated

HEAD = """
from typing import Literal, Optional

from openai import OpenAI

"""
SENT = 'OpenAI().responses.create(model={model}, input=text, reasoning={{"effort": {effort}}})\n'
ONE = SENT.format(model='"gpt-5"', effort="effort")
ANY = SENT.format(model="model", effort="effort")
MAPPED = {
    "a type": 'def ask(text: str, effort: Literal[{efforts}] = "low"):\n    return ' + ONE,
    "a type or nothing": 'def ask(text: str, effort: Optional[Literal[{efforts}]] = "low"):\n    return '
    + ONE,
    "a type's name": "Effort = Literal[{efforts}]\n\n\n"
    'def ask(text: str, effort: Effort = "low"):\n    return ' + ONE,
    "a set": "EFFORTS = {{{efforts}}}\n\n\n"
    'def ask(text: str, effort: str = "low"):\n    if effort not in EFFORTS:\n        raise ValueError(effort)\n    return '
    + ONE,
    "any model": 'def ask(text: str, model: str = "gpt-5", effort: Literal[{efforts}] = "low"):\n    return '
    + ANY,
    "a function between": "def send(text, effort):\n    return " + ONE + "\n\n"
    'def ask(text: str, effort: Literal[{efforts}] = "low"):\n    return send(text, effort)\n',
}
HELD = {
    "a field": (
        'from dataclasses import dataclass\n\n\n@dataclass\nclass Agent:\n    effort: Literal[{efforts}] = "low"\n'
        "    model: str = 'gpt-5'\n\n    def ask(self, text: str):\n        params = {{'model': self.model, 'input': text}}\n"
        "        params['reasoning'] = {{'effort': self.effort}}\n        return OpenAI().responses.create(**params)\n"
    ),
    "an enumeration": (
        "from enum import Enum\n\n\nclass Effort(str, Enum):\n    LEAST = {first}\n    LOW = 'low'\n\n\n"
        "def ask(text: str, effort: Effort = Effort.LOW):\n    return "
        + SENT.format(model='"gpt-5"', effort="effort.value")
    ),
}


def code(form: str, *efforts: str) -> str:
    said = [f'"{one}"' for one in efforts]
    filled = form.replace("{efforts}", ", ".join(said)).replace("{first}", said[0])
    return HEAD + filled.replace("{{", "{").replace("}}", "}")


def asked(source: str, effort: str) -> Any:
    """The effort that a program sends where its caller gives one."""

    class OpenAI:
        def __init__(self) -> None:
            self.responses = self

        def create(self, **given: object) -> object:
            return given["reasoning"]

    names: dict[str, Any] = {"OpenAI": OpenAI}
    exec(compile(source.replace("from openai import OpenAI", ""), "app.py", "exec"), names)
    return names["ask"]("text", effort=effort)["effort"]


@pytest.mark.parametrize("form", MAPPED)
def test_what_a_caller_may_choose_is_turned_into_what_is_taken(form: str) -> None:
    done = migrated(code(MAPPED[form], "minimal", "low", "high"), map={"gpt-5": "flagship"})
    assert '"gpt-5.5"' in done.after
    assert {one: asked(done.after, one) for one in ("minimal", "low", "high")} == {
        "minimal": "low",
        "low": "low",
        "high": "high",
    }


def test_another_model_goes_on_being_sent_what_it_takes() -> None:
    done = migrated(code(MAPPED["any model"], "minimal", "low"), map={"gpt-5": "flagship"})
    assert '"low" if effort == "minimal" and "gpt-5.5" in model else effort' in done.after


@pytest.mark.parametrize("form", HELD)
def test_an_id_waits_where_it_cannot_be(form: str) -> None:
    done = migrated(code(HELD[form], "minimal", "low", "high"), map={"gpt-5": "flagship"})
    assert done.after == done.before
    assert any("would send reasoning.effort='minimal'" in one.detail for one in done.inventory.references)


@pytest.mark.parametrize("form", {**MAPPED, **HELD})
def test_what_is_taken_stays(form: str) -> None:
    done = migrated(code({**MAPPED, **HELD}[form], "low", "high"), map={"gpt-5": "flagship"})
    old = "'gpt-5'" if "'gpt-5'" in done.before else '"gpt-5"'
    assert done.after == done.before.replace(old, old.replace("gpt-5", "gpt-5.5"))


OPEN = (
    HEAD + 'def ask(text: str, effort: str = "low"):\n    return ' + ONE.replace("{{", "{").replace("}}", "}")
)


def test_what_no_type_says_is_told() -> None:
    done = migrated(OPEN, map={"gpt-5": "flagship"})
    assert done.after == done.before.replace('"gpt-5"', '"gpt-5.5"')
    assert ["callers may give 'minimal'" in one.message for one in done.findings("GPT55-P05")] == [True]


def test_nothing_is_told_of_what_the_program_gives() -> None:
    sent = SENT.format(model='"gpt-5"', effort="'low'").replace("{{", "{").replace("}}", "}")
    assert not migrated(HEAD + "def ask(text: str):\n    return " + sent).findings("GPT55-P05")
