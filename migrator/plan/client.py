"""One request to an OpenAI-compatible endpoint, by the openai package (extra `ab`)."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.commands import UsageError

if TYPE_CHECKING:
    from types import ModuleType

_RETRIED = (408, 409, 425, 429, 500, 502, 503, 504)


class Answer(NamedTuple):
    """What came back; durations in seconds."""

    output: str
    tool_calls: tuple[dict[str, Any], ...]
    finish: str
    served: str
    usage: dict[str, Any]
    seconds: float
    first_token: float | None


class FailedError(Exception):
    """A request failed. `again`: another try may help; `after`: the wait the endpoint asks for, in seconds;
    `billed`: the answer was lost, but may have to be paid."""

    def __init__(
        self, message: str, *, again: bool, after: float | None = None, billed: bool = False
    ) -> None:
        super().__init__(message)
        self.again = again
        self.after = after
        self.billed = billed


class Client:
    """Sends request bodies; closes its connections with `close`."""

    def __init__(self, timeout: float) -> None:
        self.openai = _openai()
        key = os.environ.get("OPENAI_API_KEY", "")
        if not key:
            raise UsageError("OPENAI_API_KEY is not set (any text will do for a server that asks for none)")
        self.client = self.openai.AsyncOpenAI(api_key=key, timeout=timeout, max_retries=0)

    async def close(self) -> None:
        """Close the connections."""
        await self.client.close()

    async def send(self, endpoint: str, body: dict[str, Any], *, stream: bool) -> Answer:
        """Send one body; raises FailedError."""
        openai = self.openai
        try:
            return await self._send(endpoint, dict(body), stream)
        except openai.APITimeoutError:
            raise FailedError("timed out", again=True, billed=True) from None
        except openai.APIConnectionError as error:
            raise FailedError(f"no connection: {error.__cause__ or error}", again=True) from None
        except openai.APIStatusError as error:
            wait = error.response.headers.get("retry-after", "")
            after = float(wait) if wait.replace(".", "", 1).isdigit() else None
            text = " ".join(str(error.message).split())[:300]
            raise FailedError(text, again=error.status_code in _RETRIED, after=after) from None
        except openai.OpenAIError as error:
            raise FailedError(" ".join(str(error).split())[:300], again=False) from None
        except (AttributeError, IndexError, TypeError, ValueError) as error:
            raise FailedError(f"no answer that can be read: {error}", again=False, billed=True) from None

    async def _send(self, endpoint: str, body: dict[str, Any], stream: bool) -> Answer:
        start = time.perf_counter()
        if endpoint == "responses":
            call = self.client.responses.create
            fixed = {"model": body.pop("model"), "input": body.pop("input")}
            read = self._stream_response if stream else self._response
        else:
            call = self.client.chat.completions.create
            fixed = {"model": body.pop("model"), "messages": body.pop("messages")}
            read = self._stream_chat if stream else self._chat
            if stream:
                body["stream_options"] = {"include_usage": True}
        given = await call(**fixed, extra_body=body, **({"stream": True} if stream else {}))
        return await read(given, start)

    async def _chat(self, given: Any, start: float) -> Answer:  # noqa: ANN401
        choice = given.choices[0]
        calls = tuple(call.model_dump(exclude_none=True) for call in choice.message.tool_calls or ())
        usage = given.usage.model_dump() if given.usage else {}
        text = choice.message.content or ""
        return Answer(
            text, calls, choice.finish_reason or "", given.model, usage, time.perf_counter() - start, None
        )

    async def _stream_chat(self, given: Any, start: float) -> Answer:  # noqa: ANN401
        text: list[str] = []
        usage: dict[str, Any] = {}
        first, finish, served = None, "", ""
        async for chunk in given:
            served = chunk.model or served
            usage = chunk.usage.model_dump() if chunk.usage else usage
            for choice in chunk.choices:
                if choice.delta.content:
                    first = first or time.perf_counter() - start
                    text.append(choice.delta.content)
                finish = choice.finish_reason or finish
        return Answer("".join(text), (), finish, served, usage, time.perf_counter() - start, first)

    async def _response(self, given: Any, start: float) -> Answer:  # noqa: ANN401
        calls = tuple(
            item.model_dump(exclude_none=True) for item in given.output if item.type == "function_call"
        )
        usage = given.usage.model_dump() if given.usage else {}
        seconds = time.perf_counter() - start
        return Answer(given.output_text, calls, given.status or "", given.model, usage, seconds, None)

    async def _stream_response(self, given: Any, start: float) -> Answer:  # noqa: ANN401
        first, last = None, None
        async for event in given:
            if event.type == "response.output_text.delta":
                first = first or time.perf_counter() - start
            elif event.type in ("response.completed", "response.incomplete", "response.failed"):
                last = event.response
        found = await self._response(last, start)
        return found._replace(first_token=first)


def tokens(usage: dict[str, Any]) -> tuple[int, int, int, int]:
    """Input, cached input, output and reasoning tokens of a usage record of either endpoint."""
    came = usage.get("prompt_tokens", usage.get("input_tokens")) or 0
    went = usage.get("completion_tokens", usage.get("output_tokens")) or 0
    inward = usage.get("prompt_tokens_details") or usage.get("input_tokens_details") or {}
    outward = usage.get("completion_tokens_details") or usage.get("output_tokens_details") or {}
    return came, inward.get("cached_tokens") or 0, went, outward.get("reasoning_tokens") or 0


def _openai() -> ModuleType:
    import importlib

    try:
        return importlib.import_module("openai")
    except ImportError:
        raise UsageError("ab run needs the openai package: pip install 'gpt55-migrate[ab]'") from None
