"""The command line itself: defaults, errors of one line, exit codes, help."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from migrator.cli import cli, program
from migrator.commands import guard, options, target
from migrator.errors import WorkError


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GPT55_DEBUG", raising=False)
    return tmp_path


@pytest.fixture(autouse=True)
def _importable(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))


def run(*args):
    return CliRunner().invoke(cli, args)


def problem(*args):
    """The one line on standard error of a command that ends with exit code 2."""
    result = run(*args)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("gpt55-migrate: ")
    assert result.stderr.count("\n") == 1
    return result.stderr.removeprefix("gpt55-migrate: ").rstrip()


# -- usage ---------------------------------------------------------------------------------------


def test_version():
    assert run("--version").stdout.startswith("gpt55-migrate 0.")


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_teaches_by_example(flag):
    out = run(flag).stdout
    assert "gpt55-migrate diff . | git apply" in out
    assert "Exit codes: 0 nothing left to do" in out


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_has_an_example(name):
    result = run(name, "-h")
    assert result.exit_code == 0
    assert "  gpt55-migrate" in result.stdout


def test_a_path_that_is_missing(here):
    assert problem("nope") == "nope: there is no such file or folder"
    assert problem("diff", "nope") == "nope: there is no such file or folder"


def test_a_command_that_is_mistyped(here):
    assert problem("scna").endswith('did you mean the command "scan"?')


def test_a_path_outside_the_working_directory(here):
    (here / "in").mkdir()
    (here / "a.py").write_text("")
    os.chdir(here / "in")
    assert "outside" in problem("../a.py")
    assert "outside" in problem(".", "..")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_path_that_is_neither_file_nor_folder(here):
    os.mkfifo(here / "pipe")
    assert problem("pipe") == "pipe: neither a file nor a folder"


def test_unknown_options_and_values(here):
    assert "--form" in problem("scan", "--form", "json")
    assert "xml" in problem("scan", "--format", "xml")
    assert "tst is none of src" in problem("--write-contexts", "tst")
    assert problem("--map", "gpt-4o").startswith("--map gpt-4o: expected OLD=TARGET")
    assert "gone.toml" in problem("--rules", "gone.toml")


def test_check_needs_files(here):
    assert "FILE" in problem("check")


def test_explain_needs_a_place(here):
    (here / "a.py").write_text("")
    assert problem("explain", "a.py").startswith("a.py: expected PATH:LINE")
    assert problem("explain", "a.py:0").startswith("a.py:0: expected PATH:LINE")
    assert problem("explain", "b.py:1").startswith("b.py: there is no such file below")


def test_settings_that_cannot_be_used(here):
    (here / "pyproject.toml").write_text("[tool.gpt55-migrate]\ncontxt = 'fit'\n")
    expected = 'pyproject.toml: [tool.gpt55-migrate]: unknown setting "contxt"; did you mean "context"?'
    assert problem("scan") == expected


def test_names_that_no_catalogue_has(here):
    assert problem("--from", "gpt4").startswith('sources: unknown family "gpt4"; did you mean "gpt-4')
    assert problem("--map", "gpt-4o=maxi").startswith('map: "gpt-4o" = "maxi": no target')


def test_a_rule_file_that_cannot_be_used(here):
    (here / "own.toml").write_text("[[call]]\nid = 3\n")
    assert "own.toml" in problem("models", "--rules", "own.toml")


def test_a_catalogue_that_is_not_there(here):
    assert "nope" in problem("models", "--catalog", "nope")


def test_apply_without_a_terminal_asks_for_yes(here):
    assert "--yes" in problem("apply")
    assert "--yes" in problem("apply", "--interactive")
    assert "exclude each other" in problem("apply", "--yes", "--interactive")


# -- what the options become ---------------------------------------------------------------------


def test_options_become_settings():
    given = {"sources": ("gpt-4,o1", "o3"), "mapping": ("gpt-4o = mini",), "select": (), "jobs": 0}
    overrides = options.overrides(given)
    assert overrides["sources"] == ("gpt-4", "o1", "o3")
    assert overrides["map"] == {"gpt-4o": "mini"}
    assert overrides["jobs"] == 0


def test_one_folder_is_the_root(here):
    (here / "src").mkdir()
    assert target.resolve(["src"]).root == here / "src"
    assert target.resolve([]).root == here
    assert target.resolve([]).named == "."


def test_files_and_several_paths_are_below_the_working_directory(here):
    (here / "src").mkdir()
    (here / "a b.py").write_text("")
    where = target.resolve(["src", "a b.py"])
    assert where.root == here
    assert where.named == "src 'a b.py'"
    assert where.covers("src/x.py")
    assert where.covers("a b.py")
    assert not where.covers("srcs/x.py")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], ["review"]),
        (["src"], ["review", "src"]),
        (["--from", "gpt-4", "src"], ["review", "--from", "gpt-4", "src"]),
        (["scan", "x"], ["scan", "x"]),
        (["./scan"], ["review", "./scan"]),
        (["--debug"], ["review", "--debug"]),
        (["--debug", "scan"], ["--debug", "scan"]),
        (["--version"], ["--version"]),
    ],
)
def test_review_is_the_default_command(given, expected):
    assert program.with_default(given, cli.commands) == expected


# -- errors --------------------------------------------------------------------------------------


def code_of(action, *, debug=False):
    with pytest.raises(SystemExit) as caught:
        guard.guarded(action, debug=debug)
    return caught.value.code


def raising(error):
    def action():
        raise error

    return action


def test_an_unexpected_error_is_one_line_without_secrets(capsys):
    assert code_of(raising(KeyError("sk-abcdefghijklmnop"))) == 3
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "unexpected KeyError at test_cli_usage.py:" in err
    assert "--debug" in err
    assert "abcdefghij" not in err


@pytest.mark.parametrize("by", ["option", "environment"])
def test_the_traceback_on_request(capsys, monkeypatch, by):
    if by == "environment":
        monkeypatch.setenv("GPT55_DEBUG", "1")
    assert code_of(raising(KeyError("x")), debug=by == "option") == 3
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_other_ends(capsys):
    assert code_of(lambda: None) == 0
    assert code_of(lambda: 1) == 1
    assert code_of(raising(WorkError("no space"))) == 3
    assert code_of(raising(KeyboardInterrupt())) == 130
    assert code_of(raising(click.exceptions.Abort())) == 130
    assert capsys.readouterr().err == (
        "gpt55-migrate: no space\ngpt55-migrate: interrupted\ngpt55-migrate: interrupted\n"
    )


def test_a_closed_pipe_is_quiet():
    reader = subprocess.Popen(["true"], stdin=subprocess.PIPE)
    reader.wait()
    done = subprocess.run(
        [sys.executable, "-m", "migrator", "models"], stdout=reader.stdin, stderr=subprocess.PIPE, check=False
    )
    assert done.stderr == b""
    assert done.returncode == 141


def test_an_ascii_terminal_gets_ascii_whatever_is_said():
    done = subprocess.run(
        [sys.executable, "-m", "migrator", "caf\u00e9"],
        capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 2
    assert b"caf\\xe9: there is no such file" in done.stderr


def test_shell_completion_is_clicks_own():
    asked = {"_GPT55_MIGRATE_COMPLETE": "bash_complete", "COMP_WORDS": "gpt55-migrate ", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-c", "from migrator.cli import main; main()"],
        capture_output=True, check=False, text=True, env={**os.environ, **asked},
    )  # fmt: skip
    assert "plain,scan" in done.stdout
    assert "file," in done.stdout


def test_the_command_line_imports_only_what_it_needs():
    heavy = ("rich", "libcst", "tomli", "urllib.request")
    code = f"import migrator.cli, sys; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"[]\n"


# -- completion ----------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_as_the_readme_has_it(monkeypatch, shell):
    monkeypatch.setenv("_GPT55_MIGRATE_COMPLETE", f"{shell}_source")
    result = CliRunner().invoke(cli, [], prog_name="gpt55-migrate")
    assert result.exit_code == 0
    assert "gpt55_migrate" in result.stdout
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert f"_GPT55_MIGRATE_COMPLETE={shell}_source gpt55-migrate" in readme


def test_completion_offers_commands_and_formats(monkeypatch):
    monkeypatch.setenv("_GPT55_MIGRATE_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "gpt55-migrate check --format ")
    monkeypatch.setenv("COMP_CWORD", "3")
    result = CliRunner().invoke(cli, [], prog_name="gpt55-migrate")
    assert "plain,sarif" in result.stdout.splitlines()


# -- standard input, completion, groups ----------------------------------------------------------

SENT = 'import openai\n\nopenai.OpenAI().chat.completions.create(model="gpt-4o", messages=[])\n'


def piped(text, *args):
    return CliRunner().invoke(cli, ("check", "-", *args), input=text)


def test_standard_input_is_judged_in_place_of_its_file(here):
    (here / "clients.py").write_text("import openai\n\nclient = openai.AzureOpenAI()\n")
    (here / "app.py").write_text("nothing = 1\n")
    text = 'from clients import client\n\nclient.chat.completions.create(model="gpt-4o", messages=[])\n'
    done = piped(text, "--stdin-filename", "app.py", "--fail-on", "review")
    assert (done.exit_code, done.stdout.split()[0]) == (1, "app.py:3:39:")
    assert "azure-deployment" in done.stdout, "its project says whose client it is"
    assert (here / "app.py").read_text() == "nothing = 1\n"
    assert run("check", "app.py").exit_code == 0, "what was piped is kept nowhere"


@pytest.mark.parametrize(
    ("name", "shown"), [((), "stdin.py:3"), (("--stdin-filename", "a/new.py"), "a/new.py:3")]
)
def test_standard_input_of_no_file(here, name, shown):
    done = piped(SENT, *name)
    assert done.exit_code == 1
    assert done.stdout.startswith(shown)
    assert os.listdir(here) == []
    assert Path.cwd() == here
    assert piped("x = 1\n", *name).exit_code == 0


@pytest.mark.parametrize(
    "args", [("check", "-", "--fix"), ("check", "-", "a.py"), ("check", ".", "--stdin-filename", "a")]
)
def test_standard_input_alone_and_only_read(here, args):
    assert "check -" in problem(*args)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["scan", "--select", "GPT55-T0"], "GPT55-T001"),
        (["check", "--ignore", "GPT55-P001,dyn"], "GPT55-P001,dynamic"),
        (["diff", "--catalog", "pub"], "published"),
        (["apply", "--from", "gpt-3"], "gpt-3.5"),
        (["explain", "azure"], "azure-deployment"),
        (["--safe"], "--safe-only"),
    ],
)
def test_completion(here, words, found):
    from click.shell_completion import BashComplete

    names = BashComplete(cli, {}, "gpt55-migrate", "_X").get_completions(words[:-1], words[-1])
    assert found in [one.value for one in names]


def test_options_and_commands_stand_in_groups(here):
    text = run("scan", "--help").stdout
    titles = ["What is migrated, and to what:", "Which files:", "What is known besides:", "What is shown:"]
    assert [line for line in text.splitlines() if line in titles] == titles
    text = run("--help").stdout
    assert "...\n" not in text.partition("Look:")[2]
    assert set(cli.commands) <= set(text.split())
    assert max(map(len, text.splitlines())) <= 80


def test_verbose_shows_notes_and_counts_them_apart(here):
    (here / "tests").mkdir()
    (here / "tests" / "test_app.py").write_text(SENT)
    assert run("check", ".").output == ""
    done = run("check", ".", "-v")
    assert "tests/test_app.py:3:" in done.stdout
    assert done.stderr == "1 finding: 1 for information\n"


def test_all_well_is_said_to_people_only(here, monkeypatch):
    (here / "app.py").write_text("x = 1\n")
    assert run("check", "app.py").output == ""
    from migrator.report.style import Style

    monkeypatch.setattr("migrator.commands.check.style_of", lambda stream: Style(terminal=True))
    assert run("check", "app.py").output == "All well: 1 file looked at, nothing left to do.\n"
    assert run("check", "-q", "app.py").output == ""
