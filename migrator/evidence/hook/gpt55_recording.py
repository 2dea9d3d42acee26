"""One line a request to a model: what was sent, and what came back. Imports nothing of this project.

A line is written when an answer has come whole, by one `write` to a file opened for appending, so that
processes and threads do not mix, and what was seen survives whatever ends the program.
"""

from __future__ import annotations

import contextvars
import json
import os
import re
import sys
import threading
import time
import zlib
from typing import Any
from urllib.parse import urlsplit

HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
PARSED = 65_536
KEPT = 8_000_000
_MODEL = re.compile(rb'"model"\s*:\s*"([^"\\]+)"')
_STREAM = re.compile(rb'"stream"\s*:\s*true')
_IMAGE = re.compile(rb'"type"\s*:\s*"(?:image_url|input_image)"')
_DATA = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+")

inside: contextvars.ContextVar[bool] = contextvars.ContextVar("inside", default=False)


class Recorder:
    """The file, and what is under way in this process."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.root = settings["root"]
        self.text = bool(settings["text"])
        self.endpoints = settings["endpoints"]
        self.masks = [(re.compile(p), r) for p, r in settings["masks"]]
        self.file = os.open(settings["file"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.lock = threading.Lock()
        self.more: Any = None
        self.under_way: dict[int, Seen] = {}

    def begin(self, url: str, body: bytes, headers: Any) -> Seen | None:  # noqa: ANN401
        """A request that is about to be sent; nothing where it goes to no model, or is sent by another."""
        if inside.get():
            return None
        parts = urlsplit(url)
        path = parts.path
        endpoint = next((name for end, name in self.endpoints.items() if path.endswith(end)), None)
        if endpoint is None:
            return None
        seen = Seen(self, endpoint, body, headers)
        seen.line["host"] = parts.hostname or ""
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
        if recorder.more is not None:
            self.line.update(recorder.more(body))
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
            told = answer.get("error")
            if self.recorder.more is not None and isinstance(told, dict):
                self.line["refused"] = str(told.get("message"))
        self.line["served"] = str(answer.get("model") or "")
        self.line.update(_tokens(answer.get("usage") or {}))
        if self.recorder.text:
            self.line["request"] = self.recorder.redacted(_json(self.body))
            self.line["response"] = self.recorder.redacted(answer)
        self.recorder.write(self.line)


def is_own(name: str, root: str) -> bool:
    """Whether a file belongs to the program itself."""
    return name.startswith(root) and "site-packages" not in name and not name.startswith(HERE)


def _site(root: str) -> tuple[str, str]:
    """The innermost place of the program itself, and the function."""
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if is_own(name, root):
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
