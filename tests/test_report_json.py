"""The JSON contract: validates against the schema, leaves out what is absent, and hides secrets."""

import json

import jsonschema
import pytest
from inventories import every_kind, inventory, reference

from migrator.inventory import json_schema
from migrator.report import json_report

ARRAYS = {
    "references", "call_sites", "limits", "branches", "tables", "edits", "findings", "diagnostics",
}  # fmt: skip


def parsed(value):
    return json.loads(json_report.render(value))


@pytest.mark.parametrize("value", [inventory(), every_kind()], ids=["empty", "every-kind"])
def test_it_validates_against_the_generated_schema(value):
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(parsed(value), schema)


def test_the_top_level_is_always_whole():
    data = parsed(inventory())
    assert set(data) == ARRAYS | {"schema_version", "root", "catalog", "coverage", "summary", "folder"}
    assert data["schema_version"] == 1
    assert all(data[name] == [] for name in ARRAYS)


def nulls(value):
    if isinstance(value, dict):
        return any(map(nulls, value.values()))
    return any(map(nulls, value)) if isinstance(value, list) else value is None


def test_absent_fields_are_left_out():
    data = parsed(every_kind())
    assert not nulls(data)
    left = data["references"][2]
    assert left["action"] == "leave"
    assert {"cell", "variant", "replacement", "reason", "suppressed", "call_sites"}.isdisjoint(left)


def test_what_a_reader_of_the_contract_relies_on():
    first = parsed(every_kind())["references"][0]
    assert {"id", "path", "line", "column", "model", "text", "role", "action", "context"} <= set(first)
    assert first["selected"] is True
    assert first["variant"] == "gpt-5.5-instant"


def test_secrets_are_masked_and_text_is_utf8():
    text = json_report.render(inventory(references=(reference(1, text="sk-abcdefghijklmnop é \ud800"),)))
    assert "abcdefghijklmnop" not in text
    assert json.loads(text)["references"][0]["text"] == "sk-*** é \\ud800"
    assert text.endswith("}\n")
