"""gpt55_migrate: look, plan, write; the same as on the command line."""

from __future__ import annotations

import pytest

from gpt55_migrate import Settings, SettingsError, UsageError, apply, plan_edits, scan

APP = "from names import MODEL\nfrom openai import OpenAI\n\nOpenAI().chat.completions.create(model=MODEL, messages=[], max_tokens=9)\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "app.py").write_text(APP)
    (folder / "names.py").write_text('MODEL = "gpt-4o"\n')
    (folder / "pyproject.toml").write_text('[tool.gpt55-migrate]\nmap = { "gpt-4o" = "mini" }\n')
    return folder


def test_scan_plan_and_apply(project):
    planned = plan_edits(scan(project))
    assert [change.path for change in planned.files] == ["app.py", "names.py"]
    assert b"+    model=MODEL" not in planned.patch
    assert b'+MODEL = "gpt-5.5-mini"' in planned.patch
    written = apply(planned)
    assert (sorted(written.files), written.refused) == (["app.py", "names.py"], ())
    assert "undo" in written.undo
    assert "max_completion_tokens=9" in (project / "app.py").read_text()
    assert apply(plan_edits(scan(project))).files == ()


def test_settings_that_are_given_count_alone(project):
    planned = plan_edits(scan(project, settings=Settings(map={"gpt-4o": "instant"})))
    assert b'+MODEL = "gpt-5.5-instant"' in planned.patch
    assert not plan_edits(scan(project, settings=Settings(exclude=("names.py",)))).files


def test_what_is_not_wanted_takes_its_group_along(project):
    assert not plan_edits(scan(project), wanted=lambda edit: edit.path != "names.py").files


def test_a_part_that_is_named_is_planned_without_the_rest(project, monkeypatch):
    monkeypatch.chdir(project)
    found = scan("names.py")
    assert [one.path for one in found.inventory.references] == ["names.py"]
    assert not plan_edits(found).files


def test_a_file_that_changed_since_is_left(project):
    planned = plan_edits(scan(project))
    (project / "names.py").write_text('MODEL = "gpt-4o"  # mine\n')
    written = apply(planned)
    assert [one.path for one in written.refused] == ["names.py"]
    assert written.files == ()
    assert (project / "app.py").read_text() == APP


def test_errors(project):
    with pytest.raises(UsageError, match="no such file"):
        scan(project / "gone")
    with pytest.raises(SettingsError, match="unknown model"):
        scan(project, settings=Settings(map={"gpt-99": "mini"}))
    with pytest.raises(SettingsError, match="context: expected one of"):
        scan(project, settings=Settings(context="fitt"))
