"""What an occurrence of a model id is, and what is done with it: small programs, one idiom each."""

from __future__ import annotations

import pytest

from migrator.pipeline import migrate
from migrator.settings import Settings

OPENAI = "from openai import OpenAI\nclient = OpenAI()\n"
ASK = OPENAI + (
    'def ask(prompt, model="gpt-4o"):\n'
    "    return client.chat.completions.create(model=model, messages=prompt)\n"
)
BRANCHES = (
    "from openai import OpenAI\n"
    "def ask(vendor, prompt, local):\n"
    '    client = OpenAI(base_url="https://api.deepseek.com")\n'
    '    if vendor == "deepseek":\n'
    '        client = OpenAI(base_url="https://api.deepseek.com")\n'
    '        return client.chat.completions.create(model="deepseek-chat", messages=prompt)\n'
    '    if vendor == "openai":\n'
    "        client = OpenAI()\n"
    '        return client.chat.completions.create(model="gpt-4o", messages=prompt)\n'
)
CALL, DEFAULT = "call-argument/rewrite", "default/rewrite"
KEY, CHOICE = "lookup-key/extend", "membership/extend"
COMPARED, TOKENS, PROSE = "comparison/review", "tokenizer/leave", "prose/leave"
EXPECTED, FOREIGN, SPECIAL = "expected/leave", "foreign/leave", "special/review"

