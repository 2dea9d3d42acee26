"""Smaller windows: findings and guards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from limit_support import HEAD, MINI, Client, after, migrated, run, sent_words

if TYPE_CHECKING:
    from migrator.inventory import Inventory

TAG = """
def tag(text):
    prompt = f"Name the topic: {text}"
    return client.chat.completions.create(
        model="gpt-5-mini", messages=[{"role": "user", "content": prompt}], max_completion_tokens=20
    )
"""
SUM = '''
def summarize(text):
    """A summary in three sentences."""
    answer = client.chat.completions.create(
        model="gpt-5-mini", messages=[{"role": "user", "content": "Sum up: " + text}]
    )
    return answer.choices[0].message.content
'''
TALK = """
def talk(messages):
    return client.chat.completions.create(model="gpt-5-mini", messages=messages)
"""


def rules(inventory: Inventory) -> list[str]:
    return [one.rule for one in inventory.findings if one.rule.startswith("GPT55-L")]


@pytest.mark.parametrize("program", [TAG, SUM, TALK])
def test_an_unguarded_call_is_listed(program: str) -> None:
    inventory, new = migrated(HEAD + program, map=MINI)
    assert rules(inventory) == ["GPT55-L004"]
    assert new["app.py"] == HEAD + program.replace("gpt-5-mini", "gpt-5.5-mini")


def test_a_guard_cuts_the_text() -> None:
    new = after(HEAD + TAG, map=MINI, guards=True)
    assert "text = text[:381_000]" in new
    run(new)["tag"]("word " * 300_000)
    assert sent_words() < 128_000


def test_a_guard_uses_the_project_s_own_helper() -> None:
    files = {
        "tokens.py": (
            'import tiktoken\n\nENC = tiktoken.get_encoding("o200k_base")\n\n\n'
            "def truncate(text, limit):\n    return ENC.decode(ENC.encode(text)[:limit])\n"
        ),
        "app.py": "import tokens\n" + HEAD + TAG,
    }
    inventory, new = migrated(files, map=MINI, guards=True)
    assert "    text = tokens.truncate(text, 127_000)\n" in new["app.py"]
    assert rules(inventory) == []


HELPER = """import tiktoken

ENC = tiktoken.get_encoding("o200k_base")


def truncate(text, limit):
    return ENC.decode(ENC.encode(text)[:limit])
