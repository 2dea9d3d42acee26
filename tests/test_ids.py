"""Ids are found in a text as a reader would find them: whole runs that nothing of an id stands before."""

import re

from hypothesis import given
from hypothesis import strategies as st

from migrator import pipeline
from migrator.settings import Settings
from migrator.source import Source

PATTERN = pipeline.rules(Settings())[1]
STARTS = "|".join(sorted(PATTERN.starts, key=len, reverse=True))
WHOLE = re.compile(rf"(?<![A-Za-z0-9_.\-])(?:ft:)?(?:{STARTS})[A-Za-z0-9_.\-]*")
PIECES = [*PATTERN.starts, "ft:", "f", "t", ":", "-", ".", "x", "5", "gpt-", " ", "\n", '"', "mini", "é", "_"]
ENDS = ["a", "\r", "\n", "\r\n", "\x0c", "\x85", "\u2028", "é"]


@given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join))
def test_every_run_that_starts_as_an_id_is_looked_at_once(text):
    found = {(at, model) for at, model in PATTERN.finditer(text)}
    runs = {(match.start(), match.group().rstrip(".-")) for match in WHOLE.finditer(text)}
    assert found <= runs
    for _, model in runs - found:
        assert not list(PATTERN.finditer(model)), "what is left out is no id by itself either"
    for at, model in found:
        assert list(PATTERN.finditer(model)) == [(0, model)], text[at:]


@given(st.lists(st.sampled_from(ENDS), max_size=10).map("".join))
def test_lines_end_where_python_ends_them(text):
    starts = Source(text.encode()).line_starts
    assert starts == [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
