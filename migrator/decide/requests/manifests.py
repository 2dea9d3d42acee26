"""The files in which projects declare what they need: each as (library, releases, place). Nothing is run."""

from __future__ import annotations

import ast
import configparser
import json
import posixpath
import re
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from packaging.requirements import InvalidRequirement, Requirement

from migrator.projectroot import LOCKS, is_built

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MAX_BYTES = 10_000_000
_KEYWORDS = ("install_requires", "extras_require", "tests_require", "setup_requires")
_INCLUDE = re.compile(r"\s*(?:-r|--requirement|-c|--constraint)[\s=]+(\S+)")
_DEEPEST = 8


class Declared(NamedTuple):
    """A library and the releases of it that a line of a manifest allows (PEP 440; empty: any)."""

    name: str
    specifier: str
    path: str
    line: int = 0
    locked: bool = False


def declared(
    path: str, data: bytes, opened: Callable[[str], bytes | None] = lambda _path: None
) -> Iterator[Declared]:
    """The requirements that a manifest declares."""
    text = data[:MAX_BYTES].decode("utf-8", errors="replace")
    name = path.rpartition("/")[2]
    if name in LOCKS:
        yield from _locked(path, name, text)
        return
    if is_built(path):
        yield from (Declared(*one, path) for one in _plain(_in_metadata(text)))
        return
    found: Iterable[tuple[str, str]]
    if name == "setup.py":
        found = _plain(_in_setup(text))
    elif name == "setup.cfg":
        found = _plain(_in_configuration(text))
    elif name in ("pyproject.toml", "Pipfile"):
        table = _toml(text)
        found = _in_pipfile(table) if name == "Pipfile" else _in_pyproject(table)
    else:
        yield from _listed(path, text, opened, ())
        return
    for library, releases in found:
        yield Declared(library, releases, path, _line(text, library))


def is_project(path: str, data: bytes) -> bool:
    """Whether a file makes its folder a project: a name or a build of its own, not only settings of tools."""
    name = path.rpartition("/")[2]
    if name == "pyproject.toml":
        table = _toml(data[:MAX_BYTES].decode("utf-8", errors="replace"))
        return "project" in table or "poetry" in _table(table.get("tool"))
    return name in ("setup.py", "Pipfile") or (name == "setup.cfg" and b"[metadata]" in data)


# -- one kind of file each -----------------------------------------------------------------------


def _listed(
    path: str, text: str, opened: Callable[[str], bytes | None], within: tuple[str, ...]
) -> Iterator[Declared]:
    """The lines of a requirements file, and of those that it includes."""
    for number, line in enumerate(text.splitlines(), 1):
        include = _INCLUDE.match(line)
        if include is not None:
            other = posixpath.normpath(posixpath.join(posixpath.dirname(path), include[1]))
            data = opened(other) if other not in (*within, path) and len(within) < _DEEPEST else None
            if data is not None:
                inner = data[:MAX_BYTES].decode("utf-8", errors="replace")
                yield from _listed(other, inner, opened, (*within, path))
        else:
            for library, releases in _plain([line.partition(" #")[0].partition(" --hash")[0].rstrip(" \\")]):
                yield Declared(library, releases, path, number)


def _locked(path: str, name: str, text: str) -> Iterator[Declared]:
    """What is installed by a lock file."""
    if name == "Pipfile.lock":
        try:
            table = _table(json.loads(text))
        except ValueError:
            return
        for group in ("default", "develop"):
            for library, entry in _table(table.get(group)).items():
                version = _table(entry).get("version")
                if isinstance(version, str):
                    yield Declared(library, version, path, _line(text, library), locked=True)
        return
    packages = _toml(text).get("package")
    for entry in packages if isinstance(packages, list) else ():
        item, version = _table(entry).get("name"), _table(entry).get("version")
        if isinstance(item, str) and isinstance(version, str):
            yield Declared(item, f"=={version}", path, _line(text, item), locked=True)


