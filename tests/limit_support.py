"""Programs for the tests of limits: migrated in memory, run with stand-ins for the SDK and the tokenizer."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import msgspec

from migrator import pipeline
from migrator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrator.inventory import Inventory

HEAD = """\
from openai import OpenAI
import tiktoken

client = OpenAI()
enc = tiktoken.get_encoding("o200k_base")
"""
FLAGSHIP = {"gpt-4o": "flagship", "gpt-4o-mini": "flagship", "gpt-5": "flagship", "gpt-5-mini": "flagship"}
MINI = dict.fromkeys(FLAGSHIP, "mini")


def migrated(program: str | Mapping[str, str], **settings: Any) -> tuple[Inventory, dict[str, str]]:
    """The inventory and the new files; a single program is `app.py`. Ids become the flagship unless mapped."""
    files = {"app.py": program} if isinstance(program, str) else dict(program)
    chosen = msgspec.convert({"map": FLAGSHIP, **settings}, Settings)
    inventory, new = pipeline.migrate({path: text.encode() for path, text in files.items()}, chosen)
    assert not inventory.diagnostics
    return inventory, {path: data.decode() for path, data in new.items()}


def after(program: str, **settings: Any) -> str:
    """The new text of a single program, which a second run leaves alone."""
    new = migrated(program, **settings)[1]
    assert migrated(new, **settings)[1] == new
    return new["app.py"]


class Encoding:
    """A token is a word."""

    def encode(self, text: str) -> list[str]:
        return text.split()

    def decode(self, tokens: list[str]) -> str:
        return " ".join(tokens)


def tokenizer_module(known: tuple[str, ...] = ("gpt-4o", "gpt-4o-mini", "gpt-4", "gpt-5")) -> ModuleType:
    """A tiktoken that knows some ids, as an old release does."""
    module = ModuleType("tiktoken")

    def encoding_for_model(model_name: str) -> Encoding:
        if model_name not in known:
            raise KeyError(model_name)
        return Encoding()

    def encoding_name_for_model(model_name: str) -> str:
        encoding_for_model(model_name)
        return "o200k_base"

    vars(module).update(
        encoding_for_model=encoding_for_model,
        encoding_name_for_model=encoding_name_for_model,
        get_encoding=lambda name: Encoding(),
    )
    return module


class Client:
    """An SDK client that remembers its requests and refuses those with the old model's window exceeded."""

    requests: list[dict[str, Any]] = []
    windows: dict[str, int] = {"gpt-5.5": 1_000_000, "gpt-5.5-instant": 512_000, "gpt-5.5-mini": 128_000}

    def __init__(self, **_options: Any) -> None:
        completions = SimpleNamespace(create=self.create)
        self.chat = SimpleNamespace(completions=completions)
        self.responses = SimpleNamespace(create=self.create)

    def create(self, **request: Any) -> SimpleNamespace:
        Client.requests.append(request)
        size = sum(len(str(message["content"]).split()) for message in messages_of(request))
        if size > Client.windows.get(request["model"], 0):
            raise ValueError("Input tokens exceed the configured limit")
        message = SimpleNamespace(content="fine")
        return SimpleNamespace(choices=[SimpleNamespace(message=message)], output_text="fine")


def messages_of(request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The messages of a request of either endpoint."""
    given = request.get("messages", request.get("input", ""))
    return [{"content": given}] if isinstance(given, str) else list(given)


def run(program: str, known: tuple[str, ...] = ()) -> dict[str, Any]:
    """The names of a program that was executed against the stand-ins."""
    Client.requests.clear()
    openai = ModuleType("openai")
    vars(openai).update(OpenAI=Client)
    before = {name: sys.modules.get(name) for name in ("openai", "tiktoken")}
    names: dict[str, Any] = {"__name__": "app"}
    sys.modules["openai"], sys.modules["tiktoken"] = openai, tokenizer_module(known or ("gpt-4o", "gpt-4"))
    try:
        exec(compile(program, "app.py", "exec"), names)
    finally:
        for name, module in before.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module
    return names


def sent_words() -> int:
    """The words of the last request."""
    return sum(len(str(message["content"]).split()) for message in messages_of(Client.requests[-1]))
