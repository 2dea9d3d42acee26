"""Records that another program reads, and clients that are registered beside an id."""

from __future__ import annotations

import pytest

from tests.decided import all_migrated as migrated

HELD = {
    "a data class": """
from dataclasses import dataclass

@dataclass
class Spec:
    llm_model: str = "gpt-4o"
    llm_temperature: float = 0.2
""",
    "a model of pydantic": """
from pydantic import BaseModel, Field

class Spec(BaseModel):
    chat_model: str = Field("gpt-4o")
    temperature_default: float = Field(default=0.7, ge=0)
""",
    "a dict that is handed back": """
DEFAULTS = {"model_name": "gpt-4o", "model_temperature": 0.3}

def settings():
    return dict(DEFAULTS)
""",
    "parameters that fill a dict": """
def node(kind, model="gpt-4o", temperature=0.5):
    return {"kind": kind, "data": {"model": model, "temperature": temperature}}
""",
    "attributes": """
class Profile:
    def __init__(self, openai_model="gpt-4o", openai_top_p=0.9):
        self.openai_model = openai_model
        self.openai_top_p = openai_top_p
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
MOVED = {
    "a temperature that is accepted": """
from dataclasses import dataclass

@dataclass
class Spec:
    llm_model: str = "gpt-4o"
    llm_temperature: float = 1.0
""",
    "nothing that is given": """
from pydantic import BaseModel, Field

class Spec(BaseModel):
    model: str = Field("gpt-4o")
    temperature: float | None = None
    top_p: float | None = Field(default=None)
""",
    "names of other things": """
from dataclasses import dataclass

@dataclass
class Spec:
    model: str = "gpt-4o"
    stop_after: int = 3
    max_output_tokens: int = 900
    body_temperature_text: str = "normal"
""",
    "a local name of a method": """
class Spec:
    model: str = "gpt-4o"

    def shown(self):
        temperature = 0.3
        return temperature
""",
    "a request of the program that reads it": """
from dataclasses import dataclass
from openai import OpenAI

@dataclass
class Spec:
    llm_model: str = "gpt-4o"
    llm_temperature: float = 0.2

def ask(spec: Spec, messages):
    return OpenAI().chat.completions.create(
        model=spec.llm_model, messages=messages, temperature=spec.llm_temperature
    )

ask(Spec(), [])
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
def test_an_id_waits_whose_record_another_program_reads_with_what_is_refused(code: str) -> None:
    found = migrated(code)

    assert found.after == found.before
    assert [one.reason for one in found.inventory.references] == ["dynamic"]


@pytest.mark.parametrize("code", MOVED.values(), ids=MOVED.keys())
def test_an_id_moves_whose_record_holds_nothing_that_is_refused(code: str) -> None:
    assert '"gpt-5.5-instant"' in migrated(code).after


@pytest.mark.parametrize("code", REGISTERED.values(), ids=REGISTERED.keys())
def test_an_id_waits_that_a_function_registers_with_an_azure_client(code: str) -> None:
    found = migrated(BOX + code)

    assert found.after == found.before
    assert [one.reason for one in found.inventory.references] == ["azure-deployment"]


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
    assert [one.reason for one in found.inventory.references] == ["other-vendor-endpoint"]


@pytest.mark.parametrize("more", ["", "    BOX.register(OpenAI, lambda: OpenAI(max_retries=5))\n"])
def test_an_id_moves_that_a_function_registers_alone_or_with_this_vendors(more: str) -> None:
    code = f"{BOX}\ndef setup(model='gpt-4o'):\n{more}    set_model(model)\n"

    assert "gpt-5.5-instant" in migrated(code).after
