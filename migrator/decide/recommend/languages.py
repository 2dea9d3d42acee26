"""Which language a text is in: by its letters' scripts, then by frequent words (rules/tokens.toml)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.rulebook.use_rules import Language, Script, TokenRules

LETTERS, HEAD = 40, 8_000
"""Fewer letters say too little; more than the head say nothing new."""
HITS, SHARE, LEAD = 3, 0.08, 1.3
"""So many frequent words, so large a part of all words, and so much more than the next language's."""
_WORD = re.compile(r"[^\W\d_]+")
_VARIABLE = re.compile(r"\{\{.*?\}\}|\{[\w.]*\}|https?://\S+")


@lru_cache(maxsize=4)
def languages(rules: TokenRules) -> Languages:
    """What tells languages by these rules: it is made once, whatever parts of a codebase ask."""
    return Languages(rules)


class Languages:
    """Answers for one set of rules."""

    def __init__(self, rules: TokenRules) -> None:
        self.scripts = rules.script
        self.languages = rules.language
        self._speaking: dict[str, list[str]] = defaultdict(list)
        for language in self.languages:
            for word in set(language.words):
                self._speaking[word].append(language.id)
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
        letters: Counter[str] = Counter()
        for character, count in Counter(text).items():
            found = self.script(character) if character.isalpha() else None
            if found is not None:
                letters[found.id] += count
        total = letters.total()
        if total < LETTERS * (1.0 if text.isascii() else 0.5):
            return None
        return next((s for s in self.scripts if letters[s.id] >= s.share * total), None)

    def _by_words(self, text: str, known: list[Language]) -> Language | None:
        words = Counter(_WORD.findall(text.lower()))
        hits: Counter[str] = Counter()
        for word in words.keys() & self._speaking.keys():
            for name in self._speaking[word]:
                hits[name] += words[word]
        order = sorted(known, key=lambda language: -hits[language.id])
        best, second = hits[order[0].id], hits[order[1].id] if len(order) > 1 else 0
        sure = best >= HITS and best >= SHARE * words.total() and best >= LEAD * second
        return order[0] if sure else None
