"""Which files can have to do with each other: packages, joined where one imports from another."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from migrator.discover.imports import imports, said, starts, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from migrator.discover.survey import Survey
    from migrator.read.modules import Modules


class Component(NamedTuple):
    """Seeds that may be linked, all files of their packages, and documents beside them; in path order."""

    seeds: tuple[str, ...]
    files: tuple[str, ...]
    documents: tuple[str, ...] = ()


def components(found: Survey, modules: Modules, documents: Sequence[str] = ()) -> list[Component]:
    """The seeds of a survey in independent groups, in order of their first seed."""
    tops = {path: modules.top(path) for path in found.paths}
    joined = _Joined()
    _join_siblings(joined, found, tops)
    _join(joined, found, modules, tops)
    seeds: dict[str, list[str]] = defaultdict(list)
    for path in sorted(found.seeds):
        seeds[joined.root(tops[path])].append(path)
    files: dict[str, list[str]] = defaultdict(list)
    for path in sorted(found.paths):
        files[joined.root(tops[path])].append(path)
    made = [Component(tuple(ones), tuple(files[root])) for root, ones in seeds.items()]
    return _with_documents(made, documents) if documents else made


def with_senders(
    made: list[Component], found: Survey, modules: Modules, senders: frozenset[str]
) -> list[Component]:
    """The groups, and those whose files name no model but import what sends requests."""
    linked = {path for each in made for path in each.files}
    apart = {path for path in found.imports.keys() - linked if sends(found.imports[path], senders)}
    more = components(found._replace(seeds=dict.fromkeys(sorted(apart), 0)), modules) if apart else []
    return [*made, *(each._replace(files=tuple(sorted({*each.files} - linked))) for each in more)]


def sends(statements: bytes, senders: frozenset[str]) -> bool:
    """Whether import statements name a package that sends requests."""
    return any(word.decode("utf-8", "replace") in senders for word in words(statements))


def _with_documents(made: list[Component], documents: Sequence[str]) -> list[Component]:
    """Each document belongs to the largest component among those nearest to it."""
    made = made or [Component((), ())]
    folders = [{folder for seed in each.seeds for folder in _above(seed)} for each in made]
    shares: dict[int, list[str]] = defaultdict(list)
    for document in sorted(documents):
        near = [len(known.intersection(_above(document))) for known in folders]
        shares[max(range(len(made)), key=lambda at: (near[at], len(made[at].seeds)))].append(document)
    return [each._replace(documents=tuple(shares[at])) for at, each in enumerate(made)]


def _above(path: str) -> Iterator[str]:
    """The folders that a file stands in."""
    while path := path.rpartition("/")[0]:
        yield path


def _join(joined: _Joined, found: Survey, modules: Modules, tops: dict[str, str]) -> None:
    """Join packages where one imports from another, and one of the two holds a seed.

    An import that leaves its package names the other one. Where all that a file names are joined already,
    none of its imports is looked up.
    """
    seeded = {tops[path] for path in found.seeds}
    by_name = {True: _by_name(set(tops.values())), False: _by_name(seeded)}
    done: set[tuple[str, str, bool, bytes]] = set()
    for path, statements in found.imports.items():
        is_seed = path in found.seeds
        known, said_here = by_name[is_seed], words(statements)
        if known.keys().isdisjoint(said_here):
            continue
        here = tops[path]
        apart = _apart(here, said_here, known, joined)
        for statement in _with(apart, statements) if apart else ():
            key = here, path.rpartition("/")[0], is_seed, statement
            if key not in done:
                done.add(key)
                for target in _targets(path, statement, modules):
                    if is_seed or tops[target] in seeded:
                        joined.join(here, tops[target])


def _join_siblings(joined: _Joined, found: Survey, tops: dict[str, str]) -> None:
    """Join modules of one folder that are in no package, where one names the other among its imports."""
    folders: dict[str, dict[bytes, str]] = defaultdict(dict)
    plain = [path for path, top in tops.items() if top in (path, path.removesuffix(".py"))]
    for path in plain:
        folder, _, name = path.rpartition("/")
        folders[folder][name.removesuffix(".py").encode()] = path
    for path in plain:
        beside, statements = folders[path.rpartition("/")[0]], found.imports.get(path, b"")
        named = beside.keys() & set(words(statements))
        named.update(word for start in starts(statements) for word in beside if word.startswith(start))
        for word in named:
            joined.join(tops[path], tops[beside[word]])


def _by_name(tops: Iterable[str]) -> dict[bytes, list[str]]:
    found: dict[bytes, list[str]] = defaultdict(list)
    for top in tops:
        found[said(top)].append(top)
    return found


def _apart(here: str, found: list[bytes], by_name: dict[bytes, list[str]], joined: _Joined) -> set[bytes]:
    """The words that name a package which is not joined with this one."""
    root = joined.root(here)
    named = by_name.keys() & found
    return {word for word in named if any(joined.root(there) != root for there in by_name[word])}


def _with(wanted: set[bytes], statements: bytes) -> Iterator[bytes]:
    """The statements that hold a wanted word."""
    for statement in statements.split(b"\0"):
        if any(word in statement for word in wanted) and not wanted.isdisjoint(words(statement)):
            yield statement


def _targets(path: str, statement: bytes, modules: Modules) -> Iterator[str]:
    """The files that an import reaches."""
    for one in imports(statement):
        yield from modules.targets(path, one)


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
