"""What the numbers of a row mean: figures of the catalogue, in a unit that rows of the same table prove."""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.meanings import snake
from migrator.decide.prompts.prompt_templates import returned
from migrator.read.scopes import last_name, parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.linked import Linked
    from migrator.read.nodes import Node
    from migrator.rulebook.catalog_rules import Model
    from migrator.rulebook.table_rules import FigureRule, FlagRule, RefusalRule, TableRules

_LEAST_TOKENS = 1024
_KIBI = 1.024
_THOUSANDS = re.compile(r"(\d+)\s*[kK]")


class Number(NamedTuple):
    """A number in a row: `path` are the names on the way to it, `node` the expression that states it.

    `factor`: what the expression around it multiplies it by (1e-6 in `tokens * 0.15 / 1e6`); `value` has it.
    """

    node: Node
    path: tuple[str, ...]
    value: float
    factor: float = 1.0

    @property
    def name(self) -> str:
        return self.path[-1] if self.path else ""


class Meaning(NamedTuple):
    """A figure of the catalogue, and by what it is multiplied."""

    figure: str
    scale: float = 1.0
    unit: str = ""


@lru_cache(maxsize=1_000)
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


class Figures:
    """Reads numbers as figures."""

    def __init__(self, linked: Linked, rules: TableRules) -> None:
        self.linked = linked
        self.rules = rules
        self._known: dict[str, frozenset[str]] = {}

    # -- names -------------------------------------------------------------------------------------

    def _says(self, patterns: tuple[str, ...], names: Iterable[str]) -> bool:
        pattern = _any_of(patterns) if patterns else None
        return pattern is not None and any(pattern.search(snake(name)) for name in names if name)

    def side(self, path: tuple[str, ...], table: str) -> str:
        """The direction that a field speaks of; the table's name decides where the field has none."""
        for names in (reversed(path), (table,)):
            for name in names:
                for rule in self.rules.side:
                    if self._says(rule.patterns, (name,)):
                        return rule.id
        return ""

    def kinds(self, path: tuple[str, ...], table: str) -> set[str]:
        """`price`, `tokens` or `output-tokens`; the nearest name that says something counts."""
        return next((set(found) for name in (*reversed(path), table) if (found := self._kinds(name))), set())

    def _kinds(self, name: str) -> frozenset[str]:
        known = self._known.get(name)
        if known is None:
            told = (rule.kind for rule in self.rules.figure if self._says(rule.patterns, (name,)))
            known = self._known[name] = frozenset(told)
        return known

    def capability(self, name: str) -> tuple[str, ...]:
        """The modalities of which a model needs one, for a set or flag of this name."""
        for rule in self.rules.capability:
            if self._says(rule.patterns, (name,)):
                return rule.modalities
        return ()

    def flag(self, name: str) -> FlagRule | None:
        """The rule for a flag of this name, if it says whether a request parameter is taken."""
        return next((rule for rule in self.rules.flag if self._says(rule.patterns, (name,))), None)

    def parameter(self, names: Iterable[str]) -> str:
        """The request parameter whose value a field of one of these names holds."""
        given = list(names)
        return next((rule.parameter for rule in self.rules.field if self._says(rule.patterns, given)), "")

    def refusal(self, name: str) -> RefusalRule | None:
        """The rule under which a table of this name gains no rows."""
        return next((rule for rule in self.rules.refusal if self._says(rule.patterns, (name,))), None)

    # -- numbers -----------------------------------------------------------------------------------

    def prices(self, node: Node, name: str) -> list[Number]:
        """The numbers in what a name is given that are prices by their names; others are not looked up."""
        found = self._prices_only.numbers(node, (name,))
        return [one for one in found if self.is_price(one.path)]

    @cached_property
    def _prices_only(self) -> _Prices:
        return _Prices(self.linked, self.rules)

    def is_price(self, path: tuple[str, ...]) -> bool:
        """Whether the nearest name that says something says that it is a price."""
        return "price" in self.kinds(path, "")

    def states_prices(self, node: Node) -> bool:
        """Whether a record has a price for what goes in and one for what comes out, whatever they are."""
        prices = (n for n in self.numbers(node) if self.is_price(n.path) or self._is_of_side(n))
        return {self.side(one.path, "") for one in prices} >= {"input", "output"}

    def _is_of_side(self, number: Number) -> bool:
        """Whether a number is called as a side and nothing more, and is none of a count: `input=5.0`."""
        name = snake(number.name)
        told = any(_any_of(rule.patterns).fullmatch(name) for rule in self.rules.side)
        return told and not self.kinds(number.path, "") and isinstance(number.node.value, float)

    def is_asked(self, path: tuple[str, ...]) -> bool:
        """Whether numbers of these names matter."""
        return True

    def numbers(self, node: Node, path: tuple[str, ...] = ()) -> Iterator[Number]:
        """Every number in a row's value, with the names on the way to it."""
        is_asked = node.kind in ("Constant", "UnaryOp", "BinOp") or self.is_asked(path)
        stated = self.stated(node) if is_asked else None
        if stated is not None:
            yield Number(node, path, stated)
        elif node.kind == "Dict":
            for key, value in zip(node.all("keys"), node.all("values"), strict=False):
                yield from self.numbers(
                    value, (*path, str(key.value if key.kind == "Constant" else last_name(key)))
                )
        elif node.kind in ("Tuple", "List"):
            for at, value in enumerate(node.all("elts")):
                yield from self.numbers(value, (*path, f"#{at}"))
        elif node.kind == "Call":
            yield from self._arguments(node, path)
        elif node.kind == "BinOp":
            yield from self._prices(node, path, 1.0)
        elif node.kind == "Lambda":
            yield from self.numbers(node.child("body") or node, path)
        elif node.kind in ("Return", "Assign", "AnnAssign", "AugAssign", "Expr"):
            stated_by, target = node.child("value"), node.child("targets") or node.child("target")
            name = (str(target.value),) if target is not None and target.value else ()
            if stated_by is not None:
                yield from self.numbers(stated_by, (*path, *name))

    def _prices(self, node: Node, path: tuple[str, ...], scale: float) -> Iterator[Number]:
        """What counts of tokens are multiplied by: `(prompt_tokens * 2.5 + completion_tokens * 10) / 1e6`."""
        if node.kind == "BinOp" and node.value in ("Add", "Sub"):
            for side in ("left", "right"):
                yield from self._prices(node.child(side) or node, path, scale)
            return
        over, under = _factors(node)
        divisors = [self.stated(one) for one in under]
        stated = [(one, value) for one in over if (value := self.stated(one)) is not None]
        counts = [one for one in over if self.stated(one) is None]
        if len(counts) != 1 or not all(divisors):
            return
        factor = scale * math.prod(value for _, value in stated) / math.prod(d for d in divisors if d)
        odd = [(one, value) for one, value in stated if value and not math.log10(abs(value)).is_integer()]
        told = odd or [(one, value) for one, value in stated if value]
        names = [str(n.value) for n in (counts[0], *counts[0].descendants()) if isinstance(n.value, str)]
        name = next((one for one in names if self.side((one,), "") in ("input", "output", "cached")), "")
        if not told and counts[0].kind == "BinOp" and counts[0] != node:
            yield from self._prices(counts[0], path, factor)
        elif told:
            (literal, value), *others = told
            named = (*path, f"price_of_{name}") if name else path
            yield Number(node, named, math.nan) if others else Number(literal, named, factor, factor / value)

    def _arguments(self, call: Node, path: tuple[str, ...]) -> Iterator[Number]:
        fields = self._fields(call) if call.all("args") else []
        for at, value in enumerate(call.all("args")):
            yield from self.numbers(value, (*path, fields[at] if at < len(fields) else f"#{at}"))
        for keyword in call.all("keywords"):
            given = keyword.child("value")
            if keyword.value and given is not None:
                yield from self.numbers(given, (*path, str(keyword.value)))

    def _fields(self, call: Node) -> list[str]:
        """The names of a record class's fields, or of a function's parameters, in order."""
        for value in self.linked.values.of(call.child("func")):
            if value.kind == "function":
                return [str(one.value) for one in parameters(value.node)]
            if value.kind == "class":
                made = value.node.file.bindings.get((value.node.index, "__init__"), ())
                if made:
                    return [str(one.value) for one in parameters(value.node.file.node(made[-1]))[1:]]
                targets = [n.child("target") for n in value.node.all("body") if n.kind == "AnnAssign"]
                return [str(target.value) for target in targets if target is not None]
        return []

    def stated(self, node: Node) -> float | None:
        """What an expression states: literals, `Decimal("…")`, a name, `thousand(128)`."""
        if node.kind == "Call" and last_name(node.child("func")) in ("Decimal", "float", "int"):
            arguments = node.all("args")
            return (
                _parsed(arguments[0].value)
                if len(arguments) == 1 and arguments[0].kind == "Constant"
                else None
            )
        if node.kind == "Call":
            given = computed(next(iter(node.all("args")), None))
            factor = self.unit(node) if given is not None else None
            return given * factor if factor is not None and given is not None else None
        if node.kind == "Constant" and isinstance(node.value, str):
            thousands = _THOUSANDS.fullmatch(node.value)
            return int(thousands.group(1)) * 1000.0 if thousands else None
        if node.kind in ("Name", "Attribute"):
            if node.kind == "Name" and any(b.kind == "arg" for b in self.linked.project.bindings(node)):
                return None
            values = self.linked.values.of(node)
            return computed(values[0].node) if len(values) == 1 and values[0].kind == "number" else None
        return computed(node)

    def unit(self, call: Node) -> float | None:
        """By what the program's function of one number multiplies it: `def thousand(n): return n * 1000`."""
        if len(call.all("args")) != 1 or call.all("keywords"):
            return None
        functions = [v.node for v in self.linked.values.of(call.child("func")) if v.kind == "function"]
        answers = returned(functions[0]) if len(functions) == 1 else []
        if len(answers) != 1:
            return None
        named, answer = [p.value for p in parameters(functions[0])], answers[0]
        left, right = answer.child("left"), answer.child("right")
        if len(named) != 1 or left is None or right is None:
            return None
        if answer.value == "Mult":
            return computed(right if left.value == named[0] else left)
        divisor = computed(right) if answer.value == "Div" and left.value == named[0] else None
        return 1 / divisor if divisor else None

    # -- meanings ----------------------------------------------------------------------------------

    def meanings(self, number: Number, model: Model, table: str, *, priced: bool = False) -> list[Meaning]:
        """What a number may be, for a model whose figures are known; the likeliest first.

        `priced`: other numbers of the row are prices, so that a whole number may be one too.
        """
        side, kinds = self.side(number.path, table), self.kinds(number.path, table)
        if side == "other":
            return []
        if priced and side and not kinds:
            kinds = {"price"}
        found: list[Meaning] = []
        for rule in self.rules.figure:
            figure = getattr(model, rule.id)
            told = side if rule.kind == "price" else self.side(number.path, "")
            if figure and _fits(rule, told, kinds):
                found += self._scaled(rule, number.value, float(figure), kinds)
        return found

    def _scaled(self, rule: FigureRule, value: float, figure: float, kinds: set[str]) -> Iterator[Meaning]:
        if rule.kind != "price":
            if value >= _LEAST_TOKENS and _equal(value, figure):
                yield Meaning(rule.id)
            elif value >= _LEAST_TOKENS and _equal(value, figure * _KIBI):
                yield Meaning(rule.id, _KIBI)
            return
        for unit in self.rules.unit:
            if _equal(value * unit.divisor, figure) and ("price" in kinds or not float(value).is_integer()):
                yield Meaning(rule.id, 1 / unit.divisor, unit.id)

    def needs_meaning(self, number: Number, table: str) -> bool:
        """Whether names say that it is a price or a window: a copy of the old one would be wrong."""
        kinds = self.kinds(number.path, table)
        if "price" in kinds:
            return number.value != 0
        is_window = (
            "tokens" in kinds and "output-tokens" not in kinds and self.side(number.path, table) != "other"
        )
        return is_window and number.value >= _LEAST_TOKENS


