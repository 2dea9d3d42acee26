"""What a call is for, from the code around it, and the variant that suits it: rules/usecases.toml at work."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple

from migrator.decide.catalogue import VARIANTS, Catalogue
from migrator.decide.recommend.signals import SLOT, Hit, shared
from migrator.inventory import Reason, Recommendation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from migrator.decide.recommend.clues import Evidence
    from migrator.rulebook.use_rules import Prior, Use, UseCases

STRENGTH_CAP = 1.5
NOISE = 0.3
CROWD = 3.5
"""Together the uses weigh at most this much: where everything is mentioned, little is said."""
SUREST = 0.97
ALONE = 3.0
"""The distance to a runner-up where constraints leave no other."""
BESIDE_SLOT = 0.35
BESIDE_TASK = 0.5
"""What other uses count beside the model's own name, and topics beside a small task."""
TASK = 1.0
"""From this strength on, a use is what the call does."""
UNKNOWN = Reason(
    rule="use.unknown", text="the code does not show what the call is for; the old model decides"
)

Scores = dict[str, float]
ByUse = dict[str, list[Hit]]


class Constraint(NamedTuple):
    """A variant that cannot serve the call, and why."""

    variant: str
    rule: str
    text: str
    line: int = 0
    path: str = ""


class Recommender:
    """Scores variants; `weights` are the user's factors by rule id (0 turns a rule off)."""

    def __init__(self, usecases: UseCases, catalogue: Catalogue, weights: Mapping[str, float]) -> None:
        self.catalogue = catalogue
        self.weights = weights
        self.uses = {use.id: use for use in usecases.use}
        self.bands = sorted(usecases.band, key=lambda band: -band.least)
        self.priors = {prior.tier: prior for prior in usecases.prior}
        self.signals = shared(usecases.signal)

    def recommend(
        self, models: Iterable[str], evidence: Iterable[Evidence], constraints: Iterable[Constraint] = ()
    ) -> Recommendation:
        """The best variant for a call that used `models`, with the ledger of what moved it."""
        reasons: list[Reason] = []
        paid = self._add_prior(reasons, sorted(set(models)))
        strengths, shown = self._add_uses(reasons, evidence)
        excluded = {c.variant: c for c in (*constraints, *self._blind(strengths)) if self._factor(c.rule)}
        if len(excluded) == len(VARIANTS):
            reasons += _hopeless(excluded.values())
            excluded = {}
        reasons += [_excluding(constraint) for constraint in excluded.values()]
        open_to = [variant for variant in VARIANTS if variant not in excluded]
        scores = {variant: paid[variant] + shown[variant] for variant in VARIANTS}
        order = _ranked(open_to, scores, paid, shown)
        reasons += _uncompromising(order, scores)
        return self._record(order, scores, reasons, known=bool(strengths))

    def _record(
        self, order: list[str], scores: Scores, reasons: list[Reason], *, known: bool
    ) -> Recommendation:
        ids = self.catalogue.catalog.variants
        sure = confidence(order, scores, known=known)
        return Recommendation(
            variant=ids[order[0]].guide_id,
            runner_up=ids[order[1]].guide_id if len(order) > 1 else "",
            confidence=sure,
            band=self.band(sure),
            reasons=tuple(reasons if known else [*reasons, UNKNOWN]),
            scores={ids[variant].guide_id: round(scores[variant], 2) for variant in VARIANTS},
        )

    def band(self, sure: float) -> Literal["", "low", "medium", "high"]:
        """How often recommendations of this confidence were right, in one word."""
        return next((band.id for band in self.bands if sure >= band.least), "")

    def _factor(self, rule: str) -> float:
        return self.weights.get(rule, 1.0)

    # -- the old model -----------------------------------------------------------------------------

    def _add_prior(self, reasons: list[Reason], models: list[str]) -> Scores:
        scores = dict.fromkeys(VARIANTS, 0.0)
        for model in models:
            prior = self._prior(model)
            share = self._factor(prior.id) / len(models)
            for variant in VARIANTS:
                scores[variant] += getattr(prior, variant) * share
            best = max(VARIANTS, key=lambda variant: float(getattr(prior, variant)))
            text, weight = f"the old model is {model}", round(getattr(prior, best) * share, 2)
            reasons.append(Reason(rule=prior.id, text=text, weight=weight, favours=best))
        return scores

    def _prior(self, model: str) -> Prior:
        tier, family = self.catalogue.tier(model), self.catalogue.family(model)
        for key in (f"{family}:{tier}", tier, ""):
            if key in self.priors:
                return self.priors[key]
        raise KeyError(f"rules/usecases.toml has no prior for an unknown tier ({tier!r})")

    # -- uses --------------------------------------------------------------------------------------

    def _add_uses(self, reasons: list[Reason], evidence: Iterable[Evidence]) -> tuple[Scores, Scores]:
        """The strengths of the uses that were recognised, and what they say of the variants."""
        by_use: ByUse = {}
        for hit in self._strongest(evidence):
            by_use.setdefault(hit.signal.use, []).append(hit)
        by_use = self._off_topic(_outranked(by_use))
        strengths = {
            use: min(sum(h.weight for h in hits), STRENGTH_CAP) for use, hits in sorted(by_use.items())
        }
        strengths = {use: strength for use, strength in strengths.items() if strength >= NOISE}
        crowd = min(1.0, CROWD / sum(strengths.values())) if strengths else 1.0
        scores = dict.fromkeys(VARIANTS, 0.0)
        for use, strength in strengths.items():
            for variant in VARIANTS:
                scores[variant] += getattr(self.uses[use], variant) * strength * crowd
            reasons += _reasons(self.uses[use], by_use[use], strength * crowd)
        return strengths, scores

    def _strongest(self, evidence: Iterable[Evidence]) -> Iterator[Hit]:
        """The strongest hit of each signal; what names and texts both show counts one and a half times."""
        found: dict[str, dict[bool, Hit]] = {}
        for piece in evidence:
            by_name = piece.where == "name"
            for signal, text in self.signals.of(piece):
                weight = signal.weight * piece.weight
                if self.weights:
                    weight = weight * self._factor(signal.id) * self._factor(signal.use)
                kinds = found.setdefault(signal.id, {})
                known = kinds.get(by_name)
                if weight and (known is None or weight > known.weight):
                    kinds[by_name] = Hit(weight, signal, text, piece)
        for kinds in found.values():
            for second, hit in enumerate(sorted(kinds.values(), key=lambda hit: -hit.weight)):
                yield hit._replace(weight=hit.weight * (0.5 if second else 1.0))

    def _off_topic(self, by_use: ByUse) -> ByUse:
        """A topic (law, medicine) counts half where the task is small: to detect a contract's language."""
        small = any(
            self._small(self.uses[use]) and sum(h.weight for h in by_use[use]) >= TASK for use in by_use
        )
        return {
            use: _less(hits, BESIDE_TASK) if small and self.uses[use].topic else hits
            for use, hits in by_use.items()
        }

    @staticmethod
    def _small(use: Use) -> bool:
        return not use.topic and use.mini > max(use.instant, use.flagship)

    def _blind(self, strengths: Mapping[str, float]) -> Iterator[Constraint]:
        """Text-only variants, where a use that lives on pictures is beyond doubt."""
        for use, strength in strengths.items():
            bound = self.uses[use].pictures
            if bound is None or strength < bound:
                continue
            for variant in VARIANTS:
                if not self.catalogue.takes_pictures(variant):
                    text = f"{self.uses[use].title}: pictures are sent; this variant takes text only"
                    yield Constraint(variant, "constraint.modality", text)


