"""Generated promptfoo configurations: their form here, and promptfoo itself where it is installed."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from ab_server import serving
from click.testing import CliRunner

from migrator.cli import cli
from migrator.plan import yaml

DESK = Path(__file__).parents[1] / "fixtures" / "support_desk"
PROMPTFOO = os.environ.get("PROMPTFOO") or shutil.which("promptfoo")
needs_promptfoo = pytest.mark.skipif(
    not PROMPTFOO,
    reason="promptfoo is not there: npm install promptfoo, then PROMPTFOO=node_modules/.bin/promptfoo",
)


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk") / "plan"
    done = CliRunner().invoke(cli, ["plan", str(DESK), "-o", str(folder)])
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def server():
    with serving() as found:
        yield found


def promptfoo(folder, *args, **environment):
    quiet = {
        "PROMPTFOO_DISABLE_TELEMETRY": "1",
        "PROMPTFOO_DISABLE_UPDATE": "1",
        "PROMPTFOO_CONFIG_DIR": str(folder / ".pf"),
    }
    return subprocess.run(
        [PROMPTFOO, *args],
        cwd=folder,
        env={**os.environ, **quiet, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_yaml_is_read_back_as_it_was():
    parser = pytest.importorskip("yaml")
    value = {
        "a": [
            "x: y",
            "- no",
            "on",
            "",
            "1",
            "1e3",
            "~",
            "é\u2028z",
            "tab\t",
            "line\nline",
            "{{x}}",
            "#",
            "a b",
            "C:\\d",
            "file://x.json",
        ],
        "b": {"c": [], "d": {}, "e": None, "f": True, "g": 1.5, "h": [[1, 2], {"i": "j", "k": ["l"]}]},
        "weird key: #": "v",
        "small": 1.5e-07,
    }
    assert parser.safe_load(yaml.dump(value)) == {**value, "small": pytest.approx(1.5e-07)}


def test_every_configuration_is_what_the_experiment_says(plan):
    parser = pytest.importorskip("yaml")
    for folder in sorted((plan / "experiments").iterdir()):
        experiment = json.loads((folder / "experiment.json").read_text())
        config = parser.safe_load((folder / "promptfooconfig.yaml").read_text())
        assert [p["label"] for p in config["providers"]] == [
            f"{a['name']}: {a['model']}" for a in experiment["arms"]
        ]
        for provider, arm in zip(config["providers"], experiment["arms"], strict=True):
            sent = provider["config"]["passthrough"]
            assert {**sent, **arm.get("request", {})} == sent
            assert any("max" in name for name in sent), "no request without a cap, as `ab run` sends it"
        messages = json.loads((folder / "prompt.json").read_text())
        assert [m["role"] for m in messages] == [m["role"] for m in experiment["messages"]]
        for line in (folder / "dataset.jsonl").read_text().splitlines():
            assert {v["name"] for v in experiment["variables"]} <= set(json.loads(line)["vars"])


@needs_promptfoo
@pytest.mark.promptfoo
def test_promptfoo_accepts_every_configuration(plan):
    for folder in sorted((plan / "experiments").iterdir()):
        done = promptfoo(folder, "validate", "-c", "promptfooconfig.yaml")
        assert "Configuration is valid" in done.stdout + done.stderr, (
            f"{folder.name}: {done.stdout}{done.stderr}"
        )
        assert done.returncode == 0


@needs_promptfoo
@pytest.mark.promptfoo
def test_promptfoo_compares_old_and_new_model(plan, server):
    folder = plan / "experiments" / "intents-classify-ticket"
    rows = [("my parcel #7", "order_status"), ("so angry #9", "refund")]
    lines = [
        json.dumps({"vars": {"ticket": t, "expected": e}, "metadata": {"language": "en"}}) for t, e in rows
    ]
    (folder / "dataset.jsonl").write_text("\n".join(lines) + "\n")
    done = promptfoo(
        folder,
        "eval",
        "-c",
        "promptfooconfig.yaml",
        "--no-cache",
        "-o",
        "out.json",
        OPENAI_BASE_URL=server.url,
        OPENAI_API_KEY="any",
    )
    assert (folder / "out.json").is_file(), done.stdout + done.stderr
    found = json.loads((folder / "out.json").read_text())["results"]
    outcome = {(r["provider"]["label"], r["vars"]["ticket"]): r["success"] for r in found["results"]}
    assert outcome == {
        (arm, ticket): ticket == "my parcel #7"
        for arm in ("control: gpt-4o-mini", "treatment: gpt-5.5-mini")
        for ticket in ("my parcel #7", "so angry #9")
    }, done.stdout + json.dumps(found)[:3000]
    assert {b["model"] for _, b in server.requests} == {"gpt-4o-mini", "gpt-5.5-mini"}
    new = next(b for _, b in server.requests if b["model"] == "gpt-5.5-mini")
    assert new["max_completion_tokens"] == 200
    assert not {"temperature", "max_tokens"} & set(new)


def rows_of(experiment):
    """Four inputs, of which some are answered right."""
    grader = experiment["graders"][0]
    wanted = {"exact": (grader.get("labels") or ["yes"])[0], "set": "perfect, parcel"}
    for number in range(4):
        values = {v["name"]: filled(v, number) for v in experiment["variables"]}
        yield {"vars": {**values, "expected": wanted.get(grader["id"], "")}}


def filled(variable, number):
    if variable.get("kind") == "image":
        return f"https://example.org/{number}.png"
    if variable.get("kind") == "conversation" or variable["name"] == "messages":
        return [{"role": "user", "content": f"hello {number}"}]
    return f"my parcel #{number}"


def measured(folder, server):
    """Scores and USD of each arm, by promptfoo."""
    done = promptfoo(
        folder, "eval", "-c", "promptfooconfig.yaml", "--no-cache", "-o", "out.json",
        OPENAI_BASE_URL=server.url, OPENAI_API_KEY="any",
    )  # fmt: skip
    assert (folder / "out.json").is_file(), done.stdout + done.stderr
    arms = {}
    for entry in json.loads((folder / "out.json").read_text())["results"]["results"]:
        arms.setdefault(entry["provider"]["label"].partition(":")[0], []).append(entry)
    return arms


@needs_promptfoo
@pytest.mark.promptfoo
def test_promptfoo_grades_and_counts_as_ab_does(plan, server, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "any")
    server.wrong = 2
    server.cached = 7
    shown = {}
    for folder in sorted((plan / "experiments").iterdir()):
        experiment = json.loads((folder / "experiment.json").read_text())
        (folder / "dataset.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows_of(experiment)))
        shown[experiment["name"]] = measured(folder, server)
    done = CliRunner().invoke(cli, ["ab", "run", str(plan), "--all", "--budget", "100"])
    assert done.exit_code == 0, done.output
    report = CliRunner().invoke(cli, ["ab", "report", str(plan), "--format", "json"])
    found = {e["name"]: e["compared"] for e in json.loads(report.output)["experiments"]}
    assert set(found) == set(shown)
    for name, compared in found.items():
        grader = json.loads((plan / "experiments" / name / "experiment.json").read_text())["graders"][0]["id"]
        for one in compared:
            for arm, score, usd in (
                ("control", one["control"], one["usd"][0]),
                (one["arm"], one["treatment"], one["usd"][1]),
            ):
                entries = shown[name][arm]
                assert len(entries) == one["pairs"] == 4
                scores = [entry["namedScores"][grader] for entry in entries]
                prices = [entry["namedScores"]["usd"] for entry in entries]
                assert sum(scores) / 4 == pytest.approx(score), (name, arm)
                assert sum(prices) / 4 == pytest.approx(usd), (name, arm)


@needs_promptfoo
@pytest.mark.promptfoo
def test_promptfoo_runs_the_responses_endpoint_and_a_judge(plan, server):
    folder = plan / "experiments" / "reports-nightly-digest"
    (folder / "dataset.jsonl").write_text(
        json.dumps({"vars": {"tickets": "one parcel", "expected": ""}}) + "\n"
    )
    done = promptfoo(
        folder,
        "eval",
        "-c",
        "promptfooconfig.yaml",
        "--no-cache",
        "-o",
        "out.json",
        OPENAI_BASE_URL=server.url,
        OPENAI_API_KEY="any",
    )
    found = json.loads((folder / "out.json").read_text())["results"]["results"]
    assert [r["success"] for r in found] == [True, True], done.stdout + json.dumps(found)[:3000]
    assert {path for path, _ in server.requests} == {"/v1/responses", "/v1/chat/completions"}
