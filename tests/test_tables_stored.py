"""Lists that a test asks, names that a database holds, names that a record gives its own model."""

from __future__ import annotations

from migrator import pipeline
from migrator.settings import Settings
from tests.decided import MAP

SOLE = """
import os
OPEN_TO_ALL = {"gpt-4o"}
STAFF = OPEN_TO_ALL | {"o3-mini"}
model = os.getenv("MODEL", "gpt-4o")
assert model in STAFF, model
ask("a", model)
"""
PASSED = """
TRIED = ("gpt-4o",)
for model in TRIED:
    ask("a", model)
"""
CHOICES = """
from django.db import models
class Kind(models.TextChoices):
    WIDE = "gpt-4o", "GPT-4o"
class Shop(models.Model):
    kind = models.CharField(max_length={length}, choices=Kind.choices, default=Kind.WIDE)
"""
CHANGE = """
from django.db import migrations, models
class Migration(migrations.Migration):
    operations = [migrations.AddField("shop", "kind", models.CharField(default="gpt-4o", max_length=9))]
"""
RECORD = """
from typing import NamedTuple
class Sort(NamedTuple):
    name: str
    also: tuple = ()
WIDE = Sort("gpt-4o", also=("gpt-4o-2024-08-06",))
ask("a", {called})
"""
ASK = """
from openai import OpenAI
def ask(text, model):
    return OpenAI().chat.completions.create(model=model, messages=[{"role": "user", "content": text}])
"""


def done(**modules: str) -> tuple[dict[str, str], pipeline.Inventory]:
    """The modules after their migration."""
    files = {f"{name}.py": code.encode() for name, code in modules.items()}
    inventory, after = pipeline.migrate(files, Settings(map=MAP, unproven=True))
    return {path: data.decode() for path, data in after.items()}, inventory


def test_a_list_of_one_that_a_test_asks_keeps_it() -> None:
    after, _ = done(app=ASK + SOLE)
    assert '{"gpt-4o", "gpt-5.5-instant"}' in after["app.py"]
    assert 'os.getenv("MODEL", "gpt-5.5-instant")' in after["app.py"]


def test_a_second_run_adds_nothing_to_the_parts_of_a_union() -> None:
    parts = SOLE.replace('{"o3-mini"}', '{"gpt-4o-mini"}').replace("STAFF =", "OTHERS =") + "\n"
    code = ASK + parts.replace("OPEN_TO_ALL | {", "{").replace(" in STAFF", " in OPEN_TO_ALL | OTHERS")
    after, _ = done(app=code)
    assert done(app=after["app.py"])[0] == after


def test_a_list_of_one_that_is_only_called_moves() -> None:
    after, _ = done(app=ASK + PASSED)
    assert 'TRIED = ("gpt-5.5-instant",)' in after["app.py"]


def test_choices_that_rows_hold_stay_and_gain() -> None:
    after, _ = done(shop=CHOICES.format(length=30), app=ASK + 'ask("a", "gpt-4o")\n')
    assert 'WIDE = "gpt-4o", "GPT-4o"' in after["shop.py"]
    assert 'GPT_5_5_INSTANT = "gpt-5.5-instant", "GPT-5.5 Instant"' in after["shop.py"]
    assert "default=Kind.GPT_5_5_INSTANT" in after["shop.py"]


def test_a_column_that_is_too_short_gains_nothing() -> None:
    after, _ = done(shop=CHOICES.format(length=12), app=ASK + 'ask("a", "gpt-4o")\n')
    assert "5.5" not in after["shop.py"]
    assert 'ask("a", "gpt-5.5-instant")' in after["app.py"]


def test_a_change_of_a_database_is_history() -> None:
    after, inventory = done(change=CHANGE, app=ASK + 'ask("a", "gpt-4o")\n')
    assert "5.5" not in after["change.py"]
    assert [r.reason for r in inventory.references if r.path == "change.py"] == ["persisted-setting"]
    assert "5.5" in done(change=CHANGE.replace("Migration", "Plan"), app=ASK)[0]["change.py"]


