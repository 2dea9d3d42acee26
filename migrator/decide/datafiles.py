"""Data files in one run: read where the program loads them, judged by what the program does with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from migrator.data.formats import is_data
from migrator.decide.linked import Linked
from migrator.inventory import Finding
from migrator.read.beside import loaded, put_in
from migrator.read.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.engine import Judged
    from migrator.inventory import Inventory
    from migrator.read.beside import Opener
    from migrator.read.facts import FileFacts

RULE = "GPT55-T004"


class DataFiles:
    """The data files of one project; `linked` is the project with them."""

    def __init__(self, linked: Linked, opened: Opener | None) -> None:
        self.linked = linked
        self.files: list[FileFacts] = []
        if opened is not None:
            self._load(linked, opened)

    def _load(self, linked: Linked, opened: Opener) -> None:
        found = loaded(linked.project, linked.values, linked.names, linked.pattern, opened)
        if not found.files:
            return
        self.files = found.files
        read = [file for file in found.files if file.problem is None]
        project = Project([*linked.project.files.values(), *read])
        put_in(project, found)
        self.linked = Linked(project, linked.rulebook, linked.pattern)

    def settle(self, judged: list[Judged]) -> None:
        """An id in a data file is moved only where a call is known to take it from there."""
        for at, one in enumerate(judged):
            if one.verdict.action == "rewrite" and not one.sites and is_data(one.file.path):
                detail = "the use of it was not followed from the file to a call"
                judged[at] = one._replace(verdict=one.verdict.review("dynamic", detail))

    def with_digests(self, inventory: Inventory) -> Inventory:
        """The inventory whose edits of data files say which bytes they are for."""
        read_as = {file.path: file.digest[:16] for file in self.files}
        edits = (
            msgspec.structs.replace(edit, digest=read_as[edit.path]) if edit.path in read_as else edit
            for edit in inventory.edits
        )
        return msgspec.structs.replace(inventory, edits=tuple(edits)) if read_as else inventory

    def problems(self) -> Iterator[Finding]:
        """Data files that are loaded and name a model but cannot be read."""
        for file in self.files:
            if file.problem is not None:
                message = f"a program loads this file, which names a model; it {file.problem.message}"
                yield Finding(rule=RULE, path=file.path, line=1, message=message, severity="note")
