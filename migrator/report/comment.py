"""What a check found, as one Markdown comment on a pull request or as a job's summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.report import words
from migrator.report.markdown import LIMIT, code, escaped, fitting, table
from migrator.report.style import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.report.findings import Findings
    from migrator.report.issues import Issue

MARKER = "<!-- gpt55-migrate -->"
"""The first line: a script finds its own comment by it and writes over it."""

MOST = 50
"""Rows of one table: nobody reads more."""

_LONG = 250
_COMMANDS = (
    "`gpt55-migrate diff . | git apply` makes the changes; `gpt55-migrate explain PATH:LINE` tells why."
)
_TITLES = (
    ("fixable", "Can be changed by the tool"),
    ("held", "Held by settings"),
    ("review", "Needs a person"),
    ("note", "Not written now"),
)


def render(found: Findings) -> str:
    """The marker, the outcome in a sentence, a table for each kind, and the next step."""
    text = _whole(found, MOST)
    return text if len(text) <= LIMIT else fitting(lambda rows: _whole(found, min(rows, MOST)), "")


def _whole(found: Findings, most: int) -> str:
    return "\n\n".join([MARKER, *_blocks(found, most)]) + "\n"


def _blocks(found: Findings, most: int) -> Iterator[str]:
    yield f"### gpt55-migrate: {_outcome(found)}"
    for kind, title in _TITLES:
        issues = [issue for issue in found.shown() if issue.kind == kind]
        if issues:
            rows = [_row(issue, found) for issue in issues]
            yield f"**{title}** ({len(rows):,})\n\n{table(('place', 'rule', 'what'), rows, most)}"
    if found.diagnostics:
        rows = [(code(found.path(i.path)), code(i.code), escaped(i.message)) for i in found.diagnostics]
        yield f"**Could not be read** ({len(rows):,})\n\n{table(('file', 'code', 'what to do'), rows, most)}"
    yield from _next(found)


def _outcome(found: Findings) -> str:
    shown = found.shown()
    if not shown and not found.diagnostics:
        return "nothing left to do"
    failing = sum(found.level(issue) == "error" for issue in shown)
    parts = [f"{failing:,} to fix"] if failing else []
    parts += [f"{len(shown) - failing:,} for a person"] if len(shown) > failing else []
    parts += [f"{len(found.diagnostics):,} could not be read"] if found.diagnostics else []
    return ", ".join(parts)


def _row(issue: Issue, found: Findings) -> tuple[str, str, str]:
    text = shorten(issue.said, _LONG)
    return code(f"{found.path(issue.path)}:{issue.line}"), code(issue.rule), escaped(text)


def _next(found: Findings) -> Iterator[str]:
    if any(issue.kind == "fixable" for issue in found.shown()):
        yield _COMMANDS
    seen = f"{words.count(found.coverage.seen, 'file')} looked at, {found.coverage.read:,} read"
    known = f"; {words.count(found.known, 'finding')} in the baseline not shown" if found.known else ""
    yield f"<sub>{seen}{known}.</sub>"
