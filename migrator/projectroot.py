"""Where the rest of a project is, for a part of it that was named on its own."""

from __future__ import annotations

import os
import tempfile
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.read.nodes import FileFacts

_PROJECT_FILES = (
    "pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "requirements.txt", "uv.lock", "poetry.lock"
)  # fmt: skip
LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock")
_MANIFESTS = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile", *LOCKS)
_LISTS = ("requirements", "constraints")
_BUILT = (".dist-info", ".egg-info")


def is_manifest(path: str) -> bool:
    """Whether a file may declare requirements, by its name."""
    folder, _, name = path.rpartition("/")
    if name in _MANIFESTS or is_built(path):
        return True
    is_list = name.startswith(_LISTS) or folder.rpartition("/")[2] == "requirements"
    return is_list and name.endswith((".txt", ".in"))


def is_built(path: str) -> bool:
    """Whether a file says what a build has declared: `app-1.0.dist-info/METADATA`, `PKG-INFO`."""
    folder, _, name = path.rpartition("/")
    return name == "PKG-INFO" or (name == "METADATA" and folder.endswith(_BUILT))


def folder_of(path: str) -> str:
    """The folder that a manifest speaks for: `requirements/base.txt` for the one around it."""
    folder = path.rpartition("/")[0]
    is_inside = folder.rpartition("/")[2] == "requirements" or folder.endswith(_BUILT)
    return folder.rpartition("/")[0] if is_inside else folder


def with_ids(facts: Iterable[FileFacts]) -> list[str]:
    """The files that name a model in their code."""
    return [
        file.path
        for file in facts
        if file.problem is None and any(occurrence.place == "code" for occurrence in file.occurrences)
    ]


def project_of(paths: Iterable[Path], otherwise: Path) -> Path:
    """The folder whose modules may use each other: the repository, else the outermost project around `paths`.

    Where nothing marks one: `otherwise`, if it is above. A home folder, the folder for temporary files or a
    whole file system is never a project.
    """
    folders = [os.path.abspath(path if path.is_dir() else path.parent) for path in paths]
    common = Path(os.path.commonpath(folders))
    chain = list(takewhile(_may_be_project, (common, *common.parents)))
    for folder in chain:
        if (folder / ".git").exists():
            return folder
    marked = [folder for folder in chain if _is_project(folder)]
    if marked:
        return marked[-1]
    is_above = common.is_relative_to(otherwise) and _may_be_project(otherwise)
    return otherwise if is_above or common == otherwise else common


def _may_be_project(folder: Path) -> bool:
    return folder not in (Path.home(), Path(tempfile.gettempdir()), folder.parent)


def _is_project(folder: Path) -> bool:
    """A package may have a module called `setup`."""
    named = any((folder / name).is_file() for name in _PROJECT_FILES)
    return named and not (folder / "__init__.py").exists()
