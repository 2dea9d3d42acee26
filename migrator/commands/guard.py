"""From whatever happens to an exit code and at most one line."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from migrator.commands import FAILED, USAGE, UsageError, WorkError
from migrator.commands.output import PROGRAM, complain

if TYPE_CHECKING:
    from collections.abc import Callable

INTERRUPTED = 130
PIPE_CLOSED = 141


class PipeClosedError(Exception):
    """Whoever reads our output has left."""


def guarded(run: Callable[[], object], *, debug: bool) -> NoReturn:
    """Run a command and leave with its exit code; `debug` shows tracebacks."""
    try:
        code = run()
        sys.stdout.flush()
    except (BrokenPipeError, PipeClosedError):
        code = _pipe_closed()
    except (click.exceptions.Abort, KeyboardInterrupt):
        complain("interrupted")
        code = INTERRUPTED
    except Exception as error:
        code = _failed(error, debug or os.environ.get("GPT55_DEBUG", "") not in ("", "0"))
    sys.exit(code if isinstance(code, int) else 0)


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
    from migrator.rulebook import RuleError
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
