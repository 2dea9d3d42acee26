"""What is written by default: ids that are shown to come to a request; the rest is recommended, and written on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ci_support import project
from ci_support import within as tool

from migrator import pipeline
from migrator.settings import Settings
from tests.decided import MAP, spend

if TYPE_CHECKING:
    from pathlib import Path

    from migrator.inventory import Inventory

HEAD = "from openai import OpenAI\n\nclient = OpenAI()\n\n\n"
SEND = "client.responses.create(model=MODEL, input=text)"


def sent(model: str) -> str:
    return SEND.replace("MODEL", model)


def done(code: str, *, unproven: bool = False) -> tuple[Inventory, str]:
    """What is found, and the new text, which a second run leaves as it is."""
    settings = Settings(map=MAP, unproven=unproven)
    inventory, new = pipeline.migrate({"app.py": code.encode()}, settings)
    assert pipeline.migrate(new, settings)[1] == new
    return inventory, new["app.py"].decode()


PROVEN = {
    "a literal at a call": f"def ask(text):\n    return {sent(repr('gpt-4o'))}\n",
    "a constant": f"MODEL = 'gpt-4o'\n\n\ndef ask(text):\n    return {sent('MODEL')}\n",
    "a default of a function": f"def ask(text, model='gpt-4o'):\n    return {sent('model')}\n",
    "an attribute of a constructor": (
        "class Desk:\n    def __init__(self, model='gpt-4o'):\n        self.model = model\n\n"
        f"    def ask(self, text):\n        return {sent('self.model')}\n"
    ),
    "a dict that is spread": (
        "OPTIONS = {'model': 'gpt-4o', 'user': 'desk'}\n\n\n"
        "def ask(text):\n    return client.responses.create(input=text, **OPTIONS)\n"
    ),
    "what a function gives": f"def model():\n    return 'gpt-4o'\n\n\ndef ask(text):\n    return {sent('model()')}\n",
    "a row of a table": (
        f"MODELS = {{'fast': 'gpt-4o'}}\n\n\ndef ask(text):\n    return {sent('MODELS[' + repr('fast') + ']')}\n"
    ),
    "options of a function that only this program calls": (
        "def _ask(text, **options):\n"
        "    return client.responses.create(model='gpt-4o', input=text, **options)\n\n\n"
        "print(_ask('hi', user='desk'))\n"
    ),
    "a setting of the environment": f"import os\n\n\ndef ask(text):\n    return {sent('os.getenv(' + repr('M') + ', ' + repr('gpt-4o') + ')')}\n",
    "one that is written down as well": (
        f"def ask(text, model='gpt-4o'):\n    print('asking', model)\n    return {sent('model')}\n"
    ),
}
UNPROVEN = {
    "a library without a rule": "from office import Chat\n\nchat = Chat(model='gpt-4o', provider='openai')\n",
    "a function of such a library": "from office import ask\n\n\ndef run(text, model='gpt-4o'):\n    return ask(text, model=model)\n",
    "options of callers": (
        "def ask(text, model='gpt-4o', **options):\n"
        "    return client.responses.create(model=model, input=text, **options)\n"
    ),
    "options that a constructor keeps": (
        "class Desk:\n    def __init__(self, model='gpt-4o', **options):\n"
        "        self.model, self.options = model, options\n\n"
        "    def ask(self, text):\n"
        "        return client.responses.create(model=self.model, input=text, **self.options)\n"
    ),
    "a constant that nothing uses": "DEFAULT_MODEL = 'gpt-4o'\n",
    "an object of callers": "def start(window):\n    window.add_option(name='llm', model='gpt-4o')\n",
    "a command line": "import subprocess\n\n\ndef run(model='gpt-4o'):\n    subprocess.run(['asker', '--model', model])\n",
    "a file for others": (
        "import json\n\n\ndef begin(path, model='gpt-4o'):\n    path.write_text(json.dumps({'model': model}))\n"
    ),
}


@pytest.mark.parametrize("code", PROVEN.values(), ids=PROVEN)
def test_an_id_that_is_shown_to_come_to_a_request_is_written(code: str) -> None:
    inventory, new = done(HEAD + code)
    assert "gpt-4o" not in new
    assert {(one.action, one.selected, one.reason) for one in inventory.references} == {("rewrite", True, "")}
    assert done(HEAD + code, unproven=True)[1] == new


@pytest.mark.parametrize("code", UNPROVEN.values(), ids=UNPROVEN)
def test_any_other_is_recommended_and_the_place_is_named(code: str) -> None:
    inventory, new = done(HEAD + code)
    assert new == HEAD + code
    assert not [edit for edit in inventory.edits if edit.selected]
    (one,) = inventory.references
    assert (one.action, one.selected, one.reason) == ("rewrite", False, "unproven")
    assert one.detail.startswith("app.py:")
    assert one.replacement == "gpt-5.5-instant"


@pytest.mark.parametrize("code", UNPROVEN.values(), ids=UNPROVEN)
def test_it_is_written_on_demand(code: str) -> None:
    inventory, new = done(HEAD + code, unproven=True)
    assert new == HEAD + code.replace("gpt-4o", "gpt-5.5-instant")
    assert {(one.selected, one.reason) for one in inventory.references} == {(True, "")}


@pytest.mark.parametrize(
    "code",
    [
        "class Settings:\n    def __init__(self, model='gpt-4o'):\n        self.model = model\n",
        "def chosen(name=None):\n    return name or 'gpt-4o'\n",
    ],
)
def test_one_that_is_kept_and_comes_to_no_request_is_none_that_is_shown_to(code: str) -> None:
    inventory, new = done(code)
    assert new == code
    assert [(one.reason, one.detail) for one in inventory.references] == [
        ("unproven", "no request is seen that it comes to")
    ]


def test_the_place_is_where_the_following_ends() -> None:
    inventory, _ = done(UNPROVEN["a function of such a library"])
    assert inventory.references[0].detail == "app.py:5: what is called there is not known"
    inventory, _ = done(UNPROVEN["options of callers"])
    assert inventory.references[0].detail == "app.py:2: callers may give it more"


# -- what is added beside ids ------------------------------------------------------------------------

WINDOWS = "WINDOWS = {'gpt-4o': 128_000, 'gpt-4': 8_192}\n\n\ndef window(model):\n    return WINDOWS[model]\n"
ASK = f"\n\ndef ask(text, model={{}}):\n    return window(model), {sent('model')}\n"


def test_a_table_gains_nothing_whose_ids_do_not_move() -> None:
    code = HEAD + WINDOWS
    inventory, new = done(code)
    assert new == code
    assert [one.detail for one in inventory.references if one.reason == "unproven"] == [
        "no id that is shown to come to a request needs it"
    ]
    assert "'gpt-4o': 128_000, 'gpt-5.5-instant'" in done(code, unproven=True)[1]


def test_a_table_gains_the_row_that_a_moving_id_needs() -> None:
    new = done(HEAD + WINDOWS + ASK.format("'gpt-4o'"))[1]
    assert "model='gpt-5.5-instant'" in new
    assert "'gpt-5.5-instant': 512_000" in new.partition("def window")[0]


def test_a_table_gains_no_row_for_an_id_that_waits() -> None:
    asks = ASK.format("'gpt-4o'").replace("):", ", **more):").replace("text)\n", "text, **more)\n")
    code = HEAD + WINDOWS + asks
    assert done(code)[1] == code
    assert done(code, unproven=True)[1].count("gpt-5.5-instant") == 2


def test_a_program_that_is_on_a_new_id_gains_the_row() -> None:
    new = done(HEAD + WINDOWS + ASK.format("'gpt-5.5-instant'"))[1]
    assert "'gpt-4o': 128_000, 'gpt-5.5-instant': " in new


# -- groups ------------------------------------------------------------------------------------------

TIED = """
def ask(text, model="gpt-4o"):
    return client.chat.completions.create(model=model, messages=text, max_tokens=9)


