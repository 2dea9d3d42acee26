"""What each rule id and each reason stands for, in plain words: for scanners that show help."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.report import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.rulebook import ParameterRule, Rulebook

GUIDE = "https://developers.openai.com/api/docs/guides/upgrading-to-gpt-5p5"
"""Where the API's publisher tells how to move: the help of rules whose source has no address."""

_URL = re.compile(r"https://[^\s,;)\]\"']+")
_KINDS = {
    "A": ("Advice on a prompt", "The guide says that prompts are tuned again; nothing is edited."),
    "B": (
        "Branch on a model name",
        "Code decides by a model's name and would decide otherwise for the new one.",
    ),
    "D": ("Model known at run time", "The model's name is only known when the program runs."),
    "G": (
        "Suggestion",
        "A better architecture that the migration guide knows, or a limit that a move meets.",
    ),
    "K": (
        "Tokenizer look-up",
        "A tokenizer is looked up by a model's name that an older library may not know.",
    ),
    "L": (
        "Limit sized for the old model",
        "A number bounds tokens and was sized for the old model's window.",
    ),
    "M": ("Old model id", "An id of an older family; the recommended variant should be called instead."),
    "P": ("Request parameter", "A parameter that the new model rejects, renames or reads in another way."),
    "R": ("Prompt to tune again", "A prompt was written for the old model; try it with the new one first."),
    "S": ("Suppression without effect", "A suppression comment ran out, or its date cannot be read."),
    "T": ("Table without the new id", "A table or allowed set is keyed by model ids and lacks the new one."),
}
_OTHER = ("Open question", "A person must decide here.")


class RuleHelp(NamedTuple):
    """A rule in one line, what it is about in a few, and where to read more."""

    title: str
    text: str
    uri: str


def helps(names: Iterable[str], rulebook: Rulebook) -> dict[str, RuleHelp]:
    """Help for each rule id or reason in `names`."""
    known = {rule.id: rule for rule in rulebook.parameters}
    return {name: _parameter(known[name]) if name in known else _general(name) for name in names}


def _parameter(rule: ParameterRule) -> RuleHelp:
    url = _URL.search(rule.source)
    text = f"{rule.why}. Known from: {rule.source}."
    return RuleHelp(f"Request parameter {rule.name}", text, url[0] if url else GUIDE)


def _general(name: str) -> RuleHelp:
    if name in words.REASONS:
        meaning = words.REASONS[name]
        return RuleHelp(name.replace("-", " ").capitalize(), f"Needs a person: {meaning}.", GUIDE)
    if name == "not-selected":
        return RuleHelp(
            "Not written now", "This could be changed, but the settings leave it as it is.", GUIDE
        )
    letter = name.partition("-")[2][:1]
    return RuleHelp(*_KINDS.get(letter, _OTHER), GUIDE)


def markdown(rule: str, help_: RuleHelp) -> str:
    """The help of a rule as Markdown, with what to do next."""
    return (
        f"**{help_.title}**: {help_.text}\n\n"
        "`gpt55-migrate explain PATH:LINE` prints the reasons, `gpt55-migrate diff .` the patch.\n\n"
        f"To leave a line alone: `# gpt55: ignore[{rule}] -- why`. [More]({help_.uri})"
    )
