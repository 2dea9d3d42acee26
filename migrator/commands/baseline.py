"""A baseline: the findings that a team knows of, so that `check` fails only on new ones."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from migrator.discover.file_bytes import read_bytes
from migrator.errors import UsageError
from migrator.write import files

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from migrator.report.issues import Issue

_VERSION = 1
_NOTE = "Known findings of gpt55-migrate; `gpt55-migrate check . --write-baseline FILE` writes it again."


class Baseline(NamedTuple):
    """Path -> fingerprint -> what was found; `root` is the folder of the paths in the file, seen from it."""

    root: str
    findings: dict[str, dict[str, str]]

    def knows(self, issue: Issue) -> bool:
        """Whether an issue was there when the baseline was written."""
        return issue.fingerprint in self.findings.get(issue.path, {})

    def gone(self, issues: Sequence[Issue], covers: Callable[[str], bool]) -> int:
        """How many of its findings in the files looked at are no longer found."""
        present = {issue.fingerprint for issue in issues}
        return sum(
            name not in present for path, names in self.findings.items() if covers(path) for name in names
        )


def load(file: str, root: Path) -> Baseline:
    """The baseline in `file`, for paths relative to `root`; raises UsageError where it cannot be used."""
    try:
        data = json.loads(read_bytes(file))
        found = Baseline(data["root"], {str(path): dict(names) for path, names in data["findings"].items()})
    except FileNotFoundError:
        raise UsageError(
            f"{file}: there is no such baseline; write it: gpt55-migrate check . --write-baseline {file}"
        ) from None
    except OSError as error:
        raise UsageError(f"{file}: the baseline cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError(
            f"{file}: no baseline of gpt55-migrate; write it again or name another file"
        ) from None
    if data.get("version") != _VERSION:
        raise UsageError(f"{file}: written by another version of gpt55-migrate; write it again")
    written_for = os.path.realpath(Path(os.path.realpath(file)).parent / found.root)
    here = os.path.realpath(root)
    if written_for == here:
        return found
    moved = {os.path.relpath(os.path.join(written_for, path), here): path for path in found.findings}
    return found._replace(
        findings={Path(new).as_posix(): found.findings[path] for new, path in moved.items()}
    )


def save(file: str, root: Path, issues: Sequence[Issue], covers: Callable[[str], bool]) -> int:
    """Write the baseline; what it says of files that were not looked at stays. Returns how many it holds."""
    kept: dict[str, dict[str, str]] = {}
    if Path(file).exists():
        kept = {path: names for path, names in load(file, root).findings.items() if not covers(path)}
    for issue in issues:
        what = f"{issue.rule} {issue.message}"
        kept.setdefault(issue.path, {})[issue.fingerprint] = what
    _write(file, {"note": _NOTE, "version": _VERSION, "root": _seen_from(file, root), "findings": kept})
    return sum(map(len, kept.values()))


def _write(file: str, data: dict[str, object]) -> None:
    text = json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    try:
        files.save(Path(file), text.encode(errors="backslashreplace"))
    except OSError as error:
        raise UsageError(f"{file}: the baseline cannot be written: {error.strerror}") from None


def _seen_from(file: str, root: Path) -> str:
    return Path(os.path.relpath(os.path.realpath(root), Path(os.path.realpath(file)).parent)).as_posix()
