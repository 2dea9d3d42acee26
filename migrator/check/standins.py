"""Functions that tests and samples put in the place of an API's call."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.check.bounded import each
from migrator.know.values import Site
from migrator.read.scopes import dotted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from migrator.check.readers import Misfit, Readers
    from migrator.know.evaluator import Evaluator
    from migrator.read.nodes import Node
    from migrator.requests.apis import Apis
    from migrator.requests.request_records import Request
    from migrator.requests.requests import Requests

_SETTERS = ("setattr", "patch", "object")


class StandIn(NamedTuple):
    """A function and the id of the call that it stands in for."""

    function: Node
    call: str


class StandIns:
    """Finds `client.….create = fake`, `setattr(client.…, "create", fake)`, `patch("….create", fake)`."""

    def __init__(self, know: Evaluator, apis: Apis, counts: Callable[[str], bool]) -> None:
        self.know = know
        self.apis = apis
        self.counts = counts

    def all(self) -> Iterator[StandIn]:
        """Every one in a file that counts."""
        for file in self.know.project.files.values():
            if self.counts(file.path):
                for store in file.of_kind("AttributeStore"):
                    given = store.statement.child("value")
                    if self.apis.knows(str(store.value)) and given is not None:
                        yield from self._of(f"{dotted(store.first)}.{store.value}", given)
                for name in _SETTERS:
                    for index in file.calls.get(name, ()):
                        yield from self._patched(file.nodes[index])

    def misfits(self, requests: Requests, readers: Readers) -> Iterator[Misfit]:
        """Requests that one of them would not take as they are."""
        found = list(self.all())

        def asked(request: Request) -> Iterator[Misfit]:
            for one in found:
                if one.call == request.rule.id and request.call.kind == "Call":
                    given = self.know.arguments((Site(request.call, request.frame),))
                    yield from readers.function(request.call, one.function, given)

        yield from each(requests.all() if found else (), asked)

    def _patched(self, call: Node) -> Iterator[StandIn]:
        arguments = call.all("args")
        texts = [str(a.value) for a in arguments if a.kind == "Constant" and isinstance(a.value, str)]
        named = [call.keyword(name) for name in ("new", "side_effect", "wraps")]
        given = [node for node in (arguments[-1:] + named) if node is not None]
        if not texts or not given:
            return
        path = texts[0] if len(arguments) < 2 or arguments[0].kind == "Constant" else ""
        path = path or f"{dotted(arguments[0])}.{texts[0]}"
        for node in given:
            yield from self._of(path, node)

    def _of(self, path: str, given: Node) -> Iterator[StandIn]:
        rule = self.apis.by_path(path)
        if rule is not None and given.kind in ("Name", "Attribute", "Lambda"):
            for value in self.know.value(given, self.know.frames.of(given)):
                if value.kind == "function":
                    yield StandIn(value.node, rule.id)
