"""`init`, `models` and `rules`: the commands around a migration."""

from __future__ import annotations

from typing import Any

import click

from migrator.commands import options
from migrator.commands.helping import Command


@click.command(cls=Command)
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


@click.command(cls=Command)
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


@click.group("rules")
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
