"""The cache of inventories: the same answer, never a stale one, and no trouble where it is damaged."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from migrator import pipeline
from migrator.scancache import ScanCache
from migrator.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

CALL = 'from openai import OpenAI\n\nOpenAI().responses.create(model="{model}", input="hello")\n'


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("migrator.scancache.SETTLED_NS", -(10**12))
    root = tmp_path / "project"
    root.mkdir()
    (root / "app.py").write_text(CALL.format(model="gpt-4o"))
    (root / "other.py").write_text("print('nothing')\n")
    return root


def scan(root: Path, *names: str, settings: Settings | None = None):
    return pipeline.review([root / name for name in names] or [root], settings or Settings(), root=root)


def entries(root: Path) -> list[Path]:
    return sorted((root.parent / "cache" / "gpt55-migrate" / "scans").glob("*.msgpack"))


@pytest.fixture
def unread(monkeypatch):
    """Reading any file fails."""

    def refuse(*_args, **_options):
        raise AssertionError("read again")

    def arm():
        monkeypatch.setattr("migrator.discover.survey.survey", refuse)

    return arm


@pytest.mark.parametrize("names", [(), ("app.py",), ("other.py",)])
def test_what_has_not_changed_is_not_read_again(project, unread, names):
    first = scan(project, *names)
    unread()
    assert scan(project, *names) == first


def test_a_change_is_seen_even_with_the_old_size_and_time(project):
    scan(project)
    state = (project / "app.py").stat()
    time.sleep(0.02)
    (project / "app.py").write_text(CALL.format(model="gpt-xx"))
    os.utime(project / "app.py", ns=(state.st_atime_ns, state.st_mtime_ns))
    assert scan(project).references == ()


def test_a_part_is_judged_anew_when_the_rest_of_its_project_changes(project):
    (project / "app.py").write_text('MODEL = "gpt-4o"\n')
    first = scan(project, "app.py")
    (project / "other.py").write_text(f"from app import MODEL\n{CALL}".replace('"{model}"', "MODEL"))
    again = scan(project, "app.py")
    assert (first.call_sites, len(again.call_sites)) == ((), 1)


@pytest.mark.parametrize(
    "settings",
    [Settings(map={"gpt-4o": "mini"}), Settings(exclude=("app.py",)), Settings(catalog="published")],
)
def test_other_settings_have_entries_of_their_own(project, settings):
    assert scan(project) != scan(project, settings=settings)


def test_the_number_of_processes_makes_no_difference(project, unread):
    first = scan(project)
    unread()
    assert scan(project, settings=Settings(jobs=1)) == first


@pytest.mark.parametrize("damage", [b"", b"\x00", b"{}", b"\x93\xa1x\xc0\x90"])
def test_a_damaged_entry_is_ignored(project, damage):
    first = scan(project)
    for entry in entries(project):
        entry.write_bytes(damage)
    assert scan(project) == first


def test_nothing_is_kept_of_files_that_may_still_change(project, monkeypatch):
    monkeypatch.setattr("migrator.scancache.SETTLED_NS", 10**12)
    scan(project)
    assert entries(project) == []


def test_a_folder_that_cannot_be_written_is_as_good_as_none(project, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(project / "app.py"))
    assert scan(project) == scan(project)


def test_old_entries_go(project, monkeypatch):
    monkeypatch.setattr("migrator.scancache.KEPT", 3)
    for number in range(5):
        (project / "app.py").write_text(CALL.format(model="gpt-4o") + "#" * number)
        scan(project)
    assert len(entries(project)) == 3


def test_keys_differ_by_root(project, tmp_path):
    settings = Settings()
    assert ScanCache(project, settings).key(paths=()) != ScanCache(tmp_path, settings).key(paths=())