PROGRAMS = [
    # -- the value is called
    ("direct", OPENAI + 'client.chat.completions.create(model="gpt-4o", messages=m)', [CALL]),
    ("responses", OPENAI + 'client.responses.create(model="gpt-5", input=t)', [CALL]),
    ("parameter-default", ASK, [DEFAULT]),
    ("wrapper-positional", ASK + 'ask("hi", "gpt-4o-mini")', [DEFAULT, DEFAULT]),
    ("partial", OPENAI + "from functools import partial\n"
     'f = partial(client.chat.completions.create, model="gpt-4o")', [CALL]),
    ("kwargs-dict", OPENAI + 'o = {"model": "gpt-4o", "messages": m}\nclient.chat.completions.create(**o)', [DEFAULT]),
    ("kwargs-update", OPENAI + 'o = {}\no.update({"model": "gpt-4o"})\nclient.chat.completions.create(**o)', [CALL]),
    ("environment", 'import os\nMODEL = os.getenv("OPENAI_MODEL", "gpt-4o")', [DEFAULT]),
    ("environment-set", 'import os\nos.environ["OPENAI_MODEL"] = "gpt-4o"', [DEFAULT]),
    ("fallback-or", ASK + 'ask("hi", model=chosen or "gpt-5")', [DEFAULT, DEFAULT]),
    ("conditional", 'model = "gpt-4o" if premium else "gpt-4o-mini"', [DEFAULT, DEFAULT]),
    ("unpacked", 'SUMMARY_MODEL, TITLE_MODEL = "gpt-4o", "gpt-4o-mini"', [DEFAULT, DEFAULT]),
    ("roles-dict", 'MODELS = {"chat": "gpt-4o", "title": "gpt-4o-mini"}', [DEFAULT, DEFAULT]),
    ("roles-dict-indexed", 'def pick(t):\n    return {"free": "gpt-4o-mini", "pro": "gpt-4o"}[t]', [DEFAULT, DEFAULT]),
    ("nested-config", 'cfg = {"llm": {"provider": "openai", "model": "gpt-4o"}}', [DEFAULT]),
    ("argparse", 'p.add_argument("--model", default="gpt-4o", help="say gpt-4o")', [DEFAULT, PROSE]),
    ("click", 'import click\n@click.option("--model", default="gpt-4o")\ndef f(model): ...', [DEFAULT]),
    ("typer", 'import typer\ndef f(model: str = typer.Option("gpt-4o")): ...', [DEFAULT]),
    ("pydantic-field", 'from pydantic import BaseModel, Field\nclass S(BaseModel):\n'
     '    model: str = Field("gpt-4o", description="like gpt-4o")', [DEFAULT, PROSE]),
    ("dataclass-field", "from dataclasses import dataclass, field\n@dataclass\nclass C:\n"
     '    cheap: str = field(default="gpt-4o-mini")', [DEFAULT]),
    ("session-state", 'import streamlit as st\nst.session_state["openai_model"] = "gpt-4o"', [DEFAULT]),
    ("text-input", 'import streamlit as st\nm = st.text_input("Model", "gpt-4o")', [DEFAULT]),
    ("command-line-list", 'import subprocess\nsubprocess.run(["llm", "-m", "gpt-4o", prompt])', [CALL]),
    ("setting-pair", 'OPTIONS = [("llm_model", "gpt-4o")]', [DEFAULT]),
    ("returned", 'def best():\n    return "gpt-5"', [DEFAULT]),
    ("fallback-list", "import litellm\n"
     'litellm.completion(model="gpt-4o", messages=m, fallbacks=["gpt-4o-mini", "claude-3-haiku"])', [CALL, CALL]),
    ("prefix", 'import litellm\nlitellm.completion(model="openai/gpt-4o", messages=m)', [CALL]),
    ("unknown-agent-method", 'server.create_agent("openai/gpt-4o-mini")', [CALL]),
    ("endpoint-from-environment", "import os\nfrom openai import OpenAI\n"
     'c = OpenAI(base_url=os.getenv("BASE"))\nc.chat.completions.create(model="gpt-4o", messages=m)', [CALL]),
    ("http-body", "import requests\nrequests.post('https://api.openai.com/v1/chat/completions',"
     ' json={"model": "gpt-4o", "messages": m})', [CALL]),
    ("class-without-address", 'class Chat:\n    id: str = "gpt-4o"\n    timeout: int = 3', [DEFAULT]),
    ("class-at-openai", 'class Chat:\n    model: str = "gpt-4o"\n    base_url: str = "https://api.openai.com/v1"', [DEFAULT]),
    ("class-at-another-vendor", 'class Chat:\n    model: str = "gpt-4o"\n    base_url: str = "https://api.n1n.ai/v1"',
     ["default/review"]),
    ("parameter-at-another-vendor",
     'def chat(prompt, model="gpt-4o", api_base="https://api.n1n.ai/v1"):\n    return post(api_base, model, prompt)',
     ["default/review"]),
    ("class-at-a-gateway-with-its-prefix",
     'class Chat:\n    model: str = "openai/gpt-4o"\n    base_url: str = "https://api.n1n.ai/v1"', [DEFAULT]),
    ("class-for-azure", 'class AzureFoundryChat:\n    model: str = "gpt-4o"', ["default/review"]),
    ("trained", OPENAI + "import typer\ndef train(name, model: str = typer.Option('gpt-4o-mini')):\n"
     "    client.fine_tuning.jobs.create(training_file=name, model=model)", ["default/review"]),
    ("response-example", 'import fastapi\nrouter = fastapi.APIRouter()\n'
     '@router.get("/a", responses={200: {"content": {"application/json": {"example": {"model": "gpt-4o"}}}}})\n'
     'def a(): ...', [PROSE]),
    ("assigned-docstring-that-advises", 'class Client(Base):\n    __doc__ = """Talks.\n\n    The model must support'
     ' vision capabilities, one of gpt-4o and alike.\n    """', [PROSE]),
    ("registered-twice", 'register(Chat("gpt-4o"))\nregister(Chat("gpt-4o-mini"))', [CALL, CALL]),
    # -- tables and choices
    ("grouped-by-value", 'W = {**dict.fromkeys(("gpt-4o", "gpt-4o-mini"), 128000), **dict.fromkeys(("gpt-5",), 400000)}',
     ["lookup-key/review"] * 3),
    ("grouped-by-helper", 'W = {**rows(["gpt-4o", "gpt-4o-mini"], 128000), **rows(["gpt-5"], 400000)}',
     ["lookup-key/review"] * 3),
    ("without-a-value", 'SEEN = dict.fromkeys(["gpt-4o", "gpt-4o-mini"])', [CHOICE, CHOICE]),
    ("registered-one-by-one", 'register(Chat("gpt-4o"))\nregister(Chat("gpt-4o-mini"), alias="m")\n'
     'register(Chat("o3"))', ["lookup-key/review", "lookup-key/review"]),
    ("registered-by-name", 'self._add_model_to_catalog(P, "gpt-4o", Costs(1), snapshots=["gpt-4o-2024-08-06"])\n'
     'self._add_model_to_catalog(P, "gpt-4o-mini", Costs(2))\nself._add_model_to_catalog(P, "o3", Costs(3))',
     ["lookup-key/review"] * 3),
    ("registered-with-its-snapshots", 'register(Chat("gpt-4o", snapshots=["gpt-4o-2024-08-06"]))\n'
     'register(Chat("gpt-4o-mini"))\nregister(Chat("o3"))', ["lookup-key/review"] * 3),
    ("added-once", 'catalog.add_model("gpt-4o", fallbacks=["gpt-4o-mini"])', [CALL, DEFAULT]),
    ("prices", 'PRICES = {"gpt-4o": 2.5, "gpt-4o-mini": 0.15}', [KEY, KEY]),
    ("inline-window", 'def w(m):\n    return {"gpt-4o": 128000}.get(m, 8192)', [KEY]),
    ("row-added", 'PRICES = {}\nPRICES["gpt-4o"] = 2.5', [KEY]),
    ("alias", 'ALIASES = {"4o": "gpt-4o", "mini": "gpt-4o-mini", "sonnet": "claude-sonnet-4"}', [KEY, KEY]),
    ("snapshot-alias", 'SNAPSHOTS = {"gpt-4o": "gpt-4o-2024-08-06"}', [KEY, KEY]),
    ("legacy-table", 'DEPRECATED_MODELS = {"gpt-4o": 1}', ["lookup-key/leave"]),
    ("records", 'MODELS = [ModelInfo(id="gpt-4o", ctx=1), ModelInfo(id="gpt-4o-mini", ctx=1)]', [KEY, KEY]),
    ("records-with-snapshots", 'MODELS = [ModelInfo(id="gpt-5", dated=["gpt-5-2025-08-07"]), ModelInfo(id="o3")]',
     [KEY, KEY]),
    ("records-as-dicts", 'MODELS = [Info(name="gpt-4o", out=1).to_dict(), Info(name="gpt-4o-mini", out=2).to_dict()]',
     [KEY, KEY]),
    ("one-record-as-dict", 'MODELS = [Info(model_name="gpt-4o").to_dict(), other]', [CALL]),
    ("named-records", 'class Models:\n    GPT_4O = Info(name="gpt-4o", ctx=1)\n'
     '    SONNET = Info(name="claude-3", ctx=1)', [KEY]),
    ("named-module-records", 'GPT_4O = ModelMetadata(name="gpt-4o", ctx=1)\n'
     'SONNET = ModelMetadata(name="claude-3", ctx=1)', [KEY]),
    ("named-clients", 'gpt_4o = Chat(model="gpt-4o", ctx=1)\nsonnet = Chat(model="claude-3", ctx=1)', [CALL]),
    ("named-for-a-use", 'class Models:\n    fast = Info(model="gpt-4o", ctx=1)\n'
     '    deep = Info(model="claude-3", ctx=1)', [CALL]),
    ("options", 'A = [{"id": "gpt-4o", "name": "GPT-4o"}, {"id": "gpt-4o-mini", "name": "Mini"}]', [CHOICE, CHOICE]),
    ("allowed-set", 'SUPPORTED = {"gpt-4o", "gpt-4o-mini"}', [CHOICE, CHOICE]),
    ("takes-what-is-refused", 'TEMPERATURE_MODELS = {"gpt-4o", "gpt-4o-mini"}', ["membership/review"] * 2),
    ("takes-it-not", 'MODELS_WITHOUT_TEMPERATURE = {"gpt-5", "gpt-5-mini"}', [CHOICE, CHOICE]),
    ("takes-what-is-accepted", 'TOOL_MODELS = {"gpt-4o", "gpt-4o-mini"}', [CHOICE, CHOICE]),
    ("literal", 'from typing import Literal\nM = Literal["gpt-4o", "gpt-4o-mini"]', [CHOICE, CHOICE]),
    ("enum", 'from enum import Enum\nclass M(str, Enum):\n    FAST = "gpt-4o-mini"', [CHOICE]),
    ("enum-by-base", "from enum import Enum\nclass Base(str, Enum): ...\nclass M(Base):\n"
     '    FAST = "gpt-4o-mini"', [CHOICE]),
    ("argparse-choices", 'p.add_argument("--model", choices=["gpt-4o", "gpt-4o-mini"])', [CHOICE, CHOICE]),
    ("selectbox", 'import streamlit as st\nst.selectbox("Model", ["gpt-4o", "gpt-4o-mini"])', [CHOICE, CHOICE]),
    ("choice-pairs", 'f = CharField(choices=[("gpt-4o", "GPT-4o"), ("gpt-4o-mini", "Mini")])', [CHOICE, CHOICE]),
    ("split-text", 'MODELS = """gpt-4o\ngpt-4o-mini""".splitlines()', [CHOICE, CHOICE]),
    # -- comparisons
    ("equality", 'if model == "gpt-4o": pass', [COMPARED]),
    ("substring", 'flag = "gpt-5" in model', [COMPARED]),
    ("prefix-test", 'flag = model.startswith(("o1", "gpt-5"))', [COMPARED]),
    ("prefix-constant", 'FAMILIES = ("o1", "gpt-5")\ndef f(m):\n    return m.startswith(FAMILIES)', [COMPARED]),
    ("membership-inline", 'flag = model in ("gpt-4o", "gpt-4o-mini")', [COMPARED, COMPARED]),
    ("pattern", 'import re\nR = re.compile(r"gpt-4o.*")', [COMPARED]),
    ("normaliser", 'def f(name):\n    if name == "4o":\n        return "gpt-4o"', ["lookup-key/review"]),
    ("assert-in-program", 'assert model == "gpt-4o"', [COMPARED]),
    # -- a person must decide
    ("azure", 'from openai import AzureOpenAI\nc = AzureOpenAI()\n'
     'c.chat.completions.create(model="gpt-4o", messages=m)', ["call-argument/review"]),
    ("deployment-on-one-path", 'import argparse\nfrom langchain_openai import AzureChatOpenAI, ChatOpenAI\n'
     "def made(name, azure):\n    if azure:\n        return AzureChatOpenAI(azure_deployment=name)\n"
     '    return ChatOpenAI(model=name)\nuse(made("gpt-4o-mini", flag))', ["call-argument/review"]),
    ("azure-prefix", 'import litellm\nlitellm.completion(model="azure/gpt-4o", messages=m)', ["call-argument/review"]),
    ("azure-entry", 'entries = [{"model": "gpt-4o", "api_type": "azure"}]', ["default/review"]),
    ("deployment-name", 'AZURE_DEPLOYMENT = "gpt-4o"', ["default/review"]),
    ("other-vendor", 'from openai import OpenAI\nc = OpenAI(base_url="https://api.deepseek.com")\n'
     'c.chat.completions.create(model="gpt-4o", messages=m)', ["call-argument/review"]),
    ("other-vendor-made-in-another-branch", BRANCHES, [CALL]),
    ("other-vendor-made-in-this-branch", BRANCHES.replace("deepseek-chat", "gpt-4o"), ["call-argument/review", CALL]),
    ("other-vendor-made-before-the-branch", BRANCHES.replace("        client = OpenAI()\n", ""),
     ["call-argument/review"]),
    ("other-vendor-made-below", 'from openai import OpenAI\nfor q in questions:\n    c = OpenAI()\n'
     '    c.chat.completions.create(model="gpt-4o", messages=q)\n    c = OpenAI(base_url="https://api.deepseek.com")',
     [CALL]),
    ("other-vendor-made-in-the-last-round", 'from openai import OpenAI\nc = OpenAI(base_url="https://api.deepseek.com")\n'
     'for q in questions:\n    c.chat.completions.create(model="gpt-4o", messages=q)\n    c = OpenAI()',
     ["call-argument/review"]),
    ("unknown-prefix", 'MODEL = "acme/gpt-4o"', ["default/review"]),
    ("unknown-function", 'unknown_fn("gpt-4o")', ["call-argument/review"]),
    ("dated-judge", 'def score(judge_model="gpt-4o-2024-08-06"): ...', ["default/review"]),
    ("pinned-by-comment", '# pinned: the published figures were made with it\nMODEL = "gpt-4o"', ["default/review"]),
    ("fallback-on-purpose", ASK + 'try:\n    ask(p, model="gpt-5.5")\nexcept Exception:\n    ask(p, model="gpt-4o")',
     [DEFAULT, "default/review"]),
    ("table-looked-up", 'cost = PRICES["gpt-4o"]', ["lookup-key/review"]),
    ("fine-tune", 'MODEL = "ft:gpt-4o-mini-2024-07-18:acme::abc"', [SPECIAL]),
    ("audio", 'MODEL = "gpt-4o-audio-preview"', [SPECIAL]),
    ("transcribe", 'MODEL = "gpt-4o-mini-transcribe"', [SPECIAL]),
    ("codex", 'MODEL = "gpt-5.1-codex"', [SPECIAL]),
    # -- left alone
    ("comment", "# gpt-4o is used here", [PROSE]),
    ("docstring", 'def f():\n    """Calls gpt-4o."""', [PROSE]),
    ("log", 'logger.info("model gpt-4o loaded")', [PROSE]),
    ("error", 'raise ValueError("use gpt-4o")', [PROSE]),
    ("title", 'import streamlit as st\nst.title("Chat with gpt-4o")', [PROSE]),
    ("spoken-constant", 'name = "gpt-4o"\nprint(f"we use {name} here")', [PROSE]),
    ("label-constant", 'model_label = "gpt-4o"', [PROSE]),
    ("metadata", 'meta = {"model_used": "gpt-4o"}', [PROSE]),
    ("result-record", 'rows.append({"model": "gpt-4o", "score": 0.9})', [PROSE]),
    ("output-record", 'rows.append({"model": "gpt-4o", "output": "yes"})', ["expected/leave"]),
    ("default-section", 'DEFAULT_SECTIONS = {"general": {"model": "gpt-4o", "output": "state"}}', [DEFAULT]),
    ("metric-tags", 'metrics.increment("calls", tags={"model": "gpt-4o"})', [PROSE]),
    ("file-name", 'path = "results/gpt-4o.json"', [FOREIGN]),
    ("cache-key", 'cache_key = "gpt-4o:" + prompt', [FOREIGN]),
    ("column", 'frame["gpt-4o"] = scores', [FOREIGN]),
    ("made-up-id", 'MODEL = "gpt-4o-mini-fallback"', [FOREIGN]),
    ("router-alias", "from litellm import Router\nr = Router(model_list=["
     '{"model_name": "gpt-4o", "litellm_params": {"model": "azure/x"}}])', [FOREIGN]),
    ("tokenizer", 'import tiktoken\ne = tiktoken.encoding_for_model("gpt-4o")', [TOKENS]),
    ("tokenizer-constant", 'import tiktoken\nNAME = "gpt-4o"\ne = tiktoken.encoding_for_model(NAME)', [TOKENS]),
    ("token-counter", 'def count_tokens(text, model="gpt-4o"): ...', [TOKENS]),
    ("azure-constant", 'MODEL = "gpt-4o"\nclass AzureVoice:\n    def __init__(self, model=None):\n'
     "        self.model = model or MODEL", ["default/review"]),
    ("constant-of-several", 'MODEL = "gpt-4o"\nclass AzureVoice:\n    def __init__(self, model=None):\n'
     "        self.model = model or MODEL\nclass Voice:\n    def __init__(self, model=None):\n"
     "        self.model = model or MODEL", [DEFAULT]),
    ("tokenizer-setting", 'class Settings:\n    tiktoken_model_name: str = "gpt-4o"', [TOKENS]),
    ("tokenizer-entry", 'OPTIONS = {"tokenizer_model": "gpt-4o", "size": 1200}', [TOKENS]),
    ("tokenizer-and-call", OPENAI + 'tokenizer_model = "gpt-4o"\n'
     "client.chat.completions.create(model=tokenizer_model, messages=m)", [DEFAULT]),
    ("recorded-response", 'R = {"id": "1", "model": "gpt-4o", "choices": [], "usage": {}}', [EXPECTED]),
    ("newer-family", 'MODEL = "gpt-5.5"', []),
    ("no-id", "gpt = 4", []),
]  # fmt: skip

