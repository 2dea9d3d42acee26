"""Code that is named after another vendor, or sends its headers, keeps the parameters that it sends there."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.settings import Settings

SETTINGS = """
import os

MODEL = os.environ.get("MODEL", "gpt-4o")
"""
OWN = """

class OpenAIChat:
    def __init__(self, settings):
        self.model = settings.get("model", "gpt-4o")

    def ask(self, text):
        return OpenAI().chat.completions.create(
            model=self.model, messages=[{"role": "user", "content": text}], max_tokens=64
        )
"""
POSTED = """
import httpx
from openai import OpenAI


class {name}Chat:
    def __init__(self, settings):
        self.settings = settings

    def body(self, messages):
        payload = {"model": self.settings.model, "max_tokens": 99, "messages": messages}
        return payload

    def ask(self, messages):
        body = self.body(messages)
        return httpx.post(self.settings.endpoint, json=body, headers=self.settings.headers)
"""
HELPED = """
import requests
from openai import OpenAI


def send(url, headers, payload):
    return requests.post(url, json=payload, headers=headers)


def ask_{name}(model, messages, base):
    payload = {"model": model, "max_tokens": 99, "messages": messages}
    headers = {HEADERS}
    return send(f"{base}/messages", headers, payload)
"""
SPREAD = """
from openai import OpenAI


class {name}Chat:
    def ask(self, model, messages, **options):
        request = {"model": model, "messages": messages, "max_tokens": options.pop("max_tokens", 99), **options}
        with self.client().messages.stream(**request) as stream:
            yield from stream
"""
UNKNOWN = """
from openai import OpenAI


class {name}Chat:
    def __init__(self, client, model):
        self.client, self.model = client, model

    def ask(self, messages):
        return self.client.chat.completions.create(model=self.model, messages=messages, max_tokens=99)
"""
ANTHROPIC = {
    "posted": POSTED.replace("{name}", "Anthropic"),
    "by a helper": HELPED.replace("{name}", "claude").replace("{HEADERS}", '{"Authorization": "x"}'),
    "with its headers": HELPED.replace("{name}", "it").replace(
        "{HEADERS}", '{"anthropic-version": "2023-06-01"}'
    ),
    "spread": SPREAD.replace("{name}", "Anthropic"),
    "an unknown client": UNKNOWN.replace("{name}", "Mistral"),
}


def migrated(code: str, path: str = "chat.py") -> str:
    files = {path: (code + OWN).encode(), "settings.py": SETTINGS.encode()}
    settings = Settings(unproven=True)
    new = pipeline.migrate(files, settings)[1]
    assert pipeline.migrate(new, settings)[1] == new
    return new[path].decode()


@pytest.mark.parametrize("code", ANTHROPIC.values(), ids=ANTHROPIC)
def test_what_is_sent_to_another_vendor_stays(code):
    after = migrated(code)
    assert after.startswith(code)
    assert "max_completion_tokens" in after.removeprefix(code)


def test_a_file_that_is_named_after_another_vendor_sends_there():
    code = POSTED.replace("{name}", "Remote")
    assert migrated(code, "anthropic_http.py").startswith(code)


@pytest.mark.parametrize("name", ["OpenAIModel", "OpenAIAndClaude", "Remote"])
def test_what_may_be_sent_to_this_vendor_is_completed_for_the_new_models(name):
    code = UNKNOWN.replace("{name}", name)
    assert '"max_completion_tokens"' in migrated(code).partition("class OpenAIChat:")[0]


ANOTHERS = {
    "a class": 'class CopilotRunner:\n    def __init__(self, model="gpt-4o"):\n        self.model = model\n',
    "a field": 'class ClaudeSettings:\n    model = "gpt-4o"\n',
    "a key": 'RUNNERS = {"copilot_cli": {"command": "copilot", "model": "gpt-4o"}}\n',
    "what is called": 'def made(options):\n    return CopilotRunner(model=options.get("model", "gpt-4o"))\n',
    "a profile": 'PROFILES = {"codex": Profile(command=["codex", "exec"], model="gpt-4o")}\n',
    "an address beside": (
        "def ask(session):\n"
        '    body = {"model": "gpt-4o", "messages": [], "max_tokens": 1}\n'
        '    return session.post("https://elsewhere.example/v1/chat/completions", json=body)\n'
    ),
    "an address beside a display": (
        "def ask(session):\n"
        '    url = "https://elsewhere.example/v1/chat/completions"\n'
        '    return session.post(url, json={"model": "gpt-4o", "messages": [], "max_tokens": 1})\n'
    ),
}
OURS = {
    "a class": ("CopilotRunner", "OpenAIRunner"),
    "a field": ("ClaudeSettings", "Settings"),
    "a key": ("copilot", "command"),
    "what is called": ("CopilotRunner", "OpenAIOrClaude"),
    "a profile": ("codex", "helper"),
    "an address beside": ("elsewhere.example", "api.openai.com"),
    "an address beside a display": ("elsewhere.example", "api.openai.com"),
}


def action(code: str) -> tuple[str, str]:
    inventory, _ = pipeline.migrate({"app.py": code.encode()}, Settings(unproven=True))
    (one,) = inventory.references
    return one.action, one.reason


@pytest.mark.parametrize("way", ANOTHERS)
def test_an_id_that_is_another_vendors_waits(way):
    assert action(ANOTHERS[way]) == ("review", "other-vendor-endpoint")
    assert action(ANOTHERS[way].replace(*OURS[way])) == ("rewrite", "")


WRAPPED = """
import os

import requests


class Chat:
    def __init__(self, settings):
        self.base = settings.get("endpoint") or "https://api.openai.com/v1"
        self.model = settings.get("model") or "gpt-4o"

    def ask(self, text):
        body = {"model": self.model, "messages": [{"role": "user", "content": text}]}
        return requests.post(f"{self.base}/chat/completions", json=body)


