"""Trees made to break a reader: every file ends read or as a diagnostic, and the others are still served."""

from __future__ import annotations

import json
import os
import socket
import sys
from contextlib import suppress

import pytest

from migrator.discover.file_bytes import MAX_BYTES, read_bytes
from migrator.discover.walk import find
from migrator.pipeline import migrate
from migrator.read.parsing import MAX_IDS, MAX_MARKS
from migrator.regexes import is_slow_pattern
from migrator.settings import Settings
from safety import programs

HEAD = "from openai import OpenAI\nclient = OpenAI()\n"
CALL = 'client.chat.completions.create(model="gpt-4o", messages=[], max_tokens=5)\n'
GOOD = (HEAD + CALL).encode()


def migrated(text, path="m.py"):
    data = text if isinstance(text, bytes) else (HEAD + text + CALL).encode()
    return migrate({path: data}, Settings())


def codes(text):
    return [problem.code for problem in migrated(text)[0].diagnostics]


# -- nesting -------------------------------------------------------------------------------------

DEEP = {
    "parentheses": lambda n: f"x = {'(' * n}1{')' * n}\n",
    "lists": lambda n: f"x = {'[' * n}{']' * n}\n",
    "dicts": lambda n: f"x = {'{1:' * n}1{'}' * n}\n",
    "signs": lambda n: f"x = {'-' * n}1\n",
    "sums": lambda n: f"x = {'+'.join(['1'] * n)}\n",
    "attributes": lambda n: f"x = a{'.b' * n}\n",
    "calls": lambda n: f"x = a{'.b(1)' * n}\n",
    "lambdas": lambda n: f"x = {'lambda: ' * n}1\n",
    "conditions": lambda n: f"x = {'1 if y else ' * n}1\n",
    "ladder": lambda n: "if x: pass\n" + "elif x: pass\n" * n,
    "open": lambda n: f"x = {'(' * n}\n",
    "f-strings": lambda n: 'x = f"' + '{f"' * n + '"}' * n + '"\n',
}


@pytest.mark.parametrize("depth", [150, 500, 3_000, 100_000])
@pytest.mark.parametrize("kind", DEEP)
def test_deep_nesting_is_read_or_reported(kind, depth):
    inventory, files = migrated(DEEP[kind](depth))
    if inventory.diagnostics:
        assert {problem.code for problem in inventory.diagnostics} <= {"too-deep", "syntax-error"}
    else:
        assert b"gpt-4o" not in files["m.py"]


# -- questions without end -----------------------------------------------------------------------

