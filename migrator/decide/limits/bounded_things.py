"""What a number bounds, by its names and by what is done with it: tokens or characters, in or out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from migrator.decide.flows.flow_steps import key_of
from migrator.decide.flows.number_flow import option_name
from migrator.decide.limits.numbers import source
from migrator.decide.limits.quantities import Quantities
from migrator.decide.meanings import Names
from migrator.know.members import DECLARING
from migrator.read.scopes import FUNCTIONS, last_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.flows.flow_uses import Use
    from migrator.decide.limits.numbers import Number
    from migrator.decide.linked import Linked
    from migrator.read.nodes import Node
    from migrator.rulebook.limit_rules import LimitCall

Unit = Literal["tokens", "characters"]
Kind = Literal["context-window", "input", "output"]


class Bounded(NamedTuple):
    """What a number is.

    Attributes:
        name: its own name (variable, parameter, keyword, key), if it has one.
        clamp: it cuts another number (`min(…, 16384)`).
        piece: it sizes a part (a chunk, a memory), no bound on what is sent; `budget`: the author's wish.
        run: it bounds a whole run, not one request.
        remainder: what a prompt leaves of it caps the answer (`window - prompt_tokens`).
    """

    kind: Kind
    unit: Unit
    name: str
    clamp: bool = False
    piece: bool = False
    budget: bool = False
    run: bool = False
    remainder: bool = False


class Shapes:
    """Judges numbers of one linked project."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self.rules = linked.rulebook.limits
        self.names = Names(self.rules.names)
        self.quantities = Quantities(linked, self.names)
        self._units: dict[tuple[str, Node, str], tuple[str, ...]] = {}

    def of(self, number: Number, uses: tuple[Use, ...]) -> Bounded | None:
        """What a number bounds; none where nothing says that it bounds tokens or characters."""
        own = own_name(number.node)
        if (own and self.names("not-tokens", own)) or self.names("bytes", _remark(number.node)):
            return None
        units: set[str] = set()
        for use in uses:
            units.update(self._unit(use))
            if "other" in units:
                return None
        names = [own, *dict.fromkeys(name for use in uses for name in _names(use))]
        unit = "tokens" if self._is_multiplied(number.node) else self._settled(own, names, units)
        if unit is None or ("count" in units and units.isdisjoint(("tokens", "characters"))):
            return None
        clamp = any(_is_min(use) or _is_clamp(use) for use in uses)
        is_window = self.names("window", own)
        return Bounded(
            kind=self._kind(own, names, uses, sized=bool(units)),
            unit=unit,
            name=own,
            clamp=clamp,
            piece=not is_window and (self.names("piece", own) or any(self._is_piece(use) for use in uses)),
            budget=self.names("budget", own) or self._is_spending(number.node),
            run=not is_window and self._bounds_run(number.node),
            remainder=not clamp and self._is_left(uses),
        )

    def _is_left(self, uses: tuple[Use, ...]) -> bool:
        """`max_tokens=WINDOW - prompt_tokens`."""
        subtracted = any(use.kind == "arithmetic" and use.name == "Sub:left" for use in uses)
        return subtracted and any(self._is_output(use) for use in uses)

    def _bounds_run(self, node: Node) -> bool:
        """Whether a number stands in an object for a whole run: `UsageLimits(total_tokens_limit=…)`."""
        holder = holder_of(node)
        if holder is None or holder.kind not in ("Call", "ClassDef"):
            return False
        name = last_name(holder.child("func")) if holder.kind == "Call" else str(holder.value)
        return self.names("run", name)

    def _is_piece(self, use: Use) -> bool:
        """Whether a library's rule says that an argument sizes a part."""
        rule = self._rule(use)
        return rule is not None and rule.piece

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

    def _is_multiplied(self, node: Node) -> bool:
        """`128_000 * 4` characters: the number itself counts tokens."""
        product = node.parent
        if product is None or product.kind != "BinOp" or product.value != "Mult":
            return False
        other = product.child("right" if node.field == "left" else "left")
        return other is not None and self.quantities.is_ratio(other)

    def _settled(self, own: str, names: list[str], units: set[str]) -> Unit | None:
        if self.names("characters", own):
            return "characters"
        if "tokens" in units or self.names("count", own):
            return "tokens"
        if "characters" in units:
            return "characters"
        spoken = any(self.names("window", name) or self.names("count", name) for name in names if name)
        return "tokens" if spoken else None

    def _kind(self, own: str, names: list[str], uses: tuple[Use, ...], *, sized: bool) -> Kind:
        if self.names("window", own):
            return "context-window"
        if self.names("cap", own) and not sized:
            return "output"
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
        return self._rule(use) is not None

    def _rule(self, use: Use) -> LimitCall | None:
        """The rule of rules/limits.toml for an argument."""
        if use.kind != "argument":
            return None
        callee = last_name(use.node.child("func"))
        for rule in self.rules.call:
            if use.name in rule.input and callee in {tail.rpartition(".")[2] for tail in rule.tails}:
                return rule
        return None

    def is_other(self, use: Use) -> bool:
        """Whether a use says by itself that a number is no bound on one request."""
        return use.kind != "compare" and "other" in self._unit(use)

    # -- units -------------------------------------------------------------------------------------

    def _unit(self, use: Use) -> Iterable[str]:
        """`tokens`, `characters`, or `count` and `other` where things are counted that are neither.

        Numbers that come through one function have its uses in common, so that each is judged once.
        """
        if use.kind == "compare":
            return self._compared(use)
        key = use.kind, use.node, use.name
        known = self._units.get(key)
        if known is None:
            known = self._units[key] = tuple(self._done(use))
        return known

    def _compared(self, use: Use) -> Iterator[str]:
        """What stands on the other side of a comparison."""
        for other in use.node.children():
            if not (use.trail[-1].inside(other) or use.trail[0].inside(other)):
                yield from self.quantities.measured(other)

    def _done(self, use: Use) -> Iterator[str]:
        if use.kind == "slice" and self._is_read(use.node):
            yield "other"
        elif use.kind == "slice":
            yield from self.quantities.sliced(use.node.child("value"))
        elif use.kind == "arithmetic":
            yield from self.quantities.computed(use)
        elif use.kind == "argument":
            yield from self._given(use)

    def _is_read(self, piece: Node) -> bool:
        """Whether a piece goes straight into what is no language model: `nlp(text[:500_000])`."""
        call = piece.parent
        if call is None or call.kind != "Call" or piece.field != "args":
            return False
        return self.names("reader", last_name(call.child("func")))

    def _given(self, use: Use) -> Iterator[str]:
        callee = last_name(use.node.child("func"))
        if callee == "range" and use.name == "#2":
            stop = use.node.all("args")[1]
            yield from self.quantities.measured(stop)
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


