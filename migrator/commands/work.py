"""Calls into the pipeline, with the progress bar around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from migrator.errors import UsageError
from migrator.output import say
from migrator.rendering import Changes
from migrator.report import patches as _patches
from migrator.report import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from migrator.commands.options import Request
    from migrator.commands.target import Target
    from migrator.inventory import Diagnostic, Inventory
    from migrator.inventory.edit_records import Edit
    from migrator.report.causes import Cause


explained, patches, portable = _patches.explained, _patches.patches, _patches.portable


def review(request: Request) -> Inventory:
    """What the pipeline finds under the request's paths."""
    from migrator import pipeline
    from migrator.commands.rebasing import rebased
    from migrator.report.progress import steps

    where = request.target
    if request.usage:
        return _measured(request)
    with steps():
        found = pipeline.review(where.paths, request.settings, root=where.project, layers=request.layers)
    found = rebased(found, where.project, where.root)
    return _rehearsed(found, request) if request.rehearsed else found


def _measured(request: Request) -> Inventory:
    """The inventory with what usage records say; read again where they ask for other variants."""
    from pathlib import Path

    from migrator.discover.owners import owners_below
    from migrator.evidence import measuring, usage
    from migrator.rulebook.rulefiles import load_rulebook

    settings = request.settings
    catalog = load_rulebook(settings.catalog, [Path(rule) for rule in settings.rules]).catalog
    prices, owners = measuring.Prices(catalog), owners_below(request.target.root)
    plain = request._replace(usage=())
    inventory = review(plain)
    found = usage.read([Path(file) for file in request.usage], inventory)
    made = usage.applied(inventory, found, request.usage, prices, owners)
    asked = measuring.needs(made, prices)
    wanted = {place: choice for place, choice in asked.items() if place not in settings.pins}
    if wanted:
        inventory = measuring.told(review(_pinning(plain, wanted)), wanted)
        made = usage.applied(inventory, found, request.usage, prices, owners)
    return measuring.judged(made, prices)


def _pinning(request: Request, wanted: Mapping[str, tuple[str, str]]) -> Request:
    pins = {**{place: variant for place, (variant, _) in wanted.items()}, **request.settings.pins}
    settings = msgspec.structs.replace(request.settings, pins=pins)
    return request._replace(settings=settings, given={**request.given, "pins": pins})


def _rehearsed(inventory: Inventory, request: Request) -> Inventory:
    """The inventory with what a rehearsal proved of it."""
    from pathlib import Path

    from migrator.decide.summaries import summary
    from migrator.discover.file_bytes import read_bytes
    from migrator.evidence import rehearsal_verdicts
    from migrator.rulebook.rulefiles import load_rulebook

    settings = request.settings
    rehearsal = rehearsal_verdicts.read(Path(request.rehearsed))
    catalog = load_rulebook(settings.catalog, [Path(rule) for rule in settings.rules]).catalog
    if rehearsal.catalog != catalog.name:
        raise UsageError(f"--rehearsed {request.rehearsed}: of the catalogue {rehearsal.catalog}")
    held = {v.place.rpartition(":")[0] for v in rehearsal.verdicts if v.holds}
    sources = {path: read_bytes(str(request.target.root / path)) for path in held & _files(inventory)}
    found = rehearsal_verdicts.applied(
        inventory, rehearsal.verdicts, sources, rehearsal_verdicts.targets(catalog)
    )
    return msgspec.structs.replace(found, summary=summary(found))


def _files(inventory: Inventory) -> set[str]:
    return {reference.path for reference in inventory.references}


def assuming(request: Request, requirements: Sequence[str]) -> Request:
    """The same request as it would be if the project declared some requirements."""
    given = {**request.given, "assume": (*request.given.get("assume", ()), *requirements)}
    return request._replace(given=given)


def causes(request: Request, inventory: Inventory) -> list[Cause]:
    """What keeps places from moving; what a higher release would free is measured."""
    from migrator.report import redact
    from migrator.report.causes import assumed, causes

    shown = redact.for_people(inventory)
    wanted = assumed(causes(shown))
    return causes(shown, review(assuming(request, wanted)) if wanted else None)


def changes(inventory: Inventory, root: Path, jobs: int = 0) -> Changes:
    """The selected edits as new file contents; nothing is imported for writing where nothing changes."""
    from migrator import pipeline

    if not any(edit.selected for edit in inventory.edits):
        return Changes((), ())
    return pipeline.changes(inventory, root, jobs)


def only(inventory: Inventory, places: Sequence[str], root: Path) -> Inventory:
    """The inventory with the groups of edits at some PATH:LINE; all of them where no place is named."""
    if not places:
        return inventory
    from migrator.commands.target import located

    groups: set[str] = set()
    for place in places:
        path, line = located(place, root)
        found = {edit.group for edit in inventory.edits if edit.selected and _is_at(edit, path, line)}
        if not found:
            raise UsageError(f"--only {place}: no change is planned there; see gpt55-migrate explain {place}")
        groups |= found
    return keeping(inventory, lambda edit: edit.group in groups)


def _is_at(edit: Edit, path: str, line: int) -> bool:
    return edit.path == path and edit.anchor[0] <= line <= edit.anchor[2]


def covers(request: Request) -> Callable[[str], bool]:
    """Whether a path as it is shown is among those given."""
    from migrator.report import redact

    target = request.target
    shown = (redact.name(path.relative_to(target.root).as_posix()) for path in target.paths)
    return target._replace(paths=tuple(target.root / path for path in shown)).covers


def keeping(inventory: Inventory, wanted: Callable[[Edit], bool]) -> Inventory:
    """The inventory with only the edits that are wanted."""
    return msgspec.structs.replace(inventory, edits=tuple(filter(wanted, inventory.edits)))


def within(inventory: Inventory, where: Target) -> Inventory:
    """Only the groups of edits that need no other file than those given; says which files the others need."""
    outside = {
        edit.group: edit.path for edit in inventory.edits if edit.selected and not where.covers(edit.path)
    }
    if not outside:
        return inventory
    half = {edit.group for edit in inventory.edits if edit.group in outside and where.covers(edit.path)}
    if half:
        files = sorted({outside[group] for group in half})
        left = words.count(len(half), "change")
        say(f"Left out {left} that must be made in other files too: name {_first(files)} as well")
    return keeping(inventory, lambda edit: edit.group not in outside)


def _first(files: list[str], most: int = 5) -> str:
    more = f" and {len(files) - most} more" if len(files) > most else ""
    return ", ".join(files[:most]) + more


def adding(inventory: Inventory, diagnostics: tuple[Diagnostic, ...]) -> Inventory:
    """The inventory with further diagnostics."""
    if not diagnostics:
        return inventory
    return msgspec.structs.replace(inventory, diagnostics=(*inventory.diagnostics, *diagnostics))
