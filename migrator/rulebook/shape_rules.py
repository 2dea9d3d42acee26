"""rules/shapes.toml: files that programs of others read."""

from __future__ import annotations

from migrator.rulebook.base import Rule


class ShapeExample(Rule, frozen=True):
    """A file of a shape, and what it becomes with config-files (nothing else: why it stays)."""

    file: str
    before: str
    after: str = ""
    why: str = ""


class Shape(Rule, frozen=True):
    """A file that a program of others reads: `code` reads it as that does; else `at` leads to its models.

    `do` is what a person does about these.
    """

    name: str
    files: tuple[str, ...]
    source: str
    holds: tuple[str, ...] = ()
    code: str = ""
    at: tuple[str, ...] = ()
    reason: str = ""
    do: str = ""
    example: tuple[ShapeExample, ...] = ()
    noop: tuple[ShapeExample, ...] = ()


class ShapeFile(Rule, frozen=True):
    """All known shapes."""

    shape: tuple[Shape, ...]
