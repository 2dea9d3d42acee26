"""The same input gives the same output: whatever the order of files, of processes, or of a set."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from migrator import pipeline
from migrator.decide.run import decide
from migrator.discover.survey import CHUNK
from migrator.pipeline import reviewing
from migrator.read.parsing import read
from migrator.settings import Settings

FIXTURES = Path(__file__).parent.parent / "fixtures"


def project(root: Path) -> Path:
    """Every fixture below one root, in which modules import and call each other's prompts and models."""
    for folder in ("matrix", "leanings", "support_desk"):
        shutil.copytree(FIXTURES / folder, root / folder)
    (root / "models.py").write_text('FAST = "gpt-4o-mini"\nSMART = "gpt-4o"\n')
    for number in range(12):
        text = "from openai import OpenAI\n\nfrom models import FAST, SMART\n\n\n"
        for name, model in (("classify", "FAST"), ("review_contract", "SMART"), ("answer", "SMART")):
            text += f"def {name}_{number}(text):\n"
            text += f"    return OpenAI().responses.create(model={model}, input=f'{name} {{text}}')\n\n\n"
        (root / f"part_{number}.py").write_text(text)
    return root


def digest(inventory: object) -> str:
    return hashlib.sha256(msgspec.json.encode(inventory)).hexdigest()


@pytest.mark.parametrize("seed", range(4))
def test_the_order_in_which_files_were_read_changes_nothing(tmp_path, seed):
    root, settings = project(tmp_path / "project"), Settings()
    rulebook, pattern = reviewing.rules(settings)
    paths = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.py"))
    facts = [read(path, (root / path).read_bytes(), pattern) for path in paths]
    expected = digest(decide(facts, settings, rulebook))
    facts = [read(path, (root / path).read_bytes(), pattern) for path in paths]
    random.Random(seed).shuffle(facts)
    assert digest(decide(facts, settings, rulebook)) == expected


def test_the_number_of_processes_changes_nothing(tmp_path, monkeypatch):
    root = project(tmp_path / "project")
    for number in range(4 * CHUNK):
        (root / f"more_{number}.py").write_text("from part_1 import answer_1\n\nanswer_1('hello')\n")
    found = []
    for jobs in (1, 2, 4):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / f"cache{jobs}"))
        found.append(pipeline.review([root], Settings(jobs=jobs), root=root))
    assert len({digest(one) for one in found}) == 1
    assert found[0].summary.rewrite > 40


def test_the_order_of_arguments_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = project(tmp_path / "project")
    given = [root / "models.py", root / "matrix", root / "part_1.py", root / "leanings"]
    one = pipeline.review(given, Settings(), root=root)
    assert digest(pipeline.review(given[::-1], Settings(), root=root)) == digest(one)


def tangle() -> str:
    """Objects with several ways to one another: what is too many to find differs with where one begins."""
    text = "import sys\nfrom openai import OpenAI\n\nclient = OpenAI()\n\n\n"
    for number in range(8):
        text += f"class Step{number}:\n    def __init__(self, model, following=None, **options):\n"
        text += "        self.model, self.following = model, following\n"
        text += f"        self.options = {{'top_p': 0.{number}, **options}}\n\n"
        text += "    def run(self, **more):\n        options = {**self.options, **more}\n"
        text += "        if self.following:\n"
        text += f"            options.update(self.following.run(seed={number}, **options))\n"
        text += "        client.chat.completions.create(model=self.model, messages=[], **options)\n"
        text += "        return options\n\n\n"
    for number, model in enumerate(("gpt-4o", "gpt-4o-mini", "gpt-5", "gpt-5-mini")):
        steps = ", ".join(f"Step{(number * 5 + k * 7) % 8}" for k in range(4))
        given = f"temperature=0.{number}, max_tokens={number}00, stop=sys.argv[1:]"
        text += (
            f"last = None\nfor kind in ({steps}):\n    last = kind({model!r}, last, {given})\nlast.run()\n\n"
        )
    return text


def scans(root: Path, caches: Path) -> set[bytes]:
    """What several processes say of one project, in each of which sets are in another order."""
    command = [sys.executable, "-m", "migrator", "scan", str(root), "--format", "json"]
    outputs = set()
    for seed in ("1", "2", "3", "4"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "XDG_CACHE_HOME": str(caches / seed)}
        done = subprocess.run(command, check=False, capture_output=True, cwd=FIXTURES.parent, env=environment)
        assert done.stdout, done.stderr
        outputs.add(done.stdout)
    return outputs


@pytest.mark.slow
def test_the_order_of_sets_changes_nothing(tmp_path):
    root = project(tmp_path / "project")
    assert len(scans(root, tmp_path)) == 1


@pytest.mark.slow
def test_the_order_of_sets_changes_nothing_where_more_leads_to_a_call_than_is_followed(tmp_path):
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "main.py").write_text(tangle())
    assert len(scans(tmp_path / "project", tmp_path)) == 1
