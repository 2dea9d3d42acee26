"""From verdicts to records: variants, replacements, groups of edits that move together."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.data.formats import is_data
from migrator.decide import beside
from migrator.decide.contexts import WRITTEN
from migrator.decide.documents import settings
from migrator.decide.limits.links import Links
from migrator.decide.parts import EARLY, PARTS, Additions, Groups
from migrator.decide.recommend.choices import chosen
from migrator.decide.recommend.costs import Costs
from migrator.decide.recorder import Recorder
from migrator.decide.requests.at_sites import SiteParameters
from migrator.decide.requests.naming import Namings
from migrator.decide.requests.rules import Block, Planned, Requests
from migrator.decide.roles import registrations
from migrator.decide.tables.enums import promoted
from migrator.decide.tables.rows import displayed
from migrator.inventory import CallSite, Edit, Reference, ReplaceText
from migrator.stages import told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.engine import Engine
    from migrator.decide.judged import Judged
    from migrator.decide.roles.verdicts import Verdict
    from migrator.decide.sites import Site
    from migrator.inventory import Context, Recommendation, Requirement, Span
    from migrator.read.nodes import Node

MODEL_RULE = "GPT55-M001"
_DATE = re.compile(r"-\d{4}-\d{2}-\d{2}$")
PARAMETER_RULES = "GPT55-P"


class Records(NamedTuple):
    """What goes into the inventory."""

    references: list[Reference]
    call_sites: list[CallSite]
    edits: list[Edit]
    additions: Additions


class Planner:
    """Plans one run's edits.

    Parts may change a reference's verdict (`settled`) and leave ids for a person (`keep`). Those that come
    before the parameters say which ids a display gains (`grown`), which variants reach a call by way of it
    (`arriving`) and which code no id that moves gets to (`unreached`). Those that come after them see what
    is planned so far (`planned`, `additions`).
    """

    def __init__(self, engine: Engine, judged: list[Judged], sites: dict[Node, Site]) -> None:
        self.engine = engine
        self.judged = judged = promoted(engine, judged)
        self.sites = dict(sorted(sites.items(), key=lambda item: (item[0].file.path, item[0].index)))
        self.requests = Requests(engine.linked, engine.rulebook.catalog, engine.pins)
        self.prompts = engine.surroundings.wording.prompts
        self.by_site: dict[Node, list[Judged]] = defaultdict(list)
        for one in judged:
            for call in one.sites:
                self.by_site[call].append(one)
        self.advice: dict[str, Recommendation] = {}
        self.forced: dict[str, str] = {}
        self.recommendations: dict[Node, Recommendation] = {}
        self.variants: dict[str, str] = {}
        self.settled: dict[str, Verdict] = {}
        self.grown: dict[Node, set[str]] = {}
        self.arriving: dict[Node, set[str]] = defaultdict(set)
        self.offered: dict[Node, set[str]] = defaultdict(set)
        self.unreached: list[tuple[str, Span]] = []
        self.members: dict[str, str] = {}
        self.loose: set[Node] = set()
        self.groups = Groups()
        self.costs = Costs(self)
        self.parameters = SiteParameters(self)
        self.planned: dict[Node, list[Planned]] = {}
        self.held: dict[str, str] = {}
        self.required: dict[str, Requirement] = {}
        self.additions = Additions()

    def coming(self, call: Node) -> list[Judged]:
        """The ids that reach a call, and those that may: nobody knows where they go, nor what it calls."""
        return [*self.by_site[call], *self._astray.get(call, ())]

    @cached_property
    def _astray(self) -> dict[Node, list[Judged]]:
        """By call whose model is not known, the ids that get to no request."""
        of, near = self.engine.linked.requests_of, self.engine.linked.project.are_near
        requests = {call: of(call) for call, site in self.sites.items() if site.receiver is not None}
        models = [v for found in requests.values() for r in found for v in r.models if v.text]
        seen = {part for value in models for part in value.more or (value.node,)}
        gone = [one for one in self.judged if self._gets_nowhere(one) and one.node not in seen]
        found: dict[Node, list[Judged]] = {}
        for call, made in requests.items() if gone else ():
            told = [r for r in made if r.unknown_model is not None and not r.is_guessed]
            if told and not self.parameters.is_elsewhere(self.sites[call]):
                is_any = call.kind != "Dict" and not all(r.is_too_much for r in told)
                path = call.file.path
                found[call] = [one for one in gone if is_any or near(path, one.file.path)]
                if not found[call] and call.kind != "Dict":
                    self.loose.add(call)
                    found[call] = gone
        return found

    def _gets_nowhere(self, one: Judged) -> bool:
        is_known = any(self.sites[call].receiver is not None for call in one.sites)
        is_written = one.verdict.action == "rewrite" and one.context in WRITTEN and not is_data(one.file.path)
        return is_written and not is_known

    @cached_property
    def links(self) -> Links:
        """Which calls a place in the code bears on."""
        return Links(self)

    @cached_property
    def namings(self) -> Namings:
        """What stands before an id where a library wants it."""
        return Namings(self)

    def plan(self) -> Records:
        """References, call sites, edits and findings of the run."""
        self._recommend()
        for one in self.judged:
            if one.verdict.action == "rewrite":
                self.variants[one.id] = self._variant(one)
        settings.agree(self)
        self._group()
        beside.join(self)
        registrations.hold(self)
        self.namings.hold()
        self.engine.data.hold(self)
        self.additions, planned = self._early()
        self.planned = planned
        recorder = Recorder(self)
        self.additions.edits = [*self._edits(planned), *self.additions.edits]
        found = [*recorder.findings(planned), *recorder.dynamic(), *settings.said(self)]
        self.additions.findings = [*found, *self.additions.findings]
        for part in told("Planning", PARTS):
            self.additions.extend(part(self))
        edits = self._selected(self._unique(self.additions.edits))
        selected = {r for e in edits if e.selected for r in e.references}
        references = [recorder.reference(one, one.id in selected) for one in self.judged]
        return Records(references, recorder.call_sites(planned), edits, self.additions)

    # -- variants ----------------------------------------------------------------------------------

    def _recommend(self) -> None:
        """A recommendation for every literal that moves, and for every call that one of them feeds."""
        for one in self.judged:
            if one.verdict.action == "rewrite":
                fed = [self.sites[call] for call in one.sites]
                self._advise(one, self.engine.recommend_reference(one, fed))
        for call, ones in self.by_site.items():
            moving = [one for one in ones if one.id in self.advice]
            if len(moving) == 1 and moving[0].sites == (call,):
                self.recommendations[call] = self.advice[moving[0].id]
            elif moving:
                self.recommendations[call] = self.engine.recommend(self.sites[call], moving)

    def _advise(self, one: Judged, advice: Recommendation) -> None:
        """Keep what is recommended for a literal, or what the user chose in its place."""
        assert one.node is not None
        choice = self.engine.choices.of(one.node, one.occurrence.model, one.sites)
        if choice is not None:
            self.forced[one.id] = choice.variant
            known = self.engine.catalogue.catalog.variants.get(choice.variant)
            advice = chosen(advice, choice, known.guide_id if known else choice.variant)
        self.advice[one.id] = advice

    def _variant(self, one: Judged) -> str:
        """flagship, instant or mini, or a forced id."""
        names = {v.guide_id: name for name, v in self.engine.catalogue.catalog.variants.items()}
        return self.forced.get(one.id) or names[self.advice[one.id].variant]

    def _target(self, variant: str) -> str:
        return self.engine.catalogue.targets.get(variant, variant)

    # -- groups ------------------------------------------------------------------------------------

    def _group(self) -> None:
        """References that reach a common recognised site move together."""
        for call, ones in self.by_site.items():
            if self.sites[call].receiver is not None:
                moving = [one.id for one in ones if one.id in self.variants]
                for other in moving[1:]:
                    self.groups.join(moving[0], other)

    def written(self, path: str, line: int, rule: str) -> bool:
        """Whether the settings, the file's context and its comments allow an edit by a rule at a place."""
        return not self.off(path, line, rule)

    def off(self, path: str, line: int, rule: str) -> str:
        """What the settings, the file's context or its comments have against an edit by a rule at a place."""
        file = self.engine.linked.project.files.get(path)
        context = self.engine.contexts.of(path, generated=file is not None and file.generated)
        if not self.writes(path, context):
            return f"{context} files are not written (--write-contexts {context})"
        rules = self.engine.suppressions.get(path)
        if rules is not None and rules.covering(line, rule) is not None:
            return f"a comment leaves out {rule}"
        wanted = self.engine.choices.per_path.wants(path, rule)
        return "" if wanted else f"select and ignore leave out {rule}"

    def _held(self, edit: Edit) -> str:
        """Why a planned edit is not made."""
        settings = self.engine.settings.at(edit.path)
        if settings.parameters != "fix" and edit.rule.startswith(PARAMETER_RULES):
            return f'parameters = "report" leaves {edit.rule} to you'
        if settings.safe_only and edit.safety == "unsafe":
            return f"safe-only leaves out {edit.rule}"
        return self.off(edit.path, edit.anchor[0], edit.rule)

    def writes(self, path: str, context: Context) -> bool:
        """Whether files of a context are written; data files only where config files are."""
        settings = self.engine.settings.at(path)
        if not is_data(path):
            return context in (*WRITTEN, *settings.write_contexts)
        config = settings.config_files or "config" in settings.write_contexts
        return config and (context == "config" or context in settings.write_contexts)

    # -- edits -------------------------------------------------------------------------------------

    def _early(self) -> tuple[Additions, dict[Node, list[Planned]]]:
        """What tables and branches add, and the parameters; again where one keeps an id for a person."""
        while True:
            moving, early = dict(self.variants), Additions()
            self.grown, self.arriving, self.unreached = {}, defaultdict(set), []
            self.offered = defaultdict(set)
            for part in EARLY:
                early.extend(part(self))
            planned = self._unblocked()
            if self.variants == moving:
                return early, planned

    def _unblocked(self) -> dict[Node, list[Planned]]:
        """Parameters of every site; a site that must stay keeps all ids of its group for a person."""
        while True:
            planned = {call: self.parameters.of(call) for call in self.sites}
            blocks = {call: plan.block for call, plans in planned.items() for plan in plans if plan.block}
            stay = [(call, block) for call, block in blocks.items() if self._keep(call, block)]
            if not stay:
                return planned

    def _keep(self, call: Node, block: Block) -> bool:
        """Leave the ids that reach a call, and those that move with them, for a person."""
        moving = [one for one in self.coming(call) if one.id in self.variants]
        return self.keep(moving, block.reason, f"{call.where}: {block.detail}", block.requirement)

    def keep(
        self, moving: list[Judged], reason: str, detail: str, requirement: Requirement | None = None
    ) -> bool:
        """Leave ids, and those that move with them, for a person."""
        roots = {self.groups.root(one.id) for one in moving}
        for one in self.judged:
            if one.id in self.variants and self.groups.root(one.id) in roots:
                self.settled[one.id] = one.verdict.review(reason, detail)
                del self.variants[one.id]
                if requirement is not None:
                    self.required[one.id] = requirement
        return bool(moving)

    def _edits(self, planned: dict[Node, list[Planned]]) -> list[Edit]:
        edits: list[Edit] = []
        for one in self.judged:
            if one.id in self.variants:
                edits.append(self._rewrite(one, one.id))
                edits += self._relabelled(one, edits[-1])
        for call, plans in planned.items():
            moving = [one for one in self.coming(call) if one.id in self.variants]
            group = moving[0].id if moving else self.site_id(call)
            steps = [(plan, step) for plan in plans for step in plan.steps]
            made = [(plan, self.parameters.edit(call, plan, step, group, moving)) for plan, step in steps]
            edits += [msgspec.structs.replace(e, selected=e.selected and not p.block) for p, e in made]
        return edits

    def _rewrite(self, one: Judged, group: str) -> Edit:
        assert one.node is not None
        node = one.node
        if node.parent is not None and node.parent.kind == "JoinedStr":
            node = node.parent
        new = self.namings.written(one)
        operation = ReplaceText(old=one.occurrence.model, new=new, nth=one.occurrence.nth)
        return Edit(
            id=f"e-{one.fingerprint[:10]}",
            path=one.file.path,
            anchor=node.span,
            operation=operation,
            group=group,
            why=self._why(one, new),
            rule=MODEL_RULE,
            references=(one.id,),
            call_sites=tuple(self.site_id(c) for c in one.sites),
            selected=self._wanted(one),
        )

    def _relabelled(self, one: Judged, edit: Edit) -> Iterator[Edit]:
        """The old model's display name beside an id that moves, in a pair or a record of the two."""
        pair = one.node.parent if one.node is not None else None
        if pair is None or pair.kind not in ("Tuple", "Dict"):
            return
        old, new = _DATE.sub("", one.occurrence.model), self._target(self.variants[one.id])
        for text in (n for n in pair.children() if n.kind == "Constant" and n.field != "keys"):
            if not isinstance(text.value, str):
                continue
            shown = displayed(text.value, old, new)
            if shown != text.value and text != one.node:
                key = hashlib.sha256(f"{edit.id}|{text.span}".encode()).hexdigest()[:10]
                operation = ReplaceText(old=text.value, new=shown)
                yield msgspec.structs.replace(edit, id=f"e-{key}", anchor=text.span, operation=operation)

    def _why(self, one: Judged, new: str) -> str:
        variant = self.variants.get(one.id, "")
        reasons = self.advice[one.id].reasons
        asked = [reason for reason in reasons if reason.favours == variant]
        best = max(asked or reasons, key=lambda r: r.weight, default=None)
        return f"{one.occurrence.model} -> {new}: {best.text}" if best else f"{one.occurrence.model} -> {new}"

    def _wanted(self, one: Judged) -> bool:
        wants = self.engine.choices.per_path.wants(one.file.path, MODEL_RULE)
        return self.writes(one.file.path, one.context) and not one.suppressed and wants

    def _unique(self, edits: list[Edit]) -> list[Edit]:
        """Edits that several sites ask for once; what asks for them moves together then."""
        found: dict[tuple[str, object, object], Edit] = {}
        for edit in edits:
            same = found.setdefault(_place(edit), edit)
            self.groups.join(same.group, edit.group)
        return list(found.values())

    def _selected(self, edits: list[Edit]) -> list[Edit]:
        """A group is written whole or not at all; with `safe-only` a group with an unsafe edit is not.

        A test that goes on naming an old model keeps no other id from moving.
        """
        edits = [msgspec.structs.replace(e, group=self.groups.name(e.group)) for e in edits]
        moving = {e.group for e in edits if e.selected and e.rule == MODEL_RULE}
        blocked = {e.group for e in edits if not e.selected and not (e.group in moving and self._tests(e))}
        settings = self.engine.settings
        blocked |= {e.group for e in edits if e.safety == "unsafe" and settings.at(e.path).safe_only}
        self.held = self._holding(edits, blocked)
        found = [msgspec.structs.replace(e, selected=False) if e.group in blocked else e for e in edits]
        return sorted(found, key=lambda e: (e.path, e.anchor, e.rank, e.id))

    def _holding(self, edits: list[Edit], blocked: set[str]) -> dict[str, str]:
        """By reference, which edit that is not made it is tied to, and why that is not made."""
        causes: dict[str, tuple[Edit, str]] = {}
        for edit in sorted(edits, key=lambda e: e.rule != MODEL_RULE):
            if edit.group in blocked and edit.group not in causes and (why := self._held(edit)):
                causes[edit.group] = edit, why
        found: dict[str, str] = {}
        for edit in edits:
            for reference in edit.references if edit.group in causes else ():
                cause, why = causes[edit.group]
                own = cause.rule == MODEL_RULE and reference in cause.references
                found[reference] = why if own else f"{why} at {cause.path}:{cause.anchor[0]}"
        return found

    def _tests(self, edit: Edit) -> bool:
        """Whether an edit moves an id of a test."""
        return edit.rule == MODEL_RULE and self.engine.contexts.of(edit.path) == "test"

    # -- names of call sites -------------------------------------------------------------------------

    def site_id(self, call: Node) -> str:
        return self._site_ids[call]

    @cached_property
    def _site_ids(self) -> dict[Node, str]:
        """By file, scope and API, and by their order where these are the same."""
        found: dict[Node, str] = {}
        counts: dict[str, int] = defaultdict(int)
        for call, site in self.sites.items():
            key = f"{call.file.path}|{site.scope}|{site.api}"
            counts[key] += 1
            digest = hashlib.sha256(f"{key}|{counts[key]}".encode())
            found[call] = "s-" + digest.hexdigest()[:10]
        return found


def _place(edit: Edit) -> tuple[str, object, object]:
    return edit.path, edit.anchor, edit.operation
