"""All experiments together: the corrections, and verdicts in plain words.

Two families, each held at the plan's alpha: what speaks for a roll-out (one p value an experiment, Holm
1979), and what speaks against it (harm at half of alpha, guardrails and limits at a quarter each; Holm within
each).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from migrator.plan import sequential_evidence, statistics
from migrator.plan.ratios import AGAINST
from migrator.plan.sizing import assumed, points

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.plan.experiment_verdicts import Compared, Judged
    from migrator.plan.plan_records import Experiment
    from migrator.plan.ratios import Limit


def holm(values: Sequence[float]) -> list[float]:
    """Holm's adjusted p values, in the given order."""
    if not values:
        return []
    multitest = sequential_evidence.library("statsmodels.stats.multitest")
    return [float(p) for p in multitest.multipletests(list(values), method="holm")[1]]


def conclude(experiments: Sequence[Experiment], judged: Sequence[Judged]) -> tuple[Judged, ...]:
    """Verdicts after the corrections; an experiment that is void or not run counts as one that shows
    nothing.
    """
    sides = [[one if _counts(e, one) else None for one in j.compared] for e, j in _both(experiments, judged)]
    main = [
        side[0] if side and side[0] is not None and side[0].arm == "treatment" else None for side in sides
    ]
    going = holm([1.0 if one is None else one.p_all for one in main])
    harmed = holm([1.0 if one is None else one.p_harm for one in main])
    ratios, rates = (
        iter(holm([x.p_broken for one in main if one is not None for x in getattr(one, name)]))
        for name in ("limits", "guardrails")
    )
    concluded = []
    for place, (experiment, found) in enumerate(_both(experiments, judged)):
        compared = []
        for number, one in enumerate(found.compared):
            if number == 0 and main[place] is not None:
                limits = [*(next(ratios) for _ in one.limits), *(next(rates) for _ in one.guardrails)]
                compared.append(_concluded(experiment, one, going[place], harmed[place], limits))
            else:
                compared.append(_concluded(experiment, one, one.p_all, one.p_harm, list(_others(one))))
        concluded.append(msgspec.structs.replace(found, compared=tuple(compared)))
    return tuple(concluded)


def _both(experiments: Sequence[Experiment], judged: Sequence[Judged]) -> Iterator[tuple[Experiment, Judged]]:
    return zip(experiments, judged, strict=True)


def _counts(experiment: Experiment, one: Compared) -> bool:
    return not one.void and one.pairs >= experiment.size.minimum


def _others(one: Compared) -> Iterator[float]:
    yield from (limit.p_broken for limit in one.limits)
    yield from (rate.p_broken for rate in one.guardrails)


def _concluded(
    experiment: Experiment, one: Compared, p: float, harm: float, others: Sequence[float]
) -> Compared:
    """One comparison with its adjusted p values: of going, of harm, of each limit and guardrail."""
    alpha, half = experiment.size.alpha, experiment.size.alpha / 2
    enough = _counts(experiment, one)
    broken = [enough and value < alpha * AGAINST for value in others]
    limits = tuple(
        msgspec.structs.replace(limit, state="broken" if bad else _state(limit, enough, alpha))
        for limit, bad in zip(one.limits, broken, strict=False)
    )
    rates = tuple(
        msgspec.structs.replace(
            rate,
            state="broken"
            if bad
            else "above"
            if rate.treatment - rate.control > rate.allowance
            else "within",
        )
        for rate, bad in zip(one.guardrails, broken[len(limits) :], strict=True)
    )
    harmful = enough and harm < half
    worse = [x.id for x in limits if x.state == "broken"] + [x.id for x in rates if x.state == "broken"]
    against = (*(["quality"] if harmful else []), *worse)
    shown = one.p_go < alpha and enough
    left = (*([] if shown else ["quality"]), *(limit.id for limit in limits if limit.state == "open"))
    verdict = "void" if one.void else "no-go" if against else "go" if enough and p < alpha else "inconclusive"
    found = msgspec.structs.replace(
        one,
        verdict=verdict,
        against=against,
        open=left if verdict == "inconclusive" else (),
        limits=limits,
        guardrails=rates,
        p_adjusted=p if one.arm == "treatment" else None,
        more=_more(experiment, one) if verdict == "inconclusive" else None,
    )
    return msgspec.structs.replace(found, words=words(experiment, found))


def _state(limit: Limit, enough: bool, alpha: float) -> str:
    """What is shown of a limit that is not broken."""
    if limit.guard:
        return "above" if limit.ratio.estimate > limit.most else "within"
    return "held" if enough and limit.p_held < alpha else "open"


def _more(experiment: Experiment, one: Compared) -> int | None:
    """Pairs more for what is open, at the measured spreads and differences; none where no number helps."""
    needed = [limit.needed for limit in one.limits if limit.state == "open"]
    if "quality" in one.open or not one.open:
        needed.append(_quality(experiment, one))
    known = [count for count in needed if count is not None]
    return max(1, max(known) - one.pairs) if known and len(known) == len(needed) else None


