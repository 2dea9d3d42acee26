"""SARIF 2.1.0, for code scanners: rules with help, fingerprints that survive line moves, fixes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from migrator import __version__
from migrator.report import rulehelp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from migrator.inventory import Diagnostic
    from migrator.report.findings import Findings
    from migrator.report.fixes import Region, Replacement
    from migrator.report.issues import Issue
    from migrator.report.rulehelp import RuleHelp

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_SEMANTIC = re.compile(r"\d+\.\d+\.\d+")


def render(found: Findings) -> str:
    """One log with one run."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(found)]}
    return json.dumps(log, indent=1, ensure_ascii=False) + "\n"


def _run(found: Findings) -> dict[str, Any]:
    rules = sorted({issue.rule for issue in found.issues})
    numbers = {rule: number for number, rule in enumerate(rules)}
    return {
        "tool": {"driver": _driver(rules, found.helps)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": _text("The top folder of the checkout.")}},
        "invocations": [_invocation(found)],
        "results": [_result(issue, found, numbers) for issue in found.issues],
    }


def _driver(rules: Sequence[str], helps: Mapping[str, RuleHelp]) -> dict[str, Any]:
    return {
        "name": "gpt55-migrate",
        "semanticVersion" if _SEMANTIC.fullmatch(__version__) else "version": __version__,
        "informationUri": rulehelp.GUIDE,
        "rules": [_rule(rule, helps[rule]) for rule in rules],
    }


def _rule(rule: str, help_: RuleHelp) -> dict[str, Any]:
    return {
        "id": rule,
        "name": "".join(word.capitalize() for word in help_.title.replace("-", " ").split()),
        "shortDescription": _text(help_.title),
        "fullDescription": _text(help_.text),
        "helpUri": help_.uri,
        "help": {**_text(f"{help_.text} See {help_.uri}"), "markdown": rulehelp.markdown(rule, help_)},
        "properties": {"tags": ["migration", "gpt-5.5"]},
    }


def _invocation(found: Findings) -> dict[str, Any]:
    problems = [_problem(item, found) for item in found.diagnostics]
    done = {"executionSuccessful": not problems}
    return {**done, "toolExecutionNotifications": problems} if problems else done


def _problem(item: Diagnostic, found: Findings) -> dict[str, Any]:
    return {
        "level": "error",
        "message": _text(f"{item.code}: {item.message}"),
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(found.path(item.path))}}],
    }


def _result(issue: Issue, found: Findings, numbers: Mapping[str, int]) -> dict[str, Any]:
    region = {"startLine": max(issue.line, 1), "startColumn": max(issue.column, 1)}
    artifact = _artifact(found.path(issue.path))
    fixes = [fix for fix in dict.fromkeys(found.fixes.get(edit, ()) for edit in issue.edits) if fix]
    return {
        "ruleId": issue.rule,
        "ruleIndex": numbers[issue.rule],
        "level": found.level(issue),
        "message": _text(issue.said or issue.rule),
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
        "partialFingerprints": {"gpt55Migrate/v1": issue.fingerprint},
        **({"fixes": [_fix(fix, issue, found) for fix in fixes]} if fixes else {}),
        "properties": {"kind": issue.kind, **_properties(issue)},
    }


def _properties(issue: Issue) -> dict[str, Any]:
    end = issue.end
    dates = {"ends": end.date, "daysLeft": end.days, "successor": end.successor} if end is not None else {}
    return {**({"reason": issue.reason} if issue.reason else {}), **dates}


def _fix(parts: tuple[Replacement, ...], issue: Issue, found: Findings) -> dict[str, Any]:
    paths = dict.fromkeys(part.path for part in parts)
    return {
        "description": _text(issue.message),
        "artifactChanges": [
            {
                "artifactLocation": _artifact(found.path(path)),
                "replacements": [_replacement(part) for part in parts if part.path == path],
            }
            for path in paths
        ],
    }


def _replacement(part: Replacement) -> dict[str, Any]:
    return {"deletedRegion": _region(part.region), "insertedContent": {"text": part.text}}


def _region(region: Region) -> dict[str, int]:
    return {
        "startLine": region.line,
        "startColumn": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    }


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path.encode(errors="surrogateescape")), "uriBaseId": _ROOT}


def _text(text: str) -> dict[str, str]:
    return {"text": text}
