"""`rehearse`: the user's command before and after the migration, with a strict stand-in of the API behind it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from migrator.evidence import running
from migrator.evidence.standin import response_bodies
from migrator.evidence.standin.given import read
from migrator.evidence.standin.schema_values import valid
from migrator.evidence.standin.world import World
from migrator.rulebook.rulefiles import load_rulebook

CHECKOUT = Path(__file__).parents[1]
LIGHT = """
import json, os, sys, urllib.request

def ask(model="gpt-4o", url="https://api.openai.com/v1/chat/completions", **more):
    body = {"model": model, "messages": [{"role": "user", "content": "hello there"}], **more}
    sent = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(sent, timeout=20) as answer:
        return json.load(answer)
"""
SDK = """
import json, os
from openai import OpenAI

def options():
    return json.loads(os.environ.get("OPTIONS", "{}"))

def ask(text):
    return OpenAI().chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": text}],
        **options(),
    )

def tag(text):
    return OpenAI().chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": text}], modalities=options()["modalities"]
    )

def label(text):
    return OpenAI().chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": text}], max_tokens=99
    )
"""
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")


class Folder:
    """A project, and what a rehearsal of it said."""

    def __init__(self, root, home):
        self.root = root
        self.env = {
            **os.environ, "PYTHONPATH": str(CHECKOUT), "OPENAI_API_KEY": "sk-proj-" + "k3Y" * 12,
            "XDG_CACHE_HOME": str(home), "XDG_STATE_HOME": str(home), "TMPDIR": str(home),
        }  # fmt: skip

    def write(self, **files):
        for name, text in files.items():
            (self.root / name.replace("__", ".")).write_text(text)
        return self

    def run(self, *args):
        return subprocess.run(
            [sys.executable, "-m", "migrator", *map(str, args)], cwd=self.root, env=self.env, text=True,
            capture_output=True, timeout=200, check=False,
        )  # fmt: skip

    def rehearse(self, *command, options=()):
        """The exit code and the report; the text of the report where it is none."""
        self.done = self.run("rehearse", "--format", "json", *options, "--", sys.executable, *command)
        try:
            return self.done.returncode, json.loads(self.done.stdout)
        except ValueError:
            return self.done.returncode, self.done.stderr

    def bytes(self):
        return {path.name: path.read_bytes() for path in self.root.iterdir() if path.is_file()}


@pytest.fixture
def project(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "project").mkdir()
    yield Folder(tmp_path / "project", home)
    assert not list(home.glob("gpt55-rehearsal-*")), "copies are taken away"


def by_place(report):
    return {site["place"]: site for site in report["sites"]}


# -- what is said ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_tests_are_the_judge_and_the_original_stays(project):
    pytest.importorskip("openai")
    project.write(
        app__py=SDK,
        test_app__py="""
import app, pytest
def test_ask(): assert app.ask("x").choices[0].message.content
def test_label(): assert app.label("x").model == "gpt-4o-mini"
def test_tag(): app.tag("x"); open("written.txt", "w").close()
def test_known(): raise ValueError("fails before and after")
""",
    )
    project.env["OPTIONS"] = '{"modalities": ["text"], "top_p": 0.5}'
    before = project.bytes()
    code, report = project.rehearse(*PYTEST, "-n", "2")
    assert code == 1, report
    assert project.bytes() == before
    assert [report[side].get("passed", 0) for side in ("before", "after")] == [3, 1]
    assert report["failing"] == ["test_app.py::test_known"]
    asked, labelled = sorted(report["moved"], key=lambda one: one["test"])
    assert "-def test_label(): assert" in labelled["patch"]
    assert 'model == "gpt-5.5-mini"' in labelled["patch"]
    assert "top_p" in asked["message"]
    assert "patch" not in asked
    (refused,) = by_place(report)["app.py:9"]["refused"]
    assert "'top_p' is not supported" in refused["message"]
    assert refused["tests"] == ["test_app.py::test_ask"]
    assert any("app.py:9" in place for place in refused["came"])
    sent = by_place(report)["app.py:21"]
    assert sent["before"][0]["parameters"] == {"max_tokens": "99"}
    assert sent["after"][0]["parameters"] == {"max_completion_tokens": "99"}
    verdicts = {one["place"]: one["holds"] for one in report["verdicts"]}
    assert verdicts == {"app.py:10": False, "app.py:17": True}

    (project.root.parent / "rehearsed.json").write_text(project.done.stdout)
    patch = project.run("diff", ".", "--rehearsed", "../rehearsed.json").stdout
    assert patch.count('+        model="gpt-5.5') == 2
    assert '-        model="gpt-4o",' not in patch
    found = project.run("check", ".", "--rehearsed", "../rehearsed.json", "--fail-on", "review")
    assert found.returncode == 1
    assert "'top_p' is not supported" in found.stdout


@pytest.mark.slow
def test_what_was_held_is_run_too_before_it_is_released(project):
    pytest.importorskip("openai")
    project.env["OPTIONS"] = '{"modalities": ["text"]}'
    tests = """
