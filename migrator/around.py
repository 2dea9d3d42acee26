"""Where the rest of a project is, for files of it that were named on their own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.read.facts import FileFacts

REQUIREMENT_FILES = ("requirements*.txt", "requirements/*.txt", "pyproject.toml", "constraints*.txt")
_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")


def with_ids(facts: Iterable[FileFacts]) -> list[str]:
    """The files that name a model in their code."""
    return [
        file.path
        for file in facts
        if file.problem is None and any(occurrence.place == "code" for occurrence in file.occurrences)
    ]


def project_of(files: Iterable[str], root: Path) -> Path:
    """The folder whose modules may use each other: the repository, else the project, else `root`.

    `files` are relative to `root`. A home folder or a whole file system is never a project.
    """
    common = root / os.path.commonpath([os.path.dirname(file) for file in files])
    chain = [folder for folder in (common, *common.parents) if folder.is_relative_to(root)]
    for folder in chain:
        if (folder / ".git").exists():
            return folder
    marked = [folder for folder in chain if _is_project(folder)]
    if marked:
        return marked[-1]
    return common if root in (Path.home(), root.parent) else root


def _is_project(folder: Path) -> bool:
    """A package may have a module called `setup`."""
    named = any((folder / name).is_file() for name in _PROJECT_FILES)
    return named and not (folder / "__init__.py").exists()
