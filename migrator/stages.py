"""Where the time went, by stage: wall time, and processor time of this process and its ended children.

And where it goes now: who listens is told how much of a step is done.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeVar

    Item = TypeVar("Item")
    Listener = Callable[[str, int, int], None]


class Spent(NamedTuple):
    """Seconds; `wall` is 0 where several processes shared the work."""

    wall: float = 0.0
    cpu: float = 0.0


STEPS = ("Looking at files", "Reading", "Deciding", "Planning", "Checking the plan")
"""In the order in which a part of a codebase goes through them."""

_spent: dict[str, Spent] = {}
_listeners: list[tuple[int, Listener]] = []


@contextmanager
def heard_by(listener: Listener | None) -> Iterator[None]:
    """Tell `listener` meanwhile of each step of this process: `(step, done, total)`."""
    _listeners.append((os.getpid() if listener else 0, listener or (lambda *_: None)))
    try:
        yield
    finally:
        _listeners.pop()


def at(step: str, done: int, total: int) -> None:
    """So much of a step is done."""
    for process, listener in _listeners[-1:]:
        if process == os.getpid():
            listener(step, done, total)


def told(step: str, items: Iterable[Item], total: int | None = None) -> Iterator[Item]:
    """The items, each said to be done when the next is asked for."""
    if total is None:
        items = list(items)
        total = len(items)
    for done, item in enumerate(items):
        at(step, done, total)
        yield item


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Count what is done meanwhile to a stage."""
    wall, cpu = time.perf_counter(), _cpu()
    try:
        yield
    finally:
        add(name, time.perf_counter() - wall, _cpu() - cpu)


def add(name: str, wall: float, cpu: float) -> None:
    """Count seconds to a stage."""
    known = _spent.get(name, Spent())
    _spent[name] = Spent(known.wall + wall, known.cpu + cpu)


def table() -> str:
    """A line a stage; what stands indented is part of the line above."""
    rows = [f"{'stage':28}{'wall s':>9}{'cpu s':>9}"]
    for name, spent in _spent.items():
        wall = f"{spent.wall:9.2f}" if spent.wall else f"{'':9}"
        rows.append(f"{name:28}{wall}{spent.cpu:9.2f}")
    rows.append(f"{'in all, start-up included':28}{'':9}{_cpu():9.2f}")
    return "\n".join(rows)


def _cpu() -> float:
    return sum(os.times()[:4])
