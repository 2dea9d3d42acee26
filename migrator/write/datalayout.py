"""Where a new row goes in a data file, and what stands around it: laid out like its neighbour."""

from __future__ import annotations

import json
import re
from ast import literal_eval
from typing import TYPE_CHECKING, NamedTuple

from migrator.write.edit_errors import NotApplicableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.data.items import Document, Item

_REST = re.compile(r"[ \t]*(,)?[ \t]*(#[^\r\n]*)?")
_LINE_REST = re.compile(r"[ \t]*(?:#[^\r\n]*)?")
_COMMENT = re.compile(r"""^([^'"\r\n#]*?)[ \t]+#[^\r\n]*""", re.M)
_PLAIN_GAP = re.compile(r"\s*,\s*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_WORDS = {"True": "true", "False": "false", "None": "null"}


class TextChange(NamedTuple):
    """Characters `start` to `end` become `text`."""

    start: int
    end: int
    text: str


class New(NamedTuple):
    """A row to be: the source of its key (none in lists) and of its value."""

    key: str
    value: str


def inserted(
    document: Document, holder: Item, beside: int, before: bool, rows: Sequence[New]
) -> list[TextChange]:
    """The changes that put rows beside child number `beside` of a map or list."""
    if not 0 <= beside < len(holder.items):
        raise NotApplicableError(f"there is no row {beside}")
    if len({key.value for key in holder.keys}) != len(holder.keys):
        raise NotApplicableError("a key stands there twice")
    layout = _Layout(document, holder, beside)
    texts = [layout.text(row) for row in rows]
    if holder.style == "" or (document.form == "json"):
        return layout.bracketed(texts, before)
    return [layout.own_lines(texts, before)]


def spelled(form: str, source: str, *, key: bool = False) -> str:
    """A literal, perhaps of Python, as the form spells it."""
    text = source.strip()
    if key and form == "toml" and text[:1] not in "\"'" and not _BARE.fullmatch(text):
        return f'"{text}"'
    if text in _WORDS:
        if form == "toml" and text == "None":
            raise NotApplicableError("TOML has no word for nothing")
        return _WORDS[text]
    return json.dumps(literal_eval(text)) if form == "json" and text.startswith("'") else source


class _Layout:
    def __init__(self, document: Document, holder: Item, beside: int) -> None:
        self.document = document
        self.source = document.text
        self.holder = holder
        self.beside = beside
        self.value = holder.items[beside]
        self.key = holder.keys[beside] if holder.keys else None
        self.newline = "\r\n" if "\r\n" in self.source else "\n"
        self.headed = document.form == "toml" and self.value.style in ("section", "scattered")
        if self.value.style == "scattered":
            raise NotApplicableError("the parts of the row do not stand together")
        if _has_anchor(self.value, self.source):
            raise NotApplicableError("the row has an anchor, which may stand there once")

    # -- the text of a row -------------------------------------------------------------------------

    def text(self, row: New) -> str:
        """A row without what separates it from others."""
        form = self.document.form
        value = spelled(form, row.value)
        plain = form == "json" or self.holder.style == ""
        value = value if plain else _COMMENT.sub(r"\1", value)
        if self.key is None:
            return value
        key = spelled(form, row.key, key=True)
        if self.headed:
            return self.section(key, value)
        joint = self.source[self.key.end : self.value.start]
        joint = re.sub(r"[ \t]*#[^\r\n]*", "", joint)
        if self.value.start == self.value.end:
            joint = ": "
        return key + joint + value

    def section(self, key: str, body: str) -> str:
        """A TOML table with its header and those of its own tables."""
        assert self.key is not None
        start, end = self.line(self.key.start), self.source.index("]", self.key.end) + 1
        old = self.source[self.key.start : self.key.end]
        header = self.source[start : self.key.start] + key + self.source[self.key.end : end]
        lines = body.split("\n")
        lines[0] = re.sub(r"[ \t]*#[^\r]*", "", lines[0])
        inner = [line.replace(old, key, 1) if line.lstrip().startswith("[") else line for line in lines]
        return header + "\n".join(inner)

    # -- on lines of their own ---------------------------------------------------------------------

    def own_lines(self, texts: list[str], before: bool) -> TextChange:
        first = self.first()
        start = self.line(first)
        prefix = self.source[start:first]
        allowed = r"[ \t]*" if self.key is not None else r"[ \t]*-[ \t]+"
        if not self.headed and not re.fullmatch(allowed, prefix):
            raise NotApplicableError("the row shares its line")
        wide = self.headed or "\n" in self.source[self.value.start : self.value.end]
        gap = self.newline if wide and self.is_spaced(start) else ""
        prefix = "" if self.headed else prefix
        if before:
            return TextChange(start, start, "".join(f"{prefix}{text}{self.newline}{gap}" for text in texts))
        match = _LINE_REST.match(self.source, self.value.end)
        end = match.end() if match else self.value.end
        if end < len(self.source) and self.source[end] not in "\r\n":
            raise NotApplicableError("the row shares its line")
        return TextChange(end, end, "".join(f"{self.newline}{gap}{prefix}{text}" for text in texts))

    def first(self) -> int:
        if self.headed and self.key is not None:
            return self.line(self.key.start)
        return self.key.start if self.key is not None else self.value.start

    def is_spaced(self, start: int) -> bool:
        """Whether a blank line stands ahead of the row's header, or behind its last line."""
        behind = _LINE_REST.match(self.source, self.value.end)
        rest = self.source[behind.end() if behind else self.value.end :]
        return bool(re.search(r"\n[ \t]*\r?\n\Z", self.source[:start]) or re.match(r"\r?\n[ \t]*\r?\n", rest))

    def line(self, offset: int) -> int:
        return self.source.rfind("\n", 0, offset) + 1

    # -- in brackets -------------------------------------------------------------------------------

    def bracketed(self, texts: list[str], before: bool) -> list[TextChange]:
        starts, ends = _spans(self.holder)
        if before:
            at = starts[self.beside]
            gap = self.separator(ends[self.beside - 1] if self.beside else None, at)
            return [TextChange(at, at, "".join(text + gap for text in texts))]
        end = ends[self.beside]
        rest = _REST.match(self.source, end)
        if rest is not None and rest.group(2) and self.document.form != "json":
            return list(self.behind_comment(texts, end, rest, starts[self.beside]))
        following = starts[self.beside + 1] if self.beside + 1 < len(starts) else None
        if following is not None:
            gap = self.separator(end, following)
        else:
            gap = self.separator(ends[self.beside - 1] if self.beside else None, starts[self.beside])
        return [TextChange(end, end, "".join(gap + text for text in texts))]

    def separator(self, left: int | None, right: int) -> str:
        """What stands between two rows, or would."""
        gap = self.source[left:right] if left is not None else self.source[self.holder.start + 1 : right]
        if left is not None and _PLAIN_GAP.fullmatch(gap):
            head, _, tail = gap.rpartition("\n")
            return "," + self.newline + tail if head or "\n" in gap else gap
        indent = self.source[self.line(right) : right]
        return "," + self.newline + indent if "\n" in gap and not indent.strip() else ", "

    def behind_comment(
        self, texts: list[str], end: int, rest: re.Match[str], start: int
    ) -> Iterator[TextChange]:
        """A row whose line ends in a comment keeps it."""
        indent = self.source[self.line(start) : start]
        if indent.strip():
            raise NotApplicableError("the row shares its line")
        if rest.group(1):
            text = "".join(f"{self.newline}{indent}{one}," for one in texts)
        else:
            yield TextChange(end, end, ",")
            text = ",".join(f"{self.newline}{indent}{one}" for one in texts)
        yield TextChange(rest.end(), rest.end(), text)


def _spans(holder: Item) -> tuple[list[int], list[int]]:
    firsts = holder.keys or holder.items
    return [one.start for one in firsts], [one.end for one in holder.items]


def _has_anchor(item: Item, source: str) -> bool:
    if item.shared and not source.startswith("*", item.start):
        return True
    return any(_has_anchor(inner, source) for inner in item.items)


def removed(document: Document, holder: Item, at: int) -> TextChange:
    """Take a row out, with its comma or its line."""
    if len(holder.items) == 1:
        raise NotApplicableError("it is the only entry")
    starts, ends = _spans(holder)
    source = document.text
    if document.form == "json" or holder.style == "":
        if at + 1 < len(starts):
            return TextChange(starts[at], starts[at + 1], "")
        return TextChange(ends[at - 1], ends[at], "")
    start = source.rfind("\n", 0, starts[at]) + 1
    match = _LINE_REST.match(source, ends[at])
    end = match.end() if match else ends[at]
    if source[start : starts[at]].strip() or holder.items[at].style in ("section", "scattered"):
        raise NotApplicableError("the entry shares its line")
    newline = re.compile(r"\r?\n").match(source, end)
    return TextChange(start, newline.end() if newline else end, "")
