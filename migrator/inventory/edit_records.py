"""Edits: where they are anchored, what they do, and whether they are safe."""

from __future__ import annotations

from typing import Literal

import msgspec

from migrator.inventory.record_base import Record

Span = tuple[int, int, int, int]
"""First line (from 1), UTF-8 byte column (from 0), last line, end column: as `ast` gives them."""


Safety = Literal["safe", "unsafe"]
"""`unsafe`: behaviour may change beyond the model."""


class ReplaceText(Record, frozen=True, tag="replace-text"):
    """Inside one string literal or f-string: the `nth` occurrence (from 0) of `old` becomes `new`."""

    old: str
    new: str
    nth: int = 0


class ReplaceExpression(Record, frozen=True, tag="replace-expression"):
    """The whole expression becomes `source`."""

    source: str


class RenameKeyword(Record, frozen=True, tag="rename-keyword"):
    """In a call: the keyword argument `name` is called `new`; its value stays."""

    name: str
    new: str


class RemoveKeyword(Record, frozen=True, tag="remove-keyword"):
    """In a call: the keyword argument `name` goes, with its comma and its own comment line."""

    name: str


class AddKeyword(Record, frozen=True, tag="add-keyword"):
    """In a call: a keyword argument `name` with the value `source` is added last (before `**`).

    `**name`: what `source` gives is spread, in place of the argument `name` that is there, else last.
    """

    name: str
    source: str


class RenameEntry(Record, frozen=True, tag="rename-entry"):
    """In a dict display: the string key `key` becomes `new`; quotes and value stay."""

    key: str
    new: str


class RemoveEntry(Record, frozen=True, tag="remove-entry"):
    """In a dict display: the entry with the string key `key` goes."""

    key: str


class AddEntry(Record, frozen=True, tag="add-entry"):
    """In a dict display: an entry (`key` and `value` are source) is added in the template's layout.

    `beside` is the index (from 0) of the template entry; the new one follows it, or stands
    `before` it where the look-up takes the first match. A key that begins with `**` spreads the value.
    """

    key: str
    value: str
    beside: int
    before: bool = False


class AddElement(Record, frozen=True, tag="add-element"):
    """In a list, tuple, set, call or `Literal[...]`: an element (`source`) is added in the template's layout.

    `beside` is the index (from 0) of the template element; the new one follows it, or stands
    `before` it.
    """

    source: str
    beside: int
    before: bool = False


class InsertStatement(Record, frozen=True, tag="insert-statement"):
    """Beside the anchored statement: `source` (no indentation of its own) as further statements."""

    source: str
    before: bool = False


class DeleteStatement(Record, frozen=True, tag="delete-statement"):
    """The anchored statement goes; a block left empty gets `pass`."""


class AddArm(Record, frozen=True, tag="add-arm"):
    """In an `if`/`elif` ladder: `if test: body` as a new arm ahead of (or behind) arm `beside` (from 0)."""

    test: str
    body: str
    beside: int
    before: bool = True


class AddCase(Record, frozen=True, tag="add-case"):
    """In a `match`: `case pattern: body` ahead of (or behind) case number `beside` (from 0)."""

    pattern: str
    body: str
    beside: int
    before: bool = True


Operation = (
    ReplaceText
    | ReplaceExpression
    | RenameKeyword
    | RemoveKeyword
    | AddKeyword
    | RenameEntry
    | RemoveEntry
    | AddEntry
    | AddElement
    | InsertStatement
    | DeleteStatement
    | AddArm
    | AddCase
)


class Edit(Record, frozen=True):
    """One planned change, anchored on the `ast` span of the smallest expression or statement that holds it.

    Attributes:
        anchor: the span of that expression or statement in the file as it was read.
        group: edits of one group are made together or not at all.
        rank: within a group lower ranks are written first (dependents 0, ids last 9).
        why: one line for the reviewer.
        rule: the id of the rule that asked for it.
        digest: the beginning of the SHA-256 of the file as it was read; an edit of other bytes is not made.
        follows: references for which alone it is made, as a row for an id: without one of them it is not.
    """

    id: str
    path: str
    anchor: Span
    operation: Operation
    group: str
    why: str
    rule: str
    safety: Safety = "safe"
    rank: int = 9
    references: tuple[str, ...] = ()
    call_sites: tuple[str, ...] = ()
    cell: int | msgspec.UnsetType = msgspec.UNSET
    selected: bool = True
    digest: str = ""
    follows: tuple[str, ...] = ()
