"""Patches, taken by the real `git apply`, forward and backward."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import pytest

from migrator.write.patch import unified

NUMBERS = [b"%d\n" % n for n in range(40)]


def apply(folder, patch):
    """Run `git apply` where no repository and no configuration is in reach."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GIT_CEILING_DIRECTORIES": str(folder.parent),
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    command = ["git", "apply", "--verbose", "-"]
    done = subprocess.run(command, cwd=folder, env=environment, input=patch, capture_output=True, check=False)
    assert done.returncode == 0, (done.stderr, patch)


def changed(lines, *numbers, to=b"x\n"):
    return b"".join(to if number in numbers else line for number, line in enumerate(lines))


CASES = [
    pytest.param(b"a\nb\n", b"a\nc\n", id="last-line"),
    pytest.param(b"".join(NUMBERS), changed(NUMBERS, 0, 39), id="both-ends"),
    pytest.param(b"".join(NUMBERS), changed(NUMBERS, 10, 17, 25), id="near-and-far-hunks"),
    pytest.param(b"".join(NUMBERS), changed(NUMBERS, 3, to=b""), id="removed-line"),
    pytest.param(b"".join(NUMBERS), changed(NUMBERS, 20, to=b"20\nnew\nnewer\n"), id="added-lines"),
    pytest.param(b"a\nb", b"a\nc", id="no-final-newline"),
    pytest.param(b"a\nb", b"a\nb\n", id="final-newline-added"),
    pytest.param(b"a\nb\n", b"a\nb", id="final-newline-removed"),
    pytest.param(b"x\na\nb\nc\nd", b"y\na\nb\nc\nd", id="context-without-newline"),
    pytest.param(b"a\r\nb\r\n", b"a\r\nc\r\n", id="crlf"),
    pytest.param(b"a\r\nb\nc\r\n", b"a\r\nb\nd\r\n", id="mixed"),
    pytest.param(b"a\rb\rc\n", b"a\rx\rc\n", id="bare-cr"),
    pytest.param(b"a\rb", b"a\rc", id="only-bare-cr"),
    pytest.param(b"# coding: latin-1\n'\xe9'\na\n", b"# coding: latin-1\n'\xe9'\nb\n", id="latin-1"),
    pytest.param(b"\xef\xbb\xbfa\n", b"\xef\xbb\xbfb\n", id="bom"),
    pytest.param(b"a\n", b"", id="emptied"),
    pytest.param(b"", b"a\n", id="filled"),
    pytest.param(b" \t\na  \n", b" \t\nb  \n", id="trailing-blanks"),
    pytest.param(b"--- a\n+++ b\n@@ x\n", b"-- a\n++ b\n@@ y\n", id="looks-like-a-patch"),
    pytest.param(b"a\x0cb\x0b\x85\n", b"a\x0cc\x0b\x85\n", id="other-line-separators"),
]


@pytest.mark.parametrize("repository", [False, True], ids=["outside", "inside-a-repository"])
@pytest.mark.parametrize(("old", "new"), CASES)
def test_git_applies_it_and_its_reverse(tmp_path, old, new, repository):
    if repository:
        subprocess.run(["git", "init", "-q", tmp_path], check=True)
    file = tmp_path / "pkg" / "m.py"
    file.parent.mkdir()
    file.write_bytes(old)
    apply(tmp_path, unified("pkg/m.py", old, new))
    assert (file.read_bytes() if file.exists() else b"") == new
    file.write_bytes(new)
    apply(tmp_path, unified("pkg/m.py", new, old))
    assert (file.read_bytes() if file.exists() else b"") == old


@pytest.mark.parametrize(
    "name",
    [
        "a b.py",
        " a.py",
        'q"q.py',
        "back\\slash.py",
        "tab\there.py",
        "new\nline.py",
        "é日.py",
        b"\xff.py",
        "a b/c d.py",
        "b/b.py",
        "a/a b/a.py",
        "-x.py",
        "x y é.py",
    ],
)
def test_names_are_quoted_as_git_reads_them(tmp_path, name):
    path = os.fsdecode(name)
    file = Path(tmp_path, path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"a\n")
    patch = unified(path, b"a\n", b"b\n")
    apply(tmp_path, patch)
    assert file.read_bytes() == b"b\n"
    apply(tmp_path, unified(path, b"b\n", b"a\n"))
    assert file.read_bytes() == b"a\n"


def test_noop_where_nothing_changed():
    assert unified("m.py", b"a\n", b"a\n") == b""


def test_looks_like_git():
    old, new = b"".join(NUMBERS[:9]), changed(NUMBERS[:9], 4)
    assert unified("m.py", old, new).decode() == (
        "diff --git a/m.py b/m.py\n--- a/m.py\n+++ b/m.py\n@@ -2,7 +2,7 @@\n 1\n 2\n 3\n-4\n+x\n 5\n 6\n 7\n"
    )


def test_context_can_be_chosen():
    old, new = b"".join(NUMBERS[:9]), changed(NUMBERS[:9], 4)
    assert b"@@ -5 +5 @@\n-4\n+x\n" in unified("m.py", old, new, context=0)


@pytest.mark.parametrize("seed", range(12))
def test_random_changes_apply(tmp_path, seed):
    chance = random.Random(seed)
    endings = [b"\n", b"\r\n", b"\r", b"\xe9\n", b""]
    old = b"".join(chance.choice([b"a", b"b", b"", b"c d"]) + chance.choice(endings) for _ in range(120))
    lines = old.split(b"\n")
    for _ in range(chance.randrange(1, 9)):
        at = chance.randrange(len(lines))
        lines[at : at + chance.randrange(3)] = [b"new"] * chance.randrange(3)
    new = b"\n".join(lines)
    many = {"one.py": (old, new), "sub dir/two.py": (new, old)}
    for name, (before, _) in many.items():
        Path(tmp_path, name).parent.mkdir(exist_ok=True)
        Path(tmp_path, name).write_bytes(before)
    apply(tmp_path, b"".join(unified(name, *pair) for name, pair in many.items()))
    assert {name: Path(tmp_path, name).read_bytes() for name in many} == {
        n: after for n, (_, after) in many.items()
    }


def test_several_thousand_lines_with_changes_at_both_ends(tmp_path):
    lines = [b"line %d\n" % (n % 50) for n in range(8000)]
    old, new = b"".join(lines), changed(lines, 1, 4000, 7998)
    (tmp_path / "m.py").write_bytes(old)
    patch = unified("m.py", old, new)
    apply(tmp_path, patch)
    assert (tmp_path / "m.py").read_bytes() == new
    assert patch.count(b"\n@@ ") == 3
