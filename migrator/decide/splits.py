"""`--split`: a call that wants another variant than the literal it shares gets an id of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.receivers import model_arguments
from migrator.decide.records import Additions, edit_id
from migrator.inventory.edit_records import Edit, ReplaceExpression

if TYPE_CHECKING:
    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged, Site
    from migrator.read.nodes import Node

SPLIT_RULE = "GPT55-M002"


def splits(planner: Planner) -> Additions:
    """Edits that write the wanted id at the calls which differ; nothing unless the settings ask for it."""
    found = Additions()
    settings = planner.engine.settings
    for one in planner.judged if any(each.split for each in settings.all()) else ():
        if settings.at(one.file.path).split and one.id in planner.variants and len(one.sites) > 1:
            found.edits += [edit for call in one.sites if (edit := _split(planner, one, call)) is not None]
    return found


def _split(planner: Planner, one: Judged, call: Node) -> Edit | None:
    """The edit for one call: only where nothing but this literal can be its model."""
    site = planner.sites[call]
    wanted = _wanted(planner, one, site)
    argument = _own_argument(site)
    if not wanted or argument is None or len(site.texts) != 1 or site.unresolved:
        return None
    before, _model, after = planner.engine.literal_parts(one)
    new = before + planner.engine.catalogue.targets[wanted] + after
    operation = ReplaceExpression(source=f'"{new}"')
    return Edit(
        id=edit_id(call.file.path, argument.span, operation),
        path=call.file.path,
        anchor=argument.span,
        operation=operation,
        group=one.id,
        why=f"this call alone is best served by {new}; it shared {one.file.path}:{one.occurrence.line}",
        rule=SPLIT_RULE,
        rank=8,
        references=(one.id,),
        call_sites=(planner.site_id(call),),
        selected=planner.written(call.file.path, argument.line, SPLIT_RULE),
    )


def _wanted(planner: Planner, one: Judged, site: Site) -> str:
    """The variant that a call by itself surely wants, if it is another than the literal's."""
    needed, names = planner.engine.needs(one, [site]), planner.engine.catalogue.by_guide_id
    wanted = next((names[variant] for variant in needed), "")
    return wanted if wanted != planner.variants[one.id] else ""


def _own_argument(site: Site) -> Node | None:
    """The argument that carries the model, where the call has one and it is a name, not a literal."""
    if site.receiver is None or site.call.kind != "Call":
        return None
    arguments = model_arguments(site.call, site.receiver.call)
    return arguments[0] if len(arguments) == 1 and arguments[0].kind in ("Name", "Attribute") else None
