"""Ways of sending a request: what an object was made with, a router's list, bodies, models called in turn."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.decided import migrated


class Program(NamedTuple):
    """A module: what it says after its migration, what is gone, and a twin that stays as it is."""

    code: str
    says: tuple[str, ...]
    gone: tuple[str, ...]
    noop: str


PROGRAMS = {
    "a chat model that is bound": Program(
        "from langchain_openai import ChatOpenAI\nnotes = ChatOpenAI(model='gpt-4o')\n"
        "short = notes.bind(stop=['.'], max_tokens=90)\nshort.invoke('a note')",
        ("gpt-5.5-instant", "max_tokens=90"),
        ("stop=",),
        "from langchain_anthropic import ChatAnthropic\nnotes = ChatAnthropic(model='claude-sonnet-4-5')\n"
        "short = notes.bind(stop=['.'])",
    ),
    "a chat model that is bound twice": Program(
        "from langchain_openai import ChatOpenAI\nnotes = ChatOpenAI(model='gpt-4o')\n"
        "notes.bind_tools(made()).invoke('a note', presence_penalty=0.2)",
        ("gpt-5.5-instant",),
        ("presence_penalty",),
        "from langchain_openai import AzureChatOpenAI\nnotes = AzureChatOpenAI(azure_deployment='gpt-4o')\n"
        "notes.bind_tools(made()).invoke('a note', presence_penalty=0.2)",
    ),
    "an agent's run of a model object": Program(
        "from pydantic_ai import Agent, ModelSettings\nfrom pydantic_ai.models.openai import OpenAIChatModel\n"
        "clerk = Agent(OpenAIChatModel('gpt-4o'))\nclerk.run_sync('a letter', model_settings=ModelSettings(stop_sequences=['.']))",
        ("gpt-5.5-instant",),
        ("stop_sequences",),
        "from pydantic_ai import Agent, ModelSettings\nclerk = Agent('anthropic:claude-sonnet-4-5')\n"
        "clerk.run_sync('a letter', model_settings=ModelSettings(stop_sequences=['.']))",
    ),
    "a router's own name for a model": Program(
        "from litellm import Router\nrouter = Router(model_list=[\n"
        "    {'model_name': 'near', 'litellm_params': {'model': 'openai/gpt-4o'}},\n"
        "    {'model_name': 'far', 'litellm_params': {'model': 'anthropic/claude-sonnet-4-5'}}])\n"
        "router.completion(model='near', messages=[], temperature=0.3)\n"
        "router.completion(model='far', messages=[], temperature=0.9)",
        ("openai/gpt-5.5-instant", "temperature=0.9"),
        ("temperature=0.3",),
        "from litellm import Router\nrouter = Router(model_list=[\n"
        "    {'model_name': 'far', 'litellm_params': {'model': 'anthropic/claude-sonnet-4-5'}}])\n"
        "router.completion(model='far', messages=[], temperature=0.9)",
    ),
    "models that are called in turn": Program(
        "from openai import OpenAI\nfor model in ['gpt-4o', 'gpt-4o-mini']:\n"
        "    OpenAI().chat.completions.create(model=model, messages=[], max_tokens=40)",
        ("['gpt-5.5-instant', 'gpt-5.5-mini']", "max_completion_tokens=40"),
        (),
        "for model in ['claude-sonnet-4-5', 'mistral-large']:\n    ask(model)",
    ),
    "a named list that is called in turn": Program(
        "from openai import OpenAI\nORDER = ('gpt-4o', 'gpt-4o-mini')\n\ndef first(text):\n    for at, model in enumerate(ORDER):\n"
        "        return OpenAI().responses.create(model=model, input=text)\n",
        ("('gpt-5.5-instant', 'gpt-5.5-mini')",),
        (),
        "ORDER = ('gpt-4o', 'claude-sonnet-4-5')\n\ndef known(model):\n    return model in ORDER\n",
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_is_migrated_with_what_it_sends(name: str) -> None:
    program = PROGRAMS[name]
    after = migrated(program.code).after
    assert all(text in after for text in program.says), after
    assert not any(text in after for text in program.gone), after


@pytest.mark.parametrize("name", PROGRAMS)
def test_another_vendors_twin_keeps_what_it_sends(name: str) -> None:
    done = migrated(PROGRAMS[name].noop)
    assert not [
        e for e in done.inventory.edits if e.operation.__class__.__name__.startswith(("Remove", "Rename"))
    ]


SHARED = """
import httpx
from openai import OpenAI


def options(**given):
    return {"max_tokens": 300, "temperature": 0.4, **given}


def near(text):
    return OpenAI().chat.completions.create(model="gpt-4o", messages=[text], **options())


def far(text):
    return httpx.post(FAR, json={"model": "%s", "messages": [text], **options()})
"""


def test_what_another_vendors_model_is_sent_too_holds_the_move() -> None:
    done = migrated(SHARED % "claude-sonnet-4-5")
    assert done.after.strip() == done.before.strip()
    [held] = [r for r in done.inventory.references if r.model == "gpt-4o"]
    assert held.reason == "shared-kwargs"


def test_what_is_sent_to_one_vendor_alone_moves() -> None:
    alone = SHARED.replace(", **options()})", "})") % "claude-sonnet-4-5"
    assert '"max_completion_tokens": 300' in migrated(alone).after
