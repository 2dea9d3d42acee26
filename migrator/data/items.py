"""One value of a data file and where it stands: the common form of JSON, YAML and TOML."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

Kind = Literal["map", "list", "text", "number", "bool", "null", "opaque"]
Style = Literal["", "block", "section", "scattered"]
Path = tuple[Any, ...]
"""Keys and indexes on the way from the top."""


class DataError(Exception):
    """A data file cannot be read; the message says why and what to do."""


class Item:
    """A value; `start` and `end` are character offsets.

    Attributes:
        value: of a scalar, as the program sees it.
        keys, items: of a map its keys (scalars) and values, of a list its elements, in order.
        style: `""` in brackets, `block` by indentation, `section` below a header of its own,
            `scattered` where its parts do not stand together.
        shared: other places mean the same text (an anchor), or it means another (an alias).
        alias: what it means, where it is another's text.
    """

    __slots__ = ("alias", "end", "items", "keys", "kind", "shared", "start", "style", "value")

    def __init__(self, kind: Kind, start: int, end: int, value: Any = None) -> None:  # noqa: ANN401
        self.kind = kind
        self.start = start
        self.end = end
        self.value = value
        self.keys: list[Item] = []
        self.items: list[Item] = []
        self.style: Style = ""
        self.shared = False
        self.alias: Item | None = None

    def plain(self) -> Any:  # noqa: ANN401
        """The value as the program sees it."""
        if self.kind == "map":
            return {key.value: item.plain() for key, item in zip(self.keys, self.items, strict=True)}
        return [item.plain() for item in self.items] if self.kind == "list" else self.value

    def step(self, at: int) -> object:
        """What leads to child number `at`."""
        return self.keys[at].value if self.kind == "map" else at


class Document(NamedTuple):
    """A data file as read: `form` is `json`, `yaml` or `toml`."""

    form: str
    text: str
    root: Item
