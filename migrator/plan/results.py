"""results.sqlite: every answer and judgement of a plan, on disk as it comes; one run at a time."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from migrator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

RESULTS = "results.sqlite"
LOCK = "run.lock"
BALLAST = "results.ballast"
BALLAST_BYTES = 1 << 20
_TABLE = """create table if not exists result
(id integer primary key, experiment text not null, key text not null, data blob not null)"""


class Result(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One request and its answer. Durations in seconds, money in USD.

    Attributes:
        key: a digest of what was sent; the same request is never sent twice.
        row: a digest of the dataset's row. `arm`: whose answer it is (of a judgement: which it judges).
        kind: answer, judge, or prefer-old and prefer-new (which answer stood first).
        usd: what the reported tokens cost; what was reserved where the answer was lost or said nothing of
        tokens.
        score: a judge's, 0 to 1; of a preference, that of the treatment.
        batch: which run of the experiment asked, from 1 on; pairs are judged in the order of runs.
        source: where it was imported from; empty for what `ab run` sent.
    """

    key: str
    row: str
    arm: str
    kind: str = "answer"
    model: str = ""
    served: str = ""
    output: str = ""
    tool_calls: tuple[dict[str, Any], ...] = ()
    finish: str = ""
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0
    tokens_reasoning: int = 0
    seconds: float = 0.0
    first_token: float | None = None
    usd: float = 0.0
    attempts: int = 1
    error: str = ""
    score: float | None = None
    unmetered: bool = False
    batch: int = 0
    source: str = ""


def digest(value: object) -> str:
    """A stable digest of a JSON value."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def read(where: Path, experiment: str) -> tuple[Result, ...]:
    """What there is of an experiment, in the order in which it came."""
    return tuple(result for _, result in _rows(where, "where experiment = ?", (experiment,)))


def spent(where: Path) -> float:
    """USD of all experiments of a plan."""
    return sum(result.usd for _, result in _rows(where, "", ()))


def _rows(where: Path, condition: str, values: tuple[str, ...]) -> Iterator[tuple[str, Result]]:
    file = where / RESULTS
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file.absolute().as_uri() + "?mode=ro", uri=True)) as base:
            found = base.execute(f"select key, data from result {condition} order by id", values).fetchall()
    except sqlite3.Error as error:
        raise UsageError(f"{file}: cannot be read: {error}; move the file away to start anew") from None
    for key, data in found:
        try:
            yield key, msgspec.json.decode(data, type=Result)
        except msgspec.MsgspecError as error:
            raise UsageError(f"{file}: no result: {error}; move the file away to start anew") from None


class FullError(Exception):
    """A result could not be written where it belongs; the message says where it is."""


class Store:
    """The only writer of a plan's results; each is on disk before the next request is counted."""

    def __init__(self, where: Path) -> None:
        self.where = where
        self.lock = _locked(where)
        try:
            self.base = sqlite3.connect(where / RESULTS, isolation_level=None, check_same_thread=False)
            self.base.execute("pragma synchronous = full")
            self.base.execute(_TABLE)
            _weigh(where / BALLAST)
        except (sqlite3.Error, OSError) as error:
            raise UsageError(f"{where / RESULTS}: cannot be written: {error}") from None

    def add(self, experiment: str, result: Result) -> None:
        """Append one result; raises FullError after it has been saved elsewhere."""
        row = experiment, result.key, msgspec.json.encode(result)
        try:
            self._insert(row)
        except sqlite3.Error as error:
            (self.where / BALLAST).unlink(missing_ok=True)
            try:
                self._insert(row)
            except sqlite3.Error:
                raise FullError(_rescued(experiment, result, str(error))) from None
            raise FullError(f"{self.where / RESULTS}: {error}; the answer is kept, make room") from None

    def _insert(self, row: tuple[str, str, bytes]) -> None:
        self.base.execute("insert into result (experiment, key, data) values (?, ?, ?)", row)

    def close(self) -> None:
        """Close the file, and let others run."""
        self.base.close()
        self.lock.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _locked(where: Path) -> sqlite3.Connection:
    """A lock that a killed process gives back."""
    try:
        lock = sqlite3.connect(where / LOCK, isolation_level=None, timeout=0, check_same_thread=False)
        lock.execute("begin exclusive")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise UsageError(f"{where}: another run is under way") from None
        raise UsageError(f"{where / LOCK}: cannot be written: {error}") from None
    return lock


def _weigh(file: Path) -> None:
    """Room that is given back when the disk is full, so that the answers under way still fit."""
    if not file.exists() or file.stat().st_size < BALLAST_BYTES:
        file.write_bytes(os.urandom(BALLAST_BYTES))


def _rescued(experiment: str, result: Result, why: str) -> str:
    line = msgspec.json.encode({"experiment": experiment, "result": result}) + b"\n"
    try:
        file = Path(tempfile.gettempdir()) / "gpt55-migrate-rescued.jsonl"
        with file.open("ab") as stream:
            stream.write(line)
    except OSError:
        return f"{why}; an answer is lost: {line.decode()}"
    return f"{why}; an answer was saved in {file}: bring it back with ab import"
