"""What becomes an experiment, under which name, and what it waits for."""

import json

import pytest
from test_plan_files import planned, run

HEAD = "from openai import OpenAI\nclient = OpenAI()\n"
ASK = 'client.chat.completions.create(model="gpt-4o", messages=%s%s)\n'


def made(tmp_path, **files):
    root = tmp_path / "project"
    root.mkdir(exist_ok=True)
    for name, text in files.items():
        (root / f"{name}.py").write_text(text)
    return planned(root, tmp_path / "plan")


def only(plan):
    (experiment,) = plan["experiments"]
    return experiment


@pytest.mark.parametrize(
    ("code", "lacks"),
    [
        ("def f(x):\n    return " + ASK % ('[{"role": "user", "content": f"Sum up: {x}"}]', ""), None),
        ("def f(messages):\n    return " + ASK % ("messages", ""), "its prompt is not in the source"),
        (
            "def f():\n    return " + ASK % ('[{"role": "user", "content": "Say hello"}]', ""),
            "its prompt has no input",
        ),
        (
            "def f(x, tools):\n    return "
            + ASK % ('[{"role": "user", "content": f"Sum up: {x}"}]', ", tools=tools"),
            "the `tools` of the request are not in the source",
        ),
    ],
)
def test_what_the_source_does_not_say_is_asked_for(tmp_path, code, lacks):
    plan = made(tmp_path, app=HEAD + code)
    found = only(plan)
    page = (tmp_path / "plan" / "plan.md").read_text()
    if lacks is None:
        assert not found.get("lacks")
        assert plan["totals"]["experiments"] == 1
        return
    assert any(lacks in why for why in found["lacks"])
    assert plan["totals"] == {**plan["totals"], "experiments": 0, "unready": 1, "pairs": 0}
    assert "**not ready**" in page
    assert lacks in page
    stub = json.loads(
        (tmp_path / "plan" / "experiments" / found["name"] / "dataset.jsonl").read_text().splitlines()[0]
    )
    assert set(stub["vars"]) >= {v["name"] for v in found["variables"]}


@pytest.mark.parametrize(
    ("said", "ready"),
    [
        ("Exit code {code}", False),
        ("You are given the exit code of a program. Say in one sentence what went wrong: {code}", True),
    ],
)
def test_what_may_be_no_request_is_not_ready(tmp_path, said, ready):
    code = f'from shop.log import note\n\ndef f(code):\n    return note(f"{said}", model_name="gpt-4o")\n'
    plan = made(tmp_path, app=code)
    whys = [why for e in plan["experiments"] for why in e.get("lacks", ())]
    assert plan["totals"]["experiments"] == ready
    assert ready or any("may be no request" in why for why in whys), whys


def test_an_agent_that_reasons_is_planned(tmp_path):
    code = (
        "from agno.agent import Agent\nfrom agno.models.openai import OpenAIChat\n"
        'agent = Agent(model=OpenAIChat(id="gpt-4o"), instructions="Help with orders.", reasoning=True)\n'
        "def f(x):\n    return agent.run(x)\n"
    )
    assert made(tmp_path, app=code)["schema_version"] == 2


def call(name, text):
    return f"def {name}(x):\n    return " + ASK % (
        '[{"role": "user", "content": f"TEXT: {x}"}]'.replace("TEXT", text),
        "",
    )


def test_a_call_added_before_another_takes_neither_name_nor_dataset(tmp_path):
    two = "def f(x, deep):\n    if deep:\n        return " + ASK % (
        '[{"role": "user", "content": f"Explain: {x}"}]',
        "",
    )
    two += "    return " + ASK % ('[{"role": "user", "content": f"Name: {x}"}]', "")
    before = made(tmp_path, app=HEAD + two)
    names = {e["messages"][0]["text"]: e["name"] for e in before["experiments"]}
    for text, name in names.items():
        row = {"vars": {"x": text, "expected": "mine"}}
        (tmp_path / "plan" / "experiments" / name / "dataset.jsonl").write_text(json.dumps(row) + "\n")
    third = two.replace(
        "    if deep",
        "    if deep == 2:\n        return "
        + ASK % ('[{"role": "user", "content": f"List: {x}"}]', "")
        + "    if deep",
    )
    after = made(tmp_path, app="\n\n" + HEAD + third)
    now = {e["messages"][0]["text"]: e["name"] for e in after["experiments"]}
    assert {text: now[text] for text in names} == names
    assert len(set(now.values())) == 3
    for text, name in names.items():
        kept = (tmp_path / "plan" / "experiments" / name / "dataset.jsonl").read_text()
        assert json.loads(kept)["vars"]["x"] == text


