"""GitLab's code quality report."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from migrator.report.findings import Findings, Level

_SEVERITIES: dict[Level, str] = {"error": "major", "warning": "minor", "note": "info"}


def render(found: Findings) -> str:
    """A list of findings, those first that could not be looked at."""
    items = [
        _item(item.message, item.code, _name(item.path, item.code), "blocker", found.path(item.path), 1)
        for item in found.diagnostics
    ]
    for issue in found.shown():
        place = (found.path(issue.path), max(issue.line, 1))
        severity = _SEVERITIES[found.level(issue)]
        items.append(_item(issue.said, issue.rule, issue.fingerprint, severity, *place))
    return json.dumps(items, indent=1, ensure_ascii=False) + "\n"


def _item(text: str, rule: str, fingerprint: str, severity: str, path: str, line: int) -> dict[str, Any]:
    return {
        "description": text,
        "check_name": rule,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": path, "lines": {"begin": line}},
    }


def _name(path: str, code: str) -> str:
    return hashlib.sha256(f"{path}|{code}".encode(errors="replace")).hexdigest()[:32]
