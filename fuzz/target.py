"""What must hold for any input: nothing but diagnostics comes out, and only planned places differ."""

from __future__ import annotations

import random
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "tests")]

from safety import planting  # noqa: E402
from test_write_corpus import plan  # noqa: E402

from migrator.commands.output_formats import render as render_findings  # noqa: E402
from migrator.decide.run import decide  # noqa: E402
from migrator.pipeline import rendered  # noqa: E402
from migrator.pipeline.reviewing import rules  # noqa: E402
from migrator.read.parsing import read  # noqa: E402
from migrator.read.tree import make_room  # noqa: E402
from migrator.report import html, json_report, markdown, redact, terminal, text  # noqa: E402
from migrator.report.findings import Findings  # noqa: E402
from migrator.report.issues import issues  # noqa: E402
from migrator.report.rulehelp import helps  # noqa: E402
from migrator.report.style import PLAIN  # noqa: E402
from migrator.settings import Settings  # noqa: E402
from migrator.source import Source, SourceError  # noqa: E402
from migrator.write.patch import unified  # noqa: E402
from migrator.write.places import parse  # noqa: E402
from migrator.write.render import render  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from migrator.inventory import Inventory
    from migrator.inventory.edit_records import Edit
    from migrator.read.ids import IdPattern
    from migrator.rendering import Changes
    from migrator.rulebook import Rulebook

BETWEEN = b"\n#---\n"
"""Parts one file of an input from the next; they are called m0.py, m1.py, …"""

CATALOGS = ("guide", "published")
FORMATS = ("json", "markdown", "html", "text", "terminal", "sarif", "github", "junit", "gitlab")
PROGRAMS = 0xF8
"""First bytes from here on: the rest chooses a program of the tests' generator, which has to work on."""
SETTLED = 4
"""Runs after which nothing may change any more."""


@cache
def rules_of(catalog: str) -> tuple[Rulebook, IdPattern]:
    """The rulebook of a catalogue, loaded once."""
    return rules(Settings(catalog=catalog))


def try_input(data: bytes) -> None:
    """Raises whatever is wrong with the tool on this input."""
    if not data:
        return
    make_room()
    kind, rest = data[0], data[1:]
    if kind >= PROGRAMS:
        program_of_bytes()(rest)
    elif kind & 1:
        try_edits(rest, kind)
    else:
        try_pipeline(rest, kind >> 1)


@cache
def program_of_bytes() -> Callable[[bytes], object]:
    """Makes a program by bytes, migrates it past the closing check, runs it against the strict stand-in."""
    from test_random_programs import test_no_longer_program_is_broken

    test: Any = test_no_longer_program_is_broken
    given: Callable[[bytes], object] = test.hypothesis.fuzz_one_input
    return given


# -- the whole pipeline --------------------------------------------------------------------------


def try_pipeline(data: bytes, choice: int) -> None:
    """Read, decide, write and report; run again until nothing changes."""
    parts = data.split(BETWEEN)[:6]
    files = {f"m{number}.py": part for number, part in enumerate(parts)}
    settings = Settings(catalog=CATALOGS[choice % 2])
    inventory = _judged(files, settings)
    made = _made(inventory, files)
    _try_report(inventory, made, FORMATS[choice // 2 % len(FORMATS)])
    _try_again({**files, **{change.path: change.new for change in made.files}}, settings)


def _judged(files: dict[str, bytes], settings: Settings) -> Inventory:
    rulebook, pattern = rules_of(settings.catalog)
    facts = [read(path, data, pattern) for path, data in files.items()]
    return decide(facts, settings, rulebook)


def _made(inventory: Inventory, files: dict[str, bytes]) -> Changes:
    """The changes, each proved to be as planned and nothing else."""
    made = rendered(inventory.edits, files)
    bad = [problem.message for problem in made.diagnostics if problem.code == "verification-failed"]
    assert not bad, f"verification failed: {bad[0]}"
    for change in made.files:
        edits = [edit for edit in inventory.edits if edit.id in change.edits]
        planting.check(change.old, change.new, edits)
        assert unified(change.path, change.old, change.new)
    return made


def _try_again(files: dict[str, bytes], settings: Settings) -> None:
    for _ in range(SETTLED):
        inventory = _judged(files, settings)
        made = _made(inventory, files)
        if not made.files:
            return
        files = {**files, **{change.path: change.new for change in made.files}}
    rules = sorted({edit.rule for edit in inventory.edits if edit.selected})
    raise AssertionError(f"never settles: {' '.join(rules)}")


def _try_report(inventory: Inventory, made: Changes, form: str) -> None:
    if form == "terminal":
        patches = {change.path: unified(change.path, change.old, change.new) for change in made.files}
        shown = terminal.render(inventory, PLAIN, patches=patches, target=".", whole=True)
    elif form == "text":
        shown = text.render(inventory, PLAIN, everything=True)
    elif form in ("json", "markdown", "html"):
        shown = {"json": json_report, "markdown": markdown, "html": html}[form].render(inventory)  # type: ignore[attr-defined]
    else:
        people = redact.for_people(inventory)
        found = Findings(
            issues=issues(people),
            diagnostics=people.diagnostics,
            coverage=inventory.coverage,
            failing=frozenset({"fixable"}),
            helps=helps({issue.rule for issue in issues(people)}, rules_of("guide")[0]),
        )
        shown = render_findings(form, found)
    shown.encode()
    assert "\x1b" not in shown, f"{form} holds a control character"


# -- edits of any kind ---------------------------------------------------------------------------


def try_edits(data: bytes, seed: int) -> None:
    """Random operations on random nodes: made and verified, or refused with a known code."""
    try:
        source = Source(data)
        tree = parse(source.text)
    except (SourceError, SyntaxError, ValueError, RecursionError, MemoryError):
        return
    edits: list[Edit] = plan(tree, random.Random(seed * 1_000_003 + len(data)))
    done = render(data, edits)
    codes = {refusal.code for refusal in done.refused}
    assert "verification-failed" not in codes, [refusal.message for refusal in done.refused]
    if done.made:
        planting.check(data, done.data, [edit for edit in edits if edit.id in done.made])
    else:
        assert done.data == data


if __name__ == "__main__":
    for name in sys.argv[1:]:
        try_input(Path(name).read_bytes())
