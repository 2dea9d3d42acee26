"""The commands on small projects, from the first look to the undo."""

import json
import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from migrator.cli import cli

APP = """\
from openai import OpenAI

client = OpenAI(api_key="sk-abcdefghijklmnopqrstuvwx")


def support_reply(m: list[str]):
    return client.chat.completions.create(model="gpt-4o", messages=m, max_tokens=5)
"""
OTHER = """\
from openai import OpenAI

# gpt-4o was fine
print(OpenAI().responses.create(model="gpt-5", input="hello", temperature=0))
"""
CLEAN = "print('nothing here')\n"
AZURE = """\
from openai import AzureOpenAI

AzureOpenAI().chat.completions.create(model="gpt-4o", messages=[])
"""


@pytest.fixture
def project(tmp_path, monkeypatch, tmp_path_factory):
    root = tmp_path / "proj"
    (root / "src").mkdir(parents=True)
    (root / "src" / "app.py").write_text(APP)
    (root / "src" / "other.py").write_text(OTHER)
    (root / "clean.py").write_text(CLEAN)
    monkeypatch.chdir(root)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    return root


def run(*args):
    return CliRunner().invoke(cli, args)


def snapshot(root):
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def git(*words, cwd, data=None):
    return subprocess.run(["git", *words], cwd=cwd, input=data, capture_output=True, check=False)


# -- looking -------------------------------------------------------------------------------------


@pytest.mark.parametrize("args", [(), (".",), ("review", "."), ("src",), ("src/app.py", "clean.py")])
def test_review_is_the_default_and_writes_nothing(project, args):
    before = snapshot(project)
    result = run(*args)
    assert result.exit_code == 0, result.output
    assert "best on gpt-5.5" in result.stdout
    assert "abcdefghijklmnop" not in result.stdout
    assert "gpt-4o → gpt-5.5" in run("review", "-v", *[one for one in args if one != "review"]).stdout
    assert snapshot(project) == before


def test_scan_text(project):
    result = run("scan", ".")
    assert result.exit_code == 0
    assert "src/app.py\n" in result.stdout
    assert "was fine" not in result.stdout
    assert result.stdout.count("rewrite ") == 2


def test_scan_all_says_what_is_left(project):
    assert "leave" in run("scan", ".", "--all").stdout


def test_scan_json(project):
    data = json.loads(run("scan", "--format", "json").stdout)
    assert {item["path"] for item in data["references"]} == {"src/app.py", "src/other.py"}
    assert {"rewrite", "leave"} == {item["action"] for item in data["references"]}


def test_one_folder_is_the_root(project):
    data = json.loads(run("scan", "src", "--format", "json").stdout)
    assert {item["path"] for item in data["references"]} == {"app.py", "other.py"}


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_a_report_goes_to_a_file(project, form):
    plain = run("scan", "--format", form).stdout
    result = run("scan", "--format", form, "--output", "report.out")
    assert result.stdout == ""
    assert (project / "report.out").read_text(encoding="utf-8") == plain


def test_a_report_that_cannot_be_saved(project):
    result = run("scan", "--output", "none/report.out")
    assert result.exit_code == 2
    assert "--output none/report.out: cannot be written" in result.stderr


def test_a_clean_project(project):
    assert run("scan", "clean.py").exit_code == 0
    assert "nothing" in run("clean.py").stdout


# -- diff ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["nothing", "repository", "below"])
def test_the_patch_is_taken_by_git_apply(project, where):
    if where != "nothing":
        git("init", "-q", cwd=project if where == "repository" else project.parent)
    patch = run("diff", ".").stdout_bytes
    done = git("apply", "-", cwd=project, data=patch)
    assert done.returncode == 0, done.stderr
    assert "max_completion_tokens=5" in (project / "src" / "app.py").read_text()
    assert run("diff", ".").stdout_bytes == b""


def test_the_patch_of_a_folder_is_relative_to_it(project):
    patch = run("diff", "src").stdout_bytes
    assert b"--- a/app.py" in patch
    assert git("apply", "--directory=src", "-", cwd=project, data=patch).returncode == 0


def test_the_patch_keeps_odd_bytes(project):
    odd = b'# coding: latin-1\r\nfrom openai import OpenAI\r\nx = "\xe9"\x0c\r\n'
    odd += b'OpenAI().responses.create(model="gpt-5", input=x)'
    (project / "odd.py").write_bytes(odd)
    patch = run("diff", "odd.py").stdout_bytes
    assert git("apply", "-", cwd=project, data=patch).returncode == 0
    assert (project / "odd.py").read_bytes() == odd.replace(b"gpt-5", b"gpt-5.5")


