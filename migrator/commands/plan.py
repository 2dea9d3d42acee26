"""`plan`: the A/B test plan and the rollout."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from migrator.commands import DONE, FAILED, UsageError, work
from migrator.commands.output import complain_of, emit, say
from migrator.discover.walk import read_bytes
from migrator.report import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from migrator.commands.options import Request
    from migrator.inventory import Edit, Inventory
    from migrator.plan.build import Ground, Planned
    from migrator.plan.folder import Written

PROMPT_FILE_LIMIT = 200_000


def plan(request: Request, output: str) -> int:
    """Write the plan's folder; nothing is written where something is wrong with it."""
    from migrator.plan import folder

    where = Path(os.path.abspath(output))
    folder.usable(where)
    inventory = work.review(request)
    planned = _planned(inventory, request, where)
    if not (planned.plan.experiments or planned.plan.uncovered):
        complain_of(inventory.diagnostics)
        raise UsageError(f"{request.target.named}: nothing to compare: no model changes; nothing written")
    written = folder.save(where, planned.plan, _files(planned, request.target.named))
    _tell(planned, written, where, output)
    complain_of(inventory.diagnostics)
    return FAILED if inventory.diagnostics else DONE


def _planned(inventory: Inventory, request: Request, where: Path) -> Planned:
    from migrator.plan.build import build
    from migrator.report import redact
    from migrator.rulefiles import load_rulebook

    settings = request.settings
    rulebook = load_rulebook(settings.catalog, [Path(p) for p in settings.rules])
    masked = redact.inventory(inventory)
    shown = msgspec.structs.replace(inventory, call_sites=masked.call_sites, references=masked.references)
    return build(shown, rulebook, _ground(inventory, request.target.root, where), settings.sources)


def _ground(inventory: Inventory, root: Path, where: Path) -> Ground:
    from migrator.plan import dataset, folder, overrides
    from migrator.plan.build import Ground

    contents = {}
    for path in sorted({edit.path for edit in inventory.edits if edit.selected}):
        try:
            contents[path] = read_bytes(str(root / path))
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}; run again") from None
    return Ground(
        contents=contents,
        render=_rendered,
        diff=lambda path, old, new: work.portable(work.discreet(path, old, new)),
        read_file=lambda source, name: _prompt_file(root, source, name),
        filled=lambda name: len(dataset.read(folder.experiment_folder(where, name))),
        overrides=lambda name: overrides.read(folder.experiment_folder(where, name)),
        earlier=folder.contents(where),
    )


def _rendered(edits: Sequence[Edit], contents: Mapping[str, bytes]) -> dict[str, bytes]:
    from migrator import pipeline

    needed = {path: data for path, data in contents.items() if any(edit.path == path for edit in edits)}
    made = pipeline.rendered(edits, needed)
    return {**contents, **{change.path: change.new for change in made.files}}


def _prompt_file(root: Path, source: str, name: str) -> str:
    """The text of a prompt file beside the code or at the root; nothing if there is none within the root."""
    for base in (root / source).parent, root:
        file = (base / name).resolve()
        if (
            file.is_relative_to(root.resolve())
            and file.is_file()
            and file.stat().st_size <= PROMPT_FILE_LIMIT
        ):
            return file.read_text(encoding="utf-8", errors="replace")
    return ""


def _files(planned: Planned, named: str) -> dict[str, bytes]:
    from migrator.plan import briefing, card, markdown, promptfoo
    from migrator.report import redact

    plan = planned.plan
    files = {
        "plan.md": redact.shown(markdown.render(plan, named)).encode(),
        "briefing.md": redact.shown(briefing.page(plan)).encode(),
        "rollout/README.md": redact.shown(markdown.rollout(plan)).encode(),
        "tracks.md": redact.shown(markdown.tracks(plan)).encode(),
        **{name: _shareable(patch) for name, patch in planned.patches.items()},
    }
    for experiment in plan.experiments:
        place = f"experiments/{experiment.name}/"
        files[place + "promptfooconfig.yaml"] = promptfoo.config(experiment).encode()
        files[place + "prompt.json"] = promptfoo.prompt(experiment).encode()
        files[place + "README.md"] = redact.shown(card.readme(experiment)).encode()
    return files


_HELD_BACK = b"""\
This patch would show what looks like a key, so it is not kept in a plan that others read.
Take the key out of the source and plan again, or make the changes of this phase with
gpt55-migrate apply . --only PATH:LINE
"""


def _shareable(patch: bytes) -> bytes:
    from migrator.report.redact import holds_secret

    return _HELD_BACK if holds_secret(patch) else patch


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
