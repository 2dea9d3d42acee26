"""What leads out of the project is not read, and what is not read is counted or named: never clean in silence."""

from __future__ import annotations

import base64
import json
import time

import pytest

from safety import programs

HEAD = "from openai import OpenAI\n"
CALL = 'OpenAI().chat.completions.create(model="gpt-4o", messages=[], max_tokens=5)\n'
GOOD = (HEAD + CALL).encode()
OUTSIDE = {
    "names.py": b'MODEL = "gpt-4o"\nMARK = "kept-outside"\n',
    "prompt.txt": b"kept-outside: answer as gpt-4o does",
    "table.json": b'{"gpt-4o": {"kept-outside": 1}}',
    "requirements.txt": b"openai==0.1.0  # kept-outside\n",
}
INSIDE = (
    HEAD
    + """
import json
from pathlib import Path
from linked.names import MODEL
from prompts import ANSWER

TABLE = json.loads(Path("linked/table.json").read_text())
PROMPT = open("linked/prompt.txt").read()
OpenAI().chat.completions.create(
    model="gpt-4o", messages=[{"role": "system", "content": PROMPT}], max_tokens=TABLE["gpt-4o"]["kept"]
)
OpenAI().chat.completions.create(model="gpt-4o-mini", messages=[])
"""
)


@pytest.fixture
def root(tmp_path):
    programs.lay(tmp_path / "outside", OUTSIDE)
    root = programs.lay(tmp_path / "work", {"app.py": INSIDE.encode(), "prompts.py": b'ANSWER = "x"\n'})
    (root / "linked").symlink_to("../outside")
    (root / "linked.py").symlink_to("../outside/names.py")
    (root / "requirements").symlink_to("../outside")
    return root


