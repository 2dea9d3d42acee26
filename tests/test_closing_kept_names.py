"""Names that databases, lists beside lists and names made of names keep: an id moves where all of them take it."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from migrator import pipeline
from migrator.settings import Settings
from tests.decided import CALLS, MAP, all_migrated, migrated


class Program(NamedTuple):
    """A module whose default would come to grief, what says so, and the same module where nothing is amiss."""

    code: str
    told: str
    harmless: str


ALCHEMY = "from sqlalchemy import CheckConstraint, Column, Enum, String\nfrom sqlalchemy.orm import DeclarativeBase\n"
ALCHEMY += "class Base(DeclarativeBase):\n    pass\n"
SPEEDS = "SPEEDS = dict(row.split('=') for row in 'gpt-4o=80 gpt-4o-mini=90'.split())\n"
READS = "    def speed(self):\n        return SPEEDS[self.model]\n"
ANY = "    def size(self):\n        return len(self.model)\n"

PROGRAMS = {
    "a column of a row that is read later": Program(
        f"{ALCHEMY}{SPEEDS}class Shop(Base):\n    model = Column(String(40), default='gpt-4o')\n{READS}"
        "ask('a', Shop().model)",
        "would find no",
        f"{ALCHEMY}{SPEEDS}class Shop(Base):\n    model = Column(String(40), default='gpt-4o')\n{ANY}"
        "ask('a', Shop().model)",
    ),
    "a field that a constructor is given": Program(
        f"{ALCHEMY}{SPEEDS}class Shop(Base):\n    model = Column(String(40))\n{READS}"
        "save(Shop(model='gpt-4o'))\nfor shop in found(Shop):\n    ask(str(shop.speed()), shop.model)",
        "would find no",
        f"{ALCHEMY}{SPEEDS}class Shop(Base):\n    model = Column(String(40))\n{ANY}"
        "save(Shop(model='gpt-4o'))\nfor shop in found(Shop):\n    ask(str(shop.size()), shop.model)",
    ),
    "a row that a class makes": Program(
        f"import peewee\n{SPEEDS}class Shop(peewee.Model):\n    model = peewee.CharField()\n{READS}"
        "Shop.create(model='gpt-4o')\nfor shop in Shop.select():\n    ask(str(shop.speed()), shop.model)",
        "would find no",
        f"import peewee\n{SPEEDS}class Shop(peewee.Model):\n    model = peewee.CharField()\n{ANY}"
        "Shop.create(model='gpt-4o')\nfor shop in Shop.select():\n    ask(str(shop.size()), shop.model)",
    ),
    "a row that a manager makes": Program(
        f"from django.db import models\n{SPEEDS}class Shop(models.Model):\n    model = models.CharField()\n{READS}"
        "Shop.objects.create(model='gpt-4o')\nfor shop in Shop.objects.all():\n    ask(str(shop.speed()), shop.model)",
        "would find no",
        f"from django.db import models\n{SPEEDS}class Shop(models.Model):\n    model = models.CharField()\n{ANY}"
        "Shop.objects.create(model='gpt-4o')\nfor shop in Shop.objects.all():\n    ask(str(shop.size()), shop.model)",
    ),
    "a column of so many characters": Program(
        f"{ALCHEMY}class Shop(Base):\n    model = Column(String(8), default='gpt-4o')\nask('a', Shop().model)",
        "String(8) takes 'gpt-4o' and not",
        f"{ALCHEMY}class Shop(Base):\n    model = Column(String(80), default='gpt-4o')\nask('a', Shop().model)",
    ),
    "a column that lists what it takes": Program(
        f"{ALCHEMY}class Shop(Base):\n    model = Column(Enum('gpt-4o', 'o3', name='kind'), default='gpt-4o')\n"
        "ask('a', Shop().model)",
        "takes 'gpt-4o' and not",
        f"{ALCHEMY}class Shop(Base):\n    size = Column(Enum('a', 'b', name='kind'), default='a')\n"
        "    model = Column(String(40), default='gpt-4o')\nask('a', Shop().model)",
    ),
    "a check of a table": Program(
        f"{ALCHEMY}class Shop(Base):\n    __table_args__ = (CheckConstraint(\"model IN ('gpt-4o', 'o3')\"),)\n"
        "    model = Column(String(40), default='gpt-4o')\nask('a', Shop().model)",
        "lets a database take gpt-4o, and not",
        f"{ALCHEMY}class Shop(Base):\n    __table_args__ = (CheckConstraint(\"model LIKE 'gpt-%'\"),)\n"
        "    model = Column(String(40), default='gpt-4o')\nask('a', Shop().model)",
    ),
    "a check in a text": Program(
        "DDL = \"create table shop (model text check (model in ('gpt-4o', 'gpt-4o-mini')))\"\n"
        "db.execute(DDL)\ndef save(model='gpt-4o'):\n    db.execute('insert into shop values (?)', (model,))\n"
        "    ask('a', model)",
        "lets a database take gpt-4o, and not",
        "DDL = \"create table shop (size text check (size in ('a', 'b')), model text)\"\n"
        "db.execute(DDL)\ndef save(model='gpt-4o'):\n    db.execute('insert into shop values (?)', (model,))\n"
        "    ask('a', model)",
    ),
    "what an answer says of its model": Program(
        f"{SPEEDS}MODEL = 'gpt-4o'\nanswer = ask('a', MODEL)\nprint(SPEEDS[answer.model])",
        "would find no",
        f"{SPEEDS}MODEL = 'gpt-4o'\nanswer = ask('a', MODEL)\nprint(SPEEDS.get(answer.kind))",
    ),
    "a key that spells the name its own way": Program(
        "SPEEDS = dict(gpt_4o=80)\nMODEL = 'gpt-4o'\nask(str(SPEEDS[MODEL.replace('-', '_')]), MODEL)",
        "would find no 'gpt_5.5_instant'",
        "SPEEDS = dict(small=80)\nMODEL = 'gpt-4o'\nask(str(SPEEDS['small']), MODEL.replace('_', '-'))",
    ),
    "a method that is named after it": Program(
        "class Speeds:\n    def of_gpt_4o(self):\n        return 80\nMODEL = 'gpt-4o'\n"
        "ask(str(getattr(Speeds(), 'of_' + MODEL.replace('-', '_'))()), MODEL)",
        "may not find it",
        "class Speeds:\n    def of_all(self):\n        return 80\nMODEL = 'gpt-4o'\n"
        "ask(str(getattr(Speeds(), 'of_all')()), MODEL)",
    ),
    "one that is sifted out": Program(
        "from collections import namedtuple\nRow = namedtuple('Row', 'id speed')\n"
        "ROWS = [Row('gpt-4o', 80), Row('o3', 20)]\n"
        "def row_of(model):\n    [row] = [row for row in ROWS if row.id == model]\n    return row\n"
        "MODEL = 'gpt-4o'\nask(str(row_of(MODEL)), MODEL)",
        "nothing is found here by 'gpt-5.5-instant'",
        "from collections import namedtuple\nRow = namedtuple('Row', 'id speed')\n"
        "ROWS = [Row('small', 80), Row('large', 20)]\n"
        "def row_of(size):\n    [row] = [row for row in ROWS if row.id == size]\n    return row\n"
        "MODEL = 'gpt-4o'\nask(str(row_of('small')), MODEL)",
    ),
    "a file that is named after it": Program(
        "from pathlib import Path\nMODEL = 'gpt-4o'\nprompt = Path('prompts') / f'{MODEL}.txt'\n"
        "ask(prompt.read_text(), MODEL)",
        "asks for gpt-5.5-instant.txt, and may not find it",
        "from pathlib import Path\nMODEL = 'gpt-4o'\nprompt = Path('prompts') / f'{MODEL}.txt'\n"
        "ask(prompt.read_text() if prompt.exists() else 'a', MODEL)",
    ),
    "a file that is opened by its name": Program(
        "MODEL = 'gpt-4o'\nask(open('prompts/' + MODEL + '.txt').read(), MODEL)",
        "asks for prompts/gpt-5.5-instant.txt, and may not find it",
        "MODEL = 'gpt-4o'\nopen('answers-' + MODEL + '.txt', 'w').write(ask('a', MODEL))",
    ),
    "a variable that is named after it": Program(
        "import os\nMODEL = 'gpt-4o'\nask(os.environ['TEXT_' + MODEL.upper().replace('-', '_')], MODEL)",
        "asks for TEXT_GPT_5.5_INSTANT, and may not find it",
        "import os\nMODEL = 'gpt-4o'\nask(os.environ.get('TEXT_' + MODEL.upper(), 'a'), MODEL)",
    ),
    "a part of it that a pattern finds": Program(
        "import re\nMODEL = 'gpt-4o'\nfound = re.match('gpt-([0-9])o$', MODEL)\nask(found.group(1), MODEL)",
        "takes 'gpt-4o' and not 'gpt-5.5-instant'",
        "import re\nMODEL = 'gpt-4o'\nfound = re.match('gpt-([0-9])o$', MODEL)\n"
        "ask(found.group(1) if found else 'a', 'gpt-4o')",
    ),
    "a list that goes with another": Program(
        "SPEEDS = dict(zip(['gpt-4o', 'o3'], [80, 20]))\nMODEL = 'gpt-4o'\nask(str(SPEEDS[MODEL]), MODEL)",
        "would find no",
        "SPEEDS = dict(zip(['a', 'b'], [80, 20]))\nMODEL = 'gpt-4o'\nask(str(SPEEDS['a']), MODEL)",
    ),
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_name_that_is_kept_stays(program: Program) -> None:
    done = all_migrated(CALLS + program.code)
    assert "gpt-5.5" not in done.after
    held = [r for r in done.inventory.references if r.action == "review"]
    assert any(program.told in (one.detail or "") for one in held), [one.detail for one in held]


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_name_that_nothing_keeps_moves(program: Program) -> None:
    assert "gpt-5.5" in all_migrated(CALLS + program.harmless).after


def test_elements_that_go_by_their_places_with_those_of_another_list_get_none_beside() -> None:
    code = "IDS = ['gpt-4o', 'o3']\nSPEEDS = [80, 20]\nMODEL = 'gpt-4o'\nask(str(SPEEDS[IDS.index(MODEL)]), MODEL)"
    done = migrated(CALLS + code)
    assert done.after == done.before
    assert any("one more would shift others" in (r.detail or "") for r in done.inventory.references)


LOOPS = {
    "the only one": "    [row] = [row for row in ROWS if row['id'] == model]\n    return row['speed']",
    "the first": "    return next(row for row in ROWS if row['id'] == model)['speed']",
    "a loop": "    for row in ROWS:\n        if row['id'] == model:\n            return row['speed']\n    raise ValueError(model)",
}


@pytest.mark.parametrize("body", LOOPS.values(), ids=LOOPS)
def test_a_row_that_is_made_for_a_name_is_the_one_that_it_finds(body: str) -> None:
    rows = "ROWS = [{'id': 'gpt-4o', 'speed': 80, 'kind': 'a'}, {'id': 'o3', 'speed': 20, 'kind': 'b'}]\n"
    code = f"{rows}def speed(model):\n{body}\nMODEL = 'gpt-4o'\nask(str(speed(MODEL)), MODEL)"
    after = migrated(CALLS + code).after
    assert "MODEL = 'gpt-5.5-instant'" in after
    assert "{'id': 'gpt-5.5-instant', 'speed': 80, 'kind': 'a'}" in after


LABEL = """KNOWN = ("gpt-4o", "gpt-4o-mini")


