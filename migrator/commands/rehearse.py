"""`rehearse`: the user's own command, as the code is and as it would be, with a stand-in of the API."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from migrator.commands import DONE, FAILED, FINDINGS, work
from migrator.discover.file_bytes import read_bytes
from migrator.errors import UsageError
from migrator.output import complain, complain_of, save, say, show
from migrator.report import words
from migrator.report.style import PLAIN, style_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from migrator.commands.options import Request
    from migrator.evidence.rehearsal import Rehearsal
    from migrator.evidence.rehearsal_verdicts import Ground
    from migrator.evidence.running import Options, Run
    from migrator.evidence.standin.given import Answers
    from migrator.evidence.standin.world import World
    from migrator.inventory import Inventory
    from migrator.rendering import Change
    from migrator.rulebook import Rulebook

FORMS = ("text", "json", "html")


def rehearse(
    request: Request, command: Sequence[str], options: Options, answers: str, form: str, output: str
) -> int:
    """Exit code 0: nothing is worse after; 1: something is; 3: a run did not come to its end."""
    from migrator.evidence.standin.given import read

    given = read(Path(answers) if answers else None)
    root = request.target.root.resolve()
    if shutil.which(os.path.join(root, command[0]) if os.sep in command[0] else command[0]) is None:
        raise UsageError(f"{command[0]}: no such command")
    inventory = work.review(request)
    made = work.changes(inventory, root, request.settings.jobs)
    complain_of((*inventory.diagnostics, *made.diagnostics))
    many = words.count(len(made.files), "file")
    say(f"{many} would change. The command runs twice, without a network and without a key.")
    stage = _Stage(request, tuple(command), (inventory, made.files), given, options)
    rehearsal = stage.rehearsed()
    _print(rehearsal, form, output)
    if rehearsal.is_cut or rehearsal.problems:
        return FAILED
    return FINDINGS if rehearsal.is_worse else DONE


class _Stage:
    """A command, and the two states of the code that it runs on."""

    def __init__(
        self,
        request: Request,
        command: tuple[str, ...],
        found: tuple[Inventory, tuple[Change, ...]],
        given: Answers,
        options: Options,
    ) -> None:
        from migrator.rulebook.rulefiles import load_rulebook

        self.request, self.command = request, command
        self.inventory, self.files = found
        self.given, self.options = given, options
        self.root = request.target.root.resolve()
        settings = request.settings
        self.rulebook: Rulebook = load_rulebook(settings.catalog, [Path(rule) for rule in settings.rules])

    def rehearsed(self) -> Rehearsal:
        """Run it twice, and compare."""
        from migrator.decide.contexts import Contexts
        from migrator.evidence.comparing import compared
        from migrator.evidence.rehearsal_verdicts import Ground
        from migrator.evidence.standin.world import World

        old = self._sources()
        with _folder() as folder:
            one = World(self.rulebook, self.given)
            before = self._run("as it is", folder / "before", one, ())
            asked = {(host, model) for host, _, model in one.asked}
            other = World(
                self.rulebook, self.given, frozenset(asked | {(r.host, r.model) for r in before.requests})
            )
            after = self._run("migrated", folder / "after", other, self.files)
            ground = Ground(
                inventory=self.inventory,
                command=self.command,
                old=old,
                new={change.path: change.new for change in self.files},
                worlds=(one, other),
                contexts=Contexts(self.rulebook.names),
                expectation=_expectations(self.request),
            )
            rehearsal = compared(ground, before, after)
            if any(verdict.holds for verdict in rehearsal.verdicts):
                rehearsal = self._with_held(folder / "held", rehearsal, ground, after)
        return rehearsal

    def _with_held(self, folder: Path, rehearsal: Rehearsal, ground: Ground, after: Run) -> Rehearsal:
        """What was held and would be taken is run as well; it holds if nothing more goes wrong."""
        from migrator.evidence.comparing import worse
        from migrator.evidence.rehearsal_verdicts import applied, targets

        names = targets(self.rulebook.catalog)
        moved = applied(self.inventory, rehearsal.verdicts, ground.old, names)
        made = work.changes(moved, self.root, self.request.settings.jobs)
        found = self._run("with what was held", folder, ground.worlds[1], made.files)
        why = worse(after, found, ground.worlds[1])
        if not why:
            return rehearsal
        told = tuple(
            msgspec.structs.replace(one, holds=False, why=f"with what was held {why}") if one.holds else one
            for one in rehearsal.verdicts
        )
        return msgspec.structs.replace(rehearsal, verdicts=told)

    def _sources(self) -> dict[str, bytes]:
        paths = {site.path for site in self.inventory.call_sites} | {change.path for change in self.files}
        found = {change.path: change.old for change in self.files}
        for path in paths - set(found):
            with suppress(OSError):
                found[path] = read_bytes(str(self.root / path))
        return found

    def _run(self, name: str, folder: Path, world: World, changes: Sequence[Change]) -> Run:
        from migrator.evidence import running

        say(f"--- {name}: {' '.join(self.command)}")
        with self._prepared(folder, changes) as copy:
            found = running.run(self.command, self.root, copy, folder, world, self.options)
        if found.ended.timed_out:
            complain(f"{name}: stopped after {self.options.timeout:g} s (--timeout)")
        if found.ended.left:
            complain(f"{name}: {found.ended.left} processes that the command left running were ended")
        return found

    @contextmanager
    def _prepared(self, folder: Path, changes: Sequence[Change]) -> Iterator[Path]:
        """The folder that the command runs in, with the changes made: a copy, or the project itself."""
        from migrator.evidence import running

        folder.mkdir()
        if self.options.in_place:
            with self._in_place(changes):
                yield self.root
            return
        copy = folder / self.root.name
        for problem in running.copied(self.root, copy):
            complain(f"not copied: {problem}")
        for change in changes:
            with (copy / change.path).open("wb") as stream:
                stream.write(change.new)
        yield copy

    @contextmanager
    def _in_place(self, changes: Sequence[Change]) -> Iterator[None]:
        """Write the changes and take them back, whatever happens; a killed run is taken back by `undo`."""
        from migrator.commands.writing import alone, write
        from migrator.output import on_leaving
        from migrator.rendering import Changes
        from migrator.write.files import WriteRefused, write_file

        if not changes:
            yield
            return
        with alone(self.root):
            written = write(self.inventory, Changes(tuple(changes), ()), self.root)
            try:
                yield
            finally:
                for change in written.files:
                    try:
                        write_file(self.root, change.path, change.new, change.old)
                    except WriteRefused as refusal:
                        complain(f"{change.path}: {refusal.message}; to take it back: {written.undo}")
                on_leaving(None)


@contextmanager
def _folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="gpt55-rehearsal-")).resolve()
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _expectations(request: Request) -> Callable[[Sequence[str]], str]:
    """The patch of expectations at some places of tests: what `--write-contexts test` changes there."""
    found: list[Inventory] = []

    def patch(places: Iterable[str]) -> str:
        if not found:
            contexts = (*request.settings.write_contexts, "test")
            settings = msgspec.structs.replace(request.settings, write_contexts=contexts)
            given = {**request.given, "write_contexts": contexts}
            found.append(work.review(request._replace(settings=settings, given=given)))
        lines = {tuple(place.rsplit(":", 1)) for place in places}
        wanted = work.keeping(
            found[0],
            lambda edit: (
                edit.selected
                and any((edit.path, str(n)) in lines for n in range(edit.anchor[0], edit.anchor[2] + 1))
            ),
        )
        made = work.changes(wanted, request.target.root)
        return b"".join(map(work.portable, work.patches(made).values())).decode("utf-8", "replace")

    return patch


def _print(rehearsal: Rehearsal, form: str, output: str) -> None:
    from migrator.evidence import showing
    from migrator.evidence.rehearsal import encode

    if form == "json":
        save(encode(rehearsal), output)
    elif form == "html":
        save(showing.page(rehearsal), output)
    elif output == "-":
        show(showing.text(rehearsal, style_of(sys.stdout)))
    else:
        save(showing.text(rehearsal, PLAIN), output)
