"""Lists of messages: displays, sums, spreads, appends, and the functions that build them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.prompts.pieces import Arguments, Piece, name_of, variable
from migrator.decide.prompts.prompt_templates import Templates, returned
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.origins import Origins
    from migrator.read.nodes import Node

MAX_DEPTH = 10
MAX_MESSAGES = 50
"""Appended ones of a conversation; what follows stands for them as one variable."""
_ROLES = ("system", "user", "assistant")
_SPOKEN = {"human": "user", "ai": "assistant", "developer": "system"}
_COPIES = ("list", "tuple", "deepcopy", "copy")


class Part(NamedTuple):
    """One message in pieces; `images` are the pieces of image addresses, `details` what each asks for."""

    role: str
    pieces: list[Piece]
    images: list[list[Piece]]
    path: str
    line: int
    details: tuple[str, ...] = ()


def _detail(node: Node) -> str:
    """The constant `detail` of a picture, beside its address or with it."""
    for key, value in zip(node.all("keys"), node.all("values"), strict=False):
        if key.value == "detail" and isinstance(value.value, str):
            return value.value
        found = _detail(value) if key.value == "image_url" and value.kind == "Dict" else ""
        if found:
            return found
    return ""


class Conversations:
    """Reads messages in one project."""

    def __init__(self, values: Origins, templates: Templates) -> None:
        self.values = values
        self.templates = templates

    def parts(self, node: Node, arguments: Arguments, role: str, depth: int = 0) -> list[Part]:
        """The messages that an expression is: a list of them, or one text in the given role."""
        found = self._listed(node, arguments, depth)
        if found is not None:
            return found
        pieces = self.templates.render(node, arguments)
        return [Part(role, pieces, [], *_place(pieces, node))]

    def _listed(self, node: Node, arguments: Arguments, depth: int) -> list[Part] | None:
        """Messages of a list; none where the expression is no list of messages."""
        if depth > MAX_DEPTH:
            return None
        if node.kind in ("List", "Tuple"):
            return [part for item in node.all("elts") for part in self._item(item, arguments, depth + 1)]
        if node.kind == "BinOp" and node.value == "Add":
            left, right = node.child("left"), node.child("right")
            one = self._listed(left, arguments, depth + 1) if left else None
            two = self._listed(right, arguments, depth + 1) if right else None
            if one is None and two is None:
                return None
            return [*(one or _conversation(left)), *(two or _conversation(right))]
        if node.kind == "Name":
            return self._named(node, arguments, depth)
        if node.kind == "Call":
            return self._called(node, arguments, depth)
        if node.kind == "Await" and (inner := node.child("value")) is not None:
            return self._listed(inner, arguments, depth + 1)
        return None

    def _item(self, node: Node, arguments: Arguments, depth: int) -> list[Part]:
        if node.kind == "Starred":
            inner = node.child("value")
            return (self._listed(inner, arguments, depth) if inner else None) or _conversation(inner)
        if node.kind == "Dict":
            return [self._dict(node, arguments)]
        if node.kind == "Tuple" and len(node.all("elts")) == 2:
            role, text = node.all("elts")
            pieces = self.templates.render(text, arguments)
            return [Part(_spoken(self._text(role, arguments)), pieces, [], *_place(pieces, text))]
        if node.kind == "Call" and (said := self._role_of(node)):
            return [self._message_object(said, node, arguments)]
        if node.kind == "Name":
            for binding in self.templates._reaching(node):
                value = binding.parent.child("value") if binding.parent is not None else None
                if value is not None and value.kind in ("Dict", "Call"):
                    return self._item(value, arguments, depth + 1) if depth < MAX_DEPTH else []
        return self.parts(node, arguments, "user", depth + 1)

    def _dict(self, node: Node, arguments: Arguments) -> Part:
        entries = {
            k.value: v
            for k, v in zip(node.all("keys"), node.all("values"), strict=False)
            if k.kind == "Constant"
        }
        role = self._text(entries["role"], arguments) if "role" in entries else ""
        pieces: list[Piece] = []
        images: list[list[Piece]] = []
        details: list[str] = []
        content = entries.get("content")
        for item in self._contents(content):
            if item.kind == "Dict":
                self._content_part(item, arguments, pieces, images)
                details += [_detail(item)] * (len(images) - len(details))
            else:
                pieces += self.templates.render(item, arguments)
        return Part(_spoken(role) or "user", pieces, images, *_place(pieces, node), tuple(details))

    def _contents(self, node: Node | None) -> Iterator[Node]:
        if node is None:
            return
        displays = (
            [node] if node.kind == "List" else [v.node for v in self.values.of(node) if v.kind == "list"]
        )
        if len(displays) == 1 and displays[0].kind == "List":
            yield from displays[0].all("elts")
        else:
            yield node

    def _content_part(
        self, node: Node, arguments: Arguments, pieces: list[Piece], images: list[list[Piece]]
    ) -> None:
        for key, value in zip(node.all("keys"), node.all("values"), strict=False):
            if key.value == "text":
                pieces += self.templates.render(value, arguments)
            elif key.value == "image_url":
                address = value
                for inner, url in zip(value.all("keys"), value.all("values"), strict=False):
                    address = url if inner.value == "url" else address
                images.append(self.templates.render(address, arguments))

    def _role_of(self, call: Node) -> str:
        """The role of the message that a library's class is."""
        name, names = last_name(call.first), self.templates.names
        return next((role for role in _ROLES if names(f"{role}-message", name)), "")

    def _message_object(self, role: str, node: Node, arguments: Arguments) -> Part:
        given = node.keyword("content") or next(iter(node.all("args")), None)
        pieces = self.templates.render(given, arguments)
        return Part(role, pieces, [], *_place(pieces, node))

    def _named(self, node: Node, arguments: Arguments, depth: int) -> list[Part] | None:
        bindings = self.templates._reaching(node)
        if not bindings:
            return None
        found = self._binding(bindings[0], arguments, depth)
        if found is None:
            return None
        added = [value for b in bindings[1:] if b.parent is not None and (value := b.parent.child("value"))]
        more = [part for value in added for part in self._listed(value, arguments, depth + 1) or ()]
        return [*found, *self._appended(node, bindings[0], arguments, depth), *more]

    def _binding(self, binding: Node, arguments: Arguments, depth: int) -> list[Part] | None:
        if binding.kind == "alias":
            target = self.values.project.imported(binding)
            return (
                self._binding(target[-1], arguments, depth + 1)
                if isinstance(target, list) and depth < MAX_DEPTH
                else None
            )
        if binding.kind == "arg":
            given = arguments.given.get(binding)
            if given is not None:
                return self._listed(given.node, given.arguments, depth + 1)
            return (
                [_whole(binding)]
                if "message" in str(binding.value) or "history" in str(binding.value)
                else None
            )
        parent = binding.parent
        value = parent.child("value") if parent is not None else None
        return (
            self._listed(value, arguments, depth + 1)
            if value is not None and binding.field in ("targets", "target")
            else None
        )

    def _appended(self, node: Node, binding: Node, arguments: Arguments, depth: int) -> list[Part]:
        """`messages.append({…})` and `messages += […]` between the binding and the use."""
        found: list[Part] = []
        if binding.kind != "NameStore" or binding.file is not node.file:
            return found
        for index in node.file.names.get(str(node.value), ()):
            if len(found) >= MAX_MESSAGES:
                return [*found, *_conversation(node)]
            load = node.file.node(index)
            call = load.parent.parent if load.parent is not None else None
            if (
                not binding.index < index < node.index
                or call is None
                or call.kind != "Call"
                or load.scope != node.scope
            ):
                continue
            method, given = last_name(call.child("func")), call.all("args")
            if method in ("append", "insert") and given:
                found += self._item(given[-1], arguments, depth + 1)
            elif method == "extend" and given:
                found += self._listed(given[0], arguments, depth + 1) or _conversation(given[0])
        return found

    def _called(self, node: Node, arguments: Arguments, depth: int) -> list[Part] | None:
        name, given = last_name(node.child("func")), node.all("args")
        if name in (*_COPIES, "from_messages") and given:
            return self._listed(given[0], arguments, depth + 1)
        for value in self.values.of(node.child("func")):
            if value.kind == "function":
                inner = Arguments.of_call(node, value.node, arguments)
                for expression in returned(value.node):
                    found = self._listed(expression, inner, depth + 1)
                    if found:
                        return found
        return None

    def _text(self, node: Node, arguments: Arguments) -> str:
        return "".join(piece.text for piece in self.templates.render(node, arguments))


def _spoken(role: str) -> str:
    return _SPOKEN.get(role, role)


def _conversation(node: Node | None) -> list[Part]:
    """Earlier turns that only the running program knows, as one variable."""
    return [Part("user", [variable(node)], [], node.file.path, node.line)] if node is not None else []


def _whole(parameter: Node) -> Part:
    piece = Piece(
        name=name_of(parameter) if parameter.kind == "Name" else str(parameter.value),
        key=str(parameter.value),
    )
    return Part("user", [piece], [], parameter.file.path, parameter.line)


def _place(pieces: list[Piece], node: Node) -> tuple[str, int]:
    """Where the first constant text of a message stands; else the message."""
    return next(((p.path, p.line) for p in pieces if p.path and p.text.strip()), (node.file.path, node.line))
