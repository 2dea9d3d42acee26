"""Whether a regular expression that somebody else wrote can be used without waiting for ever."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARSER: Any = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
_MOST_REPEATS, _LONGEST = 4, 2_000
_MANY = 16
"""A counted repeat that may go further counts as one without end."""


def is_slow(pattern: str) -> bool:
    """Whether ways to match multiply: repeats inside repeats, choices inside repeats, many side by side."""
    if len(pattern) > _LONGEST:
        return True
    repeats = list(_inside(_PARSER.parse(pattern), False))
    return any(repeats) or len(repeats) > _MOST_REPEATS


def _inside(parsed: Any, repeated: bool) -> Iterator[bool]:  # noqa: ANN401
    """For each repeat without end (and each choice in one): whether it stands in another."""
    for kind, value in parsed:
        name = str(kind)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            endless = int(value[1]) > _MANY
            if endless:
                yield repeated
            yield from _inside(value[2], repeated or endless)
        elif name == "BRANCH":
            if repeated:
                yield True
            for branch in value[1]:
                yield from _inside(branch, repeated)
        elif name in ("SUBPATTERN", "ASSERT", "ASSERT_NOT", "ATOMIC_GROUP", "GROUPREF_EXISTS"):
            parts = value if isinstance(value, tuple) else (value,)
            for part in parts:
                if hasattr(part, "data"):
                    yield from _inside(part, repeated)
