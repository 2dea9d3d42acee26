"""Which file a dotted name means, seen from another file: over all paths, read or not."""

from __future__ import annotations

import sys
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


_SOURCES = ("src", "lib", "python")


class Imported(NamedTuple):
    """`from module import name as bound`; `import module as bound` has no name."""

    module: str
    level: int
    name: str
    bound: str


class Modules:
    """The files below a root by module name.

    `libraries` are packages whose calls the rules know: a project beside one uses it, and is not linked to
    its source.
    """

    def __init__(self, paths: Iterable[str], libraries: frozenset[str] = frozenset()) -> None:
        self.paths = frozenset(paths)
        self.libraries = libraries
        self._memo: dict[tuple[str, str, int], str | None] = {}
        self._near: dict[tuple[str, str], list[str]] = {}
        self._packages: dict[str, str] = {}

    @cached_property
    def _holders(self) -> dict[str, list[str]]:
        """By the name of a module or folder all folders that hold one."""
        entries = {path.removesuffix("/__init__.py").removesuffix(".py") for path in self.paths}
        above = {entry.rpartition("/")[0] for entry in entries}
        while above:
            entries |= above
            above = {entry.rpartition("/")[0] for entry in above} - entries
        found: dict[str, list[str]] = defaultdict(list)
        for entry in sorted(entries - {""}):
            folder, _, name = entry.rpartition("/")
            found[name].append(folder)
        return found

    def targets(self, importer: str, one: Imported) -> list[str]:
        """The files that an import reaches: the module, and the submodule that its name may be."""
        found = self.file(importer, one.module, one.level), self.inner(importer, one)
        return [path for path in found if path is not None and path != importer]

    def inner(self, importer: str, one: Imported) -> str | None:
        """The submodule that the name of an import may be."""
        if not one.name:
            return None
        return self.file(importer, f"{one.module}.{one.name}" if one.module else one.name, one.level)

    def stem(self, path: str) -> str:
        """The last part of a module's name."""
        parts = module_parts(path)
        return parts[-1] if parts else ""

    def top(self, path: str) -> str:
        """The outermost package that a file stands in, else the path of the module itself."""
        return self._package(path.rpartition("/")[0]) or path.removesuffix(".py")

    def is_in_package(self, path: str) -> bool:
        """Whether other programs can import a file by the name of a package; else it is a script's."""
        return self.top(path) != path.removesuffix(".py")

    def _package(self, folder: str) -> str:
        """The outermost package that a folder is or stands in."""
        known = self._packages.get(folder)
        if known is None:
            above = self._package(folder.rpartition("/")[0]) if folder else ""
            known = above or (folder if folder and f"{folder}/__init__.py" in self.paths else "")
            self._packages[folder] = known
        return known

    def file(self, importer: str, dotted: str, level: int) -> str | None:
        """The file that `dotted` names; the nearest one if there are several."""
        if not level and dotted.rpartition(".")[2] not in self._holders and not dotted.endswith("__init__"):
            return None
        key = importer.rpartition("/")[0], dotted, level
        if key not in self._memo:
            self._memo[key] = self._relative(*key) if level else self._nearest(key[0], dotted)
        return self._memo[key]

    def _relative(self, folder: str, dotted: str, level: int) -> str | None:
        parts = folder.split("/") if folder else []
        base = "/".join([*parts[: len(parts) - level + 1], *(dotted.split(".") if dotted else ())])
        found = [path for path in _spellings(base)[not dotted :] if path in self.paths]
        return found[0] if found else None

    def _nearest(self, here: str, dotted: str) -> str | None:
        roots = self._roots(here, dotted.partition(".")[0])
        if not roots:
            return None
        inner = dotted.replace(".", "/")
        bases = (f"{root}/{inner}" if root else inner for root in roots)
        found = [path for base in bases for path in _spellings(base) if path in self.paths]
        if not found:
            return None
        parts = here.split("/")
        best = min(found, key=lambda path: (-shared(parts, path.split("/")), path))
        return None if self._is_library(best, parts) else best

    def _roots(self, here: str, name: str) -> list[str]:
        """The folders in which a module finds another of this name."""
        key = here, name
        if key not in self._near:
            holders = self._holders.get(name, ())
            self._near[key] = [folder for folder in holders if self._is_root(folder, here, name)]
        return self._near[key]

    def _is_root(self, folder: str, here: str, name: str) -> bool:
        """Whether a folder's modules are found by their own names: outside packages, or beside a script."""
        if name in sys.stdlib_module_names:
            return folder != "" and folder == here and not self._package(folder)
        if name in self.libraries and self._package(folder):
            return False
        return f"{here}/".startswith(f"{folder}/") or not self._package(folder)

    def _is_library(self, path: str, here: list[str]) -> bool:
        """Whether a file belongs to a library of another project than the importer's."""
        *home, name = self.top(path).split("/")
        if name not in self.libraries:
            return False
        home = home[:-1] if home and home[-1] in _SOURCES else home
        return here[: len(home)] != home


def _spellings(base: str) -> tuple[str, str]:
    """The files that a module may be."""
    return f"{base}.py", f"{base}/__init__.py" if base else "__init__.py"


def module_parts(path: str) -> tuple[str, ...]:
    """`a/b/__init__.py` -> (a, b); `a/b.py` -> (a, b)."""
    parts = path.removesuffix(".py").split("/")
    return tuple(parts[:-1] if parts[-1] == "__init__" else parts)


def shared(one: list[str], two: list[str]) -> int:
    """How many parts two paths have in common from the top."""
    count = 0
    for a, b in zip(one, two, strict=False):
        if a != b:
            break
        count += 1
    return count
