"""What is handed between the parts of a fleet's run, and what its index and reports are made of."""

from __future__ import annotations

import hashlib
import re
from typing import Literal

import msgspec

from migrator.inventory.record_base import Record
from migrator.settings import Settings

LINKED = "_linked_packages"
"""The folder in which the packages of other repositories lie beside a repository's own files."""

Stage = Literal["alone", "linked"]


class Source(Record, frozen=True):
    """A repository as it was named: `locator` is a path or a URL and tells it from all others."""

    locator: str
    name: str
    remote: bool = False

    @property
    def id(self) -> str:
        """Short, and without what an address may hold of a password."""
        return hashlib.sha256(self.locator.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def folder(self) -> str:
        """Where its results lie: stable, and never that of another repository."""
        last = self.locator.rstrip("/").removesuffix(".git").replace(":", "/").rpartition("/")[2]
        word = re.sub(r"[^A-Za-z0-9._-]+", "-", last).strip(".-")[-60:] or "repository"
        return f"{word}-{self.id[:8]}"


class Terms(Record, frozen=True):
    """What holds for every repository of a run; `program` tells releases of this program apart."""

    settings: Settings
    program: str
    trusts: bool = False
    git_config: str = ""
    seconds: float = 600.0
    memory: int = 4 << 30


class Task(Record, frozen=True):
    """One repository's turn; `known` is the key of the result that there is already."""

    source: Source
    terms: Terms
    stage: Stage = "alone"
    known: str = ""
    linked: tuple[Source, ...] = ()


class Place(Record, frozen=True):
    """One mention of an old model that is not left alone.

    `selected`: the patch changes it; `later`: once the packages have changed that the repository installs.
    """

    path: str
    line: int
    model: str
    role: str
    action: str
    context: str
    selected: bool
    later: bool = False
    variant: str = ""
    reason: str = ""
    owner: str = ""
    framework: str = ""
    ends: str = ""


class Call(Record, frozen=True):
    """A call site: what it uses, what is recommended, and what one request costs at worst."""

    path: str
    line: int
    api: str
    framework: str
    models: tuple[str, ...] = ()
    variant: str = ""
    owner: str = ""
    usd_before: float = 0.0
    usd_after: float = 0.0


class Cause(Record, frozen=True):
    """Why places wait for a person, and how many do; `assume`: the release that they wait for."""

    reason: str
    what: str
    places: int
    path: str
    line: int
    assume: str = ""


class Package(Record, frozen=True):
    """What a repository gives others to install: its name, and the modules by the folder they lie in."""

    name: str
    folder: str
    modules: tuple[str, ...]


class Link(Record, frozen=True):
    """An old model of a package of another repository, and what it moves here once it changes there."""

    provider: str
    path: str
    line: int
    model: str
    action: str
    replacement: str = ""
    reason: str = ""
    calls: int = 0
    edits: int = 0


class Report(Record, frozen=True):
    """What was found in a repository.

    Attributes:
        key: what the result depends on; it is taken again while that is the same.
        origin: where the repository is hosted, without a password.
        dated: a comment that holds until a date was seen, so that the result depends on the day.
        risk: the rank of its riskiest use (rules/plan.toml), 0 where nothing moves.
        not_looked_at: what the commit holds besides, by kind.
        users: files that import a linked package, by the repository that it comes from.
    """

    key: str
    commit: str = ""
    branch: str = ""
    origin: str = ""
    dated: bool = False
    places: tuple[Place, ...] = ()
    calls: tuple[Call, ...] = ()
    causes: tuple[Cause, ...] = ()
    provides: tuple[Package, ...] = ()
    requires: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    users: dict[str, int] = {}
    files_seen: int = 0
    bytes_seen: int = 0
    unread: int = 0
    not_looked_at: dict[str, int] = {}
    edits: int = 0
    unsafe: int = 0
    files: int = 0
    experiments: int = 0
    risk: int = 0
    usd_before: float = 0.0
    usd_after: float = 0.0


class Outcome(Record, frozen=True):
    """How a turn ended. `unchanged`: what is known holds. `files` are kept in the repository's folder."""

    locator: str
    status: Literal["done", "unchanged", "failed", "stopped"]
    reason: str = ""
    message: str = ""
    report: Report | None = None
    files: dict[str, bytes] = {}
    seconds: float = 0.0
    memory: int = 0


def packed(record: msgspec.Struct) -> bytes:
    """A record as bytes between processes."""
    return msgspec.msgpack.encode(record)
