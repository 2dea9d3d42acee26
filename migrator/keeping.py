"""Files under the user's cache directory, each of which appears whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def folder() -> Path:
    """Where this program may keep what it can make again; raises RuntimeError where there is no home."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(base) if os.path.isabs(base) else Path.home() / ".cache"
    return home / "gpt55-migrate"


def write(path: Path, content: bytes) -> None:
    """A file that appears whole or not at all, in a folder that is made where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.replace(name, path)
    except OSError:
        os.unlink(name)
        raise


def forget(folder: Path, names: str, keep: int) -> None:
    """Remove all but the newest of the files that are called so."""
    entries = sorted(folder.glob(names), key=lambda each: each.stat().st_mtime, reverse=True)
    for each in entries[keep:]:
        each.unlink(missing_ok=True)
