"""Build a corpus of Python files from published packages.

usage: python bench/corpus.py general|llm FOLDER [--copies N] [--wheels FOLDER]

Downloads the pinned packages of bench/NAME.txt (pip, wheels or source archives, no dependencies) and
unpacks their Python files, one folder a package. Needs a package index once; --wheels keeps the archives.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HIT = re.compile(rb"gpt-4o|gpt-5|chatgpt-4o-latest")
HERE = Path(__file__).parent


def pins(name: str) -> list[str]:
    """The pinned packages of a list."""
    lines = (HERE / f"{name}.txt").read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def archive(pin: str, wheels: Path) -> Path:
    """The package's archive, downloaded if it is not there yet."""
    name, version = pin.split("==")
    stem = re.sub(r"[-_.]+", "[-_.]", name)
    known = re.compile(rf"{stem}-{re.escape(version)}[.-].*", re.IGNORECASE)
    for attempt in (0, 1):
        for path in wheels.iterdir():
            if known.fullmatch(path.name):
                return path
        if attempt == 0:
            command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--dest", str(wheels)]
            options = ["--only-binary", ":all:", "--python-version", "3.11"]
            if subprocess.run([*command, *options, pin], check=False, capture_output=True).returncode:
                subprocess.run([*command, "--no-build-isolation", pin], check=True)
    sys.exit(f"{pin}: no archive was downloaded")


def sources(path: Path) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the Python files in a wheel or a source archive."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            for name in wheel.namelist():
                if name.endswith(".py"):
                    yield name, wheel.read(name)
        return
    with tarfile.open(path) as sdist:
        for member in sdist:
            stream = sdist.extractfile(member) if member.isfile() else None
            if member.name.endswith(".py") and stream is not None:
                yield member.name.partition("/")[2], stream.read()


def unpack(path: Path, folder: Path) -> tuple[int, int, int]:
    """Write an archive's Python files; their number, bytes, and how many name a model."""
    files = size = hits = 0
    for name, data in sources(path):
        if ".." in PurePosixPath(name).parts or name.startswith("/"):
            continue
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        files, size, hits = files + 1, size + len(data), hits + bool(HIT.search(data))
    return files, size, hits


def main() -> None:
    """Download, unpack, copy, count."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", choices=["general", "llm"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--wheels", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        wheels = args.wheels or Path(temporary)
        wheels.mkdir(parents=True, exist_ok=True)
        args.folder.mkdir(parents=True)
        with ThreadPoolExecutor(3) as pool:
            archives = list(pool.map(lambda pin: archive(pin, wheels), pins(args.name)))
        total = [0, 0, 0]
        for path in archives:
            for part, number in enumerate(unpack(path, args.folder / "copy0" / path.name.split("-")[0])):
                total[part] += number
    for copy in range(1, args.copies):
        shutil.copytree(args.folder / "copy0", args.folder / f"copy{copy}")
    files, size, hits = (number * args.copies for number in total)
    print(f"{files:,} files, {size / 1e6:.0f} MB, {hits:,} with hits ({100 * hits / files:.1f} %)")


if __name__ == "__main__":
    main()
