"""Edits made on a data file's bytes: found by position, laid out like their neighbours, proved by loading."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from migrator.data.formats import form_of, parsed
from migrator.data.items import DataError, Item
from migrator.inventory.edit_records import (
    AddElement,
    AddEntry,
    RemoveEntry,
    RenameEntry,
    ReplaceExpression,
    ReplaceText,
)
from migrator.source import Source, SourceError
from migrator.write.datalayout import New, TextChange, inserted, removed, spelled
from migrator.write.dataproof import Planned, ProofError, prove
from migrator.write.edit_errors import NotApplicableError
from migrator.write.render import Refusal, Rendered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from migrator.data.items import Document, Kind, Path
    from migrator.inventory.edit_records import Edit

_HOLDERS: dict[type, Kind] = {AddEntry: "map", RenameEntry: "map", RemoveEntry: "map", AddElement: "list"}
_SCALARS = ("text", "number", "bool", "null")


class _Place(NamedTuple):
    item: Item
    path: Path


class Made(NamedTuple):
    """Changes of the text, and the edits that ask for them."""

    changes: list[TextChange]
    edits: tuple[Edit, ...]


def render_data(path: str, data: bytes, edits: Sequence[Edit]) -> Rendered:
    """Make edits of one data file on its bytes; as `render` does for Python."""
    if not edits:
        return Rendered(data, (), ())
    try:
        source = Source(data)
        document = parsed(form_of(path), source.text)
    except (SourceError, DataError, RecursionError) as error:
        return Rendered(data, (), (refusal(edits, "unreadable", str(error)),))
    return _Draft(source, document).rendered(data, edits)


class _Draft:
    def __init__(self, source: Source, document: Document) -> None:
        self.source = source
        self.document = document
        self.places: dict[tuple[int, int], list[_Place]] = {}
        self.aliases: dict[tuple[int, int], list[Path]] = {}
        self.index(document.root, ())

    def index(self, item: Item, path: Path) -> None:
        """Where everything stands, and by which further ways a text is meant that stands there once."""
        if item.alias is not None and item.alias.kind in _SCALARS:
            self.aliases.setdefault((item.alias.start, item.alias.end), []).append(path)
        self.places.setdefault((item.start, item.end), []).append(_Place(item, path))
        for at, inner in enumerate(item.items):
            self.index(inner, (*path, item.step(at)))

    def rendered(self, data: bytes, edits: Sequence[Edit]) -> Rendered:
        refused: list[Refusal] = []
        left = list(edits)
        while left:
            made, problem = self.made(left)
            problem = problem or clash(made)
            if problem is None:
                return self.proved(data, left, made, refused)
            groups = {edit.group for edit in problem[0]}
            gone = [edit for edit in left if edit.group in groups]
            refused.append(refusal(gone, problem[1], problem[2]))
            left = [edit for edit in left if edit.group not in groups]
        return Rendered(data, (), tuple(refused))

    def proved(self, data: bytes, edits: list[Edit], made: list[Made], refused: list[Refusal]) -> Rendered:
        text = applied(self.document.text, [change for one in made for change in one.changes])
        planned = [Planned(path, edit.operation) for edit in _once(edits) for path in self.paths(edit)]
        try:
            prove(self.document.form, self.document.text, text, planned)
            new = self.source.encode(text)
        except (ProofError, UnicodeEncodeError) as error:
            problem = refusal(edits, "verification-failed", f"{error}; nothing was written")
            return Rendered(data, (), (*refused, problem))
        return Rendered(new, tuple(edit.id for edit in edits), tuple(refused))

    # -- from edits to changes ---------------------------------------------------------------------

    def made(self, edits: list[Edit]) -> tuple[list[Made], tuple[tuple[Edit, ...], str, str] | None]:
        """The changes of all edits; or the edits that cannot be made, and why."""
        found: list[Made] = []
        for batch in _batches(_once(edits)):
            try:
                found.append(Made(self.changes(batch), tuple(batch)))
            except NotApplicableError as error:
                return [], (tuple(batch), error.code, error.message)
        return found, None

    def place(self, edit: Edit) -> _Place:
        start, end = self.source.offsets(edit.anchor)
        wanted = _HOLDERS.get(type(edit.operation))
        for place in self.places.get((start, end), ()):
            if place.item.kind == wanted or (wanted is None and place.item.kind in _SCALARS):
                return place
        raise NotApplicableError("nothing of the kind stands there", code="anchor-lost")

    def paths(self, edit: Edit) -> Iterator[Path]:
        """The ways to what an edit is made on."""
        place = self.place(edit)
        yield place.path
        yield from self.aliases.get((place.item.start, place.item.end), ())

    def changes(self, batch: list[Edit]) -> list[TextChange]:
        place, operation = self.place(batch[0]), batch[0].operation
        if isinstance(operation, (AddEntry, AddElement)):
            rows = [_new(edit.operation) for edit in batch]
            return inserted(self.document, place.item, operation.beside, operation.before, rows)
        if isinstance(operation, ReplaceText):
            return [self.replaced(place.item, operation)]
        if isinstance(operation, ReplaceExpression):
            text = spelled(self.document.form, operation.source)
            return [TextChange(place.item.start, place.item.end, text)]
        if isinstance(operation, (RenameEntry, RemoveEntry)):
            return [self.rekeyed(place.item, operation)]
        raise NotApplicableError(f"{type(operation).__name__} is not made in data files")

    def replaced(self, item: Item, operation: ReplaceText) -> TextChange:
        at = item.start - 1
        for _ in range(operation.nth + 1):
            at = self.document.text.find(operation.old, at + 1, item.end)
            if at < 0:
                raise NotApplicableError(f"{operation.old!r} is not there")
        return TextChange(at, at + len(operation.old), operation.new)

    def rekeyed(self, item: Item, operation: RenameEntry | RemoveEntry) -> TextChange:
        for at, key in enumerate(item.keys):
            if key.value == operation.key:
                if isinstance(operation, RemoveEntry):
                    return removed(self.document, item, at)
                return self.replaced(key, ReplaceText(old=operation.key, new=operation.new))
        raise NotApplicableError(f"there is no entry {operation.key!r}")


def _new(operation: object) -> New:
    if isinstance(operation, AddEntry):
        return New(operation.key, operation.value)
    assert isinstance(operation, AddElement)
    return New("", operation.source)


def _once(edits: Iterable[Edit]) -> list[Edit]:
    """The same change asked for twice is one."""
    return list({(edit.anchor, repr(edit.operation)): edit for edit in edits}.values())


def _batches(edits: list[Edit]) -> list[list[Edit]]:
    """Rows that go to the same place are inserted together."""
    found: dict[object, list[Edit]] = {}
    for edit in edits:
        operation = edit.operation
        if isinstance(operation, (AddEntry, AddElement)):
            key: object = (edit.anchor, type(operation), operation.beside, operation.before)
        else:
            key = edit.id
        found.setdefault(key, []).append(edit)
    return list(found.values())


def clash(made: list[Made]) -> tuple[tuple[Edit, ...], str, str] | None:
    """Edits of which one takes away what another changes."""
    spans = sorted((change.start, change.end, at) for at, one in enumerate(made) for change in one.changes)
    for first, second in pairwise(spans):
        if second[0] < first[1] and first[2] != second[2]:
            edits = made[first[2]].edits + made[second[2]].edits
            return edits, "conflicting-edits", "two edits change the same text"
    return None


def applied(text: str, changes: list[TextChange]) -> str:
    for change in sorted(changes, key=lambda one: (one.start, one.end), reverse=True):
        text = text[: change.start] + change.text + text[change.end :]
    return text


def refusal(edits: Sequence[Edit], code: str, message: str) -> Refusal:
    return Refusal(tuple(edit.id for edit in edits), code, message)
