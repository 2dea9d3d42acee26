"""The folder of a run: each repository's files, and one run at a time."""

from __future__ import annotations

import os
import shutil
import sqlite3
from typing import TYPE_CHECKING

import msgspec

from migrator.errors import UsageError
from migrator.fleet.index import NAME, Index
from migrator.fleet.repository_turn import BEYOND, PATCH
from migrator.write import files

if TYPE_CHECKING:
    from pathlib import Path

    from migrator.fleet.fleet_records import Outcome, Source, Stage

REPOSITORIES = "repositories"
_OWN = ("inventory.json", "causes.json", PATCH, BEYOND)
_PLAN = "plan/"


class Keep:
    """Where outcomes go: files first, then the index, so that what the index names is there."""

    def __init__(self, folder: Path) -> None:
        usable(folder)
        self.folder = folder
        self.index = Index(folder)
        self.unsaved: dict[str, str] = {}

    def close(self) -> None:
        """End; what was saved stays."""
        self.index.close()

    def place(self, source: Source) -> Path:
        """A repository's folder."""
        return self.folder / REPOSITORIES / source.folder

    def save(self, source: Source, stage: Stage, outcome: Outcome) -> Outcome:
        """Keep an outcome; the one that holds, which is a failure where it cannot be kept."""
        self.unsaved.pop(source.id, None)
        try:
            if outcome.status == "done":
                self._files(source, outcome)
        except OSError as error:
            outcome = _unkept(outcome, error.strerror or str(error))
        try:
            self.index.save(source, stage, outcome)
        except sqlite3.Error as error:
            outcome = _unkept(outcome, str(error))
            self.unsaved[source.id] = outcome.message
        return outcome

    def _files(self, source: Source, outcome: Outcome) -> None:
        place = self.place(source)
        place.mkdir(parents=True, exist_ok=True)
        for name in _OWN:
            if name in outcome.files:
                files.save(place / name, outcome.files[name])
            else:
                (place / name).unlink(missing_ok=True)
        plan = {path.removeprefix(_PLAN): d for path, d in outcome.files.items() if path.startswith(_PLAN)}
        if plan:
            self._plan(place / "plan", plan)

    def _plan(self, place: Path, plan: dict[str, bytes]) -> None:
        """Made here, where what a team has filled in lies."""
        from migrator.plan import folder
        from migrator.plan.plan_records import Plan

        made = msgspec.json.decode(plan.pop(folder.PLAN), type=Plan)
        try:
            folder.usable(place)
            folder.save(place, made, plan)
        except UsageError as error:
            raise OSError(0, str(error)) from None


def _unkept(outcome: Outcome, why: str) -> Outcome:
    message = f"what was found cannot be kept: {why}; make room and run again"
    return msgspec.structs.replace(
        outcome, status="failed", reason="not-kept", message=message, report=None, files={}
    )


def usable(folder: Path) -> None:
    """Raise UsageError where a run cannot be kept in `folder`; make it where it is not there."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"-o {folder}: is a file; name a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / NAME).is_file():
        raise UsageError(f"-o {folder}: is not empty and holds no earlier run; name another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"-o {folder}: cannot be made: {error.strerror}") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"-o {folder}: is not writable")


def emptied(folder: Path) -> Path:
    """A folder of its own for what is made again on each run."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
