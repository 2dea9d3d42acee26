"""Runs a program in this process against the strict server, and migrates it."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import re
import sys
import traceback
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from migrator import pipeline
from migrator.settings import parse_settings

from .cases import Case, case
from .loopback import redirected

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from migrator.evidence.standin.server import StrictServer
    from migrator.inventory import Inventory

    from .models import Mode
    from .server import Request, World

NAIVE = {
    "gpt-4o-mini": "gpt-5.5-mini",
    "gpt-4o": "gpt-5.5-instant",
    "gpt-5-mini": "gpt-5.5-mini",
    "gpt-5-nano": "gpt-5.5-mini",
    "gpt-5": "gpt-5.5",
}
_NAIVE = re.compile("|".join(map(re.escape, NAIVE)))


@dataclass(frozen=True)
class Ran:
    """What a run showed: its lines, what it raised, and its requests."""

    lines: tuple[str, ...]
    raised: str
    accepted: tuple[Request, ...]
    refused: tuple[Request, ...]


@dataclass(frozen=True)
class Migrated:
    """A program's files after the migration, and what was found."""

    inventory: Inventory
    files: dict[str, bytes]
    diagnostics: tuple[str, ...]


def naive(files: dict[str, bytes]) -> dict[str, bytes]:
    """Find-and-replace of the ids in every file, in one pass."""
    return {name: _NAIVE.sub(lambda m: NAIVE[m[0]], data.decode()).encode() for name, data in files.items()}


@cache
def migrated(name: str, mode: Mode, work: Path) -> Migrated:
    """The program after the migration, on disk as `apply` would do it."""
    one = case(name, mode)
    return migrate(one, one.files(), mode, work / f"{name}-{mode}")


def migrate(one: Case, files: dict[str, bytes], mode: Mode, root: Path) -> Migrated:
    """Write the files, review the folder, make the selected edits; returns the new files."""
    write(files, root)
    settings = parse_settings({"catalog": mode, "jobs": 1, **one.settings}, one.name)
    inventory = pipeline.review([root], settings, root=root)
    made = pipeline.changes(inventory, root)
    new = {**files, **{change.path: change.new for change in made.files}}
    return Migrated(inventory, new, tuple(d.message for d in made.diagnostics))


def write(files: dict[str, bytes], root: Path) -> None:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def run(one: Case, files: dict[str, bytes], world: World, server: StrictServer, root: Path) -> Ran:
    """Import the program's main module in `root` and call its main()."""
    write(files, root)
    server.judge = world
    out = io.StringIO()
    raised = ""
    with _surroundings(one, server, root), contextlib.redirect_stdout(out):
        try:
            importlib.import_module("main").main()
        except SystemExit as error:
            raised = f"SystemExit: {error.code}" if error.code else ""
        except Exception as error:
            raised = _told(error, root)
    accepted = tuple(request for request in world.requests if not request.error)
    refused = tuple(request for request in world.requests if request.error)
    return Ran(tuple(out.getvalue().splitlines()), raised, accepted, refused)


def _told(error: Exception, root: Path) -> str:
    """The program's own frames and the message."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(str(root))]
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.line}" for frame in frames]
    return "\n  ".join(["raised:", *places, f"{type(error).__name__}: {str(error)[:500]}"])


@contextlib.contextmanager
def _surroundings(one: Case, server: StrictServer, root: Path) -> Iterator[None]:
    environment = {
        "OPENAI_BASE_URL": server.url,
        "OPENAI_API_BASE": server.url,
        "OPENAI_API_KEY": "sk-test",
        **one.env,
    }
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, environment))
        stack.enter_context(mock.patch.object(sys, "argv", ["main.py", *one.argv]))
        stack.enter_context(mock.patch.object(sys, "path", [str(root), *sys.path]))
        stack.enter_context(mock.patch.object(sys, "dont_write_bytecode", True))
        stack.enter_context(_inside(root))
        stack.enter_context(redirected(server.server_port))
        stack.enter_context(_modules(root))
        stack.enter_context(_tiktoken(one.tiktoken))
        _prepare_sdks(one)
        yield


@contextlib.contextmanager
def _inside(root: Path) -> Iterator[None]:
    here = Path.cwd()
    os.chdir(root)
    try:
        yield
    finally:
        os.chdir(here)


@contextlib.contextmanager
def _modules(root: Path) -> Iterator[None]:
    """The program's own modules, away again afterwards."""
    own = {path.stem for path in root.iterdir()} & set(sys.modules)
    hidden = {name: sys.modules.pop(name) for name in own}
    importlib.invalidate_caches()
    try:
        yield
    finally:
        for name, module in list(sys.modules.items()):
            if _below(module, root):
                del sys.modules[name]
        sys.modules.update(hidden)


def _below(module: ModuleType, root: Path) -> bool:
    places = [getattr(module, "__file__", None), *list(getattr(module, "__path__", ()))]
    return any(str(place).startswith(str(root)) for place in places if place)


@contextlib.contextmanager
def _tiktoken(release: str) -> Iterator[None]:
    """The table of models that an older tiktoken has: `gpt-5` and what starts with `gpt-5-`, no 5.5."""
    if not release:
        yield
        return
    tiktoken = importlib.import_module("tiktoken")
    prefixes = {k: v for k, v in tiktoken.model.MODEL_PREFIX_TO_ENCODING.items() if not k.startswith("gpt-5")}
    exact = {k: v for k, v in tiktoken.model.MODEL_TO_ENCODING.items() if not k.startswith("gpt-5")}
    new = {"MODEL_PREFIX_TO_ENCODING": {**prefixes, "gpt-5-": "o200k_base"}}
    new["MODEL_TO_ENCODING"] = {**exact, "gpt-5": "o200k_base"}
    with mock.patch.multiple(tiktoken.model, **new):
        yield


def _prepare_sdks(one: Case) -> None:
    """Module-level clients that an earlier program left must not serve the next; no remarks on stdout."""
    if "openai" in sys.modules:
        sys.modules["openai"]._reset_client()
    if "litellm" in one.needs:
        litellm = importlib.import_module("litellm")
        litellm.suppress_debug_info = True
        litellm.in_memory_llm_clients_cache.flush_cache()
