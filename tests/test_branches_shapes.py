"""Prefixes kept in collections, loops that are tests, and cases with guards."""

from __future__ import annotations

import pytest

from tests.decided import all_migrated, migrated

ASKED = {
    "a tuple of prefixes": "return model.startswith(PREFIXES)",
    "any prefix": "return any(model.startswith(p) for p in PREFIXES)",
    "any piece": "return any(p in model for p in PREFIXES)",
    "any piece that is called a model": "return any(seeing_model in model for seeing_model in PREFIXES)",
    "a loop": (
        "for prefix in PREFIXES:\n        if model.startswith(prefix):\n            return True\n    return False"
    ),
    "a loop over pieces": (
        "for piece in PREFIXES:\n        if piece in model:\n            return True\n    return False"
    ),
}


def _code(body: str, name: str = "supports_vision", prefixes: str = '("gpt-4o", "gpt-4.1")') -> str:
    return f"PREFIXES = {prefixes}\n\n\ndef {name}(model):\n    {body}\n"


@pytest.mark.parametrize("body", ASKED.values(), ids=ASKED)
def test_a_clear_collection_gains_the_prefix(body: str) -> None:
    done = migrated(_code(body), "gpt-4o")
    assert done.new["supports_vision"]("gpt-5.5-instant")
    for model in ("gpt-4o", "gpt-4.1-mini", "gpt-4", "gpt-5.5-mini"):
        assert done.new["supports_vision"](model) == done.old["supports_vision"](model)


@pytest.mark.parametrize("body", ASKED.values(), ids=ASKED)
def test_an_unclear_one_is_for_a_person(body: str) -> None:
    done = migrated(_code(body, "is_ours"), "gpt-4o")
    assert 'PREFIXES = ("gpt-4o", "gpt-4.1")' in done.after
    assert [one.reason for one in done.findings("GPT55-B")] == ["branch-flips"]


@pytest.mark.parametrize("body", ASKED.values(), ids=ASKED)
def test_a_collection_that_fits_already_stays(body: str) -> None:
    done = migrated(_code(body, prefixes='("gpt-4o", "gpt-5")'), "gpt-4o")
    assert 'PREFIXES = ("gpt-4o", "gpt-5")' in done.after
    assert done.findings("GPT55-B") == []


def test_a_collection_that_others_read_stays() -> None:
    other = "\n\ndef other(model):\n    return model.startswith(PREFIXES)\n"
    done = migrated(_code(ASKED["a tuple of prefixes"]) + other, "gpt-4o")
    assert 'PREFIXES = ("gpt-4o", "gpt-4.1")' in done.after
    assert len(done.findings("GPT55-B")) == 2


KEPT = """
class Provider:
    PREFIXES = ("gpt-4o", "gpt-4.1")

    def supports_vision(self, model):
        return any(p in model for p in {owner}.PREFIXES)
"""


@pytest.mark.parametrize("owner", ["self", "Provider"])
def test_a_collection_that_a_class_keeps(owner: str) -> None:
    done = migrated(KEPT.format(owner=owner), "gpt-4o")
    assert done.new["Provider"]().supports_vision("gpt-5.5-instant")
    assert not done.new["Provider"]().supports_vision("gpt-5.5-mini")


def test_a_class_s_collection_that_others_read_stays() -> None:
    other = "\n    def other(self, model):\n        return model.startswith(self.PREFIXES)\n"
    done = migrated(KEPT.format(owner="self") + other, "gpt-4o")
    assert 'PREFIXES = ("gpt-4o", "gpt-4.1")' in done.after
    assert len(done.findings("GPT55-B")) == 2


def test_mini_does_not_come_to_see() -> None:
    done = migrated(_code(ASKED["any prefix"]), "gpt-4o-mini")
    assert not done.new["supports_vision"]("gpt-5.5-mini")
    assert len(done.findings("GPT55-B")) == 1


TABLE = """
TABLE = {display}


def window(model):
    for prefix, window in {items}:
        if model.startswith(prefix):
            return window
    return 4096
"""


