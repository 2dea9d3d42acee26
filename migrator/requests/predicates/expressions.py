"""Expressions, evaluated for what some of them are given to be; what is not known stays a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.requests.predicates import operations
from migrator.requests.predicates.budget import (
    MAX_DEPTH,
    Budget,
    Stop,
    Thrown,
    Unknown,
    holds_unknown,
    is_unknown,
    throw,
)
from migrator.requests.predicates.frames import Frame, Function, Library, Method

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from migrator.read.nodes import Node
    from migrator.requests.predicates.frames import World

_TOLD = frozenset({"Name", "Attribute", "Subscript", "Call", "Await"})
_FUNCTIONS = ("FunctionDef", "AsyncFunctionDef", "Lambda")
_WITH_UNKNOWN = frozenset(
    {
        "append",
        "extend",
        "insert",
        "add",
        "get",
        "pop",
        "setdefault",
        "update",
        "keys",
        "values",
        "items",
        "copy",
    }
)


class Expressions:
    """Evaluates expressions of one world within one budget; what calls do is told by a subclass."""

    def __init__(self, world: World, budget: Budget) -> None:
        self.world = world
        self.budget = budget

    def value(self, node: Node | None, frame: Frame) -> Any:  # noqa: ANN401
        """What an expression is; may raise Thrown, and Stop where all steps are taken."""
        if node is None:
            return None
        self.budget.spend()
        if node.kind in _TOLD:
            told = frame.told(node.source)
            if told is not None:
                return told[0]
        rule = _RULES.get(node.kind)
        if rule is None or self.budget.depth > MAX_DEPTH:
            return self.unknown(node, "too many" if rule is not None else "computed")
        self.budget.depth += 1
        try:
            return rule(self, node, frame)
        except Stop as stop:
            if self.budget.left < 0:
                raise
            return self.unknown(node, stop.why)
        finally:
            self.budget.depth -= 1

    def unknown(self, node: Node, why: Any = "computed") -> Unknown:  # noqa: ANN401
        """The word that something is not known."""
        self.budget.unknowns += 1
        return Unknown(node, why)

    def truth(self, value: Any, node: Node) -> bool | Unknown:  # noqa: ANN401
        """Whether a value counts as true."""
        if is_unknown(value):
            return value  # type: ignore[no-any-return]
        if isinstance(value, (Function, Library, Method)):
            return True
        return bool(value) if not hasattr(value, "places") else True

    # -- what stands there -------------------------------------------------------------------------

    def _constant(self, node: Node, _frame: Frame) -> Any:  # noqa: ANN401
        value = self.world.said(node)
        return value if isinstance(value, operations.PLAIN) else self.unknown(node)

    def _tuple(self, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        return tuple(self._elements(node, frame))

    def _list(self, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        return self._elements(node, frame)

    def _set(self, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        return {self._hashable(one, node) for one in self._elements(node, frame)}

    def _elements(self, node: Node, frame: Frame) -> list[Any]:
        found: list[Any] = []
        for element in node.all("elts"):
            if element.kind == "Starred":
                inner = self.iterated(self.value(element.first, frame), element)
                found += [Unknown(element)] if isinstance(inner, Unknown) else inner
            else:
                found.append(self.value(element, frame))
        found += self.world.gained(node)
        self.budget.sized(found)
        return found

    def _dict(self, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        found: dict[Any, Any] = {}
        key: Any = None
        for child in node.children():
            if child.field == "keys":
                key = self._hashable(self.value(child, frame), child)
            elif child.field == "values":
                found[key] = self.value(child, frame)
            else:
                spread = self.value(child, frame)
                if not isinstance(spread, dict):
                    return self.unknown(child)
                found.update(spread)
        found.update({key: Unknown(node) for key in self.world.gained(node) if key not in found})
        return self.budget.sized(found)

    def _hashable(self, value: Any, node: Node) -> Any:  # noqa: ANN401
        try:
            hash(value)
        except TypeError as error:
            throw(node, error)
        return value

    def _text(self, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        found = []
        for part in node.children():
            if part.kind == "Constant":
                found.append(str(self.world.said(part)))
                continue
            inner = self.value(part.child("value"), frame)
            if is_unknown(inner):
                return inner
            plain = type(inner) in (str, int, float, bool, type(None))
            if not plain or part.child("format_spec") is not None or "!" in node.source:
                return self.unknown(part)
            found.append(str(inner))
        return self.budget.sized("".join(found))

    # -- names -------------------------------------------------------------------------------------

    def _name(self, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        known = frame.lookup(str(node.value))
        return known[0] if known is not None else self._meant(node, frame)

    def _attribute(self, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        base = node.first
        if base.kind in _TOLD and node.value in ("value", "name"):
            told = frame.told(base.source)
            if told is not None and isinstance(told[0], str):
                return told[0]
        found = self._meant(node, frame) if base.kind in ("Name", "Attribute") else Unknown(node)
        if not is_unknown(found):
            return found
        inner = self.value(base, frame)
        if is_unknown(inner):
            return inner
        if operations.knows_method(inner, str(node.value)):
            return Method(inner, str(node.value))
        if isinstance(inner, Library):
            return Library(f"{inner.path}.{node.value}")
        return self.unknown(node)

    def _meant(self, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        """What a name stands for that this evaluation has not bound."""
        path = self.world.library(node)
        if path:
            return Library(path)
        meant = self.world.meant(node)
        if meant is None:
            return self.unknown(node, "not read")
        home = self._home(meant, frame)
        if meant.kind in _FUNCTIONS:
            if self._is_property(meant):
                return self.called(Function(meant, home, _receiver(node)), (), {}, node, frame)
            return Function(meant, home, _receiver(node))
        return self.value(meant, home)

    def _home(self, node: Node, frame: Frame) -> Frame:
        """The frame of the scope that an expression stands in."""
        one: Frame | None = frame
        while one is not None:
            if one.scope is not None and node.scope is one.scope and node.scope.kind != "Module":
                return one
            one = one.outer
        return Frame(node.scope)

    def _is_property(self, function: Node) -> bool:
        names = {str(one.value) for one in function.decorators}
        return bool(names & {"property", "cached_property", "computed_field"})

    # -- operators ---------------------------------------------------------------------------------

    def _junction(self, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        """`and`, `or`: a part that decides ends it, also behind one that is not known."""
        ends = node.value == "Or"
        found: Any = None
        doubt: Unknown | None = None
        for part in node.all("values"):
            found = self._part(part, frame, doubt)
            truth = self.truth(found, part)
            if isinstance(truth, Unknown):
                doubt = doubt or truth
            elif truth == ends:
                return found if doubt is None else ends
        if doubt is None:
            return found
        return doubt

    def _part(self, part: Node, frame: Frame, doubt: Unknown | None) -> Any:  # noqa: ANN401
        try:
            return self.value(part, frame)
        except Thrown:
            if doubt is None:
                raise
            return doubt

    def _unary(self, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        inner = self.value(node.first, frame)
        if is_unknown(inner):
            return inner
        if node.value == "Not":
            return not self.truth(inner, node)
        if node.value == "USub" and isinstance(inner, (int, float)):
            return -inner
        return self.unknown(node)

    def _binary(self, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        left, right = self.value(node.child("left"), frame), self.value(node.child("right"), frame)
        return self.combined(str(node.value), left, right, node)

    def combined(self, name: str, left: Any, right: Any, node: Node) -> Any:  # noqa: ANN401
        """A binary operation on what may not be known."""
        for one in (left, right):
            if is_unknown(one):
                return one
            if not isinstance(one, operations.PLAIN):
                return self.unknown(node)
        return operations.combined(name, left, right, node, self.budget)

    def _compare(self, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        left_node = node.first
        left = self.value(left_node, frame)
        doubt: Unknown | None = None
        for name, right_node in zip(node.value, node.all("comparators"), strict=True):
            right = self._part(right_node, frame, doubt)
            found = self._compared(str(name), left, right, node)
            if found is False:
                return False
            if isinstance(found, Unknown):
                doubt = doubt or found
            left = right
        return doubt if doubt is not None else True

    def _compared(self, name: str, left: Any, right: Any, node: Node) -> bool | Unknown:  # noqa: ANN401
        if name in ("Is", "IsNot", "Eq", "NotEq") and not all(map(_is_plain, (left, right))):
            return self._against_none(name, left, right, node)
        for one in (left, right):
            if is_unknown(one):
                return one  # type: ignore[no-any-return]
            if not _is_plain(one):
                return self.unknown(node)
        if name in ("Is", "IsNot") and not any(one is None or isinstance(one, bool) for one in (left, right)):
            name = {"Is": "Eq", "IsNot": "NotEq"}[name]
        found = operations.compared(name, left, right, node, self.budget)
        doubt = holds_unknown(right) or holds_unknown(left)
        if doubt is not None and not (name in ("In", "NotIn") and found == (name == "In")):
            return doubt
        return found

    def _against_none(self, name: str, left: Any, right: Any, node: Node) -> bool | Unknown:  # noqa: ANN401
        """What is no plain value is compared with None alone."""
        doubt = next((one for one in (left, right) if isinstance(one, Unknown)), None)
        if doubt is not None:
            return doubt
        if left is None or right is None:
            return name in ("IsNot", "NotEq")
        return self.unknown(node)

    def _choice(self, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        test = node.child("test")
        truth = self.truth(self.value(test, frame), node)
        if isinstance(truth, Unknown):
            ways = [self._part(node.child(field), frame, truth) for field in ("body", "orelse")]  # type: ignore[arg-type]
            return ways[0] if _is_plain(ways[0]) and _same(ways[0], ways[1]) else truth
        return self.value(node.child("body" if truth else "orelse"), frame)

    def _named(self, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        value = self.value(node.child("value"), frame)
        target = node.child("target")
        if target is not None:
            frame.names[str(target.value)] = value
        return value

    def _item(self, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        base, index = self.value(node.first, frame), node.child("slice")
        key = self._key(index, frame) if index is not None else None
        for one in (base, key):
            if is_unknown(one):
                return one
        if isinstance(base, dict) and key not in base:
            doubt = next(filter(is_unknown, base), None)
            if doubt is not None:
                return doubt
        return operations.item(base, key, node, self.budget)

    def _key(self, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        if node.kind != "Slice":
            return self._hashable(self.value(node, frame), node)
        parts = [self.value(node.child(name), frame) for name in ("lower", "upper", "step")]
        doubt = next(filter(is_unknown, parts), None)
        return doubt if doubt is not None else slice(*parts)

    # -- comprehensions ----------------------------------------------------------------------------

    def _collected(self, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        found = []
        for inner in self._looped(node.all("generators"), frame):
            if isinstance(inner, Unknown):
                return inner
            found.append(self.value(node.child("elt"), inner))
            self.budget.sized(found)
        if node.kind == "SetComp":
            return {self._hashable(one, node) for one in found}
        return found

    def _mapped(self, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        found: dict[Any, Any] = {}
        for inner in self._looped(node.all("generators"), frame):
            if isinstance(inner, Unknown):
                return inner
            key = self._hashable(self.value(node.child("key"), inner), node)
            found[key] = self.value(node.child("value"), inner)
            self.budget.sized(found)
        return found

    def _looped(self, loops: list[Node], frame: Frame) -> Iterator[Frame | Unknown]:
        """The frames of a comprehension's rounds; what is not known where they cannot be told."""
        if not loops:
            yield frame
            return
        items = self.iterated(self.value(loops[0].child("iter"), frame), loops[0])
        if isinstance(items, Unknown):
            yield items
            return
        for item in items:
            inner = frame.inner({})
            self.bind(loops[0].child("target"), item, inner)
            truths = [self.truth(self.value(test, inner), test) for test in loops[0].all("ifs")]
            doubt = next((one for one in truths if isinstance(one, Unknown)), None)
            if False in truths:
                continue
            if doubt is not None:
                yield doubt
            else:
                yield from self._looped(loops[1:], inner)

    def iterated(self, value: Any, node: Node) -> list[Any] | Unknown:  # noqa: ANN401
        """What a loop goes through."""
        if is_unknown(value):
            return value  # type: ignore[no-any-return]
        if not isinstance(value, (str, tuple, list, set, frozenset, dict)):
            return (
                self.unknown(node)
                if not isinstance(value, (int, float, type(None)))
                else throw(node, TypeError())
            )
        if isinstance(value, (set, frozenset)):
            try:
                return sorted(value)
            except TypeError:
                return list(value)
        return list(value)

    def bind(self, target: Node | None, value: Any, frame: Frame) -> None:  # noqa: ANN401
        """Give a target a value."""
        if target is None:
            return
        if target.kind in ("NameStore", "Name"):
            frame.names[str(target.value)] = value
        elif target.kind in ("Tuple", "List"):
            targets = target.all("elts")
            items = self.iterated(value, target) if not is_unknown(value) else value
            if isinstance(items, Unknown) or any(one.kind == "Starred" for one in targets):
                items = [Unknown(target)] * len(targets)
            elif len(items) != len(targets):
                throw(target, ValueError())
            for one, item in zip(targets, items, strict=True):
                self.bind(one.first if one.kind == "Starred" else one, item, frame)

    # -- calls -------------------------------------------------------------------------------------

    def _lambda(self, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        return Function(node, frame)

    def _call(self, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        callee = self._callee(node.first, frame)
        given, named = self._arguments(node, frame)
        if is_unknown(callee):
            return callee
        if isinstance(callee, Function):
            return self.called(callee, given, named, node, frame)
        doubts = [holds_unknown(one) for one in (*given, *named.values())]
        doubt = next((one for one in doubts if one is not None), None)
        if isinstance(callee, Method):
            return self._method(callee, given, named, node, doubt)
        if not isinstance(callee, Library):
            return self.unknown(node)
        if callee.path in ("any", "all"):
            return self._any(callee.path, given, node)
        if callee.path == "isinstance" and len(node.all("args")) == 2:
            return self._is_instance(given, node)
        if "key" in named and callee.path in ("sorted", "min", "max"):
            return self._by_key(callee.path, given, named, node, frame)
        if doubt is not None:
            return doubt
        return operations.builtin(callee.path, given, named, node, self.budget)

    def _callee(self, func: Node, frame: Frame) -> Any:  # noqa: ANN401
        if func.kind == "Attribute":
            path = self.world.library(func)
            if path:
                return Library(path)
        return self.value(func, frame)

    def _arguments(self, node: Node, frame: Frame) -> tuple[tuple[Any, ...], dict[str, Any]]:
        given: list[Any] = []
        for argument in node.all("args"):
            if argument.kind == "Starred":
                items = self.iterated(self.value(argument.first, frame), argument)
                if isinstance(items, Unknown):
                    raise Stop("computed")
                given += items
            else:
                given.append(self.value(argument, frame))
        named: dict[str, Any] = {}
        for keyword in node.all("keywords"):
            value = self.value(keyword.first, frame)
            if keyword.value:
                named[str(keyword.value)] = value
            elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
                named.update(value)
            else:
                raise Stop("computed")
        return tuple(given), named

    def _method(
        self, method: Method, given: tuple[Any, ...], named: dict[str, Any], node: Node, doubt: Unknown | None
    ) -> Any:  # noqa: ANN401
        inner = holds_unknown(method.value)
        if (doubt is not None or inner is not None) and method.name not in _WITH_UNKNOWN:
            return doubt or inner
        if (
            doubt is not None
            and is_unknown(given[0] if given else None)
            and method.name in ("get", "pop", "setdefault")
        ):
            return doubt
        if method.name in ("get", "pop", "setdefault") and isinstance(method.value, dict):
            hidden = next(filter(is_unknown, method.value), None)
            if hidden is not None and given and given[0] not in method.value:
                return hidden
        return operations.method(method.value, method.name, given, named, node, self.budget)

    def _any(self, name: str, given: tuple[Any, ...], node: Node) -> Any:  # noqa: ANN401
        items = self.iterated(given[0], node) if len(given) == 1 else Unknown(node)
        if isinstance(items, Unknown):
            return items
        truths = [self.truth(one, node) for one in items]
        decided = name == "any"
        if any(one is decided for one in truths):
            return decided
        return next((one for one in truths if isinstance(one, Unknown)), not decided)

    def _is_instance(self, given: tuple[Any, ...], node: Node) -> Any:  # noqa: ANN401
        value, kinds = given
        known = kinds if isinstance(kinds, tuple) else (kinds,)
        types = [operations.TYPES.get(one.path) if isinstance(one, Library) else None for one in known]
        if not _is_plain(value) or None in types:
            return value if is_unknown(value) else self.unknown(node)
        return isinstance(value, tuple(one for one in types if one is not None))

    def _by_key(
        self, path: str, given: tuple[Any, ...], named: dict[str, Any], node: Node, frame: Frame
    ) -> Any:  # noqa: ANN401
        """`max(names, key=len)`: the keys are found first."""
        items = self.iterated(given[0], node) if len(given) == 1 else Unknown(node)
        if isinstance(items, Unknown):
            return items
        keys = [self._applied(named["key"], item, node, frame) for item in items]
        doubt = next((one for one in map(holds_unknown, keys) if one is not None), None)
        if doubt is not None:
            return doubt
        places = list(range(len(items)))
        rest = {key: value for key, value in named.items() if key in ("reverse",)}
        try:
            if path == "sorted":
                return [items[at] for at in sorted(places, key=keys.__getitem__, **rest)]
            if not places and "default" in named:
                return named["default"]
            return items[(min if path == "min" else max)(places, key=keys.__getitem__)]
        except (TypeError, ValueError) as error:
            throw(node, error)

    def _applied(self, function: Any, item: Any, node: Node, frame: Frame) -> Any:  # noqa: ANN401
        if isinstance(function, Function):
            return self.called(function, (item,), {}, node, frame)
        if isinstance(function, Library):
            return operations.builtin(function.path, (item,), {}, node, self.budget)
        return self.unknown(node)

    def called(
        self, function: Function, given: tuple[Any, ...], named: dict[str, Any], node: Node, frame: Frame
    ) -> Any:  # noqa: ANN401
        """What a call of a function of the program gives."""
        raise NotImplementedError


def _receiver(node: Node) -> str:
    """The source of what a method is taken of."""
    return str(node.first.source) if node.kind == "Attribute" else ""


def _is_plain(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, operations.PLAIN) and not is_unknown(value)


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401
    return type(one) is type(other) and bool(one == other)


def _inner(expressions: Expressions, node: Node, frame: Frame) -> Any:  # noqa: ANN401
    return expressions.value(node.first, frame)


_RULES: dict[str, Callable[[Expressions, Node, Frame], Any]] = {
    "Constant": Expressions._constant,
    "Tuple": Expressions._tuple,
    "List": Expressions._list,
    "Set": Expressions._set,
    "Dict": Expressions._dict,
    "JoinedStr": Expressions._text,
    "Name": Expressions._name,
    "Attribute": Expressions._attribute,
    "BoolOp": Expressions._junction,
    "UnaryOp": Expressions._unary,
    "BinOp": Expressions._binary,
    "Compare": Expressions._compare,
    "IfExp": Expressions._choice,
    "NamedExpr": Expressions._named,
    "Subscript": Expressions._item,
    "ListComp": Expressions._collected,
    "GeneratorExp": Expressions._collected,
    "SetComp": Expressions._collected,
    "DictComp": Expressions._mapped,
    "Lambda": Expressions._lambda,
    "Call": Expressions._call,
}
