"""Tables and choices keyed by ids: which rows the new ids need, and what a miss does."""
