"""Which file a dotted name means, seen from another file: over all paths, read or not."""

from __future__ import annotations

import sys
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.discover.imports import Imported

_SOURCES = ("src", "lib", "python")


class Modules:
    """The files below a root by module name.

    `libraries` are packages whose calls the rules know: a project beside one uses it, and is not linked to
    its source.
    """

    def __init__(self, paths: Iterable[str], libraries: frozenset[str] = frozenset()) -> None:
        self.paths = frozenset(paths)
        self.libraries = libraries
        self._memo: dict[tuple[str, str], str | None] = {}
        self._packages: dict[str, str] = {}

    @cached_property
    def _by_stem(self) -> dict[str, list[tuple[tuple[str, ...], str]]]:
        found: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for path in sorted(self.paths):
            found[self.stem(path)].append((module_parts(path), path))
        return found

    def targets(self, importer: str, one: Imported) -> list[str]:
        """The files that an import reaches: the module, and the submodule that its name may be."""
        found = [self.file(importer, one.module, one.level), self.inner(importer, one)]
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
        folder = importer.rpartition("/")[0]
        if level:
            return self._relative(folder, dotted, level)
        if not dotted:
            return None
        key = folder, dotted
        if key not in self._memo:
            self._memo[key] = self._nearest(folder.split("/"), tuple(dotted.split(".")))
        return self._memo[key]

    def _relative(self, folder: str, dotted: str, level: int) -> str | None:
        parts = folder.split("/") if folder else []
        base = "/".join([*parts[: len(parts) - level + 1], *(dotted.split(".") if dotted else ())])
        candidates = (base + ".py", f"{base}/__init__.py" if base else "__init__.py")
        return next((path for path in candidates if path in self.paths), None)

    def _nearest(self, here: list[str], wanted: tuple[str, ...]) -> str | None:
        best: tuple[int, str] | None = None
        for parts, path in self._by_stem.get(wanted[-1], ()):
            if parts[-len(wanted) :] == wanted and self._is_root(parts[: -len(wanted)], here, wanted[0]):
                near = shared(here, path.split("/"))
                if best is None or near > best[0]:
                    best = near, path
        return best[1] if best and not self._is_library(best[1], here) else None

    def _is_root(self, prefix: tuple[str, ...], here: list[str], name: str) -> bool:
        """Whether a folder's modules are found by their own names: outside packages, or beside a script."""
        folder = list(prefix)
        if name in sys.stdlib_module_names:
            return folder == here and not self._package("/".join(prefix))
        return not folder or folder == here[: len(folder)] or not self._package("/".join(prefix))

    def _is_library(self, path: str, here: list[str]) -> bool:
        """Whether a file belongs to a library of another project than the importer's."""
        *home, name = self.top(path).split("/")
        if name not in self.libraries:
            return False
        home = home[:-1] if home and home[-1] in _SOURCES else home
        return here[: len(home)] != home


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
