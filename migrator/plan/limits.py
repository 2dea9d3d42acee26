"""Money and pace of a run."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class StopError(Exception):
    """An experiment must not go on, or no experiment (`whole`); the message says why."""

    def __init__(self, message: str, *, whole: bool = False) -> None:
        super().__init__(message)
        self.whole = whole


class Stop:
    """Set by Ctrl-C and SIGTERM: nothing new is sent, what is under way is waited for."""

    def __init__(self) -> None:
        self.event = asyncio.Event()

    @property
    def asked(self) -> bool:
        return self.event.is_set()

    async def sleep(self, seconds: float) -> None:
        """Sleep, unless asked to stop."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.event.wait(), seconds)


class Budget:
    """USD: what is spent and what requests under way may still cost never exceed `most` together.

    `total` is the budget of all experiments, `name` the setting that raises this one.
    """

    def __init__(
        self,
        most: float,
        spent: float,
        name: str = "budget_usd in settings.toml",
        total: Budget | None = None,
    ) -> None:
        self.most = most
        self.spent = spent
        self.name = name
        self.total = total
        self.reserved = 0.0
        self._changed = asyncio.Condition()

    async def reserve(self, amount: float) -> None:
        """Wait until `amount` is free; raises StopError where it never will be."""
        if self.total is not None:
            await self.total.reserve(amount)
        try:
            await self._reserve(amount)
        except BaseException:
            if self.total is not None:
                await self.total.settle(amount, 0.0)
            raise

    async def _reserve(self, amount: float) -> None:
        async with self._changed:
            while self.spent + self.reserved + amount > self.most:
                if self.reserved <= 1e-12:
                    raise StopError(
                        f"budget: {self.spent:.4f} of {self.most:.2f} USD are spent and the next "
                        "request may cost "
                        f"up to {amount:.4f}; raise {self.name} to go on",
                        whole=self.total is None and self.name.startswith("--"),
                    )
                await self._changed.wait()
            self.reserved += amount

    async def settle(self, amount: float, cost: float) -> None:
        """A request that `amount` was reserved for has cost `cost`."""
        if self.total is not None:
            await self.total.settle(amount, cost)
        async with self._changed:
            self.reserved = max(0.0, self.reserved - amount)
            self.spent += cost
            self._changed.notify_all()


class Pace:
    """At most so many requests a minute, evenly spaced; waits on HTTP 429 hold back all of them."""

    def __init__(
        self,
        per_minute: int | None,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.gap = 60 / per_minute if per_minute else 0.0
        self.clock = clock
        self.sleep = sleep
        self.next = 0.0

    async def turn(self) -> None:
        """Wait for the next place."""
        now = self.clock()
        at = max(now, self.next)
        self.next = at + self.gap
        if at > now:
            await self.sleep(at - now)

    def hold(self, seconds: float) -> None:
        """Nobody sends for so long."""
        self.next = max(self.next, self.clock() + seconds)


class Failures:
    """Stops a run that gets nowhere: `row` failures in a row, or a `share` of the last `window` requests."""

    def __init__(self, row: int = 20, window: int = 100, share: float = 0.25) -> None:
        self.row = row
        self.window = window
        self.share = share
        self.last: list[bool] = []

    def add(self, failed: bool, why: str) -> None:
        """Count one request; raises StopError."""
        self.last = [*self.last, failed][-self.window :]
        if len(self.last) >= self.row and all(self.last[-self.row :]):
            raise StopError(f"errors: {self.row} requests in a row failed; the last: {why}")
        if len(self.last) == self.window and sum(self.last) > self.share * self.window:
            raise StopError(
                f"errors: {sum(self.last)} of the last {self.window} requests failed; the last: {why}"
            )
