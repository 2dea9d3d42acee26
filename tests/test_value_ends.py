"""Where the value of an id ends: in a library without a rule beside what is refused, or where it only says something."""

from __future__ import annotations

import pytest

from tests.decided import CALLS, all_migrated, migrated

IMPORTED = "from office import Agent, Builder, Chat, ModelSettings, Provider, complete\n\n\n"
GIVEN = {
    "by place": """
def build(warmth=0.7):
    return Provider("openai/gpt-4o", temperature=warmth)
""",
    "a method of what is made": """
class Desk:
    def __init__(self, model="gpt-4o"):
        self.chat = Chat(model)

    def ask(self, text):
        return self.chat.complete(text, temperature=0.2)
""",
    "a mapping that is spread": """
CONFIG = {"model": "openai/gpt-4o", "stop": ["END"]}


def build(name):
    return Agent(name, **CONFIG)
""",
    "a partial": """
from functools import partial

make = partial(Chat, "openai/gpt-4o", temperature=0.3)
""",
    "an option of a command line": """
import argparse


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="openai/gpt-4o")
    given = parser.parse_args()
    return Provider(given.model, temperature=0.7)
""",
}
FIGURES = """
RATES = {
    "claude-sonnet-4": {"in": 3.00, "out": 15.00},
    "gpt-4o": {"in": 2.50, "out": 10.00},
    "gpt-4o-mini": {"in": 0.15, "out": 0.60},
}
"""
STATED = {
    "what another program probably used": FIGURES
    + """
def assumed(tool):
    return "claude-sonnet-4" if "claude" in tool else "gpt-4o-mini"


def cost(tool, tokens):
    return tokens * RATES[assumed(tool)]["in"]
""",
    "what answered": """
import json


def note(kind, model):
    with open("events.jsonl", "a") as file:
        file.write(json.dumps({"kind": kind, "model": model}) + "\\n")


def finish(result):
    note("done", result.get("model", "gpt-4o-mini"))
""",
    "what is counted": """
WINDOWS = {
    "gpt-4o": 128_000,
    "gpt-4o-mini": 128_000,
}


def room(text, model="gpt-4o-mini"):
    return WINDOWS.get(model, 8000) - len(text) // 4


def fits(text):
    return room(text) > 0
""",
}
STATED["what is counted and kept beside it"] = (
    FIGURES
    + """
def assumed(tool):
    return "claude-sonnet-4" if "claude" in tool else "gpt-4o-mini"


class Tracker:
    def __init__(self):
        self.rows = []

    def add(self, tool, tokens, model=None):
        name = model or assumed(tool)
        cost = tokens * RATES[name]["in"]
        row = {"model": name, "cost": cost}
        self.rows.append(row)
        return row


def run(tool):
    tracker = Tracker()
    row = tracker.add(tool, 10)
    print(row["cost"])
"""
)
KEPT = {
    "an attribute that others see": """
class Desk:
    def __init__(self, model="gpt-4o-mini"):
        self.model = model
        print("desk with", model)
""",
    "what is handed to callers outside": """
def chosen(name=None):
    return name or "gpt-4o-mini"
""",
    "a file that is written for others": """
import json


def begin(path, model="gpt-4o-mini"):
    with open(path, "w") as file:
        file.write(json.dumps({"model": model, "theme": "dark"}))


def again(path, model="gpt-4o-mini"):
    with open(path, "w") as file:
        json.dump({"model": model, "theme": "dark"}, file)
""",
    "a text that is sent": """
import json
import urllib.request


def ask(address, model="gpt-4o-mini"):
    body = json.dumps({"name": model}).encode()
    return urllib.request.urlopen(address, body)
""",
}


@pytest.mark.parametrize("code", GIVEN.values(), ids=GIVEN)
def test_an_id_is_recommended_that_a_library_gets_without_a_rule(code: str) -> None:
    found = migrated(IMPORTED + code)
    assert found.after == found.before
    assert "what is called there is not known" in str(found.inventory.references)


@pytest.mark.parametrize("code", STATED.values(), ids=STATED)
def test_an_id_is_recommended_that_only_says_what_another_used(code: str) -> None:
    found = migrated(code)
    assert not [edit for edit in found.inventory.edits if edit.selected and edit.rule == "GPT55-M001"]


