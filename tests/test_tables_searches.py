"""Tables that are searched by pieces of names: what other names find there stays, or no row comes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.decided import migrated

ROWS = '"claude-sonnet-4": (3.0, 15.0), "gpt-4o": (2.5, 10.0), "gpt-4o-mini": (0.15, 0.6)'
NAMES = ("gpt-4o", "gpt-4o-mini", "gpt-4", "gpt-5", "gpt-5-mini", "gpt-5.5", "gpt-5.5-instant", "o3")
LOOP = """
PRICES = {{{rows}}}


def price(model):
    if model in PRICES:
        return PRICES[model]
    low = model.lower()
    for key, value in PRICES.items():
        if {test}:
            return value
    return None
"""
NEXT = """
PRICES = {{{rows}}}


def price(model):
    return PRICES.get(model) or next((value for key, value in PRICES.items() if {test}), None)
"""
RECORDS = """
class Price:
    def __init__(self, vendor, model, usd_in, usd_out):
        self.vendor, self.model, self.usd_in, self.usd_out = vendor, model, usd_in, usd_out


PRICES = {{
    "openai/gpt-4o": Price(vendor="openai", model="gpt-4o", usd_in=2.5, usd_out=10.0),
    "openai/gpt-4o-mini": Price(vendor="openai", model="gpt-4o-mini", usd_in=0.15, usd_out=0.6),
}}


def price(model, vendor="openai"):
    exact = PRICES.get(f"{{vendor}}/{{model}}")
    if exact is not None:
        return exact.usd_in
    for value in PRICES.values():
        if value.vendor == vendor and {test}:
            return value.usd_in
    return None
"""
BACKWARDS = {
    "begins with": (LOOP, "model.startswith(key) or key.startswith(model)"),
    "holds": (LOOP, "key in model or model in key"),
    "in small letters": (LOOP, "key in low or low in key"),
    "an expression": (NEXT, "key.startswith(model)"),
    "a field of a record": (RECORDS, "value.model.startswith(model)"),
}


def _answers(names: dict[str, Any]) -> list[Any]:
    return [names["price"](name) for name in NAMES]


@pytest.mark.parametrize(("code", "test"), BACKWARDS.values(), ids=BACKWARDS)
def test_a_row_that_other_names_would_find_does_not_come(code: str, test: str) -> None:
    done = migrated(code.format(rows=ROWS, test=test), "gpt-4o", "gpt-4o-mini")
    assert _answers(done.new) == _answers(done.old)
    assert any("gpt-5 would find the row of" in one.message for one in done.findings("GPT55-T001"))
    assert "ask(text, 'gpt-4o-mini')" in done.after


@pytest.mark.parametrize(("code", "test"), BACKWARDS.values(), ids=BACKWARDS)
def test_a_name_that_finds_its_own_row_is_no_obstacle(code: str, test: str) -> None:
    one_way = test.replace("key.startswith(model)", "model.startswith(key)").replace("or model in key", "")
    one_way = one_way.replace("or low in key", "").replace(
        "value.model.startswith(model)", "value.model in model"
    )
    done = migrated(code.format(rows=ROWS, test=one_way), "gpt-4o", "gpt-4o-mini")
    names = [name for name in NAMES if not name.startswith("gpt-5.5")]
    assert [done.new["price"](n) for n in names] == [done.old["price"](n) for n in names]
    assert done.new["price"]("gpt-5.5-mini") in ((15.0, 25.0), 15.0)
    assert "ask(text, 'gpt-5.5-mini')" in done.after


def test_a_look_up_that_knows_the_names_before_takes_the_rows() -> None:
    rows = '"gpt-5": (1.25, 10.0), "gpt-5-mini": (0.25, 2.0), "gpt-4o": (2.5, 10.0)'
    code = LOOP.format(rows=rows, test="key in model or model in key")
    done = migrated(code, "gpt-4o")
    old = ("gpt-5", "gpt-5-mini", "gpt-4o", "gpt-4", "o3")
    assert [done.new["price"](n) for n in old] == [done.old["price"](n) for n in old]
    assert done.new["price"]("gpt-5.5-instant") == (45.0, 70.0)


def test_an_id_that_would_find_another_row_waits_where_none_can_be_written() -> None:
    rows = '"gpt-5": 0.010, "gpt-5-mini": 0.002, "gpt-4o": 0.005, "gpt-4o-mini": 0.0004'
    done = migrated(LOOP.format(rows=rows, test="model.startswith(key)"), "gpt-4o")
    assert done.after == done.before
    other = rows.replace("gpt-5", "o4")
    assert (
        "ask(text, 'gpt-5.5-instant')"
        in migrated(LOOP.format(rows=other, test="key in model"), "gpt-4o").after
    )


def test_rows_come_for_all_variants_that_another_row_would_answer() -> None:
    rows = '"gpt-5": (1.25, 10.0), "gpt-4o": (2.5, 10.0)'
    done = migrated(LOOP.format(rows=rows, test="model.startswith(key)"), "gpt-4o")
    price = done.new["price"]
    assert (price("gpt-5.5-instant"), price("gpt-5.5"), price("gpt-5.5-mini")) == (
        (45, 70),
        (5, 30),
        (15, 25),
    )
    assert (price("gpt-5"), price("gpt-5-2025-08-07"), price("gpt-4o")) == ((1.25, 10), (1.25, 10), (2.5, 10))


SHOWN = """
KNOWN = ["openai/gpt-5", "openai/gpt-5-mini", "openai/o3"]
SHOWN = {"gpt-5": "GPT-5", "o3": "o3"}


