"""Install the tools that the measurements compare with, each in its own environment below a folder.

usage: python bench/tools.py FOLDER [--python PYTHON3.12]

FOLDER/bin then holds a link to each program. What cannot be installed is named and left out: modelbump needs
Python 3.12, which `--python` may name.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

TOOLS = {
    "ast-grep": "ast-grep-cli",
    "semgrep": "semgrep",
    "llm-sunset": "llm-sunset",
    "modelbump": "modelbump",
    "llmshift": "llmshift",
}


def install(program: str, package: str, folder: Path, python: str) -> None:
    """One tool."""
    link = folder / "bin" / program
    if link.exists():
        return
    place = folder / program
    commands = [[python, "-m", "venv", str(place)], [str(place / "bin" / "pip"), "install", "-q", package]]
    for command in commands:
        if subprocess.run(command, check=False).returncode:
            print(f"{program}: could not be installed, left out", file=sys.stderr)
            return
    link.symlink_to(place / "bin" / program)


def main() -> None:
    """Every tool."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("folder", type=Path)
    words.add_argument("--python", default=sys.executable)
    given = words.parse_args()
    (given.folder / "bin").mkdir(parents=True, exist_ok=True)
    for program, package in TOOLS.items():
        python = given.python if program == "modelbump" else sys.executable
        install(program, package, given.folder.resolve(), python)


if __name__ == "__main__":
    main()
