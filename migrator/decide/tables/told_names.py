"""Names of a model in a row, as the new model has them: aliases, snapshots, display names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.decide.flows.flow_steps import key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.decide.records import Judged
    from migrator.read.nodes import Node

_DATE = re.compile(r"-\d{4}-\d{2}-\d{2}$")


class Told:
    """What is said about a row while it is written."""

    def __init__(self) -> None:
        self.set: list[str] = []
        self.copied: list[str] = []
        self.unknown: list[str] = []


def listed_snapshots(collection: Node, old: str, new: str) -> str:
    """A list of a model's snapshots as the new model has it: itself, if the old one was on its own list."""
    texts = [n for n in collection.all("elts") if n.value == old]
    opening, closing = collection.source[:1], collection.source[-1:]
    if texts:
        inner = texts[0].source.replace(old, new)
        return f"{opening}{inner}{',' if collection.kind == 'Tuple' else ''}{closing}"
    return "set()" if collection.kind == "Set" else f"{opening}{closing}"


def collection_of(collection: Node, sources: Sequence[str | None]) -> str:
    """A collection with the elements that are given."""
    kept = [source for source in sources if source is not None]
    if not kept and collection.kind == "Set":
        return "set()"
    opening, closing = collection.source[:1], collection.source[-1:]
    return f"{opening}{', '.join(kept)}{',' if kept and collection.kind == 'Tuple' else ''}{closing}"


def bare_id(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def is_own_spelling(text: str, old: str) -> bool:
    """Whether a text spells the id in somebody's own way (`gpt4o`), which nobody knows for a new one."""
    return text == text.lower() and " " not in text and old not in text and bare_id(old) in bare_id(text)


def displayed(text: str, old: str, new: str) -> str:
    """A display name of the old model as one of the new (`GPT-4o mini` -> `GPT-5.5 Instant`)."""
    old = _DATE.sub("", old)
    pattern = "[- _]?".join(re.escape(part) for part in old.split("-"))
    match = re.search(rf"(?i)(?<![\w.-]){pattern}(?![\w.-])", text)
    if match is None or match.group() == old:
        return text
    return text[: match.start()] + _styled(match.group(), new) + text[match.end() :]


def _styled(shown: str, new: str) -> str:
    head, *rest = new.split("-")
    joint = shown[len(head) : len(head) + 1] if not shown[len(head) : len(head) + 1].isalnum() else ""
    words = re.findall(r"[- _]([A-Za-z]{3,})", shown[len(head) + 1 :])
    gap = re.search(r"([- _])[A-Za-z]{3,}$", shown)
    upper = not words or words[0][:1].isupper()
    named = shown[: len(head)] + joint + (rest[0] if rest else "")
    return named + "".join(
        (gap.group(1) if gap else " ") + (w.capitalize() if upper else w) for w in rest[1:]
    )


def shown_name(value: float) -> str:
    return f"{int(value):,}" if float(value).is_integer() else f"{value:g}"


def key_beside(one: Judged) -> str:
    """The constant key that an id stands by in a dict."""
    node = one.node
    in_dict = node is not None and node.parent is not None and node.parent.kind == "Dict"
    return key_of(node) if node is not None and in_dict else ""
