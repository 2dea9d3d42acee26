"""Full disks, read-only places, editors, other runs: reported, and nothing lost."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from migrator import pipeline
from migrator.commands.writing import write
from migrator.settings import Settings
from migrator.write.files import WriteRefused
from migrator.write.lock import exclusive
from safety import programs

CALL = b"""\
from openai import OpenAI

print(OpenAI().chat.completions.create(model="gpt-4o", messages=[], max_tokens=5))
"""
ROOT_USER = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def root(home):
    return programs.lay(home / "work", {"one.py": CALL, "two.py": CALL, "sub/three.py": CALL})


def apply(root, home, **more):
    return programs.run("apply", root, "--yes", home=home, **more)


def planned(root):
    inventory = pipeline.review([root], Settings(), root=root)
    return inventory, pipeline.changes(inventory, root)


# -- the disk ------------------------------------------------------------------------------------

LIMITED = """\
import resource, runpy, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
runpy.run_module("migrator", run_name="__main__")
"""


@pytest.mark.parametrize("limit", [0, 100, 4_000])
def test_no_room(home, limit):
    """Small files fit or not, a large one never; the undo patch may be what does not fit."""
    files = {"large.py": CALL + b"# padding\n" * 500, "small.py": CALL}
    root = programs.lay(home / "work", files)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED.format(limit=limit), "apply", str(root), "--yes"],
        env=programs.environment(home),
        capture_output=True,
        timeout=programs.PATIENCE,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode in (2, 3), done
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    found = programs.contents(root)
    assert found.keys() == files.keys()
    assert found["large.py"] == files["large.py"]
    assert apply(root, home).returncode == 0
    assert b"gpt-4o" not in b"".join(programs.contents(root).values())


@pytest.mark.skipif(ROOT_USER is False or sys.platform != "linux", reason="needs a file system of its own")
@pytest.mark.slow
def test_a_full_file_system(home):
    root = home / "work"
    root.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(root)], check=False
    ).returncode:
        pytest.skip("may not mount")
    try:
        files = {f"part_{n}.py": CALL + b"# padding\n" * 1500 for n in range(16)}
        with pytest.raises(OSError, match="No space"):
            programs.lay(root, files)
        before = programs.contents(root)
        whole = {path: data for path, data in before.items() if data == files[path]}
        done = apply(root, home)
        assert done.returncode == 3
        assert b"no room" in done.stderr
        after = programs.contents(root)
        assert after.keys() == before.keys()
        assert all(after[path] == whole[path] for path in whole if b"gpt-4o" in after[path])
    finally:
        subprocess.run(["umount", str(root)], check=True)


# -- permissions ---------------------------------------------------------------------------------


def test_a_read_only_file_is_left_and_named(root, home):
    (root / "one.py").chmod(0o444)
    done = apply(root, home)
    assert done.returncode == 3
    assert b"one.py" in done.stderr
    assert b"read-only" in done.stderr
    assert (root / "one.py").read_bytes() == CALL
    assert stat.S_IMODE((root / "one.py").stat().st_mode) == 0o444
    assert b"gpt-4o" not in (root / "two.py").read_bytes()


def test_a_read_only_folder_is_left_and_named(root, home):
    """As root only without the right to write everywhere."""
    lowered = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if ROOT_USER else []
    if lowered and not shutil.which("setpriv"):
        pytest.skip("root may write everywhere")
    (root / "sub").chmod(0o555)
    try:
        done = subprocess.run(
            [*lowered, *programs.command("apply", root, "--yes")],
            env=programs.environment(home),
            capture_output=True,
            timeout=programs.PATIENCE,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    finally:
        (root / "sub").chmod(0o755)
    assert done.returncode == 3, done.stderr
    assert b"sub/three.py" in done.stderr
    assert (root / "sub/three.py").read_bytes() == CALL


def test_modes_and_links_stay(root, home):
    (root / "one.py").chmod(0o751)
    (root / "soft.py").symlink_to("two.py")
    os.link(root / "sub/three.py", home / "outside.py")
    assert apply(root, home).returncode == 0
    assert stat.S_IMODE((root / "one.py").stat().st_mode) == 0o751
    assert os.readlink(root / "soft.py") == "two.py"
    assert (home / "outside.py").read_bytes() == CALL
    assert all(b"gpt-4o" not in data for data in programs.contents(root).values())


# -- others at work ------------------------------------------------------------------------------


def test_a_file_saved_by_an_editor_meanwhile(root, home):
    inventory, made = planned(root)
    (root / "two.py").write_bytes(CALL + b"# mine\n")
    done = write(inventory, made, root)
    assert [(problem.path, problem.code) for problem in done.diagnostics] == [("two.py", "changed")]
    assert (root / "two.py").read_bytes() == CALL + b"# mine\n"
    assert b"gpt-4o" not in (root / "one.py").read_bytes()


def test_anchors_never_fit_another_version(root, home):
    """A line that went leaves the same kind of code at the anchor, but not the one that was looked at."""
    two = CALL + b'print(OpenAI().chat.completions.create(model="gpt-4o", messages=[1], max_tokens=6))\n'
    (root / "one.py").write_bytes(two)
    inventory = pipeline.review([root], Settings(), root=root)
    shifted = two.replace(CALL.splitlines(keepends=True)[-1], b"")
    (root / "one.py").write_bytes(shifted)
    made = pipeline.changes(inventory, root)
    assert [(problem.path, problem.code) for problem in made.diagnostics] == [("one.py", "changed")]
    assert "one.py" not in [change.path for change in made.files]


def test_files_that_vanish(root, home):
    inventory, made = planned(root)
    (root / "one.py").unlink()
    shutil.rmtree(root / "sub")
    done = write(inventory, made, root)
    assert sorted((problem.path, problem.code) for problem in done.diagnostics) == [
        ("one.py", "vanished"),
        ("sub/three.py", "vanished"),
    ]
    assert [change.path for change in done.files] == ["two.py"]
    assert not (root / "one.py").exists()


def test_files_that_vanish_before_they_are_rendered(root, home):
    inventory = pipeline.review([root], Settings(), root=root)
    (root / "one.py").unlink()
    made = pipeline.changes(inventory, root)
    assert [(problem.path, problem.code) for problem in made.diagnostics] == [("one.py", "vanished")]
    assert len(made.files) == 2


def test_a_file_that_became_a_fifo_is_not_waited_for(root, home):
    inventory = pipeline.review([root], Settings(), root=root)
    (root / "one.py").unlink()
    os.mkfifo(root / "one.py")
    made = pipeline.changes(inventory, root)
    assert [problem.path for problem in made.diagnostics] == ["one.py"]


def test_two_runs_at_once(home):
    root = programs.lay(home / "work", programs.tree(60))
    start = [
        subprocess.Popen(
            programs.command("apply", root, "--yes"),
            env=programs.environment(home),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    ends = [(process.communicate(timeout=programs.PATIENCE), process.returncode) for process in start]
    assert not any(b"Traceback" in output[1] for output, _ in ends)
    assert {code for _, code in ends} <= {0, 2, 3}
    assert 0 in {code for _, code in ends}
    assert apply(root, home).returncode == 0
    programs.answers(root, home)
    assert b"Nothing to change" in apply(root, home).stderr


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc")
def test_a_killed_run_leaves_no_lock_and_no_process(home):
    """Readers that a killed run started must not keep its lock, nor wait for work for ever."""
    root = programs.lay(home / "work", {f"part_{n}.py": CALL + b"x = 1\n" * 5_000 for n in range(400)})
    for _ in range(3):
        process = subprocess.Popen(
            programs.command("apply", root, "--yes"), env=programs.environment(home), stdin=subprocess.DEVNULL
        )
        wait_until(lambda: len(processes_on(root)) > 1 or process.poll() is not None)  # noqa: B023
        process.kill()
        process.wait()
        wait_until(lambda: is_free(root))
        wait_until(lambda: not processes_on(root))


def is_free(root):
    """A reader that was being started lets go of the lock with its first step."""
    try:
        with exclusive(root):
            return True
    except WriteRefused:
        return False


def wait_until(condition):
    end = time.monotonic() + programs.PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def processes_on(root):
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.fsencode(root) in (folder / "cmdline").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


# -- undo ----------------------------------------------------------------------------------------


def test_the_undo_restores_a_program_byte_for_byte(home):
    files = programs.tree(60)
    root = programs.lay(home / "work", files)
    done = apply(root, home)
    assert done.returncode == 0
    assert programs.contents(root) != files
    line = next(line for line in done.stderr.decode().splitlines() if line.startswith("To undo: "))
    subprocess.run(shlex.split(line.removeprefix("To undo: ")), check=True, env=programs.environment(home))
    assert programs.contents(root) == files


# -- a writer with a fault -----------------------------------------------------------------------


@pytest.mark.parametrize("command", ["apply", "check"])
def test_what_does_not_say_what_was_planned_is_not_written(root, home, command):
    """A fault of ours is found before the file is touched, and told as one, with what to send."""
    fault = "from migrator.write import strings; strings.spell = lambda text, piece: 'gpt-9'"
    words = ["apply", str(root), "--yes"] if command == "apply" else ["check", str(root), "--fix"]
    done = subprocess.run(
        [sys.executable, "-c", f"{fault}; from migrator.cli import main; main()", *words],
        env=programs.environment(home),
        capture_output=True,
        text=True,
        timeout=programs.PATIENCE,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert programs.contents(root) == {"one.py": CALL, "two.py": CALL, "sub/three.py": CALL}
    for name in ("one.py", "two.py", "sub/three.py"):
        assert (
            f"{name}: verification-failed: the result differs elsewhere; nothing was written" in done.stderr
        )
    assert "Please report it with these lines: gpt55-migrate" in done.stderr
    assert 'ReplaceText, line 3: "gpt-4o"' in done.stderr
    assert not list((home / "state").rglob("*.patch"))
