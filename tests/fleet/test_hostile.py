"""A repository is untrusted: nothing of it runs, its settings are not taken, and nothing is written outside."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.fleet.support import CALL, command, environment, fleet, git, lines, repository

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def trap(folder: Path) -> Path:
    """A program that leaves a mark when it runs."""
    program = folder / "trap.sh"
    program.write_text(f"#!/bin/sh\ntouch {folder}/sprung\ncat\n")
    program.chmod(0o755)
    return program


def armed(own: Path, program: Path) -> None:
    """Every setting by which git could be made to start a program."""
    settings = {
        "core.fsmonitor": program,
        "core.sshCommand": program,
        "core.gitProxy": program,
        "core.pager": program,
        "core.editor": program,
        "core.askPass": program,
        "core.alternateRefsCommand": program,
        "core.hooksPath": own / ".git" / "own-hooks",
        "diff.external": program,
        "filter.evil.smudge": program,
        "filter.evil.clean": program,
        "filter.evil.process": program,
        "merge.evil.driver": program,
        "gpg.program": program,
        "commit.gpgSign": "true",
        "credential.helper": f"!{program}",
        "remote.origin.url": f"ext::{program}",
        "remote.origin.uploadpack": program,
        "remote.origin.promisor": "true",
        "extensions.partialClone": "origin",
        "uploadpack.packObjectsHook": program,
        "alias.ls-tree": f"!{program}",
    }
    for name, value in settings.items():
        git(own, "config", name, str(value))
    for folder in ("hooks", "own-hooks"):
        for hook in (
            "reference-transaction",
            "post-index-change",
            "post-checkout",
            "pre-commit",
            "post-commit",
        ):
            place = own / ".git" / folder / hook
            place.parent.mkdir(exist_ok=True)
            place.write_text(program.read_text())
            place.chmod(0o755)


def test_no_setting_of_a_repository_runs_anything(tmp_path):
    program = trap(tmp_path)
    attributes = "* filter=evil diff=evil merge=evil\n*.py export-subst export-ignore\n"
    own = repository(tmp_path / "own", {"app.py": CALL, ".gitattributes": attributes})
    armed(own, program)
    ended = fleet("own", "-o", "out", "--branch", "newer", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert lines(tmp_path / "out")["own"]["written"] == 1
    assert not (tmp_path / "sprung").exists()
    subprocess.run(["git", "-C", str(own), "status"], check=False, capture_output=True)
    assert (tmp_path / "sprung").exists(), "the trap is none"


def test_what_is_missing_in_a_clone_is_not_fetched_by_its_own_settings(tmp_path):
    program = trap(tmp_path)
    own = repository(tmp_path / "own")
    blob = git(own, "rev-parse", "HEAD:app.py")
    (own / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    armed(own, program)
    assert fleet("own", "-o", "out", cwd=tmp_path).returncode in (0, 3)
    line = lines(tmp_path / "out")["own"]
    assert line["status"] == "failed" or line["places"] == 0
    assert not (tmp_path / "sprung").exists()


def test_names_that_lead_out_and_links_are_left(tmp_path):
    own = repository(tmp_path / "own", {"app.py": CALL})
    os.symlink("/etc", own / "etc")
    os.symlink("../../secret.py", own / "link.py")
    (tmp_path / "secret.py").write_text('KEY = "gpt-4o"\n')
    git(own, "add", "-A")
    blob = git(own, "hash-object", "-w", "--stdin", data=CALL.encode())
    inner = git(own, "mktree", data=f"100644 blob {blob}\tescaped.py\n".encode())
    old = git(own, "ls-tree", "HEAD").splitlines()
    links = [f"120000 blob {git(own, 'hash-object', '-w', '--stdin', data=b'/etc/passwd')}\tl.py"]
    tree = git(
        own,
        "mktree",
        data="\n".join([*old, *links, f"040000 tree {inner}\t..", f"040000 tree {inner}\t.git", ""]).encode(),
    )
    commit = git(own, "commit-tree", "-m", "evil", tree)
    git(own, "update-ref", "HEAD", commit)
    ended = fleet("own", "-o", "out", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert lines(tmp_path / "out")["own"]["places"] == 1
    assert not list(tmp_path.rglob("escaped.py"))


SETTINGS = '[tool.gpt55-migrate]\nexclude = ["*"]\n'


def test_settings_of_a_repository_count_only_where_they_are_trusted(tmp_path):
    repository(tmp_path / "own", {"app.py": CALL, "pyproject.toml": SETTINGS})
    repository(tmp_path / "bad", {"app.py": CALL, "pyproject.toml": "[tool.gpt55-migrate]\nnonsense = 1\n"})
    assert fleet("own", "bad", "-o", "out", cwd=tmp_path).returncode == 0
    assert [line["written"] for line in lines(tmp_path / "out").values()] == [1, 1]
    assert fleet("own", "bad", "-o", "out", "--trust-config", cwd=tmp_path).returncode == 3
    found = lines(tmp_path / "out")
    assert found["own"]["places"] == 0
    assert (found["bad"]["status"], found["bad"]["reason"]) == ("failed", "settings")


def test_a_worker_imports_nothing_from_the_working_directory(tmp_path):
    repository(tmp_path / "own")
    for name in ("msgspec", "struct", "tomli"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'sprung')!r}, 'w')\n")
    env = {**environment(), "PYTHONSAFEPATH": "1"}
    ended = subprocess.run(command("own", "-o", "out"), cwd=tmp_path, env=env, check=False)
    assert ended.returncode == 0
    assert not (tmp_path / "sprung").exists()


def test_a_secret_in_an_address_or_in_the_code_gets_into_no_report(tmp_path):
    key = "sk-proj-" + "A1b2C3d4E5f6G7h8" * 3
    own = repository(tmp_path / "own", {"app.py": CALL.replace("OpenAI()", f'OpenAI(api_key="{key}")')})
    git(own, "remote", "add", "origin", "https://user:sesame-opens@h.example/a/b.git")
    fleet("own", "https://user:sesame-opens@127.0.0.1:9/a/b.git", "-o", "out", cwd=tmp_path)
    for file in (tmp_path / "out").rglob("*"):
        if file.is_file() and file.suffix != ".patch":
            assert b"sesame-opens" not in file.read_bytes(), file
            assert key.encode() not in file.read_bytes(), file
