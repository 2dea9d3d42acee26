"""Writing in an order that survives a kill, and the patch that takes everything back."""

import os
import shlex
import subprocess

import pytest
from ci_support import APP, tool
from ci_support import project as made
from inventories import edit, inventory

from migrator.commands.runs import Undo
from migrator.commands.target import resolve
from migrator.commands.work import within
from migrator.commands.writing import ordered, write
from migrator.errors import WorkError
from migrator.rendering import Change, Changes


@pytest.fixture(autouse=True)
def state(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder


def change(path, *edits, old=b"a\n", new=b"b\n"):
    return Change(path, old, new, edits)


def order(edits, changes):
    return [item.path for item in ordered(changes, edits)]


# -- order ---------------------------------------------------------------------------------------


def test_dependents_come_before_ids():
    edits = (
        edit(1, path="a.py", group="G", rank=9),
        edit(2, path="z.py", group="G", rank=0),
        edit(3, path="m.py", group="G", rank=4),
    )
    changes = [change("a.py", "E1"), change("m.py", "E3"), change("z.py", "E2")]
    assert order(edits, changes) == ["z.py", "m.py", "a.py"]


def test_files_of_several_groups():
    edits = (
        edit(1, path="a.py", group="G", rank=9),
        edit(2, path="b.py", group="G", rank=0),
        edit(3, path="b.py", group="H", rank=9),
        edit(4, path="c.py", group="H", rank=0),
    )
    changes = [change("a.py", "E1"), change("b.py", "E2", "E3"), change("c.py", "E4")]
    assert order(edits, changes) == ["c.py", "b.py", "a.py"]


def test_a_circle_ends():
    edits = (
        edit(1, path="a.py", group="G", rank=9),
        edit(2, path="b.py", group="G", rank=0),
        edit(3, path="b.py", group="H", rank=9),
        edit(4, path="a.py", group="H", rank=0),
    )
    assert sorted(order(edits, [change("a.py", "E1", "E4"), change("b.py", "E2", "E3")])) == ["a.py", "b.py"]


def test_edits_that_were_not_made_do_not_count():
    edits = (edit(1, path="b.py", group="G", rank=0), edit(2, path="a.py", group="G", rank=9))
    assert order(edits, [change("a.py", "E2"), change("b.py")]) == ["a.py", "b.py"]


# -- undo ----------------------------------------------------------------------------------------

CONTENTS = {
    "plain.py": (b"a = 1\nb = 2\n", b"a = 1\nb = 3\n"),
    "crlf.py": (b"a = 1\r\nb = 2\r\n", b"a = 1\r\nb = 3\r\nc = 4\r\n"),
    "no_newline.py": (b"a = 1\nb = 2", b"a = 1\nb = 3"),
    "bom.py": (b"\xef\xbb\xbfa = 1\n", b"\xef\xbb\xbfa = 2\n"),
    "latin.py": (b"# coding: latin-1\nx = '\xe9'\n", b"# coding: latin-1\nx = '\xe9\xe8'\n"),
    "form feed.py": (b"a = 1\n\x0c\nb = 2 \t\n", b"a = 1\n\x0c\nb = 3 \t\n"),
    "sub/caf\u00e9.py": (b"a = 1\n", b"a = 2\n"),
    "mixed.py": (b"a\r\nb\nc\r\n", b"a\r\nB\nc\r\n"),
    "same_lines.py": (b"x\n" * 40, b"x\n" * 20 + b"y\n" + b"x\n" * 20),
}


@pytest.fixture(params=["no repository", "repository", "repository with attributes", "below a repository"])
def project(request, tmp_path):
    root = tmp_path / "my proj"
    root.mkdir()
    if request.param != "no repository":
        top = root if request.param != "below a repository" else tmp_path
        subprocess.run(["git", "init", "-q", str(top)], check=True)
        if request.param == "repository with attributes":
            (root / ".gitattributes").write_text("* text=auto eol=lf\n")
    for path, (old, _) in CONTENTS.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_bytes(old)
    return root


def test_the_undo_restores_every_byte(project):
    changes = tuple(Change(path, old, new, ()) for path, (old, new) in CONTENTS.items())
    done = write(inventory(), Changes(changes, ()), project)
    assert not done.diagnostics
    assert all((project / path).read_bytes() == new for path, (_, new) in CONTENTS.items())
    subprocess.run(done.undo, shell=True, check=True)
    assert all((project / path).read_bytes() == old for path, (old, _) in CONTENTS.items())


def test_the_undo_works_from_anywhere_through_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.py").write_bytes(b"a\n")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    done = write(inventory(), Changes((change("a.py"),), ()), tmp_path / "link")
    subprocess.run(done.undo, shell=True, check=True, cwd="/")
    assert (tmp_path / "real" / "a.py").read_bytes() == b"a\n"


def test_a_file_that_is_a_link_is_restored_too(tmp_path):
    (tmp_path / "real.py").write_bytes(b"a\n")
    (tmp_path / "link.py").symlink_to("real.py")
    done = write(inventory(), Changes((change("link.py"),), ()), tmp_path)
    assert (tmp_path / "real.py").read_bytes() == b"b\n"
    subprocess.run(done.undo, shell=True, check=True)
    assert (tmp_path / "real.py").read_bytes() == b"a\n"
    assert (tmp_path / "link.py").is_symlink()


def test_the_journal_is_private_and_named_after_the_project(tmp_path, state):
    (tmp_path / "a.py").write_bytes(b"a\n")
    done = write(inventory(), Changes((change("a.py"),), ()), tmp_path)
    (file,) = (state / "gpt55-migrate" / "undo").iterdir()
    assert file.name.endswith(f"-{tmp_path.name}.journal")
    assert file.stat().st_mode & 0o777 == 0o600
    assert shlex.split(done.undo)[-1] == file.stem


def test_two_runs_in_one_second_keep_two_journals(tmp_path):
    assert Undo(tmp_path).file != Undo(tmp_path).file


def test_a_state_folder_that_is_not_absolute_is_ignored(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", "state")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Undo(tmp_path).file.is_relative_to(tmp_path / ".local" / "state")


def test_without_an_undo_nothing_is_written(tmp_path, monkeypatch):
    (tmp_path / "a.py").write_bytes(b"a\n")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "a.py"))
    with pytest.raises(WorkError, match="XDG_STATE_HOME"):
        write(inventory(), Changes((change("a.py"),), ()), tmp_path)
    assert (tmp_path / "a.py").read_bytes() == b"a\n"


