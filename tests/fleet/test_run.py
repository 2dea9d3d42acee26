"""Whole runs over local clones, bare repositories and repositories served from this machine."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fleet.support import (
    CALL,
    begun,
    done,
    environment,
    fleet,
    git,
    lines,
    many,
    report,
    repository,
    results,
)

pytestmark = pytest.mark.slow
OWNERS = "* @acme/all\n/api/ @acme/api\n"
MANIFEST = "[project]\nname = 'app'\ndependencies = ['openai>=1.50']\n"


def test_a_clone_a_bare_one_and_a_broken_one_in_one_report(tmp_path):
    own = repository(
        tmp_path / "clone", {"api/app.py": CALL, "CODEOWNERS": OWNERS, "pyproject.toml": MANIFEST}
    )
    git(tmp_path, "clone", "-q", "--bare", str(own), "bare.git")
    repository(tmp_path / "empty")
    git(tmp_path / "empty", "update-ref", "-d", "HEAD")
    broken = repository(tmp_path / "broken")
    for file in (broken / ".git" / "objects").rglob("*"):
        if file.is_file():
            file.chmod(0o600)
            file.write_bytes(b"x")
    (tmp_path / "plain").mkdir()
    (tmp_path / "repos.txt").write_text("clone\nbare.git\nempty\nbroken\nplain\nnowhere\next::sh -c true\n")
    ended = fleet("repos.txt", "-o", "out", cwd=tmp_path)
    assert ended.returncode == 3, ended.stderr
    found = lines(tmp_path / "out")
    assert {name: (line["status"], line["reason"]) for name, line in found.items()} == {
        "clone": ("done", ""),
        "bare": ("done", ""),
        "empty": ("done", ""),
        "broken": ("failed", "corrupt"),
        "plain": ("failed", "not-a-repository"),
        "nowhere": ("failed", "not-found"),
        "ext::sh -c true": ("failed", "protocol-refused"),
    }
    assert found["clone"]["owners"] == "@acme/api"
    assert found["clone"]["written"] == found["bare"]["written"] == 1
    folder = tmp_path / "out" / "repositories" / found["clone"]["folder"]
    assert {"inventory.json", "changes.patch", "causes.json", "plan"} == {
        each.name for each in folder.iterdir()
    }
    git(own, "apply", "--check", str(folder / "changes.patch"))
    assert {each.suffix for each in (tmp_path / "out").glob("report.*")} == {".html", ".md", ".json"}
    assert {each.name for each in (tmp_path / "out").glob("*.csv")} == {
        "repositories.csv",
        "places.csv",
        "calls.csv",
    }
    assert "corrupt" in ended.stderr


def test_parquet_holds_the_same_rows(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    repository(tmp_path / "one")
    fleet("one", "-o", "out", cwd=tmp_path)
    rows = parquet.read_table(tmp_path / "out" / "places.parquet").to_pylist()
    assert [(row["repository"], row["path"], row["line"], row["selected"]) for row in rows] == [
        ("one", "app.py", 8, True)
    ]


def test_the_second_run_does_only_what_has_changed(tmp_path):
    many(tmp_path / "repos", 4)
    fleet("repos/*", "-o", "out", cwd=tmp_path)
    before = {row[0]: row for row in results(tmp_path / "out")}
    changed = tmp_path / "repos" / "r02"
    (changed / "more.py").write_text(CALL)
    git(changed, "add", "-A")
    git(changed, "commit", "-q", "-m", "two")
    time.sleep(1.1)
    assert fleet("repos/*", "-o", "out", cwd=tmp_path).returncode == 0
    after = {row[0]: row for row in results(tmp_path / "out")}
    assert sum(before[key] != after[key] for key in after) == 1
    assert lines(tmp_path / "out")["r02"]["written"] == 2
    time.sleep(1.1)
    fleet("repos/*", "-o", "out", "--map", "gpt-4o=mini", cwd=tmp_path)
    again = {row[0]: row for row in results(tmp_path / "out")}
    assert all(again[key] != after[key] for key in after)


def test_a_branch_is_made_beside_a_dirty_tree(tmp_path):
    own = repository(tmp_path / "own")
    (own / "app.py").write_text("half = 'written'\n")
    (own / "new.py").write_text("x = 1\n")
    state = (
        git(own, "status", "--porcelain"),
        git(own, "rev-parse", "main"),
        (own / ".git" / "index").read_bytes(),
    )
    ended = fleet("own", "-o", "out", "--branch", "newer-models", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert state == (
        git(own, "status", "--porcelain"),
        git(own, "rev-parse", "main"),
        (own / ".git" / "index").read_bytes(),
    )
    assert "gpt-4o" not in git(own, "show", "newer-models:app.py")
    assert git(own, "rev-parse", "newer-models^") == git(own, "rev-parse", "main")
    assert "gpt-4o -> " in git(own, "log", "-1", "--format=%B", "newer-models")
    tip = git(own, "rev-parse", "newer-models")
    assert fleet("own", "-o", "out", "--branch", "newer-models", cwd=tmp_path).returncode == 0
    assert git(own, "rev-parse", "newer-models") == tip
    for name in ("main", "other"):
        git(own, "branch", "-f", "other")
        assert fleet("own", "-o", "out", "--branch", name, cwd=tmp_path).returncode == 3
        assert git(own, "rev-parse", name) == git(own, "rev-parse", "newer-models^")
    assert fleet("own", "-o", "out", "--branch", "a..b", cwd=tmp_path).returncode == 2


# -- served from this machine -----------------------------------------------------------------------


@contextmanager
def served(folder: Path):
    """A git daemon over a folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["git", "daemon", "--reuseaddr", "--export-all", "--enable=receive-pack", "--listen=127.0.0.1"]
    daemon = subprocess.Popen(
        [*words, f"--port={port}", f"--base-path={folder}", str(folder)],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for _ in range(50):
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.1)
        yield f"git://127.0.0.1:{port}"
    finally:
        os.killpg(daemon.pid, signal.SIGTERM)
        daemon.wait()