def talk(text, model="gpt-4o"):
    ask(text, model)
    return client.responses.create(model=model, input=text{more})
"""


def test_of_a_group_with_one_that_is_not_shown_nothing_is_written() -> None:
    code = HEAD + TIED.replace("{more}", ", **more").replace(
        '"gpt-4o"):\n    ask', '"gpt-4o", **more):\n    ask'
    )
    inventory, new = done(code)
    assert new == code
    assert {(one.reason, one.selected) for one in inventory.references} == {("unproven", False)}
    assert {edit.rule for edit in inventory.edits} == {"GPT55-M001", "GPT55-P001"}
    new = done(code, unproven=True)[1]
    assert "gpt-4o" not in new
    assert "max_completion_tokens=9" in new


def test_a_group_that_is_shown_to_the_last_id_is_written() -> None:
    new = done(HEAD + TIED.replace("{more}", ""))[1]
    assert "gpt-4o" not in new
    assert "max_completion_tokens=9" in new


def test_an_id_that_waits_keeps_no_other_from_moving() -> None:
    code = (
        HEAD + PROVEN["a literal at a call"] + "\n\n" + UNPROVEN["options of callers"].replace("ask", "other")
    )
    inventory, new = done(code)
    assert [(one.selected, one.reason) for one in inventory.references] == [(True, ""), (False, "unproven")]
    assert new == code.replace("gpt-4o", "gpt-5.5-instant", 1)


def test_what_may_come_to_a_request_as_well_does_not_hold_what_does() -> None:
    code = (
        "import office\n" + HEAD + "def ask(text, model='gpt-4o'):\n"
        "    return client.chat.completions.create(model=model, messages=text, max_tokens=900)\n\n\n"
        "office.run(model='gpt-4o-mini')\n"
    )
    new = done(code)[1]
    assert "model='gpt-5.5-instant'" in new
    assert "max_completion_tokens=900" in new
    assert "office.run(model='gpt-4o-mini')" in new


@pytest.mark.parametrize("held", ["gpt-5", "gpt-4o"])
def test_a_list_gains_a_new_id_only_for_one_that_it_held(held: str) -> None:
    code = (
        HEAD + f"ANY = ['{held}', 'other', 'gpt-5-mini']\n\n\n"
        "def route(gone):\n    held = [name for name in ANY if name not in gone]\n    return held or ANY\n\n\n"
        f"def ask(text, model='gpt-4o'):\n    return {sent('model')}\n"
    )
    new = done(code)[1]
    assert "model='gpt-5.5-instant'" in new
    assert ("gpt-5.5-instant" in new.partition("def route")[0]) is (held == "gpt-4o")


# -- the command line --------------------------------------------------------------------------------


@pytest.fixture
def half(tmp_path: Path) -> Path:
    """A project with one id that is shown to come to a request and one that is not."""
    return project(
        tmp_path, app=HEAD + PROVEN["a literal at a call"], office=UNPROVEN["a library without a rule"]
    )


def names(root: Path, model: str) -> set[str]:
    return {path.name for path in root.glob("*.py") if model in path.read_text()}


def test_apply_leaves_it_and_says_how_many_wait(half: Path) -> None:
    said = tool("apply", ".", "--yes", cwd=half, code=0).output
    assert names(half, "gpt-5.5") == {"app.py"}
    assert "Not written: 1 place" in said
    assert "--unproven writes them" in said
    kept = {path.name: path.read_bytes() for path in half.glob("*.py")}
    assert "Nothing to change" in tool("apply", ".", "--yes", cwd=half, code=0).output
    assert {path.name: path.read_bytes() for path in half.glob("*.py")} == kept


def test_apply_writes_it_on_demand(half: Path) -> None:
    tool("apply", ".", "--yes", "--unproven", cwd=half, code=0)
    assert names(half, "gpt-5.5") == {"app.py", "office.py"}
    kept = {path.name: path.read_bytes() for path in half.glob("*.py")}
    assert "Nothing to change" in tool("apply", ".", "--yes", "--unproven", cwd=half, code=0).output
    assert {path.name: path.read_bytes() for path in half.glob("*.py")} == kept


def test_the_setting_says_it_too(half: Path) -> None:
    (half / "pyproject.toml").write_text("[tool.gpt55-migrate]\nunproven = true\n")
    tool("apply", ".", "--yes", cwd=half, code=0)
    assert names(half, "gpt-4o") == set()


def test_check_fails_on_it_and_names_the_option(half: Path) -> None:
    said = tool("check", "office.py", "--fail-on", "review", cwd=half, code=1).output
    assert "office.py:3:20: unproven gpt-4o -> gpt-5.5-instant" in said
    assert "what is called there is not known; --unproven writes it" in said
    tool("check", "office.py", "--unproven", cwd=half, code=1)
    tool("apply", ".", "--yes", "--unproven", cwd=half, code=0)
    assert tool("check", ".", "--fail-on", "review", cwd=half, code=0).output == ""


POSTED = """
import os

