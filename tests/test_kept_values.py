"""Records that say a parameter that is left out, and tests that go by it."""

from __future__ import annotations

import pytest

from tests.requested import moved

ASK = """

def ask(text, temperature=0.0):
    said = client.chat.completions.create(model="gpt-4o", messages=[text], temperature=temperature)
    KEPT
"""
RECORDS = {
    "a field": (ASK, 'return {"said": said, "temperature": temperature}', "`temperature` records"),
    "what a test says": (ASK, 'return {"said": said, "is_fixed": temperature == 0}', "`is_fixed` records"),
    "by a name": (ASK, 'fixed = temperature < 0.1; return {"fixed": fixed}', "`fixed` records"),
    "an item": (ASK, 'report = {}; report["t"] = str(temperature); return report', "`t` records"),
    "what a function of its own is given": (
        "def keep(model, settings):\n    print(model, settings)\n" + ASK,
        'keep(model="gpt-4o", settings={"temperature": temperature})',
        "`temperature` records",
    ),
    "an argument": (ASK, "return Answer(said, is_fixed=temperature == 0)", "`is_fixed` records"),
    "all fields": (
        """
from dataclasses import asdict, dataclass


@dataclass
class Choice:
    name: str = "gpt-4o"
    temperature: float = 0.5


def ask(text, choice: Choice):
    said = client.chat.completions.create(model=choice.name, messages=[text], temperature=choice.temperature)
    KEPT


def main():
    return ask("hello", Choice())
""",
        "return said, asdict(choice)",
        "`asdict(choice)` records",
    ),
    "another method": (
        """

class Judge:
    def __init__(self, temperature=0.0):
        self.temperature = temperature

    def ask(self, text):
        return client.chat.completions.create(model="gpt-4o", messages=[text], temperature=self.temperature)

    def report(self):
        KEPT
""",
        'return {"temperature": self.temperature}',
        "`temperature` records",
    ),
}


@pytest.mark.parametrize(("code", "kept", "said"), RECORDS.values(), ids=RECORDS)
def test_a_record_of_what_is_no_longer_sent_is_named(code: str, kept: str, said: str) -> None:
    found = moved(code.replace("KEPT", kept))
    assert "gpt-5.5-instant" in found.after
    assert "temperature=temperature" not in found.after
    [one] = found.findings("GPT55-P903")
    assert one.message == f"{said} temperature, which gpt-5.5-instant is no longer sent"
    assert kept.rsplit(";", maxsplit=1)[-1].strip() in found.before.splitlines()[one.line - 1]


@pytest.mark.parametrize(
    "kept",
    [
        "return said",
        'return {"said": said, "length": len(text)}',
        'return post("http://there", {"prompt": text, "temperature": temperature})',
        'more = {"temperature": temperature}; return elsewhere(text, **more)',
        'return {"is_given": temperature is not None}',
        'from google import genai; config = {"temperature": temperature}; '
        'return genai.Client().models.generate_content(model="gemini-2.5-flash", config=config)',
        'return Other("gemini-2.5-flash", generation_config={"temperature": temperature})',
    ],
)
def test_what_is_no_record_is_not(kept: str) -> None:
    found = moved(ASK.replace("KEPT", kept))
    assert "gpt-5.5-instant" in found.after
    assert not found.findings("GPT55-P903")


ASKED = {
    "at once": "if temperature == 0:\n        STORE[text] = said",
    "by a name": "is_fixed = temperature <= 0\n    if is_fixed:\n        STORE[text] = said",
    "or by another": "if text or not temperature > 0:\n        STORE[text] = said",
}


@pytest.mark.parametrize("kept", ASKED.values(), ids=ASKED)
def test_an_id_waits_where_a_test_goes_by_what_would_not_be_sent(kept: str) -> None:
    found = moved(ASK.replace("KEPT", kept))
    assert found.after == found.before
    [held] = [one for one in found.inventory.references if one.action == "review"]
    assert "goes by temperature, which would be sent no more" in (held.detail or "")


@pytest.mark.parametrize(
    "asked",
    [
        "if temperature < 0:\n        raise ValueError(temperature)",
        "if temperature is None:\n        print(said)",
        'if text == "0":\n        print(said)',
    ],
)
def test_a_test_of_something_else_holds_nothing(asked: str) -> None:
    found = moved(ASK.replace("KEPT", asked))
    assert "gpt-5.5-instant" in found.after
    assert "temperature=temperature" not in found.after
