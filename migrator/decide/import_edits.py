"""Imports after an edit: names that it needs are added, names that nothing uses any more go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.inventory.edit_records import DeleteStatement, InsertStatement
from migrator.read.project import local_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.inventory.edit_records import Operation
    from migrator.read.nodes import FileFacts, Node
    from migrator.read.project import Project


def import_changes(
    project: Project, wanted: Iterable[tuple[Node, str]], gone: Iterable[Node]
) -> Iterator[tuple[Node, Operation]]:
    """The edits of import statements.

    Args:
        wanted: statements (`from m import …`) and the names that they must bring in as well.
        gone: uses of names that an edit takes away.
    """
    new: dict[Node, list[str]] = {}
    for statement, name in wanted:
        new.setdefault(statement, []).append(name)
    taken = set(gone)
    for alias in _unused(project, taken):
        assert alias.parent is not None
        new.setdefault(alias.parent, [])
    unused = set(_unused(project, taken))
    for statement, names in sorted(new.items(), key=lambda item: item[0].index):
        kept = [one for one in statement.children() if one.kind == "alias" and one not in unused]
        yield from _rewritten(statement, kept, names)


def _rewritten(statement: Node, kept: list[Node], names: list[str]) -> Iterator[tuple[Node, Operation]]:
    """A statement with the aliases that stay and the new names; another line where it is laid out by hand."""
    aliases = [one for one in statement.children() if one.kind == "alias"]
    parts = [*(_written(one) for one in kept), *sorted(names)]
    head = _head(statement)
    if len(kept) == len(aliases) or not _is_plain(statement):
        if names:
            yield statement, InsertStatement(source=head + ", ".join(sorted(names)))
        return
    if parts:
        yield statement, InsertStatement(source=head + ", ".join(parts), before=True)
    yield statement, DeleteStatement()


def _head(statement: Node) -> str:
    if statement.kind == "Import":
        return "import "
    module, level = statement.value
    return f"from {'.' * level}{module or ''} import "


def _written(alias: Node) -> str:
    name, asname = alias.value
    return f"{name} as {asname}" if asname else str(name)


def _is_plain(statement: Node) -> bool:
    """Whether a statement stands on one line, at the top of its module, without a comment of its own."""
    first, _, last, end = statement.span
    if first != last or statement.parent is None or statement.parent.kind != "Module":
        return False
    lines = statement.file.text.splitlines()
    return not lines or not lines[first - 1].encode()[end:].strip()


def _unused(project: Project, gone: set[Node]) -> Iterator[Node]:
    """Aliases all of whose uses go, and that no other module takes from here."""
    found: dict[Node, None] = {}
    for use in sorted(gone, key=lambda node: node.index):
        for binding in project.bindings(use):
            if binding.kind == "alias" and binding.file is use.file:
                found[binding] = None
    for alias in found:
        used = set(project.loads(alias)) - gone or any(project.importers(alias))
        if not (used or _is_public(alias) or _is_starred(project, alias.file)):
            yield alias


def _is_starred(project: Project, file: FileFacts) -> bool:
    """Whether another module takes all names of a file."""
    for other in project.files.values():
        for statement in other.of_kind("ImportFrom"):
            star = any(one.kind == "alias" and one.value[0] == "*" for one in statement.children())
            if star and project.module(other, *statement.value) is file:
                return True
    return False


def _is_public(alias: Node) -> bool:
    """Whether a name is there for others: in a package's `__init__`, in `__all__`, or `import x as x`."""
    name, asname = alias.value
    if alias.file.path.rpartition("/")[2] == "__init__.py" or name == asname:
        return True
    values, shown = alias.file.tree.value, local_name(alias)
    if not alias.file.bindings.get((0, "__all__")):
        return False
    return any(values[index] == shown for index in alias.file.tree.of_kind("Constant"))
