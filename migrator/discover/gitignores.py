"""The patterns of gitignore files, a folder's and those of the folders above it."""

from __future__ import annotations

import os
import stat
import warnings
from typing import TYPE_CHECKING

from migrator.discover.file_bytes import opened
from migrator.regexes import is_pattern, is_slow_pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pathspec import GitIgnoreSpec


class Ignored:
    """The gitignore files of one folder and of those above it."""

    def __init__(self, base: str, spec: GitIgnoreSpec, above: Ignored | None) -> None:
        self.base = base
        self.spec = spec
        self.above = above
        self.slow: list[str] = []

    def hides(self, path: str) -> bool:
        verdict = self.spec.check_file(
            os.path.relpath(path, self.base).replace(os.sep, "/") + ("/" if path.endswith("/") else "")
        )
        if verdict.include is not None:
            return verdict.include
        return self.above is not None and self.above.hides(path)


def gitignores_above(folder: str) -> Ignored | None:
    """The gitignore files between the git top level and a folder."""
    chain: list[str] = []
    parent = os.path.dirname(folder)
    here = folder
    while not os.path.isdir(os.path.join(here, ".git")):
        if parent == here:
            return None
        chain.append(parent)
        here, parent = parent, os.path.dirname(parent)
    ignored = None
    for one in reversed(chain):
        ignored = gitignore_of(one, ignored)
    return ignored


def gitignore_of(folder: str, above: Ignored | None) -> Ignored | None:
    path = os.path.join(folder, ".gitignore")
    try:
        with open(path, encoding="utf-8", errors="replace", opener=opened) as lines:
            if not stat.S_ISREG(os.fstat(lines.fileno()).st_mode):
                return above
            patterns = lines.read(1_000_000).splitlines()
        found = Ignored(folder, matcher(patterns), above)
        found.slow = [line for line in patterns if is_slow_pattern(line)]
        return found
    except OSError:
        return above


def matcher(lines: Sequence[str]) -> GitIgnoreSpec:
    """The patterns that can be used; what git does not understand matches nothing."""
    from pathspec import GitIgnoreSpec

    usable = [line for line in lines if not is_slow_pattern(line)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return GitIgnoreSpec.from_lines(usable)
        except Exception:
            return GitIgnoreSpec.from_lines([line for line in usable if is_pattern(line)])
