"""One piece of evidence for what a call is for, and how evidence is weighed by where it was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.read.nodes import Node

HEAD = 800
MOST = 20_000


class Evidence(NamedTuple):
    """A text around a call: `where` as in the rules, `weight` by its distance (1: the call itself)."""

    where: str
    text: str
    weight: float
    line: int = 0
    path: str = ""

    def scaled(self, factor: float) -> Evidence:
        """The same, seen from further away."""
        return Evidence(self.where, self.text, self.weight * factor, self.line, self.path)


def named(text: object, weight: float, node: Node) -> Evidence:
    """A name that stands at a node."""
    return Evidence("name", str(text), weight, node.line, node.file.path)


def shaped(text: str, weight: float, node: Node) -> Evidence:
    """A form of the code, such as a loop, that a node has."""
    return Evidence("shape", text, weight, node.line, node.file.path)


def told(where: str, text: str, weight: float, node: Node, line: int = 0) -> Iterator[Evidence]:
    """A longer text: its head says what it is for, the rest is detail."""
    head, rest = text[:HEAD], text[HEAD:MOST]
    yield Evidence(where, head, weight, line or node.line, node.file.path)
    if rest:
        yield Evidence(where, rest, weight * 0.5, line or node.line, node.file.path)


def documented(text: str, weight: float, node: Node) -> Iterator[Evidence]:
    """A docstring: its first paragraph counts, the rest speaks of details."""
    head, _, rest = text.strip().partition("\n\n")
    yield Evidence("docstring", head[:HEAD], weight, node.line, node.file.path)
    if rest:
        yield Evidence("docstring", rest[:4_000], weight * 0.4, node.line, node.file.path)


def scaled(evidence: Iterable[Evidence], factor: float) -> Iterator[Evidence]:
    """Evidence from a place that is only linked to the call."""
    return (piece.scaled(factor) for piece in evidence)
