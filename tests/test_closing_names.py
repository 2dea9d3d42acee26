"""A name that a migration writes is looked up, matched, taken apart or kept: it moves only where that works."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from migrator.pipeline import migrate
from migrator.settings import Settings
from tests.decided import migrated


class Program(NamedTuple):
    """A module whose default would come to grief, what says so, and the same module where nothing is amiss."""

    code: str
    told: str
    harmless: str


PROGRAMS = {
    "a row that is missing": Program(
        "import os\nROOM = dict(zip(os.environ['IDS'].split(), (1, 2)))\n"
        "ROOM['gpt-4o'] = 7_000\nMODEL = 'gpt-4o'\nask(str(ROOM[MODEL]), MODEL)",
        "would find no",
        "ROOM = {'small': 7_000}\nMODEL = 'gpt-4o'\nask(str(ROOM['small']), MODEL)",
    ),
    "a key that is put together": Program(
        "COST = {'gpt-4o/in': 0.0025, 'gpt-4o/out': 0.01}\nMODEL = 'gpt-4o'\n"
        "ask(str(COST[MODEL + '/in'] + COST[f'{MODEL}/out']), MODEL)",
        "would find no",
        "COST = {'chat/in': 0.0025}\nMODEL = 'gpt-4o'\nask(str(COST['chat' + '/in']), MODEL)",
    ),
    "a table of rows that are read at run time": Program(
        "import csv\nCOST = {row['id']: float(row['usd']) for row in csv.DictReader(open('usd.csv'))}\n"
        "MODEL = 'gpt-4o'\nask(str(COST[MODEL]), MODEL)",
        "would find no",
        "SEEN = {}\nMODEL = 'gpt-4o'\nSEEN[MODEL] = len(MODEL)\nask(str(SEEN[MODEL]), MODEL)",
    ),
    "a registry that is filled by decorators": Program(
        "WAYS = {}\n\n\ndef serves(one, two):\n    def keep(way):\n        WAYS.update(dict.fromkeys((one, two), way))\n"
        "        return way\n    return keep\n\n\n@serves('gpt-4o', 'o3-mini')\ndef plain(model):\n    ask('a', model)\n\n\n"
        "def run(model='gpt-4o'):\n    WAYS[model](model)\n\n\nrun()",
        "would find no",
        "WAYS = {}\n\n\ndef plain(model):\n    ask('a', model)\n\n\ndef run(model='gpt-4o'):\n"
        "    WAYS.get('plain', plain)(model)\n\n\nrun()",
    ),
    "a table of a library": Program(
        "import litellm\nMODEL = 'gpt-4o-mini'\nask(str(litellm.get_model_info(MODEL)), MODEL)",
        "would find no",
        "import litellm\nMODEL = 'gpt-4o-mini'\ntry:\n    print(litellm.get_model_info(MODEL))\n"
        "except Exception:\n    pass\nask('a', MODEL)",
    ),
    "a table of a library, and a handler that raises": Program(
        "import litellm\nMODEL = 'gpt-4o-mini'\ntry:\n    print(litellm.get_model_info(MODEL))\n"
        "except Exception as error:\n    raise ValueError(MODEL) from error\nask('a', MODEL)",
        "would find no",
        "import litellm\nMODEL = 'gpt-4o-mini'\ntry:\n    print(litellm.get_model_info(MODEL))\n"
        "except Exception as error:\n    print(error)\nask('a', MODEL)",
    ),
    "a table of a library, and a handler that has another figure": Program(
        "import litellm\nMODEL = 'gpt-4o-mini'\n\n\ndef room(model):\n    try:\n"
        "        return litellm.get_model_info(model)['max_input_tokens']\n    except Exception:\n"
        "        return 32_768\n\n\nask('a' * room(MODEL), MODEL)",
        "would find no",
        "import litellm\nMODEL = 'gpt-4o-mini'\n\n\ndef show(model):\n    try:\n"
        "        print(litellm.get_model_info(model)['max_input_tokens'])\n    except Exception:\n"
        "        print(32_768)\n\n\nask('a', MODEL)",
    ),
    "a library's name that is made of an id": Program(
        "from hosts import Kind\nMODEL = 'gpt-4o-mini'\n"
        "kind = getattr(Kind, MODEL.upper().replace('-', '_'), None) or Kind.GPT_4O_MINI\nask(str(kind), MODEL)",
        "may not find it",
        "from hosts import Kind\n\n\ndef run(kind, model):\n    ask(str(getattr(Kind, kind, None)), model)\n\n\n"
        "run('GPT_4O_MINI', 'gpt-4o-mini')",
    ),
    "an id that is put into the text of a program": Program(
        "import subprocess\nMODEL = 'gpt-4o-mini'\ncode = f'''\nimport openai\n"
        "print(openai.OpenAI().chat.completions.create(model=\"{MODEL}\", messages=[], max_tokens=9))\n'''\n"
        "subprocess.run(['python', '-c', code], check=True)\nask('a', MODEL)",
        "puts it into the text of a program",
        "MODEL = 'gpt-4o-mini'\nprint(f'asking {MODEL} with model={MODEL} (mini)')\nask('a', MODEL)",
    ),
    "an id that fills in the text of a program": Program(
        "MODEL = 'gpt-4o-mini'\nCODE = '''\nprint(OpenAI().chat.completions.create(model={model!r}, max_tokens=9))\n'''\n"
        "def written(path):\n    path.write_text(CODE.format(model=MODEL))\n\n\nask('a', MODEL)",
        "puts it into the text of a program, beside max_tokens",
        "MODEL = 'gpt-4o-mini'\nCODE = '''\nprint(OpenAI().chat.completions.create(model={model!r}, messages=[]))\n'''\n"
        "def written(path):\n    path.write_text(CODE.format(model=MODEL))\n\n\nask('a', MODEL)",
    ),
    "what a library says that it costs": Program(
        "import litellm\nMODEL = 'gpt-4o-mini'\nFOUND = {}\ntry:\n"
        "    FOUND['cost'] = litellm.completion_cost(model=MODEL, prompt='a')\nexcept Exception:\n    pass\n"
        "ask('a', MODEL)",
        "would find no",
        "import litellm\nMODEL = 'gpt-4o-mini'\nFOUND = {}\ntry:\n"
        "    FOUND['cost'] = litellm.completion_cost(model='o3', prompt='a')\nexcept Exception:\n    pass\n"
        "ask('a', MODEL)",
    ),
    "what a library says no to, which no handler catches": Program(
        "from litellm.utils import supports_pdf_input\nMODEL = 'gpt-4o-mini'\ntry:\n"
        "    reads = supports_pdf_input(model=MODEL)\nexcept Exception:\n    reads = False\n"
        "ask('file' if reads else 'text', MODEL)",
        "would find no",
        "from litellm.utils import supports_pdf_input\nMODEL = 'gpt-4o-mini'\ntry:\n"
        "    reads = supports_pdf_input(model='o3')\nexcept Exception:\n    reads = False\n"
        "ask('file' if reads else 'text', MODEL)",
    ),
    "an id that is put together": Program(
        "BASE = 'gpt-4o'\nSMALL = BASE + '-mini'\nask('a', BASE)\nask('b', SMALL)",
        "which is no model",
        "BASE = 'gpt-4o'\nLABEL = BASE + '-mini'\nask('a', BASE)\nprint(LABEL)",
    ),
    "a version that is read as a number": Program(
        "MODEL = 'gpt-5'\nVERSION = int(MODEL.split('-')[1])\nask(str(VERSION), MODEL)",
        "would raise ValueError",
        "MODEL = 'gpt-5'\nVERSION = float(MODEL.split('-')[1])\nask(str(VERSION), MODEL)",
    ),
    "a pattern that a field declares": Program(
        "from pydantic import BaseModel, Field\nSTART = '^gpt'\nclass Job(BaseModel):\n"
        "    model: str = Field('gpt-4o', pattern=START + '-4o(-mini)?$')\nask('a', Job().model)",
        "takes 'gpt-4o' and not",
        "from pydantic import BaseModel, Field\nclass Job(BaseModel):\n"
        "    model: str = Field('gpt-4o', pattern='^gpt-[a-z0-9.-]+$')\nask('a', Job().model)",
    ),
    "a field that is too short": Program(
        "from django.db import models\nclass Job(models.Model):\n"
        "    model = models.CharField(default='gpt-4o', max_length=8)\nask('a', Job().model)",
        "max_length=8",
        "from pydantic import BaseModel, Field\nclass Job(BaseModel):\n    model: str = Field('gpt-4o', max_length=40)\n"
        "ask('a', Job().model)",
    ),
    "two names that become one": Program(
        "FAST = 'gpt-4o-mini'\nTINY = 'gpt-5-mini'\nSHARE = {FAST: load(), TINY: spare()}\nask('a', FAST)\nask('b', TINY)",
        "would be one key",
        "FAST = 'gpt-4o-mini'\nTINY = 'gpt-5-mini'\nSHARE = [FAST, TINY]\nask('a', FAST)\nask('b', TINY)",
    ),
    "names of a text that is split": Program(
        "import os, sys\nKNOWN = [n.strip() for n in os.getenv('KNOWN', 'gpt-4o o3-mini').split() if n]\n"
        "MODEL = 'gpt-4o'\nif MODEL not in KNOWN:\n    sys.exit('unknown')\nask('a', MODEL)",
        "would find no",
        "import os, sys\nKNOWN = [n.strip() for n in os.getenv('KNOWN', 'gpt-4o o3-mini').split() if n]\n"
        "MODEL = 'gpt-4o'\nif MODEL not in KNOWN:\n    print('unknown')\nask('a', MODEL)",
    ),
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_name_that_would_come_to_grief_stays(program: Program) -> None:
    done = migrated(_calling(program.code))
    assert "gpt-5.5" not in done.after
    held = [r for r in done.inventory.references if r.action == "review"]
    assert any(program.told in (one.detail or "") for one in held)


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_name_that_meets_nothing_moves(program: Program) -> None:
    assert "gpt-5.5" in migrated(_calling(program.harmless)).after


CHECKED = {
    "a pattern": ("Field('gpt-4o', pattern='^gpt-4o(-mini)?$')", "'^gpt-4o(-mini)?$|^gpt-5\\\\.5-instant$'"),
    "a raw pattern": ("Field('gpt-4o', pattern=r'^gpt-4o$')", r"r'^gpt-4o$|^gpt-5\.5-instant$'"),
    "a length": ("Field('gpt-4o', max_length=8)", "max_length=15"),
    "a length that is enough": ("Field('gpt-4o', max_length=16)", "max_length=16"),
    "a pattern that fits": ("Field('gpt-4o', pattern='^gpt-')", "pattern='^gpt-')"),
}


@pytest.mark.parametrize(("field", "after"), CHECKED.values(), ids=CHECKED)
def test_what_only_checks_a_name_lets_the_new_one_in(field: str, after: str) -> None:
    code = f"from pydantic import BaseModel, Field\nclass Job(BaseModel):\n    model: str = {field}\nask('a', Job().model)"
    done = migrated(_calling(code))
    assert after in done.after
    assert "Field('gpt-5.5-instant'" in done.after
    assert not [r for r in done.inventory.references if r.action == "review"]


def test_a_match_without_which_the_program_raises_lets_both_names_in() -> None:
    code = "import re\nSHAPE = re.compile('gpt-4o(-mini)?')\ndef known(name):\n    if not SHAPE.fullmatch(name):\n"
    code += "        raise ValueError(name)\n    return name\nask('a', known('gpt-4o'))\nask('b', known('gpt-4o-mini'))"
    after = migrated(_calling(code)).after
    assert r"'gpt-4o(-mini)?|^gpt-5\\.5-instant$|^gpt-5\\.5-mini$'" in after


def test_a_registry_that_decorators_fill_gains_the_new_name_beside_the_old() -> None:
    code = "WAYS = {}\n\n\ndef serves(*names):\n    def keep(way):\n        WAYS.update({name: way for name in names})\n"
    code += "        return way\n    return keep\n\n\n@serves('gpt-4o', 'o3-mini')\ndef plain(model):\n    ask('a', model)\n\n\n"
    code += (
        "@serves('claude-sonnet-4-5')\ndef other(model):\n    print(model)\n\n\ndef run(model='gpt-4o'):\n"
    )
    code += "    WAYS[model](model)\n\n\nrun()"
    done = migrated(_calling(code))
    assert "@serves('gpt-4o', 'gpt-5.5-instant', 'o3-mini')" in done.after
    assert "@serves('claude-sonnet-4-5')" in done.after
    assert not [r for r in done.inventory.references if r.action == "review"]


KEPT = """WAYS = {{}}


