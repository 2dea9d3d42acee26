"""The stages in order: discover, read, decide, write. Only `review` and `changes` touch the disk, to read.

What only some runs need is imported where they need it: hooks start often, and most find an answer kept.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from msgspec.structs import replace

from migrator.collector import no_collector
from migrator.decide.perpath import chosen
from migrator.discover.beside import (
    as_note,
    settings_naming,
    unread_settings,
)
from migrator.discover.file_bytes import read_bytes
from migrator.inventory import Coverage, Diagnostic, Inventory
from migrator.pipeline.kinds_of_rules import of_kinds
from migrator.pipeline.reviewing import Review, rules
from migrator.projectroot import is_manifest
from migrator.rendering import Change, Changes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from migrator.inventory.edit_records import Edit
    from migrator.settings import Settings


@no_collector()
def review(
    paths: Sequence[Path],
    settings: Settings,
    *,
    root: Path,
    layers: Callable[[Iterable[str]], Settings] | None = None,
) -> Inventory:
    """Discover, read and decide for files and folders below `root`.

    Where a part of the root is named the whole project is read as soon as that part names a model, so that
    the part is judged as it would be with the rest. What is reported concerns the part alone, and the groups
    of edits that reach into it. `layers` gives the settings that hold for some files; files whose settings
    name different rules are judged apart.
    """
    first = Review(paths, settings, root, layers)
    kinds = first.kinds()
    if len(kinds) < 2:
        return (first.under(*kinds[0]) if kinds else first).inventory()
    return of_kinds([first.under(*kind).inventory() for kind in kinds])


def changes(inventory: Inventory, root: Path, jobs: int = 0) -> Changes:
    """The selected edits of an inventory as new file contents; writes nothing."""
    contents: dict[str, bytes] = {}
    problems: list[Diagnostic] = []
    for path in sorted({edit.path for edit in inventory.edits if edit.selected}):
        try:
            contents[path] = read_bytes(os.path.join(root, path))
        except OSError as error:
            problems.append(Diagnostic(path=path, code="vanished", message=f"{error.strerror}; run again"))
    read_as = _read_as(inventory)
    for path in [path for path, data in contents.items() if not _is(data, read_as.get(path, ""))]:
        del contents[path]
        message = f"{path} changed since it was read; run again"
        problems.append(Diagnostic(path=path, code="changed", message=message))
    made = rendered(inventory.edits, contents, jobs)
    return Changes(made.files, (*problems, *made.diagnostics))


def _read_as(inventory: Inventory) -> dict[str, str]:
    """Digests by path: anchors of edits fit these bytes; in others they may stand on similar code."""
    return {edit.path: edit.digest for edit in inventory.edits if edit.digest}


def _is(data: bytes, digest: str) -> bool:
    return not digest or hashlib.sha256(data).hexdigest().startswith(digest)


@no_collector()
def rendered(edits: Iterable[Edit], contents: Mapping[str, bytes], jobs: int = 0) -> Changes:
    """New contents of the files that selected edits concern; a group refused in one file is made in none."""
    from migrator.rendering import Renderer

    wanted = [edit for edit in edits if edit.selected]
    problems: dict[tuple[str, str, str], Diagnostic] = {}
    renderer = Renderer(contents, jobs)
    while True:
        made: list[Change] = []
        refused = {edit.group for edit in wanted if edit.path not in contents}
        for (path, old, here), done in renderer.render(wanted):
            groups = {edit.id: edit.group for edit in here}
            for refusal in done.refused:
                refused |= {groups[name] for name in refusal.edits}
                problems[path, refusal.code, refusal.message] = Diagnostic(
                    path=path, code=refusal.code, message=refusal.message
                )
            if done.data != old:
                made.append(Change(path, old, done.data, done.made))
        if not refused & {edit.group for edit in wanted}:
            return Changes(tuple(made), tuple(problems.values()))
        wanted = [edit for edit in wanted if edit.group not in refused]


@no_collector()
def migrate(files: Mapping[str, bytes], settings: Settings) -> tuple[Inventory, dict[str, bytes]]:
    """The whole pipeline in memory: paths and bytes in, findings and new bytes of every file out."""
    from migrator.check.closing import closed
    from migrator.check.faults import Program
    from migrator.decide.documents.cells import with_cells
    from migrator.decide.documents.foreign_readers import without_readers
    from migrator.decide.requests.pins import read_pins
    from migrator.decide.run import decide
    from migrator.discover.beside import settings_for
    from migrator.partition import targets_by_id
    from migrator.read.parsing import read
    from migrator.read.shapes import readers

    rulebook, pattern = rules(settings)
    facts = [read(path, data, pattern) for path, data in sorted(files.items())]
    size = sum(map(len, files.values()))
    facts = [file for file in facts if file.path.endswith((".py", ".ipynb", ".pyi", ".pyw"))]
    named = settings_naming(sorted(files), files.get, pattern, [*targets_by_id(rulebook)])
    variants = targets_by_id(rulebook)
    told = settings_for(facts, named, files.get, pattern, [file.path for file in facts], variants)
    rest = [path for path in named if path not in {file.path for file in told}]
    facts += [*told, *settings_for(None, rest, files.get, pattern), *readers(rest, files.get, pattern)]
    coverage = Coverage(seen=len(facts), bytes=size)
    manifests = {path: data for path, data in files.items() if is_manifest(path)}
    pins = read_pins(manifests, settings.assume, files.get)
    opened, documents = files.get, sorted(files)
    inventory = decide(
        facts, settings, rulebook, coverage=coverage, pins=pins, opened=opened, documents=documents
    )
    inventory = closed(inventory, Program(facts, files.get, rulebook, pattern, None, variants, pins))
    broken = unread_settings(named, files.get, pattern)
    notes = [as_note(one) for one in broken if one.path not in {f.path for f in inventory.findings}]
    inventory = chosen(replace(inventory, findings=(*inventory.findings, *notes)), settings)
    inventory = without_readers(with_cells(inventory, facts))
    new = dict(files)
    for change in rendered(inventory.edits, files).files:
        new[change.path] = change.new
    return inventory, new
