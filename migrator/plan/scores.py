"""`ab report` for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.plan.card import usd

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.plan.records import Experiment
    from migrator.plan.verdicts import Compared, Interval, Judged


def render(experiments: Sequence[Experiment], judged: Sequence[Judged]) -> str:
    """Verdicts first, figures after."""
    lines = ["Verdicts", ""]
    for experiment, found in zip(experiments, judged, strict=True):
        lines += _verdict(experiment, found)
    for experiment, found in zip(experiments, judged, strict=True):
        for one in found.compared:
            lines += ["", *_figures(experiment, found, one)]
    lines += ["", f"Spent in all: USD {usd(sum(found.spent for found in judged))}."]
    return "\n".join(lines) + "\n"


def _verdict(experiment: Experiment, found: Judged) -> Iterator[str]:
    if not found.compared:
        yield f"{experiment.name}: no results; {found.planned:,} pairs are needed."
    for one in found.compared:
        yield f"{experiment.name} ({one.arm}): {one.words}"


def _figures(experiment: Experiment, found: Judged, one: Compared) -> Iterator[str]:
    size, old = experiment.size, experiment.arms[0].model
    percent = f"{1 - 2 * size.alpha:.0%}"
    yield (
        f"{experiment.name}: {old} (control) and {one.model} ({one.arm}), {one.pairs:,} of "
        f"{found.planned:,} pairs"
    )
    yield (
        f"  quality ({experiment.primary.id})  {one.control:.3f}  {one.treatment:.3f}  difference "
        f"{_shown(one.difference)} ({percent} interval), margin {size.margin:g}"
    )
    after = "" if one.p_adjusted is None else f", {one.p_adjusted:.4g} after Holm's correction"
    yield (
        f"  p of a drop beyond the margin  {one.p:.4g}{after}; alpha {size.alpha:g}; measured spread "
        f"{one.spread:.3g} (planned {size.spread:g})"
    )
    for name, pair, ratio in (("p50", one.p50, one.ratio_p50), ("p95", one.p95, one.ratio_p95)):
        tail = f"  ratio {_shown(ratio)}" if ratio is not None else ""
        yield f"  latency {name}, s  {pair[0]:.2f}  {pair[1]:.2f}{tail}"
    if one.first_token_p50 is not None:
        yield f"  first token p50, s  {one.first_token_p50[0]:.2f}  {one.first_token_p50[1]:.2f}"
    money = f"  difference {_shown(one.usd_difference, 6)}" if one.usd_difference is not None else ""
    yield f"  USD a request  {one.usd[0]:.6f}  {one.usd[1]:.6f}{money}"
    yield f"  output tokens  {one.tokens_out[0]:.1f}  {one.tokens_out[1]:.1f}"
    yield f"  failed requests (scored 0)  {one.errors[0]}  {one.errors[1]}"
    for rate in one.guardrails:
        yield f"  {rate.id}  {rate.control:.1%}  {rate.treatment:.1%}  {rate.state}"
    for piece in one.slices:
        yield f"  slice {piece.name} ({piece.pairs} pairs)  difference {piece.difference:+.3f}"


def _shown(interval: Interval | None, digits: int = 3) -> str:
    if interval is None:
        return ""
    low = "?" if interval.low is None else f"{interval.low:.{digits}f}"
    high = "?" if interval.high is None else f"{interval.high:.{digits}f}"
    return f"{interval.estimate:.{digits}f} [{low}, {high}]"
