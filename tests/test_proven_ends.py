"""Ends that stand against no id: what is shown, looked up in a library's table, taken apart, or refused anyway."""

from __future__ import annotations

import pytest

from tests.decided import migrated

SENT = """
from inspect_ai.model import get_model


def ask(text, model):
    return get_model(model).generate(text)
"""
WRITTEN = {
    "a library that suits what it sends to the model": """
def asked(text, model="openai/gpt-4o"):
    return ask(text, model)
""",
    "a panel that is shown": """
from rich.panel import Panel


def show(text, model="openai/gpt-4o"):
    print(Panel(f"asking {model}"))
    return ask(text, model)
""",
    "a row of a table that is shown": """
from rich.table import Table


def show(text, model="openai/gpt-4o"):
    table = Table()
    table.add_row("model", model)
    return ask(text, model)
""",
    "a record of a request that is printed": """
import json


def show(text, model="openai/gpt-4o"):
    print(json.dumps({"model": model, "messages": text}))
    return ask(text, model)
""",
    "a library's table": """
from litellm import model_cost


def room(model):
    return model_cost.get(model, {}).get("max_input_tokens", 8192)


def bounded(text, model="openai/gpt-4o"):
    return ask(text[: room(model.split("/")[-1])], model)
""",
    "its parts": """
def bare(text, name="openai/gpt-4o"):
    vendor, model = name.split("/", 1)
    print(vendor)
    return ask(text, f"{vendor}/{model}")
""",
    "a text that is filled": """
def named(text, model="openai/gpt-4o"):
    print("{}: {}".format("asking", model))
    print("/".join(["openai", model]))
    return ask(text, model)
""",
    "a test whether there is one": """
def some(text, model="openai/gpt-4o"):
    assert model, "which model?"
    if not model:
        raise ValueError("which model?")
    return ask(text, model)
""",
    "attributes that are set together": """
class Desk:
    def __init__(self, model="openai/gpt-4o", room=100):
        self.model, self.room = model, room

    def go(self, text):
        return ask(text[: self.room], self.model)
""",
    "another vendor's arm": """
import anthropic


def either(text, model="openai/gpt-4o", vendor="openai"):
    if vendor == "openai":
        return ask(text, model)
    return anthropic.Anthropic().messages.create(model=model, max_tokens=99, messages=[text])
""",
    "a row of its own": """
STYLES = {"openai/gpt-4o": {"style": "short"}, "openai/gpt-4.1": {"style": "long"}}


def styled(text, model="openai/gpt-4o"):
    return ask(STYLES[model]["style"] + text, model)
""",
}


@pytest.mark.parametrize("code", WRITTEN.values(), ids=WRITTEN)
def test_an_id_is_written_whose_other_ends_are_known(code: str) -> None:
    found = migrated(SENT + code, map={"gpt-4o": "flagship"})
    assert "gpt-5.5" in found.after
    assert not [one for one in found.inventory.references if one.reason == "unproven"]


RECOMMENDED = {
    "a record of a request that is sent": """
import json
import socket


def show(text, model="openai/gpt-4o"):
    socket.create_connection(("desk", 9)).sendall(json.dumps({"model": model, "messages": text}).encode())
    return ask(text, model)
""",
    "a library of which nothing is known": """
from office import Panel


def show(text, model="openai/gpt-4o"):
    Panel(model)
    return ask(text, model)
""",
    "a table of which not all rows are seen": """
import office

STYLES = {"openai/gpt-4o": office.style(), "openai/gpt-4.1": {"style": "long"}}


def styled(text, model="openai/gpt-4o"):
    return STYLES[model], ask(text, model)
""",
    "parts that are handed to others": """
import office


def bare(text, name="openai/gpt-4o"):
    vendor, rest = name.split("/", 1)
    office.use(vendor, rest)
    return ask(text, "/".join([vendor, rest]))
""",
}


@pytest.mark.parametrize("code", RECOMMENDED.values(), ids=RECOMMENDED)
def test_an_id_is_recommended_that_goes_elsewhere_as_well(code: str) -> None:
    found = migrated(SENT + code, map={"gpt-4o": "flagship"})
    assert found.after == found.before
    told = [one for one in found.inventory.references if one.action != "leave"]
    assert {one.reason for one in told} <= {"unproven", "dynamic", "must-move-together"}


SENT_BY_WAY = {
    "a choice that is shown first": """
import gradio as gr
from openai import OpenAI


def answer(question, model):
    return OpenAI().chat.completions.create(model=model, messages=[question])


shown = gr.Dropdown(["gpt-4o", "gpt-4.1"], value="gpt-4o")
gr.Interface(answer, ["text", shown], "text").launch()
""",
    "a name that finds what is sent": """
from openai import OpenAI

ROWS = {"gpt-4o": {"model": "gpt-4o", "user": "desk"}, "gpt-4.1": {"model": "gpt-4.1"}}


def found(text, name="gpt-4o"):
    return OpenAI().chat.completions.create(messages=[text], **ROWS[name])
""",
    "what is said of the call that was made": """
from openai import OpenAI


def said(page):
    answer = OpenAI().chat.completions.create(model="gpt-4o", messages=[page])
    return {"text": answer.choices[0].message.content, "model": "gpt-4o"}
""",
}


@pytest.mark.parametrize("code", SENT_BY_WAY.values(), ids=SENT_BY_WAY)
def test_an_id_is_written_by_which_a_request_gets_its_model(code: str) -> None:
    found = migrated(code, map={"gpt-4o": "flagship"})
    assert '"gpt-5.5"' in found.after
    assert not [one for one in found.inventory.references if one.reason == "unproven"]


ASIDE = {
    "a name that finds what is not sent": """
from openai import OpenAI

ROWS = {"gpt-4o": {"style": "short"}, "gpt-4.1": {"style": "long"}}


def style(name="gpt-4o"):
    return ROWS[name]["style"]


def ask(text):
    return OpenAI().chat.completions.create(model="gpt-4.1", messages=[style() + text])
""",
    "a name in a prompt": """
from openai import OpenAI


def ask(text, name="gpt-4o"):
    said = [{"role": "user", "content": f"Answer as {name} would: {text}"}]
    return OpenAI().chat.completions.create(model="gpt-4.1", messages=said)
""",
}


@pytest.mark.parametrize("code", ASIDE.values(), ids=ASIDE)
def test_a_name_is_recommended_that_no_request_is_sent(code: str) -> None:
    found = migrated(code, map={"gpt-4o": "flagship"})
    assert 'name="gpt-4o"' in found.after


ASKED_FOR = """
import argparse

from openai import OpenAI


class Runner:
    def __init__(self, small=True):
        self.model = "gpt-4o-mini" if small else "gpt-4"

    def ask(self, text):
        return OpenAI().chat.completions.create(model=self.model, messages=[text])


parser = argparse.ArgumentParser()
parser.add_argument("--model", default="gpt-4o-mini")
chosen = parser.parse_args().model
print(chosen)
print(Runner({small}).ask("hello"))
"""


@pytest.mark.parametrize(
    ("small", "moves"), [('chosen == "gpt-4o-mini"', False), ('chosen != "gpt-4"', True), ("True", True)]
)
def test_a_value_that_is_made_of_the_old_id_keeps_it(small: str, moves: bool) -> None:
    code = ASKED_FOR.replace("{small}", small)
    assert ('"gpt-5.5-mini" if small' in migrated(code).after) is moves
