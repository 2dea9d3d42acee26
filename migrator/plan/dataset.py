"""dataset.jsonl: one input a line, read by promptfoo as its test cases and by `ab run`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from migrator.commands import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from migrator.plan.records import Experiment

NAME = "dataset.jsonl"
STUBS = 3


class Row(msgspec.Struct, frozen=True):
    """One input: the prompt's variables (and `expected`), and slices in `metadata`."""

    vars: dict[str, Any]
    description: str = ""
    metadata: dict[str, Any] = {}

    @property
    def stub(self) -> bool:
        """Whether it only shows the form."""
        return bool(self.metadata.get("stub"))


def read(folder: Path) -> tuple[Row, ...]:
    """The filled rows of an experiment's dataset; raises UsageError with file and line."""
    file = folder / NAME
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: cannot be read: {error}") from None
    rows = [_row(line, f"{file}:{number}") for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    return tuple(row for row in rows if not row.stub)


def _row(line: str, where: str) -> Row:
    try:
        return msgspec.json.decode(line, type=Row)
    except msgspec.MsgspecError as error:
        raise UsageError(f"{where}: no row of a dataset: {error}") from None


def check(rows: Iterable[Row], experiment: Experiment, file: Path) -> None:
    """Raise UsageError where a row lacks a variable, or an answer that the grader needs."""
    wanted = {v.name for v in experiment.variables}
    if experiment.primary.id in ("exact", "fields", "set", "tool-call", "tests"):
        wanted.add("expected")
    for number, row in enumerate(rows, 1):
        missing = sorted(wanted - set(row.vars))
        if missing:
            raise UsageError(f"{file}: row {number}: missing in vars: {', '.join(missing)}")


def missing(rows: Iterable[Row], experiment: Experiment) -> tuple[str, ...]:
    """Variables that the prompt has and a filled dataset has not, after the code changed."""
    wanted = {v.name for v in experiment.variables}
    return tuple(sorted({name for row in rows for name in wanted - set(row.vars)}))


def stub(experiment: Experiment) -> str:
    """A few lines that show the form."""
    primary = experiment.primary
    lines = []
    for number in range(1, STUBS + 1):
        values: dict[str, Any] = {v.name: f"<{v.name} {number}: {v.source}>" for v in experiment.variables}
        values["expected"] = _expected(primary.labels, primary.hint, number)
        slices = {name.partition(" (")[0]: "" for name in experiment.slices}
        row = {"description": f"example {number}", "vars": values, "metadata": {"stub": True, **slices}}
        lines.append(json.dumps(row, ensure_ascii=False))
    return "\n".join(lines) + "\n"


def _expected(labels: tuple[str, ...], hint: str, number: int) -> str:
    if labels:
        return labels[(number - 1) % len(labels)]
    return f"<{hint}>" if hint else ""
