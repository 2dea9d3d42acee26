"""The same runs with a real Dask scheduler and workers, each in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fleet.support import begun, done, environment, fleet, lines, many, report, repository, results

pytestmark = [
    pytest.mark.skipif(find_spec("distributed") is None, reason="pip install 'gpt55-migrate[fleet]'"),
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc"),
]


class Cluster:
    """A scheduler and workers, any of which can be ended and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    @property
    def address(self) -> str:
        return f"dask://127.0.0.1:{self.port}"

    def scheduler(self) -> None:
        words = ["dask_scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard"]
        self._start("scheduler", words)
        for _ in range(150):
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", self.port)):
                    return
            time.sleep(0.1)

    def worker(self, name: str) -> None:
        words = ["dask_worker", f"tcp://127.0.0.1:{self.port}", "--nthreads", "1", "--no-dashboard"]
        self._start(name, [*words, "--local-directory", str(self.folder / name), "--name", name])

    def _start(self, name: str, words: list[str]) -> None:
        command = [sys.executable, "-m", f"distributed.cli.{words[0]}", *words[1:]]
        log = (self.folder / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen(
            command, stdout=log, stderr=log, env=environment(), cwd=self.folder, start_new_session=True
        )

    def kill(self, name: str) -> None:
        """All processes of it, at once."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        for name in list(self.running):
            self.kill(name)


@contextmanager
def cluster(folder: Path, workers: int):
    """A running one."""
    made = Cluster(folder)
    try:
        made.scheduler()
        for number in range(workers):
            made.worker(f"worker-{number}")
        yield made
    finally:
        made.close()


def until(what, seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "took too long"
        time.sleep(0.05)


def once_each(folder: Path, count: int) -> None:
    """Every repository has one result, and it is done."""
    rows = results(folder)
    assert len(rows) == len({row[0] for row in rows}) == count
    assert {row[2] for row in rows} == {"done"}
    assert report(folder)["statuses"] == {"done": count}


def test_many_machines_find_what_one_finds(tmp_path):
    many(tmp_path / "repos", 6)
    assert fleet("repos/*", "-o", "local", cwd=tmp_path).returncode == 0
    with cluster(tmp_path, 2) as made:
        assert fleet("repos/*", "-o", "dask", "--executor", made.address, cwd=tmp_path).returncode == 0
        before = results(tmp_path / "dask")
        assert fleet("repos/*", "-o", "dask", "--executor", made.address, cwd=tmp_path).returncode == 0
        assert results(tmp_path / "dask") == before
    once_each(tmp_path / "dask", 6)
    own, theirs = report(tmp_path / "local"), report(tmp_path / "dask")
    for one in (own, theirs):
        for line in one["repositories"]:
            line.pop("seconds")
    assert own == theirs
    for patch in (tmp_path / "local").rglob("*.patch"):
        assert patch.read_bytes() == (tmp_path / "dask" / patch.relative_to(tmp_path / "local")).read_bytes()


def test_a_worker_that_is_killed_in_the_middle(tmp_path):
    many(tmp_path / "repos", 24)
    with cluster(tmp_path, 2) as made:
        run = begun("repos/*", "-o", "out", "--executor", made.address, cwd=tmp_path)
        until(lambda: done(tmp_path / "out") >= 4)
        made.kill("worker-0")
        out, err = run.communicate(timeout=280)
    assert run.returncode == 0, out + err
    once_each(tmp_path / "out", 24)


def test_a_scheduler_that_is_restarted_in_the_middle(tmp_path):
    many(tmp_path / "repos", 24)
    with cluster(tmp_path, 2) as made:
        run = begun("repos/*", "-o", "out", "--executor", made.address, cwd=tmp_path)
        until(lambda: done(tmp_path / "out") >= 4)
        for name in list(made.running):
            made.kill(name)
        before = {row[0]: row for row in results(tmp_path / "out")}
        time.sleep(2)
        made.scheduler()
        made.worker("worker-2")
        out, err = run.communicate(timeout=280)
    assert run.returncode == 0, out + err
    once_each(tmp_path / "out", 24)
    after = {row[0]: row for row in results(tmp_path / "out")}
    assert all(after[key] == row for key, row in before.items())


def test_a_worker_that_runs_out_of_memory_goes_on_with_the_rest(tmp_path):
    from tests.fleet.test_run import CALL

    many(tmp_path / "repos", 3)
    wide = CALL + "X = [" + "1, " * 40_000 + "]\n"
    repository(tmp_path / "repos" / "wide", {f"m{n}.py": wide for n in range(60)})
    with cluster(tmp_path, 1) as made:
        words = ("repos/*", "-o", "out", "--executor", made.address, "--memory", "0.2")
        assert fleet(*words, cwd=tmp_path).returncode == 3
        found = lines(tmp_path / "out")
        assert (found["wide"]["status"], found["wide"]["reason"]) == ("failed", "out-of-memory")
        assert sum(line["status"] == "done" for line in found.values()) == 3
        assert made.running["worker-0"].poll() is None


def test_an_engine_that_is_not_there_or_not_one(tmp_path):
    repository(tmp_path / "own")
    ended = fleet("own", "-o", "out", "--executor", "dask://127.0.0.1:9", cwd=tmp_path)
    assert ended.returncode == 3
    assert "does not answer" in ended.stderr
    assert fleet("own", "-o", "out", "--executor", "celery://x", cwd=tmp_path).returncode == 2
