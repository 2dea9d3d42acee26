"""One run of a rehearsal: a copy, the stand-in, the command; what its processes noted."""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from migrator.errors import UsageError
from migrator.evidence import recorded_run
from migrator.evidence.evidence_rules import evidence_rules
from migrator.evidence.standin.server import StrictServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.evidence.standin.world import World

LEFT_OUT = frozenset({"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache"})
NO_KEY = "rehearsal-without-a-key"


class Options(NamedTuple):
    """What a rehearsal is told."""

    timeout: float | None = None
    allow: tuple[str, ...] = ()
    in_place: bool = False


class Line(msgspec.Struct, frozen=True):
    """A line that a process wrote: a request, a test's outcome, or what was stopped."""

    site: str = ""
    places: tuple[str, ...] = ()
    scope: str = ""
    endpoint: str = ""
    host: str = ""
    model: str = ""
    images: int = 0
    streams: bool = False
    status: int = 0
    body: dict[str, Any] = {}
    came: dict[str, tuple[str, ...]] = {}
    refused: str = ""
    error: str = ""
    test: str = ""
    outcome: str = ""
    at: tuple[str, ...] = ()
    message: str = ""
    stopped: str = ""
    process: int = 0
    original: str = ""


class Run(NamedTuple):
    """What a run showed.

    Attributes:
        requests: as they were sent, in the order in which they ended.
        tests: outcome, and where it failed, by test; the worst counts.
        stopped: addresses that were not reached, with the place that wanted to.
        unseen: requests that came from processes without the hook, by model.
        broken: lines that could not be read.
    """

    ended: recorded_run.Ended
    seconds: float
    requests: tuple[Line, ...]
    tests: dict[str, Line]
    stopped: tuple[Line, ...]
    processes: int
    unseen: dict[str, int]
    original: str = ""
    broken: int = 0


def copied(root: Path, target: Path) -> list[str]:
    """Copy a project; virtual environments are linked. Returns what could not be copied."""

    def skipped(folder: str, names: list[str]) -> set[str]:
        return {name for name in names if name in LEFT_OUT or _is_special(os.path.join(folder, name))}

    try:
        shutil.copytree(root, target, symlinks=True, ignore=skipped)
    except shutil.Error as error:
        problems = [f"{source}: {why}" for source, _, why in error.args[0]]
    except OSError as error:
        raise UsageError(f"{root}: cannot be copied: {error.strerror}") from None
    else:
        problems = []
    for folder, folders, files in os.walk(root):
        there = target / os.path.relpath(folder, root)
        if "pyvenv.cfg" in files and not there.exists():
            there.symlink_to(folder)
            folders.clear()
        for name in (*folders, *files):
            _relinked(there / name, root, target)
    return problems


def _relinked(link: Path, root: Path, target: Path) -> None:
    """A link that names the original by its whole path names the copy."""
    if link.is_symlink() and not (link / "pyvenv.cfg").exists():
        to = os.readlink(link)
        if to == str(root) or to.startswith(f"{root}{os.sep}"):
            link.unlink()
            link.symlink_to(str(target) + to[len(str(root)) :])


def _is_special(path: str) -> bool:
    """Pipes, sockets and devices; and environments, which are linked."""
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return True
    if stat.S_ISDIR(mode):
        return os.path.exists(os.path.join(path, "pyvenv.cfg"))
    return not (stat.S_ISREG(mode) or stat.S_ISLNK(mode))


def run(command: Sequence[str], root: Path, copy: Path, folder: Path, world: World, options: Options) -> Run:
    """Run the command in a copy of `root`, with the stand-in behind it; `folder` is for its notes."""
    file = folder / "noted.jsonl"
    file.touch(0o600)
    server = StrictServer(world)
    try:
        env = _environment(file, root, copy, server, options)
        start = time.monotonic()
        ended = recorded_run.run(_mapped(command, root, copy), env, options.timeout, copy)
        seconds = time.monotonic() - start
    finally:
        server.close()
    if ended.told:
        raise KeyboardInterrupt
    return _noted(file, ended, seconds, world)


