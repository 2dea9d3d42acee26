"""`check --diff-base` in a repository of somebody else's: git runs nothing that the repository names."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from safety import programs

CALL = b"""\
from openai import OpenAI

print(OpenAI().chat.completions.create(model="gpt-4o", messages=[], max_tokens=5))
"""
TRAP = "#!/bin/sh\necho ran >> {log}\ncat\n"


def git(*words, cwd):
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    own = [
        f"{one}_{part}={who}"
        for one in ("GIT_AUTHOR", "GIT_COMMITTER")
        for part, who in (("NAME", "x"), ("EMAIL", "x@x"))
    ]
    subprocess.run(
        ["env", *own, "git", *words], cwd=cwd, check=True, capture_output=True, env={**os.environ, **alone}
    )


@pytest.fixture
def root(tmp_path):
    """A repository with a commit, a change after it, and a program that leaves a trace when it is run."""
    root = programs.lay(tmp_path / "work", {"app.py": CALL, "old.py": CALL, "notes.txt": b"x\n"})
    git("init", "-qb", "main", cwd=root)
    git("add", "-A", cwd=root)
    git("commit", "-qm", "x", cwd=root)
    (root / "app.py").write_bytes(CALL + b"# changed\n")
    (root / "new.py").write_bytes(CALL)
    os.utime(root / "old.py", (1, 1))
    trap = tmp_path / "trap"
    trap.write_text(TRAP.format(log=tmp_path / "log"))
    trap.chmod(0o755)
    return root


def hook(name):
    def laid(root, trap):
        (root / ".git" / "hooks").mkdir(exist_ok=True)
        shutil.copy(trap, root / ".git" / "hooks" / name)

    return laid


def configured(*pairs, attributes="", info=False):
    def laid(root, trap):
        for name, value in pairs:
            git("config", name, value.format(trap=trap, root=root), cwd=root)
        if attributes:
            file = root / ".git" / "info" / "attributes" if info else root / ".gitattributes"
            file.parent.mkdir(exist_ok=True)
            file.write_text(attributes)

    return laid


def included(root, trap):
    (root / "more").write_text(f'[filter "f"]\n\tclean = {trap}\n\trequired = true\n')
    (root / ".gitattributes").write_text("* filter=f\n")
    git("config", "include.path", "../more", cwd=root)


def of_a_worktree(root, trap):
    git("config", "extensions.worktreeConfig", "true", cwd=root)
    git("config", "--worktree", "filter.f.clean", str(trap), cwd=root)
    (root / ".gitattributes").write_text("* filter=f\n")


def absent(root, trap):
    """A partial clone whose missing objects would be asked of a program."""
    git("config", "extensions.partialClone", "o", cwd=root)
    git("config", "remote.o.url", f"ext::{trap}", cwd=root)
    git("config", "remote.o.promisor", "true", cwd=root)
    git("config", "protocol.ext.allow", "always", cwd=root)
    git("config", "remote.o.uploadpack", str(trap), cwd=root)
    for file in (root / ".git" / "objects").glob("??/*"):
        kind = subprocess.run(
            ["git", "cat-file", "-t", file.parent.name + file.name], cwd=root, capture_output=True, check=True
        )
        if kind.stdout == b"blob\n":
            file.unlink()


TRAPS = {
    "fsmonitor": configured(("core.fsmonitor", "{trap}")),
    "filter": configured(("filter.f.clean", "{trap}"), attributes="* filter=f\n"),
    "required filter": configured(
        ("filter.f.clean", "{trap}"), ("filter.f.required", "true"), attributes="* filter=f\n"
    ),
    "filter process": configured(("filter.f.process", "{trap}"), attributes="* filter=f\n"),
    "filter by the repository's own attributes": configured(
        ("filter.f.clean", "{trap}"), attributes="* filter=f\n", info=True
    ),
    "filter in an included file": included,
    "filter of a worktree": of_a_worktree,
    "text converter": configured(("diff.d.textconv", "{trap}"), attributes="* diff=d\n"),
    "differ": configured(("diff.d.command", "{trap}"), attributes="* diff=d\n"),
    "external differ": configured(("diff.external", "{trap}")),
    "pager": configured(("core.pager", "{trap}"), ("pager.diff", "true")),
    "alternates": configured(("core.alternateRefsCommand", "{trap}")),
    "hook of the index": hook("post-index-change"),
    "hook of references": hook("reference-transaction"),
    "folder of hooks": configured(("core.hooksPath", "{root}/..")),
    "partial clone": absent,
}


@pytest.mark.parametrize("trap", TRAPS)
def test_nothing_of_the_repository_runs(root, tmp_path, trap):
    TRAPS[trap](root, tmp_path / "trap")
    (tmp_path / "log").unlink(missing_ok=True)
    done = programs.run("check", ".", "--diff-base", "HEAD", home=tmp_path, cwd=root)
    assert not (tmp_path / "log").exists()
    if trap != "partial clone":
        assert {line.split(b":")[0] for line in done.stdout.splitlines()} == {b"new.py"}


@pytest.mark.parametrize(
    "trap", ["fsmonitor", "required filter", "filter process", "differ", "hook of the index"]
)
def test_the_traps_are_some(root, tmp_path, trap):
    """Git left to itself runs them."""
    TRAPS[trap](root, tmp_path / "trap")
    (tmp_path / "log").unlink(missing_ok=True)
    subprocess.run(["git", "diff", "HEAD"], cwd=root, check=False, capture_output=True)
    assert (tmp_path / "log").exists()


def test_an_embedded_bare_repository_is_none(root, tmp_path):
    """A folder that looks like a bare repository, with a working tree of its own and a program to run."""
    inside = root / "vendor"
    git("clone", "-q", "--bare", ".", "vendor", cwd=root)
    for name, value in (
        ("core.bare", "false"),
        ("core.worktree", str(root)),
        ("core.fsmonitor", str(tmp_path / "trap")),
    ):
        git("config", "--file", "vendor/config", name, value, cwd=root)
    programs.lay(inside, {"app.py": CALL})
    done = programs.run("check", ".", "--diff-base", "HEAD", home=tmp_path, cwd=inside)
    assert not (tmp_path / "log").exists()
    assert done.returncode == 2


def test_noop_a_filter_of_a_name_that_cannot_be_taken_away_is_refused(root, tmp_path):
    configured(("filter.a=b.clean", "{trap}"), attributes="* filter=a=b\n")(root, tmp_path / "trap")
    done = programs.run("check", ".", "--diff-base", "HEAD", home=tmp_path, cwd=root)
    assert (done.returncode, (tmp_path / "log").exists()) == (2, False)
