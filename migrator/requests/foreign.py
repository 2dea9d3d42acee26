"""What is sent to models that stay: calls of libraries that name one, by a rule or without any."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.know.values import Site
from migrator.requests.contents import mappings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from migrator.know.activations import Activations
    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Entries, Entry, Frame
    from migrator.read.nodes import Node


class Sent(NamedTuple):
    """A parameter that a call gives beside a model's name: the call, the model, where it is given."""

    call: Node
    model: str
    entry: Entry


class Foreign:
    """The calls of one program that name a model of their own; `is_model` says so of a parameter's name.

    `bodies` are the names of arguments that hold what is sent.
    """

    def __init__(
        self,
        know: Evaluator,
        activations: Activations,
        is_model: Callable[[str], bool],
        bodies: tuple[str, ...],
    ) -> None:
        self.know = know
        self.activations = activations
        self.is_model = is_model
        self.bodies = bodies

    def sent(self, known: Callable[[Node], bool]) -> Iterator[Sent]:
        """What calls of libraries are given beside a constant model, without the calls that are `known`."""
        for file in self.know.project.files.values():
            for call in file.calls_giving(self._may_give):
                if call.first.kind == "Attribute" and not known(call):
                    for frame in self.activations.at(call):
                        yield from self._in_frame(call, frame)

    def _may_give(self, name: str) -> bool:
        """Whether what is given by a keyword may be a model, or hold one."""
        return name in ("", *self.bodies) or self.is_model(name)

    def _in_frame(self, call: Node, frame: Frame | None) -> Iterator[Sent]:
        callees = self.know.value(call.first, frame)
        if not callees or any(v.kind not in ("library", "open") for v in callees):
            return
        for entries in self._bodies(self.know.arguments((Site(call, frame),))):
            models = {
                v.text
                for e in entries
                if isinstance(e.key, str) and self.is_model(e.key)
                for v in self.know.given(e)
                if v.text is not None
            }
            for model in sorted(models):
                yield from (Sent(call, model, entry) for entry in entries)

    def _bodies(self, arguments: Entries) -> Iterator[Entries]:
        """The arguments themselves, and the mappings that are sent among them."""
        yield arguments
        for entry in arguments:
            if entry.key in self.bodies:
                yield from map(self.know.entries, mappings(self.know, entry))
