"""What a package offers to other programs: they may name another model there, and another address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.read.scopes import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.contexts import Contexts
    from migrator.decide.linked import Linked
    from migrator.read.nodes import Node


class Offered:
    """Finds the arguments of what the packages of one project offer."""

    def __init__(self, linked: Linked, contexts: Contexts) -> None:
        self.linked = linked
        self.contexts = contexts

    def is_named(self, naming: Iterable[Node], holder: Node) -> bool:
        """Whether other programs may name the model that something in a holder is sent with."""
        naming = list(naming)
        outside = (
            value.node
            for node in naming
            for value in self.linked.known(node)
            if value.kind == "open" and value.data == "caller outside"
        )
        own = (one for node in naming for one in self._given_as(node))
        models = (one for one in (*outside, *own) if self.linked.names.model(str(one.value)))
        return any(self._is_offered(one, holder) for one in models)

    def is_addressed(self, call: Node, holder: Node) -> bool:
        """Whether other programs may say where the client of a call sends to."""
        known, names = self.linked.known(call.first), self.linked.names
        made = (v.node for v in known if v.kind == "library" and v.node.kind == "Call")
        keywords = (keyword for client in made for keyword in client.all("keywords"))
        given = (k.first for k in keywords if names("address", str(k.value or "")))
        return any(self._is_offered(one, holder) for node in given for one in self._given_as(node))

    def _given_as(self, node: Node) -> Iterator[Node]:
        """The parameters that an expression is, or that a field is set to: `self.model = model`."""
        stored = self.linked.bound_to(node) if node.kind == "Attribute" else []
        values = (one.statement.child("value") for one in stored)
        names = [node] if node.kind == "Name" else [n for v in values if v for n in v.among("Name")]
        yield from (one for name in names for one in self.linked.project.bindings(name) if one.kind == "arg")

    def _is_offered(self, parameter: Node, holder: Node) -> bool:
        """Whether a parameter is one of a function or class around a holder that a package offers."""
        above = [one for one in parameter.ancestors() if one.kind in (*FUNCTIONS, "ClassDef")]
        names, path = [str(one.value) for one in above], parameter.file.path
        return (
            parameter.kind == "arg"
            and holder.inside(above[-1])
            and self.linked.project.modules.top(path) != path.removesuffix(".py")
            and self.contexts.of(path) == "src"
            and all(name == "__init__" or not name.startswith("_") for name in names)
            and all(one.kind == "ClassDef" for one in above[1:])
        )
