"""Make the pictures of the documentation from real runs: `python docs/make_picture.py`, after a change to a report.

docs/review.svg is a terminal; docs/report*.png are the HTML report in Chromium (the extra `browser`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).resolve().parent
CHECKOUT = DOCS.parent
COMMAND = ("review", "support_desk")
PAGE = ("scan", "support_desk", "--format", "html", "--volume", "50k")
DAY = "2026-12-01"
"""So that a picture changes with the report only."""
COLUMNS, LINES = 80, 24


@contextmanager
def desk() -> Iterator[Path]:
    """A folder with the example as a repository with an owner for each half, the same at each run."""
    when = {
        f"GIT_{who}_{what}": "t@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    when |= {f"GIT_{who}_DATE": f"{DAY}T09:00:00Z" for who in ("AUTHOR", "COMMITTER")}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "support_desk")
        shutil.copytree(CHECKOUT / "fixtures" / "support_desk", root)
        (root / "CODEOWNERS").write_text("* @desk\n/support_desk/reports.py @reports\n/tests/ @quality\n")
        for words in (
            ("init", "-q"),
            ("add", "-A"),
            ("commit", "-qm", "A help desk"),
            ("remote", "add", "origin", "https://github.com/your-org/support-desk.git"),
        ):
            subprocess.run(["git", *words], cwd=root, check=True, env={**os.environ, **when})
        yield Path(folder)


def output(folder: Path, *command: str) -> str:
    """What a command prints, in colour."""
    done = subprocess.run(
        [sys.executable, "-m", "migrator", *command, "--today", DAY],
        cwd=folder,
        env={**os.environ, "FORCE_COLOR": "1", "PYTHONUTF8": "1", "PYTHONPATH": str(CHECKOUT)},
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


def screenshots(page: str) -> None:
    """The report in Chromium: its head, a place with its code, and on a telephone in the dark."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder, "report.html")
        file.write_text(page, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        wide = browser.new_page(viewport={"width": 1100, "height": 1080})
        wide.goto(file.as_uri())
        wide.screenshot(path=DOCS / "report.png")
        place = wide.locator(".place[data-path='support_desk/chat.py']").first
        place.locator("summary").click()
        place.screenshot(path=DOCS / "report-place.png")
        dark = browser.new_context(viewport={"width": 390, "height": 760}, color_scheme="dark").new_page()
        dark.goto(file.as_uri() + "#places")
        dark.screenshot(path=DOCS / "report-narrow.png")
        browser.close()


if __name__ == "__main__":
    with desk() as folder:
        (DOCS / "review.svg").write_text(picture(output(folder, *COMMAND)), encoding="utf-8")
        screenshots(output(folder, *PAGE))
