"""`ab report` in all its forms, `--canary`, `ab import`, `ab grades`."""

import json
import random
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from test_plan_run import FAST, NAME, compared, fill, made, plan, results, run, server, settings, tickets

__all__ = ["made", "plan", "server"]
pytest.importorskip("scipy", reason="ab report needs the extra: pip install 'gpt55-migrate[ab]'")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CLEAR = FAST + "margin = 0.2\nalpha = 0.4\n"


@pytest.fixture
def judged(plan, server):
    tickets(plan, 80)
    settings(plan, NAME, CLEAR)
    server.wrong = 3
    assert run("ab", "run", str(plan), "--all").exit_code == 0
    return plan


class Tags(HTMLParser):
    void = ("meta", "br", "line", "circle", "rect", "polyline")

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.void:
            assert self.open.pop() == tag


def page(plan, file, code=0):
    told = run("ab", "report", str(plan), "--only", NAME, "--format", "html", "--output", str(file))
    assert told.exit_code == code, told.output
    return file.read_text()


def test_the_page_is_whole_and_holds_the_pictures(judged, tmp_path):
    text = page(judged, tmp_path / "report.html")
    tags = Tags()
    tags.feed(text)
    assert not tags.open
    assert tags.seen.count("svg") == 7
    for words in (
        "Paired differences",
        "Guardrails",
        "Classes: false positives",
        "Flips: 3 lost, 0 won",
        "slice language=de",
    ):
        assert words in text, words
    assert text.count("<details>") == 3
    assert not re.search(r"(src|href)=\"https?:", text), "nothing is loaded from elsewhere"
    assert "<script" not in text


def test_what_models_say_is_no_markup(plan, server, tmp_path):
    fill(plan, NAME, 40, ticket="<script>alert(1)</script> {word} #{number}", expected="{label}")
    settings(plan, NAME, CLEAR)
    server.wrong = 3
    run("ab", "run", str(plan), "--all")
    text = page(plan, tmp_path / "report.html", 3)
    assert "&lt;script&gt;alert(1)" in text
    assert "<script" not in text


@pytest.mark.skipif(not CHROMIUM, reason="chromium is not there: apt-get install chromium")
def test_the_page_is_shown_by_a_browser(judged, tmp_path):
    file = tmp_path / "report.html"
    page(judged, file)
    made = subprocess.run(
        [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}",
         "--virtual-time-budget=2000", "--dump-dom", file.as_uri()],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert made.stdout.count("</svg>") == 7, made.stderr[-2000:]
    assert "Go: gpt-5.5-mini is not worse" in made.stdout


def test_markdown_and_json_say_what_the_terminal_says(judged):
    words = compared(judged)["words"]
    for form in ("text", "markdown"):
        told = run("ab", "report", str(judged), "--only", NAME, "--format", form)
        assert words.replace("_", "").split(":")[0] in told.output
        assert told.exit_code == 0
    data = json.loads(run("ab", "report", str(judged), "--only", NAME, "--format", "json").output)
    assert data["verdict"] == "go"
    (label,) = [c for c in data["experiments"][0]["compared"][0]["classes"] if c["label"] == "contract"]
    assert label["false_positive"] == [0, 3]


# -- production ------------------------------------------------------------------------------------


def logs(file, count, *, old=0.02, new=0.02, dear=1.0, slow=1.0, graded=False, served=""):
    drawn = random.Random(8)
    lines = []
    for number in range(count):
        fresh = number % 3 == 0
        bad = drawn.random() < (new if fresh else old)
        line = {
            "model": "gpt-5.5-mini" if fresh else "gpt-4o-mini",
            "seconds": drawn.uniform(0.5, 1.5) * (slow if fresh else 1),
            "usd": drawn.uniform(0.001, 0.002) * (dear if fresh else 1),
            "request_id": number,
        }
        if served and fresh:
            line["served"] = served
        if graded:
            line["score"] = float(not bad)
        elif bad:
            line["error"] = "500"
        lines.append(json.dumps(line))
    file.write_text("\n".join(lines) + "\n")
    return str(file)


@pytest.mark.parametrize(
    ("given", "verdict", "code"),
    [
        ({}, "go", 0),
        ({"graded": True}, "go", 0),
        ({"new": 0.4}, "no-go", 1),
        ({"new": 0.4, "graded": True}, "no-go", 1),
        ({"dear": 4}, "no-go", 1),
        ({"slow": 4}, "no-go", 1),
        ({"old": 0.3}, "void", 3),
        ({"served": "gpt-4o-mini"}, "void", 3),
    ],
)
def test_a_canary_is_judged_from_production_records(plan, tmp_path, given, verdict, code):
    settings(plan, NAME, "margin = 0.1\n")
    file = logs(tmp_path / "canary.jsonl", 1_500, **given)
    told = run("ab", "report", str(plan), "--only", NAME, "--canary", file, "--format", "json")
    assert told.exit_code == code, told.output
    assert json.loads(told.output)["verdict"] == verdict


