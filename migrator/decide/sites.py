"""Call sites: calls that take a model, the models that reach them, and the references behind those."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from migrator.decide.linked import received
from migrator.decide.receivers import Receiver, model_arguments
from migrator.decide.records import Site
from migrator.decide.requests.bags import Bags

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from migrator.decide.linked import Linked
    from migrator.read.nodes import Node
    from migrator.read.tree import Scalar, Tree
    from migrator.rulebook.api_rules import Api


OUTSIDE = ("environment", "command line")
"""Where a model may come from that the program does not name, as call sites say it."""


class Sites:
    """Finds and resolves the call sites of one linked project."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self.bags = Bags(linked)

    def recognised(self) -> Iterator[Site]:
        """Calls that a rule matches and that take a model (or could)."""
        receivers = self.linked.receivers
        for file in self.linked.project.files.values():
            for call in receivers.candidates(file):
                receiver = receivers.of(call)
                if receiver is not None and receiver.call.kind not in ("tokenizer",):
                    yield self.resolved(call, receiver)
        yield from self.batch_lines()
        yield from self.routed()

    def recorded(self, known: Mapping[Node, Site]) -> Iterator[Site]:
        """Calls that turned out to be requests by what is called, whatever it is called by."""
        for call, requests in self.linked.requests.items():
            if call not in known:
                receiver = received(requests)
                texts = {(v.text, part) for one in requests for v in one.models if v.text for part in v.more}
                ordered = sorted(texts, key=lambda pair: (pair[1].file.path, pair[1].index))
                unknown = sorted({str(v.data) for one in requests for v in one.models if v.kind == "open"})
                yield Site(call, receiver, tuple(ordered), tuple(unknown))

    def resolved(self, call: Node, receiver: Receiver | None, given: Iterable[Node] = ()) -> Site:
        """A call with the candidates of its model arguments."""
        arguments = list(given) or (self._model_arguments(call, receiver) if receiver else [])
        texts: list[tuple[str, Node]] = []
        unresolved: list[str] = []
        for argument in arguments:
            for value in self.linked.values.of(argument):
                if value.kind == "text":
                    texts.append((str(value.node.value), value.node))
                elif value.kind == "unknown":
                    unresolved.append(value.path)
                elif value.kind == "object" and value.node.kind == "Call" and value.node != call:
                    texts += self._made_with(value.node)
                elif value.kind == "join":
                    texts += [(str(n.value), n) for n in value.node.descendants() if _has_id(n, self.linked)]
                    unresolved.append("built at run time")
        ordered = sorted(dict.fromkeys(unresolved), key=lambda reason: reason not in OUTSIDE)
        return Site(call, receiver, tuple(dict.fromkeys(texts)), tuple(ordered))

    def _made_with(self, made: Node) -> list[tuple[str, Node]]:
        """The models of a model object that is handed on: `Agent(OpenAIChatModel("gpt-4o"))`."""
        receiver = self.linked.receivers.of(made)
        if receiver is None or receiver.call.kind in ("tokenizer", "deployment"):
            return []
        values = [v for a in model_arguments(made, receiver.call) for v in self.linked.values.of(a)]
        return [(str(v.node.value), v.node) for v in values if v.kind == "text"]

    def _model_arguments(self, call: Node, receiver: Receiver) -> list[Node]:
        """The expressions that carry the model: arguments, or entries of what is spread or sent."""
        rule = receiver.call
        found = model_arguments(call, rule) if call.kind == "Call" else []
        if found:
            return found
        return [one.value for one in self.bags.written(call, rule) if one.name in rule.model_names]

    def routed(self) -> Iterator[Site]:
        """Dicts inside a constructor's list that are requests to be: `litellm_params` of a router's model."""
        for api in self.linked.rulebook.apis:
            sending = next((call for call in api.call if call.kind == "call"), None)
            keys = _routing(api)
            if sending is not None and keys:
                yield from self._under(keys, Receiver(sending, api.library, "gateway"))

    def _under(self, keys: set[str], receiver: Receiver) -> Iterator[Site]:
        for mapping in self._keyed_by(keys):
            for key, value in zip(mapping.all("keys"), mapping.all("values"), strict=False):
                if key.kind == "Constant" and key.value in keys and value.kind == "Dict":
                    yield self.resolved(value, receiver)

    def batch_lines(self) -> Iterator[Site]:
        """Dicts that are a line of a batch file: the address of an endpoint, and a request's body."""
        rules = [(api, call) for api in self.linked.rulebook.apis for call in api.call if call.url]
        for mapping in self._keyed_by({"body"}):
            keys = {k.value: v for k, v in zip(mapping.all("keys"), mapping.all("values"), strict=False)}
            if "url" in keys and "body" in keys and keys["url"].kind == "Constant":
                for api, call in rules:
                    if str(keys["url"].value).endswith(call.url):
                        yield self.resolved(mapping, Receiver(call, api.library, "openai"))

    def _keyed_by(self, names: set[str]) -> Iterator[Node]:
        """The dict displays with a key that is called so."""
        return (mapping for mapping, keys in self._telling if not names.isdisjoint(keys))

    @cached_property
    def _telling(self) -> list[tuple[Node, set[str]]]:
        """The few dict displays of the project with a key that any rule asks for, and these keys."""
        asked = {"body", *(key for api in self.linked.rulebook.apis for key in _routing(api))}
        return [
            (file.node(index), asked.intersection(keys))
            for file in self.linked.project.files.values()
            for index in file.tree.of_kind("Dict")
            if not asked.isdisjoint(keys := _keys(file.tree, index))
        ]


def _routing(api: Api) -> set[str]:
    """The keys under which the requests of a router stand: `model_list.litellm_params.model`."""
    return {path.split(".")[1] for call in api.call for path in call.nested if path.count(".") == 2}


def _keys(tree: Tree, mapping: int) -> list[Scalar]:
    """What the keys of a dict display say."""
    return [tree.value[at] for at in tree.children(mapping) if tree.field[at] == "keys"]


def _has_id(node: Node, linked: Linked) -> bool:
    return node.kind == "Constant" and isinstance(node.value, str) and linked.holds_id(node.value)