def hosted(folder: Path, name: str) -> Path:
    """A bare repository with a past and a large file that nobody needs."""
    own = repository(folder / "work" / name, {"app.py": "x = 1\n", "picture.bin": "0" * 3_000_000})
    (own / "app.py").write_text(CALL)
    git(own, "add", "-A")
    git(own, "commit", "-q", "-m", "two")
    bare = folder / "host" / f"{name}.git"
    bare.parent.mkdir(exist_ok=True)
    git(folder, "clone", "-q", "--bare", str(own), str(bare))
    git(bare, "config", "uploadpack.allowFilter", "true")
    return bare


def test_urls_are_fetched_without_history_and_without_what_is_not_read(tmp_path):
    bare = hosted(tmp_path, "app")
    with served(tmp_path / "host") as address:
        ended = fleet(
            f"{address}/app.git", f"{address}/gone.git", "git://127.0.0.1:9/x/y", "-o", "out", "--branch", "newer",
            cwd=tmp_path,
        )  # fmt: skip
        assert ended.returncode == 3
        states = {name: (one["status"], one["reason"]) for name, one in lines(tmp_path / "out").items()}
        assert states["app"] == ("done", "")
        assert states["x/y"] == ("failed", "no-answer")
        assert states["gone"][0] == "failed"
        (clone,) = (tmp_path / "out" / "clones").iterdir()
        assert git(clone, "rev-list", "--count", "newer") == "2"
        assert sum(each.stat().st_size for each in clone.rglob("*.pack")) < 10_000
        git(clone, "push", "-q", f"{address}/app.git", "newer") if _accepts(bare) else None
        assert "gpt-4o" not in git(bare, "show", "newer:app.py")
        work = tmp_path / "work" / "app"
        (work / "more.py").write_text(CALL)
        git(work, "add", "-A")
        git(work, "commit", "-q", "-m", "three")
        git(work, "push", "-q", str(bare), "main")
        again = fleet(f"{address}/app.git", "-o", "out", "--branch", "newest", cwd=tmp_path)
        assert again.returncode == 0, again.stderr
        assert "gpt-4o" not in git(clone, "show", "newest:more.py")


def test_a_git_configuration_of_the_users_own_is_used_for_fetching_only(tmp_path):
    hosted(tmp_path, "app")
    with served(tmp_path / "host") as address:
        (tmp_path / "fetching").write_text(f'[url "{address}/"]\n\tinsteadOf = https://127.0.0.1:9/\n')
        url = "https://127.0.0.1:9/app.git"
        assert fleet(url, "-o", "out", cwd=tmp_path).returncode == 3
        assert fleet(url, "-o", "out", "--git-config", "fetching", cwd=tmp_path).returncode == 0


def _accepts(bare: Path) -> bool:
    git(bare, "config", "daemon.receivepack", "true")
    return True


# -- limits -----------------------------------------------------------------------------------------


def heavy() -> str:
    """A program that takes long and needs much."""
    body = "".join(f"    x{n} = pick(x{n - 1}, 'gpt-4o', {n})\n" for n in range(1, 4_000))
    return (
        CALL
        + f"def pick(a, b, c):\n    return a if c else b\ndef all(x0):\n{body}    return answer(x3999)\n" * 3
    )


