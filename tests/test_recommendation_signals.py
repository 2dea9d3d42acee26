"""The rules of usecases.toml: their own examples, what they must not match, and their references."""

from __future__ import annotations

import pytest

from migrator.decide.recommend.clues import Evidence
from migrator.decide.recommend.signals import SLOT, Signals
from migrator.rulefiles import load_rulebook

USECASES = load_rulebook(examples=True).usecases
SIGNALS = Signals(USECASES.signal)


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
