"""The parsed rulebook under the user's cache directory, since TOML is slow to parse and hooks start often.

A cache that cannot be read or written is as good as none.
"""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from migrator import __version__, cachefiles, rulebook

if TYPE_CHECKING:
    from collections.abc import Iterable

KEPT = 8


class Entry(msgspec.Struct, frozen=True):
    """What a cache file holds: the key of the files that it was made from, and the rulebook."""

    key: str
    book: rulebook.Rulebook


def key(catalog: str, files: Iterable[tuple[str, bytes]]) -> str:
    """A digest of everything that the rulebook depends on."""
    digest = hashlib.sha256(f"{_schema()}\0{catalog}\0".encode())
    for name, content in files:
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def load(key: str) -> rulebook.Rulebook | None:
    """The rulebook of that key, if it is there and sound."""
    try:
        entry = msgspec.msgpack.decode(cachefiles.read(_path(key)), type=Entry)
    except (OSError, RuntimeError, RecursionError, ValueError):
        return None
    return entry.book if entry.key == key else None


def save(key: str, book: rulebook.Rulebook) -> None:
    """Keep the rulebook for the next start, and forget older ones."""
    with contextlib.suppress(OSError, RuntimeError):
        path = _path(key)
        cachefiles.write(path, msgspec.msgpack.encode(Entry(key, book)))
        cachefiles.forget(path.parent, "rules-*.msgpack", KEPT)


def without_examples(book: rulebook.Rulebook) -> rulebook.Rulebook:
    """The rulebook as decisions need it."""
    replace = msgspec.structs.replace
    apis = [
        replace(api, call=tuple(replace(each, example=(), noop=()) for each in api.call)) for api in book.apis
    ]
    parameters = [replace(each, example=(), noop=()) for each in book.parameters]
    shapes = tuple(replace(each, example=(), noop=()) for each in book.limits.rule)
    limits = replace(book.limits, rule=shapes)
    suggestions = tuple(replace(each, example=()) for each in book.suggestions)
    return replace(
        book, apis=tuple(apis), parameters=tuple(parameters), limits=limits, suggestions=suggestions
    )


def _schema() -> str:
    """Changes whenever the records change: the version, or the source of the records."""
    sources = sorted(Path(rulebook.__file__).parent.glob("*.py"))
    try:
        return "\0".join(source.read_text(encoding="utf-8") for source in sources) or __version__
    except OSError:
        return __version__


def _path(key: str) -> Path:
    return cachefiles.folder() / f"rules-{key[:32]}.msgpack"
