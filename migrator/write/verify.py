"""Proof of a rewritten file: parsed again, it must say what its edits promise and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator import __version__
from migrator.write import promise
from migrator.write.compare import difference
from migrator.write.edit_errors import NotApplicableError
from migrator.write.places import parse

if TYPE_CHECKING:
    import ast
    from collections.abc import Sequence

    from migrator.inventory.edit_records import Edit
    from migrator.source import Source

_SECRET = re.compile(r"\b(?:sk|pk|key|ghp|xox.)[-_][\w-]{8,}")
_LONGEST = 300


class VerificationError(Exception):
    """The new source is not the old one with its edits made.

    Attributes:
        line: where in the old source, from 1; 0 if unknown.
    """

    def __init__(self, what: str, line: int = 0) -> None:
        super().__init__(what)
        self.line = line


def verify(tree: ast.Module, planned: Sequence[promise.Planned], new: str) -> None:
    """Compare `new` with the old `tree` in which each planned operation is made (in place).

    Raises VerificationError where they differ, or where `new` cannot be parsed.
    """
    try:
        promise.keep(planned)
        promise.join_choices(tree)
    except (NotApplicableError, LookupError, StopIteration, AttributeError, SyntaxError, ValueError) as error:
        raise VerificationError(f"the edits cannot be checked ({error!r})") from error
    try:
        result = parse(new)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise VerificationError(f"the result does not parse ({error})") from error
    place = difference(tree, result)
    if place is not None:
        raise VerificationError("the result differs elsewhere", getattr(place, "lineno", 0))


def bug_report(error: VerificationError, source: Source, edits: Sequence[Edit]) -> str:
    """What went wrong and what to send: version, rule and the smallest anchored snippet near the place."""
    near = [edit for edit in edits if edit.anchor[0] <= error.line <= edit.anchor[2]] or edits
    edit = min(near, key=lambda item: source.offsets(item.anchor).end - source.offsets(item.anchor).start)
    start, end = source.offsets(edit.anchor)
    snippet = _SECRET.sub("<secret>", source.text[start:end])[:_LONGEST]
    return (
        f"{error}; nothing was written. Please report it with these lines: "
        f"gpt55-migrate {__version__}, rule {edit.rule}, {type(edit.operation).__name__}, "
        f"line {edit.anchor[0]}: {snippet}"
    )
