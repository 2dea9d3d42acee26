"""The command line as a whole: its default command, its errors, its completion."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from click.shell_completion import CompletionItem

from migrator.commands.guard import PipeClosedError, guarded
from migrator.commands.helping import Group
from migrator.output import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    import click


_OWN_OPTIONS = frozenset({"-h", "--help", "--version"})


class Program(Group):
    """A group whose default command is `review`, and whose errors are one line."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `review` in front of what names no command."""
        return super().parse_args(ctx, args if ctx.resilient_parsing else with_default(args, self.commands))

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> Any:  # type: ignore[override] # noqa: ANN401
        """Run and leave with the exit code; never a traceback unless asked for."""
        words = list(sys.argv[1:] if args is None else args)
        name = prog_name or PROGRAM
        run = super().main
        guarded(
            lambda: run(words, name, **{**extra, "standalone_mode": False}),
            debug="--debug" in words,
        )

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        """Run the command; a closed pipe must not end as click ends it, with the exit code of findings."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise PipeClosedError from None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands, and options and paths of the default one."""
        found = super().shell_complete(ctx, incomplete)
        if incomplete.startswith("-"):
            return [*found, *self.commands["review"].shell_complete(ctx, incomplete)]
        return [*found, CompletionItem(incomplete, type="file")]


def with_default(args: list[str], commands: Container[str]) -> list[str]:
    """`args` with `review` in front where they name no command."""
    rest = [arg for arg in args if arg != "--debug"]
    if rest and (rest[0] in commands or rest[0] in _OWN_OPTIONS):
        return args
    return ["review", *args]