class _Prices(Figures):
    """Reads numbers that are prices by their names."""

    def is_asked(self, path: tuple[str, ...]) -> bool:
        return self.is_price(path)


def _factors(node: Node) -> tuple[list[Node], list[Node]]:
    """What a product multiplies, and what it divides by."""
    left, right = node.child("left"), node.child("right")
    if node.kind != "BinOp" or node.value not in ("Mult", "Div") or left is None or right is None:
        return [node], []
    (over, under), (more, less) = _factors(left), _factors(right)
    return (over + more, under + less) if node.value == "Mult" else (over + less, under + more)


def _fits(rule: FigureRule, side: str, kinds: set[str]) -> bool:
    if kinds and rule.kind not in kinds and not (rule.kind == "output-tokens" and "tokens" in kinds):
        return False
    if rule.kind == "price":
        return rule.side == side or (not side and rule.side != "cached")
    return side in ("", "cached") or (rule.side in ("", side) and not (side == "output" and rule.side == ""))


def _equal(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9)


def _parsed(value: object) -> float | None:
    try:
        return float(Decimal(str(value).replace("_", "")))
    except InvalidOperation:
        return None


def computed(node: Node | None) -> float | None:
    """The value of arithmetic on number literals."""
    if node is None:
        return None
    if node.kind == "Constant":
        value = node.value
        return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    if node.kind == "UnaryOp" and node.value == "USub":
        inner = computed(node.child("operand"))
        return None if inner is None else -inner
    if node.kind == "BinOp":
        return _arithmetic(str(node.value), computed(node.child("left")), computed(node.child("right")))
    return None


