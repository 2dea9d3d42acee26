"""What every record of a rule file is made of."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class RuleError(Exception):
    """A rule file cannot be used; the message names file, rule and key and says what to do."""


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every record read from TOML: unknown keys are errors."""


class Example(Rule, frozen=True):
    """Complete modules before and after; a single module is `before`/`after`, several are `files`/`migrated`.

    `settings` are keys of `[tool.gpt55-migrate]` under which the example holds.
    """

    before: str = ""
    after: str = ""
    files: dict[str, str] = {}
    migrated: dict[str, str] = {}
    settings: dict[str, Any] = {}


class Noop(Rule, frozen=True):
    """Complete modules that must come out unchanged, and why (`reason`: of the closed list, if one fits)."""

    why: str
    before: str = ""
    files: dict[str, str] = {}
    reason: str = ""
    settings: dict[str, Any] = {}


Level = Literal["error", "warning", "note"]
