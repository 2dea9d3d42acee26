"""`review`, `scan`, `diff`, `apply`, `undo`, `check` and `explain`: the commands of a migration."""

from __future__ import annotations

from typing import Any

import click

from migrator.commands import options
from migrator.commands.helping import Command, places, runs
from migrator.output import verbosity


@click.command(cls=Command)
@options.paths
@options.volume
@options.usage
@options.rehearsed
@options.settings
def review(paths: tuple[str, ...], **given: Any) -> int:  # noqa: ANN401
    """Show what would change and what needs a person. Writes nothing.

    \b
    gpt55-migrate                         the working directory
    gpt55-migrate src --from gpt-4        gpt-4 as well
    gpt55-migrate . --map gpt-4o=mini     decide for an old id yourself
    """
    from migrator.commands import reports

    return reports.review(options.request(paths, given))


@click.command(cls=Command)
@options.paths
@options.report(options.SCANS)
@click.option("--all", "everything", is_flag=True, help="Text: also what is left alone, and why.")
@click.option("--prompts", is_flag=True, help="JSON: also the prompts that calls send.")
@options.volume
@options.usage
@options.rehearsed
@options.settings
def scan(
    paths: tuple[str, ...],
    form: str,
    output: str,
    *,
    everything: bool,
    prompts: bool,
    **given: Any,  # noqa: ANN401
) -> int:
    """List every mention of an old model. Writes no source.

    \b
    gpt55-migrate scan . --all
    gpt55-migrate scan . --format json --output inventory.json
    gpt55-migrate scan . --format html --output review.html
    """
    from migrator.commands import reports

    request = options.request(paths, given)
    everything = everything or verbosity() > 0
    return reports.scan(request, form, output, everything=everything, prompts=prompts)


@click.command(cls=Command)
@options.paths
@options.only
@click.option("--stat", is_flag=True, help="Only how much would change, a line a file.")
@click.option(
    "--by",
    type=click.Choice(["file", "site"]),
    default="file",
    show_default=True,
    help="site: call by call, for reading; not for git apply.",
)
@options.rehearsed
@options.settings
def diff(paths: tuple[str, ...], only: tuple[str, ...], by: str, stat: bool, **given: Any) -> int:  # noqa: ANN401
    """Print a patch, with the reason at each hunk and paths below the folder that you name.

    \b
    gpt55-migrate diff . | git apply
    gpt55-migrate diff src | git apply --directory=src
    gpt55-migrate diff . --stat
    gpt55-migrate diff . --by site --select GPT55-M
    gpt55-migrate diff . --only src/app.py:12
    """
    from migrator.commands import reports

    return reports.diff(options.request(paths, given), only, by, stat=stat)


@click.command(cls=Command)
@options.paths
@click.option("--yes", "-y", is_flag=True, help="Write without asking.")
@click.option("--interactive", "-i", is_flag=True, help="Choose; what belongs together moves together.")
@click.option("--raise-pins", is_flag=True, help="Also raise declared releases that changes need.")
@options.only
@options.rehearsed
@options.settings
def apply(paths: tuple[str, ...], only: tuple[str, ...], **given: Any) -> int:  # noqa: ANN401
    """Write the changes: asks first, saves how to undo them and prints the command.

    \b
    gpt55-migrate apply .
    gpt55-migrate apply . --interactive
    gpt55-migrate apply . --only src/app.py:12 --yes
    gpt55-migrate apply . --raise-pins
    gpt55-migrate apply src tests --yes --safe-only --write-contexts test
    """
    from migrator.commands import apply as command

    how = command.How(given.pop("yes"), given.pop("interactive"), given.pop("raise_pins"))
    return command.apply(options.request(paths, given), only, how)


@click.command(cls=Command)
@click.argument("run", default="", metavar="[RUN]", shell_complete=runs)
@click.argument("only", nargs=-1, metavar="[FILE]...", type=click.Path())
@options.debug
def undo(run: str, only: tuple[str, ...]) -> int:
    """Take back what a run wrote, file by file; without RUN list the runs. A file that changed since is left.

    \b
    gpt55-migrate undo
    gpt55-migrate undo 20270131-120000-myapp
    gpt55-migrate undo 20270131-120000-myapp src/app.py
    """
    from migrator.commands import undo as command

    return command.undo(run, only)


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
@click.option("--fix", is_flag=True, help="Write what can be written, then report the rest.")
@click.option(
    "--fail-on",
    type=click.Choice(["fixable", "held", "review", "any"]),
    default="fixable",
    show_default=True,
    help="What makes the exit code 1.",
)
@click.option("--stdin-filename", metavar="FILE", default="", help="With -: the file that it is the text of.")
@click.option("--ends-within", metavar="DAYS", callback=options.days, help="Fail only on what ends so soon.")
@click.option("--past", is_flag=True, help="Fail only on what has ended.")
@click.option("--diff-base", metavar="REV", default="", help="Only lines changed since REV (needs git).")
@click.option("--baseline", metavar="FILE", help="Do not report what FILE lists.", type=click.Path())
@click.option("--write-baseline", metavar="FILE", default="", help="List all findings in FILE, and pass.")
@options.report(options.CHECKS)
@options.rehearsed
@options.settings
def check(files: tuple[str, ...], **given: Any) -> int:  # noqa: ANN401
    """Report what is left in the files given, one line each: for pre-commit and CI.

    \b
    gpt55-migrate check src/app.py src/prompts.py
    gpt55-migrate check --fix src/app.py
    gpt55-migrate check . --fail-on review
    gpt55-migrate check - --stdin-filename src/app.py < src/app.py
    gpt55-migrate check . --ends-within 60d
    gpt55-migrate check . --diff-base origin/main --format github
    gpt55-migrate check . --format sarif --output gpt55.sarif
    gpt55-migrate check . --write-baseline .gpt55-baseline.json
    """
    from migrator.commands import check as command

    stdin = given.pop("stdin_filename")
    wanted = command.Options(**{name: given.pop(name) for name in command.Options._fields})
    if files == ("-",):
        return command.piped(stdin, wanted, lambda file: options.request((file,), given))
    if "-" in files or stdin:
        raise click.UsageError("--stdin-filename FILE goes with - alone: check - --stdin-filename src/app.py")
    return command.check(options.request(files, given), wanted)


@click.command(cls=Command)
@click.argument("place", metavar="PATH:LINE|RULE|REASON", shell_complete=places)
@click.option(
    "--root", metavar="FOLDER", default=".", help="The project that the line belongs to.", show_default=True
)
@options.usage
@options.rehearsed
@options.settings
def explain(place: str, root: str, **given: Any) -> int:  # noqa: ANN401
    """Print what is known about one line, and every reason for its recommendation; or what a rule means.

    \b
    gpt55-migrate explain src/app.py:12
    gpt55-migrate explain GPT55-P022
    gpt55-migrate explain dependency-too-old
    gpt55-migrate explain app.py:12 --root services/chat
    """
    from migrator.commands import explain as command
    from migrator.commands import target

    request = options.request((root,), given)
    if command.names_rule(place):
        return command.explain_rule(place, request)
    return command.explain(target.place(place), request)
