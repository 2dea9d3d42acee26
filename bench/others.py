"""Let other people's tests judge: install published packages, run their tests, migrate, run them again.

usage: python bench/others.py --work FOLDER [--only NAME …] [--sdists FOLDER] [--output FILE]

`bench/others.toml` names the packages. A test counts as newly failing if it passed in two runs before the
migration and does not after it. Of these, *named* are those in whose function a finding says that an edit
falsifies an expectation. The tests run without a network (a proxy that nobody answers), with a key that is
none; what fails before is not run again. Each package has an environment of its own below FOLDER, which is
kept and used again.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
from pathlib import Path
from typing import Any, NamedTuple

import tomli

HERE = Path(__file__).parent
PATIENCE = 240
"""Seconds after which a first run of a package's tests ends; those that repeat it have thrice as long."""
KINDS = {"src": [], "src and tests": ["--write-contexts", "src,example,test"]}
"""What is written, and the options that say so."""
EXPECTED = ("GPT55-X",)
PASSED = "passed"


class Outcome(NamedTuple):
    """One package: how many tests pass, and which fail after a migration, by what was written."""

    name: str
    passing: int
    edits: dict[str, int]
    failing: dict[str, dict[str, bool]]
    """The tests, and whether the report names them."""


def main() -> None:
    """Judge each package and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--sdists", type=Path, help="where the distributions lie; else they are fetched")
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    listed = tomli.loads((HERE / "others.toml").read_text())["package"]
    chosen = [one for one in listed if not given.only or one["name"] in given.only]
    rows = [_judged(one, given.work.resolve(), given.sdists) for one in chosen]
    text = _table(rows)
    print(text)
    if given.output:
        given.output.write_text(text)


def _judged(package: dict[str, Any], work: Path, sdists: Path | None) -> Outcome:
    name = package["name"]
    print(f"== {name}", file=sys.stderr)
    home = work / name
    home.mkdir(parents=True, exist_ok=True)
    source = _unpacked(package, home, sdists or home)
    python = _environment(package, home, source)
    before = _run(python, _copied(source, home), package["tests"], home, PATIENCE)
    again = _run(python, _copied(source, home), package["tests"], home, only=_passed(before))
    steady = _passed(again)
    edits, failing = {}, {}
    for kind, options in KINDS.items():
        tree = _copied(source, home)
        found = json.loads(_tool(["scan", str(tree), "--format", "json", *options]))
        _tool(["apply", str(tree), "--yes", *options])
        after = _run(python, tree, package["tests"], home, only=steady)
        failing[kind] = {test: _is_named(test, source, found) for test in steady if after.get(test) != PASSED}
        edits[kind] = found["summary"]["edits"]
    return Outcome(name, len(steady), edits, failing)


def _passed(ends: dict[str, str]) -> list[str]:
    return [test for test, how in ends.items() if how == PASSED]


def _unpacked(package: dict[str, Any], home: Path, sdists: Path) -> Path:
    spelled = package["name"].replace("-", "_")
    pattern = f"*{package['version']}.tar.gz"
    found = [path for path in sdists.glob(pattern) if path.name.replace("-", "_").startswith(spelled)]
    if not found:
        wanted = f"{package['name']}=={package['version']}"
        fetch = ["download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest", str(home), wanted]
        subprocess.run([sys.executable, "-m", "pip", *fetch], check=True)
        found = list(home.glob(pattern))
    target = home / "source"
    if not target.exists():
        with tarfile.open(found[0]) as archive:
            archive.extractall(home / "unpacked", filter="data")
        (only,) = (home / "unpacked").iterdir()
        only.rename(target)
    return target


def _environment(package: dict[str, Any], home: Path, source: Path) -> Path:
    """The Python of the package's own environment, where the package is installed in place."""
    python = home / "env" / "bin" / "python"
    made = home / "env" / "made"
    if not made.exists():
        venv.create(home / "env", with_pip=True, clear=True)
        tree = f"{_copied(source, home)}{package.get('extras', '')}"
        words = ["--editable", tree, "pytest", "pytest-timeout", *package.get("needs", [])]
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *words], check=True)
        made.touch()
    return python


