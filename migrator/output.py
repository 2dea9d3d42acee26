"""Where text goes: products to standard output or a file, narration to standard error."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from migrator.errors import UsageError
from migrator.report.style import disarmed, style_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TextIO

    from migrator.inventory import Diagnostic

PROGRAM = "gpt55-migrate"


def on_leaving(words: Callable[[], str] | None) -> None:
    """What is to be said should the run end in whatever way before this is called again."""
    global _last_words  # noqa: PLW0603 (there is one end)
    _last_words = words


_last_words: Callable[[], str] | None = None


def leave() -> None:
    """Say what could not be said before."""
    words = _last_words
    on_leaving(None)
    if words is not None and (text := words()):
        say(text)


_LEVEL = "migrator.verbosity"


def be(level: int) -> None:
    """What `--quiet` (-1) and `--verbose` (1) ask for, for the command that runs."""
    click.get_current_context().find_root().meta[_LEVEL] = level


def verbosity() -> int:
    """-1 where only the product is wanted, 1 where all of it is."""
    context = click.get_current_context(silent=True)
    return int(context.find_root().meta.get(_LEVEL, 0)) if context else 0


def emit(text: str) -> None:
    """A product to standard output, as far as its encoding goes."""
    _echo(text, sys.stdout)


def show(text: str) -> None:
    """A product that people read."""
    emit(disarmed(text))


def emit_bytes(data: bytes) -> None:
    """A product to standard output, byte for byte."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def say(text: str) -> None:
    """One line of narration to standard error; nothing with `--quiet`."""
    if verbosity() >= 0:
        _say(text)


def _say(text: str) -> None:
    _echo(disarmed(text) + "\n", sys.stderr)


def complain(text: str) -> None:
    """One line about what went wrong, on standard error."""
    from migrator.report import redact

    _say(f"{PROGRAM}: {redact.shown(redact.mask(' '.join(text.split())))}")


def complain_of(diagnostics: Sequence[Diagnostic], most: int = 50) -> None:
    """One line for each file that could not be done."""
    for item in diagnostics[:most]:
        complain(f"{item.path}: {item.code}: {item.message}")
    if len(diagnostics) > most:
        complain(f"and {len(diagnostics) - most} more: gpt55-migrate scan shows them all")


def save(text: str, file: str) -> None:
    """A product to a file, which appears whole or not at all; to standard output for `-`."""
    if file in ("", "-"):
        emit(text)
        return
    from migrator.write import files

    try:
        files.save(Path(file), text.encode())
    except OSError as error:
        raise UsageError(f"--output {file}: cannot be written: {error.strerror}") from None


def _echo(text: str, stream: TextIO) -> None:
    encoding = stream.encoding or "utf-8"
    printable = text.encode(encoding, "backslashreplace").decode(encoding)
    click.echo(printable, file=stream, nl=False, color=style_of(stream).color)
