"""A phase of the rollout, judged from production records by the rules that judge an experiment.

Records of the two models are paired in the order they came: traffic is split by chance, so that the
difference of such a pair has the mean of the difference between the models, and the same bets hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from migrator.errors import UsageError
from migrator.evidence import exports, usage_forms
from migrator.plan import voids
from migrator.plan.dataset_row import Row
from migrator.plan.experiment_verdicts import Judged, compare
from migrator.plan.pairing import Pair, Paired
from migrator.plan.plan_rules import plan_rules
from migrator.plan.results import Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from migrator.evidence.usage_forms import Used
    from migrator.plan.plan_records import Experiment

ALONE = ("refusal", "empty")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One request in production, with the telemetry that the plan asks for; other keys are left alone.

    Attributes:
        model: the id that was sent. score: feedback or a grade, 0 to 1, where there is one.
        seconds, usd, tokens_in, tokens_out, error, output, served: as in an experiment.
        pid, digest, retries: of a recording, where a failed try that was made again counts once.
    """

    model: str
    score: float | None = None
    error: str = ""
    output: str = ""
    served: str = ""
    seconds: float = 0.0
    usd: float | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    metadata: dict[str, Any] = {}
    pid: object = 0
    digest: object = ""
    retries: object = 0


def read(files: Sequence[Path]) -> Iterator[Line]:
    """The records, of telemetry or of a usage export; raises UsageError with file and line."""
    for file in files:
        for number, row in enumerate(exports.rows(file), 1):
            if isinstance(row, exports.Broken):
                raise UsageError(f"{file}:{row.line or number}: no record")
            form = usage_forms.form_of(row)
            if form is not None and form.id_fields:
                used = usage_forms.used(form, row)
                if used is not None:
                    yield _exported(used)
                continue
            try:
                yield msgspec.convert(row, Line)
            except msgspec.ValidationError as error:
                raise UsageError(f"{file}:{number}: no record: {error}") from None


def _exported(one: Used) -> Line:
    return Line(
        model=one.model.rpartition("/")[2],
        error="failed" if one.failed else "",
        seconds=one.seconds or 0.0,
        usd=one.usd,
        tokens_in=one.tokens_in,
        tokens_out=one.tokens_out,
    )


def settled(lines: Iterable[Line]) -> list[Line]:
    """The records without failures that their next try has made good, or failed again."""
    kept: dict[int, Line] = {}
    failed: dict[tuple[object, str, int], int] = {}
    for place, line in enumerate(lines):
        kept[place] = line
        if not (isinstance(line.digest, str) and line.digest and isinstance(line.retries, int)):
            continue
        kept.pop(failed.pop((str(line.pid), line.digest, line.retries - 1), -1), None)
        if line.error:
            failed[str(line.pid), line.digest, line.retries] = place
    return list(kept.values())


def judge(experiment: Experiment, files: Sequence[Path]) -> Judged:
    """The treatment against the control in production."""
    sides: tuple[list[Line], list[Line]] = ([], [])
    models = [experiment.arms[0].model, experiment.arms[1].model]
    for line in settled(read(files)):
        if line.model in models:
            sides[models.index(line.model)].append(line)
    if not all(sides):
        raise UsageError(
            f"the records hold {len(sides[0])} of {models[0]} and {len(sides[1])} of {models[1]}"
        )
    graded = all(line.score is not None for side in sides for line in side if not line.error)
    pairs = tuple(_pair(experiment, one, two, graded) for one, two in zip(*sides, strict=False))
    failed = [sum(bool(line.error) for line in side) for side in sides]
    paired = Paired(pairs, (len(sides[0]), len(sides[1])), (failed[0], failed[1]), 0, 0)
    arm = experiment.arms[1]
    void = voids.produced(experiment, paired, arm.name, plan_rules().limits)
    found = compare(_watched(experiment, sides), arm.name, arm.model, paired, void)
    note = "" if graded else "No scores in the records: an answer that came whole counts as good."
    return Judged(
        name=experiment.name,
        planned=experiment.size.pairs,
        rows=len(pairs),
        spent=sum(p.control.usd + p.other.usd for p in pairs),
        compared=(found,),
        notes=(note,) if note else (),
    )


def _watched(experiment: Experiment, sides: Sequence[Sequence[Line]]) -> Experiment:
    """The experiment without checks that need the input, or two answers to the same one."""
    logged = any(line.output for side in sides for line in side)
    return msgspec.structs.replace(
        experiment,
        guardrails=tuple(g for g in experiment.guardrails if logged and g.id in ALONE),
        graders=tuple(g for g in experiment.graders if g.primary),
    )


def _pair(experiment: Experiment, one: Line, two: Line, graded: bool) -> Pair:
    scores = [
        0.0 if line.error else line.score if graded and line.score is not None else 1.0 for line in (one, two)
    ]
    row = Row(vars={}, metadata=two.metadata if one.metadata == two.metadata else {})
    control, other = (_result(experiment, line, arm) for line, arm in ((one, "control"), (two, "treatment")))
    return Pair(row, control, other, (scores[0], scores[1]))


def _result(experiment: Experiment, line: Line, arm: str) -> Result:
    price = experiment.run.usd_per_million.get(line.model, (0.0, 0.0))
    usd = line.usd
    if usd is None:
        usd = (line.tokens_in * price[0] + line.tokens_out * price[1]) / 1e6
    return Result(
        key="",
        row="",
        arm=arm,
        model=line.model,
        served=line.served,
        output=line.output or ("-" if not line.error else ""),
        error=line.error,
        seconds=line.seconds,
        tokens_in=line.tokens_in,
        tokens_out=line.tokens_out,
        usd=usd,
        unmetered=usd == 0,
    )