def by_name():
    found = {}
    for part, shown in SHOWN.items():
        for model in KNOWN:
            if part in model:
                found[shown] = model
                break
    return found


def shown(model):
    return SHOWN[model]


def known(model):
    return f"openai/{model}" in KNOWN
"""


def test_where_a_shorter_name_is_looked_for_in_longer_ones_it_stands_first() -> None:
    done = migrated(SHOWN, "gpt-5", "gpt-5-mini")
    found = done.new["by_name"]()
    assert {name: found[name] for name in done.old["by_name"]()} == done.old["by_name"]()
    assert all(model == f"openai/{name.lower().replace(' ', '-')}" for name, model in found.items())
    assert "GPT-5.5" in found


ASKED = """
PRICES = {"claude": 3.0, "gpt-4o": 2.5, "gpt-4o-mini": 0.15}


def all_prices():
    found = {}
    for part in ("claude", "gpt"):
        for key, value in PRICES.items():
            if part in key:
                found[part] = value
                break
    return found


def own(model):
    return PRICES[model]
"""


def test_names_that_are_all_told_are_the_only_ones() -> None:
    done = migrated(ASKED, "gpt-4o-mini")
    assert done.new["all_prices"]() == done.old["all_prices"]()
    assert done.new["own"]("gpt-5.5-mini") == 15.0
    open_to_callers = ASKED.replace('("claude", "gpt")', "input().split()")
    assert not migrated(open_to_callers, "gpt-4o-mini").rows()


def test_a_loop_that_goes_through_all_rows_is_no_search() -> None:
    code = """
OFFERED = ["gpt-4o", "gpt-4o-mini", "claude-sonnet-4"]


def offered(part):
    return [name for name in OFFERED if part in name]


def count(part):
    total = 0
    for name in OFFERED:
        if name.startswith(part):
            total += 1
    return total
"""
    done = migrated(code, "gpt-4o", "gpt-4o-mini")
    assert "gpt-5.5-mini" in done.new["offered"]("gpt-5.5")
    assert done.new["count"]("claude") == 1


def test_only_ids_that_are_looked_up_wait_where_that_is_seen() -> None:
    code = LOOP.format(rows=ROWS, test="key in model or model in key")
    code += '\n\ndef cost(tokens, model="gpt-4o-mini"):\n    return ask(str(tokens), model), price(model)\n'
    code += '\n\ndef other(text):\n    return OpenAI().chat.completions.create(model="gpt-4o-mini", messages=text)\n'
    done = migrated(code, "gpt-4.1")
    assert not done.rows()
    assert 'model="gpt-4o-mini"):' in done.after
    assert 'model="gpt-5.5-mini", messages=text' in done.after


COSTS = 'COSTS = {"gpt-5": 1.25, "gpt-4o": 2.5, "claude": 3.0}\n'
WAYS = {
    "the first": """
def cost(model):
    for key, usd in COSTS.items():
        if key in model:
            return usd
    return 0.0
""",
    "the last": """
def cost(model):
    found = 0.0
    for key, usd in COSTS.items():
        if key in model:
            found = usd
    return found
""",
    "the longest": """
