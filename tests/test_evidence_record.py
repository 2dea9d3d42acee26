"""`record`: what the requests of a program were, whatever sends them and however the program ends."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ab_server import serving
from click.testing import CliRunner

from migrator.cli import cli

CHECKOUT = Path(__file__).parents[1]
sys.path.insert(0, str(CHECKOUT / "bench"))
import record as bench  # noqa: E402

HEAD = """
import json, os, signal, sys, time
from openai import OpenAI
client = OpenAI(max_retries=2)

def ask(text, model="gpt-4o", **more):
    messages = [{"role": "user", "content": text}]
    return client.chat.completions.create(model=model, messages=messages, **more)

"""
LIGHT = """
import json, os, signal, sys, time, urllib.request

def ask(text):
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": text}]}
    url = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
    return json.loads(urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode())).read())

"""
LIBRARIES = {
    "openai": "ask('Classify the ticket: my parcel #1')",
    "openai stream": "for event in ask('hello', stream=True, stream_options={'include_usage': True}): pass",
    "openai async": """
import asyncio
from openai import AsyncOpenAI
async def main():
    await AsyncOpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "hello"}])
asyncio.run(main())
""",
    "responses": 'client.responses.create(model="gpt-4o", input=[{"role": "user", "content": "hello"}])',
    "httpx": "import httpx\nhttpx.post(URL, json=BODY)",
    "httpx in the process": """
import httpx
usage = {"prompt_tokens": 3, "completion_tokens": 4}
answer = httpx.MockTransport(lambda request: httpx.Response(200, json={"model": "gpt-4o", "usage": usage}))
httpx.Client(transport=answer).post("http://nowhere.example/v1/chat/completions", json=BODY)
""",
    "requests": "import requests\nrequests.post(URL, json=BODY)",
    "requests long": "import requests\n"
    'requests.post(URL, json={"messages": [{"role": "user", "content": "hello" * 60_000}], "model": "gpt-4o"})',
    "requests stream": "import requests\n"
    'for line in requests.post(URL, json={**BODY, "stream": True, "stream_options": {"include_usage": True}}, '
    "stream=True).iter_lines(): pass",
    "urllib": "import urllib.request\n"
    "urllib.request.urlopen(urllib.request.Request(URL, json.dumps(BODY).encode())).read()",
    "aiohttp": """
import aiohttp, asyncio
async def main():
    async with aiohttp.ClientSession() as session, session.post(URL, json=BODY) as answer:
        await answer.json()
asyncio.run(main())
""",
}
PLAIN = """
URL = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hello"}]}
"""


@pytest.fixture
def server():
    with serving() as found:
        yield found


class Recorded:
    def __init__(self, folder, server):
        self.folder, self.file = folder, folder / "requests.jsonl"
        self.env = {
            **os.environ,
            "PYTHONPATH": str(CHECKOUT),
            "OPENAI_BASE_URL": server.url,
            "OPENAI_API_KEY": "sk-proj-" + "k3Y" * 12,
        }

    def command(self, *args):
        return [sys.executable, "-m", "migrator", "record", *args]

    def __call__(self, code, *options, head=HEAD + PLAIN):
        (self.folder / "app.py").write_text(head + code)
        return self.run(*options, "--", sys.executable, "app.py")

    def light(self, code, *options):
        return self(code, *options, head=LIGHT)

    def run(self, *args):
        return subprocess.run(
            self.command(*args), cwd=self.folder, env=self.env, capture_output=True, text=True, timeout=120,
            check=False,
        )  # fmt: skip

    @property
    def lines(self):
        return [json.loads(line) for line in self.file.read_text().splitlines()]


@pytest.fixture
def record(tmp_path, server):
    return Recorded(tmp_path, server)


def test_each_library_gives_one_line_a_request(record, server):
    for name in ("openai", "httpx", "requests", "aiohttp"):
        pytest.importorskip(name)
    code = ""
    for number, steps in enumerate(LIBRARIES.values()):
        body = "".join(f"    {step}\n" for step in steps.split("\n"))
        code += f"def step_{number}():\n{body}\n\nstep_{number}()\n"
    done = record(code)
    assert done.returncode == 0, done.stderr
    assert len(record.lines) == len(LIBRARIES) == len(server.requests) + 1
    for name, line in zip(LIBRARIES, record.lines, strict=True):
        assert line["model"] == line["served"] == "gpt-4o", name
        assert line["site"].startswith("app.py:"), name
        assert line["status"] == 200, name
        assert "error" not in line, name
        assert line["tokens_in"] > 0 < line["tokens_out"], name
        assert 0 < line["first_byte"] <= line["seconds"], name
        assert line["streams"] == ("stream" in name)
        assert line["endpoint"] == ("responses" if name == "responses" else "chat.completions")
    text = record.file.read_text()
    assert "hello" not in text
    assert "k3Yk3Y" not in text


def test_prompts_are_kept_where_asked_without_keys_and_personal_data(record):
    secret = "sk-proj-" + "Ab1" * 16
    picture = "data:image/png;base64," + "iVBOR" * 50
    done = record(
        f"""
