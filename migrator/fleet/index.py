"""The index of a run: an SQLite file that others may read while it grows, and a later run goes on from."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.errors import UsageError
from migrator.fleet.fleet_records import Report, Source
from migrator.fleet.sources import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from migrator.fleet.fleet_records import Outcome, Stage

NAME = "fleet.sqlite"
_VERSION = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS repository (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, locator TEXT NOT NULL, folder TEXT NOT NULL, position INTEGER
);
CREATE TABLE IF NOT EXISTS result (
  id TEXT NOT NULL, stage TEXT NOT NULL, status TEXT NOT NULL, key TEXT NOT NULL, reason TEXT NOT NULL,
  message TEXT NOT NULL, seconds REAL NOT NULL, memory INTEGER NOT NULL, finished TEXT NOT NULL, report BLOB,
  PRIMARY KEY (id, stage)
);
"""


class Row(NamedTuple):
    """A repository and what became of it; `report` is there where it was done."""

    source: Source
    status: str
    reason: str
    message: str
    seconds: float
    memory: int
    report: Report | None


class Index:
    """The index in a run's folder; raises UsageError where the file is none."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        try:
            self.base = sqlite3.connect(self.path, timeout=30, isolation_level=None)
            self.base.execute("PRAGMA journal_mode=WAL")
            self.base.execute("PRAGMA synchronous=NORMAL")
            version = self.base.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, _VERSION):
                raise UsageError(f"{self.path}: made by another release; name another folder")
            self.base.executescript(_TABLES)
            self.base.execute(f"PRAGMA user_version={_VERSION}")
        except sqlite3.DatabaseError as error:
            raise UsageError(f"{self.path}: cannot be used: {error}; name another folder") from None

    def close(self) -> None:
        """Leave one file behind."""
        self.base.close()

    def list(self, sources: Sequence[Source]) -> None:
        """This run is about these repositories; results of others stay for a run that names them again."""
        rows = [
            (one.id, one.name, shown(one.locator), one.folder, place) for place, one in enumerate(sources)
        ]
        with self.base:
            self.base.execute("BEGIN")
            self.base.execute("UPDATE repository SET position = NULL")
            self.base.executemany("INSERT OR REPLACE INTO repository VALUES (?, ?, ?, ?, ?)", rows)
            self.base.execute("COMMIT")

    def known(self, stage: Stage) -> dict[str, str]:
        """The key of each result that is there, by the repository's id."""
        asked = "SELECT id, key FROM result WHERE stage = ? AND status = 'done'"
        return dict(self.base.execute(asked, (stage,)))

    def save(self, source: Source, stage: Stage, outcome: Outcome) -> None:
        """Keep how a turn ended, in place of how an earlier one did; raises sqlite3.Error."""
        report = msgspec.msgpack.encode(outcome.report) if outcome.report else None
        self.base.execute(
            "INSERT OR REPLACE INTO result VALUES (?, ?, ?, ?, ?, ?, ?, ?, datetime('now'), ?)",
            (
                source.id,
                stage,
                outcome.status,
                outcome.report.key if outcome.report else "",
                outcome.reason,
                outcome.message,
                outcome.seconds,
                outcome.memory,
                report,
            ),
        )

    def forget(self, source: Source, stage: Stage) -> None:
        """A result that no longer counts."""
        self.base.execute("DELETE FROM result WHERE id = ? AND stage = ?", (source.id, stage))

    def rows(self, sources: Sequence[Source], stage: Stage | None = None) -> Iterator[Row]:
        """What became of each repository, in order; where no stage is named, in its last one.

        Where the last one failed, what an earlier one found is there still.
        """
        asked = (
            "SELECT status, reason, message, seconds, memory, report FROM result WHERE id = ? "
            "AND (? = '' OR stage = ?) ORDER BY stage = 'linked' DESC"
        )
        for source in sources:
            found = self.base.execute(asked, (source.id, stage or "", stage or "")).fetchall()
            if not found:
                yield Row(source, "waiting", "", "", 0.0, 0, None)
                continue
            status, reason, message, seconds, memory, _ = found[0]
            content = next((row[-1] for row in found if row[-1]), None)
            report = msgspec.msgpack.decode(content, type=Report) if content else None
            yield Row(source, status, reason, message, seconds, memory, report)
