"""From whatever happens to an exit code and at most one line."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

import click

from migrator.commands import FAILED, USAGE
from migrator.errors import UsageError, WorkError
from migrator.output import PROGRAM, complain, leave

if TYPE_CHECKING:
    from collections.abc import Callable

_STOPPING = 128
_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
PIPE_CLOSED = 141


class StoppedError(BaseException):
    """Somebody ends the run."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def heed_signals() -> None:
    """Let what ends the run clean up first; what is ignored already stays so."""
    for number in _SIGNALS:
        if signal.getsignal(number) not in (signal.SIG_IGN, None):
            signal.signal(number, _stop)


_asked: list[int] = []
"""Signals that came: what they raise may come back as another error, as from a class that is being made."""


def _stop(number: int, _frame: object) -> NoReturn:
    _asked.append(number)
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise StoppedError(number)


def _be_deaf() -> None:
    """Nothing that comes now changes what is said."""
    for each in _SIGNALS:
        if signal.getsignal(each) is _stop:
            signal.signal(each, signal.SIG_IGN)


def ended(stopped: BaseException) -> int:
    """Say what has to be said, whoever is in a hurry."""
    _be_deaf()
    complain("interrupted")
    return _STOPPING + (stopped.number if isinstance(stopped, StoppedError) else signal.SIGINT)


class PipeClosedError(Exception):
    """Whoever reads our output has left."""


def guarded(run: Callable[[], object], *, debug: bool) -> NoReturn:
    """Run a command and leave with its exit code; `debug` shows tracebacks."""
    try:
        code = _code(run, debug or os.environ.get("GPT55_DEBUG", "") not in ("", "0"))
        _be_deaf()
    except (KeyboardInterrupt, StoppedError) as stopped:
        code = ended(stopped)
    with suppress(OSError, ValueError):
        leave()
    sys.exit(code)


def _code(run: Callable[[], object], debug: bool) -> int:
    try:
        code = run()
        sys.stdout.flush()
    except (BrokenPipeError, PipeClosedError):
        return _pipe_closed()
    except click.exceptions.Abort:
        raise KeyboardInterrupt from None
    except Exception as error:
        if _asked:
            raise StoppedError(_asked[-1]) from None
        return _failed(error, debug)
    return code if isinstance(code, int) else 0


def _failed(error: Exception, debug: bool) -> int:
    if isinstance(error, click.ClickException):
        complain(_usage(error))
        return USAGE
    if debug:
        import traceback

        traceback.print_exception(error)
    if isinstance(error, _user_errors()):
        complain(str(error))
        return USAGE
    complain(str(error) if isinstance(error, WorkError) else _unexpected(error))
    return FAILED


def _user_errors() -> tuple[type[Exception], ...]:
    from migrator.rulebook.base import RuleError
    from migrator.settings import SettingsError

    return UsageError, SettingsError, RuleError


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else PROGRAM
    return f"{error.format_message().rstrip('.')} (see {command} --help)"


def _unexpected(error: Exception) -> str:
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    return (
        f"unexpected {type(error).__name__}{place}: {error}; this is a bug: "
        "run the same command with --debug and report what it prints"
    )


def _pipe_closed() -> int:
    """Whoever read our output has left; the interpreter must not complain when it flushes."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED
