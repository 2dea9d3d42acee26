"""Names: which bindings a name may see, and which loads see a binding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.reaching import reaching
from migrator.read.project import local_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.read.nodes import FileFacts, Node
    from migrator.read.project import Project


class Names:
    """The names of one program."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._all_bindings: dict[tuple[FileFacts, int, str], list[Node]] = {}
        self._bindings: dict[Node, list[Node]] = {}
        self._loads_at_home: dict[tuple[FileFacts, str], dict[int, list[Node]]] = {}

    def bindings(self, name: Node) -> list[Node]:
        """The bindings that a load may see."""
        known = self._bindings.get(name)
        if known is None:
            found = self.all_bindings(name)
            known = self._bindings[name] = reaching(name, found)
        return known

    def all_bindings(self, name: Node) -> list[Node]:
        """The bindings of the innermost scope that binds a name."""
        file, text = name.file, str(name.value)
        scope = file.tree.scope[name.index]
        known = self._all_bindings.get((file, scope, text))
        if known is None:
            table = file.names_bound
            home = self._home(file, name.index, text)
            known = [file.nodes[i] for i in table.get((home, text), ())]
            known = known or self.project.exported(file, text)
            self._all_bindings[file, scope, text] = known
        return known

    def bound_in(self, scope: Node, name: str) -> list[Node]:
        """What binds a name in a scope."""
        return [scope.file.nodes[i] for i in sorted(scope.file.names_bound.get((scope.index, name), ()))]

    def in_scope(self, scope: Node) -> Iterator[tuple[str, Node]]:
        """Every name that a scope binds, with each of its bindings."""
        for (home, name), found in scope.file.names_bound.items():
            if home == scope.index:
                for index in found:
                    yield name, scope.file.nodes[index]

    def final(self, file: FileFacts, name: str) -> list[Node]:
        """What a module's name is bound to once the module was run."""
        found = self.bound_in(file.node(0), name) or self.project.exported(file, name)
        last = max((i for i, b in enumerate(found) if _is_at_top(b)), default=0)
        return [b for i, b in enumerate(found) if i >= last or b.scope.kind != "Module"]

    def home(self, binding: Node) -> Node:
        """The scope whose name a binding binds; `global` and `nonlocal` mean one around."""
        file, name = binding.file, local_name(binding)
        scope = file.tree.scope[binding.index if binding.kind != "alias" else file.tree.parent[binding.index]]
        if binding.index in file.names_bound.get((scope, name), ()):
            return file.nodes[scope]
        while scope:
            scope = file.tree.scope[scope]
            if binding.index in file.names_bound.get((scope, name), ()):
                break
        return file.nodes[scope]

    def loads(self, binding: Node) -> Iterator[Node]:
        """The loads that may see a binding, with those that read it as an attribute of its module."""
        home = self.home(binding)
        for load in self._local(binding.file, local_name(binding), home.index):
            if binding in self.bindings(load):
                yield load
        if home.kind != "Module":
            return
        first = self.bound_in(home, local_name(binding))
        seen = next((b for b in first if b.file.tree.scope[b.index] == 0), binding)
        for load in self.project.loads(seen):
            if load.kind != "Name" or load.file is not binding.file:
                yield load

    def _local(self, file: FileFacts, name: str, home: int) -> list[Node]:
        known = self._loads_at_home.get((file, name))
        if known is None:
            known = self._loads_at_home[file, name] = {}
            for index in file.names.get(name, ()):
                known.setdefault(self._home(file, index, name), []).append(file.nodes[index])
        return known.get(home, [])

    def _home(self, file: FileFacts, index: int, name: str) -> int:
        """The innermost scope that binds a name, seen from where it stands; -1 if none does."""
        tree, table = file.tree, file.names_bound
        scope = tree.scope[index]
        if (scope, name) in table:
            return scope
        while scope:
            scope = tree.scope[scope]
            if tree.kind[scope] != "ClassDef" and (scope, name) in table:
                return scope
        return -1


def is_class_scope(binding: Node) -> bool:
    """Whether a binding stands in a class's body."""
    return binding.scope.kind == "ClassDef"


def _is_at_top(binding: Node) -> bool:
    """Whether a module surely binds a name there."""
    statement = binding if binding.is_statement else binding.statement
    if statement.parent is None or statement.parent.kind != "Module":
        return False
    is_sure = statement.kind in (
        "Assign",
        "Import",
        "ImportFrom",
        "FunctionDef",
        "AsyncFunctionDef",
        "ClassDef",
    )
    return is_sure or (statement.kind == "AnnAssign" and statement.child("value") is not None)
