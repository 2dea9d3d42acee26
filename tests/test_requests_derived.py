"""What is made by a class that builds on a library's is asked for as what the library makes."""

from __future__ import annotations

import pytest

from tests.decided import all_migrated as migrated

BUILT_ON = """
from llama_index.llms.openai_like import OpenAILike

BASE = "ADDRESS"
MODEL = "gpt-5.2"


class Office(OpenAILike):
    def __init__(self, model: str = MODEL, api_base: str | None = BASE, api_key=None, **options):
        super().__init__(model=model, api_base=api_base, api_key=api_key, **options)
"""
OF_NOBODY = """
from elsewhere import Model

BASE = "ADDRESS"


class Office(Model):
    def __init__(self, model="gpt-4o", api_base=BASE, api_key=None):
        super().__init__(model=model, api_base=api_base, api_key=api_key)
"""
MADE = """
from elsewhere import Model

desk = Model(model="gpt-4o", base_url="ADDRESS")
"""
CLIENT = """
from openai import OpenAI


class Office(OpenAI):
    def __init__(self, **options):
        super().__init__(base_url="ADDRESS", **options)

    def ask(self, text):
        return self.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])


def main(text):
    return Office().ask(text)
"""
FURTHER = """
from langchain_openai import ChatOpenAI


class Desk(ChatOpenAI):
    pass


class Office(Desk):
    def __init__(self, model="gpt-4o", base_url="ADDRESS"):
        super().__init__(model=model, base_url=base_url)
"""
SETTING = BUILT_ON.replace(
    "        super()", '        api_base = setting("api_base", api_base, "OFFICE_BASE")\n        super()'
).replace("import OpenAILike\n", "import OpenAILike\nfrom office.settings import setting\n")
PROGRAMS = {
    "an address that a library's function is given": SETTING,
    "a class of a library": BUILT_ON,
    "a class of a library that no rule knows": OF_NOBODY,
    "an object of a library that no rule knows": MADE,
    "a client": CLIENT,
    "by a class between": FURTHER,
}


@pytest.mark.parametrize("code", PROGRAMS.values(), ids=PROGRAMS)
def test_an_id_for_another_vendors_address_waits(code: str) -> None:
    found = migrated(code.replace("ADDRESS", "https://api.office.example/v1"))
    assert found.after == found.before
    assert {one.reason for one in found.inventory.references} == {"other-vendor-endpoint"}


@pytest.mark.parametrize("code", PROGRAMS.values(), ids=PROGRAMS)
def test_an_id_for_the_vendors_own_address_moves(code: str) -> None:
    assert '"gpt-5.5' in migrated(code.replace("ADDRESS", "https://api.openai.com/v1")).after


def test_what_is_no_address_says_nothing() -> None:
    code = MADE.replace("base_url", "endpoint").replace("ADDRESS", "v1/chat")
    assert '"gpt-5.5-instant"' in migrated(code).after


HANDED_UP = """
from langchain_openai import ChatOpenAI


class Office(ChatOpenAI):
    def __init__(self, model="gpt-4o", **options):
        super().__init__(model=model, OPTION, **options)
"""


def test_what_a_constructor_hands_up_is_what_the_new_model_takes() -> None:
    assert '({} if "gpt-5.5" in model else {"logprobs": True})' in (
        migrated(HANDED_UP.replace("OPTION", "logprobs=True")).after
    )
    after = migrated(HANDED_UP.replace("OPTION", "timeout=60")).after
    assert "super().__init__(model=model, timeout=60, **options)" in after


PLAIN = """
from langchain_openai import ChatOpenAI


class Office(ChatOpenAI):
    def hello(self):
        return "hello"


desk = Office(model="gpt-5", OPTION)
"""


def test_what_a_class_without_a_constructor_is_given_is_what_the_new_model_takes() -> None:
    assert 'Office(model="gpt-5.5")' in migrated(PLAIN.replace("OPTION", "logprobs=True")).after
    assert 'Office(model="gpt-5.5", timeout=60)' in migrated(PLAIN.replace("OPTION", "timeout=60")).after
