"""An occurrence of a model id with the verdict on it: what all parts of a decision speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from migrator.decide.roles.verdicts import Verdict
    from migrator.inventory import Context
    from migrator.read.facts import FileFacts, Occurrence
    from migrator.read.nodes import Node


class Judged(NamedTuple):
    """One occurrence with its verdict, before its variant is chosen."""

    id: str
    file: FileFacts
    occurrence: Occurrence
    context: Context
    verdict: Verdict
    fingerprint: str
    sites: tuple[Node, ...]
    suppressed: bool

    @property
    def node(self) -> Node | None:
        return self.file.node(self.occurrence.node) if self.occurrence.node >= 0 else None
