"""Edits on source: layout, newlines, encodings; what is refused and why."""

from __future__ import annotations

import sys
from textwrap import dedent

import msgspec
import pytest
from write_support import edit, written

from migrator.inventory.edit_records import (
    AddElement,
    AddEntry,
    AddKeyword,
    RemoveEntry,
    RemoveKeyword,
    RenameEntry,
    RenameKeyword,
    ReplaceExpression,
    ReplaceText,
)
from migrator.write.render import render


def check(before, snippet, operation, after):
    assert written(before, edit(before, snippet, operation)) == after
    crlf = before.replace("\n", "\r\n")
    assert written(crlf, edit(crlf, snippet.replace("\n", "\r\n"), operation)) == after.replace("\n", "\r\n")


def one(before, snippet, operation, group=""):
    data = before.encode()
    return render(data, [edit(before, snippet, operation, group)])


TEXT = ReplaceText(old="gpt-4o", new="gpt-5.5")


@pytest.mark.parametrize(
    ("before", "snippet", "after"),
    [
        pytest.param('f("gpt-4o")', '"gpt-4o"', 'f("gpt-5.5")', id="double-quotes"),
        pytest.param("f('gpt-4o')", "'gpt-4o'", "f('gpt-5.5')", id="single-quotes"),
        pytest.param("f(r'\\d gpt-4o')", "r'\\d gpt-4o'", "f(r'\\d gpt-5.5')", id="raw"),
        pytest.param("f(Rb'gpt-4o')", "Rb'gpt-4o'", "f(Rb'gpt-5.5')", id="bytes"),
        pytest.param('f("\\tgpt-4o\\n")', '"\\tgpt-4o\\n"', 'f("\\tgpt-5.5\\n")', id="escapes-around"),
        pytest.param('f("gpt\\x2d4o")', '"gpt\\x2d4o"', 'f("gpt-5.5")', id="escape-inside"),
        pytest.param('f("""a\ngpt-4o\n""")', '"""a\ngpt-4o\n"""', 'f("""a\ngpt-5.5\n""")', id="triple"),
        pytest.param(
            'f("a"  # c\n  "gpt-4o")', '"a"  # c\n  "gpt-4o"', 'f("a"  # c\n  "gpt-5.5")', id="implicit"
        ),
        pytest.param('f(f"{x} gpt-4o {y}")', 'f"{x} gpt-4o {y}"', 'f(f"{x} gpt-5.5 {y}")', id="f-string"),
        pytest.param(
            'f(f"{{gpt-4o}} {y!r:>{w}}")',
            'f"{{gpt-4o}} {y!r:>{w}}"',
            'f(f"{{gpt-5.5}} {y!r:>{w}}")',
            id="doubled-braces",
        ),
        pytest.param(
            "f(f\"{g('gpt-4o')} gpt-4o\")",
            "f\"{g('gpt-4o')} gpt-4o\"",
            "f(f\"{g('gpt-4o')} gpt-5.5\")",
            id="not-inside-braces",
        ),
        pytest.param('f("a" f"gpt-4o{x}")', '"a" f"gpt-4o{x}"', 'f("a" f"gpt-5.5{x}")', id="mixed-implicit"),
        pytest.param('match m:\n    case "gpt-4o":\n        x\n', '"gpt-4o"', None, id="match-pattern"),
        pytest.param('@d("gpt-4o")\ndef f(): ...\n', '"gpt-4o"', None, id="decorator"),
        pytest.param('if (m := "gpt-4o"): x\n', '"gpt-4o"', None, id="walrus"),
        pytest.param('x = [\n    # é\n\t"é", "gpt-4o", \\\n  ]', '"gpt-4o"', None, id="non-ascii-before"),
        pytest.param('\x0cx = f(\x0c"gpt-4o")\n', '"gpt-4o"', None, id="form-feed"),
        pytest.param('x = "日本", {"gpt-4o": 1}["gpt" "-4o"]', '"gpt-4o"', None, id="wide-characters"),
        pytest.param(f'x = {"a, " * 30_000}"gpt-4o"', '"gpt-4o"', None, id="long-line"),
    ],
)
def test_text_is_replaced_where_it_stands(before, snippet, after):
    check(before, snippet, TEXT, before.replace("gpt-4o", "gpt-5.5") if after is None else after)


