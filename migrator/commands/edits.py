"""Additions to pyproject.toml and .pre-commit-config.yaml, made in the text: the rest stays as it is."""

from __future__ import annotations

import re

from migrator import __version__
from migrator.errors import UsageError

SETTINGS = """\
[tool.gpt55-migrate]
catalog = "guide"  # or "published", "current", or a catalogue file of yours
# map = { "gpt-4o" = "instant" }  # decide for an old id yourself
# write-contexts = ["test"]  # write these kinds of file too
# exclude = ["vendor/"]
"""
_HEADER = re.compile(rb"""^\s*\[\s*tool\s*\.\s*["']?gpt55-migrate["']?\s*\][^\r\n]*(\r\n|\n|\Z)""", re.M)
_REPOS = re.compile(rb"^repos[ \t]*:[ \t]*(\[[ \t]*\])?[ \t]*(#[^\r\n]*)?(\r\n|\n|\Z)", re.M)
_TOP = re.compile(rb"^(?![ \t\r\n#-])", re.M)
_ITEM = re.compile(rb"^([ \t]*)- ", re.M)


def with_settings(old: bytes, name: str, baseline: str = "") -> bytes:
    """A pyproject.toml with a table of ours, and a `baseline` in it if one is named."""
    before = _parsed(old, name)
    table = _tool(before).get("gpt55-migrate")
    newline = _newline(old)
    wanted = f'baseline = "{baseline}"'.encode() + newline if baseline else b""
    if table is None:
        new = _appended(old, SETTINGS.encode().replace(b"\n", newline) + wanted, newline)
    elif baseline and isinstance(table, dict) and "baseline" not in table:
        new = _into_table(old, wanted, newline)
    else:
        return old
    _refuse_other_changes(before, new, name)
    return new


def _into_table(old: bytes, line: bytes, newline: bytes) -> bytes:
    header = _HEADER.search(old)
    if header is None:
        return old + line
    return _ended(old[: header.end()], newline) + line + old[header.end() :]


def _refuse_other_changes(before: dict[str, object], new: bytes, name: str) -> None:
    """The table must have arrived, and nothing else may read otherwise than before."""
    try:
        after = _parsed(new, name)
    except UsageError:
        after = {}
    if "gpt55-migrate" not in _tool(after) or _others(after) != _others(before):
        raise UsageError(f"{name}: cannot be extended as text; add {SETTINGS.splitlines()[0]} yourself")


def _others(data: dict[str, object]) -> tuple[object, object]:
    """What is not ours: the tables beside [tool], and those in it."""
    rest = {key: value for key, value in data.items() if key != "tool"}
    return rest, {key: value for key, value in _tool(data).items() if key != "gpt55-migrate"}


def _tool(data: dict[str, object]) -> dict[str, object]:
    table = data.get("tool", {})
    return table if isinstance(table, dict) else {}


def _parsed(data: bytes, name: str) -> dict[str, object]:
    import tomli

    try:
        return tomli.loads(data.decode())
    except ValueError as error:
        raise UsageError(f"{name}: no valid TOML: {error}") from None


# -- .pre-commit-config.yaml ---------------------------------------------------------------------


def hook_entry(repo: str = "", *, fix: bool = False) -> list[str]:
    """The lines of one item of `repos`: a repository at its version, else the installed command."""
    hook = "gpt55-migrate-fix" if fix else "gpt55-migrate"
    if repo:
        return [f"- repo: {repo}", f"  rev: {_revision()}", "  hooks:", f"    - id: {hook}"]
    entry = "gpt55-migrate check --fix" if fix else "gpt55-migrate check"
    return [
        "- repo: local",
        "  hooks:",
        f"    - id: {hook}",
        f"      name: {hook}",
        f"      entry: {entry}",
        "      language: system",
        "      types_or: [python, pyi, jupyter]",
        "      require_serial: true",
    ]


def _revision() -> str:
    """The tag of this release, or the commit of what lies between two."""
    release, _, commit = __version__.partition("+g")
    return commit.partition(".")[0] if ".dev" in release and commit else f"v{release}"


def with_hook(old: bytes, name: str, entry: list[str]) -> bytes:
    """A pre-commit configuration with one more item, laid out as the others are."""
    if re.search(rb"\bid:[ \t]*[\"']?gpt55-migrate", old):
        return old
    newline = _newline(old)
    repos = _REPOS.search(old)
    if repos is None:
        if re.search(rb"^repos\b", old, re.M):
            raise UsageError(f"{name}: repos is no plain list; add the hook yourself: {' / '.join(entry)}")
        return _appended(old, b"repos:" + newline + _lines(entry, b"  ", newline), newline, blank=False)
    if repos[1]:
        head = old[: repos.start()] + b"repos:" + newline
        return head + _lines(entry, b"  ", newline) + old[repos.end() :]
    end = _TOP.search(old, repos.end())
    body = old[repos.end() : end.start() if end else len(old)]
    kept = body.rstrip(b" \t\r\n")
    indent = first[1] if (first := _ITEM.search(body)) else b"  "
    added = (kept + newline if kept else b"") + _lines(entry, indent, newline)
    rest = body[len(kept) :].partition(b"\n")[2] + old[end.start() :] if end else b""
    return _ended(old[: repos.end()], newline) + added + rest


def _lines(entry: list[str], indent: bytes, newline: bytes) -> bytes:
    return b"".join(indent + line.encode() + newline for line in entry)


def _appended(old: bytes, text: bytes, newline: bytes, *, blank: bool = True) -> bytes:
    if not old.strip():
        return old + text
    return _ended(old, newline) + (newline if blank else b"") + text


def _ended(data: bytes, newline: bytes) -> bytes:
    return data if data.endswith(b"\n") else data + newline


def _newline(data: bytes) -> bytes:
    return b"\r\n" if b"\r\n" in data else b"\n"