ENDLESS = {
    "chain": lambda: 'a0 = "gpt-4o"\n' + "".join(f"a{i} = a{i - 1}\n" for i in range(1, 800)),
    "one name": lambda: 'm = "gpt-4o"\n' * 2_000,
    "one name from itself": lambda: 'm = m or "gpt-4o"\n' * 300,
    "everything from everything": lambda: "".join(
        f'v{i} = "gpt-4o"\n' + "".join(f"v{i} = v{j}\n" for j in range(40)) for i in range(40)
    ),
    "doubling": lambda: (
        'a0 = "gpt-4o"\n'
        + "".join(f"a{i} = (a{i - 1} if x else a{i - 1}) or (a{i - 1}, a{i - 1})[0]\n" for i in range(1, 60))
    ),
    "spreads": lambda: (
        'a0 = {"model": "gpt-4o"}\n'
        + "".join(f"a{i} = {{**a{i - 1}, **a{i - 1}}}\n" for i in range(1, 90))
        + "client.chat.completions.create(**a89)\n"
    ),
    "parameters in circles": lambda: (
        "".join(
            f"def f{i}(model):\n    f{(i + 1) % 60}(model)\n    f{(i * 7) % 60}(model)\n    f{(i + 9) % 60}(model)\n"
            for i in range(60)
        )
        + 'f0("gpt-4o")\n'
    ),
    "results in circles": lambda: "".join(
        f"def f{i}(x):\n    return f{(i + 1) % 60}(f{(i + 5) % 60}(x)) or f{(i * 3) % 60}(x) or 'gpt-4o'\n"
        for i in range(60)
    ),
    "bases in circles": lambda: "".join(
        f'class C{i}(C{(i + 1) % 60}, C{(i + 2) % 60}, C{(i + 3) % 60}):\n    model = "gpt-4o"\n'
        f"    def go(self):\n        return client.chat.completions.create(model=self.model, messages=[])\n"
        for i in range(60)
    ),
    "wide fan-in": lambda: (
        "def f(model):\n    client.chat.completions.create(model=model, messages=[])\n"
        + 'f("gpt-4o")\n' * 800
    ),
    "long list": lambda: "x = [" + '"gpt-4o", ' * 2_000 + "]\n",
    "long text": lambda: 'x = "' + "gpt-4o " * 10_000 + '"\n',
    "long comment": lambda: f"# {'gpt-4o ' * 10_000}\n",
    "long name": lambda: 'x = "gpt-4o' + "-4o" * 100_000 + '"\n',
    "suppressions": lambda: 'x = "gpt-4o"  # gpt55: ignore[a] until=2099-01-01 -- why\n' * 500,
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_questions_end(kind):
    inventory, files = migrated(ENDLESS[kind]())
    assert not inventory.diagnostics
    assert b'model="gpt-4o", messages=[], max_tokens' not in files["m.py"]


def test_imports_in_circles_end():
    files = {
        f"m{i}.py": (
            f"from m{(i + 1) % 150} import M, N\nfrom m{(i + 3) % 150} import *\nN = M or 'gpt-4o'\n"
            + HEAD
            + CALL
        ).encode()
        for i in range(150)
    }
    inventory, new = migrate(files, Settings())
    assert not inventory.diagnostics
    assert not any(b'model="gpt-4o"' in data for data in new.values())


# -- bytes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (GOOD + b"\0", "unreadable" if sys.version_info < (3, 11) else "syntax-error"),
        (GOOD + b"\xff", "undecodable"),
        (b"# coding: nonsense\n" + GOOD, "undecodable"),
        (b"# coding: hex\n" + GOOD, "undecodable"),
        (b"# coding: zlib\n" + GOOD, "undecodable"),
        (b"# coding: undefined\n" + GOOD, "unreadable"),
        (b"\xef\xbb\xbf# coding: latin-1\n" + GOOD, "undecodable"),
        (b"x = [" + b'"gpt-4o",' * (MAX_IDS + 1) + b"]\n", "too-many-ids"),
        (GOOD + b"# gpt-4o\n" * (MAX_IDS + 1), "too-many-ids"),
        (GOOD + b"x = [" + b"1," * MAX_MARKS + b"]\n", "too-large"),
    ],
)
def test_what_is_no_program_is_reported(data, code):
    inventory, files = migrated(data)
    assert [problem.code for problem in inventory.diagnostics] == [code]
    assert files["m.py"] == data


def test_encodings_that_lose_bytes_are_left():
    data = b"# coding: unicode_escape\n" + GOOD
    _, files = migrated(data)
    assert files["m.py"] == data


# -- the file system -----------------------------------------------------------------------------