@pytest.mark.parametrize(
    ("before", "nth", "after"),
    [
        pytest.param('"gpt-4o gpt-4o"', 0, '"gpt-5.5 gpt-4o"', id="first"),
        pytest.param('"gpt-4o gpt-4o"', 1, '"gpt-4o gpt-5.5"', id="second"),
        pytest.param('f"gpt-4o {x} gpt-4o"', 1, 'f"gpt-4o {x} gpt-5.5"', id="f-string-second-piece"),
        pytest.param('"gpt-4o" "gpt-4o"', 1, '"gpt-4o" "gpt-5.5"', id="implicit-second-piece"),
    ],
)
def test_nth_occurrence(before, nth, after):
    operation = ReplaceText(old="gpt-4o", new="gpt-5.5", nth=nth)
    assert written(before, edit(before, before, operation)) == after


@pytest.mark.skipif(sys.version_info < (3, 12), reason="pieces of f-strings have no spans of their own")
def test_piece_of_an_f_string_as_anchor():
    before = 'x = f"gpt-4o {a} gpt-4o {b}"\n'
    after = 'x = f"gpt-4o {a} gpt-5.5 {b}"\n'
    assert written(before, edit(before, " gpt-4o ", TEXT)) == after


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("é = 'é'; x = f\"é {g('gpt-4o')} b\"\n", id="one-line"),
        pytest.param("x = f'''\na é {g('gpt-4o')}\n'''\n", id="triple"),
        pytest.param('x = (\'a\'\n f"a {f\'{g("""gpt-4o""")}\'} b")\n'.replace('"""', "'"), id="nested")
        if sys.version_info >= (3, 12)
        else pytest.param("x = ('a'\n f\"a {g('gpt-4o')} b\")\n", id="implicit"),
    ],
)
def test_literal_inside_the_braces_of_an_f_string(before):
    assert written(before, edit(before, "'gpt-4o'", TEXT)) == before.replace("gpt-4o", "gpt-5.5")


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        pytest.param('"gpt-4o"', 'a"b', '"a\\"b"', id="own-quote"),
        pytest.param("'gpt-4o'", 'a"b', "'a\"b'", id="other-quote"),
        pytest.param('"gpt-4o"', "a\\b\n", '"a\\\\b\\n"', id="backslash-and-newline"),
        pytest.param('f"gpt-4o{x}"', "{a}", 'f"{{a}}{x}"', id="braces"),
        pytest.param('"""gpt-4o"""', "a\nb", '"""a\nb"""', id="newline-in-triple"),
    ],
)
def test_new_text_is_spelled_as_the_literal_spells(before, new, after):
    assert written(before, edit(before, before, ReplaceText(old="gpt-4o", new=new))) == after


@pytest.mark.parametrize(
    ("before", "operation"),
    [
        pytest.param('"gpt-" "4o"', TEXT, id="across-literals"),
        pytest.param("f\"{g('gpt-4o')}\"", TEXT, id="only-inside-braces"),
        pytest.param('"GPT-4o"', TEXT, id="other-case"),
        pytest.param("name", TEXT, id="no-literal"),
        pytest.param('"\\ngpt"', ReplaceText(old="ngpt", new="x"), id="letter-of-an-escape"),
        pytest.param("r'gpt-4o'", ReplaceText(old="gpt-4o", new="'"), id="quote-in-raw"),
        pytest.param("b'gpt-4o'", ReplaceText(old="gpt-4o", new="é"), id="non-ascii-bytes"),
        pytest.param('"gpt-4o"', ReplaceText(old="gpt-4o", new="x", nth=1), id="no-second-occurrence"),
    ],
)
def test_noop_text_that_is_not_there_or_cannot_be_said(before, operation):
    result = one(before, before, operation)
    assert result.data == before.encode()
    assert [refusal.code for refusal in result.refused] == ["not-applicable"]


