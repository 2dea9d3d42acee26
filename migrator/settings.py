"""[tool.gpt55-migrate] and the command line, as one typed record."""

from __future__ import annotations

from typing import Literal

import msgspec

from migrator.inventory import Context


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
        catalog: `guide`, `published`, or a path of a catalogue file.
        sources: families that are migrated, besides the catalogue's default ones.
        map: old id -> variant (`flagship`, `instant`, `mini`) or target id.
        pins: site (`path:line` or `path::scope`) -> variant.
        select, ignore: rule ids or their prefixes.
        rules: further rule files.
        weights: rule id -> factor (0 turns a signal off).
        context: what becomes of limits that the old window forced.
        parameters: rewrite request parameters, or only report them.
        write_contexts: contexts that are written besides `src` and `example`.
    """

    catalog: str = "guide"
    sources: tuple[str, ...] = ()
    map: dict[str, str] = {}
    pins: dict[str, str] = {}
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    weights: dict[str, float] = {}
    context: Literal["expand", "fit", "keep"] = "expand"
    parameters: Literal["fix", "report"] = "fix"
    write_contexts: tuple[Context, ...] = ()
    safe_only: bool = False
    config_files: bool = False
    exclude: tuple[str, ...] = ()
    baseline: str = ""
    per_path: tuple[PathSettings, ...] = ()
    jobs: int = 0
    split: bool = False
