"""results.jsonl: one line for each answer (and each judgement), written as it arrives."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

import msgspec

from migrator.commands import UsageError
from migrator.plan.folder import RESULTS

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO


class Result(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One request and its answer. Durations in seconds, money in USD.

    Attributes:
        key: a digest of what was sent; the same request is never sent twice.
        row: a digest of the dataset's row. `arm`: whose answer it is (of a judgement: which it judges).
        usd: what the reported tokens cost; what was reserved where the answer was lost.
        score: a judge's, 0 to 1.
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


def digest(value: object) -> str:
    """A stable digest of a JSON value."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def read(folder: Path) -> tuple[Result, ...]:
    """What was written so far; a last line that a killed run left half is dropped."""
    file = folder / RESULTS
    try:
        lines = file.read_bytes().split(b"\n")
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from None
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(msgspec.json.decode(line, type=Result))
        except msgspec.MsgspecError as error:
            if number < len(lines):
                raise UsageError(
                    f"{file}:{number}: no result: {error}; move the file away to start anew"
                ) from None
    return tuple(found)


class Log:
    """Appends results; each line is on disk before the next request is counted."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / RESULTS
        try:
            self.stream: BinaryIO = self.file.open("a+b")
        except OSError as error:
            raise UsageError(f"{self.file}: cannot be written: {error.strerror}") from None
        self._mend()

    def _mend(self) -> None:
        """Cut off a half line at the end."""
        self.stream.seek(0)
        data = self.stream.read()
        if data and not data.endswith(b"\n"):
            self.stream.truncate(data.rfind(b"\n") + 1)

    def add(self, result: Result) -> None:
        """Append one result."""
        self.stream.write(msgspec.json.encode(result) + b"\n")
        self.stream.flush()
        os.fsync(self.stream.fileno())

    def close(self) -> None:
        """Close the file."""
        self.stream.close()
