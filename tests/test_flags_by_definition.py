"""A flag is what the code sets it to: its name excuses nothing that its own test lets through."""

from __future__ import annotations

import pytest

from tests.decided import migrated

CODE = """
from openai import OpenAI


class Grader:
    def __init__(self, model: str = "gpt-4o", heat: float = 0.5):
        self.client, self.model, self.heat = OpenAI(), model, heat

    def grade(self, question):
        sent = {"model": self.model, "messages": [{"role": "user", "content": question}]}
        is_reasoning_model = SAID
        if is_reasoning_model:
            sent["max_completion_tokens"] = 64
        else:
            sent["temperature"] = self.heat
            sent["max_tokens"] = 64
        return self.client.chat.completions.create(**sent)


def asked(model):
    return settings()[model]["reasons"]
"""


@pytest.mark.parametrize(
    ("said", "moves"),
    [
        ('"o1-" in self.model or "o3-" in self.model', False),
        ('self.model.startswith(("o1-", "o3-"))', False),
        ("asked(self.model)", True),
    ],
)
def test_a_test_in_view_is_asked_whatever_it_is_called(said: str, moves: bool) -> None:
    after = migrated(CODE.replace("SAID", said)).after
    assert ('"gpt-5.5' in after.partition("def grade")[0]) == moves
