"""What operators, builtins and methods make of values that are known; nothing else is ever called."""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any

from migrator.requests.predicates.budget import Budget, Stop, throw
from migrator.requests.predicates.frames import Pattern
from migrator.requests.predicates.patterns import Found, fits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from migrator.read.nodes import Node

_ORDERED: dict[str, Callable[[Any, Any], Any]] = {
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
}
_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mult": operator.mul,
    "Div": operator.truediv,
    "FloorDiv": operator.floordiv,
    "Mod": operator.mod,
    "BitOr": operator.or_,
    "BitAnd": operator.and_,
    "BitXor": operator.xor,
}
_FAILS = (TypeError, ValueError, KeyError, IndexError, ZeroDivisionError, OverflowError, AttributeError)
_SEQUENCES = (str, tuple, list)
_COLLECTIONS = (tuple, list, set, frozenset, dict)
PLAIN = (str, int, float, bool, type(None), *_COLLECTIONS)


def compared(name: str, left: Any, right: Any, node: Node, budget: Budget) -> bool:  # noqa: ANN401
    """One comparison of two values."""
    budget.spend(_weight(left) + _weight(right))
    try:
        if name in ("Eq", "NotEq"):
            return bool(left == right) == (name == "Eq")
        if name in ("Is", "IsNot"):
            return _is(left, right) == (name == "Is")
        if name in ("In", "NotIn"):
            return bool(left in right) == (name == "In")
        return bool(_ORDERED[name](left, right))
    except _FAILS as error:
        throw(node, error)


def _is(left: Any, right: Any) -> bool:  # noqa: ANN401
    """Identity of singletons; of anything else it is none of the values' business."""
    if any(one is None or isinstance(one, bool) for one in (left, right)):
        return left is right
    raise Stop("computed")


def combined(name: str, left: Any, right: Any, node: Node, budget: Budget) -> Any:  # noqa: ANN401
    """One binary operation."""
    if name not in _BINARY:
        raise Stop("computed")
    if name == "Mult" and (isinstance(left, _SEQUENCES) or isinstance(right, _SEQUENCES)):
        count = right if isinstance(left, _SEQUENCES) else left
        if not isinstance(count, int) or abs(count) > 100:
            raise Stop
    if name == "Mod" and isinstance(left, str):
        return _formatted(left, right, node, budget)
    budget.spend(_weight(left) + _weight(right))
    try:
        return budget.sized(_BINARY[name](left, right))
    except _FAILS as error:
        throw(node, error)


def _formatted(text: str, values: Any, node: Node, budget: Budget) -> str:  # noqa: ANN401
    if re.search(r"%(?![sd%])", text):
        raise Stop("computed")
    budget.spend(_weight(text) + _weight(values))
    try:
        return str(budget.sized(text % values))
    except _FAILS as error:
        throw(node, error)


def item(base: Any, key: Any, node: Node, budget: Budget) -> Any:  # noqa: ANN401
    """`base[key]`."""
    budget.spend(1 if not isinstance(key, slice) else _weight(base))
    if isinstance(base, Found):
        return _group(base, (key,), node)
    if not isinstance(base, PLAIN):
        raise Stop("computed")
    try:
        return base[key]  # type: ignore[index]
    except _FAILS as error:
        throw(node, error)


# -- methods -------------------------------------------------------------------------------------

_TEXT = """
capitalize casefold count endswith find index isalnum isalpha isdecimal isdigit islower isnumeric isupper
join lower lstrip partition removeprefix removesuffix replace rfind rindex rpartition rsplit rstrip split
splitlines startswith strip swapcase title upper
"""
_DICT = "copy get items keys pop setdefault update values"
_LIST = "append clear copy count extend index insert pop remove reverse sort"
_FROZEN = "copy difference intersection isdisjoint issubset issuperset union"
_METHODS: Mapping[type, frozenset[str]] = {
    str: frozenset(_TEXT.split()),
    dict: frozenset(_DICT.split()),
    list: frozenset(_LIST.split()),
    tuple: frozenset({"count", "index"}),
    set: frozenset(f"add discard remove update {_FROZEN}".split()),
    frozenset: frozenset(_FROZEN.split()),
    float: frozenset({"is_integer"}),
}
_MATCHING = frozenset({"match", "search", "fullmatch"})


def knows_method(value: Any, name: str) -> bool:  # noqa: ANN401
    """Whether a method of a value is evaluated."""
    if isinstance(value, Pattern):
        return name in _MATCHING
    if isinstance(value, Found):
        return name in ("group", "groups", "groupdict")
    return name in _METHODS.get(type(value), ())


def method(
    value: Any,  # noqa: ANN401
    name: str,
    given: tuple[Any, ...],
    named: Mapping[str, Any],
    node: Node,
    budget: Budget,
) -> Any:  # noqa: ANN401
    """The result of a method that is known."""
    if isinstance(value, Pattern):
        return _matched(value, name, given, node, budget)
    if isinstance(value, Found):
        return _of_match(value, name, given, node)
    if isinstance(value, str):
        _no_growth(value, name, given)
    budget.spend(sum(map(_weight, (value, *given))))
    try:
        found = getattr(value, name)(*given, **named)
    except _FAILS as error:
        throw(node, error)
    if isinstance(value, dict) and name in ("keys", "values", "items"):
        found = list(found)
    budget.sized(value)
    return budget.sized(found)


