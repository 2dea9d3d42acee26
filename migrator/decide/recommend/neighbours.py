"""What stands around a literal or a call: names, sibling entries, forms of the code."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from math import sqrt
from typing import TYPE_CHECKING

from migrator.decide.recommend.clues import Evidence, named, shaped, told
from migrator.read.scopes import FUNCTIONS, dotted, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.decide.recommend.signals import Signals
    from migrator.read.nodes import FileFacts, Node

SLOT = 1.4
"""The name of the very place that holds the model: `summary_model`, `JUDGE`."""
CLIENT_SLOT = 1.2
"""The name of the client or agent that is made with the model."""
_GETTERS = (
    "get",
    "getenv",
    "pop",
    "setdefault",
    "getattr",
    "config",
    "env",
    "str",
    "get_config",
    "get_setting",
)
_LOOPS = ("For", "AsyncFor", "ListComp", "SetComp", "DictComp", "GeneratorExp")
_HANDLERS = ("web-handler", "message-handler", "queue-task")
"""Lists of the decorators that make a handler, and the forms that they say."""


class Neighbours:
    """Reads the neighbourhood of nodes in one linked project; of names, those that `signals` make tell."""

    def __init__(self, linked: Linked, signals: Signals) -> None:
        self.linked = linked
        self.signals = signals
        self._shares: dict[Node, float] = {}
        self._requests: dict[str, list[int]] = {}
        self._named: dict[Node, tuple[Evidence, ...]] = {}
        self._outer: dict[Node, tuple[Evidence, ...]] = {}
        self._formed: dict[Node, tuple[Evidence, ...]] = {}

    # -- scopes ------------------------------------------------------------------------------------

    def function(self, node: Node) -> Node | None:
        """The function that a node stands in; for a parameter's default, the one that has the parameter."""
        return next(
            (above for above in node.ancestors() if above.kind in FUNCTIONS and above.kind != "Lambda"), None
        )

    def share(self, scope: Node) -> float:
        """How much a scope says about one of the calls in it: the more calls share it, the less."""
        known = self._shares.get(scope)
        if known is None:
            rooms = {self._room(node) for node in self._model_places(scope)}
            known = self._shares[scope] = 1 / sqrt(max(len(rooms), 1))
        return known

    def _room(self, node: Node) -> int:
        """Places in one call or dict count once; parameters stand for their function."""
        room = node.statement.index
        for above in node.ancestors():
            if above.kind == "arg":
                return -1
            if above.kind in ("Call", "Dict") and room == node.statement.index:
                room = above.index
        return room

    def _model_places(self, scope: Node) -> Iterator[Node]:
        file, stop = scope.file, scope.file.tree.end[scope.index]
        for occurrence in file.occurrences:
            if occurrence.place == "code" and scope.index < occurrence.node < stop:
                yield file.node(occurrence.node)
        requests = self._requests_in(file)
        first = bisect_right(requests, scope.index)
        yield from map(file.node, requests[first : bisect_left(requests, stop, first)])

    def _requests_in(self, file: FileFacts) -> list[int]:
        """The requests of a file, in source order."""
        known = self._requests.get(file.path)
        if known is None:
            receivers = self.linked.receivers
            found = ((call, receivers.of(call)) for call in receivers.candidates(file))
            known = [call.index for call, rule in found if rule is not None and rule.call.kind == "call"]
            self._requests[file.path] = known
        return known

    # -- names -------------------------------------------------------------------------------------

    def names(self, node: Node) -> tuple[Evidence, ...]:
        """Names from the literal or call outwards, up to the path of its file."""
        known = self._named.get(node)
        if known is None:
            known = self._named[node] = self.signals.telling(self._names(node))
        return known

    def _names(self, node: Node) -> Iterator[Evidence]:
        below, crossed = node, [node] if node.kind == "Call" else []
        for above in node.ancestors():
            yield from self._name(above, below, crossed)
            crossed.append(above)
            below = above
            if above.is_statement:
                break
        yield from self._outside(below)

    def _outside(self, node: Node) -> tuple[Evidence, ...]:
        """The names around a statement: they are the same for all that stands in it."""
        known = self._outer.get(node)
        if known is None:
            above = node.parent
            own = path_names(node.file) if above is None else self._name(above, node, [node.statement])
            further = () if above is None else self._outside(above)
            known = self._outer[node] = self.signals.telling((*own, *further))
        return known

    def _slot(self, crossed: list[Node]) -> float:
        """What a name counts beyond these nodes: whose place it is, is asked where there is such a name."""
        slot = SLOT
        for above in crossed:
            slot = self._narrower(slot, above)
        return slot

    def _narrower(self, slot: float, above: Node) -> float:
        """`judge = Client(model=…)` still names the place; the target of a request names its answer."""
        if above.kind == "Call" and last_name(above.child("func")) not in _GETTERS:
            return min(slot, CLIENT_SLOT) if slot > 1.0 and self._constructs(above) else 1.0
        return 1.0 if above.is_statement else slot

    def _constructs(self, call: Node) -> bool:
        receiver = self.linked.receivers.of(call)
        if receiver is not None:
            return receiver.call.kind != "call"
        return last_name(call.child("func"))[:1].isupper()

    def _name(self, above: Node, below: Node, crossed: list[Node]) -> Iterator[Evidence]:
        kind = above.kind
        if kind in ("keyword", "arg") and above.value:
            yield named(above.value, self._slot(crossed), below)
        elif kind in ("Assign", "AnnAssign", "NamedExpr"):
            slot = self._slot(crossed)
            yield from (named(text, slot, above) for text in targets(above))
        elif kind == "Call":
            yield from self._call_names(above, below, crossed)
        elif kind == "Dict":
            yield from self._entry_names(above, below, self._slot(crossed))
        elif kind in ("If", "IfExp") and below.field != "test":
            yield from (named(text, 0.8, above) for text in loaded(above.child("test")))
        elif kind in ("For", "AsyncFor") and below.field != "iter":
            yield from (named(text, 0.6, above) for text in loaded(above.child("iter")))
        elif kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef"):
            yield named(
                above.value, (0.9 if kind == "ClassDef" else 1.0) * max(self.share(above), 0.6), above
            )

    def _call_names(self, call: Node, below: Node, crossed: list[Node]) -> Iterator[Evidence]:
        callee = last_name(call.child("func"))
        if callee in _GETTERS and below.field == "args":
            keys = [
                a
                for a in call.all("args")
                if a.kind == "Constant" and isinstance(a.value, str) and a != below
            ]
            slot = self._slot(crossed)
            yield from (named(key.value, slot, key) for key in keys if " " not in key.value)
        elif self.linked.receivers.of(call) is None:
            yield named(dotted(call.child("func")), 1.0, call)
        for keyword in call.all("keywords"):
            yield from self._naming(keyword.value, keyword.child("value"), 1.0)

    def _entry_names(self, mapping: Node, below: Node, slot: float) -> Iterator[Evidence]:
        for key, value in zip(mapping.all("keys"), mapping.all("values"), strict=False):
            if value == below and key.kind == "Constant":
                yield named(key.value, slot, key)
            elif key.kind == "Constant":
                yield from self._naming(key.value, value, 1.0)
                yield from self._text_entry(value)

    def _text_entry(self, value: Node) -> Iterator[Evidence]:
        if value.kind == "Constant" and isinstance(value.value, str) and value.value.count(" ") > 1:
            yield from told("prompt", value.value, 1.0, value)
        elif value.kind == "Dict":
            for one in value.descendants():
                if one.kind == "Constant" and one.field == "keys":
                    yield named(one.value, 0.6, one)
                elif one.kind == "Constant" and one.value in ("boolean", "bool"):
                    yield shaped("decision-schema", 1.0, one)

    def _naming(self, key: object, value: Node | None, weight: float) -> Iterator[Evidence]:
        if value is not None and self.linked.names("task-naming", str(key)):
            for text in self.linked.receivers.texts(value):
                if len(text) < 80:
                    yield named(text, weight, value)

    # -- forms -------------------------------------------------------------------------------------

    def forms(self, node: Node) -> Iterator[Evidence]:
        """Loops, pools, handlers and dialogues around a node."""
        for above in node.ancestors():
            if above.kind in _LOOPS:
                if not _consumed(above, node):
                    yield shaped("retries" if self._retries(above) else "loop", 1.0, above)
            elif above.kind == "While":
                yield from self._while(above)
            elif above.kind in ("FunctionDef", "AsyncFunctionDef"):
                if above not in self._formed:
                    self._formed[above] = tuple(self._function_forms(above))
                yield from self._formed[above]
                return

    def _retries(self, loop: Node) -> bool:
        """`for attempt in range(3)`: the same request again, not many records."""
        source = loop.child("iter")
        callee = last_name(source.child("func")) if source is not None and source.kind == "Call" else ""
        return self.linked.names("attempts-callee", callee)

    def _while(self, loop: Node) -> Iterator[Evidence]:
        """A dialogue with a person; or attempts, where an error only starts the next turn."""
        counted = self.linked.names.any("attempt", loaded(loop.child("test")))
        if self._asks(loop):
            yield shaped("dialogue-loop", 1.0, loop)
        elif counted and next(loop.below("ExceptHandler"), None) is not None:
            yield shaped("retries", 1.0, loop)

    def _asks(self, loop: Node) -> bool:
        return any(self.linked.names("person-asked", last_name(c.child("func"))) for c in loop.below("Call"))

    def _function_forms(self, function: Node) -> Iterator[Evidence]:
        for decorator in function.all("decorator_list"):
            name = last_name(decorator.child("func") if decorator.kind == "Call" else decorator)
            form = next((form for form in _HANDLERS if self.linked.names(form, name)), "")
            if form:
                yield shaped(form, 1.0, decorator)
            if self.linked.names("retry-decorator", dotted(decorator)):
                yield shaped("retries", 1.0, decorator)
        yield from (shaped("rate-limited", 1.0, one) for one in self._crowded(function))
        for caller in self.linked.values.callers(function)[:8]:
            for above in caller.ancestors():
                if above.kind in FUNCTIONS:
                    break
                if above.kind in _LOOPS and not self._retries(above) and not _consumed(above, caller):
                    yield shaped("loop", 0.7, above)
                elif above.kind == "While" and self._asks(above):
                    yield shaped("dialogue-loop", 0.8, above)
        for load in self.linked.project.loads(function):
            call = load.parent
            if (
                load.field == "args"
                and call is not None
                and self.linked.names("pool-callee", last_name(call.first))
            ):
                yield shaped("pool", 1.0, load)

    def _crowded(self, function: Node) -> list[Node]:
        """The first name of a rate limit's error in a function."""
        file, stop = function.file, function.file.tree.end[function.index]
        errors = self.linked.names.listed("rate-limit-error")
        tables = (file.names, file.attributes)
        places = (at for table in tables for name in errors for at in table.get(name, ()))
        return [file.node(at) for at in sorted(at for at in places if function.index < at < stop)[:1]]


