"""Reports for people: what they say, how much of it, and what they never do to a terminal."""

import re

import pytest
from inventories import call_site, edit, every_kind, inventory, reference

from migrator.inventory import Coverage, Diagnostic, Summary
from migrator.report import markdown, terminal, text, words
from migrator.report.hunks import colored, hunks
from migrator.report.ledger import ledger
from migrator.report.style import PLAIN, Style, cells, columns, visible

PATCH = b"""\
--- a/src/app.py
+++ b/src/app.py
@@ -2,4 +2,4 @@
 client = OpenAI(api_key="sk-abcdefghijklmnopqrst")
-reply = ask(client, model="gpt-4o", max_tokens=3)
+reply = ask(client, model="gpt-5.5-instant", max_completion_tokens=3)
 names: list[int] = []
"""


def many(number):
    return inventory(
        references=tuple(
            reference(i, path=f"src/f{i}.py", action="review" if i % 3 else "rewrite", reason="dynamic")
            for i in range(1, number)
        ),
        call_sites=tuple(
            call_site(i, path=f"src/f{i}.py", variant=f"gpt-5.5-{i % 3}") for i in range(1, number)
        ),
        edits=tuple(edit(i, path=f"src/f{i}.py") for i in range(1, number)),
        diagnostics=tuple(Diagnostic(path=f"b{i}.py", code="syntax-error", message="x") for i in range(30)),
    )


# -- the terminal --------------------------------------------------------------------------------


def test_the_review_says_everything_in_its_sections():
    out = terminal.render(every_kind(), PLAIN, patches={"src/app.py": PATCH})
    for piece in (
        "1 call site and 5 mentions of an old model in 12 files (7 of them have to do with no model",
        "does not list gpt-5.5-instant, gpt-5.5-mini",
        "Will change  3 edits in 1 file, 1 of them unsafe",
        "azure-deployment  1  src/app.py:7",
        "Left alone  comment or text 1",
        "src/old.py: syntax-error",
        "Money  at most $4.50 → $59.00 for 1,000 requests",
        "3  openai.chat.completions  gpt-4o → gpt-5.5-instant  confidence 0.78; second best gpt-5.5-mini",
        "answers people in a chat",
        "gpt55-migrate apply .",
        "gpt55-migrate explain src/app.py:3",
    ):
        assert piece in out


def test_code_is_neither_markup_nor_wrapped():
    out = terminal.render(every_kind(), Style(width=30), patches={"src/app.py": PATCH})
    assert "     names: list[int] = []" in out.splitlines()
    assert '    +reply = ask(client, model="gpt-5.5-instant", max_completion_tokens=3)' in out.splitlines()


def test_secrets_in_the_diff_are_masked():
    assert "abcdefghijkl" not in terminal.render(every_kind(), PLAIN, patches={"src/app.py": PATCH})


def test_300_findings_fit_a_screen():
    out = terminal.render(many(301), PLAIN)
    assert len(out.splitlines()) <= 40
    assert "and 295 more files" in out
    assert not terminal.is_small(many(301))


def test_an_empty_project():
    out = terminal.render(inventory(), PLAIN, target="src")
    assert "Will change  nothing" in out
    assert "gpt55-migrate diff" not in out
    assert "gpt55-migrate scan --all src" in out


def test_paths_below_another_root_are_explained_with_it():
    out = terminal.render(every_kind(), PLAIN, target="shop", whole=False)
    assert "gpt55-migrate explain src/app.py:3 --root shop" in out


def test_ascii_terminals_get_ascii():
    out = terminal.render(every_kind(), Style(unicode=False), patches={})
    assert out.isascii()
    assert "gpt-4o -> gpt-5.5-instant" in out


def test_colour_only_where_asked():
    assert "\033[" not in terminal.render(every_kind(), PLAIN)
    painted = terminal.render(every_kind(), Style(color=True))
    assert re.sub(r"\033\[[0-9;]*m", "", painted) == terminal.render(every_kind(), PLAIN)


def test_prose_is_clipped_to_the_width():
    out = terminal.render(every_kind(), Style(width=60))
    line = next(line for line in out.splitlines() if "azure-deployment" in line)
    assert cells(line) <= 60
    assert line.endswith("…")


@pytest.mark.parametrize("render", [terminal.render, text.render, markdown.render])
def test_source_text_cannot_drive_the_terminal(render):
    bad = reference(
        1, path="src/a\x1b[2J.py", action="review", reason="dynamic", detail="x \x1b]0;y\x07 \u202e"
    )
    out = render(inventory(references=(bad,)))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", out)


# -- text ----------------------------------------------------------------------------------------


def test_text_has_one_line_a_reference():
    out = text.render(every_kind())
    assert "  3:9   rewrite  gpt-4o → gpt-5.5-instant  handed to a call" in out.splitlines()
    assert "a comment" not in out
    assert "test files are not written (--write-contexts test)" in out
    assert "src/old.py: syntax-error: " in out
    assert out.endswith("5 references in 12 files: 2 rewrite, 1 extend, 1 review, 1 left alone\n")


def test_text_with_all():
    out = text.render(every_kind(), everything=True)
    assert any(re.match(r"  9:9 +leave +gpt-4o +a comment$", line) for line in out.splitlines())


