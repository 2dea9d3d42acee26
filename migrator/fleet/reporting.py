"""The report of a run, in every form, from its index."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from migrator.fleet import pages
from migrator.fleet.overview import Counted
from migrator.fleet.tables import Tables
from migrator.write import files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrator.fleet.keep import Keep
    from migrator.fleet.overview import Overview
    from migrator.fleet.sources import Listed
    from migrator.settings import Settings


def written(
    keep: Keep,
    listed: Listed,
    settings: Settings,
    lenders: frozenset[str],
    ambiguous: Mapping[str, tuple[str, ...]],
    unsaved: Mapping[str, str],
) -> Overview:
    """Write report.html, .md, .json and the tables; raises WorkError where there is no room."""
    from migrator.errors import WorkError

    counted = Counted(datetime.date.today(), lenders)
    try:
        _rows(keep, listed, counted, unsaved)
        overview = counted.overview(_title(settings), listed.left_out, ambiguous)
        files.save(keep.folder / "report.json", msgspec.json.format(msgspec.json.encode(overview), indent=1))
        files.save(keep.folder / "report.md", pages.markdown(overview).encode())
        files.save(keep.folder / "report.html", pages.html(overview).encode())
    except OSError as error:
        raise WorkError(f"{keep.folder}: the report cannot be written: {error.strerror}; run again") from None
    return overview


def _rows(keep: Keep, listed: Listed, counted: Counted, unsaved: Mapping[str, str]) -> None:
    tables = Tables(keep.folder)
    try:
        for row in keep.index.rows(listed.sources):
            kept = row
            if row.source.id in unsaved:
                message = unsaved[row.source.id]
                kept = row._replace(status="failed", reason="not-kept", message=message, report=None)
            tables.add(counted.add(kept), kept.report)
    finally:
        tables.close()


def _title(settings: Settings) -> str:
    from migrator.pipeline import reviewing

    rulebook, _ = reviewing.rules(replace(settings, jobs=1))
    return rulebook.catalog.title
