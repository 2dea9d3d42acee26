"""Commands ended by a signal at a random moment: every file is old or new, it can be taken back, the next run finishes."""

from __future__ import annotations

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing

import pytest
from ab_server import serving

from safety import programs

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL]
SOON = 0.01
"""Seconds that a signal waits at most once enough is written."""


@pytest.fixture(autouse=True)
def hears_a_hangup():
    """Programs that are started hear SIGHUP, also where the tests themselves run under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


class Stops:
    """One tree, migrated, planned, undone by commands of which each is stopped."""

    def __init__(self, home, size, seed):
        self.home, self.chance = home, random.Random(seed)
        self.old = programs.tree(size)
        self.root = programs.lay(home / "work", self.old)
        start = time.monotonic()
        self.finish()
        self.lasts = time.monotonic() - start
        self.new = {path: programs.contents(self.root)[path] for path in self.old}
        self.moving = [path for path, data in self.old.items() if self.new[path] != data]
        assert len(self.moving) >= size * 0.9
        self.take_back()
        self.tried, self.alive, self.halfway = Counter(), Counter(), Counter()

    def finish(self):
        done = programs.run("apply", self.root, "--yes", home=self.home)
        assert done.returncode == 0, done.stderr

    def start(self, *words, **more):
        return subprocess.Popen(
            programs.command(*words),
            cwd=self.home,
            env=programs.environment(self.home, **more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def stop(self, kind, process, grown, most):
        """Three of four signals come while something is written, which `grown` counts; the others at any moment."""
        if self.chance.random() < 0.75:
            enough, end = grown() + self.chance.uniform(0, most), time.monotonic() + programs.PATIENCE
            while process.poll() is None and grown() < enough and time.monotonic() < end:
                time.sleep(0.001)
            time.sleep(self.chance.uniform(0, SOON))
        else:
            time.sleep(self.chance.uniform(0.1, 1.1) * self.lasts)
        number = self.chance.choice(SIGNALS)
        self.tried[kind] += 1
        self.alive[kind] += process.poll() is None
        process.send_signal(number)
        said = process.communicate(timeout=programs.PATIENCE)[1]
        assert b"this is a bug" not in said, said
        assert b"Traceback" not in said, said
        return number, said

    def replaced(self):
        """How many files are no longer those that were there now."""
        nodes = {path: (self.root / path).stat().st_ino for path in self.moving}
        return lambda: sum((self.root / path).stat().st_ino != node for path, node in nodes.items())

    def check(self, kind):
        """Each file is old or new, nothing but temporary files came along, and the program runs."""
        found = programs.contents(self.root)
        kept = {path: found.pop(path) for path in self.old}
        assert all(data in (self.old[path], self.new[path]) for path, data in kept.items())
        assert all(path.startswith(".gpt55-migrate-") for path in found)
        programs.answers(self.root, self.home)
        self.halfway[kind] += kept not in (self.old, self.new)
        return kept != self.old

    def take_back(self):
        for line in programs.run("undo", home=self.home).stdout.decode().splitlines():
            done = programs.run("undo", line.split()[0], home=self.home)
            assert done.returncode == 0, done.stderr
        found = programs.contents(self.root)
        assert {path: found[path] for path in self.old} == self.old

    def go_on(self):
        """The next run finishes what was begun, or everything is taken back."""
        if self.chance.random() < 0.3:
            self.finish()
            assert programs.contents(self.root) == self.new
        self.take_back()
        shutil.rmtree(self.home / "state", ignore_errors=True)
        shutil.rmtree(self.root)
        programs.lay(self.root, self.old)

    def writing(self):
        kind = self.chance.choice(("apply", "check --fix"))
        words = ("apply", self.root, "--yes") if kind == "apply" else ("check", self.root, "--fix")
        number, said = self.stop(kind, self.start(*words), self.replaced(), len(self.moving))
        if self.check(kind) and number != signal.SIGKILL:
            assert b"To undo: " in said, said
        self.go_on()

    def two_at_once(self):
        """One of them is stopped; the other is refused, or finds what is left."""
        words = [("apply", self.root, "--yes"), ("check", self.root, "--fix")]
        grown, both = self.replaced(), [self.start(*self.chance.choice(words)) for _ in range(2)]
        self.chance.shuffle(both)
        self.stop("two at once", both[0], grown, len(self.moving))
        said = both[1].communicate(timeout=programs.PATIENCE)[1]
        assert both[1].returncode in (0, 1, 3), said
        assert b"this is a bug" not in said, said
        self.check("two at once")
        self.go_on()

    def undoing(self):
        self.finish()
        name = programs.run("undo", home=self.home).stdout.decode().split()[0]
        self.stop("undo", self.start("undo", name), self.replaced(), len(self.moving))
        self.check("undo")
        self.go_on()

    def planning(self):
        """A plan that was cut off is made anew, and no source is touched."""
        folder = self.home / "plan"
        words = ("plan", self.root, "-o", folder)
        made = lambda: sum(path.is_file() for path in folder.rglob("*"))  # noqa: E731
        self.stop("plan", self.start(*words), made, 25)
        before = made()
        assert programs.contents(self.root) == self.old
        assert programs.run(*words, home=self.home).returncode in (0, 1)
        self.halfway["plan"] += 0 < before < made()
        shutil.rmtree(folder)

    def many(self, number):
        for _ in range(number):
            self.chance.choice((self.writing, self.writing, self.two_at_once, self.undoing, self.planning))()

    def figures(self):
        parts = [
            f"{kind}: {tried}, {self.alive[kind]} stopped while running, {self.halfway[kind]} half written"
            for kind, tried in sorted(self.tried.items())
        ]
        return "; ".join(parts)


def test_stopped_at_a_few_moments(tmp_path):
    Stops(tmp_path, 20, 55).many(4)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_stopped_at_a_hundred_moments(tmp_path, seed):
    stops = Stops(tmp_path, 20, seed)
    stops.many(100)
    print(stops.figures())
    assert sum(stops.halfway.values()) > 20


@pytest.mark.slow
def test_stopped_over_five_hundred_files(tmp_path):
    stops = Stops(tmp_path, 500, 55)
    for _ in range(20):
        stops.writing()
    print(stops.figures())


SORT = b"""\
from openai import OpenAI

