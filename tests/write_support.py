"""Planning edits in tests: anchors found by the code that stands there."""

from __future__ import annotations

import ast
from itertools import count

from migrator.inventory.edit_records import AddArm, AddCase, DeleteStatement, Edit, InsertStatement
from migrator.source import Source
from migrator.write.places import parse, span
from migrator.write.render import render

STATEMENTS = (AddArm, AddCase, DeleteStatement, InsertStatement)
_numbers = count()


def edit(source, snippet, operation, group="", nth=0):
    """An edit on the `nth` expression (or statement) whose code is `snippet`."""
    file = Source(source.encode() if isinstance(source, str) else source)
    kind = ast.stmt if isinstance(operation, STATEMENTS) else ast.expr
    found = [n for n in ast.walk(parse(file.text)) if isinstance(n, kind) and _code(file, n) == snippet]
    assert found, f"{snippet!r} is not in {file.text!r}"
    return planned(found[nth], operation, group)


def planned(node, operation, group=""):
    """An edit on a node."""
    name = f"e{next(_numbers)}"
    return Edit(
        id=name, path="m.py", anchor=span(node), operation=operation, group=group or name, why="w", rule="T1"
    )


def written(source, *edits):
    """The source with the edits made, none of them refused."""
    data = source.encode() if isinstance(source, str) else source
    result = render(data, list(edits))
    assert not result.refused
    assert set(result.made) == {one.id for one in edits}
    return result.data.decode() if isinstance(source, str) else result.data


def _code(file, node):
    start, end = file.offsets(span(node))
    return file.text[start:end]
