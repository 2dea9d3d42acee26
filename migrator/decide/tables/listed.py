"""Ids that a program keeps as one text and splits: the new one is written behind the old."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.decide.records import edit_id
from migrator.decide.roles.literal_forms import shape
from migrator.decide.tables.needs import CHOICE
from migrator.inventory.edit_records import Edit, ReplaceText

if TYPE_CHECKING:
    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.decide.rewrites import Rewrites
    from migrator.rulebook.vendor_rules import Vendors

_BETWEEN = re.compile(r"\s*[,;|\n]\s*")


def is_listed(one: Judged, vendors: Vendors) -> bool:
    """Whether an id is one of several in a text."""
    text = one.node.value if one.node is not None else None
    return isinstance(text, str) and shape(text, one.occurrence.model, vendors).form == "list"


def listed(planner: Planner, rewrites: Rewrites, one: Judged) -> list[Edit]:
    """The edit of a text that holds several ids; it moves together with what makes it necessary."""
    model = one.occurrence.model
    operation = _added(one, rewrites.ordered(rewrites.by_model.get(model, ())), rewrites)
    if one.node is None or operation is None:
        return []
    for other in planner.judged:
        if other.id in planner.variants and other.occurrence.model == model:
            planner.groups.join(one.id, other.id)
    edit = Edit(
        id=edit_id(one.file.path, one.node.span, operation),
        path=one.file.path,
        anchor=one.node.span,
        operation=operation,
        group=one.id,
        why=f"{model} stays in this list, and what it becomes joins it",
        rule=CHOICE,
        references=(one.id,),
        selected=planner.written(one.file.path, one.occurrence.line, CHOICE),
    )
    return [edit]


def _added(one: Judged, variants: list[str], rewrites: Rewrites) -> ReplaceText | None:
    """The edit that writes what an id becomes behind it, in the text's own style; none if all is there."""
    text, model = str(one.literal.value), one.occurrence.model
    elements, between = _BETWEEN.split(text), _BETWEEN.search(text)
    own = next((e for e in elements if e.strip().endswith(model)), "")
    new = [own.strip().replace(model, rewrites.catalogue.target(variant)) for variant in variants]
    lacking = [name for name in new if name not in (e.strip() for e in elements)]
    if between is None or not own or not lacking:
        return None
    return ReplaceText(old=model, new=between.group().join([model, *lacking]), nth=one.occurrence.nth)
