"""The standard library and the installed packages as input, in every newline style and encoding.

Further trees are named in SAFETY_TREES, parted as paths are; SAFETY_PACKAGES names a folder of unpacked packages.
`pytest -m slow -s` prints the figures.
"""

from __future__ import annotations

import codecs
import os
import random
import shutil
import sysconfig
import time
from collections import Counter
from pathlib import Path

import pytest

from migrator.pipeline import migrate, rendered
from migrator.settings import Settings
from migrator.source import Source
from safety import planting, programs

PATHS = sysconfig.get_paths()
TREES = list(
    dict.fromkeys([PATHS["stdlib"], PATHS["purelib"], *os.environ.get("SAFETY_TREES", "").split(os.pathsep)])
)
TOGETHER = 20
"""Files that make one project."""
SETTLED = 3
"""Runs after which nothing may change: strings at random places are now and then a model's fallback."""
NEUTRAL = {
    "test": "tst",
    "example": "exmpl",
    "docs": "dcs",
    "vendor": "vndr",
    "generated": "gnrtd",
    "conf": "cnf",
}
"""Parts of paths that would make the files of a kind that is not written."""
EXPECTED = {"syntax-error", "undecodable", "too-deep", "too-large", "unreadable", "too-many-ids"}


def batches(tree: str):
    """Python files below a folder, some at a time; a tree inside another is left to itself."""
    files = []
    for folder, folders, names in os.walk(tree):
        folders[:] = (
            sorted(set(folders) - {"site-packages", "__pycache__"}) if folder == tree else sorted(folders)
        )
        files += [Path(folder, name) for name in sorted(names) if name.endswith(".py")]
    for start in range(0, len(files), TOGETHER):
        yield files[start : start + TOGETHER]


def neutral(path: str) -> str:
    for word, other in NEUTRAL.items():
        path = path.replace(word, other)
    return path


def styled(data: bytes, chance: random.Random) -> bytes:
    """The program in another newline style, with a mark, a cookie, or an odd end; itself where that fails."""
    try:
        text = Source(data).text
    except Exception:
        return data
    kind = chance.randrange(8)
    if kind == 0:
        new = codecs.BOM_UTF8 + text.encode("utf-8", "surrogatepass")
    elif kind in (1, 2, 3):
        new = newlines(text, kind, chance).encode("utf-8", "surrogatepass")
    elif kind == 4 and "coding" not in text[:300] and not text.startswith("#!"):
        new = ("# -*- coding: latin-1 -*-\n" + text).encode("latin-1", "replace")
    elif kind == 5:
        new = text.rstrip().encode("utf-8", "surrogatepass")
    elif kind == 6:
        new = text.replace("\n\n", "\n\x0c\n").encode("utf-8", "surrogatepass")
    else:
        return data
    return new if parses(new) or not parses(data) else data


def newlines(text: str, kind: int, chance: random.Random) -> str:
    if kind == 1:
        return text.replace("\r\n", "\n").replace("\n", "\r\n")
    if kind == 2:
        return text.replace("\r\n", "\n").replace("\n", "\r")
    return "".join(chance.choice(["\n", "\r\n", "\r"]) if char == "\n" else char for char in text)


def parses(data: bytes) -> bool:
    try:
        planting.parsed(Source(data).text)
    except Exception:
        return False
    return True


def prepared(files: list[Path], tree: str, chance: random.Random, count: Counter) -> dict[str, bytes]:
    """The files as one project, with ids planted in most of them."""
    found = {}
    for file in files:
        data = file.read_bytes()
        count["files"] += 1
        new = planting.planted(data, chance) if chance.random() < 0.8 else None
        count["planted files"] += new is not None
        found[neutral(file.relative_to(tree).as_posix())] = styled(new or data, chance)
    return found


def proved(files: dict[str, bytes], count: Counter) -> dict[str, bytes]:
    """One run over a project, every change of it proved."""
    inventory, _ = migrate(files, Settings())
    codes = {problem.code for problem in inventory.diagnostics}
    assert codes <= EXPECTED, inventory.diagnostics
    made = rendered(inventory.edits, files)
    count["refused"] += len(made.diagnostics)
    assert not [problem for problem in made.diagnostics if problem.code == "verification-failed"]
    edits = {edit.id: edit for edit in inventory.edits}
    for change in made.files:
        planting.check(change.old, change.new, [edits[name] for name in change.edits])
        count["edits"] += len(change.edits)
    count["references"] += len(inventory.references)
    count["changed files"] += len(made.files)
    return {**files, **{change.path: change.new for change in made.files}}


@pytest.mark.slow
@pytest.mark.parametrize("tree", [tree for tree in TREES if os.path.isdir(tree)])
def test_every_program_of_the_machine(tree):
    count: Counter = Counter()
    started = time.monotonic()
    failures = []
    for number, files in enumerate(batches(tree)):
        project = prepared(files, tree, random.Random(f"{number}"), count)
        try:
            new = proved(project, count)
            for _ in range(SETTLED):
                old, new = new, proved(new, Counter())
                if old == new:
                    break
                count["further runs"] += 1
            assert old == new, "it never settles"
        except Exception as error:
            failures.append((number, files[0], f"{type(error).__name__}: {str(error)[:500]}"))
    print(f"{tree}: {dict(count)}, {len(failures)} failures, {time.monotonic() - started:.0f} s")
    assert not failures
    assert count["edits"] > 100


PACKAGES = Path(os.environ.get("SAFETY_PACKAGES", os.devnull))


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(os.listdir(PACKAGES)) if PACKAGES.is_dir() else [])
def test_a_package_is_applied_twice_and_taken_back(name, tmp_path):
    """A second run changes nothing, what is written compiles, and what is taken back is as it was."""
    root = tmp_path / "work"
    shutil.copytree(PACKAGES / name, root, symlinks=True)
    old = programs.contents(root)
    done = programs.run("apply", root, "--yes", home=tmp_path)
    new = programs.contents(root)
    changed = [path for path in old if old[path] != new[path]]
    assert old.keys() == new.keys()
    for path in changed:
        compile(new[path], path, "exec", dont_inherit=True)
    programs.run("apply", root, "--yes", home=tmp_path)
    assert programs.contents(root) == new
    if changed:
        run = programs.run_of(done.stderr)
        assert programs.run("undo", run, home=tmp_path).returncode == 0
    assert programs.contents(root) == old
    print(f"{name}: {len(old)} files, {len(changed)} changed")
