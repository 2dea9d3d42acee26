"""What the stand-in refuses, in the API's own words. Pure: a request's body in, an error or nothing out.

Tokens are counted roughly and the same way everywhere: one for every four characters of all text in the
messages, the input, the instructions and the tool results. Pictures count nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.evidence.evidence_rules import evidence_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .accepted_parameters import Model

Body = dict[str, Any]


class Refusal(NamedTuple):
    """An error answer: HTTP status, message, code and the parameter that caused it."""

    status: int
    message: str
    code: str | None = None
    param: str | None = None

    @property
    def body(self) -> Body:
        kind = "invalid_request_error"
        return {"error": {"message": self.message, "type": kind, "param": self.param, "code": self.code}}


def unknown_model(name: object) -> Refusal:
    message = f"The model `{name}` does not exist or you do not have access to it."
    return Refusal(404, message, "model_not_found")


# -- counting --------------------------------------------------------------------------------------


def texts(value: object) -> Iterator[str]:
    """Every text in messages or input; pictures, ids and types are none."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, dict):
        for key in ("content", "text", "input_text", "output", "arguments", "refusal"):
            yield from texts(value.get(key))


def tokens(body: Body) -> int:
    """The rough size of a request's input."""
    parts = (body.get("messages"), body.get("input"), body.get("instructions"))
    return sum(len(text) for part in parts for text in texts(part)) // 4


def pictures(value: object) -> Iterator[Body]:
    """The picture parts of messages or input, as `{"url": …, "detail": …}`."""
    if isinstance(value, list):
        for one in value:
            yield from pictures(one)
    elif isinstance(value, dict):
        if value.get("type") == "image_url":
            yield value["image_url"]
        elif value.get("type") == "input_image":
            yield {"url": value.get("image_url"), "detail": value.get("detail", "auto")}
        else:
            yield from pictures(value.get("content"))


# -- refusals of both endpoints --------------------------------------------------------------------


def _no_chat_model() -> Refusal:
    message = "This is not a chat model and thus not supported in the v1/chat/completions endpoint."
    return Refusal(404, message, None, "model")


def _unsupported(name: str) -> Refusal:
    message = f"Unsupported parameter: '{name}' is not supported with this model."
    return Refusal(400, message, "unsupported_parameter", name)


def _known_keys(body: Body, known: frozenset[str]) -> Refusal | None:
    for name in body:
        if name not in known:
            return Refusal(400, f"Unknown parameter: '{name}'.", "unknown_parameter", name)
    return None


def _effort(model: Model, effort: object, param: str) -> Refusal | None:
    if effort is None or effort in model.efforts:
        return None
    if not model.efforts:
        return Refusal(400, f"Unrecognized request argument supplied: {param}", None, None)
    *most, last = (f"'{one}'" for one in model.efforts)
    message = (
        f"Unsupported value: '{effort}' is not supported with the '{model.id}' model. "
        f"Supported values are: {', '.join(most)}, and {last}."
    )
    return Refusal(400, message, "unsupported_value", param)


def _sampling(model: Model, body: Body, effort: str) -> Refusal | None:
    if model.sampling == "always" or (model.sampling == "at none" and effort == "none"):
        return None
    value = body.get("temperature")
    if value not in (None, 1):
        message = (
            f"Unsupported value: 'temperature' does not support {value:g} with this model. "
            "Only the default (1) value is supported."
        )
        return Refusal(400, message, "unsupported_value", "temperature")
    neutral: dict[str, tuple[object, ...]] = {
        "top_p": (None, 1),
        "presence_penalty": (None, 0),
        "frequency_penalty": (None, 0),
        "logprobs": (None, False),
        "top_logprobs": (None, 0),
    }
    return next((_unsupported(name) for name, free in neutral.items() if body.get(name) not in free), None)


def _cache(model: Model, body: Body) -> Refusal | None:
    if model.caches_a_day and body.get("prompt_cache_retention") not in (None, "24h"):
        message = "This model is compatible only with 24h extended prompt caching"
        return Refusal(400, message, "invalid_parameter", "prompt_cache_retention")
    return None


def _pictures(model: Model, body: Body) -> Refusal | None:
    found = [*pictures(body.get("messages")), *pictures(body.get("input"))]
    if found and model.pictures == "none":
        message = "Invalid content type. image_url is only supported by certain models."
        return Refusal(400, message, "invalid_content", "messages")
    if model.pictures == "light" and any(one.get("detail") in ("high", "original") for one in found):
        message = "Invalid value: 'high'. This model reads images at reduced fidelity only."
        return Refusal(400, message, "invalid_value", "image_url.detail")
    return None


def _below_minimum(name: str, minimum: int, got: object) -> Refusal:
    wanted = f"Expected a value >= {minimum}, but got {got} instead."
    message = f"Invalid '{name}': integer below minimum value. {wanted}"
    return Refusal(400, message, "integer_below_min_value", name)


def _cap(model: Model, body: Body, *names: str) -> Refusal | None:
    for name in names:
        cap = body.get(name)
        if cap is None:
            continue
        if not isinstance(cap, int) or cap < 1:
            return _below_minimum(name, 1, cap)
        if model.max_output and cap > model.max_output:
            message = (
                f"{name} is too large: {cap}. This model supports at most {model.max_output} completion "
                f"tokens, whereas you provided {cap}."
            )
            return Refusal(400, message, "invalid_value", name)
    return None


