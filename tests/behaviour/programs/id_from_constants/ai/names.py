"""Which model does what; change them here only."""

FAST = "gpt-4o-mini"
STRONG = "gpt-4o"
