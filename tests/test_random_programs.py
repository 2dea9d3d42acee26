"""Random programs, run before and after their migration against a strict stand-in: none is ever broken.

A failing program shrinks to the fewest carriers and the plainest call. `-m slow` looks at many more.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
from carrying import CARRIERS, Place, Program, named
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from standin import NEW, Ran, cap, ran

from migrator import pipeline
from migrator.settings import Settings

SETTINGS = Settings(unproven=True)

SHAPES = {
    "keywords": "CLIENT.chat.completions.create(model=MODEL, messages=[{'role': 'user', 'content': PROMPT}], **OPTIONS)",
    "a function": """
def ask(model, text, options):
    return CLIENT.chat.completions.create(model=model, messages=[{'role': 'user', 'content': text}], **options)
ask(MODEL, PROMPT, OPTIONS)
""",
    "a function of keywords": """
def ask(text, **rest):
    return CLIENT.chat.completions.create(messages=[{'role': 'user', 'content': text}], **rest)
ask(PROMPT, model=MODEL, **OPTIONS)
""",
    "a class": """
class Assistant:
    def __init__(self, model, **options):
        self.model = model
        self.options = options
    def ask(self, text):
        return CLIENT.chat.completions.create(
            model=self.model, messages=[{'role': 'user', 'content': text}], **self.options
        )
Assistant(MODEL, **OPTIONS).ask(PROMPT)
""",
    "a body": """
body = {'model': MODEL, 'messages': [{'role': 'user', 'content': PROMPT}]}
body.update(OPTIONS)
CLIENT.chat.completions.create(**body)
""",
    "a merged body": """
CLIENT.chat.completions.create(
    **{'model': MODEL, 'messages': [{'role': 'user', 'content': PROMPT}], **OPTIONS}
)
""",
    "a partial": """
from functools import partial
send = partial(CLIENT.chat.completions.create, model=MODEL, **OPTIONS)
send(messages=[{'role': 'user', 'content': PROMPT}])
""",
    "a name of the method": """
send = CLIENT.chat.completions.create
send(model=MODEL, messages=[{'role': 'user', 'content': PROMPT}], **OPTIONS)
""",
    "tasks": """
TASKS = {'first': {'model': MODEL, 'options': OPTIONS}}
for task in TASKS.values():
    CLIENT.chat.completions.create(
        model=task['model'], messages=[{'role': 'user', 'content': PROMPT}], **task['options']
    )
""",
    "a subclass": """
class Base:
    options = {}
    def __init__(self, model):
        self.model = model
    def ask(self, text):
        return CLIENT.chat.completions.create(
            model=self.model, messages=[{'role': 'user', 'content': text}], **self.options
        )
class Special(Base):
    options = OPTIONS
    def __init__(self):
        super().__init__(MODEL)
Special().ask(PROMPT)
""",
    "a retry": """
def retried(function, **kwargs):
    for _ in range(2):
        return function(**kwargs)
retried(CLIENT.chat.completions.create, model=MODEL, messages=[{'role': 'user', 'content': PROMPT}], **OPTIONS)
""",
    "a kept method": """
class Sender:
    def __init__(self, send):
        self.send = send
    def ask(self, text, **options):
        return self.send(messages=[{'role': 'user', 'content': text}], **options)
Sender(CLIENT.chat.completions.create).ask(PROMPT, model=MODEL, **OPTIONS)
""",
    "a method in a table": """
SENDERS = {'chat': CLIENT.chat.completions.create}
SENDERS['chat'](model=MODEL, messages=[{'role': 'user', 'content': PROMPT}], **OPTIONS)
""",
    "a thread": """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor() as pool:
    pool.submit(
        CLIENT.chat.completions.create, model=MODEL, messages=[{'role': 'user', 'content': PROMPT}], **OPTIONS
    ).result()