def connect(kind):
    if kind == "theirs":
        return Chat({"endpoint": os.environ["AZURE_ENDPOINT"], "model": os.getenv("THEIR_MODEL")})
    return Chat({})
"""
CLIENT = """
import os

from openai import OpenAI


def ask(text, theirs=False, model="gpt-4o"):
    client = OpenAI(base_url=os.environ["AZURE_ENDPOINT"]) if theirs else OpenAI()
    return client.chat.completions.create(model=model, messages=text)
"""


@pytest.mark.parametrize("code", [WRAPPED, CLIENT])
def test_an_id_that_one_way_takes_to_a_deployment_waits(code):
    assert action(code) == ("review", "azure-deployment")
    assert action(code.replace("AZURE_ENDPOINT", "GROQ_URL")) == ("review", "other-vendor-endpoint")
    assert action(code.replace("AZURE_ENDPOINT", "OPENAI_URL")) == ("rewrite", "")
    assert action(code.replace("AZURE_ENDPOINT", "CHAT_URL")) == ("rewrite", "")


def test_an_id_with_an_ending_of_somebodys_own_is_not_made_up():
    code = 'from typing import Literal\n\nModel = Literal["gpt-4o:free", "gpt-4o", "o3"]\n'
    code += "import openai\n\nopenai.OpenAI().responses.create(model='gpt-4o', input='Hi')\n"
    new = pipeline.migrate({"app.py": code.encode()}, Settings())[1]["app.py"].decode()
    assert '"gpt-4o", "gpt-5.5-instant", "o3"' in new
    assert ":free" in new
    assert "gpt-5.5-instant:free" not in new


BASED = """
import httpx

BASE = "https://api.routes.example"


class Transport:
    def __init__(self, base_url, key):
        self.client = httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {key}"})

    def post(self, path, *, json):
        return self.client.post(path, json=json)


class Completions:
    def __init__(self, transport: Transport):
        self.transport = transport

    def create(self, *, messages, model: str = "gpt-4o"):
        return self.transport.post("/v1/chat/completions", json={"model": model, "messages": messages}).json()


class Desk:
    def __init__(self, *, key: str, base_url: str = BASE):
        self.completions = Completions(Transport(base_url, key))
"""


def test_a_path_is_added_to_the_address_of_the_client_that_sends_it():
    assert action(BASED) == ("review", "other-vendor-endpoint")
    assert action(BASED.replace("https://api.routes.example", "https://api.openai.com")) == ("rewrite", "")


MADE = """
import os

from langchain_openai import ChatOpenAI


def talk(**given):
    return ChatOpenAI(model=given.get("model", "gpt-4o"), base_url=os.getenv("CHAT_URL", "{host}"))
"""
CALLED = """
import os

from openai import OpenAI


def talk(text, model="gpt-4o", url=None):
    client = OpenAI(base_url=url or os.environ.get("CHAT_URL", "{host}"))
    return client.chat.completions.create(model=model, messages=text)
"""


@pytest.mark.parametrize("code", [MADE, CALLED], ids=["a library's object", "a client"])
def test_an_address_that_the_environment_may_change_is_its_default(code):
    assert action(code.format(host="https://api.routes.example")) == ("review", "other-vendor-endpoint")
    assert action(code.format(host="https://api.openai.com/v1")) == ("rewrite", "")


DEEP_INSIDE = """
import json
import urllib.request

import requests

VOICE = "{host}"
VOICE_MODEL = "gpt-4o"


def send(url, body):
    {send}


def call(number, task, model=VOICE_MODEL):
    told = {{"model": {{"model": model, "messages": [{{"role": "system", "content": task}}]}}}}
    return send(f"{{VOICE}}/call", {{"customer": {{"number": number}}, "assistant": told}})
"""
SENDING = [
    'return requests.post(url, headers={"X-Key": "x"}, json=body).json()',
    "return urllib.request.urlopen(urllib.request.Request(url, data=json.dumps(body).encode())).read()",
]


@pytest.mark.parametrize("send", SENDING, ids=["a mapping", "a text"])
def test_an_id_deep_in_what_is_posted_elsewhere_waits(send):
    code = DEEP_INSIDE.replace("{send}", send.replace("{", "{{").replace("}", "}}"))
    assert action(code.format(host="https://api.voices.example")) == ("review", "other-vendor-endpoint")
    assert action(code.format(host="https://api.openai.com/v1")) == ("rewrite", "")


@pytest.mark.parametrize(
    ("host", "outcome"), [("primary.example.test", "rewrite"), ("primary.example.io", "review")]
)
def test_an_address_for_tests_alone_names_no_other_vendor(host: str, outcome: str) -> None:
    assert (
        action(f'from kit import adapted\n\nvoice = adapted(model="gpt-4o", endpoint="https://{host}")\n')[0]
        == outcome
    )


SHELF = """
import httpx


class Shelf:
    def __init__(self, key, url="ADDRESS"):
        self.http = httpx.Client(base_url=url, headers={"X-Key": key})

    def ask(self, question, model="gpt-4o-mini"):
        return self.http.post("/v1/answer", json={"question": question, "model": model}).json()["answer"]
"""


@pytest.mark.parametrize(
    ("address", "moves"), [("https://api.shelves.example", False), ("https://api.openai.com", True)]
)
def test_a_path_goes_to_the_address_that_its_client_has_unless_a_caller_says_another(address, moves):
    after = pipeline.migrate({"app.py": SHELF.replace("ADDRESS", address).encode()}, Settings())[1]["app.py"]
    assert (b'model="gpt-5.5-mini"' in after) is moves
