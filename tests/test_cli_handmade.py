"""`e` while choosing: the user edits a change in an editor, and it is made as they wrote it."""

import pytest

from migrator.commands import work
from migrator.commands.handmade import EditError, edited, merged
from migrator.errors import WorkError
from migrator.rendering import Change, Changes

OLD = b'import os\n\n\nMODEL = "gpt-4o"\nOTHER = "gpt-4o-mini"\n\n\ndef f():\n    return MODEL\n'
NEW = OLD.replace(b'"gpt-4o"', b'"gpt-5.5"')


def changed(old=OLD, new=NEW, path="app.py"):
    return Changes((Change(path, old, new, ("e1",)),), ())


@pytest.fixture
def editor(tmp_path, monkeypatch):
    """An editor that puts the answer of a sed script into the file."""

    def use(script):
        program = tmp_path / "editor.sh"
        program.write_text(f'#!/bin/sh\nsed -i {script} "$1"\n')
        program.chmod(0o755)
        monkeypatch.setenv("VISUAL", str(program))

    return use


def test_what_was_written_is_made(editor):
    editor("'s/^+MODEL.*/+MODEL = os.environ[\"MODEL\"]/'")
    (part,) = edited(changed())
    assert part.wanted == OLD.replace(b'"gpt-4o"', b'os.environ["MODEL"]')


def test_left_as_it_is(editor):
    editor("''")
    (part,) = edited(changed())
    assert part.wanted == NEW


def test_lines_can_be_kept_and_added(editor):
    editor("'s/^-MODEL/ MODEL/; s/^+MODEL.*/+NEW = 1\\n+# more/'")
    (part,) = edited(changed())
    assert part.wanted == OLD.replace(b'"gpt-4o"\n', b'"gpt-4o"\nNEW = 1\n# more\n')


@pytest.mark.parametrize("transform", [
    lambda data: data.replace(b"\n", b"\r\n"),
    lambda data: b"\xef\xbb\xbf" + data,
    lambda data: b"# coding: latin-1\n# \xe4\n" + data,
    lambda data: data.partition(b"OTHER")[0].rstrip(b"\n"),
])  # fmt: skip
def test_every_other_byte_stays(editor, transform):
    editor("'s/5\\.5/5.5-instant/'")
    (part,) = edited(changed(transform(OLD), transform(NEW)))
    assert part.wanted == transform(OLD.replace(b'"gpt-4o"', b'"gpt-5.5-instant"'))


def test_an_empty_file_goes_back(editor):
    editor("d")
    assert edited(changed()) == []


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("'s/^ OTHER/ ANOTHER/'", "is no line of the file"),
        ("'s/^+MODEL.*/+MODEL = (/'", "no Python any more"),
        ("'s/^=== .*/=== other.py/'", "no file of this change"),
        ("'/^===/d'", "ahead of its file's name"),
    ],
)
def test_what_cannot_be_used_is_refused(editor, script, message):
    editor(script)
    with pytest.raises(EditError, match=message):
        edited(changed())


def test_together_with_other_changes_of_the_file(editor):
    editor("'s/5\\.5/5.5-instant/'")
    handmade = edited(changed())
    both = NEW.replace(b'"gpt-4o-mini"', b'"gpt-5.5-mini"')
    (change,) = merged(changed(new=both), handmade).files
    assert change.new == OLD.replace(b'"gpt-4o"', b'"gpt-5.5-instant"').replace(
        b'"gpt-4o-mini"', b'"gpt-5.5-mini"'
    )
    with pytest.raises(WorkError, match="in two runs"):
        merged(changed(new=NEW.replace(b'"gpt-5.5"', b'"gpt-5.5-mini"')), handmade)


def test_what_is_kept_as_it_was_is_no_change(editor):
    editor("'s/^-MODEL/ MODEL/; /^+MODEL/d'")
    assert merged(changed(), edited(changed())).files == ()
    assert work.patches(changed())
