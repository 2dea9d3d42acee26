"""Data files beside the code: those that the program loads are read, and stand where they are loaded."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.documents.loads import Loads, resolved
from migrator.read.datafile import MAX_BYTES, read_data

if TYPE_CHECKING:
    from migrator.decide.documents.loads import NameTest
    from migrator.know.origins import Origins
    from migrator.read.datafile import Opener
    from migrator.read.ids import IdPattern
    from migrator.read.nodes import FileFacts, Node
    from migrator.read.project import Project

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
