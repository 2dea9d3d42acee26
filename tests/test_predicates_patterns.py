"""Regular expressions are matched in counted steps, and as `re` matches them."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.know.predicates.budget import Budget, Stop
from migrator.know.predicates.regular_expressions import fits

HOWS = ("match", "search", "fullmatch")
PIECES = r"""
g p t - 4 5 \. . \d \w \W [45] [^o-] [a-p] [\d.] $ ^ \b gpt gpt- 4o mini \Z (?=g) (?!mini) (?<=-) (?<!-) \s o
"""
pieces = st.sampled_from(["", *PIECES.split()])
patterns = st.recursive(
    pieces,
    lambda part: st.one_of(
        st.lists(part, min_size=2, max_size=4).map("".join),
        st.lists(part, min_size=2, max_size=3).map("|".join).map("(?:{})".format),
        part.map("({})".format),
        st.builds(
            "(?:{}){}".format,
            part,
            st.sampled_from(("?", "*", "+", "*?", "+?", "??", "{2}", "{1,3}", "{2,}")),
        ),
    ),
    max_leaves=8,
)
texts = st.one_of(
    st.sampled_from(("gpt-4o", "gpt-5.5-mini", "gpt-5", "openai/gpt-4o-mini", "GPT-4o", "", "o1\n", "gpt")),
    st.text("gpt-45o.min/ \n", max_size=10),
)


@settings(max_examples=600, deadline=None)
@given(patterns, texts, st.sampled_from(HOWS), st.sampled_from((0, re.I, re.M, re.S, re.I | re.M)))
def test_what_re_finds_is_found(pattern, text, how, flags):
    try:
        expected = getattr(re, how)(pattern, text, flags)
    except re.error:
        return
    found = fits(pattern, text, how, flags, Budget(200_000))
    assert (found is None) == (expected is None)
    if found is not None and expected is not None and found.is_sure:
        assert found.group(0) == expected.group(0)
        assert found.groups() == expected.groups()


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * 40 + "!"),
        ("(a|a)*b", "a" * 60),
        ("(a*)*c", "a" * 60),
        ("(.*)*(.*)*(.*)*x", "y" * 200),
    ],
)
def test_nested_repeats_take_no_more_than_some_steps(pattern, text):
    budget = Budget(20_000)
    start = time.process_time()
    assert fits(pattern, text, "match", 0, budget) is None
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    "pattern",
    [
        "(a{1000}){1000}",
        "((((a{50}){50}){50}){50})",
        "a" * 10_000,
        "(" * 400 + "a" + ")" * 400,
        r"(a+)+\1+$",
        "é",
    ],
)
def test_what_takes_too_much_is_given_up(pattern):
    with pytest.raises(Stop):
        fits(pattern, "a" * 30 + "!", "match", 0, Budget(20_000))


def test_groups_have_names():
    found = fits(r"gpt-(?P<version>\d+(?:\.\d+)?)(-mini)?", "gpt-5.5-mini", "match", 0, Budget())
    assert found is not None
    assert (found.group("version"), found.group(1), found.groups()) == ("5.5", "5.5", ("5.5", "-mini"))
    with pytest.raises(IndexError):
        found.group(3)
