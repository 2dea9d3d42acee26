"""An object that callers outside make may come to every open receiver of the program, as may a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from migrator import pipeline
from migrator.settings import Settings
from tests.decided import MAP

if TYPE_CHECKING:
    from pathlib import Path

SPOKEN = """
from openai import OpenAI


class Spoken:
    def __init__(self, model="gpt-4o-mini"):
        self.client, self.model = OpenAI(), model

    def say(self, text, **options):
        return self.client.chat.completions.create(model=self.model, messages=[text], **options)
"""
CALLED = SPOKEN.replace("def say", "def __call__")
FUNCTION = """
from openai import OpenAI


def say(text, model="gpt-4o-mini", **options):
    return OpenAI().chat.completions.create(model=model, messages=[text], **options)
"""
POSTED = """
import httpx


class Posted:
    def __init__(self, model="gpt-4o-mini", **settings):
        self.model, self.settings = model, settings

    def say(self, text, **options):
        body = {"model": self.model, "messages": [text], **self.settings, **options}
        return httpx.post("https://api.openai.com/v1/chat/completions", json=body)
"""
SILENT = """

class Silent:
    def say(self, text, **options):
        return text
"""
BOX = """

class Box:
    def say(self, text, max_tokens=1):
        return text * max_tokens
"""
DESK = """
USED

class Desk:
    def __init__(self, voiceTYPE):
        self.voice = voice

    def sort(self, text):
        return CALL
"""
DIRECT = "self.voice.say(text, max_tokens=5)"
RENAMED = '**{"max_completion_tokens" if key == "max_tokens" and "gpt-5.5" in '


def migrated(code: str, call: str, *, kind: str = "", used: str = "") -> dict[str, bytes]:
    desk = DESK.replace("CALL", call).replace("TYPE", kind).replace("USED", used)
    files = {"__init__": "", "voices": code, "desk": desk}
    _, new = pipeline.migrate(
        {f"kit/{p}.py": t.encode() for p, t in files.items()}, Settings(map=MAP, unproven=True)
    )
    return new


def outcome(code: str, call: str, *, kind: str = "", used: str = "") -> str:
    """`held`, `moved`, or `renamed` if what is handed on is renamed for the new model where it is sent."""
    new = migrated(code, call, kind=kind, used=used)
    assert call.encode() in new["kit/desk.py"], "what others may take keeps its name"
    voices = new["kit/voices.py"].decode()
    if "gpt-5.5" not in voices:
        return "held"
    return "renamed" if RENAMED in voices else "moved"


@pytest.mark.parametrize("code", [SPOKEN + SILENT, SPOKEN + BOX, SPOKEN, POSTED + SILENT, POSTED])
def test_what_an_open_receiver_is_given_is_renamed_where_it_is_sent(code: str) -> None:
    assert outcome(code, DIRECT) == "renamed"
    assert outcome(code, 'self.voice.say(text, user="u")') == "moved"
    assert outcome(code, "self.voice.say(text)") == "moved"


HANDED = {
    "a partial": ("from functools import partial", "partial(self.voice.say, max_tokens=5)(text)"),
    "a method in a dict": ("", '{"say": self.voice.say}["say"](text, max_tokens=5)'),
    "a thread": ("import asyncio", "asyncio.to_thread(self.voice.say, text, max_tokens=5)"),
    "a pool": (
        "from concurrent.futures import ThreadPoolExecutor",
        "ThreadPoolExecutor().submit(self.voice.say, text, max_tokens=5)",
    ),
    "a mapping": ("LESS = {'max_tokens': 5}", "self.voice.say(text, **LESS)"),
    "a mapping made there": ("", "self.voice.say(text, **dict(max_tokens=5))"),
    "a helper": (
        "def again(ask, *given, **more):\n    return ask(*given, **more)\n",
        "again(self.voice.say, text, max_tokens=5)",
    ),
    "a generator": ("", "[one.say(text, max_tokens=5) for one in self.voice]"),
    "an await": ("", "run(self.voice.say(text, max_tokens=5))"),
    "a part": ("", "self.voice.voice.say(text, max_tokens=5)"),
}


@pytest.mark.parametrize("name", HANDED)
def test_a_method_that_is_handed_on_is_called_there(name: str) -> None:
    used, call = HANDED[name]
    assert outcome(SPOKEN + SILENT, call, used=used) == "renamed"
    used, call = (text.replace("max_tokens=5", "n=1").replace("'max_tokens'", "'n'") for text in (used, call))
    assert outcome(SPOKEN + SILENT, call, used=used) == "moved"


@pytest.mark.parametrize("code", [CALLED, FUNCTION])
def test_what_is_handed_over_may_be_called_itself(code: str) -> None:
    assert outcome(code, "self.voice(text, max_tokens=5)") == "renamed"
    assert outcome(code, "self.voice(text, max_tokens=5)", kind=": Callable[..., str]") == "renamed"
    assert outcome(code, "self.voice(text, n=1)") == "moved"
    box = "from kit.boxes import Box" + BOX
    assert outcome(code, "self.voice(text, max_tokens=5)", kind=": Box", used=box) == "moved"


def test_what_is_of_another_class_is_no_caller() -> None:
    assert outcome(SPOKEN + SILENT, DIRECT, kind=": Box", used=BOX) == "moved"
    assert outcome(SPOKEN + SILENT, DIRECT.replace("self.voice", "Box()"), used=BOX) == "moved"
    assert outcome(SPOKEN + SILENT, DIRECT, kind=": Form", used=FORM) == "renamed"


FORM = """
from typing import Protocol


