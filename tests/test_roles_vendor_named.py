"""A setting, a key or a branch around an id that names Azure makes it a deployment's name."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.settings import Settings

MESSAGES = 'MESSAGES = [{"role": "user", "content": "hi"}]\n'
WAYS = {
    "LiteLLM": 'import litellm\nlitellm.completion("gpt-4o", messages=MESSAGES, custom_llm_provider="NAMED")\n',
    "LangChain": (
        "from langchain.chat_models import init_chat_model\n"
        'print(init_chat_model("gpt-4o", model_provider="NAMED").invoke("hi"))\n'
    ),
    "an unknown class": 'from elsewhere import LLM\nllm = LLM(model="gpt-4o", provider="NAMED")\n',
    "a constant": 'from elsewhere import LLM\nKIND = "NAMED"\nllm = LLM(model="gpt-4o", provider=KIND)\n',
    "an outer record": 'CONFIG = {"provider": "NAMED", "config": {"model": "gpt-4o"}}\n',
    "a key": 'DEFAULTS = {"NAMED": "gpt-4o", "anthropic": "claude-3"}\n',
    "the key of a record": 'DEFAULTS = {"NAMED": {"model": "gpt-4o"}, "anthropic": {"model": "claude-3"}}\n',
    "fields": 'class Config:\n    provider = "NAMED"\n    model = "gpt-4o"\n',
    "parameters": 'def ask(text, provider="NAMED", model="gpt-4o"):\n    return send(text, provider, model)\n',
    "a branch": 'def default(provider):\n    if provider == "NAMED":\n        return "gpt-4o"\n    return "claude-3"\n',
    "a pattern": (
        'def default(provider):\n    match provider:\n        case "NAMED":\n            model = "gpt-4o"\n'
        '        case _:\n            model = "claude-3"\n    return model\n'
    ),
    "an expression": 'def default(provider):\n    return "gpt-4o" if provider == "NAMED" else "claude-3"\n',
}


def judged(code: str) -> list[tuple[str, str]]:
    inventory, _ = pipeline.migrate({"app.py": (MESSAGES + code).encode()}, Settings(unproven=True))
    return [(one.action, one.reason) for one in inventory.references]


@pytest.mark.parametrize("code", WAYS.values(), ids=WAYS)
def test_an_id_that_is_said_to_be_azures_waits(code):
    assert judged(code.replace("NAMED", "azure")) == [("review", "azure-deployment")]


@pytest.mark.parametrize("code", WAYS.values(), ids=WAYS)
def test_an_id_that_is_said_to_be_openais_moves(code):
    assert judged(code.replace("NAMED", "openai")) == [("rewrite", "")]


def test_the_other_branch_moves():
    code = 'def default(provider):\n    if provider == "azure":\n        return deployed()\n    return "gpt-4o"\n'
    assert judged(code) == [("rewrite", "")]
    assert judged(code.replace("==", "!=")) == [("rewrite", "")]


def test_a_setting_of_something_else_says_nothing():
    assert judged('CONFIG = {"storage": "azure", "model": "gpt-4o"}\n') == [("rewrite", "")]
    assert judged('class Blob:\n    type = "azure"\n\n\nMODEL = "gpt-4o"\n') == [("rewrite", "")]