""",
}
OPTIONS_OF = {
    "gpt-4o": (
        "{'max_tokens': 30}",
        "{'max_tokens': 40, 'temperature': 0.2, 'user': 'me'}",
        "{'stop': ['.'], 'user': 'me'}",
    ),
    "gpt-4o-mini": ("{'temperature': 0, 'user': 'me'}", "{'max_tokens': 50, 'top_p': 0.5}", "{'user': 'me'}"),
    "gpt-5-mini": (
        "{'max_completion_tokens': 60}",
        "{'reasoning_effort': 'minimal', 'user': 'me'}",
        "{'user': 'me'}",
    ),
    "gpt-5": (
        "{'max_completion_tokens': 60}",
        "{'reasoning_effort': 'minimal'}",
        "{'reasoning_effort': 'high'}",
    ),
}
PROMPTS = (
    "'Classify the ticket: the lamp flickers'",
    "'You are a lawyer. Analyse this contract clause by clause'",
    "'Answer the customer in a live chat: where is my parcel?'",
)


class Plan(NamedTuple):
    """What a program is made of: its shape, and for each thing that is sent the text and its carriers."""

    shape: str
    model: str
    options: str
    prompt: str
    model_by: tuple[str, ...] = ()
    options_by: tuple[str, ...] = ()
    prompt_by: tuple[str, ...] = ()

    def carriers(self) -> tuple[str, ...]:
        return (*self.model_by, *self.options_by, *self.prompt_by)


@st.composite
def plans(draw: st.DrawFn, longest: int = 3) -> Plan:
    chains = st.lists(st.sampled_from([*CARRIERS]), max_size=longest).map(tuple)
    model = draw(st.sampled_from([*OPTIONS_OF]))
    return Plan(
        draw(st.sampled_from([*SHAPES])),
        model,
        draw(st.sampled_from(OPTIONS_OF[model])),
        draw(st.sampled_from(PROMPTS)),
        draw(chains),
        draw(chains),
        draw(chains),
    )


def program(plan: Plan) -> tuple[dict[str, bytes], str]:
    """The files of a plan, and the module that is run."""
    made = Program()
    made.needs("app", "from openai import OpenAI")
    places = {
        "MODEL": carried(made, repr(plan.model), plan.model_by),
        "OPTIONS": carried(made, plan.options, plan.options_by),
        "PROMPT": carried(made, plan.prompt, plan.prompt_by),
    }
    code = "CLIENT = OpenAI()\n" + SHAPES[plan.shape]
    for stem, place in places.items():
        code = code.replace(stem, in_app(made, place))
    made.write("app", code)
    return made.files(), "app"


def carried(made: Program, text: str, chain: tuple[str, ...]) -> Place:
    place = Place(text, made.above() if chain else "app")
    for name in chain:
        place = CARRIERS[name](made, place)
    return place


def in_app(made: Program, place: Place) -> str:
    """The expression for the module that makes the call."""
    if place.module == "app":
        return place.text
    name = named(made, place)
    made.needs("app", f"from {place.module} import {name}")
    return name


def broken(before: Ran, after: Ran) -> str:
    """What is refused, missing or changed after a migration."""
    if after.raised or len(after.bodies) != len(before.bodies):
        return after.raised or "a request is missing"
    for old, new in zip(before.bodies, after.bodies, strict=True):
        if old["messages"] != new["messages"] or cap(old) != cap(new) or old.get("user") != new.get("user"):
            return f"{old} became {new}"
    return ""


def check(plan: Plan) -> None:
    files, entry = program(plan)
    before = ran(files, entry)
    assert not before.raised, f"the program itself fails: {before.raised}\n{text(files)}"
    inventory, new = pipeline.migrate(files, SETTINGS)
    after = ran(new, entry)
    is_moved = set(after.models) <= NEW
    assert not broken(before, after), f"{broken(before, after)}\n{text(new)}"
    is_told = any(one.action == "review" and one.reason for one in inventory.references)
    assert is_moved or is_told, f"left without a word\n{text(new)}"
    assert pipeline.migrate(new, SETTINGS)[1] == new, "a second run changes something"
    event("moved" if is_moved else "held")


def text(files: dict[str, bytes]) -> str:
    return "\n".join(f"# {path}\n{data.decode()}" for path, data in files.items())


PROFILE = settings(deadline=None, suppress_health_check=[*HealthCheck], derandomize=True, database=None)


@settings(PROFILE, max_examples=40)
@given(plans(longest=2))
def test_no_program_is_broken(plan: Plan) -> None:
    check(plan)


@pytest.mark.slow
@settings(PROFILE, max_examples=2000, derandomize=False)
@given(plans(longest=4))
def test_no_longer_program_is_broken(plan: Plan) -> None:
    check(plan)
