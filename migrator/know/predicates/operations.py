"""What methods of texts and regular expressions make of texts that are known; nothing else is ever called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from migrator.know.predicates.budget import Budget, Stop, throw
from migrator.know.predicates.regular_expressions import Found, fits

if TYPE_CHECKING:
    from migrator.read.nodes import Node

_FAILS = (TypeError, ValueError, KeyError, IndexError, OverflowError, AttributeError)


def method(text: str, name: str, given: tuple[Any, ...], node: Node, budget: Budget) -> Any:  # noqa: ANN401
    """The result of a method of a text."""
    if name == "replace" and len(given) >= 2 and all(isinstance(one, str) for one in given[:2]):
        old, new = given[:2]
        if len(text) + (text.count(old) if old else len(text) + 1) * len(new) > 20_000:
            raise Stop
    budget.spend(sum(map(_weight, (text, *given))))
    try:
        return budget.sized(getattr(text, name)(*given))
    except _FAILS as error:
        throw(error)


def searched(
    how: str,
    source: Any,  # noqa: ANN401
    text: Any,  # noqa: ANN401
    flags: int,
    node: Node,
    budget: Budget,
) -> Found | None:
    """`re.match(source, text)` and its like."""
    if not isinstance(source, str) or not isinstance(text, str):
        throw(TypeError())
    try:
        return fits(source, text, how, flags, budget)
    except (re.error, OverflowError) as error:
        throw(error)


def _weight(value: Any) -> int:  # noqa: ANN401
    return 1 + len(value) // 16 if isinstance(value, (str, tuple)) else 1
