"""What an expression counts: tokens, characters, or things that are neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.prompts.prompt_templates import returned
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.flows.flow_uses import Use
    from migrator.decide.linked import Linked
    from migrator.decide.meanings import Names
    from migrator.read.nodes import Node

_DEPTH = 3
_TEXTS = ("join", "strip", "read_text", "read", "str", "dumps", "decode")


class Quantities:
    """Judges expressions of one linked project."""

    def __init__(self, linked: Linked, names: Names) -> None:
        self.linked = linked
        self.names = names
        self._measured: dict[Node, tuple[str, ...]] = {}
        self.ratio = linked.rulebook.limits.characters_per_token

    # -- one thing -----------------------------------------------------------------------------------

    def counts(self, name: str) -> bool:
        """Whether a name speaks of tokens (a cache of them does not)."""
        return self.names("count", name) and not self.names("not-tokens", name)

    def is_tokens(self, node: Node) -> bool:
        """Whether an expression is a list of tokens."""
        name = last_name(node.child("func") if node.kind == "Call" else node)
        if self.counts(name):
            return True
        if node.kind == "Name":
            return any(self._is_encoding(value) for value in self._given(node))
        return False

    def _is_encoding(self, value: Node) -> bool:
        return value.kind == "Call" and self.counts(last_name(value.child("func")))

    def is_text(self, node: Node) -> bool:
        """Whether an expression is a text."""
        if node.kind == "Call":
            callee = last_name(node.child("func"))
            return callee in _TEXTS or self.names("text", callee)
        if node.kind in ("JoinedStr", "Constant"):
            return True
        if node.kind == "Subscript":
            key = node.child("slice")
            return key is not None and (key.kind == "Slice" or self.names("text", str(key.value)))
        return self.names("text", last_name(node)) or self._is_annotated(node)

    def _is_annotated(self, name: Node) -> bool:
        """`def cut(tender: str)`."""
        bindings = self.linked.project.bindings(name) if name.kind == "Name" else []
        return any(one.kind == "arg" and last_name(one.child("annotation")) == "str" for one in bindings)

    def is_ratio(self, node: Node) -> bool:
        """Characters a token: 3, 4 or a name that says so."""
        if node.kind == "Constant":
            return isinstance(node.value, (int, float)) and 2 < node.value <= self.ratio + 1
        return self.names("characters", last_name(node))

    # -- what is counted -----------------------------------------------------------------------------

    def sliced(self, base: Node | None) -> Iterator[str]:
        """What a slice of an expression cuts."""
        if base is not None:
            yield "tokens" if self.is_tokens(base) else "characters" if self.is_text(base) else "count"

    def measured(self, node: Node) -> tuple[str, ...]:
        """What a quantity counts: `tokens`, `characters`, or `count` for things that are neither.

        `other` is no bound on one request whatever else is done with the number.
        """
        known = self._measured.get(node)
        if known is None:
            known = self._measured[node] = tuple(self._measure(node))
        return known

    def _measure(self, node: Node) -> Iterator[str]:
        if self._is_spent(node):
            yield "other"
            return
        told = list(self._told(node))
        yield from told or (unit for unit in self._followed(node) if unit != "count")

    def _is_spent(self, node: Node) -> bool:
        """Whether it sums up what answers report: `used += answer.usage.total_tokens`."""
        return node.kind in ("Name", "Attribute") and any(
            any(piece.kind == "Attribute" and piece.value == "usage" for piece in added.descendants())
            for added in self._increments(node)
        )

    def _increments(self, node: Node) -> Iterator[Node]:
        kind = "NameStore" if node.kind == "Name" else "AttributeStore"
        values = node.file.tree.value
        stores = (i for i in node.file.tree.of_kind(kind) if values[i] == node.value)
        for store in map(node.file.node, stores):
            statement = store.parent
            if statement is not None and statement.kind == "AugAssign":
                added = statement.child("value")
                if added is not None:
                    yield added

    def _told(self, node: Node) -> Iterator[str]:
        """What an expression says itself."""
        pieces = [node, *node.descendants()]
        lengths = [p for p in pieces if p.kind == "Call" and last_name(p.child("func")) == "len"]
        given = [argument for length in lengths for argument in length.all("args")]
        named = (last_name(p) for p in pieces if p.kind in ("Name", "Attribute"))
        if any(self.is_tokens(argument) for argument in given) or any(self.counts(name) for name in named):
            yield "tokens"
        elif lengths:
            divided = any(p.kind == "BinOp" and p.value in ("FloorDiv", "Div") for p in pieces)
            text = any(self.is_text(argument) for argument in given)
            yield "tokens" if divided else "characters" if text else "count"

    def _followed(self, node: Node) -> Iterator[str]:
        """What the values of its names and the results of its functions say, the nearest first."""
        new = seen = dict.fromkeys((node,))
        for _ in range(_DEPTH):
            pieces = (piece for one in new for piece in (one, *one.descendants()))
            behind = dict.fromkeys(value for piece in pieces for value in self._behind(piece))
            new = {value: None for value in behind if value not in seen}
            seen = seen | new
            told = {value: list(self._told(value)) for value in new}
            yield from (unit for units in told.values() for unit in units)
            new = {value: None for value in new if not told[value]}

    def _behind(self, piece: Node) -> Iterator[Node]:
        if piece.kind == "Name":
            yield from self._given(piece)
        elif piece.kind == "Call":
            for value in self.linked.values.of(piece.child("func")):
                if value.kind == "function":
                    yield from returned(value.node)

    def _given(self, name: Node) -> Iterator[Node]:
        """What a name is given, or is increased by (`total += …`)."""
        for binding in self.linked.project.bindings(name):
            statement = binding.parent
            if statement is not None and binding.field in ("targets", "target"):
                value = statement.child("value")
                if value is not None and statement.is_statement:
                    yield value

    # -- by use --------------------------------------------------------------------------------------

    def computed(self, use: Use) -> Iterator[str]:
        """What arithmetic with a number says of it."""
        operator, _, side = use.name.partition(":")
        other = use.node.child("right" if side == "left" else "left")
        if other is None:
            return
        name = last_name(other.child("func") if other.kind == "Call" else other)
        if self.names("not-tokens", name):
            yield "other"
        elif operator == "Sub" and side == "left":
            if self.counts(name) or self.names("output", name):
                yield "tokens"
        elif operator == "Mult" and self.is_ratio(other):
            yield "tokens"
        elif operator in ("FloorDiv", "Div") and side == "left" and self.is_ratio(other):
            yield "characters"
