"""`init`: settings and a hook entry, shown before they are written; what is there stays byte for byte."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import click
import msgspec

from migrator.commands import DONE, edits, work
from migrator.discover.file_bytes import read_bytes
from migrator.errors import UsageError
from migrator.output import emit, say
from migrator.report.style import style_of

if TYPE_CHECKING:
    from pathlib import Path

    from migrator.commands.options import Request

BASELINE = ".gpt55-baseline.json"


class Options(NamedTuple):
    """What `init` is asked for."""

    yes: bool = False
    hook: bool = True
    hook_repo: str = ""
    hook_fix: bool = False
    baseline: bool = False


class _Planned(NamedTuple):
    path: Path
    old: bytes | None
    new: bytes


def init(request: Request, options: Options) -> int:
    """Show what would be written, ask, write; nothing where all of it is there already."""
    root = request.target.root
    planned = [each for each in _plan(root, options) if each.old != each.new]
    wants_baseline = options.baseline and not (root / BASELINE).exists()
    if not planned and not wants_baseline:
        say("Everything is there already; nothing to write.")
        return DONE
    for each in planned:
        _show(each, root)
    if wants_baseline:
        say(f"{BASELINE}: would list the findings of today, so that check fails only on new ones")
    if not (options.yes or _agreed()):
        say("Nothing was written.")
        return DONE
    for each in planned:
        _write(each)
    return _baseline(request) if wants_baseline else _done(planned)


def _plan(root: Path, options: Options) -> list[_Planned]:
    project = root / "pyproject.toml"
    old = _read(project)
    baseline = BASELINE if options.baseline else ""
    planned = [_Planned(project, old, edits.with_settings(old or b"", project.name, baseline))]
    if options.hook and _in_repository(root):
        hooks = root / ".pre-commit-config.yaml"
        there = _read(hooks)
        entry = edits.hook_entry(options.hook_repo, fix=options.hook_fix)
        planned.append(_Planned(hooks, there, edits.with_hook(there or b"", hooks.name, entry)))
    return planned


def _in_repository(root: Path) -> bool:
    if (root / ".git").exists():
        return True
    say("No hook entry: this folder is not the top of a git repository.")
    return False


def _read(path: Path) -> bytes | None:
    try:
        return read_bytes(str(path))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{path.name}: cannot be read: {error.strerror}") from None


def _show(planned: _Planned, root: Path) -> None:
    from migrator.report.hunks import colored
    from migrator.write.patch import unified

    name = planned.path.relative_to(root).as_posix()
    patch = unified(name, planned.old or b"", planned.new)
    emit(colored(work.portable(patch), style_of(sys.stdout)))


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise UsageError(
            "there is no terminal to ask on; gpt55-migrate init --yes writes what is shown above"
        )
    return click.confirm("Write this?", err=True)


def _write(planned: _Planned) -> None:
    from migrator.write import files

    path = planned.path
    try:
        if planned.old is None:
            files.save(path, planned.new)
        else:
            files.write_file(path.parent, path.name, planned.old, planned.new)
    except files.WriteRefused as refusal:
        raise UsageError(refusal.message) from None
    except OSError as error:
        raise UsageError(f"{path.name}: cannot be written: {error.strerror}") from None
    say(f"Wrote {planned.path.name}")


def _baseline(request: Request) -> int:
    from migrator.commands import check

    settings = msgspec.structs.replace(request.settings, baseline=str(request.target.root / BASELINE))
    return check.check(request._replace(settings=settings), check.Options(write_baseline=BASELINE))


def _done(planned: list[_Planned]) -> int:
    if any(each.path.name.endswith(".yaml") for each in planned):
        say("Next: pre-commit install, then gpt55-migrate review")
    else:
        say("Next: gpt55-migrate review")
    return DONE
