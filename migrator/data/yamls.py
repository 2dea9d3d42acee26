"""YAML with positions, by the marks of PyYAML's events."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from migrator.data.items import DataError, Item

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS = {"str": "text", "int": "number", "float": "number", "bool": "bool", "null": "null"}
_TAG = "tag:yaml.org,2002:"
_MOST_EVENTS = 200_000


def read(text: str) -> Item:
    """The value of a text; raises DataError where it is no YAML."""
    try:
        yaml = _library()
    except ImportError:
        raise DataError("no YAML library is installed; pip install pyyaml to have it read") from None
    try:
        return _Builder(yaml, text).document()
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", "") or type(error).__name__
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark is not None else ""
        raise DataError(f"no valid YAML: {problem}{where}") from None
    except (ValueError, RecursionError) as error:
        raise DataError(f"no valid YAML: {error}") from None


def loaded(text: str) -> Any:  # noqa: ANN401
    """The plain value, as programs load it; of several documents all of them."""
    yaml = _library()
    values = [*yaml.load_all(text, Loader=yaml.SafeLoader)]
    return values[0] if len(values) == 1 else values


def _library() -> Any:  # noqa: ANN401 - optional, and without types of its own
    return importlib.import_module("yaml")


class _Builder:
    def __init__(self, yaml: Any, text: str) -> None:  # noqa: ANN401
        self.yaml = yaml
        self.text = text
        self.resolver = yaml.SafeLoader("")
        self.events: Iterator[Any] = yaml.parse(text, Loader=yaml.SafeLoader)
        self.count = 0
        self.anchors: dict[str, Item] = {}

    def document(self) -> Item:
        """The value; of several documents a list that no row can be put into."""
        starts = self.yaml.DocumentStartEvent
        found = [self.item(next(self.events)) for event in self.events if isinstance(event, starts)]
        if not found:
            raise DataError("is empty")
        if len(found) == 1:
            return found[0]
        whole = Item("list", 0, len(self.text))
        whole.items, whole.style, whole.shared = found, "scattered", True
        return whole

    def item(self, event: Any) -> Item:  # noqa: ANN401
        self.count += 1
        if self.count > _MOST_EVENTS:
            raise DataError(f"holds more than {_MOST_EVENTS:,} values; exclude it")
        if isinstance(event, self.yaml.AliasEvent):
            found = Item("opaque", event.start_mark.index, event.end_mark.index)
            found.shared, found.alias = True, self.anchors.get(event.anchor)
            return found
        if isinstance(event, self.yaml.ScalarEvent):
            found = self.scalar(event)
        elif isinstance(event, self.yaml.SequenceStartEvent):
            found = self.sequence(event)
        else:
            found = self.mapping(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = found
        found.shared = found.shared or event.anchor is not None or bool(event.tag)
        return found

    def scalar(self, event: Any) -> Item:  # noqa: ANN401
        node_type = self.yaml.ScalarNode
        tag = event.tag if event.tag not in (None, "!") else None
        tag = tag or self.resolver.resolve(node_type, event.value, event.implicit)
        kind = _KINDS.get(tag.removeprefix(_TAG), "opaque")
        value = "<<" if tag == _TAG + "merge" else None
        if kind != "opaque":
            value = self.resolver.construct_object(node_type(tag, event.value, event.start_mark))
        return Item(kind, event.start_mark.index, event.end_mark.index, value)  # type: ignore[arg-type]

    def sequence(self, event: Any) -> Item:  # noqa: ANN401
        found = Item("list", event.start_mark.index, event.end_mark.index)
        found.style = "" if event.flow_style else "block"
        while not isinstance(inner := next(self.events), self.yaml.SequenceEndEvent):
            found.items.append(self.item(inner))
        return self.closed(found, inner)

    def mapping(self, event: Any) -> Item:  # noqa: ANN401
        found = Item("map", event.start_mark.index, event.end_mark.index)
        found.style = "" if event.flow_style else "block"
        while not isinstance(inner := next(self.events), self.yaml.MappingEndEvent):
            key = self.item(inner)
            if key.kind in ("map", "list"):
                raise DataError("has keys that are no plain values")
            found.keys.append(key)
            found.items.append(self.item(next(self.events)))
        return self.closed(found, inner)

    def closed(self, found: Item, event: Any) -> Item:  # noqa: ANN401
        """In blocks the end is that of the last part: marks lie behind the comments that follow."""
        last = found.items[-1] if found.items else None
        found.end = event.end_mark.index if last is None or not found.style else self.last_end(found, last)
        return found

    def last_end(self, found: Item, last: Item) -> int:
        if last.kind == "null" and last.start == last.end and found.keys:
            return self.text.find(":", found.keys[-1].end) + 1
        end = last.end
        while end > last.start and self.text[end - 1].isspace():
            end -= 1
        return end
