"""Comparisons that ask what a name's text holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.flows.flow_uses import WHOLE
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from migrator.decide.flows.flow_uses import Use
    from migrator.decide.meanings import Names

OF_TEXTS = frozenset({"lower", "upper", "casefold", "strip"})
"""Methods that only a text has."""


def tests_text(use: Use, names: Names) -> bool:
    """Whether a comparison asks for a piece of a name (`x in model`), not for a member (`model in known`)."""
    if use.part != WHOLE or use.name != "left" or not {"In", "NotIn"} & set(use.node.value):
        return False
    right = made = use.node.child("comparators")
    while (
        right is not None
        and right.kind in ("Call", "Attribute")
        and last_name(right) in ("", "lower", "value")
    ):
        right = right.child("func") or right.child("value")
    if right is not made and made is not None and last_name(made.first) in OF_TEXTS:
        return True
    name = last_name(right)
    return (names.model(name) and not name.lower().endswith("s")) or name in ("name", "id")
