"""Text as the program builds it, as a template: constants stay, everything else is a named variable."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING

from migrator.decide.prompts.pieces import (
    NONE,
    Arguments,
    Piece,
    has_text,
    identifier,
    joined,
    named,
    replaced,
    variable,
)
from migrator.decide.prompts.prompt_files import is_plain
from migrator.read.scopes import last_name
from migrator.secretnames import is_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.meanings import Names
    from migrator.decide.prompts.prompt_files import PromptFiles
    from migrator.know.origins import Origins
    from migrator.read.nodes import Node

MAX_DEPTH = 14
_SAME = ("strip", "lstrip", "rstrip", "dedent", "cleandoc", "str", "lower", "encode", "expandtabs", "replace")
_FILE = re.compile(r"[\w./\- ]+\.(?:txt|md|prompt|jinja2?|j2|tmpl|template)\Z")
_PERCENT = re.compile(r"%(?:\((\w+)\))?[-#0 +]*\d*(?:\.\d+)?[sdrfigx]")
_DOLLAR = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_BRACES = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class Templates:
    """Renders expressions of one project."""

    def __init__(self, values: Origins, names: Names, files: PromptFiles | None = None) -> None:
        self.values = values
        self.names = names
        self.files = files

    def render(self, node: Node | None, arguments: Arguments = NONE, depth: int = 0) -> list[Piece]:
        """The pieces of a text; at least one variable where nothing is known."""
        if node is None:
            return []
        if depth > MAX_DEPTH or is_secret(_called(node)):
            return [variable(node)]
        rule = _RULES.get(node.kind)
        found = rule(self, node, arguments, depth + 1) if rule else None
        return joined(found) if found is not None else [variable(node)]

    # -- displays of text --------------------------------------------------------------------------

    def constant(self, node: Node, _arguments: Arguments, _depth: int) -> list[Piece]:
        text = node.value if isinstance(node.value, str) else "" if node.value is None else str(node.value)
        return [Piece(text, line=node.line, path=node.file.path)]

    def formatted(self, node: Node, arguments: Arguments, depth: int) -> list[Piece]:
        return [piece for child in node.all("values") for piece in self.render(child, arguments, depth)]

    def inner(self, node: Node, arguments: Arguments, depth: int) -> list[Piece]:
        return self.render(node.child("value"), arguments, depth)

    def operator(self, node: Node, arguments: Arguments, depth: int) -> list[Piece] | None:
        left, right = node.child("left"), node.child("right")
        if node.value == "Add":
            return [*self.render(left, arguments, depth), *self.render(right, arguments, depth)]
        if node.value == "Mod" and right is not None:
            return self._percent(self.render(left, arguments, depth), right, arguments, depth)
        return None

    def choice(self, node: Node, arguments: Arguments, depth: int) -> list[Piece] | None:
        """The first alternative of `a if x else b` and of `a or b` that has constant text."""
        for field in ("body", "values", "orelse"):
            for child in node.all(field):
                found = self.render(child, arguments, depth)
                if has_text(found):
                    return found
        return None

    # -- names -------------------------------------------------------------------------------------

    def name(self, node: Node, arguments: Arguments, depth: int) -> list[Piece] | None:
        found: list[Piece] = []
        for binding in self._reaching(node):
            pieces = self._bound(binding, arguments, depth)
            if pieces is None:
                return None
            found += pieces
        return found if has_text(found) or any(p.file for p in found) or _passed(found) else None

    def _reaching(self, node: Node) -> list[Node]:
        """The binding that a load sees (the last one above it), and what `+=` adds after that."""
        bindings = self.values.project.bindings(node)
        same = [b for b in bindings if b.file is node.file and b.index < node.index] or bindings
        whole = [b for b in same if b.parent is None or b.parent.kind != "AugAssign"]
        if not whole:
            return []
        last = whole[-1]
        return [last, *(b for b in same if b.index > last.index)]

    def _bound(self, binding: Node, arguments: Arguments, depth: int) -> list[Piece] | None:
        if binding.kind == "alias":
            target = self.values.project.imported(binding)
            return (
                self._bound(target[-1], arguments, depth + 1)
                if isinstance(target, list) and depth < MAX_DEPTH
                else None
            )
        if binding.kind == "arg":
            given = arguments.given.get(binding)
            return self.render(given.node, given.arguments, depth) if given is not None else None
        parent = binding.parent
        if parent is not None and parent.kind in ("Assign", "AnnAssign", "NamedExpr", "AugAssign"):
            value = parent.child("value")
            if value is not None and binding.field in ("targets", "target"):
                return self.render(value, arguments, depth)
        return None

    def member(self, node: Node, _arguments: Arguments, _depth: int) -> list[Piece] | None:
        """An attribute or an item, where it can be one constant text only."""
        values = self.values.of(node)
        if len(values) == 1 and values[0].kind in ("text", "join"):
            return self.render(values[0].node, NONE, _depth)
        return None

    # -- calls -------------------------------------------------------------------------------------

    def call(self, node: Node, arguments: Arguments, depth: int) -> list[Piece] | None:
        func = node.child("func")
        name, given = last_name(func), node.all("args")
        owner = func.child("value") if func is not None and func.kind == "Attribute" else None
        if name in ("format", "format_map") and owner is not None:
            return self._format(self.render(owner, arguments, depth), node, arguments, depth)
        if name in ("substitute", "safe_substitute", "render") and owner is not None:
            return self._substituted(self.render(owner, arguments, depth), node, arguments, depth)
        if name in ("read_text", "read") or self.names("template-loader", name):
            return self._file(node, arguments)
        if name == "join" and owner is not None and given:
            return self._join(self.render(owner, arguments, depth), given[0], arguments, depth)
        if name in _SAME:
            return (
                self.render(
                    given[0] if owner is None or name in ("dedent", "cleandoc") else owner, arguments, depth
                )
                if given or owner
                else None
            )
        if name == "Template" and given:
            return self.render(given[0], arguments, depth)
        return self._cut(name, given, arguments, depth) or self._function(node, func, arguments, depth)

    def _cut(self, name: str, given: list[Node], arguments: Arguments, depth: int) -> list[Piece] | None:
        """`truncate(text, limit)` is the text, as far as a test is concerned."""
        if given and self.names("shortening-callee", name):
            found = self.render(given[0], arguments, depth)
            return found if has_text(found) else [variable(given[0])]
        return None

    def _function(
        self, node: Node, func: Node | None, arguments: Arguments, depth: int
    ) -> list[Piece] | None:
        functions = [v.node for v in self.values.of(func) if v.kind == "function"]
        if len(functions) != 1:
            return None
        returns = returned(functions[0])
        if len(returns) != 1:
            return None
        found = self.render(returns[0], Arguments.of_call(node, functions[0], arguments), depth)
        return found if has_text(found) else None

    def _join(self, glue: list[Piece], items: Node, arguments: Arguments, depth: int) -> list[Piece]:
        displays = [v.node for v in self.values.of(items) if v.kind == "list"]
        if len(displays) != 1 or any(item.kind == "Starred" for item in displays[0].all("elts")):
            return [variable(items)]
        found: list[Piece] = []
        for item in displays[0].all("elts"):
            found += [*(glue if found else []), *self.render(item, arguments, depth)]
        return found

    def _file(self, node: Node, arguments: Arguments) -> list[Piece] | None:
        """The text of a file beside the code; a variable where it is not there, or makes its text itself."""
        found = None
        if self.files is not None:
            found = self.files.read_by(node, arguments) or self.files.loaded_by(node, arguments)
        if found is not None and is_plain(*found):
            return [Piece(found[1], line=1, path=found[0])]
        path = found[0] if found is not None else self._path(node, 0)
        if not _FILE.match(path):
            return None
        return [Piece(name="file_" + identifier(path), key=f"file {path}", file=path, line=node.line)]

    def _path(self, node: Node, depth: int) -> str:
        """The constant parts of a path expression, joined."""
        parts: list[str] = []
        for one in [node, *node.descendants()]:
            if (
                one.kind == "Constant"
                and isinstance(one.value, str)
                and one.value not in ("r", "rt", "utf-8", "utf8")
            ):
                parts.append(one.value.strip("/"))
            elif one.kind == "Name" and depth < 4 and not one.value.startswith("__"):
                for binding in self._reaching(one)[:1]:
                    above = binding.parent
                    value = (
                        above.child("value" if above.kind != "withitem" else "context_expr")
                        if above
                        else None
                    )
                    if value is not None and binding.kind == "NameStore" and not value.inside(one.statement):
                        parts.append(self._path(value, depth + 1))
        return "/".join(part for part in parts if part)

    # -- formatting --------------------------------------------------------------------------------

    def _fields(self, call: Node, arguments: Arguments, depth: int) -> dict[str, list[Piece]]:
        given = {str(i): self.render(a, arguments, depth) for i, a in enumerate(call.all("args"))}
        for keyword in call.all("keywords"):
            value = keyword.child("value")
            if keyword.value and value is not None:
                found = self.render(value, arguments, depth)
                given[str(keyword.value)] = (
                    found if has_text(found) else [variable(value, str(keyword.value))]
                )
        return given

    def _format(self, pieces: list[Piece], call: Node, arguments: Arguments, depth: int) -> list[Piece]:
        fields = self._fields(call, arguments, depth)
        found: list[Piece] = []
        at = 0
        for piece in pieces:
            if piece.name:
                found.append(piece._replace(fields=bool(piece.file)))
                continue
            try:
                parsed = list(string.Formatter().parse(piece.text))
            except ValueError:
                found.append(piece)
                continue
            for text, field, _spec, _conversion in parsed:
                found.append(Piece(text, line=piece.line, path=piece.path))
                if field is not None:
                    key = field or str(at)
                    at += not field
                    found += fields.get(key) or [named(re.split(r"[.\[]", key)[0] or "value", piece.line)]
        return found

    def _percent(self, pieces: list[Piece], right: Node, arguments: Arguments, depth: int) -> list[Piece]:
        values = iter(right.all("elts") if right.kind == "Tuple" else [right])
        entries = dict(_entries(right)) if right.kind == "Dict" else {}

        def field(match: re.Match[str]) -> list[Piece]:
            value = entries.get(match[1]) if match[1] else next(values, None)
            return (
                self.render(value, arguments, depth)
                if value is not None
                else [named(match[1] or "value", right.line)]
            )

        return replaced(pieces, _PERCENT, field, lambda text: text.replace("%%", "%"))

    def _substituted(self, pieces: list[Piece], call: Node, arguments: Arguments, depth: int) -> list[Piece]:
        fields = self._fields(call, arguments, depth)

        def field(match: re.Match[str]) -> list[Piece]:
            name = next(group for group in match.groups() if group)
            return fields.get(name) or [named(name, call.line)]

        pattern = _BRACES if last_name(call.child("func")) == "render" else _DOLLAR
        return [p._replace(fields=bool(p.file)) for p in replaced(pieces, pattern, field, str)]


def _called(node: Node) -> str:
    """The name by which a value is asked for."""
    if node.kind != "Subscript":
        return last_name(node) if node.kind in ("Name", "Attribute") else ""
    key = node.child("slice")
    return key.value if key is not None and isinstance(key.value, str) else ""


def returned(function: Node) -> list[Node]:
    """The expressions that a function returns."""
    if function.kind == "Lambda":
        body = function.child("body")
        return [body] if body is not None else []
    values = [n.child("value") for n in function.descendants() if n.kind == "Return" and n.scope == function]
    return [value for value in values if value is not None]


def _passed(pieces: list[Piece]) -> bool:
    """A single variable of a caller keeps the caller's name."""
    return len(pieces) == 1 and bool(pieces[0].name)


def _entries(mapping: Node) -> Iterator[tuple[str, Node]]:
    for key, value in zip(mapping.all("keys"), mapping.all("values"), strict=False):
        if key.kind == "Constant":
            yield str(key.value), value


_RULES = {
    "Constant": Templates.constant,
    "JoinedStr": Templates.formatted,
    "FormattedValue": Templates.inner,
    "Await": Templates.inner,
    "NamedExpr": Templates.inner,
    "BinOp": Templates.operator,
    "IfExp": Templates.choice,
    "BoolOp": Templates.choice,
    "Name": Templates.name,
    "Attribute": Templates.member,
    "Subscript": Templates.member,
    "Call": Templates.call,
}