@pytest.mark.parametrize(
    ("display", "items"),
    [
        ('[("gpt-4o", 128_000), ("gpt-4.1", 1_047_576)]', "TABLE"),
        ('{"gpt-4o": 128_000, "gpt-4.1": 1_047_576}', "TABLE.items()"),
    ],
    ids=["pairs", "a dict"],
)
def test_a_loop_that_looks_a_prefix_up(display: str, items: str) -> None:
    done = migrated(TABLE.format(display=display, items=items), "gpt-4o", "gpt-4o-mini")
    assert done.new["window"]("gpt-5.5-instant") == 512_000
    assert done.new["window"]("gpt-5.5-mini") == 128_000
    for model in ("gpt-4o", "gpt-4o-mini", "gpt-4.1-nano", "gpt-4"):
        assert done.new["window"](model) == done.old["window"](model)


def test_a_loop_over_other_prefixes_stays() -> None:
    code = TABLE.format(display='[("claude", 200_000), ("gemini", 1_048_576)]', items="TABLE")
    assert migrated(code, "gpt-4o").rows() == []


CASES = """
def window(model, long=False):
    match model:
        case {first}:
            return 128_000
        case {second}:
            return 64_000
        case _:
            return 4096


def go(text):
    window("gpt-4o")
    return ask(text, "gpt-4o")
"""
GUARDED = {
    "a guard on something else": ('"gpt-4o" if long', '"gpt-4o"'),
    "a guard on the name": ('m if m.startswith("gpt-4o")', '"gpt-4"'),
    "a guard on the subject": ('_ if model.startswith("gpt-4o")', '"gpt-4"'),
}


@pytest.mark.parametrize(("first", "second"), GUARDED.values(), ids=GUARDED)
def test_a_guarded_case_is_for_a_person(first: str, second: str) -> None:
    code = CASES.format(first=first, second=second)
    done = all_migrated(code, "gpt-4.1")
    assert code.partition("def go")[0].strip() in done.after
    [found] = done.findings("GPT55-B")
    assert "128_000" in found.message
    assert "4096" in found.message


def test_a_guard_on_others_is_nothing() -> None:
    done = all_migrated(CASES.format(first='"gpt-4.1" if long', second='"gpt-4"'), "gpt-4.1")
    assert done.findings("GPT55-B") == []
    assert done.rows() == []


def test_a_case_whose_pattern_gives_a_name() -> None:
    code = CASES.format(first='"gpt-4o" | "gpt-4o-mini" as name', second='"gpt-4"')
    done = migrated(code.replace("return 128_000", "return name, 128_000"), "gpt-4.1")
    assert done.new["window"]("gpt-5.5-instant") == ("gpt-5.5-instant", 512_000)
    assert done.new["window"]("gpt-4o") == ("gpt-4o", 128_000)


@pytest.mark.parametrize(
    "windows", [("128_000", "64_000"), ("128_000", "128_000")], ids=["another-s", "its-own"]
)
def test_an_arm_that_says_the_same_is_not_written_again(windows: tuple[str, str]) -> None:
    code = CASES.format(first='"gpt-5.5-mini"', second='"gpt-4o-mini" | "o1"').replace(
        'gpt-4o"', 'gpt-4o-mini"'
    )
    code = code.replace("128_000", windows[0]).replace("64_000", windows[1])
    done = all_migrated(code, "gpt-4o-mini")
    assert done.after.count('case "gpt-5.5-mini"') == 1


def test_a_look_up_in_what_is_not_known_is_no_test_on_the_name() -> None:
    code = """
import json


def rate(model, known):
    rates = json.loads(known)
    if model not in rates:
        return 2.5, 10.0
    return tuple(rates[model])


rate("gpt-4o", input())
"""
    done = all_migrated(code, "gpt-4o")
    assert "if model not in rates:\n        return 2.5, 10.0" in done.after
    assert 'model == "gpt-5.5' not in done.after
