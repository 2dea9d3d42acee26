"""Measure whole processes side by side on one corpus, in turn; print medians and ratios as a table.

usage: python bench/sidebyside.py CORPUS [--runs N] [--once] [--tools FOLDER] [--only NAME …] [--output FILE]

Every round runs every command once, so that a slow machine slows all of them. `--tools` is the bin folder
that bench/tools.py made; what is missing is skipped. Peaks are the largest sum over a command's processes
(shared pages counted once), sampled in one more round whose times do not count. With `--once` every command
is run once and its peak sampled in that run: for tools that take minutes. What takes a quarter of an hour is
stopped, and its figures are a lower bound.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
PATTERN = "gpt-4o|gpt-5|chatgpt-4o-latest"
MARKERS = (b"gpt-4o", b"gpt-5", b"chatgpt-4o-latest")
LIMIT = 900


class Command(NamedTuple):
    """What is run, and where; `cold` without what an earlier run remembers, `fresh` on new copies."""

    words: list[str]
    where: str
    cold: bool = False
    fresh: bool = False


class Figure(NamedTuple):
    """One run: wall and processor seconds, and the peak of all its processes in MB (0: not sampled)."""

    wall: float
    cpu: float
    peak: float


class Bench:
    """The commands for one corpus, and the folders that they need."""

    def __init__(self, corpus: Path, tools: str | None, folder: Path) -> None:
        self.corpus, self.folder, self.tools = str(corpus), folder, tools
        files = sorted(corpus.rglob("*.py"))
        self.hits = [f for f in files if any(marker in f.read_bytes() for marker in MARKERS)]
        self.rest = sorted(set(files) - set(self.hits))
        self.some = folder / "some"
        self.cache = folder / "cache"

    def commands(self) -> dict[str, Command]:
        """What is measured, by name."""
        own = [sys.executable, "-m", "migrator"]
        out = ["--output", f"{self.folder}/out.json"]
        here, some = str(self.folder), str(self.some)
        spread = [str(f) for f in self.rest[:: max(len(self.rest) // 20, 1)][:20]]
        found = {
            "import click": Command([sys.executable, "-c", "import click"], here),
            "import libcst": Command([sys.executable, "-c", "import libcst"], here),
            "grep -rlE": Command(["grep", "-rlE", "--include=*.py", PATTERN, self.corpus], here),
            "bare loop": Command([sys.executable, str(HERE / "bare.py"), self.corpus], here),
            "ast.parse of the hits": Command(
                [sys.executable, str(HERE / "bare.py"), self.corpus, "--hits-only"], here
            ),
            "scan, cold": Command([*own, "scan", self.corpus, "--format", "json", *out], here, cold=True),
            "scan, warm": Command([*own, "scan", self.corpus, "--format", "json", *out], here),
            "diff, cold": Command([*own, "diff", self.corpus], here, cold=True),
            "check, 20 files without hits": Command([*own, "check", *spread], self.corpus),
            "check, 20 files with hits, warm": Command(
                [*own, "check", *map(str, self.hits[:20])], self.corpus
            ),
            "scan of 500 files with hits, cold": Command(
                [*own, "scan", some, "--format", "json", *out], here, cold=True, fresh=True
            ),
            "apply to 500 files with hits": Command(
                [*own, "apply", some, "--yes"], here, cold=True, fresh=True
            ),
        }
        return found | self._others()

    def _others(self) -> dict[str, Command]:
        found = {}
        for name, arguments in {
            "ast-grep": ["run", "-p", "$C.chat.completions.create($$$)", "-l", "python", self.corpus],
            "semgrep": [
                "--quiet",
                "--metrics=off",
                "--disable-version-check",
                "-e",
                '"=~/gpt-4o|gpt-5/"',
                "-l",
                "python",
                self.corpus,
            ],
            "llm-sunset": ["scan", self.corpus],
            "modelbump": ["scan", self.corpus],
            "llmshift": ["scan", self.corpus],
        }.items():
            program = shutil.which(name, path=self.tools)
            if program is None:
                print(f"{name}: not installed, skipped", file=sys.stderr)
            else:
                found[name] = Command([program, *arguments], str(self.folder))
        return found

    def run(self, command: Command, *, sampled: bool = False) -> Figure:
        """One run of one command."""
        cache = self.cache.with_name("cold") if command.cold else self.cache
        if command.cold:
            shutil.rmtree(cache / "gpt55-migrate" / "scans", ignore_errors=True)
        if command.fresh:
            self._copy()
        environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "PYTHONPATH": str(HERE.parent)}
        start = time.perf_counter()
        process = subprocess.Popen(
            command.words,
            env=environment,
            cwd=command.where,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        end = threading.Timer(LIMIT, _stop, (process.pid,))
        end.start()
        peak = _sampled(process.pid, start) if sampled else 0.0
        _, _, used = os.wait4(process.pid, 0)
        end.cancel()
        return Figure(time.perf_counter() - start, used.ru_utime + used.ru_stime, peak)

    def _copy(self) -> None:
        """Up to 500 files with hits, below one folder as they lie in the corpus."""
        shutil.rmtree(self.some, ignore_errors=True)
        for path in self.hits[:500]:
            target = self.some / path.relative_to(self.corpus)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def _stop(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _sampled(pid: int, start: float) -> float:
    """The largest sum of proportional set sizes until a process ends, in MB."""
    peak = 0.0
    while time.perf_counter() - start < LIMIT and not _has_ended(pid):
        peak = max(peak, sum(_size(each) for each in _tree(pid)))
        time.sleep(0.05)
    return peak / 1000


def _has_ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def _tree(pid: int) -> list[int]:
    found = [pid]
    for each in found:
        try:
            found += map(int, Path(f"/proc/{each}/task/{each}/children").read_text().split())
        except OSError:
            continue
    return found


def _size(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def table(figures: dict[str, list[Figure]], peaks: dict[str, float]) -> str:
    """Medians, and the ratios of wall times to those of grep and of the bare loop."""
    middle = {name: statistics.median(f.wall for f in runs) for name, runs in figures.items()}
    floor, bare = middle.get("grep -rlE"), middle.get("bare loop")
    lines = ["| command | runs | wall s | cpu s | peak MB | wall / grep | wall / bare loop |"]
    lines.append("| --- | --- | --- | --- | --- | --- | --- |")
    for name, runs in figures.items():
        cpu = statistics.median(f.cpu for f in runs)
        ratios = [f"{middle[name] / each:.2f}" if each else "" for each in (floor, bare)]
        cells = [name, str(len(runs)), f"{middle[name]:.2f}", f"{cpu:.2f}", f"{peaks.get(name, 0):.0f}"]
        lines.append(f"| {' | '.join([*cells, *ratios])} |")
    return "\n".join(lines) + "\n"


def head(corpus: Path, bench: Bench) -> str:
    """The machine, the day and the corpus."""
    files = len(bench.hits) + len(bench.rest)
    share = 100 * len(bench.hits) / max(files, 1)
    return (
        f"{corpus.name}: {files:,} files, {share:.1f} % with hits; {datetime.date.today()}, "
        f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}\n\n"
    )


def _once(bench: Bench, chosen: dict[str, Command]) -> tuple[dict[str, list[Figure]], dict[str, float]]:
    figures: dict[str, list[Figure]] = {}
    for name, command in chosen.items():
        figures[name] = [bench.run(command, sampled=True)]
        print(name, figures[name][0], file=sys.stderr, flush=True)
    return figures, {name: runs[0].peak for name, runs in figures.items()}


def _in_turn(
    bench: Bench, chosen: dict[str, Command], runs: int
) -> tuple[dict[str, list[Figure]], dict[str, float]]:
    figures: dict[str, list[Figure]] = {name: [] for name in chosen}
    for command in chosen.values():
        bench.run(command)
    for _ in range(runs):
        for name, command in chosen.items():
            figures[name].append(bench.run(command))
            print(name, figures[name][-1], file=sys.stderr, flush=True)
    return figures, {name: bench.run(command, sampled=True).peak for name, command in chosen.items()}


def main() -> None:
    """Run in turn; print a table."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("corpus", type=Path)
    words.add_argument("--runs", type=int, default=5)
    words.add_argument("--once", action="store_true")
    words.add_argument("--tools")
    words.add_argument("--only", nargs="*", default=[])
    words.add_argument("--output", type=Path)
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(given.corpus.resolve(), given.tools, Path(folder))
        chosen = {n: c for n, c in bench.commands().items() if not given.only or n in given.only}
        figures, peaks = _once(bench, chosen) if given.once else _in_turn(bench, chosen, given.runs)
        text = head(given.corpus.resolve(), bench) + table(figures, peaks)
    print(text, end="")
    if given.output:
        given.output.write_text(text)


if __name__ == "__main__":
    main()
