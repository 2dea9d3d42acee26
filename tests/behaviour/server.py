"""The strict local server: Chat Completions and Responses (both also as event streams), files and batches.

It speaks for the API's publisher under `/v1`, and for other hosts under `/hosts/<host>` (see `loopback`):
an Azure resource with its deployments, a gateway with prefixed ids, and vendors who serve what they always
served. Every model request is recorded with its answer's status.
"""

from __future__ import annotations

import email
import itertools
import json
import threading
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from . import answers
from .models import GPT_4O, Mode, Model, catalogue
from .rules import Body, Refusal, batch_lines, judge_chat, judge_responses, tokens, unknown_model

if TYPE_CHECKING:
    from collections.abc import Iterable

ENDPOINTS = ("/chat/completions", "/responses", "/embeddings")
FOREIGN = ("gpt-4o", "gpt-4o-mini", "gpt-5", "deepseek-chat", "llama3.1", "Xenova/gpt-4o", "proxy-gpt-4o")
"""What vendors other than the publisher serve, before and after; all behave like gpt-4o there."""
DEPLOYMENTS = ("gpt-4o", "gpt-4o-mini", "gpt-4o-prod-weu", "support-chat")


@dataclass(frozen=True)
class Request:
    """One request for a model, as it was recorded.

    Attributes:
        host: empty for the publisher.
        status: of the answer; `error` is its message when it was refused.
        tokens: rough size of the input.
    """

    host: str
    endpoint: str
    body: Body
    status: int
    error: str = ""

    @property
    def model(self) -> str:
        return str(self.body.get("model"))

    @property
    def tokens(self) -> int:
        return tokens(self.body)


@dataclass
class World:
    """What answers now: the mode, whether old models still do, and what was asked."""

    mode: Mode = "guide"
    old: bool = True
    requests: list[Request] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def models(self, host: str) -> dict[str, Model]:
        """Ids that answer at a host."""
        own = catalogue(self.mode, old=self.old)
        if not host:
            return own
        if host.endswith("openai.azure.com"):
            return {name: replace(GPT_4O, id=name) for name in DEPLOYMENTS}
        if host == "openrouter.ai":
            return {f"openai/{name}": model for name, model in own.items()}
        return {name: replace(GPT_4O, id=name) for name in FOREIGN}

    def ask(self, host: str, endpoint: str, body: Body) -> Refusal | None:
        """Judge a request and record it."""
        refusal = self._judge(host, endpoint, body)
        done = Request(
            host, endpoint, body, refusal.status if refusal else 200, refusal.message if refusal else ""
        )
        with self.lock:
            self.requests.append(done)
        return refusal

    def _judge(self, host: str, endpoint: str, body: Body) -> Refusal | None:
        model = self.models(host).get(str(body.get("model")))
        if model is None:
            return unknown_model(body.get("model"))
        if model.special:
            return None
        return judge_responses(model, body) if endpoint == "/responses" else judge_chat(model, body)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StrictServer

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: requests are recorded."""

    def do_GET(self) -> None:
        host, path = self._place()
        if path.endswith("/models"):
            data = [{"id": name, "object": "model", "owned_by": "local"} for name in self.world.models(host)]
            self._json({"object": "list", "data": data})
        elif "/batches/" in path:
            self._json({"id": path.rsplit("/", 1)[1], "object": "batch", "status": "completed"})
        else:
            self._json({"error": {"message": f"Invalid URL (GET {path})"}}, 404)

    def do_POST(self) -> None:
        host, path = self._place()
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        endpoint = next((one for one in ENDPOINTS if path.endswith(one)), "")
        if path.endswith("/files"):
            self._json(self._upload(data))
        elif path.endswith("/batches"):
            self._json(self._batch(host, json.loads(data)))
        elif path.endswith("/audio/transcriptions"):
            self._json({"text": answers.REPLY})
        elif not endpoint:
            self._json({"error": {"message": f"Invalid URL (POST {path})"}}, 404)
        elif endpoint == "/embeddings":
            self._json({"object": "list", "data": [{"index": 0, "embedding": [0.0], "object": "embedding"}]})
        else:
            self._answer(host, path, endpoint, json.loads(data))

    @property
    def world(self) -> World:
        return self.server.world

    def _place(self) -> tuple[str, str]:
        path = self.path.partition("?")[0]
        if not path.startswith("/hosts/"):
            return "", path
        host, _, rest = path.removeprefix("/hosts/").partition("/")
        return ("" if host == "api.openai.com" else host), "/" + rest

    def _answer(self, host: str, path: str, endpoint: str, body: Body) -> None:
        if "/deployments/" in path:
            body["model"] = path.split("/deployments/")[1].split("/", maxsplit=1)[0]
        refusal = self.world.ask(host, endpoint, body)
        chat = endpoint == "/chat/completions"
        if refusal is not None:
            self._json(refusal.body, refusal.status)
        elif body.get("stream"):
            self._stream(answers.chat_stream(body) if chat else answers.response_stream(body))
        else:
            self._json(answers.chat(body) if chat else answers.response(body))

    def _upload(self, data: bytes) -> Body:
        kind = self.headers["Content-Type"].encode()
        message = email.message_from_bytes(b"Content-Type: " + kind + b"\r\n\r\n" + data)
        parts = [part for part in message.walk() if part.get_filename()]
        name = f"file-{next(self.server.numbers)}"
        content = parts[0].get_payload(decode=True)
        assert isinstance(content, bytes)
        self.world.files[name] = content
        return {
            "id": name,
            "object": "file",
            "bytes": len(content),
            "filename": "batch.jsonl",
            "purpose": "batch",
        }

    def _batch(self, host: str, order: Body) -> Body:
        """Every line is judged as if it had been sent by itself."""
        endpoint = order["endpoint"].removeprefix("/v1")
        refusals = [
            refusal
            for line in batch_lines(self.world.files[order["input_file_id"]])
            if (refusal := self.world.ask(host, endpoint, line["body"])) is not None
        ]
        name = f"batch_{next(self.server.numbers)}"
        status = "failed" if refusals else "completed"
        frame = {"id": name, "object": "batch", "created_at": 1_790_000_000, "completion_window": "24h"}
        return {
            **frame,
            "endpoint": order["endpoint"],
            "input_file_id": order["input_file_id"],
            "status": status,
        }

    def _json(self, body: Body, status: int = 200) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self._end(data)

    def _stream(self, events: Iterable[str]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self._end("".join(events).encode())

    def _end(self, data: bytes) -> None:
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)
        self.close_connection = True


class StrictServer(ThreadingHTTPServer):
    """Listens on a free port of this machine; `world` is exchanged between programs."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.world = World()
        self.numbers = itertools.count(1)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"
