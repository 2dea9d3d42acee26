"""pytest's outcomes, one line a test. PYTEST_DONT_REWRITE"""

from __future__ import annotations

import os
from typing import Any

desk: Any = None


def pytest_runtest_logreport(report: Any) -> None:  # noqa: ANN401
    """A test's call, or what stopped it before or after."""
    if desk is None or os.environ.get("PYTEST_XDIST_WORKER"):
        return
    if report.when == "call" or (report.when == "setup" and not report.passed) or report.failed:
        outcome = "failed" if report.failed else report.outcome
        line = {"test": report.nodeid, "outcome": outcome, "at": _places(report), "message": ""}
        crash = getattr(report.longrepr, "reprcrash", None) if report.failed else None
        line["message"] = str(getattr(crash, "message", "") or "")[:500]
        desk.recorder.write(line)


def pytest_collectreport(report: Any) -> None:  # noqa: ANN401
    """A file that could not be collected counts as a test that failed."""
    if desk is not None and report.failed and not os.environ.get("PYTEST_XDIST_WORKER"):
        line = {"test": report.nodeid, "outcome": "failed", "at": [], "message": str(report.longrepr)[-500:]}
        desk.recorder.write(line)


def _places(report: Any) -> list[str]:  # noqa: ANN401
    """Lines of the program that a failure went through, innermost first."""
    trace = getattr(report.longrepr, "reprtraceback", None) if report.failed else None
    found = []
    for entry in getattr(trace, "reprentries", ()):
        file = getattr(entry, "reprfileloc", None)
        if file is not None:
            path = os.path.abspath(file.path)
            if path.startswith(desk.recorder.root):
                found.append(f"{path[len(desk.recorder.root) :]}:{file.lineno}")
    return found[::-1]
