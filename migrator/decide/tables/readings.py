"""How a table or collection is read: look-ups, membership tests, loops; and what each does on a miss."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.flows.flow_uses import Part, State, Use
from migrator.decide.flows.forward import Flow
from migrator.decide.tables.missing_keys import (
    after_loop,
    brief,
    compared_in,
    is_caught,
    is_guarded,
    order,
    raises_next,
    refuses,
    searches,
)
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.read.nodes import Node

_SAME = frozenset(
    {"MappingProxyType", "OrderedDict", "defaultdict", "Counter", "reversed", "CaseInsensitiveDict"}
)
_REORDERED = ("sorted(", "reversed(", "set(", ".values(", ".items(")
_TAKING = ("min", "max", "choice", "choices", "sample", "zip")
_MIXED = ("items", "values", "keys")


class Reading(NamedTuple):
    """One place that reads a table.

    Attributes:
        kind: `index` (`T[k]`), `get`, `test` (`k in T`), `loop`, `call` (`Enum(k)`), `type`
            (an annotation), `choice` (of an option), `first` (`T[0]`, `next(iter(T))`), `place` (`T[2]`),
            `end` (`T[-1]`, `T[:-1]`, `max(T)`), `count` (`a, b = T`, `zip(T, prices)`: it must have so many).
        key: the expression that is looked up (the default of an option, the value of an annotated name).
        miss: what happens where the key is not there, in words; nothing if that is not seen.
        raises: a miss ends in an exception.
        order: a loop takes the `first` key that fits, or the `longest`.
    """

    kind: str
    node: Node
    key: Node | None = None
    miss: str = ""
    raises: bool = False
    order: str = ""


TABLE = Part("table")
"""The table itself, no display around it."""


class Readings(Flow):
    """Follows a collection forwards; a part tells how many displays are around the table."""

    def of(self, table: Node) -> list[Reading]:
        """Every reading found of a display, class or `Literal[…]`."""
        starts = list(self.project.loads(table)) if table.kind == "ClassDef" else [table]
        found = [self._reading(use) for start in starts for use in self.uses(start, TABLE)]
        return [reading for reading in found if reading is not None]

    def _step(self, state: State) -> Iterator[Use | State]:
        if state.part.kind != "table" or state.node.parent is None:
            yield from super()._step(state)
            return
        own = _OWN.get(state.node.parent.kind)
        if own is None:
            yield from super()._step(state)
        else:
            yield from own(self, state, state.node, state.node.parent)

    # -- steps of a table --------------------------------------------------------------------------

    def _nested(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        if state.part.level == 0 and _stands_beside_as_many(node, _figures(parent)):
            yield Use("argument", parent, "count", state.part, state.trail)
        if node.field in ("values", "spread"):
            yield _moved(state, parent, 1 if node.field == "values" else 0)

    def _indexed(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        if node.field == "value" and state.part.level == 0:
            yield Use("lookup", parent, "", state.part, state.trail)
        elif node.field == "value":
            yield _moved(state, parent, -1)
        else:
            yield State(parent, state.part, state.trail)

    def _sliced(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        if parent.field == "slice" and parent.parent is not None:
            yield State(parent.parent, state.part, state.trail)

    def _member(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        call = parent.parent
        if call is None or call.kind != "Call" or parent.field != "func":
            return
        if parent.value in ("get", "pop", "__getitem__", "setdefault", "index", "count"):
            yield (
                Use("method", call, str(parent.value), state.part, state.trail)
                if state.part.level == 0
                else _moved(state, call, -1)
            )
        elif parent.value in ("copy", *_MIXED, "union"):
            yield State(call, state.part, state.trail)

    def _over(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        if node.field != "iter":
            return
        if state.part.level == 0:
            yield Use("display", parent, "loop", state.part, state.trail)
            return
        target = parent.child("target")
        inner = target.all("elts")[-1:] if target is not None and target.kind == "Tuple" else [target]
        for one in inner:
            if one is not None and one.kind == "NameStore":
                yield from self._loads(_moved(state, state.node, -1), one)

    def _argument(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        callee = last_name(parent.child("func"))
        if node.field == "func":
            yield Use("argument", parent, "call", state.part, state.trail)
        elif callee in ("Choice", "OneOf", "AfterValidator"):
            yield Use("argument", parent, "choice", state.part, state.trail)
        elif callee == "next":
            yield Use("argument", parent, "first", state.part, state.trail)
        elif (callee == "len" and _is_measure(parent)) or (callee == "enumerate" and _counts_along(parent)):
            yield Use("argument", parent, "count", state.part, state.trail)
            yield from self._call(state, node, parent)
        elif callee in _TAKING and node.field == "args":
            given = len(parent.all("args")) + len(parent.all("keywords"))
            is_matched = callee not in ("min", "max") and (given > 1 or callee == "zip")
            yield Use("argument", parent, "count" if is_matched else "end", state.part, state.trail)
        elif callee in _SAME or callee in ("sorted", "frozenset", "set", "list", "tuple", "dict", "iter"):
            yield State(parent, state.part, state.trail)
        else:
            yield from self._call(state, node, parent)

    def _named(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        if parent.value in ("choices", "options", "allowed", "values") and state.part.level == 0:
            yield Use("argument", parent.parent or parent, "choice", state.part, state.trail)
        if parent.parent is not None and _stands_beside_as_many(node, parent.parent.arguments()):
            yield Use("argument", parent.parent, "count", state.part, state.trail)
        yield from self._keyword(state, node, parent)

    def _assigned(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        targets = parent.all("targets") if node.field == "value" and state.part.level == 0 else []
        for target in (one for one in targets if one.kind in ("Tuple", "List")):
            is_open = any(one.kind == "Starred" for one in target.all("elts"))
            yield Use("argument", target, "end" if is_open else "count", state.part, state.trail)
        yield from self._assign(state, node, parent)

    def _annotates(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        if node.field == "annotation":
            yield Use("display", parent, "type", state.part, state.trail)
        elif parent.kind == "AnnAssign":
            yield from self._assign(state, node, parent)
        else:
            yield from self._default(state, node, parent)

    def _filled(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        """Into a text that has places for so many: `"%s or %s" % T`."""
        is_tuple = state.trail[0].kind == "Tuple" and state.part.level == 0
        if parent.value == "Mod" and node.field == "right" and is_tuple:
            yield Use("argument", parent, "count", state.part, state.trail)
        yield from self.steps["BinOp"](self, state, node, parent)

    def _spread(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        """To a call that takes so many, as a text with places does: `"{} or {}".format(*T)`."""
        call = parent.parent
        is_call = call is not None and call.kind == "Call" and state.part.level == 0
        if call is not None and is_call and (last_name(call.first) == "format" or self._takes_so_many(call)):
            yield Use("argument", call, "count", state.part, state.trail)
        yield State(parent, state.part, state.trail)

    def _takes_so_many(self, call: Node) -> bool:
        functions = [v.node for v in self.values.of(call.first) if v.kind == "function"]
        return bool(functions) and not any(
            one.field == "vararg" for function in functions for one in function.children()
        )

    def _either(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        yield State(parent, state.part, state.trail)

    # -- what a use says ---------------------------------------------------------------------------

    def _reading(self, use: Use) -> Reading | None:
        judge = _JUDGED.get((use.kind, use.name)) or _JUDGED.get((use.kind, ""))
        return judge(self, use) if judge is not None and use.part == TABLE else None

    def _index(self, use: Use) -> Reading:
        node = use.node
        key = node.child("slice")
        if node.kind == "SubscriptStore" or key is None or key.kind in ("Slice", "UnaryOp"):
            return Reading("end" if node.kind == "Subscript" and _is_end(key) else "store", node)
        if key.kind == "Constant" and not isinstance(key.value, str):
            return self._first(use) if key.value == 0 else Reading("place", node)
        return self._raising("index", node, key, "KeyError")

    def _first(self, use: Use) -> Reading:
        """What stands first, unless it is sorted or no key at all."""
        made = [use.node.source, *(step.statement.source for step in use.trail[1:])]
        return Reading(
            "place" if any(word in text for text in made for word in _REORDERED) else "first", use.node
        )

    def _raising(self, kind: str, node: Node, key: Node | None, error: str) -> Reading:
        if is_caught(node):
            return Reading(kind, node, key, "falls back where the error is caught")
        if is_guarded(node):
            return Reading(kind, node, key, "is looked up only where the id is known")
        return Reading(kind, node, key, f"raises {error}", raises=True)

    def _get(self, use: Use) -> Reading | None:
        arguments = use.node.all("args")
        key = arguments[0] if arguments else None
        if use.name == "index" and use.node.field == "slice":
            return Reading("count", use.node, key)
        if use.name in ("pop", "__getitem__", "index") and len(arguments) == 1:
            return self._raising("index", use.node, key, "ValueError" if use.name == "index" else "KeyError")
        if use.name not in ("get", "pop", "setdefault"):
            return None
        default = arguments[1].source if len(arguments) > 1 else "None"
        either = use.node.parent
        if either is not None and either.kind == "BoolOp" and either.value == "Or":
            default = either.all("values")[-1].source
        if default == "None" and raises_next(use.node):
            return Reading("get", use.node, key, "raises an error", raises=True)
        return Reading("get", use.node, key, f"falls back to {brief(default)}")

    def _test(self, use: Use) -> Reading | None:
        node, operators = use.node, use.node.value
        if use.name != "comparators" or not {"In", "NotIn"} & set(operators):
            return None
        raises = refuses(node, absent="NotIn" in operators)
        return Reading(
            "test", node, node.child("left"), "raises an error" if raises else "takes the other way", raises
        )

    def _loop(self, use: Use) -> Reading:
        taken = order(use)
        miss, raises = after_loop(use.node) if taken or searches(use.node) else ("", False)
        return Reading("loop", use.node, compared_in(use.node), miss, raises, taken)

    def _called(self, use: Use) -> Reading | None:
        arguments = use.node.all("args")
        if len(arguments) != 1 or use.node.all("keywords"):
            return None
        return self._raising("call", use.node, arguments[0], "ValueError")

    def _choice(self, use: Use) -> Reading:
        call = use.node
        for above in [call, *call.ancestors()]:
            if above.kind == "Call" and above.keyword("default") is not None:
                return Reading("choice", call, above.keyword("default"), "refuses the value", raises=True)
            if above.is_statement:
                break
        return Reading("choice", call, None, "refuses the value")

    def _end(self, use: Use) -> Reading:
        return Reading(use.name, use.node)

    def _type(self, use: Use) -> Reading:
        holder = use.node
        key = holder if holder.kind == "arg" else holder.child("value")
        return Reading("type", holder, key, "fails validation", raises=True)


def _is_measure(call: Node) -> bool:
    """Whether a length is compared for being a number, or what it counts to takes things out of another.

    What a test expects of it moves along with the collection.
    """
    above = call.parent
    if call.statement.kind == "Assert" and str(call.scope.value).startswith("test"):
        return False
    if above is not None and above.kind == "Compare":
        sides = [*above.all("left"), *above.all("comparators")]
        is_same = {"Eq", "NotEq"} & set(above.value)
        return bool(is_same) and any(type(one.value) is int and one.value > 0 for one in sides)
    return (
        above is not None
        and above.kind == "Call"
        and last_name(above.first) == "range"
        and _counts_along(above)
    )


def _counts_along(counter: Node) -> bool:
    """Whether the number that a loop counts is a place elsewhere: `for i, one in enumerate(T): OTHER[i]`."""
    loop = counter.parent if counter.field == "iter" else None
    target = loop.child("target") if loop is not None else None
    first = target.all("elts")[0] if target is not None and target.kind == "Tuple" else target
    whole = loop.parent if loop is not None and loop.kind == "comprehension" else loop
    if first is None or whole is None or first.kind != "NameStore":
        return False
    own = {one.source for one in counter.among("Name", "Attribute")}
    return any(
        load.value == first.value
        and load.field == "slice"
        and load.parent is not None
        and load.parent.first.source not in own
        for load in whole.among("Name")
    )


def _stands_beside_as_many(node: Node, beside: list[Node]) -> bool:
    """Whether something is given another display of as many things: `fixture(params=[…], ids=[…])`."""
    displays = [one for one in beside if one.kind in ("List", "Tuple") and one != node]
    many = len(node.all("elts")) if node.kind in ("List", "Tuple") else 0
    return many > 1 and any(len(one.all("elts")) == many for one in displays)


def _figures(mapping: Node) -> list[Node]:
    """What a mapping holds as many figures: `{"model": […], "window": [128_000, 8_192]}`."""
    held = [one for one in mapping.all("values") if one.kind in ("List", "Tuple")]
    return [one for one in held if not any(isinstance(part.value, str) for part in one.among("Constant"))]


def _is_end(key: Node | None) -> bool:
    """Whether what is taken depends on where a collection ends: `-1`, `:-1`, `1:`."""
    if key is None or key.kind == "UnaryOp":
        return key is not None
    upper = key.child("upper")
    return key.child("lower") is not None or (upper is not None and upper.kind == "UnaryOp")


def _moved(state: State, node: Node, by: int) -> State:
    return State(node, state.part._replace(level=state.part.level + by), state.trail)


_OWN = {
    "Dict": Readings._nested,
    "Subscript": Readings._indexed,
    "SubscriptStore": Readings._indexed,
    "Attribute": Readings._member,
    "For": Readings._over,
    "AsyncFor": Readings._over,
    "comprehension": Readings._over,
    "Call": Readings._argument,
    "keyword": Readings._named,
    "arg": Readings._annotates,
    "AnnAssign": Readings._annotates,
    "Assign": Readings._assigned,
    "BoolOp": Readings._either,
    "BinOp": Readings._filled,
    "Starred": Readings._spread,
    "Tuple": Readings._sliced,
}
_JUDGED = {
    ("lookup", ""): Readings._index,
    ("method", ""): Readings._get,
    ("compare", ""): Readings._test,
    ("display", "loop"): Readings._loop,
    ("display", "type"): Readings._type,
    ("argument", "call"): Readings._called,
    ("argument", "choice"): Readings._choice,
    ("argument", "first"): Readings._first,
    ("argument", "end"): Readings._end,
    ("argument", "count"): Readings._end,
}
