"""The command line: arguments in, exit code out."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from migrator import __version__
from migrator.commands import options
from migrator.commands.guard import PipeClosedError, StoppedError, ended, guarded, heed_signals
from migrator.commands.helping import Group, places, runs
from migrator.output import PROGRAM, verbosity

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

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


@cli.command()
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


@cli.command()
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


@cli.command()
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


@cli.command()
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


@cli.command()
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


@cli.command()
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


@cli.command()
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


@cli.command()
@options.paths
@click.option(
    "-o", "--output", metavar="DIR", required=True, help="The plan's folder; made if it is not there."
)
@options.usage
@options.rehearsed
@options.settings
def plan(paths: tuple[str, ...], output: str, **given: Any) -> int:  # noqa: ANN401
    """Write the A/B test plan and the rollout. Writes no source and sends nothing.

    Planning again keeps filled datasets and settings.toml.

    \b
    gpt55-migrate plan . -o ab-plan
    """
    from migrator.commands import plan as command

    return command.plan(options.request(paths, given), output)


@cli.command()
@click.argument("repositories", nargs=-1, required=True, metavar="REPOS.txt|GLOB|EXPORT.json|URL...")
@click.option("-o", "--output", metavar="DIR", required=True, help="The run's folder; made if not there.")
@click.option("--branch", metavar="NAME", default="", help="Commit each patch on a new branch NAME.")
@click.option(
    "--export",
    multiple=True,
    type=click.Choice(["multi-gitter", "batch-changes", "gh"]),
    help="Write what this tool needs to open pull requests; may be given again.",
)
@click.option(
    "--executor", metavar="NAME", default="local", show_default=True, help="local, or dask://HOST:PORT."
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    default=600,
    show_default=True,
    help="The most that a repository may take.",
)
@click.option(
    "--memory",
    type=click.FloatRange(min=0.2),
    metavar="GB",
    default=4,
    show_default=True,
    help="The most that a repository may need.",
)
@click.option("--trust-config", is_flag=True, help="Use the settings, rules and catalogues of repositories.")
@click.option(
    "--git-config", metavar="FILE", default="", help="Git settings for fetching: credentials, proxies."
)
@click.option("--fresh", is_flag=True, help="Do all again, also what has not changed.")
@options.settings
def fleet(repositories: tuple[str, ...], **given: Any) -> int:  # noqa: ANN401
    """Review many repositories: clones, bare repositories or URLs. Writes nothing into a working tree.

    Reads the commit that is checked out (of a URL the default branch's last). Run again, it goes on with
    what is not done and with what has changed.

    \b
    gpt55-migrate fleet repositories.txt -o fleet
    gpt55-migrate fleet 'clones/*' -o fleet --branch newer-models
    gh repo list acme --limit 4000 --json nameWithOwner,url,isArchived > acme.json
    gpt55-migrate fleet acme.json -o fleet --executor dask://scheduler:8786
    """
    from pathlib import Path

    from migrator.commands import fleet as command
    from migrator.settings import load_settings

    wanted = command.Options(**{name: given.pop(name) for name in command.Options._fields})
    settings = load_settings(Path(), options.overrides(given), use_config=False)
    return command.fleet(repositories, settings, wanted)


@cli.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("command", metavar="-- COMMAND", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option(
    "--output", metavar="FILE", default="requests.jsonl", show_default=True, help="Where the lines go."
)
@click.option("--append", is_flag=True, help="Add to FILE where it is there already.")
@click.option("--text", is_flag=True, help="Also prompts and answers, without keys and personal data.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="End it then."
)
@options.debug
def record(command: tuple[str, ...], output: str, timeout: float | None, **given: Any) -> int:  # noqa: ANN401
    """Run COMMAND as it is, and write one line for each request that it sends to a model.

    Never a key; prompts and answers only with --text. The exit code is the command's; 124 after --timeout.

    \b
    gpt55-migrate record -- pytest tests
    gpt55-migrate record --text --output live.jsonl -- python -m app
    gpt55-migrate ab import ab-plan live.jsonl
    """
    from migrator.commands import record as command_

    return command_.record(command, output, text=given["text"], append=given["append"], timeout=timeout)


@cli.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("command", metavar="-- COMMAND", nargs=-1, required=True, type=click.UNPROCESSED)
@options.report(("text", "json", "html"))
@click.option(
    "--answers", metavar="FILE", default="", help="Answers: a recording with texts, or when and say."
)
@click.option("--allow-host", "allow", multiple=True, metavar="HOST[:PORT]", help="Let it be reached.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="End a run then."
)
@click.option("--in-place", is_flag=True, help="In the folder itself, not in copies; changes are taken back.")
@options.settings
def rehearse(command: tuple[str, ...], form: str, output: str, **given: Any) -> int:  # noqa: ANN401
    """Run COMMAND twice on copies, as the code is and migrated; a strict stand-in answers for the API.

    No key, no network, no cost. Exit codes: 0 nothing is worse after; 1 something is; 3 a run was cut off.

    \b
    gpt55-migrate rehearse -- pytest
    gpt55-migrate rehearse --timeout 600 --allow-host localhost:5432 -- pytest
    gpt55-migrate rehearse --format json --output rehearsed.json -- python -m app
    gpt55-migrate apply . --rehearsed rehearsed.json
    """
    from migrator.commands import rehearse as command_
    from migrator.evidence.running import Options

    wanted = Options(given.pop("timeout"), given.pop("allow"), given.pop("in_place"))
    answers = given.pop("answers")
    return command_.rehearse(options.request((), given), command, wanted, answers, form, output)


@cli.group(cls=Group)
def ab() -> None:
    """Run a plan against an endpoint, and judge the results.

    \b
    gpt55-migrate ab run plan --dry-run
    gpt55-migrate ab run plan && gpt55-migrate ab report plan
    """


@ab.command("run")
@click.argument("directory", metavar="DIR", type=click.Path())
@click.option("--only", multiple=True, metavar="NAME", help="Only this experiment; may be given again.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N rows of each dataset.")
@click.option(
    "--budget", type=click.FloatRange(min=0), metavar="USD", help="The most that all of it may cost."
)
@click.option("--all", "everything", is_flag=True, help="Send every row, where the verdict is clear too.")
@click.option("--dry-run", "dry", is_flag=True, help="Say what would be sent, and its price; send nothing.")
@options.debug
def ab_run(directory: str, only: tuple[str, ...], limit: int | None, **given: Any) -> int:  # noqa: ANN401
    """Send the pairs of a plan to $OPENAI_BASE_URL (network, costs money). Resumes where it stopped.

    \b
    gpt55-migrate ab run ab-plan --dry-run
    OPENAI_API_KEY=... gpt55-migrate ab run ab-plan --only chat-reply --budget 20
    """
    from migrator.commands import ab as command
    from migrator.plan.runner import Options

    return command.run(
        directory, only, limit, Options(given["budget"], given["everything"]), dry=given["dry"]
    )


@ab.command("report")
@click.argument("directory", metavar="DIR", type=click.Path())
@click.option("--only", multiple=True, metavar="NAME", help="Only this experiment; may be given again.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json", "html"]),
    default="text",
    show_default=True,
)
@click.option("--output", metavar="FILE", default="-", help="Write the report to FILE.")
@click.option("--run-tests", is_flag=True, help="Run the test_command or function that settings.toml names.")
@click.option(
    "--canary", multiple=True, metavar="LOGS", help="Judge production records (JSONL) of one --only."
)
@options.debug
def ab_report(directory: str, only: tuple[str, ...], form: str, output: str, **given: Any) -> int:  # noqa: ANN401
    """Judge the results of a plan: exit code 0 go, 1 no-go, 3 inconclusive or void.

    \b
    gpt55-migrate ab report ab-plan --format html --output report.html
    """
    from migrator.commands import ab as command

    if given["canary"]:
        if len(only) != 1:
            raise click.UsageError("--canary needs the experiment: --only NAME")
        return command.canary(directory, only[0], given["canary"], form, output)
    return command.report(directory, only, form, output, own=given["run_tests"])


@ab.command("grades")
@click.argument("directory", metavar="DIR", type=click.Path())
@click.option("--only", "name", required=True, metavar="NAME", help="The experiment.")
@click.option(
    "-n", "count", type=click.IntRange(min=1), default=50, show_default=True, help="How many answers."
)
@options.debug
def ab_grades(directory: str, name: str, count: int) -> int:
    """Write people.jsonl: answers for people to grade, blind to the model.

    `ab report` compares the judge with it.
    """
    from migrator.commands import ab as command

    return command.grades(directory, name, count)


@ab.command("import")
@click.argument("directory", metavar="DIR", type=click.Path())
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False))
@click.option("--only", multiple=True, metavar="NAME", help="Only this experiment; may be given again.")
@options.debug
def ab_import(directory: str, file: str, only: tuple[str, ...]) -> int:
    """Bring in rows and answers: recordings (`record --text`), promptfoo, LangSmith, Braintrust."""
    from migrator.commands import ab as command

    return command.take(directory, only, file)


@cli.command()
@click.option("--yes", "-y", is_flag=True, help="Write without asking.")
@click.option("--hook/--no-hook", default=True, help="An entry in .pre-commit-config.yaml (default: yes).")
@click.option("--hook-repo", metavar="URL", default="", help="Install the hook from URL, not from your PATH.")
@click.option("--hook-fix", is_flag=True, help="The hook that changes files, not the one that only reports.")
@click.option("--baseline", is_flag=True, help="List today's findings, so that only new ones fail.")
@options.debug
def init(**given: Any) -> int:  # noqa: ANN401
    """Write settings and a hook entry for the project here, after showing them.

    \b
    gpt55-migrate init
    gpt55-migrate init --baseline --yes
    gpt55-migrate init --no-hook
    """
    from migrator.commands import init as command

    return command.init(options.request((), {}), command.Options(**given))


@cli.command()
@click.option("--verify", is_flag=True, help="Ask $OPENAI_BASE_URL which targets it lists (network).")
@options.settings
def models(verify: bool, **given: Any) -> int:  # noqa: ANN401
    """Print the catalogue: targets, windows, prices, and the families that are known.

    \b
    gpt55-migrate models
    gpt55-migrate models --catalog published
    OPENAI_API_KEY=... gpt55-migrate models --verify
    """
    from migrator.commands import models as command

    return command.models(options.request((), given).settings, verify=verify)


@cli.group("rules")
def own_rules() -> None:
    """Check rule and catalogue files of your own; JSON Schemas for editors.

    \b
    gpt55-migrate rules check own-rules.toml next-family.toml
    gpt55-migrate rules schema rules --output own-rules.schema.json
    """


@own_rules.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
@options.debug
def rules_check(files: tuple[str, ...]) -> int:
    """Read rule and catalogue files and run their examples; exit code 1 where one is not as shown.

    \b
    gpt55-migrate rules check own-rules.toml
    """
    from migrator.commands import rules

    return rules.check(files)


@own_rules.command("schema")
@click.argument("kind", type=click.Choice(["scan", "plan", "settings", "rules", "catalog"]))
@click.option("--output", "-o", metavar="FILE", default="-", help="Write it to FILE.")
@options.debug
def rules_schema(kind: str, output: str) -> int:
    """Print the JSON Schema of a report, a plan, the settings, a rule file or a catalogue file.

    \b
    gpt55-migrate rules schema catalog --output catalog.schema.json
    """
    from migrator.commands import rules

    return rules.schema(kind, output)


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
