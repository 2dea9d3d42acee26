"""The import statements of a file, taken from its bytes: what is not parsed is still linked."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from migrator.read.modules import Imported

if TYPE_CHECKING:
    from collections.abc import Iterator

_IMPORT = re.compile(
    rb"import\b(?<![\w.]import)[ \t]*(?:\((?:[^)#]|#[^\n]*\n)*\)|[^\n\\;#]*(?:\\\r?\n[^\n\\;#]*)*)"
)
_BY_CALL = re.compile(rb"""\b(?:import_module|__import__)\(\s*f?["'](\.*)([\w.]*)""")
_BY_START = re.compile(rb"""\b(?:import_module|__import__)\(\s*f["'](\w*)\{""")
_BY_NAME = re.compile(rb"""\bimport_module\(\s*(?!f?["'])""")
_TOLD = re.compile(rb"""["'](\.*)([A-Za-z_]\w*(?:\.\w+)*)["']""")
_STATEMENT = re.compile(r"(?:^|[;:])\s*(?:from\b([\w\s.\\]*?))?(?<!\w)import\b(.*)", re.DOTALL)
_NOISE = re.compile(r"#[^\n]*|[()\\]")
_NAME = re.compile(r"([\w.]+|\*)(?:\s+as\s+(\w+))?")
_SPACED = bytes(code if code > 127 or chr(code).isalnum() or chr(code) in "_*" else 32 for code in range(256))
"""What stands between words becomes a space."""
_KEPT = 20_000
_MOST = 400
"""Texts in a file that may name what it imports by a computed name."""


def pieces(data: bytes) -> bytes:
    """The lines with import statements, each whole, and some that hold the word only; zero bytes between."""
    data = data.removeprefix(BOM_UTF8)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    found = []
    for match in _IMPORT.finditer(data):
        start = data.rfind(b"\n", 0, match.start()) + 1
        while data.endswith(b"\\\n", 0, start):
            start = data.rfind(b"\n", 0, start - 1) + 1
        found.append(data[start : match.end()])
    found += (_by_call(*match.groups()) for match in _BY_CALL.finditer(data))
    found += (b"import %s*" % match.group(1) for match in _BY_START.finditer(data))
    if _BY_NAME.search(data) is not None:
        found += (_by_call(*match.groups()) for match in islice(_TOLD.finditer(data), _MOST))
    return b"\0".join(found)


def _by_call(dots: bytes, path: bytes) -> bytes:
    """The statement that imports what `import_module("…")` does; of a computed name what stands there."""
    path = path.strip(b".")
    return b"from " + dots + b" import " + (path or b"*") if dots else b"import " + path


def imports(found: bytes) -> Iterator[Imported]:
    """What a file imports, from its `pieces`."""
    for piece in found.split(b"\0"):
        yield from _taken_apart(piece)


@lru_cache(maxsize=_KEPT)
def _taken_apart(piece: bytes) -> tuple[Imported, ...]:
    """The imports of one statement; files have many in common, and some are asked for twice."""
    match = _STATEMENT.search(piece.decode("utf-8", "replace"))
    return tuple(_imported(match.group(1), _NOISE.sub(" ", match.group(2)))) if match is not None else ()


def words(found: bytes) -> list[bytes]:
    """All names in import statements, by which most are put aside before they are taken apart."""
    return found.translate(_SPACED).replace(b"*", b" * ").split()


def starts(found: bytes) -> Iterator[bytes]:
    """How the names of modules begin of which a computed import says no more, from a file's `pieces`."""
    for piece in found.split(b"\0"):
        if piece.startswith(b"import ") and piece.endswith(b"*"):
            yield piece[len(b"import ") : -1]


def names_in(statement: bytes) -> list[bytes]:
    """All names in one statement, without the module that it takes them from."""
    return words(statement[statement.find(b"import") :])


def said(top: str) -> bytes:
    """The word of an import that reaches a package; the root itself may be one, and has no name."""
    return b"import" if top == "__init__" else top.rpartition("/")[2].encode()


def _imported(module: str | None, names: str) -> Iterator[Imported]:
    if module is None:
        for name, bound in _NAME.findall(names):
            yield Imported(name, 0, "", bound or name.split(".")[0])
        return
    path = "".join(_NOISE.sub(" ", module).split())
    plain = path.lstrip(".")
    for name, bound in _NAME.findall(names):
        yield Imported(plain, len(path) - len(plain), name, bound or name)
