"""What git says was changed since a revision: files, and lines in them."""

from __future__ import annotations

import codecs
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from migrator.commands import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_HUNK = re.compile(rb"@@ -\S+ \+(\d+)(?:,(\d+))? @@")
_MISSING = "is unknown here; fetch it first (in CI a full history, such as fetch-depth: 0)"


class Changed(NamedTuple):
    """Path relative to the root -> the changed lines as (first, last); None for a file that is new to git."""

    files: dict[str, list[tuple[int, int]] | None]

    def touches(self, path: str, first: int, last: int) -> bool:
        """Whether some line from `first` to `last` was changed."""
        if path not in self.files:
            return False
        spans = self.files[path]
        return spans is None or any(start <= last and first <= end for start, end in spans)


def since(revision: str, root: Path) -> Changed:
    """What the working tree has changed since it left `revision`; raises UsageError where git cannot say."""
    if revision.startswith("-"):
        raise UsageError(f"--diff-base {revision}: expected a revision, such as origin/main")
    top = Path(_git(root, "rev-parse", "--show-toplevel").decode().strip())
    start = _start(revision, root)
    patch = _git(root, *_DIFF, start, "--")
    files = dict(_spans(patch))
    new = _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--full-name", "--", str(top))
    untracked = [os.fsdecode(name) for name in new.split(b"\0") if name]
    both: dict[str, list[tuple[int, int]] | None] = {**files, **dict.fromkeys(untracked)}
    return Changed({_below(top / path, root): spans for path, spans in both.items()})


_DIFF = (
    "-c", "core.quotePath=false", "diff", "--unified=0", "--find-renames", "--no-color", "--no-ext-diff",
    "--no-textconv", "--no-relative", "--src-prefix=a/", "--dst-prefix=b/", "--diff-filter=d",
)  # fmt: skip


def _start(revision: str, root: Path) -> str:
    """Where the work on top of `revision` began; `revision` itself where histories share nothing."""
    name = f"{revision}^{{commit}}"
    known = _git(root, "rev-parse", "--verify", "--quiet", name, missing=f"--diff-base {revision} {_MISSING}")
    commit = known.decode().strip()
    done = _run(root, "merge-base", commit, "HEAD")
    return done.stdout.decode().strip() if done.returncode == 0 else commit


def _spans(patch: bytes) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    path, spans = "", list[tuple[int, int]]()
    for line in patch.split(b"\n"):
        if line.startswith(b"diff --git "):
            if path:
                yield path, spans
            path, spans = "", []
        elif line.startswith(b"+++ ") and not path:
            path = _name(line[4:])
        elif match := _HUNK.match(line):
            size = int(match[2] or 1)
            if size:
                spans.append((int(match[1]), int(match[1]) + size - 1))
    if path:
        yield path, spans


def _name(raw: bytes) -> str:
    raw = raw.rstrip(b"\t\r")
    if raw.startswith(b'"'):
        raw = codecs.escape_decode(raw[1:-1])[0]
    return os.fsdecode(raw.removeprefix(b"b/"))


def _below(path: Path, root: Path) -> str:
    return Path(os.path.relpath(os.path.realpath(path.parent), os.path.realpath(root)), path.name).as_posix()


def _git(root: Path, *words: str, missing: str = "") -> bytes:
    done = _run(root, *words)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        why = (said[-1] if said else "git failed").removeprefix("fatal: ")
        raise UsageError(missing or f"--diff-base needs a git repository: {why}")
    return done.stdout


def _run(root: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", *words], cwd=root, capture_output=True, check=False)
    except FileNotFoundError:
        raise UsageError("--diff-base needs git, which is not installed here") from None
