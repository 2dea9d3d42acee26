"""Measure whole processes side by side on one corpus, in turn, and print medians and ratios.

usage: python bench/sidebyside.py CORPUS [--runs N] [--tools FOLDER] [--only NAME ...]

Every round runs every command once, so that a slow machine slows all of them. `--tools` is the bin folder
in which ast-grep, semgrep, llm-sunset, modelbump and llmshift are looked for; what is missing is skipped.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
PATTERN = "gpt-4o|gpt-5|chatgpt-4o-latest"


class Figure(NamedTuple):
    """One run: wall and processor seconds, and the peak of the largest process in MB."""

    wall: float
    cpu: float
    peak: float


def commands(corpus: str, tools: str | None, folder: str) -> dict[str, list[str]]:
    """What is measured, by name."""
    own = [sys.executable, "-m", "migrator"]
    json = ["--format", "json", "--output", f"{folder}/out.json"]
    files = sorted(str(path) for path in Path(corpus).rglob("*.py"))
    hits = [path for path in files if any(m in Path(path).read_bytes() for m in (b"gpt-4o", b"gpt-5"))]
    rest = sorted(set(files) - set(hits))
    found = {
        "import click": [sys.executable, "-c", "import click"],
        "grep": ["grep", "-rlE", "--include=*.py", PATTERN, corpus],
        "bare loop": [sys.executable, str(HERE / "bare.py"), corpus],
        "scan cold": [*own, "scan", corpus, *json],
        "scan warm": [*own, "scan", corpus, *json],
        "check 20 without hits": [*own, "check", *rest[:: max(len(rest) // 20, 1)][:20]],
        "check 20 with hits, warm": [*own, "check", *hits[:20]],
    }
    for name, arguments in {
        "ast-grep": ["run", "-p", "$C.chat.completions.create($$$)", "-l", "python", corpus],
        "semgrep": ["--quiet", "--metrics=off", "-e", '"=~/gpt-4o|gpt-5/"', "-l", "python", corpus],
        "llm-sunset": ["scan", corpus],
        "modelbump": ["scan", corpus],
        "llmshift": ["scan", corpus],
    }.items():
        program = shutil.which(name, path=tools)
        if program is None:
            print(f"{name}: not installed, skipped", file=sys.stderr)
        else:
            found[name] = [program, *arguments]
    return found


def run(name: str, command: list[str], cache: Path, corpus: str) -> Figure:
    """One run of one command."""
    if name == "scan cold":
        shutil.rmtree(cache / "gpt55-migrate" / "scans", ignore_errors=True)
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "PYTHONPATH": str(HERE.parent)}
    where = corpus if name.startswith("check") else None
    start = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, cwd=where, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, _, used = os.wait4(process.pid, 0)
    return Figure(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)


def main() -> None:
    """Run in turn; print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--tools")
    parser.add_argument("--only", nargs="*", default=[])
    args = parser.parse_args()
    corpus = str(args.corpus.resolve())
    with tempfile.TemporaryDirectory() as folder:
        chosen = commands(corpus, args.tools, folder)
        chosen = {name: c for name, c in chosen.items() if not args.only or name in args.only}
        figures: dict[str, list[Figure]] = {name: [] for name in chosen}
        for _ in range(args.runs):
            for name, command in chosen.items():
                figures[name].append(run(name, command, Path(folder, "cache"), corpus))
                print(name, figures[name][-1], file=sys.stderr, flush=True)
    floor = statistics.median(f.cpu for f in figures.get("grep", [])) if figures.get("grep") else 0.0
    print("| command | runs | wall s | cpu s | peak MB | cpu / grep |\n| --- | --- | --- | --- | --- | --- |")
    for name, runs in figures.items():
        wall, cpu, peak = (statistics.median(part) for part in zip(*runs, strict=True))
        ratio = f"{cpu / floor:.1f}" if floor else ""
        print(f"| {name} | {len(runs)} | {wall:.2f} | {cpu:.2f} | {peak:.0f} | {ratio} |")


if __name__ == "__main__":
    main()