CALL = dedent(
    """\
    f(
        model="x",  # the model
        # deterministic
        temperature=0,  # cold
        max_tokens=5,
    )"""
)


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        pytest.param("f(a, b=1)", "b", "f(a)", id="last"),
        pytest.param("f(a, b=1,)", "b", "f(a,)", id="last-with-trailing-comma"),
        pytest.param("f(b=1, c=2)", "b", "f(c=2)", id="first"),
        pytest.param("f(a, b=1, c=2)", "b", "f(a, c=2)", id="middle"),
        pytest.param("f( b=1 )", "b", "f()", id="only"),
        pytest.param("f(\n    b=1,\n)", "b", "f()", id="only-own-line"),
        pytest.param("f(*a, b=1, **k)", "b", "f(*a, **k)", id="stars"),
        pytest.param("f(**k, b=1)", "b", "f(**k)", id="behind-double-star"),
        pytest.param("f(a,\n  b=1,\n  c=2)", "b", "f(a,\n  c=2)", id="aligned-middle"),
        pytest.param("f(a,\n  b=1)", "b", "f(a)", id="aligned-last"),
        pytest.param("f(b=1,\n  c=2)", "b", "f(c=2)", id="aligned-first"),
        pytest.param("f(b=1,  # why\n  c=2)", "b", "f(c=2)", id="aligned-first-comment"),
        pytest.param("f(a,  # why\n  b=1)", "b", "f(a  # why\n  )", id="last-keeps-neighbours-comment"),
        pytest.param("f(a, b=1,\n  c=2)", "b", "f(a,\n  c=2)", id="end-of-a-row"),
        pytest.param("f(\n    a, b=1,  # row\n    c=2,\n)", "b", "f(\n    a,  # row\n    c=2,\n)", id="row"),
        pytest.param("f(\n    b=1, c=2,\n)", "b", "f(\n    c=2,\n)", id="start-of-a-row"),
        pytest.param("f(a\n  , b=1\n  , c=2)", "b", "f(a\n  , c=2)", id="leading-commas"),
        pytest.param("f(a\n  , b=1)", "b", "f(a)", id="leading-comma-last"),
        pytest.param("f(a, b=g(\n    1,\n))", "b", "f(a)", id="multi-line-value"),
        pytest.param("f(\n\ta,\n\tb=1,\n)", "b", "f(\n\ta,\n)", id="tabs"),
        pytest.param("f(a, \\\n  b=1)", "b", "f(a)", id="continuation"),
        pytest.param(CALL, "max_tokens", CALL.replace("    max_tokens=5,\n", ""), id="own-line-last"),
        pytest.param(
            CALL,
            "temperature",
            CALL.replace("    temperature=0,  # cold\n", ""),
            id="own-line-and-its-comment",
        ),
        pytest.param(CALL, "model", CALL.replace('    model="x",  # the model\n', ""), id="own-line-first"),
        pytest.param(
            "f(\n    a,\n    # about b\n    b=1,\n)", "b", "f(\n    a,\n)", id="comment-above-the-last-goes"
        ),
        pytest.param(
            "f(\n    # about b\n    b=1,\n    # about c\n    c=2,\n)",
            "b",
            "f(\n    # about c\n    c=2,\n)",
            id="comment-above-goes-where-the-next-has-its-own",
        ),
        pytest.param(
            "f(\n    # sampling\n    b=1,\n    c=2,\n)",
            "b",
            "f(\n    # sampling\n    c=2,\n)",
            id="comment-above-stays-where-the-next-may-share-it",
        ),
        pytest.param("f(  # noqa\n    b=1,\n)", "b", "f(  # noqa\n)", id="comment-of-the-call-stays"),
    ],
)
def test_keyword_is_removed_with_its_line(before, name, after):
    check(f"x = {before}", before, RemoveKeyword(name=name), f"x = {after}")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("f()", "f(k=1)", id="empty"),
        pytest.param("f(a)", "f(a, k=1)", id="one-line"),
        pytest.param("f(a, )", "f(a, k=1, )", id="trailing-comma"),
        pytest.param("f(a,b)", "f(a,b,k=1)", id="tight"),
        pytest.param("f(**d)", "f(k=1, **d)", id="before-double-star"),
        pytest.param("f(a, *b, **d, **e)", "f(a, *b, k=1, **d, **e)", id="before-double-stars"),
        pytest.param("f(**d, b=1)", "f(**d, b=1, k=1)", id="behind-keyword-behind-double-star"),
        pytest.param("f(\n    a,\n)", "f(\n    a,\n    k=1,\n)", id="own-lines"),
        pytest.param("f(\n    a\n)", "f(\n    a,\n    k=1\n)", id="own-lines-no-trailing-comma"),
        pytest.param("f(\n    a  # c\n)", "f(\n    a,  # c\n    k=1\n)", id="comment-stays-with-its-line"),
        pytest.param(
            "f(\n    a,\n    **d,\n)", "f(\n    a,\n    k=1,\n    **d,\n)", id="own-lines-double-star"
        ),
        pytest.param("f(a,\n  b)", "f(a,\n  b,\n  k=1)", id="aligned"),
        pytest.param("f(a, m=[\n    1,\n])", "f(a, m=[\n    1,\n], k=1)", id="hugging"),
        pytest.param("f(\n    a, b,\n)", "f(\n    a, b, k=1,\n)", id="row"),
        pytest.param(
            "f(\n\ta,  # c\n\t# more\n)", "f(\n\ta,  # c\n\tk=1,\n\t# more\n)", id="tabs-and-closing-comment"
        ),
    ],
)
def test_keyword_is_added_in_the_calls_layout(before, after):
    check(f"x = {before}\n", before, AddKeyword(name="k", source="1"), f"x = {after}\n")


