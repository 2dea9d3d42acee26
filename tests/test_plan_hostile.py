"""`ab run` and `ab report` where the endpoint, the disk or the person interferes: no verdict that is not earned."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ab_server import NEW, OLD, serving
from test_plan_run import FAST, NAME, compared, fill, results, run, settings, tickets

openai = pytest.importorskip("openai", reason="ab run needs the extra: pip install 'gpt55-migrate[ab]'")
pytest.importorskip("scipy", reason="ab report needs the extra: pip install 'gpt55-migrate[ab]'")
ROOT = Path(__file__).parents[1]
CLEAR = FAST + "margin = 0.2\nalpha = 0.4\n"


@pytest.fixture
def server(monkeypatch):
    with serving() as found:
        monkeypatch.setenv("OPENAI_BASE_URL", found.url)
        monkeypatch.setenv("OPENAI_API_KEY", "any")
        yield found


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk") / "plan"
    assert run("plan", str(ROOT / "fixtures" / "support_desk"), "-o", str(folder)).exit_code == 0
    return folder


@pytest.fixture
def plan(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "plan"))


def later(models, fault, after=2, every=1):
    """A fault of those models' requests after the first ones."""
    return lambda model, number: fault if model in models and number > after and number % every == 0 else ""


FAULTS = ("400", "500", "drop", "truncated", "half-json", "html", "nothing", "no-choices", "null-choices")


@pytest.mark.parametrize(("fault", "side"), [(f, NEW) for f in FAULTS] + [(f, OLD) for f in FAULTS[:3]])
def test_an_arm_that_fails_voids_the_verdict(plan, server, fault, side):
    tickets(plan, 40)
    settings(plan, NAME, CLEAR)
    server.fault = later(side, fault, every=4)
    assert run("ab", "run", str(plan), "--all").exit_code == 3
    found = compared(plan)
    assert found["verdict"] == "void", found["words"]
    assert any("requests of the" in why for why in found["void"])
    failed = [r for r in results(plan) if r.get("error")]
    billed = fault not in ("400", "500")
    assert all((r.get("usd", 0) > 0) == billed for r in failed), "what may have to be paid is counted"
    assert run("ab", "report", str(plan), "--only", NAME).exit_code == 3


@pytest.mark.parametrize("fault", ["stream-cut", "stream-no-finish", "stream-garbage"])
def test_streams_that_break_off_are_paid_and_never_answers(plan, server, fault):
    name = "chat-stream-reply"
    fill(plan, name, 12, history="none", question="Where is {number}?", expected="")
    settings(plan, name, FAST)
    server.fault = later(["gpt-5.5-instant"], fault, after=3)
    done = run("ab", "run", str(plan), "--only", name)
    assert done.exit_code == 3
    broken = [r for r in results(plan, name) if r.get("error")]
    assert broken
    assert all("no whole answer" in r["error"] or "broke off" in r["error"] for r in broken)
    assert all(r["usd"] > 0 for r in broken)


@pytest.mark.parametrize(
    ("fault", "share"), [("empty", 1.0), ("null-content", 1.0), ("length", 1.0), ("refusal", 1.0)]
)
def test_answers_that_are_none_break_a_guardrail_or_the_score(plan, server, fault, share):
    tickets(plan, 90)
    settings(plan, NAME, CLEAR)
    server.fault = later(NEW, fault, every=1)
    run("ab", "run", str(plan), "--all")
    found = compared(plan)
    assert found["verdict"] == "no-go", found["words"]


def test_answers_without_usage_are_counted_at_their_reserve(plan, server):
    tickets(plan, 4)
    settings(plan, NAME, FAST)
    server.fault = later(NEW, "no-usage", after=0)
    run("ab", "run", str(plan))
    new = [r for r in results(plan) if r["arm"] == "treatment"]
    assert all(r["unmetered"] and r["usd"] > 0.005 for r in new)


def test_another_model_than_the_one_asked_for_voids(plan, server):
    tickets(plan, 40)
    settings(plan, NAME, CLEAR)
    server.served = {"gpt-5.5-mini": "gpt-4o-mini-2024-07-18"}
    run("ab", "run", str(plan), "--all")
    assert "came from gpt-4o-mini-2024-07-18, not from gpt-5.5-mini" in compared(plan)["words"]
    server.served = {}
    told = CLEAR + 'served = { "gpt-5.5-mini" = ["gpt-4o-mini-2024-07-18"] }\n'
    settings(plan, NAME, told)
    assert compared(plan)["verdict"] == "go"


