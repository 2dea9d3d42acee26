"""How far a run is: a line on a terminal that is written over, else a line now and then."""

from __future__ import annotations

import sys
import time
from collections import deque

from migrator.report import words

_OFTEN = 0.5
_SELDOM = 30.0
_WINDOW = 60.0
_FEW = 20
"""The rate is that of the last minute, but of no fewer outcomes: one may take as long as many."""


class Progress:
    """Counts outcomes; `said` is called with a line where there is something to say."""

    def __init__(self, total: int, what: str) -> None:
        self.total = total
        self.what = what
        self.counts: dict[str, int] = {}
        self.is_live = sys.stderr.isatty()
        self.started = self.told = time.monotonic()
        self.recent: deque[tuple[float, int]] = deque([(self.started, 0)])

    @property
    def done(self) -> int:
        """How many outcomes there are."""
        return sum(self.counts.values())

    def count(self, status: str) -> None:
        """One more."""
        self.counts[status] = self.counts.get(status, 0) + 1
        now = time.monotonic()
        self.recent.append((now, self.done))
        while self.recent[0][0] < now - _WINDOW and len(self.recent) > _FEW:
            self.recent.popleft()
        if now - self.told >= (_OFTEN if self.is_live else _SELDOM):
            self.told = now
            self._tell("\r\x1b[K" if self.is_live else "", "" if self.is_live else "\n")

    def line(self) -> str:
        """`120 of 300 repositories, 2.1 a second, 1 min 26 s left, 3 failed`."""
        (start, before), (end, now) = self.recent[0], self.recent[-1]
        rate = (now - before) / (end - start) if end > start else 0.0
        parts = [f"{self.what}: {self.done:,} of {words.count(self.total, 'repository', 'repositories')}"]
        if rate:
            parts += [
                f"{rate:.1f} a second" if rate >= 1 else f"{60 * rate:.1f} a minute",
                f"{_time((self.total - self.done) / rate)} left",
            ]
        parts += [
            f"{number:,} {status}" for status, number in sorted(self.counts.items()) if status != "done"
        ]
        return ", ".join(parts)

    def close(self) -> None:
        """Wipe the line away."""
        if self.is_live:
            self._tell("\r\x1b[K", "", said="")

    def _tell(self, start: str, end: str, said: str | None = None) -> None:
        sys.stderr.write(f"{start}{self.line() if said is None else said}{end}")
        sys.stderr.flush()


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5_400 else f"{seconds / 3600:.1f} h"
