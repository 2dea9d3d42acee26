"""Each program works before its migration and after it; a find-and-replace of the ids breaks most of them."""

from __future__ import annotations

import importlib.util
from functools import cache
from typing import TYPE_CHECKING

import pytest

from .cases import Case, Expected, case, names
from .not_yet import NOT_TWICE, NOT_YET
from .running import Ran, migrate, migrated, naive, run
from .server import Request, World

if TYPE_CHECKING:
    from pathlib import Path

    from _pytest.mark.structures import ParameterSet

    from migrator.evidence.standin.server import StrictServer

    from .models import Mode

MODES: tuple[Mode, ...] = ("guide", "published")


@cache
def is_installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def lacking(name: str) -> list[pytest.MarkDecorator]:
    """A mark that says what a program needs and is not installed."""
    absent = [module for module in case(name).needs if not is_installed(module)]
    reason = f"pip install 'gpt55-migrate[behaviour]' for {', '.join(absent)}"
    return [pytest.mark.skip(reason=reason)] if absent else []


def programs() -> list[ParameterSet]:
    return [pytest.param(name, id=name, marks=lacking(name)) for name in names()]


def programs_by_mode(not_yet: dict[str, str]) -> list[ParameterSet]:
    found = []
    for name in names():
        for mode in MODES:
            reason = not_yet.get(f"{name}@{mode}") or not_yet.get(name)
            marks = [pytest.mark.xfail(strict=True, reason=f"not yet: {reason}")] if reason else []
            found.append(pytest.param(name, mode, id=f"{name}-{mode}", marks=[*marks, *lacking(name)]))
    return found


# -- what a run must show ----------------------------------------------------------------------------


def problems(one: Case, ran: Ran, mode: Mode, *, is_naive: bool = False) -> list[str]:
    """What is wrong with a run after the migration."""
    found = [ran.raised] if ran.raised else []
    if not one.retries:
        found += [f"refused: {request.model}: {request.error}" for request in ran.refused]
    if one.after_lines is not None and ran.lines != one.after_lines:
        found.append(f"printed {ran.lines}, not {one.after_lines}")
    return found + request_problems(one.after, ran.accepted, mode, is_naive=is_naive)


def request_problems(
    wanted: tuple[Expected, ...], got: tuple[Request, ...], mode: Mode, *, is_naive: bool
) -> list[str]:
    expected = [one for one in wanted for _ in range(one.times)]
    if len(expected) != len(got):
        return [f"{len(got)} requests, not {len(expected)}"]
    pairs = zip(expected, got, strict=True)
    return [problem for one, request in pairs for problem in one.problems(request, mode, naive=is_naive)]


def source_lines(files: dict[str, bytes]) -> set[str]:
    return {line.strip() for data in files.values() for line in data.decode().splitlines()}


def source_problems(one: Case, old: dict[str, bytes], new: dict[str, bytes]) -> list[str]:
    """What is wrong with the text after the migration."""
    text = b"\n".join(new.values()).decode()
    lines = source_lines(new)
    found = [f"changed {name}" for name in new if one.unchanged and new[name] != old[name]]
    found += [f"lost the line {line}" for line in one.stays if line not in lines]
    return found + [f"still has {part}" for part in one.gone if part in text]


# -- tests -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", programs())
def test_works_before(name: str, server: StrictServer, work: Path) -> None:
    one = case(name)
    assert not [line for line in one.stays if line not in source_lines(one.files())]
    ran = run(one, one.files(), World(), server, work / f"{name}-before")
    assert not ran.raised or one.broken_before, ran.raised
    assert one.retries or one.broken_before or not ran.refused, [request.error for request in ran.refused]
    assert one.before_lines is None or one.broken_before or ran.lines == one.before_lines
    assert ran.accepted or one.broken_before, "a program that asks no model shows nothing"


@pytest.mark.parametrize("name", programs())
def test_find_and_replace(name: str, server: StrictServer, work: Path) -> None:
    one = case(name)
    ran = run(one, naive(one.files()), World(old=one.old_stays), server, work / f"{name}-naive")
    wrong = "\n".join(problems(one, ran, "guide", is_naive=True)) or "works"
    assert one.naive in wrong


@pytest.mark.parametrize(("name", "mode"), programs_by_mode(NOT_YET))
def test_works_after(name: str, mode: Mode, server: StrictServer, work: Path) -> None:
    one = case(name, mode)
    done = migrated(name, mode, work)
    world = World(mode, old=one.old_stays)
    ran = run(one, done.files, world, server, work / f"{name}-after-{mode}")
    wrong = [*done.diagnostics, *source_problems(one, one.files(), done.files), *problems(one, ran, mode)]
    if wrong:
        pytest.fail("\n".join([*wrong, "", changed_source(one.files(), done.files)]), pytrace=False)
    reasons = {reference.reason for reference in done.inventory.references}
    reasons |= {finding.reason for finding in done.inventory.findings}
    assert set(one.reviews) <= reasons


@pytest.mark.parametrize(("name", "mode"), programs_by_mode(NOT_TWICE))
def test_a_second_migration_changes_nothing(name: str, mode: Mode, work: Path) -> None:
    one = case(name, mode)
    once = migrated(name, mode, work)
    twice = migrate(one, once.files, mode, work / f"{name}-again-{mode}")
    if twice.files != once.files:
        pytest.fail(changed_source(once.files, twice.files), pytrace=False)


def test_every_program_has_its_table() -> None:
    kinds = [(case(name).group, case(name).kind) for name in names()]
    assert set(kinds) <= {(group, kind) for group in ("requests", "context") for kind in ("rewrite", "noop")}
    assert not {entry.partition("@")[0] for entry in (*NOT_YET, *NOT_TWICE)} - set(names())


def changed_source(old: dict[str, bytes], new: dict[str, bytes]) -> str:
    """The changed files as they are now, for a person."""
    changed = [f"# {name}\n{data.decode()}" for name, data in new.items() if data != old.get(name)]
    return "\n".join(changed) or "(nothing was changed)"
