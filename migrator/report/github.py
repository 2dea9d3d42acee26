"""GitHub's workflow commands: annotations on the lines of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.report.findings import Findings, Level

_COMMANDS: dict[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}


def render(found: Findings) -> str:
    """One command a finding and a file that could not be analysed."""
    lines = [
        _command(
            _COMMANDS[found.level(issue)],
            {
                "file": found.path(issue.path),
                "line": str(max(issue.line, 1)),
                "endLine": str(max(issue.line, 1)),
                "col": str(max(issue.column, 1)),
                "title": issue.rule,
            },
            issue.said,
        )
        for issue in found.shown()
    ]
    lines += [
        _command("error", {"file": found.path(item.path), "title": item.code}, item.message)
        for item in found.diagnostics
    ]
    return "".join(f"{line}\n" for line in lines)


def _command(name: str, properties: dict[str, str], message: str) -> str:
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {given}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
