"""Which language a text is in: by its letters' scripts, then by frequent words (rules/tokens.toml)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.rulebook import Language, Script, TokenRules

LETTERS, HEAD = 40, 8_000
"""Fewer letters say too little; more than the head say nothing new."""
HITS, SHARE, LEAD = 3, 0.08, 1.3
"""So many frequent words, so large a part of all words, and so much more than the next language's."""
_WORD = re.compile(r"[^\W\d_]+")
_VARIABLE = re.compile(r"\{\{.*?\}\}|\{[\w.]*\}|https?://\S+")


class Languages:
    """Answers for one set of rules."""

    def __init__(self, rules: TokenRules) -> None:
        self.scripts = rules.script
        self.languages = rules.language
        spans = sorted((first, last, script) for script in self.scripts for first, last in script.ranges)
        self._starts = [first for first, _, _ in spans]
        self._spans = spans

    def script(self, character: str) -> Script | None:
        """The script of one character."""
        at = bisect_right(self._starts, ord(character)) - 1
        return self._spans[at][2] if at >= 0 and ord(character) <= self._spans[at][1] else None

    def of(self, text: str) -> Language | None:
        """The language of a text that is long enough to tell."""
        text = _VARIABLE.sub(" ", text[:HEAD])
        script = self._main_script(text)
        if script is None:
            return None
        known = [language for language in self.languages if language.script == script.id]
        alone = [language for language in known if not language.words]
        return alone[0] if alone else self._by_words(text, known)

    def _main_script(self, text: str) -> Script | None:
        letters = Counter(found.id for c in text if c.isalpha() and (found := self.script(c)))
        total = letters.total()
        if total < LETTERS * (1.0 if text.isascii() else 0.5):
            return None
        return next((s for s in self.scripts if letters[s.id] >= s.share * total), None)

    @staticmethod
    def _by_words(text: str, known: list[Language]) -> Language | None:
        words = _WORD.findall(text.lower())
        hits = [(sum(word in language.words for word in words), language) for language in known]
        hits.sort(key=lambda hit: -hit[0])
        best, second = hits[0][0], hits[1][0] if len(hits) > 1 else 0
        sure = best >= HITS and best >= SHARE * len(words) and best >= LEAD * second
        return hits[0][1] if sure else None
