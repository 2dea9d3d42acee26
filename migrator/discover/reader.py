"""Reads the files that can matter, in parallel: seeds first, then what they import and who imports them."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.discover.closure import exported_names, imported_paths, importers
from migrator.discover.imports import pieces
from migrator.discover.walk import chunks, read_bytes
from migrator.read.facts import FileFacts, IdPattern, Problem, read
from migrator.read.modules import Modules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

CHUNK = 200
PARALLEL_FROM = 300
MOST_JOBS = 61
"""More processes at once Windows does not wait for."""


class Job(NamedTuple):
    """One worker's share: files to read if their bytes hold one of `markers` (all of them without any).

    A file with `members` must also have one of these attributes. `linked` asks for the imports of all.
    """

    root: str
    paths: Sequence[str]
    pattern: IdPattern
    markers: tuple[bytes, ...]
    linked: bool = False
    members: Mapping[str, set[str]] = {}


class Batch(NamedTuple):
    """What came of a share: facts of the files read, bytes looked at, each file's imports if asked for."""

    facts: list[FileFacts]
    size: int
    imports: list[bytes]


class ReadFiles(NamedTuple):
    """All facts in path order, files looked at, bytes looked at."""

    facts: list[FileFacts]
    seen: int
    size: int


def read_all(
    root: str,
    paths: Sequence[str],
    pattern: IdPattern,
    *,
    jobs: int = 0,
    progress: Callable[[int, int], None] | None = None,
    names: tuple[bytes, ...] = (),
) -> ReadFiles:
    """Seeds and their neighbours among `paths` (relative to `root`); what holds one of `names` is a seed."""
    with _Workers(jobs, len(paths)) as workers:
        reading = _Reading(workers, root, pattern)
        seeds = reading.gather(paths, (*markers(pattern), *names), progress, linked=True)
        seen = len(paths), reading.size
        facts = [*seeds, *reading.neighbours(seeds, paths, names)]
    return ReadFiles(sorted(facts, key=lambda f: f.path), *seen)


def markers(pattern: IdPattern) -> tuple[bytes, ...]:
    """Bytes without which a file says nothing about a model: a family's marker."""
    return tuple(dict.fromkeys(_stem(start).encode() for start in pattern.starts))


def _stem(start: str) -> str:
    return "gpt-" if start.startswith("gpt-") else start


class _Reading:
    """One run of the workers: what is read, and how much was looked at."""

    def __init__(self, workers: _Workers, root: str, pattern: IdPattern) -> None:
        self.workers = workers
        self.root = root
        self.pattern = pattern
        self.size = 0
        self.imports: dict[str, bytes] = {}

    def gather(
        self,
        paths: Sequence[str],
        wanted: tuple[bytes, ...],
        progress: Callable[[int, int], None] | None = None,
        *,
        linked: bool = False,
        members: Mapping[str, set[str]] = {},
    ) -> list[FileFacts]:
        """Facts of those of `paths` that hold one of `wanted`, and one of their own `members`."""
        facts: list[FileFacts] = []
        done = 0
        shares = [
            Job(self.root, part, self.pattern, wanted, linked, {p: members[p] for p in part if p in members})
            for part in chunks(paths, CHUNK)
        ]
        for share, batch in self.workers.map(shares):
            facts += batch.facts
            self.size += batch.size
            self.imports.update(zip(share.paths, batch.imports, strict=False))
            done += len(share.paths)
            if progress is not None:
                progress(done, len(paths))
        return facts

    def neighbours(
        self, seeds: list[FileFacts], paths: Sequence[str], names: tuple[bytes, ...] = ()
    ) -> list[FileFacts]:
        """Facts of what files with ids in code import, and of those that import from them."""
        exported = exported_names(seeds, names)
        modules = Modules(paths)
        read = {file.path for file in seeds}
        users = importers(exported, self.imports, modules)
        wanted = imported_paths(seeds, modules) | users.by_name
        facts = self.gather(sorted(wanted - read), ())
        through = {path: names for path, names in users.by_module.items() if path not in wanted | read}
        return [*facts, *self.gather(sorted(through), (), members=through)]


def work(job: Job) -> Batch:
    """Read one share; what cannot be read comes back as a problem of its file."""
    batch = Batch([], 0, [])
    size = 0
    for path in job.paths:
        try:
            data = read_bytes(os.path.join(job.root, path))
        except (OSError, ValueError) as error:
            batch.facts.append(_unreadable(path, error))
            data = b""
        size += len(data)
        if job.linked:
            batch.imports.append(pieces(data))
        if data and _holds(data, job.markers) and _has(data, job.members.get(path, ())):
            batch.facts.append(read(path, data, job.pattern))
    return batch._replace(size=size)


def _holds(data: bytes, wanted: tuple[bytes, ...]) -> bool:
    return not wanted or any(marker in data for marker in wanted)


def _has(data: bytes, members: Iterable[str]) -> bool:
    names = "|".join(map(re.escape, sorted(members)))
    return not names or re.search(rf"\.\s*(?:{names})\b".encode(), data) is not None


def _unreadable(path: str, error: Exception) -> FileFacts:
    facts = FileFacts(path, "")
    text = getattr(error, "strerror", None) or str(error)
    facts.problem = Problem("unreadable", f"{text}; check the file and its permissions")
    return facts


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for work for ever."""
    import multiprocessing
    import threading

    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class _Workers:
    """Processes where there is enough to do, else this one."""

    def __init__(self, jobs: int, files: int) -> None:
        self.count = min(jobs or min(os.cpu_count() or 1, 8), MOST_JOBS, files // CHUNK + 1)
        self.parallel = self.count > 1 and files >= PARALLEL_FROM

    def __enter__(self) -> _Workers:
        if self.parallel:
            import multiprocessing
            from concurrent.futures import ProcessPoolExecutor

            method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
            context = multiprocessing.get_context(method)
            self.pool = ProcessPoolExecutor(self.count, mp_context=context, initializer=_end_with_parent)
        return self

    def __exit__(self, *error: object) -> None:
        if self.parallel:
            self.pool.shutdown(cancel_futures=True)

    def map(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Batch]]:
        if self.parallel and len(jobs) > 1:
            return zip(jobs, self.pool.map(work, jobs), strict=True)
        return ((job, work(job)) for job in jobs)