def _no_growth(text: str, name: str, given: tuple[Any, ...]) -> None:
    """Stop before a `replace` or `join` makes a text that is too long."""
    if name == "replace" and len(given) >= 2 and all(isinstance(one, str) for one in given[:2]):
        old, new = given[:2]
        if len(text) + (text.count(old) if old else len(text) + 1) * len(new) > 20_000:
            raise Stop
    if name == "join" and given and isinstance(given[0], _COLLECTIONS):
        sizes = (len(one) + len(text) for one in given[0] if isinstance(one, str))
        if sum(sizes) > 20_000:
            raise Stop


def _matched(pattern: Pattern, name: str, given: tuple[Any, ...], node: Node, budget: Budget) -> Found | None:
    if len(given) != 1:
        raise Stop("computed")
    return searched(name, pattern.source, given[0], pattern.flags, node, budget)


def searched(
    how: str,
    source: Any,  # noqa: ANN401
    text: Any,  # noqa: ANN401
    flags: int,
    node: Node,
    budget: Budget,
) -> Found | None:
    """`re.match(source, text)` and its like."""
    if isinstance(source, Pattern):
        source, flags = source.source, source.flags
    if not isinstance(source, str) or not isinstance(text, str):
        throw(node, TypeError())
    try:
        return fits(source, text, how, flags, budget)
    except (re.error, OverflowError) as error:
        throw(node, error)


def _of_match(found: Found, name: str, given: tuple[Any, ...], node: Node) -> Any:  # noqa: ANN401
    if not found.is_sure:
        raise Stop("computed")
    if name == "group":
        return _group(found, given or (0,), node)
    if given:
        raise Stop("computed")
    return found.groups() if name == "groups" else {key: found.group(key) for key in found.names}


def _group(found: Found, given: tuple[Any, ...], node: Node) -> Any:  # noqa: ANN401
    if not found.is_sure:
        raise Stop("computed")
    try:
        groups = tuple(found.group(one) for one in given)
    except (IndexError, TypeError) as error:
        throw(node, error)
    return groups[0] if len(groups) == 1 else groups


# -- builtins ------------------------------------------------------------------------------------


def _weight(value: Any) -> int:  # noqa: ANN401
    return 1 + len(value) // 16 if isinstance(value, (str, *_COLLECTIONS)) else 1


def _number(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str) and len(value) > 40:
        raise Stop
    return value


_SIMPLE: dict[str, Callable[..., Any]] = {
    "str": str,
    "bool": bool,
    "len": len,
    "int": lambda value=0: int(_number(value)),
    "float": lambda value=0.0: float(_number(value)),
    "tuple": tuple,
    "list": list,
    "set": set,
    "frozenset": frozenset,
    "dict": dict,
    "sorted": sorted,
    "reversed": lambda value: list(reversed(value)),
    "enumerate": lambda value, start=0: [tuple(pair) for pair in enumerate(value, start)],
    "zip": lambda *values, **_: [tuple(row) for row in zip(*values, strict=False)],
    "min": min,
    "max": max,
    "sum": sum,
    "abs": abs,
    "round": round,
    "any": any,
    "all": all,
    "dict.fromkeys": dict.fromkeys,
    "ord": ord,
    "re.escape": re.escape,
}
_FLAGS = {
    **dict.fromkeys(("re.I", "re.IGNORECASE"), re.IGNORECASE),
    **dict.fromkeys(("re.M", "re.MULTILINE"), re.MULTILINE),
    **dict.fromkeys(("re.S", "re.DOTALL"), re.DOTALL),
    **dict.fromkeys(("re.X", "re.VERBOSE"), re.VERBOSE),
    **dict.fromkeys(("re.A", "re.ASCII"), re.ASCII),
}
TYPES: Mapping[str, type] = {
    t.__name__: t for t in (str, int, float, bool, tuple, list, set, frozenset, dict)
}


def constant_of(path: str) -> Any:  # noqa: ANN401
    """What a library's constant is; stops for any other."""
    if path not in _FLAGS:
        raise Stop("library result")
    return int(_FLAGS[path])


def builtin(path: str, given: tuple[Any, ...], named: Mapping[str, Any], node: Node, budget: Budget) -> Any:  # noqa: ANN401
    """The result of a builtin, or of `re`."""
    budget.spend(sum(map(_weight, given)))
    module, _, name = path.rpartition(".")
    if module == "re" and name in (*_MATCHING, "compile"):
        return _regex(name, given, named, node, budget)
    if path == "isinstance" and len(given) == 2:
        raise Stop("computed")
    if path not in _SIMPLE or not all(isinstance(one, PLAIN) for one in (*given, *named.values())):
        raise Stop("library result")
    if path in ("str", "repr") and given and not isinstance(given[0], (str, int, float, bool, type(None))):
        raise Stop("computed")
    try:
        return budget.sized(_SIMPLE[path](*given, **named))
    except _FAILS as error:
        throw(node, error)


def _regex(name: str, given: tuple[Any, ...], named: Mapping[str, Any], node: Node, budget: Budget) -> Any:  # noqa: ANN401
    wanted = 1 if name == "compile" else 2
    flags = [*given[wanted:], *([named["flags"]] if "flags" in named else [])]
    if not wanted <= len(given) <= wanted + 1 or set(named) - {"flags"} or len(flags) > 1:
        raise Stop("computed")
    flag = int(flags[0]) if flags and isinstance(flags[0], int) else 0
    if name == "compile":
        if not isinstance(given[0], str):
            raise Stop("computed")
        return Pattern(given[0], flag)
    return searched(name, given[0], given[1], flag, node, budget)
