"""What one run knows of a project: its program, catalogue and settings, and what recommends a variant."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import msgspec

from migrator.decide.catalogue import VARIANTS, Catalogue
from migrator.decide.contexts import Contexts
from migrator.decide.documents.judged_datafiles import DataFiles
from migrator.decide.linked import Linked
from migrator.decide.recommend.choices import Choices
from migrator.decide.recommend.clues import scaled
from migrator.decide.recommend.constraints import Constraints
from migrator.decide.recommend.evidence import Surroundings
from migrator.decide.recommend.tokens import Tokens
from migrator.decide.recommend.uses import UNKNOWN, Recommender
from migrator.decide.records import sends
from migrator.decide.requests.pins import NO_PINS, Pins
from migrator.decide.roles.classifier import Classifier
from migrator.decide.sites import Sites
from migrator.decide.suppress import Suppressions
from migrator.inventory import Reason
from migrator.read.ids import IdPattern
from migrator.read.project import Project

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping, Sequence

    from migrator.decide.records import Judged, Site
    from migrator.decide.roles.verdicts import Verdict
    from migrator.inventory import Recommendation
    from migrator.read.datafile import Opener
    from migrator.read.facts import Ignore
    from migrator.read.modules import Modules
    from migrator.read.nodes import FileFacts
    from migrator.rulebook import Rulebook
    from migrator.settings import Settings

SURE = 0.62
"""From this confidence on, a call's own recommendation speaks for itself."""


class Engine:
    """What one run over one project knows."""

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

    def forget(self) -> None:
        """Take apart what holds itself: all that it holds is free at once, without a search for cycles."""
        vars(self.classifier).clear()
        self.linked.forget()
        for file in self.data.files:
            file.forget()

    def silencing(self, file: FileFacts, line: int, verdict: Verdict) -> Ignore | None:
        """The comment that silences an occurrence."""
        rules = self.suppressions.get(file.path)
        return rules.covering(line, "GPT55-M001", verdict.reason) if rules is not None else None

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
        sites = list(sites)
        evidence = self.surroundings.literal(one.literal, one.occurrence.remark)
        evidence += self.surroundings.reached(one.literal, sites)
        constraints = [*self.constraints.of_node(one.literal)]
        for site in sites:
            if self.surroundings.particular(one.literal, site):
                constraints += self.constraints.of_site(site)
            else:
                constraints += self.constraints.of_requests(one.literal, site)
        if not sites and one.node is not None:
            constraints += self.constraints.of_unsent(one.node, self.rulebook.vendors.own_hosts)
        found = self.recommender(one.file.path).recommend([one.occurrence.model], evidence, constraints)
        return self._strongest_need(one, found, self.needs(one, sites))

    def needs(self, one: Judged, sites: Iterable[Site]) -> dict[str, Site]:
        """What the calls that a literal feeds want, each by itself and surely, and the first such call."""
        wants: dict[str, Site] = {}
        for site in sites:
            if self.surroundings.particular(one.literal, site) and sends(site):
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
        value = one.literal.value
        text = value if isinstance(value, str) else value.decode("latin-1")
        before, _, after = text.partition(one.occurrence.model)
        return before, one.occurrence.model, after
