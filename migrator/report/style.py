"""What a stream can show: colour, Unicode, width. And text that is safe to show there."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

_ASCII = str.maketrans({"→": "->", "…": "...", "·": "-"})
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)
_LOG_COMMAND = re.compile(r"(?m)^([ \t]*)(?=::)|(?<=##)(?=\w*\[)")
_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


class Style(NamedTuple):
    """How to write for one stream; `width` is None where lines may be of any length.

    `terminal` says that a person looks at it.
    """

    color: bool = False
    unicode: bool = True
    width: int | None = None
    terminal: bool = False

    def paint(self, text: str, *names: str) -> str:
        """`text` in the named colours, where the stream has colours."""
        if not self.color or not text:
            return text
        return f"\033[{';'.join(_CODES[name] for name in names)}m{text}\033[0m"

    def plain(self, text: str) -> str:
        """Our own signs as ASCII where the stream has no others."""
        return text if self.unicode else text.translate(_ASCII)

    def clip(self, text: str, taken: int = 0) -> str:
        """`text` cut to what is left of the line after `taken` cells; for prose, never for code or paths."""
        room = None if self.width is None else self.width - taken
        if room is None or cells(text) <= room:
            return text
        return _cut(text, max(room - 1, 8)).rstrip(" .…,;:") + "…"

    def wrapped(self, text: str, taken: int = 0) -> list[str]:
        """`text` in lines between words; a word that is wider than the line stays whole."""
        import textwrap

        if self.width is None:
            return [text]
        room = max(self.width - taken, 20)
        return textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)


PLAIN = Style()
"""No colour, lines of any length: files and tests."""


def style_of(stream: TextIO) -> Style:
    """NO_COLOR, FORCE_COLOR, TERM=dumb, pipes and the stream's encoding decide."""
    terminal = stream.isatty()
    capable = terminal and os.environ.get("TERM") != "dumb"
    wanted = bool(os.environ.get("FORCE_COLOR")) or capable
    return Style(
        color=wanted and not os.environ.get("NO_COLOR"),
        unicode=(stream.encoding or "").lower().replace("_", "-").startswith("utf"),
        width=shutil.get_terminal_size().columns if terminal else None,
        terminal=terminal,
    )


def visible(text: str) -> str:
    """Control characters and direction overrides as escapes, so that source text cannot drive a terminal."""
    return _UNSAFE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def one_line(text: str) -> str:
    """A name that stays on its line."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


def escapes(text: str) -> str:
    """The same JSON, with nothing in it that drives a terminal."""
    import json

    return _UNSAFE.sub(lambda match: json.dumps(match[0])[1:-1], text)


def disarmed(text: str) -> str:
    """Nothing in it is a command to a CI system that reads the log (`::error::`, `##[command]`, `##vso[`)."""
    return _LOG_COMMAND.sub(lambda match: f"{match[1] or ''}\\", text)


def cells(text: str) -> int:
    """Columns that `text` takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shorten(text: str, most: int) -> str:
    """`text` on one line of so many cells, cut between words."""
    return Style(width=most).clip(" ".join(text.split()))


def _cut(text: str, room: int) -> str:
    """The words of `text` that fit; the beginning of one that is wider than all of the room."""
    whole = ""
    for character in text:
        if cells(whole + character) > room:
            break
        whole += character
    head, space, _ = whole.rpartition(" ")
    return head if space and len(head) >= room // 3 and text[len(whole) :][:1] != " " else whole


def columns(rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> list[list[str]]:
    """Rows with every cell but the last padded to its column's width; numbers in `right` from the left."""
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    return [[_pad(cell, widths[i], i, right, len(row)) for i, cell in enumerate(row)] for row in rows]


def _pad(cell: str, width: int, index: int, right: frozenset[int], size: int) -> str:
    space = " " * (width - cells(cell))
    if index in right:
        return space + cell
    return cell if index == size - 1 else cell + space
