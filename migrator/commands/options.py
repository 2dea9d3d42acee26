"""The options that several commands share, and what they make of the settings."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, get_args

import click

from migrator import output
from migrator.commands import helping, target
from migrator.errors import UsageError
from migrator.inventory import Context
from migrator.settings import Settings, layered, load_settings, seen_from
from migrator.settings.settings_values import days_in, is_date, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Command = TypeVar("Command", bound="Callable[..., Any]")

CHECKS = ("text", "sarif", "github", "gitlab", "junit", "markdown")
SCANS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html", "cyclonedx")
"""Formats of `check` and of `scan`."""

_VOLUME = re.compile(r"(\d{1,12}(?:\.\d+)?)([km]?)")
_LISTS = ("sources", "select", "ignore", "write_contexts", "exclude", "rules")
_FLAGS = ("safe_only", "unproven", "config_files", "split", "long_context", "guards")
_VALUES = ("catalog", "context", "jobs", "baseline", "ends_within", "today", *_FLAGS)


class Request(NamedTuple):
    """What to look at, and under which settings; `given` are those of the command line alone."""

    target: target.Target
    settings: Settings
    given: Mapping[str, Any] = {}
    use_config: bool = True
    rehearsed: str = ""
    usage: tuple[str, ...] = ()
    volume: int = 0

    def layers(self, paths: Iterable[str]) -> Settings:
        """The settings of files below the project."""
        project, root = self.target.project, self.target.root
        exclude = tuple(
            filter(None, (seen_from(project, line, root) for line in self.given.get("exclude", ())))
        )
        folder = os.path.relpath(root, project)
        places = self.given.get("pins", {}).items()
        pins = {Path(os.path.normpath(os.path.join(folder, place))).as_posix(): v for place, v in places}
        given = {**self.given, "exclude": exclude, "pins": pins}
        return layered(project, paths, given, use_config=self.use_config)


def request(arguments: Sequence[str], options: Mapping[str, Any]) -> Request:
    """Paths and options of a command line, checked before any work starts."""
    commands = sorted(click.get_current_context().find_root().command.commands)  # type: ignore[attr-defined]
    where = target.resolve(arguments, commands)
    given, use_config = overrides(options), not options.get("no_config")
    settings = load_settings(where.root, given, use_config=use_config)
    rehearsed, usage = options.get("rehearsed") or "", tuple(options.get("usage") or ())
    return Request(where, settings, given, use_config, rehearsed, usage, options.get("volume") or 0)


def overrides(options: Mapping[str, Any]) -> dict[str, object]:
    """The settings that were given as options."""
    lists = {name: _split(options.get(name) or ()) for name in _LISTS}
    values = {name: options.get(name) for name in _VALUES}
    assumed = tuple(options.get("assume") or ())
    return {**lists, **values, "assume": assumed, "map": dict(map(_pair, options.get("mapping") or ()))}


def _known_contexts(
    _context: click.Context, parameter: click.Parameter, value: Sequence[str]
) -> tuple[str, ...]:
    kinds = _split(value)
    for kind in kinds:
        if kind not in get_args(Context):
            raise click.BadParameter(f"{kind} is none of {', '.join(get_args(Context))}.", param=parameter)
    return kinds


def _requirements(
    _context: click.Context, parameter: click.Parameter, value: Sequence[str]
) -> tuple[str, ...]:
    for text in value:
        if problem := unreadable(text):
            raise click.BadParameter(problem, param=parameter)
    return tuple(value)


def days(_context: click.Context, parameter: click.Parameter, value: str | None) -> str:
    """The callback of an option that takes a number of days."""
    if value and days_in(value) is None:
        raise click.BadParameter(f'{value}: expected days, such as "60d".', param=parameter)
    return value or ""


def _date(_context: click.Context, parameter: click.Parameter, value: str | None) -> str:
    if value and not is_date(value):
        raise click.BadParameter(f"{value}: expected YYYY-MM-DD.", param=parameter)
    return value or ""


def _split(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def _profile(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        from migrator import stages

        context.call_on_close(lambda: click.echo(stages.table(), err=True))


def _pair(text: str) -> tuple[str, str]:
    old, equals, new = text.partition("=")
    if not (old.strip() and equals and new.strip()):
        raise UsageError(f'--map {text}: expected OLD=TARGET, such as "gpt-4o=instant"')
    return old.strip(), new.strip()


def paths(command: Command) -> Command:
    """PATH…: any number, none for the working directory."""
    return click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())(command)


def debug(command: Command) -> Command:
    """--debug, --quiet and --verbose, wherever they stand."""
    option = click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error.")
    quiet = click.option("--quiet", "-q", is_flag=True, expose_value=False, callback=_quiet,
                         help="Only what was asked for, no word beside it.")  # fmt: skip
    verbose = click.option("--verbose", "-v", is_flag=True, expose_value=False, callback=_verbose,
                           help="All that is known.")  # fmt: skip
    return quiet(verbose(option(command)))


def _quiet(_context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        output.be(-1)


def _verbose(_context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        output.be(1)


def volume(command: Command) -> Command:
    """--volume REQUESTS."""
    help_ = "Requests a month, for the money: 50000, 50k, 2m."
    return click.option("--volume", metavar="REQUESTS", callback=_number, help=help_)(command)


def _number(_context: click.Context, parameter: click.Parameter, value: str | None) -> int:
    if not value:
        return 0
    match = _VOLUME.fullmatch(value.replace(",", "").replace("_", "").lower())
    if match is None:
        raise click.BadParameter(f"{value}: expected a number, such as 50000 or 50k.", param=parameter)
    return int(float(match[1]) * {"": 1, "k": 1_000, "m": 1_000_000}[match[2]])


def only(command: Command) -> Command:
    """--only PATH:LINE, any number of times."""
    help_ = "Only the changes there, with what belongs to them; may be given again."
    return click.option("--only", multiple=True, metavar="PATH:LINE", help=help_)(command)


def rehearsed(command: Command) -> Command:
    """--rehearsed FILE."""
    help_ = "A report of rehearse (JSON): held places that hold are written, written ones that fail are not."
    return click.option("--rehearsed", metavar="FILE", default="", type=click.Path(), help=help_)(command)


def usage(command: Command) -> Command:
    """--usage FILE, any number of times."""
    help_ = "What was really asked: a usage export or a recording (docs/how-to/usage.md); may be given again."
    return click.option("--usage", multiple=True, metavar="FILE", type=click.Path(), help=help_)(command)


def report(forms: Sequence[str]) -> Callable[[Command], Command]:
    """--format and --output."""
    form = click.option(
        "--format", "form", type=click.Choice(forms), default="text", show_default=True, help="For whom."
    )
    output = click.option("--output", "-o", metavar="FILE", default="-", help="Write the report to FILE.")
    return lambda command: form(output(command))


def settings(command: Command) -> Command:
    """Every option that overrides a setting."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return debug(command)


