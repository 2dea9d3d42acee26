"""Lists of ids that belong to another program or vendor gain none; lists that look the same gain theirs."""

from __future__ import annotations

import pytest

from tests.decided import all_migrated as migrated

CLI = """
import subprocess


class {name}:
    models: list[str] = ["claude-sonnet-4", "gpt-4o", "gpt-4.1"]

    def run(self, text, model):
        if model not in self.models:
            raise ValueError(model)
        return subprocess.run(["agent", "--model", model, "-p", text], check=True)
"""
POSTED = """
import httpx

URL = "{url}"
MODELS = ["gpt-4o", "gpt-4.1"]


class Backend:
    def __init__(self, token):
        self.client = httpx.Client(base_url=URL, headers={{"Authorization": f"Bearer {{token}}"}})

    def ask(self, text, model):
        if model not in MODELS:
            raise ValueError(model)
        return self.client.post("/responses", json={{"model": model, "input": text}}).json()
"""
RECORD = """
from dataclasses import dataclass


@dataclass
class Profile:
    name: str
    base_url: str
    models: tuple = ()


ONE = Profile(name="one", base_url="{url}", models=("gpt-4o", "gpt-4.1"))
"""
ROWS = """
PROFILES = [
    {{"name": "openai", "base_url": "https://api.openai.com/v1", "models": ["o1", "o3"]}},
    {{"name": "one", "base_url": "{url}", "models": ["gpt-4o", "gpt-4.1"]}},
]
"""
TYPED = """
from typing import Literal

from openai import OpenAI


class Service:
    base_url = "{url}"

    def __init__(self, model: Literal["gpt-4o", "llama-3"] = "llama-3"):
        self.model = model
        self.client = OpenAI(base_url=self.base_url)

    def ask(self, text):
        return self.client.chat.completions.create(model=self.model, messages=[{{"role": "user", "content": text}}])
"""
NAMED = """
SETTINGS = {{"{name}": {{"models": ["gpt-4o", "gpt-4.1"], "retries": 2}}}}
"""
SENT = """
from openai import OpenAI

MODELS = ["gpt-4o", "gpt-4.1"]


class CodexHelper:
    def ask(self, text, model):
        if model not in MODELS:
            raise ValueError(model)
        return OpenAI().chat.completions.create(model=model, messages=[{"role": "user", "content": text}])
"""
OTHERS = {
    "a class": CLI.format(name="CopilotSettings"),
    "requests": POSTED.format(url="https://chatgpt.com/backend-api/codex"),
    "a record": RECORD.format(url="https://api.gmi-x.com/v1"),
    "one of several records": ROWS.format(url="https://api.gmi-x.com/v1"),
    "a type": TYPED.format(url="https://gateway.flow-works.dev/v1"),
    "a key": NAMED.format(name="copilot"),
    "a name of its own, and an id that says openai": 'COPILOT = {"openai/gpt-4o": "gpt-4o", "openai/gpt-4.1": "gpt-4.1"}',
    "a name of its own": SENT.replace("MODELS", "COPILOT_MODELS"),
}
OWN = {
    "a class": CLI.format(name="AgentSettings"),
    "requests": POSTED.format(url="https://api.openai.com/v1"),
    "a record": RECORD.format(url="https://api.openai.com/v1"),
    "one of several records": ROWS.format(url="https://api.openai.com/v1"),
    "a type": TYPED.format(url="https://api.openai.com/v1"),
    "a key": NAMED.format(name="openai"),
    "requests of what is named after another": SENT,
}


@pytest.mark.parametrize("code", OTHERS)
def test_what_another_offers_is_its_own(code: str) -> None:
    done = migrated(OTHERS[code])
    assert done.after == done.before
    found = {one.reason for one in done.inventory.references}
    assert found == {"other-vendor-endpoint"}


@pytest.mark.parametrize("code", OWN)
def test_what_this_vendor_offers_gains_the_new_id(code: str) -> None:
    assert '"gpt-4o", "gpt-5.5-instant"' in migrated(OWN[code], "gpt-4o").after


@pytest.mark.parametrize("url", ["https://api.gmi-x.com/v1", "https://api.openai.com/v1"])
def test_a_default_in_the_same_call_as_an_address_goes_there(url: str) -> None:
    code = RECORD.replace("models: tuple = ()", "default_model: str").replace(
        'models=("gpt-4o", "gpt-4.1")', 'default_model="gpt-4o"'
    )
    done = migrated(code.format(url=url))
    assert ("gpt-5.5" in done.after) == ("openai" in url)
