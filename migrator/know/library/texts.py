"""Methods of texts, and what makes texts of other values."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

from migrator.know import additions
from migrator.know.computing import BOTH, booleans, computed
from migrator.know.values import MAX_TEXT, NOTHING, Value, an_open, bounded, constant, opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.library.call import Call
    from migrator.know.values import Frame, Values
    from migrator.read.nodes import Node

_PLAIN = frozenset(
    {"lower", "upper", "strip", "lstrip", "rstrip", "title", "capitalize", "casefold", "removeprefix"}
    | {"removesuffix", "startswith", "endswith", "replace", "isdigit", "find", "count", "swapcase", "rfind"}
    | {"index", "rindex", "isalpha", "isalnum", "isspace", "istitle", "isnumeric", "isdecimal", "zfill"}
    | {"isidentifier", "isupper", "islower", "isascii", "center", "ljust", "rjust", "expandtabs", "translate"}
    | {"__add__", "__contains__", "__eq__", "bit_length", "as_integer_ratio", "is_integer", "conjugate"}
)
_SPLITTING = frozenset({"split", "rsplit", "partition", "rpartition", "splitlines"})
MAX_PIECES = 64


def text_method(call: Call, base: Value, name: str) -> Values:
    """What a method of a constant gives."""
    if name in ("encode", "decode", "__str__", "format", "format_map", "join"):
        return _WHOLE[name](call, base)
    places = sorted({e.key for e in call.given() if isinstance(e.key, int)})
    operands = [frozenset((base,)), *(call.plain(place) for place in places)]
    if any(e.key is None or isinstance(e.key, str) for e in call.given()) and name not in _SPLITTING:
        return call.open("computed")
    if name in _PLAIN:
        return _with_tuples(call, base, name, operands)
    if name in _SPLITTING:
        return _split(call, base, name)
    return call.open("computed")


def _with_tuples(call: Call, base: Value, name: str, operands: list[Values]) -> Values:
    """`text.startswith(("a", "b"))` too."""
    if name not in ("startswith", "endswith") or len(operands) < 2:
        return computed(call.node, call.frame, operands, lambda text, *given: _applied(text, name, given))
    found: set[bool] = set()
    for given in operands[1]:
        texts = _texts(call.know, given)
        if texts is None or base.text is None or len(operands) > 2:
            found |= BOTH
        else:
            found.add(bool(getattr(base.text, name)(texts)))
    return booleans(call.node, frozenset(found))


def _texts(know: Know, given: Value) -> tuple[str, ...] | None:
    if given.text is not None:
        return (given.text,)
    if given.kind != "sequence":
        return None
    entries = know.elements(given)
    values = [know.plain(know.held(e)) for e in entries]
    texts = [v.text for one in values for v in one if v.text is not None and len(one) == 1]
    return tuple(texts) if len(texts) == len(entries) else None


def _applied(text: Any, name: str, given: tuple[Any, ...]) -> Any:  # noqa: ANN401
    if any(isinstance(v, int) and v > MAX_TEXT for v in given):
        raise ValueError
    return getattr(text, name)(*given)


def _split(call: Call, base: Value, name: str) -> Values:
    operands = [frozenset((base,))]
    for place, keyword in enumerate(("sep", "maxsplit")):
        given = call.plain(place, keyword)
        if not given and any(e.key in (place, keyword) for e in call.given()):
            return NOTHING
        default = None if place == 0 else -1
        operands.append(given or frozenset((constant(default, call.node, ()),)))

    def applied(text: Any, separator: Any, count: Any) -> tuple[Any, ...]:  # noqa: ANN401
        if name == "splitlines":
            return tuple(text.splitlines())[:MAX_PIECES]
        if name.endswith("partition"):
            return tuple(getattr(text, name)(separator))
        pieces = tuple(getattr(text, name)(separator, count))
        if len(pieces) > MAX_PIECES:
            raise ValueError
        return pieces

    return frozenset(_pieces(call, value) for value in computed(call.node, call.frame, operands, applied))


def _pieces(call: Call, value: Value) -> Value:
    if value.kind != "constant":
        return value
    pieces = tuple(constant(piece, call.node, value.more, value.made) for piece in value.constant)
    return Value("sequence", call.node, call.frame, "known", pieces)


def _joined(call: Call, base: Value) -> Values:
    """`", ".join(texts)`."""
    parts: list[Values] = []
    for given in call.at(0):
        inner = call.know.container(given) if given.kind == "instance" else given
        if inner is not None and inner.kind == "constant" and isinstance(inner.constant, str):
            parts.append(
                computed(
                    call.node, call.frame, [frozenset((base,)), frozenset((inner,))], lambda s, t: s.join(t)
                )
            )
            continue
        if inner is None or inner.kind != "sequence":
            parts.append(call.open("computed"))
            continue
        entries = sorted(call.know.elements(inner), key=_by_place)
        if len(entries) > MAX_PIECES or _is_unordered(entries) or additions.shifts(call.know, inner):
            parts.append(call.open("computed"))
            continue
        values = [call.know.plain(call.know.held(e)) for e in entries]
        parts.append(computed(call.node, call.frame, [frozenset((base,)), *values], lambda s, *p: s.join(p)))
    return call.union(*parts)


def _by_place(entry: Any) -> tuple[bool, int]:  # noqa: ANN401
    return not isinstance(entry.key, int), entry.key or 0


def _is_unordered(entries: list[Any]) -> bool:
    keys = [e.key for e in entries]
    return None in keys or len(set(keys)) < len(keys)


def _formatted(call: Call, base: Value) -> Values:
    """`"{} {name}".format(…)`, also with a mapping's entries."""
    given = list(call.given())
    if base.data[0] != "str" or any(e.key is None for e in given) or len({e.key for e in given}) < len(given):
        return call.open("computed")
    names = [e.key for e in given]
    values = [texts_or_numbers(call.know, call.know.held(e), call.node) for e in given]
    operands = [frozenset((base,)), *values]
    return computed(call.node, call.frame, operands, lambda text, *given: _laid_out(text, names, given))


