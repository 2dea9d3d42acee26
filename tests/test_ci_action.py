"""The GitHub action and the steps that the documentation shows, run as a runner would, with real git."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ci_support import APP, CHECKOUT, environment, git, repository

yaml = pytest.importorskip("yaml")

GH = """\
#!{python}
'''Stands in for GitHub: keeps the comments of one pull request in a file.'''
import json, pathlib, sys
words, store = sys.argv[1:], pathlib.Path({store!r})
comments = json.loads(store.read_text()) if store.exists() else []
fields = [word.removeprefix("body=@") for word in words if word.startswith("body=@")]
address = next(word for word in words if word.startswith("repos/"))
if not fields:
    marked = [c for c in comments if c["body"].startswith("<!-- gpt55-migrate -->")]
    print("\\n".join(str(c["id"]) for c in marked))
elif address.endswith("/issues/7/comments"):
    comments.append({{"id": 100 + len(comments), "body": pathlib.Path(fields[0]).read_text()}})
else:
    assert "PATCH" in words
    number = int(address.rsplit("/", 1)[1])
    for comment in comments:
        if comment["id"] == number:
            comment["body"] = pathlib.Path(fields[0]).read_text()
store.write_text(json.dumps(comments))
"""


@pytest.fixture(scope="module")
def action():
    return yaml.safe_load((CHECKOUT / "action.yml").read_text(encoding="utf-8"))


@pytest.fixture
def runner(tmp_path):
    """A pull request checked out as a runner does: one commit, its base not fetched."""
    upstream = repository(tmp_path / "upstream", old=APP)
    base = git("rev-parse", "HEAD", cwd=upstream).strip()
    (upstream / "app.py").write_text(APP)
    git("add", "-A", cwd=upstream)
    git("commit", "-qm", "change", cwd=upstream)
    git("config", "uploadpack.allowAnySHA1InWant", "true", cwd=upstream)
    work = tmp_path / "work"
    git("clone", "-q", "--depth=1", f"file://{upstream}", str(work), cwd=upstream)
    scripts = {
        "gh": GH.format(python=sys.executable, store=str(tmp_path / "comments.json")),
        "gpt55-migrate": f'#!/bin/sh\nexec "{sys.executable}" -m migrator "$@"\n',
    }
    for name, text in scripts.items():
        script = tmp_path / "bin" / name
        script.parent.mkdir(exist_ok=True)
        script.write_text(text)
        script.chmod(0o755)
    (tmp_path / "temp" / "gpt55-migrate" / "bin").mkdir(parents=True)
    shutil.copy(tmp_path / "bin" / "gpt55-migrate", tmp_path / "temp" / "gpt55-migrate" / "bin")
    return Runner(tmp_path, work, base)


class Runner:
    def __init__(self, home, work, base):
        self.home, self.work, self.base = home, work, base
        self.values = {
            "github.event.pull_request.base.sha": base,
            "github.event.pull_request.number": "7",
            "github.token": "none",
            "github.action_path": str(CHECKOUT),
        }

    def run(self, step, inputs, code=0):
        values = {**self.values, **{f"inputs.{name}": value for name, value in inputs.items()}}

        def filled(text):
            return re.sub(r"\$\{\{ (.+?) \}\}", lambda match: values[match[1]], text)

        env = {name: filled(value) for name, value in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.work, capture_output=True, encoding="utf-8", check=False,
            env=environment(
                self.home, RUNNER_TEMP=str(self.home / "temp"), GITHUB_WORKSPACE=str(self.work),
                GITHUB_OUTPUT=str(self.home / "output"), GITHUB_STEP_SUMMARY=str(self.home / "summary.md"),
                GITHUB_REPOSITORY="o/r", GITHUB_BASE_REF="main",
                PATH=f"{self.home / 'bin'}:{os.environ['PATH']}", **env,
            ),
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def comments(self):
        return [comment["body"] for comment in json.loads((self.home / "comments.json").read_text())]


def defaults(action):
    return {name: str(field.get("default", "")) for name, field in action["inputs"].items()}


def step(action, name):
    return next(step for step in action["runs"]["steps"] if step["name"].startswith(name))


def test_a_pull_request_answers_for_its_own_lines(action, runner):
    inputs = {**defaults(action), "sarif": "gpt55.sarif"}
    done = runner.run(step(action, "Check"), inputs, code=1)
    assert "::error file=app.py,line=7," in done.stdout
    assert "old.py" not in done.stdout
    assert (runner.home / "output").read_text() == "exit-code=1\n"
    assert "`app.py:7`" in (runner.home / "summary.md").read_text()
    assert len(json.loads((runner.work / "gpt55.sarif").read_text())["runs"][0]["results"]) == 2


def test_everything_and_never_failing(action, runner):
    inputs = {**defaults(action), "diff-base": "", "fail-on": "never"}
    done = runner.run(step(action, "Check"), inputs)
    assert "file=old.py" in done.stdout
    assert (runner.home / "output").read_text() == "exit-code=1\n"


def test_wrong_settings_are_said_once(action, runner):
    (runner.work / "pyproject.toml").write_text("[tool.gpt55-migrate]\nx = 1\n")
    done = runner.run(step(action, "Check"), defaults(action), code=2)
    assert done.stderr.count("unknown setting") == 1


def test_the_comment_is_written_once_and_then_kept_up_to_date(action, runner):
    inputs = {**defaults(action), "comment": "true"}
    for _ in range(2):
        runner.run(step(action, "Check"), inputs, code=1)
        runner.run(step(action, "Comment"), inputs)
    assert len(runner.comments()) == 1
    assert "2 to fix" in runner.comments()[0]
    (runner.work / "app.py").write_text("print(1)\n")
    runner.run(step(action, "Check"), inputs)
    runner.run(step(action, "Comment"), inputs)
    assert len(runner.comments()) == 1
    assert "nothing left to do" in runner.comments()[0]


def test_inputs_cannot_become_commands(action):
    for each in action["runs"]["steps"]:
        assert "${{" not in each["run"]


def test_the_documented_step_does_the_same(runner):
    text = (CHECKOUT / "docs" / "how-to" / "ci.md").read_text(encoding="utf-8")
    block = next(part for part in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "gh api" in part)
    documented = yaml.safe_load(block)[0]
    assert len(documented["run"].strip().splitlines()) == 5
    git("fetch", "-q", "--depth=2", "origin", "main:refs/remotes/origin/main", cwd=runner.work)
    for _ in range(2):
        runner.run(documented, {})
    assert len(runner.comments()) == 1


def test_every_example_of_the_documentation_is_yaml():
    for name in ("ci.md", "pre-commit.md"):
        text = (CHECKOUT / "docs" / "how-to" / name).read_text(encoding="utf-8")
        blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
        assert blocks
        assert all(yaml.safe_load(block) for block in blocks)


@pytest.mark.network
@pytest.mark.slow
def test_the_action_installs_itself(action, runner):
    shutil.rmtree(runner.home / "temp" / "gpt55-migrate")
    runner.run(step(action, "Install"), {**defaults(action), "python": sys.executable})
    done = runner.run(step(action, "Check"), defaults(action), code=1)
    assert "::error file=app.py,line=7," in done.stdout
    assert Path(runner.home / "temp" / "gpt55-migrate" / "bin" / "gpt55-migrate").is_file()
