"""What keeps most from moving comes first: what to do, what it frees, and doing it."""

from __future__ import annotations

import json

import pytest
from ci_support import project
from ci_support import within as tool
from inventories import inventory, reference

from migrator.inventory import Requirement
from migrator.report import words
from migrator.report.causes import causes

CALL = """\
from openai import OpenAI

client = OpenAI()


def reply(m):
    return client.chat.completions.create(model="gpt-4o", messages=m, max_tokens=500)


def sum_up(m):
    return client.chat.completions.create(model="gpt-4o-mini", messages=m, max_tokens=500)
"""
HEAD = '[project]\nname = "x"\nversion = "1"\n'
PINNED = HEAD + "dependencies = [\n    'click',\n    \"openai == 1.30.0\",  # since May\n]\n"


@pytest.fixture
def pinned(tmp_path):
    root = project(tmp_path, app=CALL, other=CALL)
    (root / "pyproject.toml").write_text(PINNED)
    return root


def test_the_review_starts_with_the_cause_and_what_it_frees(pinned):
    text = tool("review", ".", "-v", cwd=pinned, code=0).stdout
    assert "frees 4 places in 2 files: Raise openai to >=1.45 in pyproject.toml:6 (now ==1.30.0)\n" in text
    assert "gpt55-migrate review . --assume 'openai>=1.45'" in text
    assert text.index("frees 4 places") < text.index("Needs a person")
    for form in ("markdown", "html"):
        assert "pyproject.toml:6 (now ==1.30.0)" in tool("scan", "--format", form, cwd=pinned).stdout
    [_, *_] = found = json.loads(tool("scan", "--format", "json", cwd=pinned).stdout)["references"]
    told = {"needs": "openai>=1.45", "declared": "==1.30.0", "path": "pyproject.toml", "line": 6}
    assert [one["requirement"] for one in found] == [told] * 4


@pytest.mark.parametrize("as_setting", [True, False])
def test_what_if(pinned, as_setting):
    assert tool("diff", ".", cwd=pinned).stdout == ""
    if as_setting:
        text = PINNED + '[tool.gpt55-migrate]\nassume = ["openai>=2"]\n'
        (pinned / "pyproject.toml").write_text(text)
    options = [] if as_setting else ["--assume", "openai>=1.45,<4"]
    patch = tool("diff", ".", *options, cwd=pinned).stdout
    assert patch.count("+    return") == 4
    assert "pyproject" not in patch


@pytest.mark.parametrize("wrong", ["openai", "open ai>=2", ">=2"])
def test_what_cannot_be_assumed(pinned, wrong):
    assert "--assume" in tool("check", ".", "--assume", wrong, cwd=pinned, code=2).stderr
    (pinned / "pyproject.toml").write_text(f'[tool.gpt55-migrate]\nassume = ["{wrong}"]\n')
    assert "assume: " in tool("check", ".", cwd=pinned, code=2).stderr


def test_pins_are_raised_with_what_needs_them_and_come_back_with_it(pinned):
    (pinned / "uv.lock").write_text('[[package]]\nname = "openai"\nversion = "1.30.0"\n')
    done = tool("apply", ".", "--raise-pins", "--yes", cwd=pinned, code=0)
    assert (pinned / "pyproject.toml").read_text() == PINNED.replace(" == 1.30.0", ">=1.45")
    assert "max_completion_tokens=500" in (pinned / "app.py").read_text()
    assert "To renew: uv.lock" in done.stderr
    run = done.stderr.partition("undo ")[2].split()[0]
    tool("undo", run, cwd=pinned, code=0)
    assert (pinned / "pyproject.toml").read_text() == PINNED
    assert (pinned / "app.py").read_text() == CALL


def test_without_the_option_no_manifest_is_touched(pinned):
    assert "Nothing to change" in tool("apply", ".", "--yes", cwd=pinned, code=0).stderr
    assert (pinned / "pyproject.toml").read_text() == PINNED


