"""Dict displays that are a request's body by what they hold, and of which no call is known to send them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from migrator.hosts import path_of
from migrator.know.solver import UnsolvedError
from migrator.know.values import NOTHING, Site, Value
from migrator.requests.addresses import address, prompt_names
from migrator.requests.contents import entry_order
from migrator.requests.request_records import Given, Request
from migrator.requests.unsolved import body_as_written

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from migrator.know.activations import Activations
    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Entry, Frame, Values
    from migrator.read.nodes import Node
    from migrator.requests.contents import Pictures
    from migrator.rulebook import Rulebook
    from migrator.rulebook.api_rules import Call

MAX_SPREADS = 8
"""Functions of the program through which one dict is followed."""
"""Keys under which a dict holds what another rule speaks of, or what came back."""


class Bodies:
    """Finds them in one program; `named_after` says which vendor the code around a dict is named after.

    `is_own` says of an address whether it is this vendor's, or a gateway's.
    """

    def __init__(
        self,
        know: Evaluator,
        activations: Activations,
        rulebook: Rulebook,
        named_after: Callable[[Node], str],
        is_own: Callable[[str], bool],
        pictures: Pictures,
    ) -> None:
        self.pictures = pictures
        self.named_after = named_after
        self.is_own = is_own
        self.know = know
        self.activations = activations
        self.rules = rulebook.raw_calls
        self.parameters = {rule.name for rule in rulebook.parameters}
        self.senders = {name.rpartition(".")[2] for rule in self.rules for name in rule.callees}
        self.rooms = frozenset(rulebook.names["request-part"].exact)
        self.paths = tuple(path for rule in self.rules for path in rule.url)

    def all(self, sent: Collection[Node]) -> Iterator[Request]:
        """A request for each that names its model, without those of which is known that they are `sent`."""
        for file in self.know.project.files.values():
            for index in file.tree.of_kind("Dict"):
                keys = [
                    file.tree.value[at] for at in file.tree.children(index) if file.tree.field[at] == "keys"
                ]
                if "model" in keys:
                    node, rule = file.node(index), self._rule(keys)
                    if (
                        rule is not None
                        and node not in sent
                        and not self._is_within(node)
                        and not self.named_after(node)
                    ):
                        yield from self._solved(node, rule)

    def to_unknown(self, calls: Iterable[Node]) -> Iterator[Request]:
        """A request for each call of what nobody knows that is given a model and a prompt."""
        for call in calls:
            names = {keyword.value for keyword in call.all("keywords")}
            with suppress(UnsolvedError, RecursionError):
                if names & {None, "model"} and (unknown := self._unknown(call)) is not None:
                    given = self.know.arguments((Site(call, self.know.frames.of(call)),))
                    if (rule := self._rule([entry.key for entry in given])) is not None:
                        models = NOTHING.union(*(self.know.given(e) for e in given if e.key == "model"))
                        yield Request(call, None, rule, models, (), (unknown,))

    def _unknown(self, call: Node) -> Value | None:
        values = self.know.value(call.first, self.know.frames.of(call))
        return next((v for v in values if v.kind == "open" and v.data == "computed"), None)

    def _solved(self, node: Node, rule: Call) -> list[Request]:
        """The requests of a dict; none where they take too much to find."""
        with suppress(UnsolvedError, RecursionError):
            return list(self._of(node, rule))
        return []

    def _rule(self, keys: list[object]) -> Call | None:
        return next((rule for rule in self.rules if prompt_names(rule) & set(keys)), None)

    def _of(self, node: Node, rule: Call) -> Iterator[Request]:
        for frame in self.activations.at(node):
            if self._is_anothers(node, frame) or self._is_sent_elsewhere(node, frame):
                continue
            found = self.know.entries(Value("mapping", node, frame, "display"))
            if any(e.key is None and _is_cut(e) for e in found):
                yield self._as_written(node, rule)
                continue
            entries = sorted((e for e in found if e.key is not None), key=entry_order)
            models = NOTHING.union(*(self.know.given(e) for e in entries if e.key == "model"))
            given = [Given(str(e.key), self.know.given(e), e) for e in entries if e.key != "model"]
            prompts = [(e, self.know.given(e)) for e in entries if e.key in prompt_names(rule)]
            shown = self.pictures.sent(prompts, node, frame)
            if shown.picture is not None or not self.parameters.isdisjoint(one.name for one in given):
                yield Request(node, frame, rule, models, tuple(given), (), *shown)

    def _as_written(self, node: Node, rule: Call) -> Request:
        """The request of a dict by the keys that are written in it."""
        request = body_as_written(node, rule)
        names = prompt_names(rule)
        prompts = [e.node for one in request.parameters if (e := one.entry).key in names and e.node]
        return request._replace(picture=self.pictures.as_written(prompts, node))

    def _is_anothers(self, node: Node, frame: Frame | None) -> bool:
        """Whether a dict is spread, in the end, into a call of a library that no rule speaks of."""
        queue = [(node, frame)]
        seen: set[tuple[Node, Frame | None]] = set()
        while queue and len(seen) < MAX_SPREADS:
            here = queue.pop()
            if here in seen:
                continue
            seen.add(here)
            for call, outer in self._spreads(*here):
                callees = self.know.value(call.first, outer)
                if any(v.kind in ("library", "open") for v in callees) and self._is_method(call, callees):
                    return True
                for callee in callees:
                    if callee.kind == "function":
                        inner = self.know.frames.any(callee.node)
                        queue += ((arg, inner) for arg in callee.node.children() if arg.field == "kwarg")
        return False

    def _is_sent_elsewhere(self, node: Node, frame: Frame | None) -> bool:
        """Whether a dict is handed over beside an address of which no rule speaks."""
        held = [(one.node, one.frame) for one in self.know.holders(node, frame) if not one.path]
        return any(self._is_beside_another(*one) for one in held or self._as_named(node, frame))

    def _as_named(self, node: Node, frame: Frame | None) -> Iterator[tuple[Node, Frame | None]]:
        """Where a dict stands, and what it is assigned to is seen: where it goes takes too much to follow."""
        yield node, frame
        above = node.parent
        stores = above.all("targets") if above is not None and above.kind == "Assign" else []
        yield from ((load, frame) for store in stores for load in self.know.project.loads(store))

    def _is_beside_another(self, given: Node, frame: Frame | None) -> bool:
        above = given.parent
        call = above.parent if above is not None and above.kind == "keyword" else above
        if call is None or call.kind != "Call" or call.first.value not in self.senders:
            return False
        beside = [one for one in (*call.all("args")[:2], call.keyword("url")) if one is not None]
        texts = [address(value) for one in beside for value in self.know.value(one, frame)]
        urls = [text for text in texts if text is not None and "/" in text]
        ours = (url for url in urls if path_of(url).endswith(self.paths))
        return bool(urls) and not any("://" not in url or self.is_own(url) for url in ours)

    def _is_method(self, call: Node, callees: Values) -> bool:
        """Whether a call is one of a library's object that is given nothing else."""
        known = {v.kind for v in callees} <= {"library", "open", "constant"}
        known = known and not any(v.is_cut for v in callees)
        return known and call.first.kind == "Attribute" and not call.all("args")

    def _is_within(self, node: Node) -> bool:
        """Whether a dict is the value of a key that speaks of a request or an answer as a whole."""
        return node.key is not None and node.key.value in self.rooms

    def _spreads(self, node: Node, frame: Frame | None) -> Iterator[tuple[Node, Frame | None]]:
        """The calls that a mapping is spread into."""
        for held in self.know.holders(node, frame):
            keyword = held.node.parent
            if held.path or keyword is None or keyword.kind != "keyword" or keyword.value:
                continue
            if keyword.parent is not None and keyword.parent.kind == "Call":
                yield keyword.parent, held.frame


def _is_cut(entry: Entry) -> bool:
    """Whether an entry stands for all that were too many to find."""
    return any(v.is_cut for v in entry.known)
