"""Runs in the recorded program: one JSON line a request to a model, by whichever HTTP library sends it.

It imports nothing of this project, changes no request and no answer, and never raises: what goes wrong in
here is the recording's loss, not the program's. A line is written when an answer has come whole, by one
`write` to a file opened for appending, so that processes and threads do not mix, and what was seen survives
whatever ends the program. Settings come in the environment (see `migrator.evidence.record`).
"""

from __future__ import annotations

import atexit
import contextvars
import importlib.util
import json
import os
import re
import sys
import threading
import time
import zlib
from typing import Any

SETTINGS = "GPT55_MIGRATE_RECORD"
PARSED = 65_536
KEPT = 8_000_000
_MODEL = re.compile(rb'"model"\s*:\s*"([^"\\]+)"')
_STREAM = re.compile(rb'"stream"\s*:\s*true')
_IMAGE = re.compile(rb'"type"\s*:\s*"(?:image_url|input_image)"')
_DATA = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+")

_inside: contextvars.ContextVar[bool] = contextvars.ContextVar("inside", default=False)


class Recorder:
    """The file, and what is under way in this process."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.root = settings["root"]
        self.text = bool(settings["text"])
        self.endpoints = settings["endpoints"]
        self.masks = [(re.compile(p), r) for p, r in settings["masks"]]
        self.file = os.open(settings["file"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.lock = threading.Lock()
        self.under_way: dict[int, Seen] = {}

    def begin(self, path: str, body: bytes, headers: Any) -> Seen | None:  # noqa: ANN401
        """A request that is about to be sent; nothing where it goes to no model, or is sent by another."""
        if _inside.get():
            return None
        endpoint = next((name for end, name in self.endpoints.items() if path.endswith(end)), None)
        if endpoint is None:
            return None
        seen = Seen(self, endpoint, body, headers)
        with self.lock:
            self.under_way[id(seen)] = seen
            seen.line["concurrency"] = len(self.under_way)
        return seen

    def write(self, line: dict[str, Any]) -> None:
        """One line, whole."""
        data = json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
        os.write(self.file, data.encode("utf-8", "replace"))

    def end(self) -> None:
        """What the program has not waited for."""
        for seen in list(self.under_way.values()):
            seen.finish(error="not read to its end")

    def redacted(self, value: Any) -> Any:  # noqa: ANN401
        """Text without keys, personal data and pictures."""
        text = _DATA.sub("data:,", json.dumps(value, ensure_ascii=False))
        for pattern, mask in self.masks:
            text = pattern.sub(mask, text)
        try:
            return json.loads(text)
        except ValueError:
            return None


class Seen:
    """One request from its sending to the end of its answer."""

    def __init__(self, recorder: Recorder, endpoint: str, body: bytes, headers: Any) -> None:  # noqa: ANN401
        self.recorder, self.body = recorder, body
        self.chunks: list[bytes] = []
        self.size = 0
        self.encoding = ""
        self.done = False
        site, scope = _site(recorder.root)
        self.line: dict[str, Any] = {
            "time": round(time.time(), 3), "pid": os.getpid(), "site": site, "scope": scope,
            "endpoint": endpoint, "digest": _digest(body), **_asked(body),
            "retries": int(_header(headers, "x-stainless-retry-count") or 0),
        }  # fmt: skip
        self.start = time.perf_counter()

    def answered(self, status: int, headers: Any = None) -> None:  # noqa: ANN401
        """The first byte is there."""
        self.line["status"] = status
        self.line["first_byte"] = round(time.perf_counter() - self.start, 4)
        self.encoding = (_header(headers, "content-encoding") or "").lower()

    def add(self, chunk: bytes) -> None:
        """A part of the answer; of what is very long the end counts, which holds the usage."""
        self.chunks.append(chunk)
        self.size += len(chunk)
        while self.size > KEPT and len(self.chunks) > 1 and not self.encoding:
            self.size -= len(self.chunks.pop(0))

    def finish(self, error: str = "") -> None:
        """Write its line, once."""
        with self.recorder.lock:
            if self.done:
                return
            self.done = True
            self.recorder.under_way.pop(id(self), None)
        self.line["seconds"] = round(time.perf_counter() - self.start, 4)
        answer = _answer(_plain(b"".join(self.chunks), self.encoding))
        status = self.line.get("status", 0)
        if error or status >= 400:
            self.line["error"] = error or f"status {status}"
        self.line["served"] = str(answer.get("model") or "")
        self.line.update(_tokens(answer.get("usage") or {}))
        if self.recorder.text:
            self.line["request"] = self.recorder.redacted(_json(self.body))
            self.line["response"] = self.recorder.redacted(answer)
        self.recorder.write(self.line)


def _site(root: str) -> tuple[str, str]:
    """The innermost place of the program itself, and the function."""
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(root) and "site-packages" not in name and name != __file__:
            scope = getattr(frame.f_code, "co_qualname", frame.f_code.co_name)
            return f"{name[len(root) :].replace(os.sep, '/')}:{frame.f_lineno}", scope
        frame = frame.f_back  # type: ignore[assignment]
    return "", ""


def _header(headers: Any, name: str) -> str | None:  # noqa: ANN401
    found = headers.get(name) if hasattr(headers, "get") else None
    return found.decode("latin-1") if isinstance(found, bytes) else found


def _json(data: bytes) -> Any:  # noqa: ANN401
    try:
        return json.loads(data)
    except ValueError:
        return None


def _asked(body: bytes) -> dict[str, Any]:
    """Model, streaming, pictures. Of long bodies both ends are looked at: a quote in a text is never bare."""
    value = _json(body) if len(body) <= PARSED else None
    if isinstance(value, dict):
        model, streams = str(value.get("model") or ""), value.get("stream") is True
    else:
        ends = body[:PARSED] + body[-PARSED:]
        found = _MODEL.search(ends)
        model, streams = (
            found[1].decode() if found else "",
            _STREAM.search(ends) is not None,
        )
    images = len(_IMAGE.findall(body)) if b'image_url"' in body else 0
    return {"model": model, "streams": streams, "images": images}


def _digest(body: bytes) -> str:
    """The same for the same body; of a long one the length and both ends count."""
    ends = body if len(body) <= 2 * PARSED else body[:PARSED] + body[-PARSED:]
    return f"{zlib.crc32(ends, len(body)):08x}"


def _tokens(usage: dict[str, Any]) -> dict[str, int]:
    inward = usage.get("prompt_tokens_details") or usage.get("input_tokens_details") or {}
    return {
        "tokens_in": usage.get("prompt_tokens", usage.get("input_tokens")) or 0,
        "tokens_out": usage.get("completion_tokens", usage.get("output_tokens")) or 0,
        "tokens_cached": inward.get("cached_tokens") or 0,
    }


def _plain(data: bytes, encoding: str) -> bytes:
    try:
        if encoding == "gzip":
            return zlib.decompressobj(31).decompress(data)
        return zlib.decompress(data) if encoding == "deflate" else data
    except zlib.error:
        return b""


# -- answers ---------------------------------------------------------------------------------------


def _answer(data: bytes) -> dict[str, Any]:
    """The answer as one object; the events of a stream are put together."""
    whole = _json(data)
    if isinstance(whole, dict):
        return whole
    found: dict[str, Any] = {}
    choices: dict[int, dict[str, Any]] = {}
    for line in data.split(b"\n"):
        event = _json(line[5:]) if line.startswith(b"data:") else None
        if not isinstance(event, dict):
            continue
        if isinstance(event.get("response"), dict):
            found = event["response"]
            continue
        found.update({k: event[k] for k in ("model", "usage") if event.get(k)})
        for choice in event.get("choices") or ():
            _joined(choices.setdefault(choice.get("index", 0), {"content": "", "calls": {}}), choice)
    if choices:
        found["choices"] = [_choice(choices[index]) for index in sorted(choices)]
    return found


def _joined(there: dict[str, Any], choice: dict[str, Any]) -> None:
    delta = choice.get("delta") or {}
    there["content"] += delta.get("content") or ""
    there["finish"] = choice.get("finish_reason") or there.get("finish")
    for part in delta.get("tool_calls") or ():
        call = there["calls"].setdefault(part.get("index", 0), {"id": "", "name": "", "arguments": ""})
        given = part.get("function") or {}
        call["id"] += part.get("id") or ""
        call["name"] += given.get("name") or ""
        call["arguments"] += given.get("arguments") or ""


def _choice(there: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": there["content"]}
    calls = [
        {
            "id": call["id"],
            "type": "function",
            "function": {"name": call["name"], "arguments": call["arguments"]},
        }
        for _, call in sorted(there["calls"].items())
    ]
    return {
        "message": {**message, **({"tool_calls": calls} if calls else {})},
        "finish_reason": there.get("finish"),
    }


# -- libraries -------------------------------------------------------------------------------------


def _safely(step: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
    """What the recording does wrong is not the program's to bear."""
    try:
        return step(*args, **kwargs)
    except Exception:
        return None