def test_a_dated_name_is_the_model(plan, server):
    tickets(plan, 40)
    settings(plan, NAME, CLEAR)
    server.served = {"gpt-5.5-mini": "gpt-5.5-mini-2026-04-23", "gpt-4o-mini": "gpt-4o-mini-2024-07-18"}
    run("ab", "run", str(plan), "--all")
    assert compared(plan)["verdict"] == "go"


def test_an_old_model_that_scores_nothing_voids(plan, server):
    fill(plan, NAME, 40, ticket="my {word} #{number}", expected="contract")
    settings(plan, NAME, CLEAR)
    run("ab", "run", str(plan), "--all")
    assert "the old model itself scores 0.000" in compared(plan)["words"]


def test_a_dataset_that_could_not_show_a_drop_voids(plan, server):
    fill(plan, NAME, 40, ticket="my parcel #{number}", expected="order_status")
    settings(plan, NAME, CLEAR)
    run("ab", "run", str(plan), "--all")
    assert "the dataset cannot show a drop" in compared(plan)["words"]


def test_a_grader_that_does_not_exist_voids(plan, server):
    tickets(plan, 40)
    settings(plan, NAME, CLEAR + 'grader = "tests"\ntest_command = ["/nowhere/check"]\n')
    run("ab", "run", str(plan), "--all")
    told = run("ab", "report", str(plan), "--only", NAME, "--run-tests")
    assert "Void: the grader does not work: test_command /nowhere/check" in told.output
    assert told.exit_code == 3
    settings(plan, NAME, CLEAR + 'grader = "python"\nfunction = "mine.py:grade"\n')
    told = run("ab", "report", str(plan), "--only", NAME, "--run-tests")
    assert "there is no mine.py" in told.output


def test_cost_and_latency_decide(plan, server):
    tickets(plan, 60)
    server.cost, server.slow = 70, 0.15
    settings(plan, NAME, CLEAR.replace("cost_ratio = 100", "cost_ratio = 1.5"))
    run("ab", "run", str(plan), "--all")
    found = compared(plan)
    assert found["verdict"] == "no-go"
    assert "cost" in found["against"]
    dear = CLEAR.replace("cost_ratio = 100", "cost_ratio = 5000")
    settings(plan, NAME, dear.replace("latency_ratio = 3", "latency_ratio = 1000"))
    assert "against" not in compared(plan)
    settings(plan, NAME, dear.replace("latency_ratio = 3", "latency_ratio = 1.1"))
    assert compared(plan)["against"] == ["latency"]


def test_one_pair_or_two_say_nothing(plan, server):
    tickets(plan, 2)
    server.wrong = 5
    settings(plan, NAME, FAST)
    run("ab", "run", str(plan))
    found = compared(plan)
    assert found["verdict"] == "inconclusive"
    assert "nothing is said before 30" in found["words"]


@pytest.mark.parametrize("fault", ["401", "403", "down"])
def test_an_endpoint_that_takes_nothing_gives_one_error_before_the_second_experiment(plan, server, fault):
    tickets(plan, 5)
    fill(plan, "sentiment-sentiment", 5, message="good {number}", expected="x")
    for name in (NAME, "sentiment-sentiment"):
        settings(plan, name, FAST)
    if fault == "down":
        server.shutdown()
        server.server_close()
    else:
        server.fault = later(OLD + NEW, fault, after=0)
    done = run("ab", "run", str(plan))
    assert done.exit_code == 3
    assert done.output.count("takes no request") <= 2
    assert len(server.requests) <= 1
    assert not results(plan, "sentiment-sentiment")


def test_cached_tokens_have_their_price(plan, server):
    tickets(plan, 2)
    settings(plan, NAME, FAST + 'usd_per_million = { "gpt-4o-mini" = [10.0, 0.0, 1.0] }\n')
    server.cached = 10
    run("ab", "run", str(plan))
    for result in results(plan):
        if result["arm"] == "control":
            wanted = ((result["tokens_in"] - 10) * 10 + 10 * 1) / 1e6
            assert result["usd"] == pytest.approx(wanted)


