"""What a request sends besides its parameters: the pictures among its messages."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Entry, Value

MAX_PIECES = 400
"""Pieces of one prompt that are looked at."""


def picture(know: Evaluator, prompts: Iterable[Value], is_picture: Callable[[str], bool]) -> Value | None:
    """The first piece of a prompt that says by its `type`, or by a key, that it is a picture."""
    queue = deque(prompts)
    seen: set[Value] = set()
    while queue and len(seen) < MAX_PIECES:
        value = queue.popleft()
        if value in seen:
            continue
        seen.add(value)
        if value.kind == "mapping":
            for entry in sorted(know.entries(value), key=_order):
                given = know.given(entry)
                if entry.key == "type":
                    shown = [v for v in given if v.text is not None and is_picture(v.text)]
                    if shown:
                        return shown[0]
                queue.extend(v for v in given if v.kind in ("mapping", "sequence"))
        elif value.kind == "sequence":
            for entry in sorted(know.elements(value), key=_order):
                queue.extend(v for v in know.given(entry) if v.kind in ("mapping", "sequence"))
    return None


def _order(entry: Entry) -> tuple[str, str, int]:
    return str(entry.key), entry.holder.file.path, entry.holder.index
