"""Where a program puts an id behind the name of a provider by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from migrator.read.nodes import FileFacts, Node


def joint(files: Iterable[FileFacts], is_model: Callable[[str], bool]) -> Node | None:
    """The first text of a provider that is not known and a model: `f"{vendor}/{model}"`."""
    for file in files:
        for text in (file.nodes[at] for at, kind in enumerate(file.tree.kind) if kind == "JoinedStr"):
            parts = list(text.children())
            is_parted = len(parts) == 3 and parts[0].kind == "FormattedValue" and parts[1].value == "/"
            if is_parted and is_model(last_name(parts[2].first)):
                return text
    return None
