"""Tests on a model's name, evaluated: `==`, `in`, `startswith`, `re`, `any(…)` and what joins them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.decide.branches.forms import JUNCTIONS, METHODS, REGEX, TURNED, looped
from migrator.know.predicates.budget import MAX_DEPTH, Budget, Stop, Thrown
from migrator.know.predicates.operations import method, searched
from migrator.read.scopes import dotted, last_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from migrator.decide.linked import Linked
    from migrator.read.nodes import Node

_STATED = frozenset({"text", "list", "dict", "number"})


class Unknown(Exception):  # noqa: N818 - no error: a value that the source does not say
    """An expression whose value cannot be told."""


class Outcome(NamedTuple):
    """The truth of a test for the old name and for the new one."""

    before: bool
    after: bool


_ANY = frozenset({Outcome(True, True), Outcome(False, False)})
EITHER = frozenset({True, False})


class NameAsked(NamedTuple):
    """The tested expression's source, what it is now, and whether that is after the migration."""

    subject: str
    text: str
    after: bool = False


class Predicates:
    """Evaluates tests; after the migration strings say what `texts` tells, displays hold what is `grown`."""

    def __init__(
        self, linked: Linked, texts: Callable[[Node], str], grown: Mapping[Node, set[str]] | None = None
    ) -> None:
        self.linked = linked
        self.texts = texts
        self.grown = grown or {}
        self.budget = Budget()
        self._memo: dict[tuple[Node, NameAsked], bool | None] = {}

    # -- truth -------------------------------------------------------------------------------------

    def outcomes(self, test: Node, subject: str, old: str, new: str) -> frozenset[Outcome]:
        """Every pair of truths that a test may have for two names, whatever else it asks."""
        if test.kind == "BoolOp":
            first, *rest = (self.outcomes(part, subject, old, new) for part in test.all("values"))
            for other in rest:
                first = frozenset(_both(test.value, one, two) for one in first for two in other)
            return first
        if test.kind == "UnaryOp" and test.value == "Not":
            inner = self.outcomes(test.child("operand") or test, subject, old, new)
            return frozenset(Outcome(not one.before, not one.after) for one in inner)
        before = self._known(test, NameAsked(subject, old))
        after = None if before is None else self._known(test, NameAsked(subject, new, after=True))
        return _ANY if before is None or after is None else frozenset({Outcome(before, after)})

    def truths(self, test: Node, names: NameAsked) -> frozenset[bool]:
        """Every truth that a test may have for one name."""
        if test.kind == "BoolOp":
            return joined(test.value, [self.truths(part, names) for part in test.all("values")])
        if test.kind == "UnaryOp" and test.value == "Not":
            return frozenset(not one for one in self.truths(test.child("operand") or test, names))
        known = self._known(test, names)
        return EITHER if known is None else frozenset({known})

    def _known(self, test: Node, names: NameAsked) -> bool | None:
        """Whether a test holds, found out once; none if that cannot be told."""
        key = test, names
        if key not in self._memo:
            try:
                self._memo[key] = self.truth(test, names)
            except Unknown:
                self._memo[key] = None
        return self._memo[key]

    def truth(self, test: Node, names: NameAsked) -> bool:
        """Whether a test holds; in a loop over a collection of texts, whether it holds for one of them."""
        self.budget = Budget()
        try:
            return self._truth(test, names)
        except (Stop, Thrown) as ended:
            raise Unknown from ended

    def _truth(self, test: Node, names: NameAsked) -> bool:
        loop = looped(test)
        if loop is None:
            return bool(self.value(test, names))
        items = self.value(loop.child("iter"), names)
        if not isinstance(items, tuple) or not all(isinstance(item, str) for item in items):
            raise Unknown
        bound = (_Bound(self, str(loop.child("target").value), item) for item in items)  # type: ignore[union-attr]
        return any(bool(one.value(test, names)) for one in bound)

    def differs(self, test: Node, subject: str, old: str, new: str) -> Outcome | None:
        """The outcome of a test that two names do not share."""
        found = [one for one in self.outcomes(test, subject, old, new) if one.before != one.after]
        return sorted(found)[0] if found else None

    # -- values ------------------------------------------------------------------------------------

    def value(self, node: Node | None, names: NameAsked) -> Any:  # noqa: ANN401 - strings, truths, tuples
        """The value of an expression; raises Unknown."""
        if node is None:
            return None
        if node.source == names.subject:
            return names.text
        rule = _RULES.get(node.kind)
        if rule is None or self.budget.depth > MAX_DEPTH:
            raise Unknown
        self.budget.spend()
        self.budget.depth += 1
        try:
            return self.budget.sized(rule(self, node, names))
        finally:
            self.budget.depth -= 1

    def _constant(self, node: Node, names: NameAsked) -> Any:  # noqa: ANN401
        if names.after and isinstance(node.value, str):
            return self.texts(node)
        return node.value

    def _display(self, node: Node, names: NameAsked) -> tuple[Any, ...]:
        field = "keys" if node.kind == "Dict" else "elts"
        found = [self.value(one, names) for one in node.all(field)]
        gained = self.grown.get(node, set()) if names.after else set()
        return (*found, *sorted(gained))

    def stated(self, named: Node) -> Node | None:
        """The one text, number or display that a name stands for; none if it may be another or is unseen."""
        values = self.linked.values.of(named)
        return values[0].node if len(values) == 1 and values[0].kind in _STATED else None

    def _named(self, node: Node, names: NameAsked) -> Any:  # noqa: ANN401
        stated = self.stated(node)
        if stated is None:
            raise Unknown
        return self.value(stated, names)

    def _attribute(self, node: Node, names: NameAsked) -> Any:  # noqa: ANN401
        base = node.child("value")
        if node.value in ("value", "name") and base is not None and base.source == names.subject:
            return names.text
        return self._named(node, names)

    def _either(self, node: Node, names: NameAsked) -> Any:  # noqa: ANN401
        found: Any = None
        for part in node.all("values"):
            found = self.value(part, names)
            if bool(found) == (node.value == "Or"):
                return found
        return found

    def _not(self, node: Node, names: NameAsked) -> bool:
        if node.value != "Not":
            raise Unknown
        return not self.value(node.child("operand"), names)

    def _compare(self, node: Node, names: NameAsked) -> bool:
        left = self.value(node.child("left"), names)
        for operator, right_node in zip(node.value, node.all("comparators"), strict=True):
            right = self.value(right_node, names)
            if not self._holds(operator, left, right):
                return False
            left = right
        return True

    def _holds(self, operator: str, left: Any, right: Any) -> bool:  # noqa: ANN401
        if operator in ("Eq", "Is"):
            return bool(left == right)
        if operator in ("NotEq", "IsNot"):
            return bool(left != right)
        if operator in ("In", "NotIn") and isinstance(right, (str, tuple)):
            if isinstance(right, str) and not isinstance(left, str):
                raise Unknown
            return (left in right) == (operator == "In")
        raise Unknown

    def _choice(self, node: Node, names: NameAsked) -> Any:  # noqa: ANN401
        return self.value(node.child("body" if self.value(node.child("test"), names) else "orelse"), names)

    def _item(self, node: Node, names: NameAsked) -> Any:  # noqa: ANN401
        base, index = self.value(node.child("value"), names), node.child("slice")
        if index is None or not isinstance(base, (str, tuple, list)):
            raise Unknown
        try:
            return base[self._index(index, names)]
        except (IndexError, TypeError) as error:
            raise Unknown from error

    def _index(self, node: Node, names: NameAsked) -> Any:  # noqa: ANN401
        if node.kind == "UnaryOp" and node.value == "USub":
            return -self.value(node.child("operand"), names)
        if node.kind == "Slice":
            parts = [node.child(name) for name in ("lower", "upper", "step")]
            return slice(*(self._index(part, names) if part is not None else None for part in parts))
        return self.value(node, names)

    def _pattern(self, node: Node, names: NameAsked) -> bool:
        return bool(self.value(node.child("value"), names) == names.text)

    def _patterns(self, node: Node, names: NameAsked) -> bool:
        return any(self.value(one, names) for one in node.all("patterns"))

    def _captured(self, node: Node, names: NameAsked) -> bool:
        pattern = node.child("pattern")
        return pattern is None or bool(self.value(pattern, names))

    # -- calls -------------------------------------------------------------------------------------

    def _call(self, node: Node, names: NameAsked) -> Any:  # noqa: ANN401
        func, arguments = node.child("func"), node.all("args")
        name = last_name(func)
        if func is None or node.all("keywords"):
            raise Unknown
        if name in JUNCTIONS and len(arguments) == 1:
            found = list(self._generated(arguments[0], names))
            return any(found) if name == "any" else all(found)
        if func.kind == "Attribute" and name in REGEX:
            return self._matched(node, func, name, names)
        if func.kind == "Attribute" and name in METHODS:
            base = self.value(func.child("value"), names)
            return self._method(base, name, [self.value(one, names) for one in arguments], node)
        if name in TURNED and len(arguments) == 1:
            inner = self.value(arguments[0], names)
            return str(inner) if name == "str" else bool(inner) if name == "bool" else inner
        raise Unknown

    def _method(self, base: Any, name: str, arguments: list[Any], node: Node) -> Any:  # noqa: ANN401
        if not isinstance(base, str):
            raise Unknown
        found = method(base, name, tuple(arguments), node, self.budget)
        return tuple(found) if isinstance(found, list) else found

    def _matched(self, node: Node, func: Node, name: str, names: NameAsked) -> bool:
        arguments = node.all("args")
        pattern = (
            arguments[0] if dotted(func).startswith("re.") and len(arguments) == 2 else self._compiled(func)
        )
        tested = arguments[-1] if arguments else None
        if pattern is None or len(arguments) > 2:
            raise Unknown
        text, source = self.value(tested, names), self.value(pattern, names._replace(after=False))
        return searched(name, source, text, 0, node, self.budget) is not None

    def _compiled(self, func: Node) -> Node | None:
        """The pattern of `PATTERN.match(…)` where `PATTERN = re.compile("…")`."""
        for value in self.linked.values.of(func.child("value")):
            call = value.node
            if value.kind == "object" and value.path == "re.compile()" and len(call.all("args")) == 1:
                return call.all("args")[0]
        return None

    def _generated(self, node: Node, names: NameAsked) -> Iterator[Any]:
        """The values of `… for x in collection`."""
        loops = node.all("generators")
        target = loops[0].child("target") if len(loops) == 1 else None
        if node.kind not in ("GeneratorExp", "ListComp") or target is None or target.kind != "NameStore":
            raise Unknown
        if loops[0].all("ifs"):
            raise Unknown
        items = self.value(loops[0].child("iter"), names)
        if not isinstance(items, tuple):
            raise Unknown
        for item in items:
            yield _Bound(self, str(target.value), item).value(node.child("elt"), names)


