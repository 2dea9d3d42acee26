"""The pairs of an experiment: which rows both arms have answered, with their scores.

Their order is that of the runs, and within a run the one by chance in which rows are asked. Never that in
which answers came: easy rows are answered sooner, and a look at them alone would see the easy ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.plan.jobs import current, place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from migrator.plan.dataset_row import Row
    from migrator.plan.grading import Scorer
    from migrator.plan.plan_records import Experiment
    from migrator.plan.results import Result

ORDERS = ("prefer-old", "prefer-new")


class Pair(NamedTuple):
    """One row's answers and scores; `failed` is one whose treatment failed where the control did not."""

    row: Row
    control: Result
    other: Result
    scores: tuple[float, float]

    @property
    def difference(self) -> float:
        return self.scores[1] - self.scores[0]

    @property
    def whole(self) -> bool:
        """Whether both have answered."""
        return not (self.control.error or self.other.error)


class Paired(NamedTuple):
    """The pairs of an arm, and what could not become one.

    Attributes:
        asked: requests of the control and of the arm that came back or failed. `failed`: those that failed.
        excluded: rows left out because the control's request failed (a failure earns the treatment nothing).
        unjudged: rows of which a judgement failed: it earns the treatment nothing either.
    """

    pairs: tuple[Pair, ...]
    asked: tuple[int, int]
    failed: tuple[int, int]
    excluded: int
    unjudged: int


class Found(NamedTuple):
    """An experiment's results by row and arm; `unread`: answers whose judgement no one can read."""

    answers: Mapping[tuple[str, str], Result]
    judged: Mapping[tuple[str, str, str], Result]
    unread: AbstractSet[tuple[str, str]] = frozenset()


def found(experiment: Experiment, rows: Sequence[Row], there: Sequence[Result]) -> Found:
    """What belongs to the experiment as it is now."""
    ours = current(experiment, rows, there)
    return Found(
        {(r.row, r.arm): r for r in ours if r.kind == "answer"},
        {(r.row, r.arm, r.kind): r for r in ours if r.kind != "answer" and r.score is not None},
        {(r.row, r.arm) for r in ours if r.kind != "answer" and r.score is None},
    )


def tiered(experiment: Experiment, rows: Sequence[Row], have: Found) -> Found | None:
    """With a further arm: the challenger's answers to rows with `"tier": "simple"` in their metadata, the
    treatment's to the rest. Nothing where there is no challenger, or no such row.
    """
    simple = {row.key for row in rows if row.metadata.get("tier") == "simple"}
    if experiment.arm("challenger") is None or not simple:
        return None
    source = {row.key: "challenger" if row.key in simple else "treatment" for row in rows}
    answers, judged = dict(have.answers), dict(have.judged)
    for (row, arm), result in have.answers.items():
        if arm == source[row]:
            answers[row, "tiered"] = result
    for (row, arm, kind), result in have.judged.items():
        if arm == source[row]:
            judged[row, "tiered", kind] = result
    unread = {*have.unread, *((row, "tiered") for row, arm in have.unread if arm == source.get(row))}
    return Found(answers, judged, unread)


def paired(experiment: Experiment, rows: Sequence[Row], have: Found, arm: str, score: Scorer) -> Paired:
    """The pairs of the control and one arm."""
    pairs: list[tuple[tuple[int, str], Pair]] = []
    excluded = unjudged = 0
    asked, failed = [0, 0], [0, 0]
    for row in rows:
        key = row.key
        sides = have.answers.get((key, "control")), have.answers.get((key, arm))
        for at, side in enumerate(sides):
            asked[at] += side is not None
            failed[at] += side is not None and bool(side.error)
        one, two = sides
        if one is None or two is None:
            continue
        if one.error:
            excluded += 1
            continue
        scores = _scores(experiment, row, (one, two), arm, have, score)
        unjudged += bool({(key, "control"), (key, arm)} & have.unread)
        if scores is not None:
            order = max(one.batch, two.batch), place(experiment, key)
            pairs.append((order, Pair(row, one, two, scores)))
    pairs.sort(key=lambda entry: entry[0])
    return Paired(
        tuple(pair for _, pair in pairs), (asked[0], asked[1]), (failed[0], failed[1]), excluded, unjudged
    )


def _scores(
    experiment: Experiment, row: Row, sides: tuple[Result, Result], arm: str, have: Found, score: Scorer
) -> tuple[float, float] | None:
    key = row.key
    if experiment.primary.id == "preference":
        if sides[1].error:
            return 1.0, 0.0
        both = [have.judged.get((key, arm, order)) for order in ORDERS]
        liked = [r.score for r in both if r is not None and r.score is not None]
        return (1 - sum(liked) / 2, sum(liked) / 2) if len(liked) == 2 else None
    judged = [have.judged.get((key, name, "judge")) for name in ("control", arm)]
    first, second = (
        score(row, side, None if judgement is None else judgement.score)
        for side, judgement in zip(sides, judged, strict=True)
    )
    if second is None and first is not None and (key, arm) in have.unread:
        return first, 0.0
    return None if first is None or second is None else (first, second)
