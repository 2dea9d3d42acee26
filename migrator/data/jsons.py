"""JSON with positions."""

from __future__ import annotations

import json
import re

from migrator.data.items import DataError, Item

_TOKEN = re.compile(r'[ \t\r\n]*([\[\]{},:]|"(?:[^"\\]|\\.)*"|[^\s\[\]{},:"]+)')
_KINDS = {"true": "bool", "false": "bool", "null": "null"}


def read(text: str) -> Item:
    """The value of a text; raises DataError where it is no JSON."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise DataError(f"no valid JSON: {error}") from None
    root = _scanned(text)
    if root.plain() != value:
        raise DataError("holds numbers that are none (NaN)")
    return root


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
            (holder.keys if is_key else holder.items).append(_scalar(token, start, at))
            is_key = False
    return top.items[0]


def _scalar(token: str, start: int, end: int) -> Item:
    kind = "text" if token.startswith('"') else _KINDS.get(token, "number")
    return Item(kind, start, end, json.loads(token))  # type: ignore[arg-type]
