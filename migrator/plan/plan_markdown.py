"""plan.md on one page; rollout/README.md and tracks.md for those who do the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.plan.card import usd
from migrator.plan.sizing import points
from migrator.report.markdown import code, escaped
from migrator.report.style import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.plan.plan_records import Experiment, Phase, Plan, Track, TrackItem


def render(plan: Plan, root: str) -> str:
    """One page: what is to be decided, money, hours, risks, order."""
    lines = [
        *_head(plan, root),
        *_experiments(plan),
        *_words(plan),
        *_order(plan),
        *_risks(plan),
        *_reading(plan),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _head(plan: Plan, root: str) -> Iterator[str]:
    total = plan.totals
    yield "# A/B plan and rollout"
    yield ""
    yield (
        f"Made by `gpt55-migrate plan {root}` with the catalogue {plan.catalog_title}; the same input "
        "gives the same "
        "files. DIR is this folder."
    )
    yield ""
    yield (
        f"**To decide:** whether {_count(total.experiments, 'experiment')} may spend up to USD "
        f"{usd(total.usd)} and "
        f"{total.hours:g} h, and who fills their datasets. Then `ab report` says go, no-go, "
        "inconclusive or void for "
        "each, and the rollout follows it."
    )
    yield ""
    yield "```sh"
    yield "pip install 'gpt55-migrate[ab]'"
    yield "gpt55-migrate ab run DIR --dry-run      # what would be sent, and its price"
    yield "gpt55-migrate ab run DIR --budget USD   # resumes; stops an experiment as soon as it is decided"
    yield "gpt55-migrate ab report DIR --format html --output report.html"
    yield "```"
    yield ""


def _count(number: int, name: str) -> str:
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def _experiments(plan: Plan) -> Iterator[str]:
    yield "## Experiments"
    yield ""
    if not plan.experiments:
        yield "None: no call site moves."
        yield ""
        return
    yield "| experiment | risk | old / new model | decided by, margin | pairs: usual, most | USD | hours |"
    yield "| --- | --- | --- | --- | ---: | ---: | ---: |"
    for e in plan.experiments:
        yield _experiment(e)
    yield ""
    yield (
        "Usual: pairs until it is decided on average, if nothing is better or worse. Most: for "
        f"{plan.experiments[0].size.power:.0%} power then; with a true drop it is less. USD and hours "
        "are those of the most."
    )
    yield ""


def _experiment(e: Experiment) -> str:
    state = "" if e.ready else " (**not ready**)"
    models = " / ".join(arm.model for arm in e.arms)
    return (
        f"| [{e.name}](experiments/{e.name}/README.md){state} | {e.risk} | {models} | {e.primary.id}, "
        f"{points(e.size.margin)} | {e.size.pairs_usual:,}, {e.size.pairs:,} | {usd(e.estimate.usd)} | "
        f"{e.estimate.hours:g} |"
    )


def _words(plan: Plan) -> Iterator[str]:
    """What someone has to say before the first request."""
    lines = [*_dear(plan), *_unready(plan), *_uncovered(plan)]
    if plan.totals.unpriced:
        lines.append(f"No price is known for {', '.join(plan.totals.unpriced)}: set `usd_per_million`.")
    lines += plan.notes
    if plan.tracks:
        count = sum(len(track.items) for track in plan.tracks)
        lines.append(f"{_count(count, 'place')} a person has to settle: [tracks.md](tracks.md).")
    yield "## Needs your word"
    yield ""
    yield from (f"- {line}" for line in lines)
    yield ""


def _dear(plan: Plan) -> Iterator[str]:
    dear = [(e.name, ratio) for e in plan.experiments if (ratio := _ratio(e)) and ratio > e.limits.cost_ratio]
    if dear:
        limit = plan.experiments[0].limits.cost_ratio
        yield (
            f"Cost: by the catalogue's prices {_count(len(dear), 'experiment')} will be above the "
            f"limit of {limit:g} "
            f"times the old cost and end as no-go ({', '.join(f'{n} {r:.3g}' for n, r in dear)}). If "
            "better or "
            "faster answers are worth that, raise `cost_ratio` in their settings.toml before the run."
        )


def _ratio(e: Experiment) -> float | None:
    each = {c.arm: c.usd_each for c in e.estimate.arms}
    old, new = each.get("control"), each.get("treatment")
    return new / old if old and new else None


def _unready(plan: Plan) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for e in plan.experiments:
        for why in e.lacks:
            reasons.setdefault(why, []).append(e.name)
    for why, names in reasons.items():
        yield f"Not ready, and not counted: {why} ({', '.join(names)})."


def _uncovered(plan: Plan) -> Iterator[str]:
    if plan.uncovered:
        places = ", ".join(_place(item) for item in plan.uncovered)
        yield f"No experiment proves {places}: no call was found that it reaches. They move last."


def _order(plan: Plan) -> Iterator[str]:
    yield "## Order"
    yield ""
    yield "| phase | experiments | traffic | days |"
    yield "| --- | --- | --- | ---: |"
    for phase in plan.phases:
        names = ", ".join(phase.experiments) or "none"
        steps = ", ".join(f"{step.share:.0%}" for step in phase.steps)
        yield f"| {phase.number}. {phase.title} | {names} | {steps} | {sum(s.days for s in phase.steps)} |"
    yield ""
    yield (
        "Each phase has its own patch, switch, figures to watch and way back: "
        "[rollout/README.md](rollout/README.md)."
    )
    yield ""


def _risks(plan: Plan) -> Iterator[str]:
    yield "## Risks"
    yield ""
    yield from (f"- {line}" for line in plan.safeguards)
    notes: dict[tuple[str, ...], list[str]] = {}
    for e in plan.experiments:
        if e.compliance:
            notes.setdefault(e.compliance, []).append(e.name)
    if notes:
        names = ", ".join(name for group in notes.values() for name in group)
        yield f"- Sensitive domains, with duties of their own in the experiment's README.md: {names}."
    yield ""


def _reading(plan: Plan) -> Iterator[str]:
    yield "## How it is judged"
    yield ""
    yield (
        "Every input is answered by both models. Go: the drop is shown to be smaller than the margin, "
        "latency and "
        "cost to be within their limits, no guardrail is broken. No-go: the contrary of one is shown. "
        "Void: failed requests, "
        "an old model that does not score what it should, another model than asked for. Betting e-processes "
        "(Waudby-Smith & Ramdas 2023) hold the error at every look and extension."
    )
    yield ""
    yield f"{plan.correction} For those who write the calls: [briefing.md](briefing.md)."
    yield ""


# -- rollout/README.md -----------------------------------------------------------------------------


def rollout(plan: Plan) -> str:
    """The phases in full."""
    lines = ["# Rollout", ""]
    lines += [
        "Low-risk work on Mini and Instant first, mission-critical work on the flagship after it, "
        "what no experiment "
        "proves last. DIR is the plan's folder. Each patch stands on the one before: go back in "
        "reverse order. Its "
        "paths are those below the scanned folder.",
        "",
    ]
    if plan.phases:
        lines += [
            *_listed("Entry of every phase", plan.phases[0].entry),
            *_listed("Exit", plan.phases[0].exit),
        ]
    for phase in plan.phases:
        lines += _phase(phase)
    lines += ["## Triggers", "", "| when | then |", "| --- | --- |"]
    lines += [f"| {trigger.when} | {trigger.then} |" for trigger in plan.triggers]
    lines += ["", f"Telemetry, for both models: {', '.join(plan.telemetry)}.", ""]
    lines += [
        "`ab report --canary` reads JSON lines with `model`, `seconds`, `usd` or `tokens_in` and "
        "`tokens_out`, `error`, "
        "and where there is one `score` (0 to 1), `output`, `served`.",
    ]
    return "\n".join(lines) + "\n"


def _listed(title: str, lines: tuple[str, ...]) -> Iterator[str]:
    yield f"{title}:"
    yield ""
    yield from (f"- {line}" for line in lines)
    yield ""


def _phase(phase: Phase) -> Iterator[str]:
    yield f"## Phase {phase.number}: {phase.title}"
    yield ""
    yield f"- Experiments: {', '.join(phase.experiments) or 'none'}"
    if phase.places:
        yield f"- Calls: {', '.join(map(code, phase.places))}"
    if phase.unproved:
        yield f"- Moves along without an experiment: {', '.join(map(code, phase.unproved))}"
    steps = ", ".join(f"{step.share:.0%} for {step.days} d" for step in phase.steps)
    yield f"- Traffic: {steps}"
    yield from (f"- Watch {line}" for line in phase.watched)
    yield ""
    if not phase.patch:
        yield "No file changes in this phase: its edits are made by an earlier one, or are not selected."
        yield ""
        return
    yield "```sh"
    yield f"git apply DIR/{phase.patch}       # forward: {', '.join(map(one_line, phase.files))}"
    yield f"git apply -R DIR/{phase.patch}    # back"
    yield "```"
    yield ""
    yield (
        "The share is taken by releasing the patched program beside the old one behind the router, or "
        "in the code: "
        "the call as the patch has it where this is true, as it is today where not."
    )
    yield ""
    yield "```python"
    yield phase.snippet
    yield "```"
    yield ""


# -- tracks.md -------------------------------------------------------------------------------------


def tracks(plan: Plan) -> str:
    """What is done apart from the phases."""
    lines = ["# Tracks of their own", ""]
    for track in plan.tracks:
        lines += _track(track)
    return "\n".join(lines).rstrip() + "\n"


def _track(track: Track) -> Iterator[str]:
    yield f"## {track.title}"
    yield ""
    for item in track.items:
        detail = f": {escaped(item.detail)}" if item.detail else ""
        yield f"- {_place(item)} {code(item.model)} ({item.reason}){detail}"
    yield ""
    for number, step in enumerate(track.steps, 1):
        yield f"{number}. {step}"
    yield ""


def _place(item: TrackItem) -> str:
    return code(f"{item.path}:{item.line}")
