"""The strict server refuses what the API refuses, in its words, and agrees with the catalogues."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from migrator.evidence.standin.refusals import Body, judge_chat, judge_responses
from migrator.evidence.standin.schema_values import valid
from migrator.rulebook.rulefiles import load_rulebook

from .models import VARIANTS, Mode, catalogue
from .server import World

if TYPE_CHECKING:
    from migrator.evidence.standin.server import StrictServer

MESSAGES = [{"role": "user", "content": "hello"}]
TOOL = {"type": "function", "function": {"name": "look"}}
PICTURE = {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}
SHARP = {"type": "image_url", "image_url": {"url": "https://example.org/a.png", "detail": "high"}}


def showing(part: Body) -> Body:
    return {"messages": [{"role": "user", "content": [part]}]}


def saying(tokens: int) -> Body:
    return {"messages": [{"role": "user", "content": "text" * tokens}]}


def chat_error(model: str, body: Body, mode: Mode) -> str:
    refusal = judge_chat(catalogue(mode, old=True)[model], {"model": model, "messages": MESSAGES, **body})
    return refusal.message if refusal else ""


@pytest.mark.parametrize(
    ("model", "body", "message"),
    [
        ("gpt-5.5", {"max_tokens": 5}, "Use 'max_completion_tokens' instead."),
        ("gpt-5.5-instant", {"temperature": 0}, "'temperature' does not support 0 with this model"),
        ("gpt-5.5-mini", {"top_p": 0.5}, "'top_p' is not supported"),
        ("gpt-5.5", {"presence_penalty": 0.1}, "'presence_penalty' is not supported"),
        ("gpt-5.5", {"logprobs": True}, "'logprobs' is not supported"),
        ("gpt-5.5", {"stop": "x", "reasoning_effort": "none"}, "'stop' is not supported"),
        ("gpt-5.5", {"logit_bias": {"1": 1}}, "'logit_bias' is not supported"),
        ("gpt-5.5", {"reasoning_effort": "minimal"}, "'minimal' is not supported with the 'gpt-5.5' model"),
        ("gpt-5.5", {"tools": [TOOL]}, "Function tools with reasoning_effort are not supported"),
        ("gpt-5.5", {"prompt_cache_retention": "in_memory"}, "only with 24h"),
        ("gpt-5.5-mini", showing(PICTURE), "only supported by certain models"),
        ("gpt-5.5-instant", showing(SHARP), "reduced fidelity"),
        ("gpt-5.5-mini", saying(128_001), "Input tokens exceed the configured limit of 128000 tokens"),
        ("gpt-4o", saying(128_001), "maximum context length is 128000 tokens"),
        ("gpt-4o", {"max_tokens": 16_385}, "supports at most 16384 completion tokens"),
        ("gpt-4o", {"reasoning_effort": "low"}, "Unrecognized request argument supplied: reasoning_effort"),
        ("gpt-4o", {"max_tokens": 1, "max_completion_tokens": 1}, "at the same time is not supported"),
        ("gpt-4o", {"reasoning": {}}, "Unknown parameter: 'reasoning'"),
        ("gpt-5", {"max_tokens": 5}, "'max_tokens' is not supported"),
    ],
)
def test_refused_on_chat(model: str, body: Body, message: str) -> None:
    assert message in chat_error(model, body, "guide")


@pytest.mark.parametrize(
    ("model", "body"),
    [
        ("gpt-4o", {"max_tokens": 16_384, "temperature": 0, "stop": "x", "logprobs": True, "tools": [TOOL]}),
        ("gpt-5", {"max_completion_tokens": 5, "reasoning_effort": "minimal", "tools": [TOOL]}),
        ("gpt-5.5", {"temperature": 1, "top_p": 1, "presence_penalty": 0, "logprobs": False}),
        ("gpt-5.5", {"temperature": 0, "logprobs": True, "reasoning_effort": "none", "tools": [TOOL]}),
        ("gpt-5.4-mini", {"temperature": 0, "tools": [TOOL]}),
        ("gpt-5.4-mini", saying(272_000)),
        ("gpt-5.5", saying(922_000)),
        ("gpt-5.5", {"max_completion_tokens": 128_000, "prompt_cache_retention": "24h", **showing(SHARP)}),
    ],
)
def test_accepted_on_chat(model: str, body: Body) -> None:
    assert chat_error(model, body, "published") == ""


@pytest.mark.parametrize(
    ("model", "body", "message"),
    [
        ("gpt-5.5", {"max_tokens": 16}, "Unknown parameter: 'max_tokens'"),
        ("gpt-5.5", {"max_output_tokens": 15}, "Expected a value >= 16, but got 15"),
        ("gpt-5.5", {"temperature": 0.5}, "'temperature' does not support 0.5"),
        ("gpt-4o", {"reasoning": {"effort": "low"}}, "'reasoning.effort' is not supported"),
        ("gpt-5.5", {"temperature": 0.5, "reasoning": {"effort": "none"}}, ""),
        ("gpt-5.5", {"tools": [{"type": "function", "name": "look"}]}, ""),
        ("gpt-4o", {"input": "text" * 128_001, "truncation": "auto"}, ""),
    ],
)
def test_responses(model: str, body: Body, message: str) -> None:
    known = catalogue("guide", old=True)[model]
    refusal = judge_responses(known, {"model": model, "input": "hello", **body})
    assert message in (refusal.message if refusal else "")
    assert bool(refusal) == bool(message)


@pytest.mark.parametrize("mode", ["guide", "published"])
def test_agrees_with_the_catalogue(mode: Mode) -> None:
    own, served = load_rulebook(mode, []).catalog, catalogue(mode, old=True)
    figures = {model.id: model for model in own.models}
    for name, variant in own.variants.items():
        assert VARIANTS[mode][name] == variant.id
        target = served[variant.id]
        assert target.window == figures[variant.id].context_window
        assert target.input_limit == (figures[variant.id].max_input or target.window)
    assert not {"gpt-4o", "gpt-5"} & set(catalogue(mode, old=False))


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (
            {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}},
            {"a": 1, "b": "text"},
        ),
        ({"$ref": "#/$defs/x", "$defs": {"x": {"enum": ["one", "two"]}}}, "one"),
        ({"type": "array", "items": {"anyOf": [{"type": "boolean"}, {"type": "null"}]}}, [True]),
    ],
)
def test_example_of_a_schema(schema: Body, value: object) -> None:
    assert valid(schema) == value


# -- over HTTP ---------------------------------------------------------------------------------------


def post(server: StrictServer, path: str, body: Body) -> tuple[int, str]:
    data = json.dumps(body).encode()
    request = urllib.request.Request(server.url + path, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_errors_have_the_api_s_form(server: StrictServer) -> None:
    server.judge = World("published", old=False)
    status, text = post(server, "/chat/completions", {"model": "gpt-5.5-mini", "messages": MESSAGES})
    error: dict[str, Any] = json.loads(text)["error"]
    assert status == 404
    assert error["code"] == "model_not_found"
    assert error["message"] == "The model `gpt-5.5-mini` does not exist or you do not have access to it."
    assert [(one.model, one.status) for one in server.judge.requests] == [("gpt-5.5-mini", 404)]


@pytest.mark.parametrize(
    ("path", "last"), [("/chat/completions", "[DONE]"), ("/responses", "response.completed")]
)
def test_streams(server: StrictServer, path: str, last: str) -> None:
    server.judge = World()
    asked = {"input": "hello"} if path == "/responses" else {"messages": MESSAGES}
    status, text = post(server, path, {"model": "gpt-4o", "stream": True, **asked})
    assert status == 200
    assert last in text.strip().splitlines()[-1] or last in text.split("event: ")[-1]
