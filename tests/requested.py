"""Small programs migrated in memory, and the requests that they make before and after."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.decided import Migrated, migrated

HEAD = """
from openai import OpenAI

client = OpenAI()
"""
REFUSED = {"max_tokens", "temperature", "top_p", "stop"}


def moved(code: str, **settings: Any) -> Migrated:
    """A program with a client of its own, migrated."""
    return migrated(HEAD + code, **settings)


def requests(source: str, name: str, *given: Any, **named: Any) -> list[dict[str, Any]]:
    """What a function of a program sends."""
    sent: list[dict[str, Any]] = []

    def create(**request: Any) -> dict[str, Any]:
        sent.append(request)
        return request

    client = SimpleNamespace(
        chat=SimpleNamespace(completions=SimpleNamespace(create=create)),
        responses=SimpleNamespace(create=create),
    )
    names: dict[str, Any] = {"OpenAI": lambda *_, **__: client}
    exec(compile(source.replace("from openai import OpenAI\n", ""), "app.py", "exec"), names)
    sent.clear()
    names[name](*given, **named)
    return sent


def refused(request: dict[str, Any]) -> set[str]:
    """What a new model refuses of a request."""
    return REFUSED & set(request) if "gpt-5" in str(request["model"]) else set()
