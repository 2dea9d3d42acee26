"""What a repository gives others to install, and what it installs itself, as its manifests say."""

from __future__ import annotations

import ast
import configparser
import re
from typing import TYPE_CHECKING, Any

import tomli

from migrator.fleet.fleet_records import Package

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MANIFESTS = ("pyproject.toml", "setup.cfg", "setup.py")
_REQUIREMENTS = re.compile(r"(?:^|/)(?:requirements[^/]*|requirements/[^/]+|constraints[^/]*)\.(?:txt|in)$")
_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_EGG = re.compile(r"#egg=([A-Za-z0-9][A-Za-z0-9._-]*)")
_IMPORT = re.compile(rb"^[ \t]*(?:from[ \t]+([A-Za-z_]\w*)|import[ \t]+([^#;\r\n]+))", re.MULTILINE)
_ASIDE = frozenset({"tests", "test", "docs", "doc", "examples", "example", "scripts", "setup", "conftest"})
_MOST = 1_000_000
_MOST_MANIFESTS = 200


def is_manifest(path: str) -> bool:
    """Whether a file says what is installed."""
    return path.rpartition("/")[2] in (*MANIFESTS, "Pipfile") or bool(_REQUIREMENTS.search(path))


def normal(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def required(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The distributions that manifests ask for."""
    names: set[str] = set()
    for path in sorted(files)[:_MOST_MANIFESTS]:
        names |= {name for line in _asked(path, files[path][:_MOST]) if (name := _name(line))}
    return tuple(sorted(names))


def _name(line: str) -> str:
    egg = _EGG.search(line)
    match = egg or (_NAME.match(line) if "://" not in line.partition("@")[0] else None)
    return normal(match[1]) if match else ""


def _asked(path: str, data: bytes) -> Iterator[str]:
    name, text = path.rpartition("/")[2], data.decode("utf-8", "replace")
    if name in ("pyproject.toml", "Pipfile"):
        yield from _of_table(_toml(text))
    elif name == "setup.cfg":
        yield from _cfg(text).get("options", {}).get("install_requires", "").splitlines()
    elif name == "setup.py":
        yield from _strings(_keywords(text).get("install_requires"))
    elif not name.endswith(".lock"):
        yield from (line for line in text.splitlines() if not line.lstrip().startswith(("#", "-r", "-c")))


def _of_table(table: dict[str, Any]) -> Iterator[str]:
    project, groups = _dict(table, "project"), _dict(table, "dependency-groups")
    yield from _strings(project.get("dependencies"))
    for group in (*_dict(project, "optional-dependencies").values(), *groups.values()):
        yield from _strings(group)
    poetry = _dict(_dict(table, "tool"), "poetry")
    more = (
        _dict(group, "dependencies") for group in _dict(poetry, "group").values() if isinstance(group, dict)
    )
    for named in (_dict(poetry, "dependencies"), *more, _dict(table, "packages")):
        yield from map(str, named)


def _dict(table: dict[str, Any], key: str) -> dict[str, Any]:
    found = table.get(key)
    return found if isinstance(found, dict) else {}


def _strings(values: object) -> Iterator[str]:
    if isinstance(values, list):
        yield from (value for value in values if isinstance(value, str))


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomli.loads(text)
    except (ValueError, RecursionError):
        return {}


def _cfg(text: str) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
    except configparser.Error:
        return {}
    return {name: {key: value or "" for key, value in parser[name].items()} for name in parser.sections()}


def _keywords(text: str) -> dict[str, Any]:
    """The constant arguments of the call of `setup`."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "setup":
            return {word.arg: _constant(word.value) for word in node.keywords if word.arg}
    return {}


def _constant(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError, MemoryError, SyntaxError):
        return None


def provided(files: Mapping[str, bytes], paths: Iterable[str]) -> tuple[Package, ...]:
    """The distributions that the manifests make, with the modules beside each or in its `src`."""
    manifests = [path for path in sorted(files) if path.rpartition("/")[2] in MANIFESTS][:_MOST_MANIFESTS]
    named: dict[str, str] = {}
    for path in manifests:
        name = _named(path, files[path][:_MOST].decode("utf-8", "replace"))
        if name:
            named.setdefault(path.rpartition("/")[0], normal(name))
    paths = list(paths)
    tops = _tops(paths)
    found = []
    for folder, name in named.items():
        for base in (f"{folder}/src" if folder else "src", folder):
            inner = _below(base, paths) if base.endswith("src") else set()
            modules = tuple(sorted((tops.get(base, set()) | inner) - _ASIDE))
            if modules:
                found.append(Package(name=name, folder=base, modules=modules))
                break
    return tuple(found)


def _named(path: str, text: str) -> str:
    kind = path.rpartition("/")[2]
    if kind == "setup.cfg":
        return _cfg(text).get("metadata", {}).get("name", "")
    if kind == "setup.py":
        return str(_keywords(text).get("name") or "")
    table = _toml(text)
    poetry = _dict(_dict(table, "tool"), "poetry")
    return str(_dict(table, "project").get("name") or poetry.get("name") or "")


def _tops(paths: Iterable[str]) -> dict[str, set[str]]:
    """The modules and packages that lie in each folder."""
    found: dict[str, set[str]] = {}
    for path in paths:
        if path.endswith("/__init__.py"):
            folder, _, name = path.removesuffix("/__init__.py").rpartition("/")
        elif path.endswith(".py"):
            folder, _, name = path.removesuffix(".py").rpartition("/")
        else:
            continue
        if name.isidentifier() and name != "__init__":
            found.setdefault(folder, set()).add(name)
    return found


def _below(base: str, paths: Iterable[str]) -> set[str]:
    """Folders with code below `src`, where a package may have no `__init__`."""
    inner = (path.removeprefix(f"{base}/") for path in paths if path.startswith(f"{base}/"))
    return {path.partition("/")[0] for path in inner if "/" in path and path.endswith(".py")}


def imported(data: bytes) -> Iterator[str]:
    """The outermost packages that a file's import statements name, as far as a line shows it."""
    for one, several in _IMPORT.findall(data):
        if one:
            yield one.decode()
        for part in several.split(b",") if several else ():
            word = part.split()[:1]
            if word:
                yield word[0].partition(b".")[0].decode("utf-8", "replace")
