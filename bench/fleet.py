"""Measure `gpt55-migrate fleet` on repositories made from published packages.

usage: python bench/fleet.py make FOLDER [--count 300] [--archives DIR]... [--environments DIR]... [--fetch N]
                                       [--most FILES]
       python bench/fleet.py measure FOLDER --output JSON [--first N] [--workers 1 2] [--dask] [--served]
       python bench/fleet.py show JSON

`make` writes one git repository a package, one commit a release, oldest first. Releases come from wheels
and source archives in --archives, from packages installed in --environments (folders of dist-info), and with
--fetch also from an index: the pins of bench/llm.txt and N older releases of each. Packages that name an old
model come first.
`measure` times runs over N of the repositories: with one worker and two, warm, with Dask, and served by a git
daemon on this machine. `show` prints what bench/fleet.md has.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections import defaultdict
from contextlib import contextmanager
from email.parser import BytesHeaderParser
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
HIT = re.compile(rb"gpt-4o|gpt-5|chatgpt-4o-latest")
ARCHIVE = re.compile(r"(?P<name>.+?)-(?P<version>\d[^-]*?)(?:-.*\.whl|\.tar\.gz)")
MOST_BYTES = 6_000_000
MOST_RELEASES = 6
Files = dict[str, bytes]


def main() -> None:
    """The two commands."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    make_ = commands.add_parser("make")
    make_.add_argument("folder", type=Path)
    make_.add_argument("--count", type=int, default=300)
    make_.add_argument("--archives", type=Path, action="append", default=[])
    make_.add_argument("--environments", type=Path, action="append", default=[])
    make_.add_argument("--fetch", type=int, default=0)
    measure_ = commands.add_parser("measure")
    measure_.add_argument("folder", type=Path)
    measure_.add_argument("--output", type=Path, required=True)
    measure_.add_argument("--first", type=int, default=0)
    measure_.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    measure_.add_argument("--dask", action="store_true")
    measure_.add_argument("--served", action="store_true")
    show_ = commands.add_parser("show")
    show_.add_argument("figures", type=Path)
    make_.add_argument("--most", type=int, default=1_000)
    given = parser.parse_args()
    {"make": make, "measure": measure, "show": show}[given.command](given)


# -- repositories -----------------------------------------------------------------------------------


def make(given: argparse.Namespace) -> None:
    """The repositories, and what they hold in repositories.json."""
    if given.fetch:
        fetched = given.folder.with_name(f"{given.folder.name}-archives")
        fetch(fetched, given.fetch)
        given.archives.append(fetched)
    releases = found(given.archives, given.environments)
    hits = {name: any(HIT.search(data) for data in last(ones).values()) for name, ones in releases.items()}
    order = sorted(releases, key=lambda name: (not hits[name], -len(releases[name]), name))
    shutil.rmtree(given.folder, ignore_errors=True)
    made = []
    for name in order:
        size = sum(path.endswith(".py") for path in last(releases[name]))
        if len(made) < given.count and 3 <= size <= given.most:
            versions = sorted(releases[name])[-MOST_RELEASES:]
            repository(given.folder / name, name, [(each, releases[name][each]()) for each in versions])
            made.append(
                {"name": name, "releases": [str(each) for each in versions], "hit": hits[name], "files": size}
            )
    (given.folder / "repositories.json").write_text(json.dumps(made, indent=1))
    several = sum(len(one["releases"]) > 1 for one in made)
    hit = sum(one["hit"] for one in made)
    print(f"{len(made)} repositories, {several} of several releases, {hit} name a model")


def last(releases: dict[Version, Callable[[], Files]]) -> Files:
    """The files of the newest release."""
    return releases[max(releases)]()


def fetch(folder: Path, older: int) -> None:
    """The pinned packages and some older releases of each, by pip."""
    folder.mkdir(parents=True, exist_ok=True)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-d",
        str(folder),
    ]
    for pin in (HERE / "llm.txt").read_text().split("\n"):
        wanted = pin.strip() if "==" in pin else ""
        for _ in range(older + 1 if wanted else 0):
            before = set(folder.iterdir())
            if subprocess.run(
                [*pip, "--only-binary", ":all:", wanted], check=False, capture_output=True
            ).returncode:
                break
            new = next(iter(set(folder.iterdir()) - before), None)
            match = ARCHIVE.fullmatch(new.name) if new else None
            if match is None:
                break
            wanted = f"{pin.partition('==')[0]}<{match['version']}"


