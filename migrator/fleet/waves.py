"""In which wave each repository moves, by rules/fleet.toml."""

from __future__ import annotations

import datetime
from functools import cache
from typing import TYPE_CHECKING

from migrator.rulebook.base import Rule
from migrator.rulebook.rulefiles import load_record

if TYPE_CHECKING:
    from migrator.fleet.fleet_records import Report


class Wave(Rule, frozen=True):
    """The conditions of a wave, all of which hold for its repositories."""

    id: str
    title: str
    advice: str
    source: str
    lends: bool = False
    held: bool = False
    follows: bool = False
    within_days: int | None = None
    ranks: tuple[int, ...] = ()


class _Waves(Rule, frozen=True):
    wave: tuple[Wave, ...]


@cache
def waves() -> tuple[Wave, ...]:
    """All of them, in order; raises RuleError."""
    return load_record("fleet.toml", _Waves).wave


def end_of(report: Report) -> str:
    """The first day on which a model ends that the repository's own code calls."""
    return min((p.ends for p in report.places if p.ends and p.context in ("src", "config")), default="")


def days_left(end: str, today: datetime.date) -> int | None:
    """Days until a date, none where there is none."""
    return (datetime.date.fromisoformat(end) - today).days if end else None


def wave_of(report: Report, today: datetime.date, *, lends: bool) -> Wave | None:
    """The wave of a repository; none where nothing is to be done."""
    if not (report.places or report.edits or _follows(report)):
        return None
    days = days_left(end_of(report), today)
    return next((wave for wave in waves() if _fits(wave, report, days, lends)), None)


def _follows(report: Report) -> bool:
    """Whether a package changes that is used here."""
    return any(
        link.action in ("rewrite", "extend") and report.users.get(link.provider) for link in report.links
    )


def _fits(wave: Wave, report: Report, days: int | None, lends: bool) -> bool:
    if wave.lends and not lends:
        return False
    some = report.edits or _follows(report)
    if wave.held and (some or not any(place.action == "review" for place in report.places)):
        return False
    if wave.follows and not _follows(report):
        return False
    if wave.within_days is not None and (days is None or days > wave.within_days):
        return False
    return not wave.ranks or report.risk in wave.ranks