def test_a_canary_without_expected_answers_has_no_classes(plan, tmp_path):
    file = logs(tmp_path / "canary.jsonl", 90)
    told = run("ab", "report", str(plan), "--only", NAME, "--canary", file)
    assert "quality (exact)" in told.output
    assert "class " not in told.output


def test_a_log_may_call_other_things_as_a_recording_does(plan, tmp_path):
    file = tmp_path / "canary.jsonl"
    logs(file, 90)
    other = [
        {**json.loads(line), "pid": "a", "digest": 5, "retries": "none"}
        for line in file.read_text().splitlines()
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in other))
    told = run("ab", "report", str(plan), "--only", NAME, "--canary", str(file), "--format", "json")
    assert json.loads(told.output)["experiments"][0]["rows"] == 30


def test_a_canary_of_few_records_says_nothing(plan, tmp_path):
    file = logs(tmp_path / "canary.jsonl", 60, new=1.0, graded=True)
    told = run("ab", "report", str(plan), "--only", NAME, "--canary", file)
    assert told.exit_code == 3
    assert "nothing is said before 30" in told.output
    assert run("ab", "report", str(plan), "--canary", file).exit_code == 2
    (tmp_path / "bad.jsonl").write_text('{"model": 3}\n')
    told = run("ab", "report", str(plan), "--only", NAME, "--canary", str(tmp_path / "bad.jsonl"))
    assert told.exit_code == 2
    assert "bad.jsonl:1" in told.output


# -- imports ---------------------------------------------------------------------------------------

PROMPT = "Classify the ticket into one of the following categories: order_status, refund, complaint, contract, other.\n\nTicket:\n"


def promptfoo(model, ticket, said):
    return {
        "provider": {"id": f"openai:chat:{model}"},
        "vars": {"ticket": ticket, "expected": "refund"},
        "response": {"output": said, "tokenUsage": {"prompt": 90, "completion": 9}},
        "latencyMs": 700,
    }


def langsmith(model, ticket, said):
    return {
        "inputs": {
            "messages": [[{"id": ["langchain", "HumanMessage"], "kwargs": {"content": PROMPT + ticket}}]]
        },
        "outputs": {"generations": [[{"text": said}]]},
        "extra": {"invocation_params": {"model": model}},
        "start_time": "2026-05-01T10:00:00Z",
        "end_time": "2026-05-01T10:00:01.5Z",
        "prompt_tokens": 90,
        "completion_tokens": 9,
        "reference_outputs": {"expected": "refund"},
    }


def braintrust(model, ticket, said):
    return {
        "input": [{"role": "user", "content": PROMPT + ticket}],
        "output": said,
        "expected": "refund",
        "metadata": {"model": model},
        "metrics": {"start": 10.0, "end": 11.2, "prompt_tokens": 90, "completion_tokens": 9},
    }


def recorded(model, ticket, said):
    return {
        "request": {"model": model, "messages": [{"role": "user", "content": PROMPT + ticket}]},
        "response": {
            "model": model,
            "choices": [{"message": {"role": "assistant", "content": said}}],
            "usage": {"prompt_tokens": 90, "completion_tokens": 9},
        },
        "seconds": 0.9,
        "expected": "refund",
    }


@pytest.mark.parametrize("form", [promptfoo, langsmith, braintrust, recorded])
@pytest.mark.parametrize("lines", [True, False])
def test_records_of_other_tools_fill_rows_and_answers(plan, server, tmp_path, form, lines):
    said = json.dumps({"intent": "refund"})
    entries = [
        form(model, f"my money #{number}", said)
        for number in range(35)
        for model in ("gpt-4o-mini-2024-07-18", "gpt-5.5-mini")
    ] + [form("gpt-3.5-turbo", "another model", said)]
    file = tmp_path / ("records.jsonl" if lines else "records.json")
    file.write_text("\n".join(map(json.dumps, entries)) if lines else json.dumps({"results": entries}))
    settings(plan, NAME, CLEAR)
    done = run("ab", "import", str(plan), str(file), "--only", NAME)
    assert done.exit_code == 0, done.output
    assert "36 rows and 70 answers" in done.output
    again = run("ab", "import", str(plan), str(file), "--only", NAME)
    assert "0 rows and 0 answers" in again.output
    assert all(r["seconds"] > 0 and r["tokens_in"] == 90 for r in results(plan))
    rows = (plan / "experiments" / NAME / "dataset.jsonl").read_text().splitlines()
    assert json.loads(rows[0])["vars"]["ticket"] == "my money #0"
    if form is not recorded:
        assert json.loads(rows[0])["vars"]["expected"] == "refund"


