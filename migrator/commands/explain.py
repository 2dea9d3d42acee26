"""`explain PATH:LINE`: everything that is known about one line, and the ledger of its decision."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from migrator.commands import DONE, FAILED, UsageError, target, work
from migrator.commands.output import complain_of, emit
from migrator.report.ledger import ledger
from migrator.report.style import style_of

if TYPE_CHECKING:
    from migrator.inventory import Diagnostic
    from migrator.settings import Settings

_PLACE = re.compile(r"(?P<path>.+?):(?P<line>\d+)(?::\d+)?:?\Z", re.DOTALL)


class Place(NamedTuple):
    """A file and a line, as the user named them."""

    path: str
    line: int


def place(text: str) -> Place:
    """`PATH:LINE`; a column after it does no harm."""
    match = _PLACE.match(text)
    if match is None or not int(match["line"]):
        raise UsageError(f'{text}: expected PATH:LINE, such as "src/app.py:12"')
    return Place(match["path"], int(match["line"]))


def explain(where: Place, settings: Settings) -> int:
    """Print the ledger of the call sites, references and edits on a line."""
    from migrator.commands.options import Request

    file = target.resolve([where.path])
    if file.paths[0].is_dir():
        raise UsageError(f"{where.path}: a folder; name a file and a line in it")
    inventory = work.review(Request(file._replace(paths=(Path.cwd(),)), settings))
    path = file.paths[0].relative_to(file.root).as_posix()
    text = ledger(inventory, path, where.line, style_of(sys.stdout))
    failed = [item for item in inventory.diagnostics if item.path == path]
    complain_of(failed)
    emit(text)
    return _code(failed)


def _code(failed: list[Diagnostic]) -> int:
    return FAILED if failed else DONE
