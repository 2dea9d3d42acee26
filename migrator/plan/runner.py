"""`ab run`: sends an experiment's pairs, resumable, within its budget."""

from __future__ import annotations

import asyncio
import random
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from migrator.commands import UsageError
from migrator.plan import bodies, results
from migrator.plan.client import Answer, Client, FailedError, tokens
from migrator.plan.limits import Budget, Failures, Pace, StopError
from migrator.plan.results import Log, Result, digest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from migrator.plan.dataset import Row
    from migrator.plan.records import Experiment

LONGEST_WAIT = 60.0


class Job(NamedTuple):
    """One request: `kind` is answer or judge."""

    row: str
    arm: str
    kind: str
    endpoint: str
    body: dict[str, Any]
    stream: bool

    @property
    def key(self) -> str:
        """The same for the same request."""
        return digest([self.kind, self.arm, self.row, self.endpoint, self.body])


class Outcome(NamedTuple):
    """What a run did: answers now and before, failures, USD spent in all, why it stopped early."""

    sent: int
    before: int
    failed: int
    spent: float
    stopped: str


def answer_jobs(experiment: Experiment, rows: Sequence[Row]) -> list[Job]:
    """Every row for every arm: rows in random order, arms in random order within a row, by the run's seed."""
    generator = random.Random(f"{experiment.run.seed}:{experiment.name}")
    order = list(rows)
    generator.shuffle(order)
    jobs = []
    for row in order:
        arms = list(experiment.arms)
        generator.shuffle(arms)
        for arm in arms:
            body = bodies.body(experiment, arm, row)
            jobs.append(
                Job(digest(row.vars), arm.name, "answer", experiment.endpoint, body, experiment.streams)
            )
    return jobs


def judge_jobs(experiment: Experiment, rows: Sequence[Row], answers: Sequence[Result]) -> list[Job]:
    """One judgement for every answer, where a judge decides."""
    grader = experiment.primary
    if grader.id != "judge":
        return []
    by_row = {digest(row.vars): row for row in rows}
    return [
        Job(a.row, a.arm, "judge", "chat", bodies.judge_body(grader, experiment, by_row[a.row], a), False)
        for a in answers
        if a.kind == "answer" and not a.error and a.output and a.row in by_row
    ]


def current(experiment: Experiment, rows: Sequence[Row], there: Sequence[Result]) -> list[Result]:
    """The results that belong to the experiment as it is now: the last good one of each request."""
    answers = _latest(answer_jobs(experiment, rows), there)
    return [*answers, *_latest(judge_jobs(experiment, rows, answers), there)]


def _latest(jobs: Sequence[Job], there: Sequence[Result]) -> list[Result]:
    found: dict[str, Result] = {}
    for result in there:
        if result.key not in found or found[result.key].error:
            found[result.key] = result
    return [found[job.key] for job in jobs if job.key in found]


def unpriced(experiment: Experiment) -> tuple[str, ...]:
    """Models without a price: no budget can be held with them."""
    names = [arm.model for arm in experiment.arms]
    names += [experiment.primary.judge_model] if experiment.primary.judge_model else []
    return tuple(dict.fromkeys(n for n in names if n not in experiment.run.usd_per_million))


