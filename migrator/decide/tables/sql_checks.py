"""What a database is told to take, in SQL: ids that a check has under the old name only wait for it."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.tables.unlisted import is_sent
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.read.nodes import Node

_CHECK = re.compile(r"(?is)\bcheck\s*\(((?:[^()]|\([^()]*\))*)\)")
_FILE = re.compile(r"[\w./\- ]+\.sql\Z")
_TEXT = re.compile(r"'([^']*)'")


class Check(NamedTuple):
    """What a check compares with, as it stands and with `%` and `_` for any text."""

    node: Node
    texts: tuple[str, ...]

    def takes(self, text: str) -> bool:
        """Whether a text is one of those."""
        return any(fnmatch.fnmatchcase(text, one.replace("%", "*").replace("_", "?")) for one in self.texts)


def unchecked(planner: Planner) -> Iterator[tuple[Judged, str]]:
    """The ids that stand in no call and that a check has under the old name only, with what is lacking."""
    moving = [one for one in planner.judged if one.id in planner.variants and not is_sent(planner, one)]
    checks = list(_checks(planner)) if moving else []
    for one in moving if checks else ():
        old, new = one.occurrence.model, planner.namings.written(one)
        for check in checks:
            if check.takes(old) and not check.takes(new) and not one.literal.inside(check.node):
                yield one, f"{check.node.where} lets a database take {old}, and not {new}"
                break


def _checks(planner: Planner) -> Iterator[Check]:
    """The checks in the texts in which ids stand, and in the files of SQL that the program names."""
    linked = planner.engine.linked
    for file in linked.project.files.values():
        if ".sql" in file.text:
            for constant in file.of_kind("Constant"):
                read = linked.prompt_files.named(constant, _FILE)
                for said in _CHECK.findall(read[1]) if read is not None else ():
                    yield Check(constant, tuple(_TEXT.findall(said)))
    names = planner.engine.linked.names
    for one in planner.judged:
        text = one.literal.value if one.occurrence.node >= 0 else None
        if not isinstance(text, str) or "'" not in text:
            continue
        above = one.literal.parent
        is_whole = (
            above is not None and above.kind == "Call" and names("stored-check", last_name(above.first))
        )
        for said in (text,) if is_whole else _CHECK.findall(text):
            yield Check(one.literal, tuple(_TEXT.findall(said)))