def found(archives: list[Path], environments: list[Path]) -> dict[str, dict[Version, Callable[[], Files]]]:
    """By name and version what gives the files of a release."""
    releases: dict[str, dict[Version, Callable[[], Files]]] = defaultdict(dict)
    for folder in archives:
        for path in sorted([*folder.rglob("*.whl"), *folder.rglob("*.tar.gz")]):
            match = ARCHIVE.fullmatch(path.name)
            if match and path.stat().st_size <= MOST_BYTES:
                keep(releases, match["name"], match["version"], lambda path=path: unpacked(path))
    for folder in environments:
        for info in sorted(folder.rglob("*.dist-info")):
            name, _, version = info.name.removesuffix(".dist-info").rpartition("-")
            if (info / "RECORD").is_file():
                keep(releases, name, version, lambda info=info: installed(info))
    return releases


def keep(
    releases: dict[str, dict[Version, Callable[[], Files]]],
    name: str,
    version: str,
    files: Callable[[], Files],
) -> None:
    """The first of the same release counts."""
    try:
        releases[re.sub(r"[-_.]+", "-", name).lower()].setdefault(Version(version), files)
    except InvalidVersion:
        return


def unpacked(path: Path) -> Files:
    """The files of an archive that a repository would hold, without the folder that a source archive adds."""
    return {name: data for name, data in entries(path) if wanted(name)}


def entries(path: Path) -> Iterator[tuple[str, bytes]]:
    """Every entry; of a wheel's metadata a pyproject.toml is made."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            for name in wheel.namelist():
                if name.endswith(".dist-info/METADATA"):
                    yield "pyproject.toml", manifest(wheel.read(name))
                elif not name.endswith("/"):
                    yield name, wheel.read(name)
        return
    with tarfile.open(path) as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is not None:
                yield "/".join(PurePosixPath(member.name).parts[1:]), stream.read()


def installed(info: Path) -> Files:
    """The files of an installed package."""
    files = {"pyproject.toml": manifest((info / "METADATA").read_bytes())}
    for name, *_ in csv.reader(io.StringIO((info / "RECORD").read_text())):
        path = info.parent / name
        if wanted(name) and path.is_file() and ".dist-info" not in name:
            files[name] = path.read_bytes()
    return files


def manifest(metadata: bytes) -> bytes:
    """A pyproject.toml with a package's name and what it asks for."""
    read = BytesHeaderParser().parsebytes(metadata)
    needs = [need.partition(";")[0].strip() for need in read.get_all("Requires-Dist", [])]
    lines = ["[project]", f"name = {json.dumps(read['Name'])}", f"version = {json.dumps(read['Version'])}"]
    return "\n".join([*lines, f"dependencies = {json.dumps(needs)}", ""]).encode()


def wanted(name: str) -> bool:
    """Whether a file belongs into a repository: text, inside, of a usual size."""
    parts = name.split("/")
    return (
        name.endswith((".py", ".toml", ".cfg", ".txt", ".md", ".rst", ".json", ".yaml", ".yml"))
        and ".." not in parts
        and not name.startswith("/")
        and "__pycache__" not in parts
    )


