"""What the closing check is given, and what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.check.library_tables import LibraryTables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from migrator.check.completing import Fix
    from migrator.check.edited_places import Places
    from migrator.decide.requests.pins import Pins
    from migrator.read.ids import IdPattern
    from migrator.read.modules import Modules
    from migrator.read.nodes import FileFacts, Node
    from migrator.rulebook import Rulebook


class Program(NamedTuple):
    """What the check needs of a program: its files as read, their bytes, the rules."""

    facts: Sequence[FileFacts]
    content: Callable[[str], bytes | None]
    rulebook: Rulebook
    pattern: IdPattern
    modules: Modules | None
    variants: dict[str, str]
    pins: Pins

    @property
    def library_tables(self) -> LibraryTables:
        """What libraries look models up in that they may not know."""
        names = self.rulebook.names
        tokenizers = (
            name
            for rule in self.rulebook.limits.tokenizer
            if not (rule.keyword or (rule.knows and self._allows_only(rule.knows)))
            for name in rule.callees
        )
        return LibraryTables(
            frozenset(names["library-table"].exact),
            frozenset(names["library-answer"].exact),
            frozenset(names["library-table-ids"].exact),
            frozenset(names["library-table-older"].exact),
            tuple(names["library-table-model"].exact),
            frozenset(names["library-table-unasked"].exact),
            frozenset(tokenizers),
            frozenset(names["data-loader"].exact),
            frozenset(names["log-callee"].exact),
            frozenset(names["library-table-kind"].exact),
        )

    def _allows_only(self, release: str) -> bool:
        """Whether every project that a file belongs to declares a release from some one on."""
        older = release.replace(">=", "<")
        folders = {file.path.rpartition("/")[0] + "/" for file in self.facts}
        return all(self.pins.too_old(older, folder.lstrip("/")) for folder in folders)


class Fault(NamedTuple):
    """What a new id would come to grief at: the groups that must wait (none: it stands there), and why.

    `tests` are the places of those that `fix` bears on. `is_choice`: a test leads elsewhere, to no error.
    """

    groups: frozenset[str]
    where: str
    path: str
    line: int
    detail: str
    reason: str = "must-move-together"
    fix: Fix | None = None
    rule: str = ""
    tests: frozenset[tuple[str, int]] = frozenset()
    is_choice: bool = False


def mended(fault: Fault, fix: Fix | None, passed: Iterable[Node], places: Places) -> Fault:
    """A fault with the wider test that mends it, and the tests on the way to that."""
    if fix is None:
        return fault
    tests = ((node.file.path, places.line(node.file.path, node.line)) for node in passed)
    return fault._replace(fix=fix, tests=frozenset(tests))
