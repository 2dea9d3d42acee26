"""Which file a dotted name means, seen from another file: over all paths, read or not."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.read.project import module_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.discover.imports import Imported


class Modules:
    """The files below a root by module name; names resolve as `read.project` resolves them."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = frozenset(paths)
        self._memo: dict[tuple[str, str], str | None] = {}

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
        found = path.removesuffix(".py")
        folder = path.rpartition("/")[0]
        while folder and f"{folder}/__init__.py" in self.paths:
            found, folder = folder, folder.rpartition("/")[0]
        return found

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
            if parts[-len(wanted) :] == wanted and self._is_root(parts[: -len(wanted)], here):
                near = _shared(here, path.split("/"))
                if best is None or near > best[0]:
                    best = near, path
        return best[1] if best else None

    def _is_root(self, prefix: tuple[str, ...], here: list[str]) -> bool:
        if not prefix or list(prefix) == here[: len(prefix)]:
            return True
        return "/".join(prefix) + "/__init__.py" not in self.paths


def _shared(one: list[str], two: list[str]) -> int:
    count = 0
    for a, b in zip(one, two, strict=False):
        if a != b:
            break
        count += 1
    return count
