"""When old models and endpoints are shut down, and how many days are left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.report import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.inventory import End, Inventory

SOON = 60
"""Days; what ends sooner is never a mere note."""


def ends(inventory: Inventory) -> list[str]:
    """`gpt-4o ends 2027-01-14, in 46 days`, the nearest first, for each old model and endpoint in use."""
    found = {(end.date, _name(name, end), said(end)) for name, end in _all(inventory)}
    return [f"{name} {text}" for _, name, text in sorted(found)]


def first_end(inventory: Inventory) -> str:
    """What is the next to be shut down, in a line, and how much has ended already."""
    found = {(end.date, _name(name, end), end) for name, end in _all(inventory)}
    gone = sorted(name for _, name, end in found if end.days < 0)
    coming = min((one for one in found if one[2].days >= 0), default=None, key=lambda one: one[:2])
    parts = [f"{words.count(len(gone), 'old model')} in use ended already"] if gone else []
    if coming:
        end = coming[2]
        day = f"in {words.count(end.days, 'day')}" if end.days else "today"
        parts.append(f"{coming[1]} ends {day} ({end.date})")
    return "; ".join(parts)


def _all(inventory: Inventory) -> Iterator[tuple[str, End]]:
    for reference in inventory.references:
        if reference.end is not None:
            yield reference.model, reference.end
    for site in inventory.call_sites:
        if site.end is not None:
            yield "", site.end


def _name(model: str, end: End) -> str:
    return f"{model} on {end.what}" if model and end.what else model or f"the {end.what}"


def said(end: End) -> str:
    """`ends 2027-01-14, in 46 days; the publisher names gpt-6-luna`."""
    if end.days < 0:
        when = f"ended {end.date}, {words.count(-end.days, 'day')} ago"
    else:
        when = f"ends {end.date}, {'in ' + words.count(end.days, 'day') if end.days else 'today'}"
    return f"{when}; the publisher names {end.successor}" if end.successor else when
