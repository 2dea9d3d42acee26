"""What each rule id and each reason stands for, in plain words: for `explain`, and scanners with help."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.report import words
from migrator.rulebook.advice_rules import Help
from migrator.rulebook.rulefiles import load_record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.report.style import Style
    from migrator.rulebook import Rulebook
    from migrator.rulebook.request_rules import ParameterRule

GUIDE = "https://developers.openai.com/api/docs/guides/upgrading-to-gpt-5p5"
"""Where the API's publisher tells how to move: the help of rules whose source has no address."""

_URL = re.compile(r"https://[^\s,;)\]\"']+")


class RuleHelp(NamedTuple):
    """A rule in one line, what it is about in a few, what to do by hand, and where that is known from."""

    title: str
    text: str
    uri: str
    do: str = ""
    source: str = ""


_UNKNOWN = RuleHelp("Open question", "A person must decide here.", GUIDE)


def helps(names: Iterable[str], rulebook: Rulebook) -> dict[str, RuleHelp]:
    """Help for each rule id or reason in `names`."""
    known = known_rules(rulebook)
    return {name: known.get(name, _UNKNOWN) for name in names}


def known_rules(rulebook: Rulebook) -> dict[str, RuleHelp]:
    """Every rule and reason that something may be printed under."""
    own = load_record("help.toml", Help)
    found = {one.id: RuleHelp(one.title, one.text, _uri(one.source), one.do, one.source) for one in own.rule}
    found |= {rule.id: _parameter(rule) for rule in rulebook.parameters}
    for one in rulebook.suggestions:
        found[one.id] = RuleHelp(one.title, one.message, _uri(one.source), "", one.source)
    for advice in rulebook.prompts:
        found[advice.id] = RuleHelp(advice.title, advice.message, _uri(advice.source), "", advice.source)
    for reason in own.reason:
        title, meaning = reason.id.replace("-", " ").capitalize(), words.REASONS[reason.id]
        text = f"Needs a person: {meaning}."
        found[reason.id] = RuleHelp(title, text, GUIDE, reason.do, reason.source)
    return found


def _uri(source: str) -> str:
    url = _URL.search(source)
    return url[0] if url else GUIDE


def _parameter(rule: ParameterRule) -> RuleHelp:
    text = f"{rule.why}. Known from: {rule.source}."
    return RuleHelp(f"Request parameter {rule.name}", text, _uri(rule.source), _by_hand(rule), rule.source)


def _by_hand(rule: ParameterRule) -> str:
    change = rule.change
    if change.rename:
        what = f"Rename it to {change.rename}"
    elif change.remove:
        what = "Leave it out"
    elif "" in change.replace:
        what = f"Add {rule.name}={change.replace['']}"
    elif change.replace:
        what = "Replace " + ", ".join(f"{old} by {new}" for old, new in change.replace.items())
    else:
        what = "Look at the call"
    return f"{what}{f' (needs {change.needs})' if change.needs else ''}."


def paragraph(name: str, help_: RuleHelp, style: Style) -> str:
    """The help of a rule or a reason for a terminal."""
    do = help_.do or "Look at the place; nothing is edited for it."
    rows = [
        ("what it is", help_.text),
        ("what to do", do),
        ("known from", help_.source or help_.uri),
        ("turn it off", f'--ignore {name}, or ignore = ["{name}"] in [tool.gpt55-migrate] (per-path too)'),
        ("on a line", f"# gpt55: ignore[{name}] -- why"),
        ("only this", f"gpt55-migrate check . --select {name} --fail-on any"),
    ]
    lines = [f"  {what:<13}{' '.join(text.split())}" for what, text in rows]
    return style.plain("\n".join([style.paint(f"{name}  {help_.title}", "bold"), *lines])) + "\n"


def markdown(rule: str, help_: RuleHelp) -> str:
    """The help of a rule as Markdown, with what to do next."""
    return (
        f"**{help_.title}**: {help_.text}\n\n"
        "`gpt55-migrate explain PATH:LINE` prints the reasons, `gpt55-migrate diff .` the patch.\n\n"
        f"To leave a line alone: `# gpt55: ignore[{rule}] -- why`. [More]({help_.uri})"
    )
