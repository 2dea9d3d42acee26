"""What a call is for, from the code around it, and the variant that suits it: rules/usecases.toml at work."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.catalogue import VARIANTS, Catalogue
from migrator.decide.clues import Evidence
from migrator.decide.names import snake
from migrator.inventory import Reason, Recommendation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from migrator.rulebook import Prior, Signal, Use, UseCases

STRENGTH_CAP = 1.5
NOISE = 0.3
SLOT = 1.2
"""From this weight of evidence on, it names or describes the very place that holds the model."""
CROWD = 3.5
"""Together the uses weigh at most this much: where everything is mentioned, little is said."""
_BLANKS = re.compile(r"[^a-z0-9]+")
_ENTRY = re.compile(r"[^a-z0-9*]+")


class Constraint(NamedTuple):
    """A variant that cannot serve the call, and why."""

    variant: str
    rule: str
    text: str
    line: int = 0
    path: str = ""


class Hit(NamedTuple):
    """A signal that was seen: its weight there, the words that matched, and where."""

    weight: float
    signal: Signal
    text: str
    piece: Evidence


UNKNOWN = Reason(
    rule="use.unknown", text="the code does not show what the call is for; the old model decides"
)


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
        strengths = self._add_uses(scores, reasons, evidence)
        used = bool(strengths)
        excluded = {c.variant: c for c in (*constraints, *self._blind(strengths)) if self._factor(c.rule)}
        if len(excluded) < len(VARIANTS):
            reasons += [_excluding(constraint) for constraint in excluded.values()]
        order = sorted(
            (v for v in VARIANTS if v not in excluded), key=lambda v: -round(scores[v], 6)
        ) or list(VARIANTS)
        runner_up = order[1] if len(order) > 1 else ""
        margin = scores[order[0]] - scores[runner_up] if runner_up else 3.0
        ids = self.catalogue.catalog.variants
        return Recommendation(
            variant=ids[order[0]].guide_id,
            runner_up=ids[runner_up].guide_id if runner_up else "",
            confidence=round(1 - 0.5 * math.exp(-margin if used else -margin / 2), 2),
            reasons=tuple(reasons if used else [*reasons, UNKNOWN]),
            scores={ids[v].guide_id: round(scores[v], 2) for v in VARIANTS},
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
                Reason(
                    rule=prior.id,
                    text=f"the old model is {model}",
                    weight=getattr(prior, best) * share,
                    favours=best,
                )
            )

    def _prior(self, model: str) -> Prior:
        tier, family = self.catalogue.tier(model), self.catalogue.family(model)
        for key in (f"{family}:{tier}", tier, ""):
            if key in self.priors:
                return self.priors[key]
        raise KeyError(f"rules/usecases.toml has no prior for an unknown tier ({tier!r})")

    def _add_uses(
        self, scores: dict[str, float], reasons: list[Reason], evidence: Iterable[Evidence]
    ) -> dict[str, float]:
        """Adds what the uses that were recognised say; returns their strengths."""
        strongest: dict[str, Hit] = {}
        for piece in evidence:
            for signal, text in self.hits(piece):
                weight = signal.weight * piece.weight * self._factor(signal.id) * self._factor(signal.use)
                if weight and weight > (strongest[signal.id].weight if signal.id in strongest else 0.0):
                    strongest[signal.id] = Hit(weight, signal, text, piece)
        by_use: dict[str, list[Hit]] = {}
        for found in strongest.values():
            by_use.setdefault(found.signal.use, []).append(found)
        by_use = _outranked(by_use)
        strengths = {use: min(sum(hit.weight for hit in hits), STRENGTH_CAP) for use, hits in by_use.items()}
        strengths = {use: strength for use, strength in sorted(strengths.items()) if strength >= NOISE}
        crowd = min(1.0, CROWD / sum(strengths.values())) if strengths else 1.0
        for use, strength in strengths.items():
            self._add_use(scores, reasons, self.uses[use], by_use[use], strength * crowd)
        return strengths

    def _blind(self, strengths: Mapping[str, float]) -> Iterator[Constraint]:
        """Text-only variants, where a use that lives on pictures is beyond doubt."""
        for use, strength in strengths.items():
            bound = self.uses[use].pictures
            if bound is not None and strength >= bound:
                for variant in VARIANTS:
                    if not self.catalogue.takes_pictures(variant):
                        text = f"{self.uses[use].title} sends pictures; this variant takes text only"
                        yield Constraint(variant, "constraint.modality", text)

    @staticmethod
    def _add_use(
        scores: dict[str, float], reasons: list[Reason], use: Use, found: list[Hit], strength: float
    ) -> None:
        for variant in VARIANTS:
            scores[variant] += getattr(use, variant) * strength
        best = max(VARIANTS, key=lambda v: getattr(use, v))
        share = strength / sum(hit.weight for hit in found)
        for hit in sorted(found, key=lambda hit: (-hit.weight, hit.signal.id)):
            reasons.append(
                Reason(
                    rule=hit.signal.id,
                    text=f"{use.title}: {hit.text}",
                    weight=round(hit.weight * share * getattr(use, best), 2),
                    favours=best,
                    path=hit.piece.path,
                    line=hit.piece.line,
                )
            )

    def hits(self, piece: Evidence) -> tuple[tuple[Signal, str], ...]:
        """The signals that a piece of evidence shows, with the words that matched."""
        text = normal(piece.text, piece.where)
        key = piece.where, text
        known = self._hits.get(key)
        if known is None:
            known = self._hits[key] = tuple(self._find(piece.where, text))
        return known

    def _find(self, where: str, text: str) -> Iterator[tuple[Signal, str]]:
        if where == "parameter":
            for signal, _ in self.signals:
                if where in signal.where and any(_holds(words, text.strip()) for words in signal.words):
                    yield signal, f"parameter {text.strip()}"
            return
        for signal, pattern in self.signals:
            if where in signal.where and (match := pattern.search(text)):
                yield signal, f"{where} says {match.group().strip()!r}"


def _outranked(by_use: dict[str, list[Hit]]) -> dict[str, list[Hit]]:
    """Where the very place that holds the model says what it is for, everything else counts half."""
    said = {use for use, hits in by_use.items() if any(hit.piece.weight >= SLOT for hit in hits)}
    if not said:
        return by_use
    return {
        use: hits if use in said else [hit._replace(weight=hit.weight * 0.5) for hit in hits]
        for use, hits in by_use.items()
    }


def _excluding(constraint: Constraint) -> Reason:
    return Reason(
        rule=constraint.rule,
        text=constraint.text,
        weight=-9.0,
        favours=constraint.variant,
        path=constraint.path,
        line=constraint.line,
    )


def _holds(words: str, text: str) -> bool:
    """`max_tokens<=64` holds for `max_tokens=50`; other entries are equal or not."""
    for sign in ("<=", ">="):
        name, found, bound = words.partition(sign)
        if found:
            given, _, number = text.partition("=")
            if given != name or not number.isdigit():
                return False
            return int(number) <= int(bound) if sign == "<=" else int(number) >= int(bound)
    return words == text


def normal(text: str, where: str) -> str:
    """Text as signals are matched with it: lower case, words between single blanks."""
    if where in ("parameter", "shape"):
        return f" {text.lower()} "
    return f" {_BLANKS.sub(' ', re.sub(r'[0-9]+', ' ', snake(text)) if where == 'name' else text.lower())} "


def _compiled(signal: Signal) -> re.Pattern[str]:
    if set(signal.where) <= {"parameter", "shape"}:
        return re.compile("|".join(re.escape(f" {w} ") for w in signal.words))
    return re.compile("|".join(_entry(words) for words in signal.words))


def _entry(words: str) -> str:
    parts = [part for part in _ENTRY.sub(" ", words.lower()).split() if part]
    return (
        " "
        + " ".join(re.escape(p[:-1]) + r"[a-z0-9]*" if p.endswith("*") else re.escape(p) for p in parts)
        + " "
    )
