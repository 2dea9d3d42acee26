"""How ids of the families to migrate are found in text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.rulebook.catalog_rules import Family


def bare(text: str) -> str:
    """An id without what stands before it: `openai/`, `openai:`."""
    return text.rpartition("/")[2].rpartition(":")[2]


def is_named(text: str, model: str) -> bool:
    """Whether a text is a model's id, bare or behind a provider."""
    return text == model or text.endswith(("/" + model, ":" + model))


class IdPattern(msgspec.Struct, frozen=True):
    """How ids of the source families are found in text: per family what ids start with, and with what not."""

    families: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]

    @classmethod
    def of(cls, families: tuple[Family, ...]) -> IdPattern:
        """The pattern of the families to migrate."""
        return cls(tuple((family.starts, family.excludes) for family in families))

    @property
    def starts(self) -> tuple[str, ...]:
        """What ids of any of the families start with."""
        return tuple(start for starts, _ in self.families for start in starts)

    def finditer(self, text: str) -> Iterator[tuple[int, str]]:
        """(offset, id) of every id in `text`: the longest run of id characters, `ft:` included."""
        end = 0
        for at in _places(text, self.starts):
            match = None if at < end else _match(_compiled(self.starts), text, at)
            if match is not None:
                end = match.end()
                model = match.group().rstrip(".-")
                if self._covers(model.removeprefix("ft:")):
                    yield match.start(), model

    def _covers(self, model: str) -> bool:
        return any(
            model.startswith(starts) and not any(_within(model, text) for text in excludes)
            for starts, excludes in self.families
        )

    def in_bytes(self, data: bytes) -> bool:
        """Whether a file's bytes can hold an id: plain `in` tests."""
        return any(start.encode() in data for start in self.starts)


def _places(text: str, starts: tuple[str, ...]) -> list[int]:
    """Where ids may start, in order: plain strings are found many times as fast as a pattern."""
    found: set[int] = set()
    for start in starts:
        at = text.find(start)
        while at >= 0:
            found.add(at)
            at = text.find(start, at + 1)
    return sorted(found)


def _match(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str] | None:
    """The id that has its family's start at an offset."""
    tuned = pattern.match(text, at - 3) if text.startswith("ft:", max(at - 3, 0)) else None
    return tuned or pattern.match(text, at)


def _within(model: str, excluded: str) -> bool:
    return model.startswith(excluded) and not model[len(excluded) : len(excluded) + 1].isdigit()


def _compiled(starts: tuple[str, ...]) -> re.Pattern[str]:
    pattern = _PATTERNS.get(starts)
    if pattern is None:
        ids = "|".join(re.escape(start) for start in sorted(starts, key=len, reverse=True))
        pattern = re.compile(rf"(?<![A-Za-z0-9_.\-])(?:ft:)?(?:{ids})[A-Za-z0-9_.\-]*")
        _PATTERNS[starts] = pattern
    return pattern


_PATTERNS: dict[tuple[str, ...], re.Pattern[str]] = {}
