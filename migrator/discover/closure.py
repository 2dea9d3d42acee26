"""Which files to read beside those that name a model: what they import, and who imports what they define."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.discover.imports import Imported, imports

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from migrator.discover.modules import Modules
    from migrator.read.facts import FileFacts, Node

MAX_DEPTH = 8
"""How many modules may hand a name on before its users are lost."""


class Importers(NamedTuple):
    """`by_name` import a name from where it is made or handed on; `by_module` the module that makes it."""

    by_name: set[str]
    by_module: set[str]


class _Link(NamedTuple):
    """One import of one file: the file that it reaches, the name there (none: the module), the name here."""

    path: str
    target: str
    name: str
    bound: str


def with_code(facts: Iterable[FileFacts]) -> list[FileFacts]:
    """The files that name a model in their code."""
    return [file for file in facts if any(one.place == "code" for one in file.occurrences)]


def imported_paths(facts: Iterable[FileFacts], modules: Modules) -> set[str]:
    """The files that files with ids in code import."""
    return {
        path for file in with_code(facts) for one in _of_tree(file) for path in modules.targets(file.path, one)
    }


def _of_tree(file: FileFacts) -> Iterator[Imported]:
    tree = file.tree
    for index in tree.of_kind("Import"):
        for alias in tree.children(index):
            yield Imported(tree.value[alias][0], 0, "", "")
    for index in tree.of_kind("ImportFrom"):
        module, level = tree.value[index]
        for alias in tree.children(index):
            yield Imported(module, level, tree.value[alias][0], "")


def importers(exported: Mapping[str, set[str]], found: Mapping[str, bytes], modules: Modules) -> Importers:
    """Who imports one of the `exported` names of a file, itself or through others that hand it on.

    `found` holds the import statements of every file.
    """
    links = list(_links(exported, found, modules))
    known = {path: set(names) for path, names in exported.items()}
    result = Importers(set(), set())
    for _ in range(MAX_DEPTH):
        before = sum(map(len, known.values()))
        for link in links:
            _follow(link, known, result)
        if sum(map(len, known.values())) == before:
            break
    return result


def _follow(link: _Link, known: dict[str, set[str]], result: Importers) -> None:
    names = known.get(link.target)
    if not names:
        return
    if not link.name:
        result.by_module.add(link.path)
    elif link.name == "*" or link.name in names:
        known.setdefault(link.path, set()).update(names if link.name == "*" else (link.bound,))
        result.by_name.add(link.path)


def _links(exported: Mapping[str, set[str]], found: Mapping[str, bytes], modules: Modules) -> Iterator[_Link]:
    tops = {modules.top(path) for path in exported}
    folders = tuple(f"{top}/" for top in tops)
    words = [top.rpartition("/")[2].encode() for top in tops]
    for path, statements in found.items():
        if path.startswith(folders) or any(word in statements for word in words):
            for one in imports(statements):
                yield from _resolved(path, one, modules)


def _resolved(path: str, one: Imported, modules: Modules) -> Iterator[_Link]:
    module = modules.file(path, one.module, one.level)
    if not one.name:
        if module is not None and module != path:
            yield _Link(path, module, "", one.bound)
        return
    if module is not None and module != path:
        yield _Link(path, module, one.name, one.bound)
    inner = modules.inner(path, one)
    if inner is not None and inner != path:
        yield _Link(path, inner, "", one.bound)


# -- what a file defines -------------------------------------------------------------------------


def exported_names(facts: Iterable[FileFacts]) -> dict[str, set[str]]:
    """By file the names at its top of definitions that hold an id, and of what it makes of them."""
    found: dict[str, set[str]] = {}
    for file in with_code(facts):
        names: set[str] = set()
        for occurrence in file.occurrences:
            if occurrence.place == "code":
                direct = set(_defined(_top(file.node(occurrence.node))))
                names |= direct | _derived(file, direct)
        if names:
            found[file.path] = names
    return found


def _top(node: Node) -> Node:
    while node.parent is not None and node.parent.kind != "Module":
        node = node.parent
    return node


def _derived(file: FileFacts, names: set[str]) -> set[str]:
    """Names at the top whose assignments use one of `names`: `settings = Settings()`."""
    found: set[str] = set()
    for name in names:
        for index in file.names.get(name, ()):
            statement = file.node(index).statement
            if statement.parent is not None and statement.parent.kind == "Module":
                found |= set(_defined(statement))
    return found


def _defined(statement: Node) -> Iterator[str]:
    if statement.kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef"):
        yield str(statement.value)
        return
    for child in statement.children():
        if child.kind == "NameStore":
            yield str(child.value)
