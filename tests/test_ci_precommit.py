"""The hooks as real pre-commit installs and runs them. Needs a package registry: `pytest -m network`."""

import os
import shutil
import subprocess
import sys

import pytest
from ci_support import APP, CHECKOUT, CLEAN, environment, git, project, repository

pytestmark = [pytest.mark.network, pytest.mark.slow]

CLIENTS = """\
from openai import AzureOpenAI

client = AzureOpenAI()
"""
USER = """\
from clients import client

client.chat.completions.create(model="gpt-4o", messages=[])
"""
CONFIG = """\
repos:
  - repo: {url}
    rev: {revision}
    hooks:
      - id: {hook}
"""


def pre_commit(*words, cwd, home, path=True):
    kept = {"PIP_CACHE_DIR": os.environ.get("PIP_CACHE_DIR", os.path.expanduser("~/.cache/pip"))}
    env = environment(cwd.parent, PRE_COMMIT_HOME=str(home), **kept)
    del env["PYTHONPATH"]
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *words],
        cwd=cwd, check=False, capture_output=True, encoding="utf-8", env=env,
    )  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    pytest.importorskip("pre_commit")
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture(scope="module")
def tool_repository(tmp_path_factory):
    """This checkout as a repository of its own, with what is not committed yet."""
    root = tmp_path_factory.mktemp("tool") / "gpt55-migrate"
    skipped = shutil.ignore_patterns(
        ".git", ".*_cache", "__pycache__", ".venv", "fixtures", "bench", "*.egg-info"
    )
    shutil.copytree(CHECKOUT, root, ignore=skipped)
    git("init", "-q", cwd=root)
    git("add", "-A", cwd=root)
    git("commit", "-qm", "tool", cwd=root)
    return root


@pytest.fixture
def desk(tmp_path):
    return repository(tmp_path, clients=CLIENTS, clean=CLEAN)


def configured(root, tool_repository, hook):
    revision = git("rev-parse", "HEAD", cwd=tool_repository).strip()
    text = CONFIG.format(url=tool_repository, revision=revision, hook=hook)
    (root / ".pre-commit-config.yaml").write_text(text)
    git("add", ".pre-commit-config.yaml", cwd=root)


def test_try_repo_reports_staged_files_only(desk, tool_repository, home):
    project(desk.parent, app=APP, user=USER, unstaged=APP)
    git("add", "app.py", "user.py", cwd=desk)
    done = pre_commit("try-repo", str(tool_repository), "gpt55-migrate", "--verbose", cwd=desk, home=home)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "app.py:7:50: GPT55-M001 gpt-4o -> " in done.stdout
    assert "user.py:3:39: azure-deployment" in done.stdout
    assert "unstaged.py" not in done.stdout
    assert "3 findings: 2 fixable (gpt55-migrate apply, or check --fix), 1 for a person" in done.stdout


def test_the_hook_passes_where_nothing_is_fixable(desk, tool_repository, home):
    configured(desk, tool_repository, "gpt55-migrate")
    project(desk.parent, user=USER, app=CLEAN)
    git("add", "-A", cwd=desk)
    done = pre_commit("run", cwd=desk, home=home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout


def test_the_index_counts_and_not_the_working_tree(desk, tool_repository, home):
    configured(desk, tool_repository, "gpt55-migrate")
    project(desk.parent, app=CLEAN)
    git("add", "-A", cwd=desk)
    project(desk.parent, app=APP)
    assert pre_commit("run", cwd=desk, home=home).returncode == 0
    git("add", "app.py", cwd=desk)
    project(desk.parent, app=CLEAN)
    done = pre_commit("run", cwd=desk, home=home)
    assert done.returncode == 1
    assert "app.py:7:50:" in done.stdout
    assert (desk / "app.py").read_text() == CLEAN


def test_fix_changes_the_file_once_and_passes_then(desk, tool_repository, home):
    configured(desk, tool_repository, "gpt55-migrate-fix")
    project(desk.parent, app=APP)
    git("add", "-A", cwd=desk)
    first = pre_commit("run", cwd=desk, home=home)
    assert first.returncode == 1, first.stdout + first.stderr
    assert "files were modified by this hook" in first.stdout
    fixed = (desk / "app.py").read_text()
    assert "max_completion_tokens=5" in fixed
    git("add", "-A", cwd=desk)
    second = pre_commit("run", cwd=desk, home=home)
    assert second.returncode == 0, second.stdout + second.stderr
    assert (desk / "app.py").read_text() == fixed


def test_a_commit_is_stopped_until_the_baseline_knows(desk, tool_repository, home):
    configured(desk, tool_repository, "gpt55-migrate")
    project(desk.parent, app=APP)
    git("add", "-A", cwd=desk)
    assert pre_commit("install", cwd=desk, home=home).returncode == 0
    commit = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "app"]
    env = environment(desk.parent, PRE_COMMIT_HOME=str(home))
    stopped = subprocess.run(commit, cwd=desk, env=env, capture_output=True, encoding="utf-8", check=False)
    assert stopped.returncode == 1
    assert "GPT55-M001" in stopped.stderr + stopped.stdout
    write = [sys.executable, "-m", "migrator", "check", ".", "--write-baseline", ".gpt55-baseline.json"]
    subprocess.run(write, cwd=desk, env=env, check=True, capture_output=True)
    (desk / "pyproject.toml").write_text('[tool.gpt55-migrate]\nbaseline = ".gpt55-baseline.json"\n')
    git("add", "-A", cwd=desk)
    done = subprocess.run(commit, cwd=desk, env=env, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
