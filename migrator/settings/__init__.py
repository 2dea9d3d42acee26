"""[tool.gpt55-migrate] and the command line, as one typed record."""

from __future__ import annotations

import datetime
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args, get_type_hints

import msgspec

from migrator.inventory import Context
from migrator.settings.settings_values import days_in, is_date, unreadable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping


TABLE = "[tool.gpt55-migrate]"
_FILE_LIMIT = 1_000_000
_MOST_PARTS = 1_000
_MOST_WEIGHT = 1_000
_MOST_NAMED = 40
_WORD = re.compile(r"[\w-]*")
_NAMES = {
    "array": "a list",
    "bool": "true or false",
    "float": "a number",
    "int": "a whole number",
    "null": "nothing",
    "object": "a table",
    "str": "a string",
}


class SettingsError(Exception):
    """The settings cannot be used; the message says where and what to do."""


class PathSettings(msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """Overrides for the paths that match a pattern (gitignore syntax, relative to the root)."""

    path: str
    map: dict[str, str] = {}
    ignore: tuple[str, ...] = ()
    exclude: bool = False


class Settings(msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """Every setting; keys in TOML are kebab-case.

    Attributes:
        extend: a pyproject.toml or file like one, whose settings hold where these say nothing.
        catalog: `guide`, `published`, `current`, or a path of a catalogue file.
        sources: families that are migrated, besides the catalogue's default ones.
        map: old id -> variant (`flagship`, `instant`, `mini`) or target id.
        pins: site (`path:line` or `path::scope`) -> variant.
        assume: requirements that count in place of what the project declares (`openai>=2`).
        select, ignore: rule ids or their prefixes, and reasons.
        rules: further rule files.
        weights: rule id -> factor (0 turns a signal off).
        context: what becomes of limits that the old window forced.
        long_context: raise them beyond the threshold where a request costs more.
        guards: insert a guard where the new window is smaller and nothing bounds the input.
        parameters: rewrite request parameters, or only report them.
        write_contexts: contexts that are written besides `src` and `example`.
        ends_within: `check` fails only on what is shut down within so many days (`60d`).
        today: the day by which dates are judged, for tests; empty for today.
        config_files: edit the JSON, YAML and TOML files that the code loads, too.
        safe_only: leave out edits that may change behaviour beyond the model.
        unproven: write ids, too, of which it is not shown that they come to a request, and to what else.
        exclude: paths to skip, in the syntax of `.gitignore`.
        baseline: a file of known findings that `check` does not report.
        per_path: `map`, `ignore` and `exclude` for the paths that match a pattern.
        jobs: processes; 0 for one a core.
        split: where call sites that share a literal want different variants, each gets its own.
    """

    extend: str = ""
    catalog: str = "guide"
    sources: tuple[str, ...] = ()
    map: dict[str, str] = {}
    pins: dict[str, str] = {}
    assume: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    weights: dict[str, float] = {}
    context: Literal["expand", "fit", "keep"] = "expand"
    parameters: Literal["fix", "report"] = "fix"
    write_contexts: tuple[Context, ...] = ()
    safe_only: bool = False
    unproven: bool = False
    config_files: bool = False
    exclude: tuple[str, ...] = ()
    baseline: str = ""
    per_path: tuple[PathSettings, ...] = ()
    jobs: int = 0
    split: bool = False
    long_context: bool = False
    guards: bool = False
    ends_within: str = ""
    today: str = ""

    @property
    def day(self) -> datetime.date:
        """The day by which dates are judged."""
        return datetime.date.fromisoformat(self.today) if self.today else datetime.date.today()

    def at(self, _path: str) -> Settings:
        """The settings that hold for a file."""
        return self

    def all(self) -> tuple[Settings, ...]:
        """Those of every layer."""
        return (self,)

    def mapping(self, targets: Mapping[str, str]) -> Settings:
        """The same, with targets for ids that these do not map."""
        return msgspec.structs.replace(self, map={**targets, **self.map})


class Layered(Settings, frozen=True, kw_only=True):
    """The settings of a project, and by folder those of the pyproject.toml files below its top."""

    layers: dict[str, Settings] = {}

    def at(self, path: str) -> Settings:
        """The settings of the nearest file at or above a path."""
        return next((self.layers[folder] for folder in above(path) if folder in self.layers), self)

    def all(self) -> tuple[Settings, ...]:
        return (self, *self.layers.values())

    def mapping(self, targets: Mapping[str, str]) -> Settings:
        layers = {folder: each.mapping(targets) for folder, each in self.layers.items()}
        return msgspec.structs.replace(self, map={**targets, **self.map}, layers=layers)


def above(path: str) -> Iterator[str]:
    """The folders that a file stands in, the nearest first; the last is the root, `""`."""
    while folder := path.rpartition("/")[0]:
        yield folder
        path = folder
    yield ""


def layered(
    base: Path, paths: Iterable[str], overrides: Mapping[str, object], *, use_config: bool = True
) -> Layered:
    """The settings of every file among `paths`, which are relative to `base`; the nearest file wins.

    Patterns and places in a file are relative to its folder, and are made relative to `base`.
    """
    top = load_settings(base, overrides, use_config=use_config)
    folders = {folder for path in paths for folder in above(path)} - {""} if use_config else set[str]()
    layers = {}
    for folder in sorted(folders):
        own = _own(base / folder / "pyproject.toml", base)
        if own is not None:
            layers[folder] = _overridden(own, overrides)
    fields = {name: getattr(top, name) for name in Settings.__struct_fields__}
    return Layered(**fields, layers=layers)


def load_settings(root: Path, overrides: Mapping[str, object], *, use_config: bool = True) -> Settings:
    """The settings of the nearest pyproject.toml at or above `root` that has some, then `overrides` on top.

    `overrides` has field names of `Settings` as keys; an empty value or None means "not given".
    Lists named in `ADDED` and the tables are added to what the file says, other values replace it.
    """
    return _overridden(_from_project(root) if use_config else Settings(), overrides)


def _overridden(settings: Settings, overrides: Mapping[str, object]) -> Settings:
    given = {key: value for key, value in overrides.items() if not _absent(value)}
    merged = {key: _merge(key, getattr(settings, key), value) for key, value in given.items()}
    return msgspec.structs.replace(settings, **merged)


ADDED = frozenset({"sources", "exclude", "ignore", "rules", "assume"})
"""Lists to which the command line adds."""


def parse_settings(table: Mapping[str, object], where: str) -> Settings:
    """The settings in a table with kebab-case keys; `where` starts the message of a SettingsError."""
    _refuse_unknown(table, Settings, where, "")
    nested = table.get("per-path")
    for index, entry in enumerate(nested if isinstance(nested, list) else ()):
        if isinstance(entry, dict):
            _refuse_unknown(entry, PathSettings, where, f"per-path[{index}].")
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{where}: {_plain(str(error))}") from None
    if settings.jobs < 0:
        raise SettingsError(f"{where}: jobs: expected 0 (every core) or more, got {settings.jobs}")
    _refuse_unusable(settings, where)
    return settings


def _refuse_unusable(settings: Settings, where: str) -> None:
    """Raise SettingsError for patterns that cannot be matched and factors that are no numbers."""
    from migrator.regexes import is_pattern, is_slow_pattern

    for index, one in enumerate(settings.per_path):
        if is_slow_pattern(one.path) or not is_pattern(one.path):
            shown = one.path[:60]
            raise SettingsError(f'{where}: per-path[{index}].path: "{shown}" is no pattern that can be used')
    if settings.ends_within and days_in(settings.ends_within) is None:
        raise SettingsError(
            f'{where}: ends-within: expected days such as "60d", got "{settings.ends_within}"'
        )
    if settings.today and not is_date(settings.today):
        raise SettingsError(f'{where}: today: expected YYYY-MM-DD, got "{settings.today}"')
    for text in settings.assume:
        if problem := unreadable(text):
            raise SettingsError(f"{where}: assume: {problem}")
    for name, factor in settings.weights.items():
        if not abs(factor) <= _MOST_WEIGHT:
            raise SettingsError(f"{where}: weights: {name}: expected at most {_MOST_WEIGHT}, got {factor:g}")


def _absent(value: object) -> bool:
    return value is None or value is False or value in ("", (), {})


def _merge(key: str, old: object, new: object) -> object:
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **new}
    if isinstance(old, tuple) and isinstance(new, tuple) and key in ADDED:
        return (*old, *new)
    return new


# -- pyproject.toml ------------------------------------------------------------------------------


def _from_project(root: Path) -> Settings:
    for folder in (root, *root.parents):
        own = _own(folder / "pyproject.toml", root)
        if own is not None:
            return own
    return Settings()


def _own(file: Path, base: Path) -> Settings | None:
    """What a pyproject.toml sets, seen from `base`; nothing where it does not speak of this program."""
    if not file.is_file():
        return None
    table = _table(file)
    return None if table is None else _read(file, table, base, ())


def _read(file: Path, table: object, base: Path, within: tuple[Path, ...]) -> Settings:
    where = f"{_shown(file)}: {TABLE}"
    if not isinstance(table, dict):
        raise SettingsError(f"{where}: expected a table")
    settings = parse_settings(table, where)
    project = file.parent.resolve()
    settings = msgspec.structs.replace(
        settings,
        rules=tuple(_inside(project, rule, f"{where}: rules") for rule in settings.rules),
        baseline=settings.baseline and _inside(project, settings.baseline, f"{where}: baseline", there=False),
        catalog=_catalog(project, settings.catalog, f"{where}: catalog"),
    )
    settings = _placed(settings, project, base.resolve())
    if not settings.extend:
        return settings
    own = {key.replace("-", "_") for key in table}
    beneath = _extended(settings.extend, file, base, within)
    values = {key: _merge(key, getattr(beneath, key), getattr(settings, key)) for key in own}
    return msgspec.structs.replace(beneath, **values)


def _extended(name: str, file: Path, base: Path, within: tuple[Path, ...]) -> Settings:
    """The settings of the file that another extends."""
    where = f"{_shown(file)}: {TABLE}: extend"
    other = (file.parent / name).resolve()
    if not other.is_file():
        raise SettingsError(f'{where}: there is no file "{name}"')
    if other in (*within, file.resolve()):
        raise SettingsError(f'{where}: "{name}" extends this file')
    return _read(other, _table(other) or {}, base, (*within, file.resolve()))


def _placed(settings: Settings, folder: Path, base: Path) -> Settings:
    """Settings whose patterns and places are relative to `base`, not to the folder that they stand in."""
    if folder == base:
        return settings
    entries = ((seen_from(base, entry.path, folder), entry) for entry in settings.per_path)
    places = ((_seen(place, folder, base), variant) for place, variant in settings.pins.items())
    return msgspec.structs.replace(
        settings,
        pins={place: variant for place, variant in places if place},
        exclude=tuple(filter(None, (seen_from(base, line, folder) for line in settings.exclude))),
        per_path=tuple(msgspec.structs.replace(entry, path=path) for path, entry in entries if path),
    )


def _seen(path: str, folder: Path, base: Path) -> str:
    """A path of `folder`, seen from `base`; nothing for what lies outside."""
    seen = os.path.relpath(folder / path, base).replace(os.sep, "/")
    return "" if seen.startswith("../") else seen


def seen_from(base: Path, line: str, folder: Path) -> str:
    """A gitignore pattern of `folder`, seen from `base`; nothing where it speaks of other folders."""
    negated, body = ("!", line[1:]) if line.startswith("!") else ("", line)
    if "/" in body.rstrip("/"):
        seen = _seen(body.strip("/"), folder, base) if folder != base else body.strip("/")
        return f"{negated}/{seen}{'/' * body.endswith('/')}" if seen else ""
    if folder == base or not folder.is_relative_to(base):
        return line
    return f"{negated}/{folder.relative_to(base).as_posix()}/**/{body}"


def _table(file: Path) -> object:
    import tomli

    try:
        with file.open("rb") as stream:
            data = stream.read(_FILE_LIMIT + 1)
        if len(data) > _FILE_LIMIT:
            raise SettingsError(f"{_shown(file)}: larger than 1 MB; use --no-config to go on without it")
        if any(line.count(b".") > _MOST_PARTS for line in data.split(b"\n")):
            raise SettingsError(f"{_shown(file)}: a key of more than {_MOST_PARTS} parts")
        return tomli.loads(data.decode()).get("tool", {}).get("gpt55-migrate")
    except OSError as error:
        raise SettingsError(f"{_shown(file)}: cannot be read: {error.strerror}") from None
    except (ValueError, AttributeError, RecursionError) as error:
        raise SettingsError(f"{_shown(file)}: no valid TOML: {error}") from None


def _catalog(project: Path, value: str, where: str) -> str:
    return value if _WORD.fullmatch(value) else _inside(project, value, where)


def _inside(project: Path, value: str, where: str, *, there: bool = True) -> str:
    path = (project / value).resolve()
    if not path.is_relative_to(project):
        raise SettingsError(f'{where}: "{value}" lies outside the project; use the command line for it')
    if there and not path.is_file():
        raise SettingsError(f'{where}: there is no file "{value}" below {project}')
    return str(path)


def _shown(file: Path) -> str:
    try:
        return file.resolve().relative_to(Path.cwd()).as_posix()
    except (OSError, ValueError):
        return file.as_posix()


# -- messages ------------------------------------------------------------------------------------


def _refuse_unknown(table: Mapping[str, object], record: type[msgspec.Struct], where: str, at: str) -> None:
    known = tuple(sorted(record.__struct_encode_fields__))
    for key in table:
        if key not in known:
            raise SettingsError(f'{where}: unknown setting "{at}{key}"; {suggestion(key, known)}')


def suggestion(key: str, known: Collection[str]) -> str:
    """What a name that is not known may have been meant to be."""
    import difflib

    near = difflib.get_close_matches(key.replace("_", "-"), known, n=1)
    if near or len(known) > _MOST_NAMED:
        return f'did you mean "{near[0]}"?' if near else "none is near"
    return f"known are {', '.join(known)}"


def _plain(message: str) -> str:
    """msgspec's message in plain words, the setting's name first."""
    text, _, at = message.partition(" - at `$")
    at = at.rstrip("`").lstrip(".").replace("[...]", "")
    text = re.sub(r"`([a-z]+)`", lambda match: _NAMES.get(match[1], match[1]), text)
    if text.startswith("Invalid enum value "):
        text = f"expected one of {_choices(at)}, got {text.removeprefix('Invalid enum value ')}"
    text = text.replace("'", '"').replace("Object missing required field", "missing")
    return f"{at}: {text[0].lower()}{text[1:]}" if at else text


def _choices(at: str) -> str:
    kind = get_type_hints(Settings)[re.split(r"[.\[]", at)[0].replace("-", "_")]
    while get_args(kind) and not isinstance(get_args(kind)[0], str):
        kind = get_args(kind)[0]
    return ", ".join(f'"{choice}"' for choice in get_args(kind))
