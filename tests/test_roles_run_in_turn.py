"""A list whose one model is run by default: it moves in its place, where a choice gains a new one."""

from __future__ import annotations

import pytest

from migrator.pipeline import migrate
from migrator.settings import Settings

ASK = """

def ask(text, model):
    return OpenAI().chat.completions.create(model=model, messages=[{"role": "user", "content": text}])


"""
OPTIONS = (
    """import sys

import yaml
from openai import OpenAI
from pydantic import BaseModel, Field


class Options(BaseModel):
    models: list[str] = Field(default_factory=lambda: ["gpt-4o"])
"""
    + ASK
)
READ = "options = Options.model_validate(yaml.safe_load(open(sys.argv[1])))\n"
RUN = {
    "a loop": OPTIONS + READ + "for m in options.models:\n    print(ask('a', m))\n",
    "one of two ways": OPTIONS
    + READ
    + "chosen = sys.argv[2:]\nfor m in chosen if chosen else options.models:\n    print(ask('a', m))\n",
    "a comprehension": OPTIONS + READ + "print([ask('a', m) for m in options.models])\n",
}
CHOSEN = {
    "a loop that shows them": "for m in MODELS:\n    print(m)\n",
    "a loop that asks about them": "print(any(m.startswith('gpt') for m in MODELS))\n",
}


@pytest.mark.parametrize("name", RUN)
def test_a_model_that_is_run_moves_in_its_list(name: str) -> None:
    _, new = migrate({"app.py": RUN[name].encode()}, Settings())
    assert '["gpt-5.5-instant"]' in new["app.py"].decode()


@pytest.mark.parametrize("name", CHOSEN)
def test_a_choice_gains_a_model(name: str) -> None:
    code = 'from openai import OpenAI\n\nMODELS = ["gpt-4o"]\n' + ASK + CHOSEN[name]
    _, new = migrate({"app.py": (code + "ask('a', MODELS[0])\n").encode()}, Settings())
    assert 'MODELS = ["gpt-5.5-instant", "gpt-4o"]' in new["app.py"].decode()