_OPTIONS = (
    click.option("--from", "sources", multiple=True, metavar="FAMILY",
                 shell_complete=helping.families,
                 help="Also migrate this family, e.g. gpt-4 (gpt55-migrate models lists them)."),
    click.option("--catalog", metavar="NAME|FILE", shell_complete=helping.catalogues,
                 help="guide (default), published, current, or a file."),
    click.option("--map", "mapping", multiple=True, metavar="OLD=TARGET",
                 help="Always use this target for an old id, e.g. gpt-4o=mini."),
    click.option("--select", multiple=True, metavar="RULE",
                 shell_complete=helping.rule_names, help="Only these rules, or rules that start so."),
    click.option("--ignore", multiple=True, metavar="RULE",
                 shell_complete=helping.rule_names, help="Not these rules."),
    click.option("--assume", multiple=True, metavar="REQUIREMENT", callback=_requirements,
                 help="As if the project declared this, e.g. 'openai>=2'; may be given again."),
    click.option("--context", type=click.Choice(["expand", "fit", "keep"]),
                 help="What becomes of limits that the old window forced."),
    click.option("--long-context", is_flag=True, help="Raise limits beyond where a request costs more."),
    click.option("--guards", is_flag=True, help="Insert a guard where a smaller window is not guarded."),
    click.option("--write-contexts", multiple=True, metavar="KIND", callback=_known_contexts,
                 help=f"Write these kinds of file too: {', '.join(get_args(Context)[2:])}."),
    click.option("--config-files", is_flag=True,
                 help="Edit the JSON, YAML and TOML files that the code loads models from, too."),
    click.option("--safe-only", is_flag=True, help="Leave out edits that may change behaviour."),
    click.option("--unproven", is_flag=True, help="Write ids, too, of which it is not shown where they go."),
    click.option("--exclude", multiple=True, metavar="PATTERN", help="Skip such paths (gitignore syntax)."),
    click.option("--split", is_flag=True, help="Split a literal whose call sites want different variants."),
    click.option("--rules", multiple=True, metavar="FILE", help="A further rule file.",
                 type=click.Path(exists=True, dir_okay=False, resolve_path=True)),
    click.option("--today", metavar="DATE", hidden=True, callback=_date, help="Judge dates by this day."),
    click.option("--jobs", type=click.IntRange(min=0), metavar="N", help="Processes; 0 for one a core."),
    click.option("--profile", is_flag=True, expose_value=False, is_eager=True, callback=_profile,
                 help="Say on standard error where the time went."),
    click.option("--no-config", is_flag=True, help="Do not read [tool.gpt55-migrate] in pyproject.toml."),
)  # fmt: skip
