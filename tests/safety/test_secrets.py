"""Keys in source never appear in what the tool prints or keeps; only a patch that has to apply may hold its lines."""

from __future__ import annotations

import json
import subprocess

import pytest

from migrator.report import redact
from safety import programs

SECRETS = {
    "openai": "sk-Zq8abcdEFGH1234567890wxyz",
    "project": "sk-proj-Zq9_abcd-EFGH1234567890",
    "anthropic": "sk-ant-api03-Zq7abcdEFGH123456_7890-AA",
    "github": "ghp_Zq6abcdEFGH1234567890abcdEFGH123456",
    "aws": "AKIAZQ5ABCDEFGH12345",
    "aws secret": "Zq4rXUtnFEMI/K7MDENG/bPxRfiCYzEX1AMPLEK2",
    "bearer": "Zq3abcdefghij.klmnopqrst",
    "azure": "2a3b4c5d6e7f8091a2b3c4d5e6f70819",
    "azure long": "Zq2X9mKvB7nLpQ4rT8sW1yZ6cF3hJ5dG0aE2iU7oM4kN9bV8xC1lS6tR3wY5qH0zPjJQJ99AKACYeBjFXJ3",
    "query": "zq1w2e3r4t5y6",
    "signature": "zq1sig%2Fabcdef%3D",
    "named": "zq0hunter2",
    "in a url": "zq0-pass-word",
    "header": "zqh-plain-header-value",
    "token": "zqtoken-0123-abcd-4567",
}
PROGRAM = """\
import os
from openai import OpenAI, AzureOpenAI

# gpt-4o was tried with {openai} first
client = OpenAI(api_key="{openai}")
proxy = OpenAI(base_url="https://me:{in a url}@proxy.example.com/v1")
print(proxy.responses.create(model="gpt-4o", input="x"))
azure = AzureOpenAI(api_key="{azure}", azure_endpoint="https://x.openai.azure.com/?api-key={query}&sig={signature}")
other = OpenAI(default_headers={{"Authorization": "Bearer {bearer}", "x-api-key": "{header}"}})
HEADERS = {{"Authorization": "Bearer {bearer}", "model": "gpt-4o", "github": "{github}"}}
CONFIG = {{"model": "gpt-4o", "api_key": "{named}", "aws": "{aws}", "aws_secret": "{aws secret}", "max_tokens": 100}}
MODELS = {{"gpt-4o": {{"key": "{azure long}", "context": 128_000}}, "gpt-4": {{"key": "{anthropic}", "context": 8192}}}}
hf_token = "{token}"
MAX_INPUT = 128_000  # for gpt-4o, key {project}

PROMPT = f"You are gpt-4o. Use the key {project} and {{os.environ['X']}} and password='{named}'."


def ask(text, key="{github}"):
    if text == "gpt-4o" and key != "{azure long}":
        raise ValueError("gpt-4o with {anthropic} is not for you")
    text = text[:128_000]  # {azure}
    return client.chat.completions.create(
        model="gpt-4o",
        messages=[
            {{"role": "system", "content": PROMPT}},
            {{"role": "user", "content": f"Summarize with {openai} for gpt-4o: {{text}}"}},
        ],
        max_tokens=4096,
        extra_headers={{"Authorization": "Bearer {bearer}"}},
        user="{aws}",
    )


print(client.chat.completions.create(model="gpt-4o", messages=[], max_tokens=5, user="{openai}"), "{project}")
print(azure.chat.completions.create(model="gpt-4o", messages=[{{"role": "user", "content": "{azure}"}}], max_tokens=3))
print(OpenAI(base_url="https://api.example.com/v1?key={query}").responses.create(model="gpt-4o", input="{anthropic}"))
print(ask(PROMPT, MODELS["gpt-4o"]["key"]), CONFIG, HEADERS, hf_token)
"""


def told(data: bytes | str) -> list[str]:
    """Which secrets stand in something, whole or but for what names their kind."""
    text = data.decode(errors="replace") if isinstance(data, bytes) else data
    return [name for name, secret in SECRETS.items() if secret in text or secret[6:] in text]


@pytest.fixture
def root(tmp_path):
    made = programs.lay(
        tmp_path / "work", {"app.py": PROGRAM.format(**SECRETS).encode(), "broken.py": b"x = gpt-4o ="}
    )
    compile((made / "app.py").read_bytes(), "app.py", "exec")
    return made