def serves({parameter}):
    def keep(way):
        {kept}
        return way
    return keep


@serves({given})
def plain(model):
    ask('a', model)


def way_of(model):
    for known in sorted(WAYS):
        if model.startswith(known):
            return WAYS[known]
    raise LookupError(model)


way_of('gpt-4o')('gpt-4o')"""


@pytest.mark.parametrize("given", ["'gpt-4o'", "name='gpt-4o'"])
def test_a_name_under_which_a_decorator_keeps_something_stays(given: str) -> None:
    code = _calling(KEPT.format(parameter="name", kept="WAYS[name] = way", given=given))
    done = migrated(code)
    assert f"@serves({given})" in done.after
    assert "way_of('gpt-4o')('gpt-4o')" in done.after


def test_a_name_that_a_decorator_calls_moves() -> None:
    code = KEPT.format(parameter="name", kept="ask('b', name)", given="'gpt-4o'")
    assert (
        "@serves('gpt-5.5-instant')"
        in migrated(_calling(code.replace("way_of('gpt-4o')('gpt-4o')", ""))).after
    )


def _calling(code: str) -> str:
    """A module with a function that calls, above its own code."""
    return (
        "from openai import OpenAI\n\n\ndef ask(text, model):\n"
        "    return OpenAI().chat.completions.create(model=model, messages=[{'role': 'user', 'content': text}])\n\n\n"
        + code
        + "\n"
    )


READ = """
import yaml
from openai import OpenAI


