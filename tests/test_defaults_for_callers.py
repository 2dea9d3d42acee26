"""A default that stands behind what callers outside give by its old name is renamed where both are sent."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.know import solver
from migrator.settings import Settings
from tests.decided import MAP

DESK = """
from openai import OpenAI


class Desk:
    def __init__(self, model="gpt-4o-mini", given=None):
        self.client, self.model, self.given = OpenAI(), model, dict(given or {})

    def sort(self, text, **options):
        BODY
        return self.client.chat.completions.create(model=self.model, messages=[text], **SENT)
"""
RENAMED = '{"max_completion_tokens" if key == "max_tokens" and "gpt-5.5" in self.model else key: value'
WAYS = {
    "setdefault": ('options.setdefault("max_tokens", 9)', "options"),
    "a test": ('if "max_tokens" not in options:\n            options["max_tokens"] = 9', "options"),
    "a test beside another": (
        'if text and "max_tokens" not in self.given:\n            self.given["max_tokens"] = 9',
        "self.given",
    ),
    "a display": ('made = {"max_tokens": 9, **options}', "made"),
}
OWN = {
    "setdefault": ('own = {"user": "u"}\n        own.setdefault("max_tokens", 9)', "own"),
    "a test": ('own = {}\n        if "max_tokens" not in own:\n            own["max_tokens"] = 9', "own"),
    "a display": ('made = {"max_tokens": 9, "user": "u"}', "made"),
    "what comes before": ('made = {**options, "max_tokens": 9}', "made"),
}


def migrated(body: str, sent: str) -> str:
    code = DESK.replace("BODY", body).replace("SENT", sent)
    _, new = pipeline.migrate({"kit/__init__.py": b"", "kit/desk.py": code.encode()}, Settings(map=MAP))
    return new["kit/desk.py"].decode()


@pytest.mark.parametrize("name", WAYS)
def test_a_default_for_callers_keeps_the_name_that_they_give(name: str) -> None:
    body, sent = WAYS[name]
    after = migrated(body, sent)
    assert f"**{RENAMED} for key, value in {sent}.items()}})" in after
    assert body in after


@pytest.mark.parametrize("name", OWN)
def test_what_the_program_alone_gives_is_renamed_where_it_stands(name: str) -> None:
    body, sent = OWN[name]
    after = migrated(body, sent)
    assert "gpt-5.5-mini" in after
    assert RENAMED not in after
    assert '"max_completion_tokens"' in after


def test_a_default_waits_where_nothing_can_be_asked_for_the_model() -> None:
    body, sent = WAYS["setdefault"]
    assert "gpt-4o-mini" in migrated(body, f'{{"user": "u", **{sent}}}')


UNSOLVED = """
import anthropic
from openai import OpenAI


class Again:
    def call(self, ask, /, *given, **more):
        return ask(*given, **more)


AGAIN = Again()


class Desk:
    def __init__(self, model="gpt-4o-mini", most=9, base_url=None):
        self.client, self.model = OpenAI(base_url=base_url), model
        self.given = {}
        if most is not None:
            self.given["NAME"] = most

    def sort(self, text):
        return AGAIN.call(self.client.chat.completions.create, model=self.model, messages=[text], **self.given)

    def near(self, text):
        return AGAIN.call(self.client.embeddings.create, model="text-embedding-3-small", input=text)
"""


@pytest.mark.parametrize(("name", "new"), [("max_tokens", "gpt-4o-mini"), ("user", "gpt-5.5-mini")])
def test_what_takes_too_much_to_find_is_a_request_by_the_names_of_what_it_is_given(
    monkeypatch: pytest.MonkeyPatch, name: str, new: str
) -> None:
    bounds = {"MAX_ASKED": 40, "MAX_SMALL": 40, "MAX_SECOND": 0, "MAX_SECOND_WORK": 0}
    for bound, most in bounds.items():
        monkeypatch.setattr(solver, bound, most)
    code = UNSOLVED.replace("NAME", name)
    _, made = pipeline.migrate({"desk.py": code.encode()}, Settings(map=MAP))
    assert f'model="{new}"' in made["desk.py"].decode()
