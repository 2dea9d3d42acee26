"""Repositories made for tests, and the command as people start it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TOP = Path(__file__).parents[2]
CALL = """\
from openai import OpenAI

client = OpenAI()


def answer(question):
    return client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": question}], max_tokens=900
    )
"""


def git(folder: Path, *words: str, data: bytes = b"") -> str:
    """What a git command prints, with nobody's settings."""
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@localhost", *words]
    return (
        subprocess.run(command, check=True, capture_output=True, env=env, input=data).stdout.decode().strip()
    )


def repository(folder: Path, files: Mapping[str, str] | None = None) -> Path:
    """A repository of one commit."""
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main", ".")
    for path, text in ({"app.py": CALL} if files is None else files).items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    git(folder, "add", "-A", "-f")
    git(folder, "commit", "-q", "--allow-empty", "-m", "one")
    return folder


def many(folder: Path, count: int) -> Path:
    """So many repositories, each of which names a model."""
    for number in range(count):
        repository(folder / f"r{number:02d}", {"app.py": CALL.replace("900", str(900 + number))})
    return folder


def command(*words: object) -> list[str]:
    """The command line."""
    return [sys.executable, "-m", "migrator", "fleet", *map(str, words)]


def environment() -> dict[str, str]:
    """This checkout, wherever the command runs."""
    return {**os.environ, "PYTHONPATH": str(TOP)}


def fleet(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run(
        command(*words), capture_output=True, text=True, check=False, cwd=cwd, env=environment(), timeout=300
    )


def begun(*words: object, cwd: Path) -> subprocess.Popen[str]:
    """Start it, in a process group of its own as a shell would."""
    return subprocess.Popen(
        command(*words),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=environment(),
        start_new_session=True,
    )


def report(folder: Path) -> dict:
    """report.json."""
    return json.loads((folder / "report.json").read_text())


def lines(folder: Path) -> dict[str, dict]:
    """The report's repositories by name."""
    return {line["name"]: line for line in report(folder)["repositories"]}


def results(folder: Path) -> list[tuple]:
    """The rows of the index, as another reader sees them."""
    base = sqlite3.connect(f"file:{folder / 'fleet.sqlite'}?mode=ro", uri=True)
    try:
        return base.execute("SELECT id, stage, status, reason, finished FROM result").fetchall()
    finally:
        base.close()


def done(folder: Path) -> int:
    """How many results there are; none before there is an index."""
    try:
        return len(results(folder))
    except sqlite3.Error:
        return 0
