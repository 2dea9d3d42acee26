"""`models`: the catalogue, and asking an endpoint."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from click.testing import CliRunner

from migrator.cli import cli


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def endpoint(monkeypatch):
    """A server whose answer to /v1/models the test sets; it notes what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            server.asked.append((self.path, self.headers.get("Authorization")))
            status, headers, body = server.answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.answers = [], {}
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-key-of-no-one")
    yield server
    server.shutdown()


def lists(*names):
    return 200, {}, json.dumps({"data": [{"id": name} for name in names]}).encode()


def run(*args):
    return CliRunner().invoke(cli, ["models", *args])


@pytest.mark.parametrize("catalog", ["guide", "published", "current"])
def test_the_catalogue_as_a_table(catalog):
    result = run("--catalog", catalog)
    assert result.exit_code == 0
    for piece in (
        "flagship",
        "instant",
        "mini",
        "window",
        "with --from gpt-4",
        "No end is announced of gpt-5.2",
    ):
        assert piece in result.stdout


def test_it_says_what_the_publisher_does_not_list():
    assert "does not list gpt-5.5-instant, gpt-5.5-mini" in run().stdout
    assert "does not list" not in run("--catalog", "published").stdout


@pytest.mark.parametrize("suffix", ["", "/", "/v1", "/v1/"])
def test_an_endpoint_that_lists_every_target(endpoint, monkeypatch, suffix):
    monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url + suffix)
    endpoint.answers["/v1/models"] = lists("gpt-5.5", "gpt-5.5-instant", "gpt-5.5-mini", "other")
    result = run("--verify")
    assert result.exit_code == 0, result.output
    assert result.stdout.count(" listed") == 3
    assert endpoint.asked == [("/v1/models", "Bearer sk-test-key-of-no-one")]


def test_an_endpoint_that_does_not(endpoint):
    endpoint.answers["/v1/models"] = lists("gpt-5.5")
    result = run("--verify")
    assert result.exit_code == 1
    assert result.stdout.count("not listed") == 2


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((401, {}, b""), "answered 401 Unauthorized; check OPENAI_API_KEY"),
        ((404, {}, b""), "answered 404 Not Found; check OPENAI_BASE_URL"),
        ((200, {}, b"<html>"), "answered with no list of models"),
        ((200, {}, b'{"data": [1]}'), "answered with no list of models"),
        ((200, {}, b"[]"), "answered with no list of models"),
    ],
)
def test_answers_that_are_none(endpoint, answer, message):
    endpoint.answers["/v1/models"] = answer
    result = run("--verify")
    assert result.exit_code == 3
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_the_key_does_not_follow_a_redirect(endpoint):
    endpoint.answers["/v1/models"] = (302, {"Location": f"{endpoint.url}/elsewhere"}, b"")
    endpoint.answers["/elsewhere"] = lists("gpt-5.5", "gpt-5.5-instant", "gpt-5.5-mini")
    assert run("--verify").exit_code == 0
    assert endpoint.asked[-1] == ("/elsewhere", None)


def test_an_endpoint_that_is_not_there(monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1")
    result = run("--verify")
    assert result.exit_code == 3
    assert "cannot be reached" in result.stderr


def test_an_endpoint_that_is_no_url(monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "file:///etc")
    assert run("--verify").exit_code == 2


def test_a_key_that_cannot_be_sent(endpoint, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-\nX: y")
    result = run("--verify")
    assert result.exit_code == 2
    assert endpoint.asked == []
