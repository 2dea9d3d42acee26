"""Ids planted at random legal places of any program, and the proof that nothing else was changed."""

from __future__ import annotations

import ast
import bisect
import io
import re
import tokenize
import warnings
from typing import TYPE_CHECKING

from migrator.source import Source

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Sequence

    from migrator.inventory.edit_records import Edit

Place = tuple[int, int]
IDS = ("gpt-4o", "gpt-4o-mini", "gpt-5", "gpt-4o-2024-08-06")
CALL = "client.chat.completions.create(model={0}gpt-4o{0}, messages=[], temperature=0.2, max_tokens=3)"
_PLAIN = re.compile(r"[uU]?(\"\"\"|'''|\"|')")


def parsed(text: str) -> ast.Module:
    """The tree, without the warnings of old programs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def planted(data: bytes, chance: random.Random, most: int = 6) -> bytes | None:
    """The program with some of its plain strings turned into ids, or into calls with one.

    Nothing if it has no such strings or is no program.
    """
    try:
        source = Source(data)
        parsed(source.text)
    except Exception:  # what Python refuses is tested elsewhere
        return None
    places = list(_strings(source))
    chosen = chance.sample(places, min(most, len(places)))
    for calls in (chosen[::3], ()):
        text = _replaced(source, chosen, calls, chance)
        try:
            parsed(text)
            return source.encode(text) if places else None
        except Exception:  # a string that had to be one: of `from __future__`, or beside another
            continue
    return None


def _replaced(source: Source, places: list[Place], calls: Sequence[Place], chance: random.Random) -> str:
    text = source.text
    for start, end in sorted(places, reverse=True):
        quotes = _PLAIN.match(text[start:end])
        assert quotes is not None
        new = f"{quotes.group()}{chance.choice(IDS)}{quotes.group(1)}"
        if (start, end) in calls:
            new = CALL.format(quotes.group(1))
        text = f"{text[:start]}{new}{text[end:]}"
    return text


def _strings(source: Source) -> Iterable[Place]:
    """Character spans of string tokens without prefix; lines as `tokenize` counts them are those of `Source`."""
    text = source.text
    if "\r" in text.replace("\r\n", "") or "\f" in text:
        return
    lines = io.StringIO(text, newline="").readline
    try:
        for token in tokenize.generate_tokens(lines):
            if token.type == tokenize.STRING and _PLAIN.match(token.string):
                start = source.line_starts[token.start[0] - 1] + token.start[1]
                end = source.line_starts[token.end[0] - 1] + token.end[1]
                if text[start:end] == token.string:
                    yield start, end
    except (tokenize.TokenError, SyntaxError):
        return


def check(old: bytes, new: bytes, edits: Iterable[Edit]) -> None:
    """`new` parses, and every character outside the places of the edits stands there as before, in order."""
    before, after = Source(old), Source(new)
    assert (after.encoding, after.bom) == (before.encoding, before.bom)
    parsed(after.text)
    position = 0
    kept = list(_kept(before, edits))
    for number, text in enumerate(kept):
        if number == 0:
            assert after.text.startswith(text)
        if number == len(kept) - 1:
            assert after.text.endswith(text)
            continue
        position = after.text.index(text, position) + len(text)


def _kept(source: Source, edits: Iterable[Edit]) -> Iterable[str]:
    """The text between the planned places; statements are taken with their lines and their imports' beside."""
    end = 0
    heads = _heads(source)
    spans = [_span(source, edit, heads) for edit in edits]
    spans += [_above(source, start) for start, _ in spans]
    for start, stop in sorted(spans):
        if start > end:
            yield source.text[end:start]
        elif end == 0:
            yield ""
        end = max(end, stop)
    yield source.text[end:]


def _above(source: Source, start: int) -> Place:
    """Where a block of comments begins that a statement inserted before `start` is put in front of."""
    line = bisect.bisect_right(source.line_starts, start) - 1
    while line and source.line(line).lstrip().startswith("#"):
        line -= 1
    return source.line_starts[line], source.line_starts[line]


def _heads(source: Source) -> dict[int, int]:
    """The line of a decorated statement to that of its first decorator."""
    nodes = [node for node in ast.walk(parsed(source.text)) if getattr(node, "decorator_list", None)]
    return {node.lineno: node.decorator_list[0].lineno for node in nodes}  # type: ignore[attr-defined]


def _span(source: Source, edit: Edit, heads: dict[int, int]) -> Place:
    start, end = source.offsets(edit.anchor)
    whole = type(edit.operation).__name__ in ("AddArm", "AddCase", "DeleteStatement", "InsertStatement")
    if whole:
        start = source.line_starts[heads.get(edit.anchor[0], edit.anchor[0]) - 1]
        last = edit.anchor[2]
        end = source.line_starts[last] if last < len(source.line_starts) else len(source.text)
    return start, end
