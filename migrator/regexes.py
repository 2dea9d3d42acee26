"""Whether a regular expression that somebody else wrote can be used without waiting for ever."""

from __future__ import annotations

import importlib
import math
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_PARSER: Any = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
_LONGEST = 2_000
_ENDLESS = 1_000
"""How often a repeat without end is taken to repeat: as long as a line may be."""
_MOST_WAYS = 9.0
"""Powers of ten. Two repeats without end and a dozen of choices stay below it, three stay above."""
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT")
_ONE_WAY = ("ASSERT", "ASSERT_NOT", "ATOMIC_GROUP", "POSSESSIVE_REPEAT")


def is_slow(pattern: str) -> bool:
    """Whether the ways in which a matcher that goes back may try a line are too many to be tried."""
    return len(pattern) > _LONGEST or _ways(_PARSER.parse(pattern)) > _MOST_WAYS


def _ways(parsed: Iterable[Any]) -> float:
    """An upper bound of the ways to match a sequence, as a power of ten."""
    return sum(_of(str(kind), value) for kind, value in parsed)


def _of(kind: str, value: Any) -> float:  # noqa: ANN401
    if kind in _REPEATS:
        least, most = min(int(value[0]), _ENDLESS), min(int(value[1]), _ENDLESS)
        return math.log10(most - least + 1) + most * _ways(value[2])
    if kind == "BRANCH":
        return math.log10(2) + max(_ways(branch) for branch in value[1])
    if kind in _ONE_WAY:
        return _apart(value)
    if kind == "GROUPREF_EXISTS":
        return max(_ways(part) for part in value[1:] if part is not None)
    return _ways(value[-1]) if kind == "SUBPATTERN" else 0.0


def _apart(value: Any) -> float:  # noqa: ANN401
    """A part that is tried for itself and not again: its own ways count where there are many alone."""
    inner = _ways(value[-1] if isinstance(value, tuple) else value)
    return inner if inner > _MOST_WAYS else 0.0


def is_pattern(line: str) -> bool:
    """Whether git understands a pattern."""
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except Exception:
        return False
    return True


def is_slow_pattern(pattern: str) -> bool:
    """Whether matching a pattern can take for ever: stars beside each other multiply the ways to try."""
    parts = pattern.split("/")
    folders = sum(part == "**" for part in parts)
    ways = sum(max(part.count("*") - 1, 0) for part in parts if part != "**")
    return ways > 2 or folders > 2 or len(pattern) > 1_000
