"""The practical limit of a tool in Python: two processes read every file and parse those with hits.

usage: python bench/bare.py FOLDER [--hits-only]
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import warnings
from multiprocessing import get_context

PATTERN = "gpt-4o|gpt-5|chatgpt-4o-latest"
MARKERS = (b"gpt-4o", b"gpt-5", b"chatgpt-4o-latest")


def work(paths: list[str]) -> int:
    """Read files; parse those that hold a marker. With `--hits-only` no other file is given."""
    hits = 0
    for path in paths:
        with open(path, "rb") as stream:
            data = stream.read()
        if any(marker in data for marker in MARKERS):
            hits += 1
            try:
                ast.parse(data)
            except (SyntaxError, ValueError):
                continue
    return hits


def main() -> None:
    """Walk, share the files out, count."""
    warnings.simplefilter("ignore")
    paths = [
        os.path.join(folder, name)
        for folder, _, names in os.walk(sys.argv[1])
        for name in names
        if name.endswith(".py")
    ]
    if "--hits-only" in sys.argv:
        command = ["grep", "-rlE", "--include=*.py", PATTERN, sys.argv[1]]
        found = subprocess.run(command, check=False, capture_output=True)
        print(work(found.stdout.decode().split()))
        return
    shares = [paths[at : at + 200] for at in range(0, len(paths), 200)]
    with get_context("fork").Pool(2) as pool:
        print(len(paths), sum(pool.imap_unordered(work, shares)))


if __name__ == "__main__":
    main()
