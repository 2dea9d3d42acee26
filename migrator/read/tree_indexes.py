"""Indexes of a tree's columns: which nodes call, bind, return and take what, in source order."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from migrator.read.tree import shared

if TYPE_CHECKING:
    from migrator.read.tree import Tree

    Table = dict[tuple[int, str], list[int]]

_CAPTURES = ("ExceptHandler", "MatchAs", "MatchStar", "MatchMapping")
_DECLARATIONS = ("Global", "Nonlocal")


def by_value(tree: Tree, kind: str) -> dict[str, list[int]]:
    """The nodes of a kind by their value."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for index in tree.keys(kind):
        found[tree.value[index]].append(index)
    return dict(found)


def calls(tree: Tree) -> dict[str, list[int]]:
    """Calls by the last name of what is called."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for index in tree.keys("Call"):
        if tree.kind[index + 1] in ("Name", "Attribute"):
            found[tree.value[index + 1]].append(index)
    return dict(found)


def parameters(tree: Tree) -> dict[int, list[int]]:
    """The positional and keyword parameters of each function."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for index in tree.keys("arg"):
        if tree.field[index] in ("args", "kwonlyargs"):
            found[tree.parent[index]].append(index)
    return dict(found)


def returns(tree: Tree) -> dict[int, list[int]]:
    """What each function returns or yields."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for index in sorted([*tree.of_kind("Return"), *tree.of_kind("Yield")]):
        found[tree.scope[index]].append(index)
    return dict(found)


def bindings(tree: Tree) -> dict[tuple[int, str], list[int]]:
    """(scope, name) -> nodes that bind it: stores, parameters, definitions, imports."""
    found: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    numbers = shared(len(tree.kind))
    for kind in ("NameStore", "FunctionDef", "AsyncFunctionDef", "ClassDef", "arg"):
        for index in tree.keys(kind):
            found[numbers[tree.scope[index]], tree.value[index]].append(index)
    for kind in ("Import", "ImportFrom"):
        for index in tree.of_kind(kind):
            for alias in tree.children(index):
                name, asname = tree.value[alias]
                bound = asname or (name if kind == "ImportFrom" else name.split(".")[0])
                found[tree.scope[index], bound].append(alias)
    return dict(found)


def names_bound(tree: Tree, bound: Table) -> Table:
    """(scope, name) -> what binds it: with captures, and with what is declared global put there."""
    kinds = set(tree.kind)
    if kinds.isdisjoint((*_CAPTURES, *_DECLARATIONS)):
        return bound
    found = dict(bound) if kinds.isdisjoint(_CAPTURES) else _with_captures(tree, bound)
    _declare(tree, found)
    return found


def _with_captures(tree: Tree, bound: Table) -> Table:
    found = {key: list(places) for key, places in bound.items()}
    for index, kind in enumerate(tree.kind):
        if kind in _CAPTURES and tree.value[index] is not None:
            places = found.setdefault((tree.scope[index], tree.value[index]), [])
            places.append(index)
            places.sort()
    return found


def _declare(tree: Tree, table: Table) -> None:
    for index, kind in enumerate(tree.kind):
        if kind not in _DECLARATIONS:
            continue
        for name in tree.value[index]:
            own = table.pop((tree.scope[index], name), None)
            if own:
                home = 0 if kind == "Global" else _around(tree, table, tree.scope[index], name)
                table[home, name] = sorted([*table.get((home, name), ()), *own])


def _around(tree: Tree, table: Table, scope: int, name: str) -> int:
    outer = tree.scope[scope]
    while outer and ((outer, name) not in table or tree.kind[outer] == "ClassDef"):
        outer = tree.scope[outer]
    return outer
