"""A damaged, foreign or strange cache changes no result, and neither ends a run nor holds it up."""

from __future__ import annotations

import os
import random
import signal
import time

import msgspec
import pytest

from migrator import pipeline
from migrator.settings import Settings
from safety import programs

CALL = b"""\
from openai import OpenAI

LIMITS = {"gpt-4o": 128_000}
print(OpenAI().chat.completions.create(model="gpt-4o", messages=[], max_tokens=5))
"""
KINDS = ("rules", "scans", "listings")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project that every kind of cache keeps something of, the caches filled, and the right report."""
    home = tmp_path_factory.mktemp("caches")
    files = {f"folder_{n}/m.py": b"x = 1\n" for n in range(210)}
    programs.lay(home / "work", {**files, "app.py": CALL})
    time.sleep(2.1)
    first = scanned(home)
    assert b"gpt-5.5" in first
    assert all(kept(home, kind) for kind in KINDS)
    return home, first


def scanned(home, kind=""):
    """The report of a run that needs the caches of a kind: what would answer before it is taken away."""
    if kind == "rules":
        for file in kept(home, "scans"):
            file.unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(home / "cache"))
        signal.alarm(programs.PATIENCE)
        try:
            found = pipeline.review([home / "work"], Settings(), root=home / "work")
        finally:
            signal.alarm(0)
    return msgspec.json.encode(found)


def kept(home, kind):
    folder = home / "cache" / "gpt55-migrate"
    return sorted(folder.glob("rules-*" if kind == "rules" else f"{kind}/*.msgpack"))


def flipped(data, chance):
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def another_id(data, chance):
    return data.replace(b"gpt-5.5", b"gpt-9.9")


DAMAGES = {
    **{f"bit {n}": flipped for n in range(6)},
    "another id": another_id,
    "invalid byte": lambda data, chance: data.replace(b"gpt-4o", b"gpt-\xffo"),
    "cut": lambda data, chance: data[: chance.randrange(len(data))],
    "empty": lambda data, chance: b"",
    "zeros": lambda data, chance: bytes(len(data)),
    "longer": lambda data, chance: data + b"\0",
    "text": lambda data, chance: b"not msgpack",
    "deep": lambda data, chance: b"\x91" * 100_000,
}


def damaged(file, damage):
    chance = random.Random(f"{file.parent.name}{damage}")
    file.write_bytes(DAMAGES[damage](file.read_bytes(), chance))


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_damage(project, kind, damage):
    home, right = project
    scanned(home)
    for file in kept(home, kind):
        damaged(file, damage)
    assert scanned(home, kind) == right


def fifo(file):
    os.mkfifo(file)


def folder(file):
    file.mkdir()
    (file / "x").write_bytes(b"")


def loop(file):
    file.symlink_to(file)


def device(file):
    file.symlink_to("/dev/zero")


def large(file):
    with file.open("wb") as stream:
        stream.truncate(10_000_000_000)


def secret(file):
    file.write_bytes(b"")
    file.chmod(0)


STRANGE = {"pipe": fifo, "folder": folder, "loop": loop, "device": device, "large": large, "closed": secret}


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_file(project, kind, strange):
    home, right = project
    scanned(home)
    files = kept(home, kind)
    for file in files:
        file.unlink()
        STRANGE[strange](file)
    assert scanned(home, kind) == right
    for file in files:
        if file.is_dir() and not file.is_symlink():
            (file / "x").unlink(missing_ok=True)
            file.rmdir()
        else:
            file.unlink(missing_ok=True)


def test_the_entry_of_another_project_is_none(project, tmp_path):
    """Laid in this one's place, and even with the right name inside."""
    home, right = project
    programs.lay(tmp_path / "work", {"app.py": CALL.replace(b"gpt-4o", b"gpt-4")})
    time.sleep(2.1)
    scanned(tmp_path)
    scanned(home)
    (foreign,) = kept(tmp_path, "scans")
    for file in kept(home, "scans"):
        file.write_bytes(foreign.read_bytes())
    assert scanned(home) == right


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_another_user_is_not_read(project, kind):
    from migrator import cachefiles

    home, right = project
    scanned(home)
    for file in kept(home, kind):
        os.chown(file, 12345, 12345)
        with pytest.raises(OSError, match="no file of ours"):
            cachefiles.read(file)
    assert scanned(home, kind) == right


def test_a_file_that_all_may_write_is_not_read(project):
    home, right = project
    scanned(home)
    for file in kept(home, "scans"):
        file.chmod(0o666)
    assert scanned(home) == right


@pytest.mark.parametrize("where", ["cache", "cache/gpt55-migrate", "cache/gpt55-migrate/scans"])
def test_a_file_in_place_of_a_folder(tmp_path, where):
    root = programs.lay(tmp_path / "work", {"app.py": CALL})
    (tmp_path / where).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / where).write_bytes(b"")
    done = programs.run("scan", root, "--format", "json", home=tmp_path)
    assert done.returncode == 0
    assert b"gpt-5.5" in done.stdout
