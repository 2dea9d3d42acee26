"""Through the whole pipeline: the result parses, and only planned places differ, in programs of any shape."""

from __future__ import annotations

import random
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrator.pipeline import migrate, rendered
from migrator.settings import Settings
from safety import planting

FAST = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=1_500, deadline=None, suppress_health_check=list(HealthCheck))


def pipeline(data, path="m.py"):
    """The new bytes, and the edits that were made."""
    inventory, files = migrate({path: data}, Settings())
    made = rendered(inventory.edits, {path: data})
    assert not any(problem.code == "verification-failed" for problem in made.diagnostics), made.diagnostics
    names = {name for change in made.files for name in change.edits}
    return files[path], [edit for edit in inventory.edits if edit.id in names]


def lossless(data, runs=1):
    """Proved, and left alone by the next run after `runs` of them."""
    new, edits = pipeline(data)
    planting.check(data, new, edits)
    for _ in range(runs - 1):
        new = pipeline(new)[0]
    assert pipeline(new)[0] == new, "a further run changed it"
    return new


# -- composed programs ---------------------------------------------------------------------------

PIECES = [
    'print("a")',
    "x = 'b' if y else \"c\"",
    'def f(a, b="c", *, d="e", **k):\n    """doc"""\n    return a, "g"',
    'class C:\n    """doc"""\n    x: str = "y"\n    def m(self): return self.x or "z"',
    'if (n := "w") == "v":\n    pass\nelif n in ("u", "t"):\n    pass\nelse:\n    pass',
    "y = f\"{x!r:>{w}} {d['k']} {{}} {'s'}\"",
    "z = {\n\t'k': 'v',  # comment\n\t**{'m': \"n\"},\n}",
    "with open('a') as f, open(\"b\") as g:\n    f.read('c')",
    "try:\n    import a\nexcept (A, B) as e:\n    raise C('d') from e\nfinally:\n    pass",
    'match cmd:\n    case "go" | "run" if x:\n        pass\n    case {"k": "v", **rest}:\n        pass\n    case _:\n        pass',
    "async def g():\n    async for i in h('x'):\n        yield await i('y')",
    "a = ('b'\n     'c'  # é\n     \"d\")",
    "t = lambda m='x': [s for s in ('a', 'b') if s != 'c']",
    "long = " + repr("x" * 3_000) + "; short = 'y'",
    "w = 'a' \\\n    + 'b'",
    "r = r'\\d', b'bytes', rb'raw', '\\N{EM DASH}', '\\x41', '''tri\nple''', u'u'",
    "@deco('x')\n@other(y='z')\ndef h(*, model='m') -> 'T': ...",
    "global_name: 'Type' = 'v'",
    "d['k'], d['l'] = 'a', 'b'; del d['k']",
    "assert x == 'y', 'message'",
    "client.chat.completions.create(model='m', messages=[{'role': 'user', 'content': 'é日本'}], max_tokens=9)",
    "client.chat.completions.create(\n    model = 'm' ,\n\tmessages=[],\n    # before\n    temperature=0.1, # after\n    **kw)",
    "LIMITS = {'a': 1, 'b': 2}",
    "if model == 'a': n = 1\nelif model.startswith('b'): n = 2\nelse: n = 3",
]
NEWER = [
    "type Alias[T: (str, bytes)] = dict['k', T]",
    "def generic[T](a: T, b='c') -> T: return a",
    "y = f'{f'{'nested'}'}'",
]
if sys.version_info >= (3, 12):
    PIECES = [*PIECES, *NEWER]


