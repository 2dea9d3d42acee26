"""What a program says of a default that moves: moved along beside it, listed elsewhere, else left."""

from __future__ import annotations

import pytest

from tests.decided import migrated

ASK = """
from openai import OpenAI

def ask(text, model="gpt-4o-mini"):
    messages = [{"role": "user", "content": text}]
    return OpenAI().chat.completions.create(model=model, messages=messages)
"""


def told(code: str) -> list[str]:
    return [one.message for one in migrated(code).inventory.findings if one.rule == "GPT55-D006"]


@pytest.mark.parametrize(
    "text", ['print("Default model: gpt-4o-mini")', 'HELP = "gpt-4o-mini is used by default"']
)
def test_a_text_elsewhere_that_names_the_old_default_is_listed(text: str) -> None:
    [message] = told(ASK + text + "\n")
    assert message == "app.py:6 speak of the default gpt-4o-mini, replaced at app.py:3"


@pytest.mark.parametrize(
    "text",
    ['print("gpt-4o-mini is cheap")', 'print("Default model: gpt-5.5-mini")', "# default: gpt-4o-mini"],
)
def test_other_texts_are_not(text: str) -> None:
    assert told(ASK + text + "\n") == []


def test_nothing_is_listed_while_the_default_stays() -> None:
    code = ASK.replace("messages=messages)", "messages=messages, **more)") + 'print("Default: gpt-4o-mini")\n'
    assert told(code.replace("def ask(text, ", "def ask(text, more, ")) == []


def test_what_an_annotation_says_of_a_default_moves_with_it() -> None:
    option = (
        'model: Annotated[str, Option("--model", help="the model (default: gpt-4o-mini)")] = "gpt-4o-mini"'
    )
    found = migrated(ASK.replace('model="gpt-4o-mini"', option).replace("text,", "text, *,"))
    assert 'help="the model (default: gpt-5.5-mini)")] = "gpt-5.5-mini"' in found.after
    assert told(found.before) == []
