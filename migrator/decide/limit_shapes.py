"""What a number bounds, by its names and by what is done with it: tokens or characters, in or out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from migrator.decide.names import Names
from migrator.read.flow import key_of
from migrator.read.number_flow import option_name
from migrator.read.project import last_name
from migrator.read.values import DECLARATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.decide.numbers import Number
    from migrator.read.facts import Node
    from migrator.read.flow import Use

Unit = Literal["tokens", "characters"]
Kind = Literal["context-window", "input", "output"]


class Shape(NamedTuple):
    """What a number is.

    Attributes:
        name: its own name (variable, parameter, keyword, key), if it has one.
        clamp: it cuts another number (`min(…, 16384)`).
        piece: it sizes a part (a chunk, a memory), no bound on what is sent; `budget`: the author's wish.
    """

    kind: Kind
    unit: Unit
    name: str
    clamp: bool = False
    piece: bool = False
    budget: bool = False


class Shapes:
    """Judges numbers of one linked project."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self.rules = linked.rulebook.limits
        self.names = Names(self.rules.names)

    def of(self, number: Number, uses: tuple[Use, ...]) -> Shape | None:
        """What a number bounds; none where nothing says that it bounds tokens or characters."""
        own = own_name(number.node)
        names = [own, *(name for use in uses for name in _names(use))]
        if own and self.names("not-tokens", own):
            return None
        units = [unit for use in uses for unit in self._unit(use)]
        unit = self._settled(own, names, units)
        if unit is None or "count" in units:
            return None
        clamp = any(_is_min(use) for use in uses)
        piece = bool(own) and self.names("piece", own) and not self.names("window", own)
        budget = self.names("budget", own) or self._is_spending(number.node)
        return Shape(self._kind(own, names, uses), unit, own, clamp, piece, budget)

    def _is_spending(self, node: Node) -> bool:
        """Whether a number stands among bounds on a whole run: in a `Budget`, beside `max_cost`."""
        holder = holder_of(node)
        if holder is None:
            return False
        names = [last_name(holder.child("func")) if holder.kind == "Call" else str(holder.value or "")]
        for one in holder.children():
            names += [str(one.value)] if one.kind in ("keyword", "arg") else []
            names += [_target_name(t) for t in (*one.all("target"), *one.all("targets")) if one.is_statement]
        return any(self.names("spending", name) for name in names)

    def promising(self, number: Number) -> bool:
        """Whether a number is worth following: its name or its place speaks of tokens or texts."""
        own = own_name(number.node)
        lists = ("window", "input", "output", "characters", "budget", "piece", "count")
        if own and self.names("not-tokens", own):
            return False
        return any(self.names(one, own) for one in lists) or any(
            node.kind in _PLACES for node in _near(number.node)
        )

    def _settled(self, own: str, names: list[str], units: list[str]) -> Unit | None:
        if self.names("characters", own):
            return "characters"
        if "tokens" in units or self.names("count", own):
            return "tokens"
        if "characters" in units:
            return "characters"
        spoken = any(self.names("window", name) or self.names("count", name) for name in names if name)
        return "tokens" if spoken else None

    def _kind(self, own: str, names: list[str], uses: tuple[Use, ...]) -> Kind:
        if self.names("window", own):
            return "context-window"
        if any(self._is_output(use) for use in uses):
            return "output"
        if self.names("output", own) and not any(self.names("window", name) for name in names):
            return "output"
        return "context-window" if any(self.names("window", name) for name in names if name) else "input"

    def _is_output(self, use: Use) -> bool:
        if use.kind != "argument":
            return False
        receiver = self.linked.receivers.of(use.node)
        return receiver is not None and use.name in receiver.call.output_caps and not self.bounds_input(use)

    def bounds_input(self, use: Use) -> bool:
        """Whether a library's rule says that the argument bounds what is sent."""
        receiver = self.linked.receivers.of(use.node)
        if receiver is not None and use.name in receiver.call.input_caps:
            return True
        callee = last_name(use.node.child("func"))
        tails = {
            tail.rpartition(".")[2]
            for rule in self.rules.call
            if use.name in rule.input
            for tail in rule.tails
        }
        return callee in tails

    # -- units -------------------------------------------------------------------------------------

    def _unit(self, use: Use) -> Iterator[str]:
        """`tokens`, `characters`, or `count` where things are counted that are neither."""
        if use.kind == "slice":
            yield from self._sliced(use.node.child("value"))
        elif use.kind == "compare":
            for other in use.node.children():
                if not any(step.inside(other) for step in (*use.trail[-1:], use.trail[0])):
                    yield from self._measured(other)
        elif use.kind == "arithmetic":
            yield from self._computed(use)
        elif use.kind == "argument":
            yield from self._given(use)

    def _sliced(self, base: Node | None) -> Iterator[str]:
        if base is None:
            return
        if self._is_tokens(base):
            yield "tokens"
        elif self._is_text(base):
            yield "characters"
        else:
            yield "count"

    def _is_tokens(self, node: Node) -> bool:
        name = last_name(node.child("func") if node.kind == "Call" else node)
        if self.names("count", name):
            return True
        if node.kind == "Name":
            return any(self._is_encoding(value.child("value")) for value in self._stores(node))
        return False

    def _is_encoding(self, value: Node | None) -> bool:
        return (
            value is not None and value.kind == "Call" and self.names("count", last_name(value.child("func")))
        )

    def _stores(self, name: Node) -> Iterator[Node]:
        for binding in self.linked.project.bindings(name):
            if binding.kind == "NameStore" and binding.parent is not None and binding.parent.kind == "Assign":
                yield binding.parent

    def _is_text(self, node: Node) -> bool:
        if node.kind == "Call":
            callee = last_name(node.child("func"))
            return callee in ("join", "strip", "read_text", "read", "str", "dumps", "decode") or self.names(
                "text", callee
            )
        if node.kind in ("JoinedStr", "Constant"):
            return True
        if node.kind == "Subscript":
            key = node.child("slice")
            return key is not None and (key.kind == "Slice" or self.names("text", str(key.value)))
        return self.names("text", last_name(node))

    def _measured(self, node: Node) -> Iterator[str]:
        """What a quantity that the number is compared with counts."""
        pieces = [node, *node.descendants()]
        lengths = [p for p in pieces if p.kind == "Call" and last_name(p.child("func")) == "len"]
        if any(self.names("count", last_name(p)) for p in pieces if p.kind in ("Name", "Attribute")) or any(
            self._is_tokens(argument) for p in lengths for argument in p.all("args")
        ):
            yield "tokens"
        elif lengths:
            divided = any(p.kind == "BinOp" and p.value in ("FloorDiv", "Div") for p in pieces)
            text = any(self._is_text(argument) for p in lengths for argument in p.all("args"))
            yield "tokens" if divided else "characters" if text else "count"

    def _computed(self, use: Use) -> Iterator[str]:
        operator, _, side = use.name.partition(":")
        other = use.node.child("right" if side == "left" else "left")
        if other is None:
            return
        if operator == "Sub" and side == "left":
            name = last_name(other.child("func") if other.kind == "Call" else other)
            if self.names("count", name) or self.names("output", name):
                yield "tokens"
        elif operator == "Mult" and self._is_ratio(other):
            yield "tokens"
        elif operator in ("FloorDiv", "Div") and side == "left" and self._is_ratio(other):
            yield "characters"

    def _is_ratio(self, node: Node) -> bool:
        """Characters a token: 3, 4 or a name that says so."""
        if node.kind == "Constant":
            return (
                isinstance(node.value, (int, float)) and 2 < node.value <= self.rules.characters_per_token + 1
            )
        return self.names("characters", last_name(node))

    def _given(self, use: Use) -> Iterator[str]:
        callee = last_name(use.node.child("func"))
        if callee == "range" and use.name == "#2":
            stop = use.node.all("args")[1]
            yield from self._measured(stop)
        elif self.bounds_input(use) or self._is_output(use) or self.names("count", callee):
            yield "tokens"


