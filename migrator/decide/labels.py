"""What people read beside an id that moves: the old model's display name, in a pair, a record or a key."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from migrator.decide.records import Additions, edit_id
from migrator.decide.tables.told_names import displayed
from migrator.inventory import Finding
from migrator.inventory.edit_records import Edit, ReplaceText
from migrator.know.solver import UnsolvedError
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.read.nodes import Node

RULE = "GPT55-T005"


def relabelled(planner: Planner, one: Judged, edit: Edit) -> Iterator[Edit]:
    """The old model's display name beside an id that moves, which only people read."""
    for text, shown in _labels(planner, one):
        if not _is_key(planner, text):
            yield along(edit, text, shown)


def labels(planner: Planner) -> Additions:
    """Findings for display names that something is found by, and that stay."""
    found = Additions()
    for one in planner.judged:
        for text, _ in _labels(planner, one) if one.id in planner.variants else ():
            if _is_key(planner, text):
                new = planner.namings.written(one)
                found.findings.append(
                    Finding(
                        rule=RULE,
                        path=text.file.path,
                        line=text.line,
                        message=f"{text.source} stays, as something is found by it, and now stands for {new}",
                        severity="note",
                        references=(one.id,),
                    )
                )
    return found


def along(edit: Edit, text: Node, new: str) -> Edit:
    """The edit of a text that speaks of an id, with the id's."""
    operation = ReplaceText(old=str(text.value), new=new)
    name = edit_id(edit.path, text.span, operation)
    return msgspec.structs.replace(edit, id=name, anchor=text.span, operation=operation)


def _labels(planner: Planner, one: Judged) -> Iterator[tuple[Node, str]]:
    """The texts beside an id, in a pair or a record of the two, that show its name, each with the new."""
    node = one.node
    pair = node.parent if node is not None else None
    if node is None or pair is None or pair.kind not in ("Tuple", "Dict"):
        return
    old, new = one.occurrence.model, planner.engine.catalogue.target(planner.variants[one.id])
    texts = [n for n in pair.children() if n.kind == "Constant" and n.field != "keys"]
    texts += [node.key] if pair.kind == "Dict" and node.key is not None else []
    for text in texts:
        shown = displayed(text.value, old, new) if isinstance(text.value, str) else None
        if shown is not None and shown != text.value and text != node:
            yield text, shown


def _is_key(planner: Planner, text: Node) -> bool:
    """Whether something is found by a text: a dict's key, or the first of pairs that become a dict."""
    pair = text.parent
    if text.field == "keys" or pair is None or pair.kind != "Tuple" or pair.parent is None:
        return text.field == "keys"
    know = planner.engine.linked.know
    with suppress(UnsolvedError, RecursionError):
        for held in know.holders(pair.parent, know.frames.of(pair.parent)):
            call = held.node.parent if held.node.field == "args" and not held.path else None
            if call is not None and last_name(call.child("func")) in ("dict", "OrderedDict"):
                return text == pair.child("elts")
    return False
