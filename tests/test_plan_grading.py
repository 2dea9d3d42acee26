"""Graders and guardrails on single answers."""

import sys

import pytest

from migrator.inventory import Message, Prompt
from migrator.plan import bodies, grading, guards
from migrator.plan.dataset import Row
from migrator.plan.graders import Fit, fit, graders
from migrator.plan.overrides import Overrides
from migrator.plan.records import Grader, Guard
from migrator.plan.results import Result
from migrator.plan.rules import plan_rules


def grader(name, **more):
    return Grader(id=name, title="t", scale="pass", margin=0.03, spread=0.1, primary=True, **more)


def answer(output, **more):
    return Result(key="k", row="r", arm="control", output=output, **more)


def score(name, output, expected, **more):
    calls = more.pop("tool_calls", ())
    return grading.score(
        grader(name, **more), Row(vars={"expected": expected}), answer(output, tool_calls=calls), None
    )


@pytest.mark.parametrize(
    ("name", "output", "expected", "wanted"),
    [
        ("exact", " Positive.\n", "positive", 1),
        ("exact", '{"intent": "order_status"}', "order_status", 1),
        ("exact", '```json\n{"intent": "refund"}\n```', "refund", 1),
        ("exact", "not positive", "positive", 0),
        ("exact", "Ja", "ja", 1),
        ("set", "a, b; C", "c,b,a", 1),
        ("set", '["a", "b"]', "a", pytest.approx(2 / 3)),
        ("set", "", "", 1),
        ("fields", '{"a": "X ", "b": 2, "c": 0}', '{"a": "x", "b": 2}', 1),
        ("fields", '{"a": "y", "b": 2}', '{"a": "x", "b": 2}', 0.5),
        ("fields", "no JSON", '{"a": 1}', 0),
        ("json", "{}", "", 1),
        ("json", "{", "", 0),
    ],
)
def test_scores(name, output, expected, wanted):
    assert score(name, output, expected) == wanted


def test_tool_calls():
    call = {"function": {"name": "find", "arguments": '{"q": "x", "n": 3}'}}
    assert score("tool-call", "", '{"name": "find", "arguments": {"q": "X"}}', tool_calls=(call,)) == 1
    assert score("tool-call", "", '{"name": "find", "arguments": {"n": 4}}', tool_calls=(call,)) == 0
    assert score("tool-call", "", '{"name": "other"}', tool_calls=(call,)) == 0
    assert score("tool-call", "hello", "null") == 1


def test_a_lost_answer_scores_nothing_and_a_missing_judgement_is_no_score():
    assert grading.score(grader("exact"), Row(vars={"expected": ""}), answer("", error="x"), None) == 0
    assert grading.score(grader("judge"), Row(vars={}), answer("text"), None) is None
    assert grading.score(grader("judge"), Row(vars={}), answer(""), None) == 0


def test_tests_run_only_on_request():
    check = grader(
        "tests", test_command=(sys.executable, "-c", "import sys; sys.exit(sys.stdin.read() != sys.argv[1])")
    )
    row = Row(vars={"expected": ["x = 1"]})
    assert grading.score(check, row, answer("```python\nx = 1\n```"), None) is None
    assert grading.score(check, row, answer("```python\nx = 1\n```"), None, run_tests=True) == 1
    assert grading.score(check, row, answer("x = 2"), None, run_tests=True) == 0


SCHEMA = {
    "type": "object",
    "properties": {
        "a": {"enum": ["x", "y"]},
        "n": {"type": ["integer", "null"]},
        "l": {"type": "array", "items": {"$ref": "#/$defs/s"}},
    },
    "required": ["a"],
    "additionalProperties": False,
    "$defs": {"s": {"type": "string"}},
}


@pytest.mark.parametrize(
    "value",
    [
        {"a": "x"},
        {"a": "z"},
        {"a": "x", "n": None},
        {"a": "x", "n": True},
        {"a": "x", "n": 1.5},
        {},
        [],
        {"a": "x", "l": ["s", 1]},
        {"a": "y", "l": []},
        {"a": "x", "b": 1},
        None,
    ],
)
def test_schema_validity_agrees_with_jsonschema(value):
    jsonschema = pytest.importorskip("jsonschema")
    assert grading.valid(value, SCHEMA) == jsonschema.Draft202012Validator(SCHEMA).is_valid(value)


def test_guardrails():
    rules = {
        g.id: Guard(id=g.id, title="", most_more=0, pattern=g.pattern, low=g.low, high=g.high)
        for g in plan_rules().guardrail
    }
    messages = (Message(role="user", text="Mail of {{who}}: {{mail}}"),)
    row = Row(vars={"who": "Ann", "mail": "ann@example.org"})

    def bad(name, text, other="a usual answer"):
        return guards.bad(rules[name], messages, row, answer(text), answer(other))

    assert bad("refusal", "I'm sorry, I can't help with that.")
    assert not bad("refusal", "We are happy to help.")
    assert bad("pii", "Write to bob@example.org")
    assert not bad("pii", "Write to ann@example.org")
    assert bad("pii", "IBAN DE89 3704 0044 0532 0130 00")
    assert not bad("pii", "Order 4711 of 12.03.2026 costs 1,200.50")
    assert bad("language", "Спасибо за ваш вопрос")
    assert bad("length", "x" * 100)
    assert bad("empty", "  ")
    assert not bad("empty", "x")


def test_templates_are_filled_once():
    text = 'Say {{ "{{" }}x}} to {{who}} with {{ "{%" }} and {{data}}'
    filled = bodies.fill(text, {"who": "{{data}}", "data": [1, "ä"]})
    assert filled == 'Say {{x}} to {{data}} with {% and [1, "ä"]'


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"reason": "8 of 10", "score": 7}', 0.7),
        ("Score: 9", 0.9),
        ('{"score": 11}', None),
        ("none", None),
        ('{"score": 0}', 0.0),
    ],
)
def test_a_judges_score(text, wanted):
    assert bodies.judged(text) == wanted


def test_the_first_grader_that_fits_decides():
    rules = plan_rules()

    def primary(uses, needs, labels=()):
        return graders(Fit(uses, labels, "", frozenset(needs)), rules, "judge", Overrides())[0].id

    assert primary(("sentiment",), ()) == "exact"
    assert primary(("planning",), ("tools",)) == "tool-call"
    assert primary(("extraction",), ("schema",)) == "fields"
    assert primary(("keyword-extraction",), ()) == "set"
    assert primary(("code",), ()) == "tests"
    assert primary((), ()) == "judge"


@pytest.mark.parametrize(
    ("text", "cap", "labels"),
    [
        ("Is it spam? Answer yes or no.", None, ("yes", "no")),
        ("Is the tone positive, negative or neutral?", 5, ("positive", "negative", "neutral")),
        ("Say something nice, short or funny.", 800, ()),
        ("Summarise this.", 5, ()),
    ],
)
def test_labels_in_prompts(text, cap, labels):
    found = fit(Prompt(messages=(Message(role="user", text=text),), output_cap=cap), ())
    assert found.labels == labels
