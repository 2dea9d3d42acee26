"""From verdicts to records: variants, replacements, groups of edits that move together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from migrator.decide.branches.flips import branches
from migrator.decide.documents import variables
from migrator.decide.documents.example_edits import docs_examples
from migrator.decide.documents.migrations import migrations
from migrator.decide.expected.expectations import expectations
from migrator.decide.holding import hold
from migrator.decide.labels import labels, relabelled
from migrator.decide.limits.finder import limits
from migrator.decide.limits.handlers import handlers
from migrator.decide.limits.overflow import unguarded
from migrator.decide.plans import MODEL_RULE
from migrator.decide.proof_gate import proven
from migrator.decide.recommend.advice import advice
from migrator.decide.recommend.agreeing import agreed, told_apart
from migrator.decide.recommend.choices import chosen
from migrator.decide.recommend.suggestions import suggestions
from migrator.decide.recorder import Recorder
from migrator.decide.records import Additions, Records
from migrator.decide.requests.at_sites import SiteParameters
from migrator.decide.requests.caps import small_caps
from migrator.decide.requests.handed_on import handed_on
from migrator.decide.requests.kept_values import kept_values
from migrator.decide.requests.let_in import let_in
from migrator.decide.requests.planned_parameters import Block, in_one_way
from migrator.decide.splits import splits
from migrator.decide.tables.gaps import tables
from migrator.decide.tables.keyed import keyed
from migrator.decide.tokenizers import tokenizers
from migrator.decide.told_defaults import explained, outdated
from migrator.inventory.edit_records import Edit, ReplaceText
from migrator.stages import told

if TYPE_CHECKING:
    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.decide.requests.planned_parameters import Planned
    from migrator.inventory import Recommendation
    from migrator.read.nodes import Node

PARAMETER_RULES = "GPT55-P"
Part = Callable[["Planner"], Additions]
EARLY: tuple[Part, ...] = (tables, branches)
"""Before the parameters: what they add decides what reaches which call."""

PARTS: tuple[Part, ...] = (
    splits,
    keyed,
    labels,
    limits,
    tokenizers,
    unguarded,
    handlers,
    small_caps,
    handed_on,
    kept_values,
    let_in,
    expectations,
    docs_examples,
    migrations,
    advice,
    suggestions,
)


def plan(planner: Planner) -> Records:
    """References, call sites, edits and findings of the run."""
    _recommend(planner)
    for one in planner.judged:
        if one.verdict.action == "rewrite":
            planner.variants[one.id] = _variant(planner, one)
    variables.agree(planner)
    _group(planner)
    hold(planner)
    parameters, recorder = SiteParameters(planner), Recorder(planner)
    planner.additions, planned = _early(planner, parameters)
    planner.planned = planned
    planner.additions.edits = [*_edits(planner, parameters), *planner.additions.edits]
    found = [*recorder.findings(planned), *recorder.dynamic(), *variables.said(planner)]
    planner.additions.findings = [*found, *planner.additions.findings]
    for part in told("Planning", PARTS):
        planner.additions.extend(part(planner))
    edits = _selected(planner, _unique(planner, planner.additions.edits))
    selected = {r for e in edits if e.selected for r in e.references}
    selected -= {r for e in edits if not e.selected and e.rule == MODEL_RULE for r in e.references}
    planner.additions.findings += outdated(planner, edits, selected)
    references = [recorder.reference(one, one.id in selected) for one in planner.judged]
    return Records(references, recorder.call_sites(planned), edits, planner.additions)


def _recommend(planner: Planner) -> None:
    """A recommendation for every literal that moves, and for every call that one of them feeds."""
    for one in planner.judged:
        if one.verdict.action == "rewrite":
            fed = [planner.sites[call] for call in one.sites]
            _advise(planner, one, planner.engine.recommend_reference(one, fed))
    free = [one for one in planner.judged if one.id not in planner.forced]
    planner.advice.update({one.id: found for one, found in agreed(free, planner.advice)})
    guide_ids = {name: one.guide_id for name, one in planner.engine.catalogue.catalog.variants.items()}
    planner.advice.update({one.id: found for one, found in told_apart(free, planner.advice, guide_ids)})
    for call, ones in planner.by_site.items():
        moving = [one for one in ones if one.id in planner.advice]
        if len(moving) == 1 and moving[0].sites == (call,):
            planner.recommendations[call] = planner.advice[moving[0].id]
        elif moving:
            planner.recommendations[call] = planner.engine.recommend(planner.sites[call], moving)


def _advise(planner: Planner, one: Judged, advice: Recommendation) -> None:
    """Keep what is recommended for a literal, or what the user chose in its place."""
    choice = planner.engine.choices.of(one.literal, one.occurrence.model, one.sites)
    if choice is not None:
        planner.forced[one.id] = choice.variant
        known = planner.engine.catalogue.catalog.variants.get(choice.variant)
        advice = chosen(advice, choice, known.guide_id if known else choice.variant)
    planner.advice[one.id] = advice


def _variant(planner: Planner, one: Judged) -> str:
    """flagship, instant or mini, or a forced id."""
    return planner.forced.get(one.id) or planner.engine.catalogue.by_guide_id[planner.advice[one.id].variant]


def _group(planner: Planner) -> None:
    """References that reach a common recognised site move together."""
    for call, ones in planner.by_site.items():
        if planner.sites[call].receiver is not None:
            moving = [one.id for one in ones if one.id in planner.variants]
            planner.groups.join_all(moving)


def _held(planner: Planner, edit: Edit) -> str:
    """Why a planned edit is not made."""
    settings = planner.engine.settings.at(edit.path)
    if settings.parameters != "fix" and edit.rule.startswith(PARAMETER_RULES):
        return f'parameters = "report" leaves {edit.rule} to you'
    if settings.safe_only and edit.safety == "unsafe":
        return f"safe-only leaves out {edit.rule}"
    return planner.off(edit.path, edit.anchor[0], edit.rule)


def _early(planner: Planner, parameters: SiteParameters) -> tuple[Additions, dict[Node, list[Planned]]]:
    """What tables and branches add, and the parameters; again where one keeps an id for a person."""
    while True:
        moving, early = dict(planner.variants), Additions()
        planner.grown, planner.arriving, planner.unreached = {}, defaultdict(set), []
        planner.offered = defaultdict(set)
        for part in EARLY:
            early.extend(part(planner))
        planned = _unblocked(planner, parameters)
        if planner.variants == moving:
            return early, planned


def _unblocked(planner: Planner, parameters: SiteParameters) -> dict[Node, list[Planned]]:
    """Parameters of every site; a site that must stay keeps all ids of its group for a person."""
    while True:
        planned = in_one_way({call: parameters.of(call) for call in planner.sites})
        blocks = {call: plan.block for call, plans in planned.items() for plan in plans if plan.block}
        blocks |= {call: b for call, plans in planned.items() if (b := _for_tests(planner, call, plans))}
        stay = [(call, block) for call, block in blocks.items() if _keep(planner, call, block)]
        if not stay:
            return planned


def _for_tests(planner: Planner, call: Node, plans: list[Planned]) -> Block | None:
    """What the program sends for everybody does not change for models that only its tests give."""
    moving = [one for one in planner.coming(call) if one.id in planner.variants]
    if not moving or not all(one.context == "test" and planner.wanted(one) for one in moving):
        return None
    of = planner.engine.contexts.of
    steps = [(plan.parameter, step) for plan in plans for step in plan.steps if of(step.path) != "test"]
    if not steps:
        return None
    parameter, step = steps[0]
    place = f"{step.path}:{step.anchor[0]}"
    return Block(
        "must-move-together", f"only tests give it such a model, and {parameter.name} at {place} is for all"
    )


def _keep(planner: Planner, call: Node, block: Block) -> bool:
    """Leave the ids that reach a call, and those that move with them, for a person."""
    moving = [one for one in planner.coming(call) if one.id in planner.variants]
    return planner.keep(moving, block.reason, f"{call.where}: {block.detail}", block.requirement)


def _edits(planner: Planner, parameters: SiteParameters) -> list[Edit]:
    edits: list[Edit] = []
    for one in planner.judged:
        if one.id in planner.variants:
            edits.append(_rewrite(planner, one, one.id))
            edits += relabelled(planner, one, edits[-1])
            edits += explained(planner, one, edits[-1])
    for call, plans in planner.planned.items():
        moving = [one for one in planner.coming(call) if one.id in planner.variants]
        group = moving[0].id if moving else planner.site_id(call)
        steps = [(plan, step) for plan in plans for step in plan.steps]
        made = [(plan, parameters.edit(call, plan, step, group, moving)) for plan, step in steps]
        edits += [msgspec.structs.replace(e, selected=e.selected and not p.block) for p, e in made]
    return edits


def _rewrite(planner: Planner, one: Judged, group: str) -> Edit:
    node = one.literal
    if node.parent is not None and node.parent.kind == "JoinedStr":
        node = node.parent
    new = planner.namings.written(one)
    operation = ReplaceText(old=one.occurrence.model, new=new, nth=one.occurrence.nth)
    return Edit(
        id=f"e-{one.fingerprint[:10]}",
        path=one.file.path,
        anchor=node.span,
        operation=operation,
        group=group,
        why=_why(planner, one, new),
        rule=MODEL_RULE,
        references=(one.id,),
        call_sites=tuple(planner.site_id(c) for c in one.sites),
        selected=planner.wanted(one),
    )


def _why(planner: Planner, one: Judged, new: str) -> str:
    variant = planner.variants.get(one.id, "")
    reasons = planner.advice[one.id].reasons
    asked = [reason for reason in reasons if reason.favours == variant]
    best = max(asked or reasons, key=lambda r: r.weight, default=None)
    return f"{one.occurrence.model} -> {new}: {best.text}" if best else f"{one.occurrence.model} -> {new}"


def _unique(planner: Planner, edits: list[Edit]) -> list[Edit]:
    """Edits that several sites or parameters ask for once; what asks for them moves together then."""
    found: dict[tuple[str, object, object], Edit] = {}
    for edit in edits:
        same = found.setdefault(_place(edit), edit)
        planner.groups.join(same.group, edit.group)
        found[_place(edit)] = _for_both(same, edit)
    return list(found.values())


def _for_both(one: Edit, other: Edit) -> Edit:
    """One edit for what two rules ask for: it says both, and is as unsafe as either; neither is left out."""
    if one.rule == other.rule or other.why in one.why:
        return one
    first = one.selected and (not other.selected or (one.safety, other.safety) == ("safe", "unsafe"))
    return msgspec.structs.replace(
        one,
        why=f"{one.why}; {other.why}",
        rule=other.rule if first else one.rule,
        safety="unsafe" if "unsafe" in (one.safety, other.safety) else one.safety,
        selected=one.selected and other.selected,
    )


def _selected(planner: Planner, edits: list[Edit]) -> list[Edit]:
    """A group is written whole or not at all; with `safe-only` a group with an unsafe edit is not.

    A test that goes on naming an old model keeps no other id from moving.
    """
    edits = [msgspec.structs.replace(e, group=planner.groups.name(e.group)) for e in edits]
    moving = {e.group for e in edits if e.selected and e.rule == MODEL_RULE}
    blocked = {e.group for e in edits if not e.selected and not (e.group in moving and _tests(planner, e))}
    settings = planner.engine.settings
    blocked |= {e.group for e in edits if e.safety == "unsafe" and settings.at(e.path).safe_only}
    asked = [e for e in edits if not settings.at(e.path).unproven]
    made, lacking = proven(planner, asked)
    edits = [*made, *(e for e in edits if settings.at(e.path).unproven)]
    planner.held = _holding(planner, edits, blocked)
    planner.unproven = {
        name: lacking[e.group]
        for e in edits
        if e.group in lacking and e.group not in blocked
        for name in e.references
    }
    blocked |= set(lacking)
    found = [msgspec.structs.replace(e, selected=False) if e.group in blocked else e for e in edits]
    return sorted(found, key=lambda e: (e.path, e.anchor, e.rank, e.id))


def _holding(planner: Planner, edits: list[Edit], blocked: set[str]) -> dict[str, str]:
    """By reference, which edit that is not made it is tied to, and why that is not made."""
    causes: dict[str, tuple[Edit, str]] = {}
    for edit in sorted(edits, key=lambda e: e.rule != MODEL_RULE):
        if edit.group in blocked and edit.group not in causes and (why := _held(planner, edit)):
            causes[edit.group] = edit, why
    found: dict[str, str] = {}
    for edit in edits:
        for reference in edit.references if edit.group in causes else ():
            cause, why = causes[edit.group]
            own = cause.rule == MODEL_RULE and reference in cause.references
            found[reference] = why if own else f"{why} at {cause.path}:{cause.anchor[0]}"
    return found


def _tests(planner: Planner, edit: Edit) -> bool:
    """Whether an edit moves an id of a test."""
    return edit.rule == MODEL_RULE and planner.engine.contexts.of(edit.path) == "test"


def _place(edit: Edit) -> tuple[str, object, object]:
    return edit.path, edit.anchor, edit.operation
