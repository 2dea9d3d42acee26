"""From whatever happens to an exit code and at most one line."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from migrator.commands import FAILED, USAGE, UsageError, WorkError
from migrator.commands.output import complain

if TYPE_CHECKING:
    from collections.abc import Callable

INTERRUPTED = 130
PIPE_CLOSED = 141


def guarded(run: Callable[[], object]) -> NoReturn:
    """Run a command and leave with its exit code."""
    try:
        code = run()
        sys.stdout.flush()
    except BrokenPipeError:
        code = _pipe_closed()
    except (click.exceptions.Abort, KeyboardInterrupt):
        complain("interrupted")
        code = INTERRUPTED
    except Exception as error:
        code = _failed(error)
    sys.exit(code if isinstance(code, int) else 0)


def _failed(error: Exception) -> int:
    if _wants_traceback():
        import traceback

        traceback.print_exception(error)
    if isinstance(error, click.UsageError):
        complain(_usage(error))
        return USAGE
    if isinstance(error, click.ClickException):
        complain(error.format_message())
        return USAGE
    if isinstance(error, _user_errors()):
        complain(str(error))
        return USAGE
    if isinstance(error, WorkError):
        complain(str(error))
        return FAILED
    complain(_unexpected(error))
    return FAILED


def _user_errors() -> tuple[type[Exception], ...]:
    from migrator.rulebook import RuleError
    from migrator.settings import SettingsError

    return UsageError, SettingsError, RuleError


def _usage(error: click.UsageError) -> str:
    command = error.ctx.command_path if error.ctx else "gpt55-migrate"
    return f"{error.format_message().rstrip('.')} (see {command} --help)"


def _unexpected(error: Exception) -> str:
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    return (
        f"unexpected {type(error).__name__}{place}: {error}; this is a bug: "
        "run the same command with --debug and report what it prints"
    )


def _wants_traceback() -> bool:
    context = click.get_current_context(silent=True)
    asked = bool(context and context.find_root().meta.get("debug")) or "--debug" in sys.argv
    return asked or os.environ.get("GPT55_DEBUG", "") not in ("", "0")


def _pipe_closed() -> int:
    """Whoever read our output has left; the interpreter must not complain when it flushes."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED
