"""Files on disk: whole or not at all, and never the wrong ones."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from migrator.write import files
from migrator.write.files import PREFIX, SUFFIX, WriteRefused, sweep, write_file
from migrator.write.lock import exclusive

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX modes and links")
PROJECT = Path(__file__).parent.parent


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "root"
    (folder / "pkg").mkdir(parents=True)
    (folder / "pkg" / "m.py").write_bytes(b"old\r\n")
    return folder


def leftovers(root):
    return [path for path in root.rglob("*") if path.name.startswith(PREFIX)]


def refused(root, path="pkg/m.py", old=b"old\r\n"):
    """The code of the refusal, which must leave no trace."""
    with pytest.raises(WriteRefused) as caught:
        write_file(root, path, old, b"new\n")
    assert not leftovers(root)
    assert caught.value.message
    return caught.value.code


def test_bytes_are_replaced(root):
    write_file(root, "pkg/m.py", b"old\r\n", b"new\xff\n")
    assert (root / "pkg/m.py").read_bytes() == b"new\xff\n"
    assert not leftovers(root)


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600, 0o664])
def test_mode_is_kept(root, mode):
    file = root / "pkg/m.py"
    file.chmod(mode)
    write_file(root, "pkg/m.py", b"old\r\n", b"new")
    assert stat.S_IMODE(file.stat().st_mode) == mode


def test_the_time_of_change_moves_on(root):
    file = root / "pkg/m.py"
    os.utime(file, (1, 1))
    write_file(root, "pkg/m.py", b"old\r\n", b"new")
    assert file.stat().st_mtime > 1


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="no extended attributes here")
def test_extended_attributes_are_kept(root):
    file = root / "pkg/m.py"
    try:
        os.setxattr(file, "user.note", b"x")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    write_file(root, "pkg/m.py", b"old\r\n", b"new")
    assert os.getxattr(file, "user.note") == b"x"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root may give files away")
def test_owner_is_kept(root):
    file = root / "pkg/m.py"
    os.chown(file, 1234, 1234)
    write_file(root, "pkg/m.py", b"old\r\n", b"new")
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 1234)


def test_owner_that_cannot_be_kept_is_refused(root, monkeypatch):
    def chown(*_):
        raise PermissionError(errno.EPERM, "no")

    monkeypatch.setattr(files.os, "chown", chown)
    monkeypatch.setattr(files, "_owner", lambda path: (-1, -1))
    assert refused(root) == "ownership"


def test_symbolic_link_stays_and_its_target_is_written(root):
    (root / "link.py").symlink_to("pkg/m.py")
    write_file(root, "link.py", b"old\r\n", b"new")
    assert (root / "link.py").is_symlink()
    assert (root / "pkg/m.py").read_bytes() == b"new"


def test_other_hard_links_keep_the_old_bytes(root):
    os.link(root / "pkg/m.py", root / "other.py")
    write_file(root, "pkg/m.py", b"old\r\n", b"new")
    assert (root / "other.py").read_bytes() == b"old\r\n"


def test_root_may_itself_be_a_link(root, tmp_path):
    (tmp_path / "alias").symlink_to(root)
    write_file(tmp_path / "alias", "pkg/m.py", b"old\r\n", b"new")
    assert (root / "pkg/m.py").read_bytes() == b"new"


@pytest.mark.parametrize(
    "name", ["a b.py", "é日.py", "new\nline.py", "x" * 250 + ".py", os.fsdecode(b"\xff.py")]
)
def test_odd_names(root, name):
    (root / name).write_bytes(b"old")
    write_file(root, name, b"old", b"new")
    assert (root / name).read_bytes() == b"new"


def test_noop_when_changed_since_it_was_read(root):
    (root / "pkg/m.py").write_bytes(b"mine")
    assert refused(root) == "changed"
    assert (root / "pkg/m.py").read_bytes() == b"mine"


def test_noop_when_changed_while_it_is_written(root, monkeypatch):
    def flush(_):
        (root / "pkg/m.py").write_bytes(b"mine, longer")

    monkeypatch.setattr(files.os, "fsync", flush)
    assert refused(root) == "changed"
    assert (root / "pkg/m.py").read_bytes() == b"mine, longer"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        pytest.param("pkg/none.py", "vanished", id="vanished"),
        pytest.param("none/m.py", "vanished", id="folder-vanished"),
        pytest.param("pkg/m.py/x", "write-failed", id="file-as-folder"),
        pytest.param("../outside.py", "outside-root", id="above"),
        pytest.param("pkg/../../outside.py", "outside-root", id="above-by-a-detour"),
        pytest.param("link.py", "outside-root", id="link-out-of-the-root"),
        pytest.param("folder/outside.py", "outside-root", id="folder-link-out-of-the-root"),
        pytest.param("pkg", "not-a-file", id="folder"),
        pytest.param("pipe", "not-a-file", id="pipe"),
        pytest.param("dead.py", "vanished", id="dead-link"),
        pytest.param("loop.py", "write-failed", id="link-to-itself"),
        pytest.param("nul\0.py", "write-failed", id="nul"),
    ],
)
def test_noop_on_what_must_not_be_written(root, path, code):
    outside = root.parent / "outside.py"
    outside.write_bytes(b"old\r\n")
    (root / "link.py").symlink_to(outside)
    (root / "folder").symlink_to(root.parent)
    (root / "dead.py").symlink_to("nowhere")
    (root / "loop.py").symlink_to("loop.py")
    os.mkfifo(root / "pipe")
    assert refused(root, path) == code
    assert outside.read_bytes() == b"old\r\n"


def test_noop_on_an_absolute_path_outside(root):
    outside = root.parent / "outside.py"
    outside.write_bytes(b"old\r\n")
    assert refused(root, str(outside)) == "outside-root"


def test_noop_on_a_read_only_file(root):
    (root / "pkg/m.py").chmod(0o444)
    assert refused(root) == "read-only"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk-full"),
        (errno.EDQUOT, "disk-full"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "write-failed"),
    ],
)
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_noop_when_the_system_fails(root, monkeypatch, number, code, step):
    def fail(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(*((files.os, "fsync") if step == "fsync" else (Path, "replace")), fail)
    assert refused(root) == code
    assert (root / "pkg/m.py").read_bytes() == b"old\r\n"


def test_an_interrupt_leaves_no_temporary_file(root, monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(files.os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_file(root, "pkg/m.py", b"old\r\n", b"new")
    assert not leftovers(root)
    assert (root / "pkg/m.py").read_bytes() == b"old\r\n"


WRITER = """
import sys
from pathlib import Path
from migrator.write.files import write_file
root, size = Path(sys.argv[1]), 1 << 20
one, other = b"a" * size, b"b" * size
print("go", flush=True)
while True:
    write_file(root, "m.py", one, other)
    write_file(root, "m.py", other, one)
