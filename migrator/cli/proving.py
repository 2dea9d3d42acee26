"""`plan`, `fleet`, `record`, `rehearse` and `ab`: the commands that show what a migration does."""

from __future__ import annotations

from typing import Any

import click

from migrator.commands import options
from migrator.commands.helping import Command, Group


@click.command(cls=Command)
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


@click.command(cls=Command)
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


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}, cls=Command
)
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


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}, cls=Command
)
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


@click.group(cls=Group)
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