# -- apply ---------------------------------------------------------------------------------------


def test_apply_and_undo(project):
    before = snapshot(project)
    result = run("apply", ".", "--yes")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == ["src/app.py", "src/other.py"]
    assert snapshot(project) != before
    undo = next(line for line in result.stderr.splitlines() if line.startswith("To undo: "))
    subprocess.run(undo.removeprefix("To undo: "), shell=True, check=True)
    assert snapshot(project) == before


def test_applying_twice_changes_nothing(project):
    run("apply", "--yes")
    before = snapshot(project)
    result = run("apply", "--yes")
    assert result.exit_code == 0
    assert "Nothing to change." in result.stderr
    assert snapshot(project) == before


def test_safe_only(project):
    run("apply", "--yes", "--safe-only")
    assert "temperature=0" in (project / "src" / "other.py").read_text()


def test_another_run_at_the_same_time_is_refused(project):
    from migrator.write.lock import exclusive

    with exclusive(project):
        result = run("apply", "--yes")
    assert result.exit_code == 3
    assert "another run" in result.stderr
    assert (project / "src" / "app.py").read_text() == APP


def test_what_a_killed_run_left_is_swept(project):
    left = project / "src" / ".gpt55-migrate-x1.tmp"
    left.write_text("half")
    run("apply", "--yes")
    assert not left.exists()


def at_terminal(args, answers):
    """Run on a pseudo-terminal, answer each question, and return the exit code and all output."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm", NO_COLOR="1", COLUMNS="120", PAGER="cat")
        os.execv(sys.executable, [sys.executable, "-m", "migrator", *args])
    output, waiting, deadline = b"", list(answers), time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        output += data
        if waiting and output.rstrip().endswith((b"[y/N]:", b"[y,n,a,d,q,e,v,?]?")):
            os.write(terminal, waiting.pop(0).encode() + b"\n")
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), output.decode().replace("\r\n", "\n")


def test_apply_asks(project):
    code, out = at_terminal(["apply", "."], ["n"])
    assert code == 0
    assert "src/app.py  2 edits" in out
    assert "Nothing was written." in out
    assert (project / "src" / "app.py").read_text() == APP
    code, out = at_terminal(["apply", ".", "-v"], ["y"])
    assert code == 0
    assert "max_completion_tokens=5" in out
    assert "To undo: " in out
    assert (project / "src" / "app.py").read_text() != APP


def test_interactive_takes_groups_whole(project):
    code, out = at_terminal(["apply", ".", "-i"], ["?", "v", "y", "n"])
    assert code == 0
    assert "2 edits in 1 file" in out
    assert "Together with it: without these the new id would be refused" in out
    assert "--- a/src/app.py" in out, "its files, whole, before deciding"
    assert "(1/2) Make this change" in out
    assert "y - make this change" in out
    changed = (project / "src" / "app.py").read_text()
    assert "max_completion_tokens=5" in changed
    assert 'model="gpt-5.5' in changed
    assert (project / "src" / "other.py").read_text() == OTHER


def test_interactive_edits(project, tmp_path, monkeypatch):
    editor = tmp_path / "editor.sh"
    editor.write_text(
        "#!/bin/sh\nsed -i 's/^+\\(.*\\)max_completion_tokens=5/+\\1max_completion_tokens=7/' \"$1\"\n"
    )
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    code, _ = at_terminal(["apply", ".", "-i"], ["e", "y"])
    assert code == 0
    assert "max_completion_tokens=7" in (project / "src" / "app.py").read_text()
    assert (project / "src" / "other.py").read_text() != OTHER


def test_interactive_quits(project):
    before = snapshot(project)
    code, _ = at_terminal(["apply", ".", "-i"], ["q"])
    assert code == 0
    assert snapshot(project) == before


def test_interactive_takes_or_leaves_the_rest_of_a_file(project):
    (project / "src" / "app.py").write_text(APP + OTHER)
    at_terminal(["apply", "src/app.py", "-i"], ["a"])
    changed = (project / "src" / "app.py").read_text()
    assert '"gpt-4o"' not in changed
    assert '"gpt-5"' not in changed
    (project / "src" / "app.py").write_text(APP + OTHER)
    at_terminal(["apply", "src/app.py", "-i"], ["d"])
    assert (project / "src" / "app.py").read_text() == APP + OTHER


def test_the_patch_in_colour_at_a_terminal_only(project):
    env = {**os.environ, "FORCE_COLOR": "1"}
    piped = subprocess.run(
        [sys.executable, "-m", "migrator", "diff"], capture_output=True, check=True, env=env
    )
    assert b"\033" not in piped.stdout
    assert b"list[str]" in piped.stdout


# -- check ---------------------------------------------------------------------------------------


def test_check_is_quiet_when_clean(project):
    result = run("check", "clean.py")
    assert (result.exit_code, result.output) == (0, "")


def test_check_names_each_finding_in_the_files_given(project):
    result = run("check", "src/app.py", "clean.py")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith("src/app.py:7:")
    assert all(line.startswith("src/app.py:7:") for line in lines)
    assert result.stderr.startswith(f"{len(lines)} findings: ")


def test_questions_are_warnings_unless_asked_for(project):
    (project / "azure.py").write_text(AZURE)
    result = run("check", "azure.py")
    assert result.exit_code == 0
    assert "azure-deployment" in result.stdout
    assert run("check", "azure.py", "--fail-on", "review").exit_code == 1
    assert run("check", "azure.py", "--fail-on", "any").exit_code == 1


def test_check_fix(project):
    result = run("check", "--fix", "src/app.py")
    assert result.exit_code == 0, result.output
    assert "Fixed src/app.py: 2 edits" in result.stderr
    assert "max_completion_tokens" in (project / "src" / "app.py").read_text()
    assert (project / "src" / "other.py").read_text() == OTHER


def test_after_apply_the_hook_is_green(project):
    run("apply", "--yes")
    assert run("check", ".").exit_code == 0


def test_check_on_clean_files_imports_little(project):
    code = """
