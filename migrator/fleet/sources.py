"""Which repositories a run is about: a list, a pattern of paths, or what a code host exports."""

from __future__ import annotations

import glob
import os
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import msgspec

from migrator.errors import UsageError
from migrator.fleet.fleet_records import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_LIMIT = 200_000_000
_SCP = re.compile(r"[\w.+-]+@[\w.-]+:(?!/?/)\S+")
_URL = ("clone_url", "http_url_to_repo", "url", "html_url", "ssh_url", "sshUrl", "ssh_url_to_repo", "path")
_NAME = ("full_name", "nameWithOwner", "path_with_namespace", "name")
_LISTS = ("repositories", "items", "projects", "values", "data", "nodes")


class Listed(NamedTuple):
    """The repositories, once each, and what was said twice or left out, by kind."""

    sources: tuple[Source, ...]
    left_out: dict[str, int]


def listed(arguments: Sequence[str]) -> Listed:
    """The repositories that arguments name; raises UsageError where there are none."""
    left_out: Counter[str] = Counter()
    found: dict[str, Source] = {}
    for locator, name in _all(arguments, left_out):
        source = _source(locator, name)
        if source.locator in found:
            left_out["named twice"] += 1
        found.setdefault(source.locator, source)
    if not found:
        raise UsageError(f"{' '.join(arguments)}: names no repository; give a list, a pattern or an export")
    return Listed(_apart(list(found.values())), dict(left_out))


def _all(arguments: Sequence[str], left_out: Counter[str]) -> Iterator[tuple[str, str]]:
    for argument in arguments:
        if _is_remote(argument) or os.path.isdir(argument):
            yield argument, ""
        elif os.path.isfile(argument):
            yield from _of_file(argument, left_out)
        else:
            matches = sorted(glob.glob(argument, recursive=True))
            if not matches:
                raise UsageError(f"{argument}: no such file or folder, and no path matches it")
            if others := sum(not os.path.isdir(match) for match in matches):
                left_out["not a folder"] += others
            yield from ((match, "") for match in matches if os.path.isdir(match))


def _of_file(file: str, left_out: Counter[str]) -> Iterator[tuple[str, str]]:
    data = _read(file)
    if data.lstrip()[:1] in (b"[", b"{"):
        yield from _exported(file, data, left_out)
        return
    for line in data.decode("utf-8", "replace").splitlines():
        text = line.partition(" #")[0].strip()
        if text and not text.startswith("#"):
            yield _seen_from(file, text), ""


def _seen_from(file: str, text: str) -> str:
    """An address as it is meant in a file: paths are relative to the file's folder."""
    if _is_remote(text):
        return text
    return os.path.join(os.path.dirname(os.path.abspath(file)), os.path.expanduser(text))


def _read(file: str) -> bytes:
    try:
        with open(file, "rb") as stream:
            data = stream.read(_LIMIT + 1)
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from None
    if len(data) > _LIMIT:
        raise UsageError(f"{file}: larger than 200 MB; this is no list of repositories")
    return data


def _exported(file: str, data: bytes, left_out: Counter[str]) -> Iterator[tuple[str, str]]:
    """The rows of what GitHub, GitLab, Bitbucket or Sourcegraph export."""
    try:
        rows = list(_rows(data))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{file}: no valid JSON: {error}") from None
    for row in rows:
        if isinstance(row, str):
            yield _seen_from(file, row), ""
        elif not isinstance(row, dict) or not (url := _first(row, _URL) or _link(row)):
            left_out["without an address"] += 1
        elif row.get("archived") or row.get("isArchived"):
            left_out["archived"] += 1
        else:
            name = _first(row, _NAME)
            yield (f"https://{name}" if url == f"/{name}" else _seen_from(file, url)), name


def _rows(data: bytes) -> Iterator[Any]:
    """One JSON document, or one a line; a list may lie in an object."""
    try:
        documents = [msgspec.json.decode(data)]
    except msgspec.DecodeError:
        documents = [msgspec.json.decode(line) for line in data.splitlines() if line.strip()]
    for document in documents:
        inner = next((document[key] for key in _LISTS if isinstance(document.get(key), list)), None) \
            if isinstance(document, dict) else document  # fmt: skip
        yield from inner if isinstance(inner, list) else [document]


def _first(row: dict[str, Any], names: Iterable[str]) -> str:
    return next((row[name] for name in names if isinstance(row.get(name), str) and row[name]), "")


def _link(row: dict[str, Any]) -> str:
    """Bitbucket's way to say where a repository is."""
    links = row.get("links")
    ways = links.get("clone") if isinstance(links, dict) else None
    return next((str(way["href"]) for way in ways or () if isinstance(way, dict) and way.get("href")), "")


def _is_remote(text: str) -> bool:
    return "://" in text or "::" in text or bool(_SCP.fullmatch(text))


def _source(text: str, name: str) -> Source:
    if text.startswith("file://"):
        text = urlsplit(text).path
    if not _is_remote(text):
        path = os.path.realpath(text)
        return Source(locator=path, name=name or _stem(path).rpartition("/")[2])
    short = text.partition(":")[2] if _SCP.fullmatch(text) else text
    path = urlsplit(text).path if "://" in text else short
    return Source(locator=text, name=name or "/".join(_stem(path).split("/")[-2:]) or text, remote=True)


def _stem(path: str) -> str:
    return path.rstrip("/").removesuffix("/.git").removesuffix(".git").lstrip("/")


def _apart(sources: Sequence[Source]) -> tuple[Source, ...]:
    """The same, where several of one name are called by as much of their address as tells them apart."""
    named: dict[str, list[Source]] = {}
    for source in sources:
        named.setdefault(source.name, []).append(source)
    names = {one.id: name for group in named.values() for one, name in zip(group, _names(group), strict=True)}
    return tuple(msgspec.structs.replace(source, name=names[source.id]) for source in sources)


def _names(group: Sequence[Source]) -> list[str]:
    if len(group) == 1:
        return [group[0].name]
    addresses = [_stem(shown(source.locator)).split("/") for source in group]
    for count in range(2, max(map(len, addresses)) + 1):
        tails = ["/".join(parts[-count:]) for parts in addresses]
        if len(set(tails)) == len(tails):
            return tails
    return [source.locator for source in group]


def shown(locator: str) -> str:
    """A locator for people and reports: without a user's name and password."""
    if "://" not in locator:
        return locator
    try:
        parts = urlsplit(locator)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    except ValueError:
        return locator.partition("://")[0] + "://"