FORMATS = ["text", "json", "sarif", "github", "markdown", "html", "junit", "gitlab"]
COMMANDS = [
    ["review"],
    *[["scan", "--format", form] for form in FORMATS],
    ["scan", "--all"],
    *[
        ["check", "--fail-on", "any", "--format", form]
        for form in ("text", "sarif", "github", "markdown", "junit", "gitlab")
    ],
    ["diff", "--stat"],
    ["diff", "--by", "site"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_report_holds_a_key(root, tmp_path, words):
    done = programs.run(words[0], ".", *words[1:], home=tmp_path, cwd=root)
    assert len(done.stdout) > 50
    assert not told(done.stdout)
    assert not told(done.stderr)


def test_no_ledger_holds_a_key(root, tmp_path):
    lines = PROGRAM.count("\n")
    texts = [programs.run("explain", f"app.py:{n}", home=tmp_path, cwd=root) for n in range(4, lines, 3)]
    assert any(b"gpt-5.5" in done.stdout for done in texts)
    assert not told(b"".join(done.stdout + done.stderr for done in texts))


def test_no_plan_holds_a_key(root, tmp_path):
    done = programs.run("plan", ".", "-o", tmp_path / "plan", home=tmp_path, cwd=root)
    assert not told(done.stdout + done.stderr)
    found = programs.contents(tmp_path / "plan")
    assert found
    assert {path: told(data) for path, data in found.items() if told(data)} == {}


def test_no_file_of_ours_holds_a_key(root, tmp_path):
    """Caches, locks, baselines and what is said while writing; all but the undo journal."""
    import os
    import time

    old = time.time() - 3600
    for file in (root / "app.py", root / "broken.py"):
        os.utime(file, (old, old))
    time.sleep(2.1)  # caches take what has settled
    programs.run("check", ".", "--write-baseline", "base.json", home=tmp_path, cwd=root)
    programs.run("scan", ".", home=tmp_path, cwd=root)
    done = programs.run("apply", ".", "--yes", home=tmp_path, cwd=root)
    assert not told(done.stdout + done.stderr)
    found = {
        path: data for path, data in programs.contents(tmp_path).items() if not path.startswith("work/app.py")
    }
    assert any(path.startswith("cache/") for path in found)
    assert {path: told(data) for path, data in found.items() if told(data) and "/undo/" not in path} == {}


def test_the_undo_journal_is_for_nobody_else(root, tmp_path):
    programs.run("apply", ".", "--yes", home=tmp_path, cwd=root)
    (patch,) = (tmp_path / "state" / "gpt55-migrate" / "undo").iterdir()
    assert patch.stat().st_mode & 0o077 == 0
    assert patch.parent.stat().st_mode & 0o077 == 0


# -- patches, which must apply -------------------------------------------------------------------

NEAR = """\
from openai import OpenAI

client = OpenAI()
KEY = "sk-Zq8abcdEFGH1234567890wxyz"
x = 1
print(client.responses.create(model="gpt-4o", input="x"))
y = 2
OTHER = "sk-Zq8abcdEFGH1234567890wxyz"
"""


def test_context_without_keys_where_that_suffices(tmp_path):
    root = programs.lay(tmp_path / "work", {"app.py": NEAR.encode()})
    done = programs.run("diff", ".", home=tmp_path, cwd=root)
    assert not told(done.stdout)
    assert b"looks like a key" not in done.stderr
    subprocess.run(["git", "apply", "-"], input=done.stdout, cwd=root, check=True)
    assert b"gpt-4o" not in (root / "app.py").read_bytes()


def test_a_patch_that_must_hold_a_key_is_announced(root, tmp_path):
    done = programs.run("diff", ".", home=tmp_path, cwd=root)
    assert told(done.stdout)
    assert b"looks like a key" in done.stderr
    assert not told(done.stderr)
    subprocess.run(["git", "apply", "-"], input=done.stdout, cwd=root, check=True)


# -- what is a key, and what is not --------------------------------------------------------------


@pytest.mark.parametrize("text", [
    "https://api.openai.com/v1/chat/completions?model=gpt-4o&stream=true",
    "max_tokens=4096, stop_token='<|end|>'",
    "src/components/conversations/ThreadMessageList42.py",
    "accounts/fireworks/models/llama-v3p1-405b-instruct",
    "eos_token = tokenizer.eos_token",
])  # fmt: skip
def test_noop_what_is_no_key_stays(text):
    assert redact.mask(text) == text


def test_masking_twice_is_masking_once():
    text = PROGRAM.format(**SECRETS)
    assert redact.mask(redact.mask(text)) == redact.mask(text)


def test_json_is_still_json(root, tmp_path):
    done = programs.run("scan", ".", "--format", "json", home=tmp_path, cwd=root)
    assert len(json.loads(done.stdout)["references"]) > 5