ask("Classify the ticket: my parcel, write to jo@example.org, {secret} #1")
ask([{{"type": "text", "text": "Classify the ticket"}}, {{"type": "image_url", "image_url": {{"url": "{picture}"}}}}])
for event in ask("say", stream=True): pass
""",
        "--text",
    )
    assert done.returncode == 0, done.stderr
    first, second, third = record.lines
    assert (
        first["request"]["messages"][0]["content"] == "Classify the ticket: my parcel, write to ***, *** #1"
    )
    assert "order_status" in first["response"]["choices"][0]["message"]["content"]
    assert second["images"] == 1
    assert third["response"]["choices"][0]["message"]["content"] == "A perfect answer from gpt-4o."
    text = record.file.read_text()
    assert "jo@example" not in text
    assert secret not in text
    assert "iVBOR" not in text


def test_tries_are_counted(record, server):
    server.busy = 1
    assert record("ask('hello')").returncode == 0
    assert [(x["status"], x["retries"], x.get("error")) for x in record.lines] == [
        (429, 0, "status 429"),
        (200, 1, None),
    ]


def test_whatever_ends_the_program_keeps_what_was_seen(record):
    done = record.light("ask('one')\nask('two')\nos.kill(os.getpid(), signal.SIGKILL)")
    assert done.returncode == 128 + 9
    assert len(record.lines) == 2
    assert "2 requests, 0 failed" in done.stderr


def test_a_stream_that_is_not_read_to_its_end_is_said(record):
    assert record("events = ask('hello', stream=True)\nnext(iter(events))").returncode == 0
    (line,) = record.lines
    assert "error" in line or line["tokens_out"] == 0


@pytest.mark.parametrize(("code", "wanted"), [("sys.exit(7)", 7), ("raise ValueError", 1), ("", 0)])
def test_the_exit_code_is_the_commands(record, code, wanted):
    done = record.light(code)
    assert done.returncode == wanted
    assert "none was seen" in done.stderr


def test_processes_and_threads_do_not_mix(record):
    code = """
import subprocess, threading
if len(sys.argv) == 1:
    children = [subprocess.Popen([sys.executable, "app.py", str(n)]) for n in range(3)]
    for child in children: child.wait()
