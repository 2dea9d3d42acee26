"""Facts that were wrong once, each by what a program becomes: ends, releases, nulls, prices, what is gone."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.report.ends import ends
from migrator.settings import Settings
from tests.decided import migrated

OPENAI = "from openai import OpenAI\n\nTEXT = [{'role': 'user', 'content': 'hi'}]\n"
CHAIN = "from langchain_openai import ChatOpenAI\n\n"


def moved(code: str, requirement: str = "", **settings: object) -> tuple[str, set[str], object]:
    """The module afterwards, the reasons why ids wait, and the inventory."""
    files = {"app.py": code.encode(), "requirements.txt": requirement.encode()}
    inventory, new = pipeline.migrate(files, Settings(**settings))  # type: ignore[arg-type]
    assert pipeline.migrate(new, Settings(**settings))[1] == new  # type: ignore[arg-type]
    reasons = {r.reason for r in inventory.references if r.action == "review"}
    return new["app.py"].decode(), reasons, inventory


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("gpt-4o", "gpt-4o ends 2027-01-14, in 14 days; the publisher names gpt-6-luna"),
        ("azure/gpt-4o", "gpt-4o on Azure ends 2027-04-14, in 104 days"),
        ("gpt-5.1-chat-latest", "gpt-5.1-chat-latest ended 2026-07-23, 161 days ago"),
    ],
)
def test_a_report_says_when_an_old_model_ends(model: str, said: str) -> None:
    code = f"import litellm\n\nlitellm.completion(model={model!r}, messages=[])\n"
    _, _, inventory = moved(code, today="2026-12-31")
    assert said in ends(inventory)  # type: ignore[arg-type]


def test_models_that_are_gone_long_since_have_their_ends() -> None:
    _, _, inventory = moved("")
    told = inventory.catalog.ends  # type: ignore[attr-defined]
    assert (told["o1-preview"], told["o1-mini"]) == ("2025-07-28", "2025-10-27")
    assert told["gpt-4-32k-0613"] == "2025-06-06"
    assert told["gpt-3.5-turbo-16k-0613"] == told["gpt-3.5-turbo-0301"] == "2024-09-13"
    assert not ends(inventory)  # type: ignore[arg-type]


HELD = {
    "llama_index": (
        "from llama_index.llms.openai import OpenAI\n\nllm = OpenAI(model='gpt-5')\n",
        "llama-index-llms-openai==0.7.5",
        "llama-index-llms-openai==0.7.6",
    ),
    "dspy": ("import dspy\n\nlm = dspy.LM('openai/gpt-5')\n", "dspy==2.6.27", "dspy==3.4.1"),
    "langchain": (
        CHAIN + "ChatOpenAI(model='gpt-4o')\n",
        "langchain-openai==0.2.8",
        "langchain-openai==0.3.21",
    ),
    "openai": (
        OPENAI + "OpenAI().chat.completions.create(model='gpt-4o', messages=TEXT, max_tokens=9)\n",
        "openai==1.44.0",
        "openai==1.45.0",
    ),
}


@pytest.mark.parametrize(("code", "old", "new"), HELD.values(), ids=HELD)
def test_a_release_that_cannot_is_the_obstacle(code: str, old: str, new: str) -> None:
    unchanged, reasons, _ = moved(code, old)
    assert unchanged == code
    assert reasons == {"dependency-too-old"}
    changed, reasons, _ = moved(code, new)
    assert "gpt-5.5" in changed
    assert not reasons


def test_an_api_that_is_gone_is_moved_by_no_id() -> None:
    code = OPENAI + "OpenAI().beta.assistants.create(model='gpt-4o', name='helper')\n"
    unchanged, reasons, _ = moved(code)
    assert unchanged == code
    assert reasons == {"capability-lost"}


def test_what_a_model_object_is_called_with_is_sent() -> None:
    code = CHAIN + "llm = ChatOpenAI(model='gpt-4o')\nllm.invoke('hi', temperature=0)\nllm.bind(stop=['x'])\n"
    changed, _, _ = moved(code)
    assert "temperature" not in changed
    assert "stop" not in changed


def test_none_is_left_out_where_it_would_be_null() -> None:
    code = OPENAI + "OpenAI().chat.completions.create(model='gpt-4o', messages=TEXT, temperature=None)\n"
    assert "None" not in moved(code)[0]


def test_a_library_that_knows_no_bare_id_is_given_its_route() -> None:
    code = "import litellm\n\nlitellm.completion(model='gpt-4o', messages=[], presence_penalty=0.5)\n"
    changed, _, _ = moved(code)
    assert "'openai/gpt-5.5-" in changed
    assert "penalty" not in changed


def test_accounts_are_kept_in_what_is_billed() -> None:
    row = "{'input': 1.25, 'output': 10.0, 'cache_read': 0.125}"
    code = OPENAI + f"PRICES = {{'gpt-5': {row}}}\nMODEL = 'gpt-5'\nprint(PRICES[MODEL]['input'])\n"
    code += "OpenAI().chat.completions.create(model=MODEL, messages=TEXT)\n"
    changed, _, _ = moved(code, map={"gpt-5": "flagship"})
    assert "{'input': 5.0, 'output': 30.0, 'cache_read': 0.5}" in changed


def test_a_gateway_s_name_of_a_chat_model_is_known() -> None:
    code = OPENAI + "OpenAI().chat.completions.create(model='openai/gpt-5.1-chat', messages=TEXT)\n"
    assert "openai/gpt-5.5" in moved(code)[0]


ENVIRONMENT = """
import os

