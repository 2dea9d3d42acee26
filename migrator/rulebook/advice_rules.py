"""rules/prompts.toml, rules/suggestions.toml and rules/help.toml: advice, and what rules and reasons mean."""

from __future__ import annotations

from typing import Literal

from migrator.rulebook.base import Example, Level, Rule


class Suggestion(Rule, frozen=True):
    """A better architecture: where code has a `shape` (a closed set; see rules/suggestions.toml), what to do.

    `bound` is the shape's number, where it has one; `uses` are those that it is for (none: all);
    `message` may name the shape's fields in braces. An `example` is a program that gets the advice.
    """

    id: str
    title: str
    shape: Literal["tiered", "cache", "chunks", "fallback", "rate", "endpoint", "split"]
    message: str
    source: str
    bound: float | None = None
    uses: tuple[str, ...] = ()
    severity: Level = "note"
    example: tuple[Example, ...] = ()


class PromptAdvice(Rule, frozen=True):
    """Advice on a prompt; see rules/prompts.toml for the shapes and what `message` may name."""

    id: str
    title: str
    shape: Literal["says", "longer", "shorter", "prose-schema", "model-name"]
    message: str
    source: str
    variants: tuple[Literal["flagship", "instant", "mini"], ...] = ()
    roles: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    characters: int | None = None
    severity: Level = "note"
    example: tuple[str, ...] = ()
    noop: tuple[str, ...] = ()


class RuleHelp(Rule, frozen=True):
    """What a rule that has no file of its own means, what to do by hand, and where that is known from.

    Its `example` is a program in which it speaks; what becomes of it is made. `command` shows it where no
    program can.
    """

    id: str
    title: str
    text: str
    do: str
    source: str
    command: str = ""
    example: tuple[Example, ...] = ()


class ReasonHelp(Rule, frozen=True):
    """What to do about a reason of the closed list, and what it is found by."""

    id: str
    do: str
    source: str


class Help(Rule, frozen=True):
    """rules/help.toml; `constraints` are what excludes a variant, by the names that weights may have."""

    rule: tuple[RuleHelp, ...]
    reason: tuple[ReasonHelp, ...]
    constraints: tuple[str, ...]