def test_too_long_and_too_much_are_failures_of_that_repository_only(tmp_path):
    many(tmp_path / "repos", 3)
    repository(tmp_path / "repos" / "slow", {f"m{n}.py": heavy() for n in range(12)})
    wide = CALL + "X = [" + "1, " * 40_000 + "]\n"
    repository(tmp_path / "repos" / "wide", {f"m{n}.py": wide for n in range(60)})
    assert fleet("repos/[rs]*", "-o", "slow", "--timeout", "12", "--jobs", "2", cwd=tmp_path).returncode == 3
    found = lines(tmp_path / "slow")
    assert (found["slow"]["status"], found["slow"]["reason"]) == ("failed", "timeout")
    assert all(found[f"r{n:02d}"]["status"] == "done" for n in range(3))
    assert fleet("repos/[rw]*", "-o", "large", "--memory", "0.2", "--jobs", "2", cwd=tmp_path).returncode == 3
    found = lines(tmp_path / "large")
    assert (found["wide"]["status"], found["wide"]["reason"]) == ("failed", "out-of-memory")
    assert all(found[f"r{n:02d}"]["status"] == "done" for n in range(3))


def children(of: int) -> list[int]:
    """The processes that take turns for a run."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes().split(b"\0")
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if b"migrator.fleet.child" in words and parent == of:
            found.append(int(place.name))
    return found


def until(what, seconds: float = 60.0) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "took too long"
        time.sleep(0.02)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_a_killed_worker_costs_no_repository(tmp_path):
    many(tmp_path / "repos", 12)
    run = begun("repos/*", "-o", "out", "--jobs", "2", cwd=tmp_path)
    until(lambda: done(tmp_path / "out") >= 2)
    for child in children(run.pid):
        os.kill(child, signal.SIGKILL)
    out, err = run.communicate(timeout=200)
    assert run.returncode == 0, out + err
    rows = results(tmp_path / "out")
    assert len(rows) == 12
    assert {row[2] for row in rows} == {"done"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_a_run_that_ends_early_loses_nothing_and_leaves_nobody(tmp_path, number):
    many(tmp_path / "repos", 10)
    run = begun("repos/*", "-o", "out", "--jobs", "2", cwd=tmp_path)
    until(lambda: done(tmp_path / "out") >= 3)
    workers = children(run.pid)
    run.send_signal(number)
    _, err = run.communicate(timeout=60)
    assert run.returncode == (128 + number if number != signal.SIGKILL else -number)
    if number != signal.SIGKILL:
        assert "the same command goes on" in err
    until(lambda: not any(Path(f"/proc/{each}/fd").exists() for each in workers))
    before = {row[0]: row for row in results(tmp_path / "out")}
    assert 3 <= len(before) < 10
    assert fleet("repos/*", "-o", "out", "--jobs", "2", cwd=tmp_path).returncode == 0
    after = {row[0]: row for row in results(tmp_path / "out")}
    assert len(after) == 10
    assert all(after[key] == row for key, row in before.items())
    assert report(tmp_path / "out")["statuses"] == {"done": 10}


def test_a_full_disk_is_counted_and_the_rest_is_done_once_there_is_room(tmp_path):
    full = tmp_path / "full"
    full.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(full)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("needs a small file system")
    try:
        many(tmp_path / "repos", 8)
        ended = fleet("repos/*", "-o", full / "out", cwd=tmp_path)
        assert ended.returncode == 3
        assert "room" in ended.stderr or "space" in ended.stderr or "cannot be written" in ended.stderr
        subprocess.run(["mount", "-o", "remount,size=60m", str(full)], check=True)
        assert fleet("repos/*", "-o", full / "out", cwd=tmp_path).returncode == 0
        assert report(full / "out")["statuses"] == {"done": 8}
    finally:
        subprocess.run(["umount", str(full)], check=False)


def test_two_runs_in_one_folder_do_not_meet(tmp_path):
    many(tmp_path / "repos", 6)
    first = begun("repos/*", "-o", "out", "--jobs", "1", cwd=tmp_path)
    until(lambda: done(tmp_path / "out") >= 1)
    second = fleet("repos/*", "-o", "out", cwd=tmp_path)
    assert second.returncode == 2
    assert "another run" in second.stderr
    first.communicate(timeout=200)
    assert first.returncode == 0


def test_a_folder_of_something_else_is_left(tmp_path):
    repository(tmp_path / "own")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    assert fleet("own", "-o", "out", cwd=tmp_path).returncode == 2
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "fleet.sqlite").write_bytes(b"no database" * 100)
    ended = fleet("own", "-o", "torn", cwd=tmp_path)
    assert ended.returncode == 2
    assert "name another folder" in ended.stderr


# -- packages of one repository in another ----------------------------------------------------------

WRAPPER = """\
from openai import OpenAI