import unittest, app
class Tests(unittest.TestCase):
    def test_tag(self): self.assertEqual(app.tag("x").model, "gpt-4o-mini")
"""
    status, report = project.write(app__py=SDK, test_app__py=tests).rehearse("-m", "unittest", "-q")
    assert status == 0, report
    (verdict,) = report["verdicts"]
    assert not verdict["holds"]
    assert verdict["why"] == "with what was held test_app.Tests.test_tag fails"
    assert project.done.stderr.count("--- ") == 3


@pytest.mark.slow
def test_every_library_process_and_thread(project):
    for name in ("openai", "httpx", "requests", "aiohttp"):
        pytest.importorskip(name)
    code = """
import asyncio, sys, subprocess
from concurrent.futures import ThreadPoolExecutor
from openai import OpenAI, AsyncOpenAI
URL = "https://api.openai.com/v1/chat/completions"
BODY = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "x"}]}
TOOL = {"type": "function", "function": {"name": "look", "parameters": {
    "type": "object", "properties": {"city": {"type": "string", "minLength": 9}}}}}
MESSAGES = BODY["messages"]

def streamed(_=0):
    events = OpenAI().chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True)
    return "".join(event.choices[0].delta.content or "" for event in events)

async def many():
    async def one(): return await AsyncOpenAI().responses.create(model="gpt-5", input="x")
    return await asyncio.gather(one(), one(), one())

async def by_aiohttp():
    import aiohttp
    async with aiohttp.ClientSession() as session, session.post(URL, json=BODY) as answer:
        return await answer.json()

def main():
    import httpx, requests
    assert streamed()
    assert len(asyncio.run(many())) == 3
    with ThreadPoolExecutor(4) as pool: assert all(pool.map(streamed, range(4)))
    assert requests.post(URL, json=BODY).json()["choices"]
    assert httpx.post(URL, json=BODY).json()["choices"]
    assert asyncio.run(by_aiohttp())["choices"]
    (call,) = OpenAI().chat.completions.create(model="gpt-4o", messages=MESSAGES, tools=[TOOL]).choices[0].message.tool_calls
    assert len(call.function.arguments) > 20
    subprocess.run([sys.executable, "-c", "import app; app.streamed()"], check=True)

if __name__ == "__main__": main()
"""
    status, report = project.write(app__py=code).rehearse("app.py")
    assert status == 0, (report, project.done.stderr)
    assert report["before"]["requests"] == report["after"]["requests"] == 13
    assert report["before"]["processes"] == 2
    counts = {
        place: sum(one["requests"] for one in site["after"]) for place, site in by_place(report).items()
    }
    assert sorted(counts.values()) == [1, 1, 1, 1, 3, 6]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("server", "command"),
    [
        ("uvicorn", '["uvicorn", "--workers", "2", "--port", str(port), "app:app"]'),
        ("gunicorn", '["gunicorn", "-w", "2", "-b", f"127.0.0.1:{port}", "app:wsgi"]'),
    ],
)
def test_workers_of_a_server(project, server, command):
    pytest.importorskip(server)
    app = (
        LIGHT
        + """
async def app(scope, receive, send):
    if scope["type"] != "http": return
    answer = ask()["model"].encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": answer})

def wsgi(environ, start):
    start("200 OK", [])
    return [ask()["model"].encode()]
"""
    )
    main = """
import socket, subprocess, sys, time, urllib.request
with socket.socket() as free:
    free.bind(("127.0.0.1", 0)); port = free.getsockname()[1]
server = subprocess.Popen([sys.executable, "-m", *COMMAND])
for _ in range(150):
    try: print(urllib.request.urlopen(f"http://127.0.0.1:{port}/").read()); break
    except OSError: time.sleep(0.1)
