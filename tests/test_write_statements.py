"""Statements put in, taken out, and arms added to ladders and matches."""

from __future__ import annotations

from textwrap import dedent

import pytest
from write_support import edit, written

from migrator.inventory.edit_records import (
    AddArm,
    AddCase,
    DeleteStatement,
    InsertStatement,
    RemoveKeyword,
    ReplaceText,
)
from migrator.write.render import render


def check(before, snippet, operation, after):
    before, after = dedent(before), dedent(after)
    assert written(before, edit(before, snippet, operation)) == after
    crlf = before.replace("\n", "\r\n")
    assert written(crlf, edit(crlf, snippet.replace("\n", "\r\n"), operation)) == after.replace("\n", "\r\n")
    tabs, tabs_after = before.replace("    ", "\t"), after.replace("    ", "\t")
    assert written(tabs, edit(tabs, snippet.replace("    ", "\t"), operation)) == tabs_after


@pytest.mark.parametrize(
    ("before", "operation", "after"),
    [
        pytest.param(
            "x = 1  # c\ny = 2\n", InsertStatement(source="z = 3"), "x = 1  # c\nz = 3\ny = 2\n", id="behind"
        ),
        pytest.param(
            "# file\nx = 1\n",
            InsertStatement(source="z = 3", before=True),
            "# file\nz = 3\nx = 1\n",
            id="file-comment",
        ),
        pytest.param(
            "a\n\n# about x\nx = 1\n",
            InsertStatement(source="z = 3", before=True),
            "a\n\nz = 3\n# about x\nx = 1\n",
            id="ahead-of-its-comment",
        ),
        pytest.param("a\nx = 1", InsertStatement(source="z = 3"), "a\nx = 1\nz = 3", id="no-final-newline"),
        pytest.param(
            "a\nx = 1", InsertStatement(source="z = 3", before=True), "a\nz = 3\nx = 1", id="ahead-at-the-end"
        ),
        pytest.param("a; x = 1\n", InsertStatement(source="z = 3"), "a; x = 1; z = 3\n", id="shared-line"),
        pytest.param(
            "x = 1;\n", InsertStatement(source="z = 3"), "x = 1;\nz = 3\n", id="own-line-with-semicolon"
        ),
        pytest.param(
            "if a: x = 1\n",
            InsertStatement(source="z = 3", before=True),
            "if a: z = 3; x = 1\n",
            id="one-line-suite",
        ),
        pytest.param(
            "if a:\n    x = 1\nb\n",
            InsertStatement(source="# why\nif b:\n    z = '''\n  s'''\n"),
            "if a:\n    x = 1\n    # why\n    if b:\n        z = '''\n  s'''\nb\n",
            id="block-in-a-block",
        ),
    ],
)
def test_insert(before, operation, after):
    check(before, "x = 1", operation, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("a\nx = 1  # c\nb\n", "a\nb\n", id="line"),
        pytest.param("x = 1\n", "", id="module"),
        pytest.param("def f():\n    x = 1  # c\nb\n", "def f():\n    pass\nb\n", id="only-one-in-its-block"),
        pytest.param("def f():\n    '''d'''\n    x = 1", "def f():\n    '''d'''\n", id="behind-docstring"),
        pytest.param("if a:\n    b\nelse:\n    x = 1\n", "if a:\n    b\nelse:\n    pass\n", id="else"),
        pytest.param("if a: x = 1\n", "if a: pass\n", id="one-line-suite"),
        pytest.param("a; x = 1\n", "a; pass\n", id="shared-line"),
        pytest.param("# about\nx = 1\nb\n", "# about\nb\n", id="comment-above-stays"),
    ],
)
def test_delete(before, after):
    check(before, "x = 1", DeleteStatement(), after)


def test_delete_takes_decorators_along():
    check("@d\n@e(1)\ndef f():\n    a\nb\n", "def f():\n    a", DeleteStatement(), "b\n")


def test_insert_ahead_of_decorators():
    operation = InsertStatement(source="z", before=True)
    check("a\n@d\ndef f():\n    a\n", "def f():\n    a", operation, "a\nz\n@d\ndef f():\n    a\n")


def test_a_block_that_loses_all_statements_gets_one_pass():
    before = "def f():\n    x = 1\n    y = 2\n"
    edits = [edit(before, snippet, DeleteStatement()) for snippet in ("x = 1", "y = 2")]
    assert written(before, *edits) == "def f():\n    pass\n"


def test_statement_replaced_by_others():
    before = "def f():\n    # why\n    x = 1\n    y = 2\n"
    operations = [
        DeleteStatement(),
        InsertStatement(source="a", before=True),
        InsertStatement(source="b", before=True),
        InsertStatement(source="c"),
        InsertStatement(source="d"),
    ]
    after = "def f():\n    # why\n    a\n    b\n    c\n    d\n    y = 2\n"
    assert written(before, *(edit(before, "x = 1", operation) for operation in operations)) == after