def label(model):
    for name in sorted(KNOWN, key=len, reverse=True):
        if model.startswith(name):
            return {answer}
    return {other}


answer = ask("a", "gpt-4o-mini")
print(label(answer.model))
"""


def test_a_name_that_another_is_known_by_stands_among_the_others() -> None:
    after = migrated(CALLS + LABEL.format(answer="name", other="'other'")).after
    assert 'KNOWN = ("gpt-4o", "gpt-4o-mini", "gpt-5.5-mini")' in after
    assert 'ask("a", "gpt-5.5-mini")' in after


def test_names_that_only_let_something_in_gain_none() -> None:
    after = migrated(CALLS + LABEL.format(answer="'old'", other="'new'")).after
    assert 'KNOWN = ("gpt-4o", "gpt-4o-mini")' in after


ENUM = """
from enum import Enum
from openai import OpenAI
{imports}
class Tier(str, Enum):
    HIGH = "gpt-4o"
    LOW = "gpt-4o-mini"

{code}
"""
SEND = "OpenAI().chat.completions.create(model={}, messages=[{{'role': 'user', 'content': 'a'}}])"
BY_TEXT = {
    "handed to what calls it": (
        "import sys",
        f"def run(tier=Tier.HIGH):\n    {SEND.format('tier.value')}\nrun(*map(Tier, sys.argv[1:]))",
    ),
    "a type of an option": (
        "import argparse",
        "parser = argparse.ArgumentParser()\nparser.add_argument('--tier', type=Tier, default=Tier.HIGH)\n"
        + SEND.format("parser.parse_args().tier.value"),
    ),
    "an option of a command": (
        "import typer\napp = typer.Typer()",
        f"@app.command()\ndef run(tier: Tier = Tier.HIGH):\n    {SEND.format('tier.value')}",
    ),
    "a field of a record that is read": (
        "from pydantic import BaseModel",
        "class Job(BaseModel):\n    tier: Tier = Tier.HIGH\njob = Job()\n" + SEND.format("job.tier.value"),
    ),
    "compared by value": (
        "import sys",
        "def parse(text):\n    return next(one for one in Tier if one.value == text)\n"
        f"def run(tier=Tier.HIGH):\n    {SEND.format('tier.value')}\nrun()\nrun(parse(sys.argv[1]))",
    ),
}


@pytest.mark.parametrize(("imports", "code"), BY_TEXT.values(), ids=BY_TEXT)
def test_members_that_somebody_names_by_their_values_keep_them(imports: str, code: str) -> None:
    source = ENUM.format(imports=imports, code=code)
    after = pipeline.migrate({"app.py": source.encode()}, Settings(map=MAP, unproven=True))[1][
        "app.py"
    ].decode()
    assert 'HIGH = "gpt-4o"' in after
    assert 'LOW = "gpt-4o-mini"' in after


def test_members_that_are_found_by_their_names_have_new_values() -> None:
    code = f"import sys\ndef run(tier=Tier.HIGH):\n    {SEND.format('tier.value')}\nrun(Tier[sys.argv[1]])"
    source = ENUM.format(imports="", code=code)
    after = pipeline.migrate({"app.py": source.encode()}, Settings(map=MAP))[1]["app.py"].decode()
    assert 'HIGH = "gpt-5.5-instant"' in after
    assert 'LOW = "gpt-5.5-mini"' in after


def test_what_a_scheduled_task_is_given_goes_into_its_function() -> None:
    code = "from huey import MemoryHuey\nhuey = MemoryHuey()\n@huey.task()\n"
    code += "def label(text, model='gpt-4o-mini', options=None):\n    OpenAI().chat.completions.create(\n"
    code += "        model=model, messages=[{'role': 'user', 'content': text}], **(options or {}))\n"
    code += "label.schedule(args=('a',), kwargs={'options': {'max_tokens': 15}}, delay=9)\n"
    after = migrated(CALLS + code).after
    assert "model='gpt-5.5-mini'" in after
    assert "{'max_completion_tokens': 15}" in after


def test_options_that_are_handed_to_nothing_known_stay() -> None:
    code = "from huey import MemoryHuey\nhuey = MemoryHuey()\n@huey.task()\ndef label(text, options=None):\n"
    code += "    print(text, options)\nlabel.schedule(args=('a',), kwargs={'options': {'max_tokens': 15}}, delay=9)\n"
    done = migrated(CALLS + code, "gpt-4o")
    assert "'max_tokens': 15" in done.after