def path_names(file: FileFacts) -> Iterator[Evidence]:
    """The file's name and the folders around it."""
    parts = file.path.removesuffix(".py").split("/")
    yield Evidence("name", parts[-1], 0.7, 0, file.path)
    for weight, part in zip((0.5, 0.3), reversed(parts[:-1]), strict=False):
        yield Evidence("name", part, weight, 0, file.path)


def targets(assignment: Node) -> list[str]:
    """The names that an assignment binds; the key of `d["key"] = …`."""
    found = []
    for target in [*assignment.all("targets"), *assignment.all("target")]:
        if target.kind == "SubscriptStore":
            key = target.child("slice")
            found += [str(key.value)] if key is not None and key.kind == "Constant" else []
        elif target.kind in ("NameStore", "AttributeStore"):
            found.append(str(target.value))
    return found


def loaded(node: Node | None) -> list[str]:
    """The names that an expression reads."""
    if node is None:
        return []
    return [str(one.value) for one in (node, *node.descendants()) if one.kind in ("Name", "Attribute")]


def _consumed(loop: Node, node: Node) -> bool:
    """`for chunk in ask(…)`: the answer is what the loop runs over, asked for once."""
    first = next(iter(loop.all("generators")), loop).child("iter")
    return first is not None and (node == first or node.inside(first))
