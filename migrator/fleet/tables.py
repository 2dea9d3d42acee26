"""The rows behind the report as CSV, and as Parquet where pyarrow is there: one pass, in bounded memory."""

from __future__ import annotations

import csv
import importlib.util
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import msgspec

from migrator.fleet.fleet_records import Call, Place
from migrator.fleet.overview import Line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from migrator.fleet.fleet_records import Report

_KINDS: Mapping[str, type[msgspec.Struct]] = {"repositories": Line, "places": Place, "calls": Call}
_BATCH = 20_000
_ARMED = ("=", "+", "-", "@", "\t", "\r")


def columns(table: str) -> tuple[str, ...]:
    """The columns of a table; those of a repository's own rows begin with its name."""
    fields = _KINDS[table].__struct_fields__
    return fields if table == "repositories" else ("repository", *fields)


class Tables:
    """Three tables, open while rows are added."""

    def __init__(self, folder: Path) -> None:
        self._stack = ExitStack()
        self._csv = {}
        for name in _KINDS:
            stream = (folder / f"{name}.csv").open("w", encoding="utf-8", newline="")
            self._csv[name] = csv.writer(self._stack.enter_context(stream))
            self._csv[name].writerow(columns(name))
        has_parquet = importlib.util.find_spec("pyarrow") is not None
        self._parquet = {name: _Parquet(folder, name) for name in _KINDS} if has_parquet else {}

    def add(self, line: Line, report: Report | None) -> None:
        """A repository and its rows."""
        self._add("repositories", [msgspec.structs.astuple(line)])
        if report is not None:
            self._add("places", [(line.name, *msgspec.structs.astuple(one)) for one in report.places])
            self._add("calls", [(line.name, *msgspec.structs.astuple(one)) for one in report.calls])

    def _add(self, name: str, rows: Sequence[Sequence[Any]]) -> None:
        self._csv[name].writerows([[_cell(value) for value in row] for row in rows])
        if name in self._parquet:
            self._parquet[name].add(rows)

    def close(self) -> None:
        """Write what is left."""
        for table in self._parquet.values():
            table.close()
        self._stack.close()


def _cell(value: object) -> object:
    """Text that a spreadsheet takes for text: a name that begins like a formula is none."""
    text = " ".join(value) if isinstance(value, tuple) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(_ARMED) else text


class _Parquet:
    """One table, written in batches."""

    def __init__(self, folder: Path, name: str) -> None:
        import pyarrow
        import pyarrow.parquet

        self._arrow = pyarrow
        self._names = columns(name)
        self._schema = pyarrow.schema([(each, self._type(name, each)) for each in self._names])
        self._writer = pyarrow.parquet.ParquetWriter(folder / f"{name}.parquet", self._schema)
        self._rows: list[Sequence[Any]] = []

    def _type(self, table: str, column: str) -> Any:  # noqa: ANN401
        hints = {field.name: field.type for field in msgspec.structs.fields(_KINDS[table])}
        hint = hints.get(column, str)
        if hint == tuple[str, ...]:
            return self._arrow.list_(self._arrow.string())
        kinds = {bool: self._arrow.bool_(), int: self._arrow.int64(), float: self._arrow.float64()}
        return kinds.get(hint, self._arrow.int64() if hint == (int | None) else self._arrow.string())

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        self._rows.extend(rows)
        if len(self._rows) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            turned = zip(*self._rows, strict=True)
            arrays = [
                self._arrow.array(list(values), type=field.type)
                for values, field in zip(turned, self._schema, strict=True)
            ]
            self._writer.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))
            self._rows = []

    def close(self) -> None:
        self._flush()
        self._writer.close()
