"""Tests that expect what an edit changes: with `test` in write-contexts they move along, else they are listed."""

from __future__ import annotations

from typing import Any

import pytest
from limit_support import migrated

from migrator import pipeline
from migrator.settings import Settings

APP = """\
from dataclasses import dataclass

from openai import OpenAI
from records import Record

client = OpenAI()
MODELS = ["gpt-4o", "gpt-4.1"]


@dataclass
class Settings:
    model: str = "gpt-4o"
    name: str = "desk"


class Filled(Record):
    model: str = "gpt-4o"

    def __init__(self, **given):
        super().__init__(**given)


class Bot:
    def __init__(self, model="gpt-4o", limit=10):
        self.model = model
        self.limit = limit

    def ask(self, text):
        return client.chat.completions.create(
            model=self.model, messages=[{"role": "user", "content": text}], max_tokens=100, temperature=0
        )


def body(text):
    return {"model": "gpt-4o", "messages": text, "max_tokens": 100, "temperature": 0}


def post(text):
    return client.chat.completions.create(**body(text))


def known(model):
    if model not in MODELS:
        raise ValueError(model)
"""
START = """\
import pytest
from unittest import TestCase
from unittest.mock import call, patch

from app import MODELS, Bot, Filled, Settings, body, known, post

"""
MAP = {"gpt-4o": "instant"}


def _run(test: str, contexts: list[str], app: str = APP, **files: str) -> tuple[Any, str]:
    others = {name.replace("__", "/") + ".py": text for name, text in files.items()}
    inventory, new = migrated(
        {"app.py": app, "tests/test_app.py": START + test, **others},
        **{"write-contexts": contexts, "map": MAP, "unproven": True},
    )
    return inventory, new["tests/test_app.py"].removeprefix(START)


