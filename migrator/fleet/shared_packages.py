"""Packages of other repositories, laid beside one that installs them so that their models are followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from msgspec.structs import replace

from migrator.fleet import commit_tree, packages
from migrator.fleet.fleet_records import LINKED, Link

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from migrator.fleet.fleet_records import Source
    from migrator.inventory import Inventory, Reference

_BEGIN = f"{LINKED}/"


class Material(NamedTuple):
    """A commit and the files of it that are read; `folder` is its git directory."""

    folder: str
    commit: str
    branch: str
    listing: commit_tree.Listing
    manifests: Mapping[str, bytes]


class Placed(Protocol):
    """Whatever stands in a file."""

    @property
    def path(self) -> str: ...


T = TypeVar("T", bound=Placed)


class Lent(NamedTuple):
    """The packages of one repository: where they lie now, and where they come from."""

    source: Source
    moved: Mapping[str, str]
    modules: frozenset[str]


def lay(sources: Sequence[Source], others: Sequence[Material], root: Path) -> list[Lent]:
    """Write the packages of other repositories below `root`, each repository's in a folder of its own."""
    lent = []
    for number, (source, other) in enumerate(zip(sources, others, strict=True)):
        paths = [blob.path for blob in other.listing.blobs]
        manifests = {path: data for path, data in other.manifests.items() if packages.is_manifest(path)}
        moved: dict[str, str] = {}
        modules: set[str] = set()
        for package in packages.provided(manifests, paths):
            modules |= set(package.modules)
            for path in paths:
                inner = _inner(path, package.folder)
                top = inner.partition("/")[0].removesuffix(".py")
                if top in package.modules:
                    moved[path] = f"{_BEGIN}{number}/{inner}"
        theirs = (blob for blob in other.listing.blobs if blob.path in moved)
        wanted = [blob._replace(path=moved[blob.path]) for blob in theirs]
        commit_tree.laid_out(other.folder, wanted, str(root))
        lent.append(Lent(source, {new: old for old, new in moved.items()}, frozenset(modules)))
    return lent


def _inner(path: str, folder: str) -> str:
    """A path as seen from a folder that it lies in; nothing for others."""
    if not folder:
        return path
    return path[len(folder) + 1 :] if path.startswith(f"{folder}/") else ""


def here(together: Inventory) -> Inventory:
    """What concerns the repository's own files, with all that changes in them once the packages change."""
    from migrator.decide.summaries import summary

    kept = replace(
        together,
        references=_here(together.references),
        call_sites=_here(together.call_sites),
        limits=_here(together.limits),
        branches=_here(together.branches),
        tables=_here(together.tables),
        findings=_here(together.findings),
        diagnostics=_here(together.diagnostics),
        edits=_here(together.edits),
    )
    return replace(kept, summary=summary(kept))


def now(whole: Inventory, together: Inventory) -> Inventory:
    """The same without the edits that are right only once the packages have changed."""
    later = {edit.group for edit in together.edits if edit.selected and edit.path.startswith(_BEGIN)}
    if not later:
        return whole
    waiting = {name for edit in whole.edits if edit.group in later for name in edit.references}
    return replace(
        whole,
        edits=tuple(
            replace(edit, selected=edit.selected and edit.group not in later) for edit in whole.edits
        ),
        references=tuple(
            replace(one, selected=one.selected and one.id not in waiting) for one in whole.references
        ),
    )


def _here(records: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(record for record in records if not record.path.startswith(_BEGIN))


def links(together: Inventory, lent: Sequence[Lent]) -> tuple[Link, ...]:
    """Each old model of the packages that changes there, or that something here hangs on."""
    found = []
    for one in together.references:
        if one.path.startswith(_BEGIN) and one.action != "leave" and one.context == "src":
            link = _link(together, one, lent[int(one.path.split("/")[1])])
            if one.selected or link.calls or link.edits:
                found.append(link)
    return tuple(found)


def _link(together: Inventory, one: Reference, package: Lent) -> Link:
    groups = {edit.group for edit in together.edits if one.id in edit.references}
    return Link(
        provider=package.source.id,
        path=package.moved.get(one.path, one.path),
        line=one.line,
        model=one.model,
        action=one.action,
        replacement=one.replacement,
        reason=one.reason,
        calls=sum(one.id in site.references for site in _here(together.call_sites)),
        edits=sum(edit.group in groups and edit.selected for edit in _here(together.edits)),
    )


def users(imports: Mapping[str, frozenset[str]], lent: Sequence[Lent]) -> dict[str, int]:
    """How many files import a package, by the repository that it comes from."""
    names = list(imports.values())
    return {each.source.id: sum(not each.modules.isdisjoint(one) for one in names) for each in lent}
