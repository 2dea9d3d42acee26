"""plan.md: the plan for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.plan import briefing
from migrator.plan.card import card, usd
from migrator.plan.sizing import points
from migrator.report.markdown import code, escaped
from migrator.report.style import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.plan.records import Phase, Plan, Track, TrackItem


def render(plan: Plan, root: str) -> str:
    """The whole plan; `root` is the scanned folder as the user named it."""
    lines = [
        *_head(plan, root),
        *_experiments(plan),
        *_statistics(plan),
        *_details(plan),
        *_rollout(plan),
        *_tracks(plan),
        *_compliance(plan),
        *briefing.lines(plan),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _head(plan: Plan, root: str) -> Iterator[str]:
    total = plan.totals
    yield "# A/B plan and rollout"
    yield ""
    yield (
        f"Catalogue: {plan.catalog_title}. Made by `gpt55-migrate plan {root}`; the same input gives "
        f"the same files."
    )
    yield ""
    yield "| experiments | pairs | requests' tokens | USD | hours |"
    yield "| ---: | ---: | ---: | ---: | ---: |"
    yield f"| {total.experiments} | {total.pairs:,} | {total.tokens:,} | {usd(total.usd)} | {total.hours:g} |"
    yield ""
    if total.unpriced:
        yield (
            f"No price is known for {', '.join(total.unpriced)}: set `usd_per_million` in its settings.toml."
        )
        yield ""
    for note in plan.notes:
        yield f"- {note}"
    yield ""
    yield "```sh"
    yield "pip install 'gpt55-migrate[ab]'         # the runner"
    yield "gpt55-migrate ab run DIR --dry-run      # what would be sent, and its price"
    yield "OPENAI_API_KEY=... gpt55-migrate ab run DIR"
    yield "gpt55-migrate ab report DIR             # the verdicts"
    yield "npx promptfoo eval -c DIR/experiments/NAME/promptfooconfig.yaml   # the same with promptfoo"
    yield "```"
    yield ""


def _experiments(plan: Plan) -> Iterator[str]:
    yield "## Experiments"
    yield ""
    if not plan.experiments:
        yield "None: no call site moves."
        yield ""
        return
    yield (
        "| experiment | risk | control | treatment | challenger | decided by | margin | pairs | USD | hours |"
    )
    yield "| --- | --- | --- | --- | --- | --- | ---: | ---: | ---: | ---: |"
    for e in plan.experiments:
        models = {arm.name: arm.model for arm in e.arms}
        yield (
            f"| [{e.name}](#{e.name}) | {e.risk} | {models['control']} | {models['treatment']} | "
            f"{models.get('challenger', '')} | {e.primary.id} | {points(e.size.margin)} | {e.size.pairs:,} | "
            f"{usd(e.estimate.usd)} | {e.estimate.hours:g} |"
        )
    yield ""
    for place, names in plan.covered.items():
        yield f"- {code(place)} only passes requests on; it is proved by {names}."
    for item in plan.uncovered:
        yield (
            f"- **No experiment** proves {_place(item)} ({code(item.model)} {escaped(item.detail)}): no call "
            f"was found that it reaches."
        )
    if plan.covered or plan.uncovered:
        yield ""


def _statistics(plan: Plan) -> Iterator[str]:
    yield "## Statistics"
    yield ""
    yield (
        "- Design: paired. Every input is answered by every arm, in random order, so that inputs cancel out."
    )
    yield (
        "- Question: non-inferiority. The treatment passes if its drop is shown to be smaller than the "
        "margin."
    )
    yield f"- {plan.correction}"
    yield (
        "- Sizes: pass rates by n = (z_alpha + z_power)^2 * discordance / margin^2 (Liu, Hsueh, Hsieh & "
        "Chen 2002, "
        "Statistics in Medicine 21:231); scores by the paired t test (Guenther 1981, The American "
        "Statistician 35:243)."
    )
    yield (
        "- Results: Tango's score interval for pass rates (1998, Statistics in Medicine 17:891), "
        "Student's for scores, "
        "bootstrap percentiles for p50 and p95 of latency."
    )
    yield (
        "- Discordance and deviation are assumptions until the first 50 pairs are there: `ab report` "
        "states them as "
        "measured and how many pairs more are needed."
    )
    yield ""


def _details(plan: Plan) -> Iterator[str]:
    if plan.experiments:
        yield "## The experiments one by one"
        yield ""
    for experiment in plan.experiments:
        yield from card(experiment)


def _rollout(plan: Plan) -> Iterator[str]:
    yield "## Rollout"
    yield ""
    yield "Low-risk work on Mini and Instant first, mission-critical work on the flagship last."
    yield (
        "DIR is this folder. Each patch stands on the one before: go back in reverse order. Its paths "
        "are those below "
        "the scanned folder."
    )
    yield ""
    for phase in plan.phases:
        yield from _phase(phase)
    yield "### Triggers"
    yield ""
    yield "| when | then |"
    yield "| --- | --- |"
    for trigger in plan.triggers:
        yield f"| {trigger.when} | {trigger.then} |"
    yield ""
    yield f"Telemetry, for both models: {', '.join(plan.telemetry)}."
    yield ""


def _phase(phase: Phase) -> Iterator[str]:
    yield f"### Phase {phase.number}: {phase.title}"
    yield ""
    yield f"- Experiments: {', '.join(phase.experiments) or 'none'}"
    if phase.places:
        yield f"- Calls: {', '.join(map(code, phase.places))}"
    if phase.unproved:
        yield f"- Moves along without an experiment: {', '.join(map(code, phase.unproved))}"
    steps = ", ".join(f"{step.share:.0%} for {step.days} d" for step in phase.steps)
    yield f"- Traffic: {steps}"
    yield f"- Entry: {'; '.join(phase.entry)}"
    yield f"- Exit: {'; '.join(phase.exit)}"
    yield ""
    if phase.patch:
        yield "```sh"
        yield f"git apply DIR/{phase.patch}       # forward: {', '.join(map(one_line, phase.files))}"
        yield f"git apply -R DIR/{phase.patch}    # back"
        yield "```"
    else:
        yield "No file changes in this phase: its edits are made by an earlier one, or are not selected."
    yield ""


def _tracks(plan: Plan) -> Iterator[str]:
    if plan.tracks:
        yield "## Tracks of their own"
        yield ""
    for track in plan.tracks:
        yield from _track(track)


def _track(track: Track) -> Iterator[str]:
    yield f"### {track.title}"
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


def _compliance(plan: Plan) -> Iterator[str]:
    notes: dict[str, list[str]] = {}
    for experiment in plan.experiments:
        for note in experiment.compliance:
            notes.setdefault(note, []).append(experiment.name)
    if not notes:
        return
    yield "## Compliance"
    yield ""
    for note, names in notes.items():
        yield f"- {note} ({', '.join(names)})"
    yield ""