MOVES = {
    "a whole record": (
        'def test_a():\n    assert Settings() == Settings(model="gpt-4o", name="desk")\n',
        'def test_a():\n    assert Settings() == Settings(model="gpt-5.5-instant", name="desk")\n',
    ),
    "what a record says of itself": (
        'def test_a():\n    made = Filled()\n    assert made.dump() == Filled(model="gpt-4o").dump()\n'
        '    assert vars(Settings(name="a")) == vars(Settings(name="a", model="gpt-4o"))\n',
        'def test_a():\n    made = Filled()\n    assert made.dump() == Filled(model="gpt-5.5-instant").dump()\n'
        '    assert vars(Settings(name="a")) == vars(Settings(name="a", model="gpt-5.5-instant"))\n',
    ),
    "a field of an instance": (
        'def test_a():\n    assert Bot().model == "gpt-4o"\n    assert Bot("gpt-4.1").model == "gpt-4.1"\n',
        'def test_a():\n    assert Bot().model == "gpt-5.5-instant"\n    assert Bot("gpt-4.1").model == "gpt-4.1"\n',
    ),
    "through a name": (
        'def test_a():\n    bot = Bot(limit=3)\n    assert "gpt-4o" == bot.model\n',
        'def test_a():\n    bot = Bot(limit=3)\n    assert "gpt-5.5-instant" == bot.model\n',
    ),
    "a fixture of its own file": (
        '@pytest.fixture\ndef bot():\n    return Bot()\n\n\ndef test_a(bot):\n    assert bot.model == "gpt-4o"\n',
        "@pytest.fixture\ndef bot():\n    return Bot()\n\n\n"
        'def test_a(bot):\n    assert bot.model == "gpt-5.5-instant"\n',
    ),
    "a test case": (
        "class T(TestCase):\n    def setUp(self):\n        self.bot = Bot()\n\n"
        '    def test_a(self):\n        self.assertEqual(self.bot.model, "gpt-4o")\n',
        "class T(TestCase):\n    def setUp(self):\n        self.bot = Bot()\n\n"
        '    def test_a(self):\n        self.assertEqual(self.bot.model, "gpt-5.5-instant")\n',
    ),
    "a row of parameters": (
        '@pytest.mark.parametrize("make, model", [(Bot, "gpt-4o"), (Settings, "gpt-4o")])\n'
        "def test_a(make, model):\n    assert make().model == model\n",
        '@pytest.mark.parametrize("make, model", [(Bot, "gpt-5.5-instant"), (Settings, "gpt-5.5-instant")])\n'
        "def test_a(make, model):\n    assert make().model == model\n",
    ),
    "keywords of a mock": (
        '@patch("app.client.chat.completions.create")\ndef test_a(create):\n    Bot().ask("hi")\n'
        '    create.assert_called_once_with(model="gpt-4o", messages=[], max_tokens=100, temperature=0)\n',
        '@patch("app.client.chat.completions.create")\ndef test_a(create):\n    Bot().ask("hi")\n'
        '    create.assert_called_once_with(model="gpt-5.5-instant", messages=[], max_completion_tokens=100)\n',
    ),
    "keywords in calls of a mock": (
        'def test_a(mock_create):\n    Bot().ask("hi")\n    mock_create.assert_has_calls([call(max_tokens=100)])\n',
        'def test_a(mock_create):\n    Bot().ask("hi")\n'
        "    mock_create.assert_has_calls([call(max_completion_tokens=100)])\n",
    ),
    "items of what was sent": (
        'def test_a(server):\n    Bot().ask("hi")\n    assert server.requests[0]["max_tokens"] == 100\n'
        '    assert server.requests[0]["temperature"] == 0\n    assert "max_tokens" in server.requests[0]\n',
        'def test_a(server):\n    Bot().ask("hi")\n    assert server.requests[0]["max_completion_tokens"] == 100\n'
        '    assert "temperature" not in server.requests[0]\n'
        '    assert "max_completion_tokens" in server.requests[0]\n',
    ),
    "arguments of the last call": (
        'def test_a(create):\n    Bot().ask("hi")\n    _, sent = create.call_args\n'
        '    assert sent.get("max_tokens") == 100\n    assert sent.get("temperature") == 0\n',
        'def test_a(create):\n    Bot().ask("hi")\n    _, sent = create.call_args\n'
        '    assert sent.get("max_completion_tokens") == 100\n    assert "temperature" not in sent\n',
    ),
    "through a fixture": (
        "@pytest.fixture\ndef bot():\n    return Bot()\n\n\ndef test_a(bot, create):\n"
        '    bot.ask("hi")\n    assert create.call_args.kwargs["max_tokens"] == 100\n',
        "@pytest.fixture\ndef bot():\n    return Bot()\n\n\ndef test_a(bot, create):\n"
        '    bot.ask("hi")\n    assert create.call_args.kwargs["max_completion_tokens"] == 100\n',
    ),
    "a test case's request": (
        "class T(TestCase):\n    def test_a(self):\n        sent = post([])\n"
        '        self.assertEqual(body([])["max_tokens"], 100)\n'
        '        self.assertEqual(body([])["temperature"], 0)\n',
        "class T(TestCase):\n    def test_a(self):\n        sent = post([])\n"
        '        self.assertEqual(body([])["max_completion_tokens"], 100)\n'
        '        self.assertNotIn("temperature", body([]))\n',
    ),
    "a whole body": (
        'def test_a():\n    post([])\n    assert body([]) == {\n        "model": "gpt-4o",\n        "messages": [],\n'
        '        "max_tokens": 100,\n        "temperature": 0,\n    }\n',
        'def test_a():\n    post([])\n    assert body([]) == {\n        "model": "gpt-5.5-instant",\n'
        '        "messages": [],\n        "max_completion_tokens": 100,\n    }\n',
    ),
    "a whole list": (
        'def test_a():\n    assert MODELS == ["gpt-4o", "gpt-4.1"]\n    assert len(MODELS) == 2\n',
        'def test_a():\n    assert MODELS == ["gpt-4o", "gpt-5.5-instant", "gpt-4.1"]\n    assert len(MODELS) == 3\n',
    ),
    "a list as a set": (
        'def test_a():\n    assert set(MODELS) == {"gpt-4.1", "gpt-4o"}\n',
        'def test_a():\n    assert set(MODELS) == {"gpt-4.1", "gpt-4o", "gpt-5.5-instant"}\n',
    ),
}
STAYS = {
    "another record of the same class": (
        'def test_a():\n    assert Settings("gpt-4.1") != Settings(model="gpt-4o")\n'
        '    assert vars(Settings(model="gpt-4.1")) == vars(Settings(model="gpt-4.1", name="gpt-4o"))\n'
    ),
    "the argument is given": 'def test_a():\n    assert Bot(model="gpt-4.1").model != "gpt-4o"\n',
    "another instance's field": 'def test_a():\n    assert Settings(name="gpt-4o").name == "gpt-4o"\n',
    "a stand-in's field": 'def test_a(bot):\n    bot.model = "gpt-4o"\n    assert bot.model == "gpt-4o"\n',
    "a fixture that gives the argument": (
        '@pytest.fixture\ndef bot():\n    return Bot("gpt-4.1")\n\n\n'
        'def test_a(bot):\n    assert bot.model == "gpt-4.1"\n    assert bot.limit == 10\n'
    ),
    "a row whose parameter is given": (
        '@pytest.mark.parametrize("model", ["gpt-4o", "gpt-4.1"])\n'
        "def test_a(model):\n    assert Bot(model).model == model\n    known(model)\n"
    ),
    "a mock of something else": (
        'def test_a(save):\n    Bot().ask("hi")\n    save.assert_called_once_with("desk", max_tokens=100)\n'
    ),
    "options of something else": (
        'def test_a():\n    Bot().ask("hi")\n    options = {"max_tokens": 100}\n'
        '    assert options["max_tokens"] == 100\n'
    ),
    "no call is set off": 'def test_a(server):\n    assert server.requests[0]["max_tokens"] == 100\n',
    "a constant that stays": (
        'KEPT = "gpt-4o"  # gpt55: ignore\n\n\ndef test_a(seen):\n    Bot(model="gpt-4.1").ask("hi")\n'
        '    assert KEPT == "gpt-4o"\n'
    ),
    "what a stand-in answers": (
        'def test_a(server):\n    server.answer = {"model": "gpt-4o", "choices": []}\n    Bot().ask("hi")\n'
        '    assert server.answer["model"] == "gpt-4o"\n'
    ),
    "an absence that stays": (
        'def test_a(server):\n    Bot().ask("hi")\n    assert "temperature" not in server.requests[0]\n'
    ),
    "an answer": (
        'def test_a(server):\n    answer = Bot().ask("hi")\n    assert answer.usage == {"max_tokens": 100}\n'
    ),
    "part of a list": 'def test_a():\n    assert MODELS[0] == "gpt-4o"\n    assert "gpt-4o" in MODELS\n',
    "another length": 'def test_a():\n    assert len(body([])["messages"]) == 0\n    assert len(MODELS[0]) == 6\n',
    "an id in a prompt": 'def test_a():\n    Bot().ask("compare gpt-4o")\n    assert "gpt-4o" != "gpt-4"\n',
    "a name that is assigned twice": (
        'def test_a():\n    bot = Bot()\n    bot = Bot("gpt-4.1")\n    assert bot.limit == 10\n'
    ),
}


