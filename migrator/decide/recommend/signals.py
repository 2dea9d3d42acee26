"""Which signals of rules/usecases.toml a piece of evidence shows."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.meanings import snake

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.recommend.clues import Evidence
    from migrator.rulebook.use_rules import Signal

SLOT = 1.2
"""From this weight on, a name is that of the very place that holds the model."""
_BLANKS = re.compile(r"[^a-z0-9]+")
_BLANK = {code: " " for code in range(128) if _BLANKS.match(chr(code))}
_ENTRY = re.compile(r"[^a-z0-9*]+")
_ACRONYM = re.compile(r"(?<=[A-Z])(?=[A-Z][a-z])")
_DIGITS = re.compile(r"[0-9]+")
_MOST = 50_000
"""Texts, or words, that are remembered at once."""
_EXACT = ("parameter", "shape")
_SAID = {
    "name": "name says",
    "slot": "the name that holds the model says",
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
        self._signals = tuple(signals)
        self._patterns: dict[str, re.Pattern[str]] = {}
        self._indexes: dict[str, _Index] = {}
        self._seen: dict[tuple[str, str], tuple[tuple[Signal, str], ...]] = {}

    def of(self, piece: Evidence) -> tuple[tuple[Signal, str], ...]:
        """The signals that a piece of evidence shows, with the words that matched."""
        where = "slot" if piece.where == "name" and piece.weight >= SLOT else piece.where
        known = self._seen.get((where, piece.text))
        if known is None:
            if len(self._seen) >= _MOST:
                self._seen.clear()
            known = self._seen[where, piece.text] = tuple(self._find(where, normal(piece.text, where)))
        return known

    def telling(self, pieces: Iterable[Evidence]) -> tuple[Evidence, ...]:
        """Those of the pieces seen from one place that may be the strongest of a signal.

        Whatever they all are multiplied with (at most 1), and whatever the signal weighs (a user may turn it
        round): a piece neither stronger nor weaker than all before it that show the same is never chosen.
        The name of a place that holds a model shows less once it is seen from afar; it is kept.
        """
        texts: dict[str, tuple[float, float]] = {}
        names: dict[str, tuple[float, float]] = {}
        return tuple(piece for piece in pieces if self._adds(piece, names if _is_name(piece) else texts))

    def _adds(self, piece: Evidence, known: dict[str, tuple[float, float]]) -> bool:
        """Whether a piece tells more than those before it, of which the least and the most are known."""
        weight, adds = piece.weight, False
        for signal, _ in self.of(piece):
            least, most = known.get(signal.id, (weight, weight))
            if weight < least or weight > most or signal.id not in known or weight >= SLOT:
                known[signal.id] = min(weight, least), max(weight, most)
                adds = True
        return adds

    def _find(self, where: str, text: str) -> Iterator[tuple[Signal, str]]:
        for signal in self._index(where).of(text):
            if where == "parameter":
                found = text.strip() if any(_holds(words, text.strip()) for words in signal.words) else ""
            else:
                match = self._pattern(signal).search(text)
                found = match.group().strip() if match else ""
            if found:
                yield signal, f"{_SAID[where]} {found!r}"

    def _index(self, where: str) -> _Index:
        if where not in self._indexes:
            kinds = {where, "name"} if where == "slot" else {where}
            looked_for = [signal for signal in self._signals if not kinds.isdisjoint(signal.where)]
            self._indexes[where] = _Index(looked_for)
        return self._indexes[where]

    def _pattern(self, signal: Signal) -> re.Pattern[str]:
        if signal.id not in self._patterns:
            self._patterns[signal.id] = _compiled(signal)
        return self._patterns[signal.id]


@lru_cache(maxsize=4)
def shared(signals: tuple[Signal, ...]) -> Signals:
    """What matches with these signals: texts that one part of a codebase asked for are known in the next."""
    return Signals(signals)


class _Index:
    """Tells from a text's words which signals it may show: each entry is filed under its longest word."""

    def __init__(self, signals: list[Signal]) -> None:
        self.signals = signals
        self.by_word: dict[str, set[int]] = defaultdict(set)
        self.by_start: dict[str, set[int]] = defaultdict(set)
        self.always: set[int] = set()
        self.known = _ByWord(self)
        for number, signal in enumerate(signals):
            for entry in _entries(signal):
                self._file(number, entry, exact=set(signal.where) <= set(_EXACT))

    def _file(self, number: int, entry: str, *, exact: bool) -> None:
        parts = [] if exact else _parts(entry)
        whole = max((part for part in parts if not part.endswith("*")), key=len, default="")
        start = max((part[:-1] for part in parts), key=len, default="")
        (self.by_word[whole] if whole else self.by_start[start] if start else self.always).add(number)

    def of(self, text: str) -> list[Signal]:
        """The signals that have an entry whose longest word is in a text, in their own order."""
        found = self.always.union(*map(self.known.__getitem__, set(text.split())))
        return [self.signals[number] for number in sorted(found)]


class _ByWord(dict[str, frozenset[int]]):
    """The signals that have a word, found when the word is first met."""

    def __init__(self, index: _Index) -> None:
        super().__init__()
        self.index = index

    def __missing__(self, word: str) -> frozenset[int]:
        if len(self) >= _MOST:
            self.clear()
        begins = (numbers for start, numbers in self.index.by_start.items() if word.startswith(start))
        found = self[word] = frozenset(self.index.by_word.get(word, set()).union(*begins))
        return found


def normal(text: str, where: str) -> str:
    """Text as signals are matched with it: lower case, words between single blanks."""
    if where in _EXACT:
        return f" {text.lower()} "
    if where in ("name", "slot"):
        text = _DIGITS.sub(" ", snake(_ACRONYM.sub("_", text)))
    elif where == "import":
        text = text.replace("_", "")
    return _spaced(text.lower())


def _spaced(text: str) -> str:
    if text.isascii():
        return f" {' '.join(text.translate(_BLANK).split())} "
    return f" {_BLANKS.sub(' ', text)} "


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


def _compiled(signal: Signal) -> re.Pattern[str]:
    if set(signal.where) <= set(_EXACT):
        return re.compile("|".join(re.escape(f" {words} ") for words in signal.words))
    return pattern(_entries(signal))


def _entries(signal: Signal) -> Iterator[str]:
    """What a signal looks for; modules are compared without underscores."""
    joined = signal.where == ("import",)
    return (words.replace("_", "") if joined else words for words in signal.words)


def _parts(entry: str) -> list[str]:
    return [part for part in _ENTRY.sub(" ", entry.lower()).split() if part]


def _entry(words: str) -> str:
    return " " + " ".join(_word(part) for part in _parts(words)) + " "


def _word(part: str) -> str:
    return re.escape(part[:-1]) + "[a-z0-9]*" if part.endswith("*") else re.escape(part)


def _is_name(piece: Evidence) -> bool:
    return piece.where == "name"
