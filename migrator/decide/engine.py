"""Decides for a whole project: references, call sites, edits and findings from the facts of all files."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from math import sqrt
from typing import TYPE_CHECKING

import msgspec

from migrator.decide.catalogue import VARIANTS, Catalogue
from migrator.decide.contexts import Contexts
from migrator.decide.documents.datafiles import DataFiles
from migrator.decide.judged import Judged
from migrator.decide.linked import Linked
from migrator.decide.plans import Planner, Records
from migrator.decide.recommend.choices import Choices
from migrator.decide.recommend.clues import scaled
from migrator.decide.recommend.constraints import Constraints
from migrator.decide.recommend.evidence import Surroundings
from migrator.decide.recommend.tokens import Tokens
from migrator.decide.recommend.uses import UNKNOWN, Recommender
from migrator.decide.requests.pins import NO_PINS, Pins
from migrator.decide.roles.classifier import Classifier
from migrator.decide.sites import Site, Sites, qualified, sends
from migrator.decide.summaries import catalog_note, summary
from migrator.decide.suppress import Suppressions
from migrator.inventory import Coverage, Diagnostic, Finding, Inventory, Reason
from migrator.read.ids import IdPattern
from migrator.read.project import Project
from migrator.stages import told

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from migrator.decide.roles.verdicts import Verdict
    from migrator.inventory import Context, Recommendation
    from migrator.read.beside import Opener
    from migrator.read.facts import FileFacts, Ignore, Occurrence
    from migrator.read.modules import Modules
    from migrator.read.nodes import Node
    from migrator.rulebook import Rulebook
    from migrator.settings import Settings

SURE = 0.62
"""From this confidence on, a call's own recommendation speaks for itself."""


NOTHING = Coverage()


def decide(  # noqa: PLR0913 (everything after the rulebook is optional and named)
    facts: Sequence[FileFacts],
    settings: Settings,
    rulebook: Rulebook,
    *,
    coverage: Coverage = NOTHING,
    diagnostics: Iterable[Diagnostic] = (),
    only: frozenset[str] | None = None,
    today: datetime.date | None = None,
    pins: Pins | None = None,
    opened: Opener | None = None,
    documents: Sequence[str] = (),
    modules: Modules | None = None,
) -> Inventory:
    """The inventory of a project whose files were read.

    `only` limits what is reported to some paths; `pins` are the project's requirements; `opened` gives the
    bytes of data files that the program loads, and of `documents`, which may show examples; `modules` knows
    the files that were not read, too.
    """
    engine = Engine(facts, settings, rulebook, today or settings.day, opened, modules, pins or NO_PINS)
    engine.documents = documents
    found = engine.run(coverage, diagnostics, only)
    engine.forget()
    return found


