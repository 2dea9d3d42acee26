"""The texts around a literal or a call: what is sent, what the scope says, what its authors wrote."""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from migrator.decide.prompts.prompt_files import NAME
from migrator.decide.prompts.prompting import Prompts
from migrator.decide.recommend.clues import HEAD, MOST, Evidence, documented, named, scaled, shaped, told
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.decide.recommend.neighbours import Neighbours
    from migrator.decide.recommend.signals import Signals
    from migrator.decide.records import Site
    from migrator.inventory.prompt_records import Prompt
    from migrator.read.nodes import FileFacts, Node

PROMPT_FROM = 40
_SCOPES = ("FunctionDef", "AsyncFunctionDef", "ClassDef", "Module")
OUTER = 0.7
"""What the arguments of a further call around a call count."""
_ARGUMENT = r"^[ \t]*(?::param )?(?:\*\*)?`?{name}`?\b[^\n:]*:[ \t]*(.+(?:\n(?![ \t]*\w+[^\n]{{0,40}}:).+)?)"


class Wording:
    """Reads texts in one linked project: those that `signals` make tell."""

    def __init__(self, linked: Linked, neighbours: Neighbours, signals: Signals) -> None:
        self.linked = linked
        self.neighbours = neighbours
        self.signals = signals
        self.prompts = Prompts(linked)
        self._said_to: dict[Node, tuple[Evidence, ...]] = {}
        self._spoken: set[Node] = set()
        self._scopes: dict[Node, tuple[Evidence, ...]] = {}
        self._worded: dict[str, list[int]] = {}
        self._documents: dict[tuple[Node | None, Node | None, bool], tuple[Evidence, ...]] = {}

    # -- what is sent ------------------------------------------------------------------------------

    def prompt(self, site: Site) -> Prompt:
        """The prompt of a call site."""
        return self.prompts.of(site)

    def sent(self, site: Site) -> Iterator[Evidence]:
        """Messages, the form of the answer, tools and pictures of a call."""
        prompt = self.prompt(site)
        for message in prompt.messages:
            if message.text.strip():
                for piece in told("prompt", message.text, 1.0, site.call, message.line):
                    yield piece._replace(path=message.path or piece.path)
            if message.images:
                yield shaped("pictures", 1.0, site.call)
        if prompt.tools:
            yield shaped("tools", 1.0, site.call)
        if prompt.streams:
            yield shaped("streams", 1.0, site.call)
        if prompt.language:
            yield shaped(f"language-{prompt.language}", 1.0, site.call)
        if _decides(prompt.response_schema):
            yield shaped("decision-schema", 1.0, site.call)
        for variable in prompt.variables:
            if variable.path:
                yield named(variable.path.rpartition("/")[2], 1.0, site.call)
                yield from _told(variable.path, self.linked.prompt_files.text(variable.path), 1.0)

    def constant(self, call: Node) -> list[str]:
        """Constant texts in a call's arguments and behind the names in them, each once."""
        found: dict[Node, str] = {}
        for one in call.descendants():
            if one.kind in ("Constant", "Name"):
                for value in self.linked.values.of(one):
                    for text in (
                        value.node,
                        *(value.node.descendants() if value.kind in ("join", "list") else ()),
                    ):
                        if text.kind == "Constant" and isinstance(text.value, str):
                            found[text] = text.value
        return list(found.values())

    def argued(self, node: Node) -> tuple[Evidence, ...]:
        """Texts among the arguments of the calls around a node, and behind the objects that they use."""
        known = self._said_to.get(node)
        if known is None:
            found = list(self._around(node))
            known = self._said_to[node] = self.signals.telling(found)
            if any(piece.where == "prompt" for piece in found):
                self._spoken.add(node)
        return known

    def speaks(self, node: Node) -> bool:
        """Whether a text that may be a prompt is among those arguments, be it a telling one or not."""
        self.argued(node)
        return node in self._spoken

    def _around(self, node: Node) -> Iterator[Evidence]:
        seen: set[Node] = set()
        below, weight = node, 1.0
        if node.kind == "Call":
            yield from self._argued(node, weight, seen, 0)
            weight = OUTER
        for above in node.ancestors():
            if above.is_statement:
                return
            if above.kind == "Call":
                for given in above.children():
                    if given != below:
                        yield from self._argued(given, weight, seen, 0)
            if above.kind == "Call" and above.field != "value":
                weight *= OUTER
            below = above

    def _argued(self, node: Node, weight: float, seen: set[Node], depth: int) -> Iterator[Evidence]:
        for one in [node, *node.descendants()]:
            if one.kind == "Constant" and isinstance(one.value, str):
                yield from self._said(one, weight)
            elif one.kind == "Name" and depth < 3:
                yield from self._behind(one, weight, seen, depth)

    def _said(self, one: Node, weight: float) -> Iterator[Evidence]:
        keyword = one.parent.value if one.parent is not None and one.parent.kind == "keyword" else None
        if one.value.count(" ") > 1:
            yield from told("prompt", one.value, weight, one)
        elif keyword is not None and self.linked.names("task-naming", str(keyword)):
            yield named(one.value, weight, one)
        elif NAME.match(one.value):
            yield named(one.value.rpartition("/")[2], weight, one)
            yield from self._in_files(one, weight)

    def _in_files(self, value: Node | None, weight: float) -> Iterator[Evidence]:
        """What the files say that an expression names."""
        for one in (value, *value.descendants()) if value is not None else ():
            if one.kind == "Constant" and isinstance(one.value, str) and NAME.match(one.value):
                found = self.linked.prompt_files.named(one)
                if found is not None:
                    yield from _told(*found, weight)

    def _behind(self, name: Node, weight: float, seen: set[Node], depth: int) -> Iterator[Evidence]:
        """What a name was made from, where that is a text or an object described by texts."""
        for binding in self.linked.project.bindings(name)[:3]:
            parent = binding.parent
            if binding in seen or parent is None or binding.kind not in ("NameStore", "alias"):
                continue
            seen.add(binding)
            if binding.kind == "NameStore" and parent.kind in ("Assign", "AnnAssign"):
                value = parent.child("value")
                if value is not None and binding.scope.kind != "Module":
                    yield from self._argued(value, weight * 0.8, seen, depth + 1)
                    continue
            for text, line_node in self._values(name):
                yield from told("prompt", text, weight, line_node)
            yield from self._in_files(parent.child("value"), weight)

    def _values(self, node: Node) -> Iterator[tuple[str, Node]]:
        for value in self.linked.values.of(node):
            if value.kind == "text" and " " in str(value.node.value):
                yield str(value.node.value)[:MOST], value.node
            elif value.kind in ("join", "list"):
                yield from pieces(value.node)

    # -- what the scope says -----------------------------------------------------------------------

    def scope(self, scope: Node, weight: float) -> Iterator[Evidence]:
        """Longer strings of a function or class, and those behind the constants that it reads."""
        known = self._scopes.get(scope)
        if known is None:
            texts = dict.fromkeys(self._texts(scope))
            pieces = (piece for text, place in texts for piece in told("prompt", text, 1.0, place))
            known = self._scopes[scope] = self.signals.telling(pieces)
        return scaled(known, weight)

    def _texts(self, scope: Node) -> Iterator[tuple[str, Node]]:
        file, known = scope.file, self._worded.get(scope.file.path)
        if known is None:
            known = self._worded[file.path] = _worded(file)
        first = bisect_right(known, scope.index)
        for one in map(file.node, known[first : bisect_left(known, file.tree.end[scope.index], first)]):
            if one.kind == "Constant" and not self._for_people(one):
                yield one.value[:MOST], one
            elif one.kind == "Name":
                for text, place in self._values(one):
                    if len(text) >= PROMPT_FROM and not place.inside(scope):
                        yield text, place

    def _for_people(self, node: Node) -> bool:
        """Docstrings, messages of logs and errors, help texts."""
        for above in node.ancestors():
            if above.kind in ("Raise", "Assert") or (above.kind == "Expr" and above == node.parent):
                return True
            if above.kind == "keyword" and self.linked.names("prose", str(above.value)):
                return str(above.value) not in ("instructions", "message", "text")
            if above.kind == "Call" and self.linked.names("log-callee", last_name(above.child("func"))):
                return True
            if above.is_statement:
                return False
        return False

    # -- what the authors wrote --------------------------------------------------------------------

    def documents(self, node: Node) -> tuple[Evidence, ...]:
        """Docstrings of the scopes around a node, and what they say of the parameter that it stands in."""
        parameter = next((a for a in node.ancestors() if a.kind == "arg"), None)
        below = node
        while below.parent is not None and below.parent.kind not in _SCOPES:
            below = below.parent
        key = below.parent, parameter, below.field == "decorator_list"
        if key not in self._documents:
            self._documents[key] = self.signals.telling(self._documented(below, parameter))
        return self._documents[key]

    def _documented(self, node: Node, parameter: Node | None) -> Iterator[Evidence]:
        """The docstrings from a part of a scope outwards."""
        weight, below = 0.9, node
        for above in node.ancestors():
            beside, below = below.field == "decorator_list", above
            if above.kind not in _SCOPES:
                continue
            text = docstring(above)
            for decorator in above.all("decorator_list") if not beside else ():
                for one in decorator.descendants():
                    if one.kind == "Constant" and isinstance(one.value, str) and one.value.count(" ") > 1:
                        yield from documented(one.value, weight, one)
            if text and parameter is not None:
                yield from _argument(text, str(parameter.value), above)
            if text:
                yield from documented(text, weight * max(self.neighbours.share(above), 0.5), above)
            weight -= 0.2


