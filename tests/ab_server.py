"""A small server on the loopback that answers as the API does, and is as strict."""

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OLD = ("gpt-4o", "gpt-4o-mini", "gpt-5", "gpt-5-mini")
NEW = ("gpt-5.5", "gpt-5.5-instant", "gpt-5.5-mini")
LABELS = {"parcel": "order_status", "money": "refund", "angry": "complaint"}


class Server(ThreadingHTTPServer):
    """`busy` requests get 429 first; new models get `wrong` rows wrong; `fail` is answered with 400.

    `fault(model, number)` names what goes wrong with a model's request, or nothing: see `Handler.go_wrong`.
    `cost` multiplies the output tokens, `slow` the duration, `served` the name, of new models.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests = []
        self.busy = 0
        self.wrong = 0
        self.fail = ""
        self.delay = 0.0
        self.fault = lambda model, number: ""
        self.counts = {}
        self.cost = 1
        self.slow = 0.0
        self.judge = json.dumps({"reason": "as seen", "score": 7})
        self.served = {}
        self.cached = 0
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
            time.sleep(server.delay + (server.slow if body.get("model") in NEW else 0))
            with server.lock:
                number = server.counts[body["model"]] = server.counts.get(body["model"], 0) + 1
            fault = server.fault(body["model"], number)
            if fault:
                self.go_wrong(fault, body)
                return
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
                self.answer(200, reply(self.path, body, server))
        finally:
            with server.lock:
                server.under_way -= 1

    def go_wrong(self, fault, body):
        """The ways in which endpoints fail."""
        whole = reply(self.path, body, self.server)
        altered = damaged(fault, whole)
        if fault.isdigit():
            self.answer(int(fault), {"error": {"message": f"status {fault}", "type": "error"}})
        elif altered is not None:
            self.answer(200, altered)
        elif fault == "drop":
            self.close_connection = True
            self.connection.shutdown(2)
        elif fault == "hang":
            time.sleep(3)
            self.close_connection = True
        elif fault == "truncated":
            self.raw(json.dumps(whole)[: len(json.dumps(whole)) // 2].encode(), missing=200)
        elif fault in RAW:
            self.raw(json.dumps(whole)[:40].encode() if RAW[fault] is None else RAW[fault])
        else:
            self.stream(body, fault)

    def raw(self, data, missing=0):
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if data[:1] == b"<" else "application/json")
        self.send_header("Content-Length", str(len(data) + missing))
        self.end_headers()
        self.wfile.write(data)
        self.close_connection = bool(missing)

    def answer(self, status, value):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if status == 429:
            self.send_header("Retry-After", "0.05")
        self.end_headers()
        self.wfile.write(data)

    def stream(self, body, fault=""):
        whole = reply(self.path, body, self.server)
        text = whole["choices"][0]["message"]["content"]
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": whole["model"]}
        events = [
            {**chunk, "choices": [{"index": 0, "delta": {"content": p}, "finish_reason": None}]}
            for p in text.split("|")
        ]
        events.append({**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        if (body.get("stream_options") or {}).get("include_usage"):
            events.append({**chunk, "choices": [], "usage": whole["usage"]})
        if fault in ("stream-cut", "stream-no-finish"):
            events = events[:1]
        data = "".join(f"data: {json.dumps(e)}\n\n" for e in events)
        data += "data: {half\n\n" if fault == "stream-garbage" else ""
        data += "" if fault == "stream-cut" else "data: [DONE]\n\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Content-Length", str(len(data.encode()) + (500 if fault == "stream-cut" else 0)))
        self.end_headers()
        self.close_connection = bool(fault)
        self.wfile.write(data.encode())


RAW = {"half-json": None, "html": b"<html>Bad gateway</html>", "nothing": b""}


def damaged(fault, whole):
    """An answer as JSON that lacks what an answer should have; nothing for other faults."""
    choice = whole["choices"][0] if "choices" in whole else {"message": {}}
    said = {
        "empty": {"content": ""},
        "null-content": {"content": None},
        "refusal": {"content": "I'm sorry, I can't help with that."},
    }
    if fault in said:
        return {**whole, "choices": [{**choice, "message": {**choice["message"], **said[fault]}}]}
    return {
        "no-choices": {**whole, "choices": []},
        "null-choices": {**whole, "choices": None},
        "no-usage": {k: v for k, v in whole.items() if k != "usage"},
        "length": {**whole, "choices": [{**choice, "finish_reason": "length"}]},
        "other-model": {**whole, "model": "gpt-3.5-turbo-0125"},
    }.get(fault)


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


def reply(path, body, server):
    messages = body.get("messages") or body.get("input")
    asked = "\n".join(text_of(m["content"]) for m in messages)
    text = said(asked, body["model"], server)
    came, went = len(asked) // 4 + 1, (len(text) // 4 + 1) * (server.cost if body["model"] in NEW else 1)
    served = server.served.get(body["model"], body["model"])
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
            "model": served,
            "tool_choice": "auto",
            "tools": [],
            "output": [item],
            "usage": usage,
        }
    message = {"role": "assistant", "content": text}
    usage = {"prompt_tokens": came, "completion_tokens": went, "total_tokens": came + went}
    if server.cached:
        usage["prompt_tokens_details"] = {"cached_tokens": min(came, server.cached)}
    choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
    fixed = {"id": "c", "object": "chat.completion", "created": 0}
    return {**fixed, "model": served, "choices": choices, "usage": usage}


def said(asked, model, server):
    """A deterministic answer: labels for tickets, a score for a judge, a sentence for the rest."""
    if '"better"' in asked:
        first, second = (asked.partition(f"<answer {n}>")[2].partition("</answer")[0] for n in (1, 2))
        better = "tie" if ("best" in first) == ("best" in second) else "1" if "best" in first else "2"
        return json.dumps({"reason": "as seen", "better": better})
    if '"score": number' in asked:
        good = "perfect" in asked.rpartition("<answer>")[2]
        return json.dumps({"reason": "as seen", "score": 9}) if good else server.judge
    if '"pass"' in asked:
        score = 0.9 if "perfect" in asked.rpartition("<Output>")[2].partition("</Output>")[0] else 0.7
        return json.dumps({"reason": "as seen", "pass": True, "score": score})
    if "Classify the ticket" in asked:
        number = int("".join(c for c in asked.rpartition("#")[2] if c.isdigit()) or 0)
        label = next((v for k, v in LABELS.items() if k in asked), "other")
        return json.dumps({"intent": "contract" if model in NEW and number < server.wrong else label})
    if "yes or no" in asked:
        return "yes" if "hate" in asked.rpartition("Comment:")[2] else "no"
    return f"A perfect| answer from {model}."


def serve():
    """A server of its own process, for runs that are shown: prints its address and waits."""
    server = Server()
    print(server.url, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve()


@contextlib.contextmanager
def serving():
    """A server that is up meanwhile."""
    found = Server()
    thread = threading.Thread(target=found.serve_forever, daemon=True)
    thread.start()
    yield found
    found.shutdown()
    found.server_close()
    thread.join()
