"""`undo` takes a run back file by file, whatever has stopped the run and whatever has become of the files."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys

import pytest

from safety import programs

CALL = b"""\
from openai import OpenAI

print(OpenAI().chat.completions.create(model="gpt-4o", messages=[], max_tokens=5))
# end
"""
FILES = {f"part_{n}.py": CALL for n in range(6)}


@pytest.fixture
def root(tmp_path):
    return programs.lay(tmp_path / "work", FILES)


def applied(root, home):
    done = programs.run("apply", root, "--yes", home=home)
    assert done.returncode == 0, done.stderr
    return programs.run_of(done.stderr)


def runs(home):
    """The runs that `undo` lists, the last one first."""
    lines = programs.run("undo", home=home).stdout.decode().splitlines()
    return [line.split()[0] for line in lines]


def test_a_run_is_listed_and_taken_back(root, tmp_path):
    name = applied(root, tmp_path)
    said = programs.run("undo", home=tmp_path).stdout.decode()
    assert said.startswith(name)
    assert "6 files, 6 to take back" in said
    assert str(root) in said
    done = programs.run("undo", name, home=tmp_path)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 6)
    assert programs.contents(root) == FILES
    assert b"6 as before" in programs.run("undo", home=tmp_path).stdout


def test_noop_undone_twice(root, tmp_path):
    name = applied(root, tmp_path)
    programs.run("undo", name, home=tmp_path)
    done = programs.run("undo", name, home=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"")
    assert programs.contents(root) == FILES


def test_noop_without_runs(tmp_path):
    done = programs.run("undo", home=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"")


@pytest.mark.parametrize("run", ["nothing", "../../x", "/etc/passwd", "x.journal"])
def test_an_unknown_run_is_refused(root, tmp_path, run):
    applied(root, tmp_path)
    assert programs.run("undo", run, home=tmp_path).returncode == 2


def test_only_some_files(root, tmp_path):
    name = applied(root, tmp_path)
    done = programs.run("undo", name, "part_1.py", root / "part_2.py", home=tmp_path)
    assert (done.returncode, sorted(done.stdout.split())) == (0, [b"part_1.py", b"part_2.py"])
    now = programs.contents(root)
    assert sorted(path for path in FILES if now[path] == FILES[path]) == ["part_1.py", "part_2.py"]
    assert programs.run("undo", name, "other.py", home=tmp_path).returncode == 2


def edited(path):
    """An own line beside the migrated one."""
    path.write_bytes(path.read_bytes().replace(b"# end", b"# mine"))


def into_folder(path):
    path.unlink()
    path.mkdir()


def into_link_out(path):
    (path.parent.parent / "secret").write_bytes(b"")
    path.unlink()
    path.symlink_to("../secret")


def into_pipe(path):
    path.unlink()
    os.mkfifo(path)


CHANGED = {
    "own line": edited,
    "gone": os.unlink,
    "folder": into_folder,
    "link out": into_link_out,
    "pipe": into_pipe,
}


@pytest.mark.parametrize("kind", CHANGED)
def test_a_file_that_changed_since_is_left_and_named_and_the_others_are_restored(root, tmp_path, kind):
    name = applied(root, tmp_path)
    CHANGED[kind](root / "part_2.py")
    mine = (root / "part_2.py").read_bytes() if kind == "own line" else b""
    done = programs.run("undo", name, home=tmp_path)
    assert done.returncode == 3
    assert b"part_2.py: not-restored" in done.stderr
    assert len(done.stdout.splitlines()) == 5
    others = {path: data for path, data in programs.contents(root).items() if path != "part_2.py"}
    assert others == {path: data for path, data in FILES.items() if path != "part_2.py"}
    if mine:
        assert (root / "part_2.py").read_bytes() == mine


def test_a_file_that_is_read_only(root, tmp_path):
    name = applied(root, tmp_path)
    (root / "part_3.py").chmod(0o444)
    done = programs.run("undo", name, home=tmp_path)
    assert done.returncode == 3
    assert b"part_3.py: not-restored" in done.stderr


def test_two_runs_are_taken_back_one_after_the_other(root, tmp_path):
    first = applied(root, tmp_path)
    (root / "part_0.py").write_bytes((root / "part_0.py").read_bytes() + CALL)
    middle = programs.contents(root)
    second = applied(root, tmp_path)
    assert runs(tmp_path) == sorted([first, second], reverse=True)
    assert programs.run("undo", first, "part_0.py", home=tmp_path).returncode == 3
    assert programs.run("undo", second, home=tmp_path).returncode == 0
    assert programs.contents(root) == middle


def test_runs_of_one_second_are_listed_by_their_numbers(root, tmp_path):
    name = applied(root, tmp_path)
    (file,) = (tmp_path / "state" / "gpt55-migrate" / "undo").iterdir()
    for number in (2, 10):
        shutil.copy(file, file.with_name(f"{file.stem}-{number}{file.suffix}"))
    assert runs(tmp_path) == [f"{name}-10", f"{name}-2", name]


def test_a_journal_that_is_cut_short_serves_as_far_as_it_goes(root, tmp_path):
    name = applied(root, tmp_path)
    (file,) = (tmp_path / "state" / "gpt55-migrate" / "undo").iterdir()
    data = file.read_bytes()
    for size in random.Random(5).sample(range(len(data)), 12):
        file.write_bytes(data[:size])
        assert programs.run("undo", home=tmp_path).returncode == 0
    file.write_bytes(data[: len(data) // 2])
    assert programs.run("undo", name, home=tmp_path).returncode == 0
    assert FILES.items() & programs.contents(root).items()


# -- stopped at any moment -------------------------------------------------------------------------

STOPPED = """\
import os, runpy, signal, sys
from migrator.write import files
place, count, number = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
del sys.argv[1:4]
signal.signal(signal.SIGINT, signal.default_int_handler)
found, left = getattr(files, place), [count]
def stopped(*arguments):
    result = found(*arguments) if place == "_flush_folder" else None
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), number)
    return result if place == "_flush_folder" else found(*arguments)