def test_a_changed_prompt_keeps_its_experiment_and_no_result(tmp_path):
    first = only(made(tmp_path, app=HEAD + call("f", "Explain")))
    second = only(made(tmp_path, app=HEAD + call("f", "Explain briefly")))
    assert first["name"] == second["name"]
    assert first["content"] != second["content"], "requests are asked again: results go by what was sent"


def test_what_no_experiment_proves_moves_last(tmp_path):
    proved = HEAD + call("f", "Explain")
    loose = 'from elsewhere import configure\nconfigure(model="gpt-4o-mini")\nDEFAULT_MODEL = "gpt-4o-mini"\n'
    unready = HEAD + "def g(messages):\n    return " + ASK.replace("gpt-4o", "gpt-5-mini") % ("messages", "")
    plan = made(tmp_path, app=proved, loose=loose, unready=unready)
    last = plan["phases"][-1]
    assert last["rank"] == 5
    assert any(place.startswith("unready.py") for place in last["places"])
    assert not any(place.startswith("app.py") for place in last["places"])


def test_a_phase_says_how_traffic_is_split_in_the_projects_own_way(tmp_path):
    code = "from pydantic_settings import BaseSettings\n" + HEAD + call("f", "Explain")
    (phase,) = made(tmp_path, app=code)["phases"]
    assert "settings.gpt55_phase_1" in phase["snippet"]
    compile(phase["snippet"], "snippet", "exec")
    assert any("median latency at most 1.5 times" in line for line in phase["watched"])
    (phase,) = made(tmp_path, app=HEAD + call("f", "Explain"))["phases"]
    assert 'os.environ.get("GPT55_PHASE_1"' in phase["snippet"]
    (phase,) = made(tmp_path, app="import ldclient\n" + HEAD + call("f", "Explain"))["phases"]
    assert "ldclient.get().variation" in phase["snippet"]


def test_the_plan_is_one_page_and_says_what_needs_a_word(tmp_path):
    many = HEAD + "".join(call(f"f{n}", f"Task number {n}") for n in range(11))
    plan = made(tmp_path, app=many)
    assert len(plan["experiments"]) == 11
    page = (tmp_path / "plan" / "plan.md").read_text()
    assert len(page.split()) < 1_000
    assert "raise `cost_ratio`" in page
    briefing = (tmp_path / "plan" / "briefing.md").read_text()
    assert "## Modalities" in briefing
    assert "## Streaming" in briefing


def test_the_briefing_shows_lines_of_the_project(tmp_path):
    code = (
        HEAD
        + "def f(x):\n    return "
        + ASK % ('[{"role": "user", "content": f"Name: {x}"}]', ", max_tokens=77")
    )
    made(tmp_path, app=code)
    briefing = (tmp_path / "plan" / "briefing.md").read_text()
    assert "max_tokens=77" in briefing
    assert "max_completion_tokens=77" in briefing


def test_a_plan_is_refused_where_nothing_moves(tmp_path):
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "app.py").write_text("x = 1\n")
    assert run("plan", str(tmp_path / "project"), "-o", str(tmp_path / "plan")).exit_code == 2


PICTURE = """
def look(url, question):
    return client.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": [
            {"type": "text", "text": f"Look: {question}"},
            {"type": "image_url", "image_url": {"url": url, "detail": "low"}},
        ]}],
        tools=[],
        max_tokens=200000,
    )
"""


def test_what_is_sent_is_what_the_program_sends(tmp_path):
    from migrator.plan import experiment_requests, folder
    from migrator.plan.dataset_row import Row

    name = only(made(tmp_path, app=HEAD + PICTURE))["name"]
    experiment = folder.load_experiment(tmp_path / "plan", name)
    row = Row(vars={"url": "https://x.example/a.png", "question": "what?", "expected": ""})
    sent = experiment_requests.body(experiment, experiment.arms[0], row)
    assert sent["messages"][0]["content"][1]["image_url"] == {
        "url": "https://x.example/a.png",
        "detail": "low",
    }
    assert sent["tools"] == []
    assert sent["max_tokens"] == experiment.run.most_output["gpt-4o"] < 200_000, (
        "what the model can say at most"
    )
    judge = experiment_requests.judge_body(experiment, row, "a cat")
    assert judge["messages"][0]["content"][1]["image_url"]["detail"] == "low", "the judge sees the picture"
    shown = json.loads((tmp_path / "plan" / "experiments" / name / "prompt.json").read_text())
    assert shown[0]["content"][1]["image_url"] == {"url": "{{url}}", "detail": "low"}
