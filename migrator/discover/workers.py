"""Processes where there is enough to do, else this one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeVar

from migrator.discover.file_bytes import instead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Job = TypeVar("Job")
Result = TypeVar("Result")

MOST_JOBS = 61
"""More processes at once Windows does not wait for."""


class Workers:
    """A number of processes, or none; `start` is called with `given` in each of them before any work.

    `here` says that this process is one of them.
    """

    def __init__(
        self,
        count: int,
        start: Callable[..., None],
        *given: Any,  # noqa: ANN401
        here: bool = False,
    ) -> None:
        self.count = min(count, MOST_JOBS)
        self.start = start
        self.given = given
        self.here = here or self.count == 1

    def __enter__(self) -> Workers:
        if self.count > 1:
            import multiprocessing
            from concurrent.futures import ProcessPoolExecutor

            method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
            context = multiprocessing.get_context(method)
            started = (self.start, self.given)
            self.pool = ProcessPoolExecutor(
                self.count - self.here, context, initializer=_begin, initargs=started
            )
        if self.here:
            self.start(*self.given)
        return self

    def __exit__(self, *error: object) -> None:
        if self.count > 1:
            self.pool.shutdown(cancel_futures=True)

    def map(self, work: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[Result]:
        """What `work` makes of each job, in order."""
        return self.pool.map(work, jobs) if self.count > 1 else map(work, jobs)

    def together(self, work: Callable[[Job], Result], jobs: Sequence[Job]) -> list[Result]:
        """The same where this process works, too: it takes the last job, for there is one for each."""
        others = self.begin(work, jobs[:-1])
        mine = [work(job) for job in jobs[-1:]]
        return [*others(), *mine]

    def begin(self, work: Callable[[Job], Result], jobs: Sequence[Job]) -> Callable[[], list[Result]]:
        """Begin jobs in the other processes; what is given back ends them.

        This process then takes from the end what no other has begun.
        """
        begun = [self.pool.submit(work, job) for job in jobs]

        def end() -> list[Result]:
            mine: list[Result] = []
            while begun and begun[-1].cancel():
                begun.pop()
                mine.append(work(jobs[len(begun)]))
            return [*(one.result() for one in begun), *reversed(mine)]

        return end


def processes(jobs: int, *, worth: bool) -> int:
    """How many processes are wanted; 0 stands for one a core where starting them is `worth` it."""
    if instead and os.name == "nt":
        return 1
    return jobs or (min(os.cpu_count() or 1, 8) if worth else 1)


def _begin(start: Callable[..., None], given: tuple[Any, ...]) -> None:
    """A worker whose parent was killed would wait for work for ever."""
    import multiprocessing
    import signal
    import threading

    for number in (getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)):
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    start(*given)