import requests


def read(path):
    with open(path) as file:
        return dict(line.split("=", 1) for line in file)


def guard(text):
    settings = read("settings.txt")
    base = os.environ.get("GUARD_URL", "https://api.deepseek.com/v1").rstrip("/")
    model = settings.get("model", "gpt-4o-mini")
    return requests.post(
        f"{base}/chat/completions",
        json={"model": model, "messages": [{"role": "user", "content": text}], "max_tokens": 9},
    )
"""


@pytest.mark.parametrize("work", [0, 5, 20, 60, 200, None])
def test_with_whatever_work_an_id_for_another_address_is_not_written(
    work: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(monkeypatch, work)
    assert done(POSTED)[1] == POSTED


def test_an_id_for_an_address_of_its_own_is_written() -> None:
    assert "gpt-5.5-mini" in done(POSTED.replace("api.deepseek.com", "api.openai.com"))[1]


WRAPPED = """
from openai import OpenAI


class Scored:
    def __init__(self, model: str = "gpt-4o-mini"):
        self.model = model

    def chat(self, prompt, **options):
        return OpenAI().responses.create(model=self.model, input=prompt, **options)

    def complete(self, prompt):
        return self.chat(prompt)
"""


@pytest.mark.parametrize(("folder", "moves"), [("office/", False), ("", True)])
def test_options_of_other_programs_are_not_shut_out_by_a_caller_within(folder: str, *, moves: bool) -> None:
    files = {f"{folder}scored.py": (WRAPPED + "\n\nprint(Scored().complete([]))\n").encode()}
    files |= {f"{folder}__init__.py": b""} if folder else {}
    new = pipeline.migrate(files, Settings(map=MAP))[1]
    assert (b"gpt-5.5" in new[f"{folder}scored.py"]) is moves


TRIED = """
from tenacity import retry, stop_after_attempt
from openai import AsyncOpenAI, OpenAI


