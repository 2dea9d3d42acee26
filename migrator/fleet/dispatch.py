"""Hands every turn to the engine until each has one outcome; an engine that is lost is opened again."""

from __future__ import annotations

import time
from collections import Counter, deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from typing import TYPE_CHECKING

from migrator.errors import WorkError
from migrator.fleet import reasons
from migrator.fleet.host import take
from migrator.report import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from migrator.fleet.engines import Engine
    from migrator.fleet.fleet_records import Outcome, Task

PATIENCE = 120.0
"""Seconds in which a lost engine may come back."""
_PAUSE = 2.0
_TRIES = 5
"""So many engines may be lost under a repository's turn before it counts as failed."""
_ONCE_MORE = frozenset({"killed", "crashed"})
"""Whoever killed a process may not have meant the repository that it was at."""
_LOST = (CancelledError, BrokenExecutor, OSError, TimeoutError)


class Run:
    """An engine that is open while the run lasts, or another in its place."""

    def __init__(self, open_engine: Callable[[], Engine], waits: float = PATIENCE) -> None:
        self.open_engine = open_engine
        self.waits = waits
        self.waiting: deque[Task] = deque()
        self.begun: dict[Future[Outcome], Task] = {}
        self.heard = time.monotonic()
        self.tries: Counter[str] = Counter()

    def __enter__(self) -> Run:
        """Raises WorkError where the engine does not answer."""
        try:
            self.engine = self.open_engine()
        except OSError as error:
            raise WorkError(f"the engine does not answer: {error}") from None
        return self

    def __exit__(self, *error: object) -> None:
        _closed(self.engine)

    def all(self, tasks: Iterable[Task], done: Callable[[Task, Outcome], None]) -> None:
        """Take every turn; `done` is called once with the outcome of each, in this thread.

        Raises WorkError where a lost engine does not come back.
        """
        self.done = done
        self.waiting.extend(tasks)
        self.tries.clear()
        self.heard = time.monotonic()
        while self.waiting or self.begun:
            if not self._step():
                self._reopen()

    def _step(self) -> bool:
        """Hand over what fits and collect what is done; whether the engine is still there."""
        try:
            while self.waiting and len(self.begun) < self.engine.ahead:
                future = self.engine.executor.submit(take, self.waiting[0])
                self.begun[future] = self.waiting.popleft()
        except (RuntimeError, *_LOST):
            return False
        ready, _ = wait(self.begun, timeout=1.0, return_when=FIRST_COMPLETED)
        if not ready:
            self._heed_silence()
        return not [future for future in ready if not self._collected(future)]

    def _heed_silence(self) -> None:
        """Where no turn ends for longer than one may take, nobody takes any."""
        longest = max(task.terms.seconds for task in self.begun.values())
        if time.monotonic() - self.heard > longest + self.waits:
            raise WorkError(f"no worker has answered for {longest + self.waits:.0f} s; {self._left()}")

    def _left(self) -> str:
        left = len(self.waiting) + len(self.begun)
        return f"{words.count(left, 'repository', 'repositories')} left; the same command goes on"

    def _collected(self, future: Future[Outcome]) -> bool:
        task = self.begun.pop(future)
        try:
            outcome = future.result()
        except _LOST as error:
            self.tries[task.source.id] += 1
            if self.tries[task.source.id] < _TRIES:
                self.waiting.appendleft(task)
                return False
            outcome = reasons.engine(error)
        except Exception as error:
            outcome = reasons.engine(error)
        self.heard = time.monotonic()
        if outcome.reason in _ONCE_MORE and not self.tries[task.source.id]:
            self.tries[task.source.id] += 1
            self.waiting.append(task)
            return True
        self.done(task, outcome)
        return True

    def _reopen(self) -> None:
        """What was begun is begun again: an outcome that was not collected does not count."""
        self.waiting.extendleft(self.begun.values())
        self.begun.clear()
        _closed(self.engine)
        while True:
            try:
                self.engine = self.open_engine()
                return
            except OSError as error:
                if time.monotonic() - self.heard > self.waits:
                    raise WorkError(f"the engine does not answer: {error}; {self._left()}") from None
                time.sleep(_PAUSE)


def _closed(engine: Engine) -> None:
    try:
        engine.close()
    except Exception:
        return
