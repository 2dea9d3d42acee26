"""Whose clients are made, or handed on to be made, in the functions that an id goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.read.scopes import FUNCTIONS
from migrator.rulebook.vendor_rules import KEEPS_IDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.linked import Linked
    from migrator.know.values import Value
    from migrator.read.nodes import Node

_HANDED = ("Name", "Attribute")


class ClientsBeside:
    """Looks for clients of other vendors, or of Azure, beside an id that gets to no request."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self.receivers = linked.receivers
        self._known: dict[Node, tuple[str, Node] | None] = {}

    def others(self, functions: Iterable[Node]) -> tuple[str, Node] | None:
        """The vendor of such a client, and where it is made or handed on."""
        for function in functions:
            if function not in self._known:
                self._known[function] = None
                self._known[function] = next(self._of(function), None)
            if (found := self._known[function]) is not None:
                return found
        return None

    def _of(self, function: Node) -> Iterator[tuple[str, Node]]:
        for call in function.among("Call"):
            for value in (*self.linked.known(call), *self._handed(call)):
                vendor = self.receivers.client_vendor(value)
                if vendor in KEEPS_IDS:
                    yield vendor, call

    def _handed(self, call: Node) -> Iterator[Value]:
        """What is called later: a class that is handed on, or what a function that is makes."""
        given = (*call.all("args"), *(keyword.first for keyword in call.all("keywords")))
        for value in (v for one in given if one.kind in _HANDED for v in self.linked.known(one)):
            yield value
            made = value.node.among("Call") if value.kind == "function" else ()
            yield from (v for one in made if value.node.kind in FUNCTIONS for v in self.linked.known(one))
