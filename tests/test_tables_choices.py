"""Allowed-sets, `Literal`s, enums and options gain the id; what they may not hold stays out."""

from __future__ import annotations

import pytest

from tests.decided import CALLS, migrated


@pytest.mark.parametrize(
    "display",
    [
        '("gpt-4o", "gpt-4.1")',
        '["gpt-4o", "gpt-4.1"]',
        '{"gpt-4o", "gpt-4.1"}',
        'frozenset({"gpt-4o", "gpt-4.1"})',
        '[\n    "gpt-4o",  # the usual one\n    "gpt-4.1",\n]',
    ],
)
def test_an_allowed_set_lets_the_new_id_in(display: str) -> None:
    code = f"SUPPORTED = {display}\n\n\ndef check(model):\n    if model not in SUPPORTED:\n        raise ValueError(model)\n    return True\n"
    done = migrated(code, "gpt-4o")
    assert done.new["check"]("gpt-5.5-instant")
    assert done.new["check"]("gpt-4o")
    with pytest.raises(ValueError, match=r"gpt-5\.5"):
        done.old["check"]("gpt-5.5-instant")


def test_a_literal_type() -> None:
    code = 'from typing import Literal, get_args\n\nName = Literal["gpt-4o", "gpt-4.1"]\n'
    done = migrated(code, "gpt-4o")
    assert done.new["get_args"](done.new["Name"]) == ("gpt-4o", "gpt-5.5-instant", "gpt-4.1")


def test_argparse_choices() -> None:
    code = """
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--model", choices=["gpt-4o", "gpt-4.1"], default="gpt-4o")


def go(text):
    return ask(text, parser.parse_args([]).model)
"""
    done = migrated(code, "gpt-4o")
    assert done.new["parser"].parse_args(["--model", "gpt-5.5-instant"]).model == "gpt-5.5-instant"


@pytest.mark.parametrize(
    ("member", "new"),
    [("GPT_4O", "GPT_5_5_INSTANT"), ("GPT4O", "GPT5_5_INSTANT"), ("gpt_4o", "gpt_5_5_instant")],
)
def test_enum_members_are_named_like_the_others(member: str, new: str) -> None:
    code = f'from enum import Enum\n\n\nclass Model(Enum):\n    {member} = "gpt-4o"\n\n\ndef parse(text):\n    return Model(text)\n'
    done = migrated(code, "gpt-4o")
    assert done.new["parse"]("gpt-5.5-instant").name == new
    assert done.new["parse"]("gpt-4o").name == member


def test_prefixed_ids_keep_their_prefix() -> None:
    code = 'MODELS = ["openai/gpt-4o", "anthropic/claude-sonnet-4"]\n'
    assert migrated(code, "gpt-4o").new["MODELS"][1] == "openai/gpt-5.5-instant"


def test_prefixed_ids_are_added_once() -> None:
    code = "from typing import Literal\nfrom pydantic_ai import Agent\nChoice = Literal['openai:gpt-4o', 'openai:gpt-5']\n"
    code += "chosen: Choice = 'openai:gpt-4o'\nAgent(chosen).run_sync('a letter')"
    once = migrated(code)
    assert "'openai:gpt-5.5-instant'" in once.after
    assert migrated(once.after).after == once.after


def test_mini_does_not_join_a_set_of_models_that_see() -> None:
    done = migrated('VISION_MODELS = {"gpt-4o", "gpt-4o-mini"}\n', "gpt-4o", "gpt-4o-mini")
    assert done.new["VISION_MODELS"] == {"gpt-4o", "gpt-4o-mini", "gpt-5.5-instant"}
    assert [one.reason for one in done.findings("GPT55-T")] == ["capability-lost"]


@pytest.mark.parametrize(
    "code",
    [
        'SUPPORTED = ("gpt-4o", "gpt-5.5-instant")\n',
        'LEGACY_MODELS = ("gpt-4o", "gpt-4.1")\n',
        'FILES = ["gpt-4o.txt", "notes.md"]\n',
        'EMBEDDINGS = ("text-embedding-3-small", "text-embedding-3-large")\n',
        'SUPPORTED = ("claude-sonnet-4", "gemini-2.5-pro")\n',
        'AUDIO = ("gpt-4o-audio-preview", "gpt-4o-realtime-preview")\n',
    ],
)
def test_sets_that_stay(code: str) -> None:
    done = migrated(code, "gpt-4o")
    assert code in done.after
    assert not done.rows()


RECORDS = """
KNOWN = [
    {"model": "gpt-4o", "room": 128_000},
    {"model": "gpt-4", "room": 8_192},
    {"model": "gpt-4-turbo", "room": 128_000},
    {"model": "gpt-3.5-turbo", "room": 16_385},
]


def room(name):
    return next(one["room"] for one in KNOWN if one["model"] == name)
"""


def test_records_of_many_models_are_a_catalogue_and_of_many_vendors_are_not() -> None:
    done = migrated(RECORDS, "gpt-4o")
    assert done.new["room"]("gpt-4o") == 128_000
    assert done.new["room"]("gpt-5.5-instant") == 512_000
    others = RECORDS.replace("gpt-4-turbo", "llama-3").replace("gpt-3.5-turbo", "claude-sonnet-4-5")
    assert '{"model": "gpt-5.5-instant"' in migrated(others, unproven=True).after
    assert '{"model": "gpt-4o"' not in migrated(others, unproven=True).after


