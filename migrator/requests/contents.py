"""What a request sends besides its parameters: the pictures among its messages."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from migrator.know.solver import UnsolvedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Entry, Value

_ANY = ("computed", "environment", "library result", "not read", "too many")
"""Open values that the program itself can't rule out; what callers outside give is theirs."""

MAX_PIECES = 400
"""Pieces of one prompt that are looked at."""


class Shown(NamedTuple):
    """What shows that a prompt holds a picture, and what asks, or may ask, to read one at full fidelity."""

    picture: Value | None = None
    fine: Value | None = None


def pictures(know: Evaluator, prompts: Iterable[Value], named: Callable[[str, str], bool]) -> Shown:
    """The first piece of a prompt that says by its `type` that it is a picture; the first that it is fine.

    A piece that takes too much to look into is passed over.
    """
    queue = deque(prompts)
    seen: set[Value] = set()
    found = Shown()
    while queue and len(seen) < MAX_PIECES:
        value = queue.popleft()
        if value in seen:
            continue
        seen.add(value)
        with suppress(UnsolvedError, RecursionError):
            shown, more = _looked_into(know, value, named)
            found = Shown(found.picture or shown.picture, found.fine or shown.fine)
            if None not in found:
                break
            queue.extend(v for v in more if v.kind in ("mapping", "sequence"))
    return found if found.picture is not None else Shown()


def _looked_into(
    know: Evaluator, value: Value, named: Callable[[str, str], bool]
) -> tuple[Shown, list[Value]]:
    """What a piece says about pictures, and the pieces in it."""
    more: list[Value] = []
    shown = Shown()
    if value.kind == "mapping":
        for entry in sorted(know.entries(value), key=entry_order):
            given = know.given(entry)
            said = sorted(given, key=value_order)
            if entry.key == "type":
                shown = shown._replace(picture=_first(said, lambda v: named("picture-part", v.text or "")))
            elif named("picture-fidelity", str(entry.key)):
                shown = shown._replace(fine=_first(said, lambda v: _may_be_fine(v, named)))
            more += given
    elif value.kind == "sequence":
        for entry in sorted(know.elements(value), key=entry_order):
            more += know.given(entry)
    return shown, more


def _first(values: Iterable[Value], fits: Callable[[Value], bool]) -> Value | None:
    return next((value for value in values if fits(value)), None)


def _may_be_fine(value: Value, named: Callable[[str, str], bool]) -> bool:
    return named("full-fidelity", value.text or "") or (value.kind == "open" and value.data in _ANY)


def mappings(know: Evaluator, entry: Entry) -> Iterator[Value]:
    """The mappings that are given, also those that a text was made of: `json.dumps(body)`."""
    for value in know.given(entry):
        for one in value.more if value.kind == "encoded" else (value,):
            if one.kind == "mapping":
                yield one


def entry_order(entry: Entry) -> tuple[str, str, int]:
    """Entries by their keys and by where they are written."""
    return str(entry.key), entry.holder.file.path, entry.holder.index


def value_order(value: Value) -> tuple[str, str, int, str]:
    """Values by what they are and by where they are written."""
    return value.kind, value.node.file.path, value.node.index, repr(value.data)