def _in_pyproject(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    project, tool = _table(table.get("project")), _table(table.get("tool"))
    yield from _plain(_strings(project.get("dependencies")))
    uv = _table(tool.get("uv"))
    groups = [
        *_table(project.get("optional-dependencies")).values(),
        *_table(table.get("dependency-groups")).values(),
        *_table(_table(tool.get("pdm")).get("dev-dependencies")).values(),
        *(uv.get(key) for key in ("dev-dependencies", "constraint-dependencies", "override-dependencies")),
    ]
    for group in groups:
        yield from _plain(_strings(group))
    poetry = _table(tool.get("poetry"))
    tables = [poetry.get("dependencies"), poetry.get("dev-dependencies")]
    tables += [_table(group).get("dependencies") for group in _table(poetry.get("group")).values()]
    for each in tables:
        yield from in_poetry(_table(each))


def _in_pipfile(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key in ("packages", "dev-packages"):
        yield from in_poetry(_table(table.get(key)))


def _in_configuration(text: str) -> Iterator[str]:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    yield from parser.get("options", "install_requires", fallback="").splitlines()
    if parser.has_section("options.extras_require"):
        for _, lines in parser.items("options.extras_require"):
            yield from lines.splitlines()


def _in_metadata(text: str) -> Iterator[str]:
    """What a build's metadata requires; of extras too."""
    for line in text.partition("\n\n")[0].splitlines():
        key, _, value = line.partition(":")
        if key == "Requires-Dist":
            yield value


def _in_setup(text: str) -> Iterator[str]:
    """The texts in what `setup()` is given as requirements, there or under a module's name."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    names = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in ast.walk(tree):
        for keyword in call.keywords if isinstance(call, ast.Call) else ():
            if keyword.arg in _KEYWORDS:
                value = keyword.value
                given = names.get(value.id, value) if isinstance(value, ast.Name) else value
                yield from (n.value for n in ast.walk(given) if _is_text(n))  # type: ignore[attr-defined]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


# -- one requirement -----------------------------------------------------------------------------


def _plain(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        try:
            one = Requirement(line.strip())
        except InvalidRequirement:
            continue
        yield one.name, str(one.specifier)


def in_poetry(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The requirements of a table whose keys are libraries, as PEP 440 has them."""
    for name, value in table.items():
        wanted = value.get("version") if isinstance(value, dict) else value
        if isinstance(wanted, str) and name != "python":
            yield name, ",".join(filter(None, map(_pep440, wanted.split(",")))) if "|" not in wanted else ""


def _pep440(one: str) -> str:
    """Poetry's `^1.2`, `~1.2`, `1.2` and `*` as PEP 440 has them."""
    one = one.strip()
    match = re.fullmatch(r"([\^~]?)\s*v?(\d+(?:\.\d+)*)", one)
    if match is None:
        return "" if one == "*" else f"=={one}" if re.fullmatch(r"[\d.]+\.\*", one) else one
    if not match[1]:
        return f"=={match[2]}"
    parts = list(map(int, match[2].split(".")))
    first = next((at for at, part in enumerate(parts) if part), len(parts) - 1)
    at = first if match[1] == "^" else min(1, len(parts) - 1)
    return f">={match[2]},<{'.'.join(map(str, [*parts[:at], parts[at] + 1]))}"


# -- texts ---------------------------------------------------------------------------------------


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _strings(values: object) -> list[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def _line(text: str, library: str) -> int:
    """The first line that names a library, from 1; 0 where none does."""
    name = re.sub(r"[-_.]+", "[-_.]+", re.escape(library).replace(r"\-", "-").replace(r"\.", "."))
    match = re.search(rf"(?im)^(?!\s*#).*?(?<![\w.-]){name}(?![\w-])", text)
    return text.count("\n", 0, match.end()) + 1 if match else 0