def _arithmetic(operator: str, left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return None
    if operator == "Mult":
        return left * right
    if operator == "Div" and right:
        return left / right
    if operator == "Pow" and abs(right) <= 64 and abs(left) <= 1024:
        return float(left**right)
    return left + right if operator == "Add" else left - right if operator == "Sub" else None


# -- writing a number as another was written -----------------------------------------------------


def written(value: float, like: str) -> str:
    """`value` in the notation of the literal `like`: separators, decimals, exponent."""
    text = like.strip()
    if "e" in text.lower() and not text.lower().startswith("0x"):
        return _exponent(value, text)
    whole = float(value).is_integer()
    if "." not in text:
        plain = int(value) if whole else value
        return _decimal(value) if not whole else f"{plain:_}" if "_" in text else str(plain)
    fraction, shown = text.partition(".")[2].replace("_", ""), _decimal(value)
    places = len(fraction) if fraction.endswith("0") else 1
    have = len(shown.partition(".")[2])
    return shown + ("" if "." in shown else ".") + "0" * (places - have) if have < places else shown


def _decimal(value: float) -> str:
    text = format(Decimal(repr(float(f"{value:.12g}"))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _exponent(value: float, like: str) -> str:
    mantissa, _, power = like.lower().partition("e")
    exact = Decimal(repr(float(f"{value:.12g}")))
    wanted = exact.adjusted() if "." in mantissa or exact.adjusted() < 0 else int(power)
    shown = format((exact / (Decimal(10) ** wanted)).normalize(), "f")
    if "." in mantissa and "." not in shown:
        shown += ".0"
    sign = "-" if wanted < 0 else "+" if "+" in power else ""
    digits = len(power.lstrip("+-"))
    letter = "E" if "E" in like else "e"
    return f"{shown}{letter}{sign}{abs(wanted):0{digits}d}"
