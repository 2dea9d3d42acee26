"""When the old models of a report are shut down, and how many days are left."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import TYPE_CHECKING

from migrator.report import words

if TYPE_CHECKING:
    from migrator.inventory import Inventory


def ends(inventory: Inventory, today: datetime.date | None = None) -> list[str]:
    """`gpt-4o ends 2027-01-14, in 46 days`, the nearest first, for each old model that is named."""
    now = today or datetime.date.today()
    found: Counter[tuple[str, str]] = Counter()
    for reference in inventory.references:
        if reference.action != "leave":
            name = reference.text if reference.text in inventory.catalog.ends else reference.model
            if name in inventory.catalog.ends:
                found[inventory.catalog.ends[name], name] += 1
    return [_said(name, datetime.date.fromisoformat(date), now) for date, name in sorted(found)]


def _said(name: str, end: datetime.date, now: datetime.date) -> str:
    days = (end - now).days
    if days < 0:
        return f"{name} ended {end}"
    return f"{name} ends {end}, in {words.count(days, 'day')}"
