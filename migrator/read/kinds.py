"""Kinds of syntax, by the names of `ast`, that several stages ask for together."""

LOOPS = ("For", "AsyncFor", "While")
COMPREHENSIONS = ("ListComp", "SetComp", "DictComp", "GeneratorExp")
REPEATING = (*LOOPS, *COMPREHENSIONS)
LEAVING = ("Return", "Raise", "Continue", "Break")
"""Statements after which nothing of their block runs."""
COLLECTIONS = ("List", "Tuple", "Set")
