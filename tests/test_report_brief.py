"""The default review: whatever was found it fits 24 lines of 80 columns, in plain words and whole ones."""

from __future__ import annotations

import re

import pytest
from ci_support import project
from ci_support import within as tool
from inventories import call_site, edit, every_kind, inventory, reference

from migrator.inventory import Coverage, Diagnostic, End, Requirement, Summary
from migrator.inventory.prompt_records import Cost
from migrator.report import brief, words
from migrator.report.brief import Brief
from migrator.report.causes import causes
from migrator.report.style import Style, cells

REASONS = sorted(words.REASONS)
VARIANTS = ("gpt-5.5", "gpt-5.5-instant", "gpt-5.5-mini")
END = End(date="2026-12-11", days=12, successor="gpt-5.6-sol")
GONE = End(date="2026-07-23", days=-129)
PIN = Requirement(needs="openai>=1.45", declared="==1.30", path="services/chat/requirements.txt", line=12)
CALL = 'from openai import OpenAI\n\nOpenAI().chat.completions.create(model="gpt-4o", messages=[])\n'


def everything(count=300, pin=PIN):
    """Findings of every reason in many files, with all that a review may have to say."""
    cost = Cost(tokens_in=1000, tokens_out=200, usd_before=4.5, usd_after=59.0, estimate="characters / 4")
    references, edits, sites = [], [], []
    for number in range(count):
        path, kind = f"src/package/module_{number % 120:03}.py", number % 3
        more = {"action": "review", "reason": REASONS[number % len(REASONS)]} if kind == 2 else {}
        if more.get("reason") == "dependency-too-old":
            more |= {"requirement": pin}
        references.append(reference(number, path=path, end=END if number % 2 else GONE, **more))
        models = ("gpt-4o", "gpt-4o-mini", "gpt-4o-2024-08-06", "gpt-5", "gpt-5-mini")
        sites.append(call_site(number, path=path, variant=VARIANTS[kind], cost=cost, models=models))
        if kind != 2:
            edits.append(edit(number, path=path, safety="unsafe" if kind else "safe"))
    return inventory(
        references=(*references, reference(count, selected=False, context="test")),
        edits=tuple(edits), call_sites=tuple(sites),
        coverage=Coverage(seen=4000, read=180, skipped=3818, unread=2),
        diagnostics=tuple(Diagnostic(path=f"{n}.py", code="syntax", message="line 3") for n in range(2)),
        summary=Summary(references=count),
    )  # fmt: skip


def rendered(made, **more):
    return brief.render(Brief(made, found=causes(made), **more), Style(width=80))


@pytest.mark.parametrize("made", [everything(), everything(30), every_kind(), inventory()])
@pytest.mark.parametrize("volume", [0, 2_000_000])
def test_it_fits_24_by_80(made, volume):
    lines = rendered(made, target="services/chat", volume=volume).splitlines()
    assert len(lines) <= 23
    assert max(map(cells, lines)) <= 80
    assert "Next" in lines[-1]


def test_it_answers_what_one_asks_first():
    text = rendered(everything(), target="src")
    for piece in (
        "4,000 files looked at: 300 calls of an old model, 300 mentions of one",
        "Will change  200 edits in 80 files; 100 may change more than the model",
        "100 calls  best on gpt-5.5-instant",
        "See it: gpt55-migrate diff src",
        "gpt55-migrate apply src --raise-pins",
        "Raise openai to >=1.45 in services/chat/requirements.txt:12 (now ==1.30)",
        "more causes: gpt55-migrate check src --fail-on review",
        "Money  at most $4,500.00 → $59,000.00 for 1,000 requests, spread evenly",
        "--volume REQUESTS",
        "gpt-4o ends in 12 days (2026-12-11)",
        "Next  gpt55-migrate apply src",
    ):
        assert piece in text


@pytest.mark.parametrize(
    ("lock", "command"),
    [("uv.lock", "uv lock --upgrade-package openai"), ("a/poetry.lock", "poetry update openai")],
)
def test_what_a_lock_file_holds_is_freed_by_its_own_tool(lock, command):
    made = everything(
        pin=Requirement(needs="openai>=1.45", declared="==1.30", path=lock, line=3, locked=True)
    )
    assert f"  {command}\n" in rendered(made)


def test_a_stated_volume_and_measured_usage():
    text = rendered(everything(), volume=50_000)
    assert "$225,000.00 → $2,950,000.00 for 50,000 requests a month" in text
    assert "--volume" not in text


def test_a_long_command_stays_whole_and_alone():
    target = "a/very/long/path/to/a/project/that/nobody/would/like/to/type/twice"
    text = rendered(everything(), target=target)
    assert f"Next  gpt55-migrate apply {target}\n" in text


def test_words_are_never_cut():
    for width in range(20, 90):
        text = "a test on the model's name comes out otherwise, and more of it follows"
        shown = Style(width=width).clip(text, 8)
        assert cells(shown) <= max(width - 8, 9)
        assert shown == text or re.match(rf"{re.escape(shown[:-1])}\W", text) or " " not in shown
        assert "……" not in shown


def test_a_small_change_is_shown_at_once_and_a_large_one_named(tmp_path):
    small = tool("review", ".", cwd=project(tmp_path, app=CALL), code=0).stdout
    assert '-OpenAI().chat.completions.create(model="gpt-4o", messages=[])' in small
    many = "".join(f"\n\ndef f{n}():\n    return {CALL.splitlines()[2]}\n" for n in range(9))
    large = tool("review", ".", cwd=project(tmp_path / "b", app=CALL + many), code=0).stdout
    assert "See it: gpt55-migrate diff ." in large
    assert "\n-" not in large


def test_quiet_is_a_line_and_volume_is_checked(tmp_path):
    root = project(tmp_path, app=CALL)
    done = tool("-q", ".", cwd=root, code=0)
    assert (done.stdout, done.stderr) == ("1 edit in 1 file\n", "")
    assert "for 50,000 requests a month" in tool("review", "--volume", "50k", cwd=root, code=0).stdout
    assert "expected a number" in tool("review", "--volume", "many", cwd=root, code=2).stderr
