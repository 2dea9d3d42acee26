"""`--usage`: what was really asked, joined to the call sites of an inventory."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.errors import UsageError
from migrator.evidence import exports, usage_forms
from migrator.evidence.evidence_rules import evidence_rules
from migrator.evidence.joining import Joiner
from migrator.evidence.measuring import first_to_move, measured, unseen
from migrator.evidence.tally import Known, Tally
from migrator.inventory.usage_records import Spent, UsageNote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from migrator.discover.owners import Owners
    from migrator.evidence.evidence_rules import Form
    from migrator.evidence.measuring import Prices
    from migrator.evidence.usage_forms import Used
    from migrator.inventory import CallSite, Inventory, Recommendation, Reference

    Advice = Recommendation | None

FUTURE = 86_400.0


class Tallies(NamedTuple):
    """One pass over all files: sums by call site, by model where none was found, and by owner."""

    sites: dict[str, Tally]
    rest: dict[str, Tally]
    forms: Counter[str]
    broken: int
    duplicates: int
    skewed: int
    unknown: int


def read(files: Sequence[Path], inventory: Inventory) -> Tallies:
    """Read files once; raises UsageError where one holds nothing that is known."""
    return _Reading(inventory).through(files)


class _Reading:
    """The pass, and what it counts."""

    def __init__(self, inventory: Inventory) -> None:
        self.joiner = Joiner(inventory)
        self.sites: dict[str, Tally] = defaultdict(Tally)
        self.rest: dict[str, Tally] = defaultdict(Tally)
        self.forms: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self.known = Known()
        self.latest = time.time() + FUTURE
        self.last: Form | None = None

    def through(self, files: Sequence[Path]) -> Tallies:
        for file in files:
            before = sum(self.forms.values())
            for row in exports.rows(file):
                self._row(row)
            if not file.stat().st_size:
                raise UsageError(f"{file}: is empty: nothing was recorded or exported")
            if sum(self.forms.values()) == before:
                titles = ", ".join(form.title for form in evidence_rules().usage.form)
                raise UsageError(f"{file}: no usage export that is known ({titles})")
        lost = (self.lost[name] for name in ("broken", "duplicates", "skewed", "unknown"))
        return Tallies(dict(self.sites), dict(self.rest), self.forms, *lost)

    def _row(self, row: dict[str, object] | exports.Broken) -> None:
        if isinstance(row, exports.Broken):
            self.lost["broken"] += 1
            return
        form = self.last = usage_forms.form_of(row, self.last)
        if form is None:
            self.lost["unknown"] += "spanId" not in row  # other spans are no requests
            return
        self.forms[form.title] += 1
        try:
            one = usage_forms.used(form, row)
        except (TypeError, ValueError, AttributeError, OverflowError):
            self.lost["broken"] += 1
            return
        if one is not None:
            self._add(one)

    def _add(self, one: Used) -> None:
        if self.known.has(one.id):
            self.lost["duplicates"] += 1
            return
        if one.skewed or (one.begun is not None and one.begun > self.latest):
            self.lost["skewed"] += 1
            one = one._replace(begun=None, ended=None, seconds=None)
        found = self.joiner.of(one)
        if found is None:
            self.rest[one.model].add(one, "")
        else:
            self.sites[found.site.id].add(one, found.method)


# -- the inventory ---------------------------------------------------------------------------------


def applied(
    inventory: Inventory, found: Tallies, files: Sequence[str], prices: Prices, owners: Owners
) -> Inventory:
    """The inventory with measured figures at its call sites, in their ledgers, and in all."""
    sites = tuple(
        measured(site, found.sites[site.id], prices) if site.id in found.sites else unseen(site)
        for site in inventory.call_sites
    )
    told = {
        site.id: (site.recommendation, new.recommendation)
        for site, new in zip(inventory.call_sites, sites, strict=True)
    }
    references = tuple(_following(reference, told) for reference in inventory.references)
    made = msgspec.structs.replace(inventory, call_sites=sites, references=references)
    return msgspec.structs.replace(made, usage=_note(made, found, files, prices, owners))


def _following(reference: Reference, told: Mapping[str, tuple[Advice, Advice]]) -> Reference:
    """The reference with the ledger of its one call site, where it had that already."""
    site = reference.call_sites[0] if len(reference.call_sites) == 1 else ""
    old, new = told.get(site, (None, None))
    if old is None or reference.recommendation != old:
        return reference
    return msgspec.structs.replace(reference, recommendation=new)


def _note(
    inventory: Inventory, found: Tallies, files: Sequence[str], prices: Prices, owners: Owners
) -> UsageNote:
    seen = [site for site in inventory.call_sites if site.measured is not None]
    tallies = [*found.sites.values(), *found.rest.values()]
    joined: Counter[str] = Counter()
    for tally in found.sites.values():
        joined.update(tally.methods)
    rest = tuple(prices.spent(model, tally) for model, tally in sorted(found.rest.items()))
    first = [t.first for t in tallies if t.first]
    return UsageNote(
        files=tuple(files),
        forms=tuple(found.forms),
        requests=sum(tally.requests for tally in tallies),
        joined=dict(joined),
        days=round((max(t.last for t in tallies) - min(first)) / 86_400, 2) if first else 0.0,
        usd_before=round(sum(_before(seen)) + sum(one.usd_before for one in rest), 2),
        usd_after=round(sum(_after(seen)) + sum(one.usd_after for one in rest), 2),
        by_folder=_grouped(seen, lambda site: str(PurePosixPath(site.path).parent)),
        by_owner=_grouped(seen, lambda site: owners.of(site.path)) if owners else (),
        by_model=tuple(sorted(rest, key=lambda one: -one.requests)),
        never=tuple(f"{s.path}:{s.line}" for s in inventory.call_sites if s.measured is None),
        first_to_move=tuple(first_to_move(inventory, seen)),
        broken=found.broken,
        duplicates=found.duplicates,
        skewed=found.skewed,
        unknown=found.unknown,
    )


def _before(sites: Iterable[CallSite]) -> Iterator[float]:
    return (site.measured.usd_before for site in sites if site.measured is not None)


def _after(sites: Iterable[CallSite]) -> Iterator[float]:
    return (site.measured.usd_after for site in sites if site.measured is not None)


def _grouped(sites: Iterable[CallSite], name: Callable[[CallSite], str]) -> tuple[Spent, ...]:
    groups: dict[str, list[CallSite]] = defaultdict(list)
    for site in sites:
        groups[name(site) or "(nobody)"].append(site)
    made = [
        Spent(
            name=key,
            requests=sum(site.measured.requests for site in group if site.measured),
            usd_before=round(sum(_before(group)), 2),
            usd_after=round(sum(_after(group)), 2),
        )
        for key, group in groups.items()
    ]
    return tuple(sorted(made, key=lambda one: -one.usd_before))
