"""A member that an enumeration gains is asked of every test on its members, as a new id is of tests on ids."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.settings import Settings
from tests.decided import MAP
from tests.test_closing_flips import moved

HEAD = """
import argparse
import enum

from langchain_openai import ChatOpenAI


class Engine(enum.StrEnum):
    FULL_GPT_4O = "gpt-4o"
    GPT_4O_MINI = "gpt-4o-mini"
    O3 = "o3"


def made(engine: Engine):
"""

TAIL = """

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", default=Engine.{default}, choices=[one.value for one in Engine])
    print(made({engine}).invoke("hello").content)
"""

BY_DEFAULT = TAIL.format(default="GPT_4O_MINI", engine="parser.parse_args().engine")
BY_VALUE = TAIL.format(default="O3", engine="Engine(parser.parse_args().engine)")

WIDENED = {
    "a list": (
        """
    if engine in [Engine.O3]:
        return ChatOpenAI(model=engine.value, reasoning_effort="low")
    elif engine in [Engine.FULL_GPT_4O, Engine.GPT_4O_MINI]:
        return ChatOpenAI(model=engine.value)
    else:
        raise ValueError(engine)
""",
        "[Engine.FULL_GPT_4O, Engine.GPT_4O_MINI, Engine.GPT_5_5_MINI]",
    ),
    "a set that is left at once": (
        """
    if engine not in {Engine.FULL_GPT_4O, Engine.GPT_4O_MINI}:
        raise ValueError(engine)
    return ChatOpenAI(model=engine)
""",
        "{Engine.FULL_GPT_4O, Engine.GPT_4O_MINI, Engine.GPT_5_5_MINI}",
    ),
    "equations": (
        """
    if engine == Engine.O3:
        return ChatOpenAI(model=engine.value, reasoning_effort="low")
    if engine == Engine.GPT_4O_MINI or engine == Engine.FULL_GPT_4O:
        return ChatOpenAI(model=engine.value)
    raise ValueError(engine)
""",
        "engine in (Engine.GPT_4O_MINI, Engine.GPT_5_5_MINI)",
    ),
    "identities": (
        """
    if engine is Engine.O3:
        return ChatOpenAI(model=engine.value, reasoning_effort="low")
    if engine is Engine.GPT_4O_MINI or engine is Engine.FULL_GPT_4O:
        return ChatOpenAI(model=engine.value)
    raise ValueError(engine)
""",
        "engine in (Engine.GPT_4O_MINI, Engine.GPT_5_5_MINI)",
    ),
    "cases": (
        """
    match engine:
        case Engine.O3:
            return ChatOpenAI(model=engine.value, reasoning_effort="low")
        case Engine.FULL_GPT_4O | Engine.GPT_4O_MINI:
            return ChatOpenAI(model=engine.value)
        case _:
            raise ValueError(engine)
""",
        "Engine.GPT_4O_MINI | Engine.GPT_5_5_MINI",
    ),
}


@pytest.mark.parametrize("base", ["enum.StrEnum", "enum.Enum", "str, enum.Enum"])
@pytest.mark.parametrize(("body", "wider"), WIDENED.values(), ids=WIDENED)
def test_a_test_on_members_takes_the_new_one_where_the_old_one_goes(base: str, body: str, wider: str) -> None:
    plain = body.replace("model=engine)", "model=engine.value)")
    written, _ = moved({"app.py": HEAD.replace("enum.StrEnum", base) + plain + BY_DEFAULT})
    assert "default=Engine.GPT_5_5_MINI" in written["app.py"]
    assert wider in written["app.py"]


@pytest.mark.parametrize("body", [body for body, _ in WIDENED.values()], ids=WIDENED)
def test_members_that_users_alone_may_choose_are_taken_too(body: str) -> None:
    now = "from langchain_openai import ChatOpenAI\n\nBOTH = ChatOpenAI(model='gpt-4o'), ChatOpenAI(model='gpt-4o-mini')\n"
    written, held = moved({"app.py": HEAD + body + BY_VALUE, "now.py": now})
    assert not held
    assert written["app.py"].count("Engine.GPT_5_5_MINI") == 1
    assert written["app.py"].count("Engine.FULL_GPT_5_5_INSTANT") == 1
    assert "default=Engine.O3" in written["app.py"]


TABLE = """
    makers = {Engine.O3: think, Engine.FULL_GPT_4O: talk, Engine.GPT_4O_MINI: talk}
    return makers[engine](engine.value)


def think(name):
    return ChatOpenAI(model=name, reasoning_effort="low")


def talk(name):
    return ChatOpenAI(model=name)
