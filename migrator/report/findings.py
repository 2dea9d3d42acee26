"""What the formats for machines are made from: findings, and how they are to be taken."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Literal, NamedTuple

from migrator.report.ends import SOON

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from migrator.inventory import Coverage, Diagnostic
    from migrator.report.fixes import Replacement
    from migrator.report.issues import Issue
    from migrator.report.rulehelp import RuleHelp

Level = Literal["error", "warning", "note"]


class Findings(NamedTuple):
    """The outcome of one run.

    Attributes:
        failing: kinds of issue that make the run fail.
        folder: what to put in front of every path, so that it counts from the repository's top.
        fixes: for the id of an edit what would be replaced.
        known: how many findings a baseline holds back.
    """

    issues: Sequence[Issue]
    diagnostics: Sequence[Diagnostic]
    coverage: Coverage
    failing: frozenset[str]
    folder: str = ""
    helps: Mapping[str, RuleHelp] = {}
    fixes: Mapping[str, tuple[Replacement, ...]] = {}
    known: int = 0
    root: str = ""

    def path(self, path: str) -> str:
        """A path as the readers of a report know it."""
        return posixpath.normpath(f"{self.folder}/{path}") if self.folder else path

    def level(self, issue: Issue) -> Level:
        """How bad an issue is for this run."""
        if issue.kind in self.failing or (issue.end is not None and issue.end.days < 0):
            return "error"
        if issue.end is not None and issue.end.days <= SOON:
            return "warning"
        return "note" if issue.kind == "note" else "warning"

    def shown(self) -> list[Issue]:
        """The issues that people are to see: no notes unless they make the run fail."""
        return [issue for issue in self.issues if issue.kind != "note" or "note" in self.failing]
