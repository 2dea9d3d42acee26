"""Ids inside longer texts: prose, prompts that steer a choice, lists that a program splits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.roles.verdicts import EXPECTED, EXTEND_CHOICE, PROSE, Position, Verdict, bound_name
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from migrator.decide.linked import Linked
    from migrator.read.nodes import Node

STEERING_FROM = 60


class Texts:
    """Judges literals that are more than an id."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self.names = linked.names

    def judged(self, place: Position) -> Verdict:
        """The verdict on an id in a text."""
        if place.in_test and (self.asserted(place.node) or self._sampled(place) or self._is_data(place)):
            return EXPECTED
        if place.holder.kind == "keyword" and str(place.holder.value).startswith("expected"):
            return EXPECTED
        return self._steering(place)

    def _is_data(self, place: Position) -> bool:
        return place.holder.kind != "Expr" and not self._prose_argument(place)

    def _steering(self, place: Position) -> Verdict:
        """Prompt text that tells a model which model to choose is for a person."""
        text = str(place.string.value)
        short = place.in_test or len(text) < STEERING_FROM
        if short or not self.names("steering", text) or self._spoken(place):
            return PROSE
        return PROSE.review("steers-model-choice", "a text that says which model to choose")

    def _spoken(self, place: Position) -> bool:
        """Whether the text goes to people: help, messages, logs, errors, an assigned docstring."""
        if bound_name(place.node) == "__doc__":
            return True
        for above in place.string.ancestors():
            if above.kind == "keyword" and self.names("prose", str(above.value)):
                return True
            if above.kind == "Call":
                callee = last_name(above.child("func"))
                return self.names("log-callee", callee) or self.names("error-callee", callee)
            if above.kind == "Raise" or above.is_statement:
                return above.kind == "Raise"
        return False

    def _prose_argument(self, place: Position) -> bool:
        return place.holder.kind == "keyword" and self.names("prose", str(place.holder.value))

    def listed(self, place: Position) -> Verdict:
        """Several ids in one string: choices if the program splits it, else text."""
        uses = self.linked.flow.uses(place.node)
        if any(use.kind == "method" and use.name in ("split", "splitlines") for use in uses):
            return EXTEND_CHOICE
        return PROSE

    def asserted(self, node: Node) -> bool:
        """Whether it stands in an assertion."""
        for above in node.ancestors():
            if above.kind == "Assert":
                return node.inside(above)
            if above.kind == "Call" and self.names("expectation-callee", last_name(above.child("func"))):
                return True
            if above.is_statement:
                return False
        return False

    def _sampled(self, place: Position) -> bool:
        return any(
            above.kind == "Call" and self.names("error-callee", last_name(above.child("func")))
            for above in place.node.ancestors()
        )

    def annotates(self, node: Node) -> bool:
        """Whether it stands in what is logged beside a call (`extra={…}`, `tags={…}`)."""
        for above in node.ancestors():
            if above.kind == "keyword" and self.names("metadata-holder", str(above.value)):
                return True
            if above.is_statement:
                return False
        return False

    def documented(self, node: Node) -> bool:
        """Whether it stands in an argument or entry that documents (`examples=[…]`, `{"example": {…}}`)."""
        below = node
        for above in node.ancestors():
            if above.is_statement:
                return False
            if self.names("documenting", _entry_name(above, below)):
                return True
            below = above
        return False


def _entry_name(above: Node, below: Node) -> str:
    """The keyword, or the constant key, under which `above` holds `below`."""
    if above.kind == "keyword":
        return str(above.value or "")
    if above.kind != "Dict" or below.field != "values":
        return ""
    key = next((k for k, v in zip(above.all("keys"), above.all("values"), strict=False) if v == below), None)
    return str(key.value) if key is not None and key.kind == "Constant" else ""
