"""Records that another program reads, and clients that are registered beside an id."""

from __future__ import annotations

import pytest

from tests.decided import all_migrated, migrated

HELD = {
    "a data class": """
from dataclasses import dataclass

@dataclass
class Spec:
    llm_model: str = "gpt-4o"
    llm_temperature: float = 0.2
""",
    "a dict that is handed back": """
DEFAULTS = {"model_name": "gpt-4o", "model_temperature": 0.3}

def settings():
    return dict(DEFAULTS)
""",
    "a file": """
import json

def write(path):
    with open(path, "w") as file:
        json.dump({"assistant": {"model": "gpt-4o", "temperature": 0.2}}, file)
""",
    "the method of what callers give": """
class Writer:
    def __init__(self, backend, model="gpt-4o"):
        self.backend, self.model = backend, model

    def write(self, topic):
        return self.backend.complete(topic, model=self.model, temperature=0.7)
""",
}
BOX = """
from openai import OpenAI

class Box:
    def __init__(self):
        self.made = {}

    def register(self, kind, make):
        self.made[kind] = make

    def resolve(self, kind):
        return self.made[kind]()

class ModelName(str):
    pass

BOX = Box()
BOX.register(OpenAI, lambda: OpenAI())

def set_model(name):
    BOX.register(ModelName, lambda: ModelName(name))

def ask(text):
    return BOX.resolve(OpenAI).responses.create(model=BOX.resolve(ModelName), input=text)
"""
MADE = "AzureOpenAI(api_version='2025-04-01-preview', azure_endpoint=place)"
REGISTERED = {
    "made later": f"""
from openai import AzureOpenAI

def setup(place, model="gpt-4o"):
    BOX.register(OpenAI, lambda: {MADE})
    set_model(model)
""",
    "made by a class of its own": """
from openai import AzureOpenAI

class BuiltIn(AzureOpenAI):
    pass

def setup(place):
    BOX.register(OpenAI, lambda: BuiltIn(api_version="1", azure_endpoint=place))
    set_model("gpt-4o")
""",
    "handed on": """
from openai import AzureOpenAI

NAME = "gpt-4o"

def setup(model=None):
    BOX.register(OpenAI, AzureOpenAI)
    set_model(model or NAME)
""",
    "made by a function that is handed on": f"""
from openai import AzureOpenAI

def make(place="here"):
    return {MADE}

def setup(model="gpt-4o"):
    BOX.register(OpenAI, make)
    set_model(model)
""",
}


@pytest.mark.parametrize("code", HELD.values(), ids=HELD.keys())
def test_an_id_is_recommended_whose_record_another_program_reads(code: str) -> None:
    found = migrated(code)

    assert found.after == found.before
    assert "gpt-5.5-instant" in all_migrated(code).after


@pytest.mark.parametrize("code", REGISTERED.values(), ids=REGISTERED.keys())
def test_an_id_waits_that_a_function_registers_with_an_azure_client(code: str) -> None:
    found = migrated(BOX + code)

    assert found.after == found.before


def test_an_id_waits_that_a_function_registers_with_another_vendors_client() -> None:
    code = (
        BOX
        + """
def setup(model="gpt-4o"):
    BOX.register(OpenAI, lambda: OpenAI(base_url="https://models.example.org/v1"))
    set_model(model)
"""
    )

    found = migrated(code)

    assert found.after == found.before


@pytest.mark.parametrize("more", ["", "    BOX.register(OpenAI, lambda: OpenAI(max_retries=5))\n"])
def test_an_id_moves_that_a_function_registers_alone_or_with_this_vendors(more: str) -> None:
    code = f"{BOX}\ndef setup(model='gpt-4o'):\n{more}    set_model(model)\n"

    assert "gpt-5.5-instant" in all_migrated(code).after
