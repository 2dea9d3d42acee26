"""One request to an OpenAI-compatible endpoint, by the openai package (extra `ab`)."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from migrator.errors import UsageError

if TYPE_CHECKING:
    from types import ModuleType

_RETRIED = (408, 409, 425, 429, 500, 502, 503, 504)
_NEVER = (401, 403)
_UNSENT = ("ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol")


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
    `billed`: the answer was lost, but may have to be paid; `endpoint`: no request can do better."""

    def __init__(
        self,
        message: str,
        *,
        again: bool,
        after: float | None = None,
        billed: bool = False,
        endpoint: bool = False,
    ) -> None:
        super().__init__(message)
        self.again = again
        self.after = after
        self.billed = billed
        self.endpoint = endpoint


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
        try:
            return await self._send(endpoint, dict(body), stream)
        except Exception as error:
            self._explain(error)

    def _explain(self, error: Exception) -> NoReturn:
        """The error as FailedError. Whatever the SDK or its transport raise after sending may have to be
        paid.
        """
        openai, text = self.openai, " ".join(str(error).split())[:300]
        if isinstance(error, openai.APITimeoutError):
            raise FailedError("timed out", again=True, billed=True) from None
        if isinstance(error, openai.APIConnectionError):
            cause = error.__cause__ or error
            unsent = type(cause).__name__ in _UNSENT
            words = f"no connection: {cause}" if unsent else f"the connection broke off: {cause}"
            raise FailedError(words, again=True, billed=not unsent, endpoint=unsent) from None
        if isinstance(error, openai.APIStatusError):
            wait = error.response.headers.get("retry-after", "")
            after = float(wait) if wait.replace(".", "", 1).isdigit() else None
            text = " ".join(str(error.message).split())[:300]
            code = error.status_code
            raise FailedError(text, again=code in _RETRIED, after=after, endpoint=code in _NEVER) from None
        if isinstance(error, (TypeError, AttributeError)) and "create()" in text:
            raise FailedError(text, again=False) from None
        raise FailedError(
            f"no whole answer: {text or type(error).__name__}", again=True, billed=True
        ) from None

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
                if choice.delta is not None and choice.delta.content:
                    first = first or time.perf_counter() - start
                    text.append(choice.delta.content)
                finish = choice.finish_reason or finish
        if not finish:
            raise ValueError("the stream ended without a finish reason")
        return Answer("".join(text), (), finish, served, usage, time.perf_counter() - start, first)

    async def _response(self, given: Any, start: float) -> Answer:  # noqa: ANN401
        if given.status == "failed":
            raise ValueError(f"the response failed: {given.error}")
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
        if last is None:
            raise ValueError("the stream ended before the response was complete")
        found = await self._response(last, start)
        return found._replace(first_token=first)


def tokens(usage: dict[str, Any]) -> tuple[int, int, int, int]:
    """Input, cached input, output and reasoning tokens of a usage record of either endpoint."""
    came = usage.get("prompt_tokens", usage.get("input_tokens")) or 0
    went = usage.get("completion_tokens", usage.get("output_tokens")) or 0
    inward = usage.get("prompt_tokens_details") or usage.get("input_tokens_details") or {}
    outward = usage.get("completion_tokens_details") or usage.get("output_tokens_details") or {}
    return came, inward.get("cached_tokens") or 0, went, outward.get("reasoning_tokens") or 0


def usd(usage: dict[str, Any], price: tuple[float, ...]) -> float:
    """What the reported tokens cost; cached ones at their own price, where that is known."""
    came, cached, went, _ = tokens(usage)
    kept = min(cached, came) if len(price) > 2 else 0
    less = price[2] if len(price) > 2 else price[0]
    return ((came - kept) * price[0] + kept * less + went * price[1]) / 1e6


def _openai() -> ModuleType:
    from migrator.plan.sequential_evidence import library

    found: ModuleType = library("openai")
    return found