def _remark(node: Node) -> str:
    """The comment behind a number, on its line."""
    last = node.span[2]
    return node.file.lines(last, last).partition("#")[2]


def _is_clamp(use: Use) -> bool:
    """`if wanted > LIMIT: wanted = LIMIT`."""
    branch, sides = use.node.parent, [use.node.child("left"), use.node.child("comparators")]
    if use.kind != "compare" or branch is None or branch.kind != "If":
        return False
    for statement in branch.all("body"):
        stored = {_target_name(target) for target in statement.all("targets")}
        value = source(statement.child("value")) if statement.kind == "Assign" else ""
        others = {last_name(side) for side in sides if side is not None and source(side) != value}
        if value and stored & others and len(others) == 1:
            return True
    return False


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
        elif above.kind == "Return":
            return _only_result(above)
        elif above.kind == "Call" and inner.field == "args" and _is_getter(above, inner):
            return str(above.all("args")[0].value)
        elif (
            above.is_statement
            or above.kind in ("Slice", "Compare", "Lambda")
            or (above.kind == "Call" and inner.field == "args" and not _is_plain(above))
        ):
            return ""
        inner = above
    return ""


def _only_result(statement: Node) -> str:
    """The name of a function that does nothing but return: `def context_window(self): return 128_000`."""
    function = statement.scope
    body = [one for one in function.all("body") if one.kind != "Expr"]
    return str(function.value) if function.kind in FUNCTIONS and body == [statement] else ""


def _is_getter(call: Node, default: Node) -> bool:
    """`config.get("max_tokens", 128_000)`: the key names its default."""
    arguments = call.all("args")
    names_it = len(arguments) == 2 and arguments[0].kind == "Constant" and arguments[1] == default
    return names_it and last_name(call.child("func")) in ("get", "getenv", "pop", "setdefault")


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
    return name in ("int", "float", "round", "min", "max", "getenv", "get") or name in DECLARING


def _target_name(target: Node) -> str:
    if target.kind == "SubscriptStore":
        key = target.child("slice")
        return str(key.value) if key is not None and key.kind == "Constant" else ""
    return str(target.value) if target.kind in ("NameStore", "AttributeStore") else ""
