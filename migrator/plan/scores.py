"""`ab report` for people: plain text and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.plan.card import usd
from migrator.report.markdown import escaped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.plan.experiment_verdicts import Compared, Judged
    from migrator.plan.plan_records import Experiment
    from migrator.plan.report_parts import Interval

Row = tuple[str, str, str, str]


def text(experiments: Sequence[Experiment], judged: Sequence[Judged]) -> str:
    """Verdicts first, figures after."""
    lines = ["Verdicts", ""]
    for found in judged:
        lines += verdicts(found)
    for experiment, found in zip(experiments, judged, strict=True):
        for one in found.compared:
            lines += ["", title(experiment, found, one)]
            lines += [
                f"  {name:<26} {a:>14} {b:>14}  {c}".rstrip() for name, a, b, c in rows(experiment, one)
            ]
    lines += ["", f"Spent in all: USD {usd(sum(found.spent for found in judged))}."]
    return "\n".join(lines) + "\n"


def markdown(experiments: Sequence[Experiment], judged: Sequence[Judged]) -> str:
    """The same as tables."""
    lines = ["# A/B report", "", "| experiment | verdict | |", "| --- | --- | --- |"]
    for found in judged:
        for one in found.compared:
            lines.append(f"| {found.name} ({one.arm}) | **{one.verdict}** | {escaped(one.words)} |")
        if not found.compared:
            lines.append(f"| {found.name} | inconclusive | no results |")
    for experiment, found in zip(experiments, judged, strict=True):
        for one in found.compared:
            lines += ["", f"## {found.name} ({one.arm})", "", title(experiment, found, one), ""]
            lines += ["| | control | treatment | |", "| --- | ---: | ---: | --- |"]
            lines += [f"| {' | '.join(map(escaped, row))} |" for row in rows(experiment, one)]
    lines += ["", f"Spent in all: USD {usd(sum(found.spent for found in judged))}."]
    return "\n".join(lines) + "\n"


def verdicts(found: Judged) -> Iterator[str]:
    """The verdicts of an experiment, one a line."""
    if not found.compared:
        yield f"{found.name}: no results; {found.planned:,} pairs are needed."
    for one in found.compared:
        yield f"{found.name} ({one.arm}): {one.words}"
    for note in found.notes:
        yield f"  {note}"


def title(experiment: Experiment, found: Judged, one: Compared) -> str:
    """What is compared."""
    left = f", {one.excluded:,} left out because the control failed" if one.excluded else ""
    return (
        f"{experiment.name}: {experiment.arms[0].model} (control) and {one.model} ({one.arm}), "
        f"{one.pairs:,} of "
        f"{found.planned:,} pairs{left}; intervals hold {1 - 2 * experiment.size.alpha:.0%} at all "
        "looks together"
    )


def rows(experiment: Experiment, one: Compared) -> Iterator[Row]:
    """Figures: name, control, treatment, what is to be said of them."""
    size = experiment.size
    yield (
        f"quality ({experiment.primary.id})",
        f"{one.control:.3f}",
        f"{one.treatment:.3f}",
        f"difference {shown(one.difference)}, margin {size.margin:g}, spread {one.spread:.3g} (planned "
        f"{size.spread:g})",
    )
    after = "" if one.p_adjusted is None else f"; {one.p_adjusted:.3g} for a go after Holm's correction"
    yield "p: drop beyond the margin", "", f"{one.p_go:.3g}", f"alpha {size.alpha:g}{after}"
    for limit in one.limits:
        yield (
            f"{limit.id} ratio",
            "1",
            f"{limit.ratio.estimate:.3g}",
            f"{interval(limit.ratio)}, at most {limit.most:g}: {limit.state}",
        )
    yield _both("latency p50 / p95, s", [f"{a:.2f} / {b:.2f}" for a, b in zip(one.p50, one.p95, strict=True)])
    if one.first_token_p50 is not None:
        yield _both("first token p50, s", [f"{value:.2f}" for value in one.first_token_p50])
    yield "USD a request", f"{one.usd[0]:.6f}", f"{one.usd[1]:.6f}", _unmetered(one)
    yield "output tokens", f"{one.tokens_out[0]:.1f}", f"{one.tokens_out[1]:.1f}", ""
    yield _both("failed requests", [f"{e} of {n}" for e, n in zip(one.errors, one.asked, strict=True)])
    yield _both("served by", [", ".join(f"{n or '?'} ({c})" for n, c in side.items()) for side in one.served])
    for rate in one.guardrails:
        yield (
            rate.id,
            f"{rate.control:.1%}",
            f"{rate.treatment:.1%}",
            f"{shown(rate.more)} more, at most {rate.allowance:g}: {rate.state}",
        )
    for piece in one.slices:
        yield f"slice {piece.name}", "", f"{piece.pairs} pairs", f"difference {shown(piece.difference)}"
    for label in one.classes:
        yield (
            f"class {label.label} ({label.expected})",
            f"{label.false_positive[0]} fp {label.false_negative[0]} fn",
            f"{label.false_positive[1]} fp {label.false_negative[1]} fn",
            "",
        )


def _both(name: str, sides: Sequence[str]) -> Row:
    return name, sides[0], sides[1], ""


def _unmetered(one: Compared) -> str:
    return (
        f"{one.unmetered} answers said nothing of tokens: counted at their reserve" if one.unmetered else ""
    )


def shown(found: Interval, digits: int = 3) -> str:
    """An estimate with its limits."""
    return f"{found.estimate:+.{digits}f} {interval(found, digits)}"


def interval(found: Interval, digits: int = 3) -> str:
    """Limits alone."""
    low = "-" if found.low is None else f"{found.low:.{digits}f}"
    high = "-" if found.high is None else f"{found.high:.{digits}f}"
    return f"[{low}, {high}]"
