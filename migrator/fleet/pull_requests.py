"""What other tools need to open the pull requests, wave by wave. Nothing is sent from here."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from migrator.fleet import branch
from migrator.plan.yaml import dump
from migrator.write import files

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from migrator.fleet.fleet_records import Report

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)+")
_SCP = re.compile(r"(?:[\w.+-]+@)?([\w.-]+):(?!//)(\S+)")


class PullRequest(NamedTuple):
    """A repository with a patch: where it is hosted, and what its pull request says."""

    host: str
    path: str
    patch: bytes
    title: str
    body: str


def change(report: Report, patch: bytes, called: str) -> PullRequest | None:
    """What can be exported; None for a repository that no code host has."""
    host, path = hosted(report.origin)
    if not host:
        return None
    title, _, body = branch.message(report, called).partition("\n\n")
    return PullRequest(host, path, patch, title, body)


def hosted(origin: str) -> tuple[str, str]:
    """Host and path of a repository on a code host; nothing for what names none plainly."""
    match = _SCP.fullmatch(origin) if "://" not in origin else None
    try:
        parts = urlsplit(origin)
        host, path = (match[1], match[2]) if match else (parts.hostname or "", parts.path)
    except ValueError:
        return "", ""
    path = path.strip("/").removesuffix(".git")
    return (
        (host, path) if _SAFE.fullmatch(f"{host}/{path}") and ".." not in path and "/" in path else ("", "")
    )


def write(folder: Path, tool: str, changes: Sequence[PullRequest], name: str) -> None:
    """The files of a tool for the changes of one wave, in `folder`; `name` is the branch."""
    for one in changes:
        place = folder / "patches" / one.host / f"{one.path}.patch"
        place.parent.mkdir(parents=True, exist_ok=True)
        files.save(place, one.patch)
    for file, text in TOOLS[tool](changes, name).items():
        files.save(folder / file, text.encode())
        if file.endswith(".sh"):
            (folder / file).chmod(0o755)


_APPLY = """\
#!/bin/sh
# Called by multi-gitter in each clone, with REPOSITORY=owner/name.
set -eu
here=$(dirname -- "$0")
for patch in "$here"/patches/*/"$REPOSITORY.patch"; do
  git apply --whitespace=nowarn "$patch"
done
"""


def _multi_gitter(changes: Sequence[PullRequest], name: str) -> dict[str, str]:
    """`multi-gitter run ./apply.sh --config multi-gitter.yaml`."""
    config = {
        "repo": [one.path for one in changes],
        "branch": name,
        "commit-message": changes[0].title if len({one.title for one in changes}) == 1 else _TITLE,
        "pr-title": _TITLE,
        "pr-body": _BODY,
        "conflict-strategy": "skip",
    }
    return {"apply.sh": _APPLY, "multi-gitter.yaml": dump(config)}


_TITLE = "Move to newer models"
_BODY = "Made by gpt55-migrate fleet. Each line's reason: gpt55-migrate explain PATH:LINE"


def _batch_changes(changes: Sequence[PullRequest], name: str) -> dict[str, str]:
    """`src batch preview -f batch-spec.yaml`."""
    step = {
        "run": "git apply --whitespace=nowarn '/patches/${{ repository.name }}.patch'",
        "container": "alpine/git:latest",
        "mount": [{"path": "./patches", "mountpoint": "/patches"}],
    }
    spec = {
        "version": 2,
        "name": re.sub(r"[^A-Za-z0-9-]+", "-", name).strip("-") or "migration",
        "description": _BODY,
        "on": [{"repository": f"{one.host}/{one.path}"} for one in changes],
        "steps": [step],
        "changesetTemplate": {
            "title": _TITLE,
            "body": _BODY,
            "branch": name,
            "commit": {"message": _TITLE},
            "published": False,
        },
    }
    return {"batch-spec.yaml": dump(spec)}


_OPEN = """\
#!/bin/sh
# Opens one draft pull request a repository with GitHub's gh. Run again, it goes on with those that have none.
set -u
here=$(cd -- "$(dirname -- "$0")" && pwd)
work=$(mktemp -d)
open() { # host, owner/name, branch, title
  clone=$work/$2
  git -c core.hooksPath=/dev/null ls-remote --exit-code "https://$1/$2" "refs/heads/$3" >/dev/null && return 0
  gh repo clone "$1/$2" "$clone" -- --depth 1 --quiet &&
    git -C "$clone" checkout --quiet -b "$3" &&
    git -C "$clone" apply --index --whitespace=nowarn "$here/patches/$1/$2.patch" &&
    git -C "$clone" commit --quiet -F "$here/patches/$1/$2.txt" &&
    git -C "$clone" push --quiet origin "$3" &&
    (cd -- "$clone" && gh pr create --draft --head "$3" --title "$4" --body-file "$here/patches/$1/$2.txt") ||
    echo "failed: $1/$2" >&2
  rm -rf -- "$clone"
}
"""


def _gh(changes: Sequence[PullRequest], name: str) -> dict[str, str]:
    """`./pull-requests.sh`."""
    lines = [" ".join(map(shlex.quote, (one.host, one.path, name, one.title))) for one in changes]
    texts = {f"patches/{one.host}/{one.path}.txt": f"{one.title}\n\n{one.body}" for one in changes}
    return {"pull-requests.sh": _OPEN + "".join(f"open {line}\n" for line in lines), **texts}


TOOLS: dict[str, Callable[[Sequence[PullRequest], str], dict[str, str]]] = {
    "multi-gitter": _multi_gitter,
    "batch-changes": _batch_changes,
    "gh": _gh,
}
