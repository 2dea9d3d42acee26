"""Ids of settings of their own wait for their own request alone, though one function makes the settings of all."""

from __future__ import annotations

import pytest

from tests.requested import moved

SETTINGS = """
import yaml


class Talk:
    def __init__(self, model="gpt-4o", more=None):
        self.model, self.more = model, more or {}


class Judge:
    def __init__(self, model="gpt-4o", more=None):
        self.model, self.more = model, more or {}


def loaded(path, kind):
    return kind(**yaml.safe_load(open(path)))


def talk(text):
    own = loaded("talk.yaml", Talk)
    return client.chat.completions.create(model=own.model, messages=[text], max_tokens=20)


def judge(text):
    own = loaded("judge.yaml", JUDGE)
    return client.chat.completions.create(model=own.model, messages=[text]MORE)
"""
CHOSEN = """
class Talk:
    name = "gpt-4o"


class Judge:
    name = "gpt-4o"


class Desk:
    kind = Talk

    def __init__(self):
        self.own = self.kind()

    def talk(self, text):
        return client.chat.completions.create(model=self.own.name, messages=[text], max_tokens=20)


class Court(Desk):
    kind = JUDGE

    def judge(self, text):
        return client.chat.completions.create(model=self.own.name, messages=[text]MORE)


Desk().talk("a")
Court().judge("b")
"""
REFUSED = {
    "open": (SETTINGS, ", **own.more"),
    "lost": (SETTINGS, ', prediction={"type": "content", "content": text}'),
    "lost below": (CHOSEN, ', prediction={"type": "content", "content": text}'),
}


@pytest.mark.parametrize(("code", "more"), REFUSED.values(), ids=REFUSED)
def test_only_the_ids_of_the_request_that_cannot_be_mended_wait(code: str, more: str) -> None:
    found = moved(code.replace("JUDGE", "Judge").replace("MORE", more))
    first, second = found.after.split("class Judge")
    assert '"gpt-5.5-instant"' in first
    assert '"gpt-4o"' in second
    assert "max_completion_tokens=20" in second


@pytest.mark.parametrize(("code", "more"), REFUSED.values(), ids=REFUSED)
def test_ids_that_get_to_such_a_request_wait_with_it(code: str, more: str) -> None:
    found = moved(code.replace("JUDGE", "Talk").replace("MORE", more))
    assert '"gpt-5.5-instant"' not in found.after.split("class Judge")[0]
