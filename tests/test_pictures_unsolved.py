"""Prompts that take more work to find than is spent: by names, pictures that come to them are found still."""

from __future__ import annotations

from functools import partial

import pytest

from migrator import pipeline
from migrator.settings import Settings
from tests import decided

WORK = pytest.mark.parametrize("work", [1, 10, 30, 100, None])


@pytest.fixture
def spend(monkeypatch: pytest.MonkeyPatch):
    return partial(decided.spend, monkeypatch)


PICTURE = '{"type": "image_url", "image_url": {"url": shown}}'
TEXT = '{"type": "text", "text": shown}'
PROGRAMS = {
    "given by a caller": """
def ask(messages, model="gpt-4o-mini"):
    return OpenAI().chat.completions.create(model=model, messages=messages)


def look(shown):
    return ask([{"role": "user", "content": [PART]}])
""",
    "kept in a field": """
class Chat:
    def __init__(self, model="gpt-4o-mini"):
        self.model, self.log = model, []

    def show(self, shown):
        self.log.append({"role": "user", "content": [PART]})

    def ask(self):
        return OpenAI().chat.completions.create(model=self.model, messages=self.log)
""",
    "set under a key of what is spread": """
def ask(text, shown=None, model="gpt-4o-mini"):
    given = {"model": model, "messages": [{"role": "user", "content": text}]}
    if shown:
        given["messages"][-1] = {"role": "user", "content": [PART]}
    return OpenAI().chat.completions.create(**given)
""",
    "returned by a method of a class below": """
class Base:
    def __init__(self, model="gpt-4o-mini"):
        self.model = model

    def parts(self, shown):
        return [{"type": "text", "text": shown}]

    def ask(self, shown):
        content = self.parts(shown)
        return OpenAI().chat.completions.create(
            model=self.model, messages=[{"role": "user", "content": content}]
        )


class Seeing(Base):
    def parts(self, shown):
        return [PART]


def run(shown):
    return Seeing().ask(shown), Base().ask(shown)
""",
    "put together by a helper": """
def part_of(shown):
    return PART


def messages_of(files):
    found = []
    for shown in files:
        found.extend([part_of(shown)])
    return [{"role": "user", "content": found}]


def ask(files, model="gpt-4o-mini"):
    sent = list(messages_of(files))
    return OpenAI().chat.completions.create(model=model, messages=sent)
""",
    "sent by what was imported before": """
made = {}


def sender():
    if "send" not in made:
        from litellm import completion

        made["send"] = completion
    return made["send"]


def ask(text, shown=None, model="openai/gpt-4o-mini"):
    completion = sender()
    given = {"model": model, "messages": [{"role": "user", "content": text}]}
    if shown:
        given["messages"][-1] = {"role": "user", "content": [PART]}
    return completion(**given)
""",
    "in a body that something else sends": """
from elsewhere import submit


class Sender:
    def __init__(self, model="gpt-4o-mini"):
        self.model = model

    def body(self, messages):
        return {"model": self.model, "max_completion_tokens": 10, "messages": messages}

    def look(self, shown):
        return submit(self.body([{"role": "user", "content": [PART]}]))
""",
    "in a body without any parameter": """
from elsewhere import submit


def ask(shown, model="gpt-4o-mini"):
    return submit({"model": model, "messages": [{"role": "user", "content": [PART]}]})
""",
}


def after(code: str, **others: str) -> str:
    files = {"app.py": f"from openai import OpenAI\n\n{code}".encode()}
    files |= {f"{name}.py": text.encode() for name, text in others.items()}
    settings = Settings(map={"gpt-4o-mini": "mini", "gpt-4o": "instant"}, unproven=True)
    return pipeline.migrate(files, settings)[1]["app.py"].decode()


@WORK
@pytest.mark.parametrize("code", PROGRAMS.values(), ids=PROGRAMS)
def test_no_picture_goes_to_a_text_only_model(code, work, spend):
    spend(work)
    assert "gpt-5.5-mini" not in after(code.replace("PART", PICTURE))


@WORK
@pytest.mark.parametrize("code", PROGRAMS.values(), ids=PROGRAMS)
def test_texts_go_there(code, work, spend):
    spend(work)
    assert "gpt-5.5-mini" in after(code.replace("PART", TEXT))


ASKED = """
def parts(model, shown):
    if not supports_vision(model):
        return [{"type": "text", "text": "(a picture)"}]
    return [PART]


def ask(shown, model="gpt-4o-mini"):
    content = parts(model, shown)
    return OpenAI().chat.completions.create(model=model, messages=[{"role": "user", "content": content}])
"""
OTHER = """
from openai import OpenAI


def see(messages):
    return OpenAI().chat.completions.create(model="gpt-4o", messages=messages)


def look(shown):
    return see([{"role": "user", "content": [PART]}])
"""


@WORK
def test_pictures_of_what_asks_for_support_don_t_count(work, spend):
    spend(work)
    code = "from models import supports_vision\n" + ASKED.replace("PART", PICTURE)
    assert ("gpt-5.5-mini" in after(code)) == (work in (1, 10, 30))


TURNED = """
def turned(parts):
    found = []
    for part in parts:
        if part["type"] == "image_url":
            found.append({"type": "input_image", "image_url": part["image_url"]["url"]})
        else:
            found.append({"type": "input_text", "text": part["text"]})
    return found


def ask(text, model="gpt-4o-mini"):
    content = turned([{"type": "text", "text": text}])
    return OpenAI().responses.create(model=model, input=[{"role": "user", "content": content}])
"""


@pytest.mark.parametrize("work", [1, 10, 30])
def test_what_was_a_picture_before_is_no_other(work, spend):
    spend(work)
    assert "gpt-5.5-mini" in after(TURNED)


@WORK
def test_pictures_of_another_call_don_t_count(work, spend):
    spend(work)
    code = PROGRAMS["kept in a field"].replace("PART", TEXT) + OTHER.replace("PART", PICTURE)
    assert "gpt-5.5-mini" in after(code)
