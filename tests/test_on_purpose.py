"""A remark that something is on purpose keeps an id only if it is about the model."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.settings import Settings

CODE = """
from openai import OpenAI

MODEL = "gpt-4o"  # {remark}
OpenAI().chat.completions.create(model=MODEL, messages=[])
"""


def reasons(remark: str) -> set[str]:
    inventory, _ = pipeline.migrate({"app.py": CODE.format(remark=remark).encode()}, Settings())
    return {r.reason for r in inventory.references if r.action == "review"}


@pytest.mark.parametrize(
    "remark",
    [
        "on purpose",
        "stays on this model on purpose",
        "deliberately the old model",
        "pinned to gpt-4o on purpose",
    ],
)
def test_a_remark_about_the_model_keeps_it(remark: str) -> None:
    assert reasons(remark) == {"fallback-on-purpose"}


@pytest.mark.parametrize(
    "remark", ["odd spacing, on purpose", "no docstring here, deliberately", "upper case on purpose"]
)
def test_a_remark_about_something_else_does_not(remark: str) -> None:
    assert not reasons(remark)
