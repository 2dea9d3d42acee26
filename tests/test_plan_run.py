"""`ab run` and `ab report` against a strict server on the loopback."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from ab_server import serving
from click.testing import CliRunner

from migrator.cli import cli

openai = pytest.importorskip("openai", reason="ab run needs the extra: pip install 'gpt55-migrate[ab]'")
DESK = Path(__file__).parents[1] / "fixtures" / "support_desk"
WORDS = ("parcel", "money", "angry", "weather")
EXPECTED = {"parcel": "order_status", "money": "refund", "angry": "complaint", "weather": "other"}


@pytest.fixture
def server(monkeypatch):
    with serving() as found:
        monkeypatch.setenv("OPENAI_BASE_URL", found.url)
        monkeypatch.setenv("OPENAI_API_KEY", "any")
        yield found


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk") / "plan"
    done = run("plan", str(DESK), "-o", str(folder))
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def plan(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "plan"))


def run(*args):
    return CliRunner().invoke(cli, args)


def fill(plan, name, count, **values):
    rows = []
    for number in range(count):
        word = WORDS[number % 4]
        made = {k: v.format(number=number, word=word, label=EXPECTED[word]) for k, v in values.items()}
        rows.append(json.dumps({"vars": made, "metadata": {"language": "de" if number % 2 else "en"}}))
    (plan / "experiments" / name / "dataset.jsonl").write_text("\n".join(rows) + "\n")


def tickets(plan, count):
    fill(plan, "intents-classify-ticket", count, ticket="my {word} #{number}", expected="{label}")


NAME = "intents-classify-ticket"


def write(plan, rows, name=NAME):
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (plan / "experiments" / name / "dataset.jsonl").write_text(text)


def compared(plan, name=NAME):
    told = run("ab", "report", str(plan), "--only", name, "--format", "json")
    return json.loads(told.output)["experiments"][0]["compared"][0]


def settings(plan, name, text):
    (plan / "experiments" / name / "settings.toml").write_text(text)


def results(plan, name="intents-classify-ticket"):
    with closing(sqlite3.connect(plan / "results.sqlite")) as base:
        found = base.execute("select data from result where experiment = ? order by id", (name,))
        return [json.loads(data) for (data,) in found]


FAST = "requests_per_minute = 600000\nconcurrency = 4\ncost_ratio = 100\nlatency_ratio = 3\nretries = 0\n"


def test_old_and_new_model_side_by_side(plan, server):
    tickets(plan, 60)
    settings(plan, "intents-classify-ticket", FAST + "pairs = 60\nmargin = 0.1\n")
    done = run("ab", "run", str(plan))
    assert done.exit_code == 0, done.output
    assert {(r["arm"], r["model"]) for r in results(plan)} == {
        ("control", "gpt-4o-mini"),
        ("treatment", "gpt-5.5-mini"),
    }
    bodies = {b["model"]: b for _, b in server.requests}
    assert bodies["gpt-4o-mini"]["max_tokens"] == 200
    assert bodies["gpt-4o-mini"]["temperature"] == 0
    assert bodies["gpt-5.5-mini"]["max_completion_tokens"] == 200
    assert "temperature" not in bodies["gpt-5.5-mini"]
    assert server.most_under_way <= 4
    told = run("ab", "report", str(plan), "--only", "intents-classify-ticket", "--format", "json")
    (found,) = json.loads(told.output)["experiments"][0]["compared"]
    assert found["pairs"] == 60
    assert found["control"] == found["treatment"] == 1.0
    assert found["verdict"] == "inconclusive", "eleven experiments are planned, one has results"
    assert {"language=de", "language=en"} == {s["name"] for s in found["slices"]}


def test_a_run_resumes_and_sends_nothing_twice(plan, server):
    tickets(plan, 12)
    settings(plan, "intents-classify-ticket", FAST)
    assert run("ab", "run", str(plan), "--limit", "5").exit_code == 0
    assert len(server.requests) == 10
    assert run("ab", "run", str(plan)).exit_code == 0
    assert len(server.requests) == 24
    assert len(results(plan)) == 24
    done = run("ab", "run", str(plan))
    assert "24 were there" in done.output
    assert len(server.requests) == 24


def test_identical_requests_are_asked_and_counted_once(plan, server):
    fill(plan, "intents-classify-ticket", 8, ticket="my {word}", expected="{label}")
    settings(plan, "intents-classify-ticket", FAST)
    done = run("ab", "run", str(plan))
    assert "4 rows repeat others" in done.output
    assert len(server.requests) == 8
    assert compared(plan)["pairs"] == 4
    rows = [{"vars": {"ticket": "x", "expected": label}} for label in ("refund", "other")]
    write(plan, rows)
    done = run("ab", "run", str(plan))
    assert done.exit_code == 2
    assert "expects another answer" in " ".join(done.output.split())


def test_a_right_answer_put_right_asks_nothing_again(plan, server):
    tickets(plan, 4)
    settings(plan, "intents-classify-ticket", FAST)
    run("ab", "run", str(plan))
    fill(plan, "intents-classify-ticket", 4, ticket="my {word} #{number}", expected="refund")
    run("ab", "run", str(plan))
    assert len(server.requests) == 8
    assert compared(plan)["control"] == 0.25


def test_the_budget_is_never_exceeded(plan, server):
    tickets(plan, 150)
    settings(plan, "intents-classify-ticket", FAST + "budget_usd = 0.05\n")
    done = run("ab", "run", str(plan), "--all")
    assert done.exit_code == 3
    assert "budget" in done.output
    spent = sum(r["usd"] for r in results(plan))
    assert 0 < spent <= 0.05
    sent = len(server.requests)
    assert sent < 300
    assert run("ab", "run", str(plan)).exit_code == 3
    assert sum(r["usd"] for r in results(plan)) <= 0.05


def test_one_budget_holds_all_experiments(plan, server):
    tickets(plan, 60)
    fill(plan, "sentiment-sentiment", 60, message="good {number}", expected="A perfect")
    for name in ("intents-classify-ticket", "sentiment-sentiment"):
        settings(plan, name, FAST)
    done = run("ab", "run", str(plan), "--budget", "0.02")
    assert done.exit_code == 3
    assert "raise --budget" in done.output
    spent = sum(
        r["usd"] for n in ("intents-classify-ticket", "sentiment-sentiment") for r in results(plan, n)
    )
    assert 0 < spent <= 0.02
    assert run("ab", "run", str(plan), "--budget", "0.02").exit_code == 3


def test_busy_answers_are_tried_again(plan, server):
    server.busy = 3
    tickets(plan, 4)
    settings(plan, "intents-classify-ticket", FAST.replace("retries = 0", "retries = 5"))
    done = run("ab", "run", str(plan))
    assert done.exit_code == 0, done.output
    assert len(server.requests) == 8 + 3
    assert sum(r.get("attempts", 1) for r in results(plan)) == 11


def test_a_first_request_that_fails_costs_one_error(plan, server):
    server.fail = "The request is wrong."
    tickets(plan, 100)
    settings(plan, "intents-classify-ticket", FAST)
    done = run("ab", "run", str(plan))
    assert done.exit_code == 3
    assert "the first request to the" in done.output
    assert "The request is wrong." in done.output
    assert len(server.requests) == 1
    assert run("ab", "report", str(plan)).exit_code == 3


def test_streams_and_judges(plan, server):
    fill(plan, "chat-stream-reply", 3, history="none", question="Where is my {word} #{number}?", expected="")
    settings(plan, "chat-stream-reply", FAST)
    done = run("ab", "run", str(plan), "--only", "chat-stream-reply")
    assert done.exit_code == 0, done.output
    found = results(plan, "chat-stream-reply")
    answers = [r for r in found if r.get("kind", "answer") == "answer"]
    assert {r["output"] for r in answers} == {
        "A perfect answer from gpt-4o.",
        "A perfect answer from gpt-5.5-instant.",
    }
    assert all(r["first_token"] > 0 and r["tokens_out"] > 0 for r in answers)
    assert [r["score"] for r in found if r.get("kind") == "judge"] == [0.9] * 6
    told = run("ab", "report", str(plan), "--only", "chat-stream-reply")
    assert "first token p50" in told.output
    assert "3 pairs; nothing is said before 30" in told.output


def test_the_responses_endpoint(plan, server):
    fill(plan, "reports-nightly-digest", 2, tickets="a {word}", expected="")
    settings(plan, "reports-nightly-digest", FAST)
    assert run("ab", "run", str(plan), "--only", "reports-nightly-digest").exit_code == 0
    assert {path for path, _ in server.requests} == {"/v1/responses", "/v1/chat/completions"}
    assert all(r["tokens_in"] and r["usd"] for r in results(plan, "reports-nightly-digest"))


@pytest.mark.parametrize(
    ("wrong", "verdict", "words", "code"),
    [
        (0, "go", "Go: gpt-5.5-mini is not worse than gpt-4o-mini", 0),
        (10, "inconclusive", "neither shown nor excluded", 3),
        (90, "no-go", "it is worse by more than 8 points", 1),
    ],
)
def test_verdicts_in_plain_words(plan, server, wrong, verdict, words, code):
    tickets(plan, 120)
    settings(plan, NAME, FAST + "margin = 0.08\nalpha = 0.3\n")
    server.wrong = wrong
    assert run("ab", "run", str(plan), "--all").exit_code == 0
    told = run("ab", "report", str(plan), "--only", NAME)
    assert words in told.output, told.output
    assert compared(plan)["verdict"] == verdict
    assert told.exit_code == code


def test_a_clear_verdict_ends_the_run(plan, server):
    tickets(plan, 300)
    settings(plan, NAME, FAST + "margin = 0.2\n")
    done = run("ab", "run", str(plan))
    assert "shown after 50 pairs" in done.output
    assert len(server.requests) == 100


def test_a_dry_run_sends_nothing(plan, server):
    tickets(plan, 7)
    done = run("ab", "run", str(plan), "--dry-run")
    assert done.exit_code == 0
    assert "7 rows, 14 of 14 requests" in done.output
    assert "about USD 0.08, at most" in done.output
    assert not server.requests


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda p: None, "no dataset is filled"),
        (lambda p: (p / "plan.json").write_text("{}"), "plan.json: was changed by hand"),
        (lambda p: (p / "experiments/sentiment-sentiment/experiment.json").unlink(), "is missing"),
        (lambda p: fill(p, "sentiment-sentiment", 2, message="x"), "missing in vars: expected"),
        (lambda p: fill(p, NAME, 2, ticket="x {number}", expected=""), "row 1: expected is empty"),
        (
            lambda p: fill(p, NAME, 2, ticket="x {number}", expected="refnd"),
            "none of the labels order_status",
        ),
        (lambda p: settings(p, "sentiment-sentiment", "margin = 3"), "margin = 3: expected a share"),
        (lambda p: settings(p, "sentiment-sentiment", "margn = 0.1"), "unknown field `margn`"),
        (lambda p: settings(p, "sentiment-sentiment", "margin = ="), "cannot be read"),
        (
            lambda p: (p / "experiments/sentiment-sentiment/dataset.jsonl").write_text("{nonsense}\n"),
            "dataset.jsonl:1",
        ),
    ],
)
def test_bad_plans_are_refused_before_anything_is_sent(plan, server, damage, words):
    damage(plan)
    done = run("ab", "run", str(plan))
    assert done.exit_code == 2
    assert words in " ".join(done.output.split())
    assert not server.requests


def test_models_without_a_price_are_refused(plan, server):
    tickets(plan, 2)
    settings(plan, "intents-classify-ticket", FAST + 'treatment_model = "our-own"\n')
    done = run("ab", "run", str(plan))
    assert done.exit_code == 2
    assert "no price is known for our-own" in done.output
    settings(
        plan,
        "intents-classify-ticket",
        FAST + 'treatment_model = "our-own"\nusd_per_million = { our-own = [1.0, 2.0] }\n',
    )
    done = run("ab", "run", str(plan))
    assert done.exit_code == 3, "the server has no such model"
    assert any("does not exist" in r.get("error", "") for r in results(plan))


def test_tiers_are_an_arm_of_their_own_and_cost_nothing(plan, server):
    rows = [
        {
            "vars": {"ticket": f"my {WORDS[n % 4]} #{n}", "expected": EXPECTED[WORDS[n % 4]]},
            "metadata": {"tier": "simple" if n % 2 else "hard"},
        }
        for n in range(60)
    ]
    write(plan, rows)
    settings(plan, NAME, FAST + 'treatment_model = "gpt-5.5-instant"\n')
    made = json.loads((plan / "experiments" / NAME / "experiment.json").read_text())
    made["arms"].append({**made["arms"][1], "name": "challenger", "model": "gpt-5.5-mini"})
    made["run"]["usd_per_million"]["gpt-5.5-instant"] = [45.0, 70.0]
    (plan / "experiments" / NAME / "experiment.json").write_text(json.dumps(made))
    done = run("ab", "run", str(plan), "--all")
    assert done.exit_code == 0, done.output
    assert len(server.requests) == 180
    told = run("ab", "report", str(plan), "--only", NAME, "--format", "json")
    found = {one["arm"]: one for one in json.loads(told.output)["experiments"][0]["compared"]}
    assert list(found) == ["treatment", "challenger", "tiered"]
    assert found["tiered"]["pairs"] == 60
    assert found["tiered"]["served"][1] == {"gpt-5.5-instant": 30, "gpt-5.5-mini": 30}
    assert "exploratory" in found["tiered"]["words"]
