"""The simplest value that is valid against a JSON schema, as structured outputs and tools give them."""

from __future__ import annotations

import math
from typing import Any

Schema = dict[str, Any]
DEEPEST = 24
FORMATS = {
    "date-time": "2030-01-01T00:00:00Z",
    "date": "2030-01-01",
    "time": "00:00:00Z",
    "duration": "P1D",
    "email": "text@example.org",
    "hostname": "example.org",
    "uri": "https://example.org/",
    "ipv4": "127.0.0.1",
    "ipv6": "::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def valid(schema: object) -> Any:  # noqa: ANN401
    """A value; None where the schema says nothing that is known."""
    return _value(schema, schema, 0) if isinstance(schema, dict) else None


def _value(schema: object, root: Schema, depth: int) -> Any:  # noqa: ANN401
    if not isinstance(schema, dict) or depth > DEEPEST:
        return None
    schema = _whole(schema, root)
    if "const" in schema:
        return schema["const"]
    if schema.get("default") is not None:
        return schema["default"]
    if schema.get("enum"):
        return schema["enum"][0]
    for key in ("anyOf", "oneOf"):
        if schema.get(key):
            return _value(_simplest(schema[key], root, depth), root, depth + 1)
    return _of_type(schema, root, depth)


def _whole(schema: Schema, root: Schema) -> Schema:
    """The schema with what it refers to, and all that it asks for at once."""
    for _ in range(DEEPEST):
        if "$ref" not in schema:
            break
        found: Any = root
        for name in str(schema["$ref"]).removeprefix("#").strip("/").split("/"):
            found = found.get(name, {}) if isinstance(found, dict) and name else found
        schema = {**(found if isinstance(found, dict) else {}), **_without(schema, "$ref")}
    for one in schema.get("allOf") or ():
        part = _whole(one, root)
        both = {**schema.get("properties", {}), **part.get("properties", {})}
        schema = {**part, **_without(schema, "allOf")} | ({"properties": both} if both else {})
    return schema


def _without(schema: Schema, key: str) -> Schema:
    return {name: value for name, value in schema.items() if name != key}


def _simplest(options: list[Any], root: Schema, depth: int) -> Any:  # noqa: ANN401
    """The first; what holds others last where it has gone deep, so that it comes to an end."""
    if depth < DEEPEST // 2:
        return options[0]
    return min(options, key=lambda one: _whole(one, root).get("type") in ("object", "array", None))


def _of_type(schema: Schema, root: Schema, depth: int) -> Any:  # noqa: ANN401
    kind = schema.get("type") or ("array" if "items" in schema else "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        wanted = schema.get("properties") or {}
        names = wanted if depth < DEEPEST // 2 else [n for n in wanted if n in (schema.get("required") or ())]
        return {name: _value(wanted[name], root, depth + 1) for name in names}
    if kind == "array":
        return _array(schema, root, depth)
    if kind in ("integer", "number"):
        return _number(schema, kind)
    return {"boolean": True, "null": None}.get(kind, _text(schema))


def _array(schema: Schema, root: Schema, depth: int) -> list[Any]:
    if schema.get("prefixItems"):
        return [_value(one, root, depth + 1) for one in schema["prefixItems"]]
    least = int(schema.get("minItems") or 0)
    count = max(least, 1 if "items" in schema and depth < DEEPEST // 2 and schema.get("maxItems") != 0 else 0)
    return [_value(schema.get("items") or {"type": "string"}, root, depth + 1) for _ in range(count)]


def _number(schema: Schema, kind: str) -> float:
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    most = schema.get("maximum", schema.get("exclusiveMaximum"))
    number = least if least is not None else min(1, most) if most is not None else 1
    if "exclusiveMinimum" in schema and number == schema["exclusiveMinimum"]:
        number = number + 1 if most is None or number + 1 < most else (number + most) / 2
    elif "exclusiveMaximum" in schema and number == schema["exclusiveMaximum"]:
        number -= 1
    step = schema.get("multipleOf")
    number = math.ceil(number / step) * step if step else number
    return int(number) if kind == "integer" else number


def _text(schema: Schema) -> str:
    text = FORMATS.get(str(schema.get("format")), "text")
    least, most = int(schema.get("minLength") or 0), schema.get("maxLength")
    text = text.ljust(least, "x")
    return text if most is None else text[: int(most)]
