"""`ab run` and `ab report`: a plan against an endpoint, and what came of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.commands import DONE, FAILED, FINDINGS, UsageError
from migrator.commands.output import complain, emit, save, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.plan.dataset import Row
    from migrator.plan.records import Experiment


def run(directory: str, only: Sequence[str], limit: int | None, *, dry: bool) -> int:
    """Send what is not there yet; 3 where a run stopped early or requests failed."""
    where = Path(os.path.abspath(directory))
    ready = _ready(where, only, limit)
    if dry:
        for experiment, rows in ready:
            _announce(experiment, rows, where)
        return DONE
    return max([_run(experiment, rows, where) for experiment, rows in ready])


def _ready(where: Path, only: Sequence[str], limit: int | None) -> list[tuple[Experiment, tuple[Row, ...]]]:
    """The experiments with a filled dataset; everything is read and checked before anything is sent."""
    from migrator.plan import dataset, folder

    ready = []
    empty = []
    for experiment in _experiments(where, only):
        place = folder.experiment_folder(where, experiment.name)
        rows = dataset.read(place)
        dataset.check(rows, experiment, place / dataset.NAME)
        if rows:
            ready.append((experiment, rows[: min(limit or experiment.size.pairs, experiment.size.pairs)]))
        else:
            empty.append(experiment.name)
    if not ready:
        raise UsageError(
            f"{where}: no dataset is filled; see README.md in experiments/{empty[0] if empty else 'NAME'}"
        )
    for name in empty:
        say(f"{name}: its dataset is empty; skipped")
    return ready


def _experiments(where: Path, only: Sequence[str]) -> list[Experiment]:
    """The plan's experiments with what their settings.toml says."""
    from migrator.plan import folder
    from migrator.plan.revise import revised

    names = [experiment.name for experiment in folder.load(where).experiments]
    for name in only:
        if name not in names:
            raise UsageError(f"--only {name}: the plan has no such experiment; it has {', '.join(names)}")
    wanted = [name for name in names if not only or name in only]
    return [
        revised(folder.load_experiment(where, name), folder.experiment_folder(where, name)) for name in wanted
    ]


def _announce(experiment: Experiment, rows: Sequence[Row], where: Path) -> None:
    from migrator.plan import folder, results, runner

    jobs = runner.answer_jobs(experiment, rows)
    there = results.read(folder.experiment_folder(where, experiment.name))
    done = {r.key for r in runner.current(experiment, rows, there) if not r.error}
    left = sum(job.key not in done for job in jobs)
    judged = (
        f" and as many judgements by {experiment.primary.judge_model}"
        if experiment.primary.judge_model
        else ""
    )
    budget = experiment.run.budget_usd
    emit(
        f"{experiment.name}: {len(rows):,} rows, {left:,} of {len(jobs):,} requests to send{judged}; spent "
        f"USD {sum(r.usd for r in there):.4f} of at most {'?' if budget is None else f'{budget:.2f}'}\n"
    )
    if len(rows) < experiment.size.pairs:
        emit(f"  {experiment.size.pairs:,} pairs are needed; {len(rows):,} rows cannot decide\n")


def _run(experiment: Experiment, rows: Sequence[Row], where: Path) -> int:
    import asyncio

    from migrator.plan import folder, runner
    from migrator.report.progress import progress

    place = folder.experiment_folder(where, experiment.name)
    with progress(experiment.name) as update:
        outcome = asyncio.run(runner.run(experiment, rows, place, update))
    emit(
        f"{experiment.name}: {outcome.sent:,} answers, {outcome.before:,} were there, {outcome.failed:,} "
        f"failed; "
        f"USD {outcome.spent:.4f} spent\n"
    )
    if outcome.stopped:
        complain(f"{experiment.name}: stopped: {outcome.stopped}")
    return FAILED if outcome.stopped or outcome.failed else DONE


def report(directory: str, only: Sequence[str], form: str, output: str, *, run_tests: bool) -> int:
    """Judge what is there; 1 where not every treatment is proved."""
    import msgspec

    from migrator.plan import conclusions, dataset, folder, results, scores, verdicts

    where = Path(os.path.abspath(directory))
    experiments = _experiments(where, ())
    judged = []
    for experiment in experiments:
        place = folder.experiment_folder(where, experiment.name)
        judged.append(
            verdicts.judge(experiment, dataset.read(place), results.read(place), run_tests=run_tests)
        )
    found = list(zip(experiments, conclusions.conclude(experiments, judged), strict=True))
    _experiments(where, only)
    shown = [(e, j) for e, j in found if not only or e.name in only]
    if form == "json":
        data = msgspec.json.encode({"schema_version": 1, "experiments": [j for _, j in shown]})
        save(msgspec.json.format(data, indent=2).decode() + "\n", output)
    else:
        save(scores.render([e for e, _ in shown], [j for _, j in shown]), output)
    return DONE if conclusions.all_proved([j for _, j in shown]) else FINDINGS
