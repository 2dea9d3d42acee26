"""The closed vocabularies of the records in plain words."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import msgspec

from migrator.inventory import SAME_OUTCOME

if TYPE_CHECKING:
    from migrator.inventory import CallSite, Limit, Recommendation, Reference

_MOST_PLACES = 12
_PLURAL = re.compile(r"\b([a-z]{2,})s\b")

REASONS = {
    "azure-deployment": "names an Azure deployment: deploy a new model there, then change the name",
    "branch-flips": "a test on the model's name would come out differently",
    "capability-lost": "uses something that the new model does not offer",
    "conflicting-edits": "two changes want the same place",
    "dependency-too-old": "no release of a library that the project allows is one that the change needs",
    "dynamic": "the model's name is only known when the program runs",
    "evaluates-models": "the code compares or evaluates named models",
    "evaluation-baseline": "a pinned judge or baseline: results would stop being comparable",
    "fallback-on-purpose": "kept as a fallback on purpose",
    "fine-tune": "a fine-tuned model: train it again on the new base",
    "generated-file": "in a generated file: change what it is generated from",
    "must-move-together": "is tied to something that cannot be changed here",
    "no-text-successor": "audio, image, search or the like: no text model of the new family replaces it",
    "other-vendor-endpoint": "is sent to another vendor's endpoint, which may not offer the new model",
    "persisted-setting": "is set outside the code: in a file of settings, in a database, by users",
    "shared-kwargs": "its arguments are shared with a call that does not move",
    "steers-model-choice": "a prompt or text tells a model or a user which model to choose",
    "suppressed": "silenced by a comment or the baseline",
    "table-unit-unknown": "a table needs a row, but its units are not known",
    "unproven": "what the id comes to is not shown to the end; --unproven writes it",
}
"""Why a person must decide."""

SHORT = {
    "azure-deployment": "an Azure deployment's name",
    "branch-flips": "a test on the name comes out otherwise",
    "capability-lost": "use what the new model does not offer",
    "conflicting-edits": "two changes want the same place",
    "dependency-too-old": "need a newer release of a library",
    "dynamic": "the model is named when the program runs",
    "evaluates-models": "compare or evaluate named models",
    "evaluation-baseline": "a pinned judge or baseline",
    "fallback-on-purpose": "kept as a fallback on purpose",
    "fine-tune": "a fine-tuned model: train it again",
    "generated-file": "in a generated file: change its source",
    "must-move-together": "tied to what cannot be changed here",
    "no-text-successor": "audio, image, search: no successor",
    "other-vendor-endpoint": "sent to another vendor's endpoint",
    "persisted-setting": "is set outside the code",
    "shared-kwargs": "share arguments with a call that stays",
    "steers-model-choice": "a text says which model to choose",
    "table-unit-unknown": "a table's row, in units not known",
    "unproven": "what they come to is not shown; --unproven writes them",
}
"""The same in a few words."""

TIED = frozenset({"must-move-together", "branch-flips", "capability-lost", "shared-kwargs"})
"""Reasons of which the obstacle says more than the reason does."""

ROLES = {
    "call-argument": "handed to a call",
    "comparison": "compared with a model's name",
    "default": "a default",
    "expected": "what a test expects",
    "foreign": "names something else",
    "lookup-key": "key of a table",
    "membership": "an allowed choice",
    "prose": "comment or text",
    "special": "no successor",
    "tokenizer": "tokenizer look-up",
}
"""What an occurrence of a model id is."""


def in_cell(place: str, site: CallSite) -> str:
    """A place, with the cell of the notebook that it stands in."""
    return place if isinstance(site.cell, msgspec.UnsetType) else f"{place} (cell {site.cell})"


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 file`, `2 files`, `1,200 files`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def edits_in_files(edits: int, files: int) -> str:
    """`28 edits in 9 files`."""
    return f"{count(edits, 'edit')} in {count(files, 'file')}"


def sureness(choice: Recommendation) -> str:
    """Confidence in a word and a number; docs/explanation/recommendation.md: how often each was right."""
    if not choice.band:
        return f"confidence {choice.confidence:.2f}"
    return f"{choice.band} confidence, {choice.confidence:.2f}"


def usd(amount: float) -> str:
    """Dollars with as many places as small amounts need."""
    if amount >= 1:
        return f"${amount:,.2f}"
    places = max(4, 1 - math.floor(math.log10(amount))) if amount > 0 else 4
    return f"${amount:.{min(places, _MOST_PLACES)}f}"


def kinds(number: int, kind: str) -> str:
    """`1 notebook`, `2 links out of the root`: a kind that is given in the plural."""
    if number != 1:
        return f"{number:,} {kind}"
    return "1 " + _PLURAL.sub(r"\1", kind, count=1)


def meaning(reference: Reference) -> str:
    """What the reason of a reference means for it."""
    if reference.detail.startswith(SAME_OUTCOME):
        return "a test on the model's name; it says of the new id what it says of the old"
    return REASONS.get(reference.reason, reference.detail or reference.reason)


def full(limit: Limit) -> str:
    """What a request costs that fills a limit, before and after; nothing where no price is known."""
    if not limit.usd_before:
        return ""
    return f"a request that fills it costs {usd(limit.usd_before)} → {usd(limit.usd_after)}"
