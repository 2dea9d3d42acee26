"""The settings' `per-path` overrides: what holds for the files that a gitignore pattern matches."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.settings import PathSettings, Settings


class PerPath:
    """Looks overrides up by path; later ones win."""

    def __init__(self, settings: Settings) -> None:
        self.overrides = settings.per_path
        self._found: dict[str, tuple[PathSettings, ...]] = {}

    def of(self, path: str) -> tuple[PathSettings, ...]:
        """The overrides whose pattern matches a path relative to the root."""
        if not self.overrides:
            return ()
        known = self._found.get(path)
        if known is None:
            known = self._found[path] = tuple(self._matching(path))
        return known

    def _matching(self, path: str) -> Iterator[PathSettings]:
        from pathspec import GitIgnoreSpec

        return (one for one in self.overrides if GitIgnoreSpec.from_lines([one.path]).match_file(path))

    def target(self, path: str, model: str) -> str:
        """What an override maps an old id to in a file; nothing if none does."""
        return next((one.map[model] for one in reversed(self.of(path)) if model in one.map), "")

    def ignores(self, path: str, rule: str) -> bool:
        """Whether an override turns a rule off in a file."""
        return any(rule.startswith(name) for one in self.of(path) for name in one.ignore)


def excluded(settings: Settings) -> tuple[str, ...]:
    """Patterns of files that are not read: the settings' own and those of the overrides."""
    return (*settings.exclude, *(one.path for one in settings.per_path if one.exclude))
