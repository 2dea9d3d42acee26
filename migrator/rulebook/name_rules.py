"""rules/names.toml: names that mean one thing in this field."""

from __future__ import annotations

from migrator.rulebook.base import Rule


class NameList(Rule, frozen=True):
    """Names that mean one thing in this field. `exact` match whole names, `words` match one word of a
    snake_case or CamelCase name, `patterns` are regular expressions searched in the lower-cased name."""

    source: str
    exact: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