def test_a_judge_that_gives_no_json_is_asked_again_and_counts_as_failed(plan, server):
    name = "contracts-analyze-contract"
    fill(plan, name, 3, contract="c {number}", contract_text="c {number}", text="c {number}", expected="")
    settings(plan, name, FAST)
    server.judge = "3/10"
    variables = json.loads((plan / "experiments" / name / "experiment.json").read_text())["variables"]
    fill(plan, name, 3, **{v["name"]: "c {number}" for v in variables}, expected="")
    server.fault = lambda model, number: ""
    import ab_server

    original = ab_server.said
    try:
        ab_server.said = lambda asked, model, s: (
            "3/10" if '"score": number' in asked else original(asked, model, s)
        )
        assert run("ab", "run", str(plan), "--only", name).exit_code == 3
    finally:
        ab_server.said = original
    judged = [r for r in results(plan, name) if r.get("kind") == "judge"]
    assert len(judged) == 1, "the first judgement that cannot be read stops the experiment"
    assert judged[0]["attempts"] == 3
    assert "no judgement that can be read" in judged[0]["error"]


def test_a_judgement_that_nobody_can_read_earns_the_new_model_nothing(plan, server, monkeypatch):
    import ab_server

    name, original = "drafts-draft-reply", ab_server.said
    variables = json.loads((plan / "experiments" / name / "experiment.json").read_text())["variables"]
    fill(plan, name, 60, **{v["name"]: "c #{number}." for v in variables}, expected="")
    settings(plan, name, FAST)

    def said(asked, model, s):
        unreadable = '"score": number' in asked and "gpt-5.5-instant" in asked and "#7." in asked
        return "3/10" if unreadable else original(asked, model, s)

    monkeypatch.setattr(ab_server, "said", said)
    assert run("ab", "run", str(plan), "--only", name, "--all").exit_code == 3
    found = compared(plan, name)
    assert found["pairs"] == 60
    assert min(found["differences"]) == pytest.approx(-0.9)
    assert found["verdict"] != "void", "one of sixty is below the bound"


def start(plan, server, *args):
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "migrator", "ab", "run", str(plan), *args]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def wait_for(condition):
    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("did not happen")


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_drains_what_is_under_way(plan, server, name):
    tickets(plan, 200)
    settings(plan, NAME, FAST)
    server.delay = 0.3
    process = start(plan, server)
    wait_for(lambda: len(server.requests) > 8)
    process.send_signal(name)
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 3
    assert "asked to stop" in out
    assert len(results(plan)) == len(server.requests), "every request that was sent is counted"
    assert all(not r.get("error") for r in results(plan))


def test_a_killed_run_goes_on_where_it_was_and_two_runs_do_not_meet(plan, server):
    tickets(plan, 40)
    settings(plan, NAME, FAST)
    server.delay = 0.1
    process = start(plan, server, "--all")
    wait_for(lambda: len(server.requests) > 12)
    done = run("ab", "run", str(plan))
    assert done.exit_code == 2
    assert "another run is under way" in done.output
    process.kill()
    process.wait()
    kept = len(results(plan))
    assert kept >= 4
    server.delay = 0
    assert run("ab", "run", str(plan), "--all").exit_code == 0
    assert len({r["key"] for r in results(plan)}) == 80
    assert len(server.requests) <= 80 + 8


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
def test_a_full_disk_loses_nothing_that_was_paid(plan, server, tmp_path, monkeypatch):
    tickets(plan, 200)
    settings(plan, NAME, FAST)
    code = (
        "import resource, sys\nresource.setrlimit(resource.RLIMIT_FSIZE, (1_100_000, 1_100_000))\n"
        "import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from migrator.plan import results\nresults.BALLAST_BYTES = 1000\n"
        "import sqlite3\nold = sqlite3.connect\n"
        "def limited(*a, **k):\n    base = old(*a, **k)\n    base.execute('pragma max_page_count = 12')\n    return base\n"
        "results.sqlite3.connect = limited\n"
        "from migrator.cli import cli\ncli(sys.argv[1:], standalone_mode=True)\n"
    )
    assert resource is not None
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code, "ab", "run", str(plan), "--all"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "bring it back with ab import" in done.stdout + done.stderr
    kept = len(results(plan))
    saved = (tmp_path / "gpt55-migrate-rescued.jsonl").read_text().splitlines()
    assert kept + len(saved) == len(server.requests)
    assert len(server.requests) < 200, "it stops at once"
    back = run("ab", "import", str(plan), str(tmp_path / "gpt55-migrate-rescued.jsonl"), "--only", NAME)
    assert back.exit_code == 0, back.output
    assert len(results(plan)) == len(server.requests)
