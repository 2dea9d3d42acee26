"""`ab run`: sends a plan's pairs, resumable, within its budgets; stops an experiment when it is decided."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.errors import UsageError
from migrator.plan import experiment_requests, results
from migrator.plan.client import Client, FailedError, tokens, usd
from migrator.plan.jobs import answer_jobs, current, judge_jobs, latest
from migrator.plan.limits import Budget, Failures, Pace, Stop, StopError
from migrator.plan.plan_records import JUDGES
from migrator.plan.results import FullError, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from migrator.plan.client import Answer
    from migrator.plan.dataset_row import Row
    from migrator.plan.jobs import Job
    from migrator.plan.plan_records import Experiment
    from migrator.plan.results import Store

LONGEST_WAIT = 60.0
BLOCK = 50
JUDGE_TRIES = 3
Progress = "Callable[[str, int, int], None]"


class Ready(NamedTuple):
    """An experiment and its rows."""

    experiment: Experiment
    rows: Sequence[Row]


class Outcome(NamedTuple):
    """What a run did to one experiment: answers now and before, failures, USD in all, why it stopped
    early.
    """

    name: str
    sent: int
    before: int
    failed: int
    spent: float
    stopped: str = ""
    decided: str = ""


class Options(NamedTuple):
    """`budget`: USD of the whole plan. `everything`: go on where the verdict is clear already."""

    budget: float | None = None
    everything: bool = False


def unpriced(experiment: Experiment) -> tuple[str, ...]:
    """Models without a price: no budget can be held with them."""
    names = [arm.model for arm in experiment.arms]
    names += [experiment.primary.judge_model] if experiment.primary.judge_model else []
    return tuple(dict.fromkeys(n for n in names if n not in experiment.run.usd_per_million))


def check(ready: Sequence[Ready], where: Path) -> None:
    """Raise UsageError where money could not be held back."""
    for experiment, _ in ready:
        missing = unpriced(experiment)
        if missing or experiment.run.budget_usd is None:
            what = f"no price is known for {', '.join(missing)}" if missing else "no budget_usd is set"
            place = where / "experiments" / experiment.name / "settings.toml"
            raise UsageError(f"{experiment.name}: {what}; set it in {place}")


def run(
    ready: Sequence[Ready],
    where: Path,
    options: Options,
    progress: Callable[[str, int, int], None] | None = None,
) -> tuple[list[Outcome], str]:
    """Send what is not there yet; what was done, and why the whole run ended early."""
    check(ready, where)
    with results.Store(where) as store:
        return asyncio.run(_Run(ready, where, store, options, progress).everything())


class _Run:
    """One run of a plan."""

    def __init__(
        self,
        ready: Sequence[Ready],
        where: Path,
        store: Store,
        options: Options,
        progress: Callable[[str, int, int], None] | None,
    ) -> None:
        self.store = store
        self.options = options
        self.stop = Stop()
        total = None if options.budget is None else Budget(options.budget, results.spent(where), "--budget")
        self.parts = [_Part(one, where, self, total, progress) for one in ready]

    async def everything(self) -> tuple[list[Outcome], str]:
        """First one request to every arm of every experiment, then the rest."""
        _on_signals(self.stop)
        self.client = Client(max(part.experiment.run.timeout_seconds for part in self.parts))
        why = ""
        try:
            for step in (_Part.preflight, _Part.rest):
                for part in self.parts:
                    if not part.stopped and not self.stop.asked:
                        await part.guarded(step)
        except StopError as error:
            why = str(error)
        finally:
            await self.client.close()
        if self.stop.asked:
            why = why or "asked to stop; what was under way is counted"
        return [part.outcome() for part in self.parts], why


def _on_signals(stop: Stop) -> None:
    """Ctrl-C and SIGTERM let what is under way come in; the second one does not."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def asked() -> None:
        if stop.asked and task is not None:
            task.cancel()
        stop.event.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(name, asked)
        except (NotImplementedError, RuntimeError, ValueError):
            return


