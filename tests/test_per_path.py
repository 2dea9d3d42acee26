"""The settings' `per-path` overrides."""

from __future__ import annotations

from migrator.pipeline import migrate, review
from migrator.settings import PathSettings, Settings

CALL = b'from openai import OpenAI\nOpenAI().responses.create(model="gpt-4o", input=t)\n'


def test_a_map_holds_below_its_pattern_only():
    settings = Settings(per_path=(PathSettings(path="batch/", map={"gpt-4o": "mini"}),))
    _, files = migrate({"batch/run.py": CALL, "web/run.py": CALL}, settings)
    assert b'"gpt-5.5-mini"' in files["batch/run.py"]
    assert b'"gpt-5.5-mini"' not in files["web/run.py"]


def test_the_later_override_wins():
    first = PathSettings(path="*.py", map={"gpt-4o": "mini"})
    second = PathSettings(path="run.py", map={"gpt-4o": "flagship"})
    _, files = migrate({"run.py": CALL}, Settings(per_path=(first, second)))
    assert b'"gpt-5.5"' in files["run.py"]


def test_a_rule_is_off_below_its_pattern_only():
    settings = Settings(per_path=(PathSettings(path="legacy/**", ignore=("GPT55-M",)),))
    _, files = migrate({"legacy/run.py": CALL, "run.py": CALL}, settings)
    assert files["legacy/run.py"] == CALL
    assert files["run.py"] != CALL


def test_excluded_files_are_not_read(tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "run.py").write_bytes(CALL)
    (tmp_path / "run.py").write_bytes(CALL)
    settings = Settings(per_path=(PathSettings(path="old/", exclude=True),))
    inventory = review([tmp_path], settings, root=tmp_path)
    assert {reference.path for reference in inventory.references} == {"run.py"}
