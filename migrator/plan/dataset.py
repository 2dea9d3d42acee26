"""dataset.jsonl: one input a line, read by promptfoo as its test cases and by `ab run`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from migrator.errors import UsageError
from migrator.plan import experiment_requests, grading
from migrator.plan.dataset_row import Row
from migrator.plan.plan_records import NEED_EXPECTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from migrator.inventory.prompt_records import PromptVariable
    from migrator.plan.plan_records import Experiment, Grader

NAME = "dataset.jsonl"
STUBS = 3


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


def append(folder: Path, rows: Sequence[Row]) -> None:
    """Add rows; the stub goes, what a person wrote stays."""
    file = folder / NAME
    there = file.read_bytes() if read(folder) else b""
    lines = there.rstrip(b"\n").split(b"\n") if there.strip() else []
    file.write_bytes(b"".join(line + b"\n" for line in [*lines, *(msgspec.json.encode(row) for row in rows)]))


def check(rows: Sequence[Row], experiment: Experiment, file: Path) -> None:
    """Raise UsageError where a row lacks a variable, or cannot be graded, before anything is paid for."""
    grader = experiment.primary
    for number, row in enumerate(rows, 1):
        missing = sorted(_wanted(experiment, row) - set(row.vars))
        if missing:
            raise UsageError(f"{file}: row {number}: missing in vars: {', '.join(missing)}")
        problem = wrong_expected(row, grader)
        if problem:
            raise UsageError(f"{file}: row {number}: expected {problem}")


def _wanted(experiment: Experiment, row: Row) -> set[str]:
    """Variables that a row must have; one that brings all its messages needs no others."""
    names = {v.name for v in experiment.variables}
    if experiment_requests.instead(experiment, row):
        names &= {experiment_requests.MESSAGES, experiment_requests.TOOLS}
    elif not any("{{" + experiment_requests.MESSAGES + "}}" in m.text for m in experiment.messages):
        names -= {experiment_requests.MESSAGES} if len(names) > 1 else set()
    return names | ({"expected"} if experiment.primary.id in NEED_EXPECTED else set())


def wrong_expected(row: Row, grader: Grader) -> str:
    """Why no answer could be right by a row's `expected`; nothing where one could."""
    if grader.id not in NEED_EXPECTED:
        return ""
    value = row.vars.get("expected")
    if value in (None, "", [], {}) and grader.id not in ("tool-call", "set", "tests"):
        return "is empty"
    if value == "" and grader.id == "tool-call":
        return "is empty; null says that no tool is to be called"
    if grader.id == "exact" and grader.labels:
        known = {grading.normal(label) for label in grader.labels}
        if grading.normal(grading.label(value)) not in known:
            return f"is {value!r}, none of the labels {', '.join(grader.labels)}"
    if grader.id == "fields" and not isinstance(grading.decoded(value), (dict, list)):
        return "is no JSON object"
    if grader.id == "numeric" and grading.number(value) is None:
        return f"is {value!r}, no number"
    if grader.id == "tool-call" and value is not None and grading.decoded(value) is None and value != "null":
        return "is no tool call as JSON"
    return ""


def missing(rows: Iterable[Row], experiment: Experiment) -> tuple[str, ...]:
    """Variables that the prompt has and a filled dataset has not, after the code changed."""
    return tuple(
        sorted({name for row in rows for name in _wanted(experiment, row) - set(row.vars) - {"expected"}})
    )


def stub(experiment: Experiment) -> str:
    """A few lines that show the form."""
    primary = experiment.primary
    lines = []
    for number in range(1, STUBS + 1):
        values: dict[str, Any] = {v.name: _example(v, number) for v in experiment.variables}
        values["expected"] = _expected(primary.labels, primary.hint, number)
        slices = {name.partition(" (")[0]: "" for name in experiment.slices}
        row = {"description": f"example {number}", "vars": values, "metadata": {"stub": True, **slices}}
        lines.append(json.dumps(row, ensure_ascii=False))
    return "\n".join(lines) + "\n"


def _example(variable: PromptVariable, number: int) -> object:
    text = f"<{variable.name} {number}: {variable.source}>"
    if variable.name == "tools":
        return [
            {
                "type": "function",
                "function": {"name": text, "parameters": {"type": "object", "properties": {}}},
            }
        ]
    if variable.name == "messages" or variable.kind == "conversation":
        return [{"role": "user", "content": text}]
    return text


def _expected(labels: tuple[str, ...], hint: str, number: int) -> str:
    if labels:
        return labels[(number - 1) % len(labels)]
    return f"<{hint}>" if hint else ""
