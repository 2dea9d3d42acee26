"""Which proxy pool serves which models; patterns, first match wins."""

import re

POOLS = [
    (r"gpt-4o.*|gpt-5.*", "pool-a"),
    (r".*", "pool-b"),
]


def pool(model: str) -> str:
    return next(name for pattern, name in POOLS if re.fullmatch(pattern, model))
