"""What a report says of the project itself: its name, commit and address, its files, who owns them."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlsplit

from migrator import __version__
from migrator.discover.file_bytes import read_bytes
from migrator.discover.owners import Owners, owners_below
from migrator.report import redact
from migrator.report.html import About

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.commands.options import Request
    from migrator.report.causes import Cause

_SCP = re.compile(r"(?:[\w.-]+@)?(?P<host>[\w.-]+):(?P<path>[\w./~-]+)\Z")


class Project(NamedTuple):
    """`root` is what all paths are relative to, `top` the repository around it (or the root itself)."""

    root: Path
    top: Path
    commit: str
    origin: str
    owners: Owners

    @property
    def _name(self) -> str:
        return f"{self.top.name}/{self.folder}".rstrip("/") if self.commit else self.root.name

    @property
    def folder(self) -> str:
        """From the top to the root, with a slash at its end; nothing where they are the same."""
        below = self.root.relative_to(self.top).as_posix()
        return "" if below == "." else below + "/"

    def owner(self, path: str) -> str:
        """Who owns a path, by CODEOWNERS."""
        return self.owners.of(self.folder + path)

    def content(self, path: str) -> bytes | None:
        """The bytes of a file."""
        with suppress(OSError, ValueError):
            return read_bytes(str(self.root / path))
        return None

    def about(self, request: Request, found: Sequence[Cause]) -> About:
        """The head of a report."""
        return About(
            project=redact.name(self._name),
            commit=self.commit,
            date=request.settings.day.isoformat(),
            version=__version__,
            target=request.target.named,
            lines=_lines(self.origin, self.commit, self.folder),
            volume=request.volume,
            whole=request.target.root == Path.cwd(),
            found=found,
        )


def project(request: Request) -> Project:
    """The project of a request; git is asked for a commit only, and told to trust no setting."""
    from migrator.fleet import git

    root = Path(os.path.realpath(request.target.root))
    top = next((up for up in (root, *root.parents) if (up / ".git").exists()), root)
    commit = origin = ""
    with suppress(git.GitError, OSError, UnicodeError):
        folder = git.directory(str(top))
        commit, origin = git.head(folder)[0], git.origin(folder)
    return Project(root, top, commit, origin, owners_below(top))


def _lines(origin: str, commit: str, folder: str) -> str:
    """The address of a line at a code host: without a user's name, or a key, that the origin may hold."""
    scp = _SCP.match(origin)
    address = urlsplit(f"https://{scp['host']}/{scp['path']}" if scp else origin)
    host, path = address.hostname or "", address.path.strip("/").removesuffix(".git")
    if not (commit and host and path and address.scheme in ("https", "http", "ssh", "git")):
        return ""
    start, before = f"https://{host}/{quote(path)}", quote(folder)
    if host == "bitbucket.org":
        return f"{start}/src/{commit}/{before}{{path}}#lines-{{line}}"
    tree = "-/blob" if "gitlab" in host else "blob"
    return f"{start}/{tree}/{commit}/{before}{{path}}#L{{line}}"
