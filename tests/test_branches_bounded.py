"""No test that a scanned program makes of a model's name holds a scan up, whatever it computes."""

from __future__ import annotations

import time

import pytest

from tests.decided import migrated

DOUBLED = "\n".join(
    ['L0 = ["gpt-4o", "gpt-4"]', *(f"L{n} = [L{n - 1}, L{n - 1}]" for n in range(1, 26)), "NAMES = L25"]
)
NESTED = "x"
for depth in range(12):
    NESTED = f"any({NESTED} for x{depth} in LETTERS)"
GROWING = "model" + "".join(f'.replace("{a}", "{b * 9}")' for a, b in [("o", "p"), ("p", "o")] * 9)
COUNTED = "1" + "0" * 19
PROGRAMS = {
    "nested quantifiers": (
        r"""
import re

FILL = "gpt-4o" "{fill}!"


def cap(model):
    if re.match(r"(g|[a-z0-9-]+)+$", FILL) or model.startswith("gpt-4o"):
        return 1
    return 2
"""
    ).replace("{fill}", "o" * 40),
    "nested quantifiers on the name": r"""
import re

NAME = re.compile(r"((?:[a-z]*[0-9-]*)*)*o{30}!")


def cap(model):
    text = model
    if NAME.match(model.replace("o", "{fill}")):
        return 1
    return 2
""".replace("{fill}", "o" * 200),
    "doubled lists": f"""
{DOUBLED}


def cap(model):
    if model in NAMES:
        return 1
    return 2
""",
    "nested any": f"""
LETTERS = "abcdefghij"


def cap(model):
    if {NESTED.replace("x for", "x in model for", 1)}:
        return 1
    return 2
""",
    "nested any over names": f"""
LETTERS = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]


def cap(model):
    if {NESTED.replace("any(x for", "any(model == x0 for", 1)}:
        return 1
    return 2
""",
    "growing texts": f"""
def cap(model):
    if {GROWING} == "gpt-4o":
        return 1
    return 2
""",
    "a text that grows between its letters": f"""
def cap(model):
    if model{'.replace("", "-gpt-")' * 12} == "gpt-4o":
        return 1
    return 2
""",
    "counts": f"""
def cap(model):
    if model.replace("o", "p", {COUNTED}) == "gpt-4p":
        return 1
    return 2
""",
    "pieces counted": f"""
def cap(model):
    if model.split("-", {COUNTED})[0] == "gpt":
        return 1
    return 2
""",
    "places": f"""
def cap(model):
    if model.split("-")[{"9" * 400}:{"9" * 400}] or model == "gpt-4o":
        return 1
    return 2
""",
    "lists that hold each other": """
CHEAP = ["gpt-4o-mini", DEAR]
DEAR = ["gpt-4o", CHEAP]


def cap(model):
    if model in DEAR:
        return 1
    return 2
""",
    "lists of functions that hold each other": """
class Names:
    cheap = ["gpt-4o"]


Names.cheap = [Names.cheap, "gpt-4o"]


def cap(model):
    if model in Names.cheap:
        return 1
    return 2
""",
    "a long chain of names": "\n".join(['N0 = "gpt-4o"', *(f"N{n} = N{n - 1}" for n in range(1, 600))])
    + """


def cap(model):
    if model == N599:
        return 1
    return 2
""",
    "a deep test": f"""
def cap(model):
    if {"not (" * 60}model == "gpt-4o"{")" * 60}:
        return 1
    return 2
""",
    "a wide pattern": r"""
import re


def cap(model):
    if re.search(r"(?:gpt-4o{1,900}){1,900}x", model):
        return 1
    return 2
""",
    "a pattern that is none": r"""
import re


def cap(model):
    if re.search(r"gpt-4o(", model) or re.search(r"(?<=a*)gpt", model):
        return 1
    return 2
""",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_scan_ends_soon(program):
    start = time.process_time()
    found = migrated(program + "\n\nprint(cap)\n", "gpt-4o")
    assert time.process_time() - start < 5
    assert not found.inventory.diagnostics
    assert found.inventory.references
