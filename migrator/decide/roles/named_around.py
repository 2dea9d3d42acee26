"""Whose an id is by the names around it: keys, flags, fields, parameters, functions, a provider beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.roles.verdicts import bound_name
from migrator.read.scopes import FUNCTIONS
from migrator.requests.vendors import by_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migrator.read.nodes import Node


def another(names: Iterable[str], named: Callable[[str, str], bool]) -> str:
    """The first of some names that names another vendor, unless one before it names this one."""
    for name in names:
        if named("own-vendor", name):
            return ""
        if by_name(name, named) == "other":
            return name
    return ""


def around(node: Node) -> Iterator[str]:
    """What an expression is given by, the nearest first: keywords, flags and settings, fields, parameters.

    What a function has for a default, or returns, is the function's by its name.
    """
    for one in (node, *node.ancestors()):
        if one.kind == "keyword" and one.value:
            yield str(one.value)
        elif one.kind == "Call":
            yield from _flags(one)
        elif one.kind == "arg" and one.parent is not None:
            yield from (str(one.value), str(one.parent.value))
            return
        elif one.is_statement:
            yield bound_name(one)
            if one.kind == "Return" and one.scope.kind in FUNCTIONS:
                yield str(one.scope.value)
            return
        elif one.kind in FUNCTIONS:
            return


def anybodys(node: Node, named: Callable[[str, str], bool]) -> str:
    """The key of a row for an endpoint that is whoever's gives its address, in a table of vendors' rows.

    A row that has an address of its own says by that whose it is.
    """
    for one in (node, *node.ancestors()):
        if one.is_statement or one.kind in FUNCTIONS:
            return ""
        if one.key is None or one.key.kind != "Constant" or one.parent is None:
            continue
        rows = {str(key.value) for key in one.parent.all("keys") if key.kind == "Constant"}
        own = str(one.key.value)
        if any(named("address", str(key.value)) for key in one.all("keys")):
            return ""
        if named("any-endpoint", own) and any(_is_vendor(key, named) for key in rows - {own}):
            return own
    return ""


def _is_vendor(key: str, named: Callable[[str, str], bool]) -> bool:
    return not named("any-endpoint", key) and (named("own-vendor", key) or named("other-vendor", key))


def _flags(call: Node) -> Iterator[str]:
    """The flags and the names of settings that a call is given."""
    texts = (one.value for one in call.all("args") if one.kind == "Constant" and isinstance(one.value, str))
    yield from (text for text in map(str, texts) if text.startswith("-") or text.lower().endswith("model"))
