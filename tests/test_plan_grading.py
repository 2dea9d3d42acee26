"""Graders and guardrails on single answers."""

import sys

import pytest

from migrator.inventory.prompt_records import Message, Prompt
from migrator.plan import experiment_requests, grading, guardrails
from migrator.plan.dataset_row import Row
from migrator.plan.graders import Fit, fit, graders
from migrator.plan.overrides import Overrides
from migrator.plan.plan_records import Grader, Guard
from migrator.plan.plan_rules import plan_rules
from migrator.plan.results import Result


def grader(name, **more):
    return Grader(id=name, title="t", scale="pass", margin=0.03, spread=0.1, primary=True, **more)


def answer(output, **more):
    return Result(key="k", row="r", arm="control", output=output, **more)


def score(name, output, expected, **more):
    calls = more.pop("tool_calls", ())
    own = more.pop("own", False)
    scorer = grading.Scorer(grader(name, **more), own=own)
    return scorer(Row(vars={"expected": expected}), answer(output, tool_calls=calls))


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
        ("exact", "C++", "C#", 0),
        ("exact", "-5", "5", 0),
        ("exact", "\u22125", "-5", 1),
        ("exact", "C++.", "c++", 1),
        ("set", "C++, C#", "C", 0),
        ("similarity", "the parcel is late", "the parcel is late", 1),
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


@pytest.mark.parametrize(
    ("output", "expected", "tolerance", "wanted"),
    [
        ("The total is 1,204.50 EUR", "1204.5", 0, 1),
        ("-5", "5", 0, 0),
        ("\u22125", -5, 0, 1),
        ("4.9", "5", 0.1, 1),
        ("4.8", "5", 0.1, 0),
        ("none", "5", 1, 0),
    ],
)
def test_numbers(output, expected, tolerance, wanted):
    assert score("numeric", output, expected, tolerance=tolerance) == wanted


def test_a_pattern_decides():
    assert score("regex", "Order 4711", "", pattern=r"\b\d{4}\b") == 1
    assert score("regex", "Order", "", pattern=r"\b\d{4}\b") == 0


def test_a_teams_own_function_grades_where_it_is_allowed(tmp_path):
    (tmp_path / "mine.py").write_text("def grade(answer, expected, vars):\n    return answer == vars['x']\n")
    own = grader("python", function="mine.py:grade")
    row = Row(vars={"x": "a", "expected": ""})
    assert grading.Scorer(own, tmp_path)(row, answer("a")) is None
    allowed = grading.Scorer(own, tmp_path, own=True)
    assert [allowed(row, answer("a")), allowed(row, answer("b"))] == [1, 0]
    (tmp_path / "bad.py").write_text("def grade(answer, expected, vars):\n    return 7\n")
    broken = grading.Scorer(grader("python", function="bad.py:grade"), tmp_path, own=True)
    assert broken(row, answer("a")) is None
    assert "not a number from 0 to 1" in broken.broken[0]


def test_a_lost_answer_scores_nothing_and_a_missing_judgement_is_no_score():
    judge = grading.Scorer(grader("judge"))
    assert grading.Scorer(grader("exact"))(Row(vars={"expected": ""}), answer("", error="x")) == 0
    assert judge(Row(vars={}), answer("text")) is None
    assert judge(Row(vars={}), answer("")) == 0
    assert judge(Row(vars={}), answer("text"), 0.4) == 0.4


def test_tests_run_only_on_request():
    command = (sys.executable, "-c", "import sys; sys.exit(sys.stdin.read() != sys.argv[1])")
    fenced = "```python\nx = 1\n```"
    assert score("tests", fenced, ["x = 1"], test_command=command) is None
    assert score("tests", fenced, ["x = 1"], test_command=command, own=True) == 1
    assert score("tests", "x = 2", ["x = 1"], test_command=command, own=True) == 0


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
        return guardrails.bad(rules[name], messages, row, answer(text), answer(other))

    assert bad("refusal", "I'm sorry, I can't help with that.")
    assert not bad("refusal", "We are happy to help.")
    assert bad("pii", "Write to bob@example.org")
    assert not bad("pii", "Write to ann@example.org")
    assert bad("pii", "IBAN DE89 3704 0044 0532 0130 00")
    assert not bad("pii", "Order 4711 of 12.03.2026 costs 1,200.50")
    assert bad("longer", "x" * 100)
    assert not bad("longer", "x")
    assert bad("shorter", "x")
    assert bad("toxicity", "Shut up, you idiot.")
    assert not bad("toxicity", "The shop is shut. Up the hill is another.")
    assert bad("empty", "  ")
    assert not bad("empty", "x")


def test_templates_are_filled_once():
    text = 'Say {{ "{{" }}x}} to {{who}} with {{ "{%" }} and {{data}}'
    filled = experiment_requests.fill(text, {"who": "{{data}}", "data": [1, "ä"]})
    assert filled == 'Say {{x}} to {{data}} with {% and [1, "ä"]'


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"reason": "8 of 10", "score": 7}', 0.7),
        ('```json\n{"score": 10}\n```', 1.0),
        ("Score: 9", None),
        ("3/10", None),
        ('{"score": "7"}', None),
        ('{"score": true}', None),
        ('{"score": 11}', None),
        ('{"score": NaN}', None),
        ("7", None),
        ("none", None),
        ('{"score": 0}', 0.0),
    ],
)
def test_a_judges_score_is_strict_json(text, wanted):
    assert experiment_requests.judged(text, "judge") == wanted


@pytest.mark.parametrize(
    ("text", "old_first", "new_first"),
    [
        ('{"better": "1"}', 0.0, 1.0),
        ('{"better": 2}', 1.0, 0.0),
        ('{"better": "tie"}', 0.5, 0.5),
        ('{"better": "both"}', None, None),
    ],
)
def test_a_preference_is_asked_in_both_orders(text, old_first, new_first):
    assert experiment_requests.judged(text, "prefer-old") == old_first
    assert experiment_requests.judged(text, "prefer-new") == new_first


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
        ("Answer with one of: positive, negative, neutral.", 5, ("positive", "negative", "neutral")),
        ("Is the tone positive, negative or neutral?", 5, ()),
        ("Tell apart cats, dogs or birds and say why, in short.", 5, ()),
        ("Say something nice, short or funny.", 800, ()),
        ("Summarise this.", 5, ()),
    ],
)
def test_labels_in_prompts(text, cap, labels):
    found = fit(Prompt(messages=(Message(role="user", text=text),), output_cap=cap), ())
    assert found.labels == labels


def test_answers_in_a_language_that_nobody_asked_for(tmp_path):
    from migrator.plan.pairing import Pair

    rules = {g.id: g for g in plan_rules().guardrail}
    language = Guard(id="language", title="", most_more=rules["language"].most_more)

    class Experiment:
        guardrails = (language,)
        messages = (Message(role="user", text="Answer in the user's language: {{text}}"),)

        class size:  # noqa: N801
            alpha = 0.05

    def pairs(old, new):
        rows = [Row(vars={"text": text}) for text in ("Где посылка", "Where is it")]
        return [Pair(rows[n % 2], answer(old[n % 2]), answer(new[n % 2]), (1.0, 1.0)) for n in range(40)]

    (same,) = guardrails.rates(
        Experiment, pairs(("Уже в пути", "On its way"), ("Уже едет", "It is on its way"))
    )
    (lost,) = guardrails.rates(Experiment, pairs(("Уже в пути", "On its way"), ("On its way", "On its way")))
    assert (same.control, same.treatment) == (0, 0)
    assert (lost.control, lost.treatment) == (0, 0.5)
