"""Let other people's tests judge: install published packages, run their tests, migrate, run them again.

usage: python bench/others.py --work FOLDER [--only NAME …] [--sdists FOLDER] [--output FILE]

`bench/others.toml` names the packages. A test counts as newly failing if it passed in two runs before the
migration and does not after it. Of these, *named* are those in whose function or fixture file a finding says
that an edit falsifies an expectation. The tests run without a network (a proxy that nobody answers), with a
key that is none. Each package has an environment of its own below FOLDER, which is kept and used again.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any, NamedTuple

import tomli

HERE = Path(__file__).parent
PATIENCE = 180
"""Seconds after which a first run of a package's tests ends; those that repeat it have thrice as long."""
EXPECTED = ("GPT55-X",)
PASSED = "passed"


class Outcome(NamedTuple):
    """One package: how many tests pass, and which fail after a migration, by what was written."""

    name: str
    passing: int
    edits: dict[str, int]
    failing: dict[str, list[str]]
    named: int


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
    before = _run(python, _copied(source, home, python), package["tests"], home, PATIENCE)
    again = _run(python, _copied(source, home, python), package["tests"], home)
    steady = {test for test, how in before.items() if how == PASSED == again.get(test)}
    edits, failing, named = {}, {}, 0
    for kind, options in (("src", []), ("src and tests", ["--write-contexts", "src,example,test"])):
        tree = _copied(source, home, python)
        found = json.loads(_tool(["scan", str(tree), "--format", "json", *options]))
        _tool(["apply", str(tree), "--yes", *options])
        after = _run(python, tree, package["tests"], home)
        failing[kind] = sorted(test for test in steady if after.get(test) != PASSED)
        edits[kind] = found["summary"]["selected"]
        if kind == "src":
            named = sum(_is_named(test, tree, found) for test in failing[kind])
    return Outcome(name, len(steady), edits, failing, named)


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
    """The Python of the package's own environment."""
    python = home / "env" / "bin" / "python"
    made = home / "env" / "made"
    if not made.exists():
        venv.create(home / "env", with_pip=True, clear=True)
        extras = package.get("extras", "")
        words = [f"{source}{extras}", "pytest", "pytest-timeout", *package.get("needs", [])]
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *words], check=True)
        made.touch()
    return python


def _copied(source: Path, home: Path, python: Path) -> Path:
    """A fresh copy, installed in place so that the tests meet it and no other."""
    tree = home / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(source, tree, symlinks=True)
    words = ["install", "--quiet", "--no-deps", "--editable", str(tree)]
    subprocess.run([str(python), "-m", "pip", *words], check=True)
    return tree


def _run(
    python: Path, tree: Path, tests: list[str], home: Path, patience: int = 3 * PATIENCE
) -> dict[str, str]:
    """How each test ended, by its name."""
    report = home / "report.xml"
    report.unlink(missing_ok=True)
    words = ["-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
    words += ["--timeout", "20", f"--session-timeout={patience}"]
    words += ["--continue-on-collection-errors", *tests]
    nobody = "http://127.0.0.1:9"
    hidden = {
        "http_proxy": nobody,
        "https_proxy": nobody,
        "HTTPS_PROXY": nobody,
        "NO_PROXY": "127.0.0.1,localhost",
        "OPENAI_API_KEY": "none",
    }
    kept = {key: value for key, value in os.environ.items() if not key.endswith("_API_KEY")}
    with open(home / "tests.log", "a") as log:
        subprocess.run(
            [str(python), "-m", "pytest", *words],
            cwd=tree,
            env={**kept, **hidden},
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            timeout=patience + 300,
            check=False,
        )
    if not report.exists():
        raise SystemExit(f"{tree}: no tests ran; see {home / 'tests.log'}")
    return {
        f"{case.get('classname')}::{case.get('name')}": _ended(case)
        for case in ET.parse(report).iter("testcase")
    }


def _ended(case: ET.Element) -> str:
    return next((child.tag for child in case if child.tag in ("failure", "error", "skipped")), PASSED)


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
    module, _, name = test.partition("::")
    parts = module.split(".")
    for size in range(len(parts), 0, -1):
        path = Path(*parts[:size]).with_suffix(".py")
        if (tree / path).exists():
            lines = _lines(tree / path, name.partition("[")[0])
            places = [
                f for f in found["findings"] if f["rule"].startswith(EXPECTED) and f["path"] == str(path)
            ]
            return any(first <= place["line"] <= last for place in places for first, last in lines)
    return False


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
        "| package | tests that pass | edits | fail after | named | with tests written: edits | fail after |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        (src, tests), (alone, along) = row.edits.values(), row.failing.values()
        lines.append(
            f"| {row.name} | {row.passing} | {src} | {len(alone)} | {row.named} | {tests} | {len(along)} |"
        )
    for row in rows:
        for kind, failing in row.failing.items():
            lines += [f"- {row.name}, {kind} written: {test}" for test in failing]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