@pytest.fixture
def zoo(tmp_path):
    """A folder with what nobody should have to read, and one good file."""
    root = programs.lay(tmp_path / "zoo", {"good.py": GOOD, "nul.py": GOOD + b"\0", "data.ipynb": b"{" * 100})
    programs.lay(tmp_path, {"outside.py": GOOD})
    os.symlink("loop.py", root / "loop.py")
    os.symlink("nowhere", root / "dangling.py")
    os.symlink(tmp_path / "outside.py", root / "leaving.py")
    os.symlink("/dev/zero", root / "endless.py")
    os.symlink(".", root / "again")
    os.symlink("..", root / "above")
    os.mkfifo(root / "pipe.py")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(root / "socket.py"))
    with suppress(OSError):
        os.mknod(root / "device.py", 0o20666, os.makedev(1, 5))
    (root / "folder.py").mkdir()
    for name in ("new\nline.py", "ctrl\x1b[31m.py", "::error::x.py", "<b>&.py", "q\"'`$(x).py"):
        (root / name).write_bytes(GOOD)
    with open(os.fsencode(root) + b"/bad\xff.py", "wb") as stream:
        stream.write(GOOD)
    with open(root / "large.py", "wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    return root


COMMANDS = [
    ["scan"],
    *[
        ["scan", "--format", form]
        for form in ("json", "sarif", "github", "markdown", "html", "junit", "gitlab")
    ],
    ["diff"],
    ["check"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_survives_the_zoo(zoo, tmp_path, words):
    before = programs.contents(zoo)
    done = programs.run(words[0], zoo, *words[1:], home=tmp_path)
    assert done.returncode == 3
    for name in (b"nul.py", b"large.py", b"bad\\xff.py"):
        assert name in done.stderr
    assert b"\x1b[31m" not in done.stdout + done.stderr
    assert programs.contents(zoo) == before


def test_apply_in_the_zoo(zoo, tmp_path):
    done = programs.run("apply", zoo, "--yes", home=tmp_path)
    assert done.returncode == 3
    assert b"gpt-4o" not in (zoo / "good.py").read_bytes()
    assert b"gpt-4o" not in (zoo / "new\nline.py").read_bytes()
    assert (tmp_path / "outside.py").read_bytes() == GOOD
    with open(os.fsencode(zoo) + b"/bad\xff.py", "rb") as stream:
        assert stream.read() == GOOD


def test_what_is_no_file_cannot_be_named(zoo, tmp_path):
    for name in ("pipe.py", "loop.py", "dangling.py", "endless.py"):
        assert programs.run("scan", zoo / name, home=tmp_path).returncode == 2


def test_deep_folders_and_long_names(tmp_path):
    folder = tmp_path
    for _ in range(400):
        folder = folder / "d"
    folder.mkdir(parents=True)
    (folder / f"{'n' * 200}.py").write_bytes(GOOD)
    done = programs.run("scan", tmp_path, "--format", "json", home=tmp_path)
    assert len(json.loads(done.stdout)["references"]) == 1


@pytest.mark.parametrize("name", ["pipe", "/dev/zero", "."])
def test_only_regular_files_are_read(tmp_path, name):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match=r"regular|directory"):
        read_bytes(str(tmp_path / name))


# -- gitignore -----------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["*a" * 12 + "b", "**/a/" * 9 + "b", "*a*a*/*a*a*", "x" * 5_000])
def test_patterns_without_end_are_reported_and_not_used(tmp_path, line):
    programs.lay(
        tmp_path, {".gitignore": line.encode() + b"\nhidden.py\n", "a" * 200 + ".py": b"", "hidden.py": b""}
    )
    found = find([tmp_path], tmp_path)
    assert found.paths == ("a" * 200 + ".py",)
    assert [(problem.path, problem.code) for problem in found.diagnostics] == [(".gitignore", "slow-pattern")]
    assert find([tmp_path], tmp_path, [line])[0] == ()


@pytest.mark.parametrize("line", ["\\", "[z-a]", "[", "(?:", "***", "!!", "\0", "[[:alpha:]]"])
def test_patterns_that_git_does_not_understand(tmp_path, line):
    programs.lay(tmp_path, {".gitignore": line.encode() + b"\nhidden.py\n", "b.py": b"", "hidden.py": b""})
    found = find([tmp_path], tmp_path)
    assert "hidden.py" not in found.paths
    assert not found.diagnostics


@pytest.mark.parametrize(
    "line", ["*.py[cod]", "**/docs/**/_build/", "*.egg-info/*", "[._]*.s[a-v][a-z]", "*/*/*/*.log"]
)
def test_noop_usual_patterns_are_not_slow(line):
    assert not is_slow_pattern(line)


def test_a_gitignore_that_is_a_pipe(tmp_path):
    os.mkfifo(tmp_path / ".gitignore")
    (tmp_path / "a.py").write_bytes(b"")
    assert find([tmp_path], tmp_path).paths == ("a.py",)


# -- settings and rules of the scanned project ---------------------------------------------------

TABLE = "[tool.gpt55-migrate]\n"
BOMBS = {
    "dots": "a." * 300_000 + "b = 1\n",
    "own dots": f"{TABLE}map.{'a.' * 300_000}b = 1\n",
    "header": f"[a{'.a' * 100_000}]\n",
    "arrays": "x = " + "[" * 100_000 + "\n",
    "tables": "x = " + "{a=" * 100_000 + "\n",
    "digits": "x = " + "9" * 900_000 + "\n",
    "large": "#" * 2_000_000,
    "bytes": "x = '\udcff'\n",
}


@pytest.mark.parametrize("kind", BOMBS)
@pytest.mark.parametrize("name", ["pyproject.toml", "rules.toml"])
def test_toml_bombs(tmp_path, name, kind):
    data = BOMBS[kind].encode(errors="surrogateescape")
    files = {"pyproject.toml": f'{TABLE}rules = ["rules.toml"]\n'.encode(), "m.py": GOOD, name: data}
    root = programs.lay(tmp_path / "project", files)
    done = programs.run("scan", root, home=tmp_path)
    assert done.returncode == 2
    assert name.encode() in done.stderr


@pytest.mark.parametrize(
    "setting",
    [
        'rules = ["../secret.toml"]',
        'rules = ["link.toml"]',
        'catalog = "/etc/passwd.toml"',
        'catalog = "../secret.toml"',
        'baseline = "../secret.toml"',
        'catalog = "own.toml"',
        'catalog = "../../../../etc/passwd"',
    ],
)
@pytest.mark.parametrize("command", ["scan", "check", "apply"])
def test_settings_do_not_reach_outside(tmp_path, setting, command):
    secret = b'password = "hunter2-hunter2"\n'
    files = {
        "project/pyproject.toml": f"{TABLE}{setting}\n".encode(),
        "project/m.py": GOOD,
        "project/own.toml": b'name = "own"\nincludes = ["../secret.toml"]\n',
        "secret.toml": secret,
    }
    root = programs.lay(tmp_path, files) / "project"
    os.symlink("../secret.toml", root / "link.toml")
    done = programs.run(command, root, *(["--yes"] if command == "apply" else []), home=tmp_path)
    assert done.returncode == 2
    assert b"hunter2" not in done.stdout + done.stderr
    assert b"password" not in done.stdout + done.stderr
    assert (root / "m.py").read_bytes() == GOOD
    assert (tmp_path / "secret.toml").read_bytes() == secret


@pytest.mark.parametrize("name", ["../secret.toml", "link.toml", "/etc/hostname"])
def test_includes_of_a_catalogue_do_not_reach_outside(tmp_path, name):
    guide = (programs.PROJECT / "rules" / "catalogs" / "guide.toml").read_text()
    own = guide.replace("includes = [", f'includes = ["{name}", ', 1)
    assert own != guide
    files = {
        "project/pyproject.toml": f'{TABLE}catalog = "own.toml"\n'.encode(),
        "project/own.toml": own.encode(),
        "project/m.py": GOOD,
        "secret.toml": b'password = "hunter2"\n',
    }
    root = programs.lay(tmp_path, files) / "project"
    os.symlink("../secret.toml", root / "link.toml")
    done = programs.run("scan", root, home=tmp_path)
    assert done.returncode == 2
    assert b"outside" in done.stderr
    assert b"password" not in done.stdout + done.stderr


def test_what_is_not_looked_at_is_said(zoo, tmp_path):
    done = programs.run("scan", zoo, "--format", "json", home=tmp_path)
    said = json.loads(done.stdout)["coverage"]["not_looked_at"]
    assert said["links out of the root"] == 1
    assert said["broken links"] == 2
    assert said["linked folders"] == 2
    assert said["special files"] >= 2
    text = programs.run(zoo, "-v", home=tmp_path)
    assert b"not looked at: 1 link out of the root" in text.stdout + text.stderr
