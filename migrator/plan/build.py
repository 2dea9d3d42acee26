"""An inventory as a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.catalogue import Catalogue
from migrator.plan import rollout, subjects
from migrator.plan.experiments import Builder
from migrator.plan.plan_records import Plan, Totals, Trouble
from migrator.plan.plan_rules import plan_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from migrator.inventory import Inventory
    from migrator.inventory.edit_records import Edit
    from migrator.plan.overrides import Overrides
    from migrator.plan.plan_records import Experiment
    from migrator.plan.subjects import Subject
    from migrator.rulebook import Rulebook


class Ground(NamedTuple):
    """What a plan needs besides the inventory.

    Attributes:
        contents: the bytes of every file that has a selected edit, by path.
        render: edits and contents -> new contents. `diff`: path, old, new -> a patch.
        read_file: (source path, file name) -> a prompt file's text, or nothing.
        filled, overrides: what an earlier plan's folder holds, by experiment. `earlier`: its experiments and
            the digests of their contents.
    """

    contents: Mapping[str, bytes]
    render: Callable[[Sequence[Edit], Mapping[str, bytes]], dict[str, bytes]]
    diff: Callable[[str, bytes, bytes], bytes]
    read_file: Callable[[str, str], str]
    filled: Callable[[str], int]
    overrides: Callable[[str], Overrides]
    earlier: Mapping[str, str]


class Planned(NamedTuple):
    """The plan, and its patches by file name."""

    plan: Plan
    patches: dict[str, bytes]


def build(inventory: Inventory, rulebook: Rulebook, ground: Ground, sources: tuple[str, ...] = ()) -> Planned:
    """The plan of an inventory (secrets masked already)."""
    rules, catalogue = plan_rules(), Catalogue(rulebook.catalog, sources)
    found = subjects.find(inventory, ground.read_file, rules.request)
    names = subjects.names(found.subjects, ground.earlier)
    filled = {n: ground.filled(n) for n in names}
    ready = sum(bool(filled[n]) or not s.lacks for n, s in zip(names, found.subjects, strict=True))
    builder = Builder(
        rulebook,
        catalogue,
        rules,
        filled,
        {n: ground.overrides(n) for n in names},
        max(1, ready),
    )
    experiments = [
        builder.build(name, subject, _groups(subject, inventory))
        for name, subject in zip(names, found.subjects, strict=True)
    ]
    experiments.sort(key=lambda e: (e.rank, e.name))
    staged = rollout.stage(inventory, experiments, rules, ground.contents, ground.render, ground.diff)
    by_site = {p.site: e.name for e in experiments for p in e.places}
    unpublished = inventory.catalog.unpublished
    plan = Plan(
        catalog=rulebook.catalog.name,
        catalog_title=rulebook.catalog.title,
        experiments=tuple(experiments),
        uncovered=tuple(rollout.item(r) for r in found.uncovered),
        covered={
            place: ", ".join(sorted({by_site[s] for s in sites if s in by_site}))
            for place, sites in found.covered.items()
        },
        phases=staged.phases,
        triggers=tuple(Trouble(when=t.when, then=t.then) for t in rules.trigger),
        telemetry=rules.rollout.telemetry,
        tracks=rollout.tracks(inventory, rules),
        targets=rollout.targets(catalogue, unpublished, rules),
        parameters=rollout.changes(inventory, staged.patches),
        totals=totals(experiments),
        correction=_correction(ready, rules.statistics.alpha),
        safeguards=tuple(s.text for s in rules.safeguard),
        notes=_notes(unpublished, rulebook),
    )
    return Planned(plan, staged.patches)


def _groups(subject: Subject, inventory: Inventory) -> tuple[str, ...]:
    ours = {r.id for r in subject.references}
    return tuple(sorted({edit.group for edit in inventory.edits if ours & set(edit.references)}))


def totals(experiments: Sequence[Experiment]) -> Totals:
    """What all experiments need together."""
    unready = sum(not e.ready for e in experiments)
    experiments = [e for e in experiments if e.ready]
    money = [e.estimate.usd for e in experiments]
    return Totals(
        experiments=len(experiments),
        unready=unready,
        pairs=sum(e.size.pairs for e in experiments),
        tokens=sum(e.estimate.tokens for e in experiments),
        usd=None if None in money else round(sum(m for m in money if m is not None), 2),
        hours=round(sum(e.estimate.hours for e in experiments), 2),
        unpriced=tuple(sorted({c.model for e in experiments for c in e.estimate.arms if c.usd is None})),
    )


def _correction(count: int, alpha: float) -> str:
    if count < 2:
        return f"One primary hypothesis: one-sided alpha {alpha:g}, no correction."
    return (
        f"{count} primary hypotheses at one-sided alpha {alpha:g}: sizes are computed with alpha / {count} = "
        f"{alpha / count:.4g} (the first step of Holm's procedure), results are judged with Holm's "
        "adjusted p values "
        "(Holm 1979); what speaks against a roll-out is a second family at the same alpha."
    )


def _notes(unpublished: tuple[str, ...], rulebook: Rulebook) -> tuple[str, ...]:
    notes = [
        "Estimates are made before anything was measured: `ab report` replaces them.",
        f"Prices and latencies: {rulebook.catalog.title} ({rulebook.catalog.provenance}); figures of old "
        f"models may have "
        "another provenance, so that a comparison of both is of mixed provenance.",
    ]
    if unpublished:
        notes.append(
            f"The publisher does not list {', '.join(unpublished)}: check with `gpt55-migrate models "
            f"--verify` that your "
            "endpoint serves them, or plan with `--catalog published`."
        )
    return tuple(notes)
