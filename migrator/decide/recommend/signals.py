"""Which signals of rules/usecases.toml a piece of evidence shows."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.names import snake

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.recommend.clues import Evidence
    from migrator.rulebook import Signal

SLOT = 1.2
"""From this weight on, a name is that of the very place that holds the model."""
_BLANKS = re.compile(r"[^a-z0-9]+")
_ENTRY = re.compile(r"[^a-z0-9*]+")
_ACRONYM = re.compile(r"(?<=[A-Z])(?=[A-Z][a-z])")
_DIGITS = re.compile(r"[0-9]+")
_EXACT = ("parameter", "shape")
_SAID = {
    "name": "name says",
    "slot": "the model's own name says",
    "prompt": "prompt says",
    "docstring": "docstring or comment says",
    "import": "imports",
    "shape": "form of the code:",
    "parameter": "parameter",
}


class Hit(NamedTuple):
    """A signal that was seen: its weight there, the words that matched, and where."""

    weight: float
    signal: Signal
    text: str
    piece: Evidence

    @property
    def by_name(self) -> bool:
        return self.piece.where == "name"


class Signals:
    """Matches evidence with signals; answers are remembered by text."""

    def __init__(self, signals: Iterable[Signal]) -> None:
        self.signals = [(signal, _compiled(signal)) for signal in signals]
        self._known: dict[tuple[str, str], tuple[tuple[Signal, str], ...]] = {}
        self._seen: dict[tuple[str, str], tuple[tuple[Signal, str], ...]] = {}

    def of(self, piece: Evidence) -> tuple[tuple[Signal, str], ...]:
        """The signals that a piece of evidence shows, with the words that matched."""
        where = "slot" if piece.where == "name" and piece.weight >= SLOT else piece.where
        known = self._seen.get((where, piece.text))
        if known is None:
            known = self._seen[where, piece.text] = self._of_text(where, normal(piece.text, where))
        return known

    def _of_text(self, where: str, text: str) -> tuple[tuple[Signal, str], ...]:
        known = self._known.get((where, text))
        if known is None:
            known = self._known[where, text] = tuple(self._find(where, text))
        return known

    def _find(self, where: str, text: str) -> Iterator[tuple[Signal, str]]:
        kinds = {where, "name"} if where == "slot" else {where}
        for signal, pattern in self.signals:
            if kinds.isdisjoint(signal.where):
                continue
            if where == "parameter":
                found = text.strip() if any(_holds(words, text.strip()) for words in signal.words) else ""
            else:
                match = pattern.search(text)
                found = match.group().strip() if match else ""
            if found:
                yield signal, f"{_SAID[where]} {found!r}"


def normal(text: str, where: str) -> str:
    """Text as signals are matched with it: lower case, words between single blanks."""
    if where in _EXACT:
        return f" {text.lower()} "
    if where in ("name", "slot"):
        text = _DIGITS.sub(" ", snake(_ACRONYM.sub("_", text)))
    elif where == "import":
        text = text.replace("_", "")
    return f" {_BLANKS.sub(' ', text.lower())} "


def _holds(words: str, text: str) -> bool:
    """`max_tokens<=64` holds for `max_tokens=50`; other entries are equal or not."""
    for sign in ("<=", ">="):
        name, found, bound = words.partition(sign)
        if found:
            given, _, number = text.partition("=")
            if given != name or not number.isdigit():
                return False
            return int(number) <= int(bound) if sign == "<=" else int(number) >= int(bound)
    return words == text


def pattern(words: Iterable[str]) -> re.Pattern[str]:
    """One pattern for several entries; it is matched with `normal` text."""
    return re.compile("|".join(_entry(entry) for entry in words))


@lru_cache(maxsize=2_000)
def _compiled(signal: Signal) -> re.Pattern[str]:
    if set(signal.where) <= set(_EXACT):
        return re.compile("|".join(re.escape(f" {words} ") for words in signal.words))
    joined = signal.where == ("import",)
    return pattern(words.replace("_", "") if joined else words for words in signal.words)


def _entry(words: str) -> str:
    parts = [part for part in _ENTRY.sub(" ", words.lower()).split() if part]
    return " " + " ".join(_word(part) for part in parts) + " "


def _word(part: str) -> str:
    return re.escape(part[:-1]) + "[a-z0-9]*" if part.endswith("*") else re.escape(part)
