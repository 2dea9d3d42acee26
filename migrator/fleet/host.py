"""Takes a task to a process of its own, and survives whatever becomes of that process.

One such process serves one thread and is used again; a turn that takes too long ends with its process.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from migrator.fleet import reasons
from migrator.fleet.child import receive, send
from migrator.fleet.fleet_records import Outcome, Task, packed

if TYPE_CHECKING:
    from typing import Any


_RETIRING = 0.5
"""A process whose memory has grown to this share of its limit makes room for a fresh one."""


class _Child:
    """The process, and the folder that it works in."""

    def __init__(self, memory: int) -> None:
        self.memory = memory
        self.scratch = tempfile.mkdtemp(prefix="gpt55-fleet-")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "migrator.fleet.child", self.scratch, str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,
        )

    @property
    def is_ready(self) -> bool:
        return self.process.poll() is None

    def ask(self, task: Task) -> bytes:
        """The answer; nothing where the process has ended or was ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        clock = threading.Timer(task.terms.seconds, self.end)
        clock.daemon = True
        clock.start()
        try:
            send(self.process.stdin, packed(task))
            return receive(self.process.stdout)
        except (OSError, ValueError):
            return b""
        finally:
            clock.cancel()

    def end(self) -> None:
        """End the process and those that it has started."""
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()

    def close(self) -> int:
        """What the process ended with, once nothing is left of it."""
        self.end()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError, ValueError):
                if pipe is not None:
                    pipe.close()
        code = self.process.wait()
        shutil.rmtree(self.scratch, ignore_errors=True)
        return code


def _environment() -> dict[str, str]:
    """This program is found where it is found here, whatever the working directory."""
    import migrator

    top = os.path.dirname(os.path.dirname(os.path.abspath(migrator.__file__)))
    paths = [top, *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "PYTHONSAFEPATH": "1",
        "MALLOC_ARENA_MAX": "1",
    }


_mine = threading.local()
_all: set[Any] = set()
_stopping = threading.Event()


def take(task: Task) -> Outcome:
    """The outcome of a task, in whatever process; never raises for what a repository does."""
    import time

    if task.terms.program != program():
        return _with(task, reasons.other_program())
    if _stopping.is_set():
        return Outcome(locator=task.source.locator, status="stopped")
    try:
        child = _child(task.terms.memory)
    except OSError as error:
        return _with(task, reasons.failed(error))
    start = time.monotonic()
    answer = child.ask(task)
    took = time.monotonic() - start
    if answer:
        outcome = msgspec.msgpack.decode(answer, type=Outcome)
        if outcome.reason == "out-of-memory" or outcome.memory > task.terms.memory * _RETIRING:
            _forget(child)
        return outcome
    code = _forget(child)
    if _stopping.is_set():
        return Outcome(locator=task.source.locator, status="stopped")
    if took >= task.terms.seconds:
        return _with(task, reasons.out_of_time(task.terms.seconds), took)
    return _with(task, reasons.died(code, task.terms.memory), took)


def _with(task: Task, outcome: Outcome, seconds: float = 0.0) -> Outcome:
    return msgspec.structs.replace(outcome, locator=task.source.locator, seconds=round(seconds, 3))


def _child(memory: int) -> _Child:
    child: _Child | None = getattr(_mine, "child", None)
    if child is None or not child.is_ready or child.memory != memory:
        if child is not None:
            _forget(child)
        child = _mine.child = _Child(memory)
        _all.add(child)
    return child


def _forget(child: _Child) -> int:
    _all.discard(child)
    _mine.child = None
    return child.close()


def stop() -> None:
    """End every process, and take no more tasks."""
    _stopping.set()
    close()


def resume() -> None:
    """Take tasks again."""
    _stopping.clear()


def close() -> None:
    """End every process."""
    for child in list(_all):
        child.close()
    _all.clear()


atexit.register(close)


@cache
def program() -> str:
    """Tells this release of the program, its rules and its Python from others."""
    import hashlib
    from pathlib import Path

    import migrator
    from migrator.rulebook.rulefiles import rules_directory

    digest = hashlib.sha256(f"{migrator.__version__} {sys.version_info[:2]}".encode())
    for top in (Path(migrator.__file__).parent, rules_directory()):
        for path in sorted([*top.rglob("*.py"), *top.rglob("*.toml")]):
            digest.update(path.relative_to(top).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
