"""Make how-to/ab-run.md and its pictures from a real run: `python docs/make_ab_run.py`, when `ab` changed.

The endpoint is the one of the tests, on the loopback; two made-up models answer. Pictures need Chromium.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT / "tests"))

import ab_server  # noqa: E402

DOCS = CHECKOUT / "docs" / "how-to"
WORDS = {"parcel": "order_status", "money": "refund", "angry": "complaint", "weather": "other"}
INTENTS, MODERATION, SENTIMENT = "intents-classify-ticket", "moderation-is-harmful", "sentiment-sentiment"
ROWS = 300
SETTINGS = "margin = 0.1\ncost_ratio = 150\nlatency_ratio = 1.5\n"
PICTURES = {"go": INTENTS, "no-go": MODERATION, "void": SENTIMENT}


def chance(*parts: object) -> float:
    """A number from 0 to 1 that is always the same for the same parts."""
    return int(hashlib.sha256(repr(parts).encode()).hexdigest()[:8], 16) / 2**32


def said(asked: str, model: str, server: ab_server.Server) -> str:
    """Both models err now and then; the new one overlooks a part of the hate."""
    new, wrong = model in ab_server.NEW, chance(model, asked) < 0.06
    time.sleep(0.002 * (1 + 3 * chance("time", model, asked)))
    if "Classify the ticket" in asked:
        label = next(label for word, label in WORDS.items() if word in asked)
        return json.dumps({"intent": "contract" if wrong else label})
    if "yes or no" in asked:
        hate = "hate" in asked.rpartition("Comment:")[2]
        missed = hate and new and chance("missed", asked) < 0.5
        return "yes" if hate != (wrong or missed) else "no"
    return "positive" if "good" in asked else "negative"


def rows() -> dict[str, list[dict[str, object]]]:
    """What a team would fill in; the last one has its labels in another language than the prompt."""
    tickets = [(n, list(WORDS)[n % 4]) for n in range(ROWS)]
    return {
        INTENTS: [
            {
                "vars": {"ticket": f"My {word}, once more (#{n})", "expected": WORDS[word]},
                "metadata": {"language": "de" if n % 3 else "en"},
            }
            for n, word in tickets
        ],
        MODERATION: [
            {
                "vars": {
                    "comment": f"{'hate' if n % 2 else 'love'} and comment {n}",
                    "expected": "yes" if n % 2 else "no",
                },
                "metadata": {"dialect": "south" if n % 3 else "north"},
            }
            for n in range(ROWS)
        ],
        SENTIMENT: [
            {
                "vars": {
                    "message": f"{'good' if n % 2 else 'bad'} day {n}",
                    "expected": "gut" if n % 2 else "schlecht",
                }
            }
            for n in range(90)
        ],
    }


class Shown:
    """Commands as they are typed, and what they print."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.env = {
            **os.environ,
            "PYTHONPATH": str(CHECKOUT),
            "OPENAI_BASE_URL": url,
            "OPENAI_API_KEY": "any",
            "COLUMNS": "110",
        }

    def start(self, *args: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "migrator", *args]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(self, *args: str) -> str:
        """A command with its output and exit code, as text for the page."""
        process = self.start(*args)
        printed, _ = process.communicate()
        return f"$ gpt55-migrate {' '.join(args)}\n{printed}$ echo $?\n{process.returncode}\n"


def killed(shown: Shown, server: ab_server.Server) -> str:
    """A run that is killed without warning after some requests."""
    before = len(server.requests)
    process = shown.start("ab", "run", "plan", "--budget", "20")
    while len(server.requests) < before + 120 and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return "$ gpt55-migrate ab run plan --budget 20\nKilled\n$ echo $?\n137\n"


def photographed(folder: Path, verdict: str, name: str, shown: Shown) -> None:
    """The report of one experiment in a browser."""
    page = folder / f"{verdict}.html"
    shown.run("ab", "report", "plan", "--only", name, "--format", "html", "--output", str(page))
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or sys.exit("Chromium is not there")
    subprocess.run(
        [chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         f"--user-data-dir={folder / 'profile'}", f"--window-size=1040,{620 if verdict == 'void' else 1280}",
         f"--screenshot={DOCS / f'ab-{verdict}.png'}", page.as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip


def main() -> None:
    """The whole run."""
    ab_server.said = said
    server = ab_server.Server()
    server.handle_error = lambda request, address: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copytree(CHECKOUT / "fixtures" / "support_desk", folder / "support_desk")
        text = page(Shown(folder, server.url), folder, server)
    server.shutdown()
    (DOCS / "ab-run.md").write_text(text.replace(place + "/", "").replace(place, "."), encoding="utf-8")


def page(shown: Shown, folder: Path, server: ab_server.Server) -> str:
    """The page, step by step."""
    parts = {"plan": shown.run("plan", "support_desk", "-o", "plan")}
    for name, lines in rows().items():
        place = folder / "plan" / "experiments" / name
        (place / "dataset.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        (place / "settings.toml").write_text(SETTINGS)
    parts["dry"] = shown.run("ab", "run", "plan", "--dry-run")
    server.delay = 0.02
    parts["killed"] = killed(shown, server)
    time.sleep(0.5)
    sent = len(server.requests)
    parts["resumed"] = shown.run("ab", "run", "plan", "--budget", "20")
    parts["sent"] = f"{sent:,} requests came before it was killed, {len(server.requests) - sent:,} after"
    parts["report"] = shown.run("ab", "report", "plan")
    for verdict, name in PICTURES.items():
        photographed(folder, verdict, name, shown)
        parts[verdict] = shown.run("ab", "report", "plan", "--only", name).partition("\n\n")[2]
    return TEMPLATE.format(**{name: quiet(part) for name, part in parts.items()})


def quiet(text: str) -> str:
    """Without lines on experiments whose datasets are empty."""
    return re.sub(r"(?m)^.*its dataset is empty; skipped\n|^[\w-]+: no results; .*\n", "", text).rstrip("\n")


TEMPLATE = """\
# A whole run

Made by `python docs/make_ab_run.py` on [`fixtures/support_desk`](../../fixtures/support_desk), against the
endpoint of the tests with two made-up models: both err in 6 % of the answers, and the new one overlooks half
of the hate in comments. How verdicts are reached stands in [verdicts.md](../explanation/verdicts.md).

## Plan

<!-- not run: made by docs/make_ab_run.py -->
```console
{plan}
```

## Fill

Three of the eleven datasets are filled here: tickets, comments, and messages whose `expected` someone wrote
in another language than the prompt asks for. `settings.toml` of each says what this team accepts: ten points,
and 150 times the price.

## Run, kill, resume

<!-- not run: made by docs/make_ab_run.py -->
```console
{dry}
{killed}
{resumed}
```

{sent}: nothing is asked twice but what was under way.

## Report

Experiments without results are left out here.

<!-- not run: made by docs/make_ab_run.py -->
```console
{report}
```

### Go

![The page of an experiment that says go](ab-go.png)

### No-go

![The page of an experiment that says no-go](ab-no-go.png)

### Void

![The page of an experiment that is void](ab-void.png)
"""

if __name__ == "__main__":
    main()
