"""A plugin for pytest: notes how each test ends as it ends, and runs only those that are named.

`SEEN` names the file for a line of JSON a test, `ONLY` one with the tests to run, or null. A case of a test
with parameters is called by its place, as its own name may say a model that is migrated.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

ENDS = {"call": ("passed", "failed", "skipped"), "setup": ("failed", "skipped"), "teardown": ("failed",)}
PLACED: dict[str, str] = {}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give each test its name, and keep those that are wanted."""
    counted: Counter[str] = Counter()
    for item in items:
        name, bracket, _ = item.nodeid.partition("[")
        PLACED[item.nodeid] = f"{name}[{counted[name]}]" if bracket else name
        counted[name] += 1
    wanted = json.loads(Path(os.environ["ONLY"]).read_text())
    if wanted is not None:
        config.hook.pytest_deselected(items=[item for item in items if PLACED[item.nodeid] not in wanted])
        items[:] = [item for item in items if PLACED[item.nodeid] in wanted]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Write down how a test ended: in its call, or before or after it."""
    if report.outcome in ENDS[report.when]:
        with open(os.environ["SEEN"], "a") as seen:
            print(json.dumps([PLACED[report.nodeid], report.outcome]), file=seen)
