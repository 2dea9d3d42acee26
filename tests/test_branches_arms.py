"""Arms that set what is sent: the fix stands in the arm that the new id takes, whatever figures are there."""

from __future__ import annotations

import pytest

from tests.requested import moved, refused, requests

ASKED = """

def use():
    return ask("gpt-4o", [{"role": "user", "content": "hello"}])
"""
ARMS = {
    "a prefix of all": """
LONGEST = 16384


def ask(model, messages):
    params = {"model": model, "messages": messages}
    if "gpt" in model:
        params["max_tokens"] = LONGEST
    else:
        params["max_output"] = 4096
    return client.chat.completions.create(**params)
""",
    "in the call": """
def ask(model, messages):
    if "gpt" in model:
        return client.chat.completions.create(model=model, messages=messages, max_tokens=16384)
    return client.messages.create(model=model, messages=messages, max_tokens=16384)
""",
    "one arm": """
def ask(model, messages):
    params = {"model": model, "messages": messages}
    if "gpt-4" in model:
        params["max_tokens"] = 16384
    return client.chat.completions.create(**params)
""",
    "a later arm takes it": """
def ask(model, messages):
    params = {"model": model, "messages": messages}
    if "gpt" in model:
        params["max_tokens"] = 16384
    elif "o1" in model:
        params["max_completion_tokens"] = 16384
    return client.chat.completions.create(**params)
""",
    "an earlier arm takes it": """
def ask(model, messages):
    params = {"model": model, "messages": messages}
    if "o1" in model:
        params["max_completion_tokens"] = 16384
    elif "gpt" in model:
        params["max_tokens"] = 16384
    return client.chat.completions.create(**params)
""",
    "another arm has it": """
def ask(model, messages):
    params = {"model": model, "messages": messages}
    if model.startswith(("gpt-4", "gpt-3.5")):
        params["max_tokens"] = 16384
    elif "gpt" in model:
        params["max_completion_tokens"] = 16384
    return client.chat.completions.create(**params)
""",
    "a choice": """
def ask(model, messages):
    cap = 16384 if "gpt" in model else 4096
    return client.chat.completions.create(model=model, messages=messages, max_tokens=cap)
""",
    "match": """
def ask(model, messages):
    params = {"model": model, "messages": messages}
    match model:
        case "gpt-4o" | "gpt-4":
            params["max_tokens"] = 16384
        case "o1":
            params["max_completion_tokens"] = 16384
    return client.chat.completions.create(**params)
""",
}


@pytest.mark.parametrize("code", ARMS.values(), ids=ARMS)
def test_the_new_id_sends_the_cap_by_its_new_name(code: str) -> None:
    done = moved(code + ASKED)
    (sent,) = requests(done.after, "use")
    if sent["model"] == "gpt-4o":
        assert any(one.action == "review" and one.reason for one in done.inventory.references)
        return
    assert not refused(sent)
    assert sent.get("max_completion_tokens", 16384) in (16384, 128_000)
    (old,) = requests(done.after, "ask", "gpt-4o", [])
    assert 16384 in old.values()


TURNED_BACK = {
    "the dict is given": """
def ask(model, messages, **params):
    if "max_completion_tokens" in params:
        params["max_tokens"] = params.pop("max_completion_tokens")
    return client.chat.completions.create(model=model, messages=messages, **params)
""",
    "a copy": """
def ask(model, messages, **params):
    payload = dict(params)
    payload["max_tokens"] = payload.pop("max_completion_tokens")
    return client.chat.completions.create(model=model, messages=messages, **payload)
""",
    "by item": """
def ask(model, messages, **params):
    params["max_tokens"] = params["max_completion_tokens"]
    del params["max_completion_tokens"]
    return client.chat.completions.create(model=model, messages=messages, **params)
""",
    "or nothing": """
def ask(model, messages, **params):
    params["max_tokens"] = params.pop("max_completion_tokens", None)
    return client.chat.completions.create(model=model, messages=messages, **params)
""",
    "at once": """
def ask(model, messages, **params):
    limit = params.pop("max_completion_tokens", 5)
    params["max_tokens"] = limit
    return client.chat.completions.create(model=model, messages=messages, **params)
""",
}
GIVEN = """

def use():
    return ask("gpt-4o", [], max_completion_tokens=300)
"""


@pytest.mark.parametrize("code", TURNED_BACK.values(), ids=TURNED_BACK)
def test_a_name_that_is_turned_back_is_left_alone(code: str) -> None:
    done = moved(code + GIVEN)
    (sent,) = requests(done.after, "use")
    assert not refused(sent)
    assert 300 in sent.values()
    assert '["max_completion_tokens"] = params.pop("max_completion_tokens")' not in done.after
    assert '["max_completion_tokens"] = payload.pop("max_completion_tokens")' not in done.after
    assert "pass" not in done.after
    assert done.findings() or sent["model"] != "gpt-4o"


NOOPS = {
    "old ids alone": """
def ask(model, messages):
    params = {"model": model, "messages": messages, "max_completion_tokens": 16384}
    if model.startswith("gpt-4"):
        params["max_tokens"] = params.pop("max_completion_tokens")
    return client.chat.completions.create(**params)
""",
    "new ids take the new name": """
def ask(model, messages):
    params = {"model": model, "messages": messages}
    if model.startswith(("o1", "gpt-5")):
        params["max_completion_tokens"] = 16384
    else:
        params["max_tokens"] = 16384
    return client.chat.completions.create(**params)
""",
}


@pytest.mark.parametrize("code", NOOPS.values(), ids=NOOPS)
def test_an_arm_that_the_new_id_never_takes_stays(code: str) -> None:
    done = moved(code + ASKED)
    assert done.after == (done.before).replace('ask("gpt-4o"', 'ask("gpt-5.5-instant"')
