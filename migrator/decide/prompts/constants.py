"""Constant values of expressions as JSON, and the JSON Schema of the classes that describe an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.decide.prompts.pieces import NONE, Arguments
from migrator.decide.prompts.prompt_templates import Templates
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from migrator.decide.meanings import Names
    from migrator.know.origins import Origins
    from migrator.read.nodes import Node

MAX_DEPTH = 12
_PLAIN = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "dict": "object",
    "Dict": "object",
}
_LISTS = ("list", "List", "tuple", "Tuple", "set", "Set", "Sequence", "Iterable")
_WRAPPERS = ("Optional", "Annotated", "Required", "NotRequired")


class NotConstantError(Exception):
    """The value is known only when the program runs."""


class Constants:
    """Evaluates constant displays of one project."""

    def __init__(self, values: Origins, names: Names) -> None:
        self.values = values
        self.templates = Templates(values, names)

    def of(self, node: Node | None, arguments: Arguments = NONE, depth: int = 0) -> Any:  # noqa: ANN401
        """The JSON value of an expression; raises NotConstantError."""
        if node is None or depth > MAX_DEPTH:
            raise NotConstantError
        if node.kind == "Constant":
            return _plain(node.value)
        if node.kind == "UnaryOp" and node.value == "USub":
            return -self._number(node.child("operand"), arguments, depth)
        if node.kind == "Dict":
            return self._mapping(node, arguments, depth)
        if node.kind in ("List", "Tuple", "Set"):
            return [self.of(item, arguments, depth + 1) for item in node.all("elts")]
        if node.kind == "Call":
            return self._call(node, arguments, depth)
        if node.kind in ("JoinedStr", "BinOp"):
            return self._text(node, arguments)
        return self._name(node, arguments, depth)

    def _number(self, node: Node | None, arguments: Arguments, depth: int) -> float:
        value = self.of(node, arguments, depth + 1)
        if not isinstance(value, (int, float)):
            raise NotConstantError
        return value

    def _mapping(self, node: Node, arguments: Arguments, depth: int) -> dict[str, Any]:
        keys = node.all("keys")
        if node.all("spread") or not all(k.kind == "Constant" and isinstance(k.value, str) for k in keys):
            raise NotConstantError
        pairs = zip(keys, node.all("values"), strict=True)
        return {key.value: self.of(value, arguments, depth + 1) for key, value in pairs}

    def _call(self, node: Node, arguments: Arguments, depth: int) -> Any:  # noqa: ANN401
        func, given = node.child("func"), node.all("args")
        name = last_name(func)
        if name in ("list", "tuple", "sorted", "str") and len(given) == 1:
            value = self.of(given[0], arguments, depth + 1)
            return sorted(value) if name == "sorted" else value
        if name == "dict" and not given:
            return {
                str(k.value): self.of(k.child("value"), arguments, depth + 1) for k in node.all("keywords")
            }
        if name in ("model_json_schema", "schema") and func is not None:
            return self.schema(func.child("value"))
        raise NotConstantError

    def _text(self, node: Node, arguments: Arguments) -> str:
        pieces = self.templates.render(node, arguments)
        if any(piece.name for piece in pieces):
            raise NotConstantError
        return "".join(piece.text for piece in pieces)

    def _name(self, node: Node, arguments: Arguments, depth: int) -> Any:  # noqa: ANN401
        for binding in self.values.project.bindings(node) if node.kind == "Name" else ():
            if binding in arguments.given:
                bound = arguments.given[binding]
                return self.of(bound.node, bound.arguments, depth + 1)
        values = self.values.of(node)
        if len(values) != 1 or values[0].kind not in ("text", "number", "dict", "list", "join"):
            raise NotConstantError
        return self.of(values[0].node, NONE, depth + 1)

    # -- classes -----------------------------------------------------------------------------------

    def schema(self, node: Node | None, depth: int = 0) -> dict[str, Any]:
        """The JSON Schema of a class of the project that has typed fields; raises NotConstantError."""
        classes = [v.node for v in self.values.of(node) if v.kind == "class"]
        if len(classes) != 1 or depth > MAX_DEPTH:
            raise NotConstantError
        fields: dict[str, Any] = {}
        required: list[str] = []
        for statement in classes[0].all("body"):
            target = statement.child("target") if statement.kind == "AnnAssign" else None
            if target is not None:
                fields[str(target.value)] = self.typed(statement.child("annotation"), depth + 1)
                if statement.child("value") is None:
                    required.append(str(target.value))
        if not fields:
            raise NotConstantError
        return {"type": "object", "properties": fields, "required": required}

    def typed(self, node: Node | None, depth: int = 0) -> dict[str, Any]:
        """The JSON Schema of an annotation; anything where it is not understood."""
        if node is None or depth > MAX_DEPTH:
            return {}
        if node.kind == "Subscript":
            return self._generic(node, depth)
        if node.kind == "BinOp" and node.value == "BitOr":
            sides = [self.typed(node.child(side), depth + 1) for side in ("left", "right")]
            return {"anyOf": sides}
        if node.kind == "Constant" and node.value is None:
            return {"type": "null"}
        name = last_name(node)
        if name in _PLAIN:
            return {"type": _PLAIN[name]}
        if name in _LISTS:
            return {"type": "array"}
        try:
            return self._enumeration(node) or self.schema(node, depth + 1)
        except NotConstantError:
            return {}

    def _generic(self, node: Node, depth: int) -> dict[str, Any]:
        name, inner = last_name(node.child("value")), node.child("slice")
        if inner is None:
            return {}
        items = inner.all("elts") if inner.kind == "Tuple" else [inner]
        if name == "Literal":
            return {"enum": [item.value for item in items if item.kind == "Constant"]}
        if name in _LISTS and items:
            return {"type": "array", "items": self.typed(items[0], depth + 1)}
        if name in _WRAPPERS and items:
            found = self.typed(items[0], depth + 1)
            return {"anyOf": [found, {"type": "null"}]} if name == "Optional" else found
        return {"type": _PLAIN[name]} if name in _PLAIN else {}

    def _enumeration(self, node: Node) -> dict[str, Any]:
        for value in self.values.of(node):
            if value.kind == "class" and any("Enum" in last_name(base) for base in value.node.all("bases")):
                stores = [s.child("value") for s in value.node.all("body") if s.kind == "Assign"]
                return {"enum": [s.value for s in stores if s is not None and s.kind == "Constant"]}
        return {}


def _plain(value: object) -> Any:  # noqa: ANN401
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise NotConstantError
