"""What goes along with an edit: tests that expect the old id, and examples in docstrings."""

from __future__ import annotations

import pytest
from limit_support import migrated

APP = '''"""Chat.

Usage::

    client.responses.create(model="gpt-4o", input="hi")

>>> ask("hi", model="gpt-4o")

The default gpt-4o is the one that legal agreed to; model="gpt-4o" in prose stays.
"""
from dataclasses import dataclass

from openai import OpenAI

client = OpenAI()


@dataclass
class Settings:
    model: str = "gpt-4o"


settings = Settings()


def ask(text):
    return client.responses.create(model=settings.model, input=text)
'''
TEST = """from app import Settings, ask


def test_default():
    assert Settings().model == "gpt-4o"


def test_request(fake):
    ask("hi")
    assert fake.requests[0]["model"] == "gpt-4o"
    fake.create.assert_called_with(model="gpt-4o", input="hi")
"""
STAYS = """from app import ask


def test_answer(fake):
    answer = ask("hi")
    assert answer["model"] == "gpt-4o-2024-08-06"


def test_other():
    assert "gpt-4o".startswith("gpt")
    assert other_program() == "gpt-4o"
"""


def test_expectations_move_with_what_they_expect() -> None:
    _, new = migrated({"app.py": APP, "tests/test_app.py": TEST}, **{"write-contexts": ["test"]})
    assert new["tests/test_app.py"] == TEST.replace("gpt-4o", "gpt-5.5")


def test_else_they_are_listed() -> None:
    inventory, new = migrated({"app.py": APP, "tests/test_app.py": TEST})
    assert new["tests/test_app.py"] == TEST
    found = [one for one in inventory.findings if one.rule == "GPT55-X001"]
    assert [one.line for one in found] == [5, 10, 11]
    assert all("app.py:" in one.message for one in found)


@pytest.mark.parametrize("contexts", [[], ["test"]])
def test_what_is_not_falsified_stays(contexts: list[str]) -> None:
    inventory, new = migrated({"app.py": APP, "tests/test_app.py": STAYS}, **{"write-contexts": contexts})
    assert new["tests/test_app.py"] == STAYS
    assert not any(one.rule == "GPT55-X001" for one in inventory.findings)


def test_two_targets_decide_nothing() -> None:
    app = APP + '\n\ndef tag(text):\n    return client.responses.create(model="gpt-4o-mini", input=text)\n'
    test = (
        "from app import ask, tag\n\n\ndef test_both(fake):\n    ask('a')\n    tag('b')\n"
        '    assert fake.requests[0]["model"] == "gpt-4o"\n    assert fake.requests[1]["model"] == "gpt-4o-mini"\n'
    )
    _, new = migrated(
        {"app.py": app, "tests/test_app.py": test},
        **{"write-contexts": ["test"], "map": {"gpt-4o": "instant", "gpt-4o-mini": "mini"}},
    )
    assert '["model"] == "gpt-5.5-instant"' in new["tests/test_app.py"]
    assert '["model"] == "gpt-5.5-mini"' in new["tests/test_app.py"]


def test_examples_in_docstrings_move_on_request() -> None:
    _, new = migrated({"app.py": APP}, **{"write-contexts": ["docs"], "unproven": True})
    head, _, rest = new["app.py"].partition("from dataclasses")
    assert 'client.responses.create(model="gpt-5.5", input="hi")' in head
    assert '>>> ask("hi", model="gpt-5.5")' in head
    assert 'The default gpt-4o is the one that legal agreed to; model="gpt-4o" in prose stays.' in head
    assert 'model: str = "gpt-5.5"' in rest


def test_examples_stay_by_default() -> None:
    _, new = migrated({"app.py": APP})
    assert new["app.py"] == APP.replace('model: str = "gpt-4o"', 'model: str = "gpt-5.5"')
