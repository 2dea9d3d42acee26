"""Which edits are written by default: groups whose ids are all proven, and what these need beside."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from migrator.decide.holding import is_beside
from migrator.decide.plans import MODEL_RULE
from migrator.decide.proven import Proven, Refusal
from migrator.inventory.edit_records import AddElement, AddEntry, ReplaceExpression
from migrator.read.ids import bare
from migrator.read.scopes import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.inventory.edit_records import Edit
    from migrator.read.nodes import Node

_TABLES = "GPT55-T"
_ADDED = (_TABLES, "GPT55-B")
"""Rules whose edits put something beside what stands there."""
_FLIPPED = "a test says otherwise of the new id"
_PARAMETERS = "GPT55-P"


def proven(planner: Planner, edits: Sequence[Edit]) -> tuple[list[Edit], dict[str, str]]:
    """The edits, and by group what is not shown of the ids that move by it, or that nothing needs it.

    What only adds something that ids which move need follows these: without one of them it is not made.
    """
    judge, by_id = Proven(planner), {one.id: one for one in planner.judged}
    moving: dict[str, dict[str, Judged]] = defaultdict(dict)
    adding = {edit.group for edit in edits if edit.rule.startswith(_ADDED)}
    adding -= {edit.group for edit in edits if edit.rule == MODEL_RULE or _is_use(edit) or _is_first(edit)}
    for edit in edits:
        ones = {name: by_id[name] for name in edit.references}
        if edit.rule.startswith(_PARAMETERS):
            ones = {name: one for name, one in ones.items() if judge.is_sent(one)} or ones
        if (_moves(edit) and edit.group not in adding) or (
            _is_first(edit) and any(map(judge.is_sent, ones.values()))
        ):
            moving[edit.group].update(ones)
    found = _unshown(judge, moving, edits)
    added = {edit.group for edit in edits if edit.rule.startswith(_ADDED)} - moving.keys()
    ids = [one for group in moving.keys() - found for one in moving[group].values()]
    needed = _needed(planner, ids, [edit for edit in edits if edit.group in added], by_id)
    there = _there_already(planner)
    for edit in (one for one in edits if one.group in added and isinstance(one.operation, AddElement)):
        chosen = [by_id[name] for name in edit.references]
        why = judge.given_to_library(chosen) or _refused_choice(planner, chosen)
        found |= {edit.group: why} if why else {}
    lone = {group for group in added if not needed[group]}
    lone -= {
        edit.group
        for edit in edits
        if edit.group in lone and not _adds_to_list(edit) and any(_names(edit, one) for one in there)
    }
    found |= dict.fromkeys(lone, "no id that is shown to come to a request needs it")
    going_over = {edit.group for edit in edits if _is_use(edit)}
    for edit in (one for one in edits if one.group in going_over):
        if flipped := _flipped(planner, [by_id[name] for name in edit.references]):
            found.setdefault(edit.group, f"{flipped.literal.where}: {_FLIPPED}")
    return [_following(edit, needed.get(edit.group, set())) for edit in edits], found


def _needed(
    planner: Planner, ids: Iterable[Judged], edits: Iterable[Edit], by_id: dict[str, Judged]
) -> dict[str, set[str]]:
    """By group of edits that only add something, the ids that move and need it."""
    causes: dict[str, set[str]] = defaultdict(set)
    for one in ids:
        for target in _targets(planner, one):
            causes[target].add(one.id)
    needed: dict[str, set[str]] = defaultdict(set)
    for edit in edits:
        causing = {name for target, names in causes.items() if _names(edit, target) for name in names}
        needed[edit.group] |= {name for name in causing if _held_old(planner, edit, by_id, name)}
    return needed


def _adds_to_list(edit: Edit) -> bool:
    """Whether an edit adds to a list of ids, of which nobody knows that it held what was sent."""
    return edit.rule.startswith(_TABLES) and isinstance(edit.operation, AddElement)


def _held_old(planner: Planner, edit: Edit, by_id: dict[str, Judged], name: str) -> bool:
    """Whether a list that an edit adds to holds what an id was that moves; a dict's row is not asked."""
    beside = [by_id[one].node for one in edit.references]
    lists = [node.parent for node in beside if node is not None and node.parent is not None]
    if not _adds_to_list(edit) or not lists or any(one.kind == "Dict" for one in lists):
        return True
    model = planner.engine.catalogue.model
    held = {
        bare(text.value) for one in lists for text in one.among("Constant") if isinstance(text.value, str)
    }
    old = by_id[name].occurrence.model
    return old in held or any(found is not None and found is model(old) for found in map(model, held))


def _left_choice(planner: Planner, one: Judged, gaining: set[str]) -> Judged | None:
    """A choice of the same model in the same file, beside others or in the same call, which waits."""
    for other in planner.judged:
        is_same = other.file is one.file and other.occurrence.model == one.occurrence.model
        is_choice = is_same and other.verdict.role == "membership" and other.id not in gaining
        action = planner.settled.get(other.id, other.verdict).action
        if not is_choice or other.node is None or action not in ("review", "extend"):
            continue
        if is_beside(one.node, other.node) or (action == "review" and _is_of_module(other.node)):
            return other
    return None


def _is_of_module(node: Node) -> bool:
    """Whether an element stands in a list that a module or a class gives a name."""
    above = node.parent
    is_list = above is not None and above.kind in ("List", "Tuple", "Set")
    return is_list and node.scope.kind in ("Module", "ClassDef")


