"""rules/usecases.toml and rules/tokens.toml: what a call is for, and how its text is counted."""

from __future__ import annotations

from typing import Literal

from migrator.rulebook.base import Rule


class Use(Rule, frozen=True):
    """A row of the use-case matrix, or a neighbour of one: how good each variant is for it, from -2 to 2.

    `pictures` is the strength from which it is certain that images are sent; then text-only variants are out.
    A `topic` is what the texts are about, not what is done with them; it counts less beside a small task.
    """

    id: str
    title: str
    flagship: float
    instant: float
    mini: float
    source: str
    pictures: float | None = None
    topic: bool = False


class Signal(Rule, frozen=True):
    """Evidence for a use: where it is looked for, and what is looked for.

    Attributes:
        use: id of the `Use`.
        where: `name` (functions, classes, modules, variables), `prompt`, `docstring`, `import`,
            `parameter`, `shape` (a form of the code; see rules/usecases.toml).
        words: whole words, lower case; a trailing `*` matches any ending.
        weight: how much one hit counts; further hits of the same signal count once.
    """

    id: str
    use: str
    where: tuple[Literal["name", "prompt", "docstring", "import", "parameter", "shape", "slot"], ...]
    words: tuple[str, ...]
    weight: float
    source: str
    example: tuple[str, ...] = ()
    noop: tuple[str, ...] = ()


class Prior(Rule, frozen=True):
    """What the old model says: the author's choice of tier, as a score per variant."""

    id: str
    tier: str
    flagship: float
    instant: float
    mini: float
    source: str


class Band(Rule, frozen=True):
    """Confidence from `least` on: how many of `calls` labelled ones got an acceptable, how many the best."""

    id: Literal["low", "medium", "high"]
    least: float
    calls: int
    acceptable: int
    best: int
    source: str


class UseCases(Rule, frozen=True):
    """The matrix, the signals that recognise a use, the priors, and what confidence means."""

    use: tuple[Use, ...]
    signal: tuple[Signal, ...]
    prior: tuple[Prior, ...]
    band: tuple[Band, ...] = ()


class Encoding(Rule, frozen=True):
    """A file of merges that tiktoken may have kept; `pattern` splits a text before they apply."""

    id: str
    url: str
    sha256: str
    pattern: str
    source: str


class Script(Rule, frozen=True):
    """Ranges of code points; from this `share` of a text's letters on, the text is written in it."""

    id: str
    ranges: tuple[tuple[int, int], ...]
    share: float
    source: str
    characters_per_token: float | None = None


class Language(Rule, frozen=True):
    """A language of a script, told from others by frequent `words` (none: it is the script's only one)."""

    id: str
    script: str
    source: str
    words: tuple[str, ...] = ()
    characters_per_token: float | None = None


class TokenRules(Rule, frozen=True):
    """How text is counted in tokens, and how its language is told."""

    encoding: tuple[Encoding, ...]
    script: tuple[Script, ...]
    language: tuple[Language, ...]
