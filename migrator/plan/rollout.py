"""The rollout: phases by risk, each with a patch on top of the one before; tracks for what needs a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.plan import switch
from migrator.plan.canary import ALONE
from migrator.plan.plan_records import Change, Phase, Step, Target, Track, TrackItem
from migrator.plan.sizing import points

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from migrator.decide.catalogue import Catalogue
    from migrator.inventory import Inventory, Reference
    from migrator.inventory.edit_records import Edit
    from migrator.plan.plan_records import Experiment
    from migrator.plan.plan_rules import PhaseRule, PlanRules

UNPROVED = 5
VARIANT_ORDER = ("mini", "instant", "", "flagship")


class Staged(NamedTuple):
    """Phases, and the bytes of each phase's patch by its file name."""

    phases: tuple[Phase, ...]
    patches: dict[str, bytes]


def stage(
    inventory: Inventory,
    experiments: Sequence[Experiment],
    rules: PlanRules,
    contents: Mapping[str, bytes],
    render: Callable[[Sequence[Edit], Mapping[str, bytes]], dict[str, bytes]],
    diff: Callable[[str, bytes, bytes], bytes],
) -> Staged:
    """Groups of edits go with the riskiest experiment that needs them, in the last phase where none does;
    groups that move no model (rows of tables) go first.
    """
    ranks = _ranks(inventory, experiments)
    phases: list[Phase] = []
    patches: dict[str, bytes] = {}
    before = dict(contents)
    present = sorted({*ranks.values(), *(e.rank for e in experiments)})
    for number, rank in enumerate(present, 1):
        wanted = [edit for edit in inventory.edits if edit.selected and ranks.get(edit.group, 1) <= rank]
        after = render(wanted, contents)
        files = tuple(path for path in sorted(after) if after[path] != before[path])
        name = f"rollout/phase-{number}.patch" if files else ""
        if files:
            patches[name] = b"".join(diff(path, before[path], after[path]) for path in files)
        ours = [e for e in experiments if _experiment_rank(e, ranks) == rank]
        rule = next(p for p in rules.phase if p.rank == rank)
        phase = _phase(number, rule, ours, rules)
        unproved = _unproved(inventory, experiments, {g for g, r in ranks.items() if r == rank})
        phases.append(
            msgspec.structs.replace(
                phase,
                patch=name,
                files=files,
                unproved=unproved,
                snippet=switch.snippet(number, phase.steps[0].share, [before[f] for f in files], rules),
                watched=tuple(_watched(e) for e in ours),
            )
        )
        before = {**before, **after}
    return Staged(tuple(phases), patches)


def _ranks(inventory: Inventory, experiments: Sequence[Experiment]) -> dict[str, int]:
    """group of edits -> the phase's rank."""
    moving = {r.id for r in inventory.references if r.action == "rewrite"}
    proved = {group for experiment in experiments for group in experiment.groups}
    ranks: dict[str, int] = {}
    for edit in inventory.edits:
        if edit.selected:
            alone = edit.group not in proved and bool(moving & set(edit.references))
            ranks[edit.group] = max(ranks.get(edit.group, 1), UNPROVED if alone else 1)
    for experiment in experiments:
        for group in experiment.groups:
            if group in ranks:
                ranks[group] = max(ranks[group], _own_rank(experiment))
    return ranks


def _own_rank(experiment: Experiment) -> int:
    """By risk; what cannot be run yet proves nothing."""
    return experiment.rank if experiment.ready else UNPROVED


def _watched(experiment: Experiment) -> str:
    """The figures of an experiment that its phase is held to."""
    limits = experiment.limits
    each = next((c.usd_each for c in experiment.estimate.arms if c.arm == "treatment"), None)
    cost = "" if each is None else f" (estimated ${each:.5f} a request)"
    more = ", ".join(f"{g.id} {points(g.most_more)}" for g in experiment.guardrails if g.id in ALONE)
    return (
        f"{experiment.name}: score at most {points(experiment.size.margin)} below the old model's, "
        "median latency "
        f"at most {limits.latency_ratio:g} times (p95: {limits.p95_ratio:g}), "
        f"mean cost at most {limits.cost_ratio:g} times{cost}; failures at "
        f"most {limits.failed:.0%}; at most so much more often: {more}"
    )