def test_keyword_is_renamed():
    check(
        "f(a , max_tokens = 5)",
        "f(a , max_tokens = 5)",
        RenameKeyword(name="max_tokens", new="m"),
        "f(a , m = 5)",
    )


@pytest.mark.parametrize(
    ("before", "operation", "after"),
    [
        pytest.param("{'a': 1}", AddEntry(key="'b'", value="2", beside=0), "{'a': 1, 'b': 2}", id="one-line"),
        pytest.param(
            "{'a': 1}", AddEntry(key="'b'", value="2", beside=0, before=True), "{'b': 2, 'a': 1}", id="before"
        ),
        pytest.param(
            "{**a, 'a': 1}", AddEntry(key="'b'", value="2", beside=0), "{**a, 'b': 2, 'a': 1}", id="stars"
        ),
        pytest.param("{'a': 1, 'b': 2}", RemoveEntry(key="b"), "{'a': 1}", id="remove"),
        pytest.param("{'a': 1, 'b': 2}", RenameEntry(key="a", new="c"), "{'c': 1, 'b': 2}", id="rename"),
        pytest.param('{r"a": 1}', RenameEntry(key="a", new="c"), '{r"c": 1}', id="rename-keeps-prefix"),
        pytest.param(
            "{'a': {'m': 1}}",
            AddEntry(key="b", value="{'m': 2}", beside=0),
            "{'a': {'m': 1}, b: {'m': 2}}",
            id="nested",
        ),
        pytest.param(
            '{\n\t"a": 1,  # old\n\n\t# other\n\t"b": 2\n}',
            AddEntry(key='"n"', value="3", beside=0),
            '{\n\t"a": 1,  # old\n\t"n": 3,\n\n\t# other\n\t"b": 2\n}',
            id="behind-keeps-comments",
        ),
        pytest.param(
            '{\n\t"a": 1,  # old\n\n\t# other\n\t"b": 2\n}',
            AddEntry(key='"n"', value="3", beside=1, before=True),
            '{\n\t"a": 1,  # old\n\t"n": 3,\n\n\t# other\n\t"b": 2\n}',
            id="ahead-keeps-comments",
        ),
        pytest.param(
            '{\n\t"a": 1,\n\t"b": 2  # last\n}',
            AddEntry(key='"n"', value="3", beside=1),
            '{\n\t"a": 1,\n\t"b": 2,  # last\n\t"n": 3\n}',
            id="behind-last-without-comma",
        ),
        pytest.param(
            '{"a": 1,\n "b": 2}',
            AddEntry(key='"n"', value="3", beside=0),
            '{"a": 1,\n "n": 3,\n "b": 2}',
            id="aligned-behind-first",
        ),
        pytest.param(
            '{"a": 1,\n "b": 2}',
            AddEntry(key='"n"', value="3", beside=0, before=True),
            '{"n": 3,\n "a": 1,\n "b": 2}',
            id="aligned-ahead-of-first",
        ),
    ],
)
def test_dict_entries(before, operation, after):
    check(f"x = {before}\n", before, operation, f"x = {after}\n")


