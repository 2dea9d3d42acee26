"""An address that holds the model's id is of who names its models: it need not know the new one."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.settings import Settings

PROGRAM = """
import os

from openai import OpenAI


class Gate:
    def __init__(self, name: str = "gpt-4o"):
        self.name = name
        base = {address}
        self.client = OpenAI(base_url=base, api_key=os.environ["GATE_TOKEN"], default_headers={{"X-Name": name}})

    def ask(self, text):
        messages = [{{"role": "user", "content": text}}]
        return self.client.chat.completions.create(model=self.name, messages=messages)


print(Gate().ask("hello"))
"""


def after(address: str) -> str:
    files = {"app.py": PROGRAM.format(address=address).encode()}
    return pipeline.migrate(files, Settings())[1]["app.py"].decode()


HELD = {
    "a path": "f\"{os.environ['GATE_URL']}/llm/{name}\"",
    "a query": "f\"{os.environ['GATE_URL']}?serve={name}&round=1\"",
    "what a field holds": "f\"{os.environ['GATE_URL']}/llm/{self.name}/v1\"",
}
MOVED = {
    "no path": "os.environ['GATE_URL']",
    "a version": "f\"{os.environ['GATE_URL']}/{os.getenv('VERSION', 'v1')}\"",
    "its own address": "f\"https://api.openai.com/{os.getenv('VERSION', 'v1')}\"",
}


@pytest.mark.parametrize("address", HELD.values(), ids=HELD)
def test_an_id_in_the_address_waits(address: str) -> None:
    assert 'name: str = "gpt-4o"' in after(address)


@pytest.mark.parametrize("address", MOVED.values(), ids=MOVED)
def test_an_id_beside_the_address_moves(address: str) -> None:
    assert 'name: str = "gpt-5.5' in after(address)
