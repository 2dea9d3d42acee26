"""Who sends requests: each HTTP library is watched where its clients hand a request over.

Nothing is changed of a request or an answer, and what goes wrong in here is the recording's loss alone.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import Any

from gpt55_recording import Recorder, Seen, inside


def safely(step: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
    """What the recording does wrong is not the program's to bear."""
    try:
        return step(*args, **kwargs)
    except Exception:
        return None


def _failed(seen: Seen | None, error: BaseException) -> None:
    if seen is not None:
        safely(seen.finish, error=type(error).__name__)


@contextmanager
def _sending(seen: Seen) -> Any:  # noqa: ANN401
    """A request on its way: what is sent beneath it is no other, and what ends it is noted."""
    token = inside.set(True)
    try:
        yield
    except BaseException as error:
        _failed(seen, error)
        raise
    finally:
        inside.reset(token)


# -- httpx -----------------------------------------------------------------------------------------


def hook_httpx(module: Any, recorder: Recorder) -> None:  # noqa: ANN401
    """Both clients. Answers come as streams, so that the first byte is seen, and are read as asked for.

    What happens to a request is written once, as steps; the two clients differ in how a step is taken.
    """

    class Watched(module.SyncByteStream, module.AsyncByteStream):  # type: ignore[misc]
        def __init__(self, stream: Any, seen: Seen) -> None:  # noqa: ANN401
            self.stream, self.seen = stream, seen

        @contextmanager
        def reading(self) -> Any:  # noqa: ANN401
            try:
                yield
            except Exception as error:
                _failed(self.seen, error)
                raise
            safely(self.seen.finish)

        def __iter__(self) -> Any:  # noqa: ANN401
            with self.reading():
                for chunk in self.stream:
                    safely(self.seen.add, chunk)
                    yield chunk

        async def __aiter__(self) -> Any:  # noqa: ANN401
            with self.reading():
                async for chunk in self.stream:
                    safely(self.seen.add, chunk)
                    yield chunk

        def close(self) -> None:
            self.stream.close()
            safely(self.seen.finish)

        async def aclose(self) -> None:
            await self.stream.aclose()
            safely(self.seen.finish)

    def answered(seen: Seen, response: Any) -> None:  # noqa: ANN401
        seen.answered(response.status_code, response.headers)
        response.stream = Watched(response.stream, seen)

    def steps(seen: Seen, send: Any, names: tuple[str, str], stream: bool) -> Any:  # noqa: ANN401
        with _sending(seen):
            response = yield send
        safely(answered, seen, response)
        if not stream:
            read, close = (getattr(response, name) for name in names)
            try:
                yield read
            except BaseException:
                yield close
                raise
            safely(_whole, seen, response)
        return response

    send, asend = module.Client.send, module.AsyncClient.send

    def watched(self: Any, request: Any, *, stream: bool = False, **kwargs: Any) -> Any:  # noqa: ANN401
        seen = safely(_sent, recorder, request)
        if seen is None:
            return send(self, request, stream=stream, **kwargs)
        walk = steps(seen, lambda: send(self, request, stream=True, **kwargs), ("read", "close"), stream)
        resume: Any = walk.__next__
        while True:
            try:
                step = resume()
            except StopIteration as end:
                return end.value
            try:
                resume = _next(walk.send, step())
            except BaseException as error:
                resume = _next(walk.throw, error)

    async def awatched(self: Any, request: Any, *, stream: bool = False, **kwargs: Any) -> Any:  # noqa: ANN401
        seen = safely(_sent, recorder, request)
        if seen is None:
            return await asend(self, request, stream=stream, **kwargs)
        walk = steps(seen, lambda: asend(self, request, stream=True, **kwargs), ("aread", "aclose"), stream)
        resume: Any = walk.__next__
        while True:
            try:
                step = resume()
            except StopIteration as end:
                return end.value
            try:
                resume = _next(walk.send, await step())
            except BaseException as error:
                resume = _next(walk.throw, error)

    module.Client.send, module.AsyncClient.send = watched, awatched


