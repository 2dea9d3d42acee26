"""`fleet`: many repositories, one after the other or at once, and one report."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.commands import DONE, FAILED
from migrator.errors import UsageError
from migrator.output import complain, emit, on_leaving
from migrator.report import words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from migrator.fleet.dispatch import Run
    from migrator.fleet.engines import Engine
    from migrator.fleet.fleet_records import Outcome, Source, Stage, Task, Terms
    from migrator.fleet.keep import Keep
    from migrator.fleet.linking import Links
    from migrator.fleet.overview import Overview
    from migrator.fleet.sources import Listed
    from migrator.settings import Settings

_SHOWN = 20


class Options(NamedTuple):
    """What was asked for besides the settings."""

    output: str
    executor: str
    timeout: float
    memory: float
    branch: str
    export: tuple[str, ...]
    trust_config: bool
    git_config: str
    fresh: bool


def fleet(arguments: Sequence[str], settings: Settings, options: Options) -> int:
    """Do it all; a repository that cannot be done is counted and named, and makes the exit code 3."""
    from migrator.fleet import engines, sources
    from migrator.fleet.keep import Keep
    from migrator.write.files import WriteRefused
    from migrator.write.lock import exclusive

    listed = sources.listed(arguments)
    _check(settings, options)
    opened = engines.opener(options.executor, settings.jobs)
    keep = Keep(Path(os.path.abspath(options.output)))
    try:
        with exclusive(keep.folder):
            return _Fleet(listed, _terms(settings, options), options, keep).done(opened)
    except WriteRefused as error:
        raise UsageError(error.message) from None
    finally:
        keep.close()


def _check(settings: Settings, options: Options) -> None:
    from migrator import pipeline
    from migrator.fleet.branch import is_name

    with tempfile.TemporaryDirectory() as empty:
        pipeline.review([Path(empty)], settings, root=Path(empty))
    if options.branch and not is_name(options.branch):
        raise UsageError(f"--branch {options.branch}: git takes no branch of this name")
    if options.git_config and not os.path.isfile(options.git_config):
        raise UsageError(f"--git-config {options.git_config}: there is no such file")


def _terms(settings: Settings, options: Options) -> Terms:
    """Paths are named from the root: workers have working directories of their own."""
    from migrator.fleet.fleet_records import Terms
    from migrator.fleet.host import program

    catalog = os.path.abspath(settings.catalog) if os.path.isfile(settings.catalog) else settings.catalog
    rules = tuple(os.path.abspath(rule) for rule in settings.rules)
    return Terms(
        settings=msgspec.structs.replace(settings, jobs=1, catalog=catalog, rules=rules),
        program=program(),
        trusts=options.trust_config,
        git_config=os.path.abspath(options.git_config) if options.git_config else "",
        seconds=options.timeout,
        memory=int(options.memory * 1e9),
    )


class _Fleet:
    """One run over all repositories."""

    def __init__(self, listed: Listed, terms: Terms, options: Options, keep: Keep) -> None:
        self.listed = listed
        self.sources = listed.sources
        self.terms = terms
        self.options = options
        self.keep = keep
        self.done_now = 0

    def done(self, opened: Callable[[], Engine]) -> int:
        """The exit code."""
        self.keep.index.list(self.sources)
        on_leaving(self._stopped)
        linked = self._turns(opened)
        on_leaving(None)
        overview = self._report(linked.of, linked.ambiguous)
        failed = self._branches() if self.options.branch else 0
        self._exports(overview)
        return self._tell(overview, failed)

    def _stopped(self) -> str:
        return f"{words.count(self.done_now, 'repository', 'repositories')} done; the same command goes on"

    def _turns(self, opened: Callable[[], Engine]) -> Links:
        """Each repository alone, then those that install another's packages, together with these."""
        from migrator.fleet import linking
        from migrator.fleet.dispatch import Run
        from migrator.pipeline import reviewing

        rulebook, _ = reviewing.rules(self.terms.settings)
        with Run(opened) as run:
            self._stage("alone", dict.fromkeys(self.sources, ()), run)
            rows = self.keep.index.rows(self.sources, "alone")
            links = linking.links(rows, reviewing.libraries(rulebook))
            wanted = {source: links.of[source.id] for source in self.sources if source.id in links.of}
            for source in self.sources:
                if source not in wanted:
                    self.keep.index.forget(source, "linked")
            if wanted:
                self._stage("linked", wanted, run)
        return links

    def _stage(self, stage: Stage, wanted: dict[Source, tuple[Source, ...]], run: Run) -> None:
        from migrator.fleet.fleet_records import Task
        from migrator.fleet.status_line import Progress

        known = {} if self.options.fresh else self.keep.index.known(stage)
        tasks = (
            Task(source=one, terms=self.terms, stage=stage, known=self._known(one, known), linked=others)
            for one, others in wanted.items()
        )
        progress = Progress(len(wanted), "Reading" if stage == "alone" else "Following packages")

        def collect(task: Task, outcome: Outcome) -> None:
            if outcome.status != "stopped":
                progress.count(self._kept(task, outcome))

        try:
            run.all(tasks, collect)
        finally:
            progress.close()

    def _known(self, source: Source, known: dict[str, str]) -> str:
        there = (self.keep.place(source) / "inventory.json").is_file()
        return known.get(source.id, "") if there else ""

    def _kept(self, task: Task, outcome: Outcome) -> str:
        self.done_now += task.stage == "alone"
        if outcome.status == "unchanged":
            return "unchanged"
        if task.stage == "alone":
            self.keep.index.forget(task.source, "linked")
        return self.keep.save(task.source, task.stage, outcome).status

    # -- what is made of it -----------------------------------------------------------------------

    def _report(self, of: dict[str, tuple[Source, ...]], ambiguous: dict[str, tuple[str, ...]]) -> Overview:
        from migrator.fleet.reporting import written

        lenders = frozenset(other.id for others in of.values() for other in others)
        return written(self.keep, self.listed, self.terms.settings, lenders, ambiguous, self.keep.unsaved)

    def _branches(self) -> int:
        from migrator.fleet.branching import branched

        return branched(self.keep, self.sources, self.options.branch, self.terms)

    def _exports(self, overview: Overview) -> None:
        if self.options.export:
            from migrator.fleet.branching import exported

            waves = {line.name: line.wave for line in overview.repositories}
            exported(self.keep, self.sources, waves, self.options.export, self.options.branch)

    def _tell(self, overview: Overview, failed: int) -> int:
        states = ", ".join(f"{count:,} {state}" for state, count in sorted(overview.statuses.items()))
        total = words.count(len(overview.repositories), "repository", "repositories")
        lines = overview.repositories
        emit(f"{total}: {states}\n")
        for what, number in overview.left_out.items():
            emit(f"left out of the list: {number:,} {what}\n")
        places, written = sum(line.places for line in lines), sum(line.written for line in lines)
        held = sum(line.held for line in lines)
        emit(f"{words.count(places, 'place')}, {written:,} would be written, {held:,} wait for a person\n")
        unread = sum(line.unread for line in lines)
        if unread:
            emit(f"{words.count(unread, 'file')} could not be read\n")
        for wave in overview.waves:
            end = f", the first ends {wave.ends}" if wave.ends else ""
            count = words.count(len(wave.repositories), "repository", "repositories")
            emit(f"wave {wave.id}: {count}, {words.count(wave.edits, 'edit')}{end}\n")
        emit(f"{os.path.join(self.options.output, 'report.html')}\n")
        bad = [line for line in lines if line.status != "done"]
        for line in bad[:_SHOWN]:
            complain(f"{line.name}: {line.reason or line.status}: {line.message}")
        if len(bad) > _SHOWN:
            complain(f"and {len(bad) - _SHOWN:,} more: see the report")
        return FAILED if bad or failed else DONE
