"""JSON with positions; also what JSON5 adds: comments, last commas, single quotes, bare keys."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

from migrator.data.items import DataError, Item

_STRINGS = r""""(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?"""
"""Strings; what is not closed goes to the end of its line, so that it is looked at once."""
_TOKEN = re.compile(
    r"""[ \t\r\n]*([\[\]{},:]|"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'|[^\s\[\]{},:"]+)"""
)
_REMARK = re.compile(rf"{_STRINGS}|//[^\r\n]*|/\*[\s\S]*?\*/")
_LAST_COMMA = re.compile(rf"{_STRINGS}|,(?=\s*[\]}}])")
_SPELLED = re.compile(rf"{_STRINGS}|(?<![\w$])[A-Za-z_$][\w$]*(?![\w$])(?=\s*:)")
_ESCAPED = re.compile(r"""\\.|\"""")
_KINDS = {"true": "bool", "false": "bool", "null": "null"}


def read(text: str) -> Item:
    """The value of a text; raises DataError where it is no JSON."""
    try:
        value, plain = _loaded(text)
    except ValueError as error:
        raise DataError(f"no valid JSON: {error}") from None
    root = _scanned(plain)
    if root.plain() != value:
        raise DataError("holds numbers that are none (NaN)")
    return root


def loaded(text: str) -> Any:  # noqa: ANN401
    """The plain value; raises ValueError where it is no JSON."""
    return _loaded(text)[0]


def _loaded(text: str) -> tuple[Any, str]:
    """The value, and a text of the same length without remarks and last commas."""
    try:
        return json.loads(text), text
    except ValueError:
        plain = _LAST_COMMA.sub(_blank, _REMARK.sub(_blank, text))
        for spelled in (plain, _SPELLED.sub(_as_json, plain)):
            if spelled != text:
                with suppress(ValueError):
                    return json.loads(spelled), plain
        raise


def _blank(match: re.Match[str]) -> str:
    found = match.group()
    return found if found[0] in "\"'" else re.sub(r"[^\r\n]", " ", found)


def _as_json(match: re.Match[str]) -> str:
    return _quoted(match.group())


def _quoted(token: str) -> str:
    """A string as JSON spells it: in double quotes, whatever it stands in (a key may stand in none)."""
    if token.startswith('"'):
        return token
    inner = token[1:-1] if token.startswith("'") else token
    changed = {"\\'": "'", '"': '\\"'}
    return f'"{_ESCAPED.sub(lambda m: changed.get(m.group(), m.group()), inner)}"'


def _scanned(text: str) -> Item:
    """The tree of a text that is known to be JSON."""
    top = Item("list", 0, len(text))
    stack, is_key, at = [top], False, 0
    while match := _TOKEN.match(text, at):
        token, start, at = match.group(1), match.start(1), match.end()
        holder = stack[-1]
        if token in "]}":
            stack.pop().end = at
        elif token in ",:":
            is_key = token == "," and holder.kind == "map"
        elif token in "[{":
            opened = Item("map" if token == "{" else "list", start, at)
            holder.items.append(opened)
            stack.append(opened)
            is_key = token == "{"
        else:
            spelled = _quoted(token) if is_key or token.startswith("'") else token
            (holder.keys if is_key else holder.items).append(_scalar(spelled, start, at))
            is_key = False
    return top.items[0]


def _scalar(token: str, start: int, end: int) -> Item:
    kind = "text" if token.startswith('"') else _KINDS.get(token, "number")
    return Item(kind, start, end, json.loads(token))  # type: ignore[arg-type]
