"""Programs in texts: an id that is put into one is sent with what stands there, which is not edited."""

from __future__ import annotations

import ast
import textwrap
from contextlib import suppress
from typing import TYPE_CHECKING

from migrator.check.faults import Fault
from migrator.know.solver import UnsolvedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.check.edited_places import Places
    from migrator.know.evaluator import Evaluator
    from migrator.read.nodes import Node
    from migrator.rulebook import Rulebook

MAX_TEXT = 20_000
"""Characters of a text that is read as a program."""


def put_into_scripts(know: Evaluator, rulebook: Rulebook, places: Places) -> Iterator[Fault]:
    """Written ids that a text holds which is a program with a call that is given a model."""
    names = {name for api in rulebook.apis for call in api.call for name in call.model if name.isidentifier()}
    for file in know.project.files.values():
        if not any(f"{name}=" in file.text for name in names):
            continue
        for at in (at for at, kind in enumerate(file.tree.kind) if kind == "JoinedStr"):
            text = file.nodes[at]
            groups = _groups(know, text, places) if _calls_model(text, names) else frozenset()
            if groups:
                detail = f"{text.where} puts it into the text of a program, which is not edited"
                yield Fault(groups, text.where, file.path, text.line, detail)


def _groups(know: Evaluator, text: Node, places: Places) -> frozenset[str]:
    """The groups that wrote what is put into a text."""
    found: frozenset[str] = frozenset()
    for part in text.among("FormattedValue"):
        with suppress(UnsolvedError, RecursionError):
            values = know.value(part.first, know.frames.of(text))
            found = found.union(*(places.behind(value) for value in values if value.text))
    return found


def _calls_model(text: Node, names: set[str]) -> bool:
    """Whether a text is a program with a call that is given a model."""
    parts = [str(one.value) if one.kind == "Constant" else "_" for one in text.children()]
    source = textwrap.dedent("".join(parts))
    if len(source) > MAX_TEXT or not any(f"{name}=" in source for name in names):
        return False
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(keyword.arg in names for call in calls for keyword in call.keywords)
