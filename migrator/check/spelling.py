"""New ids as they are written beside known ones: in the quotes of a literal, in a pattern."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.read.nodes import Node


def quoted(literal: Node, text: str) -> str:
    """A text in the quotes of a literal."""
    quote = literal.source[-1]
    return f"{quote}{text}{quote}" if quote in "'\"" else repr(text)


def is_plain_text(literal: Node | None) -> bool:
    """Whether a literal is a text on one line, which can be made longer at its end."""
    if literal is None or literal.kind != "Constant" or not isinstance(literal.value, str):
        return False
    return literal.source[-3:] not in ('"""', "'''")


def wider_pattern(literal: Node, news: Iterable[str]) -> str:
    """A pattern that fits new ids as well."""
    source = literal.source
    is_raw = "r" in source[: source.index(source[-1])].lower()
    plain = [re.escape(text).replace(r"\-", "-") for text in sorted(set(news))]
    more = "".join(f"|^{text if is_raw else text.replace(chr(92), chr(92) * 2)}$" for text in plain)
    return f"{source[:-1]}{more}{source[-1]}"
