"""`ab report --format html`: one file, without scripts, that holds every figure and its pictures."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from migrator.plan import plots, scores
from migrator.plan.card import usd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from migrator.plan.experiment_verdicts import Compared, Judged
    from migrator.plan.plan_records import Experiment

_STYLE = """
:root { --ink: #1d2733; --soft: #5b6b7c; --line: #d8dfe6; --old: #7a8794; --new: #1f6feb; --good: #1a7f37;
  --bad: #cf222e; --open: #9a6700; --void: #6e4ac0; }
* { box-sizing: border-box }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); margin: 0 auto; max-width: 62rem;
  padding: 1.5rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.2rem; margin-top: 2.5rem; border-top: 1px solid var(--line);
  padding-top: 1rem } h3 { font-size: 1rem; margin-bottom: .3rem }
table { border-collapse: collapse; width: 100%; font-size: .88rem } th, td { padding: .25rem .5rem;
  text-align: left; border-bottom: 1px solid var(--line); vertical-align: top }
td.n { text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums }
.verdict { border-left: 5px solid; padding: .4rem .8rem; margin: .8rem 0; background: #f6f8fa }
.go { border-color: var(--good) } .no-go { border-color: var(--bad) }
.inconclusive { border-color: var(--open) } .void { border-color: var(--void) }
.tag { font-weight: 600 } .tag.go { color: var(--good) }
.tag.no-go { color: var(--bad) } .tag.inconclusive { color: var(--open) } .tag.void { color: var(--void) }
svg { display: block; max-width: 100%; height: auto; margin: .3rem 0 } svg text {
  font: 12px system-ui, sans-serif; fill: var(--ink) } .note { color: var(--soft); font-size: .85rem }
details { border: 1px solid var(--line); border-radius: 4px; padding: .3rem .6rem; margin: .4rem 0 }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem } .plots { display: grid;
  grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr)); gap: 1rem } pre { white-space: pre-wrap;
  overflow-wrap: anywhere; background: #f6f8fa; padding: .5rem; margin: .2rem 0; font-size: .82rem }
"""


def render(experiments: Sequence[Experiment], judged: Sequence[Judged]) -> str:
    """The whole page."""
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>A/B report</title><style>{_STYLE}</style></head><body>",
            "<h1>A/B report</h1>",
            *_summary(judged),
            *(
                line
                for experiment, found in zip(experiments, judged, strict=True)
                for one in found.compared
                for line in _section(experiment, found, one)
            ),
            "</body></html>",
            "",
        ]
    )


def _summary(judged: Sequence[Judged]) -> Iterator[str]:
    rows = []
    for found in judged:
        for one in found.compared:
            tag = f'<span class="tag {one.verdict}">{one.verdict}</span>'
            link = f'<a href="#{escape(found.name)}-{one.arm}">{escape(found.name)}</a>'
            rows.append((link + ("" if one.arm == "treatment" else f" ({one.arm})"), tag, escape(one.words)))
        if not found.compared:
            rows.append((escape(found.name), '<span class="tag inconclusive">no results</span>', ""))
    yield _table(("experiment", "verdict", ""), rows)
    yield f'<p class="note">Spent in all: USD {usd(sum(found.spent for found in judged))}.</p>'


def _section(experiment: Experiment, found: Judged, one: Compared) -> Iterator[str]:
    yield f'<h2 id="{escape(found.name)}-{one.arm}">{escape(found.name)} ({one.arm})</h2>'
    yield f'<p class="note">{escape(scores.title(experiment, found, one))}.</p>'
    yield f'<div class="verdict {one.verdict}">{escape(one.words)}</div>'
    for note in found.notes:
        yield f'<p class="note">{escape(note)}</p>'
    yield '<div class="plots">'
    yield from _plots(experiment, one)
    yield "</div>"
    yield "<h3>Figures</h3>"
    yield _table(
        ("", "control", "treatment", ""),
        [tuple(map(escape, row)) for row in scores.rows(experiment, one)],
        numbers=(1, 2),
    )
    yield from _classes(one)
    yield from _flips(one)


def _plots(experiment: Experiment, one: Compared) -> Iterator[str]:
    margin = experiment.size.margin
    bars = [("quality", one.difference)] + [(f"slice {s.name}", s.difference) for s in one.slices]
    yield _figure(
        "Difference of scores, with the margin",
        plots.intervals(bars, marks=((-margin, "margin"), (0.0, "equal"))),
    )
    if one.guardrails:
        yield _figure(
            "Guardrails: how much more often the new model trips one",
            plots.intervals([(r.id, r.more) for r in one.guardrails], marks=((0.0, "equal"),)),
        )
    for limit in one.limits:
        yield _figure(
            f"{limit.id.capitalize()}, as a ratio to the old model",
            plots.intervals(
                [(limit.id, limit.ratio)], marks=((1.0, "equal"), (limit.most, "limit")), start=0.0
            ),
        )
    if one.differences:
        yield _figure("Paired differences", plots.histogram(one.differences))
    if one.seconds[0]:
        yield _figure("Latency: share of answers that came within", plots.cumulative(*one.seconds))


def _figure(title: str, picture: str) -> str:
    return f"<div><h3>{escape(title)}</h3>{picture}</div>"


def _classes(one: Compared) -> Iterator[str]:
    if one.classes:
        yield "<h3>Classes: false positives and negatives</h3>"
        yield _table(
            ("label", "rows", "false positives, old", "new", "false negatives, old", "new"),
            [
                (escape(c.label), str(c.expected), *map(str, (*c.false_positive, *c.false_negative)))
                for c in one.classes
            ],
            numbers=range(1, 6),
        )


def _flips(one: Compared) -> Iterator[str]:
    lost = sum(d < -1e-9 for d in one.differences)
    won = sum(d > 1e-9 for d in one.differences)
    yield f"<h3>Flips: {lost:,} lost, {won:,} won</h3>"
    for flip in one.flips:
        head = f"{escape(flip.row)}: {flip.scores[0]:.2f} to {flip.scores[1]:.2f}"
        wanted = f"<h4>expected</h4><pre>{escape(flip.expected)}</pre>" if flip.expected else ""
        yield (
            f"<details><summary>{head}</summary><pre>{escape(flip.input)}</pre>{wanted}"
            f'<div class="sides"><div><h4>old</h4><pre>{escape(flip.control)}</pre></div>'
            f"<div><h4>new</h4><pre>{escape(flip.treatment)}</pre></div></div></details>"
        )
    if lost + won > len(one.flips):
        yield f'<p class="note">The {len(one.flips)} largest are shown.</p>'


def _table(heads: Iterable[str], rows: Iterable[Sequence[str]], numbers: Iterable[int] = ()) -> str:
    right = set(numbers)
    cells = [
        "".join(f"<td{' class=n' if at in right else ''}>{cell}</td>" for at, cell in enumerate(row))
        for row in rows
    ]
    head = "".join(f"<th>{name}</th>" for name in heads)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"
