"""Files that are named on their own are judged as they are within their project."""

import shutil
import subprocess
import sys
from pathlib import Path

import processes
import pytest

from migrator import pipeline
from migrator.projectroot import project_of
from migrator.report.issues import issues
from migrator.settings import Settings

CHECKOUT = Path(__file__).parents[1]
DESK = CHECKOUT / "fixtures" / "support_desk"
CONFIG = 'MODEL = "gpt-4o"\n'
USER = """\
from openai import OpenAI

from config import MODEL

print(OpenAI().chat.completions.create(model=MODEL, messages=[], max_tokens=5))
"""
AZURE = """\
from openai import AzureOpenAI

client = AzureOpenAI()
"""
THROUGH_AZURE = """\
from clients import client

client.chat.completions.create(model="gpt-4o", messages=[])
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    root = tmp_path / "proj"
    root.mkdir()
    monkeypatch.chdir(root)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return root


def tool(*args, cwd):
    return processes.text(args, cwd=cwd, env={"PYTHONPATH": str(CHECKOUT), "HOME": str(cwd.parent)})


def points(inventory, path):
    return {(issue.line, issue.rule, issue.message) for issue in issues(inventory, path.__eq__)}


def naming_a_model():
    names = [path.relative_to(DESK).as_posix() for path in sorted(DESK.rglob("*.py"))]
    return [name for name in names if b'"gpt-' in (DESK / name).read_bytes()]


@pytest.fixture(scope="module")
def whole():
    return pipeline.review([DESK], Settings(), root=DESK)


@pytest.mark.parametrize("path", naming_a_model())
def test_a_file_on_its_own_has_the_findings_that_it_has_in_its_project(whole, path):
    alone = pipeline.review([DESK / path], Settings(), root=DESK)
    assert points(alone, path) == points(whole, path)
    assert {item.path for item in alone.references} <= {path}
    assert alone.coverage.seen == 1
    assert alone.coverage.read <= 1


def test_values_come_from_modules_that_were_not_named(project):
    (project / "clients.py").write_text(AZURE)
    (project / "app.py").write_text(THROUGH_AZURE)
    done = tool("check", "app.py", "--fail-on", "review", cwd=project)
    assert "azure-deployment" in done.stdout
    assert done.returncode == 1


def test_a_change_that_belongs_to_other_files_is_not_made_by_half(project):
    (project / "config.py").write_text(CONFIG)
    (project / "app.py").write_text(USER)
    done = tool("check", "--fix", "config.py", cwd=project)
    assert done.returncode == 1
    assert "must be made in other files too: name app.py" in done.stderr
    assert (project / "config.py").read_text() == CONFIG
    both = tool("check", "--fix", "config.py", "app.py", cwd=project)
    assert both.returncode == 0, both.stdout + both.stderr
    assert "max_completion_tokens" in (project / "app.py").read_text()


def test_trouble_elsewhere_is_not_reported(project):
    (project / "config.py").write_text(CONFIG)
    (project / "app.py").write_text(USER)
    (project / "broken.py").write_text("def (:  # gpt-4o\n")
    done = tool("check", "config.py", cwd=project)
    assert done.returncode == 1
    assert "broken.py" not in done.stdout + done.stderr


DECIDED = """\
import sys
from migrator.cli import cli
try:
    cli(["check", "app.py", "--unproven"])
except SystemExit as end:
    print(end.code, "migrator.decide.engine" in sys.modules)
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [("print(1)\n", "0 False"), (CONFIG, "1 True"), ("import far\n", "0 True")],
)
def test_only_what_has_to_do_with_a_model_is_decided(project, source, expected):
    (project / "app.py").write_text(source)
    (project / "far.py").write_text("import config\n")
    (project / "config.py").write_text(CONFIG)
    done = subprocess.run(
        [sys.executable, "-c", DECIDED], cwd=project, check=True, capture_output=True, encoding="utf-8",
        env={"PYTHONPATH": str(CHECKOUT), "HOME": str(project.parent)},
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == expected


def test_which_folder_is_the_project(project):
    inner = project / "services" / "chat" / "chat"
    inner.mkdir(parents=True)
    part = [inner / "a.py"]
    assert project_of(part, project) == project
    assert project_of([inner], inner) == inner
    (inner / "setup.py").touch()
    (inner / "__init__.py").touch()
    assert project_of(part, project) == project
    (project / "services" / "chat" / "pyproject.toml").touch()
    assert project_of(part, project) == project / "services" / "chat"
    (project / "services" / ".git").mkdir()
    assert project_of(part, project) == project / "services"
    shutil.rmtree(project / "services" / ".git")
    assert project_of([*part, project / "b.py"], project) == project


def test_a_home_folder_is_no_project(project, monkeypatch):
    monkeypatch.setenv("HOME", str(project))
    assert project_of([project / "notes" / "a.py"], project) == project / "notes"
