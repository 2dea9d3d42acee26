"""Edits of examples in documents: pieces of text, each replaced where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.inventory.edit_records import ReplaceText
from migrator.source import Source, SourceError
from migrator.write.datafiles import Made, applied, clash, refusal
from migrator.write.datalayout import TextChange
from migrator.write.render import Refusal, Rendered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.inventory.edit_records import Edit


def render_document(data: bytes, edits: Sequence[Edit]) -> Rendered:
    """Make edits of one document on its bytes; as `render` does for Python."""
    try:
        source = Source(data)
    except SourceError as error:
        return Rendered(data, (), (refusal(edits, "unreadable", str(error)),) if edits else ())
    left, refused = list(edits), list[Refusal]()
    while left:
        made = [Made([_change(source, edit)], (edit,)) for edit in left]
        problem = _lost(source, made) or clash(made)
        if problem is None:
            text = applied(source.text, [change for one in made for change in one.changes])
            return Rendered(source.encode(text), tuple(edit.id for edit in left), tuple(refused))
        groups = {edit.group for edit in problem[0]}
        gone = [edit for edit in left if edit.group in groups]
        refused.append(refusal(gone, problem[1], problem[2]))
        left = [edit for edit in left if edit.group not in groups]
    return Rendered(data, (), tuple(refused))


def _change(source: Source, edit: Edit) -> TextChange:
    new = edit.operation.new if isinstance(edit.operation, ReplaceText) else ""
    return TextChange(*source.offsets(edit.anchor), new)


def _lost(source: Source, made: Sequence[Made]) -> tuple[tuple[Edit, ...], str, str] | None:
    for one in made:
        operation, change = one.edits[0].operation, one.changes[0]
        there = source.text[change.start : change.end]
        if not isinstance(operation, ReplaceText) or there != operation.old:
            return one.edits, "anchor-lost", "the example is not what it was"
    return None
