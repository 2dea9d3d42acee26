"""What the language's own library does with values; see `rules/library` for what is written in Python."""
