"""The tool in a process of its own, forked from one that has imported it: to start anew takes half a second."""

from __future__ import annotations

import io
import multiprocessing
import os
import pkgutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import migrator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PARTS = ("check", "commands", "data", "decide", "discover", "know", "read", "report", "requests", "write")
_PRELOADED = [
    "migrator.__main__",
    "migrator.pipeline",
    *(
        one.name
        for part in _PARTS
        for one in pkgutil.walk_packages([str(Path(migrator.__file__).with_name(part))], f"migrator.{part}.")
    ),
]
PATIENCE = 120
"""Seconds after which a process counts as hanging."""
_HAS_SERVER = "forkserver" in multiprocessing.get_all_start_methods()


def run(
    words: Sequence[str], *, cwd: Path, env: Mapping[str, str], timeout: float
) -> subprocess.CompletedProcess[bytes]:
    """A command of the tool, without input, once it has ended; raises `subprocess.TimeoutExpired`."""
    if not _HAS_SERVER:
        command = [sys.executable, "-m", "migrator", *words]
        nothing = subprocess.DEVNULL
        return subprocess.run(
            command, cwd=cwd, env=env, stdin=nothing, capture_output=True, timeout=timeout, check=False
        )
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    with tempfile.TemporaryDirectory() as folder:
        process = context.Process(target=_child, args=(list(words), str(cwd), dict(env), folder))
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(list(words), timeout)
        out, err = (Path(folder, name).read_bytes() for name in ("1", "2"))
        return subprocess.CompletedProcess(list(words), process.exitcode, out, err)


def text(
    words: Sequence[object], *, cwd: Path, env: Mapping[str, str], timeout: float = PATIENCE
) -> subprocess.CompletedProcess[str]:
    """The same, with what it printed as text."""
    done = run(list(map(str, words)), cwd=cwd, env=env, timeout=timeout)
    out, err = done.stdout.decode(), done.stderr.decode()
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


def _child(words: list[str], cwd: str, env: dict[str, str], folder: str) -> None:
    from migrator.__main__ import main

    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, name, mode in ((0, os.devnull, os.O_RDONLY), (1, "1", os.O_WRONLY), (2, "2", os.O_WRONLY)):
        path = name if number == 0 else os.path.join(folder, name)
        os.dup2(os.open(path, mode | (os.O_CREAT if number else 0), 0o600), number)
    sys.stdin = io.TextIOWrapper(io.FileIO(0, "r"), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w")), encoding="utf-8")
    sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(io.FileIO(2, "w")), encoding="utf-8", errors="backslashreplace", line_buffering=True
    )
    sys.argv = [str(Path(migrator.__file__).with_name("__main__.py")), *words]
    main()
