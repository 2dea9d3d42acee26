"""What a person typed, and what was written already, is not lost where a run cannot go on."""

from __future__ import annotations

import os
import pty
import shlex
import signal
import subprocess
import sys

import pytest

from safety import programs

CALL = b"""\
from openai import OpenAI

print(OpenAI().chat.completions.create(model="gpt-4o", messages=[], max_tokens=5))
"""


@pytest.fixture
def root(tmp_path):
    return programs.lay(tmp_path / "work", dict.fromkeys(("a.py", "b.py", "c.py"), CALL))


def answered(root, home, keys, editor=""):
    """`apply --interactive` with these answers typed, and a shell script as the editor."""
    more = {}
    if editor:
        program = home / "editor.sh"
        program.write_text(f"#!/bin/sh\n{editor}\n")
        program.chmod(0o755)
        more["VISUAL"] = str(program)
    above, below = pty.openpty()
    try:
        os.write(above, keys.encode())
        return subprocess.run(
            programs.command("apply", root, "--interactive"),
            stdin=below,
            env=programs.environment(home, **more),
            capture_output=True,
            timeout=programs.PATIENCE,
            check=False,
        )
    finally:
        os.close(above)
        os.close(below)


EDIT = "sed -i 's/gpt-5[.0-9a-z-]*/my-own-model/' \"$1\""


def kept(home):
    return sorted((home / "state" / "gpt55-migrate" / "edits").glob("*.patch"))


def test_an_own_edit_of_a_file_that_changes_meanwhile_is_kept(root, tmp_path):
    """The file is saved by somebody else while the questions are asked."""
    done = answered(root, tmp_path, "e\ny\ny\n", f"{EDIT}\necho '# theirs' >> {root}/a.py")
    assert done.returncode == 3, done.stderr
    assert b"a.py: changed" in done.stderr
    assert (root / "a.py").read_bytes() == CALL + b"# theirs\n"
    assert b"gpt-4o" not in (root / "b.py").read_bytes() + (root / "c.py").read_bytes()
    (file,) = kept(tmp_path)
    assert str(file).encode() in done.stderr
    (root / "a.py").write_bytes(CALL)
    subprocess.run(["git", "apply", str(file)], cwd=root, check=True)
    assert b'"my-own-model"' in (root / "a.py").read_bytes()


def test_answers_for_a_file_that_changes_meanwhile_are_reported(root, tmp_path):
    done = answered(root, tmp_path, "y\ne\ny\n", f"echo '# theirs' >> {root}/a.py")
    assert done.returncode == 3, done.stderr
    assert b"a.py: changed" in done.stderr
    assert (root / "a.py").read_bytes() == CALL + b"# theirs\n"
    assert b"gpt-4o" not in (root / "b.py").read_bytes()


def test_noop_an_own_edit_that_was_written_is_not_kept_twice(root, tmp_path):
    done = answered(root, tmp_path, "e\ny\nn\n", EDIT)
    assert done.returncode == 0, done.stderr
    assert b'"my-own-model"' in (root / "a.py").read_bytes()
    assert (root / "c.py").read_bytes() == CALL
    assert not kept(tmp_path)


def taken_back(line, home):
    words = shlex.split(line.partition("To undo: ")[2])
    subprocess.run(words, check=True, env=programs.environment(home))


LIMITED = """\
import resource, runpy, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
runpy.run_module("migrator", run_name="__main__")
"""


def test_no_more_room_for_the_undo_journal(tmp_path):
    """What was written before can still be taken back, and the rest is as it was."""
    files = {f"part_{n}.py": CALL for n in range(40)}
    root = programs.lay(tmp_path / "work", files)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED.format(limit=5_000), "apply", str(root), "--yes"],
        env=programs.environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=programs.PATIENCE,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert "nothing more was written" in done.stderr
    changed = [path for path, data in programs.contents(root).items() if data != files[path]]
    assert 0 < len(changed) < len(files)
    line = next(line for line in done.stderr.splitlines() if "To undo: " in line)
    taken_back(line, tmp_path)
    assert programs.contents(root) == files


INTERRUPTED = """\
import os, runpy, signal, sys
from migrator.write import files
signal.signal(signal.SIGINT, signal.default_int_handler)
write, left = files.write_file, [3]
def stopped(*arguments):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGINT)
    return write(*arguments)
files.write_file = stopped
runpy.run_module("migrator", run_name="__main__")
"""


def test_an_interrupted_run_says_how_to_take_it_back(tmp_path):
    files = {f"part_{n}.py": CALL for n in range(9)}
    root = programs.lay(tmp_path / "work", files)
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, "apply", str(root), "--yes"],
        env=programs.environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=programs.PATIENCE,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 130, done.stderr
    assert "Wrote 3 files of 9. To undo: " in done.stderr
    line = next(line for line in done.stderr.splitlines() if "To undo: " in line)
    taken_back(line, tmp_path)
    assert programs.contents(root) == files


HURRIED = """\
import os, runpy, signal, sys
from migrator.commands import guard
signal.signal(signal.SIGINT, signal.default_int_handler)
place, number = sys.argv.pop(1), int(sys.argv.pop(1))
class Named:
    def __set_name__(self, owner, name):
        os.kill(os.getpid(), number)
def making(run, debug):
    return found(lambda: type("Made", (), {"named": Named()}), debug)
found = getattr(guard, place.rpartition(" ")[2])
def hurried(*arguments, **more):
    os.kill(os.getpid(), number)
    return found(*arguments, **more)
setattr(guard, found.__name__, making if place == "class in _code" else hurried)
if place == "guarded":
    from migrator import cli
    cli.guarded = hurried
runpy.run_module("migrator", run_name="__main__")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("place", ["guarded", "_code", "class in _code", "leave"])
def test_a_signal_as_the_run_begins_and_as_it_ends(root, tmp_path, place, number):
    words = [sys.executable, "-c", HURRIED, place, str(int(number)), "scan", str(root)]
    done = subprocess.run(
        words, env=programs.environment(tmp_path), capture_output=True, text=True, check=False
    )
    assert done.returncode == (0 if place == "leave" else 128 + number), done.stderr
    assert done.stderr == ("" if place == "leave" else "gpt55-migrate: interrupted\n")
