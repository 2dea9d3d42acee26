"""Edits to new source, by libcst on slices; patches; safe files on disk.

Nothing here decides what to change, and libcst is imported only once something is rewritten.
"""