"""


@pytest.mark.parametrize("tail", [BY_DEFAULT, BY_VALUE], ids=["by default", "by value"])
def test_a_table_by_members_gains_the_member(tail: str) -> None:
    written, _ = moved({"app.py": HEAD + TABLE + tail})
    assert "GPT_5_5_MINI =" not in written["app.py"] or "Engine.GPT_5_5_MINI: talk" in written["app.py"]


HELD = {
    "a test that names no member": """
    if len(engine.name) in (11, 2):
        return ChatOpenAI(model=engine.value)
    if engine in [Engine.GPT_4O_MINI] and len(engine.value) == 11:
        return ChatOpenAI(model=engine.value)
    raise ValueError(engine)
""",
    "members of a loop": """
    for one in (Engine.FULL_GPT_4O, Engine.GPT_4O_MINI):
        if engine == one and len(one.value) < 12:
            return ChatOpenAI(model=engine.value)
    raise ValueError(engine)
""",
}


@pytest.mark.parametrize("body", HELD.values(), ids=HELD)
def test_a_member_that_would_be_an_error_does_not_become_the_default(body: str) -> None:
    written, _ = moved({"app.py": HEAD + body + BY_DEFAULT})
    assert "default=Engine.GPT_4O_MINI" in written["app.py"]


TAKEN = {
    "the rest": """
    if engine == Engine.O3:
        return ChatOpenAI(model=engine.value, reasoning_effort="low")
    return ChatOpenAI(model=engine.value)
""",
    "alike": """
    if engine in (Engine.FULL_GPT_4O, Engine.GPT_4O_MINI):
        return ChatOpenAI(model=engine.value)
    else:
        return ChatOpenAI(model=engine.value)
""",
}


@pytest.mark.parametrize("body", TAKEN.values(), ids=TAKEN)
def test_a_test_that_takes_the_member_already_stays(body: str) -> None:
    written, _ = moved({"app.py": HEAD + body + BY_DEFAULT})
    assert "default=Engine.GPT_5_5_MINI" in written["app.py"]
    assert body in written["app.py"]


def test_a_test_that_no_new_member_comes_to_stays() -> None:
    more = """

def known():
    return told(Engine.O3)


def told(engine):
    if engine not in (Engine.O3, Engine.GPT_4O_MINI):
        raise ValueError(engine)
    return engine.value
"""
    body = TAKEN["the rest"]
    written, _ = moved({"app.py": HEAD + body + more.replace("told", "_told") + BY_DEFAULT})
    assert "default=Engine.GPT_5_5_MINI" in written["app.py"]


@pytest.mark.parametrize("operator", ["is", "=="])
def test_a_member_whose_own_value_moves_is_the_one_that_it_was(operator: str) -> None:
    code = f"""
from enum import Enum

from openai import OpenAI


class Tier(str, Enum):
    SMALL = "gpt-4o-mini"
    LARGE = "gpt-4o"

    @property
    def limit(self) -> int:
        return 50 if self {operator} Tier.SMALL else 3000


def run(tier: Tier, text: str):
    return OpenAI().chat.completions.create(model=tier.value, messages=text, max_tokens=tier.limit)


def main():
    run(Tier.SMALL, [])
    run(Tier.LARGE, [])
"""
    new = pipeline.migrate({"app.py": code.encode()}, Settings(map=MAP))[1]["app.py"]
    assert b'SMALL = "gpt-5.5-mini"' in new
    assert b'LARGE = "gpt-5.5-instant"' in new


COSTS = """
class Costs:
    @staticmethod
    def price(tokens, model):
        if model == "gpt-4o":
            return tokens * 5.0
        elif model == "gpt-4o-mini":
            return tokens * 0.15
        {rest}
"""
PLANS = """
from enum import Enum

from costs import Costs
from openai import OpenAI


class Brain(Enum):
    GPT_4O: str = "gpt-4o"
    GPT_4O_MINI: str = "gpt-4o-mini"


class Base:
    def name(self):
        raise NotImplementedError


class Provider(Base):
    def __init__(self, brain: Brain):
        self.brain = brain

    def name(self):
        return self.brain.value

    def ask(self, text):
        messages = [{"role": "user", "content": text}]
        return OpenAI().chat.completions.create(model=self.brain.value, messages=messages)


def show(tokens, model: Base):
    name = model.name()
    print(Costs.price(tokens=tokens, model=name))


class Plan:
    def __init__(self, model=None):
        if not model:
            model = Provider(brain=Brain.GPT_4O)
        self.model = model

    def build(self, text):
        show(len(text), model=self.model)
        return self.model.ask(text)
"""


@pytest.mark.parametrize("rest", ['raise ValueError("no such model")', "return tokens * 5.0"])
def test_a_member_whose_text_an_error_awaits_elsewhere_is_not_taken(rest: str) -> None:
    files = {"costs.py": COSTS.format(rest=rest), "plans.py": PLANS}
    sources = {path: text.encode() for path, text in files.items()}
    written = pipeline.migrate(sources, Settings())[1]
    is_taken = b"brain=Brain.GPT_5" in written["plans.py"]
    assert is_taken is ("raise" not in rest)