def cost(model):
    best = ""
    for key in COSTS:
        if key in model and len(key) > len(best):
            best = key
    return COSTS.get(best, 0.0)
""",
    "the longest of all that fit": """
def cost(model):
    fits = [key for key in COSTS if key in model]
    return COSTS[max(fits, key=len)] if fits else 0.0
""",
}


@pytest.mark.parametrize("moving", ["gpt-4o", "gpt-4o-mini", "gpt-5", "gpt-5-mini"])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_each_variant_finds_its_own_row_whichever_fit_wins(way: str, moving: str) -> None:
    done = migrated(COSTS + "\n" + way, moving)
    found = [done.new["cost"](name) for name in ("gpt-5.5", "gpt-5.5-instant", "gpt-5.5-mini")]
    assert found == [5.0, 45.0, 15.0]
    old = ("gpt-5", "gpt-5-mini", "gpt-4o", "gpt-4o-mini", "claude-sonnet-4", "o3")
    assert [done.new["cost"](name) for name in old] == [done.old["cost"](name) for name in old]


def test_a_search_has_rows_for_all_variants_that_are_written() -> None:
    code = 'COSTS = {"gpt-4o": 2.5, "claude": 3.0}\n\n' + WAYS["the first"]
    done = migrated(code, "gpt-5-mini", "gpt-4o")
    assert (done.new["cost"]("gpt-5.5-mini"), done.new["cost"]("gpt-5.5-instant")) == (15.0, 45.0)
    assert '"gpt-5.5-mini": ' not in migrated(code, "gpt-4o").after


@pytest.mark.parametrize("unpacked", ["usd_in, usd_out", "*usd"])
def test_rows_that_were_sorted_before(unpacked: str) -> None:
    code = f"""
PRICES = {{{ROWS}, "text-embedding-3-large": (0.13, 0.0)}}
SORTED = sorted(PRICES.items(), key=lambda row: -len(row[0]))


def price(model):
    for base, ({unpacked},) in SORTED:
        if model.startswith(base):
            return PRICES[base]
    return None
"""
    done = migrated(code, "gpt-4o", "gpt-4o-mini")
    assert done.new["price"]("gpt-5.5-mini") == (15.0, 25.0)
    assert "ask(text, 'gpt-5.5-instant')" in done.after


def test_a_search_that_cannot_be_told_hinders_nothing() -> None:
    code = f"""
PRICES = {{{ROWS}}}


def fits(key, model):
    return __import__("fnmatch").fnmatch(model, key + "*")


def price(model):
    for key, value in PRICES.items():
        if fits(key, model) and model in model + key:
            return value
    return None
"""
    assert "ask(text, 'gpt-5.5-instant')" in migrated(code, "gpt-4o").after


BOUNDS = """
MOST = {ROWS}


def bound(model):
    best = None
    for key in MOST:
        if model.startswith(key) and (best is None or len(key) > len(best)):
            best = key
    return MOST[best] if best else None


def use(text, name):
    return bound(name), ask(text, name)


def main(text):
    return use(text, "gpt-4o"), use(text, "gpt-5"), use(text, "gpt-4o-mini")
"""
CHOSEN = '{"gpt-5": 16384, "gpt-4.1": 16384, "gpt-4o": 4096, "gpt-4o-mini": 16384, "o3": 16384}'
STATED = '{"gpt-5": 128000, "gpt-4.1": 32768, "gpt-4o": 16384, "gpt-4o-mini": 16384, "o3": 100000}'


def test_bounds_that_the_program_chose_stay_as_they_are_for_the_new_model() -> None:
    found = migrated(BOUNDS.replace("{ROWS}", CHOSEN), "gpt-4o-mini")
    old, new = found.old["bound"], found.new["bound"]
    moved = {"gpt-4o": "gpt-5.5-instant", "gpt-4o-mini": "gpt-5.5-mini", "gpt-5": "gpt-5.5"}
    assert all(f'use(text, "{name}")' in found.after for name in moved.values())
    assert {name: new(moved[name]) for name in moved} == {name: old(name) for name in moved}
    assert new("gpt-5.5-pro") == old("gpt-5.5-pro")


def test_what_models_can_write_is_that_of_the_new_model() -> None:
    new = migrated(BOUNDS.replace("{ROWS}", STATED), "gpt-4o-mini").new["bound"]
    assert new("gpt-5.5") == new("gpt-5.5-instant") == 128000
