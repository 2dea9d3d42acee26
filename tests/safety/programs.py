"""Generated programs, the tool run on them as a user runs it, and the programs themselves run."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import processes

PROJECT = Path(__file__).parents[2]
PATIENCE = processes.PATIENCE
"""Seconds after which a process counts as hanging."""

STRICT_SDK = '''\
"""Stands in for the SDK: refuses what the service refuses."""


class _Completions:
    def create(self, *, model, messages, max_tokens=None, max_completion_tokens=None, temperature=1):
        if model.startswith("gpt-5"):
            assert max_tokens is None, f"{model} rejects max_tokens"
            assert temperature == 1, f"{model} rejects temperature"
        return f"{model}: {len(messages)}"


class _Chat:
    completions = _Completions()


class OpenAI:
    def __init__(self, **options):
        self.chat = _Chat()
'''

_HEAD = "from openai import OpenAI\n"
_ASK = '[{"role": "user", "content": "Sum the bill, é."}]'
_KINDS = (
    """{head}
client = OpenAI()


def run():
    return client.chat.completions.create(model="gpt-4o", messages={ask}, max_tokens=200)
""",
    """{head}from names import MODEL_{group}


def run():
    return OpenAI().chat.completions.create(
        model=MODEL_{group}, messages={ask}, temperature=0.2, max_tokens=300,
    )
""",
    """from gateway import ask_model


def run():
    return ask_model("gpt-4o-mini", {ask})  # gpt-4o-mini is cheap
""",
    """{head}
OPTIONS = {{"model": "gpt-4o", "max_tokens": 50, "temperature": 0}}


class Service:
    model: str = "gpt-4o"

    def ask(self):
        return OpenAI().chat.completions.create(model=self.model, messages={ask}, max_tokens=5)


def run():
\treturn Service().ask() + OpenAI().chat.completions.create(messages={ask}, **OPTIONS)
""",
    """LIMITS = {{"gpt-4o": 128_000, "gpt-3.5-turbo": 16_385}}


def run():
    return str(LIMITS["gpt-4o"])
""",
)
_GATEWAY = """{head}

def ask_model(model, messages):
    return OpenAI().chat.completions.create(model=model, messages=messages, max_tokens=100)
"""
_MAIN = """import importlib, sys
for number in range({size}):
    print(importlib.import_module(f"part_{{number:03}}").run())
"""


def tree(size: int) -> dict[str, bytes]:
    """A program of `size` parts that share constants and a wrapper, in every newline style."""
    groups = max(1, size // 25)
    files = {"names.py": "".join(f'MODEL_{n} = "gpt-4o"\n' for n in range(groups)).encode()}
    files["gateway.py"] = _GATEWAY.format(head=_HEAD).encode()
    files["main.py"] = _MAIN.format(size=size).encode()
    for number in range(size):
        text = _KINDS[number % len(_KINDS)].format(head=_HEAD, ask=_ASK, group=number % groups)
        files[f"part_{number:03}.py"] = _styled(text, number)
    return files


def _styled(text: str, number: int) -> bytes:
    newline = ("\n", "\r\n", "\n", "\r")[number % 4]
    data = text.replace("\n", newline)
    if number % 7 == 3:
        return f"# -*- coding: latin-1 -*-{newline}{data}".encode("latin-1")
    bom = b"\xef\xbb\xbf" if number % 11 == 5 else b""
    return bom + (data.rstrip() if number % 5 == 1 else data).encode()


def lay(root: Path, files: dict[str, bytes]) -> Path:
    """The files on disk, and nothing else below `root`."""
    root.mkdir(parents=True, exist_ok=True)
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


def contents(root: Path) -> dict[str, bytes]:
    """Every regular file below `root`, whatever its name."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink():
                found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found


def environment(home: Path, **more: str) -> dict[str, str]:
    """An environment of its own: cache and state below `home`, the tool importable."""
    own = {"XDG_CACHE_HOME": str(home / "cache"), "XDG_STATE_HOME": str(home / "state")}
    path = os.pathsep.join([*more.pop("paths", "").split(os.pathsep), str(PROJECT)]).strip(os.pathsep)
    return {**os.environ, **own, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", **more}


def command(*arguments: str | Path) -> list[str]:
    """A command line of the tool."""
    return [sys.executable, "-m", "migrator", *map(str, arguments)]


def run(*arguments: str | Path, home: Path, cwd: Path | None = None, **more: str):
    """The finished process; never an exception of the tool's own."""
    words = list(map(str, arguments))
    done = processes.run(words, cwd=cwd or home, env=environment(home, **more), timeout=PATIENCE)
    assert b"Traceback" not in done.stderr, done.stderr.decode(errors="replace")
    assert b"this is a bug" not in done.stderr, done.stderr.decode(errors="replace")
    assert done.returncode in (0, 1, 2, 3), (done.returncode, done.stderr)
    return done


def answers(root: Path, home: Path) -> list[str]:
    """What the program at `root` prints, run with the strict SDK; it must not fail."""
    sdk = lay(home / "sdk", {"openai.py": STRICT_SDK.encode()})
    env = environment(home, paths=str(sdk))
    done = subprocess.run(
        [sys.executable, "main.py"],
        check=False,
        cwd=root,
        env=env,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def run_of(said: bytes) -> str:
    """The name of the run in what it says about taking it back."""
    line = next(line for line in said.decode().splitlines() if "To undo: " in line)
    return shlex.split(line.partition("To undo: ")[2])[-1]