DEFAULT = "gpt-4o"
client = OpenAI()


def chat(text, model=DEFAULT, **options):
    return client.chat.completions.create(model=model, messages=[{"role": "user", "content": text}], **options)
"""
USER = """\
from acme_llm import chat


def summarise(text):
    return chat("Summarise: " + text, max_tokens=500)
"""


def test_a_default_of_an_internal_package_is_followed_to_those_who_install_it(tmp_path):
    top = tmp_path / "repos"
    repository(
        top / "wrapper",
        {"pyproject.toml": "[project]\nname = 'acme-llm'\n", "src/acme_llm/__init__.py": WRAPPER},
    )
    repository(top / "user", {"requirements.txt": "acme_llm>=1\n", "app.py": USER})
    direct = CALL.replace('"gpt-4o"', "acme_llm.DEFAULT").replace("from", "import acme_llm\nfrom", 1)
    repository(top / "direct", {"requirements.txt": "acme_llm>=1\n", "app.py": direct})
    repository(top / "stranger", {"requirements.txt": "acme_llm>=1\n", "app.py": "x = 1\n"})
    assert fleet("repos/*", "-o", "out", cwd=tmp_path).returncode == 0
    (shared,) = report(tmp_path / "out")["shared"]
    assert (shared["repository"], shared["path"], shared["line"]) == (
        "wrapper",
        "src/acme_llm/__init__.py",
        3,
    )
    assert (shared["users"], shared["files"], shared["edits"]) == (["direct", "user"], 2, 2)
    found = lines(tmp_path / "out")
    assert {name: line["wave"] for name, line in found.items()} == {
        "wrapper": "packages",
        "direct": "followers",
        "user": "followers",
        "stranger": "",
    }
    folder = tmp_path / "out" / "repositories" / found["user"]["folder"]
    patch = (folder / "changes-with-packages.patch").read_text()
    assert '+    return chat("Summarise: " + text, max_completion_tokens=500)' in patch
    assert "_linked_packages" not in patch + (folder / "inventory.json").read_text()
    assert not (folder / "changes.patch").exists()
    before = results(tmp_path / "out")
    time.sleep(1.1)
    fleet("repos/*", "-o", "out", cwd=tmp_path)
    assert results(tmp_path / "out") == before


def test_a_package_that_two_repositories_make_is_followed_to_neither(tmp_path):
    for name in ("one", "two"):
        manifest = "[project]\nname = 'acme-llm'\n"
        repository(tmp_path / "repos" / name, {"pyproject.toml": manifest, "acme_llm.py": WRAPPER})
    repository(tmp_path / "repos" / "user", {"requirements.txt": "acme_llm\n", "app.py": USER})
    assert fleet("repos/*", "-o", "out", cwd=tmp_path).returncode == 0
    assert report(tmp_path / "out")["ambiguous"] == {"acme-llm": ["one", "two"]}
    assert not report(tmp_path / "out")["shared"]


# -- readers ----------------------------------------------------------------------------------------


def test_the_index_is_read_while_it_grows(tmp_path):
    many(tmp_path / "repos", 6)
    run = begun("repos/*", "-o", "out", "--jobs", "1", cwd=tmp_path)
    seen = set()
    base = None
    while run.poll() is None:
        if base is None and done(tmp_path / "out"):
            base = sqlite3.connect(tmp_path / "out" / "fleet.sqlite", timeout=0)
        if base is not None:
            seen.add(base.execute("SELECT count(*) FROM result").fetchone()[0])
        time.sleep(0.02)
    run.communicate()
    assert run.returncode == 0
    assert len(seen) >= 3


def test_the_exit_code_and_the_schema_of_an_empty_list(tmp_path):
    (tmp_path / "none.txt").write_text("# nobody\n")
    ended = fleet("none.txt", "-o", "out", cwd=tmp_path)
    assert ended.returncode == 2
    assert "names no repository" in ended.stderr
    assert not (tmp_path / "out").exists()
    assert json.dumps(environment())


def test_a_run_that_is_ended_in_a_long_turn_ends_at_once(tmp_path):
    repository(tmp_path / "repos" / "slow", {f"m{n}.py": heavy() for n in range(12)})
    run = begun("repos/*", "-o", "out", "--jobs", "1", cwd=tmp_path)
    until(lambda: children(run.pid))
    time.sleep(3)
    workers = children(run.pid)
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=10)
    assert run.returncode == 130
    until(lambda: not any(Path(f"/proc/{each}/fd").exists() for each in workers), 5)
