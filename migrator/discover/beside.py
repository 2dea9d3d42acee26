"""Opens the data files that a program loads: below the root, visible, and of a size that a table has."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from migrator.data.formats import DOCUMENTS, FORMS, is_data, is_settings
from migrator.discover.file_bytes import read_bytes
from migrator.discover.walk import shown
from migrator.inventory import Diagnostic, Finding
from migrator.read.datafile import (
    DECLARING,
    MAX_BYTES,
    homes,
    is_named_by,
    may_be_meant,
    read_data,
    variables,
)
from migrator.read.shapes import reported

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from migrator.read.datafile import Opener
    from migrator.read.ids import IdPattern
    from migrator.read.nodes import FileFacts
    from migrator.settings import Settings


class Beside:
    """Gives the bytes of files by their path below the root; `asked` are all paths that were asked for.

    Of a file that is too large it gives the beginning: more than is read, so that it is known as such.
    """

    def __init__(self, root: Path, exclude: Sequence[str] = ()) -> None:
        self.root = os.path.abspath(root)
        self.exclude = exclude
        self.asked: set[str] = set()

    def __call__(self, path: str) -> bytes | None:
        """The bytes; nothing where there is no such file, or none that this run may read."""
        self.asked.add(path)
        full = os.path.join(self.root, path)
        try:
            if not os.path.isfile(full) or not shown(full, self.root, self.exclude):
                return None
            return read_bytes(full, MAX_BYTES + 1)
        except (OSError, ValueError):
            return None


def endings(settings: Settings) -> tuple[str, ...]:
    """The endings of the files beside Python that settings ask to be looked for."""
    return (*DOCUMENTS, *FORMS) if any(each.config_files for each in settings.all()) else DOCUMENTS


def configuration(paths: Sequence[str], opened: Beside, pattern: IdPattern) -> tuple[bytes, ...]:
    """The names of data files that hold an id: what code that loads one of them has to say."""
    found = naming(filter(is_data, paths), opened, pattern)
    return tuple(dict.fromkeys(path.rpartition("/")[2].encode() for path in found))


def settings_naming(
    paths: Iterable[str], opened: Opener, pattern: IdPattern, targets: Sequence[str]
) -> tuple[str, ...]:
    """The files of settings that hold an old id or a new one, or are too large to tell."""
    news = [target.encode() for target in targets]
    rest, given = [], set[bytes]()
    found = []
    for path in filter(is_settings, paths):
        data = opened(path)
        if data is None:
            continue
        if pattern.in_bytes(data) or any(new in data for new in news) or len(data) > MAX_BYTES:
            found.append(path)
            given |= _passed_on(path, data, pattern)
        elif b"$" in data or b"var." in data or b"Values" in data:
            rest.append(path)
    if given:
        names = b"|".join(map(re.escape, sorted(given)))
        meant = re.compile(rb"(?:\$[{(]?|\bvar\.|\.)(?:" + names + rb")\b")
        found += [path for path in rest if meant.search(opened(path) or b"")]
    return tuple(sorted(found))


def _passed_on(path: str, data: bytes, pattern: IdPattern) -> set[bytes]:
    """The variables with an id that other files of settings may hand on under a name of their own."""
    if not may_be_meant(path):
        return set()
    file = read_data(path, data, pattern)
    held = {one.node for one in file.occurrences}
    return {one.name.encode() for one in variables(file) if one.node.index in held} if held else set()


def settings_for(
    facts: Sequence[FileFacts] | None,
    paths: Iterable[str],
    opened: Opener,
    pattern: IdPattern,
    code: Iterable[str] = (),
    targets: Collection[str] = (),
) -> list[FileFacts]:
    """Facts of the files of settings that set a variable which a program names; without one of any.

    `code` are all files of code there are: settings beside some that read them are for these.
    """
    found = [read_data(path, data, pattern) for path in paths if (data := opened(path)) is not None]
    found = [file for file in found if file.problem is None]
    if facts is None:
        return [file for file in found if _sets_id(file) or any(reported(file))]
    if not found:
        return []
    code = list(code)
    around = homes((file.path for file in found), code, facts)
    asked = _Asked(facts, targets)
    chosen = []
    for file in found:
        names, home = asked.names(file), around[file.path]
        is_near = any(one.path.startswith(home) for one in facts)
        if names and (is_near or not _are_read(names, [one for one in code if one.startswith(home)], opened)):
            chosen.append(file)
    meant = {one.meant for file in chosen for one in variables(file)} - {""}
    passed = [file for file in found if meant and any(one.name in meant for one in variables(file))]
    return [file for file in found if file in chosen or file in passed]


def _are_read(names: set[str], code: Sequence[str], opened: Opener) -> bool:
    """Whether code reads some variables; of much code that is taken for granted."""
    wanted = [name.encode() for name in names]
    contents = (opened(path) or b"" for path in code)
    return len(code) > _FEW or any(name in data for data in contents for name in wanted)


class _Asked:
    """What a program asks settings for: the words that it is written in."""

    def __init__(self, facts: Sequence[FileFacts], targets: Collection[str]) -> None:
        words = frozenset[str]().union(*(file.words for file in facts))
        self.facts = facts
        self.targets = targets
        self.is_declared = not words.isdisjoint(DECLARING)
        self.words = frozenset(map(str.casefold, words)) if self.is_declared else words

    def names(self, file: FileFacts) -> set[str]:
        """The variables with an old model or a new one that the program names."""
        held = {one.node for one in file.occurrences}
        is_told = self.is_declared and is_named_by(file.path, self.facts)
        return {
            one.name
            for one in variables(file, is_named=is_told)
            if (
                not held
                or one.meant
                or one.node.index in held
                or any(new in one.text for new in self.targets)
            )
            and self._is_word(one.name)
        }

    def _is_word(self, name: str) -> bool:
        parts = name.casefold().split("_") if self.is_declared else []
        ends = ("_".join(parts[at:]).strip("_") for at in range(len(parts)))
        return name in self.words or any(end in self.words for end in ends)


UNREAD = "GPT55-D003"
_LINE = re.compile(r"\bline (\d{1,7})\b")
_FEW = 50
"""Files of code that are looked into for what settings beside them may be for."""


def unread_settings(paths: Iterable[str], opened: Opener, pattern: IdPattern) -> Iterator[Diagnostic]:
    """The files of settings that hold an id and cannot be read."""
    for path in paths:
        data = opened(path)
        if data is None or not (pattern.in_bytes(data) or len(data) > MAX_BYTES):
            continue
        facts = read_data(path, data, pattern)
        if facts.problem is not None:
            yield Diagnostic(path=path, code=facts.problem.code, message=facts.problem.message)
        elif b"{{" in data and len([*pattern.finditer(facts.text)]) > len(facts.occurrences):
            held = {one.line for one in facts.occurrences}
            lines = (facts.text.count("\n", 0, at) + 1 for at, _ in pattern.finditer(facts.text))
            line = next((one for one in lines if one not in held), 1)
            message = f"is a template, no data yet: look at line {line} by hand"
            yield Diagnostic(path=path, code="unreadable", message=message)


def as_note(problem: Diagnostic) -> Finding:
    """What cannot be read and was not asked for by name."""
    is_cut = problem.code == "too-large"
    names = "may name a model and is not read" if is_cut else "names a model and cannot be read"
    message = f"{names}: {problem.message}"
    line = _LINE.search(message)
    return Finding(
        rule=UNREAD,
        path=problem.path,
        line=int(line.group(1)) if line is not None else 1,
        message=message,
        severity="note",
    )


def _sets_id(file: FileFacts) -> bool:
    """Whether a variable that a file sets holds an id."""
    return not {one.node for one in file.occurrences}.isdisjoint(v.node.index for v in variables(file))


def naming(paths: Iterable[str], opened: Opener, pattern: IdPattern) -> list[str]:
    """Those of some files whose bytes hold an id."""
    contents = ((path, opened(path)) for path in paths)
    return [path for path, data in contents if data is not None and pattern.in_bytes(data)]
