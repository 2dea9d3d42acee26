"""Edits made on a file's bytes: found, checked for conflicts, rendered slice by slice, verified."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from migrator import __version__
from migrator.inventory.edit_records import DeleteStatement, InsertStatement, ReplaceExpression
from migrator.source import Range, Source, SourceError
from migrator.write import places, promise
from migrator.write.anchors import Cause, locate
from migrator.write.compare import difference
from migrator.write.conflicts import clashes
from migrator.write.edit_errors import NotApplicableError
from migrator.write.file_style import style_of
from migrator.write.parentheses import padded, replacement
from migrator.write.places import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from migrator.inventory.edit_records import Edit, Operation
    from migrator.write.anchors import Located
    from migrator.write.places import Anchored, Region


class Refusal(NamedTuple):
    """Edits not made (whole groups), and why; `code` is stable, `message` says what was met."""

    edits: tuple[str, ...]
    code: str
    message: str


class Rendered(NamedTuple):
    """The new bytes, the ids of the edits made in them, and what was refused."""

    data: bytes
    made: tuple[str, ...]
    refused: tuple[Refusal, ...]


class Spot(NamedTuple):
    """A place, what happens there, and the characters it may rewrite."""

    place: Anchored
    located: tuple[Located, ...]
    operations: tuple[Operation, ...]
    region: Region
    emptied: bool

    @property
    def inline(self) -> bool:
        """A statement on a line that it shares."""
        return not self.region.lines

    def blamed(self, operations: tuple[Operation, ...]) -> tuple[str, ...]:
        """Ids of the edits that ask for these operations; of all edits here if none are named."""
        blamed = [one.edit.id for one in self.located if not operations or one.operation in operations]
        return tuple(blamed)


def render(data: bytes, edits: Sequence[Edit]) -> Rendered:
    """Make `edits`, all of one file (their `path` and `selected` are not looked at), on its bytes.

    An edit that cannot be made is refused with its whole group. A group may have edits in other
    files too; whoever writes several files has to leave those out. Where the result fails its
    verification every edit is refused. Codes of refusals: `unreadable`, `anchor-lost`,
    `conflicting-edits`, `not-applicable`, `unparsable`, `unencodable`, `verification-failed`.
    """
    if not edits:
        return Rendered(data, (), ())
    try:
        draft = _Draft(data)
    except (SourceError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Rendered(data, (), (_refuse_all(edits, "unreadable", str(error)),))
    refused: list[Refusal] = []
    left, spots, text = _settled(draft, edits, refused)
    if not left:
        return Rendered(data, (), tuple(refused))
    try:
        verify(draft.tree, spots, text)
        new = draft.source.encode(text)
    except VerificationError as error:
        message = bug_report(error, draft.source, left)
        return Rendered(data, (), (*refused, _refuse_all(left, "verification-failed", message)))
    except UnicodeEncodeError as error:
        return Rendered(data, (), (*refused, _refuse_all(left, "unencodable", str(error))))
    return Rendered(new, tuple(edit.id for edit in left), tuple(refused))


class _Draft:
    """A file being rewritten: its text, tree and style."""

    def __init__(self, data: bytes) -> None:
        self.source = Source(data)
        if self.source.encode(self.source.text) != data:
            raise SourceError(f"decoding as {self.source.encoding} loses bytes")
        self.tree = places.parse(self.source.text)
        self.style = style_of(self.source, self.tree)


def _settled(
    draft: _Draft, edits: Sequence[Edit], refused: list[Refusal]
) -> tuple[list[Edit], list[Spot], str]:
    """The edits that can be made together, where, and the text with them made; the rest goes to `refused`."""
    located, causes = locate(draft.source, draft.tree, edits)
    left = _without(edits, causes, refused)
    while left:
        names = {edit.id for edit in left}
        located = [one for one in located if one.edit.id in names]
        causes = [
            Cause(pair, "conflicting-edits", "edits contradict each other") for pair in clashes(located)
        ]
        spots = [] if causes else _spots(draft, located)
        text = "" if causes else _assembled(draft, spots, causes)
        if not causes:
            return left, spots, text
        left = _without(left, causes, refused)
    return [], [], ""


def _without(edits: Sequence[Edit], causes: Iterable[Cause], refused: list[Refusal]) -> list[Edit]:
    """The edits but for the groups that a cause names; each group is refused for its first cause."""
    groups = {edit.id: edit.group for edit in edits}
    gone: set[str] = set()
    for ids, code, message in causes:
        hit = {groups[name] for name in ids} - gone
        if hit:
            gone |= hit
            refused.append(Refusal(tuple(e.id for e in edits if e.group in hit), code, message))
    return [edit for edit in edits if edit.group not in gone]


def _refuse_all(edits: Sequence[Edit], code: str, message: str) -> Refusal:
    return Refusal(tuple(edit.id for edit in edits), code, message)


def _spots(draft: _Draft, located: Sequence[Located]) -> list[Spot]:
    at: dict[int, list[Located]] = {}
    for one in located:
        at.setdefault(id(one.place.node), []).append(one)
    deleted = {id(one.place.node) for one in located if isinstance(one.operation, DeleteStatement)}
    return [_spot(draft, tuple(here), deleted) for here in at.values()]


def _spot(draft: _Draft, located: tuple[Located, ...], deleted: set[int]) -> Spot:
    place = located[0].place
    operations: list[Operation] = []
    for one in located:
        if one.operation not in operations:
            operations.append(one.operation)
    stays = id(place.node) not in deleted
    ahead = stays and any(isinstance(op, InsertStatement) and op.before for op in operations)
    siblings = place.siblings
    emptied = (
        siblings[0] is place.node
        and not isinstance(place.parent, ast.Module)
        and not any(isinstance(op, InsertStatement) for op in operations)
        and all(id(sibling) in deleted for sibling in siblings)
    )
    region = places.region(draft.source, place, comments_above=ahead)
    return Spot(place, located, tuple(operations), region, emptied)


class _Nest:
    """A stretch of the file, what happens to it, and the stretches inside it."""

    def __init__(self, where: Range, spot: Spot | None = None) -> None:
        self.range = where
        self.spot = spot
        self.inner: list[_Nest] = []


def _assembled(draft: _Draft, spots: Sequence[Spot], causes: list[Cause]) -> str:
    """The whole text with every spot rewritten, inner ones first; what could not be made goes to `causes`."""

    def rewrite(nest: _Nest) -> str:
        parts, at = [], nest.range.start
        for inner in nest.inner:
            parts += [draft.source.text[at : inner.range.start], rewrite(inner)]
            at = inner.range.end
        text = "".join([*parts, draft.source.text[at : nest.range.end]])
        return _made(draft, nest.spot, text, causes) if nest.spot else text

    return rewrite(_nested(len(draft.source.text), spots))


def _nested(size: int, spots: Sequence[Spot]) -> _Nest:
    root = _Nest(Range(0, size))
    stack = [root]
    key = lambda spot: (spot.region.range.start, -spot.region.range.end, spot.place.order)  # noqa: E731
    for spot in sorted(spots, key=key):
        nest = _Nest(spot.region.range, spot)
        while len(stack) > 1 and stack[-1].range.end < nest.range.end:
            stack.pop()
        while len(stack) > 1 and stack[-1].range.end <= nest.range.start:
            stack.pop()
        stack[-1].inner.append(nest)
        stack.append(nest)
    return root


def _made(draft: _Draft, spot: Spot, text: str, causes: list[Cause]) -> str:
    from migrator.write import slices, statements  # libcst is slow to import

    try:
        if isinstance(spot.place.node, ast.stmt):
            return statements.edit_statement(
                text, spot.operations, spot.region, draft.style, emptied=spot.emptied
            )
        if isinstance(spot.operations[0], ReplaceExpression):
            return _replaced(draft, spot, spot.operations[0])
        return slices.edit_expression(text, spot.operations, draft.style)
    except NotApplicableError as error:
        causes.append(Cause(spot.blamed(error.operations), error.code, error.message))
    except RecursionError:
        deep = "the code is nested too deeply to be taken apart"
        causes.append(Cause(spot.blamed(()), "not-applicable", deep))
    return text


def _replaced(draft: _Draft, spot: Spot, operation: ReplaceExpression) -> str:
    assert isinstance(spot.place.node, ast.expr)
    start, end = spot.region.range
    source = draft.style.lines(operation.source)
    before, after = draft.source.text[max(start - 1, 0) : start], draft.source.text[end : end + 1]
    enclosed = (before, after) == ("(", ")")
    new = replacement(source, spot.place.node, spot.place.parent, spot.place.field, enclosed=enclosed)
    return padded(new, before, after)


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
