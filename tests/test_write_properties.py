"""Odd formatting, generated: the result parses, differs at the planned place, and nowhere else."""

from __future__ import annotations

import ast
import io
import tokenize

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from write_support import edit, planned

from migrator.inventory.edit_records import (
    AddElement,
    AddEntry,
    AddKeyword,
    RemoveEntry,
    RemoveKeyword,
    RenameKeyword,
    ReplaceText,
)
from migrator.source import Source
from migrator.write.places import parse
from migrator.write.render import render

settings.register_profile("write", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("write")

NEWLINES = ("\n", "\r\n", "\r")
ID, NEW = "gpt-4o", "gpt-5.5"


def gaps(newline):
    """White space, comments and line breaks between brackets."""
    parts = [
        "",
        " ",
        "  ",
        "\t",
        "\x0c",
        f" \\{newline}",
        newline,
        f"{newline}    ",
        f"  # é gpt-4o{newline}",
        f"{newline}{newline}\t",
    ]
    return st.lists(st.sampled_from(parts), max_size=2).map("".join)


VALUES = st.sampled_from(
    [
        "1",
        "'é'",
        "b''",
        "x",
        "-1",
        "(1, 2)",
        "[\n]",
        "f'{x!r:>{w}}'",
        "lambda: (yield)",
        "a if b else c",
        "not x",
        "{'k': v}",
        "g(h=1)",
        "'''a\nb'''",
        "(x := 1)",
        "'a' 'b'",
        "x.y[1:2]",
        "[*a]",
        "'日本'",
    ]
)
NAMES = st.lists(
    st.sampled_from(["model", "temperature", "top_p", "max_tokens", "k"]), min_size=1, unique=True
)


@st.composite
def calls(draw):
    """The source of a call with keywords, its file around it, and one keyword's name."""
    newline = draw(st.sampled_from(NEWLINES))
    names = draw(NAMES)
    positional = [*draw(st.lists(VALUES, max_size=2)), *draw(st.sampled_from([[], ["*args"]]))]
    keywords = [f"{name}{draw(gaps(newline))}={draw(VALUES)}" for name in names]
    double = draw(st.sampled_from([[], ["**options"]]))
    body = draw(brackets([*positional, *keywords, *double], newline))
    return (
        newline,
        f"call{draw(st.sampled_from(['', ' ']))}({body})".replace("\n", newline),
        draw(st.sampled_from(names)),
    )


@st.composite
def brackets(draw, items, newline):
    """Items between brackets with gaps and commas."""
    gap = gaps(newline)
    text = draw(gap)
    for number, item in enumerate(items):
        comma = number < len(items) - 1 or draw(st.booleans())
        text += item + draw(gap) + ("," + draw(gap) if comma else "")
    return text


@st.composite
def files(draw, inner):
    """A file around an expression: the text before and behind it."""
    newline, snippet, *rest = draw(inner)
    heads = [
        "x = ",
        "é = '日本'; x = ",
        "if 1:\n\tx = ",
        "\x0cx = ",
        "# coding: utf-8\n\n@d\nclass A:\n    x: int = ",
        "f('é', ",
    ]
    head = draw(st.sampled_from(heads))
    tail = ")" if head.endswith(", ") else ""
    tail += draw(st.sampled_from(["", "\n", "  # gpt-4o\n", "\n\n\n", "; y = 1\n"]))
    assume(not (tail.startswith((";", "  #")) and snippet.endswith("\\")))
    return head.replace("\n", newline), snippet, tail.replace("\n", newline), *rest


def rendered(head, snippet, tail, operation):
    """The bytes made of it, after checking that nothing outside the snippet moved."""
    text = head + snippet + tail
    try:
        parse(text)
    except SyntaxError:
        assume(False)
    result = render(text.encode(), [edit(text, snippet, operation)])
    assert not result.refused, (text, result)
    new = result.data.decode()
    assert new.startswith(head)
    assert new.endswith(tail)
    return new[len(head) : len(new) - len(tail)] if tail else new[len(head) :]


def value(code):
    """The tree of an expression."""
    return ast.parse(f"({code})", mode="eval").body


def comments(code):
    """The comments in an expression, in order."""
    stream = io.StringIO(f"({code})".replace("\r\n", "\n").replace("\r", "\n"))
    return [t.string for t in tokenize.generate_tokens(stream.readline) if t.type == tokenize.COMMENT]


@given(files(calls()))
def test_removed_keyword(case):
    head, snippet, tail, name = case
    expected = value(snippet)
    expected.keywords = [keyword for keyword in expected.keywords if keyword.arg != name]
    new = rendered(head, snippet, tail, RemoveKeyword(name=name))
    assert ast.dump(value(new)) == ast.dump(expected)
    assert len(new) < len(snippet)


@given(files(calls()))
def test_renamed_keyword_keeps_every_other_character(case):
    head, snippet, tail, name = case
    new = rendered(head, snippet, tail, RenameKeyword(name=name, new="zz_new"))
    assert new.replace("zz_new", name) == snippet


@given(files(calls()))
def test_added_keyword_keeps_every_comment(case):
    head, snippet, tail, _ = case
    new = rendered(head, snippet, tail, AddKeyword(name="zz", source='"none"'))
    (added,) = [keyword for keyword in value(new).keywords if keyword.arg == "zz"]
    assert added.value.value == "none"
    assert comments(new) == comments(snippet)


@given(files(calls()))
def test_removing_what_was_added_leaves_the_same_call(case):
    head, snippet, tail, _ = case
    grown = rendered(head, snippet, tail, AddKeyword(name="zz", source="1"))
    shrunk = rendered(head, grown, tail, RemoveKeyword(name="zz"))
    assert ast.dump(value(shrunk)) == ast.dump(value(snippet))


@st.composite
def displays(draw, kinds=("[]", "{}", "()", "dict")):
    """The source of a list, set, tuple or dict, and an index."""
    newline = draw(st.sampled_from(NEWLINES))
    kind = draw(st.sampled_from(kinds))
    items = draw(st.lists(VALUES, min_size=1, max_size=4))
    if kind == "dict":
        items = [f"'k{n}'{draw(gaps(newline))}: {item}" for n, item in enumerate(items)]
    body = draw(brackets(items, newline))
    opening, closing = "{}" if kind == "dict" else kind
    snippet = f"{opening}{body}{closing}".replace("\n", newline)
    return newline, snippet, kind, draw(st.integers(0, len(items) - 1)), draw(st.booleans())


@given(files(displays()))
def test_added_element_or_entry(case):
    head, snippet, tail, kind, beside, before = case
    assume(kind != "()" or snippet_is_tuple(snippet))
    at = beside if before else beside + 1
    if kind == "dict":
        new = rendered(head, snippet, tail, AddEntry(key="'zz'", value="0", beside=beside, before=before))
        assert [key.value for key in value(new).keys][at] == "zz"
    else:
        new = rendered(head, snippet, tail, AddElement(source="'zz'", beside=beside, before=before))
        assert value(new).elts[at].value == "zz"
    assert comments(new) == comments(snippet)


def snippet_is_tuple(snippet):
    """Whether parentheses hold a tuple, and not only group."""
    try:
        tree = value(snippet)
    except SyntaxError:
        return False
    return isinstance(tree, ast.Tuple) and (tree.lineno, tree.col_offset) == (1, 1)


@given(files(displays(["dict"])))
def test_removed_entry(case):
    head, snippet, tail, _, beside, _ = case
    new = rendered(head, snippet, tail, RemoveEntry(key=f"k{beside}"))
    assert f"k{beside}" not in [key.value for key in value(new).keys]
    assert len(value(new).keys) == len(value(snippet).keys) - 1


@st.composite
def literals(draw):
    """A string literal that holds the id once, with odd text around it; what is in `{}` has it too."""
    newline = draw(st.sampled_from(NEWLINES))
    prefix = draw(st.sampled_from(["", "r", "u", "b", "Rb", "f", "rF"]))
    quote = draw(st.sampled_from(['"', "'", '"""', "'''"]))
    parts = (
        ["", " ", "é", "gpt-4", "openai/", "-mini", "日本"]
        if "b" not in prefix.lower()
        else ["", " ", "gpt-4", "/"]
    )
    if "r" not in prefix.lower():
        parts += ["\\n", "\\\\", "\\'", '\\"', "\\x41", f"\\{newline}"]
    if len(quote) == 3:
        parts += ["\n", "\n    "]
    if "f" in prefix.lower():
        parts += ["{x}", "{x!r:>{w}}", "{{", "}}", "{y.z[1]}", "{ x }"]
    text = st.lists(st.sampled_from(parts), max_size=3).map("".join)
    code = f"{prefix}{quote}{draw(text)}{ID}{draw(text)}{quote}".replace("\n", newline)
    return newline, code


@given(files(literals()))
def test_planted_id_is_replaced_and_nothing_else(case):
    head, snippet, tail = case
    assume(snippet.count(ID) == 1)
    assert rendered(head, snippet, tail, ReplaceText(old=ID, new=NEW)) == snippet.replace(ID, NEW)


@given(files(calls()), st.sampled_from(["latin-1", "cp1252", "utf-8"]), st.booleans())
def test_files_in_other_encodings(case, encoding, bom):
    head, snippet, tail, name = case
    text = f"# coding: {encoding}\n" + head.replace("# coding: utf-8", "#") + snippet + tail
    try:
        data = (b"\xef\xbb\xbf" if bom and encoding == "utf-8" else b"") + text.encode(encoding)
        tree = parse(Source(data).text)
    except (SyntaxError, UnicodeEncodeError):
        assume(False)
    (call,) = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "call"]
    result = render(data, [planned(call, RenameKeyword(name=name, new="zz"))])
    assert not result.refused
    assert len(result.data) == len(data) - len(name) + 2