def test_a_finding_that_a_reference_already_tells_is_not_repeated():
    assert "GPT55-D001" in text.render(every_kind())


# -- markdown ------------------------------------------------------------------------------------


def test_markdown_tables_are_whole():
    odd = reference(1, path="src/a|b.py", action="review", reason="dynamic", detail="a | b\n`c` <b>")
    out = markdown.render(inventory(references=(odd,)))
    rows = [line for line in out.splitlines() if line.startswith("|")]
    assert rows
    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows[:3]}) == 1
    assert "<code>src/a&#124;b.py:1</code>" in out
    assert "<b>" not in out


def test_markdown_says_everything():
    out = markdown.render(every_kind())
    for title in ("Recommended", "Will change", "Needs a person", "Left alone", "Could not be read"):
        assert f"### {title}" in out
    assert out.count("<details>") == out.count("</details>") == 3


def test_markdown_of_a_large_project_is_what_github_takes():
    text = markdown.render(many(2000))
    assert len(text) <= 65_536
    assert text.rstrip().endswith("`--output FILE` writes the rest beside FILE.")
    assert text.count("<details>") == text.count("</details>")
    assert "f1999.py" in markdown.whole(many(2000))


# -- explain -------------------------------------------------------------------------------------


def test_the_ledger_of_a_line():
    out = ledger(every_kind(), "src/app.py", 3, PLAIN)
    for piece in (
        "recommended  gpt-5.5-instant, confidence 0.78",
        "U-chat  +1.50 instant",
        "edits, made together",
    ):
        assert piece in out
    assert "  src/app.py:3  GPT55-M001  safe  gpt-4o -> gpt-5.5-instant: answers people in a chat" in out
    assert "  src/app.py:4  GPT55-P001  safe  the new models reject max_tokens" in out
    assert "max_tokens → max_completion_tokens" in out


def test_a_line_with_nothing_names_the_nearest():
    assert "these lines have something: 5." in ledger(every_kind(), "tests/test_app.py", 6, PLAIN)
    assert "no old model" in ledger(every_kind(), "src/none.py", 6, PLAIN)


# -- pieces --------------------------------------------------------------------------------------


def test_hunks_know_their_old_lines():
    (hunk,) = hunks(PATCH)
    assert (hunk.first, hunk.last) == (2, 5)
    assert len(hunk.lines) == 4


def test_hunks_of_lines_that_look_like_headers():
    patch = b"--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n-a\n+@@ -9 +9 @@\n+--- b\n@@ -7,0 +9 @@\n+z\n"
    assert [hunk.lines for hunk in hunks(patch)] == [("-a", "+@@ -9 +9 @@", "+--- b"), ("+z",)]


def test_a_coloured_patch_is_the_patch_but_for_keys():
    painted = re.sub(r"\033\[[0-9;]*m", "", colored(PATCH, Style(color=True))).encode()
    assert painted == PATCH.replace(b"sk-abcdefghijklmnopqrst", b"***")


def test_columns_count_wide_characters():
    assert columns([("日本", "x"), ("a", "y")]) == [["日本", "x"], ["a   ", "y"]]
    assert cells("e\u0301") == 1
    assert visible("a\x1bb\tc") == "a\\x1bb\tc"


# -- a large project -----------------------------------------------------------------------------


def large():
    """300 findings of every reason, in 120 files."""
    references, edits, sites = [], [], []
    for number in range(300):
        path = f"src/package/module_{number % 120:03}.py"
        kind = number % 3
        more = {"action": "review", "reason": REASONS[number % len(REASONS)]} if kind == 2 else {}
        references.append(reference(number, path=path, **more))
        sites.append(call_site(number, path=path, variant=VARIANTS[number % 3]))
        if kind != 2:
            edits.append(edit(number, path=path, safety="unsafe" if kind else "safe"))
    return inventory(
        references=tuple(references), edits=tuple(edits), call_sites=tuple(sites),
        coverage=Coverage(seen=4000, read=180, skipped=3818, unread=2),
        diagnostics=tuple(Diagnostic(path=f"{n}.py", code="syntax", message="line 3") for n in range(2)),
        summary=Summary(references=300),
    )  # fmt: skip


REASONS = sorted(words.REASONS)
VARIANTS = ("gpt-5.5", "gpt-5.5-instant", "gpt-5.5-mini")


def test_a_large_project_fits_a_screen_and_ends_with_the_next_step():
    text = terminal.render(large(), Style(width=100), target="src")
    lines = text.splitlines()
    assert len(lines) <= 40
    assert "Next" in lines[-5:]
    assert "apply src" in text
    for bucket in ("Recommended", "Will change", "Needs a person", "Could not be read", "Not looked at"):
        assert bucket in text


def test_what_is_held_back_is_said_in_words():
    value = inventory(
        references=(
            reference(1, action="extend", selected=False),
            reference(2, selected=False),
            reference(3, selected=False, context="test"),
        )
    )
    text = terminal.render(value)
    assert "may need the new id beside it 1" in text
    assert "held back by ties 1" in text
    assert "in test files (--write-contexts test) 1" in text
