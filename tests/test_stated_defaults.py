"""What a schema states as the default of an argument, and what is used where it is not given, are one decision."""

from __future__ import annotations

import pytest

from tests.decided import migrated

SCHEMA = {
    "a tool of a server": """
from mcp.server import Server
from mcp.types import Tool

server = Server("kit")


@server.list_tools()
async def offered():
    return [Tool(name="rate", description="Rate a text.", inputSchema={
        "type": "object",
        "properties": {"text": {"type": "string"}, "model": {"type": "string", "default": "gpt-4o-mini"}},
        "required": ["text"]})]
""",
    "a tool of a list": """
OFFERED = [{"type": "function", "function": {"name": "rate", "parameters": {
    "type": "object",
    "properties": {"text": {"type": "string"}, "model": {"type": "string", "default": "gpt-4o-mini"}},
    "required": ["text"]}}}]
""",
}
SENT = 'OpenAI().responses.create(model=MODEL, input=given["text"])'
HEAD = "\nfrom openai import OpenAI\n"
READ = {
    "a look-up": HEAD
    + "\n\ndef rate(given):\n    return "
    + SENT.replace("MODEL", 'given.get("model", "gpt-4o-mini")'),
    "a name": HEAD
    + '\nUSUAL = "gpt-4o-mini"\n\n\ndef rate(given):\n    return '
    + SENT.replace("MODEL", 'given.get("model", USUAL)'),
    "or": HEAD
    + "\n\ndef rate(given):\n    return "
    + SENT.replace("MODEL", 'given.get("model") or "gpt-4o-mini"'),
    "a parameter": HEAD
    + '\n\ndef rate(text, model="gpt-4o-mini"):\n    return '
    + SENT.replace("MODEL", "model").replace('given["text"]', "text"),
}


@pytest.mark.parametrize("schema", SCHEMA.values(), ids=SCHEMA)
@pytest.mark.parametrize("read", READ.values(), ids=READ)
def test_a_stated_default_moves_with_what_is_used(schema: str, read: str) -> None:
    found = migrated(schema + read + "\n")
    assert found.after.count('"gpt-5.5-mini"') == 2
    assert "gpt-4o" not in found.after
    assert len({one.group for one in found.inventory.edits}) == 1


def test_a_provider_before_it_is_no_difference() -> None:
    read = READ["a look-up"].replace('"gpt-4o-mini"', '"openai/gpt-4o-mini"')
    read = read.replace("from openai import OpenAI", "import litellm").replace(
        "OpenAI().responses.create", "litellm.responses"
    )
    found = migrated(SCHEMA["a tool of a list"] + read + "\n")
    assert found.after.count('"openai/gpt-5.5-mini"') == 2


HELD = {
    "to Azure": READ["a look-up"].replace("OpenAI", "AzureOpenAI"),
    "another's default": READ["a look-up"].replace("gpt-4o-mini", "claude-haiku-4-5"),
    "another argument": READ["a look-up"].replace('get("model"', 'get("judge"'),
    "another function": READ["a parameter"].replace("text", "words"),
}


@pytest.mark.parametrize("read", HELD.values(), ids=HELD)
def test_a_stated_default_alone_is_for_a_person(read: str) -> None:
    found = migrated(SCHEMA["a tool of a server"] + read + "\n")
    assert '"default": "gpt-4o-mini"' in found.after
    [stated] = [
        one for one in found.inventory.references if '"default"' in found.before.splitlines()[one.line - 1]
    ]
    assert stated.action == "review"


FORM = """
from openai import OpenAI
from pydantic import BaseModel, Field


class Settings(BaseModel):
    model: str = Field(
        default="gpt-4o-mini",
        json_schema_extra={"shown": {"type": "select", "default": "gpt-4o-mini", "options": OPTIONS}},
    )


def ask(text, given):
    return OpenAI().responses.create(model=Settings(**given).model, input=text)
"""
OFFERED = '[{"label": "o3", "value": "o3"}, {"label": "4o mini", "value": "gpt-4o-mini"}]'


def test_a_default_waits_while_the_form_beside_it_does_not_offer_the_new_one() -> None:
    done = migrated(FORM.replace("OPTIONS", OFFERED))
    assert done.after == done.before
    assert [one.action for one in done.inventory.references[:2]] == ["rewrite", "rewrite"]


def test_a_default_and_what_the_form_beside_it_states_are_one_group() -> None:
    done = migrated(FORM.replace("OPTIONS", "[]"), unproven=True)
    assert done.after == done.before.replace("gpt-4o-mini", "gpt-5.5-mini")
