"""Names that say that what they are given is a secret."""

from __future__ import annotations

import re

KEYWORD = (
    r"(?i:api[_-]?key|secret|passw(?:or)?d|passphrase|pwd|credential|authorization|webhook(?:_?url)?"
    r"|(?:private|signing|encryption|account|shared|master|access|client|service|subscription|co)[_-]?key"
    r"|(?:auth|access|bearer|refresh|session|csrf|bot|id)[_-]?token|[_-]auth(?=\W))"
)
"""A pattern; anything may stand in front of it."""
_ENDS = re.compile(rf"{KEYWORD}s?\Z")


def is_secret(name: str) -> bool:
    """Whether a variable of that name holds a secret, and not its label, length or the like."""
    return _ENDS.search(name) is not None
