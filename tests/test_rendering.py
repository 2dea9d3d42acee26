"""Files rendered in several processes, and again where a group was refused: the same as one by one."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from migrator import pipeline
from migrator.settings import Settings

CALL = 'from openai import OpenAI\n\nOpenAI().responses.create(model="gpt-4o", input="hello {number}")\n'


@pytest.fixture
def project(tmp_path):
    for number in range(6):
        (tmp_path / f"app{number}.py").write_text(CALL.format(number=number))
    inventory = pipeline.review([tmp_path], Settings(jobs=1), root=tmp_path)
    return tmp_path, inventory


def test_the_number_of_processes_makes_no_difference(project):
    root, inventory = project
    one = pipeline.changes(inventory, root, 1)
    assert len(one.files) == 6
    assert pipeline.changes(inventory, root, 2) == one


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_group_refused_in_one_file_is_taken_back_in_the_others(project, jobs):
    root, inventory = project
    tied = {"app1.py", "app4.py"}
    edits = [replace(edit, group="tied") if edit.path in tied else edit for edit in inventory.edits]
    lost = next(edit for edit in edits if edit.path == "app4.py")
    edits[edits.index(lost)] = replace(lost, anchor=(1, 1, 1, 2))
    made = pipeline.changes(replace(inventory, edits=tuple(edits)), root, jobs)
    assert [change.path for change in made.files] == ["app0.py", "app2.py", "app3.py", "app5.py"]
    assert [(each.path, each.code) for each in made.diagnostics] == [("app4.py", "anchor-lost")]
