"""JSON Schemas (draft 2020-12) of what is written and read, with what docstrings say of each field."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = ("scan", "plan", "settings", "rules", "catalog")
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_ATTRIBUTE = re.compile(r"^    (?P<names>[\w, ]+): (?P<text>.*(?:\n        .*)*)", re.MULTILINE)


def schema_of(kind: str) -> dict[str, Any]:
    """The schema of one of `KINDS`; that of `settings` is of a whole pyproject.toml."""
    from migrator.inventory import Inventory
    from migrator.plan.plan_records import Plan
    from migrator.rulebook.catalog_rules import Catalog
    from migrator.rulebook.ruleforms import UserRules
    from migrator.settings import Settings

    records: dict[str, type[msgspec.Struct]] = {
        "scan": Inventory, "plan": Plan, "settings": Settings, "rules": UserRules, "catalog": Catalog,
    }  # fmt: skip
    record = records[kind]
    (found,), definitions = msgspec.json.schema_components([record], ref_template="#/$defs/{name}")
    for name, each in definitions.items():
        _describe(each, _record(record, name))
    if kind == "catalog":
        given = [{"required": ["source"]}, {"required": ["snapshot_of"]}]
        definitions["Model"] |= {"required": ["id"], "anyOf": given}
    head = {"$schema": _DRAFT, "title": f"gpt55-migrate: {kind}"}
    if kind == "settings":
        tool = {"type": "object", "properties": {"gpt55-migrate": found}}
        found = {"type": "object", "properties": {"tool": tool}}
    return {**head, **found, "$defs": definitions}


def _record(top: type[msgspec.Struct], name: str) -> type | None:
    """The record of that name in the module of `top`, or below it."""
    import sys

    spaces = (vars(sys.modules[kind.__module__]) for kind in top.__mro__[:-1])
    return next((space[name] for space in spaces if isinstance(space.get(name), type)), None)


def _describe(schema: dict[str, Any], record: type | None) -> None:
    said = dict(attributes(record.__doc__ or "")) if record is not None else {}
    if "description" in schema:
        schema["description"] = " ".join(schema["description"].partition("Attributes:")[0].split())
    for name, each in schema.get("properties", {}).items():
        text = said.get(name.replace("-", "_"))
        if text and "description" not in each:
            each["description"] = text


def attributes(docstring: str) -> Iterator[tuple[str, str]]:
    """The names below `Attributes:` in a docstring, each with its text on one line."""
    _, _, rest = docstring.partition("Attributes:\n")
    for match in _ATTRIBUTE.finditer("    " + dedent(rest).strip().replace("\n", "\n    ")):
        for name in match["names"].split(", "):
            yield name, " ".join(match["text"].split())
