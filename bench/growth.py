"""How the cost of a scan grows: with files, hits, modules, file size, calls of a constant, length of chains.

usage: python bench/growth.py [--runs N] [--only NAME ...] [--output FOLDER]

Each series makes projects over two decades, scans them cold with one process, takes the least processor time
of the runs, subtracts what an empty project costs, and fits `cost = c * size ** exponent`. Writes growth.md
and, where matplotlib is installed, growth.svg.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
CLIENT = "from openai import OpenAI\n\nclient = OpenAI()\n"
CALL = 'client.chat.completions.create(model={model}, messages=[{{"role": "user", "content": text}}])\n'
PLAIN = "import os\n\n\ndef size(path):\n    return [os.path.getsize(path) for _ in range(3)]\n" * 20

Project = dict[str, str]


def files(size: int) -> Project:
    """Files that name no model."""
    return {f"a{n // 100}/f{n}.py": PLAIN for n in range(size)}


def hits(size: int) -> Project:
    """Programs with a call each that have nothing to do with each other."""
    code = f"{CLIENT}\n\ndef ask(text):\n    return {CALL}"
    return {f"p{n}/app.py": code.format(model='"gpt-4o"') for n in range(size)}


def modules(size: int) -> Project:
    """Modules of one package that take the model from another."""
    code = f"from app.base import MODEL\n{CLIENT}\n\ndef ask(text):\n    return {CALL}"
    made = {f"app/m{n}.py": code.format(model="MODEL") for n in range(size)}
    return {"app/__init__.py": "", "app/base.py": 'MODEL = "gpt-4o"\n', **made}


def lines(size: int) -> Project:
    """One file with a call and many functions."""
    rest = (
        f"\n\ndef f{n}(a, b):\n    c = a + b\n    return [c, f{max(n - 1, 0)}(a, c)]\n" for n in range(size)
    )
    return {
        "app.py": CLIENT + "\n\ndef ask(text):\n    return " + CALL.format(model='"gpt-4o"') + "".join(rest)
    }


def calls(size: int) -> Project:
    """One constant, and many calls that it feeds."""
    made = (f"\n\ndef ask{n}(text):\n    return " + CALL.format(model="MODEL") for n in range(size))
    return {"app.py": CLIENT + 'MODEL = "gpt-4o"\n' + "".join(made)}


def chains(size: int) -> Project:
    """Many chains of six functions that hand the model on to a call."""
    parts = [CLIENT]
    for n in range(size):
        parts.append(f"\n\ndef c{n}_0(text, model):\n    return " + CALL.format(model="model"))
        parts += [
            f"\n\ndef c{n}_{at}(text, model):\n    return c{n}_{at - 1}(text, model)\n" for at in range(1, 6)
        ]
        parts.append(f'\n\nc{n}_5("hello", "gpt-4o")\n')
    return {"app.py": "".join(parts)}


def hops(size: int) -> Project:
    """One chain of functions of that length."""
    parts = [CLIENT, "\n\ndef c0(text, model):\n    return " + CALL.format(model="model")]
    parts += [f"\n\ndef c{n}(text, model):\n    return c{n - 1}(text, model)\n" for n in range(1, size)]
    return {"app.py": "".join([*parts, f'\n\nc{size - 1}("hello", "gpt-4o")\n'])}


SERIES: dict[str, tuple[Callable[[int], Project], tuple[int, ...]]] = {
    "files": (files, (300, 1_000, 3_000, 10_000, 30_000)),
    "hits": (hits, (20, 60, 200, 600, 2_000)),
    "modules": (modules, (10, 30, 100, 300, 1_000)),
    "functions in a file": (lines, (100, 300, 1_000, 3_000, 10_000)),
    "calls of one constant": (calls, (10, 30, 100, 300, 1_000)),
    "chains of six": (chains, (5, 15, 50, 150, 500)),
    "hops of one chain": (hops, (5, 15, 50, 150, 500)),
}


def cost(project: Project, runs: int) -> float:
    """The least processor time of some cold scans."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "project")
        root.mkdir()
        for path, text in project.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        return min(_scan(root, Path(folder)) for _ in range(runs))


def _scan(root: Path, folder: Path) -> float:
    words = ["scan", str(root), "--jobs", "1", "--format", "json", "--output", str(folder / "out.json")]
    shutil.rmtree(folder / "cache" / "gpt55-migrate" / "scans", ignore_errors=True)
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent), "XDG_CACHE_HOME": str(folder / "cache")}
    process = subprocess.Popen(
        [sys.executable, "-m", "migrator", *words], env=environment, stdout=subprocess.DEVNULL, cwd=folder
    )
    _, _, used = os.wait4(process.pid, 0)
    return used.ru_utime + used.ru_stime


def exponent(sizes: tuple[int, ...], costs: list[float]) -> float:
    """The slope in the upper half of the doubly logarithmic plot, where the start-up weighs little."""
    points = [(math.log(s), math.log(max(c, 1e-3))) for s, c in zip(sizes, costs, strict=True)][-3:]
    x, y = (sum(part) / len(points) for part in zip(*points, strict=True))
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


def plot(found: dict[str, tuple[tuple[int, ...], list[float]]], target: Path) -> None:
    """One line a series, with a line of slope one."""
    try:
        from matplotlib import pyplot
    except ImportError:
        print("matplotlib is not installed: no plot", file=sys.stderr)
        return
    figure, axes = pyplot.subplots(figsize=(8, 5.5))
    for name, (sizes, costs) in found.items():
        axes.loglog(sizes, [max(c, 1e-3) for c in costs], marker="o", label=name)
    axes.loglog([100, 10_000], [0.03, 3], "k:", label="linear")
    axes.set(xlabel="size", ylabel="processor seconds above an empty project")
    axes.legend(fontsize=8)
    figure.savefig(target)


def main() -> None:
    """Measure, fit, write."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--runs", type=int, default=2)
    words.add_argument("--only", nargs="*", default=[])
    words.add_argument("--output", type=Path, default=HERE)
    given = words.parse_args()
    empty = cost({}, 3)
    found = {}
    rows = ["| grows | sizes | processor s above an empty project | exponent |", "| --- | --- | --- | --- |"]
    for name, (make, sizes) in SERIES.items():
        if given.only and name not in given.only:
            continue
        costs = [cost(make(size), given.runs) - empty for size in sizes]
        found[name] = sizes, costs
        shown = ", ".join(map(str, sizes)), ", ".join(f"{c:.2f}" for c in costs)
        rows.append(f"| {name} | {shown[0]} | {shown[1]} | {exponent(sizes, costs):.2f} |")
        print(rows[-1], flush=True)
    (given.output / "growth.md").write_text("\n".join(rows) + "\n")
    plot(found, given.output / "growth.svg")


if __name__ == "__main__":
    main()