COMMANDS = [
    ["scan", "--format", "json", "--prompts", "--all"],
    ["scan", "--all"],
    ["scan", "--format", "html"],
    ["diff"],
    ["plan", "-o", "../plan"],
    ["apply", "--yes", "--config-files"],
    ["check", "--fix"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_linked_folder_is_not_read_through(root, tmp_path, words):
    done = programs.run(words[0], ".", *words[1:], home=tmp_path, cwd=root)
    said = done.stdout + done.stderr + b"".join(programs.contents(tmp_path / "plan").values())
    assert b"app.py" in said
    assert b"kept-outside" not in said
    assert programs.contents(tmp_path / "outside") == OUTSIDE


@pytest.mark.parametrize("name", ["linked/names.py", "linked.py"])
@pytest.mark.parametrize("words", [["scan"], ["diff"], ["check", "--fix"], ["apply", "--yes"]], ids=" ".join)
def test_nor_is_a_file_that_is_named_through_it(root, tmp_path, words, name):
    done = programs.run(words[0], name, "app.py", *words[1:], home=tmp_path, cwd=root)
    assert done.returncode == 3
    assert f"{name}: outside-root".encode() in done.stderr
    assert b"kept-outside" not in done.stdout + done.stderr
    assert programs.contents(tmp_path / "outside") == OUTSIDE


def test_noop_a_linked_folder_inside_is_the_folder_itself(tmp_path):
    root = programs.lay(tmp_path / "work", {"one/app.py": GOOD, "two.py": GOOD})
    (root / "current").symlink_to("one")
    done = programs.run("apply", "current/app.py", "two.py", "--yes", home=tmp_path, cwd=root)
    assert (done.returncode, done.stdout) == (0, b"one/app.py\ntwo.py\n")


def test_noop_a_folder_that_is_a_link_can_be_named_itself(root, tmp_path):
    done = programs.run("scan", "linked", home=tmp_path, cwd=root)
    assert b"names.py" in done.stdout


# -- not read, and said ---------------------------------------------------------------------------

NOTEBOOK = json.dumps(
    {"cells": [{"cell_type": "code", "source": [HEAD, CALL]}], "metadata": {}, "nbformat": 4}, indent=1
).encode()


@pytest.mark.parametrize("words", [["diff"], ["check", "--fix"], ["apply", "--yes"]], ids=" ".join)
def test_a_notebook_is_written_as_one(tmp_path, words):
    root = programs.lay(tmp_path / "work", {"note.ipynb": NOTEBOOK, "app.py": GOOD})
    programs.run(words[0], "note.ipynb", "app.py", *words[1:], home=tmp_path, cwd=root)
    new = (root / "note.ipynb").read_bytes()
    written = NOTEBOOK.replace(b"gpt-4o", b"gpt-5.5-mini").replace(b"max_tokens", b"max_completion_tokens")
    assert new == (NOTEBOOK if words[0] == "diff" else written)


@pytest.mark.parametrize("name", ["note.ipynb", ".env"])
def test_what_is_named_and_broken_fails(tmp_path, name):
    broken = {"note.ipynb": b'{"cells": [ "gpt-4o"', ".env": b"<<<<<<< a\nMODEL=gpt-4o\n"}[name]
    root = programs.lay(tmp_path / "work", {name: broken, "app.py": GOOD})
    done = programs.run("apply", name, "app.py", "--yes", home=tmp_path, cwd=root)
    assert done.returncode == 3
    assert f"{name}: ".encode() in done.stderr
    assert (root / name).read_bytes() == broken
    assert b"gpt-5.5" in (root / "app.py").read_bytes()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_text_is_named(tmp_path, encoding):
    root = programs.lay(tmp_path / "work", {"m.py": GOOD.decode().encode(encoding), "app.py": GOOD})
    for words in (["scan"], ["check", "--fail-on", "any"], ["apply", "--yes"]):
        done = programs.run(words[0], ".", *words[1:], home=tmp_path, cwd=root)
        assert done.returncode == 3
        assert b"m.py: undecodable" in done.stderr


@pytest.mark.parametrize("encoding", ["utf-7", "U7"])
def test_an_encoding_that_hides_the_id_hides_nothing(tmp_path, encoding):
    """`gpt-4o` in bytes that no search for `gpt-4o` finds."""
    hidden = b"+" + base64.b64encode("gpt-4o".encode("utf-16-be")).rstrip(b"=") + b"-"
    data = f"# coding: {encoding}\n".encode() + GOOD.replace(b"gpt-4o", hidden)
    root = programs.lay(tmp_path / "work", {"m.py": data})
    done = programs.run("scan", ".", home=tmp_path, cwd=root)
    assert b"m.py" in done.stdout
    assert b"gpt-4o" in done.stdout


def test_everything_that_is_passed_over_is_counted(tmp_path):
    files = {
        "app.py": GOOD,
        "stub.pyi": b'MODEL: str = "gpt-4o"\n',
        "window.pyw": GOOD,
        "bin/run": b"#!/usr/bin/env python3\n" + GOOD,
        "bin/shell": b"#!/bin/sh\necho gpt-4o\n",
        "LICENSE": b"words",
        "venv/lib/m.py": GOOD,
        "sub/.venv/lib/m.py": GOOD,
        "note.ipynb": NOTEBOOK,
    }
    root = programs.lay(tmp_path / "work", files)
    done = programs.run("scan", root, "--format", "json", home=tmp_path)
    found = json.loads(done.stdout)
    assert found["coverage"]["not_looked_at"] == {"folders of installed packages": 2}
    assert {one["path"] for one in found["references"]} >= {"stub.pyi", "window.pyw", "bin/run", "note.ipynb"}


@pytest.mark.parametrize("name", ["bin/run", "window.pyw"])
def test_noop_a_script_that_is_named_is_read(tmp_path, name):
    root = programs.lay(tmp_path / "work", {name: b"#!/usr/bin/env python3\n" + GOOD})
    done = programs.run("apply", name, "--yes", home=tmp_path, cwd=root)
    assert done.returncode == 0
    assert b"gpt-5.5" in (root / name).read_bytes()


def test_a_script_that_becomes_one_is_counted_with_a_warm_cache(tmp_path):
    files = {f"folder_{n}/m.py": b"x = 1\n" for n in range(210)}
    root = programs.lay(tmp_path / "work", {**files, "run": b"words\n", "app.py": GOOD})
    time.sleep(2.1)
    counts = []
    for data in (b"words\n", b"#!/usr/bin/python3\n"):
        (root / "run").write_bytes(data)
        time.sleep(2.1)
        for _ in range(2):
            done = programs.run("scan", root, "--format", "json", home=tmp_path)
            counts.append(json.loads(done.stdout)["coverage"]["seen"])
    assert counts == [211, 211, 212, 212]


TABLES = {
    "broken": b'{"gpt-4o": {"out": 5},, }',
    "too large": b'{"gpt-4o": {"out": 5}, "x": "' + b"x" * 4_000_000 + b'"}',
}


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("command", [["scan"], ["check"], ["apply", "--yes"]], ids=" ".join)
def test_a_table_that_cannot_be_read_is_named(tmp_path, command, kind):
    """The program loads it, and nobody knows what it says of the model."""
    loading = 'import json\n\nwith open("t.json") as file:\n    T = json.load(file)\nprint(T["gpt-4o"])\n'
    root = programs.lay(tmp_path / "work", {"app.py": GOOD + loading.encode(), "t.json": TABLES[kind]})
    done = programs.run(command[0], root, *command[1:], home=tmp_path)
    assert done.returncode == 3
    assert b"t.json" in done.stderr
