"""Make docs/review.svg from a real run: `python docs/make_picture.py`, after a change to the report."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

CHECKOUT = Path(__file__).resolve().parents[1]
COMMAND = ("review", "fixtures/support_desk")
COLUMNS, LINES = 124, 40


def output() -> str:
    """What the command prints, in colour."""
    done = subprocess.run(
        [sys.executable, "-m", "migrator", *COMMAND],
        cwd=CHECKOUT,
        env={**os.environ, "FORCE_COLOR": "1", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def picture(text: str) -> str:
    """The first screen of a terminal that shows `text`, as SVG."""
    console = Console(
        record=True, width=COLUMNS, file=StringIO(), color_system="truecolor", force_terminal=True
    )
    console.print(Text.from_ansi(f"$ gpt55-migrate {' '.join(COMMAND)}"), no_wrap=True, crop=True)
    for line in text.splitlines()[:LINES]:
        console.print(Text.from_ansi(line), no_wrap=True, overflow="ellipsis")
    return console.export_svg(title="gpt55-migrate", unique_id="review")


if __name__ == "__main__":
    (CHECKOUT / "docs" / "review.svg").write_text(picture(output()), encoding="utf-8")