def test_a_record_keeps_its_other_names() -> None:
    after, _ = done(app=ASK + RECORD.format(called="WIDE.name"))
    assert 'Sort("gpt-5.5-instant", also=("gpt-4o-2024-08-06",))' in after["app.py"]


def test_records_that_are_called_wait_for_one_more() -> None:
    records = RECORD.replace("ask(", 'SMALL = Sort("gpt-4o-mini")\nALL = [WIDE, SMALL]\nask(', 1)
    after, inventory = done(app=ASK + records.format(called="WIDE.name"))
    assert 'also=("gpt-4o-2024-08-06",)' in after["app.py"]
    assert "5.5" in after["app.py"] or any(r.action == "review" for r in inventory.references)


BESIDE = """
import csv
COST = {row["id"]: float(row["usd"]) for row in csv.DictReader(open("usd.csv"))}
print(ask("a", "gpt-4o"), COST["gpt-4o"])
"""
TWICE = """
SHARE = {"gpt-4o|a": 0.5, "gpt-4o|b": 0.5}
def share(model, part):
    return SHARE[f"{model}|{part}"]
def run(part):
    answer = ask(part, "gpt-4o")
    return answer, share("gpt-4o", part)
run("a")
"""


def test_an_id_waits_for_the_row_that_is_looked_up_beside_it() -> None:
    after, _ = done(app=ASK + BESIDE)
    assert "5.5" not in after["app.py"]
    assert "gpt-5.5-instant" in done(app=ASK + BESIDE.replace('COST["gpt-4o"]', "len(COST)"))[0]["app.py"]


def test_both_ids_of_a_request_move_or_none() -> None:
    after = done(app=ASK + TWICE)[0]["app.py"]
    assert ('ask(part, "gpt-4o")' in after) == ('share("gpt-4o", part)' in after)


PARTS = """
USD = {{"gpt-4o": 0.0025, "gpt-4o{end}": 0.01}}
def cost(model, tokens, answer):
    return USD[model] * tokens + USD[model + "/out"] * answer
def run(text):
    answer = ask(text, "gpt-4o")
    return answer, cost("gpt-4o", 10, 10)
run("a")
"""


def test_rows_under_longer_keys_are_added_as_well() -> None:
    after = done(app=ASK + PARTS.format(end="/out"))[0]["app.py"]
    assert '"gpt-5.5-instant": 0.045' in after
    assert '"gpt-5.5-instant/out": 0.07' in after
    assert 'ask(text, "gpt-5.5-instant")' in after


def test_rows_under_keys_that_nobody_puts_together_are_not() -> None:
    after = done(app=ASK + PARTS.format(end="-batch").replace(' + USD[model + "/out"] * answer', ""))[0][
        "app.py"
    ]
    assert '"gpt-5.5-instant": 0.045' in after
    assert "instant-batch" not in after


SPLIT = """
import os, sys
def several(name, given):
    return [one.strip() for one in os.getenv(name, given).split("{mark}") if one]
OPEN = several("OPEN", "gpt-4o{mark} o3-mini")
chosen = os.getenv("CHOSEN", "gpt-4o")
if chosen not in OPEN:
    sys.exit("closed")
ask("a", chosen)
"""


def test_a_text_that_is_split_gains_the_new_id() -> None:
    for mark in ",;":
        after = done(app=ASK + SPLIT.format(mark=mark))[0]["app.py"]
        assert f'"gpt-4o{mark} gpt-5.5-instant{mark} o3-mini"' in after
        assert 'os.getenv("CHOSEN", "gpt-5.5-instant")' in after


def test_a_text_that_is_shown_gains_nothing() -> None:
    after = done(app=ASK + 'print("gpt-4o, o3-mini")\nask("a", "gpt-4o")\n')[0]["app.py"]
    assert 'print("gpt-4o, o3-mini")' in after
