"""A file's bytes as text and back without loss, and positions inside it as `ast` counts them."""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from migrator.inventory.edit_records import Span

_NEWLINE = re.compile(r"\r\n|\r|\n")
_HEAD = re.compile(rb"(?:[^\r\n]*(?:\r\n|\r|\n|\Z)){1,2}")


class SourceError(Exception):
    """The bytes are no Python text: undecodable, or an unknown encoding cookie."""


class Source:
    """Python source: the text without its BOM, and how to turn text back into bytes.

    Attributes:
        text: the decoded source with its own newlines.
        encoding: from the BOM or the PEP 263 cookie, else UTF-8.
        bom: the bytes of a byte order mark, or nothing.
    """

    def __init__(self, data: bytes) -> None:
        """Raises SourceError where Python itself would refuse to decode `data`."""
        self.bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        try:
            self.encoding = _encoding(data)
            self.text = data[len(self.bom) :].decode(self.encoding)
        except (SyntaxError, UnicodeDecodeError, LookupError) as error:
            raise SourceError(str(error)) from error

    def encode(self, text: str) -> bytes:
        """`text` as bytes in this source's encoding; raises UnicodeEncodeError where it cannot be said."""
        return self.bom + text.encode(self.encoding)

    @cached_property
    def line_starts(self) -> list[int]:
        """Offset of each line's first character; lines end at LF, CRLF or CR, as `ast` counts them."""
        ends = list(accumulate(map(len, io.StringIO(self.text, newline=""))))
        return [0, *(ends if self.text.endswith(("\n", "\r")) else ends[:-1])]

    def line(self, number: int) -> str:
        """Line `number` (from 1) without its newline."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def offset(self, line: int, column: int) -> int:
        """Character offset of a 1-based line and a UTF-8 byte column."""
        start = self.line_starts[line - 1]
        head = self.text[start : start + column]
        if head.isascii():
            return start + column
        return start + len(self.line(line).encode()[:column].decode(errors="ignore"))

    def offsets(self, span: Span) -> Range:
        """Character offsets of an `ast` span."""
        return Range(self.offset(span[0], span[1]), self.offset(span[2], span[3]))

    def position(self, offset: int) -> tuple[int, int]:
        """1-based line and 0-based character column of an offset."""
        import bisect

        line = bisect.bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1]


class Range(NamedTuple):
    """Half-open range of character offsets."""

    start: int
    end: int


def declared(data: bytes) -> str:
    """The encoding that a file's first lines declare; nothing where they cannot be understood."""
    try:
        return _encoding(data)
    except (SyntaxError, LookupError):
        return ""


def _encoding(data: bytes) -> str:
    """The encoding's name; `tokenize` would refuse a cookie line that is itself not UTF-8, or a bare CR."""
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    head = _HEAD.match(data, len(bom))
    if not head or b"coding" not in head.group():
        return "utf-8"
    lines = _NEWLINE.sub("\n", head.group().decode("ascii", "replace").replace("\ufffd", "?"))
    readline = io.BytesIO(bom + lines.encode()).readline
    encoding, _ = tokenize.detect_encoding(readline)
    return "utf-8" if encoding == "utf-8-sig" else encoding