def _laid_out(text: str, names: list[Any], values: tuple[Any, ...]) -> str:
    pairs = list(zip(names, values, strict=True))
    places = [v for _, v in sorted((p for p in pairs if isinstance(p[0], int)), key=lambda p: p[0])]
    for _, field, spec, _ in string.Formatter().parse(text):
        if field and ("." in field or "[" in field):
            raise ValueError
        if spec and sum(c.isdigit() for c in spec) > 2:
            raise ValueError
    return text.format(*places, **{k: v for k, v in pairs if isinstance(k, str)})


def _formatted_map(call: Call, base: Value) -> Values:
    parts = []
    for given in call.at(0):
        if given.kind != "mapping" or base.data[0] != "str":
            parts.append(call.open("computed"))
            continue
        parts.append(with_entries(call.know, call.node, call.frame, base, given, lambda t, e: t.format(**e)))
    return call.union(*parts)


def with_entries(
    know: Know, node: Node, frame: Frame | None, text: Value, mapping: Value, function: Callable[..., Any]
) -> Values:
    """A function of a text and the entries of a mapping, where each key is there once."""
    entries = list(know.entries(mapping))
    names = [e.key for e in entries]
    if None in names or len(set(names)) < len(names) or len(names) > MAX_PIECES:
        return an_open("computed", node)
    values = [texts_or_numbers(know, know.held(e), node) for e in entries]
    operands = [frozenset((text,)), *values]
    return computed(
        node, frame, operands, lambda t, *given: function(t, dict(zip(names, given, strict=True)))
    )


_WHOLE: dict[str, Callable[[Call, Value], Values]] = {
    "encode": lambda call, base: frozenset((base,)),
    "decode": lambda call, base: frozenset((base,)),
    "__str__": lambda call, base: frozenset((base,)),
    "format": _formatted,
    "format_map": _formatted_map,
    "join": _joined,
}


def percent(know: Know, node: Node, frame: Frame | None, left: Values, right: Values) -> Values:
    """`"%s-%s" % (a, b)`."""
    parts = []
    for value in right:
        if value.kind == "mapping":
            for text in left:
                parts.append(with_entries(know, node, frame, text, value, _percent_of_names))
            continue
        entries = sorted(know.elements(value), key=_by_place) if value.kind == "sequence" else []
        if not entries or _is_unordered(entries):
            parts.append(an_open("computed", node))
            continue
        operands = [left, *(texts_or_numbers(know, know.held(e), node) for e in entries)]
        parts.append(computed(node, frame, operands, _percent))
    return know.union(parts, node)


def _percent(text: str, *given: Any) -> str:  # noqa: ANN401
    if any(c.isdigit() or c == "*" for c in text.partition("%")[2]):
        raise ValueError
    return text % given


def _percent_of_names(text: str, given: dict[str, Any]) -> str:
    if "*" in text:
        raise ValueError
    return text % given


# -- texts of other values -------------------------------------------------------------------------


def texts(know: Know, values: Values, node: Node) -> Values:
    """What `str(…)` makes of values."""
    return _each_text(know, values, node, str)


def texts_or_numbers(know: Know, values: Values, node: Node) -> Values:
    """Constants as they are, objects as `str(…)` has them."""
    return _each_text(know, values, node, lambda value: value)


def _each_text(know: Know, values: Values, node: Node, function: Callable[[Any], Any]) -> Values:
    found: set[Value] = set()
    for value in values:
        if value.kind == "constant":
            result = function(value.constant)
            found.add(constant(result, value.node, value.more, value.made))
        elif value.kind == "instance":
            found |= _text_of_object(know, value, node, function)
        elif value.kind == "open":
            found.add(value)
        else:
            found.add(opened("computed", node))
    return bounded(found, node)


def _text_of_object(know: Know, value: Value, node: Node, function: Callable[[Any], Any]) -> Values:
    if know.resolved(value.data, "__str__"):
        parts = [know.called(m, (), node, None) for m in know.member(value, "__str__", node, None)]
        return know.union(parts, node)
    plain = know.plain(frozenset((value,)))
    if value in plain:
        return an_open("computed", node)
    names = {str(b).rpartition(".")[2] for b in know.mro(value.data)}
    found = _each_text(know, plain, node, function)
    return found if names & {"StrEnum", "TextChoices"} else found | an_open("computed", node)
