"""Handlers that recognise the old models' wording of an overflow."""

from __future__ import annotations

import pytest
from limit_support import HEAD, Client, after, migrated, run

HANDLER = """
def ask(text):
    try:
        return client.responses.create(model="gpt-4o", input=text)
    except Exception as error:
        if {test}:
            return ask(text[: len(text) // 2])
        raise
"""


@pytest.mark.parametrize(
    ("test", "new"),
    [
        (
            '"maximum context length" in str(error)',
            '"maximum context length" in str(error) or "exceed the configured limit" in str(error)',
        ),
        (
            '"maximum context length" in str(error) and text',
            '("maximum context length" in str(error) or "exceed the configured limit" in str(error))'
            " and text",
        ),
    ],
)
def test_a_handler_learns_the_new_wording(test: str, new: str) -> None:
    changed = after(HEAD + HANDLER.format(test=test))
    assert changed == HEAD + HANDLER.format(test=new).replace('"gpt-4o"', '"gpt-5.5"')
    run(changed)["ask"]("word " * 1_500_000)
    assert len(Client.requests) == 2


@pytest.mark.parametrize(
    "test",
    [
        '"context_length_exceeded" in str(error)',
        '"maximum context length" in str(error) or "context_length_exceeded" in str(error)',
        'error.code == "context_length_exceeded"',
        '"rate limit" in str(error)',
    ],
)
def test_a_handler_that_still_matches_is_left(test: str) -> None:
    before = HEAD + HANDLER.format(test=test)
    assert after(before) == before.replace('"gpt-4o"', '"gpt-5.5"')


ASK = """

def ask(text):
    try:
        return client.responses.create(model="gpt-4o", input=text)
    except Exception as error:
        if is_too_long(error):
            return ask(text[: len(text) // 2])
        raise
"""


@pytest.mark.parametrize(
    ("before", "new"),
    [
        (
            'MARKERS = ("maximum context length", "too many words")\n\n\ndef is_too_long(error):\n'
            "    return any(marker in str(error) for marker in MARKERS)\n",
            'MARKERS = ("maximum context length", "exceed the configured limit", "too many words")\n\n\n'
            "def is_too_long(error):\n    return any(marker in str(error) for marker in MARKERS)\n",
        ),
        (
            "def is_too_long(error):\n"
            '    if "maximum context length" not in str(error).lower():\n        return False\n    return True\n',
            "def is_too_long(error):\n"
            '    if "maximum context length" not in str(error).lower()'
            ' and "exceed the configured limit" not in str(error).lower():\n        return False\n'
            "    return True\n",
        ),
        (
            'def is_too_long(error):\n    return "context length" in str(error)\n',
            "def is_too_long(error):\n"
            '    return "context length" in str(error) or "exceed the configured limit" in str(error)\n',
        ),
    ],
)
def test_a_helper_learns_the_new_wording(before: str, new: str) -> None:
    changed = after(HEAD + before + ASK)
    assert changed == HEAD + new + ASK.replace('"gpt-4o"', '"gpt-5.5"')
    run(changed)["ask"]("word " * 1_500_000)
    assert len(Client.requests) == 2


@pytest.mark.parametrize(
    "helper",
    [
        pytest.param(
            'MARKERS = ["context length", "exceed the configured limit"]\n\n\ndef is_too_long(error):\n'
            "    return any(marker in str(error) for marker in MARKERS)\n",
            id="knows both",
        ),
        pytest.param(
            "def is_too_long(error):\n    return 'reduce the length of the messages' in str(error)\n",
            id="both say it",
        ),
        pytest.param(
            "def is_too_long(error):\n    print('maximum context length')\n    return True\n", id="only shown"
        ),
        pytest.param(
            "def is_too_long(error):\n    return True\n\n\ndef is_about_models(question):\n"
            "    return 'context length' in question\n",
            id="no error",
        ),
    ],
)
def test_what_still_works_is_left(helper: str) -> None:
    before = HEAD + helper + ASK
    assert after(before) == before.replace('"gpt-4o"', '"gpt-5.5"')


def test_a_pattern_is_reported() -> None:
    before = (
        HEAD
        + (
            "import re\n\n\ndef is_too_long(error):\n"
            '    return re.search(r"maximum context length is (\\d+)", str(error))\n'
        )
        + ASK
    )
    inventory, new = migrated(before)
    assert new["app.py"] == before.replace('"gpt-4o"', '"gpt-5.5"')
    assert [one.line for one in inventory.findings if one.rule == "GPT55-L006"] == [10]
