"""`check --diff-base`: pull requests answer for their own lines."""

import pytest
from ci_support import APP, git, project, repository, tool

TWO = (
    APP
    + """

def second(m):
    return client.chat.completions.create(model="gpt-5", messages=m)
"""
)


@pytest.fixture
def root(tmp_path):
    root = repository(tmp_path, app=APP, old=APP)
    git("checkout", "-qb", "work", cwd=root)
    return root


def commit(root):
    git("add", "-A", cwd=root)
    git("commit", "-qm", "work", cwd=root)


@pytest.mark.parametrize("committed", [True, False])
def test_only_lines_changed_since_the_base(root, committed):
    (root / "app.py").write_text(TWO)
    if committed:
        commit(root)
    done = tool("check", ".", "--diff-base", "main", cwd=root, code=1)
    assert [line.split(" ")[0] for line in done.stdout.splitlines()] == ["app.py:11:50:"]


def test_nothing_changed(root):
    assert tool("check", ".", "--diff-base", "main", cwd=root, code=0).stdout == ""


def test_what_the_base_changed_meanwhile_does_not_count(root):
    (root / "clean.py").write_text("print(1)\n")
    commit(root)
    git("checkout", "-q", "main", cwd=root)
    (root / "app.py").write_text(TWO)
    commit(root)
    git("checkout", "-q", "work", cwd=root)
    tool("check", ".", "--diff-base", "main", cwd=root, code=0)


def test_new_files_moved_files_and_odd_names(root):
    git("mv", "old.py", "moved.py", cwd=root)
    (root / "ä b.py").write_text(APP)
    (root / 'quoted".py').write_text(APP)
    (root / "new.py").write_text(APP)
    git("add", "ä b.py", 'quoted".py', cwd=root)
    done = tool("check", ".", "--diff-base", "main", cwd=root, code=1)
    assert {line.split(":")[0] for line in done.stdout.splitlines()} == {"new.py", "ä b.py", 'quoted".py'}


def test_a_touched_line_of_a_call_is_enough(root):
    spread = APP.replace("m, max_tokens=5)", "m,\n        max_tokens=5,\n    )")
    (root / "app.py").write_text(spread)
    commit(root)
    git("branch", "-f", "main", cwd=root)
    (root / "app.py").write_text(spread.replace("=5", "=6"))
    done = tool("check", ".", "--diff-base", "main", cwd=root, code=1)
    assert "max_tokens" in done.stdout
    assert "GPT55-M001" not in done.stdout


def test_paths_of_a_folder_below_the_top(tmp_path):
    root = repository(tmp_path, services__app=APP)
    (root / "services" / "app.py").write_text(TWO)
    for folder in (root, root / "services"):
        done = tool("check", "." if folder != root else "services", "--diff-base", "HEAD", cwd=folder, code=1)
        assert done.stdout.startswith("app.py:11:")


def test_fix_changes_only_what_is_reported(root):
    (root / "app.py").write_text(TWO)
    tool("check", ".", "--fix", "--diff-base", "main", cwd=root, code=0)
    text = (root / "app.py").read_text()
    assert text.startswith(APP)
    assert '"gpt-5"' not in text


def test_one_line_where_git_cannot_say(tmp_path, root):
    done = tool("check", ".", "--diff-base", "origin/none", cwd=root, code=2)
    assert "--diff-base origin/none is unknown here; fetch it first" in done.stderr
    plain = project(tmp_path / "plain", app=APP)
    outside = tool(
        "check", ".", "--diff-base", "main", cwd=plain, code=2, GIT_CEILING_DIRECTORIES=str(tmp_path)
    )
    assert "--diff-base needs a git repository: not a git repository" in outside.stderr
    assert outside.stderr.count("\n") == 1
    assert "expected a revision" in tool("check", ".", "--diff-base=--output=x", cwd=root, code=2).stderr
    missing = tool("check", ".", "--diff-base", "main", cwd=root, code=2, PATH=str(tmp_path))
    assert "needs git, which is not installed" in missing.stderr
