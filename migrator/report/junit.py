"""JUnit XML: a test case a file, for runners that know nothing else."""

from __future__ import annotations

import re
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from migrator.report import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.inventory import Diagnostic
    from migrator.report.findings import Findings
    from migrator.report.issues import Issue

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(found: Findings) -> str:
    """One suite: a failure where something makes the run fail, an error where a file was not analysed."""
    cases = [*_cases(found), *(_broken(item, found) for item in found.diagnostics)]
    if not cases:
        cases = ['    <testcase classname="gpt55-migrate" name="nothing left to do"/>']
    failures = sum("<failure " in case for case in cases)
    numbers = f'tests="{len(cases)}" failures="{failures}" errors="{len(found.diagnostics)}" skipped="0"'
    head = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="gpt55-migrate" {numbers}>']
    suite = f'  <testsuite name="gpt55-migrate" {numbers}>'
    return "\n".join([*head, suite, *cases, "  </testsuite>", "</testsuites>"]) + "\n"


def _cases(found: Findings) -> Iterator[str]:
    for path, group in groupby(found.shown(), attrgetter("path")):
        yield _case(found.path(path), list(group), found)


def _case(path: str, issues: Sequence[Issue], found: Findings) -> str:
    failing = [issue for issue in issues if found.level(issue) == "error"]
    open_ = [issue for issue in issues if found.level(issue) != "error"]
    parts = [f"    <testcase classname={_attribute(_dotted(path))} name={_attribute(path)}>"]
    if failing:
        message = _attribute(words.count(len(failing), "finding"))
        parts += [f'      <failure message={message} type="finding">{_lines(path, failing)}</failure>']
    if open_:
        parts += [f"      <system-out>{_lines(path, open_)}</system-out>"]
    return "\n".join([*parts, "    </testcase>"])


def _broken(item: Diagnostic, found: Findings) -> str:
    path = found.path(item.path)
    head = f"    <testcase classname={_attribute(_dotted(path))} name={_attribute(path + ' (analysis)')}>"
    error = f"      <error message={_attribute(item.message)} type={_attribute(item.code)}/>"
    return "\n".join([head, error, "    </testcase>"])


def _lines(path: str, issues: Sequence[Issue]) -> str:
    lines = (f"{path}:{issue.line}:{issue.column}: {issue.rule} {issue.said}" for issue in issues)
    return escape(_clean("\n".join(lines)))


def _dotted(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("?", text)
