"""promptfoo's configuration grades as `ab report` does: its scripts under Node against the Python graders."""

import json
import shutil
import subprocess

import pytest
from test_plan_run import NAME, made, plan, run, settings

from migrator.plan import grading, promptfoo
from migrator.plan.dataset_row import Row
from migrator.plan.plan_records import Grader
from migrator.plan.results import Result

__all__ = ["made", "plan"]
NODE = shutil.which("node")
TEXTS = [
    ("exact", " Positive.\n", "positive"),
    ("exact", '{"intent": "order_status"}', "order status"),
    ("exact", '```json\n{"intent": "refund"}\n```', "refund"),
    ("exact", "not positive", "positive"),
    ("exact", "C++", "C#"),
    ("exact", "C++.", "c++"),
    ("exact", "\u22125", "5"),
    ("exact", "\u22125", "-5"),
    ("exact", "“JA”", "ja"),
    ("exact", "order-status", "order_status"),
    ("exact", "{}", ""),
    ("set", "a, b; C", "c,b,a"),
    ("set", '["a", "b"]', "a"),
    ("set", '{"x": ["a", "b"], "y": "c"}', "c\na"),
    ("set", "", ""),
    ("set", "C++, C#", "C"),
    ("fields", '{"a": "X ", "b": 2, "c": 0}', '{"a": "x", "b": 2}'),
    ("fields", '{"a": "y", "b": 2}', '{"a": "x", "b": 2}'),
    ("fields", '{"a": [1, {"b": null}]}', '{"a": [1, {"b": null}]}'),
    ("fields", "no JSON", '{"a": 1}'),
    ("fields", "[1]", "[1]"),
    ("numeric", "The total is 1,204.50 EUR", "1204.5"),
    ("numeric", "4.9", "5"),
    ("numeric", "-5", "5"),
    ("numeric", "none", "5"),
    ("numeric", '{"n": 5.05}', 5),
    ("regex", "order 4711", ""),
    ("regex", "order", ""),
]
CALL = {"function": {"name": "find", "arguments": '{"q": "x", "n": 3}'}}
CALLS = [
    ([CALL], '{"name": "find", "arguments": {"q": "X"}}'),
    ([CALL], '{"name": "find", "arguments": {"n": 4}}'),
    ([CALL], '{"name": "other"}'),
    ([CALL], "null"),
    ("hello", "null"),
    ("hello", '{"name": "find"}'),
]


def grader(name):
    return Grader(
        id=name,
        title="t",
        scale="pass",
        margin=0.03,
        spread=0.1,
        primary=True,
        tolerance=0.1,
        pattern=r"(?i)ORDER \d+",
    )


def under_node(cases):
    """The scores of (script, output, expected)."""
    program = (
        "const cases = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify(cases.map(([script, output, expected]) =>"
        " new Function('output', 'context', script)(output, { vars: { expected } }).score)));"
    )
    done = subprocess.run(
        [NODE, "-e", program], input=json.dumps(cases), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.skipif(not NODE, reason="node is not there: apt-get install nodejs")
def test_scripts_score_as_the_graders_do():
    cases = [(promptfoo.script(grader(name)), output, expected) for name, output, expected in TEXTS]
    wanted = [
        grading.Scorer(grader(name))(
            Row(vars={"expected": expected}), Result(key="k", row="r", arm="a", output=output)
        )
        for name, output, expected in TEXTS
    ]
    for name, output, expected in [("tool-call", o, e) for o, e in CALLS]:
        cases.append((promptfoo.script(grader(name)), output, expected))
        text, calls = ("", tuple(output)) if isinstance(output, list) else (output, ())
        answer = Result(key="k", row="r", arm="a", output=text, tool_calls=calls)
        wanted.append(grading.Scorer(grader(name))(Row(vars={"expected": expected}), answer))
    for case, score, right in zip([*TEXTS, *CALLS], under_node(cases), wanted, strict=True):
        assert score == pytest.approx(right), case


@pytest.mark.parametrize(
    "text",
    ['grader = "numeric"', 'grader = "regex"\npattern = "x"', 'grader = "similarity"', 'grader = "preference"',
     'grader = "tests"\ntest_command = ["x"]', 'grader = "python"\nfunction = "m.py:g"'],
)  # fmt: skip
def test_a_chosen_grader_outlives_planning_again(plan, text, tmp_path):
    from test_plan_run import DESK

    settings(plan, NAME, text + "\n")
    done = run("plan", str(DESK), "-o", str(plan))
    assert done.exit_code == 0, done.output
    config = (plan / "experiments" / NAME / "promptfooconfig.yaml").read_text()
    name = text.split('"')[1]
    assert ("metric: " + name in config) != (f"Not graded here, but by ab report: {name}" in config)
