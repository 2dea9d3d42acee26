"""Two runs of a command, compared place by place. Pure, but for reading the sources that it is about."""

from __future__ import annotations

import ast
import difflib
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from migrator.evidence.rehearsal import Arrived, Exercised, Moved, Ran, Rehearsal, Sent, Stopped
from migrator.evidence.rehearsal_verdicts import Group, refusals, verdicts
from migrator.evidence.standin.refusals import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from migrator.evidence.rehearsal_verdicts import Ground
    from migrator.evidence.running import Line, Run
    from migrator.evidence.standin.world import World
    from migrator.inventory import CallSite

TEXTS = frozenset({"messages", "input", "instructions", "prompt", "model", "stream"})
FORMS = 8
_PLAIN = re.compile(r"[\w.:/-]{0,24}")
"""Settings; longer texts, and those with other signs, may be anybody's."""
NO_HOOK = """\
the hook ran in no process: python -I, -E and -S take none, nor does what clears the environment (tox)"""
CONTEXTS = ("src", "example")


def compared(ground: Ground, before: Run, after: Run) -> Rehearsal:
    """What the two runs say of each place, each test, and the whole."""
    groups = _groups(ground, before, after)
    sites = tuple(_exercised(place, group, ground) for place, group in sorted(groups.items()))
    reached = {group.site.id for group in groups.values() if group.site is not None}
    moved = tuple(_moved(ground, before, after))
    failed = {name for name, test in after.tests.items() if test.outcome == "failed"}
    earlier = {name for name, test in before.tests.items() if test.outcome == "failed"}
    return Rehearsal(
        command=ground.command,
        catalog=ground.inventory.catalog.name,
        before=_ran(before),
        after=_ran(after),
        sites=sites,
        never=tuple(_never(ground, reached)),
        moved=moved,
        mended=tuple(sorted(n for n in earlier - failed if n in after.tests)),
        failing=tuple(sorted(failed & earlier)),
        stopped=_stopped(before, after),
        verdicts=tuple(verdicts(ground, groups.values())),
        problems=tuple(_problems(before, after)),
        edits=sum(edit.selected for edit in ground.inventory.edits),
    )


def worse(after: Run, held: Run, world: World) -> str:
    """What goes wrong in a run that did not in an earlier one; nothing if nothing does."""
    for name, test in sorted(held.tests.items()):
        earlier = after.tests.get(name)
        if test.outcome == "failed" and (earlier is None or earlier.outcome != "failed"):
            return f"{name} fails"
    known = {one.message for one in refusals(after.requests, world)}
    for one in refusals(held.requests, world):
        if one.message not in known:
            return f"{one.model}: {one.message}"
    if held.ended.code and held.ended.code != after.ended.code:
        return f"the command ends with {held.ended.code}"
    return ""


def _ran(run: Run) -> Ran:
    counts = Counter(test.outcome for test in run.tests.values())
    return Ran(
        code=run.ended.code,
        seconds=round(run.seconds, 2),
        timed_out=run.ended.timed_out,
        left=run.ended.left,
        requests=len(run.requests),
        processes=run.processes,
        passed=counts["passed"],
        failed=counts["failed"],
        skipped=counts["skipped"],
        unseen=run.unseen,
    )


def _problems(before: Run, after: Run) -> Iterator[str]:
    for name, run in (("before", before), ("after", after)):
        if not run.processes:
            yield f"{name}: {NO_HOOK}"
        passed = any(test.outcome == "passed" for test in run.tests.values())
        if run.ended.code and not run.requests and not passed and run is before:
            yield f"{name}: the command ended with {run.ended.code} and sent nothing: nothing was rehearsed"
        if run.original:
            yield f"{name}: {run.original} of the original ran, not the copy: this was no rehearsal of it"
        if run.broken:
            yield f"{name}: {run.broken} lines of notes are cut off"


def _stopped(*runs: Run) -> tuple[Stopped, ...]:
    places: dict[str, set[str]] = defaultdict(set)
    for run in runs:
        for line in run.stopped:
            places[line.stopped].add(line.site)
    return tuple(
        Stopped(address=a, places=tuple(sorted(filter(None, where)))) for a, where in sorted(places.items())
    )


# -- places ----------------------------------------------------------------------------------------


def _groups(ground: Ground, before: Run, after: Run) -> dict[str, Group]:
    """Requests by the place that sent them, as the code was before."""
    places = _Places(ground)
    found: dict[str, Group] = {}
    for run, side, is_after in ((before, "before", False), (after, "after", True)):
        for line in run.requests:
            site, joined, place = places.of(line, is_after=is_after)
            group = found.setdefault(place, Group(site, joined, [], []))
            getattr(group, side).append(line)
    return found


