"""A part that was decided leaves nothing in memory, though no collector looks for cycles meanwhile."""

import gc
import shutil
from pathlib import Path

import pytest

from migrator import pipeline
from migrator.decide.engine import Engine
from migrator.know.library.written_in_python import is_written
from migrator.read.nodes import FileFacts, Node
from migrator.settings import Settings

DESK = Path(__file__).parents[1] / "fixtures" / "support_desk"
APP = '''\
"""Answers.

>>> client.chat.completions.create(model="gpt-4o", messages=m, max_tokens=9)
"""
import json
from pathlib import Path

from openai import OpenAI

WINDOWS = json.loads(Path(__file__).with_name("windows.json").read_text())
client = OpenAI()


def ask(text, model="gpt-4o", max_tokens=10):
    text = text[: WINDOWS[model]]
    messages = [{"role": "user", "content": text}]
    return client.chat.completions.create(model=model, messages=messages, max_tokens=max_tokens)
'''
README = """\
```python
from openai import OpenAI
OpenAI().chat.completions.create(model="gpt-4o", messages=m, max_tokens=9)
```
"""


@pytest.fixture
def without_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def alive() -> set[int]:
    """What there is of parts; what stands for libraries is kept for all."""
    found = (one for one in gc.get_objects() if isinstance(one, Engine | FileFacts | Node))
    return {id(one) for one in found if isinstance(one, Engine) or not is_written(getattr(one, "file", one))}


def small(root):
    root.mkdir()
    root.joinpath("app.py").write_text(APP)
    root.joinpath("windows.json").write_text('{"gpt-4o": 128000}')
    root.joinpath("README.md").write_text(README)


@pytest.mark.usefixtures("without_collector")
@pytest.mark.parametrize("make", [small, lambda root: shutil.copytree(DESK, root)], ids=["small", "desk"])
@pytest.mark.parametrize("contexts", [(), ("docs",)], ids=["docs reported", "docs rewritten"])
def test_nothing_is_left_of_a_part(make, contexts, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "project"
    make(root)
    settings = Settings(jobs=1, config_files=True, write_contexts=contexts, map={"gpt-4o": "flagship"})
    before = alive()
    inventory = pipeline.review([root], settings, root=root)
    assert any(edit.selected for edit in inventory.edits)
    assert not alive() - before


def test_the_small_project_has_an_example_and_a_data_file_to_let_go_of(tmp_path):
    small(tmp_path / "project")
    settings = Settings(config_files=True, write_contexts=("docs",), map={"gpt-4o": "flagship"})
    files = {path.name: path.read_bytes() for path in (tmp_path / "project").iterdir()}
    inventory, _ = pipeline.migrate(files, settings)
    assert {edit.path for edit in inventory.edits} == {"app.py", "windows.json", "README.md"}
