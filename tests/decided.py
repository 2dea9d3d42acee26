"""Small programs migrated in memory, and what their functions say before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from migrator import pipeline
from migrator.know import solver
from migrator.settings import Settings

if TYPE_CHECKING:
    import pytest

CALLS = """
from openai import OpenAI


def ask(text, model):
    return OpenAI().chat.completions.create(model=model, messages=[{"role": "user", "content": text}])
"""
RATES = """
RATES = {
    "gpt-4o": {"input": 0.0025, "output": 0.01},
    "gpt-4o-mini": {"input": 0.00015, "output": 0.0006},
    "gpt-5": {"input": 0.00125, "output": 0.01},
}


def estimate(model, given):
    for known, rate in RATES.items():
        if known in model.lower():
            return given / 1000 * rate["input"]
    return None
"""
MAP = {"gpt-4o": "instant", "gpt-4o-mini": "mini", "gpt-5": "flagship", "gpt-5-mini": "mini"}


class Migrated(NamedTuple):
    """A program of one module: its source before and after, and what was found."""

    before: str
    after: str
    inventory: Any

    @property
    def old(self) -> dict[str, Any]:
        return run(self.before)

    @property
    def new(self) -> dict[str, Any]:
        return run(self.after)

    def findings(self, rule: str = "GPT55-") -> list[Any]:
        return [one for one in self.inventory.findings if one.rule.startswith(rule)]

    def rows(self) -> list[Any]:
        return [one for one in self.inventory.edits if one.rule.startswith(("GPT55-T", "GPT55-B"))]


def run(source: str) -> dict[str, Any]:
    """The names of a module; the SDK is not needed."""
    names: dict[str, Any] = {}
    exec(compile(source.replace("from openai import OpenAI", "OpenAI = object"), "app.py", "exec"), names)
    return names


def migrated(code: str, *models: str, **settings: Any) -> Migrated:
    """`code` with a call that the given models reach, migrated."""
    calls = "".join(
        f"\n\ndef use_{n}(text):\n    return ask(text, {model!r})\n" for n, model in enumerate(models)
    )
    source = code.strip("\n") + "\n" + (CALLS + calls if models else "")
    settings.setdefault("map", MAP)
    inventory, files = pipeline.migrate({"app.py": source.encode()}, Settings(**settings))
    again = pipeline.migrate(files, Settings(**settings))[1]
    assert again == files, "a second run changes something"
    return Migrated(source, files["app.py"].decode(), inventory)


def all_migrated(code: str, *models: str, **settings: Any) -> Migrated:
    """The same, where ids move as well of which it is not shown what they come to."""
    return migrated(code, *models, unproven=True, **settings)


def spend(monkeypatch: pytest.MonkeyPatch, work: int | None) -> None:
    """Let a program take no more than some evaluations; with none what it takes as a rule."""
    if work is not None:
        monkeypatch.setattr(solver, "MAX_WORK", work)
        monkeypatch.setattr(solver, "MAX_ASKED", work)
        monkeypatch.setattr(solver, "MAX_SMALL_WORK", 0)
        monkeypatch.setattr(solver, "MAX_SECOND_WORK", 0)
