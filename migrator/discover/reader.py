"""Reads what can matter of one component: its seeds, then what they import and who imports them."""

from __future__ import annotations

import io
import os
import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from migrator.discover.closure import (
    MAX_DEPTH,
    Importers,
    Known,
    around,
    exported_names,
    givers,
    givers_beside,
    imported,
    imported_paths,
    importers,
    importing,
    leading_to_calls,
    made_of,
    with_code,
)
from migrator.discover.file_bytes import read_bytes
from migrator.discover.survey import problem_of
from migrator.discover.walk import TEMPLATES
from migrator.read.nodes import FileFacts
from migrator.read.parsing import read
from migrator.stages import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from migrator.discover.components import Component
    from migrator.read.ids import IdPattern
    from migrator.read.modules import Modules


NO_NAMES: frozenset[str] = frozenset()
_CALLED = "__call__"
BUILT_IN: frozenset[str] = frozenset(
    name for kind in (str, bytes, dict, list, set, object, io.TextIOWrapper) for name in dir(kind)
)
"""Methods of everybody's objects."""
Wanted: TypeAlias = "tuple[str, tuple[bytes, ...] | None]"
"""A file to read; if there are patterns, only where its bytes hold all of them."""
Elsewhere: TypeAlias = "Callable[[Sequence[Wanted]], list[FileFacts]]"


class Sent(NamedTuple):
    """What tells a request where no model is named.

    `senders` are packages that send requests: files that import one are read if those with ids get to them;
    `posters` send anything anywhere: of a file that is read and imports one, what it imports is read too.
    `prompts` are what bodies call what is asked. `refused` are parameters of requests: files that name one
    are read where they hold a body, or call what hands on what it is given.
    """

    senders: frozenset[str] = frozenset()
    posters: frozenset[str] = frozenset()
    prompts: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()


NOTHING_SENT = Sent()


