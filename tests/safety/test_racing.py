"""Files change, vanish, or become something else at random moments while the tool writes; a disk fills at random sizes."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import threading
import time

import pytest

from safety import programs

OTHER = b"# somebody else's\nprint('mine')\n"


class Meddler(threading.Thread):
    """Somebody who does things to the files of a tree until it is told to stop; remembers what was touched."""

    def __init__(self, root, seed):
        super().__init__(daemon=True)
        self.root, self.chance, self.stopped = root, random.Random(seed), threading.Event()
        self.paths = sorted(path for path in root.rglob("*.py") if path.name != "main.py")
        self.touched = set()

    def run(self):
        time.sleep(self.chance.uniform(0, 0.6))
        while not self.stopped.wait(self.chance.uniform(0, 0.02)):
            path = self.chance.choice(self.paths)
            self.touched.add(path.name)
            kind = self.chance.choice((self.saved, self.gone, self.link, self.folder, self.pipe))
            try:
                kind(path)
            except OSError:
                continue

    def saved(self, path):
        if path.is_file():
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


def meddled(home, seed):
    """One run with somebody at work in the same files: what was not touched is old or new, nothing hangs."""
    old = programs.tree(40)
    root = programs.lay(home / "work", old)
    meddler = Meddler(root, seed)
    meddler.start()
    done = programs.run("apply", root, "--yes", home=home)
    meddler.stopped.set()
    meddler.join()
    assert b"Traceback" not in done.stderr, done.stderr
    assert b"this is a bug" not in done.stderr, done.stderr
    assert done.returncode in (0, 3), done.stderr
    return root, old, meddler.touched, done


def whole(root, names):
    return {name: (root / name).read_bytes() for name in names}


@pytest.mark.slow
def test_somebody_else_at_work_a_hundred_times(tmp_path):
    fresh = programs.lay(tmp_path / "fresh" / "work", programs.tree(40))
    assert programs.run("apply", fresh, "--yes", home=tmp_path / "fresh").returncode == 0
    new = programs.contents(fresh)
    written = 0
    for seed in range(100):
        home = tmp_path / str(seed)
        root, old, touched, done = meddled(home, seed)
        names = old.keys() - touched
        assert all(data in (old[name], new[name]) for name, data in whole(root, names).items()), seed
        if b"To undo: " in done.stderr:
            written += 1
            programs.run("undo", programs.run_of(done.stderr), home=home)
        assert whole(root, names) == {name: old[name] for name in names}, (seed, done.stderr)
        shutil.rmtree(home)
    print(f"100 runs with somebody at work, {written} of them wrote")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting takes root")
def test_a_disk_that_fills_at_a_hundred_sizes(tmp_path):
    chance, full = random.Random(7), 0
    old = programs.tree(40)
    for number in range(100):
        disk = tmp_path / f"disk{number}"
        disk.mkdir()
        size = chance.randint(230, 420)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(disk)], check=True)
        try:
            root = programs.lay(disk / "work", old)
            done = programs.run("apply", root, "--yes", home=disk)
            assert b"Traceback" not in done.stderr, done.stderr
            assert done.returncode in (0, 3), done.stderr
            full += done.returncode == 3
            if b"To undo: " in done.stderr:
                name = programs.run_of(done.stderr)
                for folder in disk.glob(".cache"):
                    shutil.rmtree(folder)
                taken = programs.run("undo", name, home=disk)
                assert taken.returncode == 0, taken.stderr
            assert programs.contents(root) == old, (number, done.stderr)
        except OSError:
            continue
        finally:
            subprocess.run(["umount", str(disk)], check=True)
    print(f"100 sizes of a disk, full in {full} of them")