class _Places:
    """Finds call sites of the inventory for places of requests."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.sites: dict[str, list[CallSite]] = defaultdict(list)
        for site in ground.inventory.call_sites:
            self.sites[site.path].append(site)
        self.shipped = [s for s in ground.inventory.call_sites if ground.contexts.of(s.path) in CONTEXTS]
        self.spans: dict[str, dict[tuple[int, int], int]] = {}
        self.lines: dict[str, dict[int, int]] = {}

    def of(self, line: Line, *, is_after: bool) -> tuple[CallSite | None, str, str]:
        """The call site, how it was found, and the place that stands for it."""
        places = [self._before(place) if is_after else place for place in line.places]
        for place in places:
            site = self._site_at(place)
            if site is not None:
                return site, "place", f"{site.path}:{site.line}"
        site = self._by_model(line)
        if site is not None:
            return site, "model", f"{site.path}:{site.line}"
        return None, "", places[0] if places else "(outside the folder)"

    def _before(self, place: str) -> str:
        path, _, number = place.rpartition(":")
        if path not in self.ground.new:
            return place
        known = self.lines.get(path)
        if known is None:
            known = self.lines[path] = _line_map(self.ground.new[path], self.ground.old[path])
        return f"{path}:{known.get(int(number), int(number))}"

    def _site_at(self, place: str) -> CallSite | None:
        path, _, number = place.rpartition(":")
        line = int(number)
        within = [s for s in self.sites[path] if s.line <= line <= self._end(s)] if path in self.sites else []
        return max(within, key=lambda site: (site.line, site.column), default=None)

    def _end(self, site: CallSite) -> int:
        spans = self.spans.get(site.path)
        if spans is None:
            spans = self.spans[site.path] = _spans(self.ground.old.get(site.path, b""))
        return spans.get((site.line, site.column - 1), site.line)

    def _by_model(self, line: Line) -> CallSite | None:
        """The one call site in the modules that the request went through whose models have this one."""
        paths = dict.fromkeys(place.rpartition(":")[0] for place in line.places)
        asked = {line.model, line.model.rpartition("/")[2]}
        targets = {r.replacement: r.model for r in self.ground.inventory.references if r.replacement}
        asked |= {targets[name] for name in list(asked) if name in targets}
        near = [s for path in paths for s in self.sites.get(path, ()) if asked & set(s.models)]
        every = [s for s in self.shipped if asked & set(s.models)]
        found = near or every
        return found[0] if len(found) == 1 else None


def _line_map(new: bytes, old: bytes) -> dict[int, int]:
    matcher = difflib.SequenceMatcher(None, new.splitlines(), old.splitlines(), autojunk=False)
    found: dict[int, int] = {}
    for _, a, b, c, d in matcher.get_opcodes():
        for at in range(a, b):
            found[at + 1] = min(c + at - a, max(d - 1, c)) + 1
    return found


def _spans(source: bytes) -> dict[tuple[int, int], int]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return {}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {
        (node.lineno, node.col_offset): node.end_lineno or node.lineno
        for node in sorted(calls, key=lambda node: node.end_lineno or 0)
    }


def _never(ground: Ground, reached: set[str]) -> Iterator[str]:
    for site in ground.inventory.call_sites:
        is_asked_for = bool(site.models or site.unresolved) and ground.contexts.of(site.path) in CONTEXTS
        if is_asked_for and site.id not in reached:
            yield f"{site.path}:{site.line}"


# -- what was sent ---------------------------------------------------------------------------------


def _exercised(place: str, group: Group, ground: Ground) -> Exercised:
    site = group.site
    lines = [*group.before, *group.after]
    return Exercised(
        place=place,
        scope=(site.scope if site else "") or lines[0].scope,
        call_site=site.id if site else "",
        joined=group.joined,
        before=_forms(group.before),
        after=_forms(group.after),
        refused_before=refusals(group.before, ground.worlds[0]),
        refused=refusals(group.after, ground.worlds[1]),
        arrived=_arrived(group),
    )


def _forms(lines: Iterable[Line]) -> tuple[Sent, ...]:
    found: dict[tuple[Any, ...], list[Line]] = defaultdict(list)
    for line in lines:
        shown = _parameters(line.body)
        found[line.model, line.endpoint, tuple(shown.items())].append(line)
    ordered = sorted(found.items(), key=lambda item: -len(item[1]))[:FORMS]
    return tuple(
        Sent(
            model=model,
            endpoint=endpoint,
            parameters=dict(shown),
            requests=len(of),
            tokens=max(tokens(line.body) for line in of),
            images=max(line.images for line in of),
        )
        for (model, endpoint, shown), of in ordered
    )


def _parameters(body: Mapping[str, Any]) -> dict[str, str]:
    return {name: _shown(value) for name, value in sorted(body.items()) if name not in TEXTS}


def _shown(value: object) -> str:
    if isinstance(value, list):
        return f"[{len(value)}]"
    if isinstance(value, dict):
        kind = value.get("type") or value.get("effort")
        return f"{{{kind}}}" if isinstance(kind, str) else f"{{{', '.join(sorted(value)[:4])}}}"
    if isinstance(value, str) and not _PLAIN.fullmatch(value):
        return f"text of {len(value):,}"
    return repr(value)


def _arrived(group: Group) -> tuple[Arrived, ...]:
    """Models of the run as it is that the inventory has not at this place."""
    known = set(group.site.models) if group.site is not None else set()
    open_ = group.site is None or group.joined != "place" or bool(group.site.unresolved)
    found = {
        line.model: line for line in group.before if line.model and (line.model not in known or open_)
    }  # fmt: skip
    return tuple(
        Arrived(model=name, came=line.came.get("model", ()))
        for name, line in found.items()
        if line.model not in known
    )


# -- tests -----------------------------------------------------------------------------------------


def _moved(ground: Ground, before: Run, after: Run) -> Iterator[Moved]:
    for name, test in sorted(after.tests.items()):
        earlier = before.tests.get(name)
        if test.outcome == "failed" and (earlier is None or earlier.outcome != "failed"):
            yield Moved(
                test=name,
                place=test.at[-1] if test.at else "",
                message=test.message,
                patch=ground.expectation(test.at),
            )
