"""Names of what a library's call calls, as rules write them and as programs do."""

from __future__ import annotations

import re

_STRIPPED = re.compile(
    r"\.with_raw_response|\.with_streaming_response|\.with_options\(\)|\.beta(?=\.)|\.copy\(\)"
)


def plain(path: str) -> str:
    """A dotted path without what does not matter for which rule speaks of it."""
    return _STRIPPED.sub("", path)


def fits(pattern: str, path: str) -> bool:
    """Whether a rule's callee is a path; `*` stands for any one name."""
    if pattern == path:
        return True
    if "*" not in pattern:
        return False
    one, two = pattern.split("."), path.split(".")
    return len(one) == len(two) and all(a in ("*", b) for a, b in zip(one, two, strict=True))
