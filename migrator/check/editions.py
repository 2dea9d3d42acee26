"""What the files of a program become by edits: each is rendered and read once for the same edits."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from migrator.data.formats import is_data
from migrator.read.datafile import read_data
from migrator.read.parsing import read
from migrator.rendering import Renderer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from migrator.check.faults import Program
    from migrator.inventory.edit_records import Edit
    from migrator.read.nodes import FileFacts


class Editions:
    """The files of one program after some of its edits."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.paths = frozenset(file.path for file in program.facts)
        self.content = cache(program.content)
        self._rendered: dict[tuple[str, frozenset[str]], bytes] = {}
        self._read: dict[tuple[str, bytes], FileFacts] = {}

    def rendered(self, edits: Iterable[Edit]) -> dict[str, bytes]:
        """The bytes of the files that edits change."""
        by_path: dict[str, list[Edit]] = {}
        for edit in edits:
            if edit.path in self.paths:
                by_path.setdefault(edit.path, []).append(edit)
        keys = {path: (path, frozenset(e.id for e in some)) for path, some in by_path.items()}
        missing = [path for path, key in keys.items() if key not in self._rendered]
        before = {path: data for path in by_path if (data := self.content(path)) is not None}
        new = {path: before[path] for path in missing if path in before}
        for work, done in Renderer(new, jobs=1).render(e for path in new for e in by_path[path]):
            self._rendered[keys[work.path]] = done.data
        found = {path: self._rendered.get(keys[path], before[path]) for path in before}
        return {path: data for path, data in found.items() if data != before[path]}

    def read(self, changed: Mapping[str, bytes]) -> list[FileFacts]:
        """The files of the program, those that edits changed read again."""
        return [
            self._again(file.path, changed[file.path]) if file.path in changed else file
            for file in self.program.facts
        ]

    def _again(self, path: str, data: bytes) -> FileFacts:
        known = self._read.get((path, data))
        if known is None:
            reader = read_data if is_data(path) else read
            known = self._read[path, data] = reader(path, data, self.program.pattern)
        return known

    def forget(self) -> None:
        """Let go of the files that were read again: their nodes hold them, and they hold their nodes."""
        for file in self._read.values():
            file.forget()