class Names:
    def __init__(self, path):
        with open(path) as file:
            self.vendors = yaml.safe_load(file)

    def resolve(self, alias):
{body}


def answer(text, alias="gpt-4o"):
    return OpenAI().responses.create(model=Names("names.yaml").resolve(alias), input=text)
"""
LOOKED_UP = {
    "a loop": (
        "        for vendor in self.vendors:\n            if alias in vendor['aliases']:\n"
        "                return vendor['aliases'][alias]\n        raise ValueError(alias)\n"
    ),
    "a test": (
        "        if alias not in self.vendors:\n            raise ValueError(alias)\n"
        "        return self.vendors[alias]\n"
    ),
    "a subscript": "        return self.vendors[alias]\n",
}


@pytest.mark.parametrize("body", LOOKED_UP.values(), ids=LOOKED_UP)
def test_what_is_read_at_run_time_may_lack_the_new_name(body):
    code = READ.replace("{body}", body)
    inventory, new = migrate({"app.py": code.encode()}, Settings(unproven=True))
    assert new["app.py"].decode() == code
    assert "may find no" in inventory.references[0].detail


def test_what_answers_another_name_than_it_does_not_know_is_asked():
    code = READ.replace("{body}", "        return self.vendors.get(alias, alias)\n")
    assert "gpt-4o" not in migrate({"app.py": code.encode()}, Settings())[1]["app.py"].decode()


METER = """
import os
from dataclasses import dataclass