PAIRS = """
def offered():
    return [
        ("gpt-5.2", "OpenAI: gpt-5.2"),
        ("gpt-5", "OpenAI: gpt-5"),
        ("gpt-4o", "OpenAI: gpt-4o"),
        ("gpt-4.1", "OpenAI: gpt-4.1"),
    ]


def label(name):
    return dict(offered())[name]
"""


def test_pairs_of_many_models_gain_one_and_none_is_lost() -> None:
    done = migrated(PAIRS, "gpt-4o")
    assert done.new["label"]("gpt-4o") == "OpenAI: gpt-4o"
    assert done.new["label"]("gpt-5.5-instant") == "OpenAI: gpt-5.5-instant"
    assert done.new["offered"]().count(("gpt-5.2", "OpenAI: gpt-5.2")) == 1


PROVIDERS = """
from openai import OpenAI


def providers():
    return [
        {{"id": {first}, "name": "OpenAI GPT-4o-mini", "model": "gpt-4o-mini", "note": "usual"}},
        {{"id": {second}, "name": "Another", "model": "other-large", "note": "cheap"}},
    ]


print(providers(), OpenAI().chat.completions.create(model="gpt-4o-mini", messages=[]))
"""


def test_a_record_that_is_told_by_another_name_than_its_model_s_is_moved_in_place() -> None:
    after = migrated(PROVIDERS.format(first='"openai"', second='"another"')).after
    assert after.count('"id": "openai"') == 1
    assert '"model": "gpt-5.5-mini"' in after
    told = migrated(PROVIDERS.format(first='"gpt-4o-mini"', second='"other-large"')).after
    assert '"id": "gpt-4o-mini"' in told
    assert '"id": "gpt-5.5-mini"' in told


OPTIONS = """
import os
from argparse import ArgumentParser

from openai import OpenAI

parser = ArgumentParser()
parser.add_argument("--model", default=os.getenv("M", "gpt-4o"), help="a model (default: gpt-4o, not gpt-4o-mini)")
parser.add_argument("--seen", help="the model before (default: gpt-4o)")
given = parser.parse_args()
print(OpenAI().responses.create(model=given.model, input="a note"))
"""


def test_an_option_says_the_default_that_it_has() -> None:
    after = migrated(OPTIONS).after
    assert 'help="a model (default: gpt-5.5-instant, not gpt-4o-mini)"' in after
    assert 'help="the model before (default: gpt-4o)"' in after


def test_a_setting_that_is_told_from_others_by_its_key_is_not_copied_for_its_default() -> None:
    code = (
        'FIELDS = [\n    {"key": "api_key", "label": "Key", "type": "secret"},\n'
        '    {"key": "model", "label": "Model", "type": "model", "default": "gpt-4o"},\n'
        '    {"key": "url", "label": "URL", "type": "url", "default": "https://api.openai.com/v1"},\n]'
    )
    done = migrated(code, "gpt-4o", unproven=True)
    assert len(done.new["FIELDS"]) == 3


def test_models_that_are_offered_with_labels_are_copied() -> None:
    code = 'OFFERED = [{"id": "gpt-4o", "label": "GPT-4o"}, {"id": "o3", "label": "o3"}]'
    done = migrated(code, "gpt-4o")
    assert [one["id"] for one in done.new["OFFERED"]].count("gpt-5.5-instant") == 1


@pytest.mark.parametrize("panel", ['["gpt-4o-mini", "gpt-5-mini"]', '("gpt-5-mini", "gpt-5.5-mini")'])
def test_two_of_one_list_do_not_become_the_same(panel: str) -> None:
    code = f"PANEL = {panel}\n\n\ndef vote(text):\n    return {{name: ask(text, name) for name in PANEL}}\n"
    done = migrated(code + CALLS)
    assert len(set(done.new["PANEL"])) == 2
    assert any("twice" in one.detail for one in done.inventory.references if one.action == "review")


def test_those_that_become_different_ones_move() -> None:
    code = 'PANEL = ["gpt-4o", "gpt-5-mini"]\n\n\ndef vote(text):\n    return [ask(text, name) for name in PANEL]\n'
    assert migrated(code + CALLS).new["PANEL"] == ["gpt-5.5-instant", "gpt-5.5-mini"]


LADDER = """
import streamlit as st
from openai import OpenAI

CHOICES = ["gpt-4o", "gpt-4o-mini"]


def asked(name, text):
    if name == "gpt-4o":
        return OpenAI().responses.create(model="gpt-4o", input=text)
    elif name == "gpt-4o-mini":
        return OpenAI().responses.create(model="gpt-4o-mini", input=text)
    END


st.write(asked(st.selectbox("Model", CHOICES), "hi"))
"""


def test_what_raises_for_a_choice_that_it_does_not_name_is_offered_none() -> None:
    after = migrated(LADDER.replace("END", "raise ValueError(name)")).after
    assert 'CHOICES = ["gpt-4o", "gpt-4o-mini"]' in after
    assert 'model="gpt-5.5-mini"' in after


def test_what_sends_any_other_choice_as_it_is_is_offered_one() -> None:
    after = migrated(LADDER.replace("END", "return OpenAI().responses.create(model=name, input=text)")).after
    assert '"gpt-5.5-mini"]' in after
