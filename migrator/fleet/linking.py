"""Which repositories install which: a package that sends requests is followed to those that import it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from migrator.fleet.fleet_records import Source
    from migrator.fleet.index import Row

MOST = 8
"""Repositories whose packages are laid beside one that installs them."""


class Node(NamedTuple):
    """What of a repository decides whom it is linked with."""

    source: Source
    names: frozenset[str]
    modules: frozenset[str]
    requires: frozenset[str]
    imports: frozenset[str]
    matters: bool


class Links(NamedTuple):
    """For each repository, by id, those that it installs, the nearest first; and names that several claim."""

    of: dict[str, tuple[Source, ...]]
    ambiguous: dict[str, tuple[str, ...]]


def links(rows: Iterable[Row], known: frozenset[str] = frozenset()) -> Links:
    """Who installs what, as far as a model may come from there; `known` libraries are what the rules say."""
    nodes = {row.source.id: _node(row, known) for row in rows if row.report is not None}
    makers: dict[str, set[str]] = defaultdict(set)
    for node in nodes.values():
        for name in node.names:
            makers[name].add(node.source.id)
    ambiguous = {name: ids for name, ids in makers.items() if len(ids) > 1}
    direct = {key: _direct(node, nodes, makers) for key, node in nodes.items()}
    of = {}
    for key in nodes:
        reached = _reached(key, direct)
        if any(nodes[each].matters for each in reached):
            of[key] = tuple(nodes[each].source for each in reached[:MOST])
    wanted = {name for node in nodes.values() for name in node.requires}
    return Links(
        of,
        {
            name: tuple(sorted(nodes[each].source.name for each in ids))
            for name, ids in sorted(ambiguous.items())
            if name in wanted and any(nodes[each].matters for each in ids)
        },
    )


def _node(row: Row, known: frozenset[str]) -> Node:
    report = row.report
    assert report is not None
    own = [package for package in report.provides if not known.issuperset(package.modules)]
    return Node(
        source=row.source,
        names=frozenset(package.name for package in own),
        modules=frozenset(module for package in own for module in package.modules),
        requires=frozenset(report.requires),
        imports=frozenset(report.imports),
        matters=bool(report.calls or any(place.context == "src" for place in report.places)),
    )


def _direct(node: Node, nodes: Mapping[str, Node], makers: Mapping[str, set[str]]) -> list[str]:
    """Whose packages a repository asks for and imports; what two repositories make is followed to neither."""
    asked = (makers[name] for name in sorted(node.requires & makers.keys()))
    found = {next(iter(ids)) for ids in asked if len(ids) == 1} - {node.source.id}
    return [each for each in sorted(found) if nodes[each].modules & node.imports - node.modules]


def _reached(start: str, direct: Mapping[str, list[str]]) -> list[str]:
    """What is installed, and what that installs, the nearest first."""
    found: dict[str, None] = {}
    level = direct[start]
    while level:
        found |= dict.fromkeys(each for each in level if each != start)
        level = [nxt for each in level for nxt in direct[each] if nxt not in found and nxt != start]
    return list(found)
