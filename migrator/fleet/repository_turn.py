"""One repository's turn: its last commit is read, decided and planned in a folder of its own."""

from __future__ import annotations

import datetime
import hashlib
import os
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.discover.owners import PLACES
from migrator.fleet import clone, commit_tree, git, packages, shared_packages
from migrator.fleet.fleet_records import LINKED, Outcome
from migrator.fleet.report_rows import Found, causes, report
from migrator.fleet.shared_packages import Material
from migrator.fleet.sources import shown
from migrator.rendering import Changes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from migrator.fleet.fleet_records import Source, Task, Terms
    from migrator.inventory import Inventory
    from migrator.settings import Settings

CONFIG = "pyproject.toml"
PATCH = "changes.patch"
BEYOND = "changes-with-packages.patch"


class Laid(NamedTuple):
    """A repository's files on disk, and what was seen in them."""

    root: Path
    imports: Mapping[str, frozenset[str]]
    dated: bool
    missed: Mapping[str, int]


def turn(task: Task, scratch: Path) -> Outcome:
    """Do it; raises GitError, OSError, MemoryError and what a bug raises. `scratch` is an empty folder."""
    where = [commit_of(source, task.terms) for source in (task.source, *task.linked)]
    key = _key(task, [commit for _, commit, _ in where])
    if task.known in (key, _of_today(key)):
        return Outcome(locator=task.source.locator, status="unchanged")
    own, *others = (
        material(each, source, scratch / f"git-{number}", task.terms)
        for number, (each, source) in enumerate(zip(where, (task.source, *task.linked), strict=True))
    )
    laid = lay(own, scratch / "tree")
    lent = shared_packages.lay(task.linked, others, laid.root)
    found, files = _decided(task, own, laid, lent)
    result = report(found)
    origin = task.source.locator if task.source.remote else git.origin(own.folder)
    result = msgspec.structs.replace(
        result, key=_of_today(key) if laid.dated else key, dated=laid.dated, origin=shown(origin)
    )
    files["causes.json"] = _indented(causes(found.inventory))
    return Outcome(locator=task.source.locator, status="done", report=result, files=files)


def _key(task: Task, commits: Sequence[str]) -> str:
    terms, chosen = task.terms, msgspec.json.encode(task.terms.settings).decode()
    parts = [terms.program, str(terms.trusts), task.stage, *commits, chosen]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _of_today(key: str) -> str:
    return f"{key}@{datetime.date.today()}"


def commit_of(source: Source, terms: Terms) -> tuple[str, str, str]:
    """The git directory (none for a remote yet), the commit and its branch; raises GitError."""
    if source.remote:
        return ("", *clone.answer(clone.checked(source.locator), terms.git_config))
    folder = git.directory(source.locator)
    return (folder, *git.head(folder))


def material(where: tuple[str, str, str], source: Source, scratch: Path, terms: Terms) -> Material:
    """What a commit holds; a remote's is fetched into `scratch`. Raises GitError."""
    folder, commit, branch = where
    if not commit:
        return Material(folder, "", branch, commit_tree.Listing((), {}), {})
    if source.remote:
        folder = str(scratch)
        clone.clone(source.locator, folder, commit, terms.git_config)
    listing = commit_tree.listing(folder, commit, sized=not source.remote)
    if source.remote:
        clone.complete(folder, listing.blobs, terms.git_config)
    named = [blob for blob in listing.blobs if packages.is_manifest(blob.path) or blob.path in PLACES]
    read = zip(named, commit_tree.contents(folder, named), strict=True)
    manifests = {blob.path: data for blob, data in read if data is not None}
    return Material(folder, commit, branch, listing, manifests)


def lay(own: Material, target: Path) -> Laid:
    """Write the files that are read below `target`."""
    target.mkdir()
    imports: dict[str, frozenset[str]] = {}
    dated = False

    def seen(path: str, data: bytes) -> bool:
        nonlocal dated
        if path.endswith(".py"):
            imports[path] = frozenset(packages.imported(data))
            dated = dated or (b"gpt55:" in data and b"until" in data)
        return not path.startswith(LINKED)

    missed = commit_tree.laid_out(own.folder, own.listing.blobs, str(target), seen)
    return Laid(target, imports, dated, missed)


def _decided(
    task: Task, own: Material, laid: Laid, lent: Sequence[shared_packages.Lent]
) -> tuple[Found, dict[str, bytes]]:
    from migrator import pipeline
    from migrator.report import json_report

    layers = _layers(task.terms, laid.root)
    settings = layers(()) if layers else task.terms.settings
    together = pipeline.review([laid.root], settings, root=laid.root, layers=layers)
    whole = shared_packages.here(together) if lent else together
    inventory = shared_packages.now(whole, together) if lent else together
    made = _changes(inventory, laid.root)
    plan = _plan(whole, settings, laid.root, task.source.name)
    files = {"inventory.json": json_report.render(inventory, prompts=False).encode(), **plan.files}
    patch = _patch(made, inventory)
    if patch:
        files[PATCH] = patch
    if whole is not inventory:
        files[BEYOND] = _patch(_changes(whole, laid.root), whole)
    missed = Counter(own.listing.others) + Counter(laid.missed)
    found = Found(
        inventory=inventory,
        later=frozenset(one.id for one in whole.references if one.selected) if lent else frozenset(),
        commit=own.commit,
        branch=own.branch,
        manifests=own.manifests,
        paths=[blob.path for blob in own.listing.blobs],
        imports=laid.imports,
        missed=dict(sorted(missed.items())),
        changed=len(made.files),
        refused=made.diagnostics,
        ranks=plan.ranks,
        experiments=plan.experiments,
        links=shared_packages.links(together, lent),
        users=shared_packages.users(laid.imports, lent),
    )
    return found, files


def _layers(terms: Terms, root: Path) -> Callable[[Iterable[str]], Settings] | None:
    """The repository's own settings below those of the run, where it is trusted."""
    from migrator.settings import layered

    if not terms.trusts:
        return None
    (root.parent / CONFIG).write_text("[tool.gpt55-migrate]\n")
    given = msgspec.structs.asdict(terms.settings)
    usual = msgspec.structs.asdict(type(terms.settings)())
    own = {name: value for name, value in given.items() if value != usual[name]}
    return lambda paths: layered(root, paths, own)


def _changes(inventory: Inventory, root: Path) -> Changes:
    from migrator import pipeline

    if not any(edit.selected for edit in inventory.edits):
        return Changes((), ())
    return pipeline.changes(inventory, root, 1)


def _patch(made: Changes, inventory: Inventory) -> bytes:
    """For `git apply` at the repository's top."""
    from migrator.report import patches

    return b"".join(patches.explained(made, inventory).values())


class _Plan(NamedTuple):
    files: dict[str, bytes]
    ranks: tuple[int, ...]
    experiments: int


def _plan(inventory: Inventory, settings: Settings, root: Path, name: str) -> _Plan:
    """The A/B plan's own files; those that a team fills in are made where it is kept."""
    from migrator.plan import making

    if not any(edit.selected for edit in inventory.edits):
        return _Plan({}, (), 0)
    planned = making.planned(inventory, settings, root, root / LINKED / "no-earlier-plan")
    plan = planned.plan
    if not (plan.experiments or plan.uncovered):
        return _Plan({}, tuple(phase.rank for phase in plan.phases), 0)
    made = {"plan.json": msgspec.json.encode(plan), **making.files(planned, name)}
    files = {os.path.join("plan", path): data for path, data in made.items()}
    return _Plan(files, tuple(phase.rank for phase in plan.phases), len(plan.experiments))


def _indented(records: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(records), indent=2) + b"\n"
