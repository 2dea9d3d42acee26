"""What git says was changed since a revision: files, and lines in them."""

from __future__ import annotations

import codecs
import os
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from migrator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HUNK = re.compile(rb"@@ -\S+ \+(\d+)(?:,(\d+))? @@")
_MISSING = "is unknown here; fetch it first (in CI a full history, such as fetch-depth: 0)"


class Changed(NamedTuple):
    """Path relative to the root -> the changed lines as (first, last); None for a file that is new to git."""

    files: dict[str, list[tuple[int, int]] | None]

    def shown(self) -> Changed:
        """The same with paths as reports have them."""
        from migrator.report import redact

        return Changed({redact.name(path): spans for path, spans in self.files.items()})

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
    new = _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--full-name", "--", str(root))
    untracked = [os.fsdecode(name) for name in new.split(b"\0") if name]
    both: dict[str, list[tuple[int, int]] | None] = {**files, **dict.fromkeys(untracked)}
    return Changed({_below(top / path, root): spans for path, spans in both.items()})


_DIFF = (
    "diff", "--unified=0", "--find-renames", "--no-color", "--no-ext-diff", "--no-textconv",
    "--ignore-submodules=all", "--no-relative", "--src-prefix=a/", "--dst-prefix=b/", "--diff-filter=d",
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


_NEUTRAL = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.sshCommand": "false",
    "core.gitProxy": "",
    "core.alternateRefsCommand": "",
    "core.quotePath": "false",
    "protocol.allow": "never",
    "safe.bareRepository": "explicit",
    "submodule.recurse": "false",
}
"""A repository's own configuration can name programs for all of these."""
_ALONE = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
}
_FILTER = re.compile(rb"filter\..*\.(?:clean|process|smudge)\Z", re.DOTALL)
_PATIENCE = 300


@cache
def _without_filters(root: Path) -> tuple[str, ...]:
    """Options that take the repository's own filters away: git would run them on its files."""
    names: set[str] = set()
    for scope in ("--local", "--worktree"):
        listed = _call(root, (), "config", scope, "--includes", "-z", "--name-only", "--list").stdout
        names.update(os.fsdecode(name) for name in listed.split(b"\0") if _FILTER.match(name))
    if odd := next((name for name in sorted(names) if "=" in name), None):
        raise UsageError(f"--diff-base: the repository's configuration names a program in {odd!r}; remove it")
    drivers = {name.rpartition(".")[0] for name in names}
    chosen = [*(f"{name}=" for name in names), *(f"{driver}.required=false" for driver in drivers)]
    return tuple(part for one in sorted(chosen) for part in ("-c", one))


def _run(root: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Git, whatever the repository is set up to run: it may be somebody else's."""
    return _call(root, _without_filters(root), *words)


def _call(root: Path, more: Sequence[str], *words: str) -> subprocess.CompletedProcess[bytes]:
    chosen = [part for name, value in _NEUTRAL.items() for part in ("-c", f"{name}={value}")]
    environment = {**os.environ, **_ALONE}
    try:
        return subprocess.run(
            ["git", *chosen, *more, *words],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except FileNotFoundError:
        raise UsageError("--diff-base needs git, which is not installed here") from None
    except subprocess.TimeoutExpired:
        raise UsageError(f"--diff-base: git did not answer within {_PATIENCE} seconds") from None
