"""Why a repository was not done: a word for counting, and a sentence for a person."""

from __future__ import annotations

import errno
import os
import traceback

from migrator.fleet.fleet_records import Outcome
from migrator.fleet.git import GitError

_ADVICE = {
    "bug": "this is a bug: please report it",
    "disk-full": "make room and run again",
}


def failed(error: Exception) -> Outcome:
    """The outcome of a turn that ended with an error."""
    from migrator.errors import UsageError
    from migrator.report import redact
    from migrator.rulebook.base import RuleError
    from migrator.settings import SettingsError

    if isinstance(error, GitError):
        reason, message = error.reason, str(error)
    elif isinstance(error, (SettingsError, RuleError, UsageError)):
        reason, message = "settings", str(error)
    elif isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        reason, message = "disk-full", f"{error.strerror}; {_ADVICE['disk-full']}"
    elif isinstance(error, OSError):
        reason, message = "unreadable", f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")
    else:
        reason, message = "bug", f"{type(error).__name__}{_place(error)}: {error}; {_ADVICE['bug']}"
    return Outcome(locator="", status="failed", reason=reason, message=redact.mask(message)[:1_000])


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""


def out_of_memory(limit: int) -> Outcome:
    """A turn that needed more memory than it may have."""
    return _lost("out-of-memory", f"needs more than {limit / 1e9:.1f} GB; raise --memory or exclude folders")


def out_of_time(seconds: float) -> Outcome:
    """A turn that took too long."""
    return _lost("timeout", f"took longer than {seconds:g} s; raise --timeout or exclude folders")


def other_program() -> Outcome:
    """A worker on which another release of this program is installed."""
    return _lost("other-release", "the worker has another release of gpt55-migrate; install the same on all")


def engine(error: BaseException) -> Outcome:
    """A turn that the engine gave up."""
    return _lost("worker-lost", f"the engine gave up: {type(error).__name__}: {error}"[:400])


def died(code: int, limit: int) -> Outcome:
    """A turn whose process ended: by a signal, or by itself."""
    import signal

    if code == -getattr(signal, "SIGKILL", 9):
        return _lost("killed", "its process was killed, by hand or for want of memory; run again")
    if code < 0:
        return _lost("crashed", f"its process ended with {signal.Signals(-code).name}; run again")
    return _lost("crashed", f"its process ended with exit code {code}; run again, or raise --memory "
                 f"({limit / 1e9:.1f} GB)")  # fmt: skip


def _lost(reason: str, message: str) -> Outcome:
    return Outcome(locator="", status="failed", reason=reason, message=message)
