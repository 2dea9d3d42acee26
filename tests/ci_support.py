"""A small project, and the tool run on it as CI would."""

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import processes
from click.testing import CliRunner

from migrator.cli import cli

CHECKOUT = Path(__file__).parents[1]
APP = """\
from openai import OpenAI

client = OpenAI()


def answer(m):
    return client.chat.completions.create(model="gpt-4o", messages=m, max_tokens=5)
"""
AZURE = """\
from openai import AzureOpenAI

AzureOpenAI().chat.completions.create(model="gpt-4o", messages=[])
"""
CLEAN = "print('nothing here')\n"
_OURS = (
    "GITHUB_WORKSPACE",
    "GITHUB_STEP_SUMMARY",
    "CI_PROJECT_DIR",
    "FORCE_COLOR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
)


def environment(home, **more):
    kept = {name: value for name, value in os.environ.items() if name not in _OURS}
    return {
        **kept,
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONUTF8": "1",
        **more,
    }


def tool(*args, cwd, code=None, **env):
    done = processes.text(args, cwd=cwd, env=environment(cwd.parent, **env))
    assert code is None or done.returncode == code, done.stdout + done.stderr
    return done


def git(*words, cwd):
    settings = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(
        ["git", *settings, *words], cwd=cwd, check=True, capture_output=True, encoding="utf-8",
        env=environment(cwd.parent),
    )  # fmt: skip
    return done.stdout


def project(folder, **files):
    """A folder `proj` below `folder` with `name=text` files; `__` in a name is a slash."""
    root = folder / "proj"
    for name, text in files.items():
        path = root / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def repository(folder, **files):
    """The same, committed."""
    root = project(folder, **files)
    git("init", "-q", cwd=root)
    git("add", "-A", cwd=root)
    git("commit", "-qm", "start", cwd=root)
    return root


def within(*args, cwd, code=None):
    """The same in this process, which is sooner; the rules are kept from run to run."""
    here = os.getcwd()
    runner = CliRunner(env={"HOME": str(cwd.parent), "XDG_STATE_HOME": "", "XDG_CACHE_HOME": _cache()})
    os.chdir(cwd)
    try:
        done = runner.invoke(cli, args)
    finally:
        os.chdir(here)
    assert code is None or done.exit_code == code, done.output
    return done


@cache
def _cache():
    """One folder for all runs in a process: rules are taken apart once."""
    folder = tempfile.mkdtemp(prefix="gpt55-cache-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
