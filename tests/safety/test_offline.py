"""Nothing connects, starts a process (but git, for a comparison) or runs the scanned project, whatever is asked."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from safety import programs

WATCH = """\
import os, sys

_LOG = os.environ["WATCH_LOG"]
open(_LOG + ".started", "a").close()
_ROOT = os.environ["WATCH_ROOT"] + os.sep
_busy = False


def _inside(name):
    return isinstance(name, (str, bytes)) and os.fsdecode(name).startswith(_ROOT)


def _watch(event, arguments):
    global _busy
    bad = (
        event.startswith(("socket.", "ssl.", "ftplib.", "urllib.", "http.", "smtplib."))
        or event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.startfile")
        or (event == "exec" and _inside(getattr(arguments[0], "co_filename", None)))
        or (event == "import" and _inside(arguments[1]))
    )
    if bad and not _busy:
        _busy = True
        with open(_LOG, "a") as log:
            log.write(f"{event} {arguments!r}"[:300] + "\\n")
        _busy = False


sys.addaudithook(_watch)
"""
SCRIPT = b"from migrator.__main__ import main\n\nif __name__ == '__main__':\n    main()\n"
"""What an installed command is: Python puts its folder before all others, not the one it is called in."""
TRAP = """\
import os
open(os.environ["WATCH_LOG"], "a").write("the scanned code ran\\n")
from openai import OpenAI
import names
print(OpenAI().chat.completions.create(model="gpt-4o", messages=[], max_tokens=5))
"""
TRAPPED = (
    "app",
    "json",
    "click",
    "rich",
    "tomli",
    "msgspec",
    "libcst",
    "openai",
    "sitecustomize",
    "setup",
    "conftest",
)


@pytest.fixture
def watched(tmp_path):
    programs.lay(tmp_path / "watch", {"sitecustomize.py": WATCH.encode()})
    programs.lay(tmp_path / "bin", {"gpt55-migrate": SCRIPT})
    files = {f"{name}.py": TRAP.encode() for name in TRAPPED}
    files["names.py"] = b'MODEL = "gpt-4o"\n'
    files["pyproject.toml"] = b'[project]\nname = "x"\ndependencies = ["openai>=1.0"]\n'
    files["pkg/__init__.py"] = TRAP.encode()
    programs.lay(tmp_path / "work", files)
    (tmp_path / "log").write_text("")
    return tmp_path


def seen(home, *arguments, cwd=None):
    """What the hook saw, and the exit code; of a new process, as one that is forked would not have the hook."""
    more = {
        "WATCH_LOG": str(home / "log"),
        "WATCH_ROOT": str(home / "work"),
        "OPENAI_API_KEY": "sk-not-a-key",
    }
    env = programs.environment(home, paths=str(home / "watch"), **more)
    words = [sys.executable, home / "bin" / "gpt55-migrate", *arguments]
    done = subprocess.run(words, cwd=cwd or home, env=env, capture_output=True, check=False, timeout=120)
    assert (home / "log.started").exists()
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return (home / "log").read_text(), done.returncode


COMMANDS = [
    ["scan"],
    ["scan", "--format", "json"],
    ["scan", "--format", "sarif"],
    ["scan", "--format", "html"],
    ["diff"],
    ["check"],
    ["check", "--fix"],
    ["apply", "--yes"],
    ["plan", "-o", "../plan"],
    ["scan", "--catalog", "published"],
    ["review"],
    ["scan", "--format", "json", "--prompts"],
    ["diff", "--stat"],
    ["diff", "--by", "site"],
    ["check", "--format", "sarif"],
    ["check", "--write-baseline", "../baseline.json"],
]


@pytest.mark.parametrize(
    ("words", "inside"),
    [*((words, True) for words in COMMANDS), (["scan"], False), (["apply", "--yes"], False)],
)
def test_nothing_runs_and_nothing_connects(watched, words, inside):
    root = watched / "work"
    log, code = seen(watched, words[0], root, *words[1:], cwd=root if inside else None)
    assert log == ""
    assert code in (0, 1)


OTHERS = [
    ["models"],
    ["models", "--catalog", "published"],
    ["explain", "app.py:5"],
    ["init", "--yes", "--baseline"],
]


@pytest.mark.parametrize("words", OTHERS, ids=" ".join)
def test_other_commands_too(watched, words):
    assert seen(watched, *words, cwd=watched / "work") == ("", 0)


def test_a_run_that_only_counts_sends_nothing(watched):
    root = watched / "work"
    assert seen(watched, "plan", root, "-o", watched / "plan")[0] == ""
    for dataset in (watched / "plan").glob("experiments/*/dataset.jsonl"):
        dataset.unlink()
    assert seen(watched, "ab", "run", watched / "plan", "--dry-run") == ("", 2)
    assert seen(watched, "ab", "report", watched / "plan")[0] == ""


@pytest.mark.parametrize("inside", [False, True], ids=["from outside", "in the project"])
def test_a_comparison_with_a_revision_starts_git_and_nothing_else(watched, inside):
    root = watched / "work"
    programs.lay(root, {"git": b"#!/bin/sh\necho the scanned git ran >> $WATCH_LOG\n"})
    (root / "git").chmod(0o755)
    for words in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *words], cwd=root, check=True)
    (root / "app.py").write_text(TRAP.replace("max_tokens=5", "max_tokens=6"))
    log, code = seen(watched, "check", root, "--diff-base", "HEAD", cwd=root if inside else None)
    assert code == 1
    assert log
    assert {line.split(",")[0] for line in log.splitlines()} == {"subprocess.Popen ('git'"}


@pytest.mark.slow
def test_in_parallel(watched):
    programs.lay(watched / "work", {f"many/m{n}.py": TRAP.encode() for n in range(400)})
    log, code = seen(watched, "apply", watched / "work", "--yes")
    assert (log, code) == ("", 0)


def test_the_hook_sees_what_it_is_for(watched):
    """Run for real, the trap and a socket are noticed."""
    env = programs.environment(
        watched, paths=os.pathsep.join(map(str, (watched / "watch", watched / "work")))
    )
    env |= {"WATCH_LOG": str(watched / "log"), "WATCH_ROOT": str(watched / "work")}
    code = "import socket; socket.socket(); import names"
    subprocess.run([sys.executable, "-c", code], env=env, check=False, capture_output=True)
    log = (watched / "log").read_text()
    assert "socket" in log
    assert "names.py" in log
