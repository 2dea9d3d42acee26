"""`ab`: a plan against an endpoint, and what came of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.commands import DONE, FAILED, FINDINGS
from migrator.errors import UsageError
from migrator.output import complain, emit, save, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.plan.dataset_row import Row
    from migrator.plan.experiment_verdicts import Judged
    from migrator.plan.plan_records import Experiment
    from migrator.plan.runner import Options, Outcome, Ready

INCONCLUSIVE = FAILED
EXIT = {"go": DONE, "no-go": FINDINGS, "inconclusive": INCONCLUSIVE, "void": INCONCLUSIVE}


def run(directory: str, only: Sequence[str], limit: int | None, options: Options, *, dry: bool) -> int:
    """Send what is not there yet; 3 where a run stopped early or requests failed."""
    where = Path(os.path.abspath(directory))
    ready = _ready(where, only, limit)
    if dry:
        _announce(ready, where, options.budget)
        return DONE
    return _run(ready, where, options)


def _ready(where: Path, only: Sequence[str], limit: int | None) -> list[Ready]:
    """The experiments with a filled dataset; everything is read and checked before anything is sent."""
    from migrator.plan import dataset, folder
    from migrator.plan.runner import Ready

    ready = []
    empty = []
    for experiment in experiments(where, only):
        place = folder.experiment_folder(where, experiment.name)
        rows = _rows(experiment, place)
        dataset.check(rows, experiment, place / dataset.NAME)
        if rows:
            ready.append(Ready(experiment, rows[: limit or len(rows)]))
        else:
            empty.append(experiment.name)
    if not ready:
        raise UsageError(
            f"{where}: no dataset is filled; see README.md in experiments/{empty[0] if empty else 'NAME'}"
        )
    for name in empty:
        say(f"{name}: its dataset is empty; skipped")
    return ready


def _rows(experiment: Experiment, place: Path) -> tuple[Row, ...]:
    """The rows that make different requests; the same request with two right answers is an error."""
    from migrator.plan import dataset, jobs

    rows = dataset.read(place)
    kept = jobs.distinct(experiment, rows)
    wanted: dict[str, object] = {}
    for number, row in enumerate(rows, 1):
        before = wanted.setdefault(row.key, row.vars.get("expected"))
        if before != row.vars.get("expected"):
            raise UsageError(
                f"{place / dataset.NAME}: row {number}: asks what an earlier row asks and expects "
                "another answer"
            )
    if len(kept) < len(rows):
        say(f"{experiment.name}: {len(rows) - len(kept):,} rows repeat others; asked and counted once")
    return kept


def experiments(where: Path, only: Sequence[str]) -> list[Experiment]:
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


def _announce(ready: Sequence[Ready], where: Path, budget: float | None) -> None:
    from migrator.plan import jobs, results
    from migrator.plan.forecast import forecast

    expected = most = 0.0
    for experiment, rows in ready:
        there = results.read(where, experiment.name)
        found = forecast(experiment, rows, there)
        expected, most = expected + found.expected, most + found.most
        emit(
            f"{experiment.name}: {len(rows):,} rows, {found.left:,} of "
            f"{len(jobs.answer_jobs(experiment, rows)):,} requests to send{found.judged}; about USD "
            f"{found.expected:.2f}, at most {found.most:.2f}; spent "
            f"{sum(r.usd for r in there):.4f} of "
            f"{'?' if experiment.run.budget_usd is None else f'{experiment.run.budget_usd:.2f}'}\n"
        )
        if len(rows) < experiment.size.pairs:
            emit(
                f"  {experiment.size.pairs:,} pairs are planned; {len(rows):,} rows decide only what "
                "is clear\n"
            )
    held = "" if budget is None else f"; --budget {budget:.2f} holds all of it"
    emit(f"In all about USD {expected:.2f}, at most {most:.2f}{held}; nothing was sent\n")


def _run(ready: Sequence[Ready], where: Path, options: Options) -> int:
    from migrator.plan import runner
    from migrator.report.progress import progress

    with progress("pairs") as update:
        outcomes, why = runner.run(
            ready, where, options, None if update is None else lambda _, done, total: update(done, total)
        )
    for outcome in outcomes:
        _tell(outcome)
    if why:
        complain(f"stopped: {why}")
    bad = why or any(outcome.stopped or outcome.failed for outcome in outcomes)
    return FAILED if bad else DONE


def _tell(outcome: Outcome) -> None:
    emit(
        f"{outcome.name}: {outcome.sent:,} answers, {outcome.before:,} were there, {outcome.failed:,} "
        "failed; USD "
        f"{outcome.spent:.4f} spent\n"
    )
    if outcome.decided:
        emit(f"  {outcome.decided}; the rest was not sent (--all sends it)\n")
    if outcome.stopped:
        complain(f"{outcome.name}: stopped: {outcome.stopped}")


def judged(where: Path, *, own: bool) -> tuple[list[Experiment], list[Judged]]:
    """Every experiment of a plan that is ready, judged with the corrections."""
    from migrator.plan import calibration, conclusions, dataset, experiment_verdicts, folder, results

    found, judgements = [], []
    for experiment in experiments(where, ()):
        place = folder.experiment_folder(where, experiment.name)
        rows = dataset.read(place)
        if not experiment.ready and not rows:
            continue
        found.append(experiment)
        judgements.append(
            experiment_verdicts.judge(
                experiment,
                rows,
                results.read(where, experiment.name),
                folder=place,
                own=own,
                calibration=calibration.checked(experiment, place),
            )
        )
    return found, list(conclusions.conclude(found, judgements))


def report(directory: str, only: Sequence[str], form: str, output: str, *, own: bool) -> int:
    """Judge what is there: 0 go, 1 no-go, 3 inconclusive or void."""
    from migrator.plan import conclusions

    where = Path(os.path.abspath(directory))
    experiments(where, only)
    pairs = [(e, j) for e, j in zip(*judged(where, own=own), strict=True) if not only or e.name in only]
    shown, found = [e for e, _ in pairs], [j for _, j in pairs]
    save(_formatted(form, shown, found), output)
    return EXIT[conclusions.exit_state(found)]


def _formatted(form: str, shown: Sequence[Experiment], found: Sequence[Judged]) -> str:
    import msgspec

    from migrator.plan import conclusions, page, scores

    if form == "html":
        return page.render(shown, found)
    if form == "markdown":
        return scores.markdown(shown, found)
    if form == "text":
        return scores.text(shown, found)
    state = conclusions.exit_state(found)
    data = msgspec.json.encode({"schema_version": 2, "verdict": state, "experiments": list(found)})
    return bytes(msgspec.json.format(data, indent=2)).decode() + "\n"


def grades(directory: str, name: str, count: int) -> int:
    """Write a file in which people grade answers, blind to the model."""
    from migrator.plan import calibration, dataset, folder, results

    where = Path(os.path.abspath(directory))
    (experiment,) = experiments(where, (name,))
    place = folder.experiment_folder(where, name)
    made = calibration.template(experiment, dataset.read(place), results.read(where, name), count)
    file = place / calibration.NAME
    if file.exists():
        raise UsageError(f"{file}: is there already; move it away to make another")
    if not made:
        raise UsageError(f"{name}: no answers to grade; run it first")
    save(made, str(file))
    say(f"{file}: write a grade from 0 to 1 into each line")
    return DONE


def take(directory: str, only: Sequence[str], file: str) -> int:
    """Bring in rows and answers that other tools have recorded, to each experiment that they fit."""
    from migrator.plan import foreign_results, results

    where = Path(os.path.abspath(directory))
    saved = foreign_results.rescued(Path(file))
    if saved:
        with results.Store(where) as store:
            for owner, answer in saved:
                store.add(owner, answer)
        emit(f"{len(saved):,} answers that were saved aside\n")
        return DONE
    told = [_taken(where, experiment, file, named=bool(only)) for experiment in experiments(where, only)]
    if not any(told):
        emit(f"{file}: its records fit no experiment\n")
    return DONE


def _taken(where: Path, experiment: Experiment, file: str, *, named: bool) -> bool:
    """Whether there was anything for one experiment, which is said."""
    from migrator.plan import dataset, folder, foreign_results, results

    name = experiment.name
    place = folder.experiment_folder(where, name)
    found = foreign_results.read(Path(file), experiment, strict=not named)
    if not found.rows and not named:
        return False
    known = {row.key for row in dataset.read(place)}
    rows = [row for row in found.rows if row.key not in known]
    if rows:
        dataset.append(place, rows)
    kept = {r.key for r in results.read(where, name)}
    answers = [r for r in foreign_results.results(experiment, found) if r.key not in kept]
    with results.Store(where) as store:
        for answer in answers:
            store.add(name, answer)
    emit(
        f"{name}: {len(rows):,} rows and {len(answers):,} answers from {found.form}; "
        f"{found.skipped:,} records hold neither\n"
    )
    return True


def canary(directory: str, name: str, logs: Sequence[str], form: str, output: str) -> int:
    """Judge a phase from production records by the same rules."""
    from migrator.plan import canary as records
    from migrator.plan import conclusions

    where = Path(os.path.abspath(directory))
    (experiment,) = experiments(where, (name,))
    made = [records.judge(experiment, [Path(log) for log in logs])]
    found = list(conclusions.conclude([experiment], made))
    save(_formatted(form, [experiment], found), output)
    return EXIT[conclusions.exit_state(found)]
