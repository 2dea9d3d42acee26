"""What a call is for, from the code around it, and the variant that suits it: rules/usecases.toml at work."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.catalogue import VARIANTS, Catalogue
from migrator.decide.names import snake
from migrator.inventory import Reason, Recommendation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from migrator.rulebook import Prior, Signal, Use, UseCases

STRENGTH_CAP = 1.5
NOISE = 0.3
_BLANKS = re.compile(r"[^a-z0-9]+")
_ENTRY = re.compile(r"[^a-z0-9*]+")


class Evidence(NamedTuple):
    """One piece of text around a call: `where` as in the rules, `weight` by its distance (0 to 1), its place."""

    where: str
    text: str
    weight: float
    line: int = 0


class Constraint(NamedTuple):
    """A variant that cannot serve the call, and why."""

    variant: str
    rule: str
    text: str


class Recommender:
    """Scores variants; `weights` are the user's factors by rule id (0 turns a rule off)."""

    def __init__(self, usecases: UseCases, catalogue: Catalogue, weights: Mapping[str, float]) -> None:
        self.catalogue = catalogue
        self.weights = weights
        self.uses = {use.id: use for use in usecases.use}
        self.priors = {prior.tier: prior for prior in usecases.prior}
        self.signals = [(signal, _compiled(signal)) for signal in usecases.signal]
        self._hits: dict[tuple[str, str], tuple[tuple[Signal, str], ...]] = {}

    def recommend(
        self, models: Iterable[str], evidence: Iterable[Evidence], constraints: Iterable[Constraint] = ()
    ) -> Recommendation:
        """The best variant for a call that used `models`, with the ledger of what moved it."""
        reasons: list[Reason] = []
        scores = dict.fromkeys(VARIANTS, 0.0)
        self._add_prior(scores, reasons, sorted(set(models)))
        self._add_uses(scores, reasons, evidence)
        excluded = {c.variant: c for c in constraints}
        reasons += [Reason(rule=c.rule, text=c.text, weight=-9.0, favours=c.variant) for c in excluded.values()]
        order = sorted((v for v in VARIANTS if v not in excluded), key=lambda v: -scores[v]) or list(VARIANTS)
        runner_up = order[1] if len(order) > 1 else ""
        margin = scores[order[0]] - scores[runner_up] if runner_up else 3.0
        ids = self.catalogue.catalog.variants
        return Recommendation(
            variant=ids[order[0]].guide_id,
            runner_up=ids[runner_up].guide_id if runner_up else "",
            confidence=round(1 - 0.5 * math.exp(-margin), 2),
            reasons=tuple(reasons),
        )

    def _factor(self, rule: str) -> float:
        return self.weights.get(rule, 1.0)

    def _add_prior(self, scores: dict[str, float], reasons: list[Reason], models: list[str]) -> None:
        priors = [(model, self._prior(model)) for model in models]
        for model, prior in priors:
            share = self._factor(prior.id) / len(priors)
            for variant in VARIANTS:
                scores[variant] += getattr(prior, variant) * share
            best = max(VARIANTS, key=lambda v: getattr(prior, v))
            reasons.append(
                Reason(rule=prior.id, text=f"the old model is {model}", weight=getattr(prior, best) * share, favours=best)
            )

    def _prior(self, model: str) -> Prior:
        tier, family = self.catalogue.tier(model), self.catalogue.family(model)
        for key in (f"{family}:{tier}", tier, ""):
            if key in self.priors:
                return self.priors[key]
        raise KeyError(f"rules/usecases.toml has no prior for an unknown tier ({tier!r})")

    def _add_uses(self, scores: dict[str, float], reasons: list[Reason], evidence: Iterable[Evidence]) -> None:
        strongest: dict[str, tuple[float, Signal, str, int]] = {}
        for piece in evidence:
            for signal, text in self.hits(piece):
                weight = signal.weight * piece.weight * self._factor(signal.id) * self._factor(signal.use)
                if weight > strongest.get(signal.id, (0.0,))[0]:
                    strongest[signal.id] = weight, signal, text, piece.line
        by_use: dict[str, list[tuple[float, Signal, str, int]]] = {}
        for found in strongest.values():
            by_use.setdefault(found[1].use, []).append(found)
        for use_id in sorted(by_use):
            self._add_use(scores, reasons, self.uses[use_id], by_use[use_id])

    def _add_use(
        self, scores: dict[str, float], reasons: list[Reason], use: Use, found: list[tuple[float, Signal, str, int]]
    ) -> None:
        strength = min(sum(weight for weight, *_ in found), STRENGTH_CAP)
        if strength < NOISE:
            return
        for variant in VARIANTS:
            scores[variant] += getattr(use, variant) * strength
        best = max(VARIANTS, key=lambda v: getattr(use, v))
        for weight, signal, text, line in found:
            reasons.append(
                Reason(rule=signal.id, text=f"{use.title}: {text}", weight=round(weight, 2), favours=best, line=line)
            )

    def hits(self, piece: Evidence) -> tuple[tuple[Signal, str], ...]:
        """The signals that a piece of evidence shows, with the words that matched."""
        text = normal(piece.text, piece.where)
        key = piece.where, text
        known = self._hits.get(key)
        if known is None:
            found = []
            for signal, pattern in self.signals:
                if piece.where in signal.where and (match := pattern.search(text)):
                    found.append((signal, f"{piece.where} says {match.group().strip()!r}"))
            known = self._hits[key] = tuple(found)
        return known


def normal(text: str, where: str) -> str:
    """Text as signals are matched with it: lower case, words between single blanks."""
    if where == "parameter":
        return f" {text.lower()} "
    return f" {_BLANKS.sub(' ', re.sub(r'[0-9]+', ' ', snake(text)) if where == 'name' else text.lower())} "


def _compiled(signal: Signal) -> re.Pattern[str]:
    if set(signal.where) == {"parameter"}:
        return re.compile("|".join(re.escape(f" {w} ") for w in signal.words))
    return re.compile("|".join(_entry(words) for words in signal.words))


def _entry(words: str) -> str:
    parts = [part for part in _ENTRY.sub(" ", words.lower()).split() if part]
    return " " + " ".join(re.escape(p[:-1]) + r"[a-z0-9]*" if p.endswith("*") else re.escape(p) for p in parts) + " "