server.terminate(); server.wait()
"""
    main = main.replace("COMMAND", command)
    status, report = project.write(app__py=app, main__py=main).rehearse("main.py")
    assert status == 0, (report, project.done.stderr)
    assert report["before"]["requests"] == 1


@pytest.mark.slow
def test_other_addresses_are_stopped_and_told(project):
    with socket.create_server(("127.0.0.1", 0)) as database:
        port = database.getsockname()[1]
        project.write(
            app__py=LIGHT
            + f"""
import http.server, socket, threading
for url in ("https://example.org/", "http://192.0.2.7/"):
    try: urllib.request.urlopen(url)
    except OSError as error: assert "rehearsal" in str(error), error
own = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
socket.create_connection(own.server_address).close()
left, right = socket.socketpair()
try: socket.create_connection(("127.0.0.1", {port})).close()
except OSError: print("no database")
ask("from-the-wire")
""",
            test_app__py="",
        )
        status, report = project.rehearse("app.py")
        stopped = {one["address"]: one["places"] for one in report["stopped"]}
        assert set(stopped) == {"example.org", "192.0.2.7:80", f"127.0.0.1:{port}"}
        assert all(place.startswith("app.py:") for places in stopped.values() for place in places)
        assert status == 0
        assert "from-the-wire" in json.dumps(by_place(report))
        _, report = project.rehearse("app.py", options=("--allow-host", f"localhost:{port}"))
        assert f"127.0.0.1:{port}" not in {one["address"] for one in report["stopped"]}


@pytest.mark.slow
def test_models_that_arrive_at_run_time_and_what_is_never_reached(project):
    code = """
from openai import OpenAI
import os

class Settings:
    chat_model = "gpt-" + "4o-2024-11-20"

def ask(model):
    return OpenAI().chat.completions.create(model=model, messages=[{"role": "user", "content": "x"}])

def other():
    return OpenAI().chat.completions.create(model="gpt-4o", messages=[])

settings = Settings()
ask(settings.chat_model)
ask(os.environ["NIGHT_MODEL"])
"""
    pytest.importorskip("openai")
    project.env["NIGHT_MODEL"] = "gpt-4o-mini"
    _, report = project.write(app__py=code).rehearse("app.py")
    arrived = {
        one["model"]: " ".join(one["came"]) for site in report["sites"] for one in site.get("arrived", ())
    }
    assert "settings.chat_model" in arrived["gpt-4o-2024-11-20"]
    assert arrived["gpt-4o-mini"].startswith("environment NIGHT_MODEL")
    assert report["never"] == ["app.py:12"]


@pytest.mark.slow
def test_unittest_and_what_the_tests_answer_themselves(project):
    """Requests that a test answers itself are judged as well."""
    pytest.importorskip("httpx")
    code = """
import unittest, httpx
def ask(**client):
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "x"}], "reasoning_effort": "low"}
    return httpx.Client(**client).post("https://api.openai.com/v1/chat/completions", json=body).status_code
class Tests(unittest.TestCase):
    def test_own(self):
        own = httpx.MockTransport(lambda request: httpx.Response(200, json={"choices": []}))
        self.assertEqual(ask(transport=own), 200)
    def test_strict(self): self.assertEqual(ask(), 400)
"""
    status, report = project.write(test_app__py=code).rehearse("-m", "unittest", "-q")
    assert status == 0, report
    assert report["before"]["passed"] == 2
    (site,) = report["sites"]
    assert site["refused_before"][0]["requests"] == 2
    assert "Unrecognized request argument" in site["refused_before"][0]["message"]


@pytest.mark.slow
def test_what_is_installed_as_editable_is_the_copy(project):
    """A path on PYTHONPATH, and a .pth file of the user's own packages, name the original."""
    (project.root / "src").mkdir()
    (project.root / "src" / "mine.py").write_text(LIGHT)
    (project.root / "tests").mkdir()
    (project.root / "tests" / "run.py").write_text(
        "import mine, os\nassert os.getcwd() in mine.__file__\nmine.ask()\n"
    )
    project.env["PYTHONPATH"] += os.pathsep + str(project.root / "src")
    status, report = project.rehearse(project.root / "tests" / "run.py")
    assert status == 0, (report, project.done.stderr)
    assert list(by_place(report)) == ["src/mine.py:6"]
    assert "problems" not in report


