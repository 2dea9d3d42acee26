"""The stand-in's server: Chat Completions, Responses and completions (also as event streams), files, batches,
embeddings and lists of models, on a free port of this machine.

It speaks for the API's publisher under `/v1`, and for any other host under `/hosts/<host>`. What a `Judge`
refuses is answered with the API's own error; the rest in the form that the request asks for.
"""

from __future__ import annotations

import email
import itertools
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Protocol

from migrator.evidence.standin import response_bodies
from migrator.evidence.standin.refusals import Body, Refusal, batch_lines

if TYPE_CHECKING:
    from collections.abc import Iterable
    from email.message import Message

    from migrator.evidence.standin.response_bodies import Said

ENDPOINTS = {
    "/chat/completions": "chat.completions",
    "/responses": "responses",
    "/completions": "completions",
    "/embeddings": "embeddings",
    "/moderations": "moderations",
}
OFFICIAL = "api.openai.com"


class Judge(Protocol):
    """Who says what becomes of a request; `host` is empty for the publisher."""

    def ask(self, host: str, endpoint: str, body: Body, headers: Message) -> Refusal | None:
        """Why it is refused, or None."""

    def listed(self, host: str) -> Iterable[str]:
        """The ids that a host lists."""

    def said(self, body: Body) -> Said | None:
        """What is answered, where that is known."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StrictServer

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: whoever judges notes requests."""

    def do_GET(self) -> None:
        host, path = self._place()
        if path.endswith("/models"):
            data = [{"id": name, "object": "model", "owned_by": "local"} for name in self.judge.listed(host)]
            self._json({"object": "list", "data": data})
        elif "/models/" in path:
            self._json({"id": path.rsplit("/", 1)[1], "object": "model", "created": 0, "owned_by": "local"})
        elif "/batches/" in path:
            self._json({"id": path.rsplit("/", 1)[1], "object": "batch", "status": "completed"})
        elif "/responses/" in path:
            said = response_bodies.Said(response_bodies.REPLY)
            self._json(response_bodies.response({"model": "stored", "input": ""}, said))
        else:
            self._json({"error": {"message": f"Invalid URL (GET {path})"}}, 404)

    def do_POST(self) -> None:
        host, path = self._place()
        data = self._body()
        endpoint = next((name for end, name in ENDPOINTS.items() if path.endswith(end)), "")
        if path.endswith("/files"):
            self._json(self._upload(data))
        elif path.endswith("/audio/transcriptions"):
            self._json({"text": response_bodies.REPLY})
        elif not endpoint and not path.endswith("/batches"):
            self._json({"error": {"message": f"Invalid URL (POST {path})"}}, 404)
        else:
            self._asked(host, path, endpoint, data)

    def _asked(self, host: str, path: str, endpoint: str, data: bytes) -> None:
        try:
            body = json.loads(data)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            message = "We could not parse the JSON body of your request."
            self._json(Refusal(400, message).body, 400)
        elif endpoint:
            self._answer(host, path, endpoint, body)
        else:
            self._json(self._batch(host, body))

    @property
    def judge(self) -> Judge:
        return self.server.judge

    def _place(self) -> tuple[str, str]:
        path = self.path.partition("?")[0]
        if not path.startswith("/hosts/"):
            return "", path
        host, _, rest = path.removeprefix("/hosts/").partition("/")
        return ("" if host == OFFICIAL else host), "/" + rest

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline().partition(b";")[0] or b"0", 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _answer(self, host: str, path: str, endpoint: str, body: Body) -> None:
        if "/deployments/" in path:
            body["model"] = path.split("/deployments/")[1].split("/", maxsplit=1)[0]
        refusal = self.judge.ask(host, endpoint, body, self.headers)
        if refusal is not None:
            self._json(refusal.body, refusal.status)
            return
        made = response_bodies.answer(endpoint, body, self.judge.said(body))
        if isinstance(made, dict):
            self._json(made)
        else:
            self._stream(made)

    def _upload(self, data: bytes) -> Body:
        kind = self.headers["Content-Type"].encode()
        message = email.message_from_bytes(b"Content-Type: " + kind + b"\r\n\r\n" + data)
        parts = [part for part in message.walk() if part.get_filename()]
        content = parts[0].get_payload(decode=True) if parts else b""
        content = content if isinstance(content, bytes) else b""
        name = f"file-{next(self.server.numbers)}"
        self.server.files[name] = content
        about = {"id": name, "object": "file", "bytes": len(content), "created_at": 1_790_000_000}
        return {**about, "filename": "batch.jsonl", "purpose": "batch"}

    def _batch(self, host: str, order: Body) -> Body:
        """Every line is judged as if it had been sent by itself."""
        endpoint = ENDPOINTS.get(str(order.get("endpoint")).removeprefix("/v1"), "")
        file = str(order.get("input_file_id"))
        refusals = [
            refusal
            for line in batch_lines(self.server.files.get(file, b""))
            if (refusal := self.judge.ask(host, endpoint, line.get("body") or {}, self.headers)) is not None
        ]
        name = f"batch_{next(self.server.numbers)}"
        status = "failed" if refusals else "completed"
        frame = {"id": name, "object": "batch", "created_at": 1_790_000_000, "completion_window": "24h"}
        return {**frame, "endpoint": order.get("endpoint"), "input_file_id": file, "status": status}

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
    """Listens on a free port of this machine; `judge` may be exchanged between programs."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, judge: Judge) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.judge = judge
        self.files: dict[str, bytes] = {}
        self.numbers = itertools.count(1)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: object, client_address: object) -> None:
        """A program that went away before its answer is no error here."""

    def close(self) -> None:
        self.shutdown()
        self.server_close()