client = OpenAI()


def sort(ticket):
    return client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[
            {"role": "system", "content": "Classify the ticket. Answer with one word: bill, parcel or other."},
            {"role": "user", "content": ticket},
        ],
        max_tokens=20,
    )
"""
PLANNED = """\
import os, runpy, signal, sys
from migrator.write import files
save, left, number = files.save, [int(sys.argv.pop(1))], int(sys.argv.pop(1))
def stopped(path, data):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), number)
    save(path, data)
files.save = stopped
runpy.run_module("migrator", run_name="__main__")
"""


@pytest.mark.parametrize(("files", "number"), [(0, "KILL"), (1, "INT"), (2, "KILL"), (9, "TERM")])
def test_a_plan_that_was_cut_off_is_made_anew(tmp_path, files, number):
    root = programs.lay(tmp_path / "work", {"sort.py": SORT})
    words = ["plan", str(root), "-o", str(tmp_path / "plan")]
    programs.run(*words[:-1], str(tmp_path / "whole"), home=tmp_path)
    stopped = [sys.executable, "-c", PLANNED, str(files), str(int(signal.Signals[f"SIG{number}"]))]
    done = subprocess.run(
        [*stopped, *words], env=programs.environment(tmp_path), capture_output=True, check=False
    )
    assert done.returncode not in (0, 1, 2, 3), done.stderr
    assert len(programs.contents(tmp_path / "plan")) == files
    again = programs.run(*words, home=tmp_path)
    assert again.returncode == 0, again.stderr
    assert b"kept" not in again.stderr
    assert programs.contents(tmp_path / "plan").keys() == programs.contents(tmp_path / "whole").keys()


# -- an experiment ---------------------------------------------------------------------------------

ROWS = 30
SETTINGS = "requests_per_minute = 600000\nconcurrency = 4\nretries = 0\ncost_ratio = 100\nlatency_ratio = 3\n"


class Experiment(Stops):
    """An experiment whose runs are stopped: what was answered is kept, and asked once."""

    def __init__(self, home, seed, server):
        self.home, self.chance, self.server = home, random.Random(seed), server
        self.tried, self.alive, self.halfway = Counter(), Counter(), Counter()
        self.plan = home / "plan"
        programs.run("plan", programs.lay(home / "work", {"sort.py": SORT}), "-o", self.plan, home=home)
        rows = [{"vars": {"ticket": f"my parcel #{n}", "expected": "parcel"}} for n in range(ROWS)]
        folder = self.plan / "experiments" / "sort-sort"
        (folder / "dataset.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        (folder / "settings.toml").write_text(SETTINGS)
        self.more = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "any"}
        start = time.monotonic()
        self.running()
        self.lasts = time.monotonic() - start

    def answered(self):
        """The questions that have an answer; one that was under way is noted as lost, and what it may have cost."""
        if not (self.plan / "results.sqlite").is_file():
            return []
        with closing(sqlite3.connect(self.plan / "results.sqlite")) as base:
            found = base.execute("select key, data from result").fetchall()
        return [key for key, data in found if not json.loads(data).get("error")]

    def running(self):
        """To the end: each pair has one answer of each model."""
        done = programs.run("ab", "run", self.plan, "--all", home=self.home, **self.more)
        assert done.returncode == 0, done.stderr
        assert len(self.answered()) == len(set(self.answered())) == 2 * ROWS
        for file in self.plan.glob("results.*"):
            file.unlink()

    def one(self):
        self.server.requests.clear()
        process = self.start("ab", "run", self.plan, "--all", **self.more)
        self.stop("ab run", process, lambda: len(self.server.requests), 2 * ROWS)
        self.halfway["ab run"] += 0 < len(self.answered()) < 2 * ROWS
        assert len(self.server.requests) - len(self.answered()) <= 4, "no more was lost than was under way"
        self.running()
        assert len(self.server.requests) <= 2 * ROWS + 4


@pytest.fixture
def server():
    with serving() as found:
        found.delay = 0.01
        yield found


def test_experiments_stopped_at_a_few_moments(tmp_path, server):
    Experiment(tmp_path, 55, server).one()


@pytest.mark.slow
def test_experiments_stopped_at_a_hundred_moments(tmp_path, server):
    stops = Experiment(tmp_path, 56, server)
    for _ in range(100):
        stops.one()
    print(stops.figures())
    assert stops.halfway["ab run"] > 20