import sys
from migrator.cli import cli
try:
    cli(["check", "clean.py"])
except SystemExit as end:
    assert end.code == 0
print([name for name in ("rich", "libcst", "migrator.write.render") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == b"[]\n"


# -- explain -------------------------------------------------------------------------------------


def test_explain(project):
    result = run("explain", "src/app.py:7")
    assert result.exit_code == 0
    for piece in ("call site: openai.chat.completions", "recommended  gpt-5.5", "GPT55-"):
        assert piece in result.stdout


def test_explain_from_another_root(project):
    assert "call site" in run("explain", "app.py:7", "--root", "src").stdout
    assert "call site" in run("explain", "src/app.py:7", "--root", "src").stdout


def test_explain_a_line_with_nothing(project):
    result = run("explain", "clean.py:1")
    assert result.exit_code == 0
    assert "no old model is named" in result.stdout


# -- what cannot be read -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [b'model = "gpt-4o"\nprint "x"\n', b'# gpt-4o \xff\xfe\nx = "\x80"\n', b"# coding: nonsense\n# gpt-4o\n"],
    ids=["syntax", "undecodable", "cookie"],
)
@pytest.mark.parametrize("args", [("scan",), ("diff",), ("review", "-v"), ("apply", "--yes"), ("check", ".")])
def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_done(project, data, args):
    (project / "broken.py").write_bytes(data)
    result = run(*args)
    assert result.exit_code == 3
    assert "broken.py" in result.output
    assert "Traceback" not in result.output
    if args[0] == "apply":
        assert "gpt-5.5" in (project / "src" / "app.py").read_text()
    else:
        assert "app.py" in result.stdout


def test_a_named_file_that_is_no_python(project):
    (project / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00gpt-4o\x00")
    result = run("scan", "logo.png", "src/app.py")
    assert result.exit_code == 3
    assert "logo.png" in result.output
    assert "src/app.py" in result.stdout


def test_the_patch_at_a_terminal_has_colours_and_the_same_text(project):
    patch = run("diff").stdout
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.pop("NO_COLOR", None)
        os.environ.update(TERM="xterm")
        os.execv(sys.executable, [sys.executable, "-m", "migrator", "diff"])
    shown = b""
    while True:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data
    os.close(terminal)
    os.waitpid(pid, 0)
    text = shown.decode().replace("\r\n", "\n").rpartition("\033[2K")[2]  # without a bar that came and went
    assert "\033[32m+" in text
    assert re.sub(r"\033\[[0-9;]*m", "", text) == patch
