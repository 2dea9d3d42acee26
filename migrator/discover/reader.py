"""Reads the files that can matter, in parallel: seeds first, then what they import and who imports them."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from migrator.discover.walk import chunks, read_bytes
from migrator.read.facts import FileFacts, IdPattern, Problem, read
from migrator.read.project import module_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

CHUNK = 200
PARALLEL_FROM = 300
MAX_NAMES = 2_000


class Job(NamedTuple):
    """One worker's share: files to read if their bytes hold one of `markers` (all of them without any)."""

    root: str
    paths: Sequence[str]
    pattern: IdPattern
    markers: tuple[bytes, ...]


class Batch(NamedTuple):
    """What came of a share: facts of the files read, and the bytes looked at."""

    facts: list[FileFacts]
    size: int


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
) -> ReadFiles:
    """Seeds and their neighbours among `paths` (relative to `root`)."""
    with _Workers(jobs, len(paths)) as workers:
        seeds, size = _gather(workers, root, paths, pattern, markers(pattern), progress)
        for _ in range(2):
            rest = sorted(set(paths) - {fact.path for fact in seeds})
            wanted = sorted(imported_paths(seeds, rest))
            more, _size = _gather(workers, root, wanted, pattern, (), None)
            seeds += more
        names = exported_names(seeds)
        rest = _beside(seeds, sorted(set(paths) - {fact.path for fact in seeds}))
        if names:
            seeds += _gather(workers, root, rest, pattern, names, None)[0]
    return ReadFiles(sorted(seeds, key=lambda f: f.path), len(paths), size)


def markers(pattern: IdPattern) -> tuple[bytes, ...]:
    """Bytes without which a file says nothing about a model: a family's marker."""
    return tuple(dict.fromkeys(_stem(start).encode() for start in pattern.starts))


def _stem(start: str) -> str:
    return "gpt-" if start.startswith("gpt-") else start


def _gather(
    workers: _Workers,
    root: str,
    paths: Sequence[str],
    pattern: IdPattern,
    wanted: tuple[bytes, ...],
    progress: Callable[[int, int], None] | None,
) -> tuple[list[FileFacts], int]:
    facts: list[FileFacts] = []
    size = done = 0
    for part, batch in workers.map([Job(root, part, pattern, wanted) for part in chunks(paths, CHUNK)]):
        facts += batch.facts
        size += batch.size
        done += len(part.paths)
        if progress is not None:
            progress(done, len(paths))
    return facts, size


def work(job: Job) -> Batch:
    """Read one share; what cannot be read comes back as a problem of its file."""
    facts, size = [], 0
    for path in job.paths:
        try:
            data = read_bytes(os.path.join(job.root, path))
        except (OSError, ValueError) as error:
            facts.append(_unreadable(path, error))
            continue
        size += len(data)
        if not job.markers or any(marker in data for marker in job.markers):
            facts.append(read(path, data, job.pattern))
    return Batch(facts, size)


def _unreadable(path: str, error: Exception) -> FileFacts:
    facts = FileFacts(path, "")
    text = getattr(error, "strerror", None) or str(error)
    facts.problem = Problem("unreadable", f"{text}; check the file and its permissions")
    return facts


class _Workers:
    """Processes where there is enough to do, else this one."""

    def __init__(self, jobs: int, files: int) -> None:
        self.count = jobs or min(os.cpu_count() or 1, 8)
        self.parallel = self.count > 1 and files >= PARALLEL_FROM

    def __enter__(self) -> _Workers:
        if self.parallel:
            import multiprocessing
            from concurrent.futures import ProcessPoolExecutor

            method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
            self.pool = ProcessPoolExecutor(self.count, mp_context=multiprocessing.get_context(method))
        return self

    def __exit__(self, *error: object) -> None:
        if self.parallel:
            self.pool.shutdown(cancel_futures=True)

    def map(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Batch]]:
        if self.parallel and len(jobs) > 1:
            return zip(jobs, self.pool.map(work, jobs), strict=True)
        return ((job, work(job)) for job in jobs)


# -- neighbours ----------------------------------------------------------------------------------


def imported_paths(facts: Iterable[FileFacts], rest: Sequence[str]) -> set[str]:
    """Files among `rest` that files with ids in code import."""
    by_stem: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for path in rest:
        parts = module_parts(path)
        if parts:
            by_stem[parts[-1]].append((parts, path))
    found: set[str] = set()
    for file in facts:
        if file.problem is None and any(o.place == "code" for o in file.occurrences):
            for wanted in _imports(file):
                found |= {p for parts, p in by_stem.get(wanted[-1], ()) if parts[-len(wanted) :] == wanted}
    return found


def _imports(file: FileFacts) -> Iterator[tuple[str, ...]]:
    tree = file.tree
    package = module_parts(file.path)
    if not file.path.endswith("__init__.py"):
        package = package[:-1]
    for index in tree.of_kind("Import"):
        for alias in tree.children(index):
            yield tuple(tree.value[alias][0].split("."))
    for index in tree.of_kind("ImportFrom"):
        module, level = tree.value[index]
        base = package[: len(package) - level + 1] if level else ()
        path = (*base, *module.split(".")) if module else base
        if path:
            yield path
        for alias in tree.children(index):
            yield (*path, tree.value[alias][0])


def exported_names(facts: Iterable[FileFacts]) -> tuple[bytes, ...]:
    """Module-level names of definitions that hold an id in code, and of what their module makes of them."""
    names: set[str] = set()
    for file in facts:
        for occurrence in file.occurrences:
            if occurrence.place != "code":
                continue
            node = file.node(occurrence.node)
            while node.parent is not None and node.parent.kind != "Module":
                node = node.parent
            direct = {str(n) for n in _defined(node)}
            names |= {n for n in direct | _derived(file, direct) if len(n) > 3}
    return tuple(sorted(name.encode() for name in names))[:MAX_NAMES]


def _derived(file: FileFacts, names: set[str]) -> set[str]:
    """Module-level names whose assignments use one of `names`: `settings = Settings()`."""
    found: set[str] = set()
    for name in names:
        for index in file.names.get(name, ()):
            statement = file.node(index).statement
            if statement.parent is not None and statement.parent.kind == "Module":
                found |= set(_defined(statement))
    return found


def _defined(statement: object) -> Iterator[str]:
    node = statement
    if node.kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef"):  # type: ignore[attr-defined]
        yield node.value  # type: ignore[attr-defined]
        return
    for child in node.children():  # type: ignore[attr-defined]
        if child.kind == "NameStore":
            yield child.value


def _beside(facts: Sequence[FileFacts], rest: Sequence[str]) -> list[str]:
    """Files under the same top folder as a file with ids in code."""
    tops = {f.path.split("/")[0] for f in facts if any(o.place == "code" for o in f.occurrences)}
    flat = any("/" not in f.path for f in facts)
    return [path for path in rest if path.split("/")[0] in tops or (flat and "/" not in path)]
