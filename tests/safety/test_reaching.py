"""What a scanned repository holds cannot make the tool hang, nor write or read outside the repository."""

from __future__ import annotations

import os
import stat
import subprocess

import pytest

from migrator.regexes import is_slow
from migrator.rulebook.rulefiles import load_rulebook
from safety import programs

CALL = b"""\
from openai import OpenAI

print(OpenAI().chat.completions.create(model="gpt-4o", messages=[], max_tokens=5))
"""
TABLE = "[tool.gpt55-migrate]\n"


def project(home, settings="", **files):
    base = {"pyproject.toml": (TABLE + settings).encode(), "m.py": CALL}
    return programs.lay(home / "project", {**base, **files})


def secret(home):
    (home / "secret.toml").write_bytes(b'password = "hunter2-hunter2"\n')
    (home / "secret").write_bytes(b'password = "hunter2-hunter2"\n')
    return (home / "secret").read_bytes()


# -- settings ------------------------------------------------------------------------------------

REFUSED = {
    "slow per-path": '[[tool.gpt55-migrate.per-path]]\npath = "*a*a*a*a*a*b"\nmap = { "gpt-4o" = "mini" }\n',
    "odd per-path": '[[tool.gpt55-migrate.per-path]]\npath = "[z-a]"\nmap = { "gpt-4o" = "mini" }\n',
    "no number": "weights = { a = nan }\n",
    "endless weight": "weights = { a = inf }\n",
    "large weight": "weights = { a = 1e300 }\n",
    "catalogue without suffix": 'catalog = "../secret"\n',
    "catalogue by its whole path": 'catalog = "/etc/passwd"\n',
    "rules are a folder": 'rules = ["."]\n',
    "rules are a pipe": 'rules = ["pipe"]\n',
    "catalogue is a pipe": 'catalog = "pipe.toml"\n',
    "negative jobs": "jobs = -1\n",
    "unknown: cache": 'cache = "/tmp/x"\n',
    "unknown: output": 'output = "/tmp/x"\n',
}


@pytest.mark.parametrize("kind", REFUSED)
def test_settings_that_cannot_be_used_are_named(tmp_path, kind):
    secret(tmp_path)
    root = project(tmp_path, REFUSED[kind])
    os.mkfifo(root / "pipe")
    os.mkfifo(root / "pipe.toml")
    done = programs.run("scan", root, home=tmp_path)
    assert done.returncode == 2
    assert b"pyproject.toml" in done.stderr
    assert b"hunter2" not in done.stdout + done.stderr


def test_a_thousand_jobs_are_not_started(tmp_path):
    many = {f"many/m{n}.py": b"x = 1\n" for n in range(400)}
    root = project(tmp_path, "jobs = 1000000\n", **many)
    done = programs.run("scan", root, "--format", "json", home=tmp_path)
    assert done.returncode == 0


def test_per_path_patterns_are_used(tmp_path):
    """The noop of the refusals above."""
    settings = '[[tool.gpt55-migrate.per-path]]\npath = "m*.py"\nmap = { "gpt-4o" = "mini" }\n'
    root = project(tmp_path, settings + "[tool.gpt55-migrate.weights]\nlive-chat = 2.5\n")
    assert b"gpt-5.5-mini" in programs.run("scan", root, home=tmp_path).stdout


# -- a baseline ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["pipe", "link out", "folder", "deep", "large"])
def test_a_baseline_that_is_none(tmp_path, kind):
    secret(tmp_path)
    root = project(tmp_path, 'baseline = "base.json"\n')
    file = root / "base.json"
    if kind == "pipe":
        os.mkfifo(file)
    elif kind == "link out":
        file.symlink_to(tmp_path / "secret")
    elif kind == "folder":
        file.mkdir()
    elif kind == "deep":
        file.write_text("[" * 200_000)
    else:
        with file.open("wb") as stream:
            stream.truncate(100_000_000)
    done = programs.run("check", "m.py", home=tmp_path, cwd=root)
    assert done.returncode == 2
    assert b"base.json" in done.stderr
    assert b"hunter2" not in done.stdout + done.stderr


# -- files of ours beside links -------------------------------------------------------------------


def test_reports_do_not_follow_links(tmp_path):
    """Links laid where a report or its temporary file will be."""
    kept = secret(tmp_path)
    root = project(tmp_path)
    for name in ("report.json", "report.json.part", ".gpt55-baseline.json", ".gpt55-baseline.json.part"):
        (root / name).symlink_to(tmp_path / "secret")
    done = programs.run("scan", ".", "--format", "json", "-o", "report.json", home=tmp_path, cwd=root)
    assert done.returncode == 0
    assert b'"root"' in (root / "report.json").read_bytes()
    programs.run("check", ".", "--write-baseline", "new.json", home=tmp_path, cwd=root)
    assert (root / "new.json").exists()
    assert (tmp_path / "secret").read_bytes() == kept


