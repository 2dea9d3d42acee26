"""A bar for long scans on a terminal, gone when the scan is over; nothing anywhere else."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from migrator import stages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress, TaskID

PATIENCE = 1.0
"""Seconds before the bar appears."""


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """What to call as `(done, total)`, or None where nobody would see it."""
    with _bar(what) as bar:
        yield bar.update if bar else None


@contextmanager
def steps() -> Iterator[None]:
    """A bar for each step of a review, with how much of it and how many steps are left."""
    with _bar("") as bar, stages.heard_by(bar.step if bar else None):
        yield


@contextmanager
def _bar(what: str) -> Iterator[_Bar | None]:
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    bar = _Bar(what)
    try:
        yield bar
    finally:
        bar.close()


class _Bar:
    """Starts late, so that short scans stay quiet and never import rich."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.started = time.monotonic()
        self.shown: tuple[Progress, TaskID] | None = None

    def step(self, name: str, done: int, total: int) -> None:
        """Move the bar of a step."""
        number = stages.STEPS.index(name) + 1
        self.what = f"{number}/{len(stages.STEPS)} {name}"
        self.update(done, total)

    def update(self, done: int, total: int) -> None:
        """Move the bar; make it first, once the work has taken long enough."""
        if self.shown is None and time.monotonic() - self.started > PATIENCE:
            self.shown = _open(self.what)
        if self.shown is not None:
            bar, task = self.shown
            bar.update(task, description=self.what, completed=done, total=total)

    def close(self) -> None:
        """Wipe the bar away."""
        if self.shown is not None:
            self.shown[0].stop()


def _open(what: str) -> tuple[Progress, TaskID]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.start()
    return bar, bar.add_task(what)
