"""A repository's inventory as the rows that reports over all repositories are made of."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from migrator.discover.owners import Owners
from migrator.fleet import packages
from migrator.fleet.fleet_records import Call, Cause, Place, Report
from migrator.report import redact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from migrator.fleet.fleet_records import Link
    from migrator.inventory import Diagnostic, Inventory, Reference


class Found(NamedTuple):
    """All that is known about a repository after its turn.

    `later`: references that are written once the packages that it installs have changed.
    """

    inventory: Inventory
    later: frozenset[str]
    commit: str
    branch: str
    manifests: Mapping[str, bytes]
    paths: Sequence[str]
    imports: Mapping[str, frozenset[str]]
    missed: dict[str, int]
    changed: int
    refused: Sequence[Diagnostic]
    ranks: Sequence[int]
    experiments: int
    links: tuple[Link, ...]
    users: dict[str, int]


def report(found: Found) -> Report:
    """The rows, with secrets masked; `key` and `dated` are the caller's."""
    inventory = redact.for_people(found.inventory)
    owners = Owners(found.manifests)
    selected = [edit for edit in inventory.edits if edit.selected]
    manifests = {path: data for path, data in found.manifests.items() if packages.is_manifest(path)}
    return Report(
        key="",
        commit=found.commit,
        branch=found.branch,
        places=tuple(_places(inventory, owners, found.later)),
        calls=tuple(_calls(inventory, owners)),
        causes=causes(inventory),
        provides=packages.provided(manifests, found.paths),
        requires=packages.required(manifests),
        imports=tuple(sorted(frozenset().union(*found.imports.values()))),
        links=found.links,
        users=found.users,
        files_seen=inventory.coverage.seen,
        bytes_seen=inventory.coverage.bytes,
        unread=len(inventory.diagnostics) + len(found.refused),
        not_looked_at=dict(Counter(inventory.coverage.not_looked_at) + Counter(found.missed)),
        edits=len(selected),
        unsafe=sum(edit.safety == "unsafe" for edit in selected),
        files=found.changed,
        experiments=found.experiments,
        risk=max(found.ranks, default=0),
        usd_before=inventory.summary.usd_before,
        usd_after=inventory.summary.usd_after,
    )


def _places(inventory: Inventory, owners: Owners, later: frozenset[str]) -> Iterator[Place]:
    frameworks = {site.id: site.framework or site.api for site in inventory.call_sites}
    for one in inventory.references:
        if one.action != "leave":
            yield Place(
                path=one.path,
                line=one.line,
                model=one.model,
                role=one.role,
                action=one.action,
                context=one.context,
                selected=one.selected,
                later=one.id in later and not one.selected,
                variant=one.variant,
                reason=one.reason,
                owner=owners.of(one.path),
                framework=next((frameworks[site] for site in one.call_sites if site in frameworks), ""),
                ends=_ends(inventory, one),
            )


def _ends(inventory: Inventory, one: Reference) -> str:
    """The day on which its model is shut down, as the catalogue has it."""
    ends = inventory.catalog.ends
    return ends.get(one.text) or ends.get(one.model, "")


def _calls(inventory: Inventory, owners: Owners) -> Iterator[Call]:
    for site in inventory.call_sites:
        if site.models or site.references:
            cost = site.cost
            yield Call(
                path=site.path,
                line=site.line,
                api=site.api,
                framework=site.framework or site.api,
                models=site.models,
                variant=site.recommendation.variant if site.recommendation else "",
                owner=owners.of(site.path),
                usd_before=cost.usd_before if cost else 0.0,
                usd_after=cost.usd_after if cost else 0.0,
            )


def causes(inventory: Inventory) -> tuple[Cause, ...]:
    """Why places wait for a person: the causes that the review names, then the rest by their sentence."""
    from migrator.report.causes import causes as shared

    shown, told = redact.for_people(inventory), set[str]()
    made = []
    for cause in shared(shown):
        told |= {one.id for one in cause.references}
        made.append(_cause(cause.references, cause.what, cause.assume))
    held: dict[tuple[str, str], list[Reference]] = {}
    for one in shown.references:
        if one.action == "review" and one.id not in told:
            held.setdefault((one.reason, one.detail), []).append(one)
    made += [_cause(ones, what) for (_, what), ones in held.items()]
    return tuple(sorted(made, key=lambda cause: (-cause.places, cause.reason, cause.path, cause.line)))


def _cause(ones: Sequence[Reference], what: str, assume: str = "") -> Cause:
    first = ones[0]
    return Cause(
        reason=first.reason, what=what, places=len(ones), path=first.path, line=first.line, assume=assume
    )
