"""Finds the requests of a program: calls of an API, in every activation of the code around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.frames import Site
from migrator.know.values import NOTHING
from migrator.requests.records import Given, Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.activations import Activations
    from migrator.know.evaluator import Evaluator
    from migrator.know.frames import Frame
    from migrator.know.values import Entries, Entry, Value
    from migrator.read.nodes import Node
    from migrator.requests.apis import Apis
    from migrator.rulebook import Call


class Requests:
    """The requests of one program."""

    def __init__(self, know: Evaluator, activations: Activations, apis: Apis) -> None:
        self.know = know
        self.activations = activations
        self.apis = apis

    def all(self) -> Iterator[Request]:
        """Every request, file by file in source order."""
        for file in self.know.project.files.values():
            for call in file.of_kind("Call"):
                if self._may_send(call):
                    yield from self._of(call)

    def _may_send(self, call: Node) -> bool:
        """Whether a call's own name, or that of something it is handed, is one that a rule speaks of."""
        func = call.first
        if func.kind in ("Name", "Attribute") and self.apis.knows(str(func.value)):
            return True
        whole = self.know.frames.of(call)
        if func.kind == "Name" and self.know.project.bindings(func):
            return any(self._rules(v) for v in self.know.value(func, whole))
        return any(node.kind == "Attribute" and self.apis.knows(str(node.value)) for node in call.all("args"))

    def _rules(self, value: Value) -> list[tuple[Call, tuple[Site, ...]]]:
        """The rules of what a value calls in the end, with what gives arguments before."""
        if value.kind == "partial":
            inner = self.know.unfolded(value)
            return [(rule, sites) for v, sites in inner if (rule := self.apis.of(v)) is not None]
        rule = self.apis.of(value)
        return [(rule, ())] if rule is not None else []

    def _of(self, call: Node) -> Iterator[Request]:
        for frame in self.activations.at(call):
            found = list(self._sent(call, frame))
            if not found and call.first.kind == "Attribute":
                rule = self.apis.by_form(call.first)
                known = self.know.value(call.first, frame)
                if rule is not None and all(v.kind in ("open", "library") for v in known):
                    found = [(rule, (Site(call, frame),))]
            for rule, sites in found:
                yield self._request(call, frame, rule, sites)

    def _sent(self, call: Node, frame: Frame | None) -> Iterator[tuple[Call, tuple[Site, ...]]]:
        """What a call calls, or hands over to be called with the arguments behind it."""
        for value in self.know.value(call.first, frame):
            for rule, sites in self._rules(value):
                yield rule, (*sites, Site(call, frame))
        for place, node in enumerate(call.all("args")):
            if node.kind in ("Name", "Attribute") and self._is_handed_on(call, frame):
                for value in self.know.value(node, frame):
                    for rule, sites in self._rules(value):
                        yield rule, (*sites, Site(call, frame, place + 1))

    def _is_handed_on(self, call: Node, frame: Frame | None) -> bool:
        callees = self.know.value(call.first, frame)
        return any(v.kind == "library" and self.apis.of(v) is None for v in callees)

    def _request(self, call: Node, frame: Frame | None, rule: Call, sites: tuple[Site, ...]) -> Request:
        entries = list(self._parameters(rule, self.know.arguments(sites)))
        names = {*rule.model, *(path.rpartition(".")[2] for path in rule.nested)}
        models = NOTHING.union(*(self.know.given(e) for e in entries if self._is_model(e, rule, names)))
        given = [e for e in entries if isinstance(e.key, str) and e.key not in names]
        parameters = tuple(Given(e.key, self.know.given(e), e) for e in sorted(given, key=_order))
        spread = [v for e in entries if e.key is None for v in self.know.given(e)]
        return Request(call, frame, rule, models, parameters, tuple(v for v in spread if v.kind == "open"))

    @staticmethod
    def _is_model(entry: Entry, rule: Call, names: set[str]) -> bool:
        return entry.key in names or (rule.position is not None and entry.key == rule.position)

    def _parameters(self, rule: Call, entries: Entries) -> Iterator[Entry]:
        """The arguments, and what the containers among them hold."""
        bodies = {path.partition(".")[0] for path in rule.nested} | set(rule.containers)
        for entry in entries:
            inner = list(self._within(entry))
            if entry.key in bodies:
                yield from inner
                continue
            yield entry
            if isinstance(entry.key, str):
                yield from (e._replace(key=f"{entry.key}.{e.key}") for e in inner if isinstance(e.key, str))

    def _within(self, entry: Entry) -> Iterator[Entry]:
        for value in self.know.given(entry):
            whole = value.more if value.kind == "encoded" else (value,)
            for one in whole:
                if one.kind == "mapping":
                    yield from self.know.entries(one)


def _order(entry: Entry) -> tuple[str, str, int]:
    return str(entry.key), entry.holder.file.path, entry.holder.index
