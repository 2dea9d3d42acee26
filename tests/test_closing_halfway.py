"""Code that is half on a new id: what it refuses there is told, by the same check that guards an edit."""

from __future__ import annotations

import pytest

from tests.decided import migrated

HEAD = """
from openai import OpenAI

TEXT = [{"role": "user", "content": "hello"}]
"""
TOLD = {
    "through a queue of options": """
def ask(options):
    return OpenAI().chat.completions.create(messages=TEXT, **options)


JOBS = {"short": {"model": "gpt-5.5", "max_tokens": 5}}
for name in JOBS:
    ask(JOBS[name])
""",
    "a picture for the small one": """
def show(message):
    return OpenAI().chat.completions.create(model="gpt-5.5-mini", messages=[message])


def shot(url):
    show({"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]})
""",
    "a table without it": """
PRICES = {"gpt-5.5-mini": 15.0, "gpt-4o-mini": 0.15}
MODEL = "gpt-5.5-instant"


def cost(model):
    return PRICES[model]


print(cost(MODEL), OpenAI().chat.completions.create(model=MODEL, messages=TEXT))
""",
}


@pytest.mark.parametrize("code", TOLD.values(), ids=TOLD)
def test_what_a_new_id_comes_to_grief_at_is_told_or_put_right(code: str) -> None:
    done = migrated(HEAD + code)
    rules = ("GPT55-P", "GPT55-T")
    told = [f for f in done.inventory.findings if f.rule.startswith(rules)]
    assert told or done.after != done.before


RIGHT = {
    "its own name": TOLD["through a queue of options"].replace("max_tokens", "max_completion_tokens"),
    "one that sees": TOLD["a picture for the small one"].replace("-mini", "-instant"),
    "a row of its own": TOLD["a table without it"].replace('"gpt-5.5-mini": 15', '"gpt-5.5-instant": 45'),
}


@pytest.mark.parametrize("code", RIGHT.values(), ids=RIGHT)
def test_what_is_right_already_is_left_alone(code: str) -> None:
    done = migrated(HEAD + code)
    told = [f for f in done.inventory.findings if f.rule.startswith(("GPT55-P", "GPT55-T", "GPT55-B"))]
    assert not told
    assert done.after == done.before
