"""Ids that stand twice for one request: where it is sent, and where its row is looked up."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from migrator.decide.roles.verdicts import OLD_ROW
from migrator.read.project import FUNCTIONS

if TYPE_CHECKING:
    from migrator.decide.judged import Judged
    from migrator.decide.plans import Planner
    from migrator.read.nodes import Node


def join(planner: Planner) -> None:
    """Let the ids of one body move together that are sent there and stand beside for the same model."""
    found: dict[tuple[Node, str], list[Judged]] = defaultdict(list)
    for one in planner.judged:
        if one.node is not None:
            found[_body(one.node), one.occurrence.model].append(one)
    for ones in found.values():
        _join(planner, ones)


def _join(planner: Planner, ones: list[Judged]) -> None:
    moving = [one for one in ones if one.id in planner.variants]
    sent = [one for one in moving if one.sites]
    rows = [one for one in ones if one.verdict == OLD_ROW]
    if sent and rows and rows[0].node is not None:
        where = rows[0].node.where
        planner.keep(sent, OLD_ROW.reason, f"{where} looks up the row of the same model, which stays")
        return
    for other in moving if sent and _body(_node(sent[0])).kind != "Module" else ():
        if not other.sites:
            planner.groups.join(sent[0].id, other.id)


def _node(one: Judged) -> Node:
    assert one.node is not None
    return one.node


def _body(node: Node) -> Node:
    """The function around an expression, or the module."""
    return next((a for a in node.ancestors() if a.kind in FUNCTIONS or a.kind == "Module"), node)
