"""A list of files from an earlier run: used where no folder changed, never where walking finds other files."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from migrator import folderlists, states
from migrator.discover.walk import find

if TYPE_CHECKING:
    from pathlib import Path

ENDINGS = (".md",)


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("migrator.scancache.SETTLED_NS", -(10**12))
    monkeypatch.setattr(folderlists, "WORTH", 0)
    root = tmp_path / "repository" / "project"
    for name in (
        "app.py",
        "README.md",
        "pkg/one.py",
        "pkg/hidden.py",
        "pkg/sub/two.py",
        "built/three.py",
        "far/away.py",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")
    (root / "pkg" / ".gitignore").write_text("hidden.py\n")
    (root / ".git").mkdir()
    (root / "link.py").symlink_to("far/away.py")
    (root / "broken.py").symlink_to("later.txt")
    (tmp_path / "outside.py").write_text("")
    return root


def listed(root: Path, exclude: tuple[str, ...] = ()):
    return folderlists.listed(root, root, exclude, ENDINGS)


def entries(root: Path) -> list[Path]:
    return list((root.parents[1] / "cache" / "gpt55-migrate" / "listings").glob("*.msgpack"))


@pytest.fixture
def unwalked(monkeypatch):
    """Walking fails."""

    def refuse(*_args):
        raise AssertionError("walked again")

    return lambda: monkeypatch.setattr(folderlists, "walked", refuse)


def test_what_has_not_changed_is_not_walked_again(project, unwalked):
    first = listed(project)
    assert first == find([project], project, (), ENDINGS)
    (project / "pkg" / "one.py").write_text("written to, which its folder does not tell")
    unwalked()
    assert listed(project) == first


def _as_root(project: Path) -> None:
    """The repository begins one folder higher."""
    (project / ".git").rmdir()
    (project.parent / ".git").mkdir()


CHANGES = {
    "a new file": lambda root: (root / "pkg" / "sub" / "new.py").write_text(""),
    "a new folder": lambda root: (root / "pkg" / "more").mkdir() or (root / "pkg/more/new.py").write_text(""),
    "a file deleted": lambda root: (root / "pkg" / "one.py").unlink(),
    "a file renamed": lambda root: (root / "pkg" / "one.py").rename(root / "pkg" / "other.py"),
    "a file moved": lambda root: (root / "pkg" / "one.py").rename(root / "one.py"),
    "a folder renamed": lambda root: (root / "pkg" / "sub").rename(root / "pkg" / "under"),
    "a file that became a folder": lambda root: (root / "app.py").unlink() or (root / "app.py").mkdir(),
    "a gitignore file written to": lambda root: (root / "pkg" / ".gitignore").write_text("one.py\n"),
    "a new gitignore file": lambda root: (root / ".gitignore").write_text("built\n"),
    "a gitignore file gone": lambda root: (root / "pkg" / ".gitignore").unlink(),
    "a link that leads outside now": lambda root: (
        (root / "far").rename(root / "pkg" / "far") and (root / "far").symlink_to(root.parents[1])
    ),
    "a link that is broken no more": lambda root: (root / "later.txt").write_text(""),
    "a new document": lambda root: (root / "pkg" / "notes.md").write_text(""),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_seen(project, change):
    first = listed(project)
    assert entries(project)
    time.sleep(0.02)
    change(project)
    again = listed(project)
    assert again == find([project], project, (), ENDINGS)
    assert again != first


def test_a_gitignore_file_above_counts_as_soon_as_it_is_there(project):
    _as_root(project)
    first = listed(project)
    time.sleep(0.02)
    (project.parent / ".gitignore").write_text("built\n")
    again = listed(project)
    time.sleep(0.02)
    (project.parent / ".gitignore").write_text("pkg\n")
    assert [len(first.paths) - len(found.paths) for found in (again, listed(project))] == [1, 2]


def test_a_repository_that_begins_elsewhere_has_other_gitignore_files(project):
    (project.parent / ".gitignore").write_text("built\n")
    first = listed(project)
    _as_root(project)
    assert len(listed(project).paths) == len(first.paths) - 1


def test_other_exclusions_have_a_list_of_their_own(project):
    listed(project)
    assert listed(project, ("built",)) == find([project], project, ("built",), ENDINGS)


def test_nothing_is_kept_of_folders_that_may_still_change(project, monkeypatch):
    monkeypatch.setattr("migrator.scancache.SETTLED_NS", 10**12)
    listed(project)
    assert entries(project) == []


@pytest.mark.parametrize("damage", [b"", b"\x00", b"\x93\xa1x\xc0\x90"])
def test_a_damaged_list_is_ignored(project, damage):
    first = listed(project)
    for entry in entries(project):
        entry.write_bytes(damage)
    assert listed(project) == first


def test_old_lists_go(project, monkeypatch):
    monkeypatch.setattr(folderlists, "KEPT", 2)
    for number in range(4):
        listed(project, (f"none{number}",))
    assert len(entries(project)) == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="one process does it all here")
def test_a_second_process_makes_no_difference(project, monkeypatch):
    paths = [str(path) for path in sorted(project.rglob("*.py")) if path.exists()]
    one = states.states(paths)
    monkeypatch.setattr(states, "PARALLEL_FROM", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert states.states(paths) == one
    os.utime(paths[-1])
    assert states.states(paths) != one
    with pytest.raises(FileNotFoundError):
        states.states([*paths, str(project / "gone.py")])