@pytest.mark.parametrize("turns", [0, 1, 2, 5])
def test_earlier_turns_are_read_from_a_recording_and_sent_again(plan, turns):
    from migrator.plan import experiment_requests, folder, foreign_results
    from migrator.plan.dataset_row import Row

    experiment = folder.load_experiment(plan, "chat-stream-reply")
    said = [{"role": ("user", "assistant")[n % 2], "content": f"turn {n}"} for n in range(turns)]
    system = {"role": "system", "content": experiment.messages[0].text}
    sent = [system, *said, {"role": "user", "content": "and now?"}]
    values = foreign_results.extracted(sent, experiment)
    assert values is not None
    assert values["question"] == "and now?"
    assert experiment_requests.body(experiment, experiment.arms[0], Row(vars=values))["messages"] == sent


def test_pictures_of_a_recording_are_variables_again(plan):
    from migrator.plan import experiment_requests, folder, foreign_results
    from migrator.plan.dataset_row import Row

    experiment = folder.load_experiment(plan, "attachments-describe-image")
    row = Row(vars={"url": "https://x.example/a.png"})
    sent = experiment_requests.body(experiment, experiment.arms[0], row)["messages"]
    assert foreign_results.extracted(sent, experiment) == row.vars


def test_rows_that_a_person_wrote_are_kept_by_an_import(plan, tmp_path):
    fill(plan, NAME, 2, ticket="mine {number}", expected="other")
    before = (plan / "experiments" / NAME / "dataset.jsonl").read_text()
    file = tmp_path / "x.json"
    file.write_text(json.dumps([braintrust("gpt-4o-mini", "t", "x")]))
    assert run("ab", "import", str(plan), str(file), "--only", NAME).exit_code == 0
    after = (plan / "experiments" / NAME / "dataset.jsonl").read_text()
    assert after.startswith(before)
    file.write_text(json.dumps([{"a": 1}]))
    done = run("ab", "import", str(plan), str(file), "--only", NAME)
    assert done.exit_code == 2
    assert "no known export" in done.output


# -- people ----------------------------------------------------------------------------------------

DRAFT = "drafts-draft-reply"


@pytest.mark.parametrize(("agrees", "void"), [(True, False), (False, True)])
def test_a_judge_that_people_disagree_with_voids_the_verdict(plan, server, agrees, void):
    names = [
        v["name"]
        for v in json.loads((plan / "experiments" / DRAFT / "experiment.json").read_text())["variables"]
    ]
    fill(plan, DRAFT, 30, **dict.fromkeys(names, "text {number}"), expected="")
    settings(plan, DRAFT, CLEAR)
    assert run("ab", "run", str(plan), "--only", DRAFT, "--all").exit_code == 0
    assert run("ab", "grades", str(plan), "--only", DRAFT, "-n", "30").exit_code == 0
    file = plan / "experiments" / DRAFT / "people.jsonl"
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert len(lines) == 30
    assert not any("gpt" in line["task"] for line in lines), "blind to the model"
    for number, line in enumerate(lines):
        line["grade"] = 1.0 if agrees or number % 2 else 0.0
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = compared(plan, DRAFT)
    assert (found["verdict"] == "void") == void, found["words"]
    assert ("kappa" in found["words"]) == void
    assert "is there already" in run("ab", "grades", str(plan), "--only", DRAFT).output


def test_a_preference_is_asked_in_both_orders_and_ties_count_half(plan, server):
    names = [
        v["name"]
        for v in json.loads((plan / "experiments" / DRAFT / "experiment.json").read_text())["variables"]
    ]
    fill(plan, DRAFT, 31, **dict.fromkeys(names, "text {number}"), expected="")
    settings(plan, DRAFT, CLEAR + 'grader = "preference"\n')
    assert run("ab", "run", str(plan), "--only", DRAFT, "--all").exit_code == 0
    kinds = [r.get("kind", "answer") for r in results(plan, DRAFT)]
    assert kinds.count("prefer-old") == kinds.count("prefer-new") == 31
    assert compared(plan, DRAFT)["treatment"] == 0.5
