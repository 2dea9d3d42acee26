"""TOML with positions: a scanner whose result must equal that of the library."""

from __future__ import annotations

import re
from typing import Any

import tomli

from migrator.data.items import DataError, Item

_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_TEXT = re.compile(
    r'"""(?:[^"\\]|\\[\s\S]|"(?!""))*"{3,5}|'
    + r"'''(?:[^']|'(?!''))*'{3,5}|"
    + _KEY.pattern.partition("|")[2]
)
_OTHER = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:[^\s,\]}#]+|[^\s,\]}#]+")


def read(text: str) -> Item:
    """The value of a text; raises DataError where it is no TOML or is written in a way not followed."""
    try:
        value = tomli.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"no valid TOML: {error}") from None
    try:
        root = _Scanner(text).document()
    except (ValueError, AttributeError, IndexError, RecursionError):
        root = None
    if root is None or root.plain() != value:
        raise DataError("is written in a way that is not followed; edit it by hand")
    return root


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.root = Item("map", 0, len(text))
        self.root.style = "section"
        self.chain = [self.root]

    def document(self) -> Item:
        self.skip(_GAP)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                self.header()
            else:
                self.pair(self.chain[-1])
                for item in self.chain[1:]:
                    item.end = max(item.end, self.at)
            self.skip(_GAP)
        return self.root

    def skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at

    # -- headers -----------------------------------------------------------------------------------

    def header(self) -> None:
        start, many = self.at, self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        names = self.names("]")
        self.at += 2 if many else 1
        before, self.chain = self.chain, [self.root]
        for name in names[:-1]:
            self.enter(name, before, start)
        self.append(names[-1], start) if many else self.enter(names[-1], before, start)
        for item in self.chain[1:]:
            item.end = max(item.end, self.at)

    def names(self, closing: str) -> list[Item]:
        """The parts of a dotted key."""
        found = []
        while True:
            self.skip(_BLANK)
            match = _KEY.match(self.text, self.at)
            if match is None:
                raise ValueError(self.at)
            token = match.group()
            value = self.value_of(token) if token[0] in "\"'" else token
            found.append(Item("text", match.start(), match.end(), value))
            self.at = match.end()
            self.skip(_BLANK)
            if self.text[self.at] == closing:
                return found
            self.at += 1

    def enter(self, name: Item, before: list[Item], start: int) -> None:
        """Go down into a table of a header; one that is met again does not stand together."""
        holder = self.chain[-1]
        known = [i for i, key in enumerate(holder.keys) if key.value == name.value]
        if known:
            child = holder.items[known[0]]
            if child.kind == "list":
                self.chain.append(child)
                child = child.items[-1]
            if child not in before:
                child.style = "scattered"
        else:
            child = Item("map", self.at, self.at)
            child.style = "section"
            holder.keys.append(name)
            holder.items.append(child)
        self.chain.append(child)

    def append(self, name: Item, start: int) -> None:
        holder = self.chain[-1]
        known = [i for i, key in enumerate(holder.keys) if key.value == name.value]
        if known:
            listed = holder.items[known[0]]
        else:
            listed = Item("list", start, self.at)
            listed.style = "section"
            holder.keys.append(name)
            holder.items.append(listed)
        element = Item("map", start, self.at)
        element.style = "section"
        listed.items.append(element)
        self.chain += [listed, element]

    # -- values ------------------------------------------------------------------------------------

    def pair(self, holder: Item) -> None:
        names = self.names("=")
        for name in names[:-1]:
            known = [i for i, key in enumerate(holder.keys) if key.value == name.value]
            if not known:
                holder.keys.append(name)
                holder.items.append(Item("map", name.start, name.end))
            holder = holder.items[known[0] if known else -1]
            holder.style = "scattered"
        self.at += 1
        self.skip(_BLANK)
        holder.keys.append(names[-1])
        holder.items.append(self.value())
        holder.end = max(holder.end, self.at)

    def value(self) -> Item:
        start = self.at
        if self.text[start] == "[":
            return self.array(start)
        if self.text[start] == "{":
            return self.inline(start)
        match = (_TEXT if self.text[start] in "\"'" else _OTHER).match(self.text, start)
        if match is None:
            raise ValueError(start)
        self.at = match.end()
        value = self.value_of(match.group())
        return Item(_kind(value), start, self.at, value)  # type: ignore[arg-type]

    def value_of(self, token: str) -> Any:  # noqa: ANN401
        return tomli.loads(f"x = {token}")["x"]

    def array(self, start: int) -> Item:
        found = Item("list", start, start)
        self.at += 1
        self.skip(_GAP)
        while self.text[self.at] != "]":
            found.items.append(self.value())
            self.skip(_GAP)
            self.at += self.text[self.at] == ","
            self.skip(_GAP)
        self.at += 1
        found.end = self.at
        return found

    def inline(self, start: int) -> Item:
        found = Item("map", start, start)
        self.at += 1
        self.skip(_BLANK)
        while self.text[self.at] != "}":
            self.pair(found)
            self.skip(_BLANK)
            self.at += self.text[self.at] == ","
            self.skip(_BLANK)
        self.at += 1
        found.end = self.at
        return found


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    return "text" if isinstance(value, str) else "opaque"
