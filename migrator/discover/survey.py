"""The bytes of every file: which name a model, and what each of them imports."""

from __future__ import annotations

import codecs
import os
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from migrator.discover.file_bytes import read_bytes
from migrator.discover.imports import pieces
from migrator.discover.walk import chunks
from migrator.discover.workers import Workers, processes
from migrator.read.facts import Problem
from migrator.read.notebook import spoken
from migrator.source import declared
from migrator.stages import at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.discover.elsewhere import Others
    from migrator.read.ids import IdPattern

CHUNK = 200
_HEAD = 2_000
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
PARALLEL_FROM = 1_500
"""Fewer files are looked at before a process has started."""


class Survey(NamedTuple):
    """What was looked at.

    `seeds` hold a marker of a model, by path their size; `imports` are the import statements of all files;
    `problems` say what could not be read.
    """

    paths: Sequence[str]
    size: int
    seeds: dict[str, int]
    imports: dict[str, bytes]
    problems: dict[str, Problem]
    others: list[set[str]]


class _Share(NamedTuple):
    size: int
    seeds: list[tuple[str, int]]
    imports: list[bytes]
    problems: dict[str, Problem]
    others: list[set[str]]


def survey(
    root: str,
    paths: Sequence[str],
    wanted: tuple[bytes, ...],
    others: Others,
    *,
    jobs: int = 0,
) -> Survey:
    """Look at `paths` (relative to `root`); what holds one of `wanted` is a seed; `others` are counted."""
    found = Survey(paths, 0, {}, {}, {}, [])
    shares = list(chunks(paths, CHUNK))
    count = processes(jobs, worth=len(paths) >= PARALLEL_FROM)
    with Workers(min(count, len(shares)), _begin, root, wanted, others) as workers:
        done = 0
        for part, share in zip(shares, workers.map(_look, shares), strict=True):
            found = found._replace(size=found.size + share.size)
            found.seeds.update(share.seeds)
            found.imports.update(zip(part, share.imports, strict=True))
            found.problems.update(share.problems)
            found.others.extend(share.others)
            done += len(part)
            at("Looking at files", done, len(paths))
    return found


def markers(pattern: IdPattern) -> tuple[bytes, ...]:
    """Bytes without which a file says nothing about a model: a family's marker, if no other is part of it."""
    stems = sorted({"gpt-" if start.startswith("gpt-") else start for start in pattern.starts})
    return tuple(stem.encode() for stem in stems if not any(o in stem for o in stems if o != stem))


def problem_of(error: Exception) -> Problem:
    """Why a file cannot be read."""
    text = getattr(error, "strerror", None) or str(error)
    return Problem("unreadable", f"{text}; check the file and its permissions")


_given: tuple[str, tuple[bytes, ...], Others | None] = ("", (), None)


def _begin(root: str, wanted: tuple[bytes, ...], others: Others) -> None:
    global _given  # noqa: PLW0603 (what every share of a worker needs)
    _given = root, wanted, others


def _spoken(data: bytes) -> bytes:
    """Source whose encoding writes letters in another way than ASCII, as UTF-8; other bytes as they are."""
    if b"coding" not in data[:_HEAD] or _plain(encoding := declared(data)):
        return data
    try:
        return data.decode(encoding).encode()
    except (UnicodeError, LookupError):
        return data


@lru_cache
def _plain(encoding: str) -> bool:
    with suppress(UnicodeError, LookupError):
        return all(bytes([code]).decode(encoding) == chr(code) for code in range(32, 127))
    return False


def _look(paths: Sequence[str]) -> _Share:
    root, wanted, others = _given
    size, share = 0, _Share(0, [], [], {}, [])
    for path in paths:
        try:
            data = read_bytes(f"{root}{os.sep}{path}")
        except (OSError, ValueError) as error:
            share.problems[path] = problem_of(error)
            data = b""
        size += len(data)
        data = spoken(path, _spoken(data))
        if data.startswith(_WIDE) or b"\0" in data[:8]:
            share.problems[path] = Problem("undecodable", "UTF-16 is no Python text; save it as UTF-8")
        share.imports.append(pieces(data))
        if others is not None and (named := others.among(data)):
            share.others.append(named)
        if any(marker in data for marker in wanted):
            share.seeds.append((path, len(data)))
    return share._replace(size=size)
