"""The stages in order: discover, read, decide, write. Only `review` and `changes` touch the disk, to read.

What only some runs need is imported where they need it: hooks start often, and most find an answer kept.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from fnmatch import fnmatch
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from migrator.around import REQUIREMENT_FILES, project_of, with_ids
from migrator.decide.perpath import excluded
from migrator.discover.beside import Beside, configuration, endings, naming
from migrator.discover.walk import find, is_below, read_bytes
from migrator.inventory import Coverage, Diagnostic, Inventory
from migrator.listing import listed
from migrator.pause import no_collector
from migrator.scancache import ScanCache
from migrator.stages import add, stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from migrator.decide.requests.pins import Pins
    from migrator.discover.components import Component
    from migrator.discover.survey import Survey
    from migrator.discover.walk import Found
    from migrator.inventory import Edit
    from migrator.parts import Answer
    from migrator.read.ids import IdPattern
    from migrator.rulebook import Rulebook
    from migrator.settings import Settings


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


def rules(settings: Settings) -> tuple[Rulebook, IdPattern]:
    """The rulebook of the settings, and how ids are found with it; raises RuleError."""
    from pathlib import Path

    from migrator.decide.catalogue import Catalogue
    from migrator.read.ids import IdPattern
    from migrator.rulefiles import load_rulebook

    rulebook = load_rulebook(settings.catalog, [Path(p) for p in settings.rules])
    return rulebook, IdPattern.of(Catalogue(rulebook.catalog, settings.sources).families)


@no_collector()
def review(
    paths: Sequence[Path],
    settings: Settings,
    *,
    root: Path,
    progress: Callable[[int, int], None] | None = None,
) -> Inventory:
    """Discover, read and decide for files and folders below `root`; `progress(done, total)` counts files.

    Where a part of the root is named the whole project is read as soon as that part names a model, so that
    the part is judged as it would be with the rest. What is reported concerns the part alone, and the groups
    of edits that reach into it.
    """
    return _Review(paths, settings, root, progress).inventory()


class _Review:
    """One review; what an earlier one found is taken again where nothing has changed."""

    def __init__(
        self,
        paths: Sequence[Path],
        settings: Settings,
        root: Path,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self.settings = settings
        self.root = root
        self.progress = progress
        self.cache = ScanCache(root, settings)
        with stage("walking"):
            self.found = self._find(paths)
        self.beside = Beside(root, excluded(settings))
        given = [*self.found.paths, *self.found.beside]
        part = [*given, *(problem.path for problem in self.found.diagnostics)]
        self.only = None if root in paths else frozenset(part)

    def inventory(self) -> Inventory:
        """From the cache, else anew."""
        with stage("asking the cache"):
            key = self._key_of_given()
            known = self.cache.load(key)
        if known is None:
            return self._anew(key)
        if known.inventory is not None:
            return known.inventory
        everything = self._project(known.named)
        known = self.cache.load(self._key(everything))
        return known.inventory if known is not None and known.inventory is not None else self._anew(key)

    def _anew(self, key: str) -> Inventory:
        from migrator.read.tree import make_room

        make_room()
        self.rulebook, self.pattern = rules(self.settings)
        given = self._look(self.found)
        named = self._named(given) if self.only is not None else []
        if named:
            everything = self._project(named)
            self.cache.save(key, named=named)
            key = self._key(everything)
            made = self._answers(self._look(everything), everything, named=True)
        else:
            made = self._answers(given, self.found, named=self.only is None and bool(given.seeds))
        inventory = self.cache.as_kept(self._whole(made, given))
        asked = {path for answer in made for path in answer.asked}
        self.cache.save(key, inventory, beside=asked | self.beside.asked)
        return inventory

    def _look(self, found: Found) -> Survey:
        from migrator.discover.survey import markers, survey

        wanted = (*markers(self.pattern), *self._data(found))
        with stage("looking at every file"):
            return survey(
                str(self.root), found.paths, wanted, jobs=self.settings.jobs, progress=self.progress
            )

    def _data(self, found: Found) -> tuple[bytes, ...]:
        if not self.settings.config_files:
            return ()
        return configuration(found.beside, self.beside, self.pattern)

    def _named(self, given: Survey) -> list[str]:
        """What was given and names a model."""
        from migrator.discover.reader import Reader

        facts = Reader(str(self.root), self.pattern).facts(given.seeds)
        return with_ids(facts) or naming(self.found.beside, self.beside, self.pattern)

    def _answers(self, looked: Survey, found: Found, *, named: bool) -> list[Answer]:
        """The findings in each part of the project; of a few files only the parts that they belong to.

        `named` says whether a model may be named in code.
        """
        from migrator.decide.requests.pins import Pins
        from migrator.discover.components import components
        from migrator.parts import Given, answers
        from migrator.read.modules import Modules

        modules = Modules(looked.paths, libraries(self.rulebook))
        with stage("finding what is linked"):
            parts = components(looked, modules, found.beside)
            _forget_others(looked, parts)
        if self.only is not None and not self.found.beside:
            parts = [part for part in parts if not self.only.isdisjoint(part.files)]
        given = Given(
            root=self.root,
            exclude=excluded(self.settings),
            settings=self.settings,
            rulebook=self.rulebook,
            pattern=self.pattern,
            pins=_declared(self.root) if named else Pins({}),
            data=self._data(found),
            only=self.only,
            modules=modules,
            imports=looked.imports,
        )
        with stage("reading and deciding"):
            made = answers(parts, looked, given)
        for answer in made:
            add("  reading", 0.0, answer.reading)
            add("  deciding", 0.0, answer.deciding)
        return made

    def _whole(self, made: Sequence[Answer], given: Survey) -> Inventory:
        from migrator.decide.catalogue import Catalogue
        from migrator.decide.summaries import catalog_note, summary
        from migrator.parts import joined

        catalogue = Catalogue(self.rulebook.catalog, self.settings.sources)
        nothing = Inventory(root=".", catalog=catalog_note(catalogue, self.rulebook))
        found = joined(made) if made else nothing
        unread = [Diagnostic(path=p, code=w.code, message=w.message) for p, w in given.problems.items()]
        problems = sorted([*found.diagnostics, *unread], key=lambda problem: problem.path)
        found = replace(found, diagnostics=(*self.found.diagnostics, *problems))
        found = replace(found, coverage=_coverage(found, made, given, self.found))
        if self.only is not None:
            found = _of_part(found, self.only)
        return replace(found, summary=summary(found, catalogue))

    def _project(self, named: Iterable[str]) -> Found:
        """The files of the project that the named files belong to, and those that were given."""
        top = project_of(named, self.root)
        project = self._find([top])
        paths = _with(project.paths, self.found.paths)
        return project._replace(paths=paths, beside=_with(project.beside, self.found.beside))

    def _find(self, paths: Sequence[Path]) -> Found:
        exclude, beside = excluded(self.settings), endings(self.settings)
        if len(paths) == 1 and paths[0].is_dir():
            return listed(paths[0], self.root, exclude, beside)
        return find(paths, self.root, exclude, beside)

    def _key_of_given(self) -> str:
        """A part that names no model depends on nothing beside itself: the project stays unlisted."""
        return (
            self._key(self.found)
            if self.only is None
            else self.cache.key(sorted(self.only), self.found, paths=[*self.found.paths, *self.found.beside])
        )

    def _key(self, found: Found) -> str:
        paths = [*found.paths, *found.beside]
        requirements = sorted(_requirement_files(self.root))
        given = self.only if self.only is None else sorted(self.only)
        return self.cache.key(given, self.found, len(paths), paths=[*paths, *requirements])


def _with(found: tuple[str, ...], given: Sequence[str]) -> tuple[str, ...]:
    """Paths in order, and some that most likely are among them."""
    more = set(given).difference(found)
    return tuple(sorted([*found, *more])) if more else found


def _forget_others(looked: Survey, parts: Sequence[Component]) -> None:
    """Of files that can have to do with no model nobody asks again what they import."""
    linked = {path for part in parts for path in part.files}
    for path in looked.imports.keys() - linked:
        del looked.imports[path]


def libraries(rulebook: Rulebook) -> frozenset[str]:
    """The packages whose calls the rules know."""
    names = (name for api in rulebook.apis for name in (api.library, *api.packages))
    return frozenset(name.replace("-", "_") for name in names)


def _coverage(inventory: Inventory, made: Sequence[Answer], given: Survey, found: Found) -> Coverage:
    """What of the files that were given was read."""
    mine = frozenset(given.paths)
    read = sum(path in mine for answer in made for path in answer.read)
    looked_into = read + len(given.problems) + sum(path in mine for answer in made for path in answer.unread)
    return Coverage(
        seen=len(given.paths),
        read=read,
        unread=len(inventory.diagnostics),
        skipped=max(len(given.paths) - looked_into, 0),
        bytes=given.size,
        not_looked_at=found.not_looked_at,
    )


def _of_part(inventory: Inventory, only: frozenset[str]) -> Inventory:
    """The lists of a part of a project, as if there were no more."""
    return replace(
        inventory,
        limits=tuple(limit for limit in inventory.limits if limit.path in only),
        branches=tuple(branch for branch in inventory.branches if branch.path in only),
        tables=tuple(table for table in inventory.tables if table.path in only),
    )


def _requirements(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if any(fnmatch(path, p) for p in REQUIREMENT_FILES)}


def _declared(root: Path) -> Pins:
    """The requirements at the root."""
    from migrator.decide.requests.pins import read_pins

    contents: dict[str, bytes] = {}
    for name, path in _requirement_files(root).items():
        with suppress(OSError):
            contents[name] = read_bytes(str(path))
    return read_pins(contents)


def _requirement_files(root: Path) -> dict[str, Path]:
    found = (path for pattern in REQUIREMENT_FILES for path in root.glob(pattern))
    return {str(path.relative_to(root)): path for path in found if is_below(str(path), str(root))}


def changes(inventory: Inventory, root: Path, jobs: int = 0) -> Changes:
    """The selected edits of an inventory as new file contents; writes nothing."""
    contents: dict[str, bytes] = {}
    problems: list[Diagnostic] = []
    for path in sorted({edit.path for edit in inventory.edits if edit.selected}):
        try:
            contents[path] = read_bytes(os.path.join(root, path))
        except OSError as error:
            problems.append(Diagnostic(path=path, code="vanished", message=f"{error.strerror}; run again"))
    read_as = _read_as(inventory)
    for path in [path for path, data in contents.items() if not _is(data, read_as.get(path, ""))]:
        del contents[path]
        message = f"{path} changed since it was read; run again"
        problems.append(Diagnostic(path=path, code="changed", message=message))
    made = rendered(inventory.edits, contents, jobs)
    return Changes(made.files, (*problems, *made.diagnostics))


def _read_as(inventory: Inventory) -> dict[str, str]:
    """Digests by path: anchors of edits fit these bytes; in others they may stand on similar code."""
    return {edit.path: edit.digest for edit in inventory.edits if edit.digest}


def _is(data: bytes, digest: str) -> bool:
    return not digest or hashlib.sha256(data).hexdigest().startswith(digest)


@no_collector()
def rendered(edits: Iterable[Edit], contents: Mapping[str, bytes], jobs: int = 0) -> Changes:
    """New contents of the files that selected edits concern; a group refused in one file is made in none."""
    from migrator.rendering import Renderer

    wanted = [edit for edit in edits if edit.selected]
    problems: dict[tuple[str, str, str], Diagnostic] = {}
    renderer = Renderer(contents, jobs)
    while True:
        made: list[Change] = []
        refused = {edit.group for edit in wanted if edit.path not in contents}
        for (path, old, here), done in renderer.render(wanted):
            groups = {edit.id: edit.group for edit in here}
            for refusal in done.refused:
                refused |= {groups[name] for name in refusal.edits}
                problems[path, refusal.code, refusal.message] = Diagnostic(
                    path=path, code=refusal.code, message=refusal.message
                )
            if done.data != old:
                made.append(Change(path, old, done.data, done.made))
        if not refused & {edit.group for edit in wanted}:
            return Changes(tuple(made), tuple(problems.values()))
        wanted = [edit for edit in wanted if edit.group not in refused]


@no_collector()
def migrate(files: Mapping[str, bytes], settings: Settings) -> tuple[Inventory, dict[str, bytes]]:
    """The whole pipeline in memory: paths and bytes in, findings and new bytes of every file out."""
    from migrator.check.closing import closed
    from migrator.check.faults import Program
    from migrator.decide.engine import decide
    from migrator.decide.requests.pins import read_pins
    from migrator.parts import targets_by_id
    from migrator.read.parsing import read

    rulebook, pattern = rules(settings)
    facts = [read(path, data, pattern) for path, data in sorted(files.items())]
    size = sum(map(len, files.values()))
    facts = [file for file in facts if file.path.endswith(".py")]
    coverage = Coverage(seen=len(facts), bytes=size)
    pins = read_pins(_requirements(files))
    opened, documents = files.get, sorted(files)
    inventory = decide(
        facts, settings, rulebook, coverage=coverage, pins=pins, opened=opened, documents=documents
    )
    variants = targets_by_id(rulebook)
    inventory = closed(inventory, Program(facts, files.get, rulebook, pattern, None, variants, pins))
    new = dict(files)
    for change in rendered(inventory.edits, files).files:
        new[change.path] = change.new
    return inventory, new