def _failed(seen: Seen | None, error: BaseException) -> None:
    if seen is not None:
        _safely(seen.finish, error=type(error).__name__)


def _whole(seen: Seen, response: Any) -> None:  # noqa: ANN401
    """An answer that was there at once, as those of transports in the process are."""
    if not seen.done:
        seen.encoding, seen.chunks = "", [response.content]
        seen.finish()


def _sent(recorder: Recorder, request: Any) -> Seen | None:  # noqa: ANN401
    try:
        body = request.content
    except Exception:
        body = b""
    return recorder.begin(request.url.path, body, request.headers)


class _Sending:
    """A request on its way: what is sent beneath it is no other, and what ends it is noted."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen

    def __enter__(self) -> None:
        self.token = _inside.set(True)

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        try:
            if error is not None:
                _failed(self.seen, error)
        finally:
            _inside.reset(self.token)


def _hook_httpx(module: Any, recorder: Recorder) -> None:  # noqa: ANN401
    """Both clients. Answers come as streams, so that the first byte is seen, and are read as asked for."""

    class Watched(module.SyncByteStream, module.AsyncByteStream):  # type: ignore[misc]
        def __init__(self, stream: Any, seen: Seen) -> None:  # noqa: ANN401
            self.stream, self.seen = stream, seen

        def __iter__(self) -> Any:  # noqa: ANN401
            try:
                for chunk in self.stream:
                    _safely(self.seen.add, chunk)
                    yield chunk
            except Exception as error:
                _failed(self.seen, error)
                raise
            _safely(self.seen.finish)

        async def __aiter__(self) -> Any:  # noqa: ANN401
            try:
                async for chunk in self.stream:
                    _safely(self.seen.add, chunk)
                    yield chunk
            except Exception as error:
                _failed(self.seen, error)
                raise
            _safely(self.seen.finish)

        def close(self) -> None:
            self.stream.close()
            _safely(self.seen.finish)

        async def aclose(self) -> None:
            await self.stream.aclose()
            _safely(self.seen.finish)

    def answered(seen: Seen, response: Any) -> None:  # noqa: ANN401
        seen.answered(response.status_code, response.headers)
        response.stream = Watched(response.stream, seen)

    send, asend = module.Client.send, module.AsyncClient.send

    def watched(self: Any, request: Any, *, stream: bool = False, **kwargs: Any) -> Any:  # noqa: ANN401
        seen = _safely(_sent, recorder, request)
        if seen is None:
            return send(self, request, stream=stream, **kwargs)
        with _Sending(seen):
            response = send(self, request, stream=True, **kwargs)
        _safely(answered, seen, response)
        if not stream:
            try:
                response.read()
            except BaseException:
                response.close()
                raise
            _safely(_whole, seen, response)
        return response

    async def awatched(self: Any, request: Any, *, stream: bool = False, **kwargs: Any) -> Any:  # noqa: ANN401
        seen = _safely(_sent, recorder, request)
        if seen is None:
            return await asend(self, request, stream=stream, **kwargs)
        with _Sending(seen):
            response = await asend(self, request, stream=True, **kwargs)
        _safely(answered, seen, response)
        if not stream:
            try:
                await response.aread()
            except BaseException:
                await response.aclose()
                raise
            _safely(_whole, seen, response)
        return response

    module.Client.send, module.AsyncClient.send = watched, awatched


def _hook_requests(module: Any, recorder: Recorder) -> None:  # noqa: ANN401
    send = module.Session.send

    def begun(request: Any) -> Seen | None:  # noqa: ANN401
        body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
        return recorder.begin(request.path_url.partition("?")[0], body, request.headers)

    def answered(seen: Seen, response: Any, stream: bool) -> None:  # noqa: ANN401
        seen.answered(response.status_code)
        seen.line["first_byte"] = round(response.elapsed.total_seconds(), 4)
        if not stream:
            seen.add(response.content)
            seen.finish()
            return
        read = response.iter_content

        def iterated(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            for chunk in read(*args, **kwargs):
                _safely(seen.add, chunk if isinstance(chunk, bytes) else chunk.encode())
                yield chunk
            _safely(seen.finish)

        response.iter_content = iterated

    def watched(self: Any, request: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        seen = _safely(begun, request)
        if seen is None:
            return send(self, request, **kwargs)
        with _Sending(seen):
            response = send(self, request, **kwargs)
        _safely(answered, seen, response, bool(kwargs.get("stream")))
        return response

    module.Session.send = watched


def _hook_aiohttp(module: Any, recorder: Recorder) -> None:  # noqa: ANN401
    """Whole answers with their tokens; of streams the end, without tokens."""
    request, answer = module.ClientSession._request, module.ClientResponse
    read, release, close = answer.read, answer.release, answer.close

    def begun(session: Any, url: Any, kwargs: dict[str, Any]) -> Seen | None:  # noqa: ANN401
        data = kwargs.get("data")
        body = data if isinstance(data, bytes) else json.dumps(kwargs.get("json") or {}).encode()
        return recorder.begin(str(url).partition("?")[0], body, kwargs.get("headers"))

    async def watched(self: Any, method: str, url: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        seen = _safely(begun, self, url, kwargs)
        try:
            response = await request(self, method, url, **kwargs)
        except BaseException as error:
            _failed(seen, error)
            raise
        if seen is not None:
            _safely(seen.answered, response.status)
            response.gpt55_seen = seen
        return response

    async def whole(self: Any) -> bytes:  # noqa: ANN401
        body: bytes = await read(self)
        seen = getattr(self, "gpt55_seen", None)
        if seen is not None and not seen.done:
            _safely(seen.add, body)
            _safely(seen.finish)
        return body

    def ended(response: Any) -> None:  # noqa: ANN401
        seen = getattr(response, "gpt55_seen", None)
        if seen is not None:
            _safely(seen.finish)

    def released(self: Any) -> Any:  # noqa: ANN401
        ended(self)
        return release(self)

    def closed(self: Any) -> Any:  # noqa: ANN401
        ended(self)
        return close(self)

    module.ClientSession._request = watched
    answer.read, answer.release, answer.close = whole, released, closed


def _hook_urllib(module: Any, recorder: Recorder) -> None:  # noqa: ANN401
    opened = module.OpenerDirector.open

    def begun(given: Any, data: Any) -> Seen | None:  # noqa: ANN401
        url = given if isinstance(given, str) else given.full_url
        body = data if data is not None else getattr(given, "data", None)
        path = url.partition("?")[0]
        return recorder.begin(path, body if isinstance(body, bytes) else b"", getattr(given, "headers", None))

    def answered(seen: Seen, response: Any) -> None:  # noqa: ANN401
        seen.answered(response.status, response.headers)
        read, close = response.read, response.close

        def reading(*args: Any) -> bytes:  # noqa: ANN401
            found: bytes = read(*args)
            _safely(seen.add, found)
            if not args or not found:
                _safely(seen.finish)
            return found

        def closing() -> None:
            close()
            _safely(seen.finish)

        response.read, response.close = reading, closing

    def watched(self: Any, fullurl: Any, data: Any = None, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        seen = _safely(begun, fullurl, data)
        try:
            response = opened(self, fullurl, data, *args, **kwargs)
        except BaseException as error:
            if seen is not None and hasattr(error, "code"):
                _safely(seen.answered, error.code)
            _failed(seen, error)
            raise
        if seen is not None:
            _safely(answered, seen, response)
        return response

    module.OpenerDirector.open = watched


HOOKS = {
    "httpx": _hook_httpx,
    "httpx2": _hook_httpx,
    "requests": _hook_requests,
    "aiohttp": _hook_aiohttp,
    "urllib.request": _hook_urllib,
}


class Watch:
    """Hooks a library when the program imports it."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder, self.looking = recorder, False

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:  # noqa: ANN401
        """The library's own spec, whose module is hooked once it has run."""
        if name not in HOOKS or self.looking:
            return None
        self.looking = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self.looking = False
        if spec is None or spec.loader is None:
            return spec
        run = spec.loader.exec_module

        def executed(module: Any) -> None:  # noqa: ANN401
            run(module)
            _safely(HOOKS[name], module, self.recorder)

        spec.loader.exec_module = executed  # type: ignore[method-assign]
        return spec


def install(settings: dict[str, Any]) -> None:
    """Watch what is there already and what is imported later."""
    recorder = Recorder(settings)
    atexit.register(_safely, recorder.end)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=recorder.under_way.clear)
    for name, hook in HOOKS.items():
        if name in sys.modules:
            _safely(hook, sys.modules[name], recorder)
    sys.meta_path.insert(0, Watch(recorder))


def _others() -> None:
    """The `sitecustomize` that this one stands before, if there is one."""
    here = os.path.dirname(os.path.abspath(__file__))
    kept = sys.path[:]
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
    own = sys.modules.pop("sitecustomize", None)
    try:
        importlib.import_module("sitecustomize")
    except ImportError:
        if own is not None:
            sys.modules["sitecustomize"] = own
    finally:
        sys.path[:] = [entry for entry in kept if os.path.abspath(entry or ".") != here]


if __name__ == "sitecustomize":
    if os.environ.get(SETTINGS):
        _safely(lambda: install(json.loads(os.environ[SETTINGS])))
    _safely(_others)
