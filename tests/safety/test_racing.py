"""Files change, vanish, or become something else at random moments while the tool writes; a disk fills at random sizes."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import threading
import time
from collections import Counter

import pytest

from safety import programs

OTHER = b"# somebody else's\nprint('mine')\n"
NOTICED = re.compile(
    rb"\.py: (changed|vanished|not-a-file|outside-root|read-only|write-failed|not-restored)\b"
)


class Meddler(threading.Thread):
    """Somebody who does things to the files of a tree until it is told to stop; remembers what was touched, and how."""

    def __init__(self, root, begins, chance):
        super().__init__(daemon=True)
        self.root, self.begins, self.chance, self.stopped = root, begins, chance, threading.Event()
        self.paths = sorted(path for path in root.rglob("*.py") if path.name != "main.py")
        self.touched, self.last = set(), {}

    def run(self):
        self.begins(self.stopped)
        for _ in range(self.chance.randint(3, 20)):
            if self.stopped.wait(self.chance.uniform(0, 0.01)):
                return
            path = self.chance.choice(self.paths)
            self.touched.add(path.name)
            kind = self.chance.choice((self.saved, self.gone, self.link, self.folder, self.pipe))
            try:
                kind(path)
            except OSError:
                continue
            self.last[path.name] = kind.__name__

    def saved(self, path):
        if not path.is_file() or path.is_symlink():
            raise FileNotFoundError
        path.write_bytes(OTHER)

    def gone(self, path):
        path.unlink()

    def link(self, path):
        path.unlink()
        path.symlink_to(self.root / "main.py")

    def folder(self, path):
        path.unlink()
        path.mkdir()

    def pipe(self, path):
        path.unlink()
        os.mkfifo(path)


class Meddling:
    """Runs with somebody at work in the same files: what was not touched is old or new, nothing hangs or ends as a fault."""

    def __init__(self, home, size, seed):
        self.home, self.chance = home, random.Random(seed)
        self.old = programs.tree(size)
        start = time.monotonic()
        fresh = programs.lay(home / "fresh" / "work", self.old)
        assert programs.run("apply", fresh, "--yes", home=home / "fresh").returncode == 0
        self.lasts = time.monotonic() - start
        self.new = programs.contents(fresh)
        self.tried, self.met, self.noticed, self.lost = Counter(), Counter(), Counter(), Counter()

    def begins(self, root):
        """Two of three begin when the first file is replaced, the others at any moment."""

        def replaced(stopped):
            while not stopped.wait(0.001) and all(node == inode(root / path) for path, node in nodes.items()):
                pass

        wait, nodes = (
            self.chance.uniform(0, self.lasts),
            {path: (root / path).stat().st_ino for path in self.old},
        )
        return (lambda stopped: stopped.wait(wait)) if self.chance.random() < 0.33 else replaced

    def one(self):
        home = self.home / "one"
        root = programs.lay(home / "work", self.old)
        kind = self.chance.choice(("apply", "check --fix", "undo", "plan"))
        words = {
            "apply": ("apply", root, "--yes"),
            "check --fix": ("check", root, "--fix"),
            "plan": ("plan", root, "-o", home / "plan"),
        }.get(kind)
        if kind == "undo":
            assert programs.run("apply", root, "--yes", home=home).returncode == 0
            words = "undo", runs(home)[0]
        meddler = Meddler(root, self.begins(root), self.chance)
        meddler.start()
        done = programs.run(*words, home=home)
        meddler.stopped.set()
        meddler.join()
        self.tried[kind] += 1
        self.met[kind] += bool(meddler.last)
        self.noticed[kind] += bool(NOTICED.search(done.stderr))
        self.check(kind, root, meddler, done)
        for name in runs(home):
            programs.run("undo", name, home=home)
        names = self.old.keys() - meddler.touched
        assert whole(root, names) == {name: self.old[name] for name in names}, done.stderr
        shutil.rmtree(home)

    def check(self, kind, root, meddler, done):
        names = self.old.keys() - meddler.touched
        assert all(data in (self.old[name], self.new[name]) for name, data in whole(root, names).items())
        assert (root / "main.py").read_bytes() == self.old["main.py"], "nothing is written through a new link"
        mine = [name for name, last in meddler.last.items() if last == "saved"]
        self.lost[kind] += sum((root / name).read_bytes() != OTHER for name in mine)

    def figures(self):
        return "; ".join(
            f"{kind}: {tried}, met {self.met[kind]}, noticed in {self.noticed[kind]}, {self.lost[kind]} saves lost"
            for kind, tried in sorted(self.tried.items())
        )


def inode(path):
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def runs(home):
    """The runs that `undo` lists, the last one first."""
    return [line.split()[0] for line in programs.run("undo", home=home).stdout.decode().splitlines()]


def whole(root, names):
    return {name: (root / name).read_bytes() for name in names}


def test_somebody_else_at_work(tmp_path):
    Meddling(tmp_path, 20, 8).one()


@pytest.mark.slow
def test_somebody_else_at_work_a_hundred_times(tmp_path):
    meddling = Meddling(tmp_path, 40, 7)
    for _ in range(100):
        meddling.one()
    print(meddling.figures())
    assert sum(meddling.noticed.values()) > 30
    assert sum(meddling.lost.values()) < 5, "what is saved between the last look and the rename"


class Disk:
    """A small disk, on which a tree is migrated with little room left."""

    def __init__(self, place):
        self.place, self.old = place, programs.tree(20)
        place.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], check=True)
        self.tried, self.full = Counter(), Counter()
        self.root = programs.lay(place / "work", self.old)
        self.run("apply")
        self.new = programs.contents(self.root)
        self.most = self.used()
        self.begin_again()
        self.most -= self.used()

    def begin_again(self):
        for path in self.place.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        programs.lay(self.root, self.old)

    def used(self):
        found = os.statvfs(self.place)
        return (found.f_blocks - found.f_bfree) * found.f_frsize

    def fill(self, room):
        found = os.statvfs(self.place)
        (self.place / "ballast").write_bytes(bytes(max(0, found.f_bavail * found.f_frsize - room)))

    def run(self, kind, *more):
        words = {"apply": ["--yes"], "check": ["--fix"], "plan": ["-o", self.place / "plan"]}[kind]
        return programs.run(kind, self.root, *words, *more, home=self.place)

    def one(self, chance):
        """Old or new file by file, said in one line, taken back byte for byte, and gone on with once there is room."""
        kind = chance.choice(("apply", "check", "plan", "undo"))
        if kind == "undo":
            self.run("apply")
        room = chance.choice((0, chance.randint(0, 24_000), chance.randint(0, self.most)))
        self.fill(room)
        names = runs(self.place) if kind == "undo" else []
        done = programs.run("undo", *names, home=self.place) if names else self.run(kind)
        full = any(
            said in done.stderr
            for said in (b"no room", b"No space", b"disk-full", b"nothing more was written")
        )
        self.tried[kind] += 1
        self.full[kind] += full
        assert done.returncode != 0 or not full, done.stderr
        found = programs.contents(self.root)
        assert found.keys() == self.old.keys()
        assert all(data in (self.old[path], self.new[path]) for path, data in found.items())
        (self.place / "ballast").unlink()
        for name in runs(self.place):
            assert programs.run("undo", name, home=self.place).returncode == 0
        assert programs.contents(self.root) == self.old, done.stderr
        assert self.run("apply").returncode == 0
        assert programs.contents(self.root) == self.new
        self.begin_again()

    def figures(self):
        return "; ".join(
            f"{kind}: {tried}, full in {self.full[kind]}" for kind, tried in sorted(self.tried.items())
        )


@pytest.fixture
def disk(tmp_path):
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("mounting takes root")
    place = tmp_path / "disk"
    try:
        yield Disk(place)
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.slow
def test_a_disk_that_fills_at_a_hundred_sizes(disk):
    chance = random.Random(7)
    for _ in range(100):
        disk.one(chance)
    print(disk.figures())
    assert sum(disk.full.values()) > 30
