"""Files are linked by the words of their imports, however these are written."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.settings import Settings

USE = 'from openai import OpenAI\n{line}\nOpenAI().responses.create(model=MODEL, input="hello")\n'

LINES = {
    "plain": "from important.models import MODEL",
    "a star without a space": "from important.models import*",
    "the keyword in the module's name": "from important.importer import MODEL",
    "brackets": "from important.models import (  # why\n    MODEL,\n)",
    "joined lines": "from important \\\n    .models \\\n    import MODEL",
    "an alias": "from important.models import MODEL as M; MODEL = M",
    "a carriage return": "from important.models import (\r    MODEL,\r)\r",
    "handed on": "from important.on import MODEL",
    "handed on by a star": "from important.all import MODEL",
    "by its name": 'import importlib\nMODEL = importlib.import_module("important.models").MODEL',
    "by a name beside": 'from importlib import import_module\nMODEL = import_module("..important.models", "uses").MODEL',
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_who_imports_a_constant_is_read(tmp_path, line):
    files = {
        "important/__init__.py": "",
        "important/models.py": 'MODEL = "gpt-4o"\n',
        "important/importer.py": 'MODEL = "gpt-4o"\n',
        "important/on.py": "from important.models import MODEL\n",
        "important/all.py": "from important.importer import*\n",
        "uses/__init__.py": "",
        "uses/app.py": USE.format(line=line),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text.encode())
    found = pipeline.review([tmp_path], Settings(jobs=1), root=tmp_path)
    assert [site.path for site in found.call_sites] == ["uses/app.py"]


def test_a_word_alone_links_nothing(tmp_path):
    (tmp_path / "models.py").write_text('MODEL = "gpt-4o"\n')
    (tmp_path / "app.py").write_text(USE.format(line="# import MODEL from models\nMODEL = input()"))
    found = pipeline.review([tmp_path], Settings(jobs=1), root=tmp_path)
    assert not any(site.references for site in found.call_sites)


MADE = {
    "an option of a command line": (
        'import argparse\nOPTIONS = argparse.ArgumentParser()\nOPTIONS.add_argument("--model", default="gpt-4o")\n'
        "MODEL = OPTIONS.parse_args([]).model\n"
    ),
    "an item": 'TABLE = {}\nTABLE["small"] = "gpt-4o"\nMODEL = TABLE["small"]\n',
    "a field": 'import types\nTABLE = types.SimpleNamespace()\nTABLE.small = "gpt-4o"\nMODEL = TABLE.small\n',
    "a test": 'import os\nif os.environ.get("OLD"):\n    MODEL = "gpt-4o"\nelse:\n    MODEL = "gpt-5"\n',
    "a pair": 'MODEL, HEAT = "gpt-4o", 1\n',
}


@pytest.mark.parametrize("code", MADE.values(), ids=MADE)
def test_who_imports_what_an_id_is_put_into_is_read(tmp_path, code):
    (tmp_path / "names.py").write_text(code)
    (tmp_path / "app.py").write_text(
        "import requests\n\nimport names\n\n\ndef send(text, **more):\n"
        '    body = {"model": names.MODEL, "messages": text}\n    body.update(more)\n'
        '    return requests.post("https://api.openai.com/v1/chat/completions", json=body)\n\n\nsend([], logprobs=True)\n'
    )
    found = pipeline.review([tmp_path], Settings(jobs=1), root=tmp_path)
    assert "app.py" in {site.path for site in found.call_sites}


REBOUND = {
    "a field of an object": "from names import MODEL\nclass Kept:\n    def __init__(self, m):\n        self.m = m\nUSED = Kept(MODEL).m\n",
    "a function's result": "from names import MODEL\ndef pick():\n    return MODEL\nUSED = pick()\n",
    "through another": "from names import MODEL\nFIRST = {'m': MODEL}\nUSED = FIRST['m']\n",
}
POSTED = """\
import requests
import {module}


def ask(text):
    body = {{"model": {module}.USED, "messages": text, "temperature": 0}}
    return requests.post("https://api.openai.com/v1/chat/completions", json=body)
"""


@pytest.mark.parametrize("made", REBOUND.values(), ids=REBOUND)
@pytest.mark.parametrize("module", ["settings", "further"])
def test_who_posts_what_others_made_of_a_constant_is_read(tmp_path, made, module):
    (tmp_path / "names.py").write_text('MODEL = "gpt-4o"\n')
    (tmp_path / "settings.py").write_text(made)
    (tmp_path / "further.py").write_text("import settings\n\nUSED = settings.USED or None\n")
    (tmp_path / "app.py").write_text(POSTED.format(module=module))
    found = pipeline.review([tmp_path], Settings(jobs=1), root=tmp_path)
    assert [site.path for site in found.call_sites] == ["app.py"]


LAZY = """\
import importlib

_PARTS = {{"start_job": "{module}"}}


def __getattr__(name):
    return getattr(importlib.import_module(f".{{_PARTS[name]}}", __package__), name)
"""
JOBS = """\
from openai import OpenAI


def start_job(text, model="gpt-4o"):
    return OpenAI().chat.completions.create(model=model, messages=[text], max_tokens=90)
"""
ASKS_FOR_IT = """\
def run(text, model: str = "gpt-4o"):
    from desk import start_job

    return start_job(text, model=model)
"""


@pytest.mark.parametrize("module", ["jobs", "others"])
def test_what_a_package_gives_by_name_when_it_is_asked_for_is_followed(module):
    files = {"desk/__init__.py": LAZY.format(module=module), "desk/jobs.py": JOBS, "desk/others.py": ""}
    files["main.py"] = ASKS_FOR_IT
    given = {path: text.encode() for path, text in files.items()}
    found, after = pipeline.migrate(given, Settings(unproven=True))
    [reference] = [one for one in found.references if one.path == "main.py"]
    reached = {site.path for site in found.call_sites if site.id in reference.call_sites}
    assert ("desk/jobs.py" in reached) == (module == "jobs")
    assert b"gpt-5.5" in after["main.py"]
    assert b"max_tokens" not in after["desk/jobs.py"]
