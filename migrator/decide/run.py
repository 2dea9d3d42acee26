"""Decides for a whole project: references, call sites, edits and findings from the facts of all files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from migrator.decide.engine import Engine
from migrator.decide.judging import judge_all, link
from migrator.decide.planning import plan
from migrator.decide.plans import Planner
from migrator.decide.requests.pins import NO_PINS
from migrator.decide.summaries import catalog_note, summary
from migrator.decide.tables.enums import promoted
from migrator.inventory import Coverage, Diagnostic, Inventory

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from migrator.decide.records import Records
    from migrator.decide.requests.pins import Pins
    from migrator.inventory import Finding
    from migrator.inventory.edit_records import Edit
    from migrator.read.datafile import Opener
    from migrator.read.modules import Modules
    from migrator.read.nodes import FileFacts
    from migrator.rulebook import Rulebook
    from migrator.settings import Settings

NOTHING = Coverage()


def decide(  # noqa: PLR0913 (everything after the rulebook is optional and named)
    facts: Sequence[FileFacts],
    settings: Settings,
    rulebook: Rulebook,
    *,
    coverage: Coverage = NOTHING,
    diagnostics: Iterable[Diagnostic] = (),
    only: frozenset[str] | None = None,
    today: datetime.date | None = None,
    pins: Pins | None = None,
    opened: Opener | None = None,
    documents: Sequence[str] = (),
    modules: Modules | None = None,
) -> Inventory:
    """The inventory of a project whose files were read.

    `only` limits what is reported to some paths; `pins` are the project's requirements; `opened` gives the
    bytes of data files that the program loads, and of `documents`, which may show examples; `modules` knows
    the files that were not read, too.
    """
    engine = Engine(facts, settings, rulebook, today or settings.day, opened, modules, pins or NO_PINS)
    engine.documents = documents
    engine.linked.project.first = only or frozenset()
    found = _inventory(engine, planned(engine, edits_of=_edits), coverage, diagnostics)
    found = found if only is None else limited(found, only)
    found = engine.data.with_digests(found)
    engine.forget()
    return msgspec.structs.replace(found, summary=summary(found))


def planned(engine: Engine, *, edits_of: Callable[[Engine], list[Edit]] | None = None) -> Records:
    """What becomes of each occurrence; `edits_of` plans the examples that documents show."""
    judged = judge_all(engine)
    sites = link(engine, judged)
    engine.data.settle(judged)
    planner = Planner(engine, promoted(engine, judged), sites, edits_of)
    found = plan(planner)
    planner.forget()
    return found


def _edits(engine: Engine) -> list[Edit]:
    """The edits of examples; they have no examples themselves."""
    edits = planned(engine).edits
    engine.forget()
    return edits


def _inventory(
    engine: Engine, records: Records, coverage: Coverage, diagnostics: Iterable[Diagnostic]
) -> Inventory:
    added, problems = records.additions, [*diagnostics, *_unread(engine)]
    return Inventory(
        root=".",
        catalog=catalog_note(engine.catalogue, engine.rulebook),
        references=tuple(records.references),
        call_sites=tuple(records.call_sites),
        edits=tuple(records.edits),
        limits=tuple(added.limits),
        branches=tuple(added.branches),
        tables=tuple(added.tables),
        findings=(*added.findings, *_comment_problems(engine), *engine.data.problems()),
        diagnostics=tuple(problems),
        coverage=msgspec.structs.replace(
            coverage,
            read=sum(f.problem is None for f in engine.facts),
            unread=len(problems),
            skipped=max(coverage.seen - len(engine.facts), 0),
        ),
    )


def _comment_problems(engine: Engine) -> Iterator[Finding]:
    for suppressions in engine.suppressions.values():
        yield from suppressions.problems()
    yield from engine.choices.problems()


def _unread(engine: Engine) -> list[Diagnostic]:
    return [
        Diagnostic(path=f.path, code=f.problem.code, message=f.problem.message)
        for f in (*engine.facts, *engine.data.files)
        if f.problem is not None
    ]


def limited(inventory: Inventory, only: frozenset[str]) -> Inventory:
    """What concerns some paths: their references and findings, and the sites and edits that go with them."""
    references = tuple(r for r in inventory.references if r.path in only)
    groups = {e.group for e in inventory.edits if e.path in only}
    sites = {s for r in references for s in r.call_sites}
    return msgspec.structs.replace(
        inventory,
        references=references,
        call_sites=tuple(s for s in inventory.call_sites if s.path in only or s.id in sites),
        edits=tuple(e for e in inventory.edits if e.group in groups),
        findings=tuple(f for f in inventory.findings if f.path in only),
        diagnostics=tuple(d for d in inventory.diagnostics if d.path in only),
    )