"""


def test_a_guard_imports_the_project_s_own_helper() -> None:
    files = {"app/__init__.py": "", "app/tokens.py": HELPER, "app/tagging.py": HEAD + TAG}
    new = migrated(files, map=MINI, guards=True)[1]
    assert new["app/tagging.py"].startswith(
        "from openai import OpenAI\nimport tiktoken\nfrom app.tokens import truncate\n"
    )
    assert "    text = truncate(text, 127_000)\n" in new["app/tagging.py"]


def test_a_helper_that_imports_the_project_is_not_imported() -> None:
    files = {"tokens.py": f"import app\n{HELPER}", "app.py": HEAD + TAG}
    new = migrated(files, map=MINI, guards=True)[1]
    assert "import truncate" not in new["app.py"]
    assert "text = text[:381_000]" in new["app.py"]


@pytest.mark.parametrize(
    ("program", "guard"),
    [
        pytest.param(
            "\ndef tag(path):\n    text = open(path).read()\n"
            '    return client.responses.create(model="gpt-5-mini", input=text)\n',
            "    text = open(path).read()\n    text = text[:336_000]",
            id="behind its assignment",
        ),
        pytest.param(
            "\ndef tag(texts):\n    for text in texts:\n"
            '        print(client.responses.create(model="gpt-5-mini", input=text))\n',
            "    for text in texts:\n        text = text[:336_000]",
            id="in its loop",
        ),
        pytest.param(
            "\ndef summarize(text, language):\n"
            '    prompt = f"Sum up in {language}: {text}"\n'
            '    return client.responses.create(model="gpt-5-mini", input=prompt).output_text\n',
            "summarize(part, language=language) for part in parts), language=language)",
            id="parts with their other arguments",
        ),
        pytest.param(
            "\nclass Talk:\n    def __init__(self):\n        self.messages = []\n\n    def say(self):\n"
            '        return client.chat.completions.create(model="gpt-5-mini", messages=self.messages)\n',
            "            del self.messages[1]",
            id="a history of its own",
        ),
    ],
)
def test_where_a_guard_stands(program: str, guard: str) -> None:
    assert guard in after(HEAD + program, map=MINI, guards=True)


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(
            'labels = [client.responses.create(model="gpt-5-mini", input=text) for text in ["a"]]\n',
            id="a comprehension's variable",
        ),
        pytest.param(
            "\ndef tag(path):\n    text = open(path).read()\n"
            '    text = client.responses.create(model="gpt-5-mini", input=text).output_text\n    return text\n',
            id="a name that is used twice",
        ),
        pytest.param(
            '\ndef tag():\n    return client.responses.create(model="gpt-5-mini", input=input())\n',
            id="no name",
        ),
    ],
)
def test_what_no_guard_fits_is_listed(program: str) -> None:
    inventory, new = migrated(HEAD + program, map=MINI, guards=True)
    assert rules(inventory) == ["GPT55-L004"]
    assert new["app.py"] == HEAD + program.replace("gpt-5-mini", "gpt-5.5-mini")


def test_a_guard_sums_up_in_parts() -> None:
    new = after(HEAD + SUM, map=MINI, guards=True)
    assert run(new)["summarize"]("word " * 200_000) == "fine"
    assert len(Client.requests) > 2
    assert "fine" in str(Client.requests[-1]["messages"])


def test_a_guard_drops_the_oldest_turns() -> None:
    new = after(HEAD + TALK, map=MINI, guards=True)
    messages = [{"role": "user", "content": "word " * 20_000} for _ in range(10)]
    run(new)["talk"](messages)
    assert sent_words() < 128_000
    assert len(messages) == 10


BOUND = {
    "a limit that is lowered": TAG.replace(
        "    prompt", "    text = enc.decode(enc.encode(text)[:390_000])\n    prompt"
    ),
    "a limit that fits": TAG.replace(
        "    prompt", "    text = enc.decode(enc.encode(text)[:8_000])\n    prompt"
    ),
    "a prompt without variables": TAG.replace("{text}", "ships").replace('f"Name', '"Name'),
    "truncation by the API": (
        "\ndef tag(text):\n"
        '    return client.responses.create(model="gpt-5-mini", input=text, truncation="auto")\n'
    ),
}


@pytest.mark.parametrize("name", BOUND)
@pytest.mark.parametrize("guards", [False, True])
def test_what_is_bounded_needs_no_guard(name: str, guards: bool) -> None:
    inventory, new = migrated(HEAD + BOUND[name], map=MINI, guards=guards)
    assert rules(inventory) == []
    assert not any(edit.rule == "GPT55-L005" for edit in inventory.edits)
    compile(new["app.py"], "app.py", "exec")


def test_a_greater_window_needs_no_guard() -> None:
    assert after(HEAD + TAG, guards=True) == HEAD + TAG.replace("gpt-5-mini", "gpt-5.5")


def test_costs_before_and_after() -> None:
    inventory, _ = migrated(HEAD + BOUND["a limit that is lowered"], map=MINI)
    (site,) = inventory.call_sites
    assert site.cost is not None
    assert site.cost.tokens_in > 390_000
    assert site.cost.tokens_in_after < 128_000
    assert site.cost.tokens_out == 20
    assert "token" in site.cost.estimate
    assert inventory.summary.usd_before == site.cost.usd_before
    assert inventory.summary.usd_after == site.cost.usd_after > 0


def test_a_call_that_does_not_move_has_no_cost() -> None:
    inventory, _ = migrated(HEAD + TAG.replace("gpt-5-mini", "claude-sonnet-4"), map=MINI)
    assert all(site.cost is None for site in inventory.call_sites)
    assert inventory.summary.usd_after == 0


@pytest.mark.parametrize(
    ("settings", "arguments", "listed"),
    [
        ({}, "max_output_tokens=300", True),
        ({}, "max_output_tokens=8_000", False),
        ({}, "max_output_tokens=300, reasoning={'effort': 'none'}", False),
        ({"map": {"gpt-4o": "instant"}}, "max_output_tokens=300", False),
        ({"catalog": "published", "map": {"gpt-4o": "instant"}}, "max_output_tokens=300", False),
        ({}, "temperature=0", False),
    ],
)
def test_a_small_cap_of_a_model_that_begins_to_reason(
    settings: dict[str, object], arguments: str, listed: bool
) -> None:
    call = f'client.responses.create(model="gpt-4o", input=text, {arguments})'
    program = f"{HEAD}\n\ndef reply(text):\n    return {call}\n"
    inventory, _ = migrated(program, **settings)
    assert ("GPT55-L007" in rules(inventory)) is listed


WRAPPED = """
MODEL = "gpt-5-mini"

def first(text):
    return judge(text, model=MODEL)

def second(text):
    return judge(text, model=MODEL)
"""
REQUEST = """
def judge(text, model):
    return client.chat.completions.create(model=model, messages=text)
"""


@pytest.mark.parametrize(("request_", "line"), [("", 10), (REQUEST, 16)], ids=["elsewhere", "here"])
def test_calls_that_hand_a_model_on_are_listed_once_or_where_it_is_requested(
    request_: str, line: int
) -> None:
    inventory, _ = migrated(HEAD + WRAPPED + request_, map=MINI)
    assert [(one.rule, one.line) for one in inventory.findings] == [("GPT55-L004", line)]
