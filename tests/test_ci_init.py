"""`init`: settings and a hook entry in files that keep everything else byte for byte."""

import pytest
import tomli
from ci_support import APP, git, project, repository, tool

from migrator.commands import edits
from migrator.errors import UsageError

TABLE = edits.SETTINGS
PROJECT = b"""\
# ours
[project]
name = "x"   # kept  as it is
[tool.ruff]
line-length=100"""
HOOKS = b"""\
repos:
- repo: https://example.org/other
  rev: v1   # pinned
  hooks: [{id: other}]

ci:
  skip: [other]
"""
LOCAL = edits.hook_entry()


@pytest.mark.parametrize("old", [b"", PROJECT, PROJECT + b"\n", PROJECT.replace(b"\n", b"\r\n"), b"\n\n"])
def test_settings_are_added_at_the_end(old):
    new = edits.with_settings(old, "pyproject.toml", ".known.json")
    assert new.startswith(old)
    data = tomli.loads(new.decode())
    assert data["tool"]["gpt55-migrate"] == {"catalog": "guide", "baseline": ".known.json"}
    assert (b"\r\n" in old) == (new.count(b"\r\n") == new.count(b"\n"))
    assert edits.with_settings(new, "pyproject.toml", ".known.json") == new


@pytest.mark.parametrize(
    "old",
    [
        b"[tool.gpt55-migrate]\n",
        b"[tool.gpt55-migrate]  # ours",
        b'[ tool . "gpt55-migrate" ]\r\nexclude = ["a"]\r\n[tool.other]\r\nx = 1\r\n',
    ],
)
def test_settings_that_are_there_stay(old):
    assert edits.with_settings(old, "pyproject.toml") == old
    new = edits.with_settings(old, "pyproject.toml", ".known.json")
    assert tomli.loads(new.decode())["tool"]["gpt55-migrate"]["baseline"] == ".known.json"
    assert len(new) - len(old) <= len(b'baseline = ".known.json"\r\n\r\n')


@pytest.mark.parametrize(
    ("old", "baseline", "message"),
    [
        (b"[project", "", "no valid TOML"),
        (b"\xff", "", "no valid TOML"),
        (b"tool = { x = 1 }\n", "", "cannot be extended as text"),
        (b'[tool]\ngpt55-migrate.catalog = "guide"\n[other]\n', "b.json", "cannot be extended as text"),
        (b"tool = 1\n", "", "cannot be extended as text"),
    ],
)
def test_what_cannot_be_extended_is_refused(old, baseline, message):
    with pytest.raises(UsageError, match=message):
        edits.with_settings(old, "pyproject.toml", baseline)


@pytest.mark.parametrize(
    "old",
    [
        b"",
        b"repos: []\n",
        b"repos:\n",
        b"repos:",
        HOOKS,
        HOOKS.replace(b"\n", b"\r\n"),
        HOOKS.replace(b"\n- ", b"\n  - ").replace(b"\n  r", b"\n    r").replace(b"\n  h", b"\n    h"),
        HOOKS[: HOOKS.index(b"\nci")],
        HOOKS.rstrip(),
        b"fail_fast: true\n",
        b"---\n# top\n" + HOOKS.replace(b"\nci", b"\n# about ci\nci"),
        HOOKS[: HOOKS.index(b"\n\nci")],
    ],
)
@pytest.mark.parametrize("entry", [LOCAL, edits.hook_entry("https://example.org/us", fix=True)])
def test_hooks_are_added_to_the_others(old, entry):
    yaml = pytest.importorskip("yaml")
    new = edits.with_hook(old, "x.yaml", entry)
    before, after = yaml.safe_load(old) or {}, yaml.safe_load(new)
    assert after.pop("repos") == [*(before.pop("repos", None) or []), *yaml.safe_load("\n".join(entry))]
    assert after == before
    kept = [line for line in old.splitlines() if line.strip() and not line.startswith(b"repos")]
    assert [line for line in new.splitlines() if line in kept] == kept
    assert (b"\r\n" in old) == (new.count(b"\r\n") == new.count(b"\n"))
    assert edits.with_hook(new, "x.yaml", entry) == new


def test_a_list_in_another_style_is_refused():
    with pytest.raises(UsageError, match="add the hook yourself"):
        edits.with_hook(b"repos: [{repo: local, hooks: []}]\n", "x.yaml", LOCAL)


def test_init_shows_and_asks(tmp_path):
    root = repository(tmp_path, app=APP)
    done = tool("init", cwd=root, code=2)
    assert "+[tool.gpt55-migrate]" in done.stdout
    assert "+    - id: gpt55-migrate" in done.stdout or "+      - id: gpt55-migrate" in done.stdout
    assert "init --yes" in done.stderr
    assert git("status", "--porcelain", cwd=root) == ""


def test_init_twice(tmp_path):
    root = repository(tmp_path, app=APP)
    (root / "pyproject.toml").write_bytes(PROJECT)
    tool("check", ".", cwd=root, code=1)
    done = tool("init", "--yes", "--baseline", cwd=root, code=0)
    assert ".gpt55-baseline.json: 2 findings" in done.stderr
    assert (root / "pyproject.toml").read_bytes().startswith(PROJECT)
    before = {path: path.read_bytes() for path in root.iterdir() if path.is_file()}
    assert len(before) == 4
    again = tool("init", "--yes", "--baseline", cwd=root, code=0)
    assert "nothing to write" in again.stderr
    assert {path: path.read_bytes() for path in root.iterdir() if path.is_file()} == before
    tool("check", ".", cwd=root, code=0)


def test_no_hook_outside_a_repository(tmp_path):
    root = project(tmp_path, app=APP)
    tool("init", "--yes", cwd=root, code=0)
    assert sorted(path.name for path in root.iterdir()) == ["app.py", "pyproject.toml"]
