"""Who owns a path, by CODEOWNERS: the last line that matches, as code hosts read it."""

from __future__ import annotations

import warnings
from contextlib import suppress
from typing import TYPE_CHECKING

from migrator.discover.file_bytes import read_bytes
from migrator.regexes import is_pattern, is_slow_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pathspec import GitIgnoreSpec

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
_MOST = 1_000_000
_MOST_LINES = 5_000


class Owners:
    """The owners that a file names."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        text = next((files[place] for place in PLACES if place in files), b"")[:_MOST]
        self._lines = _lines(text.decode("utf-8", "replace"))
        self._known: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._lines)

    def of(self, path: str) -> str:
        """The owners of a path, separated by spaces."""
        if path not in self._known:
            found = (owners for spec, owners in self._lines if spec.match_file(path))
            self._known[path] = next(found, "")
        return self._known[path]


def owners_below(root: Path) -> Owners:
    """What the file of a folder says; nobody owns anything where there is none that can be read."""
    found = {}
    for place in PLACES:
        with suppress(OSError):
            found[place] = read_bytes(str(root / place), _MOST)
    return Owners(found)


def _lines(text: str) -> list[tuple[GitIgnoreSpec, str]]:
    """Patterns and owners, the last line first. Sections and comments are passed over."""
    from pathspec import GitIgnoreSpec

    found = []
    for line in text.splitlines()[:_MOST_LINES]:
        pattern, _, owners = line.partition(" #")[0].strip().partition(" ")
        if not pattern or pattern[0] in "#[^!" or is_slow_pattern(pattern) or not is_pattern(pattern):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found.append((GitIgnoreSpec.from_lines([pattern]), " ".join(owners.split())))
    return found[::-1]
