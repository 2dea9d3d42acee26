"""Every open place of an inventory with all that a page says of it: state, code, what the ledger is of."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from functools import cached_property
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Literal, NamedTuple

from migrator.report import redact
from migrator.report.hunks import Hunk, hunks
from migrator.report.issues import Issue, issues

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import TypeVar

    from migrator.inventory import CallSite, Inventory, Reference
    from migrator.inventory.edit_records import Edit

    _Record = TypeVar("_Record", Reference, CallSite)

State = Literal["change", "person", "held", "note"]
STATES: dict[str, str] = {
    "person": "needs a person",
    "change": "will change",
    "held": "held by settings",
    "note": "for information",
}
_STATE: Mapping[str, State] = {"fixable": "change", "review": "person", "held": "held", "note": "note"}
_AROUND = 3
_SITES = 3
_TOGETHER = 12


class Row(NamedTuple):
    """A line of code, before and after; None where one side has none. `changed`: the sides differ."""

    old: str | None
    new: str | None
    changed: bool = False


class Place(NamedTuple):
    """An open place.

    Attributes:
        anchor: stays the same when lines move.
        rows: the code, both sides; both are the same where nothing changes.
        first: the line number of the first row's old side.
        references, sites: what the ledger is of.
        together: the first places of the same group, by anchor; `more` has it besides.
    """

    anchor: str
    state: State
    issue: Issue
    variant: str
    owner: str
    first: int
    rows: tuple[Row, ...]
    references: tuple[Reference, ...]
    sites: tuple[CallSite, ...]
    together: tuple[str, ...] = ()
    more: int = 0


class Code:
    """What is known of the files of an inventory besides: their diffs, their lines, who owns them."""

    def __init__(
        self,
        patches: Mapping[str, bytes] = {},
        content: Callable[[str], bytes | None] = lambda path: None,
        owner: Callable[[str], str] = lambda path: "",
    ) -> None:
        self.owner = owner
        self._content = content
        self._lines: dict[str, tuple[str, ...]] = {}
        self._hunks = {redact.name(path): hunks(patch) for path, patch in patches.items()}

    def hunk(self, path: str, first: int, last: int) -> Hunk | None:
        """The change that touches some lines."""
        return next(
            (one for one in self._hunks.get(path, ()) if one.first <= last and first <= one.last), None
        )

    def around(self, path: str, line: int) -> tuple[int, tuple[str, ...]]:
        """The number of the first of some lines around one, and the lines."""
        if path not in self._lines:
            text = redact.mask((self._content(path) or b"").decode("utf-8", "replace"))
            self._lines[path] = tuple(redact.shown(redact.mask(one)) for one in text.splitlines())
        first = max(line - _AROUND, 1)
        return first, self._lines[path][first - 1 : line + _AROUND]


def places(inventory: Inventory, code: Code) -> list[Place]:
    """The open places, those that need a person first; `inventory` is one for people already."""
    known = _Known(inventory)
    found = [known.place(issue, code) for issue in issues(inventory)]
    order = [*STATES]
    found.sort(key=lambda one: (order.index(one.state), one.issue.path, one.issue.line))
    return found


def anchor(issue: Issue) -> str:
    """A name for a place that survives line moves."""
    return "p-" + hashlib.sha256(issue.fingerprint.encode("utf-8", "surrogatepass")).hexdigest()[:12]


class _Known:
    """The inventory by what is asked of it."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.edits = {edit.id: edit for edit in inventory.edits}
        self.references = {one.id: one for one in inventory.references}
        self.sites = {one.id: one for one in inventory.call_sites}

    @cached_property
    def _by_line(self) -> Mapping[tuple[str, int], list[Reference]]:
        found: dict[tuple[str, int], list[Reference]] = defaultdict(list)
        for one in self.inventory.references:
            found[one.path, one.line].append(one)
        return found

    @cached_property
    def _sites_by_line(self) -> Mapping[tuple[str, int], list[CallSite]]:
        found: dict[tuple[str, int], list[CallSite]] = defaultdict(list)
        for one in self.inventory.call_sites:
            found[one.path, one.line].append(one)
        return found

    @cached_property
    def _groups(self) -> Mapping[str, list[str]]:
        """The anchors of each group's places."""
        found: dict[str, list[str]] = defaultdict(list)
        for issue in issues(self.inventory):
            for edit in self._of(issue):
                found[edit.group].append(anchor(issue))
        return {group: list(dict.fromkeys(anchors)) for group, anchors in found.items()}

    def _of(self, issue: Issue) -> list[Edit]:
        return [self.edits[name] for name in issue.edits if name in self.edits]

    def place(self, issue: Issue, code: Code) -> Place:
        edits, line = self._of(issue), (issue.path, issue.line)
        references = _once(
            [*self._by_line.get(line, ()), *self._named(self.references, (e.references for e in edits))]
        )
        sites = _once(
            [
                *self._sites_by_line.get(line, ()),
                *self._named(self.sites, (e.call_sites for e in edits)),
                *self._named(self.sites, (r.call_sites for r in references)),
            ]
        )[:_SITES]
        me = anchor(issue)
        groups = dict.fromkeys(edit.group for edit in edits)
        together = (name for group in groups for name in self._groups[group] if name != me)
        more = sum(len(self._groups[group]) for group in groups) - len(groups) - _TOGETHER
        first, rows = _rows(issue, code, changes=bool(edits))
        return Place(
            me,
            _STATE[issue.kind],
            issue,
            _variant(references, sites),
            code.owner(issue.path),
            first,
            rows,
            tuple(references),
            tuple(sites),
            tuple(islice(together, _TOGETHER)),
            max(more, 0),
        )

    @staticmethod
    def _named(known: Mapping[str, _Record], names: Iterable[Iterable[str]]) -> Iterator[_Record]:
        return (known[name] for some in names for name in some if name in known)


def _once(found: Iterable[_Record]) -> list[_Record]:
    return list({one.id: one for one in found}.values())


def _variant(references: Sequence[Reference], sites: Sequence[CallSite]) -> str:
    for one in references:
        if one.variant:
            return one.variant
    return next((site.recommendation.variant for site in sites if site.recommendation), "")


def _rows(issue: Issue, code: Code, *, changes: bool) -> tuple[int, tuple[Row, ...]]:
    hunk = code.hunk(issue.path, issue.line, max(issue.last, issue.line)) if changes else None
    if hunk is not None:
        return hunk.first, tuple(_sides(hunk.lines))
    first, lines = code.around(issue.path, issue.line)
    return first, tuple(Row(line, line) for line in lines)


def _sides(lines: Iterable[str]) -> Iterator[Row]:
    """The lines of a hunk with both sides beside each other."""
    old: list[str] = []
    new: list[str] = []
    for line in (*lines, None):
        if line is None:
            yield from _changed(old, new)
        elif line.startswith("-"):
            old.append(line[1:])
        elif line.startswith("+"):
            new.append(line[1:])
        elif not line.startswith("\\"):
            yield from _changed(old, new)
            old, new = [], []
            yield Row(line[1:], line[1:])


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    return (Row(before, after, True) for before, after in zip_longest(old, new))
