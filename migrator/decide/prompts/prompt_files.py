"""Prompts that lie in text files beside the code: which file an expression reads, and what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.decide.documents.loads import Loads, resolved
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from migrator.decide.documents.loads import Spot
    from migrator.decide.meanings import Names
    from migrator.decide.prompts.pieces import Arguments
    from migrator.know.origins import Origins
    from migrator.read.nodes import Node
    from migrator.read.project import Project

NAME = re.compile(r"[\w./\- ]+\.(?:txt|md|prompt|prompty|jinja2?|j2|tmpl|template|mustache|ya?ml)\Z")
MAX_BYTES, MOST = 200_000, 300
"""Of one file; and how many paths one run asks for."""
_PARTS = ("BinOp", "Call", "Attribute", "JoinedStr", "FormattedValue")


class PromptFiles:
    """Reads prompts of one project with `opened`, which gives the bytes of a file below the root."""

    def __init__(
        self,
        project: Project,
        values: Origins,
        names: Names,
        opened: Callable[[str], bytes | None] | None = None,
    ) -> None:
        self.project = project
        self.names = names
        self.loads = Loads(project, values, names)
        self.opened = opened
        self._texts: dict[str, str | None] = {}
        self._meant: set[str] = set()

    def read_by(self, node: Node, arguments: Arguments) -> tuple[str, str] | None:
        """The file that an expression reads, and its text: the only one that is there and fits."""
        spots = [spot for spot in self.loads.spots(node) if _given(spot, arguments)]
        return self._resolved(spots, node)

    def loaded_by(self, call: Node, arguments: Arguments) -> tuple[str, str] | None:
        """The same for `get_template("a.j2")` and its like, whose folder stands elsewhere."""
        first = next(iter(call.all("args")), None)
        if first is None or not self.names("template-loader", last_name(call.first)):
            return None
        spots = [spot for spot in self.loads.spots(first) if _given(spot, arguments)]
        below = [self.loads.below(folder, spot) for folder in self._template_folders() for spot in spots]
        return self._resolved([*spots, *below], first)

    def named(self, constant: Node, kind: re.Pattern[str] = NAME) -> tuple[str, str] | None:
        """The file of a kind that a constant, with the path around it, names."""
        if self.opened is None or not kind.match(str(constant.value)):
            return None
        whole = constant
        while whole.parent is not None and whole.parent.kind in _PARTS and whole.field != "func":
            whole = whole.parent
        for node in (whole, constant):
            found = self._resolved(self.loads.spots(node), constant, kind)
            if found is not None:
                return found
        return None

    def _template_folders(self) -> Iterator[Spot]:
        for name in self.names.listed("template-folder"):
            for call in self.project.calls(name):
                for given in call.all("args")[:1]:
                    yield from self.loads.spots(given)

    def _resolved(
        self, spots: list[Spot], node: Node, kind: re.Pattern[str] = NAME
    ) -> tuple[str, str] | None:
        fitting = [spot for spot in spots if kind.match(spot.path)]
        candidates = [path for spot in fitting for path in self.loads.candidates(spot, node.file.path)]
        path = resolved(candidates, lambda one: self._text(one) is not None)
        text = self._text(path) if path else None
        if text is None:
            return None
        self._meant.add(path)
        return path, text

    def text(self, path: str) -> str:
        """The text of a file that some expression was found to read."""
        return (self._text(path) or "") if path in self._meant else ""

    def _text(self, path: str) -> str | None:
        """Nothing for what is absent, large, or no text."""
        if path not in self._texts and len(self._texts) < MOST:
            data = self.opened(path) if self.opened is not None else None
            self._texts[path] = _decoded(data) if data is not None and len(data) <= MAX_BYTES else None
        return self._texts.get(path)


def is_plain(path: str, text: str) -> bool:
    """Whether a file's text is the prompt itself, not a program that makes it."""
    return not path.endswith((".yaml", ".yml", ".prompty")) and "{%" not in text


def _given(spot: Spot, arguments: Arguments) -> bool:
    """Whether a path comes from the call that is looked at, not from another of the same function."""
    return spot.via is None or any(bound.node.inside(spot.via) for bound in arguments.given.values())


def _decoded(data: bytes) -> str | None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text.replace("\r\n", "\n")
