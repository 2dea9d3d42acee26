"""Texts that are cut before they are sent, to more than a new model takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.requests.addresses import prompt_names
from migrator.requests.contents import entry_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Frame, Value
    from migrator.read.nodes import Node
    from migrator.requests.request_records import Request
    from migrator.rulebook import Rulebook

    Place = tuple[Node, Frame | None]

MAX_STEPS = 4
"""Names and calls from a message to where its text is cut."""
MAX_PLACES = 60
"""Expressions that are looked into for one request."""


class Cut(NamedTuple):
    """A text is cut at `node` to `length` characters, which is more than `model` takes."""

    node: Node
    length: int
    model: Value
    window: int


def oversized(
    know: Evaluator, request: Request, rulebook: Rulebook, before: Callable[[Value], str | None]
) -> Iterator[Cut]:
    """The cuts of a request's input that leave more than a new model takes, and no more than the old one did.

    `before` says what stood where a new model's id is written.
    """
    models = {model.id: model for model in rulebook.catalog.models}
    pairs = ((one, models.get(one.text or ""), models.get(before(one) or "")) for one in request.models)
    rooms = [
        (one, new.max_input or new.context_window or 0, old.context_window or 0)
        for one, new, old in pairs
        if new is not None and old is not None
    ]
    shrunk = [room for room in rooms if room[1] < room[2]]
    for node, length in _cuts(know, request) if shrunk else ():
        for model, window, old in shrunk:
            if window < length / rulebook.limits.characters_per_token <= old:
                yield Cut(node, length, model, window)


def _cuts(know: Evaluator, request: Request) -> Iterator[tuple[Node, int]]:
    """Where what a request sends is cut, and to how many characters."""
    spoken = prompt_names(request.rule)
    entries = [given.entry for given in request.parameters if given.name in spoken]
    pending: list[Place] = [(e.node, e.frame) for e in sorted(entries, key=entry_order) if e.node is not None]
    seen = set(pending)
    for _ in range(MAX_STEPS):
        found: list[Place] = []
        for node, frame in pending:
            for cut in node.among("Subscript"):
                yield from _length(know, cut, frame)
            for name in node.among("Name"):
                found += [place for place in _behind(know, name, frame) if place not in seen]
        pending = list(dict.fromkeys(found))[:MAX_PLACES]
        seen.update(pending)


def _length(know: Evaluator, cut: Node, frame: Frame | None) -> Iterator[tuple[Node, int]]:
    part = cut.child("slice")
    end = part.child("upper") if part is not None and part.kind == "Slice" else None
    for value in know.value(end, frame) if end is not None else ():
        if value.kind == "constant" and isinstance(value.constant, int):
            yield cut, value.constant


def _behind(know: Evaluator, name: Node, frame: Frame | None) -> Iterator[Place]:
    """What a name is set to, and what its function is given where it is a parameter."""
    for binding in know.bindings(name):
        above = binding.parent
        if binding.kind == "NameStore" and above is not None:
            value = above.child("value")
            if value is not None:
                yield value, know.frame_of(value.scope, frame)
        elif binding.kind == "arg" and frame is not None and frame.function is above:
            for site in frame.sites:
                yield from ((node, site.frame) for node in site.call.arguments())
