"""Which arms hold lines that matter: those that set what is sent with a request, or that speak of it."""

from __future__ import annotations

import bisect
import io
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from migrator.decide.branches.ladders import Ladder
    from migrator.decide.plans import Planner
    from migrator.read.nodes import FileFacts, Node


class Lines:
    """The lines of one run."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self._renaming: dict[FileFacts, Sequence[int]] = {}

    def send(self, ladder: Ladder) -> bool:
        """Whether an arm makes a request, or sets a parameter of one."""
        return _is_in(ladder, self._sending.get(ladder.file.path, ()))

    def rename(self, ladder: Ladder) -> bool:
        """Whether an arm speaks of what a request parameter is renamed to."""
        lines = self._renaming.get(ladder.file)
        if lines is None:
            lines = self._renaming[ladder.file] = self._speaking(ladder.file)
        return _is_in(ladder, lines)

    def _speaking(self, file: FileFacts) -> Sequence[int]:
        names = [name for name in self._renamed if name.encode() in file.utf8]
        numbered = enumerate(io.StringIO(file.text, newline=""), 1) if names else ()
        return [number for number, line in numbered for name in names if name in line]

    def sends(self, statements: Iterable[Node]) -> bool:
        """Whether some statements give a request a parameter."""
        return any(value.inside(one) for one in statements for value in self.sent[one.file.path])

    @cached_property
    def sent(self) -> dict[str, list[Node]]:
        """The values of the parameters of all calls, by file."""
        found: dict[str, list[Node]] = defaultdict(list)
        for site in self.planner.sites.values():
            if site.receiver is not None:
                for setting in self.planner.requests.bags.settings(site):
                    found[setting.value.file.path].append(setting.value)
        return found

    @cached_property
    def _sending(self) -> dict[str, list[int]]:
        """Where calls are made, and where their parameters get their values."""
        found = {path: {value.line for value in values} for path, values in self.sent.items()}
        for call, site in self.planner.sites.items():
            if site.receiver is not None:
                found.setdefault(call.file.path, set()).add(call.line)
        return {path: sorted(lines) for path, lines in found.items()}

    @cached_property
    def _renamed(self) -> list[str]:
        rules = self.planner.engine.rulebook.parameters
        return sorted({rule.change.rename for rule in rules if rule.change.rename})


def _is_in(ladder: Ladder, lines: Sequence[int]) -> bool:
    for statement in (statement for arm in ladder.arms for statement in arm.body if lines):
        first, _, last, _ = statement.span
        if bisect.bisect_left(lines, first) < bisect.bisect_right(lines, last):
            return True
    return False
