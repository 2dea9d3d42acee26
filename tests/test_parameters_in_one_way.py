"""A parameter that several calls are given from one place changes there in one way, right for all of them."""

from __future__ import annotations

from tests.decided import migrated

CODE = """
import os

from openai import OpenAI


class Service:
    def __init__(self, model=None):
        self.model = model or os.getenv("NOTES_MODEL", "gpt-5")
        self.client = OpenAI()

    def send(self, text, limit=None):
        return self.client.chat.completions.create(**self._payload(text, limit))

    def stream(self, text, limit, CLIENT):
        payload = self._payload(text, limit)
        return CLIENT.chat.completions.create(**payload, stream=True)

    def _payload(self, text, limit):
        payload = {"model": self.model, "messages": [{"role": "user", "content": text}]}
        if limit is not None:
            payload["max_tokens"] = limit
        return payload


print(Service().send("hello", 50))
"""


def test_what_must_stay_for_one_call_changes_on_a_condition_for_all() -> None:
    after = migrated(CODE.replace("CLIENT", "client")).after
    assert '"gpt-5.5")' in after
    assert 'payload["max_completion_tokens" if "gpt-5.5" in ' in after


def test_what_is_plain_for_all_calls_stays_plain() -> None:
    after = migrated(CODE.replace(", CLIENT", "").replace("CLIENT", "self.client")).after
    assert '"gpt-5.5")' in after
    assert 'payload["max_completion_tokens"] = limit' in after


TOOLS = """
import sys

from openai import OpenAI


def ask(text, model, tools):
    return OpenAI().chat.completions.create(
        model=SENT, messages=[{"role": "user", "content": text}], tools=tools
    )


def main(tools):
    print(ask("hello", "gpt-5@fast", tools))
    print(ask("hello", sys.argv[1], tools))
"""


def test_a_model_that_is_cut_out_of_a_text_is_asked_for_as_it_stands() -> None:
    after = migrated(TOOLS.replace("SENT", 'model.split("@")[0]')).after
    assert '"gpt-5.5@fast"' in after
    assert '**({"reasoning_effort": "none"} if "gpt-5.5" in model.split("@")[0] else {})' in after


def test_a_model_that_is_made_anew_each_time_is_not_asked_for() -> None:
    code = TOOLS.replace("SENT", "drawn(model)")
    assert migrated(code).after == code.strip("\n") + "\n"


ASKED = """
from openai import OpenAI


def ask(text, attempt, model="gpt-4o-mini"):
    return OpenAI().chat.completions.create(
        temperature=attempt * 0.1,  # warmer with each try
        model=model,
        messages=[{"role": "user", "content": text}],
    )
"""


def test_what_is_given_to_old_models_only_keeps_its_place_and_its_comment() -> None:
    after = migrated(ASKED).after
    given = '**({} if "gpt-5.5" in model else {"temperature": attempt * 0.1}),  # warmer with each try\n'
    assert given + "        model=model," in after


def test_a_comment_goes_with_what_nobody_is_given_any_more() -> None:
    code = ASKED.replace("attempt * 0.1", "0").replace(', model="gpt-4o-mini"', "")
    after = migrated(code.replace("model=model", 'model="gpt-4o-mini"')).after
    assert "warmer" not in after
    assert 'create(\n        model="gpt-5.5-mini",' in after
