"""A plan from an inventory on disk, and the files that it is read in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from migrator.discover.file_bytes import read_bytes
from migrator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from migrator.inventory import Inventory
    from migrator.inventory.edit_records import Edit
    from migrator.plan.build import Ground, Planned
    from migrator.settings import Settings

PROMPT_FILE_LIMIT = 200_000


def planned(inventory: Inventory, settings: Settings, root: Path, where: Path) -> Planned:
    """The plan of an inventory; `where` is its folder, which may hold an earlier one."""
    from migrator.plan.build import build
    from migrator.report import redact
    from migrator.rulebook.rulefiles import load_rulebook

    rulebook = load_rulebook(settings.catalog, [Path(p) for p in settings.rules])
    masked = redact.inventory(inventory)
    shown = msgspec.structs.replace(inventory, call_sites=masked.call_sites, references=masked.references)
    return build(shown, rulebook, _ground(inventory, root, where, settings.jobs), settings.sources)


def _ground(inventory: Inventory, root: Path, where: Path, jobs: int) -> Ground:
    from migrator.plan import dataset, folder, overrides
    from migrator.plan.build import Ground
    from migrator.report import patches

    contents = {}
    for path in sorted({edit.path for edit in inventory.edits if edit.selected}):
        try:
            contents[path] = read_bytes(str(root / path))
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}; run again") from None
    return Ground(
        contents=contents,
        render=lambda edits, files: _rendered(edits, files, jobs),
        diff=lambda path, old, new: patches.portable(patches.discreet(path, old, new)),
        read_file=lambda source, name: _prompt_file(root, source, name),
        filled=lambda name: len(dataset.read(folder.experiment_folder(where, name))),
        overrides=lambda name: overrides.read(folder.experiment_folder(where, name)),
        earlier=folder.contents(where),
    )


def _rendered(edits: Sequence[Edit], contents: Mapping[str, bytes], jobs: int) -> dict[str, bytes]:
    from migrator import pipeline

    needed = {path: data for path, data in contents.items() if any(edit.path == path for edit in edits)}
    made = pipeline.rendered(edits, needed, jobs)
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


def files(planned: Planned, named: str) -> dict[str, bytes]:
    """What people and promptfoo read, by path below the plan's folder."""
    from migrator.plan import briefing, card, plan_markdown, promptfoo
    from migrator.report import redact

    plan = planned.plan
    files = {
        "plan.md": redact.shown(plan_markdown.render(plan, named)).encode(),
        "briefing.md": redact.shown(briefing.page(plan)).encode(),
        "rollout/README.md": redact.shown(plan_markdown.rollout(plan)).encode(),
        "tracks.md": redact.shown(plan_markdown.tracks(plan)).encode(),
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
