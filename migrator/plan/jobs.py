"""The requests of an experiment, and which results answer them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from migrator.plan import experiment_requests
from migrator.plan.results import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.plan.dataset_row import Row
    from migrator.plan.plan_records import Experiment
    from migrator.plan.results import Result


class Job(NamedTuple):
    """One request; `kind` as in Result."""

    row: str
    arm: str
    kind: str
    endpoint: str
    body: dict[str, Any]
    stream: bool

    @property
    def key(self) -> str:
        """The same for the same request."""
        return digest([self.kind, self.arm, self.endpoint, self.body])


def distinct(experiment: Experiment, rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows without those that make the same request as one above them."""
    kept: dict[str, Row] = {}
    for row in rows:
        kept.setdefault(digest(experiment_requests.body(experiment, experiment.arms[0], row)), row)
    return tuple(kept.values())


def answer_jobs(experiment: Experiment, rows: Sequence[Row]) -> list[Job]:
    """Every row for every arm: rows and the arms of a row in an order that the run's seed decides.

    A row's place does not depend on the others, so that rows which are added later do not move it.
    """
    jobs = []
    for row in sorted(distinct(experiment, rows), key=lambda row: place(experiment, row.key)):
        arms = list(experiment.arms)
        random.Random(f"{experiment.run.seed}:{experiment.name}{row.key}").shuffle(arms)
        for arm in arms:
            body = experiment_requests.body(experiment, arm, row)
            jobs.append(Job(row.key, arm.name, "answer", experiment.endpoint, body, experiment.streams))
    return jobs


def place(experiment: Experiment, row: str) -> str:
    """A row's place among the others, by chance: it is no matter of how long its answers take."""
    return digest([f"{experiment.run.seed}:{experiment.name}", row])


def judge_jobs(experiment: Experiment, rows: Sequence[Row], answers: Sequence[Result]) -> list[Job]:
    """What is asked of a judge about the answers that are there."""
    grader = experiment.primary
    by_row = {row.key: row for row in distinct(experiment, rows)}
    good = [
        a for a in answers if a.kind == "answer" and not a.error and a.row in by_row and (a.output.strip())
    ]
    if grader.id == "judge":
        return [
            Job(
                a.row,
                a.arm,
                "judge",
                "chat",
                experiment_requests.judge_body(experiment, by_row[a.row], a.output),
                False,
            )
            for a in good
        ]
    if grader.id != "preference":
        return []
    control = {a.row: a.output for a in good if a.arm == "control"}
    jobs = []
    for a in good:
        if a.arm != "control" and a.row in control:
            for kind, outputs in (
                ("prefer-old", (control[a.row], a.output)),
                ("prefer-new", (a.output, control[a.row])),
            ):
                body = experiment_requests.preference_body(experiment, by_row[a.row], outputs)
                jobs.append(Job(a.row, a.arm, kind, "chat", body, False))
    return jobs


def current(experiment: Experiment, rows: Sequence[Row], there: Sequence[Result]) -> list[Result]:
    """The results that belong to the experiment as it is now: the last good one of each request."""
    answers = latest(answer_jobs(experiment, rows), there)
    return [*answers, *latest(judge_jobs(experiment, rows, answers), there)]


def latest(jobs: Sequence[Job], there: Sequence[Result]) -> list[Result]:
    """The result of each job that has one, a good one where there is one."""
    found: dict[str, Result] = {}
    for result in there:
        if result.key not in found or found[result.key].error:
            found[result.key] = result
    return [msgspec.structs.replace(found[j.key], row=j.row, arm=j.arm) for j in jobs if j.key in found]
