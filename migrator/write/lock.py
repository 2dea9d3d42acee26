"""One run at a time writes below a root; the lock goes with the process that holds it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.write.files import WriteRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@contextmanager
def exclusive(root: Path) -> Iterator[None]:
    """Hold the lock of `root`; raises WriteRefused (`locked`) while another run holds it.

    Roots inside each other have locks of their own: `write_file` still refuses a file that changed.
    """
    handle = _opened(hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:32])
    _held.add(handle)
    try:
        _acquire(handle, root)
        yield
    finally:
        _held.discard(handle)
        os.close(handle)


_held: set[int] = set()


def _let_go() -> None:
    """In a forked process, which would else keep the lock when this one is killed."""
    for handle in _held:
        os.close(handle)
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)


def _acquire(handle: int, root: Path) -> None:
    try:
        if fcntl:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    except OSError as error:
        raise WriteRefused("locked", f"another run is writing below {root}; wait for it to end") from error


def _opened(name: str) -> int:
    """The lock file: in the state folder, or in the temporary one where that cannot be written."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    owner = os.getuid() if hasattr(os, "getuid") else "user"
    spare = Path(tempfile.gettempdir()) / f"gpt55-migrate-{owner}"
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    for folder in (Path(state) / "gpt55-migrate" / "locks", spare):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.open(folder / f"{name}.lock", flags, 0o600)
        except OSError:
            continue
    raise WriteRefused("locked", f"no lock file can be made in {folder}")
