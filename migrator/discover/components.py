"""Which files can have to do with each other: packages, joined where one imports from another."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from migrator.discover.imports import imports
from migrator.read.modules import shared

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from migrator.discover.survey import Survey
    from migrator.read.modules import Modules

_WORD = re.compile(rb"\w+")


class Component(NamedTuple):
    """Seeds that may be linked, all files of their packages, and documents beside them; in path order."""

    seeds: tuple[str, ...]
    files: tuple[str, ...]
    documents: tuple[str, ...] = ()


def components(found: Survey, modules: Modules, documents: Sequence[str] = ()) -> list[Component]:
    """The seeds of a survey in independent groups, in order of their first seed."""
    tops = {path: modules.top(path) for path in found.paths}
    joined = _Joined()
    for one, other in _edges(found, modules, tops):
        joined.join(tops[one], tops[other])
    seeds: dict[str, list[str]] = defaultdict(list)
    for path in sorted(found.seeds):
        seeds[joined.root(tops[path])].append(path)
    files: dict[str, list[str]] = defaultdict(list)
    for path in sorted(found.paths):
        files[joined.root(tops[path])].append(path)
    made = [Component(tuple(ones), tuple(files[root])) for root, ones in seeds.items()]
    return _with_documents(made, documents) if documents else made


def _with_documents(made: list[Component], documents: Sequence[str]) -> list[Component]:
    """Each document belongs to the largest component among those nearest to it."""
    shares: dict[int, list[str]] = defaultdict(list)
    for document in sorted(documents):
        shares[max(range(len(made)), key=lambda at: _nearness(document, made[at]), default=0)].append(
            document
        )
    made = made or [Component((), ())]
    return [each._replace(documents=tuple(shares[at])) for at, each in enumerate(made)]


def _nearness(document: str, component: Component) -> tuple[int, int]:
    return max(shared(document.split("/"), seed.split("/")) for seed in component.seeds), len(component.seeds)


def _edges(found: Survey, modules: Modules, tops: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Imports from one package in another, where one of the two holds a seed."""
    seeded = {tops[path] for path in found.seeds}
    words = {top.rpartition("/")[2].encode() for top in seeded}
    for path, statements in found.imports.items():
        here = tops[path]
        if path in found.seeds or not words.isdisjoint(_WORD.findall(statements)):
            for target in _targets(path, statements, modules):
                there = tops[target]
                if there != here and (path in found.seeds or there in seeded):
                    yield path, target


def _targets(path: str, statements: bytes, modules: Modules) -> Iterable[str]:
    return {target for one in imports(statements) for target in modules.targets(path, one)}


class _Joined:
    """Sets of names that grow together."""

    def __init__(self) -> None:
        self.above: dict[str, str] = {}

    def root(self, name: str) -> str:
        while (above := self.above.get(name, name)) != name:
            self.above[name] = self.above.get(above, above)
            name = above
        return name

    def join(self, one: str, other: str) -> None:
        one, other = sorted((self.root(one), self.root(other)))
        self.above[other] = one
