"""The project's own requirements, and whether they allow a release that an edit needs."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_BYTES = 1_000_000
_REQUIREMENT = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._\-]*)\s*(?:\[[^\]]*\])?\s*([=<>!~^][^;#]*)?")
_VERSION = re.compile(r"\d+(?:\.\d+)*")


class Pin(NamedTuple):
    """One declared requirement and where it stands."""

    specifier: str
    path: str


class Pins:
    """Declared requirements by normalised package name."""

    def __init__(self, declared: Mapping[str, tuple[Pin, ...]]) -> None:
        self.declared = declared

    def too_old(self, needs: str) -> str:
        """What declares a release older than `needs` (`openai>=1.45`) allows; nothing if none does."""
        match = _REQUIREMENT.match(needs)
        if match is None:
            return ""
        for pin in self.declared.get(_normal(match.group(1)), ()):
            if not _compatible(pin.specifier, match.group(2) or ""):
                return f"{pin.path} declares {match.group(1)}{pin.specifier}"
        return ""


def read_pins(files: Mapping[str, bytes]) -> Pins:
    """The requirements in requirement files; what cannot be read declares nothing."""
    declared: dict[str, tuple[Pin, ...]] = {}
    for path in sorted(files):
        for line in _lines(path, files[path]):
            match = _REQUIREMENT.match(line)
            if match is not None and match.group(2):
                name = _normal(match.group(1))
                declared[name] = (*declared.get(name, ()), Pin(match.group(2).strip(), path))
    return Pins(declared)


def _lines(path: str, data: bytes) -> Iterator[str]:
    text = data[:MAX_BYTES].decode("utf-8", errors="replace")
    if not path.endswith(".toml"):
        yield from text.splitlines()
        return
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    project = table.get("project", {})
    yield from _strings(project.get("dependencies", []))
    for group in project.get("optional-dependencies", {}).values():
        yield from _strings(group)
    poetry = table.get("tool", {}).get("poetry", {}).get("dependencies", {})
    for name, wanted in poetry.items() if isinstance(poetry, dict) else ():
        if isinstance(wanted, str) and wanted != "*":
            yield f"{name}{wanted if wanted[0] in '=<>!~^' else '==' + wanted}"


def _strings(values: object) -> Iterator[str]:
    if isinstance(values, list):
        yield from (value for value in values if isinstance(value, str))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _compatible(declared: str, needed: str) -> bool:
    """Whether some release satisfies both; a caret is read as Poetry reads it."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    caret = re.fullmatch(r"\^\s*(\d+)((?:\.\d+)*)", declared)
    if caret:
        declared = f">={caret.group(1)}{caret.group(2)},<{int(caret.group(1)) + 1}"
    try:
        both = SpecifierSet(declared) & SpecifierSet(needed)
    except InvalidSpecifier:
        return True
    versions = _VERSION.findall(f"{declared} {needed}")
    candidates = [*versions, *(f"{v}.999" for v in versions), *(_below(v) for v in versions), "9999"]
    return any(both.contains(version) for version in candidates)


def _below(version: str) -> str:
    """A release just below a bound: 1.40 -> 1.39.999, 2 -> 1.999."""
    head, _, last = version.rpartition(".")
    if int(last) > 0:
        return f"{head}.{int(last) - 1}.999" if head else f"{int(last) - 1}.999"
    return f"{_below(head)}" if head else "0"
