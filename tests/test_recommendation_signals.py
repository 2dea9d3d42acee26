"""The rules of usecases.toml: their own examples, what they must not match, and their references."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from migrator.decide.catalogue import Catalogue
from migrator.decide.recommend.clues import Evidence, scaled
from migrator.decide.recommend.signals import SLOT, Signals, normal, pattern
from migrator.decide.recommend.uses import Recommender
from migrator.rulebook.rulefiles import load_rulebook

RULES = load_rulebook(examples=True)
USECASES = RULES.usecases
SIGNALS = Signals(USECASES.signal)
ENTRIES = sorted({words for signal in USECASES.signal for words in signal.words})
TEXTS = st.lists(
    st.sampled_from([*ENTRIES, "s", "-", "der", "Ünal"]).map(lambda words: words.replace("*", "ing")),
    min_size=1,
    max_size=4,
).map(" ".join)
WHERE = ("name", "prompt", "docstring", "import", "shape")


def shown(signal, text):
    """Whether a signal shows in a text, at one of the places where it is looked for."""
    pieces = [
        Evidence("name" if where == "slot" else where, text, SLOT if where == "slot" else 1.0)
        for where in signal.where
    ]
    return any(found.id == signal.id for piece in pieces for found, _ in SIGNALS.of(piece))


@pytest.mark.parametrize("signal", USECASES.signal, ids=lambda signal: signal.id)
def test_examples(signal):
    assert signal.example
    assert [text for text in signal.example if not shown(signal, text)] == []


@pytest.mark.parametrize("signal", USECASES.signal, ids=lambda signal: signal.id)
def test_noops(signal):
    assert signal.noop
    assert [text for text in signal.noop if shown(signal, text)] == []


def test_every_signal_is_of_a_use_and_every_use_has_signals():
    uses = {use.id for use in USECASES.use}
    assert {signal.use for signal in USECASES.signal} == uses


def test_a_slot_name_matches_name_signals_too():
    found = {signal.id for signal, _ in SIGNALS.of(Evidence("name", "judge_model", SLOT))}
    assert {"judging.name", "judging.slot"} <= found
    assert "judging.slot" not in {signal.id for signal, _ in SIGNALS.of(Evidence("name", "judge_model", 1.0))}


@pytest.mark.parametrize(
    ("text", "holds"), [("max_tokens=100", True), ("max_tokens=101", False), ("max_tokens=many", False)]
)
def test_bounds(text, holds):
    found = {signal.id for signal, _ in SIGNALS.of(Evidence("parameter", text, 1.0))}
    assert ("small-tier.cap" in found) is holds


@settings(deadline=None, max_examples=300)
@given(where=st.sampled_from(["name", "prompt", "docstring"]), text=TEXTS)
def test_what_a_signals_words_match_is_found(where, text):
    found = {signal.id for signal, _ in SIGNALS.of(Evidence(where, text, 1.0))}
    told = normal(text, where)
    asked = [signal for signal in USECASES.signal if where in signal.where]
    assert found == {signal.id for signal in asked if pattern(signal.words).search(told)}


PIECES = st.lists(
    st.builds(
        Evidence,
        st.sampled_from(WHERE),
        st.sampled_from(["judge model", "judge", "Judge the text.", "translate"]),
        st.sampled_from([-0.1, 0.3, 0.7, 1.0, SLOT, 1.35, 1.4]),
        st.integers(1, 9),
    ),
    max_size=12,
)
FACTORS = st.dictionaries(
    st.sampled_from(["judging", "judging.slot", "judging.name", "judging.prompt"]),
    st.sampled_from([-1.0, 0.0, 0.5, 2.0]),
    max_size=4,
)


@settings(deadline=None, max_examples=300)
@example(
    pieces=[Evidence("name", "judge_model", weight, line) for line, weight in enumerate((1.4, 1.2, 1.35))],
    scale=0.9,
    weights={"judging.slot": -0.1},
)
@given(pieces=PIECES, scale=st.sampled_from([1.0, 0.9, 0.5, 0.123]), weights=FACTORS)
def test_what_tells_nothing_more_changes_no_recommendation(pieces, scale, weights):
    recommender = Recommender(USECASES, Catalogue(RULES.catalog, ()), weights)
    told = [
        recommender.recommend(["gpt-4o"], scaled(one, scale)) for one in (pieces, SIGNALS.telling(pieces))
    ]
    assert told[0] == told[1]


def test_a_piece_that_says_the_same_again_tells_nothing():
    first = Evidence("prompt", "Summarize the text.", 1.0)
    again = [first, first.scaled(0.5), first, Evidence("prompt", "Hello.", 1.0), first.scaled(0.7)]
    assert SIGNALS.telling(again) == (first, first.scaled(0.5))