TESTS = [
    ("asserted", 'def test_x():\n    assert Config().model == "gpt-4o"', [EXPECTED]),
    ("asserted-call", 'def test_x(api):\n    api.create.assert_called_with(model="gpt-4o")', [EXPECTED]),
    ("unittest", 'class T:\n    def test_x(self):\n        self.assertEqual(c.model, "gpt-4o")', [EXPECTED]),
    ("error-sample", 'E = RateLimitError("slow down", model="gpt-4o")', [EXPECTED]),
    ("response-object", "from openai.types.chat import ChatCompletion\n"
     'R = ChatCompletion(id="x", model="gpt-4o", choices=[])', [EXPECTED]),
    ("stand-in-answer", 'R = SimpleNamespace(choices=[choice], model="gpt-4o")', [EXPECTED]),
    ("usage-record", 'event = UsageEvent(model="gpt-4o", tokens=5)', [EXPECTED]),
    ("expected-list", 'expected_models = ["gpt-4o", "gpt-4o-mini"]', [EXPECTED, EXPECTED]),
    ("vectors", 'import pytest\n@pytest.mark.parametrize("name,ok", [("gpt-4o", True)])\n'
     "def test_x(name, ok):\n    assert is_chat(name) is ok", [EXPECTED]),
    ("called-parameter", OPENAI + 'import pytest\n@pytest.mark.parametrize("m", ["gpt-4o", "gpt-5"])\n'
     "def test_x(m):\n    client.chat.completions.create(model=m, messages=[])", [DEFAULT, DEFAULT]),
    ("environment", 'def test_x(monkeypatch):\n    monkeypatch.setenv("OPENAI_MODEL", "gpt-4o")', [DEFAULT]),
    ("patched", 'from unittest.mock import patch\ndef test_x():\n'
     '    with patch("app.DEFAULT_MODEL", "gpt-4o"): ...', [DEFAULT]),
    ("fixture", 'def bot():\n    return Bot(model_name="gpt-4o-mini")', [CALL]),
    ("about-the-family", "def test_gpt4o_takes_the_old_branch():\n"
     '    Bot(model_name="gpt-4o")', ["call-argument/review"]),
]  # fmt: skip


