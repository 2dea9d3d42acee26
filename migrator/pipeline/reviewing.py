"""One review: what is found, read and decided, with what an earlier one found taken again."""

from __future__ import annotations

from contextlib import suppress
from copy import copy
from typing import TYPE_CHECKING

from msgspec.structs import replace

from migrator.data.formats import FORMS, is_data
from migrator.decide.perpath import Hidden, excluded
from migrator.discover.beside import (
    Beside,
    as_note,
    configuration,
    endings,
    naming,
    settings_naming,
    unread_settings,
)
from migrator.discover.file_bytes import read_bytes
from migrator.discover.walk import TEMPLATES, find
from migrator.folderlists import listed
from migrator.inventory import Coverage, Diagnostic, Inventory
from migrator.pipeline.kinds_of_rules import KIND, kind_of, of_part, waiting
from migrator.projectroot import with_ids
from migrator.scancache import ScanCache
from migrator.settings import SettingsError
from migrator.settings.settings_names import check_names, check_places, pinned
from migrator.stages import add, stage

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence
    from pathlib import Path

    from migrator.decide.requests.pins import Pins
    from migrator.discover.components import Component
    from migrator.discover.elsewhere import Others
    from migrator.discover.survey import Survey
    from migrator.discover.walk import Found
    from migrator.inventory import Finding
    from migrator.partition import Answer
    from migrator.read.ids import IdPattern
    from migrator.rulebook import Rulebook
    from migrator.settings import Settings


def rules(settings: Settings) -> tuple[Rulebook, IdPattern]:
    """The rulebook of the settings, and how ids are found with it; raises RuleError."""
    from pathlib import Path

    from migrator.decide.catalogue import Catalogue
    from migrator.read.ids import IdPattern
    from migrator.rulebook.rulefiles import load_rulebook

    rulebook = load_rulebook(settings.catalog, [Path(p) for p in settings.rules])
    families = Catalogue(rulebook.catalog, settings.sources).families
    if not families:
        raise SettingsError(
            f'catalog "{rulebook.catalog.name}" has no family that is to be migrated, so nothing would be '
            'found; give it [[families]] with default = true or includes = ["models.toml"], or use --from'
        )
    return rulebook, IdPattern.of(families)