class Form(Protocol):
    def say(self, text, **options): ...
"""


@pytest.mark.parametrize(
    "call",
    ["self.voice.messages.say(text, max_tokens=5)", "self.voice.say(text, 1, 2, 3, max_tokens=5)"],
    ids=["a part of a library's object", "more than it takes"],
)
def test_what_cannot_mean_it_is_no_caller(call: str) -> None:
    assert outcome(SPOKEN + SILENT, call) == "moved"


def test_a_class_that_is_known_is_given_the_new_name() -> None:
    used = "from kit.voices import Spoken"
    new = migrated(SPOKEN, DIRECT, kind=": Spoken", used=used)
    assert b"self.voice.say(text, max_completion_tokens=5)" in new["kit/desk.py"]
    assert b"**options)" in new["kit/voices.py"]


def test_a_class_that_does_not_know_the_new_name_goes_on_with_the_old_one() -> None:
    used = "from kit.voices import Spoken\nfrom kit.boxes import Box\n" + BOX
    both = "(Spoken() if text else Box()).say(text, max_tokens=5)"
    assert outcome(SPOKEN, both, used=used) == "renamed"
    assert outcome(SPOKEN, both.replace("max_tokens", "n"), used=used) == "moved"


def test_what_another_vendors_class_is_given_too_is_renamed_where_it_is_sent() -> None:
    other = (
        "\n\nimport anthropic\n\n\nclass Other:\n    def say(self, text, **options):\n"
        '        given = {"max_tokens": 9, **options}\n        made = anthropic.Anthropic().messages\n'
        '        return made.create(model="claude-sonnet-4-5", messages=[text], **given)\n'
    )
    assert outcome(SPOKEN + other, "[one.say(text, max_tokens=5) for one in self.voice]") == "renamed"


@pytest.mark.parametrize(("given", "is_renamed"), [("max_tokens=5", True), ("n=5", False)])
def test_callers_and_the_types_that_they_name_are_read(
    tmp_path: Path, given: str, *, is_renamed: bool
) -> None:
    boxes = {
        "boxes": BOX,
        "typed": DESK.replace("USED", "from kit.boxes import Box").replace("TYPE", ": Box"),
    }
    free = {"free": DESK.replace("USED", "").replace("TYPE", "")}
    for files, expected in ((boxes, False), (boxes | free, is_renamed)):
        for path, text in {"__init__": "", "voices": SPOKEN, **files}.items():
            (tmp_path / "kit").mkdir(exist_ok=True)
            call = DIRECT.replace("max_tokens=5", given)
            (tmp_path / "kit" / f"{path}.py").write_text(text.replace("CALL", call))
        found = pipeline.review([tmp_path], Settings(map=MAP, unproven=True), root=tmp_path)
        [change] = pipeline.changes(found, tmp_path, 1).files
        assert change.path == "kit/voices.py"
        assert (RENAMED.encode() in change.new) is expected