def judged(path: str, source: str) -> list[str]:
    inventory, _ = migrate({path: source.encode()}, Settings())
    assert not inventory.diagnostics
    return [f"{r.role}/{r.action}" for r in inventory.references]


@pytest.mark.parametrize(("source", "expected"), [pytest.param(s, e, id=i) for i, s, e in PROGRAMS])
def test_program(source, expected):
    assert judged("app/main.py", source) == expected


@pytest.mark.parametrize(("source", "expected"), [pytest.param(s, e, id=i) for i, s, e in TESTS])
def test_in_a_test(source, expected):
    assert judged("tests/test_main.py", source) == expected


def test_an_imported_constant_is_followed_to_its_call():
    files = {
        "pkg/__init__.py": b"",
        "pkg/config.py": b'NAME = "gpt-4o"\n',
        "pkg/names.py": b"from .config import *\n",
        "pkg/call.py": b"from openai import OpenAI\nfrom .names import NAME as chosen\n"
        b"OpenAI().responses.create(model=chosen, input=t)\n",
    }
    inventory, written = migrate(files, Settings())
    [reference], [site] = inventory.references, inventory.call_sites
    assert reference.call_sites == (site.id,)
    assert site.models == ("gpt-4o",)
    assert written["pkg/config.py"] == b'NAME = "gpt-5.5-instant"\n'