def _mapped(command: Sequence[str], root: Path, copy: Path) -> list[str]:
    """The command with paths of the project as those of the copy; the program itself is the user's own."""
    first = command[0]
    found = shutil.which(os.path.join(root, first) if os.sep in first else first)
    if found is None:
        raise UsageError(f"{first}: no such command")
    program = os.path.abspath(found)
    inner = os.path.relpath(program, root)
    if not inner.startswith("..") and (copy / inner).exists() and not _in_environment(Path(program), root):
        program = str(copy / inner)
    return [program, *(_below(argument, root, copy) for argument in command[1:])]


def _in_environment(program: Path, root: Path) -> bool:
    return any((folder / "pyvenv.cfg").exists() for folder in program.parents if folder.is_relative_to(root))


def _below(text: str, root: Path, copy: Path) -> str:
    """A path of the project is one of the copy; anything else stays."""
    if text == str(root) or text.startswith(f"{root}{os.sep}"):
        there = Path(text)
        return text if _in_environment(there, root) else str(copy) + text[len(str(root)) :]
    return text


def _environment(
    file: Path, root: Path, copy: Path, server: StrictServer, options: Options
) -> dict[str, str]:
    rules = evidence_rules().rehearse
    told = dict.fromkeys(rules.base_urls, server.url) | {"PYTEST_PLUGINS": _plugins()}
    restored = {name: os.environ.get(name) for name in rules.base_urls}
    settings: dict[str, object] = {
        "port": server.server_port,
        "paths": rules.paths,
        "hosts": rules.hosts,
        "original": str(root),
        "copy": str(copy),
        "allow": list(options.allow),
        "taken": sorted(_listening() - {server.server_port}),
        "began": time.time(),
        "environment": restored,
    }
    env = recorded_run.environment(file, copy, rehearse=settings)
    env |= told
    for name in rules.keys:
        if name == rules.keys[0] or env.get(name):
            env[name] = NO_KEY
    for name in (*rules.proxies, "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST"):
        env.pop(name, None)
    parts = env["PYTHONPATH"].split(os.pathsep)
    env["PYTHONPATH"] = os.pathsep.join(_below(part, root, copy) for part in parts)
    return {**env, "PWD": str(copy)}


def _plugins() -> str:
    return ",".join(filter(None, [os.environ.get("PYTEST_PLUGINS", ""), "gpt55_tests"]))


def _listening() -> set[int]:
    """Ports of this machine where something listens already, where Linux tells."""
    found: set[int] = set()
    for table in ("tcp", "tcp6"):
        with suppress(OSError, ValueError, IndexError):
            for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A":
                    found.add(int(fields[1].rpartition(":")[2], 16))
    return found


# -- what was noted --------------------------------------------------------------------------------


def _noted(file: Path, ended: recorded_run.Ended, seconds: float, world: World) -> Run:
    requests: list[Line] = []
    tests: dict[str, Line] = {}
    stopped: list[Line] = []
    processes: set[int] = set()
    original, broken = "", 0
    for line in _lines(file):
        if line is None:
            broken += 1
        elif line.endpoint:
            requests.append(line)
        elif line.outcome:
            earlier = tests.get(line.test)
            if earlier is None or earlier.outcome != "failed":
                tests[line.test] = line
        elif line.stopped:
            stopped.append(line)
        elif line.process:
            processes.add(line.process)
        original = original or (line.original if line is not None else "")
    unseen = _unseen(requests, world)
    return Run(
        ended, seconds, tuple(requests), tests, tuple(stopped), len(processes), unseen, original, broken
    )


def _lines(file: Path) -> Iterator[Line | None]:
    with file.open("rb") as stream:
        for line in stream:
            try:
                yield msgspec.json.decode(line, type=Line)
            except msgspec.MsgspecError:
                yield None


def _unseen(requests: Sequence[Line], world: World) -> dict[str, int]:
    """Requests that reached the stand-in, but that no hook noted."""
    noted = Counter((one.endpoint, one.model) for one in requests)
    found: Counter[str] = Counter()
    for (_, endpoint, model), count in world.asked.items():
        if endpoint in ("chat.completions", "responses", "completions"):
            found[model] += max(0, count - noted[endpoint, model])
    return {model: count for model, count in found.items() if count}