class Review:
    """One review; what an earlier one found is taken again where nothing has changed."""

    def __init__(
        self,
        paths: Sequence[Path],
        settings: Settings,
        root: Path,
        layers: Callable[[Iterable[str]], Settings] | None = None,
    ) -> None:
        self.settings = settings
        self.root = root
        self.layers = layers
        self.kind: tuple[object, ...] = ()
        if layers is not None:
            self.settings = layers(())
        with stage("walking"):
            self.found = self._layered(self._find(paths), {str(path) for path in paths})
        given = [*self.found.paths, *self.found.beside]
        part = [*given, *(problem.path for problem in self.found.diagnostics)]
        self.only = None if root in paths else frozenset(part)
        self.named = {str(path) for path in paths}
        self._begin()

    def _begin(self) -> None:
        self.cache = ScanCache(self.root, self.settings)
        self.beside = Beside(self.root, excluded(self.settings))

    def _layered(self, found: Found, named: Container[str] = ()) -> Found:
        """What was found, without what the nearest settings exclude; from here on these settings hold."""
        if self.layers is None:
            return found
        self.settings = self.layers([*found.paths, *found.beside])
        if self.kind:
            self.settings = replace(self.settings, **dict(zip(KIND, self.kind, strict=True)))
        hides = Hidden(self.settings).hides

        def kept(part: Sequence[str]) -> tuple[str, ...]:
            return tuple(path for path in part if str(self.root / path) in named or not hides(path))

        return found._replace(paths=kept(found.paths), beside=kept(found.beside))

    def kinds(self) -> list[tuple[tuple[object, ...], frozenset[str]]]:
        """The files that were given, by the catalogue and rules that their settings name."""
        found: dict[tuple[object, ...], set[str]] = {}
        for path in [*self.found.paths, *self.found.beside]:
            found.setdefault(kind_of(self.settings.at(path)), set()).add(path)
        return [(kind, frozenset(files)) for kind, files in sorted(found.items(), key=repr)]

    def under(self, kind: tuple[object, ...], files: frozenset[str]) -> Review:
        """The review of some of the files, under their catalogue and rules."""
        if kind == kind_of(self.settings) and len(files) == len(self.found.paths) + len(self.found.beside):
            return self
        part = copy(self)
        part.kind = kind
        part.settings = replace(self.settings, **dict(zip(KIND, kind, strict=True)))
        mine = tuple(path for path in self.found.paths if path in files)
        beside = tuple(path for path in self.found.beside if path in files)
        part.found = self.found._replace(paths=mine, beside=beside)
        part.only = files
        part._begin()
        return part

    def inventory(self) -> Inventory:
        """From the cache, else anew."""
        with stage("asking the cache"):
            key = self._key_of_given()
            known = self.cache.load(key)
        if known is None:
            return self._anew(key)
        if known.inventory is not None:
            return known.inventory
        everything = self._project()
        known = self.cache.load(self._key(everything))
        return known.inventory if known is not None and known.inventory is not None else self._anew(key)

    def _anew(self, key: str) -> Inventory:
        from migrator.read.tree import make_room

        make_room()
        self.rulebook, self.pattern = rules(self.settings)
        self._check_settings()
        given = self._look(self.found)
        if self.only is None:
            made = self._answers(given, self.found, named=True)
        else:
            everything = self._project()
            self.cache.save(key, named=self.found.paths)
            key = self._key(everything)
            looked = self._look(everything)
            if self._matters(given, looked):
                made = self._answers(looked, everything, named=True)
            else:
                made = self._answers(given, self.found, named=False)
        inventory = self.cache.as_kept(self._whole(made, given))
        asked = {path for answer in made for path in answer.asked}
        self.cache.save(key, inventory, beside=asked | self.beside.asked)
        return inventory

    def _check_settings(self) -> None:
        """Raise SettingsError where settings of these rules name what is not there."""
        known = {model.id for model in self.rulebook.catalog.models}

        def is_model(name: str) -> bool:
            return name in known or any(model == name for _, model in self.pattern.finditer(name))

        for settings in self.settings.all():
            if kind_of(settings) == kind_of(self.settings):
                check_names(settings, self.rulebook, is_model)
                there = [place for place in pinned(settings) if (self.root / place).is_file()]
                check_places(settings, {*self.found.paths, *there})

    def _look(self, found: Found) -> Survey:
        from migrator.discover.survey import markers, survey

        wanted = (*markers(self.pattern), *self._data(found))
        with stage("looking at every file"):
            return survey(str(self.root), found.paths, wanted, self._others(), jobs=self.settings.jobs)

    def _others(self) -> Others:
        """How ids of the families that are not migrated are found."""
        from migrator.decide.catalogue import Catalogue
        from migrator.discover.elsewhere import Others
        from migrator.read.ids import IdPattern

        mine = Catalogue(self.rulebook.catalog, self.settings.sources).families
        rest = tuple(family for family in self.rulebook.catalog.families if family not in mine)
        return Others.of(rest, IdPattern.of(rest))

    def _data(self, found: Found) -> tuple[bytes, ...]:
        if not any(each.config_files for each in self.settings.all()):
            return ()
        return configuration(found.beside, self.beside, self.pattern)

    def _matters(self, given: Survey, looked: Survey) -> bool:
        """Whether what was given names a model, may send a request, or is linked with a file that does."""
        from migrator.discover.closure import linked
        from migrator.discover.components import sends
        from migrator.discover.reader import Reader
        from migrator.partition import senders
        from migrator.read.modules import Modules

        packages = senders(self.rulebook)
        matter = {
            path for path, said in looked.imports.items() if sends(said, packages)
        } | looked.seeds.keys()
        with_models = with_ids(Reader(str(self.root), self.pattern).facts(given.seeds))
        if with_models or naming(self.found.beside, self.beside, self.pattern):
            return True
        modules = Modules(looked.paths, libraries(self.rulebook))
        return linked(frozenset(given.paths), matter - given.seeds.keys(), looked.imports, modules)

    def _answers(self, looked: Survey, found: Found, *, named: bool) -> list[Answer]:
        """The findings in each part of the project; of a few files only the parts that they belong to.

        `named` says whether a model may be named in code.
        """
        from migrator.decide.requests.pins import NO_PINS
        from migrator.discover.components import components, with_senders
        from migrator.partition import Given, answers, senders
        from migrator.read.modules import Modules

        modules = Modules(looked.paths, libraries(self.rulebook))
        with stage("finding what is linked"):
            parts = components(looked, modules, found.beside)
            parts = with_senders(parts, looked, modules, senders(self.rulebook))
            _forget_others(looked, parts)
        if self.only is not None and not naming(self.found.beside, self.beside, self.pattern):
            parts = [part for part in parts if not self.only.isdisjoint(part.files)]
        given = Given(
            root=self.root,
            exclude=excluded(self.settings),
            settings=self.settings,
            rulebook=self.rulebook,
            pattern=self.pattern,
            pins=self._declared(found) if named else NO_PINS,
            data=self._data(found),
            settings_files=self._settings_files(found),
            tables=tuple(path for path in (*found.rest, *found.beside) if path.endswith(tuple(FORMS))),
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
        from migrator.partition import joined

        catalogue = Catalogue(self.rulebook.catalog, self.settings.sources)
        nothing = Inventory(root=".", catalog=catalog_note(catalogue, self.rulebook))
        found = waiting(joined(made) if made else nothing, self.settings)
        files = self._settings_files(self.found)
        broken = list(unread_settings(files, self.beside, self.pattern))
        asked = [problem for problem in broken if str(self.root / problem.path) in self.named]
        told = {finding.path for finding in found.findings}
        notes = [as_note(one) for one in broken if one not in asked and one.path not in told]
        found = replace(found, findings=(*found.findings, *notes))
        unread = [Diagnostic(path=p, code=w.code, message=w.message) for p, w in given.problems.items()]
        problems = sorted([*found.diagnostics, *asked, *unread], key=lambda problem: problem.path)
        found = replace(found, diagnostics=(*self.found.diagnostics, *problems))
        found = replace(found, coverage=_coverage(found, made, given, self.found))
        found = replace(found, findings=(*found.findings, *self._embedded()))
        found = replace(found, coverage=self._beyond(found, given))
        if self.only is not None:
            found = of_part(found, self.only)
        return replace(found, summary=summary(found))

    def _settings_files(self, found: Found) -> tuple[str, ...]:
        targets = [variant.id for variant in self.rulebook.catalog.variants.values()]
        return settings_naming(found.beside, self.beside, self.pattern, targets)

    def _embedded(self) -> Iterator[Finding]:
        """Python in files of other kinds that names a model."""
        from migrator.discover.elsewhere import embedded

        return embedded(str(self.root), sorted((*self.found.rest, *self.found.beside)), self.pattern)

    def _beyond(self, found: Inventory, given: Survey) -> Coverage:
        """What other kinds of file name, and which other families Python files do."""
        from migrator.discover.elsewhere import counted, not_edited

        told = {one.path for one in found.references} | {one.path for one in found.findings}
        told |= {one.path for one in found.diagnostics}
        templates = [path for path in self.found.paths if path.endswith(TEMPLATES)]
        rest = [path for path in (*self.found.rest, *self.found.beside, *templates) if path not in told]
        named = not_edited(str(self.root), sorted(rest), self.pattern)
        return replace(found.coverage, not_edited=named, other_families=counted(given.others))

    def _project(self) -> Found:
        """The files of the project, and those that were given."""
        project = self._layered(self._find([self.root]))
        self._begin()
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
            else self.cache.key(
                sorted(self.only),
                self.found,
                paths=[*self.found.paths, *self.found.beside, *self.found.rest],
            )
        )

    def _key(self, found: Found) -> str:
        paths = [*found.paths, *found.beside]
        given = self.only if self.only is None else sorted(self.only)
        return self.cache.key(
            given, self.found, len(paths), paths=[*paths, *found.manifests, *self.found.rest]
        )

    def _declared(self, found: Found) -> Pins:
        """The requirements of the project and of those within it."""
        from migrator.decide.requests.pins import read_pins

        contents: dict[str, bytes] = {}
        for name in found.manifests:
            with suppress(OSError):
                contents[name] = read_bytes(str(self.root / name))
        return read_pins(contents, self.settings.assume, self.beside)


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
    beside = len({one.path for one in inventory.references if is_data(one.path)})
    return Coverage(
        seen=len(given.paths) + beside,
        read=read + beside,
        unread=len(inventory.diagnostics),
        skipped=max(len(given.paths) - looked_into, 0),
        bytes=given.size,
        not_looked_at=found.not_looked_at,
    )