def _moves(edit: Edit) -> bool:
    """Whether an edit lets a new id come to a request: itself, a member of its own, its parameters."""
    return edit.rule == MODEL_RULE or _is_use(edit) or edit.rule.startswith(_PARAMETERS)


def _is_use(edit: Edit) -> bool:
    """Whether an edit lets a use go over to a member that another adds."""
    return edit.rule.startswith(_TABLES) and isinstance(edit.operation, ReplaceExpression)


def _flipped(planner: Planner, ones: Iterable[Judged]) -> Judged | None:
    """A test on the model of a member that waits, as any other would raise: its way there is not seen."""
    models = {one.occurrence.model for one in ones}
    for other in planner.judged:
        is_of_model = other.occurrence.model in models and planner.is_live(other.file)
        is_held = planner.settled.get(other.id, other.verdict).reason == "branch-flips"
        if is_of_model and is_held and other.node is not None and _raises_else(other.node):
            return other
    return None


def _refused_choice(planner: Planner, ones: Iterable[Judged]) -> str:
    """The test that what is chosen in a list comes to, and that raises for what it does not name."""
    tests = {
        end.node
        for one in ones
        if one.node is not None
        for end in planner.ends.of(one.node)
        if end.kind == "test"
    }
    for other in planner.judged:
        is_held = planner.settled.get(other.id, other.verdict).reason == "branch-flips"
        is_asked = is_held and other.node is not None and not tests.isdisjoint(other.node.ancestors())
        if is_asked and other.node is not None and _raises_else(other.node):
            return f"{other.literal.where}: {_FLIPPED}"
    return ""


def _raises_else(node: Node) -> bool:
    """Whether what no arm of the tests that an id stands in is for raises, there or behind them."""
    last = next((above for above in node.ancestors() if above.kind == "If"), None)
    while last is not None and [one.kind for one in last.all("orelse")] == ["If"]:
        last = last.all("orelse")[0]
    if last is None:
        return False
    return any(one.kind == "Raise" for one in last.all("orelse") or _behind(last))


def _behind(statement: Node) -> list[Node]:
    """The statement that follows one, or those around it that it ends."""
    for one in (statement, *statement.ancestors()):
        beside = (
            one.parent.all(one.field) if one.parent is not None and one.field in ("body", "orelse") else []
        )
        rest = beside[beside.index(one) + 1 :] if one in beside else []
        if rest or one.kind in FUNCTIONS:
            return rest[:1]
    return []


def _is_first(edit: Edit) -> bool:
    """Whether an edit puts something first in a display, of which the first may be taken."""
    made = edit.operation
    return isinstance(made, (AddElement, AddEntry)) and made.before and made.beside == 0


def _targets(planner: Planner, one: Judged) -> Iterable[str]:
    """What an id that moves becomes, as it is written and bare; any new id where a member of its own does."""
    if one.id not in planner.variants:
        return planner.engine.catalogue.targets.values()
    return {planner.namings.written(one), planner.engine.catalogue.target(planner.variants[one.id])}


def _following(edit: Edit, names: set[str]) -> Edit:
    return msgspec.structs.replace(edit, follows=tuple(sorted(names))) if names and not edit.follows else edit


def _unshown(judge: Proven, moving: dict[str, dict[str, Judged]], edits: Sequence[Edit]) -> dict[str, str]:
    """By group what is not shown of it, while what the edits of the others put right is right."""
    gaining = {name for edit in edits if edit.selected for name in edit.references}
    found: dict[str, str] = {}
    before = -1
    while before < len(found):
        before, made = len(found), moving.keys() - found
        mended = frozenset(
            Refusal(place, edit.rule)
            for edit in edits
            if edit.selected and edit.group in made
            for place in (*edit.call_sites, f"{edit.path}:{edit.anchor[0]}")
        )
        for group in sorted(made):
            ones = moving[group].values()
            why = _lacking(judge, ones, mended) or _left_out(judge.planner, ones, gaining)
            found |= {group: why} if why else {}
    return found


def _left_out(planner: Planner, ones: Iterable[Judged], gaining: set[str]) -> str:
    """The choice that does not gain what some ids move to."""
    left = next(filter(None, (_left_choice(planner, one, gaining) for one in ones)), None)
    return f"{left.literal.where}: what is offered there does not gain the new id" if left else ""


def _lacking(proven: Proven, ones: Iterable[Judged], mended: frozenset[Refusal]) -> str:
    """What is not shown of ids that move together; those of tests follow."""
    live = [one for one in ones if one.context != "test"]
    judged = (one for one in live if not proven.says_another(one, live))
    unknown = next((why for one in judged if (why := proven.lacking(one, mended))), "")
    is_sent = not live or any(map(proven.is_sent, live))
    return unknown or ("" if is_sent else "no request is seen that it comes to")


def _names(edit: Edit, target: str) -> bool:
    """Whether an edit is about a new id, which a pattern may hold."""
    said = str(edit.operation).replace("\\", "")
    return re.search(rf"{re.escape(target)}(?![\w-]|\.\d)", said) is not None


def _there_already(planner: Planner) -> set[str]:
    """The new ids that requests of the program are sent already: they need what the old ones have."""
    requests = (one for several in planner.engine.linked.requests.values() for one in several)
    sent = {bare(value.text) for one in requests for value in one.models if value.text}
    return sent.intersection(planner.engine.catalogue.targets.values())
