"""What the stand-in answers: bodies and event streams in the shapes that the SDKs read.

A reply is "All good." unless a schema or a tool asks for more: JSON valid against the schema, or one
call of the tool (the forced one, else the first) until its result is in the conversation.
"""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.evidence.standin.refusals import Body, tokens
from migrator.evidence.standin.schema_values import valid

if TYPE_CHECKING:
    from collections.abc import Iterator

REPLY = "All good."
_count = itertools.count(1)


class Said(NamedTuple):
    """A model's turn: a text, or a call of a function."""

    text: str = ""
    function: str = ""
    arguments: str = ""


# -- what is said ----------------------------------------------------------------------------------


def answer(endpoint: str, body: Body, said: Said | None = None) -> Body | Iterator[str]:
    """The answer to a request: an object, or the events of a stream."""
    if endpoint == "embeddings":
        return _embeddings(body)
    if endpoint == "moderations":
        return {"id": "modr-1", "model": str(body.get("model")), "results": [_UNFLAGGED] * len(_inputs(body))}
    if endpoint == "completions":
        return _completion_stream(body, said) if body.get("stream") else _completion(body, said)
    chats = endpoint == "chat.completions"
    if body.get("stream"):
        return chat_stream(body, said) if chats else response_stream(body, said)
    return chat(body, said) if chats else response(body, said)


_UNFLAGGED: Body = {"flagged": False, "categories": {}, "category_scores": {}}


def _inputs(body: Body) -> list[Any]:
    given = body.get("input")
    return given if isinstance(given, list) and not all(isinstance(one, int) for one in given) else [given]


def _embeddings(body: Body) -> Body:
    size = int(body.get("dimensions") or 1536)
    one = {"object": "embedding", "embedding": [1.0, *[0.0] * (size - 1)]}
    data = [{**one, "index": number} for number in range(len(_inputs(body)))]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return {"object": "list", "data": data, "model": body.get("model"), "usage": usage}


def _called(tools: list[Body], choice: object) -> Any:  # noqa: ANN401
    """The function to call, as name and parameters."""
    functions = [one.get("function", one) for one in tools if one.get("type", "function") == "function"]
    if choice == "none" or not functions:
        return None
    if isinstance(choice, dict):
        name = choice.get("name") or choice.get("function", {}).get("name")
        return next((one for one in functions if one["name"] == name), functions[0])
    return functions[0]


def _call(function: Body) -> Said:
    arguments = valid(function.get("parameters") or {"type": "object"})
    return Said(function=function["name"], arguments=json.dumps(arguments))


def chat_says(body: Body) -> Said:
    """The turn that answers a Chat Completions request."""
    tools = body.get("tools") or [{"function": one} for one in body.get("functions") or ()]
    choice = body.get("tool_choice")
    answered = any(
        one.get("role") in ("tool", "function") for one in body["messages"] if isinstance(one, dict)
    )
    function = _called(tools, choice)
    if function and (not answered or choice == "required" or isinstance(choice, dict)):
        return _call(function)
    form = body.get("response_format") or {}
    if form.get("type") == "json_schema":
        return Said(json.dumps(valid(form["json_schema"]["schema"])))
    return Said('{"answer": "ok"}' if form.get("type") == "json_object" else REPLY)


def response_says(body: Body) -> Said:
    """The turn that answers a Responses request."""
    choice = body.get("tool_choice")
    inputs = body["input"] if isinstance(body.get("input"), list) else []
    answered = any(one.get("type") == "function_call_output" for one in inputs)
    function = _called(body.get("tools") or [], choice)
    if function and (not answered or choice == "required" or isinstance(choice, dict)):
        return _call(function)
    form = (body.get("text") or {}).get("format") or {}
    if form.get("type") == "json_schema":
        return Said(json.dumps(valid(form["schema"])))
    return Said('{"answer": "ok"}' if form.get("type") == "json_object" else REPLY)


# -- Chat Completions ------------------------------------------------------------------------------


def chat(body: Body, said: Said | None = None) -> Body:
    """A Chat Completions answer."""
    said = said or chat_says(body)
    message: Body = {"role": "assistant", "content": said.text or None, "refusal": None, "annotations": []}
    if said.function and body.get("functions"):
        message["function_call"] = {"name": said.function, "arguments": said.arguments}
    elif said.function:
        message["tool_calls"] = [_tool_call(said)]
    choice = {"message": message, "finish_reason": _finish(said), "logprobs": _logprobs(body, said)}
    choices = [{"index": number, **choice} for number in range(int(body.get("n") or 1))]
    return {**_chat_frame(body, "chat.completion"), "choices": choices, "usage": _chat_usage(body, said)}


