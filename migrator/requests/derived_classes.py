"""Classes of the program that build on a library's: what makes their objects makes one of the library."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from migrator.know import classes
from migrator.know.record_classes import declared_in, default_of
from migrator.know.values import Value
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Entry
    from migrator.read.nodes import FileFacts, Node


class Derived:
    """The classes of one program that build on such as `knows` says a rule speaks of."""

    def __init__(self, know: Evaluator, knows: Callable[[str], bool]) -> None:
        self.know = know
        self.knows = knows

    @cached_property
    def names(self) -> frozenset[str]:
        """What they are called."""
        files = self.know.project.files.values()
        bases = [one for file in files for one in _bases(file)]
        found: set[str] = set()
        while more := {
            name for name, named in bases if name not in found and (named in found or self.knows(named))
        }:
            found |= more
        return frozenset(found)

    def may_make(self, file: FileFacts, func: int) -> bool:
        """Whether what is called at a place may be one of them, or the constructor above one's own."""
        tree = file.tree
        if tree.kind[func] not in ("Name", "Attribute") or not self.names:
            return False
        if tree.value[func] != "__init__":
            return tree.value[func] in self.names
        return any(one.kind == "ClassDef" and one.value in self.names for one in file.nodes[func].ancestors())

    def made(self, value: Value) -> Iterator[Value]:
        """The classes of libraries that a call of a value makes an object of, with no constructor between."""
        if value.kind == "class" and not any(self.know.resolved(value.node, name) for name in _MAKING):
            cls = value.node
        elif (
            value.kind == "method" and value.data == "__init__" and getattr(value.more, "kind", "") == "super"
        ):
            cls = _class_of(value.more.data)
        else:
            return
        for path in classes.outside(self.know, cls):
            yield Value("library", value.node, value.frame, path)

    def declared(self, callee: Value) -> Iterator[Entry]:
        """What the class that is called for a library's says of the fields of its objects."""
        cls = callee.node
        order = self.know.mro(cls) if cls.kind == "ClassDef" else []
        owners = [one for one in order if not isinstance(one, str) and one.kind == "ClassDef"]
        found = {name: field for owner in reversed(owners) for name, field in declared_in(owner)}
        for name, field in found.items():
            if field.default is not None:
                yield default_of(self.know, Value("instance", cls, None, cls), field, name)


_MAKING = ("__init__", "__new__")


def _class_of(seen: Value) -> Node:
    cls: Node = seen.data if seen.kind == "instance" else seen.node
    return cls


def _bases(file: FileFacts) -> Iterator[tuple[str, str]]:
    """The names of classes, each with that of one of its bases."""
    for index in file.tree.of_kind("ClassDef"):
        cls = file.nodes[index]
        yield from ((str(cls.value), last_name(base)) for base in cls.all("bases"))