@pytest.mark.parametrize(
    ("before", "operation", "after"),
    [
        pytest.param("['a']", AddElement(source="'b'", beside=0), "['a', 'b']", id="list"),
        pytest.param("{'a', 'c'}", AddElement(source="'b'", beside=0), "{'a', 'b', 'c'}", id="set"),
        pytest.param("('a',)", AddElement(source="'b'", beside=0), "('a', 'b')", id="tuple-of-one"),
        pytest.param(
            "(\n    'a',\n)",
            AddElement(source="'b'", beside=0),
            "(\n    'a',\n    'b',\n)",
            id="tuple-of-one-own-line",
        ),
        pytest.param(
            "'a', 'c'", AddElement(source="'b'", beside=1), "'a', 'c', 'b'", id="tuple-without-parentheses"
        ),
        pytest.param(
            "Literal['a']",
            AddElement(source="'b'", beside=0, before=True),
            "Literal['b', 'a']",
            id="subscript",
        ),
        pytest.param("f('a', k=1)", AddElement(source="'b'", beside=0), "f('a', 'b', k=1)", id="call"),
        pytest.param(
            "f(*a, k=1)", AddElement(source="k2=2", beside=1), "f(*a, k=1, k2=2)", id="call-keyword"
        ),
        pytest.param("[*a]", AddElement(source="*b", beside=0), "[*a, *b]", id="star"),
        pytest.param("[1]", AddElement(source="2, 3", beside=0), None, id="two-elements-are-none"),
        pytest.param(
            "[\n    'a', 'b',\n    'c', 'd',\n]",
            AddElement(source="'n'", beside=1),
            "[\n    'a', 'b', 'n',\n    'c', 'd',\n]",
            id="row-end",
        ),
        pytest.param(
            "[\n    'a', 'b',\n    'c', 'd',\n]",
            AddElement(source="'n'", beside=2, before=True),
            "[\n    'a', 'b',\n    'n', 'c', 'd',\n]",
            id="row-start",
        ),
        pytest.param(
            "[  # all\n    'a',  # A\n    'b',  # B\n]",
            AddElement(source="'n'", beside=0, before=True),
            "[  # all\n    'n',\n    'a',  # A\n    'b',  # B\n]",
            id="ahead-of-the-first-line",
        ),
        pytest.param("[x for x in y]", AddElement(source="1", beside=0), None, id="comprehension"),
        pytest.param("[]", AddElement(source="1", beside=0), None, id="no-template"),
        pytest.param("[1]", AddElement(source="k=1", beside=0), None, id="keyword-in-list"),
    ],
)
def test_elements(before, operation, after):
    source = f"x = {before}\n"
    if after is None:
        assert one(source, before, operation).refused[0].code == "not-applicable"
    else:
        check(source, before, operation, f"x = {after}\n")