class Engine:
    """One run over one project."""

    def __init__(
        self,
        facts: Sequence[FileFacts],
        settings: Settings,
        rulebook: Rulebook,
        today: datetime.date,
        opened: Opener | None = None,
        modules: Modules | None = None,
        pins: Pins = NO_PINS,
    ) -> None:
        self.facts = facts
        self.documents: Sequence[str] = ()
        self.is_for_examples = False
        self.settings = settings
        self.today = today
        self.rulebook = rulebook
        self.catalogue = Catalogue(rulebook.catalog, settings.sources)
        self.linked = Linked(
            Project((f for f in facts if f.problem is None), modules),
            rulebook,
            IdPattern.of(self.catalogue.families),
        )
        self.data = DataFiles(self.linked, opened)
        self.linked = self.data.linked
        self.linked.prompt_files.opened = opened
        self.contexts = Contexts(rulebook.names, pins.projects)
        self.classifier = Classifier(self.linked, self.catalogue)
        self.surroundings = Surroundings(self.linked)
        self.tokens = Tokens(rulebook.tokens, rulebook.limits.characters_per_token)
        self.constraints = Constraints(self.surroundings, self.catalogue, self.tokens)
        self._recommenders: dict[tuple[tuple[str, float], ...], Recommender] = {}
        self.choices = Choices(settings, self.linked.project.files.values(), self.catalogue)
        self.sites = Sites(self.linked)
        self.pins = pins
        known = (*facts, *self.data.files)
        self.suppressions = {f.path: Suppressions(f, today) for f in known if f.ignores}

    def run(
        self, coverage: Coverage, diagnostics: Iterable[Diagnostic], only: frozenset[str] | None
    ) -> Inventory:
        references, call_sites, edits, added = self.plan()
        problems = [*diagnostics, *self._unread()]
        found = Inventory(
            root=".",
            catalog=catalog_note(self.catalogue, self.rulebook),
            references=tuple(references),
            call_sites=tuple(call_sites),
            edits=tuple(edits),
            limits=tuple(added.limits),
            branches=tuple(added.branches),
            tables=tuple(added.tables),
            findings=(*added.findings, *self._comment_problems(), *self.data.problems()),
            diagnostics=tuple(problems),
            coverage=msgspec.structs.replace(
                coverage,
                read=sum(f.problem is None for f in self.facts),
                unread=len(problems),
                skipped=max(coverage.seen - len(self.facts), 0),
            ),
        )
        if only is not None:
            found = limited(found, only)
        found = self.data.with_digests(found)
        return msgspec.structs.replace(found, summary=summary(found))

    def plan(self) -> Records:
        """What becomes of each occurrence."""
        judged = self._judge_all()
        sites = self._link(judged)
        self.data.settle(judged)
        self.planner = Planner(self, judged, sites)
        return self.planner.plan()

    def forget(self) -> None:
        """Take apart what holds itself: all that it holds is free at once, without a search for cycles."""
        vars(self.planner).clear()
        vars(self.classifier).clear()
        self.linked.forget()
        for file in self.data.files:
            file.forget()

    def _comment_problems(self) -> Iterator[Finding]:
        for suppressions in self.suppressions.values():
            yield from suppressions.problems()
        yield from self.choices.problems()

    def _unread(self) -> list[Diagnostic]:
        return [
            Diagnostic(path=f.path, code=f.problem.code, message=f.problem.message)
            for f in (*self.facts, *self.data.files)
            if f.problem is not None
        ]

    # -- occurrences -------------------------------------------------------------------------------

    def _judge_all(self) -> list[Judged]:
        found = []
        if any(file.occurrences for file in self.linked.project.files.values()):
            self.linked.settle()
        for file in told("Deciding", self.linked.project.files.values()):
            context = self.contexts.of(file.path, generated=file.generated)
            counts: dict[str, int] = defaultdict(int)
            for occurrence in file.occurrences:
                found.append(self._judge(file, occurrence, context, counts))
        return found

    def _judge(
        self, file: FileFacts, occurrence: Occurrence, context: Context, counts: dict[str, int]
    ) -> Judged:
        verdict = self.classifier.verdict(file, occurrence, context)
        if context == "generated" and verdict.action in ("rewrite", "extend"):
            verdict = verdict._replace(
                action="extend" if verdict.action == "extend" else "review", reason="generated-file"
            )
        node = file.node(occurrence.node) if occurrence.node >= 0 else None
        scope = qualified(node) if node is not None else ""
        key = f"{file.path}|{scope}|{occurrence.model}|{verdict.role}"
        counts[key] += 1
        fingerprint = hashlib.sha256(f"{key}|{counts[key]}".encode()).hexdigest()[:16]
        ignore = self._ignored(file, occurrence.line, verdict)
        return Judged(f"r-{fingerprint[:10]}", file, occurrence, context, verdict, fingerprint, (), ignore)

    def _ignored(self, file: FileFacts, line: int, verdict: Verdict) -> bool:
        return self.silencing(file, line, verdict) is not None

    def silencing(self, file: FileFacts, line: int, verdict: Verdict) -> Ignore | None:
        """The comment that silences an occurrence."""
        rules = self.suppressions.get(file.path)
        return rules.covering(line, "GPT55-M001", verdict.reason) if rules is not None else None

    # -- call sites --------------------------------------------------------------------------------

    def _link(self, judged: list[Judged]) -> dict[Node, Site]:
        """Every call site; references get theirs from both directions."""
        requests_of = self.linked.requests
        sites = {site.call: site for site in self.sites.recognised()}
        behind: dict[Node, list[Node]] = defaultdict(list)
        for site in self.sites.recorded(sites):
            sites[site.call] = site
        for site in sites.values():
            for _text, node in site.texts:
                behind[node].append(site.call)
        for call, requests in requests_of.items():
            for node in {part for request in requests for v in request.models for part in v.more}:
                behind[node].append(call)
        for at, one in enumerate(judged):
            if one.node is None or one.verdict.action == "leave":
                continue
            reached = [*behind.get(one.node, ())]
            if one.verdict.role in ("call-argument", "default"):
                reached += self._forward(one.node, sites)
            unique = tuple(sorted(dict.fromkeys(reached), key=lambda n: (n.file.path, n.index)))
            judged[at] = one._replace(sites=unique)
        return sites

    def _forward(self, node: Node, sites: dict[Node, Site]) -> list[Node]:
        found = []
        for call, receiver in self.linked.ends(node).sites:
            if call not in sites:
                if receiver is not None and receiver.call.kind == "tokenizer":
                    continue
                sites[call] = self.sites.resolved(call, receiver, self.linked.models_given(call))
            found.append(call)
        return found

    # -- variants ----------------------------------------------------------------------------------

    def recommender(self, path: str) -> Recommender:
        """What scores variants, by the weights that hold for a file."""
        weights = self.settings.at(path).weights
        key = tuple(sorted(weights.items()))
        if key not in self._recommenders:
            self._recommenders[key] = Recommender(self.rulebook.usecases, self.catalogue, weights)
        return self._recommenders[key]

    def recommend(self, site: Site, ones: Iterable[Judged]) -> Recommendation:
        """The variant for a call site by itself, with the literals that feed it."""
        ones = list(ones)
        evidence = [*self.surroundings.site(site)]
        for one in ones:
            if one.node is not None:
                evidence += scaled(
                    self.surroundings.literal(one.node, one.occurrence.remark), 0.9 / sqrt(len(ones))
                )
        models = [one.occurrence.model for one in ones]
        recommender = self.recommender(site.call.file.path)
        return recommender.recommend(models, evidence, self.constraints.of_site(site))

    def recommend_site(self, site: Site, model: str) -> Recommendation:
        """The variant for a call by its own surroundings alone."""
        return self.recommender(site.call.file.path).recommend(
            [model], self.surroundings.site(site), self.constraints.of_site(site)
        )

    def recommend_reference(self, one: Judged, sites: Iterable[Site]) -> Recommendation:
        """The variant for a literal: its own surroundings, and those of the calls that it feeds."""
        assert one.node is not None
        sites = list(sites)
        evidence = self.surroundings.literal(one.node, one.occurrence.remark)
        evidence += self.surroundings.reached(one.node, sites)
        constraints = [*self.constraints.of_node(one.node)]
        for site in sites:
            if self.surroundings.particular(one.node, site):
                constraints += self.constraints.of_site(site)
            else:
                constraints += self.constraints.of_requests(one.node, site)
        found = self.recommender(one.file.path).recommend([one.occurrence.model], evidence, constraints)
        return self._strongest_need(one, found, self.needs(one, sites))

    def needs(self, one: Judged, sites: Iterable[Site]) -> dict[str, Site]:
        """What the calls that a literal feeds want, each by itself and surely, and the first such call."""
        assert one.node is not None
        wants: dict[str, Site] = {}
        for site in sites:
            if self.surroundings.particular(one.node, site) and sends(site):
                own = self.recommend_site(site, one.occurrence.model)
                if own.confidence >= SURE and own.reasons[-1] != UNKNOWN:
                    wants.setdefault(own.variant, site)
        return wants

    def _strongest_need(
        self, one: Judged, found: Recommendation, wants: Mapping[str, Site]
    ) -> Recommendation:
        """Where calls differ, the literal serves the most demanding one; the report offers the split."""
        order = [self.catalogue.catalog.variants[name].guide_id for name in VARIANTS]
        strongest = min(wants, key=order.index, default=found.variant)
        if len(wants) < 2 or strongest == found.variant:
            return found
        call = wants[strongest].call
        text = f"of the calls that this literal feeds, {call.where} needs most"
        reason = Reason(
            rule="strongest-need", text=text, favours=strongest, path=call.file.path, line=call.line
        )
        return msgspec.structs.replace(
            found,
            variant=strongest,
            runner_up=found.variant,
            confidence=0.5,
            band=self.recommender(one.file.path).band(0.5),
            reasons=(reason, *found.reasons),
        )

    def literal_parts(self, one: Judged) -> tuple[str, str, str]:
        """Text before the id, the id, text after it, in the literal."""
        assert one.node is not None
        text = one.node.value if isinstance(one.node.value, str) else one.node.value.decode("latin-1")
        before, _, after = text.partition(one.occurrence.model)
        return before, one.occurrence.model, after


def limited(inventory: Inventory, only: frozenset[str]) -> Inventory:
    """What concerns some paths: their references and findings, and the sites and edits that go with them."""
    references = tuple(r for r in inventory.references if r.path in only)
    groups = {e.group for e in inventory.edits if e.path in only}
    sites = {s for r in references for s in r.call_sites}
    return msgspec.structs.replace(
        inventory,
        references=references,
        call_sites=tuple(s for s in inventory.call_sites if s.path in only or s.id in sites),
        edits=tuple(e for e in inventory.edits if e.group in groups),
        findings=tuple(f for f in inventory.findings if f.path in only),
        diagnostics=tuple(d for d in inventory.diagnostics if d.path in only),
    )
