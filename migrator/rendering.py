"""The edits of many files made, in several processes where that pays: each file is rendered on its own."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from migrator.discover.workers import Workers, processes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migrator.inventory import Diagnostic
    from migrator.inventory.edit_records import Edit
    from migrator.write.render import Rendered

PARALLEL_FROM = 600_000
"""Bytes of source; less is rendered before a process has started."""


class Change(NamedTuple):
    """A file's bytes before and after; `edits` are the ids of the edits made, `path` is below the root."""

    path: str
    old: bytes
    new: bytes
    edits: tuple[str, ...]


class Changes(NamedTuple):
    """What would be written, and what was refused and why."""

    files: tuple[Change, ...]
    diagnostics: tuple[Diagnostic, ...]


class Work(NamedTuple):
    """A file and the edits to make in it."""

    path: str
    data: bytes
    edits: tuple[Edit, ...]


class Renderer:
    """Makes edits in files; a file whose edits are the same as before is not rendered again."""

    def __init__(self, contents: Mapping[str, bytes], jobs: int = 0) -> None:
        self.contents = contents
        self.jobs = jobs
        self.done: dict[str, tuple[Work, Rendered]] = {}

    def render(self, edits: Iterable[Edit]) -> list[tuple[Work, Rendered]]:
        """Every file in path order, with what becomes of it."""
        by_path: dict[str, list[Edit]] = defaultdict(list)
        for edit in edits:
            by_path[edit.path].append(edit)
        works = [Work(path, data, tuple(by_path[path])) for path, data in sorted(self.contents.items())]
        new = [work for work in works if work.path not in self.done or self.done[work.path][0] != work]
        made = zip(new, _rendered(new, self.jobs), strict=True)
        self.done.update((work.path, (work, result)) for work, result in made)
        return [self.done[work.path] for work in works]


def _rendered(works: Sequence[Work], jobs: int) -> list[Rendered]:
    size = sum(len(work.data) for work in works if work.edits)
    count = processes(jobs, worth=size >= PARALLEL_FROM)
    with Workers(min(count, len(works)), _ready) as workers:
        return list(workers.map(_render, works))


def _ready() -> None:
    """A process needs nothing beside the work."""


def _render(work: Work) -> Rendered:
    from migrator.write.renderers import render_file

    return render_file(*work)
