"""What the nearest settings say of a path: `per-path` overrides, and what is not read."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pathspec import GitIgnoreSpec

    from migrator.inventory import Inventory
    from migrator.settings import PathSettings, Settings


class PerPath:
    """Looks overrides up by path; later ones win."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._found: dict[str, tuple[PathSettings, ...]] = {}

    def of(self, path: str) -> tuple[PathSettings, ...]:
        """The overrides whose pattern matches a path relative to the root."""
        known = self._found.get(path)
        if known is None:
            known = self._found[path] = tuple(self._matching(path))
        return known

    def _matching(self, path: str) -> Iterator[PathSettings]:
        return (one for one in self.settings.at(path).per_path if _spec((one.path,)).match_file(path))

    def target(self, path: str, model: str) -> str:
        """What an override, or else the settings, map an old id to in a file; nothing if none does."""
        found = next((one.map[model] for one in reversed(self.of(path)) if model in one.map), "")
        return found or self.settings.at(path).map.get(model, "")

    def wants(self, path: str, *names: str) -> bool:
        """Whether what has these names, a rule's and a reason's, is on in a file."""
        settings = self.settings.at(path)
        ignored = (*settings.ignore, *(name for one in self.of(path) for name in one.ignore))
        given = tuple(filter(None, names))
        if ignored and any(name.startswith(ignored) for name in given):
            return False
        return not settings.select or any(name.startswith(settings.select) for name in given)


def chosen(inventory: Inventory, settings: Settings) -> Inventory:
    """The inventory with what `select` and `ignore` leave out marked as silenced."""
    if not any(each.select or each.ignore or each.per_path for each in settings.all()):
        return inventory
    wants = PerPath(settings).wants
    findings = (
        one if wants(one.path, one.rule, one.reason) else msgspec.structs.replace(one, suppressed=True)
        for one in inventory.findings
    )
    references = (
        one
        if one.action != "review" or wants(one.path, one.reason)
        else msgspec.structs.replace(one, suppressed=True)
        for one in inventory.references
    )
    return msgspec.structs.replace(inventory, findings=tuple(findings), references=tuple(references))


class Hidden:
    """Which files the settings of folders further down exclude."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def hides(self, path: str) -> bool:
        """Whether the nearest settings exclude a file."""
        nearest = self.settings.at(path)
        patterns = () if nearest is self.settings else excluded(nearest)
        return bool(patterns) and _spec(patterns).match_file(path)


@lru_cache(maxsize=256)
def _spec(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns)


def excluded(settings: Settings) -> tuple[str, ...]:
    """Patterns of files that are not read: the settings' own and those of the overrides."""
    return (*settings.exclude, *(one.path for one in settings.per_path if one.exclude))