@pytest.mark.parametrize(("before", "after"), MOVES.values(), ids=MOVES)
def test_what_an_edit_falsifies_moves_along(before: str, after: str) -> None:
    assert _run(before, ["test"])[1] == after


@pytest.mark.parametrize("before", [before for before, _ in MOVES.values()], ids=MOVES)
def test_else_it_is_listed(before: str) -> None:
    inventory, new = _run(before, [])
    assert new == before
    found = [one for one in inventory.findings if one.rule == "GPT55-X001"]
    assert found
    assert all("app.py:" in one.message for one in found)


@pytest.mark.parametrize("test", STAYS.values(), ids=STAYS)
@pytest.mark.parametrize("contexts", [[], ["test"]], ids=["listed", "written"])
def test_what_stays_true_stays(test: str, contexts: list[str]) -> None:
    inventory, new = _run(test, contexts)
    assert not any(one.rule == "GPT55-X001" for one in inventory.findings)
    assert [e for e in inventory.edits if e.rule == "GPT55-X001"] == []
    assert new.replace("gpt-5.5-instant", "gpt-4o") == test


def test_a_fixture_of_a_conftest() -> None:
    test = 'def test_a(bot):\n    assert bot.model == "gpt-4o"\n'
    conftest = "import pytest\nfrom app import Bot\n\n\n@pytest.fixture\ndef bot():\n    yield Bot()\n"
    assert "gpt-5.5-instant" in _run(test, ["test"], tests__conftest=conftest)[1]
    elsewhere = _run(test, ["test"], other__conftest=conftest)
    assert elsewhere[1] == test


