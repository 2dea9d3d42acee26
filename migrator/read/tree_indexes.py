"""Indexes of a tree's columns: which nodes call, bind, return and take what, in source order."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from migrator.read.tree import shared

if TYPE_CHECKING:
    from migrator.read.tree import Tree


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
