"""Help in groups, and what a shell completes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from collections.abc import Iterable

_GROUPS = {
    "What is migrated, and to what": (
        "sources catalog mapping select ignore split context long_context guards parameters safe_only"
        " unproven"
    ),
    "Which files": "exclude write_contexts config_files rules no_config only diff_base",
    "What is known besides": "assume usage rehearsed volume baseline write_baseline stdin_filename today",
    "What is shown": "form output everything prompts stat by quiet verbose debug profile jobs help",
}
_COMMANDS = {
    "Look": ("review", "scan", "diff", "explain", "models"),
    "Write": ("apply", "undo", "check", "init"),
    "Prove": ("plan", "ab", "record", "rehearse"),
    "Many repositories": ("fleet",),
}
_OWN = "Of this command"


class Command(click.Command):
    """A command whose options stand in groups."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What only this command has comes first."""
        titles = {name: title for title, names in _GROUPS.items() for name in names.split()}
        found: dict[str, list[tuple[str, str]]] = {title: [] for title in (_OWN, *_GROUPS)}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                name = "help" if "--help" in parameter.opts else parameter.name or ""
                found[titles.get(name, _OWN)].append(record)
        for title, records in found.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


class Group(click.Group):
    """A group whose commands stand in groups; a command's line is never cut in the middle of a word."""

    command_class = Command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line a command, wrapped where it is long."""
        waiting = dict(self.commands)
        for title, names in {**_COMMANDS, "Commands": tuple(sorted(waiting))}.items():
            rows = [(name, _first_sentence(waiting.pop(name))) for name in names if name in waiting]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def _first_sentence(command: click.Command) -> str:
    text = " ".join((command.help or "").partition("\n\n")[0].split())
    return text.partition(". ")[0].rstrip(".") + "."


def completed(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    """Those that begin so, also behind a comma."""
    before, comma, last = incomplete.rpartition(",")
    return [CompletionItem(before + comma + name) for name in sorted(names) if name.startswith(last)]


def rule_names(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Rule ids and reasons."""
    from migrator.report.rulehelp import known_rules
    from migrator.rulebook.rulefiles import load_rulebook

    return completed(known_rules(load_rulebook("guide", [])), incomplete)


def places(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Rule ids and reasons, else files."""
    return rule_names(context, parameter, incomplete) or [CompletionItem(incomplete, type="file")]


def catalogues(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of catalogues, else files."""
    from migrator.rulebook.rulefiles import load_rulebook

    names = {"guide", *load_rulebook("guide", []).other_catalogs}
    return completed(names, incomplete) or [CompletionItem(incomplete, type="file")]


def families(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Families that may be migrated."""
    from migrator.rulebook.rulefiles import load_rulebook

    catalog = load_rulebook(context.params.get("catalog") or "guide", []).catalog
    return completed((family.name for family in catalog.families), incomplete)


def runs(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Runs that can be undone."""
    from migrator.commands.runs import names

    return completed(names(), incomplete)