# -- refusals ------------------------------------------------------------------------------------


def test_a_file_that_changed_meanwhile_is_left_and_said(tmp_path):
    (tmp_path / "a.py").write_bytes(b"changed\n")
    (tmp_path / "b.py").write_bytes(b"a\n")
    done = write(inventory(), Changes((change("a.py"), change("b.py")), ()), tmp_path)
    assert [item.path for item in done.diagnostics] == ["a.py"]
    assert [item.path for item in done.files] == ["b.py"]
    assert (tmp_path / "a.py").read_bytes() == b"changed\n"
    subprocess.run(done.undo, shell=True, check=True)
    assert (tmp_path / "b.py").read_bytes() == b"a\n"


def test_nothing_written_leaves_no_journal(tmp_path, state):
    (tmp_path / "a.py").write_bytes(b"changed\n")
    done = write(inventory(), Changes((change("a.py"),), ()), tmp_path)
    assert done.undo == ""
    assert os.listdir(state / "gpt55-migrate" / "undo") == []


# -- only the files given ------------------------------------------------------------------------


def test_groups_that_need_other_files_are_left_out(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text("")
    edits = (
        edit(1, path="a.py", group="G"),
        edit(2, path="b.py", group="G"),
        edit(3, path="a.py", group="H"),
        edit(4, path="b.py", group="I"),
    )
    kept = within(inventory(edits=edits), resolve(["a.py"]))
    assert [item.id for item in kept.edits] == ["E3"]
    assert "1 change that must be made in other files too: name b.py as well\n" in capsys.readouterr().err
    assert within(inventory(edits=edits), resolve(["."])).edits == edits


@pytest.mark.slow
def test_undo_lists_the_runs_of_this_folder_first(tmp_path):
    here, there = made(tmp_path / "a", app=APP), made(tmp_path / "b", app=APP)
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}
    for root in (here, there):
        tool("apply", ".", "--yes", cwd=root, code=0, **state)
    done = tool("undo", cwd=here, code=0, **state)
    assert str(here) in done.stdout
    assert str(there) not in done.stdout
    assert "Of other folders: 1 run (undo --verbose)" in done.stderr
    assert str(there) in tool("undo", "-v", cwd=here, code=0, **state).stdout
    assert tool("undo", cwd=tmp_path, code=0, **state).stdout.count("\n") == 2, "it is around both"
    run = done.stdout.split()[0]
    (here / "app.py").write_text("changed = True\n")
    refused = tool("undo", run, cwd=here, code=3, **state)
    assert "app.py" in refused.stderr
    assert "changed since it was written" in refused.stderr
    assert (here / "app.py").read_text() == "changed = True\n"
