"""`diff`, and choosing from what would be changed."""

import subprocess

import pytest
from ci_support import APP, git, project, repository, tool

HELPER = """\
from openai import OpenAI


def ask(model="gpt-5"):
    return OpenAI().responses.create(model=model, input="hello")


def other():
    return OpenAI().chat.completions.create(model="gpt-4o-mini", messages=[], temperature=0)
"""


@pytest.fixture
def root(tmp_path):
    return repository(tmp_path, app=APP, src__helper=HELPER)


def test_every_hunk_has_its_reason_and_git_takes_the_patch(root):
    patch = tool("diff", ".", cwd=root, code=0).stdout
    heads = [line for line in patch.splitlines() if line.startswith("@@ ")]
    assert heads
    assert all(" @@ GPT55-" in head for head in heads)
    subprocess.run(["git", "apply"], cwd=root, input=patch.encode(), check=True)
    by_git = git("diff", cwd=root)
    git("checkout", "-q", ".", cwd=root)
    tool("apply", ".", "--yes", cwd=root, code=0)
    assert git("diff", cwd=root) == by_git


def test_patch_takes_it_as_well(root):
    patch = tool("diff", ".", cwd=root, code=0).stdout
    subprocess.run(["patch", "-p1", "-s"], cwd=root, input=patch.encode(), check=True)
    assert "max_completion_tokens" in (root / "app.py").read_text()


def test_a_reason_never_shows_a_secret(tmp_path):
    source = 'from openai import OpenAI\n\nOpenAI(api_key="sk-abcdefghijklmnopqrstuvwx")' + (
        '.chat.completions.create(model="gpt-4o", messages=[], max_tokens=5)\n'
    )
    patch = tool("diff", ".", cwd=project(tmp_path, app=source), code=0).stdout
    heads = [line for line in patch.splitlines() if line.startswith("@@ ")]
    assert heads
    assert "abcdefgh" not in "".join(heads)


def test_stat(root):
    done = tool("diff", ".", "--stat", cwd=root, code=0)
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[:-1]] == ["app.py", "src/helper.py"]
    assert "in 2 files, lines +" in lines[-1]
    assert tool("diff", ".", "--stat", "--select", "dynamic", cwd=root, code=0).stdout == ""


def test_by_site_shows_every_change_once(root):
    done = tool("diff", ".", "--by", "site", cwd=root, code=0)
    plain = tool("diff", ".", cwd=root, code=0)
    for line in plain.stdout.splitlines():
        if line.startswith(("+ ", "- ")):
            assert done.stdout.count(line + "\n") == 1
    assert "for reading" in done.stderr


def test_only_a_place_with_what_belongs_to_it(root):
    patch = tool("diff", ".", "--only", "app.py:7", cwd=root, code=0).stdout
    assert "max_completion_tokens" in patch
    assert "helper.py" not in patch
    tool("apply", ".", "--yes", "--only", "src/helper.py:4", cwd=root, code=0)
    assert (root / "app.py").read_text() == APP
    assert '"gpt-4o-mini"' in (root / "src" / "helper.py").read_text()
    assert '"gpt-5"' not in (root / "src" / "helper.py").read_text()


@pytest.mark.parametrize(
    ("place", "message"), [("app.py:1", "no change is planned there"), ("app.py", "expected PATH:LINE"),
                           ("none.py:3", "there is no such file")]
)  # fmt: skip
def test_only_a_place_where_nothing_is_planned(root, place, message):
    done = tool("apply", ".", "--yes", "--only", place, cwd=root, code=2)
    assert message in done.stderr
    assert (root / "app.py").read_text() == APP


@pytest.mark.parametrize("option", [("--ignore", "GPT55-P010"), ("--safe-only",)])
def test_rules_and_safety_choose_too(root, option):
    patch = tool("diff", ".", *option, cwd=root, code=0).stdout
    assert "max_completion_tokens" in patch
    assert not [line for line in patch.splitlines() if line.startswith("-") and "temperature" in line]


def test_colours_on_a_terminal_only(root):
    plain = tool("diff", ".", cwd=root, code=0).stdout
    assert "\x1b" not in plain
    assert "\x1b" not in tool("diff", ".", cwd=root, code=0, FORCE_COLOR="1").stdout
    assert "\x1b" not in tool("review", ".", cwd=root, code=0, NO_COLOR="1", FORCE_COLOR="1").stdout