class _Bound(Predicates):
    """The same, with a loop's variable bound."""

    def __init__(self, outer: Predicates, name: str, item: Any) -> None:  # noqa: ANN401
        super().__init__(outer.linked, outer.texts, outer.grown)
        self.budget = outer.budget
        self.name = name
        self.item = item

    def value(self, node: Node | None, names: NameAsked) -> Any:  # noqa: ANN401
        if node is not None and node.kind == "Name" and node.value == self.name:
            return self.item
        return super().value(node, names)


_RULES: dict[str, Callable[[Predicates, Node, NameAsked], Any]] = {
    "Constant": Predicates._constant,
    "Tuple": Predicates._display,
    "List": Predicates._display,
    "Set": Predicates._display,
    "Dict": Predicates._display,
    "Name": Predicates._named,
    "Attribute": Predicates._attribute,
    "BoolOp": Predicates._either,
    "UnaryOp": Predicates._not,
    "Compare": Predicates._compare,
    "IfExp": Predicates._choice,
    "Subscript": Predicates._item,
    "Call": Predicates._call,
    "MatchValue": Predicates._pattern,
    "MatchOr": Predicates._patterns,
    "MatchAs": Predicates._captured,
}


def joined(operator: str, parts: Sequence[frozenset[bool]]) -> frozenset[bool]:
    """What parts with these truths may say together."""
    one_decides = operator == "Or"
    found = {one_decides} if any(one_decides in part for part in parts) else set()
    if all((not one_decides) in part for part in parts):
        found.add(not one_decides)
    return frozenset(found)


def _both(operator: str, one: Outcome, other: Outcome) -> Outcome:
    if operator == "And":
        return Outcome(one.before and other.before, one.after and other.after)
    return Outcome(one.before or other.before, one.after or other.after)
