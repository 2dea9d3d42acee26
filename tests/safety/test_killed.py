"""`apply` killed at random moments: every file is wholly old or wholly new, and the next run finishes."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from safety import programs

SEED = 55


class Kills:
    """One tree that is migrated by runs of which most are killed."""

    def __init__(self, home: Path, size: int) -> None:
        self.home = home
        self.old = programs.tree(size)
        self.root = programs.lay(home / "work", self.old)
        self.chance = random.Random(SEED)
        self.lasts, self.new = self.measured()
        self.survived = self.halfway = 0

    def measured(self) -> tuple[float, dict[str, bytes]]:
        """How long a whole run takes, and what it makes of the tree."""
        start = time.monotonic()
        self.finish()
        lasts = time.monotonic() - start
        made = programs.contents(self.root)
        assert sum(made[path] != data for path, data in self.old.items()) >= len(self.old) * 0.9
        self.start_again()
        return lasts, made

    def start_again(self) -> None:
        shutil.rmtree(self.root)
        programs.lay(self.root, self.old)

    def finish(self) -> None:
        done = programs.run("apply", self.root, "--yes", home=self.home)
        assert done.returncode == 0, done.stderr

    def kill_one(self) -> None:
        """Half of the kills come at any moment, half while files are written."""
        process = subprocess.Popen(
            programs.command("apply", self.root, "--yes"),
            cwd=self.home,
            env=programs.environment(self.home),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if self.chance.random() < 0.5:
            self.wait_for_writing(process)
            time.sleep(self.chance.uniform(0, self.lasts * 0.4))
        else:
            time.sleep(self.chance.uniform(0, self.lasts))
        process.send_signal(signal.SIGKILL)
        self.survived += process.wait() == -signal.SIGKILL

    def wait_for_writing(self, process: subprocess.Popen[bytes]) -> None:
        patches = self.home / "state" / "gpt55-migrate" / "undo"
        before = set(patches.glob("*"))
        end = time.monotonic() + programs.PATIENCE
        while process.poll() is None and set(patches.glob("*")) == before and time.monotonic() < end:
            time.sleep(0.002)

    def check(self) -> bool:
        """Whether the tree is migrated; it must be whole, file by file, and run."""
        found = programs.contents(self.root)
        kept = {path: data for path, data in found.items() if path in self.old}
        assert kept.keys() == self.old.keys()
        assert all(data in (self.old[path], self.new[path]) for path, data in kept.items())
        extra = found.keys() - self.old.keys()
        assert all(Path(path).name.startswith(".gpt55-migrate-") for path in extra)
        programs.answers(self.root, self.home)
        done = sum(kept[path] != self.old[path] for path in kept)
        self.halfway += 0 < done < sum(self.new[path] != self.old[path] for path in kept)
        return kept == self.new

    def check_finished(self) -> None:
        self.finish()
        assert programs.contents(self.root) == self.new
        programs.answers(self.root, self.home)


def killed(home: Path, size: int, number: int) -> Kills:
    kills = Kills(home, size)
    while kills.survived < number:
        kills.kill_one()
        if kills.check() or kills.chance.random() < 0.2:
            kills.check_finished()
            kills.start_again()
    kills.check_finished()
    return kills


def test_a_few_kills(tmp_path):
    killed(tmp_path, 30, 3)


@pytest.mark.slow
def test_two_hundred_kills_over_five_hundred_files(tmp_path):
    kills = killed(tmp_path, 500, 200)
    print(f"{kills.survived} kills, {kills.halfway} trees left half migrated")
    assert kills.halfway > 20