@pytest.mark.parametrize("code", STATED.values(), ids=STATED)
def test_it_moves_with_what_is_called_by_this_name_here(code: str) -> None:
    after = migrated(code, "gpt-4o-mini").after
    assert "ask(text, 'gpt-5.5-mini')" in after
    assert "gpt-5.5-mini" in after[: after.index("from openai")]


@pytest.mark.parametrize("code", KEPT.values(), ids=KEPT)
def test_it_moves_where_others_may_send_it(code: str) -> None:
    assert "gpt-5.5-mini" in all_migrated(code).after


def test_a_library_that_another_call_is_sent_by_does_not_hold_what_a_known_call_takes() -> None:
    code = CALLS + (
        "\n\nfrom office import Chat\n\n\ndef either(text, model='gpt-4o', local=False):\n"
        "    if local:\n        return Chat(model, temperature=0.2)\n    return ask(text, model)\n"
    )
    assert "model='gpt-5.5-instant'" in all_migrated(code).after


RUN = """
import argparse
import os
import subprocess
from dataclasses import dataclass


@dataclass
class Options:
    fixer_model: str = "gpt-4o"

    @classmethod
    def of(cls, data):
        return cls(fixer_model=str(data.get("fixer_model") or "gpt-4o"))


def fix(prompt, model):
    return subprocess.run(["fixer", "--model", model], input=prompt, capture_output=True).stdout


def fixer(*, model="gpt-4o"):
    return lambda prompt: fix(prompt, model)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fixer-model", default="gpt-4o")
    given = parser.parse_args()
    fix("a", given.fixer_model)
    fix("b", Options(fixer_model=given.fixer_model).fixer_model)
    fix("c", Options.of({}).fixer_model)
    fixer()("d")


def shell(path, model=(os.getenv("FIX_MODEL") or "gpt-4o").strip()):
    os.system(f"fixer --model {model} {path}")
"""


def test_what_the_command_line_of_another_program_is_given_is_recommended() -> None:
    found = migrated(RUN)
    assert found.after == found.before
    assert all_migrated(RUN).after.count("gpt-5.5-instant") == 5


OFFERED = """
import streamlit as st
from office import Chat

model = st.selectbox("Model", ["gpt-4o", "gpt-4o-mini"], index=0)
chat = Chat(model, temperature=0.3)
"""


def test_what_such_a_library_gets_of_a_choice_is_not_offered() -> None:
    assert '["gpt-4o", "gpt-4o-mini"]' in migrated(OFFERED, "gpt-4o").after
    assert '["gpt-4o", "gpt-5.5-instant",' in all_migrated(OFFERED, "gpt-4o").after


def test_it_moves_where_it_goes_elsewhere_as_well() -> None:
    code = """
import subprocess

from office import Chat

MODELS = {"openai": "gpt-4o", "ollama": "llama3"}


def build(provider):
    model = MODELS[provider]
    if provider == "ollama":
        subprocess.run(["ollama", "pull", model], check=True)
    return Chat(model)
"""
    assert '"openai": "gpt-5.5-instant"' in all_migrated(code).after


def test_what_stands_in_the_arm_of_another_program_is_for_that() -> None:
    code = """
def settings(provider, model=None):
    return {"llm": {"provider": provider, "model": model or ("gpt-4o" if provider == "codex" else None)}}
"""
    found = all_migrated(code)
    assert found.after == found.before
    assert "gpt-5.5-instant" in all_migrated(code.replace("codex", "openai")).after
    assert "gpt-5.5-instant" in all_migrated(code.replace('== "codex"', 'in ("openai", "codex")')).after


FOUND = """
from openai import OpenAI


class Offer:
    def __init__(self, name, cap):
        self.name, self.cap = name, cap


OFFERS = [Offer("gpt-4o", 16384), Offer("gpt-4o-mini", 16384)]
MODEL = "gpt-4o"


def found(name):
    for offer in OFFERS:
        if offer.name == name:
            return offer
    raise KeyError(name)


def ask(text):
    return OpenAI().chat.completions.create(model=found(MODEL).name, messages=text)
"""


def test_an_id_that_finds_a_record_and_is_said_in_an_error_is_no_record_itself() -> None:
    assert 'MODEL = "gpt-5.5-instant"' in migrated(FOUND, unproven=True).after
