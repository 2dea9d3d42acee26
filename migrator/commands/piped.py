"""`check -`: standard input in place of a file, as editors ask for it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.discover import file_bytes
from migrator.errors import UsageError
from migrator.projectroot import is_manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = "stdin.py"


@contextmanager
def standing_in(name: str) -> Iterator[str]:
    """The file to name for what standard input holds.

    A file that is there is judged within its project, with these bytes instead of its own; else they are
    judged alone, beside copies of the manifests of the working directory, in a folder that is the working
    directory meanwhile.
    """
    data = sys.stdin.buffer.read(file_bytes.MAX_BYTES + 1)
    if len(data) > file_bytes.MAX_BYTES:
        raise UsageError("-: larger than 20 MB")
    file = Path(os.path.abspath(name)) if name else None
    if file is not None and file.is_file():
        file_bytes.instead[os.path.realpath(file)] = data
        try:
            yield name
        finally:
            file_bytes.instead.clear()
        return
    with tempfile.TemporaryDirectory(prefix="gpt55-") as folder:
        root, here = Path(os.path.realpath(folder)), Path.cwd()
        shown = _alone(root, name, data)
        os.chdir(root)
        try:
            yield shown
        finally:
            os.chdir(here)


def _alone(root: Path, name: str, data: bytes) -> str:
    for entry in os.scandir():
        if is_manifest(entry.name) and entry.is_file():
            shutil.copyfile(entry.path, root / entry.name)
    (root / "pyproject.toml").touch()
    shown = Path(os.path.normpath(name or _NAME))
    if shown.is_absolute() or ".." in shown.parts:
        shown = Path(shown.name)
    (root / shown).parent.mkdir(parents=True, exist_ok=True)
    (root / shown).write_bytes(data)
    return str(shown)