@pytest.mark.parametrize(
    ("before", "snippet", "source", "after"),
    [
        pytest.param("x = a", "a", "b or c", "x = b or c", id="assignment"),
        pytest.param("f(a)", "a", "b or c", "f(b or c)", id="argument"),
        pytest.param("not a", "a", "b or c", "not (b or c)", id="operand"),
        pytest.param("a == 'x'", "a == 'x'", "a in ('x', 'y')", "a in ('x', 'y')", id="comparison"),
        pytest.param("not a == 'x'", "a == 'x'", "a in ('x',)", "not a in ('x',)", id="comparison-under-not"),
        pytest.param("a == 'x' and b", "a == 'x'", "c or d", "(c or d) and b", id="looser"),
        pytest.param("(a).b", "a", "c or d", "(c or d).b", id="parenthesised-already"),
        pytest.param("a.b", "a", "c or d", "(c or d).b", id="attribute"),
        pytest.param("a(b)", "a", "lambda: 1", "(lambda: 1)(b)", id="callee"),
        pytest.param(
            "x = [i for i in a]", "a", "b if c else d", "x = [i for i in (b if c else d)]", id="iterable"
        ),
        pytest.param("f(a)", "a", "1, 2", "f((1, 2))", id="bare-tuple"),
        pytest.param("f(a)", "a", "b := 1", "f((b := 1))", id="walrus"),
        pytest.param("x = a\n", "a", "1 +\n2", "x = (1 +\n2)\n", id="two-lines"),
        pytest.param("x = 1 if'a'else 2", "'a'", "b", "x = 1 if b else 2", id="no-space-around"),
        pytest.param("a.max_tokens = 1", "a.max_tokens", "a.cap", "a.cap = 1", id="stored"),
        pytest.param("x = -1", "-1", "-2", "x = -2", id="negative-number"),
    ],
)
def test_expression_is_replaced(before, snippet, source, after):
    check(before, snippet, ReplaceExpression(source=source), after)


def test_source_put_into_an_f_string_takes_the_other_quotes():
    before = "x = f'{f(a)}'\ny = f(a)\n"
    operation = AddKeyword(name="k", source="'none'")
    inner = edit(before, "f(a)", operation, nth=1)
    assert written(before, inner) == "x = f'{f(a, k=\"none\")}'\ny = f(a)\n"
    assert written(before, edit(before, "f(a)", operation)) == "x = f'{f(a)}'\ny = f(a, k='none')\n"


@pytest.mark.parametrize("source", ["'a' + \"b\"", "'a\\\\b'", "[\n1]"])
def test_noop_on_source_that_an_f_string_cannot_hold(source):
    result = one("x = f'{f(a)}'", "f(a)", AddKeyword(name="k", source=source))
    assert [refusal.code for refusal in result.refused] == ["not-applicable"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(k=1, b=2)", "f(**r, b=2)"),
        ("f(b=2, k=1)", "f(b=2, **r)"),
        ("f(k=1, *a, b=2)", "f(*a, b=2, **r)"),
    ],
)
def test_what_is_spread_instead_of_a_keyword_stands_in_its_place(before, after):
    edits = [
        edit(before, before, one, "g")
        for one in (RemoveKeyword(name="k"), AddKeyword(name="**k", source="r"))
    ]
    assert render(before.encode(), edits).data == after.encode()


@pytest.mark.parametrize("operation", [AddKeyword(name="k", source="1"), AddElement(source="k=1", beside=0)])
def test_noop_on_a_call_of_a_bare_generator(operation):
    assert one("f(a for a in b)", "f(a for a in b)", operation).refused[0].code == "not-applicable"


def test_noop_replacement_that_is_no_expression():
    assert one("x = a", "a", ReplaceExpression(source="b =")).refused[0].code == "not-applicable"


# -- several edits -------------------------------------------------------------------------------


def test_edits_inside_each_other_compose():
    before = 'x = f(\n    g(h("gpt-4o"), temperature=1),  # é\n    temperature=0,\n    m={"o3": 1},\n)\n'
    edits = [
        edit(before, before[4:-1], RemoveKeyword(name="temperature")),
        edit(before, '"gpt-4o"', TEXT),
        edit(before, 'g(h("gpt-4o"), temperature=1)', RemoveKeyword(name="temperature")),
        edit(before, '{"o3": 1}', AddEntry(key='"gpt-5.5"', value="2", beside=0)),
        edit(before, before[4:-1], AddKeyword(name="k", source='"none"')),
    ]
    after = 'x = f(\n    g(h("gpt-5.5")),  # é\n    m={"o3": 1, "gpt-5.5": 2},\n    k="none",\n)\n'
    assert written(before, *edits) == after


