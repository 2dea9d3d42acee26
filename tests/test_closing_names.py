"""A name that a migration writes is looked up, matched, taken apart or kept: it moves only where that works."""

from __future__ import annotations

from typing import NamedTuple

import pytest

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
        "WAYS = {}\n\n\ndef serves(*names):\n    def keep(way):\n        WAYS.update(dict.fromkeys(names, way))\n"
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
        "from pydantic import BaseModel, Field\nclass Job(BaseModel):\n"
        "    model: str = Field('gpt-4o', pattern='^gpt-4o(-mini)?$')\nask('a', Job().model)",
        "takes 'gpt-4o' and not",
        "from pydantic import BaseModel, Field\nclass Job(BaseModel):\n"
        "    model: str = Field('gpt-4o', pattern='^gpt-[a-z0-9.-]+$')\nask('a', Job().model)",
    ),
    "a field that is too short": Program(
        "from pydantic import BaseModel, Field\nclass Job(BaseModel):\n    model: str = Field('gpt-4o', max_length=8)\n"
        "ask('a', Job().model)",
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


def _calling(code: str) -> str:
    """A module with a function that calls, above its own code."""
    return (
        "from openai import OpenAI\n\n\ndef ask(text, model):\n"
        "    return OpenAI().chat.completions.create(model=model, messages=[{'role': 'user', 'content': text}])\n\n\n"
        + code
        + "\n"
    )