async def run(
    experiment: Experiment,
    rows: Sequence[Row],
    folder: Path,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Send what is not there yet; stops early on budget, errors or a signal, and loses nothing."""
    missing = unpriced(experiment)
    if missing or experiment.run.budget_usd is None:
        what = f"no price is known for {', '.join(missing)}" if missing else "no budget_usd is set"
        raise UsageError(f"{experiment.name}: {what}; set it in {folder / 'settings.toml'}")
    there = results.read(folder)
    before = [r for r in current(experiment, rows, there) if not r.error]
    runner = _Runner(experiment, folder, sum(r.usd for r in there), {r.key for r in before}, progress)
    stopped = await runner.everything(rows, there)
    return Outcome(runner.sent, len(before), runner.failed, runner.budget.spent, stopped)


class _Runner:
    """One run of one experiment."""

    def __init__(
        self,
        experiment: Experiment,
        folder: Path,
        spent: float,
        done: set[str],
        progress: Callable[[int, int], None] | None,
    ) -> None:
        settings = experiment.run
        self.experiment = experiment
        self.folder = folder
        self.done = done
        self.progress = progress
        self.budget = Budget(settings.budget_usd or 0.0, spent)
        self.pace = Pace(settings.requests_per_minute, time.monotonic)
        self.failures = Failures()
        self.random = random.Random(settings.seed)
        self.stopping = False
        self.sent = self.failed = 0
        self.new: list[Result] = []

    async def everything(self, rows: Sequence[Row], there: Sequence[Result]) -> str:
        """Answers, then judgements; why it stopped early, or nothing."""
        self.client = Client(self.experiment.run.timeout_seconds)
        self.log = Log(self.folder)
        try:
            await self._all(answer_jobs(self.experiment, rows))
            answers = _latest(answer_jobs(self.experiment, rows), [*there, *self.new])
            await self._all(judge_jobs(self.experiment, rows, answers))
        except StopError as stop:
            return str(stop)
        finally:
            self.log.close()
            await self.client.close()
        return ""

    async def _all(self, jobs: Sequence[Job]) -> None:
        waiting = [job for job in jobs if job.key not in self.done]
        queue = iter(waiting)
        total, counts = len(waiting), [0]
        self.stopping = False

        async def worker() -> None:
            for job in queue:
                if self.stopping:
                    return
                await self._one(job)
                counts[0] += 1
                if self.progress is not None:
                    self.progress(counts[0], total)

        tasks = [asyncio.ensure_future(worker()) for _ in range(self.experiment.run.concurrency)]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            self.stopping = True
            await asyncio.wait(tasks)
        finally:
            for task in tasks:
                task.cancel()
        for task in tasks:
            task.result()

    async def _one(self, job: Job) -> None:
        """Send one request with its retries; what lost tries may have cost is counted."""
        lost, retries = 0.0, self.experiment.run.retries
        for attempt in range(1, retries + 2):
            result, pause = await self._try(job, attempt)
            if pause is None or attempt > retries:
                break
            lost += result.usd
            await asyncio.sleep(pause)
        self._keep(msgspec.structs.replace(result, usd=result.usd + lost))

    async def _try(self, job: Job, attempt: int) -> tuple[Result, float | None]:
        """One try, reserved and settled; with the wait before the next one, where that may help."""
        prices = self.experiment.run.usd_per_million[job.body["model"]]
        most_in, most_out = bodies.most_tokens(job.body)
        amount = cost = (most_in * prices[0] + most_out * prices[1]) / 1e6
        await self.budget.reserve(amount)
        pause = None
        try:
            await self.pace.turn()
            answer = await self.client.send(job.endpoint, job.body, stream=job.stream)
            result = _result(job, answer, attempt, prices)
        except FailedError as error:
            cost = amount if error.billed else 0.0
            result = _failure(job, str(error), attempt, cost)
            pause = self._wait(error, attempt) if error.again else None
            if error.after is not None:
                self.pace.hold(min(error.after, LONGEST_WAIT))
        except asyncio.CancelledError:
            self.log.add(_failure(job, "interrupted", attempt, amount))
            raise
        else:
            cost = result.usd
        finally:
            await self.budget.settle(amount, cost)
        return result, pause

    def _wait(self, error: FailedError, attempt: int) -> float:
        """What the endpoint asks for, else twice as long each time, with jitter."""
        if error.after is not None:
            return min(error.after, LONGEST_WAIT)
        return min(LONGEST_WAIT, 0.5 * 2.0**attempt * (0.5 + self.random.random()))

    def _keep(self, result: Result) -> None:
        self.log.add(result)
        self.new.append(result)
        self.sent += not result.error
        self.failed += bool(result.error)
        self.failures.add(bool(result.error), result.error)


def _failure(job: Job, why: str, attempt: int, cost: float) -> Result:
    return Result(
        key=job.key,
        row=job.row,
        arm=job.arm,
        kind=job.kind,
        model=job.body["model"],
        error=why,
        attempts=attempt,
        usd=cost,
    )


def _result(job: Job, answer: Answer, attempt: int, prices: tuple[float, float]) -> Result:
    came, cached, went, reasoned = tokens(answer.usage)
    return Result(
        key=job.key,
        row=job.row,
        arm=job.arm,
        kind=job.kind,
        model=job.body["model"],
        served=answer.served,
        output=answer.output,
        tool_calls=answer.tool_calls,
        finish=answer.finish,
        tokens_in=came,
        tokens_cached=cached,
        tokens_out=went,
        tokens_reasoning=reasoned,
        seconds=round(answer.seconds, 4),
        first_token=None if answer.first_token is None else round(answer.first_token, 4),
        usd=(came * prices[0] + went * prices[1]) / 1e6,
        attempts=attempt,
        score=bodies.judged(answer.output) if job.kind == "judge" else None,
    )
