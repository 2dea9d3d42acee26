"""Ids that wait for a person, or for one another, before anything else is planned."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from migrator.data.formats import is_data
from migrator.decide.documents.judged_datafiles import said
from migrator.decide.plans import MODEL_RULE
from migrator.decide.roles.registrations import PAIRED, REGISTERED, decorating
from migrator.decide.roles.stated_defaults import is_schema_default, stated, used_instead
from migrator.decide.roles.verdicts import OLD_ROW
from migrator.decide.tables.missing_keys import is_caught, is_guarded, look_ups
from migrator.decide.tables.priced import is_sent, priced
from migrator.decide.tables.sql_checks import unchecked
from migrator.decide.tables.unlisted import unlisted
from migrator.decide.twins import join_twins
from migrator.read.scopes import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.flows.value_ends import EndKind
    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.read.nodes import FileFacts, Node

_HINT = "; with config-files it is changed along"


def hold(planner: Planner) -> None:
    """What keeps ids from moving, or from moving alone, whatever else is planned."""
    _join_rows(planner)
    _join_stated(planner)
    _hold_registered(planner)
    _hold_paired(planner)
    for one, detail in planner.namings.conflicts(planner.judged):
        planner.keep([one], "must-move-together", detail)
    _hold_merging(planner)
    _hold_settings(planner)
    _hold_unread(planner)
    _hold_given(planner)
    _hold_counted(planner)
    _hold_priced(planner)
    _hold_unlisted(planner)
    _join_told(planner)
    join_twins(planner)


def _join_rows(planner: Planner) -> None:
    """Let the ids of one body move together, and alike, that are sent there and say the model beside."""
    found: dict[tuple[Node, str], list[Judged]] = defaultdict(list)
    for one in planner.judged:
        if one.node is not None:
            found[body_around(one.node), one.occurrence.model].append(one)
    for ones in found.values():
        _join_row(planner, ones)


def _join_row(planner: Planner, ones: list[Judged]) -> None:
    moving = [one for one in ones if one.id in planner.variants]
    sent = [one for one in moving if one.sites]
    rows = [one for one in ones if one.verdict == OLD_ROW]
    if sent and rows and rows[0].node is not None:
        where = rows[0].node.where
        planner.keep(sent, OLD_ROW.reason, f"{where} looks up the row of the same model, which stays")
        return
    used = {planner.variants[one.id] for one in sent}
    for other in moving if sent and body_around(sent[0].literal).kind != "Module" else ():
        if not other.sites:
            planner.groups.join(sent[0].id, other.id)
            if len(used) == 1 and other.id not in planner.forced:
                planner.variants[other.id] = min(used)


def _join_stated(planner: Planner) -> None:
    """Let what a schema states as a default move with what the program uses for it, and alike."""
    linked = planner.engine.linked
    for one in planner.judged:
        if (
            one.node is None
            or one.id not in planner.variants
            or not is_schema_default(one.node, linked.names)
        ):
            continue
        argument = stated(one.node, linked.names)
        used = set(used_instead(linked, argument)) if argument is not None else set()
        alike = [o for o in planner.judged if o.occurrence.model == one.occurrence.model and o is not one]
        same = [
            o
            for o in alike
            if o.node in used or (o.verdict.role == "default" and is_beside(one.node, o.node))
        ]
        staying = [other for other in same if other.id not in planner.variants]
        if staying:
            where = staying[0].literal.where
            planner.keep([one], "must-move-together", f"{where} is used where nothing is given, and stays")
        for other in same if not staying else ():
            planner.groups.join(one.id, other.id)
            if one.id not in planner.forced:
                planner.variants[one.id] = planner.variants[other.id]


def is_beside(node: Node | None, other: Node | None) -> bool:
    """Whether two expressions are given in one call, or in what is given in it."""
    if node is None or other is None or node.statement != other.statement:
        return False
    calls = [one for one in node.ancestors() if one.kind == "Call" and one.statement == node.statement]
    return bool(calls) and other.inside(calls[-1])


def body_around(node: Node) -> Node:
    """The function around an expression, or the module."""
    return next((a for a in node.ancestors() if a.kind in FUNCTIONS or a.kind == "Module"), node)


def _hold_registered(planner: Planner) -> None:
    """Ids wait that are looked for where a decorator keeps something under an old one."""
    kept = (one for one in planner.judged if one.verdict.detail == REGISTERED.detail)
    for one in kept:
        if one.node is not None and decorating(one.node, planner.engine.linked):
            model = one.occurrence.model
            same = [o for o in planner.judged if o.occurrence.model.startswith(model)]
            detail = f"{one.node.where} keeps something under this name: register the new one beside it"
            moving = [other for other in same if other.id in planner.variants]
            planner.keep(moving, "must-move-together", detail)


def _hold_paired(planner: Planner) -> None:
    """Ids wait that are looked up, with something else, among rows that stay as they are."""
    rows = (one.node for one in planner.judged if one.verdict.detail == PAIRED.detail)
    kept = {row.parent.parent for row in rows if row is not None and row.parent is not None}
    linked = planner.engine.linked
    for file in linked.project.files.values() if kept else ():
        for asked, base, key in look_ups(file):
            raises = asked.kind == "Subscript" and not is_caught(asked) and not is_guarded(asked)
            if key.kind == "Tuple" and raises and any(v.node in kept for v in linked.known(base)):
                literals = {one for part in key.all("elts") for one in linked.literals(part)}
                moving = [o for o in planner.judged if o.node in literals and o.id in planner.variants]
                planner.keep(moving, "must-move-together", f"{asked.where} looks up a row that stays")


def _hold_merging(planner: Planner) -> None:
    """Ids of one display wait that would become the same as another of it: what goes through it loses one."""
    displays: dict[Node, list[Judged]] = defaultdict(list)
    for one in planner.judged:
        above = one.node.parent if one.node is not None and one.id in planner.variants else None
        if above is not None and above.kind in ("List", "Tuple", "Set"):
            displays[above].append(one)
    for display, ones in displays.items():
        texts = (n.value for n in display.all("elts") if n.kind == "Constant")
        taken = {text: text for text in texts if isinstance(text, str)}
        for one in sorted(ones, key=lambda one: one.literal.index):
            new = planner.namings.written(one)
            old = str(one.literal.value)
            if taken.setdefault(new, old) != old:
                detail = f"{display.where} would hold {new} twice: {taken[new]} is there, or becomes it"
                planner.keep([one], "must-move-together", detail)


def _hold_settings(planner: Planner) -> None:
    """A setting that is not written stays: its calls are sent the old id, too."""
    for one in planner.judged:
        is_one = one.id in planner.variants and planner.engine.linked.is_setting(one.file.path)
        if is_one and not planner.wanted(one):
            call = one.sites[0] if one.sites else None
            where = (
                f" and sent by the call in line {call.line} of {call.file.path}" if call is not None else ""
            )
            asked = planner.engine.settings.at(one.file.path).config_files
            hint = f"; {planner.off(one.file.path, one.occurrence.line, MODEL_RULE)}" if asked else _HINT
            planner.settled[one.id] = one.verdict.review("persisted-setting", f"set here{where}{hint}")
            del planner.variants[one.id]


def _hold_unread(planner: Planner) -> None:
    """An id that is looked up in what cannot be read: nobody knows whether the new one stands there."""
    looked_up = dict(_unread_keys(planner)) if planner.engine.data.unread else {}
    for one in planner.judged if looked_up else ():
        met = looked_up.get(one.node) if one.node is not None else None
        if met is not None and one.id in planner.variants:
            asked, file = met
            assert file.problem is not None
            detail = f"{asked.where} looks it up in {file.path}, which is {said(file.problem)}"
            planner.settled[one.id] = one.verdict.review("must-move-together", detail)
            del planner.variants[one.id]


def _unread_keys(planner: Planner) -> Iterator[tuple[Node, tuple[Node, FileFacts]]]:
    """The literals by which something that cannot be read is asked, with where and what it is."""
    linked, unread = planner.engine.linked, planner.engine.data.unread
    for file in linked.project.files.values():
        for asked, base, key in look_ups(file):
            for met in [unread[v.node] for v in linked.known(base) if v.node in unread]:
                for literal in linked.literals(key):
                    yield literal, (asked, met)


def _hold_counted(planner: Planner) -> None:
    """What gets to no request and stands beside figures without names: these may be about the old model."""
    for one in planner.judged:
        node = one.node
        if one.id not in planner.variants or one.sites or node is None or node.parent is None:
            continue
        beside = node.parent.all("elts") if node.parent.kind in ("Tuple", "List") else ()
        figures = [n for n in beside if n.kind == "Constant" and type(n.value) in (int, float)]
        if figures:
            said = f"{figures[0].source} stands beside it and may be a figure for {one.occurrence.model}"
            planner.keep([one], "must-move-together", said)


def _hold_priced(planner: Planner) -> None:
    """What a model costs is counted by figures that stay: its ids wait for them."""
    moving = defaultdict(list)
    for one in planner.judged:
        if one.id in planner.variants:
            moving[one.occurrence.model].append(one)
    for found in priced(planner, moving):
        said = f"{found.node.where}: {found.node.source} is what {found.model} costs, and stays"
        planner.keep(moving[found.model], "must-move-together", said)


def _hold_unlisted(planner: Planner) -> None:
    """What is not written into a call may be looked up where the new id has no row: in a file, a database."""
    for one, lacking in list(unlisted(planner)):
        planner.keep([one], "must-move-together", f"{lacking}; what looks it up was not followed")
    for one, lacking in list(unchecked(planner)):
        planner.keep([one], "persisted-setting", lacking)


def _join_told(planner: Planner) -> None:
    """Let an id that only says what is counted or recorded move with one of its file that is called by it.

    All ends are asked for here, before what is planned takes more of the evaluator's work.
    """
    moving = [one for one in planner.judged if one.id in planner.variants]
    kinds = {
        one.id: {end.kind for end in planner.ends.of(one.node)} for one in moving if one.node is not None
    }
    sent: dict[tuple[str, str], str] = {}
    for one in moving:
        if is_sent(planner, one):
            sent.setdefault((one.file.path, one.occurrence.model), one.id)
    for one in moving:
        called = sent.get((one.file.path, one.occurrence.model))
        if called is not None and _is_told(kinds.get(one.id, set())) and not is_sent(planner, one):
            planner.groups.join(called, one.id)


def _is_told(kinds: set[EndKind]) -> bool:
    """Whether nobody is called by an id there: not either by what is kept, which a figure is asked for by."""
    stated = {"look-up", "record", "test", *(("kept",) if "look-up" in kinds else ())}
    return kinds <= stated and not kinds.isdisjoint(("look-up", "record"))


def _hold_given(planner: Planner) -> None:
    closed: dict[str, Judged] = {}
    for one in planner.judged:
        if one.id in planner.variants and is_data(one.file.path) and not planner.wanted(one):
            closed.setdefault(planner.groups.root(one.id), one)
    for one in planner.judged if closed else ():
        given = closed.get(planner.groups.root(one.id))
        if given is not None and one.id in planner.variants and not is_data(one.file.path):
            detail = f"{given.file.path}:{given.occurrence.line} names the model of the same call{_HINT}"
            planner.settled[one.id] = one.verdict.review("must-move-together", detail)
            del planner.variants[one.id]
