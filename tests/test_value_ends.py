"""Where the value of an id ends: in a library without a rule beside what is refused, or where it only says something."""

from __future__ import annotations

import pytest

from tests.decided import CALLS, all_migrated, migrated

IMPORTED = "from office import Agent, Builder, Chat, ModelSettings, Provider, complete\n\n\n"
BESIDE = {
    "by place": """
def build(warmth=0.7):
    return Provider("openai/gpt-4o", temperature=warmth)
""",
    "of a function": """
def ask(text, model="gpt-4o"):
    return complete(text, model, max_tokens=100)
""",
    "in the chain": """
def build(name, warmth=0.7):
    return Builder(name).with_model("openai/gpt-4o").with_provider(Provider, temperature=warmth).build()
""",
    "before it in the chain": """
def build(name):
    return Builder(name, top_p=0.3).with_model("openai/gpt-4o").build()
""",
    "an attribute of what is made": """
def build(warmth):
    chat = Chat("gpt-4o")
    chat.temperature = warmth
    return chat
""",
    "a method of what is made": """
class Desk:
    def __init__(self, model="gpt-4o"):
        self.chat = Chat(model)

    def ask(self, text):
        return self.chat.complete(text, temperature=0.2)
""",
    "settings": """
def build(name):
    return Agent(name, "openai/gpt-4o", settings=ModelSettings(temperature=0.3))
""",
    "one mapping of both": """
CONFIG = {"model": "openai/gpt-4o", "temperature": 0.3}


def build(name):
    return Agent(name, llm_config=CONFIG)
""",
    "a mapping that is spread": """
CONFIG = {"model": "openai/gpt-4o", "stop": ["END"]}


def build(name):
    return Agent(name, **CONFIG)
""",
    "a getter's default": """
def build(config):
    return Provider(config.get("model", "openai/gpt-4o"), temperature=config.get("temperature", 0.7))
""",
    "a method that is named after it": """
def build(name):
    made = Builder(name)
    made = made.with_model("openai/gpt-4o")
    made = made.with_temperature(0.3)
    return made.build()
""",
    "the class above": """
class Desk(Chat):
    def __init__(self, name):
        super().__init__(model="openai/gpt-4o", temperature=0.2)
        self.name = name
""",
    "a partial": """
from functools import partial

make = partial(Chat, "openai/gpt-4o", temperature=0.3)
""",
    "attributes of settings": """
import office

office.settings.model = "openai/gpt-4o"
office.settings.temperature = 0.1
""",
    "put into what is spread": """
def build(model="openai/gpt-4o", **given):
    given.setdefault("temperature", 0.2)
    return Chat(model, **given)
""",
    "a call without a rule in a package of which rules speak": """
from langchain_community.chat_models import ChatLiteLLM


def build():
    return ChatLiteLLM(model="openai/gpt-4o", temperature=0)
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
ALONE = {
    "nothing beside it": """
def build(name):
    return Builder(name).with_model("openai/gpt-4o").with_provider(Provider).build()
""",
    "what every model takes": """
def build():
    return Provider("openai/gpt-4o", temperature=1)
""",
    "another object's": """
def build():
    other = Chat("local")
    other.temperature = 0.2
    return Provider("openai/gpt-4o"), other
""",
    "a count that is no setting": """
def build():
    return Agent("openai/gpt-4o", splitter=Builder(max_tokens=512))
""",
    "a record of the program's own": """
from pydantic import BaseModel


class Desk(BaseModel):
    model: str
    temperature: float = 1

    def __init__(self, **given):
        super().__init__(model="openai/gpt-4o", temperature=1, **given)
""",
    "attributes of another object": """
import office

office.settings.model = "openai/gpt-4o"
office.local.temperature = 0.1
""",
    "a library that suits what it sends to the model": """
from inspect_ai.model import GenerateConfig, get_model


def build():
    return get_model("openai/gpt-4o", config=GenerateConfig(temperature=0.0))
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


@pytest.mark.parametrize("code", BESIDE.values(), ids=BESIDE)
def test_an_id_waits_that_a_library_gets_beside_what_is_refused(code: str) -> None:
    found = all_migrated(IMPORTED + code)
    assert found.after == found.before
    told = [one for one in found.inventory.references if one.action == "review"]
    assert [one.reason for one in told] == ["dynamic"]
    assert "app.py:" in told[0].detail


@pytest.mark.parametrize("code", ALONE.values(), ids=ALONE)
def test_an_id_moves_that_a_library_gets_without(code: str) -> None:
    assert "gpt-5.5" in all_migrated(IMPORTED + code).after


@pytest.mark.parametrize("code", STATED.values(), ids=STATED)
def test_an_id_waits_that_only_says_what_another_used(code: str) -> None:
    found = all_migrated(code)
    moved = [edit for edit in found.inventory.edits if edit.selected and edit.rule == "GPT55-M001"]
    assert not moved
    assert "what is called by this name does not move here" in str(found.inventory.references)


@pytest.mark.parametrize("code", STATED.values(), ids=STATED)
def test_it_moves_with_what_is_called_by_this_name_here(code: str) -> None:
    after = all_migrated(code, "gpt-4o-mini").after
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


def test_what_one_command_line_is_given_moves_together() -> None:
    after = all_migrated(RUN).after
    assert '"gpt-4o"' not in after
    assert after.count("gpt-5.5-instant") == 5


def test_it_waits_together_where_one_of_it_stays() -> None:
    code = RUN.replace('model="gpt-4o"):', 'claude_model="gpt-4o"):').replace(
        "prompt, model)\n\n\ndef m", "prompt, claude_model)\n\n\ndef m"
    )
    after = all_migrated(code).after
    assert after.count('"gpt-4o"') == 4
    assert '(os.getenv("FIX_MODEL") or "gpt-5.5-instant").strip()' in after


def test_it_waits_where_the_program_is_another_vendors() -> None:
    found = all_migrated(
        RUN.replace('["fixer"', '["/usr/bin/codex"').replace("fixer --model {", "codex -m {")
    )
    assert found.after == found.before
    told = {(one.reason, one.detail) for one in found.inventory.references}
    assert {reason for reason, _ in told} == {"other-vendor-endpoint"}
    assert all("codex is another vendor's" in detail for _, detail in told)


OFFERED = """
import streamlit as st
from office import Chat

model = st.selectbox("Model", ["gpt-4o", "gpt-4o-mini"], index=0)
chat = Chat(model, temperature=0.3)
"""


def test_what_such_a_library_gets_of_a_choice_is_not_offered() -> None:
    found = all_migrated(OFFERED, "gpt-4o")
    assert "index=0" in found.after
    assert '"gpt-5.5' not in found.after
    assert "is not known; it is given temperature" in str(found.inventory.references)
    assert (
        '["gpt-4o", "gpt-5.5-instant",'
        in all_migrated(OFFERED.replace(", temperature=0.3", ""), "gpt-4o").after
    )


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
