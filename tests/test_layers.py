"""Imports go down and in no circle, those for types and lazy ones included."""

import importlib.util
import re
from collections import Counter
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
IMPORT = re.compile(r"^\s*from (\S+) import (\([^)]*\)|[^#\n]*)", re.MULTILINE)
LAYERS = (
    "rulebook", "inventory", "settings", "data", "read", "discover", "write", "know", "requests", "decide", "check",
    "report", "pipeline", "evidence", "plan", "fleet", "commands", "cli",
)  # fmt: skip
"""From the ground up: a package imports nothing of those that come after it."""


@cache
def modules() -> dict[str, Path]:
    found = {}
    for path in sorted((ROOT / "migrator").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def package(name: str) -> str:
    return name if modules()[name].name == "__init__.py" else name.rpartition(".")[0]


@cache
def imported() -> dict[str, set[str]]:
    """By module, the modules of the project that any statement of it imports."""
    found: dict[str, set[str]] = {}
    for name, path in modules().items():
        names = []
        for base, said in IMPORT.findall(path.read_text()):
            module = importlib.util.resolve_name(base, package(name))
            asked = [f"{module}.{one.split()[0]}" for one in said.strip("()").split(",") if one.strip()]
            names += [one if one in modules() else module for one in asked]
        found[name] = {one for one in names if one in modules() and one != name}
    return found


def reached(start: str) -> set[str]:
    """What a module imports, itself or by way of others."""
    found: set[str] = set()
    ahead = [*imported()[start]]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += imported()[name]
    return found


def test_nothing_imports_itself_by_way_of_others():
    assert not [name for name in modules() if name in reached(name)]


def test_imports_go_down():
    layer = {name: at for at, name in enumerate(LAYERS)}
    of = {name: layer.get(name.split(".")[1], -1) for name in modules() if "." in name}
    wrong = [
        f"{name} imports {other}"
        for name, others in imported().items()
        for other in others
        if 0 <= of.get(name, -1) < of.get(other, -1)
    ]
    assert not wrong


def test_every_file_has_a_name_of_its_own():
    names = Counter(path.name for path in modules().values() if path.name != "__init__.py")
    assert not [name for name, times in names.items() if times > 1]


def test_no_file_is_longer_than_one_reads_at_a_time():
    lengths = {name: path.read_bytes().count(b"\n") for name, path in modules().items()}
    assert not {name: length for name, length in lengths.items() if length > 400}
