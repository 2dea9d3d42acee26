"""Where the time went, by stage: wall time, and processor time of this process and its ended children."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Spent(NamedTuple):
    """Seconds; `wall` is 0 where several processes shared the work."""

    wall: float = 0.0
    cpu: float = 0.0


_spent: dict[str, Spent] = {}


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
