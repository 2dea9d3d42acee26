"""Reads what can matter of one component: its seeds, then what they import and who imports them."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from migrator.discover.closure import exported_names, imported_paths, importers
from migrator.discover.survey import problem_of
from migrator.discover.walk import read_bytes
from migrator.read.facts import FileFacts, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from migrator.discover.components import Component
    from migrator.read.facts import IdPattern
    from migrator.read.modules import Modules


class Reader:
    """Reads files below a root. `data` are names of data files: who names one may hand on what it holds."""

    def __init__(self, root: str, pattern: IdPattern, data: tuple[bytes, ...] = ()) -> None:
        self.root = root
        self.pattern = pattern
        self.data = data

    def component(
        self, component: Component, imports: Mapping[str, bytes], modules: Modules
    ) -> list[FileFacts]:
        """Facts of the seeds and their neighbours, in path order; `imports` holds import statements."""
        seeds = list(self.facts(component.seeds))
        near = {path: imports[path] for path in component.files}
        users = importers(exported_names(seeds, self.data), near, modules)
        wanted = imported_paths(seeds, modules) | users.by_name
        known = {file.path for file in seeds}
        through = {path: names for path, names in users.by_module.items() if path not in wanted | known}
        found = [*seeds, *self.facts(sorted(wanted - known)), *self._with_members(through)]
        return sorted(found, key=lambda file: file.path)

    def facts(self, paths: Iterable[str]) -> Iterator[FileFacts]:
        """What files say; what cannot be read comes back as a problem of its file."""
        for path in paths:
            try:
                data = self._bytes(path)
            except (OSError, ValueError) as error:
                yield _unreadable(path, error)
                continue
            if data:
                yield read(path, data, self.pattern)

    def _with_members(self, through: Mapping[str, set[str]]) -> Iterator[FileFacts]:
        """Of files that import a module those that use one of its names: `module.NAME`."""
        for path, names in sorted(through.items()):
            try:
                data = self._bytes(path)
            except (OSError, ValueError) as error:
                yield _unreadable(path, error)
                continue
            if _has(data, names):
                yield read(path, data, self.pattern)

    def _bytes(self, path: str) -> bytes:
        return read_bytes(os.path.join(self.root, path))


def _has(data: bytes, members: Iterable[str]) -> bool:
    names = "|".join(map(re.escape, sorted(members)))
    return re.search(rf"\.\s*(?:{names})\b".encode(), data) is not None


def _unreadable(path: str, error: Exception) -> FileFacts:
    facts = FileFacts(path, "")
    facts.problem = problem_of(error)
    return facts
