"""Run a command with the hook in all its Python processes; leave none of them behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from migrator.errors import UsageError
from migrator.evidence.evidence_rules import evidence_rules
from migrator.report import secrets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType

HOOK = Path(__file__).parent / "hook"
SETTINGS = "GPT55_MIGRATE_RECORD"
GRACE = 5.0
TIMED_OUT, NOT_RUNNABLE, NOT_FOUND = 124, 126, 127
_SUBREAPER = 36


class Ended(NamedTuple):
    """How a command ended: its exit code (128 and more: a signal's), and what it left running.

    `told`: we were told to end meanwhile, and so was it.
    """

    code: int
    timed_out: bool
    left: int
    told: bool = False


def environment(
    file: Path, root: Path, *, personal: str = "", rehearse: dict[str, object] | None = None
) -> dict[str, str]:
    """What makes each Python process of a command write its requests to `file`.

    `rehearse` is what the hook is to know of a rehearsal. Texts are written where it is known what is
    `personal` in them, without that and without keys.
    """
    settings = {
        "rehearse": rehearse,
        "file": str(file),
        "root": str(root.resolve()) + os.sep,
        "text": bool(personal),
        "endpoints": evidence_rules().record.endpoints,
        "masks": _masks(personal) if personal else [],
    }
    path = [str(HOOK), *filter(None, [os.environ.get("PYTHONPATH", "")])]
    return {**os.environ, SETTINGS: json.dumps(settings), "PYTHONPATH": os.pathsep.join(path)}


def _masks(personal: str) -> list[tuple[str, str]]:
    """Keys as reports mask them, and personal data as the guardrail knows it."""
    return [
        (rf"(?x)\b(?:{secrets.PREFIXED})", secrets.MASK),
        (r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{16,}", rf"\1 {secrets.MASK}"),
        (r"(?<=://)[^\s/@:'\"]*:[^\s/@'\"]+(?=@)", secrets.MASK),
        (personal, secrets.MASK),
    ]


def run(command: Sequence[str], env: dict[str, str], timeout: float | None, cwd: Path | None = None) -> Ended:
    """Run it in a session of its own; signals that we get are its own too.

    In a folder of its own (`cwd`) its output goes to standard error.
    """
    if not hasattr(os, "killpg"):
        raise UsageError("only where processes have groups, as on Linux and macOS")
    _adopt()
    try:
        process = subprocess.Popen(
            command, env=env, start_new_session=True, cwd=cwd, stdout=None if cwd is None else sys.stderr
        )
    except FileNotFoundError:
        raise UsageError(f"{command[0]}: no such command") from None
    except OSError as error:
        raise UsageError(f"{command[0]}: cannot be run: {error.strerror}") from None
    with _forwarding(process.pid) as forwarding:
        timed_out = False
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            timed_out = True
            _signal(process.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE)
            _signal(process.pid, signal.SIGKILL)
            code = process.wait()
        left = _clear(process.pid)
    if timed_out:
        return Ended(TIMED_OUT, True, left)
    return Ended(128 - code if code < 0 else code, False, left, forwarding.told)


class _forwarding:  # noqa: N801
    """Meanwhile what ends us ends the command; it decides how."""

    def __init__(self, group: int) -> None:
        self.group = group
        self.before: dict[int, object] = {}
        self.told = False

    def __enter__(self) -> _forwarding:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self.before[number] = signal.signal(number, self._forward)
        return self

    def _forward(self, number: int, _frame: FrameType | None) -> None:
        self.told = True
        _signal(self.group, number)

    def __exit__(self, *_: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]


def _signal(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _adopt() -> None:
    """On Linux, orphans of the command become children of ours, so that they are found."""
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def _clear(group: int) -> int:
    """End what is still running; how many processes that were."""
    left = set(_below(os.getpid()))
    if not left and not _alive(group):
        return 0
    for number, until in ((signal.SIGTERM, GRACE), (signal.SIGKILL, GRACE)):
        _signal(group, number)
        for pid in _below(os.getpid()):
            left.add(pid)
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        if _gone(group, until):
            break
    return max(len(left), 1)


def _gone(group: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not _alive(group) and not any(_below(os.getpid())):
            return True
        time.sleep(0.02)
    return False


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _below(pid: int) -> Iterator[int]:
    """Running descendants of a process, as Linux lists them."""
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, task.read_text().split()):
                with suppress(OSError):
                    if ") Z " not in Path(f"/proc/{child}/stat").read_text():
                        yield child
                yield from _below(child)
