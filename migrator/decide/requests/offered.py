"""What a package offers to other programs: they may name another model there, and another address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.overriding import ABSTRACT, derives
from migrator.know.parameters import annotated
from migrator.know.values import Site
from migrator.read.scopes import FUNCTIONS, activated, enclosing_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.contexts import Contexts
    from migrator.decide.linked import Linked
    from migrator.decide.requests.given_parameters import Setting
    from migrator.know.values import Frame
    from migrator.read.nodes import Node
    from migrator.requests.request_records import Request


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
        fields = (one for one in naming if self.linked.names.model(str(one.value)))
        return any(self.is_offered(one, holder) for one in models) or any(
            self._is_field(one, holder) for one in fields
        )

    def is_addressed(self, call: Node, holder: Node) -> bool:
        """Whether other programs may say where the client of a call sends to."""
        known, names = self.linked.known(call.first), self.linked.names
        made = (v.node for v in known if v.kind == "library" and v.node.kind == "Call")
        keywords = (keyword for client in made for keyword in client.all("keywords"))
        given = (k.first for k in keywords if names("address", str(k.value or "")))
        return any(self.is_offered(one, holder) for node in given for one in self._given_as(node))

    def is_taken_by_others(self, setting: Setting, new: str, call: Node, requests: Iterable[Request]) -> bool:
        """Whether what is called with a parameter, on its way to a call, may not know the new name.

        It may be of another program, or is a function that takes only others.
        """
        frames = {one.frame for one in requests} or {None}
        ways = (self._way(call, frame, setting.holder) for frame in frames)
        return any(self._may_be_others(site, setting.key, new) for way in ways for site in way)

    def _way(self, call: Node, frame: Frame | None, holder: Node) -> list[Site]:
        """The calls by which what stands in a holder comes to a call; none where it comes otherwise.

        Where callers are not told apart the holder alone is known.
        """
        if frame is None or not frame.sites:
            is_apart = holder.kind == "Call" and activated(holder.scope) != activated(call.scope)
            return [Site(holder, None)] if is_apart else []
        found: list[Site] = []
        while frame is not None and frame.sites and holder.scope != frame.function:
            found += (site for site in frame.sites if site.call.kind == "Call" and site.given is None)
            if any(self._is_from(site.call, holder) for site in frame.sites):
                return found
            frame = frame.sites[-1].frame
        return []

    def _is_from(self, call: Node, holder: Node) -> bool:
        """Whether a call is a holder, stands beside it or spreads it."""
        if call == holder or call.scope == holder.scope:
            return True
        spread = [one.first for one in call.all("keywords") if one.value is None]
        return any(value.node == holder for one in spread for value in self.linked.known(one))

    def _may_be_others(self, site: Site, old: str, new: str) -> bool:
        call, keywords = site.call, site.call.all("keywords")
        called = self.linked.known(call.all("args")[site.skip - 1] if site.skip else call.first)
        unseen = [v.node for v in called if v.kind == "open"]
        is_by_name = any(one.value in (None, old) for one in keywords)
        known = [v.node for v in called if v.kind == "function"] if is_by_name else []
        return not (all(map(self._is_of_a_class_here, unseen)) and all(_takes(one, new) for one in known))

    def _is_of_a_class_here(self, parameter: Node) -> bool:
        """Whether a parameter is said to be an object of a class of the program, which is not abstract."""
        know = self.linked.know
        made = annotated(know, parameter.child("annotation")) if parameter.kind == "arg" else ()
        return bool(made) and not any(v.kind == "library" or derives(know, v.data, *ABSTRACT) for v in made)

    def _given_as(self, node: Node) -> Iterator[Node]:
        """The parameters that an expression is, or that a field is set to: `self.model = model`."""
        stored = self.linked.bound_to(node) if node.kind == "Attribute" else []
        values = (one.statement.child("value") for one in stored)
        names = [node] if node.kind == "Name" else [n for v in values if v for n in v.among("Name")]
        yield from (one for name in names for one in self.linked.project.bindings(name) if one.kind == "arg")

    def _is_field(self, node: Node, holder: Node) -> bool:
        """Whether an expression is a field that the constructor of a record takes which a package offers."""
        cls = enclosing_class(node) if node.kind == "Attribute" and node.first.value == "self" else None
        is_taken = cls is not None and str(node.value) in self.linked.know.record_fields(cls)
        return cls is not None and is_taken and self._are_offered([cls], holder)

    def is_offered(self, parameter: Node, holder: Node) -> bool:
        """Whether a parameter is one of a function or class around a holder that a package offers."""
        above = [one for one in parameter.ancestors() if one.kind in (*FUNCTIONS, "ClassDef")]
        return parameter.kind == "arg" and self._are_offered(above, holder)

    def _are_offered(self, above: list[Node], holder: Node) -> bool:
        """Whether a function or class, and what it stands in, are around a holder and no private ones."""
        names, path = [str(one.value) for one in above], above[-1].file.path
        return (
            holder.inside(above[-1])
            and self.linked.project.modules.is_in_package(path)
            and self.contexts.of(path) == "src"
            and all(name == "__init__" or not name.startswith("_") for name in names)
            and all(one.kind == "ClassDef" for one in above[1:])
        )


def _takes(function: Node, name: str) -> bool:
    names = (one.value for one in (*function.all("args"), *function.all("kwonlyargs")))
    return function.child("kwarg") is not None or name in names
