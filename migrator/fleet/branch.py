"""A repository's patch as a commit on a branch of its own; working tree and index stay as they are."""

from __future__ import annotations

import os
import subprocess
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from migrator.fleet import clone, commit_tree, git
from migrator.fleet.git import GitError
from migrator.report import words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from migrator.fleet.fleet_records import Report, Source, Terms


class Made(NamedTuple):
    """What became of a branch: `made`, `there` where an earlier run made it, else why not."""

    status: str
    message: str = ""


def is_name(name: str) -> bool:
    """Whether git takes a branch of this name."""
    try:
        git.run(os.devnull, "check-ref-format", f"refs/heads/{name}")
    except GitError:
        return False
    return not name.startswith("-") and name != "HEAD"


def author() -> dict[str, str]:
    """Who commits: as the environment says, or the user's own git settings."""
    found: dict[str, str] = {}
    for part, default in (("name", "gpt55-migrate"), ("email", "gpt55-migrate@localhost")):
        value = os.environ.get(f"GIT_AUTHOR_{part.upper()}") or _own(f"user.{part}") or default
        found |= {f"GIT_AUTHOR_{part.upper()}": value, f"GIT_COMMITTER_{part.upper()}": value}
    return found


def _own(key: str) -> str:
    """A value of the user's own configuration, read away from any repository."""
    command = ["git", "config", "--global", "--get", key]
    try:
        return subprocess.run(command, capture_output=True, check=False, cwd="/").stdout.decode().strip()
    except OSError:
        return ""


def commit(
    source: Source, report: Report, patch: Path, name: str, clones: Path, terms: Terms, who: Mapping[str, str]
) -> Made:
    """Make the branch; a branch of this name that is something else is left."""
    try:
        folder = _folder(source, report, clones, terms, patch)
        if report.branch == name:
            return Made("refused", f"{name} is checked out there; name another branch")
        return _committed(folder, report, patch.read_bytes(), name, who, source.name)
    except GitError as error:
        return Made("failed", f"{error.reason}: {error}")
    except OSError as error:
        return Made("failed", error.strerror or str(error))


def _folder(source: Source, report: Report, clones: Path, terms: Terms, patch: Path) -> str:
    """The git directory; of a remote a clone beside the results, from which the branch can be pushed."""
    if not source.remote:
        return git.directory(source.locator)
    folder = clones / f"{source.folder}.git"
    if not (folder / "HEAD").is_file():
        folder.mkdir(parents=True)
    clone.clone(source.locator, str(folder), report.commit, terms.git_config)
    touched = {
        line[6:].split(b"\t")[0] for line in patch.read_bytes().split(b"\n") if line.startswith(b"--- a/")
    }
    listing = commit_tree.listing(str(folder), report.commit, sized=False)
    blobs = tuple(blob for blob in listing.blobs if blob.path.encode() in touched)
    clone.complete(str(folder), blobs, terms.git_config)
    return str(folder)


def _committed(
    folder: str, report: Report, patch: bytes, name: str, who: Mapping[str, str], called: str
) -> Made:
    made = _tree(folder, report.commit, patch)
    ref = f"refs/heads/{name}"
    there = git.run(folder, "for-each-ref", "--format=%(objectname)", ref).decode().split()
    if there:
        known = git.run(folder, "rev-parse", f"{there[0]}^{{tree}}", f"{there[0]}^").decode().split()
        if known == [made, report.commit]:
            return Made("there")
        return Made("refused", f"there is a branch {name} already; name another, or delete it")
    text = message(report, called).encode()
    new = git.run(folder, "commit-tree", made, "-p", report.commit, data=text, more=who).decode().strip()
    git.run(folder, "update-ref", "-m", "gpt55-migrate fleet", ref, new, "0" * len(new))
    return Made("made", new)


def _tree(folder: str, base: str, patch: bytes) -> str:
    """The commit's tree with the patch, by way of an index of its own."""
    with tempfile.TemporaryDirectory(prefix="gpt55-fleet-") as scratch:
        own = {"GIT_INDEX_FILE": os.path.join(scratch, "index")}
        git.run(folder, "read-tree", base, more=own)
        git.run(folder, "apply", "--cached", "--whitespace=nowarn", "-", data=patch, more=own)
        return git.run(folder, "write-tree", "--missing-ok", more=own).decode().strip()


def title(report: Report) -> str:
    """The first line of a commit and the title of a pull request."""
    variants = sorted({p.variant for p in report.places if p.selected and p.variant})
    return f"Move to {', '.join(variants)}" if variants else "Prepare for the move to newer models"


def message(report: Report, called: str) -> str:
    """What a reviewer of the branch needs to know."""
    moved: dict[tuple[str, str], int] = {}
    for place in report.places:
        if place.selected and place.action == "rewrite":
            moved[place.model, place.variant] = moved.get((place.model, place.variant), 0) + 1
    held = sum(place.action == "review" for place in report.places)
    ends = sorted({f"{p.model} ends {p.ends}" for p in report.places if p.selected and p.ends})
    lines = [title(report), ""]
    lines += [f"- {old} -> {new}: {count} x" for (old, new), count in sorted(moved.items())]
    lines += [f"- {line}" for line in ends[:10]]
    edits, files = words.count(report.edits, "edit"), words.count(report.files, "file")
    lines += ["", f"{edits} in {files}; {report.unsafe:,} may change behaviour beyond the model."]
    lines += [f"Not part of this: {words.count(held, 'place')} for a person to decide."]
    lines += ["", f"Made by gpt55-migrate fleet for {called} on {report.commit[:12]}."]
    lines += ["Each line's reason: gpt55-migrate explain PATH:LINE", ""]
    return "\n".join(lines)
