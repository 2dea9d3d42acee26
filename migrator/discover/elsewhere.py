"""What files of kinds that are not edited name: counted, so that nothing is passed over in silence."""

from __future__ import annotations

import ast
import os
import re
import textwrap
import warnings
from base64 import b64decode
from collections import Counter, defaultdict
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from migrator.discover.file_bytes import read_bytes
from migrator.inventory import Finding, NotEdited

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from migrator.read.ids import IdPattern
    from migrator.rulebook.catalog_rules import Family

MAX_BYTES = 1_000_000
"""Of a file that people may have written; larger ones are looked at from their beginnings."""
EMBEDDED = "GPT55-D005"
SECRET = "GPT55-D003"
_SECRET = re.compile(rb"^kind:[ \t]*[\"']?Secret\b", re.M)
_ENCODED = re.compile(
    rb"^[ \t]+[\"']?([\w.-]+)[\"']?:[ \t]*[\"']?([A-Za-z0-9+/]{8,}={0,2})[\"']?[ \t\r]*$", re.M
)
_CARRIERS = (
    ".sh", ".bash", ".zsh", ".yml", ".yaml", ".mk", "Dockerfile", "Containerfile", "Makefile", "Justfile"
)  # fmt: skip
_INLINE = re.compile(
    r"""python[0-9.]*[ \t]+(?:-\w[ \t]+)*-c[ \t]+(?:'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]|\\.)*)")"""
)
_DOCUMENT = re.compile(r"""python[0-9.]*\b[^\n|;<]{0,200}<<-?[ \t]*['"]?(?P<end>\w+)['"]?[^\n]*\n""")
_MOST = 100
_LONG = 20_000
_HEAD = 1_000
_SHOWN = 20
_SHORT = 4


def not_edited(root: str, paths: Iterable[str], pattern: IdPattern) -> tuple[NotEdited, ...]:
    """The kinds of file that hold ids, those with the most files first."""
    files: dict[str, list[str]] = defaultdict(list)
    models: dict[str, set[str]] = defaultdict(set)
    for path in paths:
        data = b""
        with suppress(OSError, ValueError):
            data = read_bytes(os.path.join(root, path), MAX_BYTES)
        if pattern.in_bytes(data) and b"\0" not in data[:_HEAD]:
            found = {model for _, model in pattern.finditer(data.decode("utf-8", "replace"))}
            if found:
                files[kind_of(path)].append(path)
                models[kind_of(path)] |= found
    ordered = sorted(files, key=lambda kind: (-len(files[kind]), kind))
    return tuple(
        NotEdited(
            kind=kind,
            files=len(files[kind]),
            models=tuple(sorted(models[kind])),
            paths=tuple(files[kind][:_SHOWN]),
        )
        for kind in ordered
    )


def embedded(root: str, paths: Iterable[str], pattern: IdPattern) -> Iterator[Finding]:
    """What names an id in another text: Python that scripts, Dockerfiles and workflows hand on; base64."""
    for path in paths:
        if not kind_of(path).startswith(_CARRIERS):
            continue
        data = b""
        with suppress(OSError, ValueError):
            data = read_bytes(os.path.join(root, path), MAX_BYTES)
        if _SECRET.search(data):
            yield from _in_secret(path, data, pattern)
        text = data.decode("utf-8", "replace") if pattern.in_bytes(data) else ""
        for start, code in sorted(_pieces(text)):
            yield from _in_code(path, text, start, code, pattern)


def _in_secret(path: str, data: bytes, pattern: IdPattern) -> Iterator[Finding]:
    """What a Secret of Kubernetes gives in base64, and that names an id."""
    for match in islice(_ENCODED.finditer(data), _MOST):
        text = ""
        with suppress(ValueError):
            text = b64decode(match.group(2), validate=True).decode()
        for _, model in islice(pattern.finditer(text), 1):
            line = data.count(b"\n", 0, match.start(2)) + 1
            message = f"{match.group(1).decode()} is {model} here, in base64: set it by hand"
            yield Finding(rule=SECRET, path=path, line=line, message=message, severity="note")


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """The code behind `python -c` and in here-documents for Python, with where it starts."""
    for match in islice(_INLINE.finditer(text), _MOST):
        name = "single" if match.group("single") is not None else "double"
        yield match.start(name), match.group(name)
    for match in islice(_DOCUMENT.finditer(text), _MOST):
        body = text[match.end() : match.end() + _LONG]
        end = re.search(rf"^[ \t]*{match.group('end')}\b", body, re.M)
        if end is not None:
            yield match.end(), body[: end.start()]


def _in_code(path: str, text: str, start: int, code: str, pattern: IdPattern) -> Iterator[Finding]:
    for offset, model in pattern.finditer(code) if _is_python(code) else ():
        line = text.count("\n", 0, start + offset) + 1
        message = f"Python in this {_said(path)} names {model}; it is not edited: change it by hand"
        yield Finding(rule=EMBEDDED, path=path, line=line, message=message, severity="note")


def _is_python(code: str) -> bool:
    with warnings.catch_warnings(), suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        warnings.simplefilter("ignore")
        ast.parse(textwrap.dedent(code))
        return True
    return False


def _said(path: str) -> str:
    kind = kind_of(path)
    if kind in (".sh", ".bash", ".zsh"):
        return "script"
    return "YAML file" if kind in (".yml", ".yaml") else f"{kind} file" if kind[0] == "." else kind


def kind_of(path: str) -> str:
    """A file's ending, or its name where it has none."""
    name = path[path.rfind("/") + 1 :]
    return name[name.rfind(".") :] if "." in name[1:] else name


class Others(NamedTuple):
    """How ids of families that are not migrated are found where they stand as a whole text.

    `marks` are bytes without which a file names none of them.
    """

    marks: tuple[bytes, ...]
    quoted: re.Pattern[bytes] | None
    pattern: IdPattern

    @classmethod
    def of(cls, families: Sequence[Family], pattern: IdPattern) -> Others:
        """The others among a catalogue's families; `pattern` is theirs."""
        starts = [start for family in families for start in family.starts]
        marks = [mark for start in starts for mark in (_quoted(start) if len(start) <= _SHORT else (start,))]
        ids = "|".join(map(re.escape, sorted(starts, key=len, reverse=True)))
        whole = rf"""["'`](?:[\w-]+/)?((?:{ids})(?:[-.][\w.-]*)?)["'`]""".encode()
        return cls(tuple(mark.encode() for mark in marks), re.compile(whole) if starts else None, pattern)

    def among(self, data: bytes) -> set[str]:
        """The ids of other families that a file names."""
        if self.quoted is None or not any(mark in data for mark in self.marks):
            return set()
        texts = (match.decode() for match in self.quoted.findall(data) if match.isascii())
        return {model for text in texts for at, model in self.pattern.finditer(text) if at == 0}


def _quoted(start: str) -> tuple[str, ...]:
    return tuple(f"{quote}{start}" for quote in "\"'`/")


def counted(found: Iterable[set[str]]) -> dict[str, int]:
    """In how many files each id is named, the most frequent first."""
    return dict(Counter(model for models in found for model in sorted(models)).most_common())
