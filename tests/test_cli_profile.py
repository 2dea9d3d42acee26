"""`--profile` says where the time went, and changes nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CALL = 'from openai import OpenAI\n\nOpenAI().responses.create(model="gpt-4o", input="hello")\n'
CHECKOUT = Path(__file__).parents[1]


def scan(root, *options):
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "XDG_CACHE_HOME": str(root.parent / "cache")}
    command = [sys.executable, "-m", "migrator", "scan", str(root), "--format", "json", *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_stages_are_named_on_standard_error(tmp_path, jobs):
    root = tmp_path / "project"
    root.mkdir()
    for number in range(3):
        (root / f"app{number}.py").write_text(CALL)
    plain, told = scan(root, "--jobs", jobs), scan(root, "--jobs", jobs, "--profile")
    assert told.stdout == plain.stdout
    assert plain.stderr == ""
    for stage in ("walking", "looking at every file", "reading and deciding", "  deciding"):
        assert any(line.startswith(stage) for line in told.stderr.splitlines()), stage
