"""A flag is what the code sets it to: its name excuses nothing that its own test lets through."""

from __future__ import annotations

from types import SimpleNamespace

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


def is_reasoning(model):
    return model.startswith(OLDER)
"""
OLDER, WITH_NEW = '("o1-", "o3-")', '("o1-", "gpt-5")'


@pytest.mark.parametrize("flag", ["is_reasoning(self.model)", "self.reasons", "self.supports_reasoning"])
@pytest.mark.parametrize("known", [OLDER, WITH_NEW])
def test_what_the_program_defines_is_asked_for_the_new_id(flag: str, known: str) -> None:
    code = CODE.replace("SAID", flag).replace("OLDER", known)
    reasons = f"self.reasons = any(model.startswith(one) for one in {known})"
    code = code.replace("OpenAI(), model, heat", f"OpenAI(), model, heat\n        {reasons}")
    said = (
        f"    @property\n    def supports_reasoning(self):\n        return self.model.startswith({known})\n\n"
    )
    new = migrated(code.replace("    def grade(", said + "    def grade(")).new
    grader = new["Grader"]()
    grader.client = SimpleNamespace(chat=SimpleNamespace(completions=SimpleNamespace(create=dict)))
    sent = grader.grade("how good?")
    assert "gpt-5.5" not in sent["model"] or sent.keys() == {"model", "messages", "max_completion_tokens"}
    assert "gpt-5.5" in sent["model"] or known == OLDER