_PLACES = frozenset({"Slice", "Compare", "BinOp", "Call"})


def _near(node: Node) -> Iterator[Node]:
    for above in node.ancestors():
        if above.is_statement:
            return
        yield above


def _names(use: Use) -> Iterator[str]:
    for node in use.trail[1:]:
        if node.kind in ("NameStore", "AttributeStore", "arg"):
            yield str(node.value)
    if (use.kind == "argument" and not use.name.startswith(("#", "*"))) or use.kind == "display":
        yield use.name


def _is_min(use: Use) -> bool:
    return use.kind == "argument" and last_name(use.node.child("func")) == "min"


def own_name(node: Node) -> str:
    """The name that is given to a number where it stands."""
    inner = node
    for above in node.ancestors():
        if above.kind == "keyword":
            name = _wrapped_name(above)
            if name is not None:
                return name
        elif above.kind in ("arg",):
            return str(above.value)
        elif above.kind in ("Assign", "AnnAssign", "AugAssign", "NamedExpr"):
            return next((_target_name(t) for t in (*above.all("targets"), *above.all("target"))), "")
        elif above.kind == "Dict":
            return key_of(inner)
        elif (
            above.is_statement
            or above.kind in ("Slice", "Compare", "Lambda")
            or (above.kind == "Call" and inner.field == "args" and not _is_plain(above))
        ):
            return ""
        inner = above
    return ""


def holder_of(node: Node) -> Node | None:
    """The dict, call, class body or parameter list that a value stands in."""
    for above in node.ancestors():
        if above.kind == "Dict" or (above.kind == "Call" and node.parent is not None and _is_maker(above)):
            return above
        if above.kind == "arg":
            return above.parent
        if above.is_statement:
            return above.parent if above.parent is not None and above.parent.kind == "ClassDef" else None
    return None


def _is_maker(call: Node) -> bool:
    """Whether a call makes an object of several named values (not a getter around one)."""
    return sum(1 for keyword in call.all("keywords") if keyword.value) > 1


def _wrapped_name(keyword: Node) -> str | None:
    """A keyword's name; none where it only wraps a default (`Field(default=…)`), named further out."""
    call = keyword.parent
    if keyword.value != "default" or call is None:
        return str(keyword.value or "")
    return option_name(call) or None


def _is_plain(call: Node) -> bool:
    name = last_name(call.child("func"))
    return name in ("int", "float", "round", "min", "max", "getenv", "get") or name in DECLARATIONS


def _target_name(target: Node) -> str:
    if target.kind == "SubscriptStore":
        key = target.child("slice")
        return str(key.value) if key is not None and key.kind == "Constant" else ""
    return str(target.value) if target.kind in ("NameStore", "AttributeStore") else ""
