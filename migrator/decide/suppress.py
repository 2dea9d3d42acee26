"""Suppression comments: which lines they cover, and until when."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from migrator.inventory import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.read.facts import Ignore
    from migrator.read.nodes import FileFacts


class Suppressions:
    """The suppressions of one file on one day."""

    def __init__(self, file: FileFacts, today: datetime.date) -> None:
        self.file = file
        self.today = today
        self._covered: dict[int, range] = {}
        self.active = [ignore for ignore in file.ignores if self._holds(ignore)]

    def _holds(self, ignore: Ignore) -> bool:
        if not ignore.until:
            return True
        try:
            return datetime.date.fromisoformat(ignore.until) >= self.today
        except ValueError:
            return False

    def covering(self, line: int, rule: str, reason: str = "") -> Ignore | None:
        """The suppression that covers a line, for a rule id or a reason of the closed list."""
        for ignore in self.active:
            wanted = not ignore.rules or any(rule.startswith(name) or name == reason for name in ignore.rules)
            if wanted and (ignore.whole_file or line in self._lines(ignore.line)):
                return ignore
        return None

    def _lines(self, line: int) -> range:
        """The line, and the call or statement that starts or ends on it (or below a comment alone)."""
        known = self._covered.get(line)
        if known is None:
            known = self._covered[line] = self._around(line)
        return known

    def _around(self, line: int) -> range:
        tree = self.file.tree
        best = range(line, line + 1)
        for index in self._anchored(line) or self._anchored(line + 1):
            span = tree.span(index)
            best = range(min(line, span[0]), span[2] + 1)
            if tree.kind[index] == "Call":
                break
        return best

    def _anchored(self, line: int) -> list[int]:
        """Calls and statements with `line` as their first or last line; the innermost long call first."""
        tree = self.file.tree
        found = [
            index
            for index in range(1, len(tree.kind))
            if line in (tree.spans[index * 4], tree.spans[index * 4 + 2])
            and (tree.kind[index] in ("Call", "Assign", "AnnAssign", "Expr", "Return", "arg", "Dict"))
        ]
        calls = sorted((index for index in found if tree.kind[index] == "Call"), reverse=True)
        long = [index for index in calls if tree.spans[index * 4] < tree.spans[index * 4 + 2]]
        return (long + calls + found)[:4]

    def problems(self) -> Iterator[Finding]:
        """Suppressions that silence nothing because their date cannot be read or is past."""
        for ignore in self.file.ignores:
            if ignore not in self.active:
                try:
                    datetime.date.fromisoformat(ignore.until)
                    text = f"the suppression ran out on {ignore.until}"
                except ValueError:
                    text = (
                        f"the date {ignore.until!r} of this suppression is no YYYY-MM-DD; it silences nothing"
                    )
                yield Finding(rule="GPT55-S001", path=self.file.path, line=ignore.line, message=text)