def test_edits_of_one_place_compose_and_count_in_the_original():
    before = '["a", "b"]'
    adds = [("1", 0, False), ("2", 0, False), ("3", 1, False), ("4", 0, True), ("5", 1, True)]
    edits = [edit(before, before, AddElement(source=s, beside=i, before=b)) for s, i, b in adds]
    assert written(before, *edits) == '[4, "a", 1, 2, 5, "b", 3]'


def test_renamed_added_and_removed_keywords_compose():
    before = "f(a=1, b=2, c=3)"
    operations = [
        RemoveKeyword(name="c"),
        RenameKeyword(name="b", new="c2"),
        AddKeyword(name="d", source="4"),
    ]
    assert (
        written(before, *(edit(before, before, operation) for operation in operations)) == "f(a=1, c2=2, d=4)"
    )


def test_several_texts_in_one_literal():
    before = '"gpt-4o or gpt-4o, o3"'
    operations = [TEXT, ReplaceText(old="o3", new="gpt"), ReplaceText(old="gpt-4o", new="b", nth=1)]
    assert (
        written(before, *(edit(before, before, operation) for operation in operations))
        == '"gpt-5.5 or b, gpt"'
    )


def test_identical_edits_merge():
    before = 'f("gpt-4o")'
    assert written(before, *(edit(before, '"gpt-4o"', TEXT) for _ in range(3))) == 'f("gpt-5.5")'


@pytest.mark.parametrize(
    ("before", "snippets", "operations"),
    [
        pytest.param(
            '"gpt-4o"', ['"gpt-4o"'] * 2, [TEXT, ReplaceText(old="gpt-4o", new="x")], id="two-texts-for-one"
        ),
        pytest.param(
            '"gpt-4o-mini"', ['"gpt-4o-mini"'] * 2, [TEXT, ReplaceText(old="4o-mini", new="x")], id="overlap"
        ),
        pytest.param(
            'f("gpt-4o")',
            ['f("gpt-4o")', '"gpt-4o"'],
            [ReplaceExpression(source="g()"), TEXT],
            id="inside-replaced",
        ),
        pytest.param(
            'f(m="gpt-4o")',
            ['f(m="gpt-4o")', '"gpt-4o"'],
            [RemoveKeyword(name="m"), TEXT],
            id="inside-removed",
        ),
        pytest.param(
            "f(m=1)",
            ["f(m=1)"] * 2,
            [RemoveKeyword(name="m"), RenameKeyword(name="m", new="n")],
            id="one-keyword",
        ),
        pytest.param(
            "{'m': 1}",
            ["{'m': 1}", "'m'"],
            [RenameEntry(key="m", new="n"), ReplaceText(old="m", new="n")],
            id="key",
        ),
        pytest.param(
            "{'m': 1}",
            ["{'m': 1}"] * 2,
            [AddEntry(key="'n'", value="1", beside=0), AddEntry(key='"n"', value="2", beside=0)],
            id="two-entries-of-one-key",
        ),
        pytest.param(
            "f()",
            ["f()"] * 2,
            [AddKeyword(name="k", source="1"), AddKeyword(name="k", source="2")],
            id="two-values",
        ),
    ],
)
def test_contradicting_edits_are_refused_with_their_groups(before, snippets, operations):
    source = f"x = {before}\ny = 'o3'\nz = 'o1'\n"
    edits = [edit(source, s, o, g) for s, o, g in zip(snippets, operations, ["left", "right"], strict=True)]
    third = edit(source, "'o3'", ReplaceText(old="o3", new="a"), "left")
    fourth = edit(source, "'o1'", ReplaceText(old="o1", new="b"), "free")
    result = render(source.encode(), [*edits, third, fourth])
    assert result.data.decode() == source.replace("o1", "b")
    assert result.made == (fourth.id,)
    assert {refusal.code for refusal in result.refused} == {"conflicting-edits"}
    assert {name for refusal in result.refused for name in refusal.edits} == {
        one.id for one in (*edits, third)
    }


