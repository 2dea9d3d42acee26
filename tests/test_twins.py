"""Ids that say one thing in two places move together and alike, or wait together."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.settings import Settings
from tests.decided import all_migrated, migrated, spend

SCHEMA = """
DEFAULTS = {"openai": "gpt-4o-mini", "anthropic": "claude-haiku-4-5", "ollama": "gemma3:12b"}

def schema():
    return [
        {"key": "llm_provider", "default": "openai"},
        {"key": "llm_model", "default": "gpt-4o-mini", "from": {"field": "llm_provider", "map": DEFAULTS}},
    ]
"""
MAPS = """
from openai import OpenAI

PROVIDERS = {
    "openai": {"label": "OpenAI", "default_model": "gpt-4o-mini"},
    "ollama": {"label": "Ollama", "default_model": "llama3.1:8b"},
}
CHAT = {"openai": "gpt-4o-mini", "ollama": "llama3.1:8b"}

def ask(messages):
    return OpenAI().chat.completions.create(model=CHAT["openai"], messages=messages*MORE*)
"""
ATTRIBUTE = """
class Chat:
    def __init__(self, model=None):
        self.model = model or "gpt-4o"

    def reset(self):
        self.model = "gpt-4o"
"""


@pytest.mark.parametrize("code", [SCHEMA, MAPS.replace("*MORE*", ""), ATTRIBUTE])
def test_twins_move_alike(code: str) -> None:
    found = all_migrated(code)
    moved = {one.replacement for one in found.inventory.references if one.selected}
    assert len(moved) == 1
    assert "gpt-4o" not in found.after


def test_twins_wait_together() -> None:
    found = all_migrated(MAPS.replace("*MORE*", ", prediction={'type': 'content', 'content': 'x'}"))
    assert found.after == found.before
    assert {one.reason for one in found.inventory.references} == {"capability-lost"}


def test_records_of_one_form_are_no_twins() -> None:
    code = """
from openai import OpenAI

FIRST = {"name": "first", "model": "gpt-4o-mini", "prompt": "a"}
SECOND = {"name": "second", "model": "gpt-4o-mini", "prompt": "b"}

def ask(messages):
    return OpenAI().chat.completions.create(
        model=FIRST["model"], messages=messages, prediction={"type": "content", "content": "x"}
    )

def other(messages):
    return OpenAI().chat.completions.create(model=SECOND["model"], messages=messages)
"""
    assert migrated(code).after.count("gpt-4o-mini") == 1


def test_the_default_of_a_setting_that_is_no_models_stays() -> None:
    code = 'FIELDS = [{"key": "title", "default": "gpt-4o"}, {"key": "tone", "default": "warm"}]\n'
    found = migrated(code)
    assert found.after == found.before


TRACKED = """
from openai import OpenAI

TRACKED = {"gpt-4o-mini", "gpt-4o", "claude-sonnet-4"}
HOW = {}

class Judge:
    name = "openai"

    def __init__(self, model="gpt-4o-mini"):
        self.model = model

    def judge(self, messages):
        return OpenAI().chat.completions.create(model=self.model, messages=messages)

def run(judge, load):
    judge_model = load(getattr(judge, "model", judge.name)) if judge else ""
    if judge_model in TRACKED:
        HOW[judge_model] = 1
    else:
        HOW["other"] = 2
"""


@pytest.mark.parametrize("work", [1, 100, None])
def test_a_collection_that_a_default_is_looked_up_in_gains_the_new_id(
    work: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(monkeypatch, work)
    found = migrated(TRACKED, unproven=work == 1)
    assert 'TRACKED = {"gpt-4o-mini", "gpt-5.5-mini", "gpt-4o", "claude-sonnet-4"}' in found.after
    assert 'model="gpt-5.5-mini"' in found.after


ASKED = """
import os
from openai import OpenAI

def ask(messages):
    name = os.getenv("DESK_MODEL", "gpt-4o-mini")
    return OpenAI().chat.completions.create(model=name, messages=messages)
"""
SHOWN = """
import os

def show():
    name = os.getenv("DESK_MODEL", "gpt-4o-mini")
    SHOWN
"""


def beside(shown: str, **files: str) -> dict[str, str]:
    """Two modules of a package that read one variable, migrated."""
    given = {"desk/__init__.py": "", "desk/ask.py": ASKED, "desk/show.py": shown, **files}
    return {
        path: data.decode()
        for path, data in pipeline.migrate({k: v.encode() for k, v in given.items()}, Settings())[1].items()
    }


@pytest.mark.parametrize("shown", ["print(name)", 'return {"model": name}', "return ask(name)"])
def test_what_says_the_default_of_a_variable_moves_with_what_is_sent(shown: str) -> None:
    after = beside(SHOWN.replace("SHOWN", shown))
    moved = shown != "return ask(name)"
    assert ('"gpt-5.5-mini"' in after["desk/ask.py"]) == moved
    assert ('"gpt-5.5-mini"' in after["desk/show.py"]) == moved


def test_the_default_of_another_variable_is_another_decision() -> None:
    shown = SHOWN.replace("SHOWN", "return ask(name)").replace("DESK_MODEL", "CHAIR_MODEL")
    after = beside(shown)
    assert '"gpt-5.5-mini"' in after["desk/ask.py"]
    assert after["desk/show.py"] == shown


def test_one_that_must_stay_keeps_the_others_of_its_variable() -> None:
    refused = ASKED.replace("messages=messages", "messages=messages, logprobs=True")
    read = refused.replace("return OpenAI()", "r = OpenAI()") + "    return r.choices[0].logprobs\n"
    after = beside(read)
    assert after["desk/ask.py"] == ASKED
    assert after["desk/show.py"] == read
