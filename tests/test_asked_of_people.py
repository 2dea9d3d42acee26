"""An id that people are offered when a program asks them for the model: what they leave is sent."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.settings import Settings
from tests.decided import MAP

CODE = """from openai import OpenAI

import {library}

model = {asked}
OpenAI().responses.create(model=model, input="hi")
"""


@pytest.mark.parametrize(
    ("library", "asked"),
    [
        ("rich.prompt", 'rich.prompt.Prompt.ask("Model", default="gpt-4o")'),
        ("rich.prompt", 'rich.prompt.Prompt.ask("Model", choices=["gpt-4.1", "gpt-4o"], default="gpt-4o")'),
        ("click", 'click.prompt("Model", default="gpt-4o")'),
        ("typer", 'typer.prompt("Model", "gpt-4o")'),
        ("questionary", 'questionary.text("Model", default="gpt-4o").ask()'),
        ("os", 'input("Model: ") or "gpt-4o"'),
    ],
)
def test_what_people_are_offered_moves(library: str, asked: str) -> None:
    _, new = pipeline.migrate(
        {"app.py": CODE.format(library=library, asked=asked).encode()}, Settings(map=MAP)
    )
    assert 'default="gpt-4o"' not in new["app.py"].decode()
    assert '"gpt-5.5-instant"' in new["app.py"].decode()


@pytest.mark.parametrize(
    ("library", "asked"),
    [
        ("click", 'click.prompt("Model, as gpt-4o")'),
        ("rich.prompt", 'rich.prompt.Prompt.ask("Model, as gpt-4o")'),
        ("office", 'office.prompt("Model", default="gpt-4o")'),
    ],
)
def test_what_they_are_told_stays(library: str, asked: str) -> None:
    code = CODE.format(library=library, asked=asked).encode()
    assert pipeline.migrate({"app.py": code}, Settings(map=MAP))[1] == {"app.py": code}