def _window(model: Model, body: Body, *caps: str) -> Refusal | None:
    count = tokens(body)
    cap = next((body[name] for name in caps if body.get(name)), 0)
    if not model.window or (count <= model.input_limit and count + cap <= model.window):
        return None
    if model.reasons:
        message = (
            f"Input tokens exceed the configured limit of {model.input_limit} tokens. Your messages "
            f"resulted in {count} tokens. Please reduce the length of the messages."
        )
    else:
        message = (
            f"This model's maximum context length is {model.window} tokens. However, your messages "
            f"resulted in {count} tokens ({cap} in the completion). Please reduce the length of the messages."
        )
    return Refusal(400, message, "context_length_exceeded", "messages")


# -- Chat Completions ------------------------------------------------------------------------------


def _chat_only(model: Model, body: Body) -> Refusal | None:
    if not isinstance(body.get("messages"), list) or not body["messages"]:
        return Refusal(
            400, "Missing required parameter: 'messages'.", "missing_required_parameter", "messages"
        )
    if body.get("max_tokens") is not None and body.get("max_completion_tokens") is not None:
        message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."
        return Refusal(400, message, "invalid_parameter_combination", "max_tokens")
    if body.get("max_tokens") is not None and model.reasons:
        refusal = _unsupported("max_tokens")
        return refusal._replace(message=f"{refusal.message} Use 'max_completion_tokens' instead.")
    for name in evidence_rules().standin.reasoning_refuses if model.reasons else ():
        if body.get(name) is not None:
            return _unsupported(name)
    if body.get("verbosity") is not None and not model.efforts:
        return Refusal(400, "Unrecognized request argument supplied: verbosity", None, None)
    return None


def _chat_tools(model: Model, body: Body, effort: str) -> Refusal | None:
    if model.tools_at_none and (body.get("tools") or body.get("functions")) and effort != "none":
        message = (
            f"Function tools with reasoning_effort are not supported for {model.id} in /v1/chat/completions. "
            "Please use /v1/responses instead, or set reasoning_effort to 'none'."
        )
        return Refusal(400, message, None, "reasoning_effort")
    return None


def judge_chat(model: Model, body: Body) -> Refusal | None:
    """Why a Chat Completions request is refused, or None."""
    effort = body.get("reasoning_effort")
    caps = ("max_completion_tokens", "max_tokens")
    return _first(
        lambda: None if model.chat else _no_chat_model(),
        lambda: _known_keys(body, evidence_rules().standin.chat),
        lambda: _effort(model, effort, "reasoning_effort"),
        lambda: _chat_only(model, body),
        lambda: _sampling(model, body, effort or model.effort),
        lambda: _chat_tools(model, body, effort or model.effort),
        lambda: _cache(model, body),
        lambda: _pictures(model, body),
        lambda: _cap(model, body, *caps),
        lambda: _window(model, body, *caps),
    )


# -- Responses -------------------------------------------------------------------------------------


def _responses_only(model: Model, body: Body) -> Refusal | None:
    if body.get("input") is None and body.get("prompt") is None:
        return Refusal(400, "Missing required parameter: 'input'.", "missing_required_parameter", "input")
    cap = body.get("max_output_tokens")
    if cap is not None and cap < 16:
        return _below_minimum("max_output_tokens", 16, cap)
    if (body.get("text") or {}).get("verbosity") not in (None, "medium") and not model.efforts:
        return _unsupported("text.verbosity")
    return None


def judge_responses(model: Model, body: Body) -> Refusal | None:
    """Why a Responses request is refused, or None."""
    effort = (body.get("reasoning") or {}).get("effort")
    refusal = _effort(model, effort, "reasoning.effort")
    if refusal is not None and not model.efforts:
        refusal = _unsupported("reasoning.effort")
    return _first(
        lambda: _known_keys(body, evidence_rules().standin.responses),
        lambda: refusal,
        lambda: _responses_only(model, body),
        lambda: _sampling(model, body, effort or model.effort),
        lambda: _cache(model, body),
        lambda: _pictures(model, body),
        lambda: _cap(model, body, "max_output_tokens"),
        lambda: None if body.get("truncation") == "auto" else _window(model, body, "max_output_tokens"),
    )


def judge(model: Model, endpoint: str, body: Body) -> Refusal | None:
    """Why a request is refused, or None; `endpoint`: chat.completions or responses, others are not judged."""
    if model.special:
        return None
    if endpoint == "responses":
        return judge_responses(model, body)
    return judge_chat(model, body) if endpoint == "chat.completions" else None


def _first(*checks: Callable[[], Refusal | None]) -> Refusal | None:
    for check in checks:
        refusal = check()
        if refusal is not None:
            return refusal
    return None


# -- batch files -----------------------------------------------------------------------------------


def batch_lines(content: bytes) -> Iterator[Body]:
    """The requests in a batch input file, one JSON object a line."""
    for line in content.decode().splitlines():
        if line.strip():
            yield json.loads(line)