import yaml

PATH = os.path.join(os.path.dirname(__file__), "..", "data", "prices.yaml")


@dataclass
class MeterConfig:
    model: str = "gpt-4o"


def rate(model, table):
    models = table{part}
{body}


class Meter:
    def __init__(self, config=None):
        self._model = (config or MeterConfig()).model
        self._table = yaml.safe_load(open(PATH))

    def cost(self, tokens):
        return tokens / 1000 * rate(self._model, self._table)["in"]
"""
ANSWERED = {
    "a test": "    if model in models:\n        return models[model]\n    return models['gpt-4']",
    "a handler": (
        "    try:\n        return models[model]\n    except KeyError:\n        return models['gpt-4']"
    ),
}


@pytest.mark.parametrize("part", ["['models']", ".get('models', {})"])
@pytest.mark.parametrize("body", ANSWERED.values(), ids=ANSWERED)
def test_a_file_in_which_something_else_may_answer_for_the_new_name_is_named(body: str, part: str) -> None:
    code = METER.replace("{part}", part).replace("{body}", body)
    inventory, new = migrate({"app.py": code.encode()}, Settings(unproven=True))
    assert b'model: str = "gpt-5.5-instant"' in new["app.py"]
    (finding,) = inventory.findings
    assert "looks gpt-5.5-instant up in what is read" in finding.message


def test_an_id_by_which_only_a_price_is_asked_for_stays() -> None:
    code = METER.replace("{part}", "['models']").replace(
        "{body}", "    return models.get(model, {'in': 0.0025})"
    )
    inventory, new = migrate({"app.py": code.encode()}, Settings())
    assert new["app.py"].decode() == code
    assert inventory.references[0].reason == "unproven"


def test_nothing_is_said_of_a_file_in_which_no_model_is_looked_up() -> None:
    code = METER.replace("{part}", "['models']").replace("{body}", "    return models['any']")
    inventory, new = migrate({"app.py": code.encode()}, Settings(unproven=True))
    assert b'model: str = "gpt-5.5-instant"' in new["app.py"]
    assert not inventory.findings