def _copied(source: Path, home: Path) -> Path:
    """A fresh copy, where the environment looks for the package."""
    tree = home / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    return Path(shutil.copytree(source, tree, symlinks=True))


def _run(
    python: Path,
    tree: Path,
    tests: list[str],
    home: Path,
    patience: int = 3 * PATIENCE,
    only: list[str] | None = None,
) -> dict[str, str]:
    """How each test ended, by its id, of those that ended in time."""
    seen, wanted = home / "seen.jsonl", home / "only.json"
    seen.unlink(missing_ok=True)
    wanted.write_text(json.dumps(only))
    (home / "plugin").mkdir(exist_ok=True)
    shutil.copy(HERE / "others_seen.py", home / "plugin")
    words = ["-q", "-p", "no:cacheprovider", "-p", "others_seen", "--timeout", str(patience // 12)]
    words += ["-o", "timeout_func_only=true"]
    words += [f"--session-timeout={patience}", "--continue-on-collection-errors", *tests]
    told = {"PYTHONPATH": str(home / "plugin"), "SEEN": str(seen), "ONLY": str(wanted)}
    with open(home / "tests.log", "a") as log, contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(
            [str(python), "-m", "pytest", *words],
            cwd=tree,
            env={**_alone(home), **told},
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            timeout=patience + 60,
            check=False,
        )
    if not seen.exists():
        raise SystemExit(f"{tree}: no tests ran; see {home / 'tests.log'}")
    ends: dict[str, str] = {}
    for test, how in map(json.loads, seen.read_text().splitlines()):
        ends[test] = how if ends.get(test, PASSED) == PASSED else ends[test]
    return ends


def _alone(home: Path) -> dict[str, str]:
    """Variables of a run that reaches nobody; the encodings that tiktoken fetches lie in litellm."""
    nobody = "http://127.0.0.1:9"
    kept = {key: value for key, value in os.environ.items() if not key.endswith("_API_KEY")}
    encodings = home.glob("env/lib/*/site-packages/litellm/litellm_core_utils/tokenizers")
    return {
        **kept,
        "http_proxy": nobody,
        "https_proxy": nobody,
        "HTTPS_PROXY": nobody,
        "NO_PROXY": "127.0.0.1,localhost",
        "HF_HUB_OFFLINE": "1",
        "OPENAI_API_KEY": "none",
        "TIKTOKEN_CACHE_DIR": str(next(encodings, home)),
    }


def _tool(words: list[str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "migrator", *words],
        cwd=HERE.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1, 3):
        raise SystemExit(done.stderr)
    return done.stdout


def _is_named(test: str, tree: Path, found: dict[str, Any]) -> bool:
    """Whether a finding stands in the function of a test."""
    path, *names = test.partition("[")[0].split("::")
    places = [f["line"] for f in found["findings"] if f["rule"].startswith(EXPECTED) and f["path"] == path]
    return any(first <= line <= last for line in places for first, last in _lines(tree / path, names[-1]))


def _lines(path: Path, name: str) -> list[tuple[int, int]]:
    """Where a test stands, its decorators included, for each function of its name."""
    nodes = [
        n
        for n in ast.walk(ast.parse(path.read_text()))
        if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    meant = [node for node in nodes if node.name == name]
    return [(min([n.lineno, *(d.lineno for d in n.decorator_list)]), n.end_lineno or n.lineno) for n in meant]


def _table(rows: list[Outcome]) -> str:
    lines = [
        "| package | tests that pass | edits | fail after | named | with tests: edits | fail after | named |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        cells = [row.name, row.passing]
        for kind, failing in row.failing.items():
            cells += [row.edits[kind], len(failing), sum(failing.values())]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    for row in rows:
        for kind, failing in row.failing.items():
            lines += [
                f"- {row.name}, {kind} written: {test}{', named' * named}" for test, named in failing.items()
            ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