@st.composite
def programs(draw):
    """Bytes of a program in some encoding and newline style, with ids in it."""
    pieces = draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6))
    gap = draw(st.sampled_from(["\n", "\n\n", "\n# é gpt-4o\n", "\n\t\n", "\n   # x\n"]))
    text = draw(st.sampled_from(["", "#!/usr/bin/env python\n", '"""Doc gpt-4o."""\n', "\n\n"])) + gap.join(
        pieces
    )
    text += draw(st.sampled_from(["", "\n", "\n\n\n", "  ", "\n# end"]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "bom", "latin-1", "cp1252", "euc_jp"]))
    data = planting.planted(text.encode(), random.Random(draw(st.integers(0, 2**32))), 5)
    text = (data or text.encode()).decode()
    text = newlines(text, draw(st.sampled_from(["\n", "\r\n", "\r", "mixed"])), draw(st.integers(0, 99)))
    if encoding == "bom":
        return b"\xef\xbb\xbf" + text.encode()
    if encoding != "utf-8" and not text.startswith("#!"):
        text = f"# -*- coding: {encoding} -*-\n{text}"
    return text.encode(encoding if not text.startswith("#!") else "utf-8", "replace")


def newlines(text, style, seed):
    if style != "mixed":
        return text.replace("\n", style)
    chance = random.Random(seed)
    return "".join(chance.choice(["\n", "\r\n", "\r"]) if char == "\n" else char for char in text)


@FAST
@given(programs())
def test_composed_programs(data):
    lossless(data)


@pytest.mark.slow
@LONG
@given(programs())
def test_many_composed_programs(data):
    lossless(data, runs=2)  # see `test_a_row_whose_request_is_part_of_another_request`


def test_a_row_whose_request_is_part_of_another_request():
    call = "client.chat.completions.create(model='gpt-4o', messages=[], temperature=0.2, max_tokens=3)"
    row = f"{{'gpt-4o': {call}, 'gpt-4o-mini': 'gpt-5'}}"
    lossless(f"client.chat.completions.create(model={call}, messages=[{row}], max_tokens=9)".encode())


def test_composed_programs_are_changed():
    """The property above is about something."""
    text = "client.chat.completions.create(model='gpt-4o', messages=[], max_tokens=9)\x0c\r\nx = 1"
    assert b"max_completion_tokens=9)\x0c\r\nx = 1" in lossless(text.encode())


@pytest.mark.parametrize("kind", ["look-up", "list"])
def test_a_row_with_a_request_in_it(kind):
    """A copy of it would be rejected: a look-up waits for a person, and what is no look-up needs no copy."""
    call = 'client.chat.completions.create(model="{0}", messages=[], max_tokens=3)'
    old, older = call.format("gpt-4o"), call.format("gpt-4")
    rows = {
        "look-up": f'ASK = {{"gpt-4o": lambda: {old}, "gpt-4": lambda: {older}}}\nASK["gpt-4o"]()',
        "list": f'ALL = [{old}, "gpt-4o-mini", "gpt-5"]',
    }
    text = f"from openai import OpenAI\nclient = OpenAI()\n{rows[kind]}\n"
    new = pipeline(text.encode())[0]
    assert pipeline(new)[0] == new
    assert new.count(b"create(") == text.count("create(")
    assert (b"max_completion_tokens" in new) is (kind == "list")


# -- programs made from the grammar --------------------------------------------------------------


def grammar():
    return pytest.importorskip("hypothesmith").from_grammar(auto_target=False)


@pytest.mark.slow
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.integers(0, 2**32))
def test_programs_from_the_grammar(data, seed):
    text = data.draw(grammar())
    program = planting.planted(text.encode("utf-8", "surrogatepass"), random.Random(seed))
    for each in (text.encode("utf-8", "surrogatepass"), program):
        if each is not None:
            new, edits = pipeline(each)
            if edits:
                planting.check(each, new, edits)
            else:
                assert new == each


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.integers(0, 2**32))
def test_programs_from_nodes(data, seed):
    text = data.draw(pytest.importorskip("hypothesmith").from_node(auto_target=False))
    program = planting.planted(text.encode(), random.Random(seed))
    if program is not None:
        lossless(program)


# -- what is no program at all -------------------------------------------------------------------


@FAST
@given(st.binary(max_size=300))
def test_any_bytes(junk):
    data = b'x = "gpt-4o"\n' + junk
    new, edits = pipeline(data)
    if edits:
        planting.check(data, new, edits)
    else:
        assert new == data
