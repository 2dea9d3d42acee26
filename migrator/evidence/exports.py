"""Rows of usage exports, one at a time: JSON lines, JSON arrays, CSV; plain or gzip; in flat memory."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from migrator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

CHUNK = 1 << 20
LONGEST = 1 << 26
_PLAIN = r"""(?:"(?:[^"\\]|\\.)*"|[^\s"{}\[\],]+|\{[^{}]*\})"""
_ARRAY = re.compile(rf"""\s*\{{\s*(?:"\w+"\s*:\s*{_PLAIN}\s*,\s*)*"\w+"\s*:\s*\[(?=\s*[\]{{])""")
"""An object whose first list is one of objects, with plain values before it."""
_ATTRIBUTES = ("stringValue", "intValue", "doubleValue", "boolValue")


class Broken(NamedTuple):
    """A row that cannot be read."""

    line: int


def rows(file: Path) -> Iterator[dict[str, Any] | Broken]:
    """Every row of a file; raises UsageError where it is none of the known kinds."""
    try:
        with _opened(file) as stream:
            head = stream.peek(4096)[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")  # type: ignore[attr-defined]
            kind = _kind(head)
            if kind == "lines":
                yield from _lines(stream)
            elif kind == "array":
                yield from _elements(stream)
            else:
                yield from _table(stream)
    except FileNotFoundError:
        raise UsageError(f"{file}: there is no such file") from None
    except (EOFError, zlib.error):
        yield Broken(0)
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror or error}") from None


def _opened(file: Path) -> IO[bytes]:
    stream = file.open("rb")
    if stream.peek(2)[:2] == b"\x1f\x8b":
        return io.BufferedReader(_Unzipped(stream), CHUNK)
    return stream


class _Unzipped(io.RawIOBase):
    """A gzip file that gives all that it has before it says that it is cut off."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.rest = stream, b""
        self.inflate: Any = None

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401
        """Some bytes; none at the end."""
        while True:
            given = self.rest or self.stream.read(CHUNK)
            if not given:
                if self.inflate is not None:
                    raise EOFError
                return 0
            inflate = self.inflate or zlib.decompressobj(31)
            found = inflate.decompress(given, len(buffer))
            self.rest = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
            self.inflate = None if inflate.eof else inflate
            if found:
                buffer[: len(found)] = found
                return len(found)


def _kind(head: bytes) -> str:
    if head[:1] == b"[":
        return "array"
    if head[:1] != b"{":
        return "table"
    first, newline, _ = head.partition(b"\n")
    try:
        msgspec.json.decode(first)
    except msgspec.DecodeError:
        return "array" if newline or _ARRAY.match(head.decode("utf-8", "replace")) else "lines"
    return "lines"


def _lines(stream: IO[bytes]) -> Iterator[dict[str, Any] | Broken]:
    decode = msgspec.json.Decoder().decode
    for number, line in enumerate(iter(lambda: stream.readline(LONGEST), b""), 1):
        if line.isspace():
            continue
        try:
            row = decode(line.lstrip(b"\xef\xbb\xbf"))
        except (msgspec.DecodeError, UnicodeDecodeError):
            yield Broken(number)
            continue
        yield from _unfolded(row)


def _elements(stream: IO[bytes]) -> Iterator[dict[str, Any] | Broken]:
    """The elements of an array, read as they come: at the top, or under a key that usual exports have."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace")
    decoder = json.JSONDecoder()
    buffer = text.read(CHUNK)
    if buffer.lstrip()[:1] == "[":
        at = buffer.index("[") + 1
    else:
        found = _ARRAY.match(buffer)
        if found is None:
            whole = buffer + text.read(LONGEST)
            try:
                yield from _unfolded(json.loads(whole))
            except ValueError:
                yield Broken(1)
            return
        at = found.end()
    number = 0
    while True:
        at = _skipped(buffer, at)
        if at < len(buffer) and buffer[at] == "]":
            buffer = buffer[at:] + text.read(CHUNK)
            following = buffer.find("\n{")
            found = _ARRAY.match(buffer, following + 1) if following >= 0 else None
            if found is None:
                return
            at = found.end()
            continue
        try:
            row, at = decoder.raw_decode(buffer, at)
        except ValueError:
            more = text.read(CHUNK)
            if not more or len(buffer) - at > LONGEST:
                if buffer[at:].strip():
                    yield Broken(number)
                return
            buffer, at = buffer[at:] + more, 0
            continue
        number += 1
        yield from _unfolded(row)


def _skipped(buffer: str, at: int) -> int:
    while at < len(buffer) and buffer[at] in " \t\r\n,":
        at += 1
    return at


def _table(stream: IO[bytes]) -> Iterator[dict[str, Any] | Broken]:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    head = text.readline()
    delimiter = max(",;\t", key=head.count)
    names = next(csv.reader([head], delimiter=delimiter), [])
    reader = csv.reader(text, delimiter=delimiter)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Broken(reader.line_num)
            continue
        if len(row) < len(names) and row:
            yield Broken(reader.line_num + 1)
        elif row:
            yield dict(zip(names, row, strict=False))


# -- what holds several rows -----------------------------------------------------------------------


def _unfolded(row: object) -> Iterator[dict[str, Any] | Broken]:
    """The rows inside a row: spans of a trace request, results of a bucket; else itself."""
    if not isinstance(row, dict):
        yield Broken(0)
    elif "resourceSpans" in row:
        yield from _spans(row)
    elif isinstance(row.get("data"), list):
        for one in row["data"]:
            yield from _unfolded(one)
    elif isinstance(row.get("results"), list):
        for one in row["results"]:
            if isinstance(one, dict):
                yield {**{k: v for k, v in row.items() if k != "results"}, **one}
    else:
        yield row


def _spans(request: dict[str, Any]) -> Iterator[dict[str, Any] | Broken]:
    try:
        for group in request["resourceSpans"]:
            shared = _attributes((group.get("resource") or {}).get("attributes"))
            for scope in group.get("scopeSpans") or group.get("instrumentationLibrarySpans") or ():
                for span in scope.get("spans") or ():
                    found = {**shared, **_attributes(span.get("attributes"))}
                    status = (span.get("status") or {}).get("code")
                    names = ("spanId", "name", "startTimeUnixNano", "endTimeUnixNano")
                    yield {**found, **{n: span.get(n) for n in names}, "status.code": status}
    except (AttributeError, TypeError):
        yield Broken(0)


def _attributes(given: object) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in given if isinstance(given, list) else ():
        value = one.get("value") or {}
        found[one.get("key", "")] = next((value[k] for k in _ATTRIBUTES if k in value), value)
    return found
