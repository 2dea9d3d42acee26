"""`plan`: the A/B test plan and the rollout."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.commands import DONE, FAILED, work
from migrator.errors import UsageError
from migrator.output import complain_of, emit, say
from migrator.report import words

if TYPE_CHECKING:
    from migrator.commands.options import Request
    from migrator.plan.build import Planned
    from migrator.plan.folder import Written


def plan(request: Request, output: str) -> int:
    """Write the plan's folder; nothing is written where something is wrong with it."""
    from migrator.plan import folder, making

    where = Path(os.path.abspath(output))
    folder.usable(where)
    inventory = work.review(request)
    planned = making.planned(inventory, request.settings, request.target.root, where)
    if not (planned.plan.experiments or planned.plan.uncovered):
        complain_of(inventory.diagnostics)
        raise UsageError(f"{request.target.named}: nothing to compare: no model changes; nothing written")
    written = folder.save(where, planned.plan, making.files(planned, request.target.named))
    _tell(planned, written, where, output)
    complain_of(inventory.diagnostics)
    return FAILED if inventory.diagnostics else DONE


def _tell(planned: Planned, written: Written, where: Path, output: str) -> None:
    from migrator.plan import dataset, folder
    from migrator.plan.card import usd

    plan, total = planned.plan, planned.plan.totals
    for e in plan.experiments:
        models = " / ".join(arm.model for arm in e.arms)
        state = "" if e.ready else "; not ready: " + "; ".join(e.lacks)
        emit(
            f"{e.name}: {models}; {e.primary.id}, {e.size.pairs:,} pairs, USD {usd(e.estimate.usd)}{state}\n"
        )
    emit(
        f"{words.count(total.experiments, 'experiment')}"
        + (f" and {total.unready:,} not ready" if total.unready else "")
        + f", {total.pairs:,} pairs, USD {usd(total.usd)}, {total.hours:g} h: "
        f"{os.path.join(output, 'plan.md')}\n"
    )
    if plan.uncovered:
        say(f"{words.count(len(plan.uncovered), 'change')} of model without an experiment: see plan.md")
    for name in written.kept:
        say(f"Kept {name}")
    for e in plan.experiments:
        lacking = dataset.missing(dataset.read(folder.experiment_folder(where, e.name)), e)
        if lacking:
            say(f"experiments/{e.name}/dataset.jsonl lacks what the prompt now has: {', '.join(lacking)}")
    for name in written.left:
        say(f"experiments/{name} belongs to no call any more; left as it is")