def test_a_copy_leads_nowhere_back(tmp_path):
    root, copy = tmp_path / "project", tmp_path / "copy"
    for folder in (".venv/bin", "src", "__pycache__"):
        (root / folder).mkdir(parents=True)
    (root / ".venv" / "pyvenv.cfg").touch()
    (root / "src" / "app.py").write_text("old")
    (root / "whole.py").symlink_to(root / "src" / "app.py")
    (root / "near.py").symlink_to("src/app.py")
    os.mkfifo(root / "pipe")
    assert running.copied(root, copy) == []
    for name in ("whole.py", "near.py"):
        (copy / name).write_text("new")
    assert (root / "src" / "app.py").read_text() == "old"
    assert (copy / "src" / "app.py").read_text() == "new"
    assert (copy / ".venv").readlink() == root / ".venv"
    assert not (copy / "pipe").exists()
    assert not (copy / "__pycache__").exists()


@pytest.mark.slow
def test_in_place_takes_its_changes_back(project):
    pytest.importorskip("openai")
    project.write(app__py=SDK + "\nprint(label('x').model, __file__)\nopen('ran.txt', 'a').write('x')\n")
    before = project.bytes()
    status, _ = project.rehearse("app.py", options=("--in-place",))
    assert status == 0, project.done.stderr
    after = project.bytes()
    assert after.pop("ran.txt") == b"xx"
    assert after == before
    assert f"gpt-5.5-mini {project.root}" in project.done.stderr


@pytest.mark.slow
def test_the_page_and_the_text(project):
    asking = "print(ask(temperature=0.5)['choices'][0]['message']['content'])\n"
    project.write(app__py=LIGHT + asking, answers__jsonl='{"when": "hello", "say": "Good day."}')
    done = project.run(
        "rehearse", "--answers", "answers.jsonl", "--format", "html", "--", sys.executable, "app.py"
    )
    assert done.stderr.count("Good day.") == 2
    page = done.stdout
    assert "nothing is worse" in page
    assert "<script" not in page
    text = project.run("rehearse", "--", sys.executable, "app.py").stdout
    assert "app.py:6 in ask" in text
    assert text.rstrip().endswith("nothing is worse.")


# -- bad input ---------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "options", "status", "told"),
    [
        ("import time; ask(); time.sleep(60)", ("--timeout", "4"), 3, "stopped after 4 s"),
        ("import signal; ask(); os.kill(os.getpid(), signal.SIGKILL)", (), 0, '"code": 137'),
        ("if os.fork(): ask(); os.wait()", (), 0, '"requests": 1'),
        ("import subprocess; subprocess.Popen(['sleep', '60'])", (), 0, "were ended"),
        ("ask(); sys.exit(5)", (), 0, '"code": 5'),
        ("sys.exit(5)", (), 3, "nothing was rehearsed"),
    ],
)
def test_a_command_that_ends_badly(project, code, options, status, told):
    begun = time.monotonic()
    project.write(app__py=LIGHT + code + "\n")
    found, report = project.rehearse("app.py", options=options)
    assert found == status, report
    assert told in project.done.stdout + project.done.stderr
    assert time.monotonic() - begun < 50


@pytest.mark.slow
def test_an_interrupt_ends_all_of_it(project):
    project.write(app__py="import time; print('begun', flush=True); time.sleep(60)\n")
    command = [sys.executable, "-m", "migrator", "rehearse", "--", sys.executable, "app.py"]
    done = subprocess.Popen(command, cwd=project.root, env=project.env, stderr=subprocess.PIPE, text=True)
    told = [next(line for line in done.stderr if line.startswith("begun"))]
    done.send_signal(signal.SIGINT)
    told += done.stderr.readlines()
    assert done.wait(20) == 130
    assert told[-1] == "gpt55-migrate: interrupted\n"
    assert not any("migrated" in line for line in told), "the second run does not begin"


@pytest.mark.slow
def test_a_command_without_the_hook_is_no_rehearsal(project):
    status, report = project.write(app__py="").rehearse("-S", "app.py")
    assert status == 3
    assert "the hook ran in no process" in report["problems"][0]