"""


@pytest.mark.parametrize("delay", [0.01, 0.03, 0.05, 0.08])
def test_a_killed_run_leaves_old_or_new_and_is_swept(root, delay):
    (root / "m.py").write_bytes(b"a" * (1 << 20))
    process = subprocess.Popen([sys.executable, "-c", WRITER, root], cwd=PROJECT, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"go\n"
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert (root / "m.py").read_bytes() in (b"a" * (1 << 20), b"b" * (1 << 20))
    sweep(root)
    assert not leftovers(root)


def test_sweep_takes_only_its_own_files(root):
    mine = root / "pkg" / f"{PREFIX}abc{SUFFIX}"
    mine.write_bytes(b"")
    kept = [root / f"{PREFIX}notes.txt", root / "x.tmp", root / "pkg" / f"{PREFIX}link{SUFFIX}"]
    for path in kept[:2]:
        path.write_bytes(b"")
    kept[2].symlink_to("m.py")
    assert sweep(root) == [mine]
    assert all(path.is_symlink() or path.exists() for path in kept)
    assert sweep(root) == []


def test_one_run_at_a_time(root):
    with exclusive(root):
        with pytest.raises(WriteRefused) as caught, exclusive(root):
            pass
        assert caught.value.code == "locked"
        with exclusive(root / "pkg"):
            pass
    with exclusive(root):
        pass


HOLDER = """
import sys, time
from pathlib import Path
from migrator.write.lock import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_lock_goes_with_its_process(root):
    process = subprocess.Popen([sys.executable, "-c", HOLDER, root], cwd=PROJECT, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"held\n"
    with pytest.raises(WriteRefused), exclusive(root):
        pass
    process.kill()
    process.wait()
    process.stdout.close()
    with exclusive(root):
        pass


def test_the_lock_falls_back_to_the_temporary_folder(root, monkeypatch, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_bytes(b"")
    monkeypatch.setenv("XDG_STATE_HOME", str(blocked))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    with exclusive(root):
        assert list((tmp_path / "temporary").rglob("*.lock"))


def test_writing_loads_no_libcst():
    code = (
        "import sys, migrator.write.files, migrator.write.patch, migrator.write.render, migrator.write.lock\n"
    )
    code += "sys.exit('libcst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False).returncode == 0
