"""Tests that give a new id the parameter's new name, or keep it from an arm: what stands there is right as it is."""

from __future__ import annotations

import pytest

from tests.decided import migrated

SEND = """
from openai import OpenAI

{helper}

MODEL = "gpt-4o"
OpenAI().chat.completions.create(model=MODEL, messages=[{{"role": "user", "content": "a"}}], **{given})
"""
NAMES = "KNOWN = ['gpt-4', 'gpt-4o']\ndef name_of(model):\n    return 'max_tokens' if model in KNOWN else 'max_completion_tokens'"
EARLY = (
    "def options(model, cap):\n    if {test}:\n        return {{'max_completion_tokens': cap}}\n"
    "    return {{'max_tokens': cap, 'temperature': 0.1}}"
)
ANSWERED = {
    "a name in a list": (NAMES, "{name_of(MODEL): 9}"),
    "a figure in the name": (
        "import re\n" + EARLY.format(test="float(re.search(r'gpt-(\\d+(?:\\.\\d+)?)', model).group(1)) >= 5"),
        "options(MODEL, 9)",
    ),
    "a beginning": (EARLY.format(test="model.startswith('gpt-5')"), "options(MODEL, 9)"),
}


@pytest.mark.parametrize(("helper", "given"), ANSWERED.values(), ids=ANSWERED)
def test_a_helper_that_is_right_for_the_new_id_stays_as_it_is(helper: str, given: str) -> None:
    done = migrated(SEND.format(helper=helper, given=given))
    assert done.after == done.before.replace('MODEL = "gpt-4o"', 'MODEL = "gpt-5.5-instant"')


def test_a_helper_that_turns_to_what_the_new_id_refuses_does_not_stay() -> None:
    turned = NAMES.replace(
        "'max_tokens' if model in KNOWN else", "'max_completion_tokens' if model in KNOWN else"
    )
    turned = turned.replace("else 'max_completion_tokens'", "else 'max_tokens'")
    done = migrated(SEND.format(helper=turned, given="{name_of(MODEL): 9}"))
    assert done.after == done.before or "KNOWN = ['gpt-4', 'gpt-4o', 'gpt-5.5-instant']" in done.after


def test_a_helper_that_has_no_arm_for_the_new_id_lets_it_in() -> None:
    helper = EARLY.format(test="model.startswith('o3')")
    after = migrated(SEND.format(helper=helper, given="options(MODEL, 9)")).after
    assert "if model.startswith(('o3', 'gpt-5.5')):" in after


PREFIX = """
import os
from openai import OpenAI

def ask(messages, model=None):
    model = model or os.getenv("MODEL", "gpt-4o-mini")
    if model.startswith("o1"):
        return OpenAI().chat.completions.create(model=model, messages=messages, max_completion_tokens=500)
    return OpenAI().chat.completions.create(
        model=model, messages=messages, max_tokens=500, temperature=0.1{more}
    )
"""


def test_a_beginning_is_let_in_that_all_variants_have_where_the_arm_fits_all() -> None:
    after = migrated(PREFIX.format(more="")).after
    assert 'if model.startswith(("o1", "gpt-5.5")):' in after


def test_a_new_id_is_let_into_no_arm_that_leaves_out_what_the_old_one_was_given() -> None:
    after = migrated(PREFIX.format(more=", response_format={'type': 'json_object'}")).after
    assert 'if model.startswith("o1"):' in after
    assert after.rpartition("create(")[2].count("max_completion_tokens=500") == 1


def test_an_id_waits_that_only_such_an_arm_would_be_right_for() -> None:
    code = """
from openai import OpenAI

def ask(messages, tools, model="gpt-4o"):
    kwargs = {"model": model, "messages": messages}
    if model.startswith("o1"):
        kwargs["max_completion_tokens"] = 500
    else:
        kwargs["max_tokens"] = 500
        kwargs["stream"] = True
    return OpenAI().chat.completions.create(**kwargs)
"""
    found = migrated(code)
    assert found.after == found.before
