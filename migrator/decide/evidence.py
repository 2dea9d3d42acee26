"""The code around a call, as evidence for what it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.uses import Constraint, Evidence
from migrator.read.project import FUNCTIONS, dotted, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.read.facts import FileFacts, Node

PROMPT_FROM = 40
_NAMING = ("name", "agent_name", "role", "task", "title", "goal")
_PICTURES = ("image_url", "input_image", "data:image", "b64_json", "base64_image", "image/png", "image/jpeg")


class Surroundings:
    """Collects evidence in one linked project."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self._imports: dict[str, tuple[str, ...]] = {}

    def of(self, node: Node) -> list[Evidence]:
        """Evidence around a call site or a literal, nearest first."""
        return [*self._names(node), *self._arguments(node), *self._prompts(node), *self._documents(node), *self._modules(node)]

    def constraints(self, node: Node) -> Iterator[Constraint]:
        """Variants that cannot serve a call: text-only ones where pictures are sent."""
        function = self._function(node)
        for piece in (node, function):
            picture = self._picture(piece) if piece is not None else ""
            if picture:
                yield Constraint("mini", "constraint.modality", f"sends pictures ({picture}); this variant takes text only")
                return

    def _picture(self, node: Node) -> str:
        for one in [node, *node.descendants()]:
            if one.kind == "Constant" and isinstance(one.value, str):
                for marker in _PICTURES:
                    if marker in one.value:
                        return marker
            elif one.kind in ("keyword", "arg", "NameStore") and self.linked.names("image", str(one.value)):
                return str(one.value)
        return ""

    # -- names -----------------------------------------------------------------------------------

    def _names(self, node: Node) -> Iterator[Evidence]:
        for above in node.ancestors():
            if above.kind in ("keyword", "arg") and above.value:
                yield Evidence("name", str(above.value), 1.0, above.line or node.line)
            elif above.kind in ("Assign", "AnnAssign"):
                for target in [*above.all("targets"), *above.all("target")]:
                    yield Evidence("name", dotted_target(target), 1.0, target.line)
            elif above.kind in ("FunctionDef", "AsyncFunctionDef"):
                yield Evidence("name", str(above.value), 1.0, above.line)
            elif above.kind == "ClassDef":
                yield Evidence("name", str(above.value), 0.9, above.line)
            elif above.kind == "Dict":
                yield from self._entry_names(above)
        yield from self._path_names(node.file)

    def _entry_names(self, mapping: Node) -> Iterator[Evidence]:
        for key, value in zip(mapping.all("keys"), mapping.all("values"), strict=False):
            if key.kind == "Constant" and value.kind == "Constant" and isinstance(value.value, str):
                if key.value in ("name", "type", "role", "task"):
                    yield Evidence("name", value.value, 0.8, value.line)

    def _path_names(self, file: FileFacts) -> Iterator[Evidence]:
        parts = file.path.removesuffix(".py").split("/")
        yield Evidence("name", parts[-1], 0.6)
        for part in parts[-3:-1]:
            yield Evidence("name", part, 0.4)

    def _arguments(self, node: Node) -> Iterator[Evidence]:
        if node.kind != "Call":
            return
        if self.linked.receivers.of(node) is None:
            yield Evidence("name", dotted(node.child("func")), 0.9, node.line)
        for keyword in node.all("keywords"):
            value = keyword.child("value")
            if value is None or not keyword.value:
                continue
            yield Evidence("parameter", str(keyword.value), 1.0, value.line)
            if value.kind == "Constant":
                yield Evidence("parameter", f"{keyword.value}={str(value.value).lower()}", 1.0, value.line)
            if keyword.value in _NAMING:
                for text in self.linked.receivers.texts(value):
                    yield Evidence("name", text, 1.0, value.line)

    # -- texts -----------------------------------------------------------------------------------

    def _prompts(self, node: Node) -> Iterator[Evidence]:
        seen: set[str] = set()
        if node.kind == "Call":
            for text, line in self._texts_in(node):
                if text not in seen:
                    seen.add(text)
                    yield Evidence("prompt", text, 1.0, line)
        function = self._function(node)
        if function is not None:
            for text, line in self._texts_in(function):
                if text not in seen and len(text) >= PROMPT_FROM:
                    seen.add(text)
                    yield Evidence("prompt", text, 0.7, line)

    def _texts_in(self, node: Node) -> Iterator[tuple[str, int]]:
        """Strings in a call or function, and those behind the names that it loads."""
        for one in node.descendants():
            if one.kind == "Constant" and isinstance(one.value, str):
                if " " in one.value and not _documents(one):
                    yield one.value[:20_000], one.line
            elif one.kind == "Name" and one.value.isupper():
                for value in self.linked.values.of(one):
                    if value.kind == "text" and " " in str(value.node.value):
                        yield str(value.node.value)[:20_000], value.node.line
            elif one.kind == "Name" and "prompt" in one.value.lower():
                for value in self.linked.values.of(one):
                    if value.kind == "text":
                        yield str(value.node.value)[:20_000], value.node.line
                    elif value.kind == "join":
                        yield from _pieces(value.node)

    def _documents(self, node: Node) -> Iterator[Evidence]:
        scope, weight = node, 0.7
        while scope.kind != "Module":
            scope = scope.scope
            text = docstring(scope)
            if text:
                yield Evidence("docstring", text[:4_000], weight, scope.line)
            weight -= 0.15

    def _modules(self, node: Node) -> Iterator[Evidence]:
        for name in self._imported(node.file):
            yield Evidence("import", name, 1.0)

    def _imported(self, file: FileFacts) -> tuple[str, ...]:
        known = self._imports.get(file.path)
        if known is None:
            tree = file.tree
            names = [tree.value[a][0] for i in tree.of_kind("Import") for a in tree.children(i)]
            names += [tree.value[i][0] for i in tree.of_kind("ImportFrom")]
            known = self._imports[file.path] = tuple(sorted({n for n in names if n}))
        return known

    def _function(self, node: Node) -> Node | None:
        scope = node.scope
        while scope.kind == "Lambda":
            scope = scope.scope
        return scope if scope.kind in FUNCTIONS else None


def dotted_target(target: Node) -> str:
    """The name that an assignment target ends in; the key of `d["key"] = …`."""
    if target.kind == "SubscriptStore":
        key = target.child("slice")
        return str(key.value) if key is not None and key.kind == "Constant" else ""
    return str(target.value) if target.kind in ("NameStore", "AttributeStore") else ""


def docstring(scope: Node) -> str:
    """The docstring of a module, class or function."""
    first = scope.child("body")
    if first is not None and first.kind == "Expr":
        text = first.child("value")
        if text is not None and text.kind == "Constant" and isinstance(text.value, str):
            return text.value
    return ""


def _documents(node: Node) -> bool:
    return node.parent is not None and node.parent.kind == "Expr"


def _pieces(joined: Node) -> Iterator[tuple[str, int]]:
    for one in joined.descendants():
        if one.kind == "Constant" and isinstance(one.value, str) and " " in one.value:
            yield one.value[:20_000], one.line


_ = last_name