def tried(function):
    return retry(stop=stop_after_attempt(5))(function)


class Writer:
    def __init__(self, model="gpt-4o"):
        self.client, self.slow, self.model = OpenAI(), AsyncOpenAI(), model

    @tried
    def write(self, prompt, most=None):
        more = {}
        if most is not None:
            more["max_tokens"] = most
        return self.client.chat.completions.create(model=self.model, messages=prompt, **more)

    @tried
    async def later(self, prompt, most=None):
        more = {}
        if most is not None:
            more["max_tokens"] = most
        return await self.slow.chat.completions.create(model=self.model, messages=prompt, **more)
"""


@pytest.mark.parametrize("is_called", [False, True])
def test_a_twin_that_only_callers_outside_use_sends_nothing_that_is_refused(*, is_called: bool) -> None:
    code = TRIED + ("\n\ndef short(text):\n    return Writer().write(text, most=100)\n" if is_called else "")
    new = done(code)[1]
    body = new.partition("async def later")[2]
    assert new == code or "max_completion_tokens" in body


COSTS = """
from enum import Enum


class Kind(Enum):
    GPT_4O = "gpt-4o"
    GPT_4O_MINI = "gpt-4o-mini"


def ask(text, kind=Kind.GPT_4O):
    return client.responses.create(model=kind.value, input=text)


def cost(count, holder):
    model = holder.name()
    if model == "gpt-4o":
        return count * 5.0
    elif model == "gpt-4o-mini":
        return count * 0.15
    else:
        REST
"""


@pytest.mark.parametrize(
    ("rest", "moves"), [("raise ValueError(model)", False), ("return count * 5.0", True)]
)
def test_a_member_waits_while_a_test_on_its_model_would_raise(rest: str, *, moves: bool) -> None:
    code = HEAD + COSTS.replace("REST", rest)
    assert ("kind=Kind.GPT_5_5_INSTANT" in done(code)[1]) is moves
