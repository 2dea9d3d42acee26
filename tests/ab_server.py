"""A small server on the loopback that answers as the API does, and is as strict."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OLD = ("gpt-4o", "gpt-4o-mini", "gpt-5", "gpt-5-mini")
NEW = ("gpt-5.5", "gpt-5.5-instant", "gpt-5.5-mini")
LABELS = {"parcel": "order_status", "money": "refund", "angry": "complaint"}


class Server(ThreadingHTTPServer):
    """`busy` requests get 429 first; new models get `wrong` rows wrong; `fail` is answered with 400."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests = []
        self.busy = 0
        self.wrong = 0
        self.fail = ""
        self.delay = 0.0
        self.lock = threading.Lock()
        self.under_way = self.most_under_way = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = self.server
        with server.lock:
            server.under_way += 1
            server.most_under_way = max(server.most_under_way, server.under_way)
            server.requests.append((self.path, body))
            busy = server.busy > 0
            server.busy -= busy
        try:
            if server.delay:
                time.sleep(server.delay)
            problem = server.fail or refusal(self.path, body)
            if busy:
                self.answer(
                    429,
                    {"error": {"message": "Rate limit reached", "type": "requests", "code": "rate_limit"}},
                )
            elif problem:
                status = 404 if "does not exist" in problem else 400
                self.answer(status, {"error": {"message": problem, "type": "invalid_request_error"}})
            elif body.get("stream"):
                self.stream(body)
            else:
                self.answer(200, reply(self.path, body, server.wrong))
        finally:
            with server.lock:
                server.under_way -= 1

    def answer(self, status, value):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if status == 429:
            self.send_header("Retry-After", "0.05")
        self.end_headers()
        self.wfile.write(data)

    def stream(self, body):
        whole = reply(self.path, body, self.server.wrong)
        text = whole["choices"][0]["message"]["content"]
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": whole["model"]}
        events = [
            {**chunk, "choices": [{"index": 0, "delta": {"content": p}, "finish_reason": None}]}
            for p in text.split("|")
        ]
        events.append({**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        if (body.get("stream_options") or {}).get("include_usage"):
            events.append({**chunk, "choices": [], "usage": whole["usage"]})
        data = "".join(f"data: {json.dumps(e)}\n\n" for e in events) + "data: [DONE]\n\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Content-Length", str(len(data.encode())))
        self.end_headers()
        self.wfile.write(data.encode())


def refusal(path, body):
    """Why the API would not take a request; nothing if it would."""
    model = body.get("model")
    if model not in OLD + NEW:
        return f"The model `{model}` does not exist or you do not have access to it."
    if path not in ("/v1/chat/completions", "/v1/responses"):
        return f"no such endpoint: {path}"
    if model in NEW and "max_tokens" in body:
        return (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
            "'max_completion_tokens' instead."
        )
    if model in NEW and body.get("temperature", 1) != 1:
        return (
            "Unsupported value: 'temperature' does not support 0 with this model. Only the default "
            "(1) value is supported."
        )
    if model in NEW and {"presence_penalty", "frequency_penalty", "top_p", "stop", "logit_bias"} & set(body):
        return "Unsupported parameter for this model."
    return ""


def text_of(content):
    return content if isinstance(content, str) else " ".join(part.get("text", "") for part in content)


def reply(path, body, wrong):
    messages = body.get("messages") or body.get("input")
    asked = "\n".join(text_of(m["content"]) for m in messages)
    text = said(asked, body["model"], wrong)
    came, went = len(asked) // 4 + 1, len(text) // 4 + 1
    if path == "/v1/responses":
        part = {"type": "output_text", "text": text, "annotations": []}
        item = {"id": "m", "type": "message", "role": "assistant", "status": "completed", "content": [part]}
        details = {
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens_details": {"reasoning_tokens": 0},
        }
        usage = {"input_tokens": came, "output_tokens": went, "total_tokens": came + went, **details}
        fixed = {
            "id": "r",
            "object": "response",
            "created_at": 0,
            "status": "completed",
            "parallel_tool_calls": False,
        }
        return {
            **fixed,
            "model": body["model"],
            "tool_choice": "auto",
            "tools": [],
            "output": [item],
            "usage": usage,
        }
    message = {"role": "assistant", "content": text}
    usage = {"prompt_tokens": came, "completion_tokens": went, "total_tokens": came + went}
    choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
    fixed = {"id": "c", "object": "chat.completion", "created": 0}
    return {**fixed, "model": body["model"], "choices": choices, "usage": usage}


def said(asked, model, wrong):
    """A deterministic answer: labels for tickets, a score for a judge, a sentence for the rest."""
    if '"score": number' in asked or ("score" in asked.lower() and "rubric" in asked.lower()):
        good = "perfect" in asked.rpartition("<answer>")[2]
        return json.dumps({"reason": "as seen", "score": 9 if good else 7, "pass": True})
    if "Classify the ticket" in asked:
        number = int("".join(c for c in asked.rpartition("#")[2] if c.isdigit()) or 0)
        label = next((v for k, v in LABELS.items() if k in asked), "other")
        return json.dumps({"intent": "contract" if model in NEW and number < wrong else label})
    if "yes or no" in asked:
        return "yes" if "hate" in asked.rpartition("Comment:")[2] else "no"
    return f"A perfect| answer from {model}."