def _next(step: Any, value: Any) -> Any:  # noqa: ANN401
    return lambda: step(value)


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
    return recorder.begin(str(request.url), body, request.headers)


# -- requests, aiohttp, urllib ---------------------------------------------------------------------


def hook_requests(module: Any, recorder: Recorder) -> None:  # noqa: ANN401
    send = module.Session.send

    def begun(request: Any) -> Seen | None:  # noqa: ANN401
        body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
        return recorder.begin(request.url, body, request.headers)

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
                safely(seen.add, chunk if isinstance(chunk, bytes) else chunk.encode())
                yield chunk
            safely(seen.finish)

        response.iter_content = iterated

    def watched(self: Any, request: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        seen = safely(begun, request)
        if seen is None:
            return send(self, request, **kwargs)
        with _sending(seen):
            response = send(self, request, **kwargs)
        safely(answered, seen, response, bool(kwargs.get("stream")))
        return response

    module.Session.send = watched


def hook_aiohttp(module: Any, recorder: Recorder) -> None:  # noqa: ANN401
    """Whole answers with their tokens; of streams the end, without tokens."""
    request, answer = module.ClientSession._request, module.ClientResponse
    read, release, close = answer.read, answer.release, answer.close

    def begun(session: Any, url: Any, kwargs: dict[str, Any]) -> Seen | None:  # noqa: ANN401
        data = kwargs.get("data")
        body = data if isinstance(data, bytes) else json.dumps(kwargs.get("json") or {}).encode()
        return recorder.begin(str(url), body, kwargs.get("headers"))

    async def watched(self: Any, method: str, url: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        seen = safely(begun, self, url, kwargs)
        try:
            response = await request(self, method, url, **kwargs)
        except BaseException as error:
            _failed(seen, error)
            raise
        if seen is not None:
            safely(seen.answered, response.status)
            response.gpt55_seen = seen
        return response

    async def whole(self: Any) -> bytes:  # noqa: ANN401
        body: bytes = await read(self)
        seen = getattr(self, "gpt55_seen", None)
        if seen is not None and not seen.done:
            safely(seen.add, body)
            safely(seen.finish)
        return body

    def ended(response: Any) -> None:  # noqa: ANN401
        seen = getattr(response, "gpt55_seen", None)
        if seen is not None:
            safely(seen.finish)

    def released(self: Any) -> Any:  # noqa: ANN401
        ended(self)
        return release(self)

    def closed(self: Any) -> Any:  # noqa: ANN401
        ended(self)
        return close(self)

    module.ClientSession._request = watched
    answer.read, answer.release, answer.close = whole, released, closed


def hook_urllib(module: Any, recorder: Recorder) -> None:  # noqa: ANN401
    opened = module.OpenerDirector.open

    def begun(given: Any, data: Any) -> Seen | None:  # noqa: ANN401
        url = given if isinstance(given, str) else given.full_url
        body = data if data is not None else getattr(given, "data", None)
        return recorder.begin(url, body if isinstance(body, bytes) else b"", getattr(given, "headers", None))

    def answered(seen: Seen, response: Any) -> None:  # noqa: ANN401
        seen.answered(response.status, response.headers)
        read, close = response.read, response.close

        def reading(*args: Any) -> bytes:  # noqa: ANN401
            found: bytes = read(*args)
            safely(seen.add, found)
            if not args or not found:
                safely(seen.finish)
            return found

        def closing() -> None:
            close()
            safely(seen.finish)

        response.read, response.close = reading, closing

    def watched(self: Any, fullurl: Any, data: Any = None, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        seen = safely(begun, fullurl, data)
        try:
            response = opened(self, fullurl, data, *args, **kwargs)
        except BaseException as error:
            if seen is not None and hasattr(error, "code"):
                safely(seen.answered, error.code)
            _failed(seen, error)
            raise
        if seen is not None:
            safely(answered, seen, response)
        return response

    module.OpenerDirector.open = watched


HOOKS = {
    "httpx": hook_httpx,
    "httpx2": hook_httpx,
    "requests": hook_requests,
    "aiohttp": hook_aiohttp,
    "urllib.request": hook_urllib,
}
