"""What a test says of a record that is filled from elsewhere: of the id that is its default, whatever else it may be."""

from __future__ import annotations

import pytest

from tests.decided import all_migrated as migrated

PATTERNS = """
import re
from dataclasses import dataclass, field

from openai import OpenAI
from store import rows

PATTERNS = {"openai": [r"gpt-4.*", r"o1.*"], "other": [r"claude.*"]}
"""
RECORD = """

@dataclass
class Order:
    vendor: str = "openai"
    model: str = "gpt-4o-mini"
"""
SEND = "return OpenAI().chat.completions.create(model=order.model, messages=[])"
REFUSING = {
    "where it is sent": f"""

def send(key):
    order = Order(**rows.find(key))
    if not any(re.match(p, order.model) for p in PATTERNS[order.vendor]):
        raise ValueError(order.model)
    {SEND}
""",
    "by a function": f"""

def check(order):
    if not any(re.match(p, order.model) for p in PATTERNS.get(order.vendor, ())):
        raise ValueError(order.model)


def send(key):
    order = Order(**rows.find(key))
    check(order)
    {SEND}
""",
    "by a function that says yes or no": f"""

def is_served(order):
    return any(re.match(p, order.model) for p in PATTERNS[order.vendor])


def send(key):
    order = Order(**rows.find(key))
    if not is_served(order):
        raise ValueError(order.model)
    {SEND}
""",
    "by a function that goes through them": f"""

def is_served(order):
    for pattern in PATTERNS[order.vendor]:
        if re.match(pattern, order.model):
            return True
    return False


def send():
    order = Order()
    if not is_served(order):
        raise ValueError(order.model)
    {SEND}
""",
    "by its own method": f"""
    def is_served(self):
        return re.match("|".join(PATTERNS["openai"]), self.model)


def send(key):
    order = Order(**rows.find(key))
    if not order.is_served():
        raise ValueError(order.model)
    {SEND}
""",
    "by an assertion": f"""

def send(key):
    order = Order(**rows.find(key))
    assert any(re.match(p, order.model) for p in PATTERNS[order.vendor]), order.model
    {SEND}
""",
}


@pytest.mark.parametrize("code", REFUSING.values(), ids=REFUSING)
def test_a_default_waits_where_a_test_of_its_record_would_refuse_it(code: str) -> None:
    found = migrated(PATTERNS + RECORD + code)
    assert found.after == found.before
    [held] = [r for r in found.inventory.references if r.action == "review"]
    assert held.reason == "branch-flips"
    assert "for gpt-5.5-mini" in (held.detail or "")


@pytest.mark.parametrize("code", REFUSING.values(), ids=REFUSING)
def test_a_default_moves_where_the_test_takes_it(code: str) -> None:
    found = migrated(PATTERNS.replace("gpt-4.*", "gpt-.*") + RECORD + code)
    assert 'model: str = "gpt-5.5-mini"' in found.after


CHECKED = """
from pydantic import BaseModel, Field, field_validator
from openai import OpenAI


class Order(BaseModel):
    model: str = "gpt-4o-mini"

    @field_validator("model")
    @classmethod
    def check(cls, value):
        if not value.startswith("gpt-4"):
            raise ValueError(value)
        return value


def send(text):
    order = Order(GIVEN)
    return OpenAI().chat.completions.create(model=order.model, messages=[{"role": "user", "content": text}])
"""


@pytest.mark.parametrize(
    "code",
    [
        CHECKED.replace("GIVEN", 'model="gpt-4o"'),
        CHECKED.replace("GIVEN", "").replace(
            '= "gpt-4o-mini"', '= Field("gpt-4o-mini", validate_default=True)'
        ),
    ],
)
def test_what_a_constructor_is_given_is_checked(code: str) -> None:
    found = migrated(code)
    assert "gpt-5.5" not in found.after
    assert {r.reason for r in found.inventory.references if r.action == "review"} == {"branch-flips"}


def test_a_default_is_not_checked_unless_that_is_said() -> None:
    assert 'model: str = "gpt-5.5-mini"' in migrated(CHECKED.replace("GIVEN", "")).after


SPREAD = """
from dataclasses import dataclass, field

from litellm import completion
from store import rows

SISTER = "gpt-4o"


@dataclass
class Order:
    vendor: str = "openai"
    model: str = "gpt-4o-mini"
    extra: dict = field(default_factory=dict)


def send(key):
    order = Order(**rows.find(key))
    return completion(model=order.model, messages=[], **order.extra)


def ask(text, model=SISTER):
    return completion(model=model, messages=[{"role": "user", "content": text}])
"""


def test_what_is_spread_beside_a_model_is_open_about_the_parameters_alone() -> None:
    found = migrated(SPREAD)
    assert 'SISTER = "openai/gpt-5.5-instant"' in found.after
    [held] = [r for r in found.inventory.references if r.action == "review"]
    assert "what is spread into the call" in (held.detail or "")
