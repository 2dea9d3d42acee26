"""people.jsonl: grades that people gave to answers, and whether a judge agrees with them."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.errors import UsageError
from migrator.plan import experiment_requests, sequential_evidence
from migrator.plan.jobs import distinct
from migrator.plan.plan_records import JUDGES
from migrator.plan.plan_rules import plan_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from migrator.plan.dataset_row import Row
    from migrator.plan.pairing import Found
    from migrator.plan.plan_records import Experiment
    from migrator.plan.results import Result

NAME = "people.jsonl"
GOOD = 0.5


class Grade(msgspec.Struct, frozen=True):
    """A person's grade, 0 to 1, of the answer with that key; of a preference, of the treatment."""

    key: str
    grade: float | None = None
    task: str = ""
    answer: str = ""


class Agreement(NamedTuple):
    """How often a judge and people say the same of an answer (good or not), and how much above chance."""

    grades: int
    agreement: float
    kappa: float


def template(experiment: Experiment, rows: Sequence[Row], there: Sequence[Result], count: int) -> str:
    """Lines to be graded: a seeded sample of answers of both arms, mixed, without the models' names."""
    by_row = {row.key: row for row in distinct(experiment, rows)}
    answers = [r for r in there if r.kind == "answer" and not r.error and r.row in by_row]
    random.Random(experiment.run.seed).shuffle(answers)
    lines = []
    for answer in answers[:count]:
        task = "\n\n".join(
            f"[{m['role']}] {m['content']}"
            for m in experiment_requests.messages(experiment, by_row[answer.row])
        )
        made = {"key": f"{answer.row}/{answer.arm}", "grade": None, "task": task, "answer": answer.output}
        made["key"] = _hidden(answer.row, answer.arm)
        lines.append(json.dumps(made, ensure_ascii=False))
    return "".join(line + "\n" for line in lines)


def _hidden(row: str, arm: str) -> str:
    from migrator.plan.results import digest

    return digest([row, arm])


def read(folder: Path) -> tuple[Grade, ...]:
    """The grades that are filled in; raises UsageError with the line."""
    file = folder / NAME
    if not file.is_file():
        return ()
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            grade = msgspec.json.decode(line, type=Grade)
        except msgspec.MsgspecError as error:
            raise UsageError(f"{file}:{number}: no grade: {error}") from None
        if grade.grade is not None and not 0 <= grade.grade <= 1:
            raise UsageError(f"{file}:{number}: grade = {grade.grade:g}: expected a number from 0 to 1")
        found.append(grade)
    return tuple(grade for grade in found if grade.grade is not None)


def agreement(grades: Sequence[Grade], have: Found) -> Agreement | None:
    """Agreement and Cohen's kappa of judge and people on the answers that both have graded."""
    scores = {_hidden(row, arm): r.score for (row, arm, _), r in have.judged.items()}
    both = [(g.grade or 0.0, s) for g in grades if (s := scores.get(g.key)) is not None]
    if not both:
        return None
    np = sequential_evidence.library("numpy")
    table = np.zeros((2, 2))
    for person, judge in both:
        table[int(person >= GOOD), int(judge >= GOOD)] += 1
    same = float(np.trace(table) / table.sum())
    if len(set(table.sum(axis=0)) | set(table.sum(axis=1))) and (table.sum(axis=1) == 0).any():
        return Agreement(len(both), same, 1.0 if same == 1 else 0.0)
    inter = sequential_evidence.library("statsmodels.stats.inter_rater")
    return Agreement(len(both), same, float(inter.cohens_kappa(table, return_results=False)))


def checked(experiment: Experiment, folder: Path) -> Callable[[Found], tuple[str, ...]] | None:
    """What voids a judge's verdict; nothing to check where no judge decides or nobody has graded."""
    if experiment.primary.id not in JUDGES:
        return None
    grades, rules = read(folder), plan_rules().limits

    def reasons(have: Found) -> tuple[str, ...]:
        found = agreement(grades, have) if grades else None
        if found is None or found.grades < rules.grades or found.kappa >= rules.kappa:
            return ()
        return (
            f"the judge agrees with people on {found.agreement:.0%} of {found.grades} answers, kappa "
            f"{found.kappa:.2f}, below {rules.kappa:g}",
        )

    return reasons
