"""What every report for people starts with, as rows: no layout here."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.report import words
from migrator.report.issues import Issue, is_held, issues
from migrator.rulebook.vendor_rules import OTHERS

if TYPE_CHECKING:
    from migrator.inventory import CallSite, Inventory, Reference

_KINDS = 5
UNDECIDED = "undecided"
EACH = 1_000
"""Requests, where nobody said how many there are."""
STATE_YOURS = "yours: --volume REQUESTS, or --usage FILE"
_PLACE = re.compile(r" at \S+:\d+$")


class VariantRow(NamedTuple):
    """A variant, the call sites that should use it, and the old ids they use now."""

    variant: str
    call_sites: int
    models: tuple[tuple[str, int], ...]


class OpenRow(NamedTuple):
    """A reason why a person must decide, how often, in plain words, and the first place."""

    reason: str
    number: int
    meaning: str
    first: str


class FlipRow(NamedTuple):
    """A test on a model's name: what it says of the old ids and of the new ones."""

    place: str
    test: str
    old: str
    before: str
    new: str
    after: str


class FileRow(NamedTuple):
    """A file that would be written."""

    path: str
    edits: int
    unsafe: int


class RestRow(NamedTuple):
    """How many places are left for one cause, and the command that shows all of its kind."""

    number: int
    what: str
    command: str


class CostRow(NamedTuple):
    """One request at each call site with an estimate, in USD."""

    call_sites: int
    before: float
    after: float


def variants(inventory: Inventory) -> list[VariantRow]:
    """Call sites by recommended variant, in the catalogue's order; those without one last."""
    groups: dict[str, list[CallSite]] = defaultdict(list)
    for site in inventory.call_sites:
        if not _beside(site):
            groups[site.recommendation.variant if site.recommendation else UNDECIDED].append(site)
    targets = inventory.catalog.targets
    order = [*targets, *targets.values(), *inventory.catalog.written.values()]
    names = sorted(groups, key=lambda name: (name == UNDECIDED, order.index(name) if name in order else 99))
    return [VariantRow(name, len(groups[name]), _models(groups[name])) for name in names]


def beside(inventory: Inventory) -> list[tuple[str, int]]:
    """Call sites of which no variant is asked, by why."""
    return Counter(why for site in inventory.call_sites if (why := _beside(site))).most_common()


def _beside(site: CallSite) -> str:
    """Why a call site is none of an old model that the program calls at its publisher; nothing if it is."""
    if site.context not in ("src", "example"):
        return f"in {site.context} files"
    if site.vendor in OTHERS:
        return "at other vendors"
    is_open = site.unresolved.startswith(("environment", "command line"))
    if site.recommendation or site.models or is_open:
        return ""
    return "of a model that is named elsewhere or is no old one"


def _models(sites: list[CallSite]) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(model for site in sites for model in site.models).most_common())


def open_rows(inventory: Inventory) -> list[OpenRow]:
    """What needs a person, by reason, the most frequent first."""
    groups: dict[str, list[Issue]] = defaultdict(list)
    for issue in issues(inventory):
        if issue.kind == "review":
            groups[issue.reason or issue.rule].append(issue)
    rows = [_open_row(reason, group) for reason, group in groups.items()]
    return sorted(rows, key=lambda row: (-row.number, row.reason))


def _open_row(reason: str, group: list[Issue]) -> OpenRow:
    first = group[0]
    meaning = words.REASONS.get(reason, first.message)
    if reason in words.TIED and meaning not in first.message:
        meaning = first.message
    return OpenRow(reason, len(group), meaning, f"{first.path}:{first.line}")


def files(inventory: Inventory) -> list[FileRow]:
    """Files that would be written, those with the most edits first."""
    selected = [edit for edit in inventory.edits if edit.selected]
    edits = Counter(edit.path for edit in selected)
    unsafe = Counter(edit.path for edit in selected if edit.safety == "unsafe")
    rows = [FileRow(path, number, unsafe[path]) for path, number in edits.items()]
    return sorted(rows, key=lambda row: (-row.edits, row.path))


def flips(inventory: Inventory) -> list[FlipRow]:
    """The tests that a person must look at, each with its outcomes; ids that fare alike are one row."""
    found: dict[tuple[str, ...], tuple[list[str], list[str]]] = {}
    for branch in inventory.branches:
        if branch.action == "review":
            key = (f"{branch.path}:{branch.line}", branch.predicate, branch.before, branch.after)
            olds, news = found.setdefault(key, ([], []))
            olds.append(branch.old)
            news.append(branch.new)
    return [
        FlipRow(place, test, ", ".join(dict.fromkeys(olds)), before, ", ".join(dict.fromkeys(news)), after)
        for (place, test, before, after), (olds, news) in found.items()
    ]


