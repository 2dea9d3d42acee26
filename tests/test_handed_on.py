"""What callers hand through to a request by `**options` is named where the id moves, and where an example does it."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.settings import Settings
from tests.decided import MAP

ASK = """
from openai import OpenAI


def ask(text, model="gpt-4o", **options):
    messages = [{"role": "user", "content": text}]
    return OpenAI().chat.completions.create(model=model, messages=messages, **options)
"""
CLASS = """
from openai import OpenAI


class Writer:
    def __init__(self, model="gpt-4o", **options):
        self.model, self.options = model, options

    def write(self, text):
        messages = [{"role": "user", "content": text}]
        return OpenAI().chat.completions.create(model=self.model, messages=messages, **self.options)
"""
USE = """
from kit.asking import ask


def shorten(text):
    return ask(text, temperature=0.3)
"""


def said(files: dict[str, str]) -> list[tuple[str, int, str]]:
    sources = {path: text.encode() for path, text in files.items()}
    inventory, written = pipeline.migrate(sources, Settings(map=MAP, unproven=True))
    assert b"gpt-5.5-instant" in written["kit/asking.py"]
    found = (one for one in inventory.findings if one.rule == "GPT55-P902")
    return [(one.path, one.line, one.message) for one in found]


@pytest.mark.parametrize(
    "code", [ASK, ASK.replace("=messages, **options)", "=messages, **(options or {}))"), CLASS]
)
@pytest.mark.parametrize("more", [{}, {"kit/using.py": USE}])
def test_what_callers_may_hand_on_is_named(code: str, more: dict[str, str]) -> None:
    [(path, line, message)] = said(
        {"kit/__init__.py": "", "kit/asking.py": code, **({} if code == CLASS else more)}
    )
    assert path == "kit/asking.py"
    assert code.splitlines()[line - 1].strip().startswith("def ")
    assert "by **options is sent as it is: gpt-5.5-instant would refuse temperature" in message
    assert "max_tokens (now max_completion_tokens)" in message


@pytest.mark.parametrize(
    "code",
    [
        ASK.replace("def ask", "def _ask"),
        ASK.replace("messages=messages, **options", "messages=messages"),
        ASK.replace("messages=messages, **options", 'messages=messages, user=options.get("user")'),
    ],
)
def test_nothing_is_said_where_callers_hand_nothing_on(code: str) -> None:
    assert not said({"kit/__init__.py": "", "kit/asking.py": code})


README = """# Kit

```python
from kit.asking import ask, Writer

print(ask("hello"GIVEN))
```
"""


def test_an_example_that_hands_on_what_is_refused_is_listed() -> None:
    readme = README.replace("GIVEN", ", temperature=0.2, max_tokens=90, user=7")
    found = said({"kit/asking.py": ASK, "README.md": readme})
    [(_, line, message)] = [one for one in found if one[0] == "README.md"]
    assert line == 6
    expected = "an example gives temperature, max_tokens to ask: gpt-5.5-instant would refuse temperature, max_tokens"
    assert message.startswith(expected)


@pytest.mark.parametrize("given", ["", ", user=7", ', model="gpt-3.5-turbo", temperature=0.2'])
def test_an_example_that_is_right_is_not(given: str) -> None:
    found = said({"kit/asking.py": ASK, "README.md": README.replace("GIVEN", given)})
    assert all(path != "README.md" for path, *_ in found)