from openai import OpenAI

MODEL = os.environ.get("MODEL", "gpt-4o")
TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {}}}]


def look(messages, **more):
    return OpenAI().chat.completions.create(model=MODEL, messages=messages, tools=TOOLS)
"""


def test_an_effort_is_added_only_for_the_new_ids_where_the_environment_may_name_old_ones() -> None:
    done = migrated(ENVIRONMENT, map={"gpt-4o": "flagship"})
    assert '**({"reasoning_effort": "none"} if "gpt-5.5" in MODEL else {})' in done.after
    fixed = migrated(
        ENVIRONMENT.replace('os.environ.get("MODEL", "gpt-4o")', '"gpt-4o"'), map={"gpt-4o": "flagship"}
    )
    assert 'tools=TOOLS, reasoning_effort="none")' in fixed.after


def test_an_effort_that_no_condition_can_stand_at_holds_the_id() -> None:
    code = ENVIRONMENT.replace("create(model=MODEL, messages", 'create(**{"model": MODEL}, messages')
    done = migrated(code, map={"gpt-4o": "flagship"})
    assert done.after == done.before


@pytest.mark.parametrize(
    "given",
    ["model='openai/gpt-4o'", "model=NAMES['good']", "model='gpt-4o' if text else 'openai/gpt-4o'"],
)
def test_a_library_that_looks_for_bare_ids_sends_what_is_given_to_others(given: str) -> None:
    code = CHAIN + "NAMES = {'good': 'openai/gpt-4o'}\n\n\ndef chain(text, heat=0.2):\n"
    code += f"    return ChatOpenAI({given}, temperature=heat)\n"
    changed, _, inventory = moved(code)
    assert "'openai/gpt-5.5-instant'" in changed
    assert "temperature=heat" not in changed
    assert not [one for one in inventory.findings if one.rule == "GPT55-P022"]  # type: ignore[attr-defined]


def test_of_bare_ids_it_leaves_out_what_they_do_not_take() -> None:
    changed, _, inventory = moved(CHAIN + "llm = ChatOpenAI(model='gpt-4o', temperature=0.2)\n")
    assert "temperature=0.2" in changed
    assert [one for one in inventory.findings if one.rule == "GPT55-P022"]  # type: ignore[attr-defined]


TOLD = [
    ("temperature=0.3", "langchain-openai>=0.1.6", "releases before 0.3.29 send it as it is given"),
    ("max_tokens=90", "langchain-openai>=0.1.6", "releases before 0.2.10 send it as it is given"),
    ("max_tokens=90", "langchain-openai>=0.1.6,<0.4", "releases before 0.3.0 send one unasked"),
]


@pytest.mark.parametrize(("given", "declared", "said"), TOLD)
def test_a_bound_that_lets_older_releases_in_is_told(given: str, declared: str, said: str) -> None:
    code = CHAIN + f"llm = ChatOpenAI(model='gpt-4o', {given})\n"
    changed, _, inventory = moved(code, declared)
    assert "model='gpt-5.5-" in changed
    assert given in changed
    assert any(said in one.message for one in inventory.findings)  # type: ignore[attr-defined]


@pytest.mark.parametrize("declared", ["langchain-openai>=0.3.29", "langchain-openai"])
def test_a_bound_that_lets_none_in_is_not(declared: str) -> None:
    code = CHAIN + "llm = ChatOpenAI(model='gpt-4o', temperature=0.3, max_tokens=90)\n"
    _, _, inventory = moved(code, declared)
    assert not [one for one in inventory.findings if "releases" in one.message]  # type: ignore[attr-defined]


def test_a_release_that_sends_one_unasked_is_the_obstacle_where_what_is_given_goes_as_well() -> None:
    code = CHAIN + "llm = ChatOpenAI(model='gpt-4o', temperature=0.3)\n"
    unchanged, reasons, _ = moved(code, "langchain-openai==0.2.8")
    assert unchanged == code
    assert reasons == {"dependency-too-old"}


def test_what_is_bound_to_a_model_that_is_made_elsewhere_is_sent_with_it() -> None:
    code = CHAIN + (
        "from langgraph.prebuilt import create_react_agent\n\n\nclass Desk:\n    def __init__(self):\n"
        "        self.llm = ChatOpenAI(model='gpt-4o').with_retry()\n\n    def build(self, tools):\n"
        "        return {way}\n"
    )
    for way in ("self.llm.bind_tools(tools)", "create_react_agent(self.llm, tools=tools)"):
        done = migrated(code.format(way=way), map={"gpt-4o": "flagship"})
        assert "model='gpt-5.5', reasoning_effort=\"none\")" in done.after
    plain = migrated(code.format(way="self.llm.invoke('hi')"), map={"gpt-4o": "flagship"})
    assert "reasoning_effort" not in plain.after


BOUND = """
from langchain_openai import ChatOpenAI


def ask(text, tools):
    return ChatOpenAI(model="gpt-4o", temperature=0).bind_tools(tools).invoke(text)
"""


@pytest.mark.parametrize(("target", "says"), [("flagship", False), ("instant", True)])
def test_what_a_library_leaves_out_is_said_where_it_does(target: str, says: bool) -> None:
    inventory = pipeline.migrate({"app.py": BOUND.encode()}, Settings(map={"gpt-4o": target}))[0]
    assert any("leaves it out" in one.message for one in inventory.findings) == says
