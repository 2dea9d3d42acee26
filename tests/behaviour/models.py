"""The models that answer the programs: those of a catalogue, before the migration and after it."""

from __future__ import annotations

from functools import cache
from typing import Literal

from migrator.evidence.standin.accepted_parameters import Model, served
from migrator.rulebook.rulefiles import load_rulebook

Mode = Literal["guide", "published"]

VARIANTS = {
    "guide": {"flagship": "gpt-5.5", "instant": "gpt-5.5-instant", "mini": "gpt-5.5-mini"},
    "published": {"flagship": "gpt-5.5", "instant": "gpt-5.5", "mini": "gpt-5.4-mini"},
}
TODAY = "2026-11-22"
FINE_TUNED = "ft:gpt-4o-mini-2024-07-18:acme::b7x2"


@cache
def catalogue(mode: Mode, *, old: bool) -> dict[str, Model]:
    """Every id that answers in a mode; `old`: the models before the migration still do."""
    known = load_rulebook(mode, []).catalog
    families = {family.name for family in known.families if family.default}
    sources = {m.id: m for m in known.models if m.family in families and m.kind == "text"}
    gone = {name for name, m in sources.items() if not old or (m.shutdown and m.shutdown < TODAY)}
    gone -= set(VARIANTS[mode].values())
    models = {name: model for name, model in served(known).items() if name not in gone}
    return {**models, FINE_TUNED: Model(FINE_TUNED, special=True)}


GPT_4O = catalogue("guide", old=True)["gpt-4o"]