def test_one_literal_and_many_calls_are_linked_both_ways():
    source = ASK + 'ask("a")\nclient.responses.create(model="gpt-5" if deep else "gpt-4o-mini", input=t)\n'
    inventory, _ = migrate({"a.py": source.encode()}, Settings())
    by_model = {r.model: r for r in inventory.references}
    assert by_model["gpt-5"].call_sites == by_model["gpt-4o-mini"].call_sites
    both = next(s for s in inventory.call_sites if s.api == "openai.responses")
    assert set(both.models) == {"gpt-5", "gpt-4o-mini"}


def test_a_value_that_does_not_resolve_is_dynamic_and_says_why():
    source = OPENAI + "def f(model):\n    return client.responses.create(model=model, input=t)\n# gpt-4o\n"
    inventory, _ = migrate({"a.py": source.encode()}, Settings())
    [site] = inventory.call_sites
    assert site.unresolved == "caller outside"
    assert inventory.summary.unknown == 1


def test_imports_in_a_circle_end():
    files = {"a.py": b'from b import x\ny = x or "gpt-4o"\n', "b.py": b'from a import y\nx = y or "gpt-5"\n'}
    inventory, _ = migrate(files, Settings())
    assert len(inventory.references) == 2


WANTED = OPENAI + (
    "def best(offered, wanted):\n"
    "    for one in wanted:\n"
    "        for m in offered:\n"
    "            if one in m.lower():\n"
    "                return m\n"
    "def ask(prompt):\n"
    "    offered = [m.id for m in client.models.list()]\n"
    '    model = best(offered, ["opus", "gpt-5", "gpt-4o"])\n'
    "    return client.chat.completions.create(model=model, messages=prompt)\n"
)


