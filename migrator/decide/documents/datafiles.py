"""Data files in one run: read where the program loads them, judged by what the program does with them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from migrator.data.formats import is_data
from migrator.decide.documents import settings
from migrator.decide.linked import Linked
from migrator.decide.tables.misses import look_ups
from migrator.inventory import Finding
from migrator.read.beside import loaded, put_in
from migrator.read.project import Project
from migrator.read.shapes import reported

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.judged import Judged
    from migrator.decide.plans import Planner
    from migrator.decide.roles.verdicts import Verdict
    from migrator.decide.tables.needs import Case
    from migrator.decide.tables.readings import Reading
    from migrator.inventory import Inventory
    from migrator.read.beside import Opener
    from migrator.read.facts import FileFacts, Problem
    from migrator.read.nodes import Node

RULE = "GPT55-T004"
_HINT = "; with config-files it is changed along"


class DataFiles:
    """The data files of one project; `linked` is the project with them."""

    def __init__(self, linked: Linked, opened: Opener | None) -> None:
        self.linked = linked
        self.files: list[FileFacts] = []
        self.unread: dict[Node, FileFacts] = {}
        self.waiting: dict[str, set[str]] = {}
        self.opened = opened
        self.documents: dict[str, bytes | None] = {}
        if opened is not None:
            self._load(linked, opened)

    def _load(self, linked: Linked, opened: Opener) -> None:
        found = loaded(linked.project, linked.values, linked.names, linked.pattern, opened)
        if not found.files:
            return
        self.files = [file for file in found.files if file.path not in found.doubtful]
        unread = (file for file in found.files if file.problem is not None)
        self.unread = {call: file for file in unread for call in found.calls[file.path]}
        read = [file for file in found.files if file.problem is None]
        project = Project([*linked.project.files.values(), *read], linked.project.modules)
        put_in(project, found)
        self.linked = Linked(project, linked.rulebook, linked.pattern)

    def document(self, path: str) -> bytes | None:
        """The bytes of a document beside the code."""
        if path not in self.documents and self.opened is not None:
            self.documents[path] = self.opened(path)
        return self.documents.get(path)

    # -- values ------------------------------------------------------------------------------------

    def settle(self, judged: list[Judged]) -> None:
        """An id in a data file is moved only where a call is known to take it from there."""
        project = self.linked.project
        named = {one.node: name for name, ones in project.variables.items() for one in ones}
        files = [file for path, file in project.files.items() if is_data(path)]
        known = {node: shape for file in files for node, shape in reported(file)}
        for at, one in enumerate(judged):
            if one.sites or not is_data(one.file.path):
                continue
            shape = known.get(one.node) if one.node is not None else None
            name = named.get(one.node) if one.node is not None else None
            if name is not None and one.occurrence.place == "code":
                judged[at] = one._replace(verdict=settings.unread(one.verdict, name))
            elif shape is not None:
                detail = f"{shape.name} reads it; what that sends may hold what the new model refuses"
                verdict = one.verdict._replace(role="default").review(shape.reason, detail)
                judged[at] = one._replace(verdict=verdict)
            elif one.verdict.action == "rewrite":
                judged[at] = one._replace(verdict=_unfollowed(one))

    def hold(self, planner: Planner) -> None:
        """Ids in code wait for what a data file says of them, if it is not written or cannot be read."""
        settings.hold(planner)
        self._hold_unread(planner)
        self._hold_given(planner)

    def _hold_unread(self, planner: Planner) -> None:
        """An id that is looked up in what cannot be read: nobody knows whether the new one stands there."""
        looked_up = dict(self._unread_keys()) if self.unread else {}
        for one in planner.judged if looked_up else ():
            met = looked_up.get(one.node) if one.node is not None else None
            if met is not None and one.id in planner.variants:
                asked, file = met
                assert file.problem is not None
                detail = f"{asked.where} looks it up in {file.path}, which is {_said(file.problem)}"
                planner.settled[one.id] = one.verdict.review("must-move-together", detail)
                del planner.variants[one.id]

    def _unread_keys(self) -> Iterator[tuple[Node, tuple[Node, FileFacts]]]:
        """The literals by which something that cannot be read is asked, with where and what it is."""
        for file in self.linked.project.files.values():
            for asked, base, key in look_ups(file):
                for met in [self.unread[v.node] for v in self.linked.known(base) if v.node in self.unread]:
                    for value in self.linked.known(key):
                        for literal in value.more or (value.node,):
                            yield literal, (asked, met)

    def _hold_given(self, planner: Planner) -> None:
        closed: dict[str, Judged] = {}
        for one in planner.judged:
            if one.id in planner.variants and is_data(one.file.path) and not planner._wanted(one):
                closed.setdefault(planner.groups.root(one.id), one)
        for one in planner.judged if closed else ():
            given = closed.get(planner.groups.root(one.id))
            if given is not None and one.id in planner.variants and not is_data(one.file.path):
                detail = f"{given.file.path}:{given.occurrence.line} names the model of the same call{_HINT}"
                planner.settled[one.id] = one.verdict.review("must-move-together", detail)
                del planner.variants[one.id]

    # -- tables ------------------------------------------------------------------------------------

    def is_followed(self, planner: Planner, case: Case) -> bool:
        """Whether a table is code's own, or code is seen that asks a data file's table for a model."""
        if not is_data(case.home.node.file.path) or any(_asks(reading) for reading in case.readings):
            return True
        for one in planner.judged:
            is_in = one.node is not None and one.node.inside(case.home.node) and not one.sites
            if is_in and one.verdict.action != "leave":
                planner.settled[one.id] = _unfollowed(one)
        return False

    def is_closed(self, planner: Planner, case: Case) -> bool:
        """Whether a table stands in a data file that is not written."""
        node = case.home.anchor
        return is_data(node.file.path) and not planner.written(node.file.path, node.line, case.rule)

    def waits(self, planner: Planner, case: Case, variant: str) -> bool:
        """Whether the ids that need a row wait for it, since the file is not written; remembers which."""
        closed = self.is_closed(planner, case)
        if closed:
            self.waiting.setdefault(case.id, set()).add(variant)
        return closed

    def hint(self, case: Case) -> str:
        """What lets a data file be written."""
        path = case.home.node.file.path
        return f"; {path} gains it with config-files" if is_data(path) else ""

    # -- reports -----------------------------------------------------------------------------------

    def with_digests(self, inventory: Inventory) -> Inventory:
        """The inventory whose edits of data files and documents say which bytes they are for."""
        read_as = {file.path: file.digest[:16] for file in self.files}
        for path, data in self.documents.items():
            read_as[path] = hashlib.sha256(data or b"").hexdigest()[:16]
        edits = (
            msgspec.structs.replace(edit, digest=read_as[edit.path]) if edit.path in read_as else edit
            for edit in inventory.edits
        )
        return msgspec.structs.replace(inventory, edits=tuple(edits)) if read_as else inventory

    def problems(self) -> Iterator[Finding]:
        """Data files that are loaded and name a model but cannot be read."""
        for file in self.files:
            if file.problem is not None:
                message = f"a program loads this file, which names a model and is {_said(file.problem)}"
                yield Finding(rule=RULE, path=file.path, line=1, message=message, severity="note")


def _said(problem: Problem) -> str:
    return f"{problem.code.replace('-', ' ')}: {problem.message}"


def _asks(reading: Reading) -> bool:
    return reading.key is not None or reading.kind in ("choice", "type")


def _unfollowed(one: Judged) -> Verdict:
    """In a list an id is data like its neighbours; elsewhere a person may know what takes it."""
    assert one.node is not None
    if any(above.kind == "List" for above in one.node.ancestors()):
        detail = "an entry of data that no call is seen to take its model from"
        return one.verdict._replace(role="foreign", action="leave", reason="foreign", detail=detail)
    return one.verdict.review("dynamic", "what the program does with it was not followed from the file")