else:
    threads = [threading.Thread(target=ask, args=(f"{sys.argv[1]} {n}" * 200,)) for n in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""
    assert record.light(code).returncode == 0
    assert len(record.lines) == 24
    assert len({line["pid"] for line in record.lines}) == 3
    assert max(line["concurrency"] for line in record.lines) > 1


def test_a_forked_process_is_seen(record):
    assert record.light("pid = os.fork()\nask('x')\nif pid: os.waitpid(pid, 0)").returncode == 0
    assert len({line["pid"] for line in record.lines}) == 2


def gone(pids):
    return not any(Path(f"/proc/{pid}").exists() and "Z" not in state(pid) for pid in pids)


def state(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are found on Linux only")
def test_a_hang_ends_with_all_its_processes(record):
    code = """
import subprocess
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
open("pids", "w").write(f"{os.getpid()} {child.pid}")
ask("hello")
time.sleep(600)
"""
    begun = time.monotonic()
    done = record.light(code, "--timeout", "4")
    assert done.returncode == 124, done.stderr
    assert time.monotonic() - begun < 30
    assert "stopped after 4 s" in done.stderr
    assert len(record.lines) == 1
    assert gone((record.folder / "pids").read_text().split())


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are found on Linux only")
def test_no_process_is_left_behind(record):
    code = """
import subprocess
kept = [subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=n) for n in (0, 1)]
open("pids", "w").write(" ".join(str(p.pid) for p in kept))
os._exit(0)
"""
    done = record.light(code)
    assert done.returncode == 0
    assert "2 processes that the command left running" in done.stderr
    assert gone((record.folder / "pids").read_text().split())


def test_ctrl_c_reaches_the_command(record):
    (record.folder / "app.py").write_text(
        HEAD
        + "ask('x')\nopen('up', 'w').close()\ntry: time.sleep(60)\nexcept KeyboardInterrupt: sys.exit(5)\n"
    )
    process = subprocess.Popen(
        record.command("--", sys.executable, "app.py"), cwd=record.folder, env=record.env
    )
    while not (record.folder / "up").exists() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(2)
    assert process.wait(30) == 5
    assert len(record.lines) == 1


def test_what_cannot_be_run_or_written_is_said_before(record):
    done = record.run("--", "no-such-command-here")
    assert done.returncode == 2
    assert "no such command" in done.stderr
    done = record.run("--output", "no/such/folder/x.jsonl", "--", "true")
    assert done.returncode == 2
    record.file.write_text('{"model": "m"}\n')
    assert "is there already" in record.run("--", "true").stderr
    assert record.light("ask('x')", "--append").returncode == 0
    assert len(record.lines) == 2


def test_a_disk_that_is_full_is_not_the_programs_to_bear(record):
    code = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\nsys.exit(len(ask('x')['choices']))"
    done = record.light(code)
    assert done.returncode == 1, done.stderr
    assert record.lines == []


def test_a_sitecustomize_of_the_users_own_runs_too(record):
    own = record.folder / "own"
    own.mkdir()
    (own / "sitecustomize.py").write_text("import os\nos.environ['OWN'] = 'yes'\n")
    record.env["PYTHONPATH"] += os.pathsep + str(own)
    assert record.light("ask('x')\nsys.exit(3 if os.environ.get('OWN') == 'yes' else 4)").returncode == 3
    assert len(record.lines) == 1


def test_a_request_costs_less_than_a_millisecond():
    pytest.importorskip("httpx")
    _, more, _ = bench.added(10_000, 200)
    assert more < 1


# -- what becomes of it ----------------------------------------------------------------------------

DESK = CHECKOUT / "fixtures" / "support_desk"
NAME = "intents-classify-ticket"
OWN = """
import json, sys
from pathlib import Path
template = json.loads(Path(sys.argv[1]).read_text())
models = sys.argv[2:]
for number in range(40):
    messages = [{**m, "content": m["content"].replace("{{ticket}}", f"my parcel #{number}")} for m in template]
    for model in models:
        client.chat.completions.create(model=model, messages=messages)
"""


def tool(*args):
    return CliRunner().invoke(cli, list(map(str, args)))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    where = tmp_path_factory.mktemp("desk") / "plan"
    assert tool("plan", DESK, "-o", where).exit_code == 0
    return where


@pytest.fixture
def plan(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "plan"))


def recorded(record, plan, *options):
    (record.folder / "own.py").write_text(HEAD + OWN)
    prompt = plan / "experiments" / NAME / "prompt.json"
    command = (sys.executable, "own.py", str(prompt), "gpt-4o-mini", "gpt-5.5-mini")
    done = record.run(*options, "--", *command)
    assert done.returncode == 0, done.stderr


def test_a_recording_fills_datasets_and_brings_its_answers(record, plan):
    recorded(record, plan, "--text")
    done = tool("ab", "import", plan, record.file)
    assert done.output == f"{NAME}: 40 rows and 80 answers from recorded requests; 0 records hold neither\n"
    rows = (plan / "experiments" / NAME / "dataset.jsonl").read_text().splitlines()
    assert json.loads(rows[0])["vars"] == {"ticket": "my parcel #0"}
    assert tool("ab", "import", plan, record.file).output.startswith(f"{NAME}: 0 rows and 0 answers")


UNKNOWN = """
def reply(messages):
    return client.chat.completions.create(model="gpt-4o", messages=messages)

def other(messages):
    return client.chat.completions.create(model="gpt-4o", messages=messages)

def main():
    for number in range(3):
        reply([{"role": "system", "content": "be kind"}, {"role": "user", "content": f"turn {number}"}])

main()
"""


def test_a_prompt_that_is_not_in_the_source_is_that_of_the_recording(record, tmp_path):
    assert record(UNKNOWN, "--text", head=HEAD).returncode == 0
    where = tmp_path / "made"
    made = tool("plan", record.folder, "-o", where)
    assert made.exit_code == 0, made.output
    done = tool("ab", "import", where, record.file)
    assert done.output.startswith("app-reply: 3 rows and 3 answers from recorded requests"), done.output
    assert "app-other" not in done.output
    rows = (where / "experiments" / "app-reply" / "dataset.jsonl").read_text().splitlines()
    assert json.loads(rows[2])["vars"]["messages"][1]["content"] == "turn 2"


def test_a_recording_without_text_fills_nothing_and_says_so(record, plan):
    recorded(record, plan)
    done = tool("ab", "import", plan, record.file)
    assert done.exit_code == 2
    assert "record again with --text" in done.output


def test_a_recording_is_a_canarys_log(record, plan, server):
    server.busy = 2
    recorded(record, plan)
    settings = plan / "experiments" / NAME / "settings.toml"
    settings.write_text("cost_ratio = 1000\nlatency_ratio = 100\n")
    done = tool("ab", "report", plan, "--only", NAME, "--canary", record.file, "--format", "json")
    found = json.loads(done.output)["experiments"][0]
    assert found["rows"] == 40
    assert found["compared"][0]["errors"] == [0, 0], "a try that was made again counts once"
    assert {limit["id"] for limit in found["compared"][0]["limits"]} == {"cost", "latency", "latency p95"}
