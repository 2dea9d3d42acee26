"""Which tests CI runs beside the default ones."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

HERE = Path(__file__).parent
THOROUGH = (
    "safety",
    "test_evidence_record.py",
    "test_plan_hostile.py",
    "test_plan_reading.py",
    "test_plan_run.py",
    "test_plan_statistics.py",
)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """In CI, where everything is installed, no file is left out as a whole."""
    report = yield
    if report.skipped and os.environ.get("NO_FILE_SKIPPED"):
        report.outcome, report.longrepr = "failed", str(report.longrepr)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Folders and files that take minutes as a whole."""
    for item in items:
        if item.path.relative_to(HERE).parts[0] in THOROUGH:
            item.add_marker(pytest.mark.thorough)