def test_init_does_not_follow_links(tmp_path):
    (tmp_path / "outside.toml").write_bytes(b"[project]\nname = 'x'\n")
    root = programs.lay(tmp_path / "project", {"m.py": CALL})
    (root / "pyproject.toml").symlink_to(tmp_path / "outside.toml")
    done = programs.run("init", "--yes", home=tmp_path, cwd=root)
    assert done.returncode == 2
    assert b"outside" in done.stderr
    assert (tmp_path / "outside.toml").read_bytes() == b"[project]\nname = 'x'\n"


def test_init_keeps_the_mode(tmp_path):
    root = project(tmp_path, "")
    (root / "pyproject.toml").write_bytes(b"[project]\nname = 'x'\n")
    (root / "pyproject.toml").chmod(0o640)
    assert programs.run("init", "--yes", home=tmp_path, cwd=root).returncode == 0
    assert stat.S_IMODE((root / "pyproject.toml").stat().st_mode) == 0o640
    assert b"[tool.gpt55-migrate]" in (root / "pyproject.toml").read_bytes()


@pytest.mark.parametrize("name", ["pyproject.toml", ".pre-commit-config.yaml"])
def test_init_waits_for_no_pipe(tmp_path, name):
    root = programs.lay(tmp_path / "project", {"m.py": CALL, ".git/HEAD": b"ref: refs/heads/main\n"})
    os.mkfifo(root / name)
    done = programs.run("init", "--yes", home=tmp_path, cwd=root)
    assert done.returncode == 2
    assert name.encode() in done.stderr


def test_a_device_stays_a_device(tmp_path):
    """As a user who may write there, a report to /dev/null must not take its place."""
    root = project(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    reader = subprocess.Popen(["cat", str(tmp_path / "pipe")], stdout=subprocess.PIPE)
    done = programs.run("scan", root, "--format", "json", "-o", tmp_path / "pipe", home=tmp_path)
    assert done.returncode == 0
    assert b'"root"' in reader.communicate(timeout=programs.PATIENCE)[0]
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_report_is_readable_by_all_that_may(tmp_path):
    root = project(tmp_path)
    mask = os.umask(0o022)
    try:
        programs.run("scan", root, "-o", tmp_path / "report.txt", home=tmp_path)
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "report.txt").stat().st_mode) == 0o644


# -- patterns of rule files ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a|a)*$",
        "(a*)*",
        "(?:a{0,99}){99}",
        "((a+b?)+c)+",
        ".*.*.*.*.*x",
        ".*.*.*.*!",
        "(?:[a-z]{1,16}){1,16}!",
        "(?:a?){40}b",
        "(" * 40_000 + ")" * 40_000,
        "a" * 3_000,
    ],
)
def test_patterns_without_end_are_refused(tmp_path, pattern):
    rules = f'[names.model]\nsource = "mine"\npatterns = ["{pattern}"]\n'
    root = project(
        tmp_path,
        'rules = ["own.toml"]\n',
        **{"own.toml": rules.encode(), "n.py": b"a" * 500 + b" = 'gpt-4o'\n"},
    )
    done = programs.run("scan", root, home=tmp_path)
    assert done.returncode == 2
    assert b"own.toml" in done.stderr


@pytest.mark.parametrize(
    "pattern", [r"^model_\w+$", "a+b+", "(?:old|new)_model", r"(x|y)?_id", r"[a-z]{2,9}", r"(?:-\d{4}){0,2}$"]
)
def test_noop_patterns_that_end(tmp_path, pattern):
    assert not is_slow(pattern)
    rules = f"[names.model]\nsource = 'mine'\npatterns = ['{pattern}']\n"
    root = project(tmp_path, 'rules = ["own.toml"]\n', **{"own.toml": rules.encode()})
    assert programs.run("scan", root, home=tmp_path).returncode == 0


def test_our_own_rules_pass():
    assert load_rulebook(examples=True).names


def test_families_that_start_with_anything_end(tmp_path):
    own = '[[families]]\nname = "mine"\nsource = "mine"\ndefault = true\nstarts = ["", "g", "gg"]\n'
    text = b"x = '" + b"g" * 200_000 + b"'\n" + b"g.g('g g g')\n" * 3_000
    root = project(tmp_path, 'rules = ["own.toml"]\n', **{"own.toml": own.encode(), "n.py": text})
    done = programs.run("scan", root, home=tmp_path)
    assert done.returncode in (2, 3)
    assert b"own.toml" in done.stderr or b"n.py" in done.stderr