def test_a_number_that_is_resized() -> None:
    limit = "\n\nWINDOW = 128_000\n\n\ndef cut(tokens):\n    return tokens[:WINDOW]\n"
    ask = "\n\ndef ask(enc, text):\n    return Bot().ask(enc.decode(enc.encode(text)[:WINDOW]))\n"
    test = "from app import WINDOW, cut\n\n\ndef test_a():\n    assert WINDOW == 128_000\n    assert cut([1]) == [1]\n"
    new = _run(test, ["test"], APP + limit + ask)[1]
    assert new == test.replace("128_000", "512_000")
    stays = test.replace("WINDOW == 128_000", "len(str(WINDOW)) == 6").replace("cut([1])", "cut([128_000])")
    assert _run(stays, ["test"], APP + limit + ask)[1] == stays


ENV = """\
import os

from openai import OpenAI


def model():
    return os.getenv("DESK_MODEL", "gpt-4o")


def ask(text):
    return OpenAI().responses.create(model=model(), input=text)
"""


@pytest.mark.parametrize(
    ("line", "moves"),
    [("pass", True), ('monkeypatch.setenv("DESK_MODEL", "gpt-4o")', False)],
    ids=["the default", "the test sets the environment"],
)
def test_the_environment(line: str, moves: bool) -> None:
    test = (
        f'from app import model\n\n\ndef test_a(monkeypatch):\n    {line}\n    assert model() == "gpt-4o"\n'
    )
    new = migrated({"app.py": ENV, "tests/test_app.py": test}, **{"write-contexts": ["test"], "map": MAP})[1]
    assert ('== "gpt-5.5-instant"' in new["tests/test_app.py"]) is moves


TWO = """\
from openai import AzureOpenAI, OpenAI


def here(text):
    return OpenAI().chat.completions.create(model="gpt-4o", messages=text, max_tokens=100)


def azure(text):
    return AzureOpenAI().chat.completions.create(model="gpt-4o", messages=text, max_tokens=100)
"""


@pytest.mark.parametrize(
    ("called", "moves"),
    [("here([])", True), ("azure([])", False), ("here([]), azure([])", False)],
    ids=["a call that moves", "a call that stays", "both"],
)
def test_only_what_every_call_is_sent(called: str, moves: bool) -> None:
    test = (
        "from app import azure, here\n\n\ndef test_a(create):\n"
        f'    {called}\n    assert create.call_args.kwargs["max_tokens"] == 100\n'
    )
    new = migrated({"app.py": TWO, "tests/test_app.py": test}, **{"write-contexts": ["test"], "map": MAP})[1]
    assert ("max_completion_tokens" in new["tests/test_app.py"]) is moves


ADDED = """\
from openai import OpenAI


def ask(text):
    return OpenAI().chat.completions.create(model="gpt-4o", messages=text)
"""


def test_a_parameter_that_joins() -> None:
    test = (
        "from app import ask\n\n\ndef test_a(create):\n    ask([])\n"
        '    create.assert_called_once_with(model="gpt-4o", messages=[])\n'
        '    assert create.call_args.kwargs == {"model": "gpt-4o", "messages": []}\n'
        "    create.assert_called_once()\n"
    )
    settings = {"write-contexts": ["test"], "map": MAP, "catalog": "published"}
    new = migrated({"app.py": ADDED, "tests/test_app.py": test}, **settings)[1]["tests/test_app.py"]
    assert 'assert_called_once_with(model="gpt-5.5", messages=[], reasoning_effort="none")' in new
    assert '== {"model": "gpt-5.5", "messages": [], "reasoning_effort": "none"}' in new
    assert "create.assert_called_once()\n" in new