def test_the_only_statement_of_a_block_replaced_by_another():
    before = "def f():\n    x = 1\n"
    edits = [
        edit(before, "x = 1", operation) for operation in (DeleteStatement(), InsertStatement(source="y"))
    ]
    assert written(before, *edits) == "def f():\n    y\n"


LADDER = """\
if a == "gpt-4o":  # first
    n = 1
# about b
elif b:
    n = 2
else:
    n = 3
"""


@pytest.mark.parametrize(
    ("operation", "after"),
    [
        pytest.param(
            AddArm(test="z", body="n = 9", beside=0),
            LADDER.replace("if a", "if z:\n    n = 9\nelif a", 1),
            id="ahead-of-the-first",
        ),
        pytest.param(
            AddArm(test="z", body="n = 9\nm = [1]", beside=0, before=False),
            LADDER.replace("# about b", "elif z:\n    n = 9\n    m = [1]\n# about b"),
            id="behind-the-first",
        ),
        pytest.param(
            AddArm(test="z", body="n = 9", beside=1),
            LADDER.replace("# about b", "elif z:\n    n = 9\n# about b"),
            id="ahead-of-the-second",
        ),
        pytest.param(
            AddArm(test="z", body="n = 9", beside=1, before=False),
            LADDER.replace("else:", "elif z:\n    n = 9\nelse:"),
            id="behind-the-last",
        ),
    ],
)
def test_arm(operation, after):
    check(LADDER, LADDER[:-1], operation, after)
    inner = "def f():\n" + "".join(f"    {line}\n" for line in LADDER.splitlines())
    inner_after = "def f():\n" + "".join(f"    {line}\n" for line in after.splitlines())
    check(inner, inner[13:-1], operation, inner_after)


def test_arm_takes_the_layout_of_its_neighbour():
    operation = AddArm(test="z", body="return 9", beside=0, before=False)
    check("if a: return 1\nb\n", "if a: return 1", operation, "if a: return 1\nelif z: return 9\nb\n")


def test_arm_at_the_end_of_a_file_without_newline():
    operation = AddArm(test="z", body="n = 9", beside=0, before=False)
    check("if a:\n    n = 1", "if a:\n    n = 1", operation, "if a:\n    n = 1\nelif z:\n    n = 9")


def test_case():
    before = 'match m:\n    case "a":\n        n = 1\n    # rest\n    case _:\n        n = 2\n'
    operation = AddCase(pattern='"b" | "c"', body="n = 9", beside=1)
    after = before.replace("    # rest", '    case "b" | "c":\n        n = 9\n    # rest')
    check(before, before[:-1], operation, after)


def test_edits_inside_an_arm_compose_with_the_arm():
    before = 'if a:\n    x = f("gpt-4o", temperature=0)\n'
    call = 'f("gpt-4o", temperature=0)'
    edits = [
        edit(before, before[:-1], AddArm(test='a == "gpt-5.5"', body="x = 2", beside=0, before=False)),
        edit(before, '"gpt-4o"', ReplaceText(old="gpt-4o", new="gpt-5.5")),
        edit(before, f"x = {call}", InsertStatement(source="y = 1")),
        edit(before, call, RemoveKeyword(name="temperature")),
        edit(before, before[:-1], InsertStatement(source="z = 1")),
    ]
    after = 'if a:\n    x = f("gpt-5.5")\n    y = 1\nelif a == "gpt-5.5":\n    x = 2\nz = 1\n'
    assert written(before, *edits) == after


@pytest.mark.parametrize(
    ("before", "snippet", "operation"),
    [
        pytest.param(
            "if a: x\n", "x", InsertStatement(source="if b:\n    y"), id="compound-on-a-shared-line"
        ),
        pytest.param("x\n", "x", InsertStatement(source="# nothing"), id="only-a-comment"),
        pytest.param("x\n", "x", InsertStatement(source="a b"), id="no-python"),
        pytest.param("x\n", "x", AddArm(test="a", body="b", beside=0), id="arm-of-no-ladder"),
        pytest.param(
            "if a:\n    b\n", "if a:\n    b", AddArm(test="a", body="b", beside=1), id="no-such-arm"
        ),
        pytest.param(
            "if a:\n    b\nelse:\n    if c:\n        d\n",
            "if a:\n    b\nelse:\n    if c:\n        d",
            AddArm(test="a", body="b", beside=1),
            id="if-inside-else-is-no-arm",
        ),
        pytest.param(
            "if a:\n    b\nelif c:\n    d\n", "elif c:\n    d", DeleteStatement(), id="elif-is-no-statement"
        ),
    ],
)
def test_noop_where_the_statement_does_not_fit(before, snippet, operation):
    result = render(before.encode(), [edit(before, snippet, operation)])
    assert result.data == before.encode()
    assert result.refused[0].code in ("not-applicable", "unparsable")
