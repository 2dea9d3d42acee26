"""A rewritten file that says more than its edits promise is not written."""

from __future__ import annotations

import pytest
from write_support import edit

from migrator import __version__
from migrator.inventory.edit_records import RemoveKeyword, ReplaceExpression, ReplaceText
from migrator.write import layout, slices, strings
from migrator.write.compare import same
from migrator.write.places import parse
from migrator.write.render import render

TEXT = ReplaceText(old="gpt-4o", new="gpt-5.5")
BEFORE = 'x = 1\ny = f("gpt-4o", key="sk-proj-abcdefgh12345", temperature=0)\n'
CALL = BEFORE[10:-1]


def refused(*edits):
    result = render(BEFORE.encode(), list(edits))
    assert result.data == BEFORE.encode()
    assert result.made == ()
    (refusal,) = result.refused
    assert refusal.edits == tuple(one.id for one in edits)
    assert refusal.code == "verification-failed"
    return refusal.message


def test_a_removal_that_takes_too_much_is_caught(monkeypatch):
    remove = layout.remove
    monkeypatch.setattr(layout, "remove", lambda items, index: remove(remove(items, index), 0))
    other = edit(BEFORE, "1", ReplaceExpression(source="2"))
    assert "differs elsewhere" in refused(edit(BEFORE, CALL, RemoveKeyword(name="temperature")), other)


def test_a_wrong_text_is_caught(monkeypatch):
    monkeypatch.setattr(strings, "spell", lambda text, piece: "gpt-6")
    assert "rule T1, ReplaceText, line 2" in refused(edit(BEFORE, '"gpt-4o"', TEXT))


def test_a_result_that_does_not_parse_is_caught(monkeypatch):
    monkeypatch.setattr(slices, "edit_expression", lambda text, operations, style: "f(")
    assert "does not parse" in refused(edit(BEFORE, CALL, RemoveKeyword(name="temperature")))


def test_the_message_says_what_to_send_without_secrets(monkeypatch):
    monkeypatch.setattr(slices, "edit_expression", lambda text, operations, style: "f()")
    message = refused(edit(BEFORE, CALL, RemoveKeyword(name="temperature")))
    assert f"gpt55-migrate {__version__}" in message
    assert "rule T1" in message
    assert "temperature=0" in message
    assert "abcdefgh12345" not in message
    assert "x = 1" not in message


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param("f(a , b)", "f(\n a,\n b,\n)  # c", True, id="layout"),
        pytest.param("f(a)", "f(b)", False, id="name"),
        pytest.param("f(1)", "f(1.0)", False, id="kind-of-number"),
        pytest.param("f(True)", "f(1)", False, id="bool"),
        pytest.param("f('a')", "f(b'a')", False, id="bytes"),
        pytest.param("f(a=1)", "f(a=1, b=2)", False, id="length"),
        pytest.param("f(a)", "f[a]", False, id="node"),
        pytest.param("if a:\n  b\nelif c:\n  d", "if a:\n  b\nelse:\n  if c:\n    d", True, id="elif"),
    ],
)
def test_same(left, right, expected):
    assert same(parse(left), parse(right)) is expected
