"""What ends a command with one line for its user."""

from __future__ import annotations


class UsageError(Exception):
    """The user asked for something that cannot be done; one line that says what to do. Exit code 2."""


class WorkError(Exception):
    """The work as such could not be done; one line that says what to do. Exit code 3."""