def _quality(experiment: Experiment, one: Compared) -> int | None:
    """Pairs that show quality at the measured spread and a drop as large as measured."""
    size = experiment.size
    if one.pairs < size.minimum:
        return max(size.pairs, size.minimum)
    condition = assumed(experiment.primary)._replace(
        margin=size.margin,
        spread=max(one.spread, abs(one.difference.estimate), 1e-3),
        difference=min(0.0, one.difference.estimate),
    )
    try:
        return statistics.pairs(condition, size.alpha_planned, size.power)
    except ValueError:
        return None


def words(experiment: Experiment, one: Compared) -> str:
    """The verdict as a sentence or two."""
    text = {"go": _go, "no-go": _no_go, "void": _void, "inconclusive": _inconclusive}[one.verdict](
        experiment, one
    )
    above = [limit.id for limit in one.limits if limit.state == "above"]
    above += [rate.id for rate in one.guardrails if rate.state == "above"]
    if above and one.verdict != "void":
        text += f" Above the allowance, perhaps by chance: {', '.join(above)}."
    if one.arm != "treatment":
        text += f" The {one.arm} arm is exploratory: it stands outside the correction."
    return text


def _measured(one: Compared) -> str:
    drop = points(abs(one.difference.estimate))
    return f"{drop} {'above' if one.difference.estimate > 0 else 'below'}"


def _go(experiment: Experiment, one: Compared) -> str:
    old, size = experiment.arms[0].model, experiment.size
    better = " It is better." if one.difference.low is not None and one.difference.low > 0 else ""
    kept = "".join(
        f" {limit.id} at most {limit.most:g} times the old;" for limit in one.limits if not limit.guard
    )
    return (
        f"Go: {one.model} is not worse than {old} by more than {points(size.margin)} (measured: "
        f"{_measured(one)});"
        f"{kept} no guardrail is broken.{better}"
    )


def _no_go(experiment: Experiment, one: Compared) -> str:
    old, size = experiment.arms[0].model, experiment.size
    found = []
    if "quality" in one.against:
        found.append(f"it is worse by more than {points(size.margin)} (measured: {_measured(one)})")
    for limit in one.limits:
        if limit.state == "broken":
            found.append(
                f"its {limit.id} is {limit.ratio.estimate:.3g} times the old, above the {limit.most:g}"
            )
    for rate in one.guardrails:
        if rate.state == "broken":
            found.append(
                f"{rate.id}: {rate.treatment:.1%} after {rate.control:.1%}, more than "
                f"{points(rate.allowance)} higher"
            )
    return f"No-go for {one.model}: {'; '.join(found)}. Keep {old}."


def _void(_: Experiment, one: Compared) -> str:
    return f"Void: {'; '.join(one.void)}. Nothing follows from the scores."


def _inconclusive(experiment: Experiment, one: Compared) -> str:
    size = experiment.size
    if one.pairs < size.minimum:
        return f"Inconclusive: {one.pairs:,} pairs; nothing is said before {size.minimum:,}."
    what = f"Inconclusive after {one.pairs:,} pairs: "
    if "quality" in one.open:
        what += f"a drop of {points(size.margin)} is neither shown nor excluded (measured: {_measured(one)})"
    else:
        what += "quality is shown"
    limits = [limit for limit in one.limits if limit.state == "open"]
    what += "".join(
        f"; whether {limit.id} is below {limit.most:g} times the old is open (measured: "
        f"{limit.ratio.estimate:.3g})"
        for limit in limits
    )
    if not one.open:
        what += "; the correction for several experiments asks for more"
    if one.more is None:
        return (
            what
            + ". The measured drop is not smaller than the margin: more pairs help only if that is chance."
            if "quality" in one.open
            else what + ". What is measured lies so near to a limit that no number of pairs shows a side."
        )
    return (
        what + f". At the spreads and differences measured about {one.more:,} more pairs "
        "are needed; you may add them and look again, the error holds."
    )


def exit_state(judged: Sequence[Judged]) -> str:
    """no-go where there is one, else void, inconclusive, go: the worst that there is."""
    found = [one.verdict for j in judged for one in j.compared if one.arm == "treatment"]
    if not found or len(found) < len(judged):
        found.append("inconclusive")
    return next(state for state in ("no-go", "void", "inconclusive", "go") if state in found)


def clear(experiment: Experiment, found: Judged) -> str:
    """Whether a treatment's verdict cannot be changed by the correction: why, or nothing."""
    one = next((c for c in found.compared if c.arm == "treatment"), None)
    if one is None or not _counts(experiment, one):
        return ""
    alpha = experiment.size.alpha_planned
    if one.p_all < alpha:
        return f"shown after {one.pairs:,} pairs: no worse, within its limits"
    if one.p_harm < alpha / 2:
        return f"shown after {one.pairs:,} pairs: worse by more than the margin"
    families = ([limit.p_broken for limit in one.limits], [rate.p_broken for rate in one.guardrails])
    if any(tests and min(tests) < alpha * AGAINST / len(tests) for tests in families):
        return f"shown after {one.pairs:,} pairs: a guardrail or limit is broken"
    return ""
