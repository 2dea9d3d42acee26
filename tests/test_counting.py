"""What only counts tokens is no call, whatever it is given; no id that is written is unknown to its encoder."""

from __future__ import annotations

import pytest

from tests.decided import migrated

COUNT = """
import tiktoken

KEPT = {}


def encoder(name):
    if name not in KEPT:
        KEPT[name] = tiktoken.encoding_for_model(name)
    return KEPT[name]


def size(texts, model="gpt-4o"):
    return sum(len(encoder(model).encode(text)) for text in texts)


def size_of(tools, *, model="gpt-4o"):
    return len(encoder(model).encode(str(tools))) if tools else 0
"""
BAG = """

class Bag:
    def __init__(self, room=9000, model="gpt-4o", tools=None):
        SET
        self.texts = []

    def left(self):
        GIVEN
"""
APART = "self.room = room\n        self.model = model\n        self.tools = tools"
TOGETHER = "self.room, self.model, self.tools = room, model, tools"
NESTED = "self.room, (self.model, self.tools) = room, (model, tools)"
BY_NAME = "return self.room - size_of(self.tools, model=self.model) - size(self.texts, model=self.model)"
SPREAD = "named = {'model': self.model}\n        return self.room - size_of(self.tools, **named)"
BY_OBJECT = "return self.room - Sizes(tools=self.tools, model=self.model).all()"
SIZES = """

class Sizes:
    def __init__(self, tools, model):
        self.tools, self.model = tools, model

    def all(self):
        return size_of(self.tools, model=self.model)
"""


@pytest.mark.parametrize("kept", [APART, TOGETHER, NESTED])
@pytest.mark.parametrize("given", [BY_NAME, SPREAD, BY_OBJECT])
def test_what_only_counts_is_no_call(kept: str, given: str) -> None:
    found = migrated(COUNT + SIZES + BAG.replace("SET", kept).replace("GIVEN", given))
    assert found.before == found.after
    assert not found.inventory.call_sites
    assert {one.role for one in found.inventory.references} == {"tokenizer"}


ASKING = BAG.replace("SET", TOGETHER).replace("GIVEN", BY_NAME).replace("class Bag", "class Talk") + (
    """
    def ask(self, text):
        from openai import OpenAI

        return OpenAI().responses.create(model=self.model, input=text, tools=self.tools)
"""
)


def test_a_counter_beside_a_request_moves_with_it() -> None:
    found = migrated(COUNT + ASKING)
    [site] = found.inventory.call_sites
    assert site.api == "openai.responses"
    assert 'model="gpt-5.5-instant", tools' in found.after
    assert 'tiktoken.get_encoding("o200k_base") if name == "gpt-5.5-instant" else' in found.after


UNSEEN = """
from backend import Backend


def sized(tools, *, model="gpt-4o"):
    return Backend.open(model).sized(tools)


class Hold:
    def __init__(self, model="gpt-4o", tools=None):
        self.model, self.tools = model, tools

    def left(self):
        return sized(self.tools, model=self.model)
"""


def test_what_is_handed_on_to_who_is_not_seen_is_no_counter() -> None:
    found = migrated(UNSEEN)
    assert "tokenizer" not in {one.role for one in found.inventory.references}
    assert [site.api for site in found.inventory.call_sites] == ["inferred"]


APART_FROM_IT = """

class Summary:
    def __init__(self, model="gpt-4o-mini"):
        setattr(self, "named", model)

    def write(self, text):
        from openai import OpenAI

        size([text], getattr(self, "named"))
        return OpenAI().responses.create(model=getattr(self, "named"), input="Summarize: " + text)
"""


def test_every_id_that_is_written_is_known_to_the_encoder() -> None:
    new = migrated(COUNT + ASKING + APART_FROM_IT).after
    assert 'model="gpt-5.5-mini"' in new
    assert 'if name in ("gpt-5.5-instant", "gpt-5.5-mini") else' in new


def test_one_that_stays_is_not_named_to_it() -> None:
    new = migrated(COUNT + ASKING + APART_FROM_IT.replace("gpt-4o-mini", "o3-mini")).after
    assert 'if name == "gpt-5.5-instant" else' in new
