"""Decoding without loss, and positions as `ast` counts them."""

from __future__ import annotations

import ast

import pytest

from migrator.source import Source, SourceError

BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        pytest.param(b"x = 1\n", "utf-8", id="nothing-said"),
        pytest.param(BOM + b"x = 1\n", "utf-8", id="bom"),
        pytest.param(BOM + b"# coding: utf-8\n", "utf-8", id="bom-and-cookie"),
        pytest.param(b"# coding: utf-8-sig\n", "utf-8", id="sig-cookie-without-bom"),
        pytest.param(b'# -*- coding: latin-1 -*-\nx = "\xe9"\n', "iso-8859-1", id="cookie"),
        pytest.param(b'#!/bin/x\r\n# coding: cp1252\r\nx = "\x80"', "cp1252", id="second-line-crlf"),
        pytest.param(b'# \xe9 coding: latin-1\nx = "\xe9"\n', "iso-8859-1", id="cookie-line-not-utf-8"),
        pytest.param(b'# \xe9\n# coding: latin-1\nx = "\xe9"\n', "iso-8859-1", id="line-above-not-utf-8"),
        pytest.param(b'# coding: latin-1\rx = "\xe9"\r', "iso-8859-1", id="bare-cr"),
        pytest.param(b"#" + b"x" * 500 + b"\n# coding: latin-1\n", "iso-8859-1", id="long-first-line"),
        pytest.param(b"#\x0c\n# coding: latin-1\n", "iso-8859-1", id="form-feed-ends-no-line"),
        pytest.param(b"\n\n# coding: latin-1\n", "utf-8", id="third-line-is-no-cookie"),
        pytest.param(b"x = 1 # coding: latin-1\n", "utf-8", id="behind-code-is-no-cookie"),
        pytest.param(b"", "utf-8", id="empty"),
    ],
)
def test_encoding_is_that_of_python_and_loses_nothing(data, encoding):
    source = Source(data)
    assert source.encoding == encoding
    assert source.encode(source.text) == data
    assert ast.dump(ast.parse(source.text)) == ast.dump(ast.parse(data))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'x = "\xe9"\n', id="not-utf-8"),
        pytest.param(b"# coding: nonsense\n", id="unknown-cookie"),
        pytest.param(BOM + b"# coding: latin-1\n", id="bom-against-cookie"),
        pytest.param(b"# coding: rot13\n", id="no-text-encoding"),
    ],
)
def test_what_python_refuses_is_refused(data):
    with pytest.raises(SourceError):
        Source(data)
    with pytest.raises(SyntaxError):
        ast.parse(data)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_offsets_are_those_of_the_text(newline):
    text = newline.join(["é = 1", '\x0cf("é", "gpt-4o",', '  "日本") + g("x")', "", "y = 2"])
    source = Source(text.encode())
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.expr):
            start, end = source.offsets((node.lineno, node.col_offset, node.end_lineno, node.end_col_offset))
            assert ast.dump(ast.parse(f"({text[start:end]})", mode="eval").body) == ast.dump(node).replace(
                "Store()", "Load()"
            )


def test_positions_and_lines():
    source = Source(b"a\r\nbc\rd\n")
    assert [source.line(number) for number in (1, 2, 3, 4)] == ["a", "bc", "d", ""]
    assert [source.position(offset) for offset in (0, 3, 4, 6)] == [(1, 0), (2, 0), (2, 1), (3, 0)]