@pytest.mark.parametrize("named", ["m.lower()", "low"])
def test_pieces_of_names_that_are_looked_for_in_what_is_offered_stay(named):
    code = WANTED.replace("if one in m.lower()", f"low = m.lower()\n            if one in {named}")
    found = migrate({"app.py": code.encode()}, Settings())[0].references
    assert {(one.role, one.action) for one in found} == {("comparison", "review")}


NAMES = OPENAI + (
    "class Names:\n"
    '    GPT_5 = "gpt-5"\n    GPT_5_MINI = "gpt-5-mini"\n    GPT_4O = "gpt-4o"\n    GPT_4O_MINI = "gpt-4o-mini"\n'
    "    WINDOWS = {GPT_5: 400_000, GPT_5_MINI: 400_000, GPT_4O: 128_000, GPT_4O_MINI: 128_000}\n"
    "def ask(prompt, model=Names.GPT_4O):\n"
    "    print(Names.WINDOWS[model])\n"
    "    return client.chat.completions.create(model=model, messages=prompt)\n"
)


def test_constants_of_a_class_that_are_named_after_their_ids_do_not_collapse():
    found, after = migrate({"app.py": NAMES.encode()}, Settings())
    assert after["app.py"].decode().count('"gpt-') == 4 or '"gpt-4o"' in after["app.py"].decode()
    assert {one.action for one in found.references if one.model == "gpt-5-mini"} == {"review"}