def chat_stream(body: Body, said: Said | None = None) -> Iterator[str]:
    """The same answer as server-sent events."""
    said = said or chat_says(body)
    frame = _chat_frame(body, "chat.completion.chunk")
    deltas: list[Body] = [{"role": "assistant", "content": ""}]
    if said.function:
        deltas.append({"tool_calls": [{"index": 0, **_tool_call(said)}]})
    deltas += [{"content": word} for word in said.text.split(" ") if word]
    for delta in deltas:
        yield _event({**frame, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
    yield _event({**frame, "choices": [{"index": 0, "delta": {}, "finish_reason": _finish(said)}]})
    if (body.get("stream_options") or {}).get("include_usage"):
        yield _event({**frame, "choices": [], "usage": _chat_usage(body, said)})
    yield "data: [DONE]\n\n"


def _chat_frame(body: Body, kind: str) -> Body:
    return {
        "id": f"chatcmpl-{next(_count)}",
        "object": kind,
        "created": 1_790_000_000,
        "model": body["model"],
    }


def _tool_call(said: Said) -> Body:
    function = {"name": said.function, "arguments": said.arguments}
    return {"id": f"call_{next(_count)}", "type": "function", "function": function}


def _finish(said: Said) -> str:
    return "tool_calls" if said.function else "stop"


def _logprobs(body: Body, said: Said) -> Body | None:
    if not body.get("logprobs"):
        return None
    words = [word for word in said.text.split(" ") if word]
    return {"content": [{"token": w, "logprob": -0.1, "bytes": None, "top_logprobs": []} for w in words]}


def _chat_usage(body: Body, said: Said) -> Body:
    given, made = tokens(body), len(said.text + said.arguments) // 4
    return {"prompt_tokens": given, "completion_tokens": made, "total_tokens": given + made}


# -- completions -----------------------------------------------------------------------------------


def _completion(body: Body, said: Said | None) -> Body:
    text = said.text if said else REPLY
    choice = {"index": 0, "text": text, "finish_reason": "stop", "logprobs": None}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return {**_chat_frame(body, "text_completion"), "choices": [choice], "usage": usage}


def _completion_stream(body: Body, said: Said | None) -> Iterator[str]:
    yield _event(_completion(body, said))
    yield "data: [DONE]\n\n"


# -- Responses -------------------------------------------------------------------------------------


def response(body: Body, said: Said | None = None) -> Body:
    """A Responses answer."""
    said = said or response_says(body)
    return _response(body, said, [_item(said)])


def response_stream(body: Body, said: Said | None = None) -> Iterator[str]:
    """The same answer as server-sent events."""
    said = said or response_says(body)
    item = _item(said)
    whole = _response(body, said, [item])
    started = {**whole, "output": [], "status": "in_progress", "usage": None}
    steps: list[Body] = [{"type": "response.created", "response": started}, *_steps(said, item)]
    steps.append({"type": "response.completed", "response": whole})
    for number, step in enumerate(steps):
        yield f"event: {step['type']}\n" + _event({**step, "sequence_number": number})


def _steps(said: Said, item: Body) -> Iterator[Body]:
    place = {"output_index": 0, "item_id": item["id"]}
    if said.function:
        yield {"type": "response.output_item.added", "output_index": 0, "item": {**item, "arguments": ""}}
        yield {"type": "response.function_call_arguments.delta", "delta": said.arguments, **place}
        done = {"arguments": said.arguments, "name": said.function}
        yield {"type": "response.function_call_arguments.done", **done, **place}
    else:
        part = item["content"][0]
        place["content_index"] = 0
        yield {"type": "response.output_item.added", "output_index": 0, "item": {**item, "content": []}}
        yield {"type": "response.content_part.added", "part": {**part, "text": ""}, **place}
        for word in said.text.split(" "):
            yield {"type": "response.output_text.delta", "delta": word, "logprobs": [], **place}
        yield {"type": "response.output_text.done", "text": said.text, "logprobs": [], **place}
        yield {"type": "response.content_part.done", "part": part, **place}
    yield {"type": "response.output_item.done", "output_index": 0, "item": item}


def _item(said: Said) -> Body:
    number = next(_count)
    if said.function:
        call = {"name": said.function, "arguments": said.arguments, "call_id": f"call_{number}"}
        return {"id": f"fc_{number}", "type": "function_call", "status": "completed", **call}
    part = {"type": "output_text", "text": said.text, "annotations": [], "logprobs": []}
    return {
        "id": f"msg_{number}",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [part],
    }


def _response(body: Body, said: Said, output: list[Body]) -> Body:
    given, made = tokens(body), len(said.text + said.arguments) // 4
    return {
        "id": f"resp_{next(_count)}",
        "object": "response",
        "created_at": 1_790_000_000,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "instructions": body.get("instructions"),
        "metadata": {},
        "model": body["model"],
        "output": output,
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": body.get("tool_choice") or "auto",
        "tools": body.get("tools") or [],
        "top_p": 1.0,
        "text": {"format": {"type": "text"}},
        "usage": {
            "input_tokens": given,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": made,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": given + made,
        },
    }


def _event(data: Body) -> str:
    return f"data: {json.dumps(data)}\n\n"