class Reader:
    """Reads files below a root. `data` are names of data files: who names one may hand on what it holds.

    `elsewhere` reads in several processes; it gives facts in the order of the files.
    """

    def __init__(
        self,
        root: str,
        pattern: IdPattern,
        data: tuple[bytes, ...] = (),
        elsewhere: Elsewhere | None = None,
        sent: Sent = NOTHING_SENT,
    ) -> None:
        self.root = root
        self.pattern = pattern
        self.data = data
        self.elsewhere = elsewhere
        self.sent = sent

    def component(
        self, component: Component, imports: Mapping[str, bytes], modules: Modules
    ) -> list[FileFacts]:
        """Facts of the seeds and their neighbours, in path order; `imports` holds import statements."""
        seeds = self._read(_plainly(component.seeds))
        near = {path: imports[path] for path in component.files}
        users, others = self._users(seeds, near, modules)
        known = {file.path for file in (*seeds, *others)}
        handing = users.by_name | users.by_module.keys() | {file.path for file in with_code(seeds)}
        beside = givers_beside(
            handing & near.keys(), importing(near, near, modules, self.sent.posters), near, modules
        )
        bodies = self._read(list(self._bodies(near.keys() - known, near, modules, beside)))
        others += bodies
        known |= {file.path for file in bodies}
        wanted = imported_paths(seeds, modules) | users.by_name
        started = users.by_name | {file.path for file in with_code(seeds)}
        wanted |= leading_to_calls(started, near, modules, self.sent.senders)
        calling = importing(near, near, modules, self.sent.senders) | {file.path for file in bodies}
        wanted |= around(calling, near, modules)
        wanted |= givers(importing(known | wanted, near, modules, self.sent.posters), near, modules)
        through = {path: names for path, names in users.by_module.items() if path not in wanted | known}
        asked = [(path, (_member(names),)) for path, names in sorted(through.items())]
        found = [*seeds, *others, *self._read([*_plainly(sorted(wanted - known)), *asked])]
        names = self._handing_on(found, near, modules)
        callers = self._read(self._callers(found, near, names))
        found += [*callers, *self._read(list(_defining(names, callers, found, near, modules)))]
        return sorted(found, key=lambda file: file.path)

    def _bodies(
        self, paths: Iterable[str], near: Mapping[str, bytes], modules: Modules, beside: set[str]
    ) -> Iterator[Wanted]:
        """Files that hold a request's body: the model may come from anywhere, by an argument.

        One that is made where nothing is posted is told by a parameter that models refuse. It may have any
        form `beside` what posts.
        """
        if not self.sent.prompts:
            return
        asked = rb"\b(?:" + _any_of(self.sent.prompts) + rb")"
        refused = rb"[\"'](?:" + _any_of(self.sent.refused) + rb")[\"']"
        posting = importing(paths, near, modules, self.sent.posters)
        for path in sorted(paths):
            if path in posting:
                yield path, (rb"model(?:[\"']|\s*=)", asked + rb"(?:[\"']|\s*=)")
            elif path in beside:
                yield path, (rb"model\b", asked, rb"\b(?:" + _any_of(self.sent.refused) + rb")\b")
            else:
                yield path, (rb"model[\"']", asked + rb"[\"']", refused)

    def _handing_on(
        self, found: Sequence[FileFacts], near: Mapping[str, bytes], modules: Modules
    ) -> set[str]:
        """What takes whatever it is given by name in files that send requests."""
        paths = {file.path for file in found} & near.keys()
        sends = importing(paths, near, modules, self.sent.senders | self.sent.posters)
        return {name for file in found if file.path in sends for name in _taking_anything(file)} - BUILT_IN

    def _callers(
        self, found: Sequence[FileFacts], near: Mapping[str, bytes], names: set[str]
    ) -> list[Wanted]:
        """Files that give a parameter of requests by a method's name to what sends whatever it is given.

        `self.voice.speak(text, temperature=0)` imports nothing of the class whose method that is, and
        `self.model(messages, max_tokens=9)` nothing of an object that is called, or of a function.
        """
        if not names or not self.sent.refused:
            return []
        called = rb"\.\s*(?:" + _any_of(names) + rb")\b"
        given = rb"\b(?:" + _any_of(self.sent.refused) + rb")\b"
        patterns = (given + rb"\s*=",) if _CALLED in names else (called, given)
        paths = {file.path for file in found}
        return [(path, patterns) for path in sorted(near.keys() - paths)]

    def _users(
        self, seeds: Sequence[FileFacts], near: Mapping[str, bytes], modules: Modules
    ) -> tuple[Importers, list[FileFacts]]:
        """Who imports what holds an id; where anything is posted, also what others made of it."""
        exported = exported_names(seeds, self.data)
        users = importers(exported, near, modules)
        others: list[FileFacts] = []
        known = {file.path for file in seeds}
        without: dict[str, frozenset[str]] = {}
        kept: Known = {}
        for _ in range(MAX_DEPTH if importing(near, near, modules, self.sent.posters) else 0):
            through = sorted(users.by_module.keys() - users.by_name - known)
            names = {path: frozenset(users.by_module[path]) - without.get(path, NO_NAMES) for path in through}
            asked = ((path, (_member(more),)) for path, more in names.items() if more)
            others += self._read([*_plainly(sorted(users.by_name - known)), *asked])
            known |= {file.path for file in others}
            without |= {path: frozenset(users.by_module[path]) for path in through if path not in known}
            made = made_of((*seeds, *others), users, kept)
            if all(names <= exported.get(path, set()) for path, names in made.items()):
                break
            exported |= {path: exported.get(path, set()) | names for path, names in made.items()}
            users = importers(exported, near, modules)
        return users, others

    def _read(self, files: Sequence[Wanted]) -> list[FileFacts]:
        return list(self.share(told("Reading", files))) if self.elsewhere is None else self.elsewhere(files)

    def facts(self, paths: Iterable[str]) -> Iterator[FileFacts]:
        """What files say; what cannot be read comes back as a problem of its file."""
        return self.share(_plainly(paths))

    def share(self, files: Iterable[Wanted]) -> Iterator[FileFacts]:
        """The same for files of which some are read only where they use a name."""
        for path, patterns in files:
            try:
                data = read_bytes(os.path.join(self.root, path))
            except (OSError, ValueError) as error:
                yield _unreadable(path, error)
                continue
            if data and all(re.search(pattern, data) for pattern in patterns or ()):
                facts = read(path, data, self.pattern)
                if facts.problem is None or not path.endswith(TEMPLATES):
                    yield facts


def _plainly(paths: Iterable[str]) -> list[Wanted]:
    return [(path, None) for path in paths]


def _member(names: Iterable[str]) -> bytes:
    """Something of a module, by one of some names: `module.NAME`."""
    return rb"\.\s*(?:" + _any_of(names) + rb")\b"


def _any_of(names: Iterable[str]) -> bytes:
    return "|".join(map(re.escape, sorted(names))).encode()


def _taking_anything(file: FileFacts) -> Iterator[str]:
    """The methods of a file that take whatever they are given by name; a name for what is called itself."""
    if file.problem is not None:
        return
    tree = file.tree
    for index in tree.of_kind("arg"):
        if tree.field[index] == "kwarg":
            function = tree.parent[index]
            name = str(tree.value[function])
            if tree.kind[tree.scope[function]] != "ClassDef":
                yield _CALLED
            elif name == _CALLED or not name.startswith("__"):
                yield name


def _defining(
    names: set[str],
    callers: Sequence[FileFacts],
    found: Sequence[FileFacts],
    near: Mapping[str, bytes],
    modules: Modules,
) -> Iterator[Wanted]:
    """What callers import and has a method of such a name: it says of which type they call it."""
    patterns = (rb"\bdef\s+(?:" + _any_of(names) + rb")\b",)
    known = {file.path for file in (*callers, *found)}
    targets = imported({file.path for file in callers} & near.keys(), near, modules)
    yield from ((path, patterns) for path in sorted(targets - known))


def _unreadable(path: str, error: Exception) -> FileFacts:
    facts = FileFacts(path, "")
    facts.problem = problem_of(error)
    return facts
