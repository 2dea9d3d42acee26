"""What each command does between its arguments and its exit code."""

from __future__ import annotations

DONE, FINDINGS, USAGE, FAILED = 0, 1, 2, 3
"""Exit codes: nothing left or done; findings; wrong usage or settings; a file could not be done."""
