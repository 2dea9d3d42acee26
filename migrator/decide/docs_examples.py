"""Code examples in docstrings that show a migrated id: rewritten where docs are, other prose never."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from migrator.decide.additions import Additions
from migrator.inventory import Edit, ReplaceText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.engine import Judged
    from migrator.decide.plans import Planner

RULE = "GPT55-X002"
_PROMPT = re.compile(r"\s*(?:>>>|\.\.\.)\s")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_OPENS = re.compile(r"(?:^|\s)\S.*::\s*$|^\s*\.\.\s+code(?:-block)?::")
_GIVEN = re.compile(r"""[=:(,\[]\s*["'](?:[\w.\-]+[/:])*$""")


def docs_examples(planner: Planner) -> Additions:
    """Edits of ids in examples; each takes the target that the same id has in the code around it."""
    added = Additions()
    if "docs" not in planner.engine.settings.write_contexts:
        return added
    for one in planner.judged:
        if one.occurrence.place == "docstring" and one.verdict.action == "leave" and is_example(one):
            target, behind = _target(planner, one)
            if target and planner.written(one.file.path, one.occurrence.line, RULE):
                added.edits.append(_edit(one, target, behind))
    return added


def is_example(one: Judged) -> bool:
    """Whether an occurrence is an argument in code that a docstring shows."""
    assert one.node is not None
    text = str(one.node.value)
    at = _offset(text, one.occurrence.model, one.occurrence.nth)
    return at >= 0 and _GIVEN.search(text[max(0, at - 80) : at]) is not None and _in_code(text, at)


def _offset(text: str, model: str, nth: int) -> int:
    found = [match.start() for match in re.finditer(rf"(?<![\w.\-]){re.escape(model)}(?![\w\-])", text)]
    return found[nth] if nth < len(found) else -1


def _in_code(text: str, at: int) -> bool:
    """Whether a position lies behind a doctest's prompt, in a fence, or in an indented literal block."""
    line = text.count("\n", 0, at)
    return any(number == line for number in code_lines(text.split("\n")))


def code_lines(lines: list[str]) -> Iterator[int]:
    """The numbers of the lines that are code."""
    fenced, literal = False, -1
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if _FENCE.match(line):
            fenced = not fenced
        elif fenced or _PROMPT.match(line) or (literal >= 0 and (not line.strip() or indent > literal)):
            yield number
        else:
            literal = indent if _OPENS.search(line) else -1


def _target(planner: Planner, one: Judged) -> tuple[str, str]:
    """What the same id becomes in the file, else in the program, where it becomes one thing only."""
    moving = [other for other in planner.judged if _moves(planner, other, one.occurrence.model)]
    for among in ([other for other in moving if other.file is one.file], moving):
        targets = {planner._target(planner.variants[other.id]) for other in among}
        if len(targets) == 1:
            return targets.pop(), among[0].id
        if targets:
            return "", ""
    return "", ""


def _moves(planner: Planner, other: Judged, model: str) -> bool:
    return other.id in planner.variants and other.occurrence.model == model and planner._wanted(other)


def _edit(one: Judged, target: str, behind: str) -> Edit:
    assert one.node is not None
    key = f"{one.file.path}|{one.node.span}|{one.occurrence.nth}|{target}"
    return Edit(
        id="e-" + hashlib.sha256(key.encode()).hexdigest()[:10],
        path=one.file.path,
        anchor=one.node.span,
        operation=ReplaceText(old=one.occurrence.model, new=target, nth=one.occurrence.nth),
        group=behind,
        why="the example shows a call that moves",
        rule=RULE,
    )