def confidence(order: list[str], scores: Scores, *, known: bool) -> float:
    """From 0.5, where the first two score alike, towards 1; half the distance counts if no use is known."""
    margin = max(scores[order[0]] - scores[order[1]], 0.0) if len(order) > 1 else ALONE
    return min(round(1 - 0.5 * math.exp(-margin if known else -margin / 2), 2), SUREST)


def _ranked(open_to: list[str], scores: Scores, paid: Scores, shown: Scores) -> list[str]:
    """By score, but first one that the use or the old model asks for, not a compromise that neither does."""
    order = sorted(open_to, key=lambda variant: -round(scores[variant], 6))
    asked = {max(order, key=lambda v: round(paid[v], 6)), max(order, key=lambda v: round(shown[v], 6))}
    best = next(variant for variant in order if variant in asked)
    return [best, *(variant for variant in order if variant != best)]


def _uncompromising(order: list[str], scores: Scores) -> Iterator[Reason]:
    """Why the first is not the one with the best score."""
    top = max(order, key=lambda variant: round(scores[variant], 6))
    if round(scores[top], 6) > round(scores[order[0]], 6):
        text = f"{top} scores best, but as a compromise: neither the use nor the old model asks for it"
        yield Reason(rule="no-compromise", text=text, favours=order[0])


def _reasons(use: Use, hits: list[Hit], strength: float) -> Iterator[Reason]:
    """One line a hit: what it adds to the variant that the use favours most."""
    best = max(VARIANTS, key=lambda variant: float(getattr(use, variant)))
    share = strength * getattr(use, best) / sum(hit.weight for hit in hits)
    for hit in sorted(hits, key=lambda hit: (-hit.weight, hit.signal.id)):
        yield Reason(
            rule=hit.signal.id,
            text=f"{use.title}: {hit.text}",
            weight=round(hit.weight * share, 2),
            favours=best,
            path=hit.piece.path,
            line=hit.piece.line,
        )


def _outranked(by_use: ByUse) -> ByUse:
    """Where the very place that holds the model says what it is for, everything else counts less."""
    said = {use for use, hits in by_use.items() if any(hit.piece.weight >= SLOT for hit in hits)}
    return {
        use: hits if use in said or not said else _less(hits, BESIDE_SLOT) for use, hits in by_use.items()
    }


def _less(hits: list[Hit], factor: float) -> list[Hit]:
    return [hit._replace(weight=hit.weight * factor) for hit in hits]


def _hopeless(constraints: Iterable[Constraint]) -> Iterator[Reason]:
    """Constraints that leave no variant: they are said, and decide nothing."""
    for one in constraints:
        text = f"{one.text}; no variant is left, so the call itself has to change"
        yield Reason(rule=one.rule, text=text, favours=one.variant, path=one.path, line=one.line)


def _excluding(constraint: Constraint) -> Reason:
    return Reason(
        rule=constraint.rule,
        text=constraint.text,
        weight=-9.0,
        favours=constraint.variant,
        path=constraint.path,
        line=constraint.line,
    )
