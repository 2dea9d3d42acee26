"""The command line: arguments in, exit code out."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

import click

from migrator import __version__
from migrator.cli import migrating, proving, setting_up
from migrator.cli.program import Program
from migrator.commands import options
from migrator.commands.guard import StoppedError, ended, heed_signals


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="gpt55-migrate", message="%(prog)s %(version)s")
@options.debug
def cli() -> None:
    """Move a Python codebase from GPT-4o/GPT-5 to the GPT-5.5 family.

    Reads, recommends and shows a diff. Runs none of your code and needs no network, but for
    `record`, `rehearse` and `ab`; only apply, undo and check --fix write source.

    \b
    gpt55-migrate .                      look at the project here (= review .)
    gpt55-migrate diff . | git apply     take the changes as a patch
    gpt55-migrate apply .                write them; asks, says how to undo
    gpt55-migrate explain src/app.py:12  why this variant, why this change
    gpt55-migrate undo                   what was written; takes it back
    gpt55-migrate check $FILES           for hooks and CI: 1 if work is left

    A folder named like a command is reachable as ./name. Settings stand in [tool.gpt55-migrate] of
    pyproject.toml.

    \b
    Exit codes: 0 nothing left to do, or done; 1 findings (check);
    2 wrong usage or settings; 3 a file could not be analysed or written.

    \b
    Completion (bash, zsh or fish), in the shell's start-up file:
    eval "$(_GPT55_MIGRATE_COMPLETE=bash_source gpt55-migrate)"
    """


for command in (
    migrating.review,
    migrating.scan,
    migrating.diff,
    migrating.apply,
    migrating.undo,
    migrating.check,
    migrating.explain,
    proving.plan,
    proving.fleet,
    proving.record,
    proving.rehearse,
    proving.ab,
    setting_up.init,
    setting_up.models,
    setting_up.own_rules,
):
    cli.add_command(command)


def main() -> None:
    """The console script: its process ends with the command, and what it holds need not be taken apart."""
    try:
        heed_signals()
        cli()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except (KeyboardInterrupt, StoppedError) as stopped:
        code = ended(stopped)
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)
