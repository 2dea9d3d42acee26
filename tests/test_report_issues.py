"""One line for each open point: what counts as fixable, as a question, as a note."""

from inventories import edit, every_kind, inventory, reference

from migrator.inventory import Finding
from migrator.report.issues import issues


def kinds(value):
    return [(issue.line, issue.kind) for issue in issues(value)]


def test_every_kind():
    assert kinds(every_kind()) == [
        (3, "fixable"), (4, "fixable"), (7, "review"), (11, "fixable"), (20, "review"), (5, "note"),
    ]  # fmt: skip


def test_a_rewrite_says_from_what_to_what_at_its_own_place():
    first = issues(every_kind())[0]
    assert (first.line, first.column, first.rule) == (3, 9, "GPT55-M001")
    assert first.message == "gpt-4o -> gpt-5.5-instant: answers people in a chat"


def test_edits_that_are_not_selected_are_no_findings():
    assert not issues(inventory(edits=(edit(1, selected=False),)))


def test_what_is_suppressed_is_silent():
    silent = reference(1, action="review", reason="dynamic", suppressed=True)
    finding = Finding(rule="r", path="a.py", line=1, message="m", suppressed=True)
    assert not issues(inventory(references=(silent,), findings=(finding,)))


def test_a_reference_that_a_finding_tells_is_told_once():
    open_one = reference(1, action="review", reason="dynamic")
    finding = Finding(rule="GPT55-D001", path="src/app.py", line=1, message="m", references=("R1",))
    assert [issue.rule for issue in issues(inventory(references=(open_one,), findings=(finding,)))] == [
        "GPT55-D001"
    ]


def test_only_the_files_asked_for():
    assert {issue.path for issue in issues(every_kind(), "tests/test_app.py".__eq__)} == {"tests/test_app.py"}


def test_messages_are_one_line():
    finding = Finding(rule="r", path="a.py", line=1, message="a\n  b")
    assert issues(inventory(findings=(finding,)))[0].message == "a b"
