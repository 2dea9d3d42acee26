"""How many tokens a text is: by tiktoken's encoding where its file is already there, else by its characters.

Nothing is fetched: tiktoken's own loader, which would, is never called. The file is looked for where that
loader keeps it, its digest is compared, and the encoding is built from it.
"""

from __future__ import annotations

import base64
import hashlib
import importlib
import importlib.util
import os
import tempfile
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from migrator.decide.recommend.languages import languages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.rulebook.use_rules import Encoding, Language, TokenRules

_FOLDERS = ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR")


class Encoder(Protocol):
    """What is used of a `tiktoken.Encoding`."""

    name: str

    def encode_ordinary(self, text: str) -> list[int]:
        """The tokens of a text; special tokens are text like any other."""


class Tokens:
    """Counts for one run; `usual` is how many characters of English a token has."""

    def __init__(self, rules: TokenRules, usual: float) -> None:
        self.rules = rules
        self.usual = usual
        self.languages = languages(rules)

    def of(self, texts: Iterable[str]) -> int:
        """The tokens of several texts."""
        given = [text for text in texts if text]
        if self._encoder is not None:
            return sum(len(self._encoder.encode_ordinary(text)) for text in given)
        return int(sum(map(self.estimated, given)))

    @property
    def basis(self) -> str:
        """How they were counted, for a person."""
        if self._encoder is not None:
            return f"tokens counted with tiktoken ({self._encoder.name})"
        return f"tokens estimated: {self.usual:g} characters of English a token, other languages as measured"

    def estimated(self, text: str) -> float:
        """By characters: a language has its own rate, other scripts that of their characters."""
        if text.isascii():
            language = self.languages.of(text) if len(text) > self.usual else None
            return len(text) / (self._rate(language) if language else self.usual)
        language = self.languages.of(text)
        own = self._rate(language) if language else self.usual
        script = language.script if language else "latin"
        return sum(self._one(character, script, own) for character in text)

    def _one(self, character: str, script: str, own: float) -> float:
        if character.isascii():
            return 1 / (own if script == "latin" else self.usual)
        found = self.languages.script(character)
        if found is None or found.id == script:
            return 1 / own
        return 1 / (found.characters_per_token or self.usual)

    def _rate(self, language: Language) -> float:
        return float(language.characters_per_token or self.usual)

    @cached_property
    def _encoder(self) -> Encoder | None:
        for encoding in self.rules.encoding:
            path = kept(encoding)
            if path is not None and importlib.util.find_spec("tiktoken") is not None:
                return _made(encoding, path)
        return None


def kept(encoding: Encoding) -> Path | None:
    """The file of an encoding, where tiktoken would look for it before it asks the network."""
    folder = cache_folder()
    if folder is None:
        return None
    path = folder / hashlib.sha1(encoding.url.encode(), usedforsecurity=False).hexdigest()
    return path if path.is_file() else None


def cache_folder() -> Path | None:
    """Where tiktoken keeps its files; nowhere if the variable is there and empty."""
    given = next((os.environ[name] for name in _FOLDERS if name in os.environ), None)
    if given == "":
        return None
    return Path(given) if given else Path(tempfile.gettempdir(), "data-gym-cache")


def _made(encoding: Encoding, path: Path) -> Encoder | None:
    """The encoding, or nothing where the file is not what it should be."""
    try:
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != encoding.sha256:
            return None
        return _built(encoding.id, encoding.pattern, content)
    except (OSError, ValueError, ImportError, AttributeError):
        return None


@lru_cache(maxsize=2)
def _built(name: str, pattern: str, content: bytes) -> Encoder:
    """An encoding, made once in a process: that takes half a second."""
    lines = (line.split() for line in content.splitlines() if line)
    ranks = {base64.b64decode(token): int(rank) for token, rank in lines}
    tiktoken = importlib.import_module("tiktoken")
    made: Encoder = tiktoken.Encoding(name=name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    return made