class _Part:
    """One experiment of a run."""

    def __init__(
        self,
        ready: Ready,
        where: Path,
        whole: _Run,
        total: Budget | None,
        progress: Callable[[str, int, int], None] | None,
    ) -> None:
        self.experiment, self.rows = ready
        settings = self.experiment.run
        self.whole = whole
        self.progress = progress
        self.folder = where / "experiments" / self.experiment.name
        self.there = list(results.read(where, self.experiment.name))
        self.done = {r.key for r in current(self.experiment, self.rows, self.there) if not r.error}
        self.before = len(self.done)
        self.batch = 1 + max((r.batch for r in self.there), default=0)
        spent = sum(r.usd for r in self.there)
        self.budget = Budget(settings.budget_usd or 0.0, spent, total=total)
        self.pace = Pace(settings.requests_per_minute, time.monotonic, whole.stop.sleep)
        self.failures = Failures()
        self.random = random.Random(settings.seed)
        self.jobs = answer_jobs(self.experiment, self.rows)
        self.sent = self.failed = 0
        self.stopped = self.decided = ""

    def outcome(self) -> Outcome:
        """What was done."""
        return Outcome(
            self.experiment.name,
            self.sent,
            self.before,
            self.failed,
            self.budget.spent,
            self.stopped,
            self.decided,
        )

    async def guarded(self, step: Callable[[_Part], object]) -> None:
        """One step; only what stops the whole run goes on to the caller."""
        try:
            await step(self)  # type: ignore[misc]
        except StopError as error:
            self.stopped = str(error)
            if error.whole:
                raise
        except FullError as error:
            self.stopped = str(error)
            raise StopError(str(error), whole=True) from None

    async def preflight(self) -> None:
        """The first request of each arm and of the judge, before the rest is paid for."""
        first = [job for job in self.jobs if job.row == self.jobs[0].row]
        for job in first:
            if any(done.key in self.done for done in self.jobs if done.arm == job.arm):
                continue
            await self._one(job)
            self._fatal(job)
        if self.experiment.primary.id in JUDGES:
            for job in self._judgements(first)[:1]:
                if job.key not in self.done:
                    await self._one(job)
                    self._fatal(job)

    def _fatal(self, job: Job) -> None:
        last = self.there[-1] if self.there else None
        if last is not None and last.key == job.key and last.error:
            who = "judge" if job.kind != "answer" else job.arm
            raise StopError(f"the first request to the {who}, {job.body['model']}, failed: {last.error}")

    async def rest(self) -> None:
        """Block by block: answers, their judgements, and whether that decides."""
        size = BLOCK * len(self.experiment.arms)
        counts = [0, sum(job.key not in self.done for job in self.jobs)]
        for block in _blocks(self.jobs, size):
            await self._all(block, counts)
            await self._all(self._judgements(block), None)
            if self.whole.stop.asked:
                return
            if not self.whole.options.everything and self._decided(len(block) < size):
                return

    def _judgements(self, block: Sequence[Job]) -> list[Job]:
        return judge_jobs(self.experiment, self.rows, latest(block, self.there))

    def _decided(self, last: bool) -> bool:
        """Whether the verdict is clear at the plan's correction, so that the rest need not be sent."""
        if last:
            return False
        from migrator.plan import experiment_verdicts
        from migrator.plan.conclusions import clear

        found = experiment_verdicts.judge(self.experiment, self.rows, self.there, folder=self.folder)
        void = next((one.void for one in found.compared if one.arm == "treatment" and one.void), ())
        if void:
            raise StopError(f"void, so that the rest would be paid for nothing (--all sends it): {void[0]}")
        self.decided = clear(self.experiment, found)
        return bool(self.decided)

    async def _all(self, jobs: Sequence[Job], counts: list[int] | None) -> None:
        queue = iter([job for job in jobs if job.key not in self.done])
        stopping: list[BaseException] = []

        async def worker() -> None:
            for job in queue:
                if stopping or self.whole.stop.asked:
                    return
                try:
                    await self._one(job)
                except (StopError, FullError) as error:
                    stopping.append(error)
                if counts is not None and self.progress is not None:
                    counts[0] += 1
                    self.progress(self.experiment.name, counts[0], counts[1])

        tasks = [asyncio.ensure_future(worker()) for _ in range(self.experiment.run.concurrency)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if stopping:
            raise stopping[0]

    async def _one(self, job: Job) -> None:
        """Send one request with its retries; what lost tries may have cost is counted."""
        lost, retries = 0.0, self.experiment.run.retries
        most = retries if job.kind == "answer" else max(retries, JUDGE_TRIES - 1)
        endpoint, unread = False, 0
        for attempt in range(1, most + 2):
            result, pause, endpoint = await self._try(job, attempt, lost)
            unread += result.error.startswith(UNREAD)
            if pause is None or attempt > most or self.whole.stop.asked or unread >= JUDGE_TRIES:
                break
            lost += result.usd
            await self.whole.stop.sleep(pause)
        self._keep(msgspec.structs.replace(result, usd=result.usd + lost), endpoint)

    async def _try(self, job: Job, attempt: int, lost: float) -> tuple[Result, float | None, bool]:
        """One try, reserved and settled; the wait before the next one, where that may help; whether all
        would fail.
        """
        prices = self.experiment.run.usd_per_million[job.body["model"]]
        amount = cost = experiment_requests.most_usd(job.body, prices)
        await self.budget.reserve(amount)
        pause, endpoint = None, False
        try:
            await self.pace.turn()
            answer = await self.whole.client.send(job.endpoint, job.body, stream=job.stream)
            result = _result(job, answer, attempt, prices, amount)
            pause = 0.0 if result.error else None
        except FailedError as error:
            cost = amount if error.billed else 0.0
            result = _failure(job, str(error), attempt, cost)
            pause = self._wait(error, attempt) if error.again else None
            endpoint = error.endpoint
            if error.after is not None:
                self.pace.hold(min(error.after, LONGEST_WAIT))
        except asyncio.CancelledError:
            self._add(_failure(job, "interrupted", attempt, amount + lost))
            raise
        else:
            cost = result.usd
        finally:
            await self.budget.settle(amount, cost)
        return result, pause, endpoint

    def _wait(self, error: FailedError, attempt: int) -> float:
        """What the endpoint asks for, else twice as long each time, with jitter."""
        if error.after is not None:
            return min(error.after, LONGEST_WAIT)
        return min(LONGEST_WAIT, 0.5 * 2.0**attempt * (0.5 + self.random.random()))

    def _add(self, result: Result) -> None:
        result = msgspec.structs.replace(result, batch=self.batch)
        self.there.append(result)
        self.whole.store.add(self.experiment.name, result)

    def _keep(self, result: Result, endpoint: bool) -> None:
        self._add(result)
        self.sent += not result.error
        self.failed += bool(result.error)
        if not result.error:
            self.done.add(result.key)
        if endpoint:
            raise StopError(f"the endpoint takes no request: {result.error}", whole=True)
        self.failures.add(bool(result.error), result.error)


def _blocks(jobs: Sequence[Job], size: int) -> Iterator[Sequence[Job]]:
    for start in range(0, len(jobs), size):
        yield jobs[start : start + size]


UNREAD = "no judgement that can be read"


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


def _result(job: Job, answer: Answer, attempt: int, prices: tuple[float, ...], most: float) -> Result:
    """What came back; an answer that says nothing of its tokens costs what was reserved for it."""
    came, cached, went, reasoned = tokens(answer.usage)
    unmetered = came == 0
    score = None if job.kind == "answer" else experiment_requests.judged(answer.output, job.kind)
    unread = job.kind != "answer" and score is None
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
        usd=most if unmetered else usd(answer.usage, prices),
        attempts=attempt,
        error=f"{UNREAD}: {answer.output[:80]}" if unread else "",
        score=score,
        unmetered=unmetered,
    )