setattr(files, place, stopped)
runpy.run_module("migrator", run_name="__main__")
"""
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL]


@pytest.fixture(autouse=True)
def hears_a_hangup():
    """Programs that are started hear SIGHUP, also where the tests themselves run under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def stopped(root, home, place, count, number, *words):
    return subprocess.run(
        [sys.executable, "-c", STOPPED, place, str(count), str(int(number)), *map(str, words)],
        env=programs.environment(home),
        capture_output=True,
        timeout=programs.PATIENCE,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("place", ["write_file", "_replace", "_flush_folder"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_run_that_is_stopped_can_be_taken_back(root, tmp_path, number, place, count):
    """Before a file is looked at, before it is replaced, and when it just was."""
    done = stopped(root, tmp_path, place, count, number, "apply", root, "--yes")
    written = [path for path, data in programs.contents(root).items() if FILES.get(path, data) != data]
    assert len(written) == count - (place != "_flush_folder")
    if number == signal.SIGKILL:
        assert done.returncode == -number
    else:
        assert done.returncode == 128 + number, done.stderr
        assert b"Traceback" not in done.stderr
        assert (f"Wrote {len(written)} files of 6. To undo: ".encode() in done.stderr) == bool(written)
    names = runs(tmp_path)
    assert names or not written
    for name in names:
        assert programs.run("undo", name, home=tmp_path).returncode == 0
    kept = {path: data for path, data in programs.contents(root).items() if path in FILES}
    assert kept == FILES


NOTING = """\
import os, runpy, signal, sys
from pathlib import Path
found, left, number = Path.open, [int(sys.argv.pop(1))], int(sys.argv.pop(1))
def opened(path, *arguments, **more):
    stream = found(path, *arguments, **more)
    if path.suffix == ".journal":
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), number)
    return stream
Path.open = opened
runpy.run_module("migrator", run_name="__main__")
"""


@pytest.mark.parametrize("count", range(1, 7))
def test_a_run_that_is_stopped_as_it_notes_something_can_be_taken_back(root, tmp_path, count):
    """What was noted before stays."""
    words = [sys.executable, "-c", NOTING, str(count), str(int(signal.SIGTERM)), "apply", str(root), "--yes"]
    done = subprocess.run(words, env=programs.environment(tmp_path), capture_output=True, check=False)
    assert done.returncode == 128 + signal.SIGTERM, done.stderr
    changed = sum(data != FILES[path] for path, data in programs.contents(root).items())
    assert changed == (count - 1) // 2
    for name in runs(tmp_path):
        assert programs.run("undo", name, home=tmp_path).returncode == 0
    assert programs.contents(root) == FILES


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_an_undo_that_is_stopped_is_finished_by_the_next(root, tmp_path, number):
    name = applied(root, tmp_path)
    stopped(root, tmp_path, "_replace", 4, number, "undo", name)
    assert programs.contents(root) != FILES
    assert programs.run("undo", name, home=tmp_path).returncode == 0
    assert {path: data for path, data in programs.contents(root).items() if path in FILES} == FILES


def test_a_signal_that_is_ignored_stays_so(root, tmp_path):
    """As under nohup."""
    ignoring = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh"]
    words = [
        sys.executable,
        "-c",
        STOPPED,
        "write_file",
        "2",
        str(int(signal.SIGHUP)),
        "apply",
        str(root),
        "--yes",
    ]
    done = subprocess.run(
        [*ignoring, *words],
        env=programs.environment(tmp_path),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, done.stderr
