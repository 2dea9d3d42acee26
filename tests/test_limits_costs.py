"""What a limit costs that a request fills, before and after: by the catalogue's prices."""

from __future__ import annotations

import pytest
from limit_support import HEAD, migrated

from migrator.report import markdown, terminal
from migrator.report.style import PLAIN

CUT = HEAD + (
    "LIMIT = 120_000\n\n\ndef analyze(document):\n    document = enc.decode(enc.encode(document)[:LIMIT])\n"
    '    return client.responses.create(model="gpt-4o", input=document, max_output_tokens=2_000)\n'
)
FULL = {
    # 120,000 tokens at 2.50 and 992,000 at 60 dollars a million
    "guide": (0.30, 59.52),
    # 272,000 tokens at 5 dollars a million: not above the step
    "published": (0.30, 1.36),
}
ANSWER = {"guide": (0.02, 0.19), "published": (0.02, 0.06)}


@pytest.mark.parametrize("catalog", FULL)
def test_each_limit_says_what_it_costs_when_full(catalog: str) -> None:
    inventory, _ = migrated(CUT, catalog=catalog)
    size, cap = inventory.limits
    assert (size.usd_before, size.usd_after) == pytest.approx(FULL[catalog])
    assert (cap.usd_before, cap.usd_after) == pytest.approx(ANSWER[catalog])
    (edit,) = [one for one in inventory.edits if one.rule == "GPT55-L001"]
    before, after = FULL[catalog]
    assert edit.why.endswith(f"a full one costs ${before:.2f} before, ${after:.2f} after")


@pytest.mark.parametrize("catalog", FULL)
def test_the_summary_adds_the_answer(catalog: str) -> None:
    summary = migrated(CUT, catalog=catalog)[0].summary
    sides = zip(FULL[catalog], ANSWER[catalog], strict=True)
    assert (summary.usd_before, summary.usd_after) == pytest.approx(tuple(map(sum, sides)))


def test_above_the_step_the_whole_request_costs_more() -> None:
    inventory, _ = migrated(CUT, catalog="published", **{"long-context": True})
    size = inventory.limits[0]
    assert size.new is not None
    assert size.new > 272_000
    assert size.usd_after == pytest.approx(size.new * 2 * 5 / 1_000_000)


def test_a_limit_that_stays_costs_what_the_new_model_asks() -> None:
    size = migrated(CUT, context="keep")[0].limits[0]
    assert (size.new, size.usd_after) == (None, pytest.approx(120_000 * 60 / 1_000_000))


def test_a_bound_in_characters_costs_a_quarter() -> None:
    program = CUT.replace("enc.decode(enc.encode(document)[:LIMIT])", "document[:4_000]")
    size = next(one for one in migrated(program)[0].limits if one.value == 4_000)
    assert size.usd_before == pytest.approx(1_000 * 2.5 / 1_000_000)


def test_reports_show_it() -> None:
    inventory, _ = migrated(CUT)
    patch = b"--- a/app.py\n+++ b/app.py\n@@ -6 +6 @@\n-LIMIT = 120_000\n+LIMIT = 992_000\n"
    text = terminal.render(inventory, PLAIN, patches={"app.py": patch})
    assert "  6  limit  120,000 → 992,000\n" in text
    assert "      a request that fills it costs $0.3000 → $59.52\n" in text
    assert "| `app.py:6` | 120,000 | 992,000 | $0.3000 → $59.52 |" in markdown.render(inventory)


def test_reports_are_silent_where_no_limit_moves() -> None:
    inventory, _ = migrated(CUT, context="keep")
    assert "Limits" not in markdown.render(inventory)
    assert "  limit  " not in terminal.render(inventory, PLAIN, patches={"app.py": b""})
