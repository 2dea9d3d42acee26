"""`plan`: the folder that it writes, what it keeps, what it refuses."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from migrator.cli import cli
from migrator.plan.plan_records import json_schema

DESK = Path(__file__).parents[1] / "fixtures" / "support_desk"
APP = """
from openai import OpenAI

LABELS = "positive, negative or neutral"

def sentiment(message):
    return OpenAI().chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": f"Is the sentiment {LABELS}? One word.\\n{message}"}],
        max_tokens=5,
        temperature=0,
    )
"""


def run(*args):
    return CliRunner().invoke(cli, args)


def planned(root, folder, *args):
    done = run("plan", str(root), "-o", str(folder), *args)
    assert done.exit_code == 0, done.output
    return json.loads((folder / "plan.json").read_text())


def snapshot(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk") / "plan"
    return folder, planned(DESK, folder)


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "project"
    root.mkdir()
    (root / "app.py").write_text(APP)
    return root


def test_the_support_desk_has_experiments_for_its_kinds_of_work(desk):
    folder, plan = desk
    found = {e["name"]: e for e in plan["experiments"]}
    assert len(found) >= 8
    primary = {name: next(g["id"] for g in e["graders"] if g.get("primary")) for name, e in found.items()}
    assert (
        primary["intents-classify-ticket"]
        == primary["sentiment-sentiment"]
        == primary["moderation-is-harmful"]
        == "exact"
    )
    assert primary["contracts-analyze-contract"] == primary["chat-stream-reply"] == "judge"
    intents = found["intents-classify-ticket"]
    assert [g["id"] for g in intents["graders"]] == ["exact", "schema"]
    assert intents["graders"][0]["labels"] == ["order_status", "refund", "complaint", "contract", "other"]
    assert found["contracts-analyze-contract"]["risk"] == "critical"
    assert found["moderation-is-harmful"]["risk"] == "low"
    for name in found:
        for file in (
            "experiment.json",
            "dataset.jsonl",
            "settings.toml",
            "promptfooconfig.yaml",
            "prompt.json",
            "README.md",
        ):
            assert (folder / "experiments" / name / file).is_file()


def test_arms_have_the_parameters_that_their_models_take(desk):
    _, plan = desk
    for experiment in plan["experiments"]:
        control, treatment = experiment["arms"][:2]
        assert "max_completion_tokens" not in control["request"] if control.get("request") else True
        given = treatment.get("request", {})
        assert not {"max_tokens", "temperature"} & set(given), experiment["name"]
    drafts = next(e for e in plan["experiments"] if e["name"] == "drafts-draft-reply")
    assert drafts["arms"][1]["request"]["max_completion_tokens"] == 600, (
        "the wrapper's **options are seen through"
    )


def test_prompts_are_templates_with_named_variables(desk):
    _, plan = desk
    found = {e["name"]: e for e in plan["experiments"]}
    sentiment = found["sentiment-sentiment"]
    assert [m["role"] for m in sentiment["messages"]] == ["system", "user"]
    assert sentiment["messages"][1]["text"].endswith("Answer in one word.\n\n{{message}}")
    assert [v["name"] for v in found["chat-stream-reply"]["variables"]] == ["history", "question"]
    assert found["attachments-describe-image"]["variables"][0]["kind"] == "image"


def test_plan_json_fits_its_published_schema(desk):
    jsonschema = pytest.importorskip("jsonschema")
    folder, plan = desk
    schema = json.loads((folder / "plan.schema.json").read_text())
    assert schema == json.loads(json.dumps(json_schema()))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(plan, schema)


def test_sizes_follow_the_formula_and_the_correction(desk):
    _, plan = desk
    count = len(plan["experiments"])
    for experiment in plan["experiments"]:
        size = experiment["size"]
        assert size["alpha_planned"] == pytest.approx(0.05 / count)
        assert size["pairs"] > size["pairs_alone"] >= 30
        drops = {d["pairs"]: d["drop"] for d in size["detectable"]}
        assert drops[size["pairs"]] <= size["margin"] + 1e-4
        assert size["minimum"] == 30 <= size["pairs_usual"] <= size["pairs"]
        assert (
            f"100 pairs cannot exclude a drop of {size['margin'] * 100:g} points at 80% power"
            in size["sentence"]
        )
        assert "if there is no true difference" in size["condition"]
        assert experiment["estimate"]["usd"] > 0
        assert experiment["run"]["budget_usd"] >= experiment["estimate"]["usd"]
    assert plan["totals"]["usd"] == pytest.approx(
        sum(e["estimate"]["usd"] for e in plan["experiments"]), abs=0.01
    )


def test_the_rollout_goes_by_risk_and_its_patches_apply_forth_and_back(desk, tmp_path):
    folder, plan = desk
    assert [p["rank"] for p in plan["phases"]] == sorted(p["rank"] for p in plan["phases"])
    assert "contracts-analyze-contract" in plan["phases"][-1]["experiments"]
    assert sorted(n for p in plan["phases"] for n in p["experiments"]) == sorted(
        e["name"] for e in plan["experiments"]
    )
    work = tmp_path / "work"
    shutil.copytree(DESK, work, ignore=shutil.ignore_patterns("__pycache__"))
    before = snapshot(work)
    patches = [folder / p["patch"] for p in plan["phases"] if p.get("patch")]
    assert len(patches) >= 2
    for patch in patches:
        subprocess.run(["git", "apply", str(patch)], cwd=work, check=True)
    made = subprocess.run(
        [sys.executable, "-m", "migrator", "diff", "."],
        cwd=work,
        env={**os.environ, "PYTHONPATH": str(DESK.parents[1])},
        capture_output=True,
        check=True,
    )
    assert made.stdout == b"", "the phases together are the whole migration"
    for patch in reversed(patches):
        subprocess.run(["git", "apply", "-R", str(patch)], cwd=work, check=True)
    assert snapshot(work) == before


def test_what_needs_a_person_has_its_own_track(desk):
    _, plan = desk
    tracks = {t["id"]: [i["path"] for i in t["items"]] for t in plan["tracks"]}
    assert tracks["fine-tune"] == ["support_desk/phone.py"]
    assert tracks["azure"] == ["support_desk/azure.py"]
    assert tracks["successor"] == ["support_desk/phone.py"]
    assert tracks["baseline"] == ["scripts/judge_answers.py"]
    assert {i["reason"] for t in plan["tracks"] for i in t["items"]} >= {"suppressed", "dynamic"}


def test_the_same_input_gives_the_same_files(desk, tmp_path):
    folder, _ = desk
    planned(DESK, tmp_path / "again")
    assert snapshot(tmp_path / "again") == snapshot(folder)
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "again").rglob("*")}
    planned(DESK, tmp_path / "again")
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "again").rglob("*")} == before


def test_planning_again_keeps_what_the_team_did(project, tmp_path):
    folder = tmp_path / "plan"
    planned(project, folder)
    place = folder / "experiments" / "app-sentiment"
    rows = '{"vars": {"message": "good", "expected": "positive"}}\n'
    (place / "dataset.jsonl").write_text(rows)
    chosen = '# agreed in June\nmargin = 0.02\njudge_model = "someone"\n'
    (place / "settings.toml").write_text(chosen)
    (place / "results.jsonl").write_text("")
    (project / "app.py").write_text("# moved\n\n" + APP.replace("One word.", "One word!"))
    done = run("plan", str(project), "-o", str(folder))
    assert "Kept experiments/app-sentiment/dataset.jsonl" in done.output
    assert (place / "dataset.jsonl").read_text() == rows
    assert (place / "settings.toml").read_text() == chosen
    assert (place / "results.jsonl").exists()
    (experiment,) = json.loads((folder / "plan.json").read_text())["experiments"]
    assert experiment["size"]["margin"] == 0.02
    assert experiment["size"]["filled"] == 1
    assert "One word!" in experiment["messages"][0]["text"]
    (project / "app.py").write_text(
        APP.replace("{message}", "{message}{language}").replace("(message)", "(message, language)")
    )
    done = run("plan", str(project), "-o", str(folder))
    assert "dataset.jsonl lacks what the prompt now has: language" in done.output
    (project / "app.py").write_text(APP.replace("def sentiment", "def mood"))
    done = run("plan", str(project), "-o", str(folder))
    assert "experiments/app-sentiment belongs to no call any more; left as it is" in done.output
    assert (place / "dataset.jsonl").read_text() == rows


def test_calls_that_share_prompt_and_model_share_an_experiment(project, tmp_path):
    second = APP.replace("def sentiment", "def again").replace("from openai import OpenAI\n", "")
    (project / "app.py").write_text(APP + second)
    (experiment,) = planned(project, tmp_path / "plan")["experiments"]
    assert len(experiment["places"]) == 2


def test_prompt_files_beside_the_code_are_read(project, tmp_path):
    (project / "prompts").mkdir()
    (project / "prompts" / "triage.md").write_text("Classify {ticket} as urgent or normal.")
    (project / "app.py").write_text(
        "from pathlib import Path\nfrom openai import OpenAI\n"
        'PROMPT = (Path(__file__).parent / "prompts" / "triage.md").read_text()\n\n'
        "def triage(ticket):\n"
        '    return OpenAI().responses.create(model="gpt-4o", input=PROMPT.format(ticket=ticket))\n'
    )
    (experiment,) = planned(project, tmp_path / "plan")["experiments"]
    assert experiment["messages"][0]["text"] == "Classify {{ticket}} as urgent or normal."
    assert [v["name"] for v in experiment["variables"]] == ["ticket"]


def test_the_published_catalogue_has_request_defaults(project, tmp_path):
    (project / "app.py").write_text(APP.replace("gpt-4o-mini", "gpt-4o"))
    plan = planned(project, tmp_path / "plan", "--catalog", "published", "--map", "gpt-4o=instant")
    treatment = plan["experiments"][0]["arms"][1]
    assert treatment["model"] == "gpt-5.5"
    assert treatment["request"]["reasoning_effort"] == "none"


def test_secrets_in_prompts_are_masked(project, tmp_path):
    (project / "app.py").write_text(APP.replace("One word.", "Key sk-abcdefghijklmnopqrstuvwx."))
    planned(project, tmp_path / "plan")
    for name, data in snapshot(tmp_path / "plan").items():
        if not name.endswith(".patch"):
            assert b"sk-abcdefghijklmnop" not in data, name


@pytest.mark.parametrize("kind", ["file", "foreign", "nonsense", "settings", "dataset", "unwritable"])
def test_bad_folders_are_refused_and_left_alone(project, tmp_path, kind):
    folder = tmp_path / "plan"
    if kind == "file":
        folder.write_text("mine")
    elif kind == "foreign":
        folder.mkdir()
        (folder / "notes.txt").write_text("mine")
    elif kind == "unwritable":
        if os.geteuid() == 0:
            folder = Path("/proc/plan")
        else:
            folder.mkdir(mode=0o500)
    else:
        planned(project, folder)
        bad = {"nonsense": "plan.json", "settings": "experiments/app-sentiment/settings.toml"}
        bad["dataset"] = "experiments/app-sentiment/dataset.jsonl"
        (folder / bad[kind]).write_text("margin = 'much'\n" if kind == "settings" else "[1, 2\n")
        (project / "app.py").write_text(APP.replace("One word.", "A word."))
    before = snapshot(tmp_path)
    done = run("plan", str(project), "-o", str(folder))
    assert done.exit_code == 2, done.output
    assert len(done.output.strip().splitlines()) == 1
    assert snapshot(tmp_path) == before


def test_nothing_to_compare_is_said_and_nothing_written(project, tmp_path):
    (project / "app.py").write_text("print('no model here')\n")
    done = run("plan", str(project), "-o", str(tmp_path / "plan"))
    assert done.exit_code == 2
    assert "nothing to compare" in done.output
    assert not (tmp_path / "plan").exists()


def test_scanning_imports_nothing_of_the_plan(project):
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom migrator.cli import cli\n"
        f"CliRunner().invoke(cli, ['scan', {str(project)!r}])\n"
        "sys.exit(any(m.startswith('migrator.plan.') or m in ('openai', 'scipy') for m in sys.modules))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=DESK.parents[1], check=False).returncode == 0
