"""Pictures among what a call sends: in its prompt, and in what callers of its function give as that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.origins import argument_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from migrator.decide.linked import Linked
    from migrator.read.nodes import Node

HOPS = 6
_ADDING = ("append", "extend", "insert")


class _Signs:
    """What in a piece of code shows a picture."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self._within: dict[Node, Node | None] = {}
        self._signs = linked.names.listed("picture")
        self._fine: dict[Node, Node | None] = {}

    def within(self, piece: Node) -> Node | None:
        """The first text in a piece of code that shows that a picture is sent."""
        if piece not in self._within:
            texts = (piece, *piece.within("Constant"))
            self._within[piece] = next((one for one in texts if self._shows_picture(one)), None)
        return self._within[piece]

    def _shows_picture(self, node: Node) -> bool:
        value = node.value if node.kind == "Constant" else None
        return isinstance(value, str) and len(value) < 400 and any(sign in value for sign in self._signs)

    def fine_within(self, piece: Node) -> Node | None:
        """The first value in a piece of code with pictures that asks to read them at full fidelity."""
        if piece not in self._fine:
            texts = piece.within("Constant") if self.within(piece) is not None else ()
            self._fine[piece] = next((one for one in texts if self._asks_fine(one)), None)
        return self._fine[piece]

    def _asks_fine(self, text: Node) -> bool:
        names = self.linked.names
        return names("full-fidelity", str(text.value)) and names("picture-fidelity", _key_of(text))


class Pictures:
    """Follows prompts back to the pictures in them."""

    def __init__(self, linked: Linked) -> None:
        signs = _Signs(linked)
        self.within, self.fine_within = signs.within, signs.fine_within
        self._shown, self._asked_fine = _Trail(linked, signs.within), _Trail(linked, signs.fine_within)

    def handed_over(self, arguments: list[Node]) -> Node | None:
        """The same for values that a call is given by way of parameters and local names."""
        return self._shown.first(arguments)

    def fine_handed_over(self, arguments: list[Node]) -> Node | None:
        """The same for a value that asks to read a picture at full fidelity."""
        return self._asked_fine.first(arguments)


class _Trail:
    """The nearest thing that `within` finds behind names and calls; each is followed once a distance."""

    def __init__(self, linked: Linked, within: Callable[[Node], Node | None]) -> None:
        self.linked, self.within = linked, within
        self._known: dict[tuple[object, int], Node | None] = {}

    def first(self, arguments: list[Node]) -> Node | None:
        ways = ((piece, hops) for hops in range(HOPS) for piece in arguments)
        return next((shown for way in ways if (shown := self._beyond(*way)) is not None), None)

    def _beyond(self, piece: Node, hops: int) -> Node | None:
        """What is found at the end of exactly so many steps through others."""
        for one in (piece, *piece.within("Name"), *piece.within("Call")):
            key = (one.file.path, one.scope.index, one.value) if one.kind == "Name" else one
            if (key, hops) not in self._known:
                behind = (b for b in self._behind(one) if not self._is_of_tests(b, one))
                found = (self._beyond(b, hops - 1) if hops else self.within(b) for b in behind)
                self._known[key, hops] = next((shown for shown in found if shown is not None), None)
            if (shown := self._known[key, hops]) is not None:
                return shown
        return None

    def _is_of_tests(self, piece: Node, asked: Node) -> bool:
        """Whether only a test gives a piece to what is no test."""
        names = self.linked.names
        return names("test-path", piece.file.path) and not names("test-path", asked.file.path)

    def _behind(self, one: Node) -> Iterator[Node]:
        """What a name is bound to, what callers give for it, what a call returns."""
        if one.kind == "Call":
            yield from (v.node for v in self.linked.values.of(one) if v.kind in ("list", "dict"))
        bindings = self.linked.project.bindings(one) if one.kind == "Name" else []
        for binding in bindings:
            if binding.kind == "arg" and binding.parent is not None:
                yield from self._given(binding, binding.parent)
        stored = [b for b in bindings if b.kind == "NameStore" and b.scope == one.scope]
        yield from (value for b in stored if b.parent and (value := b.parent.child("value")) is not None)
        if stored:
            yield from self._put_into(stored[0])

    def _given(self, parameter: Node, function: Node) -> Iterator[Node]:
        for call in self.linked.values.callers(function):
            argument = argument_for(call, function, parameter)
            if argument is not None:
                yield argument

    def _put_into(self, binding: Node) -> Iterator[Node]:
        """What is added to the list of a name, all of whose bindings in a scope have the same loads."""
        for load in self.linked.project.loads(binding):
            method = load.parent
            if method is not None and method.kind == "Attribute" and method.value in _ADDING:
                yield from method.parent.all("args") if method.parent is not None else ()


def _key_of(value: Node) -> str:
    """The key or the keyword under which a value is given."""
    holder = value.parent
    if value.key is not None:
        return str(value.key.value)
    return str(holder.value) if holder is not None and holder.kind == "keyword" else ""
