"""Runs in each Python process of the recorded or rehearsed program, before its own code.

It imports nothing of this project and never raises: what goes wrong in here is the recording's loss, not the
program's. Settings come in the environment (see `migrator.evidence.recorded_run`).
"""

from __future__ import annotations

import atexit
import importlib
import importlib.util
import json
import os
import sys
from typing import Any

SETTINGS = "GPT55_MIGRATE_RECORD"


class Watch:
    """Hooks a library when the program imports it."""

    def __init__(self, hooks: dict[str, list[Any]]) -> None:
        self.hooks, self.looking = hooks, False

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:  # noqa: ANN401
        """The library's own spec, whose module is hooked once it has run."""
        if name not in self.hooks or self.looking:
            return None
        self.looking = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self.looking = False
        if spec is None or spec.loader is None:
            return spec
        run = spec.loader.exec_module

        def executed(module: Any) -> None:  # noqa: ANN401
            run(module)
            self.hook(name, module)

        spec.loader.exec_module = executed  # type: ignore[method-assign]
        return spec

    def hook(self, name: str, module: Any) -> None:  # noqa: ANN401
        """Each hook by itself."""
        for each in self.hooks[name]:
            _safely(each, module)


def install(settings: dict[str, Any]) -> None:
    """Watch what is there already and what is imported later."""
    from gpt55_libraries import HOOKS
    from gpt55_recording import Recorder

    recorder = Recorder(settings)
    hooks: dict[str, list[Any]] = {}
    if settings.get("rehearse"):
        import gpt55_rehearsing

        for name, hook in gpt55_rehearsing.prepared(settings["rehearse"], recorder).items():
            hooks.setdefault(name, []).append(hook)
    for name, watch in HOOKS.items():
        hooks.setdefault(name, []).append(lambda module, watch=watch: watch(module, recorder))
    atexit.register(_safely, recorder.end)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=recorder.under_way.clear)
    watcher = Watch(hooks)
    for name in [name for name in hooks if name in sys.modules]:
        watcher.hook(name, sys.modules[name])
    sys.meta_path.insert(0, watcher)


def _begin(settings: dict[str, Any]) -> None:
    """What cannot be recorded runs all the same; a rehearsal that cannot be guarded does not."""
    try:
        install(settings)
    except Exception as error:
        if settings.get("rehearse"):
            sys.stderr.write(f"gpt55-migrate: no rehearsal with this Python: {error}\n")
            os._exit(2)


def _safely(step: Any, *args: Any) -> Any:  # noqa: ANN401
    try:
        return step(*args)
    except Exception:
        return None


def _others() -> None:
    """The `sitecustomize` that this one stands before, if there is one."""
    here = os.path.dirname(os.path.abspath(__file__))
    kept = sys.path[:]
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
    own = sys.modules.pop("sitecustomize", None)
    try:
        importlib.import_module("sitecustomize")
    except ImportError:
        if own is not None:
            sys.modules["sitecustomize"] = own
    finally:
        sys.path[:] = [entry for entry in kept if os.path.abspath(entry or ".") != here]


if __name__ == "sitecustomize":
    if os.environ.get(SETTINGS):
        _begin(json.loads(os.environ[SETTINGS]))
    _safely(_others)