def _phase(number: int, rule: PhaseRule, ours: Sequence[Experiment], rules: PlanRules) -> Phase:
    """Mini and Instant before the flagship."""
    order = sorted(ours, key=lambda e: VARIANT_ORDER.index(e.arms[1].variant))
    return Phase(
        number=number,
        title=rule.title,
        rank=rule.rank,
        experiments=tuple(e.name for e in order),
        places=tuple(f"{p.path}:{p.line}" for e in order for p in e.places),
        steps=tuple(Step(share=share, days=rule.days) for share in rule.shares),
        entry=rules.rollout.entry,
        exit=rules.rollout.exit,
    )


def _unproved(inventory: Inventory, experiments: Sequence[Experiment], groups: set[str]) -> tuple[str, ...]:
    """Places that move with these groups of edits without an experiment."""
    lone = groups - {group for e in experiments for group in e.groups}
    return tuple(
        sorted({f"{e.path}:{e.anchor[0]}" for e in inventory.edits if e.group in lone and e.selected})
    )


def _experiment_rank(experiment: Experiment, ranks: Mapping[str, int]) -> int:
    """An experiment's code moves with the riskiest one that shares its edits."""
    return max([_own_rank(experiment), *(ranks.get(group, 1) for group in experiment.groups)])


def tracks(inventory: Inventory, rules: PlanRules) -> tuple[Track, ...]:
    """References under review, and calls whose model is not known, by what is done with them."""
    references = {r.id for r in inventory.references}
    items = [
        _item(r)
        for r in inventory.references
        if r.action == "review" or (r.suppressed and r.action == "rewrite")
    ]
    for site in inventory.call_sites:
        if site.unresolved and not set(site.references) & references:
            items.append(
                TrackItem(path=site.path, line=site.line, model="", reason="dynamic", detail=site.unresolved)
            )
    found: list[Track] = []
    taken: set[str] = set()
    for rule in rules.track:
        ours = [i for i in items if (i.reason in rule.reasons if rule.reasons else i.reason not in taken)]
        taken |= set(rule.reasons)
        if ours:
            found.append(Track(id=rule.id, title=rule.title, steps=rule.steps, items=tuple(ours)))
    return tuple(found)


def _item(reference: Reference) -> TrackItem:
    return TrackItem(
        path=reference.path,
        line=reference.line,
        model=reference.model,
        reason="suppressed" if reference.suppressed else reference.reason,
        detail=reference.detail,
    )


def item(reference: Reference) -> TrackItem:
    """A moving reference that no experiment proves."""
    return TrackItem(
        path=reference.path,
        line=reference.line,
        model=reference.model,
        reason="no call was found",
        detail=f"to {reference.variant}",
    )


def targets(catalogue: Catalogue, unpublished: Sequence[str], rules: PlanRules) -> tuple[Target, ...]:
    """The targets for the briefing."""
    streaming = {s.variant: s.text for s in rules.streaming}
    takes = {m.variant: m.text for m in rules.modality}
    found = []
    for name, variant in catalogue.catalog.variants.items():
        model = catalogue.model(variant.id)
        if model is None:
            continue
        found.append(
            Target(
                variant=name,
                model=variant.id,
                context_window=model.context_window,
                max_output=model.max_output,
                usd_in=model.usd_in,
                usd_out=model.usd_out,
                requests_per_minute=model.requests_per_minute,
                latency_seconds=model.latency_seconds,
                modalities=model.modalities,
                streaming=streaming.get(name, ""),
                takes=takes.get(name, ""),
                output_length=model.output_length,
                defaults=variant.defaults,
                published=variant.id not in unpublished,
            )
        )
    return tuple(found)


def changes(inventory: Inventory, patches: Mapping[str, bytes]) -> tuple[Change, ...]:
    """Request parameters that change, with the number of calls and a line of the project as the example."""
    lines = [line for name in sorted(patches) for line in switch.changed(patches[name])]
    counts: dict[tuple[str, str], int] = {}
    for site in inventory.call_sites:
        for parameter in site.parameters:
            if parameter.action != "keep":
                what = f"{parameter.action} {parameter.new}".strip() + (
                    f": {parameter.why}" if parameter.why else ""
                )
                counts[parameter.name, what] = counts.get((parameter.name, what), 0) + 1
    return tuple(
        Change(name=n, what=w, places=c, example=switch.example(lines, n))
        for (n, w), c in sorted(counts.items())
    )
