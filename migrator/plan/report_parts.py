"""Parts of a report: intervals, rates, slices, classes, flips."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from migrator.inventory.record_base import Record
from migrator.plan import grading, sequential_evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.plan.pairing import Pair
    from migrator.plan.plan_records import Grader
    from migrator.plan.sequential_evidence import Bounds

SLICE_PAIRS = 10
SHOWN_FLIPS = 50
SHOWN_TEXT = 2_000


class Interval(Record, frozen=True):
    """An estimate with its limits; none where nothing limits it yet."""

    estimate: float
    low: float | None
    high: float | None


class Rate(Record, frozen=True):
    """How often a guardrail (or a further grader) was tripped, and p of "no more than the allowance"."""

    id: str
    control: float
    treatment: float
    allowance: float
    more: Interval
    p_broken: float
    state: str = ""


class Slice(Record, frozen=True):
    """The difference within one slice."""

    name: str
    pairs: int
    difference: Interval


class Class(Record, frozen=True):
    """A label of a closed list: answers with it that should have another, and the reverse, in both arms."""

    label: str
    expected: int
    false_positive: tuple[int, int]
    false_negative: tuple[int, int]


class Flip(Record, frozen=True):
    """A row on which the arms differ most, with both answers."""

    row: str
    input: str
    expected: str
    control: str
    treatment: str
    scores: tuple[float, float]


def interval(found: Bounds) -> Interval:
    """Bounds as a record."""
    low, high = (None if math.isinf(limit) else limit for limit in found[1:])
    return Interval(estimate=found.estimate, low=low, high=high)


def slices(pairs: Sequence[Pair], alpha: float) -> tuple[Slice, ...]:
    """The difference by what the rows' metadata name."""
    groups: dict[str, list[float]] = {}
    for pair in pairs:
        for name, value in pair.row.metadata.items():
            if value not in ("", None) and name != "stub":
                groups.setdefault(f"{name}={value}", []).append(pair.difference)
    return tuple(
        Slice(
            name=name,
            pairs=len(values),
            difference=interval(sequential_evidence.difference_bounds(values, alpha)),
        )
        for name, values in sorted(groups.items())
        if len(values) >= SLICE_PAIRS
    )


def classes(grader: Grader, pairs: Sequence[Pair]) -> tuple[Class, ...]:
    """False positives and negatives by label."""
    pairs = [p for p in pairs if p.row.vars.get("expected") is not None]
    if grader.id != "exact" or not pairs:
        return ()
    names = {grading.normal(name): name for name in grader.labels}
    rows = [
        [
            grading.normal(grading.label(v))
            for v in (p.row.vars.get("expected"), p.control.output, p.other.output)
        ]
        for p in pairs
    ]
    wanted = Counter(row[0] for row in rows)
    if not names and len(wanted) > 20:
        return ()
    found = []
    for label in names or sorted(wanted):
        positive = [sum(row[side] == label != row[0] for row in rows) for side in (1, 2)]
        negative = [sum(row[0] == label != row[side] for row in rows) for side in (1, 2)]
        found.append(
            Class(
                label=names.get(label, label),
                expected=wanted[label],
                false_positive=(positive[0], positive[1]),
                false_negative=(negative[0], negative[1]),
            )
        )
    return tuple(found)


def flips(pairs: Sequence[Pair]) -> tuple[Flip, ...]:
    """Pairs that differ, the largest losses first."""
    differing = sorted((p for p in pairs if abs(p.difference) > 1e-9), key=lambda p: p.difference)
    return tuple(
        Flip(
            row=p.row.description or p.row.key,
            input=_text({k: v for k, v in p.row.vars.items() if k != "expected"}),
            expected=_text(p.row.vars.get("expected", "")),
            control=_answer(p.control),
            treatment=_answer(p.other),
            scores=p.scores,
        )
        for p in differing[:SHOWN_FLIPS]
    )


def _answer(result: object) -> str:
    error, calls = getattr(result, "error", ""), getattr(result, "tool_calls", ())
    return f"(failed: {error})" if error else _text(calls) if calls else _text(getattr(result, "output", ""))


def _text(value: object) -> str:
    import json

    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN_TEXT else text[:SHOWN_TEXT] + "…"
