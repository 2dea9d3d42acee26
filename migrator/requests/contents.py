"""What a request sends besides its parameters: the pictures among its messages."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from migrator.know.solver import UnsolvedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Entry, Value

MAX_PIECES = 400
"""Pieces of one prompt that are looked at."""


def picture(know: Evaluator, prompts: Iterable[Value], is_picture: Callable[[str], bool]) -> Value | None:
    """The first piece of a prompt that says by its `type`, or by a key, that it is a picture.

    A piece that takes too much to look into is passed over.
    """
    queue = deque(prompts)
    seen: set[Value] = set()
    while queue and len(seen) < MAX_PIECES:
        value = queue.popleft()
        if value in seen:
            continue
        seen.add(value)
        with suppress(UnsolvedError, RecursionError):
            shown, more = _looked_into(know, value, is_picture)
            if shown is not None:
                return shown
            queue.extend(v for v in more if v.kind in ("mapping", "sequence"))
    return None


def _looked_into(
    know: Evaluator, value: Value, is_picture: Callable[[str], bool]
) -> tuple[Value | None, list[Value]]:
    """What says that a piece is a picture, and the pieces in it."""
    more: list[Value] = []
    if value.kind == "mapping":
        for entry in sorted(know.entries(value), key=entry_order):
            given = know.given(entry)
            for one in given if entry.key == "type" else ():
                if one.text is not None and is_picture(one.text):
                    return one, []
            more += given
    elif value.kind == "sequence":
        for entry in sorted(know.elements(value), key=entry_order):
            more += know.given(entry)
    return None, more


def mappings(know: Evaluator, entry: Entry) -> Iterator[Value]:
    """The mappings that are given, also those that a text was made of: `json.dumps(body)`."""
    for value in know.given(entry):
        for one in value.more if value.kind == "encoded" else (value,):
            if one.kind == "mapping":
                yield one


def entry_order(entry: Entry) -> tuple[str, str, int]:
    """Entries by their keys and by where they are written."""
    return str(entry.key), entry.holder.file.path, entry.holder.index
