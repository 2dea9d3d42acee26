"""The names of one program: what binds them, what loads them, where attributes of a name are set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.indexes import Indexes
from migrator.know.library import written_in_python
from migrator.know.names import Names

if TYPE_CHECKING:
    from migrator.know.values import Value
    from migrator.read.nodes import Node
    from migrator.read.project import Project


class ProgramNames(Names):
    """What is known of a program by its names alone, whatever they stand for."""

    def __init__(self, project: Project, sentinels: frozenset[str]) -> None:
        super().__init__(project)
        self.sentinels = sentinels
        self.library = written_in_python.library()
        self.indexes = Indexes(project, self.library.files)

    @property
    def nowhere(self) -> Node:
        """A node for what has no place."""
        return self.library.files[0].node(0)

    def augmented(self, target: Node) -> list[Node]:
        """The stores `name |= …` of the same name in the same scope."""
        found = self.bound_in(self.home(target), str(target.value))
        return [n for n in found if n is not target and n.parent is not None and n.parent.kind == "AugAssign"]

    def is_unread(self, alias: Node) -> bool:
        """Whether an import names a file of the project that was not read."""
        return self.indexes.is_unread(alias)

    def deriving(self, cls: Node) -> list[Node]:
        """The classes that name a class, or one that names it, as a base, by names alone."""
        return self.indexes.deriving(cls)

    def stores(self, name: str) -> list[Node]:
        """Every `….name = …` of the program."""
        return self.indexes.stores.get(name, [])

    def augmented_fields(self, name: str) -> list[Node]:
        """Every `….name |= …` of the program."""
        return [s for s in self.stores(name) if s.parent is not None and s.parent.kind == "AugAssign"]

    def set_by_name(self, name: str) -> list[Node]:
        """Every `setattr(x, "name", …)`."""
        return self.indexes.set_by_name.get(name, [])

    @property
    def computed_stores(self) -> list[Node]:
        """Every store to a field whose name is computed."""
        return self.indexes.computed_stores

    @property
    def environment_stores(self) -> list[tuple[Node, Node]]:
        """What the program puts into its environment: keys and values."""
        return self.indexes.environment_stores

    def loads_of(self, name: str, cls: Node | None) -> list[Node]:
        """Every load `….name`; of a common one of a class those in files that speak of the class."""
        return self.indexes.loads_of(name, cls)

    def got_by_name(self, name: str) -> list[Node]:
        """Every `getattr(x, "name")`."""
        return self.indexes.got_by_name.get(name, [])

    def computed_gets(self, name: str) -> list[tuple[Node, Node, bool]]:
        """Every `getattr(x, computed)` that may ask for a name, and the key.

        It begins or ends as the key does, or the key is not put together, and the name a text of the program.
        """
        return self.indexes.computed_gets_of(name)

    def is_sentinel(self, value: Value) -> bool:
        """Whether something of a library is its word for "not given"."""
        return str(value.data).removesuffix("()").rpartition(".")[2] in self.sentinels
