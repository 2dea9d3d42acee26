"""Ids that are shown to come to a request, and to nothing of which nobody knows what it does with them."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.decide.plans import MODEL_RULE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from migrator.decide.flows.value_ends import EndKind
    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.inventory.edit_records import Edit
    from migrator.read.nodes import Node
    from migrator.requests.request_records import Request

_SAID: dict[EndKind, str] = {
    "library": "what is called there is not known",
    "program": "the command line of another program is given it",
    "unknown": "what becomes of it is not followed",
}
_ADDED = ("GPT55-T", "GPT55-B")
"""Rules whose edits put something beside what stands there."""


class Proven:
    """Judges the ids of one plan."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner

    def is_sent(self, one: Judged) -> bool:
        """Whether an id is shown to come to a request."""
        if one.node is None:
            return False
        return one.node in self._sent or any(e.kind == "request" for e in self.planner.ends.of(one.node))

    def lacking(self, one: Judged) -> str:
        """What is not known of what an id comes to; nothing where it is known to the last parameter.

        That is a request which holds no more than is seen, or else every end of its value.
        """
        if one.node is None:
            return ""
        if sent := self._sent.get(one.node):
            return next((f"{r.call.where}: callers may give it more" for r in sent if r.open), "")
        ends = self.planner.ends.of(one.node)
        return next((f"{e.node.where}: {_SAID[e.kind]}" for e in ends if e.kind in _SAID), "")

    @cached_property
    def _sent(self) -> dict[Node, list[Request]]:
        """By literal, the requests whose model it is; not where there are too many models to find all."""
        found: dict[Node, list[Request]] = defaultdict(list)
        for requests in self.planner.engine.linked.requests.values():
            for request in requests:
                for value in request.models:
                    for part in value.more or (value.node,) if not value.is_cut else ():
                        found[part].append(request)
        return found


def unproven(planner: Planner, edits: Sequence[Edit]) -> dict[str, str]:
    """By group, what is not shown of the ids that move by it, or why nothing needs what it adds."""
    proven, by_id = Proven(planner), {one.id: one for one in planner.judged}
    moving: dict[str, list[Judged]] = defaultdict(list)
    for edit in edits:
        if edit.rule == MODEL_RULE:
            moving[edit.group] += [by_id[name] for name in edit.references]
    found = {group: why for group, ones in moving.items() if (why := _lacking(proven, ones))}
    if not _is_halfway(planner):
        targets = {planner.namings.written(one) for group in moving.keys() - found for one in moving[group]}
        added = {edit.group for edit in edits if edit.rule.startswith(_ADDED)} - moving.keys()
        needed = {edit.group for edit in edits if edit.group in added and _names(edit, targets)}
        found |= dict.fromkeys(added - needed, "no id that is shown to come to a request needs it")
    return found


def _lacking(proven: Proven, ones: Iterable[Judged]) -> str:
    """What is not shown of ids that move together; those of tests follow."""
    live = [one for one in ones if one.context != "test"]
    unknown = next((why for one in live if (why := proven.lacking(one))), "")
    is_sent = not live or any(map(proven.is_sent, live))
    return unknown or ("" if is_sent else "no request is seen that it comes to")


def _names(edit: Edit, targets: Iterable[str]) -> bool:
    """Whether an edit is about one of some new ids."""
    said = str(edit.operation)
    return any(re.search(rf"{re.escape(one)}(?![\w-]|\.\d)", said) for one in targets)


def _is_halfway(planner: Planner) -> bool:
    """Whether the program names a new id already, which may need what is put beside the old one."""
    targets = planner.engine.catalogue.targets.values()
    return any(one in file.text for file in planner.engine.facts for one in targets)