def left(inventory: Inventory) -> list[tuple[str, int]]:
    """Occurrences that stay, by what they are."""
    roles = Counter(
        words.ROLES.get(reference.role, reference.role)
        for reference in inventory.references
        if reference.action == "leave"
    )
    return roles.most_common()


def unselected(inventory: Inventory) -> list[tuple[str, int]]:
    """Occurrences that should be changed and are not, by why."""
    reasons = Counter(
        _why_not(reference)
        for reference in inventory.references
        if reference.action in ("rewrite", "extend")
        and not reference.selected
        and reference.reason != "unproven"
    )
    return reasons.most_common()


def _why_not(reference: Reference) -> str:
    if reference.suppressed:
        return "suppressed"
    if reference.context not in ("src", "example"):
        return f"in {reference.context} files (--write-contexts {reference.context})"
    if reference.held:
        return _PLACE.sub("", reference.held)
    return "may need the new id beside it" if reference.action == "extend" else "held back by ties"


def rest(inventory: Inventory, named: str) -> list[RestRow]:
    """What `apply` does not write and a person or the settings must see to, by cause, with what shows it."""
    command = f"gpt55-migrate check {named} --fail-on review"
    rows = [
        RestRow(row.number, f"{words.SHORT.get(row.reason, row.meaning)}  ({row.reason})", command)
        for row in open_rows(inventory)
    ]
    held = Counter(_PLACE.sub("", one.held) for one in inventory.references if is_held(one))
    rows += [
        RestRow(number, why, f"gpt55-migrate check {named} --fail-on held") for why, number in held.items()
    ]
    return sorted(rows, key=lambda row: (-row.number, row.what))


def cost(inventory: Inventory, requests: int = 0) -> CostRow | None:
    """The worst case for so many requests, spread evenly over the call sites where it could be estimated.

    Without a number: one request at each.
    """
    costs = [site.cost for site in inventory.call_sites if site.cost]
    if not costs:
        return None
    each = requests / len(costs) if requests else 1
    before, after = (sum(getattr(item, name) for item in costs) for name in ("usd_before", "usd_after"))
    return CostRow(len(costs), before * each, after * each)


def money(inventory: Inventory, volume: int = 0) -> str:
    """What a month costs before and after, by the usage given; else at most, for so many requests."""
    if known := measured(inventory):
        return f"{words.usd(known[0])} → {words.usd(known[1])} a month, by the usage given"
    row = cost(inventory, volume or EACH)
    if row is None:
        return ""
    what = f"{volume:,} requests a month" if volume else f"{EACH:,} requests"
    return f"at most {words.usd(row.before)} → {words.usd(row.after)} for {what}, spread evenly"


def measured(inventory: Inventory) -> tuple[float, float] | None:
    """A month's money before and after, where usage was given."""
    note = inventory.usage
    return None if isinstance(note, msgspec.UnsetType) else (note.usd_before, note.usd_after)


def elsewhere(inventory: Inventory) -> list[str]:
    """What kinds of file name an old model that are not edited, and which other families the code names."""
    seen, told = inventory.coverage, []
    if seen.not_edited:
        files = sum(kind.files for kind in seen.not_edited)
        models = sorted({model for kind in seen.not_edited for model in kind.models})
        kinds = ", ".join(f"{kind.files:,} {kind.kind}" for kind in seen.not_edited[:_KINDS])
        more = f", {len(seen.not_edited) - _KINDS} further kinds" if len(seen.not_edited) > _KINDS else ""
        names = ", ".join(models[:_KINDS]) + (" and others" if len(models) > _KINDS else "")
        what = f"{words.count(files, 'file')} of kinds that this tool does not edit"
        told.append(f"{what} {'names' if files == 1 else 'name'} {names}: {kinds}{more}")
    if seen.other_families:
        models = [f"{model} in {words.count(n, 'file')}" for model, n in seen.other_families.items()]
        told.append(f"Other families: {', '.join(models[:_KINDS])}; --from migrates them")
    return told


def with_settings(inventory: Inventory) -> int:
    """How many places that wait are written if files of settings are."""
    return sum("with config-files" in one.detail for one in inventory.references if one.action == "review")


def checked(inventory: Inventory) -> str:
    """What was looked at and what was not, in one sentence."""
    seen, numbers = inventory.coverage, inventory.summary
    parts = [f"{seen.skipped:,} of them have to do with no model"] if seen.skipped else []
    if seen.unread:
        parts.append(f"{seen.unread:,} could not be read")
    parts += [f"not looked at: {words.kinds(n, kind)}" for kind, n in seen.not_looked_at.items()]
    calls = sum(row.call_sites for row in variants(inventory))
    return (
        f"{words.count(calls, 'call site')} and "
        f"{words.count(numbers.references, 'mention')} of an old model in "
        f"{words.count(seen.seen, 'file')}" + (f" ({', '.join(parts)})" if parts else "")
    )
