"""What kind of file a path names, judged below the nearest project that it stands in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.data.formats import is_data
from migrator.read.examples import MARK
from migrator.settings import above

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrator.inventory import Context
    from migrator.rulebook.name_rules import NameList

WRITTEN: tuple[Context, ...] = ("src", "example")
"""Contexts that are written unasked."""
_ORDER: tuple[tuple[str, Context], ...] = (
    ("generated-path", "generated"),
    ("recorded-path", "recorded"),
    ("test-path", "test"),
    ("example-path", "example"),
    ("docs-path", "docs"),
)


class Contexts:
    """Tests paths against the lists of rules/names.toml.

    `projects` are folders that are projects of their own: what lies above them says nothing of their files.
    """

    def __init__(self, names: Mapping[str, NameList], projects: frozenset[str] = frozenset()) -> None:
        self._projects = projects - {""}
        self._known: dict[str, Context] = {}
        self._tests = [(re.compile("|".join(names[key].patterns)), context) for key, context in _ORDER]

    def of(self, path: str, *, generated: bool = False) -> Context:
        """The context of a path relative to the root; `generated`: the file says that it is."""
        if generated:
            return "generated"
        known = self._known.get(path)
        if known is None:
            known = self._known[path] = self._of_path(path)
        return known

    def _of_path(self, path: str) -> Context:
        if path.endswith(MARK):
            return "docs"
        path = self._below(path)
        for pattern, context in self._tests:
            if pattern.search(path) and not (context == "example" and is_data(path)):
                return context
        return "config" if is_data(path) else "src"

    def _below(self, path: str) -> str:
        """The path below the folder around the nearest project."""
        home = next((folder for folder in above(path) if folder in self._projects), "")
        return path[len(home.rpartition("/")[0]) :].lstrip("/") if home else path