@pytest.mark.parametrize(
    ("call", "listed"), [("Bot().ask('hi')", True), ("known('gpt-4.1')", False)], ids=["changed", "unchanged"]
)
def test_snapshots_are_listed(call: str, listed: bool) -> None:
    test = f"def test_a(snapshot):\n    assert {call} == snapshot\n"
    inventory, new = _run(test, ["test"])
    assert new == test
    found = [one for one in inventory.findings if "recorded snapshot" in one.message]
    assert [(one.path, one.line) for one in found] == ([("tests/test_app.py", 7)] if listed else [])


def test_what_a_test_gave_and_got_back() -> None:
    test = 'def test_a(seen):\n    Bot(model="gpt-4o").ask("hi")\n    assert seen == ["gpt-4o", "gpt-4.1"]\n'
    assert _run(test, ["test"])[1] == test.replace("gpt-4o", "gpt-5.5-instant")
    inventory, new = _run(test, [])
    assert new == test
    assert not any(one.rule == "GPT55-X001" for one in inventory.findings)


def test_what_a_test_gave_with_its_vendor_and_got_back_without() -> None:
    test = (
        "import litellm\n\n\n"
        "def test_a(seen):\n"
        '    litellm.completion(model="openai/gpt-4o", messages=[])\n'
        '    assert seen["name"] == "gpt-4o"\n'
        '    assert seen["other"] == "gpt-4.1"\n'
    )
    assert _run(test, ["test"])[1] == test.replace("gpt-4o", "gpt-5.5-instant")
    kept = test.replace("messages=[])", "messages=[])  # gpt55: ignore")
    assert _run(kept, ["test"])[1] == kept


def test_a_test_that_names_an_old_model_keeps_no_id_of_the_program_from_moving() -> None:
    app = (
        "from openai import OpenAI\n\n\n"
        'def ask(text, model="gpt-4o"):\n'
        "    return OpenAI().chat.completions.create(model=model, messages=text, max_tokens=90)\n"
    )
    test = 'from app import ask\n\n\ndef test_it():\n    assert ask([], model="gpt-4o")\n'
    files = {"app.py": app.encode(), "tests/test_app.py": test.encode()}
    inventory, after = pipeline.migrate(files, Settings(map={"gpt-4o": "instant"}))
    assert {one.path: one.selected for one in inventory.references} == {
        "app.py": True,
        "tests/test_app.py": False,
    }
    assert b'model="gpt-5.5-instant"' in after["app.py"]
    assert after["tests/test_app.py"] == files["tests/test_app.py"]
    alone = {**files, "app.py": app.replace('="gpt-4o"', "").encode()}
    assert pipeline.migrate(alone, Settings(map={"gpt-4o": "instant"}))[1] == alone


def test_a_model_that_only_tests_give_changes_nothing_that_the_program_sends() -> None:
    app = (
        "from openai import OpenAI\n\n\n"
        "def ask(text, model{default}):\n"
        "    return OpenAI().chat.completions.create(model=model, messages=text, max_tokens=90)\n"
        "\n\ndef brief(text, model='gpt-4o'):\n"
        "    return OpenAI().chat.completions.create(model=model, messages=text)\n"
    )
    test = 'from app import ask, brief\n\n\ndef test_it():\n    m = "gpt-4o"\n    assert ask([], m)\n    assert brief([], m)\n'
    settings = Settings(map={"gpt-4o": "instant"}, write_contexts=("src", "test"))
    files = {"app.py": app.format(default="").encode(), "tests/test_app.py": test.encode()}
    inventory, after = pipeline.migrate(files, settings)
    assert after["tests/test_app.py"] == files["tests/test_app.py"]
    assert after["app.py"] == files["app.py"].replace(b"gpt-4o", b"gpt-5.5-instant")
    held = {one.path: one.detail for one in inventory.references if one.reason == "must-move-together"}
    assert set(held) == {"tests/test_app.py"}
    assert "app.py:5" in held["tests/test_app.py"]
    files["app.py"] = app.format(default="='gpt-4o'").encode()
    _, after = pipeline.migrate(files, settings)
    assert b"gpt-4o" not in after["app.py"] + after["tests/test_app.py"]
