"""What all repositories show together: counted while they go by, so that thousands fit."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from migrator.fleet import waves
from migrator.fleet.sources import shown
from migrator.inventory.record_base import Record
from migrator.report import words

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping, Sequence

    from migrator.fleet.fleet_records import Cause, Place, Report
    from migrator.fleet.index import Row


class Group(Record, frozen=True, omit_defaults=False):
    """One model, owner, framework, …; money is what one request at each of its calls costs at worst."""

    name: str
    repositories: int = 0
    places: int = 0
    written: int = 0
    later: int = 0
    held: int = 0
    usd_before: float = 0.0
    usd_after: float = 0.0
    ends: str = ""
    days_left: int | None = None


class Line(Record, frozen=True, omit_defaults=False):
    """One repository."""

    name: str
    locator: str
    folder: str
    status: str
    reason: str = ""
    message: str = ""
    wave: str = ""
    risk: int = 0
    ends: str = ""
    days_left: int | None = None
    owners: str = ""
    commit: str = ""
    files_seen: int = 0
    unread: int = 0
    places: int = 0
    written: int = 0
    later: int = 0
    held: int = 0
    calls: int = 0
    edits: int = 0
    unsafe: int = 0
    experiments: int = 0
    usd_before: float = 0.0
    usd_after: float = 0.0
    seconds: float = 0.0


class Shared(Record, frozen=True, omit_defaults=False):
    """An old model in a package that other repositories install: changed once, it moves them all."""

    repository: str
    path: str
    line: int
    model: str
    replacement: str
    users: tuple[str, ...] = ()
    files: int = 0
    calls: int = 0
    edits: int = 0
    held_by: dict[str, str] = {}


class Wave(Record, frozen=True, omit_defaults=False):
    """The repositories of a wave."""

    id: str
    title: str
    advice: str
    repositories: tuple[str, ...] = ()
    edits: int = 0
    held: int = 0
    ends: str = ""


class Overview(Record, frozen=True, omit_defaults=False):
    """All of it."""

    made: str
    catalog: str
    repositories: tuple[Line, ...]
    statuses: dict[str, int]
    failures: dict[str, int]
    left_out: dict[str, int]
    not_looked_at: dict[str, int]
    models: tuple[Group, ...]
    owners: tuple[Group, ...]
    frameworks: tuple[Group, ...]
    variants: tuple[Group, ...]
    risks: tuple[Group, ...]
    causes: tuple[Group, ...]
    shared: tuple[Shared, ...]
    waves: tuple[Wave, ...]
    ambiguous: dict[str, tuple[str, ...]]
    schema_version: int = 1


class _Groups:
    """Groups of one kind, while they grow."""

    def __init__(self) -> None:
        self.found: dict[str, Group] = {}
        self.seen: dict[str, str] = {}

    def add(self, name: str, repository: str, **more: float) -> None:
        old = self.found.get(name, Group(name=name))
        values: dict[str, float] = {key: getattr(old, key) + value for key, value in more.items()}
        is_new = self.seen.get(name) != repository
        self.seen[name] = repository
        self.found[name] = replace(old, repositories=old.repositories + is_new, **values)

    def all(self) -> tuple[Group, ...]:
        """The largest first."""
        return tuple(sorted(self.found.values(), key=lambda g: (-g.places, -g.repositories, g.name)))


class Counted:
    """What has gone by so far."""

    def __init__(self, today: datetime.date, lenders: frozenset[str]) -> None:
        self.today = today
        self.lenders = lenders
        self.lines: list[Line] = []
        self.names: dict[str, str] = {}
        self.statuses: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self.kinds = {kind: _Groups() for kind in ("model", "owner", "framework", "variant", "risk", "cause")}
        self.ends: dict[str, str] = {}
        self.lent: dict[tuple[str, str, int, str], Place] = {}
        self.shared: dict[tuple[str, str, int, str], Shared] = {}

    def add(self, row: Row) -> Line:
        """One more repository; the line that stands for it."""
        self.statuses[row.status] += 1
        if row.status == "failed":
            self.failures[row.reason] += 1
        line = self._line(row)
        self.lines.append(line)
        self.names[row.source.id] = row.source.name
        if row.report is not None:
            self.missed.update(row.report.not_looked_at)
            self._places(row.report, row.source.id)
            self._calls(row.report, row.source.id)
            self._links(row.report, row.source.name)
            if row.source.id in self.lenders:
                places = row.report.places
                self.lent |= {(row.source.id, one.path, one.line, one.model): one for one in places}
        return line

    def _line(self, row: Row) -> Line:
        source, report = row.source, row.report
        line = Line(
            name=source.name,
            locator=shown(source.locator),
            folder=source.folder,
            status=row.status,
            reason=row.reason,
            message=row.message,
            seconds=row.seconds,
        )
        if report is None:
            return line
        wave = waves.wave_of(report, self.today, lends=source.id in self.lenders)
        end = waves.end_of(report)
        owners = Counter(place.owner for place in report.places if place.owner)
        return replace(
            line,
            wave=wave.id if wave else "",
            risk=report.risk,
            ends=end,
            days_left=waves.days_left(end, self.today),
            owners=", ".join(owner for owner, _ in owners.most_common(3)),
            commit=report.commit,
            files_seen=report.files_seen,
            unread=report.unread,
            places=len(report.places),
            written=sum(place.selected for place in report.places),
            later=sum(place.later for place in report.places),
            held=sum(place.action == "review" for place in report.places),
            calls=len(report.calls),
            edits=report.edits,
            unsafe=report.unsafe,
            experiments=report.experiments,
            usd_before=report.usd_before,
            usd_after=report.usd_after,
        )

    def _places(self, report: Report, key: str) -> None:
        for place in report.places:
            counts = _counts((place,))
            self.kinds["model"].add(place.model, key, **counts)
            self.kinds["owner"].add(place.owner or "nobody", key, **counts)
            self.kinds["framework"].add(place.framework or "no call known", key, **counts)
            if place.variant:
                self.kinds["variant"].add(place.variant, key, **counts)
            if place.ends:
                self.ends[place.model] = place.ends
        if report.places:
            self.kinds["risk"].add(str(report.risk), key, **_counts(report.places))
        for cause in report.causes:
            self.kinds["cause"].add(_said(cause), key, places=cause.places, held=cause.places)

    def _calls(self, report: Report, key: str) -> None:
        for call in report.calls:
            money = {"usd_before": call.usd_before, "usd_after": call.usd_after}
            self.kinds["owner"].add(call.owner or "nobody", key, **money)
            self.kinds["framework"].add(call.framework or "no call known", key, **money)
            for model in call.models[:1]:
                self.kinds["model"].add(model, key, **money)
            if call.variant:
                self.kinds["variant"].add(call.variant, key, **money)
        self.kinds["risk"].add(
            str(report.risk), key, usd_before=report.usd_before, usd_after=report.usd_after
        )

    def _links(self, report: Report, name: str) -> None:
        for link in report.links:
            key = link.provider, link.path, link.line, link.model
            old = self.shared.get(key) or Shared(
                repository=link.provider, path=link.path, line=link.line, model=link.model, replacement=""
            )
            held = {name: link.reason or "not written"} if link.action == "review" else {}
            self.shared[key] = replace(
                old,
                replacement=old.replacement or link.replacement,
                users=(*old.users, name),
                files=old.files + report.users.get(link.provider, 0),
                calls=old.calls + link.calls,
                edits=old.edits + link.edits,
                held_by={**old.held_by, **held},
            )

    def overview(
        self, catalog: str, left_out: Mapping[str, int], ambiguous: Mapping[str, tuple[str, ...]]
    ) -> Overview:
        """The whole."""
        return Overview(
            made=self.today.isoformat(),
            catalog=catalog,
            repositories=tuple(self.lines),
            statuses=dict(self.statuses),
            failures=dict(self.failures.most_common()),
            left_out=dict(left_out),
            not_looked_at=dict(self.missed.most_common()),
            models=tuple(map(self._dated, self.kinds["model"].all())),
            owners=self.kinds["owner"].all(),
            frameworks=self.kinds["framework"].all(),
            variants=self.kinds["variant"].all(),
            risks=tuple(map(_titled, sorted(self.kinds["risk"].all(), key=lambda group: group.name))),
            causes=self.kinds["cause"].all(),
            shared=tuple(self._shared()),
            waves=tuple(self._waves()),
            ambiguous=dict(ambiguous),
        )

    def _dated(self, group: Group) -> Group:
        end = self.ends.get(group.name, "")
        return replace(group, ends=end, days_left=waves.days_left(end, self.today))

    def _shared(self) -> Iterable[Shared]:
        named = [self._named(key, one) for key, one in self.shared.items()]
        return sorted(
            named, key=lambda one: (-len(one.users), -one.edits, one.repository, one.path, one.line)
        )

    def _named(self, key: tuple[str, str, int, str], one: Shared) -> Shared:
        """With the package's name; what the package holds itself is held by no user of it."""
        name, own = self.names.get(one.repository, ""), self.lent.get(key)
        held = one.held_by if own is None or own.selected else {name: own.reason or "not written"}
        return replace(one, repository=name, held_by=held)

    def _waves(self) -> Iterable[Wave]:
        for rule in waves.waves():
            ours = [line for line in self.lines if line.wave == rule.id]
            ours.sort(key=lambda line: (line.ends or "9999", line.risk, line.name))
            if ours:
                yield Wave(
                    id=rule.id,
                    title=rule.title,
                    advice=rule.advice,
                    repositories=tuple(line.name for line in ours),
                    edits=sum(line.edits for line in ours),
                    held=sum(line.held for line in ours),
                    ends=next((line.ends for line in ours if line.ends), ""),
                )


def _counts(places: Sequence[Place]) -> dict[str, int]:
    return {
        "places": len(places),
        "written": sum(place.selected for place in places),
        "later": sum(place.later for place in places),
        "held": sum(place.action == "review" for place in places),
    }


def _said(cause: Cause) -> str:
    """By its reason: what is to be done in a place stands in the repository's own causes."""
    if cause.assume:
        return f"{cause.reason}: declare {cause.assume}"
    meaning = words.REASONS.get(cause.reason, "")
    return f"{cause.reason}: {meaning}" if meaning else cause.reason


def _titled(group: Group) -> Group:
    """A risk by the name that the plan gives it."""
    from migrator.plan.plan_rules import plan_rules

    titles = {phase.rank: phase.title for phase in plan_rules().phase}
    return replace(group, name=titles.get(int(group.name), "Nothing moves"))
