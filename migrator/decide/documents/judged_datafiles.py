"""Data files in one run: read where the program loads them, judged by what the program does with them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.data.formats import is_data
from migrator.decide.documents.loads import Loads, resolved
from migrator.decide.linked import Linked
from migrator.inventory import Finding
from migrator.read.datafile import MAX_BYTES, read_data
from migrator.read.project import Project
from migrator.read.shapes import reported

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.documents.loads import NameTest
    from migrator.decide.records import Judged
    from migrator.decide.roles.verdicts import Verdict
    from migrator.inventory import Inventory
    from migrator.know.origins import Origins
    from migrator.read.datafile import Opener
    from migrator.read.facts import Problem
    from migrator.read.ids import IdPattern
    from migrator.read.nodes import FileFacts, Node


RULE = "GPT55-T004"


class DataFiles:
    """The data files of one project; `linked` is the project with them."""

    def __init__(self, linked: Linked, opened: Opener | None) -> None:
        self.linked = linked
        self.files: list[FileFacts] = []
        self.unread: dict[Node, FileFacts] = {}
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
        linked.forget()
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
        code = [file for path, file in project.files.items() if not is_data(path)]
        known = {node: shape for file in files for node, shape in reported(file)}
        for at, one in enumerate(judged):
            if one.sites or not is_data(one.file.path):
                continue
            shape = known.get(one.node) if one.node is not None else None
            name = named.get(one.node) if one.node is not None else None
            if shape is not None:
                hint = shape.do or "what that sends may hold what the new model refuses"
                detail = f"{shape.name} reads it; {hint}"
                verdict = one.verdict._replace(role="default").review(shape.reason, detail)
                judged[at] = one._replace(verdict=verdict)
            elif name is not None and one.occurrence.place == "code":
                judged[at] = one._replace(verdict=_unread(one.verdict, name, code))
            elif one.verdict.action == "rewrite":
                judged[at] = one._replace(verdict=unfollowed(one))

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
                message = f"a program loads this file, which names a model and is {said(file.problem)}"
                yield Finding(rule=RULE, path=file.path, line=1, message=message, severity="note")


def said(problem: Problem) -> str:
    return f"{problem.code.replace('-', ' ')}: {problem.message}"


def unfollowed(one: Judged) -> Verdict:
    """In a list an id is data like its neighbours; elsewhere a person may know what takes it."""
    if any(above.kind == "List" for above in one.literal.ancestors()):
        detail = "an entry of data that no call is seen to take its model from"
        return one.verdict._replace(role="foreign", action="leave", reason="foreign", detail=detail)
    return one.verdict.review("dynamic", "what the program does with it was not followed from the file")


def _unread(verdict: Verdict, name: str, code: Iterable[FileFacts]) -> Verdict:
    """A variable that names a model, and that no code is seen to take to a request."""
    naming = [file.path for file in code if name in file.words]
    more = f" and {len(naming) - 1} more" if len(naming) > 1 else ""
    seen = f"{naming[0]}{more} names {name}, and was not followed from there to a call" if naming else ""
    detail = f"{seen or f'no code that was read takes {name} from here'}; what does may refuse the new model"
    return verdict._replace(role="default").review("dynamic", detail)


_MOST = 200
"""Data files in one run."""


class Loaded(NamedTuple):
    """Facts of the data files that hold an id, and the calls that load each of them.

    `doubtful` are paths of files so large that only their beginnings were looked at, and no id stands there.
    """

    files: list[FileFacts]
    calls: dict[str, list[Node]]
    doubtful: frozenset[str]


def loaded(project: Project, values: Origins, names: NameTest, pattern: IdPattern, opened: Opener) -> Loaded:
    """What the program loads; a file without an id of the old models says nothing and is left out."""
    contents: dict[str, bytes | None] = {}

    def there(path: str) -> bool:
        if path not in contents and len(contents) < _MOST:
            contents[path] = opened(path)
        return contents.get(path) is not None

    calls: dict[str, list[Node]] = defaultdict(list)
    for loading in Loads(project, values, names).all():
        path = resolved(loading.candidates, there)
        data = contents.get(path)
        is_meant = data is not None and (pattern.in_bytes(data) or len(data) > MAX_BYTES)
        if is_meant and loading.call not in calls[path]:
            calls[path].append(loading.call)
    found = {path: nodes for path, nodes in sorted(calls.items()) if nodes}
    doubtful = frozenset(path for path in found if not pattern.in_bytes(contents[path] or b""))
    return Loaded([read_data(path, contents[path] or b"", pattern) for path in found], found, doubtful)


def put_in(project: Project, found: Loaded) -> None:
    """Let the calls that load a file have its value; the project has the files already."""
    for file in found.files:
        if file.problem is None:
            value = file.node(1).child("value")
            for call in found.calls[file.path]:
                project.loaders.setdefault(file.path, []).append(call)
                if value is not None:
                    project.loaded.setdefault(call, []).append(value)