def repository(folder: Path, name: str, releases: list[tuple[Version, Files]]) -> None:
    """A repository with a commit for each release."""
    folder.mkdir(parents=True)
    git = [
        "git",
        "-C",
        str(folder),
        "-c",
        "user.name=bench",
        "-c",
        "user.email=bench@localhost",
        "-c",
        "gc.auto=0",
    ]
    subprocess.run([*git, "init", "-q", "-b", "main", "."], check=True)
    for number, (version, files) in enumerate(releases):
        for old in folder.iterdir():
            if old.name != ".git":
                shutil.rmtree(old) if old.is_dir() else old.unlink()
        owner = f"* @acme/team-{sum(name.encode()) % 12}\n".encode()
        for path, data in {**files, "CODEOWNERS": owner}.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.is_dir():
                place.write_bytes(data)
        subprocess.run([*git, "add", "-A", "-f", "."], check=True)
        date = f"2026-{number + 1:02d}-01T00:00:00Z"
        stamped = {**os.environ, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        subprocess.run([*git, "commit", "-q", "-m", f"Release {version}"], check=True, env=stamped)
    subprocess.run([*git, "repack", "-adq"], check=True)


# -- figures ------------------------------------------------------------------------------------------


def measure(given: argparse.Namespace) -> None:
    """Run, and keep the figures after each run, so that a run that is cut short leaves those before it."""
    listed = json.loads((given.folder / "repositories.json").read_text())
    chosen = listed[:: max(len(listed) // given.first, 1)][: given.first] if given.first else listed
    figures: dict[str, object] = {
        "repositories": len(chosen),
        "started": time.strftime("%Y-%m-%d %H:%M"),
        "runs": [],
    }
    with tempfile.TemporaryDirectory(prefix="fleet-bench-") as scratch:
        list_ = Path(scratch) / "repositories.txt"
        list_.write_text("".join(f"{given.folder.resolve() / one['name']}\n" for one in chosen))
        for workers in given.workers:
            out = Path(scratch) / f"out-{workers}"
            for what in ("cold", "warm"):
                run(
                    figures,
                    f"{what}, {workers} worker{'s' * (workers > 1)}",
                    list_,
                    out,
                    ["--jobs", str(workers)],
                    given.output,
                )
        if given.served:
            urls, jobs = Path(scratch) / "urls.txt", str(max(given.workers))
            with daemon(given.folder.resolve()) as address:
                urls.write_text("".join(f"{address}/{one['name']}/.git\n" for one in chosen))
                for what in ("cold", "warm"):
                    out = Path(scratch) / "out-served"
                    run(figures, f"{what}, served, {jobs} workers", urls, out, ["--jobs", jobs], given.output)
        if given.dask:
            with cluster(max(given.workers)) as address:
                out = Path(scratch) / "out-dask"
                for what in ("cold", "warm"):
                    run(figures, f"{what}, Dask", list_, out, ["--executor", address], given.output)


@contextmanager
def daemon(folder: Path) -> Iterator[str]:
    """Serves the repositories of a folder."""
    port = free_port()
    setting = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "uploadpack.allowFilter",
        "GIT_CONFIG_VALUE_0": "true",
    }
    words = ["--export-all", "--listen=127.0.0.1", f"--port={port}", f"--base-path={folder}", str(folder)]
    env = {**os.environ, **setting}
    process = subprocess.Popen(["git", "daemon", *words], env=env, start_new_session=True)
    time.sleep(1)
    try:
        yield f"git://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def free_port() -> int:
    """One that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def run(figures: dict, name: str, list_: Path, out: Path, options: list[str], output: Path) -> None:
    """One run, timed from outside; what each turn took stands in the run's index."""
    command = [sys.executable, "-m", "migrator", "fleet", str(list_), "-o", str(out), *options]
    load, start, before = (
        os.getloadavg()[0],
        time.perf_counter(),
        resource.getrusage(resource.RUSAGE_CHILDREN),
    )
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)

    rows = (
        sqlite3.connect(out / "fleet.sqlite")
        .execute("SELECT stage, status, seconds, memory FROM result")
        .fetchall()
    )
    turns = [row[2] for row in rows]
    figures["runs"].append(
        {
            "name": name,
            "seconds": round(seconds, 2),
            "processor": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2),
            "load_before": round(load, 2),
            "load_after": round(os.getloadavg()[0], 2),
            "exit": done.returncode,
            "turns": len(turns),
            "in_turns": round(sum(turns), 2),
            "median_turn": round(statistics.median(turns), 3),
            "longest_turn": max(turns),
            "most_memory": max(row[3] for row in rows),
            "linked": sum(row[0] == "linked" for row in rows),
            "failed": sum(row[1] == "failed" for row in rows),
            "said": (done.stdout + done.stderr).splitlines()[-12:],
        }
    )
    output.write_text(json.dumps(figures, indent=1))
    print(name, round(seconds, 1), "s, load", round(load, 2), flush=True)


def show(given: argparse.Namespace) -> None:
    """The table of bench/fleet.md, and what its projection starts from."""
    figures = json.loads(given.figures.read_text())
    count = figures["repositories"]
    print("| run | s | a second | processor s | engine, ms a turn | load |")
    print("| --- | --- | --- | --- | --- | --- |")
    for one in figures["runs"]:
        spent = one["seconds"] * (1 if "1 worker" in one["name"] else 2)
        engine = f"{1_000 * (spent - one['in_turns']) / one['turns']:.0f}" if "cold" in one["name"] else ""
        load = f"{one['load_before']:.1f} to {one['load_after']:.1f}"
        cells = (one["name"], f"{one['seconds']:.1f}", f"{count / one['seconds']:.1f}")
        print(f"| {' | '.join(cells)} | {one['processor']:.1f} | {engine} | {load} |")
    cold = figures["runs"][0]
    print(f"\nMean turn {cold['in_turns'] / count:.2f} s, median {cold['median_turn']:.2f} s,")
    print(f"longest {cold['longest_turn']:.1f} s, most memory {cold['most_memory'] / 1e6:.0f} MB,")
    print(f"{cold['linked']} turns with packages of others, {cold['failed']} failed")


class cluster:  # noqa: N801
    """A scheduler and one worker process of so many threads."""

    def __init__(self, threads: int) -> None:
        self.threads = threads

    def __enter__(self) -> str:
        port = free_port()
        tool = [sys.executable, "-m", "distributed.cli"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        start = [*tool[:2], "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port)]
        work = [
            *tool[:2],
            "distributed.cli.dask_worker",
            f"tcp://127.0.0.1:{port}",
            "--nthreads",
            str(self.threads),
        ]
        self.processes = [
            subprocess.Popen([*start, "--no-dashboard"], **quiet),
            subprocess.Popen([*work, "--no-dashboard", "--local-directory", tempfile.gettempdir()], **quiet),
        ]
        time.sleep(5)
        return f"dask://127.0.0.1:{port}"

    def __exit__(self, *error: object) -> None:
        for process in reversed(self.processes):
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