MANIFESTS = [
    (
        "pyproject.toml",
        HEAD + "[dependency-groups]\nx = ['openai[aiohttp]>=1,<1.40'] # x\n",
        "'openai[aiohttp]>=1.45'",
    ),
    (
        "pyproject.toml",
        '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\nopenai = "~1.30" # x\n',
        '"|>=1.45"',
    ),
    (
        "pyproject.toml",
        '[tool.poetry]\n[tool.poetry.group.a.dependencies]\nopenai = { version = "1.30", extras = ["aiohttp"] }\n',
        '{ version = ">=1.45", extras = ["aiohttp"] }',
    ),
    ("Pipfile", "[packages]\nopenai = '==1.30' # x\n", ">=1.45"),
    (
        "requirements.txt",
        "click\r\nOpenAI[aiohttp] == 1.30 ; python_version > '3.8'  # x\r\n",
        "OpenAI[aiohttp]>=1.45 ; python",
    ),
    ("requirements.txt", "openai>=1.0,<1.40,!=2.1\n", "openai>=1.45,!=2.1\n"),
    (
        "setup.cfg",
        "[metadata]\nname = x\n[options]\ninstall_requires =\n  click\n  openai<1.40\n",
        "\n  openai>=1.45\n",
    ),
    (
        "setup.py",
        "from setuptools import setup\n\nsetup(install_requires=['openai==1.30'])  # x\n",
        "['openai>=1.45'])  # x",
    ),
]


@pytest.mark.parametrize(("name", "text", "expected"), MANIFESTS)
def test_every_kind_of_manifest_keeps_its_layout(tmp_path, name, text, expected):
    root = project(tmp_path, app=CALL)
    (root / name).write_bytes(text.encode())
    tool("apply", ".", "--raise-pins", "--yes", cwd=root, code=0)
    new = (root / name).read_bytes().decode()
    assert expected.strip('|"') in new
    changed = [
        pair for pair in zip(text.splitlines(True), new.splitlines(True), strict=True) if len({*pair}) > 1
    ]
    assert len(changed) == 1
    assert changed[0][0].partition("#")[2] == changed[0][1].partition("#")[2]
    assert "max_completion_tokens" in (root / "app.py").read_text()


def test_hashes_are_left_to_a_person(tmp_path):
    root = project(tmp_path, app=CALL)
    (root / "requirements.txt").write_text("openai==1.30 --hash=sha256:0\n")
    done = tool("apply", ".", "--raise-pins", "--yes", cwd=root, code=3)
    assert "by hand: openai>=1.45" in done.stderr
    assert (root / "app.py").read_text() == CALL


READ = """\
from openai import OpenAI

client = OpenAI()


def chosen(m, model):
    answer = client.chat.completions.create(model=model, messages=m, logprobs=True)
    return answer.choices[0].logprobs.content[0].logprob


def first(m):
    return chosen(m, "gpt-4o")


def second(m):
    return chosen(m, "gpt-4o-mini")
"""


def test_a_line_that_blocks_others_is_a_cause(tmp_path):
    root = project(tmp_path, app=READ)
    text = tool("review", ".", "-v", cwd=root, code=0).stdout
    assert "holds 2 places in 1 file: One line (app.py:7) blocks 2: " in text
    assert "do without it, or pin this call to a model that offers it" in text


def test_what_is_blocked_by_itself_alone_is_no_cause(tmp_path):
    azure = CALL.replace("OpenAI", "AzureOpenAI")
    assert "First  " not in tool("review", ".", "-v", cwd=project(tmp_path, app=azure), code=0).stdout


def test_a_release_that_is_too_new_is_not_called_too_old():
    one = Requirement(needs="openai>=1.45,<3", declared=">=3", path="pyproject.toml", line=6)
    held = reference(1, action="review", reason="dependency-too-old", requirement=one)
    [cause] = causes(inventory(references=(held,)))
    assert cause.what == "No release fits both: change openai to <3,>=1.45 in pyproject.toml:6 (now >=3)"
    assert "older" not in words.REASONS["dependency-too-old"]
