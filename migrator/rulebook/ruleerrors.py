"""What is wrong with a rule file, in one line that names the rule and the key."""

from __future__ import annotations

import re
from typing import Any, TypeAlias

_PLACE = re.compile(r" - at (?:`key` in )?`\$(?P<path>.*)`$")
_STEP = re.compile(r"\.(?P<name>[^.\[\]]+)|\[(?P<index>\d+|\.\.\.)\]")
_FIELD = re.compile(r"^Object (?P<kind>contains unknown|missing required) field `(?P<name>.*)`$")
Toml: TypeAlias = dict[str, "Toml"] | list["Toml"] | str | float | bool | None
"""What a TOML file can hold (dates, which no rule has, left out)."""

_SINGULAR = {"families": "family", "models": "model", "specials": "special", "variants": "variant"}
_NAMES = ("id", "name", "text", "suffix", "prefix", "part", "names", "kind")


def label(kind: str, rule: object, number: int) -> str:
    """How a message names a rule: its kind and id, else its kind and number."""
    name = next((value for each in _NAMES if (value := _field(rule, each))), "")
    kind = _SINGULAR.get(kind, kind)
    return f'{kind} "{name}"' if name else f"{kind} {number + 1}"


def explain(message: str, raw: Toml, kind: type) -> str:
    """msgspec's message with its `$.call[0]` turned into the rule's id, and the values of an enumeration."""
    place = _PLACE.search(message)
    what = message[: place.start()] if place else message
    field = _FIELD.match(what)
    labels, keys = _walk(raw, place.group("path") if place else "", field)
    if field:
        verb = "unknown" if field.group("kind").startswith("contains") else "missing"
        return ": ".join([*labels, f'{verb} key "{".".join([*keys, field.group("name")])}"'])
    where = [f'key "{".".join(keys)}"'] if keys else []
    known = choices(kind, place.group("path")) if place and what.startswith("Invalid enum value") else []
    text = what[:1].lower() + what[1:] + (f"; known: {', '.join(known)}" if known else "")
    return ": ".join([*labels, *where, text])


def choices(kind: type, path: str) -> list[str]:
    """The values that a text at a path of msgspec (`$.call[0].kind`) may have; none where any may be."""
    from msgspec import inspect

    known = [inspect.type_info(kind)]
    for step in _STEP.finditer(path):
        known = [inner for each in known for inner in _inner(each, step.group("name") or "")]
    return [str(value) for each in known if isinstance(each, inspect.LiteralType) for value in each.values]


def _inner(kind: object, name: str) -> list[Any]:
    """The types of what is in a value of a type: of the field, or of each item."""
    from msgspec import inspect

    if isinstance(kind, inspect.UnionType):
        return [inner for each in kind.types for inner in _inner(each, name)]
    if isinstance(kind, inspect.StructType):
        return [field.type for field in kind.fields if field.encode_name == name]
    if isinstance(kind, inspect.DictType):
        return [kind.value_type]
    if isinstance(kind, (inspect.VarTupleType, inspect.ListType)):
        return [kind.item_type]
    return []


def _field(rule: object, name: str) -> str:
    value = rule.get(name) if isinstance(rule, dict) else getattr(rule, name, "")
    if isinstance(value, (list, tuple)):
        value = value[0] if value else ""
    return value if isinstance(value, str) else ""


def _walk(node: Toml, path: str, field: re.Match[str] | None) -> tuple[list[str], list[str]]:
    """The labels of the rules on the way, and the keys below the last of them."""
    labels: list[str] = []
    keys: list[str] = []
    for step in _STEP.finditer(path):
        node, last = _step(node, step, field)
        if step.group("name"):
            keys.append(last)
        elif isinstance(node, dict):
            labels.append(_named(step, keys, node, last))
            keys = []
    return labels, keys


def _step(node: Toml, step: re.Match[str], field: re.Match[str] | None) -> tuple[Toml, str]:
    name, index = step.group("name"), step.group("index")
    if name:
        return (node.get(name) if isinstance(node, dict) else None), name
    if index == "...":
        key = _culprit(node, field)
        return (node.get(key) if isinstance(node, dict) else None), key
    return (node[int(index)] if isinstance(node, list) else None), index


def _named(step: re.Match[str], keys: list[str], node: object, last: str) -> str:
    kind = keys[-1] if keys else "names"
    if step.group("index") == "...":
        return f'{_SINGULAR.get(kind, kind)} "{last}"'
    return label(kind, node, int(last))


def _culprit(node: Toml, field: re.Match[str] | None) -> str:
    """msgspec does not say which value of a mapping is wrong: the one with (or without) the field."""
    if not isinstance(node, dict):
        return "..."
    if field is None:
        return next(iter(node), "...")
    unknown = field.group("kind").startswith("contains")
    name = field.group("name")
    fits = (key for key, value in node.items() if isinstance(value, dict) and (name in value) == unknown)
    return str(next(fits, "..."))