@pytest.mark.slow
def test_what_cannot_be_used_is_one_line(project):
    project.write(bad__jsonl='{"say": "x"}\n{"request": 3}\n', bad__json='{"sites": 3}', app__py="")
    for args, told in (
        (("rehearse", "--", "no-such-command-at-all"), "no-such-command-at-all: no such command"),
        (
            ("rehearse", "--answers", "bad.jsonl", "--", sys.executable),
            "bad.jsonl:2: expected a line of record",
        ),
        (("rehearse", "--answers", "gone", "--", sys.executable), "--answers gone: cannot be read"),
        (("scan", ".", "--rehearsed", "bad.json"), "--rehearsed bad.json: no report of rehearse"),
        (("scan", ".", "--rehearsed", "gone.json"), "--rehearsed gone.json: cannot be read"),
    ):
        done = project.run(*args)
        assert done.returncode == 2, done.stderr
        assert done.stderr.count("\n") == 1, done.stderr
        assert told in done.stderr


# -- answers -----------------------------------------------------------------------------------------

SCHEMAS = [
    {"type": "object", "properties": {"when": {"type": "string", "format": "date"}, "n": {"type": "integer", "minimum": 7}}, "required": ["when", "n"], "additionalProperties": False},
    {"$ref": "#/$defs/node", "$defs": {"node": {"type": "object", "properties": {"name": {"type": "string", "maxLength": 2}, "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}}, "required": ["name", "next"]}}},
    {"type": "array", "minItems": 3, "items": {"enum": ["a", "b"]}},
    {"allOf": [{"type": "object", "properties": {"a": {"const": 4}}, "required": ["a"]}, {"properties": {"b": {"type": ["number", "null"], "exclusiveMinimum": 0}}, "required": ["b"]}]},
    {"type": "integer", "multipleOf": 5, "minimum": 12, "maximum": 20},
    {"type": "array", "prefixItems": [{"type": "string"}, {"type": "boolean"}]},
    {"type": "object", "properties": {"kids": {"type": "array", "items": {"$ref": "#"}}}, "required": ["kids"]},
]  # fmt: skip


@pytest.mark.parametrize("schema", SCHEMAS)
def test_answers_are_valid(schema):
    jsonschema.validate(valid(schema), schema)


def test_answers_of_the_user(tmp_path):
    file = tmp_path / "answers.jsonl"
    request = {"messages": [{"role": "user", "content": "which city?"}]}
    call = {"function": {"name": "look", "arguments": '{"city": "Rome"}'}}
    lines = [
        {"request": request, "response": {"choices": [{"message": {"content": None, "tool_calls": [call]}}]}},
        {"when": "weather", "say": "It rains."},
        {"when": "data", "say": {"rain": True}},
    ]
    file.write_text("\n".join(map(json.dumps, lines)))
    given = read(file)
    tools = [{"type": "function", "function": {"name": "look"}}]
    assert given.to({**request, "tools": tools}).arguments == '{"city": "Rome"}'
    assert given.to(request) is None, "a tool that is not there is not called"
    asked = {"input": "the weather, please", "model": "gpt-5.5"}
    assert (
        response_bodies.answer("responses", asked, given.to(asked))["output"][0]["content"][0]["text"]
        == "It rains."
    )
    wanted = {**asked, "text": {"format": {"type": "json_schema", "schema": {"type": "object"}}}}
    assert given.to(wanted) is None, "no JSON where JSON is asked for"
    assert given.to({**wanted, "input": "the data"}).text == '{"rain": true}'


def test_who_answers_where():
    given = read(None)
    before = World(load_rulebook("guide", []), given)
    after = World(load_rulebook("guide", []), given, frozenset({("llm.example.com", "llama")}))

    def asked(world, host, model, **more):
        body = {"model": model, "messages": [{"role": "user", "content": "x"}], **more}
        found = world.ask(host, "chat.completions", body, {})
        return found.message if found else ""

    assert "does not exist" in asked(before, "", "gpt-nonsense")
    assert asked(before, "", "chat-latest") == ""
    assert asked(before, "llm.example.com", "llama", temperature=0.1) == ""
    assert asked(after, "llm.example.com", "llama") == ""
    assert "does not exist" in asked(after, "llm.example.com", "gpt-5.5")
    assert "'temperature'" in asked(before, "openrouter.ai", "openai/gpt-5.5", temperature=0)
    assert "not a chat model" in asked(before, "", "gpt-5-pro")