def _worded(file: FileFacts) -> list[int]:
    """The longer strings of a file, and the names in it that look like those of constants or prompts."""
    tree, values = file.tree, file.tree.value
    texts = (at for at in tree.of_kind("Constant") if isinstance(values[at], str))
    found = [at for at in texts if len(values[at]) >= PROMPT_FROM and " " in values[at]]
    for name, places in file.names.items():
        if name.isupper() or "prompt" in name.lower():
            found += places
    return sorted(found)


def docstring(scope: Node) -> str:
    """The docstring of a module, class or function."""
    first = scope.child("body")
    if first is not None and first.kind == "Expr":
        text = first.child("value")
        if text is not None and text.kind == "Constant" and isinstance(text.value, str):
            return text.value
    return ""


def pieces(joined: Node) -> Iterator[tuple[str, Node]]:
    """The constant pieces of an f-string, a sum or a list of messages."""
    for one in joined.descendants():
        if one.kind == "Constant" and isinstance(one.value, str) and " " in one.value:
            yield one.value[:MOST], one


def _told(path: str, text: str, weight: float) -> Iterator[Evidence]:
    """A prompt in a file of its own: its head, then the rest."""
    if text.strip():
        yield Evidence("prompt", text[:HEAD], weight, 1, path)
        if text[HEAD:]:
            yield Evidence("prompt", text[HEAD:MOST], weight * 0.5, 1, path)


def _argument(text: str, name: str, scope: Node) -> Iterator[Evidence]:
    """The line of a docstring that describes one parameter."""
    match = re.search(_ARGUMENT.format(name=re.escape(name)), text, re.MULTILINE)
    if match:
        yield Evidence("docstring", match.group(1)[:400], 1.2, scope.line, scope.file.path)


def _decides(schema: str) -> bool:
    """Whether an answer is nothing but choices: booleans, enums, numbers (a reason may go with them)."""
    try:
        fields = json.loads(schema)["properties"] if schema else {}
    except (ValueError, KeyError, TypeError):
        return False
    kinds = [field for field in fields.values() if isinstance(field, dict)]
    choices = [
        f for f in kinds if "enum" in f or "const" in f or f.get("type") in ("boolean", "integer", "number")
    ]
    return 0 < len(kinds) <= 3 and len(choices) >= max(1, len(kinds) - 1)
