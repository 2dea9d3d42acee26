"""Inputs from inputs: tokens exchanged, doubled and dropped, so that most results are programs."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TOKEN = re.compile(
    rb"""[A-Za-z_]\w*|\d[\w.]*|\"\"\"|'{3}|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'|[ \t]+|\r\n|.""", re.S
)
WORDS = [
    *b"model max_tokens temperature client messages self None True lambda yield await async def".split(),
    *b"class return if elif else match case for while with try except finally import from as".split(),
    *b"global type in is not and or max_completion_tokens reasoning_effort startswith".split(),
    *b"OpenAI() os.getenv Literal[ **kw ** {} ... 128000 -1 0 1e9 : , ; = := == * -> @ . + | #".split(),
    *b'"gpt-4o" "gpt-4o-mini" "gpt-5" "gpt-4o-2024-08-06" "gpt-5.5" "openai/gpt-4o" f"{x}"'.split(),
    *b"'gpt-4o' f'gpt-4o' rb'gpt-4o' ( ) [ ] { }".split(),
    *[b"\n", b"\r\n", b"\r", b"\n    ", b"\n\t", b"\x0c", b"\\\n", b" ", b"\\", b"\x1b["],
    *[b"\xef\xbb\xbf", b"\xc3\xa9", b'"""gpt-4o"""'],
    *[b"# coding: latin-1\n", b"# gpt55: ignore\n", b"# gpt-4o\n", b"\n#---\n", b"from m0 import *\n"],
    b'client.chat.completions.create(model="gpt-4o", messages=[], max_tokens=5)',
]
IDS = [word for word in WORDS if b"gpt-" in word and word[-1:] in b"\"'"]


def mutated(data: bytes, most: int, seed: int, pool: Sequence[bytes]) -> bytes:
    """Another input; `pool` holds inputs to take pieces from."""
    chance = random.Random(seed)
    head, tokens = data[:1] or b"\0", _TOKEN.findall(data[1:])
    if chance.random() < 0.2:
        head = bytes([chance.randrange(256)])
    for _ in range(chance.choice([1, 1, 2, 3, 6])):
        chance.choice(_WAYS)(tokens, chance, pool)
    return (head + b"".join(tokens))[:most]


def _exchange(tokens: list[bytes], chance: random.Random, pool: Sequence[bytes]) -> None:
    if tokens:
        tokens[chance.randrange(len(tokens))] = chance.choice(WORDS)


def _insert(tokens: list[bytes], chance: random.Random, pool: Sequence[bytes]) -> None:
    tokens.insert(chance.randint(0, len(tokens)), chance.choice(WORDS))


def _drop(tokens: list[bytes], chance: random.Random, pool: Sequence[bytes]) -> None:
    at = chance.randint(0, len(tokens))
    del tokens[at : at + chance.choice([1, 1, 2, 5, 20])]


def _double(tokens: list[bytes], chance: random.Random, pool: Sequence[bytes]) -> None:
    at = chance.randint(0, len(tokens))
    piece = tokens[at : at + chance.choice([1, 2, 5, 20, 60])]
    to = chance.randint(0, len(tokens))
    tokens[to:to] = piece


def _swap(tokens: list[bytes], chance: random.Random, pool: Sequence[bytes]) -> None:
    if tokens:
        one, other = chance.randrange(len(tokens)), chance.randrange(len(tokens))
        tokens[one], tokens[other] = tokens[other], tokens[one]


def _lines(tokens: list[bytes], chance: random.Random, pool: Sequence[bytes]) -> None:
    """Lines of another input at the end of a line."""
    other = chance.choice(pool)[1:].splitlines(keepends=True) if pool else []
    if other:
        at = chance.randrange(len(other))
        ends = [number + 1 for number, token in enumerate(tokens) if token in (b"\n", b"\r\n", b"\r")]
        to = chance.choice([0, *ends])
        tokens[to:to] = _TOKEN.findall(b"".join(other[at : at + chance.choice([1, 2, 4, 10])]))


def _string(tokens: list[bytes], chance: random.Random, pool: Sequence[bytes]) -> None:
    """A string becomes an id."""
    at = [number for number, token in enumerate(tokens) if token[:1] in (b'"', b"'") and len(token) > 1]
    if at:
        tokens[chance.choice(at)] = chance.choice(
            [word for word in WORDS if b"gpt-" in word and b"(" not in word]
        )


_WAYS: list[Callable[[list[bytes], random.Random, Sequence[bytes]], None]] = [
    _exchange,
    _insert,
    _drop,
    _double,
    _swap,
    _lines,
    _lines,
    _string,
]