def test_a_refused_edit_takes_its_group_along():
    before = 'f("gpt-4o")\ng("o3")\n'
    edits = [
        edit(before, '"gpt-4o"', TEXT, "a"),
        edit(before, 'g("o3")', RemoveKeyword(name="temperature"), "a"),
        edit(before, '"o3"', ReplaceText(old="o3", new="x"), "b"),
    ]
    result = render(before.encode(), edits)
    assert result.data == b'f("gpt-4o")\ng("x")\n'
    assert result.made == (edits[2].id,)
    (refusal,) = result.refused
    assert refusal.edits == (edits[0].id, edits[1].id)
    assert "'temperature'" in refusal.message


# -- bytes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(b'x = "\xe9", "gpt-4o"', b'x = "\xe9", "gpt-5.5"', id="latin-1"),
        pytest.param(b'x = [\r\n "gpt-4o"]\n\r', b'x = [\r\n "gpt-5.5"]\n\r', id="mixed-newlines"),
        pytest.param(b'a = 1\rx = "gpt-4o"\r', b'a = 1\rx = "gpt-5.5"\r', id="bare-cr"),
        pytest.param(b'x = """\r\ngpt-4o\r"""', b'x = """\r\ngpt-5.5\r"""', id="newlines-in-the-literal"),
    ],
)
def test_bytes_outside_survive(before, after):
    cookie = b"# -*- coding: latin-1 -*-\r"
    snippet = '"gpt-4o"' if b'"""' not in before else '"""\r\ngpt-4o\r"""'
    data = cookie + before
    assert written(data, edit(data, snippet, TEXT)) == cookie + after


def test_byte_order_mark_survives():
    data = b'\xef\xbb\xbfx = "gpt-4o"'
    assert written(data, edit(data, '"gpt-4o"', TEXT)) == b'\xef\xbb\xbfx = "gpt-5.5"'


def test_new_lines_take_the_newline_of_the_file():
    before = "f(\r    a,\r)\r"
    assert (
        written(before, edit(before, before[:-1], AddKeyword(name="k", source="1")))
        == "f(\r    a,\r    k=1,\r)\r"
    )


def test_new_text_that_the_encoding_cannot_say_is_refused():
    data = b"# coding: latin-1\nx = 'gpt-4o'\n"
    result = render(data, [edit(data, "'gpt-4o'", ReplaceText(old="gpt-4o", new="日本"))])
    assert result.data == data
    assert [refusal.code for refusal in result.refused] == ["unencodable"]


@pytest.mark.parametrize("data", [b"x = (", b"\xff", b"x = '\0'", b"# coding: nonsense\n"])
def test_noop_on_what_cannot_be_read(data):
    result = render(data, [edit("x = 'a'", "'a'", TEXT)])
    assert result.data == data
    assert [refusal.code for refusal in result.refused] == ["unreadable"]


@pytest.mark.parametrize("span", [(1, 4, 1, 11), (1, 5, 1, 13), (9, 0, 9, 5), (1, 0, 1, 300)])
def test_noop_where_the_anchor_is_no_node(span):
    before = 'x = f("gpt-4o")'
    lost = msgspec.structs.replace(edit(before, '"gpt-4o"', TEXT), anchor=span)
    result = render(before.encode(), [lost])
    assert result.data == before.encode()
    assert [refusal.code for refusal in result.refused] == ["anchor-lost"]


def test_noop_without_edits():
    assert render(b"\xff", []) == (b"\xff", (), ())


def test_noop_in_code_nested_too_deeply():
    before = f"x = {' + '.join(['a'] * 600)} + 'gpt-4o'\n"
    result = render(before.encode(), [edit(before, "'gpt-4o'", TEXT)])
    assert result.made
    outer = before[4:-1]
    result = render(before.encode(), [edit(before, outer, TEXT)])
    assert [refusal.code for refusal in result.refused] == ["not-applicable"]


def test_applying_twice_changes_nothing():
    before = "f(model='gpt-4o', temperature=0)"
    after = written(before, edit(before, before, RemoveKeyword(name="temperature")))
    again = render(after.encode(), [edit(after, after, RemoveKeyword(name="temperature"))])
    assert again.data == after.encode()
    assert not again.made
